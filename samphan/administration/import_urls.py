"""Addresses of imports."""

from django.urls import path

from samphan.administration.views import imports

urlpatterns = [
    path("", imports.import_list, name="import-list"),
    path("<uuid:batch_id>/", imports.import_detail, name="import-detail"),
    path("<uuid:batch_id>/fetch/", imports.import_fetch, name="import-fetch"),
    path("<uuid:batch_id>/sheet/", imports.import_sheet, name="import-sheet"),
    path("<uuid:batch_id>/mapping/", imports.import_mapping, name="import-mapping"),
    path("<uuid:batch_id>/check/", imports.import_check, name="import-check"),
    path("<uuid:batch_id>/check/rows/<int:row>/", imports.import_row, name="import-row"),
    path("<uuid:batch_id>/check/fixes/", imports.import_fix, name="import-fix"),
    path("<uuid:batch_id>/check/fixes/undo/", imports.import_fix_undo, name="import-fix-undo"),
    path("<uuid:batch_id>/run/", imports.import_run, name="import-run"),
    path("<uuid:batch_id>/next/", imports.import_next, name="import-next"),
    path("<uuid:batch_id>/cancellation/", imports.import_cancellation, name="import-cancellation"),
    path("<uuid:batch_id>/undo/", imports.import_undo, name="import-undo"),
    path("<uuid:batch_id>/rejects/", imports.import_rejects, name="import-rejects"),
]

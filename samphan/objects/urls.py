"""Addresses of the records of a company's own kinds, and of the settings that define these."""

from django.urls import URLPattern, URLResolver, path, register_converter

from samphan.administration.lists.urls import list_routes
from samphan.objects.converters import ObjectConverter
from samphan.objects.permissions import requires_for_object
from samphan.objects.views import creation, definitions, listing, notes, record, sharing, trash

register_converter(ObjectConverter, "object")

LIST = "objects/<object:entity_name>/"
ONE = f"{LIST}<uuid:object_record_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(LIST, listing.record_list, name="record-list"),
    path(f"{LIST}new/", creation.record_create, name="record-create"),
    path(f"{LIST}deletion/", trash.record_deletion, name="record-bulk-deletion"),
    path(f"{LIST}deleted/", trash.deleted_records, name="record-deleted"),
    path(f"{LIST}restoration/", trash.record_restoration, name="record-restoration"),
    *list_routes(LIST, "record", requires_for_object("view"), requires_for_object("change"), one="object_record_id"),
    path(ONE, record.record_detail, name="record-detail"),
    path(f"{ONE}timeline/", record.record_timeline, name="record-timeline"),
    path(f"{ONE}fields/<str:field>/", record.record_field, name="record-field"),
    path(f"{ONE}fields/<str:field>/edit/", record.record_field_edit, name="record-field-edit"),
    path(f"{ONE}sharing/", sharing.record_shares, name="record-shares"),
    path(f"{ONE}sharing/<uuid:share_id>/removal/", sharing.record_share_removal, name="record-share-removal"),
    path(f"{ONE}notes/", notes.record_notes, name="record-notes"),
    path(f"{ONE}notes/<uuid:record_note_id>/deletion/", notes.note_deletion, name="record-note-deletion"),
    path("settings/objects/", definitions.object_list, name="custom-objects"),
    path("settings/objects/new/", definitions.object_new, name="custom-object-new"),
    path("settings/objects/order/", definitions.objects_order, name="custom-objects-order"),
    path("settings/objects/<uuid:custom_object_id>/", definitions.object_edit, name="custom-object"),
    path(
        "settings/objects/<uuid:custom_object_id>/archival/", definitions.object_archival, name="custom-object-archival"
    ),
    path(
        "settings/objects/<uuid:custom_object_id>/restoration/",
        definitions.object_restoration,
        name="custom-object-restoration",
    ),
]

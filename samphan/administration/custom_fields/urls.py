"""Addresses of the settings of custom fields."""

from django.urls import path

from samphan.administration.custom_fields import views

urlpatterns = [
    path("", views.fields_home, name="custom-fields"),
    path("<slug:entity_name>/", views.fields_of_entity, name="custom-fields-of"),
    path("<slug:entity_name>/new/", views.field_new, name="custom-field-new"),
    path("<slug:entity_name>/preview/", views.field_preview, name="custom-field-preview"),
    path("<slug:entity_name>/order/", views.fields_order, name="custom-fields-order"),
    path("<slug:entity_name>/groups/", views.field_group, name="custom-field-group"),
    path("<slug:entity_name>/<uuid:field_id>/", views.field_edit, name="custom-field"),
    path("<slug:entity_name>/<uuid:field_id>/archival/", views.field_archival, name="custom-field-archival"),
    path("<slug:entity_name>/<uuid:field_id>/restoration/", views.field_restoration, name="custom-field-restoration"),
]

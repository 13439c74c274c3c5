"""Addresses of customers."""

from django.urls import URLPattern, URLResolver, path

from samphan.administration.lists.urls import list_urls
from samphan.customers.permissions import CHANGE, VIEW
from samphan.customers.views import (
    bulk,
    creation,
    erasure,
    fields,
    files,
    listing,
    lookup,
    preferences,
    record,
    relations,
    sharing,
    timeline,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/", listing.customer_list, name="customer-list"),
    *list_urls("customers", "customer", VIEW, CHANGE),
    path("customers/new/", creation.customer_create, name="customer-create"),
    path("customers/same/", creation.same_customers, name="same-customers"),
    path("customers/lookup/", lookup.customer_lookup, name="customer-lookup"),
    path("customers/assignment/", bulk.customer_assignment, name="customer-assignment"),
    path("customers/tagging/", bulk.customer_tagging, name="customer-tagging"),
    path("customers/sharing/", sharing.customer_sharing, name="customer-sharing"),
    path("customers/deletion/", bulk.customer_deletion, name="customer-deletion"),
    path("customers/deleted/", bulk.deleted_customers, name="deleted-customers"),
    path("customers/restoration/", bulk.customer_restoration, name="customer-restoration"),
    path("customers/<uuid:customer_id>/", record.customer_detail, name="customer-detail"),
    path("customers/<uuid:customer_id>/erasure/", erasure.customer_erasure, name="customer-erasure"),
    path("customers/<uuid:customer_id>/sharing/", sharing.shares_of_customer, name="customer-shares"),
    path(
        "customers/<uuid:customer_id>/sharing/<uuid:share_id>/removal/",
        sharing.share_removal,
        name="customer-share-removal",
    ),
    path("customers/<uuid:customer_id>/timeline/", timeline.customer_timeline, name="customer-timeline"),
    path("customers/<uuid:customer_id>/composer/<slug:name>/", timeline.customer_composer, name="customer-composer"),
    path("customers/<uuid:customer_id>/place/", record.customer_place, name="customer-place"),
    path("customers/<uuid:customer_id>/reveal/", record.customer_reveal, name="customer-reveal"),
    path("customers/<uuid:customer_id>/quick/", record.customer_quick_view, name="customer-quick-view"),
    path("customers/<uuid:customer_id>/fields/<str:field>/", fields.customer_field, name="customer-field"),
    path(
        "customers/<uuid:customer_id>/fields/<str:field>/edit/", fields.customer_field_edit, name="customer-field-edit"
    ),
    path(
        "customers/<uuid:customer_id>/fields/<str:field>/history/",
        record.customer_field_history,
        name="customer-field-history",
    ),
    path("customers/<uuid:customer_id>/contact-points/", fields.contact_points, name="contact-points"),
    path("customers/<uuid:customer_id>/contact-points/<uuid:identity_id>/", fields.contact_point, name="contact-point"),
    path("customers/<uuid:customer_id>/addresses/", fields.addresses, name="customer-addresses"),
    path("customers/<uuid:customer_id>/addresses/<uuid:address_id>/", fields.address, name="customer-address"),
    path("customers/<uuid:customer_id>/preferences/", preferences.customer_preferences, name="customer-preferences"),
    path(
        "customers/<uuid:customer_id>/preferences/<uuid:preference_id>/",
        preferences.customer_preference,
        name="customer-preference",
    ),
    path("customers/<uuid:customer_id>/relations/", relations.customer_relations, name="customer-relations"),
    path("customers/<uuid:customer_id>/relations/new/", relations.customer_relation_new, name="customer-relation-new"),
    path(
        "customers/<uuid:customer_id>/relations/<uuid:relation_id>/",
        relations.customer_relation,
        name="customer-relation",
    ),
    path("customers/<uuid:customer_id>/files/", files.customer_files, name="customer-files"),
    path("customers/<uuid:customer_id>/files/<uuid:customer_file_id>/", files.customer_file, name="customer-file"),
    path("customers/<uuid:customer_id>/photo/", files.customer_photo, name="customer-photo"),
    path("customers/<uuid:customer_id>/tags/", fields.customer_tags, name="customer-tags"),
]

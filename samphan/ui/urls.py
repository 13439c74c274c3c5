"""Addresses of the interface itself."""

from django.urls import path

from samphan.ui import install_views, views

urlpatterns = [
    path("ui/", views.gallery, name="ui-gallery"),
    path("ui/palette/", views.palette_places, name="ui-palette-places"),
    path("ui/keys/", views.keys, name="ui-keys"),
    path("ui/preferences/", views.change_preferences, name="ui-preferences"),
    path("manifest.webmanifest", install_views.manifest, name="app-manifest"),
    path("service-worker.js", install_views.service_worker, name="service-worker"),
    path("offline/", install_views.offline, name="offline"),
]

"""Addresses of the interface itself."""

from django.urls import path

from samphan.ui import views

urlpatterns = [
    path("ui/", views.gallery, name="ui-gallery"),
    path("ui/palette/", views.palette_places, name="ui-palette-places"),
    path("ui/keys/", views.keys, name="ui-keys"),
    path("ui/preferences/", views.change_preferences, name="ui-preferences"),
]

"""Addresses of notifications."""

from django.urls import path

from samphan.administration.notifications import views

urlpatterns = [
    path("", views.notification_list, name="notification-list"),
    path("bell/", views.bell, name="notification-bell"),
    path("panel/", views.panel, name="notification-panel"),
    path("readings/", views.all_read, name="notifications-read"),
    path("<uuid:notification_id>/", views.notification, name="notification"),
]

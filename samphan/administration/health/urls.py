"""Addresses of the page about the work behind the pages."""

from django.urls import URLPattern, URLResolver, path

from samphan.administration.health import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.health_page, name="health"),
    path("outgoing/release/", views.outgoing_release, name="health-outgoing-release"),
    path("letters/retry/", views.letters_retry, name="health-letters-retry"),
    path("letters/removal/", views.letters_drop, name="health-letters-drop"),
    path("jobs/retry/", views.jobs_retry, name="health-jobs-retry"),
    path("jobs/removal/", views.jobs_drop, name="health-jobs-drop"),
]

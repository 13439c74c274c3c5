"""Every address of Samphan."""

from django.urls import include, path

from samphan.administration.views import errors

urlpatterns = [
    path("", include("samphan.administration.urls")),
    path("", include("samphan.customers.urls")),
    path("", include("samphan.commerce.urls")),
    path("", include("samphan.work.urls")),
    path("", include("samphan.objects.urls")),
    path("", include("samphan.insights.urls")),
    path("", include("samphan.integrations.urls")),
    path("", include("samphan.ui.urls")),
    path("api/v1/", include("samphan.config.api")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error

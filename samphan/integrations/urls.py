"""Addresses of integrations."""

from django.urls import URLPattern, URLResolver, path

from samphan.integrations.views import webhooks

ONE = "settings/webhooks/<uuid:endpoint_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/webhooks/", webhooks.webhooks, name="webhooks"),
    path("settings/webhooks/new/", webhooks.new_webhook, name="new-webhook"),
    path(ONE, webhooks.webhook, name="webhook"),
    path(f"{ONE}edit/", webhooks.webhook_edit, name="webhook-edit"),
    path(f"{ONE}secret/", webhooks.webhook_secret, name="webhook-secret"),
    path(f"{ONE}pause/", webhooks.webhook_pause, name="webhook-pause"),
    path(f"{ONE}resumption/", webhooks.webhook_resume, name="webhook-resume"),
    path(f"{ONE}test/", webhooks.webhook_test, name="webhook-test"),
    path(f"{ONE}replay/", webhooks.webhook_replay, name="webhook-replay"),
    path(f"{ONE}deletion/", webhooks.webhook_deletion, name="webhook-deletion"),
    path(f"{ONE}deliveries/<uuid:delivery_id>/", webhooks.webhook_delivery, name="webhook-delivery"),
    path(
        f"{ONE}deliveries/<uuid:delivery_id>/replay/", webhooks.webhook_delivery_replay, name="webhook-delivery-replay"
    ),
]

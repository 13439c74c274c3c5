"""Integrations: what other systems hear from Samphan."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "samphan.integrations"
    label = "integrations"

    def ready(self) -> None:
        from samphan.administration import health
        from samphan.integrations import actions, erasing, permissions, places, troubles
        from samphan.platform import outgoing

        permissions.declare_all()
        places.register()
        erasing.register()
        troubles.declare()
        health.declare(troubles.findings)
        outgoing.declare(outgoing.Outlet(_("Webhooks"), actions.waiting_count, actions.withhold_waiting))

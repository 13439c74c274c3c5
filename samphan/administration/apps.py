"""Administration: workspaces, members, roles and settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdministrationConfig(AppConfig):
    name = "samphan.administration"
    label = "administration"
    verbose_name = _("People and settings")

    def ready(self) -> None:
        from samphan.administration import audit, export_trail, guide, on_behalf, permissions, places
        from samphan.administration.custom_fields import actions as _actions  # noqa: F401 - follows every undo
        from samphan.administration.custom_fields import definitions, files, importing, use
        from samphan.administration.health import watching
        from samphan.administration.lists import views_kept
        from samphan.administration.notifications import kinds, mails
        from samphan.administration.notifications import queries as notified
        from samphan.administration.security import trail
        from samphan.administration.settings import topics
        from samphan.platform import catalogue, lists, outgoing
        from samphan.platform.imports import kinds as import_kinds
        from samphan.ui import navigation

        permissions.declare_all()
        catalogue.use_custom_fields(definitions.catalogue_fields)
        lists.watch_use(use.note)
        import_kinds.use_further_fields(importing.import_fields)
        audit.declare_all()
        topics.declare_own()
        trail.register()
        on_behalf.listen()
        places.register()
        export_trail.register()
        files.register()
        guide.declare_own()
        navigation.register_pins(views_kept.pins)
        kinds.declare_own()
        watching.declare_own()
        outgoing.declare(outgoing.Outlet(_("E-mails"), mails.waiting_count, mails.drop_waiting))
        navigation.use_bell(notified.unseen)
        navigation.use_url("guide", "guide")
        navigation.use_url("notifications", "notification-list")
        navigation.use_url("bell", "notification-bell")
        navigation.use_url("bell_panel", "notification-panel")

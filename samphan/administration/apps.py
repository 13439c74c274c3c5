"""Administration: workspaces, members, roles and settings."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "samphan.administration"
    label = "administration"

    def ready(self) -> None:
        from samphan.administration import audit, export_trail, guide, permissions, places
        from samphan.administration.lists import views_kept
        from samphan.administration.notifications import kinds
        from samphan.administration.notifications import queries as notified
        from samphan.ui import navigation

        permissions.declare_all()
        audit.declare_all()
        places.register()
        export_trail.register()
        guide.declare_own()
        navigation.register_pins(views_kept.pins)
        kinds.declare_own()
        navigation.use_bell(notified.unseen)
        navigation.use_url("guide", "guide")
        navigation.use_url("notifications", "notification-list")
        navigation.use_url("bell", "notification-bell")
        navigation.use_url("bell_panel", "notification-panel")

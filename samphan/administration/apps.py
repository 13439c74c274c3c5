"""Administration: workspaces, members, roles and settings."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "samphan.administration"
    label = "administration"

    def ready(self) -> None:
        from samphan.administration import audit, export_trail, permissions, places
        from samphan.administration.lists import views_kept
        from samphan.ui import navigation

        permissions.declare_all()
        audit.declare_all()
        places.register()
        export_trail.register()
        navigation.register_pins(views_kept.pins)

"""Administration: workspaces, members, roles and settings."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "samphan.administration"
    label = "administration"

    def ready(self) -> None:
        from samphan.administration import audit, export_trail, permissions, places

        permissions.declare_all()
        audit.declare_all()
        places.register()
        export_trail.register()

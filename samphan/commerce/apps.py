"""Commerce: products, orders and what customers have bought."""

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "samphan.commerce"
    label = "commerce"

    def ready(self) -> None:
        from samphan.commerce import fields, imports, permissions, places

        fields.register()
        permissions.declare_all()
        imports.register()
        places.register()

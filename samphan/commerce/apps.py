"""Commerce: products, orders and what customers have bought."""

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "samphan.commerce"
    label = "commerce"

    def ready(self) -> None:
        from samphan.administration import lists
        from samphan.commerce import fields, imports, panels, permissions, places, search_results, timeline
        from samphan.commerce.views import orders, products

        fields.register()
        permissions.declare_all()
        imports.register()
        places.register()
        panels.register()
        timeline.register()
        search_results.register()
        lists.register(orders.ORDER_LIST)
        lists.register(products.PRODUCT_LIST)

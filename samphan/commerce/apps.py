"""Commerce: products, orders and what customers have bought."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommerceConfig(AppConfig):
    name = "samphan.commerce"
    label = "commerce"
    verbose_name = _("Orders and products")

    def ready(self) -> None:
        from samphan.administration import deleted, lists
        from samphan.commerce import (
            collections,
            custom_fields,
            fields,
            imports,
            numbering,
            on_behalf,
            panels,
            permissions,
            places,
            search_results,
            timeline,
        )
        from samphan.commerce.views import orders, products
        from samphan.platform.changes import erasing

        fields.register()
        collections.register()
        custom_fields.register()
        permissions.declare_all()
        imports.register()
        numbering.register()
        on_behalf.register()
        places.register()
        panels.register()
        timeline.register()
        search_results.register()
        lists.register(orders.ORDER_LIST)
        lists.register(products.PRODUCT_LIST)
        # The law asks for accounts: an order loses its customer, and a line its product, whose name it holds itself.
        erasing.keep("commerce.Order", "customer")
        erasing.keep("commerce.OrderLine", "product")
        deleted.declare("commerce.Order")
        deleted.declare("commerce.Product")

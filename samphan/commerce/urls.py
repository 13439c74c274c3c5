"""Addresses of commerce."""

from django.urls import URLPattern, URLResolver, path

from samphan.administration.lists.urls import list_urls
from samphan.commerce.views import orders, products

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/", orders.order_list, name="order-list"),
    *list_urls("orders", "order", "commerce.view_order", "commerce.change_order"),
    path("orders/<uuid:order_id>/", orders.order_detail, name="order-detail"),
    path("products/", products.product_list, name="product-list"),
    *list_urls("products", "product", "commerce.view_product", "commerce.change_product"),
    path("products/<uuid:product_id>/", products.product_detail, name="product-detail"),
]

"""Addresses of commerce."""

from django.urls import URLPattern, URLResolver, path

from samphan.commerce.views import orders, products, purchases

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/", orders.order_list, name="order-list"),
    path("orders/<uuid:order_id>/", orders.order_detail, name="order-detail"),
    path("products/", products.product_list, name="product-list"),
    path("products/<uuid:product_id>/", products.product_detail, name="product-detail"),
    path("customers/<uuid:customer_id>/purchases/", purchases.customer_purchases, name="customer-purchases"),
]

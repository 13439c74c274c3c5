"""Customers: people and organisations, and every way to reach and recognise them."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "samphan.customers"
    label = "customers"

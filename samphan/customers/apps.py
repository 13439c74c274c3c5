"""Customers: people and organisations, and every way to reach and recognise them."""

from django.apps import AppConfig
from django.utils.translation import ngettext_lazy


class CustomersConfig(AppConfig):
    name = "samphan.customers"
    label = "customers"

    def ready(self) -> None:
        from samphan.administration import guide, notifications
        from samphan.customers import acts, fields, imports, permissions, places, search_documents, search_results
        from samphan.customers.views import consents, files, preferences, state

        permissions.declare_all()
        fields.register()
        imports.register()
        places.register()
        search_documents.register()
        search_results.register()
        state.register()
        acts.register()
        preferences.register()
        consents.register()
        files.register()
        guide.declare(places.FIRST_FILE)
        notifications.declare(
            "customers.customers_assigned",
            ngettext_lazy(
                "%(count)d customer is in your care now", "%(count)d customers are in your care now", "count"
            ),
            icon="user-check",
        )

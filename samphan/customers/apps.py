"""Customers: people and organisations, and every way to reach and recognise them."""

from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class CustomersConfig(AppConfig):
    name = "samphan.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from samphan.administration import audit, deleted, guide, notifications
        from samphan.administration.reaching import shared_ids
        from samphan.customers import (
            actions,
            acts,
            belongings,
            choices,
            custom_fields,
            erasing,
            fields,
            file_retention,
            imports,
            numbering,
            on_behalf,
            permissions,
            places,
            search_documents,
            search_results,
        )
        from samphan.customers.views import consents, files, preferences, relations, state
        from samphan.platform import access

        permissions.declare_all()
        access.grant("customers", partial(shared_ids, "customers"))
        choices.register()
        fields.register()
        custom_fields.register()
        imports.register()
        places.register()
        search_documents.register()
        search_results.register()
        state.register()
        acts.register()
        belongings.register()
        numbering.register()
        on_behalf.register()
        preferences.register()
        consents.register()
        files.register()
        file_retention.register()
        erasing.register()
        audit.declare(actions.ERASED, _("Erased a customer for good"))
        deleted.declare("customers.Customer")
        relations.register()
        guide.declare(places.FIRST_FILE)
        assigned = "customers.customers_assigned"
        notifications.declare_topic(assigned, _("A colleague gives me customers"), icon="user-check", order=40)
        notifications.declare(
            assigned,
            ngettext_lazy(
                "%(count)d customer is in your care now", "%(count)d customers are in your care now", "count"
            ),
            icon="user-check",
            topic=assigned,
        )
        notifications.declare(
            "customers.customers_shared",
            ngettext_lazy(
                "A colleague shares %(count)d customer with you",
                "A colleague shares %(count)d customers with you",
                "count",
            ),
            icon="share-2",
            topic=assigned,
        )

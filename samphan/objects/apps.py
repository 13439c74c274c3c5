"""Objects: kinds of records that a company defines itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectsConfig(AppConfig):
    name = "samphan.objects"
    label = "objects"
    verbose_name = _("Own kinds of records")

    def ready(self) -> None:
        from samphan.administration import audit, deleted, lists, notifications
        from samphan.administration.custom_fields import hosts
        from samphan.objects import belongings, known, panels, permissions, places, subscribers, timeline
        from samphan.objects import search_documents as _search  # noqa: F401 - follows every undo
        from samphan.platform import access, catalogue
        from samphan.platform.exports import reading as exports
        from samphan.platform.imports import kinds as import_kinds
        from samphan.platform.search import registry as searches

        permissions.declare_all()
        places.register()
        panels.register()
        timeline.register()
        belongings.register()
        catalogue.extend(known.entities)
        hosts.extend(known.hosts)
        lists.extend(known.lists)
        exports.extend(known.exports)
        audit.extend(known.audited)
        searches.extend(known.searches)
        import_kinds.extend(known.import_kinds)
        deleted.declare("objects.ObjectRecord")
        notifications.declare(
            subscribers.SHARED,
            _("A colleague shares a record with you: %(record)s"),
            icon="share-2",
            topic="customers.customers_assigned",
        )
        access.extend(known.permissions, known.owned, known.grants)

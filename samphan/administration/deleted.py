"""What was deleted comes back for as long as the company keeps it, and is erased for good after that.

A domain names what it lets people delete in `AppConfig.ready()`; the rule in the settings, the night's erasure and the
erasure of one record at once follow::

    deleted.declare("customers.Customer")

Rows that are marked with `deleted_at` count from then on; those that were taken out of their table, from the state that their
history keeps.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from samphan.administration.settings import retention, store
from samphan.platform.changes.erasing import Erased, erase, gone_rows, with_erased
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import Era, format_date

NAME = "deleted_records"  # of the rule
DAYS, LEAST, MOST = 30, 30, 365  # every toast promises 30 days; who wants it sooner erases the one record at once
AT_ONCE = 500  # records of one transaction, with everything that belongs to them
ERASED = "platform.records_erased"  # the changeset of a night's erasure

_ID = "'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'"
_TOLD_OF = f"""
    SELECT n.id FROM administration_notification n
     WHERE n.workspace_id = %(workspace)s
       AND EXISTS (SELECT 1 FROM regexp_matches(n.url || ' ' || n.key, {_ID}, 'g') said WHERE said[1]::uuid = ANY(%(ids)s))
"""
_TOLD_MAILS = f"DELETE FROM administration_notificationmail WHERE notification_id IN ({_TOLD_OF})"
_TOLD = f"DELETE FROM administration_notification WHERE id IN ({_TOLD_OF})"
_ANSWERED = f"""
    DELETE FROM administration_apianswer a WHERE a.workspace_id = %(workspace)s
       AND EXISTS (SELECT 1 FROM regexp_matches(encode(a.body, 'escape'), {_ID}, 'g') said WHERE said[1]::uuid = ANY(%(ids)s))
"""

_declared: list[str] = []


def declare(label: str) -> None:
    """Let deleted rows of a model be erased after their time."""
    if label not in _declared:
        _declared.append(label)


def declared() -> list[str]:
    """The models whose deleted rows are erased after their time."""
    return list(_declared)


def kept_for(workspace_id: UUID) -> timedelta:
    """How long what was deleted can come back."""
    return retention.kept_for(workspace_id, NAME)


@dataclass(frozen=True)
class Deleted:
    """What was deleted before a moment, of every kind."""

    workspace_id: UUID
    before: datetime

    def first(self, most: int) -> Sequence[tuple[type[Model], UUID]]:
        """Some of it; marked rows are locked, so that nobody brings one back meanwhile."""
        found: list[tuple[type[Model], UUID]] = []
        for model in _models():
            if len(found) < most and _is_marked(model):
                marked = self._marked(model).order_by("deleted_at", "pk").select_for_update(of=("self",))
                found += [(model, pk) for pk in marked.values_list("pk", flat=True)[: most - len(found)]]
            if len(found) < most:
                found += [(model, pk) for pk in gone_rows(model, self.before, most - len(found))]
        return found

    def count(self, most: int) -> int:
        found = 0
        for model in _models():
            if _is_marked(model):
                found += self._marked(model)[:most].count()
            found += len(gone_rows(model, self.before, most))
        return min(found, most)

    def _marked(self, model: type[Model]) -> Any:
        return model._default_manager.filter(workspace_id=self.workspace_id, deleted_at__lt=self.before)


def erase_deleted(rows: Sequence[tuple[type[Model], UUID]]) -> None:
    """Erase rows for good, with everything that belongs to them."""
    by_model: dict[type[Model], list[UUID]] = defaultdict(list)
    for model, pk in rows:
        by_model[model].append(pk)
    for model, ids in by_model.items():
        erase(model, ids, kind=ERASED)


def register() -> None:
    """Tell the settings how long what was deleted can come back."""
    retention.register(
        retention.Rule(
            NAME, _("Deleted records"),
            _("Until then they can come back. Then customers, products, notes and records of your own kinds are erased with"
              " their history, files, tasks and messages. Orders stay for your accounts, without the customer."),
            DAYS, LEAST, MOST, Deleted, erase_deleted, at_once=AT_ONCE, waiting=_waiting,
        )
    )  # fmt: skip
    with_erased(_forget)


def _waiting(workspace_id: UUID, time: timedelta) -> str:
    """How many marked records wait, and when the first goes."""
    found, first = 0, None
    for model in _models():
        if _is_marked(model):
            waiting = model._default_manager.filter(workspace_id=workspace_id, deleted_at__isnull=False)
            found += waiting[: retention.COUNTED].count()
            oldest = waiting.order_by("deleted_at").values_list("deleted_at", flat=True).first()
            first = min(filter(None, (first, oldest)), default=None)
    if first is None:
        return ""
    workspace = store.workspace_of(workspace_id)
    day = format_date(
        (first + time).astimezone(workspace.zone).date(), "short", reader_language(), cast(Era, workspace.era)
    )
    return ngettext(
        "%(count)s can still come back; it goes on %(day)s",
        "%(count)s can still come back; the first goes on %(day)s",
        found,
    ) % {"count": f"{found:,}", "day": day}


def _models() -> list[type[Model]]:
    return [apps.get_model(label) for label in _declared]


def _is_marked(model: type[Model]) -> bool:
    try:
        model._meta.get_field("deleted_at")
    except FieldDoesNotExist:
        return False
    return True


def _forget(erased: Erased) -> None:
    """Take what was told of the records, and the answers of the API that held them."""
    ids = erased.everything
    with connection.cursor() as cursor:
        for sql in (_TOLD_MAILS, _TOLD, _ANSWERED):
            cursor.execute(sql, {"workspace": erased.workspace_id, "ids": ids})

"""How long what is kept: rules of the domains, days that the company sets, and the nightly deletion.

A domain registers a `Rule` in `AppConfig.ready()`; the page, the preview and the job follow.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration import audit
from samphan.administration.models import AuditEntry, Member, Notification, SystemViewer
from samphan.administration.settings import store
from samphan.platform.errors import DomainError
from samphan.platform.tenancy import in_workspace

AT_ONCE = 1_000
COUNTED = 10_000
CARRIED_OUT = "administration.retention_carried_out"


class BadDays(DomainError):
    """A number of days that a rule does not allow. `rule`: which."""


class Due(Protocol):
    """What is older than a moment."""

    def first(self, most: int) -> Sequence[Any]:
        """Some of it, the oldest first where it matters."""

    def count(self, most: int) -> int:
        """How much there is, counted up to `most`."""


@dataclass(frozen=True)
class Rows:
    """Rows of one table that are due."""

    found: "QuerySet[Any]"

    def first(self, most: int) -> Sequence[Any]:
        return list(self.found[:most])

    def count(self, most: int) -> int:
        return self.found.order_by()[:most].count()


@dataclass(frozen=True)
class Rule:
    """One kind of data with its time.

    :param reason: why it is kept so long by default, and where the law says so.
    :param due: what of a workspace is older than a moment.
    :param delete: takes some of that away with all that belongs to it; inside a transaction.
    :param at_once: how many in one transaction.
    :param waiting: for a time of keeping, what waits to become due, in a sentence; "" when nothing does.
    """

    name: str
    label: str | Promise
    reason: str | Promise
    days: int
    least: int
    most: int
    due: Callable[[UUID, datetime], Due]
    delete: Callable[[Sequence[Any]], None]
    at_once: int = AT_ONCE
    waiting: Callable[[UUID, timedelta], str] | None = None


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Add or replace a rule, by its name."""
    _rules[rule.name] = rule


def rules() -> list[Rule]:
    """Every rule, in the order in which domains registered them."""
    return list(_rules.values())


def days_of(workspace_id: UUID) -> dict[str, int]:
    """The days of each rule in a workspace; stands inside `in_workspace`."""
    return {name: int(days) for name, days in store.read(workspace_id, "retention").items() if name in _rules}


def change_days(days: dict[str, int], *, acting_member: Member) -> UUID | None:
    """Set how long things are kept. Returns the changeset, None when nothing changed.

    :raises BadDays: for fewer or more days than a rule allows.
    """
    for name, count in days.items():
        check_days(_rules[name], count)
    return store.write("retention", days, acting_member=acting_member)


def check_days(rule: Rule, count: int) -> None:
    """:raises BadDays: for fewer or more days than the rule allows."""
    if not rule.least <= count <= rule.most:
        raise BadDays(_("From %(least)s to %(most)s days."), least=rule.least, most=rule.most)


def would_delete(rule: Rule, workspace_id: UUID, days: int, *, at: datetime) -> int:
    """How many rows would go if it were carried out now, counted up to COUNTED + 1; nothing is deleted."""
    return rule.due(workspace_id, at - timedelta(days=days)).count(COUNTED + 1)


def carry_out(workspace_id: UUID, *, at: datetime) -> dict[str, int]:
    """Delete what is past its time, in sets with a transaction each; writes down what went. Safe to run twice."""
    gone: dict[str, int] = {}
    for rule in rules():
        while True:
            with in_workspace(workspace_id):
                days = days_of(workspace_id)[rule.name]
                rows = rule.due(workspace_id, at - timedelta(days=days)).first(rule.at_once)
                if rows:
                    rule.delete(rows)
            if rows:
                gone[rule.name] = gone.get(rule.name, 0) + len(rows)
            if len(rows) < rule.at_once:
                break
    if gone:
        with in_workspace(workspace_id):
            audit.record(CARRIED_OUT, viewer=SystemViewer(workspace_id), deleted=gone)
    return gone


def kept_for(workspace_id: UUID, name: str) -> timedelta:
    """How long a company keeps what a rule is about."""
    return timedelta(days=days_of(workspace_id)[name])


def carried_out(viewer: Member, *, limit: int = 10) -> list[tuple[datetime, dict[str, int]]]:
    """What was deleted in the last nights in which something was."""
    found = AuditEntry.objects.filter(workspace_id=viewer.workspace_id, action=CARRIED_OUT).order_by("-id")[:limit]
    return [(one.at, one.detail.get("deleted", {})) for one in found]


def label(name: str) -> str:
    """What a rule is about; its name when no domain knows it any more."""
    return str(_rules[name].label) if name in _rules else name


def register_own() -> None:
    """The rules of administration itself."""
    store.declare(
        store.Topic(
            "retention",
            "administration.retention_changed",
            lambda _workspace: {rule.name: rule.days for rule in rules()},
            label,
            lambda _key, value: str(_("%(days)s days") % {"days": value}),
            url_name="retention",
        )
    )
    register(
        Rule(
            "notifications", _("Notifications"),
            _("What was told under the bell; what it was about stays."), 90, 7, 730,
            lambda workspace_id, before: Rows(Notification.objects.filter(workspace_id=workspace_id, created_at__lt=before)),
            lambda rows: _drop(Notification, rows),
        )
    )  # fmt: skip
    register(
        Rule(
            "audit", _("Audit trail"),
            _("Who signed in, exported or looked at covered values. The Computer Crime Act asks for 90 days at least."),
            730, 90, 3650,
            lambda workspace_id, before: Rows(
                AuditEntry.objects.filter(workspace_id=workspace_id, at__lt=before).order_by("id")
            ),
            _forget_audit,
        )
    )  # fmt: skip


def _drop(model: Any, rows: Sequence[Any]) -> None:
    model.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _forget_audit(rows: Sequence[Any]) -> None:
    # Nobody may delete entries one by one: the database forgets whole stretches of time, none of it within 90 days.
    until = max(row.at for row in rows) + timedelta(microseconds=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT samphan_forget_audit(%s)", [until])

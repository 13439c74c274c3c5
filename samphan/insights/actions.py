"""Writes that follow from insights."""

from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import SystemViewer
from samphan.customers.actions.provenance import with_sources
from samphan.customers.events import CustomersChanged
from samphan.customers.models import Customer
from samphan.insights import queries
from samphan.insights.periods import Period
from samphan.platform.access import Reach, Viewer
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import DomainError
from samphan.platform.events import publish

NAMED = ("all", "year", "this_year")


class NobodyBought(DomainError):
    """There is nobody to give a grade to."""

    message = _("Nobody bought anything in this period, so there is no grade to give.")


class GradesOfAll(DomainError):
    """A grade is a share of all sales, which only who sees every customer can tell."""

    message = _("Grades are given over all customers, by somebody who sees all of them.")


def apply_grades(
    period: Period, zone: tzinfo, *, acting_member: Viewer, at: datetime | None = None
) -> tuple[UUID, int]:
    """Give every customer who bought in the period the grade that their share of the sales suggests.

    One statement for each grade, one changeset for all, by which it can be undone; customers who did not buy keep what
    they have. Publishes CustomersChanged.

    :returns: the changeset and how many customers have another grade now.
    :raises NobodyBought: when nobody did. :raises GradesOfAll: to who does not see everybody.
    """
    if acting_member.reach("customers") is not Reach.ALL:
        raise GradesOfAll
    summary = queries.best_customers(acting_member, period, zone)
    if not summary.bands:
        raise NobodyBought
    sources = with_sources(["grade"], acting_member, at or timezone.now())
    changed = 0
    with changeset(
        "insights.grades_applied",
        member_id=acting_member.id,
        note={"period": period.kind, "first": str(period.first or ""), "last": str(period.last or "")},
    ) as act:
        for band in summary.bands:
            people: Any = Customer.objects.visible_to(acting_member).exclude(grade=band.grade)
            if period.is_all_time:
                people = people.filter(total_spent__gte=band.from_amount)
                if band.below_amount is not None:
                    people = people.filter(total_spent__lt=band.below_amount)
            else:
                sql, params = queries.people_sql(acting_member, period, zone, band)
                people = people.filter(pk__in=RawSQL(sql, params))  # noqa: S611
            changed += people.update(grade=band.grade, sources=sources)
        if changed:
            publish(CustomersChanged((), ("grade",)))
    return act, changed


def refresh_summaries(workspace_id: UUID, zone: tzinfo) -> None:
    """Work out the summaries of the usual periods anew, and keep those that take long."""
    from samphan.insights.periods import named

    today = timezone.now().astimezone(zone).date()
    for kind in NAMED:
        queries.best_customers(SystemViewer(workspace_id), named(kind, today), zone, fresh=True)

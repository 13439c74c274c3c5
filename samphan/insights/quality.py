"""The quality of the customers' data: how complete, valid and fresh it is, who is worst, and how it was each week.

Everything is counted over rows that a viewer may see and fields that they may read. The whole workspace is counted by a job
and kept by week; a saved view, and what a member with a smaller reach sees, is counted when asked for.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, Count, IntegerField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.lists.views_kept import to_state
from samphan.administration.models import Member, SavedView
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer, Identity
from samphan.customers.reach import OWNED
from samphan.insights import problem_rows
from samphan.insights.models import CustomerProblem, QualityRun, QualitySnapshot
from samphan.insights.quality_problems import FIELDS, PROBLEMS, Problem
from samphan.platform import lists
from samphan.platform.access import Reach, Viewer
from samphan.platform.catalogue import Entity, Operator, Privacy
from samphan.platform.conditions.postgres import emit
from samphan.platform.conditions.tree import Comparison
from samphan.platform.errors import DomainError

MEASURED = (
    "phone", "email", "line_id", "tax_id", "address", "province", "postcode", "birth_date", "gender", "nickname",
    "stage", "grade", "owner", "source",
)  # fmt: skip
KEY_FIELDS = ("phone", "email", "address", "province", "owner", "stage")  # what every customer should have
WORST = 100
SOURCES = 10
LIVE_SECONDS = 8
AT_ONCE = 20_000  # customers that are counted while the person waits
WEEKS = 26
PART = 20_000  # customers of one transaction of a whole count
STALE = timedelta(hours=12)  # a run that stopped so long ago is begun anew
MOST_SOURCES = 2_000  # that are told apart while parts are counted


class TooMuchToCount(DomainError):
    """A count that takes longer than a page may."""

    message = _("There are too many customers to count at once; choose a smaller view.")


@dataclass
class Quality:
    """What was counted: customers, those with a value of each field and with each problem, the largest sources, the worst."""

    customers: int = 0
    known: dict[str, int] = field(default_factory=dict)
    problems: dict[str, int] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    worst: list[str] = field(default_factory=list)
    at: datetime | None = None

    @property
    def completeness(self) -> float | None:
        """Mean over the fields of the share of customers who have a value, 0 to 1."""
        if not self.customers or not self.known:
            return None
        return sum(self.known.values()) / (self.customers * len(self.known))

    def share(self, count: int) -> float | None:
        """A count as a share of the customers."""
        return count / self.customers if self.customers else None


def fields_of(viewer: Viewer) -> list[str]:
    """The fields that are measured, of those that a viewer may read."""
    seen = CUSTOMERS.seen_by(viewer)
    return [name for name in MEASURED if seen.has_field(name)]


def problems_of(viewer: Viewer) -> list[Problem]:
    """The problems that a viewer may know of: those of fields that they may read."""
    seen = CUSTOMERS.seen_by(viewer)
    return [one for one in PROBLEMS if seen.has_field(one.filter_name) and (not one.of or seen.has_field(one.of))]


def sees_all(viewer: Viewer) -> bool:
    """Whether what is kept of the whole workspace is what this viewer sees."""
    return viewer.reach(OWNED) is Reach.ALL


def latest(viewer: Viewer) -> Quality | None:
    """What was counted last of the whole workspace, as far as the viewer may read it; None when nothing was."""
    kept = QualitySnapshot.objects.filter(workspace_id=viewer.workspace_id).order_by("-week").first()
    return None if kept is None else _read(kept.figures, kept.taken_at, viewer)


def was_counted(viewer: Viewer) -> bool:
    """Whether the whole workspace was counted to the end, and who has which problem kept: an older version did not."""
    kept = QualitySnapshot.objects.filter(workspace_id=viewer.workspace_id).order_by("-week").first()
    return kept is not None and bool(kept.figures.get("are_rows_kept"))


def trend(viewer: Viewer) -> list[tuple[date, Quality]]:
    """The kept weeks of half a year, oldest first."""
    kept = QualitySnapshot.objects.filter(workspace_id=viewer.workspace_id).order_by("-week")[:WEEKS]
    return [(one.week, _read(one.figures, one.taken_at, viewer)) for one in reversed(kept)]


def take_snapshot(viewer: Viewer, *, today: date, at: datetime) -> Quality:
    """Find every problem anew, count the whole workspace and keep it as this week's, in the caller's transaction."""
    QualityRun.objects.filter(workspace_id=viewer.workspace_id).delete()
    found = None
    while found is None:
        found = count_on(viewer, today=today, at=at)
    return found


def count_on(viewer: Viewer, *, today: date, at: datetime) -> Quality | None:
    """Take the count of the whole workspace one step further, beginning one where none is under way; `viewer` sees everything.

    Each step is one transaction of the caller. What is counted is kept as this week's, and answered, with the last of them:
    until then everybody is shown what was counted before.
    """
    QualityRun.objects.filter(workspace_id=viewer.workspace_id, created_at__lt=at - STALE).delete()
    QualityRun.objects.bulk_create([QualityRun(workspace_id=viewer.workspace_id)], ignore_conflicts=True)
    run = QualityRun.objects.select_for_update().get(workspace_id=viewer.workspace_id)
    if run.step < len(problem_rows.COMPARED):
        problem_rows.refresh_compared(viewer.workspace_id, problem_rows.COMPARED[run.step])
        run.step += 1
        run.save(update_fields=["step"])
        return None
    until = problem_rows.next_part(viewer.workspace_id, run.after, PART)
    problem_rows.refresh_between(viewer.workspace_id, run.after, until)
    rows = Customer.objects.visible_to(viewer)
    rows = rows.filter(pk__gt=run.after) if run.after else rows
    part = _tally(rows.filter(pk__lte=until) if until else rows, viewer, at)
    tally = _Tally.of(run.figures).with_part(part) if run.figures else part
    if until is not None:
        run.after, run.figures = until, tally.figures()
        run.save(update_fields=["after", "figures"])
        return None
    run.delete()
    return _keep(viewer, tally.quality(at), today, at)


def _keep(viewer: Viewer, found: Quality, today: date, at: datetime) -> Quality:
    figures = asdict(found) | {"are_rows_kept": True}
    del figures["at"]
    problem_rows.keep_worst(viewer.workspace_id, found.worst)
    QualitySnapshot.objects.update_or_create(
        workspace_id=viewer.workspace_id,
        week=today - timedelta(days=today.weekday()),
        defaults={"taken_at": at, "figures": figures},
    )
    return found


def of_view(view: SavedView, viewer: Member, *, at: datetime) -> Quality:
    """The customers of a saved view, counted now.

    :raises TooMuchToCount: when that takes too long.
    """
    state = to_state(view.state, CUSTOMERS.in_workspace(viewer.workspace_id), viewer)
    rows = lists.narrow(Customer.objects.visible_to(viewer), state, viewer, now=at, zone=viewer.workspace.zone)
    return _in_time(rows, viewer, at)


def of_reach(viewer: Viewer, *, at: datetime) -> Quality:
    """The customers that a viewer sees, counted now.

    :raises TooMuchToCount: when that takes too long.
    """
    return _in_time(Customer.objects.visible_to(viewer), viewer, at)


def _in_time(rows: "QuerySet[Customer]", viewer: Viewer, at: datetime) -> Quality:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(LIVE_SECONDS * 1000)])
            found = measure(rows, viewer, at=at)
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
            return found
    except OperationalError:
        raise TooMuchToCount from None


def measure(rows: "QuerySet[Customer]", viewer: Viewer, *, at: datetime) -> Quality:
    """Count rows with four statements, whatever their number; problems as they were found last."""
    return _tally(rows, viewer, at).quality(at)


@dataclass
class _Tally:
    """What was counted of some customers, in a form that can be added to what was counted of others."""

    customers: int
    known: dict[str, int]
    problems: dict[str, int]
    sources: list[dict[str, Any]]
    worst: list[tuple[int, str]]  # how bad, who; the worst first

    @classmethod
    def of(cls, figures: dict[str, Any]) -> "_Tally":
        return cls(**{**figures, "worst": [(bad, who) for bad, who in figures["worst"]]})

    def figures(self) -> dict[str, Any]:
        return asdict(self)

    def with_part(self, part: "_Tally") -> "_Tally":
        sources: dict[str, dict[str, Any]] = {one["source"]: one for one in self.sources}
        for one in part.sources:
            so_far = sources.get(one["source"])
            sources[one["source"]] = one if so_far is None else {
                "source": one["source"],
                "customers": so_far["customers"] + one["customers"],
                "known": _added(so_far["known"], one["known"]),
            }  # fmt: skip
        return _Tally(
            self.customers + part.customers,
            _added(self.known, part.known),
            _added(self.problems, part.problems),
            sorted(sources.values(), key=lambda one: (-one["customers"], one["source"]))[:MOST_SOURCES],
            sorted([*self.worst, *part.worst], key=lambda one: (-one[0], one[1]))[:WORST],
        )

    def quality(self, at: datetime) -> Quality:
        worst = [who for _bad, who in self.worst]
        return Quality(self.customers, self.known, self.problems, self.sources[:SOURCES], worst, at)


def _added(counts: dict[str, int], more: dict[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) + more.get(name, 0) for name in {**counts, **more}}


def _tally(rows: "QuerySet[Customer]", viewer: Viewer, at: datetime) -> _Tally:
    entity, names, problems = CUSTOMERS.seen_by(viewer), fields_of(viewer), problems_of(viewer)
    rows = rows.order_by()
    with transaction.atomic(), connection.cursor() as cursor:
        # The tests of child rows are then hashed once, not looked up once for each customer.
        cursor.execute("SELECT set_config('work_mem', '128MB', true)")
        counts = {f"known_{name}": _count(_known(entity, name, at)) for name in names}
        found = rows.aggregate(customers=Count("pk"), **counts)
        tally = _Tally(
            found["customers"],
            {name: found[f"known_{name}"] for name in names},
            _problem_counts(cursor, rows, viewer, problems),
            [],
            [],
        )
        keys = [name for name in KEY_FIELDS if name in names]
        if entity.has_field("source"):
            by_source = rows.values("source").annotate(
                customers=Count("pk"), **{f"known_{name}": _count(_known(entity, name, at)) for name in keys}
            )
            for row in by_source.order_by("-customers", "source")[:MOST_SOURCES]:
                known = {name: row[f"known_{name}"] for name in keys}
                tally.sources.append({"source": row["source"], "customers": row["customers"], "known": known})
        if problems:
            wrong = ", ".join(f"'{one.name}'" for one in problems if not one.is_age)
            parts = [
                "3 * (SELECT count(DISTINCT q.problem) FROM insights_customerproblem q WHERE q.workspace_id ="
                f" customers_customer.workspace_id AND q.customer_id = customers_customer.id AND q.problem IN ({wrong}))"
            ]
            # A test of nothing is unknown, and would make the whole sum unknown: a CASE takes it for no.
            missing = [_known(entity, name, at) for name in keys]
            parts += [f"CASE WHEN NOT ({sql}) THEN 1 ELSE 0 END" for sql, _params in missing]
            score = RawSQL(  # noqa: S611  the catalogue's SQL
                " + ".join(parts), [one for _sql, params in missing for one in params], output_field=IntegerField()
            )
            worst = rows.annotate(badness=score).filter(badness__gt=0).order_by("-badness", "id")
            tally.worst = [(bad, str(pk)) for bad, pk in worst.values_list("badness", "pk")[:WORST]]
    return tally


def _problem_counts(cursor: Any, rows: "QuerySet[Customer]", viewer: Viewer, problems: list[Problem]) -> dict[str, int]:
    """How many of the rows have each problem, by one join: a test for each would look a million times thirteen times."""
    sql, params = rows.values("pk").query.sql_with_params()
    cursor.execute(
        "SELECT q.problem, count(DISTINCT q.customer_id) FROM insights_customerproblem q"
        f" WHERE q.workspace_id = %s AND q.customer_id IN ({sql}) GROUP BY 1",
        [viewer.workspace_id, *params],
    )
    found = dict(cursor.fetchall())
    return {one.name: found.get(one.name, 0) for one in problems}


def worst_customers(quality: Quality, viewer: Viewer) -> list[tuple[Customer, list[str]]]:
    """The worst customers that the viewer still sees, worst first, each with its problems in words."""
    ids = [UUID(one) for one in quality.worst]
    labels = {one.name: str(one.label) for one in problems_of(viewer) if not one.is_age}
    entity = CUSTOMERS.seen_by(viewer)
    held = [entity.field(one.name).sql for one in FIELDS if entity.has_field(one.name)]
    if not ids or not held:
        return []
    every = RawSQL(" || ".join(held), ())  # noqa: S611  the catalogue's SQL
    rows: Any = Customer.objects.visible_to(viewer).filter(pk__in=ids).annotate(held=every)
    found = {one.pk: (one, list(one.held)) for one in rows}
    return [(found[pk][0], [labels[name] for name in found[pk][1] if name in labels]) for pk in ids if pk in found]


@dataclass(frozen=True)
class Duplicates:
    """Customers that share one value: what they share and who they are, the first few of them."""

    value: str
    customers: list[Customer]


def shared_values(viewer: Viewer, kind: str, *, limit: int, after: str = "") -> list[Duplicates]:
    """Telephones or e-mails that several visible customers have, in the order of the value, from behind `after`."""
    if not viewer.may_read(Privacy.CONTACT):
        return []
    # The index of what is shared holds nothing else: it is walked, not searched.
    values = list(
        Identity.objects.filter(workspace_id=viewer.workspace_id, kind=kind, resolves=False, value__gt=after)
        .values_list("value", flat=True)
        .distinct()
        .order_by("value")[:limit]
    )
    pairs = Identity.objects.filter(workspace_id=viewer.workspace_id, kind=kind, value__in=values)
    of_value: dict[str, set[UUID]] = {}
    for value, customer_id in pairs.values_list("value", "customer_id")[: limit * 50]:
        of_value.setdefault(value, set()).add(customer_id)
    return _groups(values, of_value, viewer)


def alike(viewer: Viewer, name: str, *, limit: int, after: str = "") -> list[Duplicates]:
    """Visible customers who are alike in a way that the last count found, group by group from behind `after`."""
    if name not in {one.name for one in problems_of(viewer)}:
        return []
    kept = CustomerProblem.objects.filter(workspace_id=viewer.workspace_id, problem=name)
    values = list(kept.filter(shared__gt=after).values_list("shared", flat=True).distinct().order_by("shared")[:limit])
    of_value: dict[str, set[UUID]] = {}
    for value, customer_id in kept.filter(shared__in=values).values_list("shared", "customer_id")[: limit * 50]:
        of_value.setdefault(value, set()).add(customer_id)
    return _groups(values, of_value, viewer)


def _groups(values: list[str], of_value: dict[str, set[UUID]], viewer: Viewer) -> list[Duplicates]:
    """The groups of two and more visible customers, in the order of the values."""
    known = Customer.objects.visible_to(viewer).in_bulk({one for ids in of_value.values() for one in ids})
    found = [
        Duplicates(value, sorted((known[one] for one in of_value.get(value, ()) if one in known), key=lambda c: c.pk))
        for value in values
    ]
    return [one for one in found if len(one.customers) > 1]


def _known(entity: Entity, name: str, at: datetime) -> tuple[str, list[object]]:
    sql, params = emit(Comparison(name, Operator.IS_KNOWN), entity, at, get_current_timezone(), None)
    return sql, list(params)


def _count(test: tuple[str, list[object]]) -> Count:
    sql, params = test
    return Count(Value(1), filter=RawSQL(sql, tuple(params), output_field=BooleanField()))  # noqa: S611


def _read(figures: dict[str, Any], at: datetime, viewer: Viewer) -> Quality:
    names, problems = fields_of(viewer), {one.name for one in problems_of(viewer)}
    sources: Iterable[dict[str, Any]] = figures.get("sources", ()) if "source" in names else ()
    return Quality(
        figures["customers"],
        {name: count for name, count in figures["known"].items() if name in names},
        {name: count for name, count in figures["problems"].items() if name in problems},
        [{**one, "known": {name: count for name, count in one["known"].items() if name in names}} for one in sources],
        figures.get("worst", []) if problems else [],
        at,
    )

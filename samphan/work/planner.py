"""What stands on the days of a calendar: tasks by the day they are due, visits and meetings by when they are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber, TruncDate

from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.work.models import Activity, Task

APPOINTMENTS = (Activity.Kind.VISIT, Activity.Kind.MEETING)


@dataclass(frozen=True)
class Planned:
    """One entry of a day; `at` is None for what has no time of day."""

    record: Task | Activity
    at: datetime | None
    customer: Customer | None = None

    @property
    def is_done(self) -> bool:
        """True for a task that is done; a visit stays as it is."""
        return isinstance(self.record, Task) and not self.record.is_open

    @property
    def place(self) -> tuple[bool, float, UUID]:
        """Where it stands in its day: what is open first, without a time before those with one."""
        return self.is_done, self.at.timestamp() if self.at else 0.0, self.record.pk


@dataclass
class Day:
    """The entries of a day, as many as are shown, and how many there are."""

    entries: list[Planned] = field(default_factory=list)
    count: int = 0


def week_of(day: date, begins: int = 6) -> date:
    """The day on which the week of a day begins; 6 is Sunday, as Thai calendars have it, 0 Monday."""
    return day - timedelta(days=(day.weekday() - begins) % 7)


def month_days(day: date, week_begins: int = 6) -> list[date]:
    """The days of whole weeks that show a month: those before its first and behind its last day too."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    begins, ends = week_of(first, week_begins), week_of(last, week_begins) + timedelta(days=6)
    return [begins + timedelta(days=index) for index in range((ends - begins).days + 1)]


def planned(
    viewer: Member, days: Iterable[date], *, whose: UUID | None, per_day: int, zone: ZoneInfo
) -> dict[date, Day]:
    """What stands on consecutive days, at most `per_day` entries each; three statements.

    :param whose: the member whose calendar it is; None for everybody's.
    """
    wanted = list(days)
    tasks = _tasks(viewer, wanted, whose, per_day)
    appointments = _appointments(viewer, wanted, whose, per_day, zone)
    records: list[Task | Activity] = [*tasks, *appointments]
    ids = {one.customer_id for one in records if one.customer_id}
    customers = Customer.objects.visible_to(viewer).in_bulk(ids) if ids else {}
    entries: defaultdict[date, list[Planned]] = defaultdict(list)
    counts: dict[tuple[date, type], int] = {}
    for record in records:
        moment = record.due_at if isinstance(record, Task) else record.at
        local = moment.astimezone(zone) if moment else None
        day = record.due_on if isinstance(record, Task) else local.date() if local else None
        if day is not None:
            entries[day].append(
                Planned(record, local, customers.get(record.customer_id) if record.customer_id else None)
            )
            counts[day, type(record)] = getattr(record, "of_day", 0)  # annotated, the same on every row of a day
    return {
        day: Day(
            sorted(entries[day], key=lambda one: one.place)[:per_day],
            sum(counts.get((day, kind), 0) for kind in (Task, Activity)),
        )
        for day in wanted
    }


def _tasks(viewer: Member, days: list[date], whose: UUID | None, per_day: int) -> list[Task]:
    rows = Task.objects.visible_to(viewer).filter(due_on__range=(days[0], days[-1]))
    rows = rows.exclude(state=Task.State.CANCELLED)
    if whose is not None:
        rows = rows.filter(assignee_id=whose)
    numbered = rows.annotate(
        number=Window(
            RowNumber(),
            partition_by=F("due_on"),
            order_by=[F("closed_at").asc(nulls_first=True), F("due_at").asc(nulls_first=True), F("id").asc()],
        ),
        of_day=Window(Count("pk"), partition_by=F("due_on")),
    )
    return list(numbered.filter(number__lte=per_day).select_related("assignee").order_by("due_on", "number"))


def _appointments(viewer: Member, days: list[date], whose: UUID | None, per_day: int, zone: ZoneInfo) -> list[Activity]:
    """Visits and meetings: what people wrote is personal, so who may not read that sees none."""
    if not viewer.may_read("personal"):
        return []
    begins, ends = (datetime.combine(day, time.min, zone) for day in (days[0], days[-1] + timedelta(days=1)))
    rows = Activity.objects.visible_to(viewer).filter(at__gte=begins, at__lt=ends, kind__in=APPOINTMENTS)
    rows = rows.filter(customer__deleted_at__isnull=True)
    if whose is not None:
        rows = rows.filter(member_id=whose)
    local_day = TruncDate("at", tzinfo=zone)
    numbered = rows.annotate(
        number=Window(RowNumber(), partition_by=local_day, order_by=[F("at").asc(), F("id").asc()]),
        of_day=Window(Count("pk"), partition_by=local_day),
    )
    return list(numbered.filter(number__lte=per_day).select_related("member").order_by("at", "id"))

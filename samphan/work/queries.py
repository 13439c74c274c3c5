"""Reads about activities and tasks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from samphan.administration.absences import stood_in_for
from samphan.administration.models import Member
from samphan.customers.models import Customer, Identity
from samphan.customers.timeline import Place
from samphan.platform.access import Reach, Viewer
from samphan.platform.changes.models import Changeset
from samphan.work.models import Activity, Task, TaskState

OPEN_SHOWN = 5  # tasks on a customer's record
QUEUE_SIZE = 200  # tasks of one person's day; nobody does more
SOON = timedelta(minutes=30)
LATE_FACTOR = 1.5  # of the usual gap between orders, before a rhythm counts as broken
GRADES = {"A": 0, "B": 1, "C": 2, "D": 3}


@dataclass(frozen=True)
class Rhythm:
    """How often a customer buys: usual days between orders, and days since the last one."""

    usual_days: int
    days_since: int

    @property
    def is_broken(self) -> bool:
        return self.days_since > self.usual_days * LATE_FACTOR


@dataclass
class QueueItem:
    """A task with what one must know to do it. `overdue_days` is 0 for what is not late."""

    task: Task
    customer: Customer | None
    overdue_days: int = 0
    is_soon: bool = False
    rhythm: Rhythm | None = None
    phone: str = ""
    line: str = ""
    email: str = ""
    stood_in_for: str = ""  # whose task it is, where the member stands in


@dataclass
class Queue:
    """One person's day. The first of all is `next`; it is not repeated in the lists."""

    next: QueueItem | None = None
    overdue: list[QueueItem] = field(default_factory=list)
    today: list[QueueItem] = field(default_factory=list)
    undated: list[QueueItem] = field(default_factory=list)
    done_count: int = 0

    @property
    def due_count(self) -> int:
        """What is still to do today."""
        return (1 if self.next and self.next.task.due_on else 0) + len(self.overdue) + len(self.today)


def rhythm_of(customer: Customer, today: date, zone: tzinfo) -> Rhythm | None:
    """The buying rhythm: (last - first order) / (orders - 1), 4 orders from 1 to 31 October are 10 days; None below 3."""
    if customer.order_count < 3 or customer.first_order_at is None or customer.last_order_at is None:
        return None
    first, last = (moment.astimezone(zone).date() for moment in (customer.first_order_at, customer.last_order_at))
    usual = round((last - first).days / (customer.order_count - 1))
    return Rhythm(usual, (today - last).days) if usual > 0 else None


def work_queue(viewer: Viewer, *, now: datetime, zone: tzinfo) -> Queue:
    """What a member has to do today, in the order in which to do it, theirs and of whom they stand in for; four statements.

    The rule: first what has its time within half an hour or past it today; then what is overdue, better grades first,
    then the longest overdue; then today's, those with a time by it, the others by grade; then what has no day.
    """
    today = now.astimezone(zone).date()
    absent = _absent(viewer)
    mine = Task.objects.visible_to(viewer).filter(_of_day(viewer, absent))
    rows = mine.open().filter(Q(due_on__lte=today) | Q(due_on__isnull=True))
    tasks = list(rows.order_by("due_on", "id")[:QUEUE_SIZE])
    midnight = datetime.combine(today, time.min, zone)
    queue = Queue(done_count=mine.filter(closed_at__gte=midnight, state=Task.State.DONE).count())
    items = _items(tasks, viewer, now, today, zone)
    for one in items:
        one.stood_in_for = absent.get(one.task.assignee_id, "")
    soon = sorted((one for one in items if one.is_soon), key=lambda one: one.task.due_at or now)
    overdue = sorted(
        (one for one in items if one.overdue_days), key=lambda one: (_grade(one), -one.overdue_days, one.task.id)
    )
    later = [one for one in items if one.task.due_on == today and not one.is_soon]
    later.sort(key=lambda one: (one.task.due_at is None, one.task.due_at or now, _grade(one), one.task.id))
    undated = sorted((one for one in items if one.task.due_on is None), key=lambda one: (_grade(one), one.task.id))
    order = [*soon, *overdue, *later, *undated]
    if order:
        queue.next = order[0]
    queue.overdue = [one for one in overdue if one is not queue.next]
    queue.today = [one for one in (*soon, *later) if one is not queue.next]
    queue.undated = [one for one in undated if one is not queue.next]
    return queue


def due_by(viewer: Viewer, today: date) -> QuerySet[Task]:
    """The open tasks of a member that are due by today; an index serves their count."""
    return Task.objects.visible_to(viewer).open().filter(_of_day(viewer, _absent(viewer)), due_on__lte=today)


def _absent(viewer: Viewer) -> dict[UUID, str]:
    """Whose tasks the viewer does today beside their own, with their names."""
    return stood_in_for(viewer) if isinstance(viewer, Member) else {}


def _of_day(viewer: Viewer, absent: Collection[UUID]) -> Q:
    return Q(assignee_id__in=[viewer.id, *absent]) if absent else Q(assignee_id=viewer.id)


def reach_of(viewer: Viewer, customer_ids: Collection[UUID]) -> dict[tuple[UUID, str], str]:
    """The first phone, line and email of each customer by (customer id, kind); empty for who may not read contacts.

    :param customer_ids: of customers that the viewer sees.
    """
    if not customer_ids or not viewer.may_read("contact"):
        return {}
    found = Identity.objects.filter(
        workspace_id=viewer.workspace_id, customer_id__in=customer_ids, kind__in=("phone", "line", "email")
    )
    # The first is written last and stays.
    rows = found.order_by("-position", "-id").values_list("customer_id", "kind", "value")
    return {(customer_id, kind): value for customer_id, kind, value in rows}


def _grade(item: QueueItem) -> int:
    return GRADES.get(item.customer.grade, 4) if item.customer else 4


def _items(tasks: Sequence[Task], viewer: Viewer, now: datetime, today: date, zone: tzinfo) -> list[QueueItem]:
    ids = {task.customer_id for task in tasks if task.customer_id}
    customers = Customer.objects.visible_to(viewer).in_bulk(ids) if ids else {}
    reach = reach_of(viewer, customers)
    items = []
    for task in tasks:
        customer = customers.get(task.customer_id) if task.customer_id else None
        late = (today - task.due_on).days if task.due_on else 0
        items.append(
            QueueItem(
                task,
                customer,
                overdue_days=max(late, 0),
                is_soon=task.due_at is not None and late == 0 and task.due_at - now <= SOON,
                rhythm=rhythm_of(customer, today, zone) if customer else None,
                phone=reach.get((customer.pk, "phone"), "") if customer else "",
                line=reach.get((customer.pk, "line"), "") if customer else "",
                email=reach.get((customer.pk, "email"), "") if customer else "",
            )
        )
    return items


def open_tasks_of(customer_id: UUID, viewer: Viewer) -> list[Task]:
    """The first open tasks for a customer, the next one first; those without a day come last."""
    rows = Task.objects.visible_to(viewer).open().filter(customer_id=customer_id).select_related("assignee")
    return list(rows.order_by("due_on", "id")[:OPEN_SHOWN])


def activities_of(
    customer_id: UUID, viewer: Viewer, kinds: Sequence[str], *, before: Place | None, limit: int, text: str = ""
) -> list[Activity]:
    """The activities of these kinds with a customer, newest first, older than a place."""
    rows = Activity.objects.visible_to(viewer).filter(customer_id=customer_id, kind__in=kinds)
    if before is not None:
        rows = rows.filter(Q(at__lt=before.at) | Q(at=before.at, id__lt=before.id), at__lte=before.at)
    if text:
        rows = rows.filter(Q(text__icontains=text) | Q(member__name__icontains=text))
    note = Changeset.objects.filter(pk=OuterRef("created_in")).values("note")
    return list(rows.annotate(act_note=Subquery(note)).select_related("member").order_by("-at", "-id")[:limit])


def closed_tasks_of(
    customer_id: UUID, viewer: Viewer, *, before: Place | None, limit: int, text: str = ""
) -> list[Task]:
    """The tasks for a customer that were done or cancelled, the last first, closed before a place."""
    rows = Task.objects.visible_to(viewer).filter(customer_id=customer_id, closed_at__isnull=False)
    if before is not None:
        rows = rows.filter(
            Q(closed_at__lt=before.at) | Q(closed_at=before.at, id__lt=before.id), closed_at__lte=before.at
        )
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(text__icontains=text))
    return list(rows.select_related("assignee").order_by("-closed_at", "-id")[:limit])


def who_closed(tasks: Sequence[Task]) -> dict[UUID, tuple[str, dict[str, Any]]]:
    """Who brought each of these tasks to its end, "" where nobody knows, and the note of the act."""
    if not tasks:
        return {}
    note = Changeset.objects.filter(pk=OuterRef("created_in")).values("note")
    states = TaskState.objects.filter(workspace_id=tasks[0].workspace_id, task_id__in=[one.pk for one in tasks])
    rows = states.annotate(act_note=Subquery(note)).order_by("at", "id")
    return {
        task: (who or "", said or {}) for task, who, said in rows.values_list("task_id", "member__name", "act_note")
    }


def time_in_states(viewer: Viewer, *, since: datetime, now: datetime) -> dict[str, timedelta]:
    """How long the tasks that a member moved were in each state since a time, for that member's own eyes.

    A state lasts from its row to the task's next one, or until now; done and cancelled last no time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH spans AS (
                SELECT s.state, s.member_id, s.at AS began,
                       coalesce(lead(s.at) OVER (PARTITION BY s.task_id ORDER BY s.at, s.id), %(now)s) AS ended
                  FROM work_taskstate s
                 WHERE s.workspace_id = %(workspace)s AND s.task_id IN (
                       SELECT t.task_id FROM work_taskstate t
                        WHERE t.workspace_id = %(workspace)s AND t.member_id = %(member)s AND t.at <= %(now)s)
            )
            SELECT state, sum(ended - greatest(began, %(since)s)) FROM spans
             WHERE member_id = %(member)s AND ended > %(since)s AND state IN ('doing', 'waiting')
             GROUP BY state
            """,
            {"workspace": viewer.workspace_id, "member": viewer.id, "since": since, "now": now},
        )
        return dict(cursor.fetchall())


FEED_SIZE = 1_000


def dated_tasks_of(viewer: Viewer, *, since: date) -> list[Task]:
    """The open tasks of a member that are due from a day on, in the order of their days."""
    rows = Task.objects.visible_to(viewer).open().filter(assignee_id=viewer.id, due_on__gte=since)
    return list(rows.select_related("customer").order_by("due_on", "id")[:FEED_SIZE])


def appointments_of(viewer: Member, *, since: datetime) -> list[Activity]:
    """The visits and meetings of a member from a time on, without those of deleted customers."""
    if not viewer.may_read("personal"):
        return []
    rows = Activity.objects.visible_to(viewer).filter(
        member_id=viewer.pk,
        at__gte=since,
        kind__in=(Activity.Kind.VISIT, Activity.Kind.MEETING),
        customer__deleted_at__isnull=True,
    )
    return list(rows.select_related("customer").order_by("at", "id")[:FEED_SIZE])


def customers_of_own_tasks(viewer: Viewer) -> QuerySet[Task, UUID]:
    """The customers about whom somebody still has something to do: who is to call them sees them until it is done."""
    own = Task.objects.filter(workspace_id=viewer.workspace_id, assignee_id__in=sorted(viewer.owners(Reach.OWN))).open()
    return own.filter(customer_id__isnull=False).values_list("customer_id", flat=True)

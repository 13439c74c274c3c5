"""What happened with a customer, and what somebody will do."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.customers.reach import OWNED as CUSTOMERS
from samphan.customers.reach import of_reached_customers
from samphan.platform.access import Reach, within_reach
from samphan.platform.changes.recording import tracked
from samphan.platform.tenancy import WorkspaceModel

if TYPE_CHECKING:
    from samphan.platform.access import Viewer


OWNED = "tasks"


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """The activities with the customers that the viewer sees."""
        return self.filter(of_reached_customers(viewer), workspace_id=viewer.workspace_id)


@tracked(
    fields=["customer", "member", "kind", "at", "text", "duration_seconds", "direction", "outcome"],
    indexes=[
        models.Index(fields=["customer", "pgh_id"], name="activity_history_of_customer"),
        models.Index("workspace", "pgh_created_at", name="activity_gone", condition=Q(pgh_label="delete")),
    ],
)
class Activity(WorkspaceModel):
    """Something that happened with a customer and somebody wrote down."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")
        MEETING = "meeting", _("Meeting")

    class Direction(models.TextChoices):
        OUT = "out", _("We called")
        IN = "in", _("They called")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        INTERESTED = "interested", pgettext_lazy("outcome", "Interested")
        LATER = "later", _("Later, perhaps")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Not interested")

    customer = models.ForeignKey(
        "customers.Customer", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )  # who did it and wrote it; None: came with an import whose writer is unknown here
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("text"), blank=True, default="")
    duration_seconds = models.IntegerField(_("duration"), null=True, blank=True)
    direction = models.CharField(max_length=3, choices=Direction, blank=True, default="")  # of calls
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True, default="")  # not of notes

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        constraints = [
            models.CheckConstraint(
                name="activity_lasts", condition=Q(duration_seconds__isnull=True) | Q(duration_seconds__gte=0)
            ),
            # A note without words says nothing; a call or a visit is said by its kind already.
            models.CheckConstraint(name="activity_note_has_text", condition=~Q(kind="note") | ~Q(text="")),
        ]
        indexes = [
            models.Index("workspace", "customer", "at", "id", name="activity_by_customer"),
            models.Index("workspace", "member", "at", "id", name="activity_by_member"),
            models.Index(
                "workspace", "at", "id", name="activity_appointments", condition=Q(kind__in=("visit", "meeting"))
            ),
            models.Index("created_in", name="activity_by_changeset"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text[:60]}"


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """The tasks within the viewer's reach, and those they made, about customers that they see.

        Who is to do something knows for whom: one's own tasks are seen whoever the customer is.
        """
        mine = self.filter(workspace_id=viewer.workspace_id)
        if viewer.reach(OWNED) is not Reach.ALL:
            mine = mine.filter(within_reach(viewer, OWNED, "assignee_id") | Q(made_by_id=viewer.id))
        if viewer.reach(CUSTOMERS) is not Reach.ALL:
            own = Q(assignee_id__in=sorted(viewer.owners(Reach.OWN)))
            mine = mine.filter(own | Q(customer_id__isnull=True) | of_reached_customers(viewer))
        return mine

    def open(self) -> Self:
        """Neither done nor cancelled."""
        return self.filter(closed_at__isnull=True)


@tracked(
    fields=[
        "customer",
        "title",
        "text",
        "kind",
        "state",
        "due_on",
        "due_at",
        "reminder_at",
        "assignee",
        "made_by",
        "recurrence",
        "follows",
        "closed_at",
        "custom",
    ],
    together=[("state", "closed_at"), ("due_on", "due_at")],
    merged=["custom"],
    indexes=[
        models.Index(fields=["customer", "pgh_id"], name="task_history_of_customer"),
        models.Index("workspace", "pgh_created_at", name="task_gone", condition=Q(pgh_label="delete")),
    ],
)
class Task(WorkspaceModel):
    """Something that one person will do, often for a customer."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        DOING = "doing", _("Doing")
        WAITING = "waiting", pgettext_lazy("state of a task", "Waiting")
        DONE = "done", pgettext_lazy("state of a task", "Done")
        CANCELLED = "cancelled", pgettext_lazy("state of a task", "Cancelled")

    class Kind(models.TextChoices):
        OTHER = "other", _("Task")
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")
        EMAIL = "email", _("E-mail")

    CLOSED = (State.DONE, State.CANCELLED)

    customer = models.ForeignKey(
        "customers.Customer", models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False,
        db_index=False, verbose_name=_("customer"),
    )  # fmt: skip
    title = models.CharField(_("name of the task"), max_length=300)
    text = models.TextField(_("details"), blank=True, default="")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OTHER)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.NOT_STARTED)
    due_on = models.DateField(_("due"), null=True, blank=True)  # a day of the workspace's zone
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)  # on that day; None: any time
    reminder_at = models.DateTimeField(_("reminder"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)  # when it was told last; stays out of history
    assignee = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("assignee"),
    )  # fmt: skip
    made_by = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    recurrence = models.JSONField(default=dict, blank=True)  # work.recurrence.Recurrence; {} does not repeat
    follows = models.UUIDField(null=True, blank=True)  # the task whose end made this one
    closed_at = models.DateTimeField(null=True, blank=True)
    custom = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), blank=True
    )  # custom fields by field id

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        constraints = [
            models.CheckConstraint(name="task_has_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="task_closed_by_state",
                condition=Q(state__in=("done", "cancelled"), closed_at__isnull=False)
                | (~Q(state__in=("done", "cancelled")) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="task_time_has_day", condition=Q(due_at__isnull=True) | Q(due_on__isnull=False)
            ),
        ]
        indexes = [
            models.Index("workspace", "assignee", "due_on", "id", name="task_open_of_member", condition=Q(closed_at=None)),
            models.Index("workspace", "customer", "due_on", "id", name="task_open_of_customer", condition=Q(closed_at=None)),
            models.Index("workspace", "customer", "closed_at", "id", name="task_closed_of_customer"),
            models.Index("workspace", "assignee", "closed_at", name="task_closed_of_member"),
            models.Index("workspace", "due_on", "id", name="task_by_day"),
            models.Index("workspace", "assignee", "due_on", "id", name="task_by_member_day"),
            models.Index("workspace", Least("due_on", Value(date(9999, 12, 31))), "id", name="task_by_due"),
            models.Index(
                "workspace", "reminder_at", name="task_to_remind",
                condition=Q(closed_at=None, reminder_at__isnull=False)
                & (Q(reminded_at=None) | Q(reminded_at__lt=models.F("reminder_at"))),
            ),
            models.Index("created_in", name="task_by_changeset"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """True while somebody still has to do it."""
        return self.closed_at is None


@tracked(
    fields=["task", "state", "at", "member"],
    part_of="task",
    indexes=[models.Index(fields=["task", "pgh_id"], name="task_state_history_of_one")],
)
class TaskState(WorkspaceModel):
    """When a task came into a state, and by whom; rows are only added, so time in a state can be counted."""

    task = models.ForeignKey(Task, models.DO_NOTHING, related_name="states", db_constraint=False, db_index=False)
    state = models.CharField(max_length=11, choices=Task.State)
    at = models.DateTimeField()
    member = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [
            models.Index("workspace", "task", "at", name="task_state_by_task"),
            models.Index("workspace", "member", "at", name="task_state_by_member"),
            models.Index("created_in", name="task_state_by_changeset"),
        ]


class CalendarFeed(WorkspaceModel):
    """The secret address under which one member's calendar is read; only the secret's hash is kept."""

    member = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    secret_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member"], name="one_calendar_feed_per_member"),
            models.UniqueConstraint(fields=["workspace", "secret_hash"], name="calendar_feed_secret_once"),
        ]

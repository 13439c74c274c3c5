"""Acts on tasks and activities that a stand-in does for whose they are."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.administration import on_behalf
from samphan.administration.models import Member
from samphan.work.models import Activity, Task

WORDS = {
    "work.activity_written": _("wrote down a talk or a note"),
    "work.activity_edited": _("changed a note"),
    "work.activity_moved": _("moved a note"),
    "work.activity_deleted": _("deleted a note"),
    "work.task_created": _("added a task"),
    "work.tasks_created": _("added tasks"),
    "work.task_changed": _("changed a task"),
    "work.task_moved": _("moved a task on"),
    "work.task_postponed": _("postponed a task"),
    "work.tasks_handed_over": _("handed tasks over"),
}


def register() -> None:
    """Tell administration whose tasks an act touched, and whose customers an activity is about."""
    on_behalf.register(on_behalf.Touching("tasks", [(Task, "assignee_id", "pk")], WORDS, _named))
    on_behalf.register(on_behalf.Touching("customers", [(Activity, "customer__owner_id", "customer_id")], WORDS))


def _named(viewer: Member, ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, str]]:
    seen = Task.objects.visible_to(viewer).filter(pk__in=ids)
    return {one.pk: (one.title, reverse("task-detail", args=[one.pk])) for one in seen}

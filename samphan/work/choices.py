"""Kinds of tasks and outcomes of calls, visits and meetings, as the company names them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member
from samphan.administration.settings import choices
from samphan.platform.catalogue import Choice
from samphan.work.models import Activity, Task

KINDS, OUTCOMES = "task_kind", "activity_outcome"
TONES = {
    Activity.Outcome.REACHED: "sky",
    Activity.Outcome.NO_ANSWER: "slate",
    Activity.Outcome.INTERESTED: "violet",
    Activity.Outcome.LATER: "amber",
    Activity.Outcome.AGREED: "green",
    Activity.Outcome.DECLINED: "rose",
}


def register() -> None:
    """Let a company name them."""
    kinds = tuple(Choice(value, label) for value, label in Task.Kind.choices)
    outcomes = tuple(Choice(value, label, TONES[Activity.Outcome(value)]) for value, label in Activity.Outcome.choices)
    choices.register(
        choices.ChoiceSet(
            KINDS, _("Kinds of tasks"), kinds, "tasks", "kind", _writer(Task, "kind"), _counter(Task, "kind"),
            has_tones=False,
        )
    )  # fmt: skip
    choices.register(
        choices.ChoiceSet(
            OUTCOMES, _("Outcomes of calls and visits"), outcomes, "activities", "outcome",
            _writer(Activity, "outcome"), _counter(Activity, "outcome"),
        )
    )  # fmt: skip


def outcome(value: str) -> tuple[str, str]:
    """Label and tone of an outcome."""
    found = next((one for one in choices.choices(OUTCOMES)() if one.value == value), None)
    return (str(found.label), found.tone) if found else (value, "slate")


def _writer(model: Any, field: str) -> Callable[[Member, str, str], None]:
    def write(acting_member: Member, key: str, into: str) -> None:
        model.objects.filter(workspace_id=acting_member.workspace_id, **{field: key}).update(**{field: into})

    return write


def _counter(model: Any, field: str) -> Callable[[Member, Iterable[str], int], dict[str, int]]:
    def count(viewer: Member, keys: Iterable[str], most: int) -> dict[str, int]:
        rows = model.objects.visible_to(viewer)
        return {key: rows.filter(**{field: key})[: most + 1].count() for key in keys}

    return count

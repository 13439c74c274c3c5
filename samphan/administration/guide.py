"""The way of a new company from nothing to its best customers: steps that domains declare, standing on facts.

guide.declare(guide.Step("first-file", order=10, icon="file-spreadsheet", title=_("Put your Excel in"),
                         permission="customers.import_customer", look=first_file, takes_file=True))
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, Workspace
from samphan.platform.imports.models import ImportBatch

Text = str | Promise


@dataclass(frozen=True)
class Standing:
    """Where a step stands for one company, and the one click that leads on.

    :param note: what it is for, or what came of it.
    :param sample: kind of the sample file that can be tried instead, "" for none.
    :param sample_url: page of the import that brought a sample in, where it can be taken out; "" when none did.
    """

    is_done: bool
    note: Text
    action: Text
    url: str
    sample: str = ""
    sample_url: str = ""


@dataclass(frozen=True)
class Step:
    """One step: `look` reads the facts of a member's company; `takes_file` puts a place to drop a file there."""

    name: str
    order: int
    icon: str
    title: Text
    permission: str
    look: Callable[[Member], Standing]
    takes_file: bool = False


@dataclass(frozen=True)
class Stage:
    """A step as one member sees it; the current one is the first that is not done."""

    step: Step
    standing: Standing
    number: int
    is_current: bool


_steps: dict[str, Step] = {}


def declare(step: Step) -> None:
    """Add or replace a step, by its name."""
    _steps[step.name] = step


def stages(member: Member) -> list[Stage]:
    """The steps that this member may take, in order, with where the company stands."""
    allowed = [step for step in sorted(_steps.values(), key=lambda one: one.order) if member.may(step.permission)]
    found: list[Stage] = []
    has_current = False
    for number, step in enumerate(allowed, 1):
        standing = step.look(member)
        found.append(Stage(step, standing, number, is_current=not standing.is_done and not has_current))
        has_current = has_current or not standing.is_done
    return found


def next_stage(member: Member) -> Stage | None:
    """The step at hand; None when the guide is finished, or the member has put it away."""
    if member.guide_closed_at is not None:
        return None
    return next((stage for stage in stages(member) if stage.is_current), None)


def is_wanted(member: Member) -> bool:
    """True while the company is empty, the member may bring something in and has not put the guide away."""
    if member.guide_closed_at is not None:
        return False
    allowed = [step for step in sorted(_steps.values(), key=lambda one: one.order) if member.may(step.permission)]
    if not allowed or not allowed[0].takes_file:
        return False
    standing = allowed[0].look(member)
    return not standing.is_done and not standing.sample_url


SAMPLES = {"customers": "sample-customers.xlsx", "orders": "sample-orders.csv"}  # kinds, and names of their files


def has_imported(member: Member) -> bool:
    """Whether a file of the company's own came in."""
    return _came_in(member).exclude(file_name__in=SAMPLES.values()).exists()


def samples_in(member: Member) -> list[UUID]:
    """The imports that brought sample files in and were not taken back, the last first."""
    return list(_came_in(member).filter(file_name__in=SAMPLES.values()).order_by("-id").values_list("id", flat=True))


def _came_in(member: Member) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.filter(workspace_id=member.workspace_id, state=ImportBatch.State.DONE)


def has_looked(workspace: Workspace, name: str) -> bool:
    """Whether somebody of the company has taken a step that leaves no rows."""
    return name in workspace.steps_taken


def looked(member: Member, name: str) -> None:
    """Keep that somebody took a step that leaves no rows; nothing is written the second time."""
    workspace = member.workspace
    if name not in workspace.steps_taken:
        workspace.steps_taken = [*workspace.steps_taken, name]
        workspace.save(update_fields=["steps_taken"])


def close(member: Member, *, at: datetime) -> None:
    """Put the guide away for one member; the menu of the person still leads to it."""
    member.guide_closed_at = at
    member.save(update_fields=["guide_closed_at"])


def _colleagues(member: Member) -> Standing:
    count = Member.objects.filter(workspace_id=member.workspace_id, is_active=True)[:2].count()
    return Standing(
        is_done=count > 1,
        note=_("Colleagues see the same customers as you; a role decides what they may do."),
        action=_("Invite a colleague"),
        url=reverse("new-person"),
    )


def declare_own() -> None:
    """The step that is administration's own."""
    declare(
        Step("colleagues", 30, "user-plus", _("Invite your colleagues"), "administration.change_people", _colleagues)
    )

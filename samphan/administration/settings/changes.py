"""What was changed in a topic of settings: by whom, from what to what, and how to take it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from samphan.administration import queries
from samphan.administration.models import Member
from samphan.administration.settings import store
from samphan.platform.changes.models import Changeset

SHOWN = 8


@dataclass(frozen=True)
class Change:
    """One value that an act changed, in words; "" for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Act:
    """One act on a topic."""

    id: UUID
    at: datetime
    who: str
    changes: list[Change]
    is_undone: bool


def acts_on(name: str, viewer: Member) -> list[Act]:
    """The newest acts on a topic of the viewer's workspace."""
    topic = store.topic(name)
    found = Changeset.objects.filter(workspace_id=viewer.workspace_id, kind=topic.kind).order_by("-id")[:SHOWN]
    names = queries.member_names(viewer)
    acts = []
    for act in found:
        before, after = act.note.get("before", {}), act.note.get("after", {})
        changes = [
            Change(topic.label(key), topic.words(key, before.get(key)), topic.words(key, after.get(key)))
            for key in act.note.get("fields", ())
        ]
        who = names.get(act.member_id, "") if act.member_id else ""
        acts.append(Act(act.id, act.at, who, changes, act.undone_at is not None))
    return acts

"""Everything that defines kinds of records; stands inside `in_workspace`, as a request does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import definitions
from samphan.administration.custom_fields.actions import free, slug
from samphan.objects.known import known
from samphan.objects.models import CustomObject
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import DomainError

MOST_OBJECTS = 50  # in use; the sidebar holds no more
TEXTS = ("label_th", "label_en", "plural_th", "plural_en", "title_th", "title_en", "code_th", "code_en")
ICONS = (
    "box", "wrench", "coffee", "car", "truck", "bike", "paw-print", "house", "building-2", "store", "map-pin", "package",
    "printer", "laptop", "smartphone", "camera", "server", "key-round", "shield-check", "file-text", "briefcase",
    "graduation-cap", "stethoscope", "heart", "gift", "shirt", "sprout", "id-card", "calendar", "layers",
)  # fmt: skip


class BadObject(DomainError):
    """A definition that cannot be taken; `problems` has one sentence for each part of it."""

    message = _("This cannot be saved like this.")

    def __init__(self, problems: Mapping[str, Any]) -> None:
        super().__init__()
        self.problems = {name: str(sentence) for name, sentence in problems.items()}


class TooManyObjects(DomainError):
    """There is no place for a further kind."""

    message = _("There are %(count)s kinds of records in use, and that is the most. Archive one first.")


@dataclass
class Draft:
    """A kind of record as somebody typed it, before it is checked."""

    label_th: str = ""
    label_en: str = ""
    plural_th: str = ""
    plural_en: str = ""
    title_th: str = ""
    title_en: str = ""
    code_th: str = ""
    code_en: str = ""
    icon: str = "box"
    has_customer: bool = True


def add_object(draft: Draft, *, acting_member: Viewer) -> CustomObject:
    """Define a kind of record. No table is made: its records stand in the one that all kinds share.

    :raises BadObject: with a sentence for everything that is wrong. :raises TooManyObjects: when there are 50.
    """
    here = known()
    if len(here.live) >= MOST_OBJECTS:
        raise TooManyObjects(count=MOST_OBJECTS)
    made = CustomObject(workspace_id=acting_member.workspace_id)
    _fill(made, draft)
    made.key = free(slug(made.label_en or made.label_th, "record")[:24], {one.key for one in here.every})
    made.position = max((one.position for one in here.every), default=0) + 1
    with changeset("administration.object_added", member_id=acting_member.id, note={"object": str(made)}):
        made.created_in = current_changeset()
        made.save(force_insert=True)
        definitions.forget(acting_member.workspace_id)
    return made


def change_object(found: CustomObject, draft: Draft, *, acting_member: Viewer) -> UUID:
    """Write a definition anew; its key stays, so that addresses, rights and the API keep their meaning.

    :returns: the changeset, for undo. :raises BadObject: with a sentence for everything that is wrong.
    """
    _fill(found, draft)
    with changeset("administration.object_changed", member_id=acting_member.id, note={"object": str(found)}) as act:
        found.save()
        definitions.forget(acting_member.workspace_id)
    return act


def archive_object(found: CustomObject, *, acting_member: Viewer) -> UUID:
    """Take a kind out of use; its records stay where they are and come back with it. Returns the changeset."""
    return _set_archived(found, True, acting_member)


def restore_object(found: CustomObject, *, acting_member: Viewer) -> UUID:
    """Take an archived kind into use again, with every record. :raises TooManyObjects: when there are 50."""
    if len(known().live) >= MOST_OBJECTS:
        raise TooManyObjects(count=MOST_OBJECTS)
    return _set_archived(found, False, acting_member)


def order_objects(object_ids: Sequence[UUID], *, acting_member: Viewer) -> UUID:
    """Put the kinds in use into this order; those not named stay behind them. Returns the changeset."""
    places = {object_id: place for place, object_id in enumerate(object_ids)}
    wanted = sorted(known().live, key=lambda one: places.get(one.pk, len(places) + one.position))
    with changeset("administration.objects_ordered", member_id=acting_member.id) as act:
        moved = []
        for place, one in enumerate(wanted, 1):
            if one.position != place:
                one.position = place
                moved.append(one)
        CustomObject.objects.bulk_update(moved, ["position"])
        definitions.forget(acting_member.workspace_id)
    return act


def _set_archived(found: CustomObject, is_archived: bool, acting_member: Viewer) -> UUID:
    act = "administration.object_archived" if is_archived else "administration.object_restored"
    with changeset(act, member_id=acting_member.id, note={"object": str(found)}) as own:
        found.archived_at = timezone.now() if is_archived else None
        found.save(update_fields=["archived_at"])
        definitions.forget(acting_member.workspace_id)
    return own


def _fill(made: CustomObject, draft: Draft) -> None:
    problems: dict[str, Any] = {}
    for name in TEXTS:
        text = " ".join(str(getattr(draft, name)).replace("\x00", "").split())
        if len(text) > 80:
            problems[name] = _("At most %(limit)s letters") % {"limit": 80}
        setattr(made, name, text)
    if not made.label_th and not made.label_en:
        problems["label_th"] = _("It needs a name in Thai or English.")
    elif any(_same_label(made, other) for other in known().live):
        problems["label_th" if made.label_th else "label_en"] = _("There is a kind of record of this name already.")
    if draft.icon not in ICONS:
        problems["icon"] = _("Choose one of the pictures.")
    made.icon, made.has_customer = draft.icon, draft.has_customer
    if problems:
        raise BadObject(problems)


def _same_label(made: CustomObject, other: CustomObject) -> bool:
    if other.pk == made.pk:
        return False
    mine = {text.casefold() for text in (made.label_th, made.label_en) if text}
    return bool(mine & {text.casefold() for text in (other.label_th, other.label_en) if text})

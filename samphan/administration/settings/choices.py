"""Choices that a company names itself: stages and grades of customers, kinds of tasks, outcomes.

A domain registers its set in `AppConfig.ready()` with what it ships; a company renames, orders, colours and hides, adds its own
and merges one into another. What rows store stays: a key is made once and never changes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from samphan.administration.models import Member, SavedView
from samphan.administration.settings import store
from samphan.platform.catalogue import Choice
from samphan.platform.errors import DomainError
from samphan.platform.language import reader_language
from samphan.platform.tenancy import current_workspace, memo
from samphan.ui.tones import TONES

MOST = 40
NAME_LENGTH = 60
TONE_LABELS: dict[str, Any] = {
    "slate": _("grey"), "sky": _("sky blue"), "violet": _("violet"), "green": _("green"), "amber": _("yellow"),
    "orange": _("orange"), "rose": _("pink"), "teal": _("teal"),
}  # fmt: skip


class BadChoice(DomainError):
    """A choice that cannot be kept so; `at`: its key and the name that is wrong, "th" or "en"."""

    def __init__(self, message: str | Promise, *, at: tuple[str, ...] = (), **values: Any) -> None:
        super().__init__(message, **values)
        self.at = at


@dataclass(frozen=True)
class ChoiceSet:
    """One set of choices.

    :param choices: what is shipped, in order.
    :param entity: the entity and its field that hold them: saved views follow a merge.
    :param replaces: writes one value over another in every record, in sets, inside the changeset of the merge.
    :param counts: how many records hold each value, each counted up to a limit.
    :param has_letters: a new key is the next capital letter, for one-letter columns.
    """

    name: str
    label: str | Promise
    choices: tuple[Choice, ...]
    entity: str
    field: str
    replaces: Callable[[Member, str, str], None]
    counts: Callable[[Member, Iterable[str], int], dict[str, int]]
    has_tones: bool = True
    has_letters: bool = False

    @property
    def topic(self) -> str:
        """The topic of settings that keeps it."""
        return f"choices.{self.name}"


@dataclass(frozen=True)
class Entry:
    """One choice of a company. `into`: what it was merged into. `is_own`: added by the company."""

    key: str
    th: str
    en: str
    tone: str
    order: int
    is_hidden: bool = False
    into: str = ""
    is_own: bool = False

    @property
    def label(self) -> str:
        """Its name for the reader."""
        return (self.th or self.en) if reader_language() == "th" else (self.en or self.th)


_sets: dict[str, ChoiceSet] = {}


def register(choices: ChoiceSet) -> ChoiceSet:
    """Make a set known: its topic of settings comes with it."""
    _sets[choices.name] = choices

    def label(key: str) -> str:
        return next((one.label for one in entries(choices.name) if one.key == key), key)

    store.declare(
        store.Topic(
            choices.topic, f"administration.{choices.name}_changed", lambda _workspace: _shipped(choices), label, _shown
        )
    )
    return choices


def sets() -> list[ChoiceSet]:
    """Every set, in the order in which domains registered them."""
    return list(_sets.values())


def choice_set(name: str) -> ChoiceSet | None:
    """The set of that name."""
    return _sets.get(name)


def entries(name: str) -> list[Entry]:
    """The choices of the workspace at work, in its order: hidden and merged ones too."""
    workspace_id = current_workspace()
    values = _shipped(_sets[name]) if workspace_id is None else store.read(workspace_id, _sets[name].topic)
    found = [
        Entry(
            key, one["th"], one["en"], one["tone"], one["order"], one.get("hidden", False), one.get("into", ""),
            one.get("own", False),
        )
        for key, one in values.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.order, one.key))


def choices(name: str) -> Callable[[], tuple[Choice, ...]]:
    """What the catalogue asks for the choices of a field: made once in a transaction for each language."""

    def made() -> tuple[Choice, ...]:
        kept = memo().setdefault("choices", {})
        key = (name, reader_language())
        if key not in kept:
            kept[key] = tuple(
                Choice(one.key, one.label, one.tone, not (one.is_hidden or one.into)) for one in entries(name)
            )
        found: tuple[Choice, ...] = kept[key]
        return found

    return made


def offered(name: str) -> list[tuple[str, str]]:
    """Value and label of what may be chosen."""
    return [(one.value, str(one.label)) for one in choices(name)() if one.is_offered]


def known(name: str) -> frozenset[str]:
    """Every value that may stand in a record."""
    return frozenset(one.value for one in choices(name)())


def words(name: str) -> dict[str, str]:
    """What people write for a choice, in lower case: its names in both languages; of a merged one what it became."""
    found: dict[str, str] = {}
    for one in entries(name):
        for word in (one.th, one.en):
            if word:
                found.setdefault(word.strip().casefold(), one.into or one.key)
        if one.into:
            found[one.key.casefold()] = one.into
    return found


def change(name: str, changed: Iterable[Entry], *, acting_member: Member) -> UUID | None:
    """Rename, order, colour and hide; returns the changeset.

    :raises BadChoice: for a name that is missing, too long or taken, and when nothing would be left to choose.
    """
    now = {one.key: one for one in entries(name)}
    now |= {one.key: _tidy(one) for one in changed if one.key in now}
    _check(now.values())
    return store.write(_sets[name].topic, _stored(now.values()), acting_member=acting_member)


def add(name: str, *, th: str, en: str, tone: str, acting_member: Member) -> UUID | None:
    """Add an own choice at the end; returns the changeset.

    :raises BadChoice: as `change`, and when there are too many.
    """
    now = entries(name)
    key = _new_key(_sets[name], {one.key for one in now})
    own = _tidy(Entry(key, th, en, tone, max((one.order for one in now), default=0) + 1, is_own=True))
    _check([*now, own])
    return store.write(_sets[name].topic, _stored([own]), acting_member=acting_member)


def merge(name: str, key: str, into: str, *, acting_member: Member) -> UUID | None:
    """Put every record with one choice under another: records, saved views, and later imports that use its name.

    Returns the changeset, by which all of it goes back.

    :raises BadChoice: when there is no such choice, or both are the same.
    """
    live = {one.key: one for one in entries(name) if not one.into}
    if key not in live or into not in live or key == into:
        raise BadChoice(_("Choose two different ones."))
    of = _sets[name]
    moved = replace(live[key], into=into, is_hidden=True)
    # What was merged into it before goes along.
    along = [replace(one, into=into) for one in entries(name) if one.into == key]
    kept = replace(live[into], is_hidden=False)

    def records(_act: UUID) -> None:
        of.replaces(acting_member, key, into)
        _views(acting_member, of, key, into)

    return store.write(of.topic, _stored([moved, kept, *along]), acting_member=acting_member, also=records)


def _views(acting_member: Member, of: ChoiceSet, key: str, into: str) -> None:
    for view in SavedView.objects.filter(workspace_id=acting_member.workspace_id, entity=of.entity):
        state = _rewritten(view.state, of.field, key, into)
        if state != view.state:
            view.state = state
            view.save(update_fields=["state"])


def _rewritten(node: Any, field: str, key: str, into: str) -> Any:
    if isinstance(node, list):
        return [_rewritten(one, field, key, into) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("field") == field and "value" in node:
        value = node["value"]
        if isinstance(value, list):
            return {**node, "value": list(dict.fromkeys(into if one == key else one for one in value))}
        return {**node, "value": into if value == key else value}
    return {name: _rewritten(one, field, key, into) for name, one in node.items()}


def _new_key(of: ChoiceSet, taken: set[str]) -> str:
    keys = ascii_uppercase if of.has_letters else (f"c{number}" for number in range(1, MOST + 1))
    found = next((key for key in keys if key not in taken), None)
    if found is None or len(taken) >= MOST:
        raise BadChoice(_("There are %(count)s choices already; merge some first."), count=len(taken))
    return found


def _tidy(one: Entry) -> Entry:
    return replace(one, th=" ".join(one.th.split()), en=" ".join(one.en.split()))


def _check(found: Iterable[Entry]) -> None:
    live = [one for one in found if not one.into]
    seen: dict[str, str] = {}
    for one in live:
        for word in {one.th, one.en}:
            if len(word) > NAME_LENGTH:
                raise BadChoice(
                    _("“%(name)s…” is too long; at most %(most)s characters."),
                    at=(one.key, "th" if word == one.th else "en"),
                    name=word[:20],
                    most=NAME_LENGTH,
                )
            if word and seen.setdefault(word.casefold(), one.key) != one.key:
                raise BadChoice(
                    _("There are two called “%(name)s”; merge them or name one differently."),
                    at=(one.key, "th" if word == one.th else "en"),
                    name=word,
                )
        if not one.th:
            raise BadChoice(_("Every choice needs a name in Thai."), at=(one.key, "th"))
        if one.tone not in TONES:
            raise BadChoice(_("There is no such colour."))
    if not any(not one.is_hidden for one in live):
        raise BadChoice(_("At least one stays to choose."))


def _stored(found: Iterable[Entry]) -> store.Values:
    return {
        one.key: {
            "th": one.th, "en": one.en, "tone": one.tone, "order": one.order,
            **({"hidden": True} if one.is_hidden else {}),
            **({"into": one.into} if one.into else {}),
            **({"own": True} if one.is_own else {}),
        }
        for one in found
    }  # fmt: skip


def _shipped(of: ChoiceSet) -> store.Values:
    found = {}
    for order, one in enumerate(of.choices, 1):
        with override("th"):
            th = str(one.label)
        with override("en"):
            en = str(one.label)
        found[one.value] = {"th": th, "en": en, "tone": one.tone, "order": order}
    return found


def _shown(key: str, value: Any) -> str:
    parts = [value["th"] if reader_language() == "th" else value["en"] or value["th"]]
    if value.get("into"):
        parts.append(str(_("merged")))
    elif value.get("hidden"):
        parts.append(str(_("not offered")))
    return f"{value['order']}. {' · '.join(parts)} ({TONE_LABELS.get(value['tone'], '')})"

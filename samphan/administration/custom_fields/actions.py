"""Everything that writes the definitions of custom fields. Each action stands inside `in_workspace`, as a request does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import definitions, formula_drafts, hosts, values
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.custom_fields.writing import find_member
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Privacy
from samphan.platform.changes.recording import changeset, current_changeset, tracked_models
from samphan.platform.changes.undo import after_undo
from samphan.platform.errors import DomainError
from samphan.platform.money import parse_amount
from samphan.platform.tenancy import current_workspace
from samphan.platform.thai.dates import parse_date
from samphan.platform.thai.romanise import romanise
from samphan.ui.tones import TONES

Kind = CustomField.Kind
MOST_FIELDS = 500  # in use, of one kind of record
MOST_CHOICES = 200
NUMBERS, TEXTS = (Kind.NUMBER, Kind.MONEY), (Kind.TEXT, Kind.LONG_TEXT)
WITH_CHOICES = (Kind.CHOICE, Kind.MULTI_CHOICE)
NOT_TYPED = (Kind.FORMULA, Kind.FILE)
SEARCHED = (Privacy.PUBLIC.value, Privacy.BUSINESS.value)
MAY_BE_UNIQUE = (Kind.TEXT, Kind.NUMBER)


class BadField(DomainError):
    """A definition that cannot be taken; `problems` has one sentence for each part of it."""

    message = _("The field cannot be saved like this.")

    def __init__(self, problems: Mapping[str, Any]) -> None:
        super().__init__()
        self.problems = {name: str(sentence) for name, sentence in problems.items()}


class TooManyFields(DomainError):
    """There is no place for a further field."""

    message = _("There are %(count)s fields in use, and that is the most. Archive one first.")


class FieldIsRead(DomainError):
    """A field that a formula needs."""

    message = _("“%(name)s” is read by the formula of “%(formula)s”. Change or archive that first.")


@dataclass
class Draft:
    """A definition as somebody typed it, before it is checked.

    :param choices: `{value, th, en, tone, archived}` each; without value for a new one.
    :param rules: texts by the name of the rule; empty for none.
    """

    kind: str
    label_th: str = ""
    label_en: str = ""
    help_th: str = ""
    help_en: str = ""
    group_th: str = ""
    group_en: str = ""
    privacy: str = Privacy.BUSINESS.value
    rules: dict[str, Any] = field(default_factory=dict)
    choices: list[dict[str, Any]] = field(default_factory=list)
    default: str = ""
    is_asked: bool = True
    is_searched: bool = False


def add_field(host: Host, draft: Draft, *, acting_member: Viewer) -> CustomField:
    """Give a kind of record a further field. No table is changed: values are keys of a JSON column that is there.

    :raises BadField: with a sentence for everything that is wrong with it. :raises TooManyFields: when there are 500.
    """
    in_use = definitions.live_fields(host.entity_name, acting_member.workspace_id)
    if len(in_use) >= MOST_FIELDS:
        raise TooManyFields(count=MOST_FIELDS)
    made = CustomField(workspace_id=acting_member.workspace_id, entity=host.entity_name, kind=draft.kind)
    if draft.kind not in Kind.values:
        raise BadField({"kind": _("Choose what the field holds.")})
    _fill(made, host, draft, acting_member)
    with changeset("administration.field_added", member_id=acting_member.id, note={"field": str(made)}):
        made.name = _free_name(made)
        made.position = max((one.position for one in in_use), default=0) + 1
        made.created_in = current_changeset()
        made.save(force_insert=True)
        definitions.forget(acting_member.workspace_id)
    return made


def change_field(found: CustomField, draft: Draft, *, acting_member: Viewer) -> CustomField:
    """Write a definition anew; its kind and its name stay, so that values and saved views keep their meaning.

    :raises BadField: with a sentence for everything that is wrong with it.
    """
    host = _host(found)
    draft.kind = found.kind
    was_searched = found.is_searched
    _fill(found, host, draft, acting_member)
    with changeset("administration.field_changed", member_id=acting_member.id, note={"field": str(found)}):
        found.save()
        definitions.forget(acting_member.workspace_id)
    if was_searched != found.is_searched:
        _refresh_search(host, acting_member.workspace_id)
    return found


def archive_field(found: CustomField, *, acting_member: Viewer) -> None:
    """Take a field out of use; its values stay where they are and come back with it.

    :raises FieldIsRead: while a formula in use reads it.
    """
    readers = definitions.formulas_of(found.entity, acting_member.workspace_id).readers(found.name)
    if readers:
        raise FieldIsRead(name=values.label_of(found), formula=values.label_of(readers[0]))
    _set_archived(found, True, acting_member)


def restore_field(found: CustomField, *, acting_member: Viewer) -> None:
    """Take an archived field into use again, at the end, with every value that it had.

    :raises TooManyFields: when there are 500.
    """
    if len(definitions.live_fields(found.entity, acting_member.workspace_id)) >= MOST_FIELDS:
        raise TooManyFields(count=MOST_FIELDS)
    _set_archived(found, False, acting_member)


def order_fields(host: Host, field_ids: Sequence[UUID], *, acting_member: Viewer) -> None:
    """Put the fields of a kind of record into this order; those not named stay behind them."""
    in_use = definitions.live_fields(host.entity_name, acting_member.workspace_id)
    places = {field_id: place for place, field_id in enumerate(field_ids)}
    wanted = sorted(in_use, key=lambda one: places.get(one.pk, len(places) + one.position))
    with changeset("administration.fields_ordered", member_id=acting_member.id, note={"entity": host.entity_name}):
        moved = []
        for place, one in enumerate(wanted, 1):
            if one.position != place:
                one.position = place
                moved.append(one)
        CustomField.objects.bulk_update(moved, ["position"])
        definitions.forget(acting_member.workspace_id)


def _set_archived(found: CustomField, is_archived: bool, acting_member: Viewer) -> None:
    act = "administration.field_archived" if is_archived else "administration.field_restored"
    with changeset(act, member_id=acting_member.id, note={"field": str(found)}):
        in_use = definitions.live_fields(found.entity, acting_member.workspace_id)
        found.archived_at = timezone.now() if is_archived else None
        if not is_archived:
            found.position = max((one.position for one in in_use), default=0) + 1
        found.save(update_fields=["archived_at", "position"])
        definitions.forget(acting_member.workspace_id)
    if found.is_searched:
        _refresh_search(_host(found), acting_member.workspace_id)


def _host(found: CustomField) -> Host:
    host = hosts.find(found.entity)
    if host is None:
        raise LookupError(found.entity)
    return host


def _refresh_search(host: Host, workspace_id: UUID) -> None:
    from samphan.administration import jobs

    if host.has_search:
        jobs.refresh_custom_search.enqueue(workspace_id=workspace_id, entity=host.entity_name)


# What was typed, checked


def _fill(made: CustomField, host: Host, draft: Draft, viewer: Viewer) -> None:
    problems: dict[str, Any] = {}
    for name in ("label_th", "label_en", "help_th", "help_en", "group_th", "group_en"):
        text = " ".join(str(getattr(draft, name)).replace("\x00", "").split())
        limit = CustomField._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
        if len(text) > limit:
            problems[name] = _("At most %(limit)s letters") % {"limit": limit}
        setattr(made, name, text)
    if not made.label_th and not made.label_en:
        problems["label_th"] = _("The field needs a name in Thai or English.")
    elif any(_same_label(made, other) for other in definitions.live_fields(host.entity_name, viewer.workspace_id)):
        problems["label_th" if made.label_th else "label_en"] = _("There is a field of this name already.")
    if draft.privacy not in CustomField.Class.values:
        problems["privacy"] = _("Choose who may read the field.")
    elif not viewer.may_read(draft.privacy):
        problems["privacy"] = _("You may not read this class yourself.")
    made.privacy = draft.privacy
    made.choices = _choices(made, draft, problems) if made.kind in WITH_CHOICES else []
    # What a formula gives and what a relation points at never changes: values and saved views rest on it.
    gave, target = made.rule("gives"), str(made.rule("target") or "")
    made.rules = _rules(made, draft.rules, problems, target)
    if made.kind == Kind.FORMULA:
        made.rules |= formula_drafts.rules(made, host, draft.rules, problems, viewer, gave)
    made.is_asked = (draft.is_asked or made.is_required) and made.kind not in NOT_TYPED
    made.is_searched = draft.is_searched and made.kind in TEXTS and host.has_search
    if made.is_searched and draft.privacy not in SEARCHED:
        # Everybody searches the same text: who may not read a field must not find anybody by it.
        problems["is_searched"] = _("Only fields that are public or business can be found by.")
    made.default = (
        "" if problems or made.kind in (*NOT_TYPED, Kind.RELATION) else _default(made, draft.default, viewer, problems)
    )
    if problems:
        raise BadField(problems)


def _same_label(made: CustomField, other: CustomField) -> bool:
    if other.pk == made.pk:
        return False
    mine = {text.casefold() for text in (made.label_th, made.label_en) if text}
    return bool(mine & {text.casefold() for text in (other.label_th, other.label_en) if text})


def _choices(made: CustomField, draft: Draft, problems: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    known = {one["value"]: one for one in made.choices}
    seen: set[str] = set()
    for given in draft.choices[: MOST_CHOICES + 1]:
        thai, english = (" ".join(str(given.get(name, "")).split())[:80] for name in ("th", "en"))
        if not thai and not english:
            continue
        labels = {text.casefold() for text in (thai, english) if text}
        if labels & seen:
            problems["choices"] = _("“%(value)s” stands there twice.") % {"value": thai or english}
        seen |= labels
        value = given.get("value") if given.get("value") in known else ""
        tone = given.get("tone") if given.get("tone") in TONES else "slate"
        found.append({"value": value, "th": thai, "en": english, "tone": tone, "archived": bool(given.get("archived"))})
    if len(draft.choices) > MOST_CHOICES:
        problems["choices"] = _("At most %(count)s choices") % {"count": MOST_CHOICES}
    # A choice that somebody took away is archived, not lost: records may hold it.
    kept = {one["value"] for one in found}
    found += [{**one, "archived": True} for value, one in known.items() if value not in kept]
    taken = {one["value"] for one in found if one["value"]}
    for one in found:
        if not one["value"]:
            one["value"] = free(slug(one["en"] or one["th"], "choice")[:40], taken)
            taken.add(one["value"])
    if not any(not one["archived"] for one in found):
        problems["choices"] = _("Name at least one choice.")
    return found


def _rules(made: CustomField, given: Mapping[str, Any], problems: dict[str, Any], target: str) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    if made.kind == Kind.FORMULA:
        return rules
    if made.kind == Kind.RELATION:
        rules["target"] = target or str(given.get("target") or "")
        if hosts.find(rules["target"]) is None:
            problems["target"] = _("Choose which records it names.")
    # A record is there before a file can be attached to it, so none can be asked for.
    if given.get("required") and made.kind != Kind.FILE:
        rules["required"] = True
    if given.get("unique") and made.kind in MAY_BE_UNIQUE:
        rules["unique"] = True

    def take(name: str, read: Any) -> None:
        text = str(given.get(name) or "").strip()
        if not text:
            return
        try:
            rules[name] = read(text)
        except (DomainError, ValueError) as problem:
            problems[name] = str(problem) if isinstance(problem, DomainError) else _("This is not a whole number.")

    if made.kind in NUMBERS:
        take("minimum", lambda text: f"{parse_amount(text):f}")
        take("maximum", lambda text: f"{parse_amount(text):f}")
        take("places", lambda text: _whole(text, 0, 6))
    elif made.kind == Kind.DATE:
        take("minimum", lambda text: parse_date(text, day_first=True).date.isoformat())
        take("maximum", lambda text: parse_date(text, day_first=True).date.isoformat())
    elif made.kind in TEXTS:
        most = values.MOST_LETTERS if made.kind == Kind.TEXT else values.MOST_LETTERS_LONG
        take("shortest", lambda text: _whole(text, 1, most))
        take("longest", lambda text: _whole(text, 1, most))
        if made.kind == Kind.TEXT:
            take("pattern", _pattern)
            take("example", lambda text: text[:80])
            if "pattern" in rules and "example" in rules and not re.fullmatch(rules["pattern"], rules["example"]):
                problems["example"] = _("The example does not fit the pattern.")
    for low, high in (("minimum", "maximum"), ("shortest", "longest")):
        if low in rules and high in rules and _amount(rules[low]) > _amount(rules[high]):
            problems[high] = _("The most is less than the least.")
    return rules


def _amount(rule: Any) -> Any:
    text = str(rule)
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else Decimal(text)


def _whole(text: str, least: int, most: int) -> int:
    number = int(text)
    if not least <= number <= most:
        raise DomainError(_("A whole number from %(least)s to %(most)s"), least=least, most=most)
    return number


def _pattern(text: str) -> str:
    """A pattern that is tried in time that grows with the text alone.

    :raises DomainError: when it is none, or repeats what repeats, which a text of 30 letters can keep busy for years.
    """
    if len(text) > 200:
        raise DomainError(_("At most %(limit)s letters"), limit=200)
    try:
        tree = re._parser.parse(text)  # type: ignore[attr-defined]
    except (re.error, OverflowError, RecursionError) as problem:
        raise DomainError(_("This is not a pattern: %(reason)s"), reason=str(problem)) from None
    if _repeats_deep(tree, False):
        raise DomainError(_("The pattern repeats what repeats already; it would take too long."))
    return text


def _repeats_deep(tree: Any, is_inside: bool) -> bool:
    for operation, value in tree:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            if value[1] > 1 and (is_inside or _repeats_deep(value[2], True)):
                return True
        elif name in ("GROUPREF", "GROUPREF_EXISTS", "ASSERT", "ASSERT_NOT"):
            return True
        elif name == "SUBPATTERN":
            if _repeats_deep(value[-1], is_inside):
                return True
        elif name == "BRANCH" and any(_repeats_deep(part, is_inside) for part in value[1]):
            return True
    return False


def _default(made: CustomField, text: str, viewer: Viewer, problems: dict[str, Any]) -> str:
    if not text.strip():
        return ""
    if made.is_unique:
        problems["default"] = _("A field that is different in every record has no default.")
        return ""
    try:
        return values.as_text(values.read(made, text, member=find_member(viewer)))
    except DomainError as problem:
        problems["default"] = problem
        return ""


# Names


def _free_name(made: CustomField) -> str:
    taken = set(
        CustomField.objects.filter(workspace_id=made.workspace_id, entity=made.entity).values_list("name", flat=True)
    )
    return free(definitions.PREFIX + slug(made.label_en or made.label_th, "field")[:50], taken)


def free(wanted: str, taken: set[str]) -> str:
    """A name that is not taken: the one wanted, else with a number behind it."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def slug(text: str, otherwise: str) -> str:
    """Lower-case Latin letters, digits and underscores: Thai words are written as they sound."""
    latin = " ".join(word if word.isascii() else romanise(word) for word in text.lower().split())
    return re.sub(r"[^a-z0-9]+", "_", latin).strip("_") or otherwise


@after_undo
def forget_after_undo(changeset_id: UUID) -> None:
    """Read the definitions anew after an undo that touched them."""
    history = next(one.history for one in tracked_models if one.model is CustomField)
    workspace_id = current_workspace()
    if workspace_id is not None and history._default_manager.filter(pgh_context_id=changeset_id).exists():
        definitions.forget(workspace_id)

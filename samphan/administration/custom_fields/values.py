"""Values of custom fields: read from what people type or a program sends, checked, and written out again.

A value is stored as JSON: texts, ISO dates, ids and values of choices as strings, numbers as numbers, several choices as
a list, yes and no as booleans. Nothing is stored for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields.definitions import say
from samphan.administration.custom_fields.relations import UNSEEN, FindRecord
from samphan.platform.attachments import held_files
from samphan.platform.conditions.folding import compose
from samphan.platform.ids import as_uuid
from samphan.platform.money import parse_amount
from samphan.platform.thai.dates import parse_date
from samphan.platform.thai.digits import INVISIBLE
from samphan.platform.thai.problems import ValueProblem

if TYPE_CHECKING:
    from samphan.administration.custom_fields.models import CustomField

Stored = str | int | Decimal | bool | list[str] | None

MOST_LETTERS, MOST_LETTERS_LONG = 1_000, 20_000
MOST_DIGITS = 15  # more would not survive the binary numbers of other programs
MOST_MATCHED = 200  # letters of a value that a pattern is tried on
YES = frozenset({"true", "yes", "y", "1", "ใช่", "มี", "ใช้", "จริง", "✓", "x"})
NO = frozenset({"false", "no", "n", "0", "ไม่ใช่", "ไม่มี", "ไม่", "ไม่ใช้", "เท็จ"})
_UNSEEN = str.maketrans(dict.fromkeys(INVISIBLE, None))
_SEPARATORS = re.compile(r"\s*[,;|\n]\s*")


class BadValue(ValueProblem):
    """What was given cannot be a value of the field; the sentence says why."""


FindMember = Callable[[str], "set[UUID] | frozenset[UUID]"]
"""Who may be meant by a text: an id, a name or an e-mail address."""


def label_of(field: CustomField) -> Any:
    """The label of a field in the language of whoever reads it."""
    return say(field.label_th, field.label_en)


# From a text


def read(
    field: CustomField,
    text: str,
    *,
    member: FindMember,
    record: FindRecord | None = None,
    today: date | None = None,
) -> Stored:
    """What a text means as the stored value; None for nothing.

    :param member: finds a member. :param record: finds another record. :param today: what “tomorrow” is reckoned from.
    :raises ValueProblem: when it cannot be read, or breaks a rule of the field.
    """
    if field.kind == "file":
        raise BadValue("file", _("Files are attached at the record itself; they are not typed"))
    text = tidied(text)
    if text in ("", "—"):
        return check(field, None)
    match field.kind:
        case "formula":
            raise BadValue("formula", _("This field is worked out by its formula; it is not typed"))
        case "number" | "money":
            return check(field, parse_amount(text))
        case "date":
            return check(field, parse_date(text, day_first=True, today=today).date.isoformat())
        case "boolean":
            return check(field, _truth(text))
        case "choice":
            return check(field, _choice(field, text))
        case "multi_choice":
            return check(field, [_choice(field, part) for part in _SEPARATORS.split(text) if part])
        case "member":
            found = member(text)
            if len(found) != 1:
                said = (
                    _("Several people are called “%(value)s”") if found else _("Nobody called “%(value)s” works here")
                )
                raise BadValue("member", said, value=text[:60])
            return check(field, str(next(iter(found))))
        case "relation":
            return check(field, _record(field, text, record))
        case "long_text":
            return check(field, "\n".join(line.rstrip() for line in text.splitlines()))
    return check(field, " ".join(text.split()))


def tidied(text: str) -> str:
    """What was typed without what nobody sees."""
    return compose(text.replace("\x00", "")).translate(_UNSEEN).strip()


def _record(field: CustomField, text: str, find: FindRecord | None) -> str:
    found = find(field, text) if find else set()
    if len(found) == 1:
        return str(next(iter(found)))
    said = (
        _("Several records are called “%(value)s”; write a number or a telephone")
        if found
        else _("There is no record “%(value)s” that you can see")
    )
    raise BadValue("relation", said, value=text[:60])


def _truth(text: str) -> bool:
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise BadValue("boolean", _("“%(value)s” is neither yes nor no"), value=text[:60])


def _choice(field: CustomField, text: str) -> str:
    wanted = text.casefold()
    for one in field.choices:
        if not one.get("archived") and wanted in (
            one["value"],
            *(one.get(name, "").casefold() for name in ("th", "en")),
        ):
            return str(one["value"])
    raise BadValue("choice", _("“%(value)s” is not one of the choices"), value=text[:60])


# From a program


def from_json(field: CustomField, value: object, *, member: FindMember, record: FindRecord | None = None) -> Stored:
    """What a program means, as the API and automations send it: the stored form, or a text as people type it.

    :raises ValueProblem: when it cannot be a value of the field.
    """
    if field.kind == "file":
        return read(field, "", member=member)  # says that files go another way; nothing empties the field so
    if value is None or value == "" or value == []:
        return check(field, None)
    if field.kind == "formula":
        return read(field, str(value), member=member)
    if isinstance(value, bool):
        if field.kind == "boolean":
            return check(field, value)
    elif isinstance(value, int | float | Decimal):
        if field.kind in ("number", "money"):
            return check(field, parse_amount(value))
        if field.kind == "text":
            return read(field, str(value), member=member)
    elif isinstance(value, str | UUID):
        return read(field, str(value), member=member, record=record)
    elif isinstance(value, Sequence) and field.kind == "multi_choice" and all(isinstance(one, str) for one in value):
        return check(field, [_choice(field, one) for one in value])
    raise BadValue("type", _("This is not a value of the kind “%(kind)s”"), kind=field.get_kind_display())


# Rules


def check(field: CustomField, value: Stored) -> Stored:
    """The value when it keeps every rule of its field but the one about what others have.

    :raises BadValue: with the rule that it breaks.
    """
    if value is None or value == []:
        if field.is_required:
            raise BadValue("required", _("This field must not be empty"))
        return None
    if isinstance(value, Decimal):
        _check_number(field, value)
        return int(value) if value == value.to_integral_value() else value.normalize()
    if isinstance(value, list):
        return list(dict.fromkeys(value))
    if isinstance(value, str) and field.kind == "date":
        _check_date(field, value)
    elif isinstance(value, str) and field.kind in ("text", "long_text"):
        _check_text(field, value)
    return value


def _check_number(field: CustomField, value: Decimal) -> None:
    if len(value.normalize().as_tuple().digits) > MOST_DIGITS:
        raise BadValue("digits", _("At most %(count)s digits"), count=MOST_DIGITS)
    places = field.rule("places")
    if places is not None and value != round(value, int(places)):
        raise BadValue("places", _("At most %(count)s decimals."), count=int(places))
    if (least := field.rule("minimum")) is not None and value < Decimal(least):
        raise BadValue("minimum", _("At least %(limit)s"), limit=f"{Decimal(least):,}")
    if (most := field.rule("maximum")) is not None and value > Decimal(most):
        raise BadValue("maximum", _("At most %(limit)s"), limit=f"{Decimal(most):,}")


def _check_date(field: CustomField, value: str) -> None:
    if not "1000" <= value[:4] <= "9000":
        raise BadValue("year", _("Only years from 1000 to 9000 of the common era"))
    if (first := field.rule("minimum")) is not None and value < first:
        raise BadValue("minimum", _("Not before %(date)s"), date=_day(first))
    if (last := field.rule("maximum")) is not None and value > last:
        raise BadValue("maximum", _("Not after %(date)s"), date=_day(last))


def _check_text(field: CustomField, value: str) -> None:
    longest = field.rule("longest") or (MOST_LETTERS if field.kind == "text" else MOST_LETTERS_LONG)
    if len(value) > int(longest):
        raise BadValue(
            "too_long", _("%(count)s letters; this field takes at most %(limit)s"), count=len(value), limit=int(longest)
        )
    if (shortest := field.rule("shortest")) is not None and len(value) < int(shortest):
        raise BadValue("too_short", _("%(count)s letters; at least %(limit)s"), count=len(value), limit=int(shortest))
    if (pattern := field.rule("pattern")) and (len(value) > MOST_MATCHED or not _compiled(pattern).fullmatch(value)):
        example = field.rule("example")
        if example:
            raise BadValue("pattern", _("This does not look as the field wants it, such as %(example)s"),
                           example=example)  # fmt: skip
        raise BadValue("pattern", _("This does not look as the field wants it"))


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _day(text: str) -> str:
    from samphan.platform.language import reader_language
    from samphan.platform.thai.calendar import format_date

    return format_date(date.fromisoformat(text), "short", reader_language())


# Into a text


def as_text(value: object) -> str:
    """The stored value as a form carries it; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float | Decimal | int):
        number = Decimal(str(value))
        return f"{number:.0f}" if number == number.to_integral_value() else f"{number.normalize():f}"
    return str(value)


def words(
    field: CustomField,
    value: object,
    *,
    day: Callable[[date], str],
    member: Mapping[UUID, str] | None = None,
    record: Mapping[UUID, str] | None = None,
) -> str:
    """The stored value as a person reads it; "" for nothing.

    :param day: writes a date. :param member: names of members, by id. :param record: names of other records, by id.
    """
    if value is None or value == []:
        return ""
    match field.value_kind:
        case "number" | "money":
            number = Decimal(str(value))
            shown = f"{number:,.0f}" if number == number.to_integral_value() else f"{number.normalize():,f}"
            return f"฿{shown}" if field.value_kind == "money" else shown
        case "date":
            return day(date.fromisoformat(str(value)))
        case "boolean":
            return str(_("Yes") if value else _("No"))
        case "choice":
            return choice_words(field, str(value))
        case "multi_choice":
            several = value if isinstance(value, list) else [value]
            return ", ".join(choice_words(field, str(one)) for one in several)
        case "member":
            found = as_uuid(str(value))
            return (member or {}).get(found, "") or str(_("somebody who left")) if found else str(value)
        case "relation":
            found = as_uuid(str(value))
            return (record or {}).get(found, "") or str(UNSEEN) if found else str(UNSEEN)
        case "file":
            return ", ".join(one.name for one in held_files(value))
    return str(value)


def choice_words(field: CustomField, value: str) -> str:
    """The label of a choice, archived or not; the value itself when there is none of it any more."""
    for one in field.choices:
        if one["value"] == value:
            return str(say(one.get("th", ""), one.get("en", "")))
    return value

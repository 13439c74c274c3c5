"""Values of a condition, read into the one form that oracle and emitters share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samphan.platform.catalogue import Field, Operator, Type
from samphan.platform.conditions.folding import compose
from samphan.platform.conditions.nodes import ALWAYS, ME, NEXT_MONTH, THIS_MONTH, Scalar, Value, Window
from samphan.platform.errors import DomainError
from samphan.platform.thai.partial_dates import is_stored

MAX_VALUES = 500  # in one list
MAX_TEXT = 200  # characters in one value
MAX_DAYS = 36_500
LISTS = frozenset(
    {Operator.IS_ANY_OF, Operator.IS_NONE_OF, Operator.HAS_ANY_TAG, Operator.HAS_ALL_TAGS, Operator.HAS_NO_TAG}
)
BARE = frozenset({Operator.IS_KNOWN, Operator.IS_UNKNOWN, Operator.IS_TRUE, Operator.IS_FALSE})
DAY_COUNTS = frozenset(
    {Operator.WITHIN_LAST, Operator.MORE_THAN_DAYS_AGO, Operator.WITHIN_NEXT, Operator.COMES_ROUND_WITHIN}
)


class ConditionProblem(DomainError):
    """A condition that cannot be used.

    `message` is one sentence for the user, `path` the place in the document, such as `where.and[1].value`.
    """

    message: str

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path

    def __str__(self) -> str:
        return _("%(problem)s (at %(path)s)") % {"problem": self.message, "path": self.path}


class Values:
    """Reads the value of one comparison into the canonical form that oracle and emitters share."""

    def __init__(self, field: Field, path: str) -> None:
        self.field = field
        self.path = path

    def problem(self, message: str) -> ConditionProblem:
        said = f"{self.field.label}: {message}" if self.field.label else message
        return ConditionProblem(said[:1].upper() + said[1:], self.path)

    def read(self, operator: Operator, raw: object) -> Value:
        if operator in BARE:
            if raw is not None and raw != "":
                raise self.problem(_("this question takes no value."))
            return None
        if operator in LISTS:
            return self.several(raw)
        if operator is Operator.BETWEEN:
            return self.pair(raw)
        if operator in DAY_COUNTS:
            return self.days(raw)
        if operator is Operator.MONTH_IS:
            return self.month(raw)
        if self.field.type is Type.PARTIAL_DATE and operator is Operator.ON:
            return self.partial_date(raw)
        return self.scalar(raw)

    def several(self, raw: object) -> tuple[Scalar, ...]:
        if not isinstance(raw, list | tuple) or not raw:
            raise self.problem(_("choose at least one value."))
        if len(raw) > MAX_VALUES:
            raise self.problem(_("at most %(count)s values at once.") % {"count": MAX_VALUES})
        # A set in meaning: repeated values are dropped, the order stays for the reader.
        return tuple(dict.fromkeys(self.scalar(item) for item in raw))

    def pair(self, raw: object) -> tuple[Scalar, ...]:
        if not isinstance(raw, list | tuple) or len(raw) != 2:
            raise self.problem(_("a first and a last value are needed."))
        first, last = (self.date(item) if self.field.type.is_temporal else self.number(item) for item in raw)
        if first > last:  # type: ignore[operator]  # both are dates or both are numbers
            raise self.problem(_("the first value is greater than the last."))
        return (first, last)

    def scalar(self, raw: object) -> Scalar:
        kind = self.field.type
        if kind.is_numeric:
            return self.number(raw)
        if kind.is_temporal:
            return self.date(raw)
        if kind is Type.MEMBER:
            return self.member(raw)
        if kind is Type.RELATION:
            return self.record(raw)
        text = self.text(raw)
        if kind in (Type.CHOICE, Type.MULTI_CHOICE):
            choices = self.field.get_choices()
            if choices and all(choice.value != text for choice in choices):
                raise self.problem(_("%(value)s is not one of the choices.") % {"value": shorten(text)})
        elif self.field.normalise is not None:
            try:
                text = self.field.normalise(text)
            except ValueError:
                raise self.problem(_("%(value)s cannot be read.") % {"value": shorten(raw)}) from None
            if not text:
                raise self.problem(_("%(value)s cannot be read.") % {"value": shorten(raw)})
        return text

    def text(self, raw: object) -> str:
        if not isinstance(raw, str):
            raise self.problem(_("a text is expected."))
        if len(raw) > MAX_TEXT:
            raise self.problem(
                ngettext("at most %(count)s letter.", "at most %(count)s letters.", MAX_TEXT) % {"count": MAX_TEXT}
            )
        # PostgreSQL takes neither a null byte nor half of a surrogate pair.
        if "\x00" in raw or any("\ud800" <= character <= "\udfff" for character in raw):
            raise self.problem(_("the text holds characters that cannot be stored."))
        text = raw if self.field.type in (Type.CHOICE, Type.MULTI_CHOICE) else compose(raw)
        if not text:
            raise self.problem(_("a value is needed."))
        return text

    def number(self, raw: object) -> int | Decimal:
        number: Decimal | None = None
        if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            raw = str(raw)
        if (
            isinstance(raw, str)
            and len(raw) <= 40
            and re.fullmatch(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?", raw)
        ):
            try:
                number = Decimal(raw.replace(",", ""))
            except InvalidOperation:
                number = None
        if number is None or abs(number) >= Decimal(10) ** 18 or len(number.as_tuple().digits) > 28:
            raise self.problem(_("%(value)s is not a number.") % {"value": shorten(raw)})
        # Whole numbers stay int: an integer column compared with a numeric parameter would lose its index.
        return int(number) if number == number.to_integral_value() else number.normalize()

    def date(self, raw: object) -> date:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
            try:
                day = date.fromisoformat(raw)
            except ValueError:
                day = date.min
            if 1000 <= day.year <= 9000:
                return day
        raise self.problem(_("%(value)s is not a date like 2026-12-31.") % {"value": shorten(raw)})

    def partial_date(self, raw: object) -> str:
        if isinstance(raw, str) and is_stored(raw):
            return raw
        raise self.problem(
            _("%(value)s is not a date like 1987-12-31, 1987-12-XX, 1987-XX-XX or XXXX-12-31.")
            % {"value": shorten(raw)}
        )

    def days(self, raw: object) -> int:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,6}", raw):
            raw = int(raw)
        if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= MAX_DAYS:
            raise self.problem(_("a number of days from 0 to %(count)s is needed.") % {"count": MAX_DAYS})
        return raw

    def month(self, raw: object) -> int | str:
        if raw in (THIS_MONTH, NEXT_MONTH) and isinstance(raw, str):
            return raw
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,2}", raw):
            raw = int(raw)
        if not isinstance(raw, int) or isinstance(raw, bool) or not 1 <= raw <= 12:
            raise self.problem(_("a month from 1 to 12, this or next is needed."))
        return raw

    def member(self, raw: object) -> UUID | str:
        if raw == ME:
            return ME
        text = self.text(raw)
        try:
            return UUID(text)
        except ValueError:
            raise self.problem(_("%(value)s is not a member.") % {"value": shorten(raw)}) from None

    def record(self, raw: object) -> UUID:
        try:
            return UUID(self.text(raw))
        except ValueError:
            raise self.problem(_("%(value)s is not the id of a record.") % {"value": shorten(raw)}) from None


def shorten(raw: object) -> str:
    """A value as it may be repeated in a message: printable, at most 40 characters."""
    text = "".join(character for character in str(raw)[:41] if character.isprintable())
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'


# Windows and spans of time


_SPAN_UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60}


def read_window(raw: object, path: str) -> Window:
    """The window of a measure or a sequence: `{"days"}`, `{"before_days", "after_days"}`, `{"from", "to"}`, or none."""
    if raw is None:
        return ALWAYS
    keys = set(raw) if isinstance(raw, Mapping) else set()
    if isinstance(raw, Mapping) and keys == {"days"}:
        return Window(days=_days(raw["days"], f"{path}.days"))
    if isinstance(raw, Mapping) and keys == {"before_days", "after_days"}:
        before, after = (_days(raw[key], f"{path}.{key}") for key in ("before_days", "after_days"))
        if before <= after:
            raise ConditionProblem(_("A window in the past begins before it ends."), path)
        return Window(before_days=before, after_days=after)
    if isinstance(raw, Mapping) and keys and keys <= {"from", "to"}:
        first, last = (_date(raw[key], f"{path}.{key}") if key in keys else None for key in ("from", "to"))
        if first is not None and last is not None and first > last:
            raise ConditionProblem(_("A window ends no earlier than it begins."), path)
        return Window(first=first, last=last)
    raise ConditionProblem(_("A window has days, before_days with after_days, or from and to."), path)


def window_json(window: Window) -> dict[str, object]:
    """What `read_window` reads; empty for all days."""
    values = {
        "days": window.days,
        "before_days": window.before_days,
        "after_days": window.after_days,
        "from": window.first and window.first.isoformat(),
        "to": window.last and window.last.isoformat(),
    }
    return {key: value for key, value in values.items() if value is not None}


def read_apart(raw: object, path: str) -> timedelta:
    """The time between two steps of a sequence: `{"days": 7}`, `{"hours": 2}` or `{"minutes": 30}`."""
    if isinstance(raw, Mapping) and len(raw) == 1:
        unit, number = next(iter(raw.items()))
        if unit in _SPAN_UNITS:
            count = _days(number, f"{path}.{unit}")
            if count:
                return timedelta(seconds=count * _SPAN_UNITS[unit])
    raise ConditionProblem(_("The time between two steps has days, hours or minutes, from 1."), path)


def apart_json(apart: timedelta) -> dict[str, int]:
    """What `read_apart` reads, in the largest unit that is exact."""
    seconds = apart.days * 86_400 + apart.seconds
    unit = next(unit for unit, length in _SPAN_UNITS.items() if seconds % length == 0)
    return {unit: seconds // _SPAN_UNITS[unit]}


def read_uuid(raw: object, path: str) -> UUID:
    try:
        return UUID(raw) if isinstance(raw, str) and len(raw) <= 40 else UUID("")
    except ValueError:
        raise ConditionProblem(_("%(value)s is not the id of a segment.") % {"value": shorten(raw)}, path) from None


def _days(raw: object, path: str) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= MAX_DAYS:
        raise ConditionProblem(_("A whole number from 0 to %(count)s is needed.") % {"count": MAX_DAYS}, path)
    return raw


def _date(raw: object, path: str) -> date:
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            day = date.min
        if 1000 <= day.year <= 9000:
            return day
    raise ConditionProblem(_("%(value)s is not a date like 2026-12-31.") % {"value": shorten(raw)}, path)

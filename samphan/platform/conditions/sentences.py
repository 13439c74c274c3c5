"""A comparison as words, for filter chips: ซื้อล่าสุดภายใน 120 วัน, "Last purchase within the last 120 days".

The parts stay apart, so that a chip can frame the operator and tint the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from samphan.platform.catalogue import Entity, Field, Operator, Type
from samphan.platform.conditions.nodes import (
    ME,
    NEXT_MONTH,
    THIS_MONTH,
    And,
    Change,
    Comparison,
    InSegment,
    Measure,
    Node,
    Not,
    Or,
    Scalar,
    Sequence,
    Value,
)
from samphan.platform.conditions.values import DAY_COUNTS
from samphan.platform.thai.partial_dates import format_partial_date

SHOWN_VALUES = 3
MONTHS = (
    gettext_lazy("January"), gettext_lazy("February"), gettext_lazy("March"), gettext_lazy("April"),
    gettext_lazy("May"), gettext_lazy("June"), gettext_lazy("July"), gettext_lazy("August"),
    gettext_lazy("September"), gettext_lazy("October"), gettext_lazy("November"), gettext_lazy("December"),
)  # fmt: skip

OPERATOR_WORDS: Mapping[Operator, str | Promise] = {
    Operator.IS: pgettext_lazy("condition", "is"),
    Operator.IS_NOT: pgettext_lazy("condition", "is not"),
    Operator.CONTAINS: pgettext_lazy("condition", "contains"),
    Operator.NOT_CONTAINS: pgettext_lazy("condition", "does not contain"),
    Operator.STARTS_WITH: pgettext_lazy("condition", "starts with"),
    Operator.IS_ANY_OF: pgettext_lazy("condition", "is any of"),
    Operator.IS_NONE_OF: pgettext_lazy("condition", "is none of"),
    Operator.IS_KNOWN: pgettext_lazy("condition", "is known"),
    Operator.IS_UNKNOWN: pgettext_lazy("condition", "is unknown"),
    Operator.GREATER: pgettext_lazy("condition", "is more than"),
    Operator.LESS: pgettext_lazy("condition", "is less than"),
    Operator.AT_LEAST: pgettext_lazy("condition", "is at least"),
    Operator.AT_MOST: pgettext_lazy("condition", "is at most"),
    Operator.BETWEEN: pgettext_lazy("condition", "is between"),
    Operator.ON: pgettext_lazy("condition", "is on"),
    Operator.BEFORE: pgettext_lazy("condition", "is before"),
    Operator.AFTER: pgettext_lazy("condition", "is after"),
    Operator.WITHIN_LAST: pgettext_lazy("condition", "within the last"),
    Operator.MORE_THAN_DAYS_AGO: pgettext_lazy("condition", "was longer ago than"),
    Operator.WITHIN_NEXT: pgettext_lazy("condition", "within the next"),
    Operator.MONTH_IS: pgettext_lazy("condition", "is in"),
    Operator.COMES_ROUND_WITHIN: pgettext_lazy("condition", "comes round within"),
    Operator.HAS_ANY_TAG: pgettext_lazy("condition", "has any of"),
    Operator.HAS_ALL_TAGS: pgettext_lazy("condition", "has all of"),
    Operator.HAS_NO_TAG: pgettext_lazy("condition", "has none of"),
    Operator.IS_TRUE: pgettext_lazy("condition", "is yes"),
    Operator.IS_FALSE: pgettext_lazy("condition", "is no"),
}
"""The words of each operator, for chips and operator menus."""


@dataclass(frozen=True)
class Sentence:
    """A comparison in words; `value` is empty where the operator takes none."""

    field: str
    operator: str
    value: str

    def __str__(self) -> str:
        if not self.value:
            return self.lead
        return _("%(field)s %(operator)s %(value)s") % {
            "field": self.field,
            "operator": self.operator,
            "value": self.value,
        }

    @property
    def lead(self) -> str:
        """Field and operator as they stand before the value; Thai writes them together: เกรดเป็น."""
        return pgettext("condition", "%(field)s %(operator)s") % {"field": self.field, "operator": self.operator}


def _day(day: date | str) -> str:
    return format_partial_date(day, "en", "ce") if isinstance(day, str) else date_format(day, "j M Y")


@dataclass(frozen=True)
class Words:
    """How the caller writes dates, stored partial ones too, and names members; by default of the common era, and the id."""

    day: Callable[[date | str], str] = _day
    member: Callable[[UUID], str] = field(default=str)
    record: Callable[[str, UUID], str] = field(default=lambda entity, record_id: str(record_id))


DEFAULT_WORDS = Words()


def sentence(comparison: Comparison, entity: Entity, words: Words = DEFAULT_WORDS) -> Sentence:
    """The comparison in the language of the moment. :raises KeyError: when `entity` has no such field."""
    return compared(entity.field(comparison.field), comparison.operator, comparison.value, words)


def compared(asked: Field, operator: Operator, value: Value, words: Words = DEFAULT_WORDS, label: str = "") -> Sentence:
    """A value of a field asked, in words; `label` where it is called otherwise than the field."""
    return Sentence(
        field=label or str(asked.label),
        operator=str(OPERATOR_WORDS[operator]),
        value=_value(asked, operator, value, words),
    )


def describe(tree: Node, entity: Entity, words: Words = DEFAULT_WORDS) -> str:
    """A whole condition in one line, with brackets where and meets or; empty for a condition that asks nothing."""
    return _describe(tree, entity, words, is_inside=False)


def _describe(tree: Node, entity: Entity, words: Words, *, is_inside: bool) -> str:
    match tree:
        case Comparison():
            return str(sentence(tree, entity, words))
        case Measure() | Change() | Sequence() | InSegment():
            return sentences_beside.of_leaf(tree, entity, words)
        case Not(part):
            return _("not (%(condition)s)") % {"condition": _describe(part, entity, words, is_inside=False)}
        case And(parts) | Or(parts):
            texts = [_describe(part, entity, words, is_inside=len(parts) > 1) for part in parts]
            joined = (_(" and ") if isinstance(tree, And) else _(" or ")).join(text for text in texts if text)
            return f"({joined})" if is_inside and len(parts) > 1 else joined


def _value(asked: Field, operator: Operator, value: Value, words: Words) -> str:
    if value is None:
        return ""
    if operator in DAY_COUNTS:
        return in_days(cast("int", value))
    if operator is Operator.MONTH_IS:
        if value == THIS_MONTH:
            return _("this month")
        if value == NEXT_MONTH:
            return _("next month")
        return str(MONTHS[cast("int", value) - 1])
    if not isinstance(value, tuple):
        return scalar(asked, value, words)
    if operator is Operator.BETWEEN:
        first, last = (scalar(asked, item, words) for item in value)
        return _("%(first)s and %(last)s") % {"first": first, "last": last}
    shown = ", ".join(scalar(asked, item, words) for item in value[:SHOWN_VALUES])
    left = len(value) - SHOWN_VALUES
    if left <= 0:
        return shown
    return ngettext("%(values)s and %(count)s more", "%(values)s and %(count)s more", left) % {
        "values": shown,
        "count": left,
    }


def in_days(days: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}


def scalar(asked: Field, value: Scalar, words: Words = DEFAULT_WORDS) -> str:
    """One value of a field in words."""
    if asked.type is Type.MEMBER:
        return pgettext("condition", "me") if value == ME or not isinstance(value, UUID) else words.member(value)
    if asked.type is Type.RELATION and isinstance(value, UUID):
        return words.record(asked.target, value)
    if asked.type in (Type.CHOICE, Type.MULTI_CHOICE):
        return asked.choice_label(str(value))
    if isinstance(value, date) or (asked.type is Type.PARTIAL_DATE and isinstance(value, str)):
        return words.day(value)
    if isinstance(value, int | Decimal):
        return _("%(amount)s baht") % {"amount": number(value)} if asked.type is Type.MONEY else number(value)
    return f"“{value}”"


def number(value: int | Decimal) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


# It says what is asked of rows beside a record, in sentences with what stands above.
from samphan.platform.conditions import sentences_beside  # noqa: E402

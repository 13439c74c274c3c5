"""Values as the reader sees them: their language and era, phones with hyphens, choices by their labels."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from samphan.platform.catalogue import Field, Type
from samphan.platform.exports.reading import Export, member_names
from samphan.platform.exports.stored import SEPARATOR, is_many
from samphan.platform.imports.reading import guard_formula
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import Era, format_date, format_time
from samphan.platform.thai.partial_dates import format_partial_date
from samphan.platform.thai.phones import format_phone
from samphan.platform.thai.tax_ids import branch_label, format_tax_id

Writer = Callable[[Any], str]
"""Writes one value that is there; nothing is an empty cell."""


def writers(export: Export, *, era: Era) -> list[Writer]:
    """One writer for each column, in the language of now; safe to use later, when another one is spoken."""
    language = reader_language()
    names: Mapping[UUID, str] = {}
    if any(field.type is Type.MEMBER for field in export.fields):
        names = member_names(export.viewer)
    return [_writer(field, export, language, era, names) for field in export.fields]


def headings(export: Export) -> list[str]:
    """The labels of the columns in the language of now."""
    return [str(field.label) for field in export.fields]


def _writer(field: Field, export: Export, language: str, era: Era, names: Mapping[UUID, str]) -> Writer:
    one = _one(field, export, language, era, names)
    if not is_many(field):
        return one
    if field.type is Type.MULTI_CHOICE and (known := {one.value: str(one.label) for one in field.get_choices()}):
        return lambda values: guard_formula(SEPARATOR.join([known.get(value, str(value)) for value in values]))
    if (field.type.is_textual and field.type is not Type.PHONE) or field.type is Type.MULTI_CHOICE:
        return lambda values: guard_formula(SEPARATOR.join([str(value) for value in values]))
    return lambda values: SEPARATOR.join([one(value) for value in values])


def _one(field: Field, export: Export, language: str, era: Era, names: Mapping[UUID, str]) -> Writer:
    match field.type:
        case Type.DATE:
            return lambda value: format_date(value, "short", language, era)
        case Type.PARTIAL_DATE:
            return lambda value: format_partial_date(value, language, era)
        case Type.DATETIME:
            return _moments(export, language, era)
        case Type.CHOICE:
            labels = {choice.value: str(choice.label) for choice in field.get_choices()}
            return lambda value: guard_formula(labels.get(value) or str(value))
        case Type.MEMBER:
            return lambda value: guard_formula(names.get(value, str(value)))
        case Type.BOOLEAN:
            yes, no = _("Yes"), _("No")
            return lambda value: yes if value else no
        case Type.PHONE:
            return format_phone
        case Type.NUMBER | Type.MONEY:
            return plain_number
    if field.name == "tax_id":
        # With its hyphens: a spreadsheet would take thirteen digits for a number and round them.
        return lambda value: guard_formula(format_tax_id(value))
    if field.name == "branch":
        return lambda value: guard_formula(branch_label(value, language=language))
    return lambda value: guard_formula(value if isinstance(value, str) else str(value))


def _moments(export: Export, language: str, era: Era) -> Writer:
    zone = export.zone

    def write(value: datetime | date) -> str:
        if not isinstance(value, datetime):
            return format_date(value, "short", language, era)
        local = value.astimezone(zone)
        return f"{format_date(local.date(), 'short', language, era)} {format_time(local, language)}"

    return write


def plain_number(value: int | Decimal) -> str:
    """A number without grouping and without zeros at its end: 1234.5; at least satang where it is no whole number."""
    if isinstance(value, int):
        return str(value)
    if value == value.to_integral_value():
        return f"{value:.0f}"
    text = f"{value.normalize():f}"
    return text if len(text) - text.index(".") > 2 else text + "0"

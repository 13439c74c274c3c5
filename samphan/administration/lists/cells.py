"""The rows of a list. Python writes them: a template include for each cell would cost more than the rows' query.

They are most of the page's weight, so they use what HTML allows: no end tags of cells, no quotes around plain words.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.html import conditional_escape as escape
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from samphan.administration.custom_fields import files, hosts, relations
from samphan.administration.lists.kinds import Row, further_cells
from samphan.platform import attachments
from samphan.platform.catalogue import Field, Type
from samphan.platform.thai.calendar import format_date, relative_date
from samphan.platform.thai.phones import format_phone
from samphan.ui.templatetags import ui

if TYPE_CHECKING:
    from samphan.administration.lists.page import ListPage


class CellWriter:
    """Writes the cells of one list for one reader."""

    def __init__(self, page: ListPage) -> None:
        self.kind = page.kind
        self.fields = [page.entity.column(name) for name in page.columns]
        further = further_cells(page.kind.entity_name, page.columns)
        self.special = {**page.kind.cells(page), **{cell.column: cell.cells(page) for cell in further}}
        self.values = ValueWriter(page)
        self.starts = {field.name: self._start(field) for field in self.fields}

    def row(self, row: Row, *, selectable: bool) -> SafeString:
        """One row of the list."""
        # The list's script puts the box in and names it after the record: written out, boxes are a fifteenth of the page.
        box = "<td class=select>" if selectable else ""
        cells = "".join(self.starts[field.name] + self.inside(field, row) for field in self.fields)
        return mark_safe(f"<tr data-row={row['id']}>{box}{cells}")  # noqa: S308 - every value is escaped

    def inside(self, field: Field, row: Row) -> str:
        """The HTML inside one cell."""
        if field.type is Type.FILE and not field.is_covered:
            return self.files(field, row)
        special = None if field.is_covered else self.special.get(field.name)
        html = special(row) if special else self.values.write(field, row[field.name])
        # The style sheet puts the dash into an empty cell: written out, dashes are a twelfth of a page.
        return "" if html == ui.NOTHING else html

    def files(self, field: Field, row: Row) -> str:
        """The first file of a field as a link, with the number of the others."""
        held = attachments.held_files(row[field.name])
        if not held:
            return ""
        url = files.file_url(self.kind.entity_name, row["id"], field.name, held[0].id)
        more = first_of([one.name for one in held])[len(escape(held[0].name)) :]
        return format_html('<a href="{}">{}</a>{}', url, held[0].name, mark_safe(more))  # noqa: S308 - escaped before

    def _start(self, field: Field) -> str:
        place = self.kind.phone.get(field.name)
        phone = f" data-phone={place}" if place else ""
        kind = ""
        if field.name == self.kind.lead:
            kind = " class=name"
        elif field.type is Type.MONEY:
            kind = " class='number amount'"
        elif field.type.is_numeric:
            kind = " class=number"
        elif field.type in (Type.TEXT, Type.LONG_TEXT, Type.MULTI_CHOICE):
            kind = " class=text"
        return f"<td{kind}{phone}>"


class ValueWriter:
    """Writes values by the type of their field, as one reader wants dates and members."""

    def __init__(self, page: ListPage) -> None:
        self.page = page
        self.language = page.language
        self.era = page.era
        self.today = page.today
        self._labels: dict[str, dict[str, tuple[str, str]]] = {}

    def write(self, field: Field, value: Any) -> SafeString | str:
        """One value as the screen writes it."""
        if value is None or value == "" or value == []:
            return ui.NOTHING
        if field.is_covered:
            return first_of(value) if isinstance(value, list) else escape(value)
        match field.type:
            case Type.CHOICE:
                return escape(self.label(field, value)[0])
            case Type.MONEY:
                return ui.baht(value)
            case Type.NUMBER if not isinstance(value, list):
                return self.number(field, value)
            case Type.DATETIME:
                return self.near(value.astimezone(self.page.zone).date() if isinstance(value, datetime) else value)
            case Type.DATE:
                return escape(format_date(value, "short", self.language, self.era))
            case Type.PARTIAL_DATE:
                return escape(self.page.day(value))
            case Type.MEMBER:
                return escape(self.page.owners.get(value, "—"))
            case Type.RELATION:
                return self.related(field, value)
            case Type.PHONE:
                return first_of([format_phone(item) for item in value])
            case Type.BOOLEAN:
                return escape(_("Yes") if value else _("No"))
            case Type.MULTI_CHOICE:
                return escape(", ".join([self.label(field, one)[0] for one in value] if field.choices else value))
        return first_of([str(item) for item in value]) if isinstance(value, list) else escape(value)

    def label(self, field: Field, value: str) -> tuple[str, str]:
        """Label and tone of a choice."""
        if field.name not in self._labels:
            self._labels[field.name] = {
                choice.value: (str(choice.label), choice.tone) for choice in field.get_choices()
            }
        return self._labels[field.name].get(value, (value, "slate"))

    def related(self, field: Field, value: Any) -> SafeString:
        """Another record as a link, or a neutral word where the reader may not see it."""
        host, label = hosts.find(field.target), self.page.related.get((field.target, value))
        if host is None or label is None:
            return format_html("<span class=text-ink3>{}</span>", relations.UNSEEN)
        return format_html('<a href="{}">{}</a>', host.url(value), label)

    def number(self, field: Field, value: Any) -> SafeString | str:
        """A number without idle zeros; a count of nothing is a dash, but somebody typed a custom 0."""
        amount = Decimal(str(value))
        if amount == amount.to_integral_value():
            return ui.number(value) if value or field.name.startswith("c_") else ui.NOTHING
        return ui.number(value, -int(amount.normalize().as_tuple().exponent))

    def dotted(self, field: Field, value: str | None) -> SafeString:
        """A choice with its tone as a dot."""
        if not value:
            return ui.NOTHING
        label, tone = self.label(field, value)
        return format_html("<span class='dotted tone-{}'>{}</span>", tone, label)

    def near(self, day: date) -> SafeString:
        """A day as people say it, the exact one on hover."""
        return format_html(
            "<span title={}>{}</span>",
            format_date(day, "numeric", self.language, self.era),
            relative_date(day, self.today, self.language, self.era),
        )


def first_of(values: list[str]) -> SafeString:
    """The first of several values, with the number of the others."""
    first = escape(values[0])
    if len(values) == 1:
        return first
    return format_html('{} <span class="nickname" title="{}">+{}</span>', first, ", ".join(values[1:]), len(values) - 1)

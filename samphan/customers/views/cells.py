"""The rows of a list. Python writes them: a template include for each cell would cost more than the rows' query.

They are most of the page's weight, so they use what HTML allows: no end tags of cells, no quotes around plain words.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import conditional_escape as escape
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from samphan.customers.models import Customer
from samphan.platform.catalogue import Entity, Field, Type
from samphan.platform.thai.calendar import format_date, relative_date
from samphan.platform.thai.names import display_name, initial
from samphan.platform.thai.phones import format_phone
from samphan.platform.thai.tax_ids import branch_label, format_tax_id
from samphan.ui import preferences, tones
from samphan.ui.templatetags import ui

Row = Mapping[str, Any]
NAME_COLUMNS = ("kind", "title", "first_name", "last_name", "nickname")
"""What a name cell needs beside the name."""

# Where a column stands on the phone: three short lines.
PHONE_PLACES = {
    "grade": "badge",
    "stage": "line",
    "total_spent": "end",
    "last_order_at": "end2",
    "phone": "line2",
}


class CellWriter:
    """Writes the cells of one list for one reader."""

    def __init__(
        self, entity: Entity, columns: Sequence[str], owners: Callable[[], Mapping[UUID, str]], request: HttpRequest
    ) -> None:
        self.fields = [entity.field(name) for name in columns]
        self.owners = owners
        self.language = "en" if (get_language() or "th").startswith("en") else "th"
        self.era = preferences.era(request)
        self.today = timezone.localdate()
        self.labels = {
            field.name: {choice.value: (str(choice.label), choice.tone) for choice in field.get_choices()}
            for field in self.fields
            if field.type is Type.CHOICE
        }

    def row(self, row: Row, *, selectable: bool) -> SafeString:
        """One row of the list."""
        # The list's script names the box after the record.
        box = (
            "<td class=select><label class=hit><input class='checkbox check' type=checkbox data-select></label>"
            if selectable
            else ""
        )
        cells = "".join(self._name(row) if field.name == "name" else self._cell(field, row) for field in self.fields)
        return mark_safe(f"<tr data-row={row['id']}>{box}{cells}")  # noqa: S308 - every value is escaped

    def _cell(self, field: Field, row: Row) -> str:
        place = PHONE_PLACES.get(field.name)
        phone = f" data-phone={place}" if place else ""
        kind = ""
        if field.type is Type.MONEY:
            kind = " class='number amount'"
        elif field.type.is_numeric:
            kind = " class=number"
        elif field.type in (Type.TEXT, Type.LONG_TEXT, Type.MULTI_CHOICE):
            kind = " class=text"
        return f"<td{kind}{phone}>{self.value(field, row[field.name])}"

    def _name(self, row: Row) -> str:
        is_person = row.get("kind") != Customer.Kind.ORGANISATION
        name, nickname = list_name(row)
        behind = f" <span class=nickname>({escape(nickname)})</span>" if nickname else ""
        shape = f"tone-{tones.avatar_tone(row['id'])}" if is_person else "avatar-square tone-slate"
        return (
            f"<td class=name data-phone=title><a href={row['id']}/>"
            f"<span class='avatar {shape}' aria-hidden=true>{escape(initial(name))}</span>"
            f"<span class=clip>{escape(name)}{behind}</span></a>"
        )

    def value(self, field: Field, value: Any) -> SafeString | str:
        """One value as the screen writes it."""
        if field.name == "grade":
            return ui.grade(value)
        if value is None or value == "" or value == []:
            return ui.NOTHING
        match field.type:
            case Type.CHOICE:
                label, tone = self.labels[field.name].get(value, (value, "slate"))
                if field.name != "stage":
                    return escape(label)
                return format_html("<span class=dotted><span class='dot tone-{}'></span>{}</span>", tone, label)
            case Type.MONEY:
                return ui.baht(value)
            case Type.NUMBER:
                return ui.number(value) if value else ui.NOTHING
            case Type.DATETIME:
                return self.near(timezone.localtime(value).date() if isinstance(value, datetime) else value)
            case Type.DATE:
                return escape(format_date(value, "short", self.language, self.era))
            case Type.MEMBER:
                return escape(self.owners().get(value, "—"))
            case Type.PHONE:
                return self._first_of([format_phone(item) for item in value])
        if field.name == "tax_id":
            return escape(format_tax_id(value))
        if field.name == "branch":
            return escape(branch_label(value, language=self.language))
        if field.type is Type.MULTI_CHOICE:
            return escape(", ".join(value))
        if isinstance(value, list):
            return self._first_of(value)
        return escape(value)

    def _first_of(self, values: list[str]) -> SafeString:
        first = escape(values[0])
        if len(values) == 1:
            return first
        return format_html(
            '{} <span class="nickname" title="{}">+{}</span>', first, ", ".join(values[1:]), len(values) - 1
        )

    def near(self, day: date) -> SafeString:
        """A day as people say it, the exact one on hover."""
        return format_html(
            "<span title={}>{}</span>",
            format_date(day, "numeric", self.language, self.era),
            relative_date(day, self.today, self.language, self.era),
        )


def list_name(row: Row) -> tuple[str, str]:
    """The name of a row as the list writes it, and the nickname behind it."""
    if row.get("kind") == Customer.Kind.ORGANISATION:
        return row["name"], row.get("nickname") or ""
    name = display_name(
        row.get("first_name") or "", row.get("last_name") or "", title=row.get("title") or "", with_nickname=False
    )
    nickname = row.get("nickname") or ""
    if not name:
        return display_name("", nickname=nickname) or row["name"], ""
    return name, nickname if nickname != row.get("first_name") else ""

"""How the list of customers writes its own columns; the others are written by their type."""

from collections.abc import Mapping

from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString, mark_safe

from samphan.administration.lists import Cell, Row
from samphan.administration.lists.cells import ValueWriter
from samphan.administration.lists.page import ListPage
from samphan.customers.models import Customer
from samphan.customers.names import name_and_nickname
from samphan.platform.thai.names import initial
from samphan.platform.thai.tax_ids import branch_label, format_tax_id
from samphan.ui import tones
from samphan.ui.templatetags import ui

# Where a column stands on the phone: three short lines.
PHONE_PLACES = {
    "name": "title",
    "grade": "badge",
    "stage": "line",
    "total_spent": "end",
    "last_order_at": "end2",
    "phone": "line2",
}


def customer_cells(page: ListPage) -> Mapping[str, Cell]:
    """The cells that need more than the type of their field."""
    values = ValueWriter(page)
    stage = page.entity.field("stage")
    language = page.language
    return {
        "name": name_cell,
        "grade": lambda row: ui.grade(row["grade"]),
        "stage": lambda row: values.dotted(stage, row["stage"]),
        "tax_id": lambda row: escape(format_tax_id(row["tax_id"])) if row["tax_id"] else ui.NOTHING,
        "branch": lambda row: escape(branch_label(row["branch"], language=language)) if row["branch"] else ui.NOTHING,
    }


def name_cell(row: Row) -> SafeString:
    """Picture, name and nickname, as the link to the record."""
    is_person = row.get("kind") != Customer.Kind.ORGANISATION
    name, nickname = name_and_nickname(row)
    behind = f" <span class=nickname>({escape(nickname)})</span>" if nickname else ""
    shape = f"tone-{tones.avatar_tone(row['id'])}" if is_person else "avatar-square tone-slate"
    return mark_safe(  # noqa: S308 - every value is escaped
        f"<a href={row['id']}/>"
        f"<i class='avatar {shape}' data-initial='{escape(initial(name))}'></i>"
        f"<span class=clip>{escape(name)}{behind}</span></a>"
    )

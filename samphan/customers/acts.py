"""The record's own acts as a source of the timeline: added, imported, edited, tagged, deleted, brought back."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.customers import queries, timeline
from samphan.customers.models import Customer
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_date
from samphan.ui import preferences

if TYPE_CHECKING:
    from samphan.administration.middleware import MemberRequest

NAME = "changes"
SEARCHED = 300  # acts that a search looks through


def register() -> None:
    """Put the acts on the timeline, last among its filters."""
    timeline.register(timeline.Source(NAME, gettext_lazy("Changes"), 90, entries))


def entries(
    request: "MemberRequest", customer_id: UUID, before: timeline.Place | None, limit: int, text: str
) -> Sequence[timeline.Entry]:
    """The newest acts before a place; a search keeps those whose words hold the text."""
    customer = Customer.objects.visible_to(request.member).filter(pk=customer_id).first()
    if customer is None:
        return []
    language = reader_language()
    era = preferences.era(request)

    def day(value: date) -> str:
        return format_date(value, "short", language, era)

    # A search reads a fixed number of acts, so that it costs the same on a record of ten thousand.
    changes = queries.changes_before(customer, request.member, before, SEARCHED if text else limit, day=day)
    if text:
        changes = [change for change in changes if text.casefold() in _words(change).casefold()][:limit]
    return [_entry(change) for change in changes]


def _words(change: queries.Change) -> str:
    said = [change.who, change.act, change.file_name]
    for item in change.items:
        said += [item.label, item.old, item.new]
    return " ".join(said)


def _entry(change: queries.Change) -> timeline.Entry:
    icon = "pencil"
    if change.file_name:
        icon = "database-arrow-up"
    elif not change.items:
        icon = "user"
    place = change.place
    return timeline.Entry(place.at, place.id, icon, "slate", _title(change), partial(_values, change))


def _values(change: queries.Change) -> SafeString | str:
    return render_to_string("customers/change.html", {"items": change.items}) if change.items else ""


def _title(change: queries.Change) -> SafeString:
    if change.file_name:
        title = format_html("<b>{}</b> {}", change.file_name, _("imported"))
        if change.who:
            title = format_html("{} · {}", title, change.who)
    else:
        title = format_html("<b>{}</b> {}", change.who or _("the system"), change.act)
    if change.is_undone:
        title = format_html('{} <span class="text-ink3">({})</span>', title, _("undone"))
    return title

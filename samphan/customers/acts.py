"""The record's own acts as a source of the timeline: added, imported, edited, tagged, deleted, brought back."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.customers import queries, timeline
from samphan.customers.views.finding import customer_of_page
from samphan.ui import preferences
from samphan.ui.templatetags import ui

if TYPE_CHECKING:
    from samphan.administration.middleware import MemberRequest

NAME = "changes"
MAX_OLD, MAX_NEW = 120, 200  # letters of a value
SEARCHED = 300  # acts that a search looks through


def register() -> None:
    """Put the acts on the timeline, last among its filters."""
    timeline.register(timeline.Source(NAME, gettext_lazy("Changes"), 90, entries))


def entries(
    request: "MemberRequest", customer_id: UUID, before: timeline.Place | None, limit: int, text: str
) -> Sequence[timeline.Entry]:
    """The newest acts before a place; a search keeps those whose words hold the text."""
    customer = customer_of_page(request, customer_id)
    day = preferences.day_writer(request)
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
    """The values that one act changed, from old to new: by hand, as a page has thirty of them."""
    if not change.items:
        return ""
    rows = ((item.label, _from_to(item)) for item in change.items)
    return format_html(
        '<dl class="timeline-values">{}</dl>', format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
    )


def _from_to(item: queries.Item) -> SafeString | str:
    if not item.old:
        return ui.short(item.new, MAX_NEW) if item.new else ui.NOTHING
    old = format_html('<span class="text-ink3">{}</span>', ui.short(item.old, MAX_OLD))
    return (
        format_html("{} {} {}", old, ui.icon("arrow-right", "icon-small"), ui.short(item.new, MAX_NEW))
        if item.new
        else old
    )


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

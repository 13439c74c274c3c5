"""The timeline of a customer: one stream by day out of what many domains know.

Nothing is stored twice: each domain registers a `Source` in `AppConfig.ready()`, and a page asks every source for its
newest entries before a place and merges them. A place is (time, id), so a page costs the same at the ten-thousandth
entry as at the first, and each source needs an index on (workspace, customer, its time, id).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from samphan.customers import presence
from samphan.platform.access import Viewer

if TYPE_CHECKING:
    from samphan.administration.middleware import MemberRequest


PAGE_SIZE = 30
AT_OPEN = 8  # entries with which a record opens, more than a screen of them; the next page comes as it is scrolled to
REFRESH_SIZE = 150  # entries that a live refresh brings at most; a reader who went further back sees those on asking


@dataclass(frozen=True, order=True)
class Place:
    """Where a page begins: everything older than this; an entry of the same moment is older when its id is smaller."""

    at: datetime
    id: UUID

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place in an address; None for nothing and for what cannot be one."""
        at, _tilde, identity = text.partition("~")
        try:
            place = cls(datetime.fromisoformat(at), UUID(identity))
        except ValueError:
            return None
        return place if place.at.tzinfo is not None else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"


@dataclass(frozen=True)
class Entry:
    """One thing that happened, as the timeline shows it.

    :param at: when it happened, aware; the entry stands under that day of the workspace's zone.
    :param id: stable for good, unique in its source; the tie-breaker of the order.
    :param icon: name in the icon set, and :param tone: one of the fixed tones, for the mark at the left.
    :param title: one line, already safe: who did what, with the words in force in `<b>`.
    :param body: what stands under it, already safe; "" for nothing. A function draws it only for what a page shows: of
        the entries that the sources name, most fall behind the cut.
    :param kind: the filter that shows it; a page writes it, no source need.
    """

    at: datetime
    id: UUID
    icon: str
    tone: str
    title: SafeString
    body: SafeString | str | Callable[[], SafeString | str] = ""
    kind: str = ""

    def drawn(self) -> Self:
        """The entry with its body as words."""
        return replace(self, body=self.body()) if callable(self.body) else self

    @property
    def place(self) -> Place:
        """Where it stands in the stream."""
        return Place(self.at, self.id)


@dataclass(frozen=True)
class Source:
    """What one domain adds to the timeline.

    :param name: stable, a-z and hyphens; the filter's name in the address.
    :param label: words of the filter; sources of the same `group` share one filter and its first label.
    :param entries: called with request, customer id, `before`, `limit` and text: the newest `limit` entries older than
        `before` (None: the newest of all), newest first, in at most three statements whatever the limit. Fewer than
        `limit` means that there are no older ones. It asks only what the request's member may see. The text is what
        was searched for, "" for none; a source that cannot search returns nothing then.
    :param privacy: privacy class that a viewer must be able to read; "" for everybody.
    :param permission: right that a viewer must hold; "" for everybody.
    :param model: where the entries come from; without a row about the customer the source is not asked. None: always.
    :param is_used: False for a viewer to whom it can never give anything, so that no filter offers it; None: always True.
    """

    name: str
    label: str | Promise
    order: int
    entries: Callable[["MemberRequest", UUID, Place | None, int, str], Sequence[Entry]]
    group: str = ""
    privacy: str = ""
    permission: str = ""
    model: presence.Model | None = None
    is_used: Callable[[Viewer], bool] | None = None

    @property
    def filter(self) -> str:
        """The name of its filter in the address."""
        return self.group or self.name


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Add a source, or replace the one of its name."""
    _sources[source.name] = source
    if source.model is not None:
        presence.register(source.model)
    return source


def sources_for(viewer: Viewer) -> list[Source]:
    """The sources that a viewer may see, in order."""
    found = [
        source
        for source in _sources.values()
        if (not source.privacy or viewer.may_read(source.privacy))
        and (not source.permission or viewer.may(source.permission))
        and (source.is_used is None or source.is_used(viewer))
    ]
    return sorted(found, key=lambda source: (source.order, source.name))


@dataclass(frozen=True)
class TimelinePage:
    """Entries, newest first, and the place behind which older ones stand; None when there are none."""

    entries: list[Entry]
    older: Place | None


def page_of(
    request: "MemberRequest",
    customer_id: UUID,
    *,
    before: Place | None = None,
    until: Place | None = None,
    names: Collection[str] = (),
    text: str = "",
    size: int = PAGE_SIZE,
) -> TimelinePage:
    """One page of a customer's timeline: the sources' newest entries before a place, merged.

    :param until: read down to this place instead of one page, as a refresh of what is shown already does.
    :param names: filters to keep; none for everything.
    """
    limit = size if until is None else REFRESH_SIZE
    found: list[Entry] = []
    kinds: dict[Place, str] = {}
    there = presence.about(request, customer_id)
    for source in sources_for(request.member):
        if (not names or source.filter in names) and (source.model is None or source.model in there):
            theirs = source.entries(request, customer_id, before, limit + 1, text)
            kinds.update((entry.place, source.filter) for entry in theirs)
            found += theirs
    found.sort(key=lambda entry: entry.place, reverse=True)
    shown = found[:limit]
    if until is not None:
        # What came meanwhile must not push the last shown entry out, nor may less than a page be left.
        shown = [entry for index, entry in enumerate(shown) if index < PAGE_SIZE or entry.place >= until]
    older = shown[-1].place if len(found) > len(shown) else None
    return TimelinePage([replace(entry.drawn(), kind=kinds[entry.place]) for entry in shown], older)


def filters_for(viewer: Viewer) -> list[tuple[str, str | Promise]]:
    """The filters that a viewer can choose from: name and label, in order."""
    found: dict[str, str | Promise] = {}
    for source in sources_for(viewer):
        found.setdefault(source.filter, source.label)
    return list(found.items())

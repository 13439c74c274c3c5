"""The timeline of a customer: one stream by day out of what many domains know.

Nothing is stored twice: each domain registers a `Source` in `AppConfig.ready()`, and a page asks every source for its
newest entries before a place and merges them. A place is (time, id), so a page costs the same at the ten-thousandth
entry as at the first, and each source needs an index on (workspace, customer, its time, id).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from samphan.platform.access import Viewer

if TYPE_CHECKING:
    from samphan.administration.middleware import MemberRequest


@dataclass(frozen=True)
class Place:
    """Where a page begins: everything older than this; an entry of the same moment is older when its id is smaller."""

    at: datetime
    id: UUID


@dataclass(frozen=True)
class Entry:
    """One thing that happened, as the timeline shows it.

    :param at: when it happened, aware; the entry stands under that day of the workspace's zone.
    :param id: stable for good, unique in its source; the tie-breaker of the order.
    :param icon: name in the icon set, and :param tone: one of the fixed tones, for the mark at the left.
    :param title: one line, already safe: who did what, with the words in force in `<b>`.
    :param body: what stands under it, already safe; "" for nothing.
    :param is_fresh: True for what may still be edited or taken back here; the source puts the buttons into `body`.
    """

    at: datetime
    id: UUID
    icon: str
    tone: str
    title: SafeString
    body: SafeString | str = ""
    is_fresh: bool = False


@dataclass(frozen=True)
class Source:
    """What one domain adds to the timeline.

    :param name: stable, a-z and hyphens; the filter's name in the address.
    :param label: words of the filter; sources of the same `group` share one filter and its first label.
    :param entries: the newest `limit` entries older than `before` (None: the newest of all) of one customer, newest
        first, in at most three statements whatever the limit; it asks only what the request's member may see.
        The last argument is the text searched for, "" for none: a source that cannot search returns nothing then.
    :param privacy: privacy class that a viewer must be able to read; "" for everybody.
    :param permission: right that a viewer must hold; "" for everybody.
    """

    name: str
    label: str | Promise
    order: int
    entries: Callable[["MemberRequest", UUID, Place | None, int, str], Sequence[Entry]]
    group: str = ""
    privacy: str = ""
    permission: str = ""


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Add a source, or replace the one of its name."""
    _sources[source.name] = source
    return source


def sources_for(viewer: Viewer) -> list[Source]:
    """The sources that a viewer may see, in order."""
    found = [
        source
        for source in _sources.values()
        if (not source.privacy or viewer.may_read(source.privacy))
        and (not source.permission or viewer.may(source.permission))
    ]
    return sorted(found, key=lambda source: (source.order, source.name))

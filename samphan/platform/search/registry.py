"""Where domains say how their records are found and how a hit reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from samphan.platform.access import Viewer
from samphan.platform.catalogue import Label, Privacy
from samphan.platform.registries import Registry
from samphan.platform.search.query import Query


@dataclass(frozen=True)
class Part:
    """One text of a record that a search may have meant.

    :param shown: as a hit shows it, such as 081-234-5678.
    :param forms: as searches compare it, normalised: 0812345678 and 66812345678.
    :param privacy: class of the field; a viewer who may not read it finds nothing by it.
    :param is_name: True for what the record is called: name, nickname, code.
    :param label: what it is, where its text does not tell: "Nickname", "LINE"; "" where it does.
    :param dial: the number of a telephone, +66812345678.
    """

    shown: str
    forms: tuple[str, ...]
    privacy: Privacy
    is_name: bool = False
    label: Label = ""
    dial: str = ""


@dataclass(frozen=True)
class Record:
    """A record as a hit shows it, before it is known which of its texts was meant.

    :param name: as stored. :param shown: as people write it, with title and nickname; "" where that is the name.
    :param key: its place in a Thai dictionary.
    :param calls: normalised texts that it is called by.
    :param look: kind of its avatar, "person" or "organisation"; "" for an icon.
    """

    id: UUID
    name: str
    key: str
    url: str
    calls: tuple[str, ...] = field(default=())
    look: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of record that search finds.

    :param name: singular, as in hits: "customer". :param label: heading of its hits.
    :param permission: right without which nothing of this kind is found.
    :param candidates: ids of records that may hold the query, at most so many; `only_readable` says that the viewer may
        not read everything that is searched, so that further candidates are worth looking at.
    :param present: those of the records that the viewer may see.
    :param parts: the texts of records, by id, whatever their privacy: the search masks them.
    :param list_url: the list narrowed to a text, "" when there is none.
    :param among: those of a few records that hold the query, for records that the viewer opened; None: `candidates` finds
        few enough to hold them.
    """

    name: str
    label: Label
    icon: str
    permission: str
    order: int
    candidates: Callable[[Viewer, Query, int], list[UUID]]
    present: Callable[[Viewer, Sequence[UUID]], list[Record]]
    parts: Callable[[Viewer, Sequence[UUID]], dict[UUID, list[Part]]]
    list_url: Callable[[str], str] | None = None
    among: Callable[[Viewer, Query, Sequence[UUID]], list[UUID]] | None = None


_kinds: Registry[Kind] = Registry()


def register(kind: Kind) -> None:
    """Make a kind of record findable; a domain calls this in `AppConfig.ready()`."""
    _kinds.add(kind.name, kind)


def extend(further: Callable[[], Mapping[str, Kind]]) -> None:
    """Name a function that gives the kinds which the current workspace adds, by name."""
    _kinds.extend(further)


def kinds() -> list[Kind]:
    """Every kind, in the order in which their hits stand."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)

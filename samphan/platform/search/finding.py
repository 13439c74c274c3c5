"""Find any record by any fragment: name, nickname, phone, e-mail, tax id, member number, LINE."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from samphan.platform.access import Viewer
from samphan.platform.catalogue import Label, Privacy
from samphan.platform.search import registry
from samphan.platform.search.keyboard import recover_layout
from samphan.platform.search.query import Query
from samphan.platform.search.registry import Kind, Part, Record

CANDIDATES = 100  # records that are looked at for one answer
MASKED_CANDIDATES = 2_000  # and for a viewer who may not read everything that is searched
MASKED_BATCH = 100
MAX_HITS = 200


@dataclass(frozen=True)
class Hit:
    """A record that was found.

    :param kind: singular name of its entity: "customer", "product", "order". :param name: as shown.
    :param match: what of it matched, as shown: its name, a nickname, 081-234-5678. `note` is the same, and for a record
        found by its name something that tells it from others of that name, such as its telephone.
    """

    id: UUID
    kind: str
    name: str
    match: str
    url: str
    look: str = ""
    icon: str = ""
    note: str = ""


@dataclass(frozen=True)
class Group:
    """The hits of one kind, the best first. `has_more`: there are others; `list_url` is the list that shows them."""

    kind: str
    label: Label
    hits: list[Hit]
    has_more: bool
    list_url: str


@dataclass(frozen=True)
class Answer:
    """Everything found. `corrected` is the text on the other keyboard layout where only that found something."""

    groups: list[Group]
    corrected: str = ""

    @property
    def hits(self) -> list[Hit]:
        """All hits, kind by kind."""
        return [hit for group in self.groups for hit in group.hits]


def find(text: str, *, viewer: Viewer, limit: int = 10) -> list[Hit]:
    """At most `limit` records that hold every word of `text`, the best first.

    Names that begin with the text come first, then those with a word that begins with it, then those that hold it, then
    records found by a nickname, a number or an address; each in the order of a Thai dictionary. Where nothing holds the
    text, the same keys on the other layout are tried: `l;ylfu` finds สวัสดี. What the viewer may not read finds nothing.
    """
    limit = min(limit, MAX_HITS)
    for attempt in _attempts(text):
        ranked = [found for kind in _kinds_for(viewer) for found in _search(kind, attempt, viewer, limit)]
        if ranked:
            return [hit for _rank, hit in sorted(ranked, key=lambda found: found[0])[:limit]]
    return []


def search(text: str, *, viewer: Viewer, limit_each: int = 10) -> Answer:
    """The same kind by kind, at most `limit_each` of each, for screens."""
    limit_each = min(limit_each, MAX_HITS)
    for index, attempt in enumerate(_attempts(text)):
        groups = []
        for kind in _kinds_for(viewer):
            ranked = _search(kind, attempt, viewer, limit_each + 1)
            if ranked:
                hits = [hit for _rank, hit in sorted(ranked, key=lambda found: found[0])]
                url = kind.list_url(attempt.text) if kind.list_url else ""
                groups.append(Group(kind.name, kind.label, hits[:limit_each], len(hits) > limit_each, url))
        if groups:
            return Answer(groups, attempt.text if index else "")
    return Answer([])


def _attempts(text: str) -> Iterable[Query]:
    """The text as typed, then as the other layout gives it."""
    query = Query.parse(text)
    if not query.words:
        return
    yield query
    other = recover_layout(text.strip())
    if other != text.strip() and len(query.text) > 2:
        recovered = Query.parse(other)
        # Keys that give no letters, or one here and one there, were not meant: กฬฬฬก is d>>>d.
        if recovered.words and not recovered.is_short:
            yield recovered


def _kinds_for(viewer: Viewer) -> list[Kind]:
    return [kind for kind in registry.kinds() if viewer.may(kind.permission)]


Rank = tuple[int, int, str, str]


def _search(kind: Kind, query: Query, viewer: Viewer, limit: int) -> list[tuple[Rank, Hit]]:
    """Hits of one kind with their rank."""
    readable = frozenset(privacy for privacy in Privacy if viewer.may_read(privacy))
    sees_all = len(readable) == len(Privacy)
    ids = kind.candidates(viewer, query, max(limit, CANDIDATES if sees_all else MASKED_CANDIDATES))
    if not ids:
        return []
    ranked = sorted(
        ((_rank(record, kind, query), record) for record in kind.present(viewer, ids)), key=lambda pair: pair[0]
    )
    found: list[tuple[Rank, Hit]] = []
    size = limit if sees_all else max(limit, MASKED_BATCH)
    for start in range(0, len(ranked), size):
        batch = ranked[start : start + size]
        parts = kind.parts(viewer, [record.id for _rank_of, record in batch])
        for rank, record in batch:
            theirs = [part for part in parts.get(record.id, ()) if part.privacy in readable]
            matched = _matched(theirs, query)
            if matched:
                found.append((rank, _hit(kind, record, matched, theirs)))
                if len(found) == limit:
                    return found
    return found


def _rank(record: Record, kind: Kind, query: Query) -> Rank:
    """How well a record is called by the text: 0 exactly, 1 begins so, 2 its words begin so, 3 holds it, 4 not."""
    if query.text in record.calls:
        grade = 0
    elif any(call.startswith(query.text) for call in record.calls):
        grade = 1
    elif all(any(word.begins_a_word_of(call) for call in record.calls) for word in query.words):
        grade = 2
    elif all(any(word.is_in(call) for call in record.calls) for word in query.words):
        grade = 3
    else:
        grade = 4
    return grade, kind.order, record.key, str(record.id)


def _matched(parts: list[Part], query: Query) -> list[Part]:
    """The parts that hold the words, one for each word; empty when a word is in none that the viewer may read."""
    matched: list[Part] = []
    for word in query.words:
        part = next((part for part in parts if any(word.is_in(form) for form in part.forms)), None)
        if part is None:
            return []
        if part not in matched:
            matched.append(part)
    return matched


def _hit(kind: Kind, record: Record, matched: list[Part], readable: list[Part]) -> Hit:
    shown = " · ".join(dict.fromkeys(part.shown for part in matched))
    note = shown
    if shown == record.name:
        note = next((part.shown for part in readable if part.privacy is Privacy.CONTACT), "")
    return Hit(
        id=record.id, kind=kind.name, name=record.name, match=shown, url=record.url, look=record.look, icon=kind.icon,
        note=note,
    )  # fmt: skip

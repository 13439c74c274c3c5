"""Find any record by any fragment: name, nickname, phone, e-mail, tax id, member number, LINE.

A search goes on step by step only while it has found too little: as typed, on the other keyboard, without legal forms,
words that are spelt or sound alike, words one slip away. What everybody types is found by the first step, and pays
for no other.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from samphan.platform.access import Viewer
from samphan.platform.catalogue import Label, Privacy
from samphan.platform.search import registry
from samphan.platform.search.documents import SAME_COST
from samphan.platform.search.keyboard import looks_mistyped, recover_layout
from samphan.platform.search.opened import Opened, opened_by
from samphan.platform.search.query import Query
from samphan.platform.search.registry import Kind, Part, Record
from samphan.platform.search.words import nearly_spelt, sounding_alike, written_otherwise

CANDIDATES = 100  # records that are looked at for one answer
MASKED_CANDIDATES = 2_000  # and for a viewer who may not read everything that is searched
MASKED_BATCH = 100
MAX_HITS = 200
ENOUGH = 10  # records below which words that sound alike are thought of: one page of the palette


@dataclass(frozen=True)
class Hit:
    """A record that was found.

    :param kind: singular name of its entity: "customer", "product", "order". :param name: as stored, and `shown` as people
        write it.
    :param match: what of it matched, as shown: its name, a nickname, 081-234-5678. `note` is the same with what it is
        where that is not obvious, and for a record found by its name something that tells it from others of that name,
        such as its telephone.
    :param is_near: True when what it is called is spelt differently from what was typed.
    :param dial: its telephone, of several the one that matched or the first, and `dial_shown` as people write it.
    """

    id: UUID
    kind: str
    name: str
    match: str
    url: str
    look: str = ""
    icon: str = ""
    note: str = ""
    note_label: Label = ""
    is_near: bool = False
    dial: str = ""
    dial_shown: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Group:
    """The hits of one kind, the best first. `has_more`: there are others; `list_url` is the list that shows them."""

    kind: str
    label: Label
    hits: list[Hit]
    has_more: bool
    list_url: str


@dataclass(frozen=True)
class Suggestion:
    """What may have been meant by a text that nothing holds: `text`, and how many records of `look` are called so.

    `is_more`: there are more than were counted.
    """

    text: str
    count: int
    is_more: bool
    look: str


@dataclass(frozen=True)
class Answer:
    """Everything found. `corrected` is the text on the other keyboard layout where only that found something."""

    groups: list[Group]
    corrected: str = ""
    suggestion: Suggestion | None = None

    @property
    def hits(self) -> list[Hit]:
        """All hits, kind by kind."""
        return [hit for group in self.groups for hit in group.hits]


def find(text: str, *, viewer: Viewer, limit: int = 10) -> list[Hit]:
    """At most `limit` records that hold every word of `text`, the best first.

    Records that are called exactly so come first, then names that begin with the text, names with words that begin so,
    names that hold it, those found by a number or an address, and those spelt differently; of each, what the viewer opens
    often and lately, then the order of a Thai dictionary. Where nothing holds the text, the same keys on the other
    layout are tried: `l;ylfu` finds สวัสดี. What the viewer may not read finds nothing.
    """
    limit = min(limit, MAX_HITS)
    run = _Run(viewer, limit, only="")
    run.go(text)
    ranked = [found for kind in run.found.values() for found in kind.values()]
    return [found.hit for found in sorted(ranked, key=lambda found: found.rank)[:limit]]


def search(text: str, *, viewer: Viewer, limit_each: int = 10, only: str = "") -> Answer:
    """The same kind by kind, at most `limit_each` of each, for screens. `only`: the one kind to search, "" for all."""
    limit_each = min(limit_each, MAX_HITS)
    run = _Run(viewer, limit_each + 1, only=only)
    run.go(text)
    groups = []
    for kind in run.kinds:
        hits = [found.hit for found in sorted(run.found.get(kind.name, {}).values(), key=lambda found: found.rank)]
        if hits:
            url = kind.list_url(run.shown) if kind.list_url else ""
            groups.append(Group(kind.name, kind.label, hits[:limit_each], len(hits) > limit_each, url))
    return Answer(groups, run.corrected, run.suggestion)


def kinds_for(viewer: Viewer) -> list[Kind]:
    """The kinds of records that the viewer may find, in their order."""
    return [kind for kind in registry.kinds() if viewer.may(kind.permission)]


def recent(viewer: Viewer, limit: int) -> list[Hit]:
    """What the viewer opened, the last first; records that are gone or no longer the viewer's are left out."""
    opened = opened_by(viewer, 3 * limit)
    shown: dict[UUID, Hit] = {}
    for kind in registry.kinds():
        ids = [one.id for one in opened if one.kind == kind.name]
        if ids and viewer.may(kind.permission):
            for record in kind.present(viewer, ids):
                shown[record.id] = Hit(
                    id=record.id, kind=kind.name, name=record.name, match=record.name, url=record.url,
                    shown=record.shown or record.name,
                    look=record.look, icon=kind.icon,
                )  # fmt: skip
    return [shown[one.id] for one in opened if one.id in shown][:limit]


# Grade, cost of what is spelt differently, use (negative), order of the kind, place in the dictionary, id.
Rank = tuple[int, float, float, int, str, str]
NEAR_GRADE = 5


@dataclass(frozen=True)
class _Found:
    rank: Rank
    hit: Hit


class _Run:
    """One search: its steps, and what they found so far."""

    def __init__(self, viewer: Viewer, limit: int, *, only: str) -> None:
        self.viewer, self.limit = viewer, limit
        self.kinds = [kind for kind in kinds_for(viewer) if only in ("", kind.name)]
        self.found: dict[str, dict[UUID, _Found]] = {}
        self.corrected = ""
        self.shown = ""
        self.suggestion: Suggestion | None = None
        self._opened: dict[UUID, Opened] | None = None
        self._now: datetime = timezone.now()

    @property
    def count(self) -> int:
        return sum(len(found) for found in self.found.values())

    @property
    def is_called_so(self) -> bool:
        """True when something found is called by the text, as typed or nearly; then no slip is thought of."""
        return any(found.rank[0] != 4 for kind in self.found.values() for found in kind.values())

    def go(self, text: str) -> None:
        """Step by step until enough is found."""
        query = Query.parse(text)
        self.shown = query.text
        if not query.words:
            return
        self._step(query)
        other = None
        if not self.count:
            other = _on_other_layout(text, query)
            if other is not None:
                self._step(other)
                if self.count:
                    self.corrected = self.shown = other.text
                    query = other
                elif not (looks_mistyped(text) or _THAI_KEYS.search(text)):
                    other = None
        otherwise = None
        if not self.count:
            otherwise = written_otherwise(self.viewer, query)
            if otherwise is not None:
                self._step(otherwise)
                if self.count:
                    self.shown, query, otherwise = otherwise.text, otherwise, None
        self._forgive(query, otherwise, None if self.corrected else other)

    def _forgive(self, query: Query, otherwise: Query | None, other: Query | None) -> None:
        """Words spelt differently: of the text as typed and, where that gives nothing, as it may be meant to be written."""
        nothing = not self.count
        for attempt in (query, otherwise, other):
            if attempt is None or (attempt is not query and self.count) or attempt.is_short or not attempt.has_letters:
                continue
            if self.count < ENOUGH:
                self._step_widened(sounding_alike(self.viewer, attempt))
            if not self.is_called_so:
                self._step_widened(nearly_spelt(self.viewer, attempt))
            if attempt is other and self.count:
                self.corrected = other.text
        if nothing and self.count:
            self.suggestion = self._suggested()

    def _step_widened(self, query: Query | None) -> None:
        if query is not None:
            self._last_widened = query
            self._step(query)

    def _suggested(self) -> Suggestion | None:
        """The text of the best hit's words, and how many of what was looked at are called so."""
        best = min((found for kind in self.found.values() for found in kind.values()), key=lambda found: found.rank)
        words = self._last_widened.words
        calls = self._calls.get(best.hit.id, ())
        meant = [word.form_in(calls) or word.forms[0] for word in words]
        if len(words) == 1 and words[0].costs:
            # Of words that are as close, the one that most are called: สมชย is more often สมชาย than สมชัย.
            (word,) = words
            closest = [
                form for form, cost in zip(word.forms, word.costs, strict=True) if cost <= best.rank[1] + SAME_COST
            ]
            meant = [max((form for form in closest if self._called(form)), key=self._called, default=meant[0])]
        count = sum(all(any(form in call for call in theirs) for form in meant) for theirs in self._calls.values())
        text = " ".join(meant)
        return Suggestion(text, max(1, count), count >= CANDIDATES // 2, best.hit.look) if text else None

    def _called(self, form: str) -> int:
        return sum(any(form in call for call in theirs) for theirs in self._calls.values())

    def _step(self, query: Query) -> None:
        self._calls: dict[UUID, tuple[str, ...]] = {}
        for kind in self.kinds:
            found = self.found.setdefault(kind.name, {})
            room = self.limit - len(found)
            if room > 0:
                for one in self._search(kind, query, room + len(found)):
                    found.setdefault(one.hit.id, one)

    def _search(self, kind: Kind, query: Query, limit: int) -> list[_Found]:
        """Hits of one kind with their rank."""
        viewer = self.viewer
        readable = frozenset(privacy for privacy in Privacy if viewer.may_read(privacy))
        sees_all = len(readable) == len(Privacy)
        most = max(limit, CANDIDATES if sees_all else MASKED_CANDIDATES)
        ids = kind.candidates(viewer, query, most)
        if not ids:
            return []
        if kind.among is not None and len(ids) >= CANDIDATES // 2:
            # Of many, those in use may not be among the candidates.
            used = [one.id for one in self.opened.values() if one.kind == kind.name]
            ids = list(dict.fromkeys([*kind.among(viewer, query, used), *ids]))
        records = kind.present(viewer, ids)
        if query.is_widened:
            self._calls.update((record.id, record.calls) for record in records)
        ranked = sorted(((self._rank(record, kind, query), record) for record in records), key=lambda pair: pair[0])
        found: list[_Found] = []
        size = limit if sees_all else max(limit, MASKED_BATCH)
        for start in range(0, len(ranked), size):
            batch = ranked[start : start + size]
            parts = kind.parts(viewer, [record.id for _rank, record in batch])
            for rank, record in batch:
                theirs = [part for part in parts.get(record.id, ()) if part.privacy in readable]
                matched = _matched(theirs, query)
                if matched:
                    found.append(_Found(rank, _hit(kind, record, matched, theirs, is_near=rank[0] >= NEAR_GRADE)))
                    if len(found) == limit:
                        return found
        return found

    @property
    def opened(self) -> dict[UUID, Opened]:
        if self._opened is None:
            self._opened = {one.id: one for one in opened_by(self.viewer)}
        return self._opened

    def _rank(self, record: Record, kind: Kind, query: Query) -> Rank:
        """How well a record is called by the text.

        0 exactly, 1 begins so, 2 its words begin so, 3 holds it, 4 not, 5 spelt differently.
        """
        cost = sum(word.cost_in(record.calls) for word in query.words) if query.is_widened else 0.0
        if query.text in record.calls:
            grade = 0
        elif any(call.startswith(query.text) for call in record.calls):
            grade = 1
        elif cost:
            grade = NEAR_GRADE
        elif all(any(word.begins_a_word_of(call) for call in record.calls) for word in query.words):
            grade = 2
        elif all(any(word.is_in(call) for call in record.calls) for word in query.words):
            grade = 3
        else:
            grade = 4
        used = self.opened.get(record.id)
        return grade, round(cost, 1), -used.weight(self._now) if used else 0.0, kind.order, record.key, str(record.id)


# Marks between letters, where the English keyboard has Thai letters: l,=p is สมชย.
_THAI_KEYS = re.compile(r"[a-z][,;=\[\]'/][a-z,;=]", re.IGNORECASE)


def _on_other_layout(text: str, query: Query) -> Query | None:
    """The text as the same keys give it on the other layout; None when that is not worth a look."""
    other = recover_layout(text.strip())
    if other == text.strip() or len(query.text) < 3:
        return None
    recovered = Query.parse(other)
    # Keys that give no letters, or one here and one there, were not meant: กฬฬฬก is d>>>d.
    return recovered if recovered.words and not recovered.is_short else None


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


def _hit(kind: Kind, record: Record, matched: list[Part], readable: list[Part], *, is_near: bool) -> Hit:
    shown = " · ".join(dict.fromkeys(part.shown for part in matched))
    contact = next((part.shown for part in readable if part.privacy is Privacy.CONTACT), "")
    phone = next((part for part in (*matched, *readable) if part.dial), None)
    note, label = shown, (matched[0].label if len(matched) == 1 else "")
    if shown == record.name:
        note, label = contact, ""
    return Hit(
        id=record.id, kind=kind.name, name=record.name, match=shown, url=record.url, look=record.look, icon=kind.icon,
        note=note, note_label=label, is_near=is_near, dial=phone.dial if phone else "",
        dial_shown=phone.shown if phone else "", shown=record.shown or record.name,
    )  # fmt: skip

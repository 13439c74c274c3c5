"""Reads about customers that join, rank or look back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration.custom_fields import hosts as custom_hosts
from samphan.administration.custom_fields import relations as custom_relations
from samphan.administration.custom_fields import values as custom_words
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.custom_fields.writing import fields_for
from samphan.administration.models import Member
from samphan.administration.on_behalf import with_whom
from samphan.customers import fields, relations
from samphan.customers.actions.addresses import one_line
from samphan.customers.actions.contact_points import FIELD_OF_KIND
from samphan.customers.covering import Covered, covered_address, covered_identity
from samphan.customers.models import (
    EDITABLE,
    Address,
    ConsentEvidence,
    Customer,
    CustomerTag,
    Identity,
    Preference,
    Relation,
    Tag,
)
from samphan.customers.names import shown_name
from samphan.customers.timeline import Place
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Privacy
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import tracked_models
from samphan.platform.ids import as_uuid
from samphan.platform.imports.models import ImportBatch
from samphan.platform.thai.phones import format_phone
from samphan.platform.thai.tax_ids import branch_label, format_tax_id

MAX_EVIDENCE = 50  # columns about consent of one customer
MAX_STATES = 300  # of one table in one history; older ones are not shown
SPARE_STATES = 4  # of the record, beyond one for each entry of a page: some acts take two, few tell nothing

ACTS: dict[str, str | Promise] = {
    "customers.customer_created": gettext_lazy("added the customer"),
    "customers.customer_edited": gettext_lazy("edited"),
    "customers.contact_point_added": gettext_lazy("added a contact point"),
    "customers.contact_point_edited": gettext_lazy("changed a contact point"),
    "customers.contact_point_removed": gettext_lazy("removed a contact point"),
    "customers.address_added": gettext_lazy("added an address"),
    "customers.address_edited": gettext_lazy("changed an address"),
    "customers.address_removed": gettext_lazy("removed an address"),
    "customers.preference_added": gettext_lazy("noted a preference"),
    "customers.preference_edited": gettext_lazy("changed a preference"),
    "customers.preference_withdrawn": gettext_lazy("withdrew a preference"),
    "customers.file_added": gettext_lazy("attached a file"),
    "customers.file_deleted": gettext_lazy("deleted a file"),
    "customers.photo_set": gettext_lazy("set the photo"),
    "customers.relation_added": gettext_lazy("noted a relation"),
    "customers.relation_changed": gettext_lazy("changed a relation"),
    "customers.relation_ended": gettext_lazy("ended a relation"),
    "customers.relation_removed": gettext_lazy("removed a relation"),
    "customers.customers_tagged": gettext_lazy("tagged"),
    "customers.customers_untagged": gettext_lazy("took a tag off"),
    "customers.customers_assigned": gettext_lazy("assigned"),
    "customers.cells_edited": gettext_lazy("edited in the list"),
    "customers.customers_edited": gettext_lazy("edited with others"),
    "customers.customers_upserted": gettext_lazy("brought in by a program"),
    "customers.customers_deleted": gettext_lazy("deleted the customer"),
    "customers.customers_restored": gettext_lazy("brought the customer back"),
    "platform.changeset_undone": gettext_lazy("undid an earlier act"),
}
LONGEST_ACT = timedelta(hours=1)  # rows are stamped by their statement, states by the transaction of the whole act
EVER = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_PARTS: dict[type[Model], str] = {
    Identity: "{row}.customer_id = %(customer)s",
    Address: "{row}.customer_id = %(customer)s",
    CustomerTag: "{row}.customer_id = %(customer)s",
    Relation: "({row}.customer_id = %(customer)s OR {row}.other_id = %(customer)s)",
}
_TOUCHED = "SELECT " + ", ".join(
    f"EXISTS (SELECT 1 FROM {model._meta.db_table}history h WHERE h.workspace_id = %(workspace)s"
    f" AND {whose.format(row='h')} AND h.pgh_created_at BETWEEN %(since)s AND %(until)s)"
    f" OR EXISTS (SELECT 1 FROM {model._meta.db_table} r WHERE r.workspace_id = %(workspace)s"
    f" AND {whose.format(row='r')} AND r.created_in IS DISTINCT FROM %(made)s"
    " AND r.created_at BETWEEN %(since)s AND %(until)s)"
    for model, whose in _PARTS.items()
)
NO_ACT, LAST = UUID(int=0), UUID(int=2**128 - 1)
_NAME_FOLLOWS = {"first_name", "last_name"}  # the whole name changes with them and is not said twice


@dataclass(frozen=True)
class Item:
    """One value that changed; "" stands for nothing. `old` and `new` are as the screen writes them."""

    field: str
    label: str
    old: str
    new: str


@dataclass
class Change:
    """What one act did to one customer.

    :param who: the member's name, "" for the system. :param act: what they did, as a verb.
    :param file_name: of the import that did it; "" for everything else.
    :param is_first: True for the act that made the record.
    """

    changeset_id: UUID | None
    at: datetime
    who: str
    member_id: UUID | None
    act: str
    file_name: str = ""
    is_undone: bool = False
    is_first: bool = False
    items: list[Item] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """Where it stands in the timeline: what made the record is the first act, whatever else the moment saw."""
        return Place(self.at, NO_ACT if self.is_first or self.changeset_id is None else self.changeset_id)


@dataclass(frozen=True)
class Source:
    """Where a value came from, in words, and when; `at` is None where nobody knows."""

    words: str
    at: datetime | None


@dataclass(frozen=True)
class Contacts:
    """How a customer is reached and recognised: what the viewer reads, and what they see covered."""

    identities: list[Identity]
    addresses: list[Address]
    covered: list[Covered]


def contacts_of(customer: Customer, viewer: Viewer) -> Contacts:
    """Identities, phones first, each kind in its own order, and addresses; as far as the viewer may see them."""
    found = Identity.objects.filter(workspace_id=viewer.workspace_id, customer_id=customer.pk)
    order = list(Identity.Kind.values)
    identities = sorted(found.order_by("position", "id"), key=lambda one: order.index(one.kind))
    sees, sees_covered = viewer.may_read(Privacy.CONTACT), viewer.may_read_masked(Privacy.CONTACT)
    addresses: list[Address] = []
    if sees or sees_covered:
        theirs = Address.objects.filter(workspace_id=viewer.workspace_id, customer_id=customer.pk)
        addresses = list(theirs.order_by("position", "id"))
    covered = [covered_identity(one) for one in identities if viewer.may_read_masked(_privacy_of_kind(one.kind))]
    return Contacts(
        [one for one in identities if viewer.may_read(_privacy_of_kind(one.kind))],
        addresses if sees else [],
        covered if sees else [*covered, *map(covered_address, addresses)],
    )


def tags_of(customer: Customer) -> list[str]:
    """The names of a customer's tags, in order."""
    found = CustomerTag.objects.filter(workspace_id=customer.workspace_id, customer_id=customer.pk)
    return list(found.order_by("tag__name").values_list("tag__name", flat=True))


def tags(viewer: Viewer) -> list[str]:
    """Every tag of the workspace, by name."""
    return list(Tag.objects.filter(workspace_id=viewer.workspace_id).order_by("name").values_list("name", flat=True))


def same_customers(viewer: Viewer, *, kind: str, value: str) -> list[Customer]:
    """The living customers who have that phone, e-mail or number, at most five; for a warning while typing.

    :param kind: an identity's kind, or "tax_id".
    """
    customers = Customer.objects.visible_to(viewer)
    if kind == "tax_id":
        return list(customers.filter(tax_id=value).order_by("id")[:5])
    theirs = Identity.objects.filter(workspace_id=viewer.workspace_id, kind=kind, value=value)
    return list(customers.filter(pk__in=theirs.values("customer_id")).order_by("id")[:5])


def preferences_of(customer_id: UUID, viewer: Viewer, *, limit: int | None = None) -> list[Preference]:
    """What a customer likes, dislikes and asks for now, the last noted first; empty for who may not read it."""
    if not viewer.may_read(Privacy.PERSONAL):
        return []
    return list(Preference.objects.filter(customer_id=customer_id).standing(viewer).select_related("noted_by")[:limit])


def consent_evidence_of(customer_id: UUID, viewer: Viewer) -> list[ConsentEvidence]:
    """What files said about a customer's consent: of each column its newest word, the newest first; none for who may not
    read what is personal. It is evidence, and no consent."""
    if not viewer.may_read(Privacy.PERSONAL):
        return []
    said = ConsentEvidence.objects.filter(workspace_id=viewer.workspace_id, customer_id=customer_id)
    newest = said.order_by("column", "-id").distinct("column")[:MAX_EVIDENCE]
    return sorted(newest, key=lambda one: one.read_at, reverse=True)


def earlier_preferences(preference: Preference, viewer: Viewer) -> list[Any]:
    """What was said before in place of a preference, the last first: its earlier states where the words differ."""
    history = next(tracked.history for tracked in tracked_models if tracked.model is Preference)
    states = history._default_manager.filter(workspace_id=viewer.workspace_id, pgh_obj_id=preference.pk)
    found: list[Any] = []
    after: Any = preference
    for state in states.order_by("-pgh_id")[:MAX_STATES]:
        if any(getattr(state, name) != getattr(after, name) for name in ("text", "kind", "confidence", "source")):
            found.append(state)
        after = state
    return found


def noted_preferences(
    customer_id: UUID, viewer: Viewer, *, before: Place | None, limit: int, text: str
) -> list[Preference]:
    """Preferences as they were noted, the last first, older than a place; withdrawn ones too."""
    noted = Preference.objects.visible_to(viewer).filter(customer_id=customer_id).select_related("noted_by")
    if before is not None:
        noted = noted.filter(Q(noted_at__lt=before.at) | Q(noted_at=before.at, pk__lt=before.id))
    if text:
        noted = noted.filter(Q(text__icontains=text) | Q(source__icontains=text))
    return list(noted.order_by("-noted_at", "-pk")[:limit])


def deleted_customers(viewer: Viewer, *, since: datetime, limit: int = 200) -> QuerySet[Customer]:
    """The customers deleted since a time, the last first."""
    gone = Customer.objects.reached_by(viewer).filter(deleted_at__gte=since)
    return gone.order_by("-deleted_at", "-id")[:limit]


def history_of(
    customer: Customer, viewer: Viewer, *, day: Callable[[date | str], str] = str, only: Collection[str] | None = None
) -> list[Change]:
    """Everything that was done to a customer, the last first, as far as the viewer may read it.

    :param day: writes a date, or the stored text of a birth date, for the reader.
    :param only: fields of interest; None for all.
    """
    return _History(customer, viewer, day).changes(only)


def changes_before(
    customer: Customer, viewer: Viewer, before: Place | None, limit: int, *, day: Callable[[date | str], str] = str
) -> list[Change]:
    """The newest acts on a customer that are older than a place, as far as the viewer may read them.

    States of the record are read page by page; of its parts (phones, addresses, tags) the newest MAX_STATES count.
    """
    found: list[Change] = []
    place = before
    while len(found) < limit:
        history = _History(customer, viewer, day)
        acts, place = history.window(place, min(limit + SPARE_STATES, MAX_STATES))
        found += acts
        if place is None:
            break
    return found[:limit]


def source_of_field(customer: Customer, field_name: str) -> Source:
    """Where the value that stands in a field came from."""
    said = customer.sources.get(field_name) or customer.sources.get("*") or ["", ""]
    source, at = (*said, "", "")[:2]
    try:
        moment = datetime.fromisoformat(at) if at else None
    except ValueError:
        moment = None
    return Source(_source_words(str(source), customer.workspace_id), moment)


def _source_words(source: str, workspace_id: UUID) -> str:
    kind, _colon, identity = source.partition(":")
    if kind == "member":
        who = Member.objects.filter(pk=identity, workspace_id=workspace_id).values_list("name", flat=True).first()
        return _("Typed by %(name)s") % {"name": who or _("somebody who left")}
    if kind == "import":
        name = ImportBatch.objects.filter(pk=identity).values_list("file_name", flat=True).first()
        return _("Imported from %(file)s") % {"file": name} if name else _("Imported")
    if source == "system":
        return _("Set by the system")
    return source or _("Unknown source")


def _privacy_of_kind(kind: str) -> str:
    name = FIELD_OF_KIND.get(Identity.Kind(kind))
    return fields.CUSTOMERS.field(name).privacy if name else Privacy.CONTACT


class _History:
    """Puts the history of a customer and of its parts together, act by act."""

    def __init__(self, customer: Customer, viewer: Viewer, day: Callable[[date | str], str]) -> None:
        self.customer = customer
        self.viewer = viewer
        self.day = day
        self.found: dict[UUID | None, list[Item]] = {}
        self.owners: dict[UUID, str] = {}
        host = custom_hosts.find("customers")
        self.custom = fields_for(host, viewer) if host else []
        self.times: dict[UUID | None, datetime] = {}
        self.whole: set[UUID | None] = {customer.created_in}  # acts on the whole record, told without values

    def changes(self, only: Collection[str] | None) -> list[Change]:
        """The acts, the last first."""
        states = list(self._own_states().order_by("-pgh_id")[:MAX_STATES])[::-1]
        self._name_owners([*states, self.customer])
        self._made()
        self._own_fields(states, self.customer)
        if only is None or not set(only) <= set(EDITABLE):
            self._parts()
        if only is not None:
            wanted = set(only) | ({"name"} if _NAME_FOLLOWS & set(only) else set())
            for act, items in self.found.items():
                self.found[act] = [item for item in items if item.field in wanted]
        return self._described(keep_empty=only is None)

    def window(self, before: Place | None, size: int) -> tuple[list[Change], Place | None]:
        """The acts between a place and the record's next `size` states, newest first, and where older ones begin."""
        rows = self._own_states()
        if before is not None:
            rows = rows.filter(pgh_created_at__lte=before.at)
        states = list(rows.order_by("-pgh_created_at", "-pgh_id")[:size])[::-1]
        following: Any = self.customer
        if before is not None and states:
            newest = states[-1]
            later = self._own_states().filter(pgh_id__gt=newest.pgh_id)
            following = later.order_by("pgh_id").first() or self.customer
        self._name_owners([*states, following])
        is_last = len(states) < size
        floor = None if is_last else Place(states[0].pgh_created_at, states[0].pgh_context_id or NO_ACT)
        if floor is not None and before is not None and floor >= before:
            # A window full of one moment: go on before it, or this would never end.
            floor = Place(floor.at - timedelta(microseconds=1), LAST)
        if is_last:
            self._made()
        self._own_fields(sorted(states, key=lambda state: state.pgh_id), following)
        self._parts(floor.at if floor else None, before.at if before else None)
        found = [
            change
            for change in self._described(keep_empty=True)
            if (before is None or change.place < before) and (floor is None or change.place >= floor)
        ]
        return found, floor

    def _own_states(self) -> QuerySet[Any]:
        """Earlier states of the record, with what is told of them alone: rows of the ORM would cost several times as much."""
        names = ("owner_id" if name == "owner" else name for name in EDITABLE)
        kept = self._kept(Customer, Q(pgh_obj_id=self.customer.pk))
        return kept.values_list(
            "pgh_id", "pgh_created_at", "pgh_context_id", "deleted_at", "custom", *names, named=True
        )

    def _kept(self, model: type[Model], where: Q) -> QuerySet[Any]:
        history = next(tracked.history for tracked in tracked_models if tracked.model is model)
        kept: QuerySet[Any] = history._default_manager.filter(where, workspace_id=self.customer.workspace_id)
        return kept

    def _states(self, model: type[Model], where: Q) -> list[Any]:
        return list(self._kept(model, where).order_by("-pgh_id")[:MAX_STATES])[::-1]

    def _name_owners(self, states: Iterable[Any]) -> None:
        ids = {state.owner_id for state in states}
        if len(ids) > 1:  # an owner who never changed is not told
            self.owners = dict(Member.objects.filter(pk__in=ids).values_list("pk", "name"))

    def _made(self) -> None:
        self._at(self.customer.created_in, self.customer.created_at)
        self.found.setdefault(self.customer.created_in, [])

    def _own_fields(self, states: list[Any], following: Any) -> None:
        entity = fields.CUSTOMERS
        readable = [
            name
            for name in EDITABLE
            if self.viewer.may_read(entity.field(name).privacy if entity.has_field(name) else Privacy.BUSINESS)
        ]
        for before, after in zip(states, [*states, following][1:], strict=True):
            act = before.pgh_context_id
            self._at(act, before.pgh_created_at)
            if (before.deleted_at is None) != (after.deleted_at is None):
                self.whole.add(act)
                self.found.setdefault(act, [])
            for own in self.custom:
                old, new = before.custom.get(own.key), after.custom.get(own.key)
                if old != new:
                    said = str(custom_words.label_of(own))
                    self._add(act, own.name, said, self._custom_words(own, old), self._custom_words(own, new))
            changed = [name for name in readable if _get(before, name) != _get(after, name)]
            for name in changed:
                if name == "name" and _NAME_FOLLOWS & set(changed):
                    continue
                label = entity.field(name).label if entity.has_field(name) else _("Name in English")
                self._add(act, name, str(label), self._words(name, before), self._words(name, after))

    def _custom_words(self, own: CustomField, value: Any) -> str:
        if own.kind == "member" and value is not None and as_uuid(str(value)) not in self.owners:
            known = Member.objects.filter(pk=value, workspace_id=self.customer.workspace_id)
            self.owners |= dict(known.values_list("pk", "name"))
        pointed = custom_relations.ids(value) if own.kind == "relation" else []
        records = custom_relations.labels(str(own.rule("target")), pointed, self.viewer)
        return custom_words.words(own, value, day=self.day, member=self.owners, record=records)

    def _words(self, name: str, state: Any) -> str:
        value = _get(state, name)
        if value in (None, ""):
            return ""
        if name == "owner":
            return self.owners.get(value, _("somebody who left"))
        if name == "birth_date":
            return self.day(value)
        if name == "tax_id":
            return format_tax_id(value)
        if name == "branch":
            return branch_label(value)
        if name in ("kind", "grade", "stage", "gender"):
            return fields.CUSTOMERS.field(name).choice_label(value)
        return str(value)

    def _parts(self, since: datetime | None = None, until: datetime | None = None) -> None:
        """What became of phones, addresses, tags and relations, if anything did between two moments."""
        touched = self._touched(since, until)
        mine = Q(customer_id=self.customer.pk)
        if Identity in touched:
            self._tell(
                self._rows(Identity, mine),
                lambda one: FIELD_OF_KIND.get(one.kind, one.kind),
                _identity_label,
                lambda one: identity_words(one.kind, one.value),
                lambda one: self.viewer.may_read(_privacy_of_kind(one.kind)),
            )
        if Address in touched and self.viewer.may_read(Privacy.CONTACT):
            self._tell(self._rows(Address, mine), lambda one: "address", lambda one: _("Address"), one_line)
        if CustomerTag in touched:
            tagged = self._rows(CustomerTag, mine)
            ids = {state.tag_id for states in tagged.values() for state in states}
            names: dict[UUID, str] = dict(
                Tag.objects.filter(workspace_id=self.customer.workspace_id, pk__in=ids).values_list("pk", "name")
            )
            self._tell(tagged, lambda one: "tags", lambda one: _("Tags"), lambda one: names.get(one.tag_id, "—"))
        if Relation in touched:
            related = self._rows(Relation, mine | Q(other_id=self.customer.pk))
            ids = {_other_end(state, self.customer.pk) for states in related.values() for state in states}
            others = relations.names_of(ids, self.viewer)
            self._tell(
                related,
                lambda one: "relations",
                lambda one: _("Relation"),
                lambda one: self._relation(one, others),
                lambda one: one.kind not in Relation.PERSONAL or self.viewer.may_read(Privacy.PERSONAL),
            )

    def _touched(self, since: datetime | None, until: datetime | None) -> set[type[Model]]:
        """The kinds of parts of which a row came, changed or went between two moments; one statement for all of them."""
        moments = {
            "since": since - LONGEST_ACT if since else EVER[0],
            "until": until + LONGEST_ACT if until else EVER[1],
        }
        asked = {
            "workspace": self.customer.workspace_id,
            "customer": self.customer.pk,
            "made": self.customer.created_in,
            **moments,
        }
        with connection.cursor() as cursor:
            cursor.execute(_TOUCHED, asked)
            row = cursor.fetchone() or ()
        return {model for model, was_touched in zip(_PARTS, row, strict=True) if was_touched}

    def _relation(self, state: Any, others: Mapping[UUID, Customer]) -> str:
        """สามี คุณปัณณวิชญ์ ตรีเนตร (ตั้งแต่ 1 ม.ค. 2560)."""
        other = others.get(_other_end(state, self.customer.pk))
        gender = other.gender if other and self.viewer.may_read(Privacy.PERSONAL) else ""
        word = relations.word_of(state, other_is_first=state.other_id == self.customer.pk, gender=gender)
        said = f"{word} {shown_name(other) if other else _('a deleted customer')}"
        if span := relations.span_words(state, self.day):
            said = f"{said} ({span})"
        return f"{said} · {state.note}" if state.note else said

    def _rows(self, model: type[Model], where: Q) -> dict[UUID, list[Any]]:
        """Rows that are or were, by id: their states in the order of time, and the row itself where it stands."""
        found: dict[UUID, list[Any]] = {}
        for state in self._states(model, where):
            found.setdefault(state.pgh_obj_id, []).append(state)
        for row in model._default_manager.filter(where, workspace_id=self.customer.workspace_id):
            found.setdefault(row.pk, []).append(row)
        return found

    def _tell(
        self,
        rows: Mapping[UUID, list[Any]],
        field_of: Callable[[Any], str],
        label_of: Callable[[Any], str],
        words: Callable[[Any], str],
        may_see: Callable[[Any], bool] = lambda one: True,
    ) -> None:
        """Rows of their own that came, changed and went."""
        for states in rows.values():
            first = states[0]
            if not may_see(first):
                continue
            name, label = field_of(first), label_of(first)
            if first.created_in != self.customer.created_in:
                self._at(first.created_in, first.created_at)
                self._add(first.created_in, name, label, "", words(first))
            for before, after in zip(states, [*states[1:], None], strict=True):
                act = getattr(before, "pgh_context_id", None)
                if not hasattr(before, "pgh_label"):
                    continue
                self._at(act, before.pgh_created_at)
                if before.pgh_label == "delete" or after is None:
                    self._add(act, name, label, words(before), "")
                elif words(before) != words(after):
                    self._add(act, name, label, words(before), words(after))

    def _at(self, act: UUID | None, at: datetime) -> None:
        self.times.setdefault(act, at)

    def _add(self, act: UUID | None, name: str, label: str, old: str, new: str) -> None:
        self.found.setdefault(act, []).append(Item(name, label, old, new))

    def _described(self, *, keep_empty: bool) -> list[Change]:
        ids = [act for act in self.found if act is not None]
        who = Subquery(Member.objects.filter(pk=OuterRef("member_id")).values("name")[:1])
        acts = {act.pk: act for act in Changeset.objects.filter(pk__in=ids).annotate(who=who)} if ids else {}
        imports = [act.pk for act in acts.values() if act.kind.endswith("imported") or "import" in act.kind]
        files = dict(ImportBatch.objects.filter(pk__in=imports).values_list("pk", "file_name")) if imports else {}
        if self.customer.created_in in self.times:
            # The row is stamped by its statement and later states by their transaction: what made it is the first.
            self.times[self.customer.created_in] = min(self.times.values())
        changes = []
        for act_id, items in self.found.items():
            act = acts.get(act_id) if act_id else None
            if not items and not (keep_empty and act_id in self.whole):
                continue
            kind = act.kind if act else ""
            file_name = files.get(act_id, "") if act_id else ""
            # Whatever brought the customer in, a demo company for instance, is told as what it was for them.
            made = ACTS["customers.customer_created"] if act_id == self.customer.created_in else _("changed")
            words = ACTS.get(kind) or (_("imported") if act_id in imports else made)
            changes.append(
                Change(
                    changeset_id=act_id,
                    at=self.times[act_id],
                    who=with_whom(act.who or _("somebody who left"), act.note) if act and act.member_id else "",
                    member_id=act.member_id if act else None,
                    act=str(words if act else ACTS["customers.customer_created"]),
                    file_name=file_name,
                    is_undone=bool(act and act.undone_at),
                    is_first=act_id == self.customer.created_in,
                    items=items,
                )
            )
        # Ids of changesets are made in the order of time and settle ties.
        return sorted(changes, key=lambda change: change.place, reverse=True)


def identity_words(kind: str, value: str) -> str:
    """An identity as people read it: 081-234-5678."""
    return format_phone(value) if kind == Identity.Kind.PHONE else value


def _other_end(relation: Any, customer_id: UUID) -> UUID:
    """The one at the other end of a relation, or of an earlier state of one."""
    end: UUID = relation.customer_id if relation.other_id == customer_id else relation.other_id
    return end


def _identity_label(one: Any) -> str:
    return str(Identity.Kind(one.kind).label)


def _get(state: Any, name: str) -> Any:
    return getattr(state, "owner_id" if name == "owner" else name)

"""Make several customers one, and part them again exactly.

A merge is one act of the change engine. Every row that points at a loser points at the winner from then on, values survive
by the rules of `survivorship` or by choice, and nothing is deleted: the loser stands with `merged_into`, out of sight.
Parting is the undo of the act, at any time. What came since through an identity that goes back goes with it; all else that
came since stays with the winner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import definitions, hosts
from samphan.customers import moving, reading, survivorship
from samphan.customers.actions.refusals import CustomerGone
from samphan.customers.events import CustomersChanged, CustomersMerged, CustomersParted
from samphan.customers.models import Address, Customer, Identity, Relation
from samphan.customers.search_documents import refresh_search
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset
from samphan.platform.changes.undo import Undone, after_undo, undo_changeset
from samphan.platform.errors import DomainError
from samphan.platform.events import publish

MERGED = "customers.customers_merged"
MOST = 20  # customers of one merge


class MergeRefused(DomainError):
    """Customers that cannot become one as they were given."""


class PartRefused(DomainError):
    """A merge that cannot be taken back now."""


@dataclass
class Merged:
    """What a merge did: its changeset, for undo, and how many rows moved, by the label of their model."""

    act: UUID
    winner: Customer
    moved: dict[str, int] = field(default_factory=dict)


def merge_customers(
    winner_id: UUID,
    loser_ids: Sequence[UUID],
    *,
    acting_member: Viewer,
    choices: Mapping[str, UUID] | None = None,
    at: datetime | None = None,
) -> Merged:
    """Make customers one. Publishes CustomersMerged and CustomersChanged.

    :param choices: whose value survives, by field of `survivorship.CHOSEN` or key of a custom field; the rules decide the
        others.
    :raises MergeRefused: for one customer alone, too many, or one that was merged before.
    :raises CustomerGone: for one that is not there or that the member does not see.
    """
    losers = [one for one in dict.fromkeys(loser_ids) if one != winner_id]
    if not losers or winner_id in loser_ids:
        raise MergeRefused(_("A customer is not merged with itself. Choose another one."))
    if len(losers) >= MOST:
        raise MergeRefused(_("At most %(limit)s customers are merged at once."), limit=MOST)
    at = at or timezone.now()
    with changeset(MERGED, member_id=acting_member.id, note={"count": len(losers) + 1}) as act:
        customers = _locked([winner_id, *losers], acting_member)
        winner = customers[0]
        merge = _Merge(winner, customers[1:], dict(choices or {}), at)
        done = Merged(act, winner)
        merge.move_contact_points(done.moved)
        for loser in customers[1:]:
            merge.move_rows(loser, done.moved)
        merge.move_pointers(done.moved)
        Customer.objects.filter(pk__in=losers).update(deleted_at=at, merged_into_id=winner_id)
        merge.write_fields()
        moving.settle(act)
        refresh_search([winner_id, *losers])
        publish(CustomersMerged(winner_id, tuple(losers), act), CustomersChanged((winner_id, *losers)))
    winner.refresh_from_db()
    return done


def part_customers(loser_id: UUID, *, acting_member: Viewer) -> Undone:
    """Take back the merge by which a customer went into another. Publishes CustomersParted.

    :raises CustomerGone: when it is not there, or the member does not see whom it went into.
    :raises PartRefused: when it stands by itself, or a later merge rests on this one.
    """
    loser = Customer.objects.filter(workspace_id=acting_member.workspace_id, pk=loser_id).first()
    if loser is None:
        raise CustomerGone
    if loser.merged_into_id is None:
        if not Customer.objects.visible_to(acting_member).filter(pk=loser_id).exists():
            raise CustomerGone
        raise PartRefused(_("“%(name)s” is not merged with anybody."), name=loser.name)
    if not Customer.objects.visible_to(acting_member).filter(pk=leads_to(loser)).exists():
        raise CustomerGone
    act = act_of_merge(loser)
    if act is None:
        raise CustomerGone
    return undo_changeset(act, member_id=acting_member.id)


def leads_to(customer: Customer) -> UUID:
    """The customer that stands for this one by now: itself, unless it was merged."""
    seen = {customer.pk}
    found = customer
    while found.merged_into_id is not None and found.merged_into_id not in seen:
        seen.add(found.merged_into_id)
        found = Customer.objects.get(pk=found.merged_into_id)
    return found.pk


def act_of_merge(loser: Customer) -> UUID | None:
    """The changeset by which a merged customer went into the one it points at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pgh_context_id FROM customers_customerhistory WHERE pgh_obj_id = %s"
            " AND merged_into_id IS DISTINCT FROM %s ORDER BY pgh_id DESC LIMIT 1",
            [loser.pk, loser.merged_into_id],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _locked(ids: Sequence[UUID], viewer: Viewer) -> list[Customer]:
    """The living customers in the order of their ids as given; always locked in the same order."""
    wanted = Customer.objects.filter(workspace_id=viewer.workspace_id, pk__in=ids)
    rows = {one.pk: one for one in wanted.order_by("pk").select_for_update(of=("self",))}
    seen = set(Customer.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))
    for one in ids:
        row = rows.get(one)
        if row is not None and row.merged_into_id is not None:
            into = Customer.objects.visible_to(viewer).filter(pk=leads_to(row)).first()
            if into is not None:
                raise MergeRefused(
                    _("“%(name)s” was merged into “%(into)s” already. Merge that one."), name=row.name, into=into.name
                )
        if one not in seen:
            raise CustomerGone
    return [rows[one] for one in ids]


class _Merge:
    """One merge on its way."""

    def __init__(self, winner: Customer, losers: list[Customer], choices: dict[str, UUID], at: datetime) -> None:
        self.winner, self.losers, self.at = winner, losers, at
        self.workspace_id = winner.workspace_id
        self.customers = [winner, *losers]
        self.contacts = contacts_of(self.customers)
        self.own = survivorship.own_fields(self.workspace_id)
        self.chosen = whose(self.customers, self.contacts, choices)

    # Contact points: all of them survive, in an order

    def move_contact_points(self, moved: dict[str, int]) -> None:
        """Bring every phone, e-mail and address to the winner, behind those of whom the rules put first."""
        found: list[tuple[UUID, UUID, int]] = []
        for kind in Identity.Kind.values:
            found += self._identities(kind, self._first(kind))
        _write_places("customers_identity", found)
        _count(moved, "customers.Identity", sum(owner == self.winner.pk for _pk, owner, _place in found))
        places = self._addresses(self.chosen.get("address", self.winner.pk))
        _write_places("customers_address", places)
        _count(moved, "customers.Address", len(places))

    def _first(self, kind: str) -> UUID:
        name = next((name for name, its in survivorship.FIRST.items() if its == kind), "")
        return self.chosen.get(name, self.winner.pk)

    def _identities(self, kind: str, first: UUID) -> list[tuple[UUID, UUID, int]]:
        """Rows of a kind that change, with their customer and place."""
        all_of = {
            one.pk: [row for row in self.contacts[one.pk].identities if row.kind == kind] for one in self.customers
        }
        mine = _Line(all_of[self.winner.pk])
        leaving: dict[UUID, tuple[UUID, int]] = {}
        for loser in self.losers:
            for row in all_of[loser.pk]:
                twin = next((one for one in mine.rows if one.value == row.value), None)
                if twin is None:
                    mine.add(row)
                elif row.resolves:
                    # Of two rows of one value the winner has the one that the value names, so that what comes through
                    # it meanwhile goes back with it. The other one takes its place out of sight.
                    if twin.customer_id == self.winner.pk:
                        leaving[twin.pk] = (loser.pk, row.position)
                    mine.put_in_stead(twin, row)
        rows = {row.pk: row for its in all_of.values() for row in its}
        wanted = {row.pk: (self.winner.pk, place) for row, place in mine.places(self.winner.pk, first)} | leaving
        return [
            (pk, owner, place)
            for pk, (owner, place) in wanted.items()
            if (rows[pk].customer_id, rows[pk].position) != (owner, place)
        ]

    def _addresses(self, first: UUID) -> list[tuple[UUID, UUID, int]]:
        def said(one: Address) -> tuple[str, ...]:
            return (one.line, one.subdistrict, one.district, one.province, one.postcode)

        mine = _Line(self.contacts[self.winner.pk].addresses)
        for loser in self.losers:
            for row in self.contacts[loser.pk].addresses:
                if all(said(row) != said(one) for one in mine.rows):
                    mine.add(row)
        return [
            (row.pk, self.winner.pk, place)
            for row, place in mine.places(self.winner.pk, first)
            if (row.customer_id, row.position) != (self.winner.pk, place)
        ]

    # Everything else that points at a customer

    def move_rows(self, loser: Customer, moved: dict[str, int]) -> None:
        """Point every row of a loser at the winner."""
        both_ways = [str(kind.value) for kind in Relation.SAME_BOTH_WAYS]
        marks: dict[str, Any] = {
            "winner": self.winner.pk,
            "loser": loser.pk,
            "workspace": self.workspace_id,
            "both": both_ways,
        }
        with connection.cursor() as cursor:
            for reference, columns in moving.pointing():
                table, column = reference.model._meta.db_table, reference.column
                same = "".join(
                    f' AND o."{one}" IS NOT DISTINCT FROM t."{one}"' for one in _columns(reference.model, columns)
                )
                unless = (
                    f' AND NOT EXISTS (SELECT 1 FROM "{table}" o WHERE o.workspace_id = %(workspace)s'
                    f' AND o."{column}" = %(winner)s{same})'
                    if columns
                    else ""
                )
                cursor.execute(
                    f'UPDATE "{table}" t SET "{column}" = %(winner)s'
                    f' WHERE t.workspace_id = %(workspace)s AND t."{column}" = %(loser)s{unless}',
                    marks,
                )
                _count(moved, reference.model._meta.label, cursor.rowcount)
            for column, other in (("customer_id", "other_id"), ("other_id", "customer_id")):
                cursor.execute(
                    _RELATIONS.format(column=column, other=other),
                    marks | {"both": [str(one.value) for one in Relation.SAME_BOTH_WAYS]},
                )
                _count(moved, "customers.Relation", cursor.rowcount)

    def move_pointers(self, moved: dict[str, int]) -> None:
        """Let custom fields that name a loser name the winner, in every kind of record."""
        losers = [str(one.pk) for one in self.losers]
        for host in hosts.hosts():
            for own in definitions.live_fields(host.entity_name, self.workspace_id):
                if own.kind != "relation" or own.rule("target") != "customers":
                    continue
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"UPDATE {host.model._meta.db_table} SET custom = custom || jsonb_build_object(%(key)s::text,"
                        " %(winner)s::text) WHERE workspace_id = %(workspace)s AND custom ->> %(key)s = ANY(%(losers)s)"
                        " AND id <> %(own)s",
                        {
                            "key": own.key,
                            "winner": str(self.winner.pk),
                            "workspace": self.workspace_id,
                            "losers": losers,
                            "own": self.winner.pk,
                        },
                    )
                    _count(moved, host.entity.model_label, cursor.rowcount)

    # Values

    def write_fields(self) -> None:
        """Give the winner what survives, with where it came from."""
        winner, by_id = self.winner, {one.pk: one for one in self.customers}
        columns: dict[str, Any] = {}
        sources: dict[str, Any] = {}
        for name, its in survivorship.GROUPS.items():
            of = by_id[self.chosen[name]]
            if of.pk == winner.pk:
                continue
            found = {column: getattr(of, column) for column in its}
            changed = {column: value for column, value in found.items() if getattr(winner, column) != value}
            columns |= changed
            for column in changed:
                _take_source(sources, of, "owner" if column == "owner_id" else column)
        custom = {}
        for own in self.own:
            of = by_id[self.chosen[own.key]]
            if of.pk != winner.pk and of.custom.get(own.key) != winner.custom.get(own.key):
                custom[own.key] = of.custom.get(own.key)
                _take_source(sources, of, own.name)
        if custom:
            columns["custom"] = {key: value for key, value in {**winner.custom, **custom}.items() if value is not None}
        if "name" in columns:
            columns["name_key"] = reading.name_key(str(columns["name"]))
        if columns:
            Customer.objects.filter(pk=winner.pk).update(**columns, sources={**winner.sources, **sources})


def whose(
    customers: Sequence[Customer], contacts: Mapping[UUID, survivorship.Contacts], choices: Mapping[str, UUID]
) -> dict[str, UUID]:
    """Whose value of each field survives: what was chosen by hand, and by the rules of the company all else.

    :raises MergeRefused: when a choice names a field or a customer that is not part of it.
    """
    workspace_id = customers[0].workspace_id
    own = {one.key: one.name for one in survivorship.own_fields(workspace_id)}
    ids = {one.pk for one in customers}
    keys = {name: key for key, name in own.items()}
    given = {keys.get(name, name): customer_id for name, customer_id in choices.items()}
    for name, customer_id in given.items():
        if (name not in survivorship.CHOSEN and name not in own) or customer_id not in ids:
            raise MergeRefused(_("The choice for “%(field)s” names no value of these customers."), field=name)
    rules = survivorship.rules_of(workspace_id)
    found = {}
    for name in (*survivorship.CHOSEN, *own):
        rule = rules.get(own.get(name, name)) or survivorship.default_rule(name)
        found[name] = given.get(name) or survivorship.survivor(
            survivorship.candidates_of(name, customers, contacts, own.get(name)), rule
        )
    return found


def contacts_of(customers: Sequence[Customer]) -> dict[UUID, survivorship.Contacts]:
    """What each customer can be reached by, in two statements."""
    ids = [one.pk for one in customers]
    identities = Identity.objects.filter(workspace_id=customers[0].workspace_id, customer_id__in=ids)
    addresses = Address.objects.filter(workspace_id=customers[0].workspace_id, customer_id__in=ids)
    known, lived = list(identities.order_by("position", "id")), list(addresses.order_by("position", "id"))
    return {
        one: survivorship.Contacts(
            [row for row in known if row.customer_id == one], [row for row in lived if row.customer_id == one]
        )
        for one in ids
    }


class _Line:
    """The contact points of the winner in their order, while those of the losers join them."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = list(rows)
        self._place = {row.pk: row.position for row in rows}

    def add(self, row: Any) -> None:
        self._place[row.pk] = max(self._place.values(), default=-1) + 1
        self.rows.append(row)

    def put_in_stead(self, twin: Any, row: Any) -> None:
        self.rows[self.rows.index(twin)] = row
        self._place[row.pk] = self._place.pop(twin.pk)

    def places(self, winner_id: UUID, first: UUID) -> list[tuple[Any, int]]:
        """Each with its place: behind the winner's own, unless somebody else's come first."""
        if first == winner_id:
            return [(row, self._place[row.pk]) for row in self.rows]
        line = sorted(self.rows, key=lambda row: (row.customer_id != first, self._place[row.pk]))
        return [(row, place) for place, row in enumerate(line)]


def _write_places(table: str, rows: Sequence[tuple[UUID, UUID, int]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET customer_id = made.owner, position = made.place"
            " FROM unnest(%s::uuid[], %s::uuid[], %s::integer[]) AS made(id, owner, place) WHERE t.id = made.id",
            [[row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]],
        )


def _columns(model: Any, names: Sequence[str]) -> list[str]:
    return [str(model._meta.get_field(name).column) for name in names]


def _count(moved: dict[str, int], label: str, count: int) -> None:
    if count:
        moved[label] = moved.get(label, 0) + count


def _take_source(sources: dict[str, Any], customer: Customer, name: str) -> None:
    said = customer.sources.get(name) or customer.sources.get("*")
    if said:
        sources[name] = said


# Relations stand between two: one that the winner has already, or that would point at itself, stays behind.
_RELATIONS = """
    UPDATE customers_relation t SET {column} = %(winner)s
     WHERE t.workspace_id = %(workspace)s AND t.{column} = %(loser)s AND t.{other} <> %(winner)s
       AND NOT EXISTS (
           SELECT 1 FROM customers_relation o
            WHERE o.workspace_id = %(workspace)s AND o.kind = t.kind
              AND (o.word, o.other_word) = (t.word, t.other_word)
              AND ((o.{column} = %(winner)s AND o.{other} = t.{other})
                   OR (o.kind = ANY(%(both)s) AND o.{other} = %(winner)s AND o.{column} = t.{other})))
"""


# After an undo: parted, or merged again


def follow_undo(own: UUID) -> None:
    """Bring what came through an identity to where the identity is, after an undo that parted or merged customers.

    :raises PartRefused: when a later merge rests on what the undo took back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (c.id) c.id, h.merged_into_id, c.merged_into_id
              FROM customers_customerhistory h JOIN customers_customer c ON c.id = h.pgh_obj_id
             WHERE h.pgh_context_id = %s ORDER BY c.id, h.pgh_id
            """,
            [own],
        )
        changed = [row for row in cursor.fetchall() if row[1] != row[2]]
        if not changed:
            return
        parted = {loser: was for loser, was, now in changed if now is None}
        merged = {loser: now for loser, _was, now in changed if now is not None}
        _refuse_what_rests(cursor, own, parted, merged)
        for one in moving.through():
            cursor.execute(
                f"""
                UPDATE "{one.table}" t SET "{one.customer}" = coalesce(c.merged_into_id, c.id)
                  FROM customers_identity i JOIN customers_customer c ON c.id = i.customer_id
                 WHERE i.id IN (SELECT pgh_obj_id FROM customers_identityhistory WHERE pgh_context_id = %s)
                   AND t.workspace_id = i.workspace_id AND t."{one.column}" = i.id
                   AND t."{one.customer}" IS DISTINCT FROM coalesce(c.merged_into_id, c.id)
                """,
                [own],
            )
    moving.settle(own)
    for winner in dict.fromkeys([*parted.values(), *merged.values()]):
        went = tuple(sorted(loser for loser, was in parted.items() if was == winner))
        came = tuple(sorted(loser for loser, now in merged.items() if now == winner))
        if went:
            publish(CustomersParted(winner, went, own))
        if came:
            publish(CustomersMerged(winner, came, own))


def _refuse_what_rests(cursor: Any, own: UUID, parted: Mapping[UUID, UUID], merged: Mapping[UUID, UUID]) -> None:
    winners = sorted({*parted.values(), *merged.values()})
    cursor.execute(
        "SELECT w.name, i.name FROM customers_customer w JOIN customers_customer i ON i.id = w.merged_into_id"
        " WHERE w.id = ANY(%s) LIMIT 1",
        [winners],
    )
    row = cursor.fetchone()
    if row is not None:
        raise PartRefused(
            _("“%(name)s” was merged into “%(into)s” later. Part those two first."), name=row[0], into=row[1]
        )
    # The last time that each of the others went into the same winner, against the time that these did.
    cursor.execute(
        """
        SELECT o.name FROM unnest(%(losers)s::uuid[], %(winners)s::uuid[]) AS p(loser, winner)
          JOIN customers_customer o ON o.merged_into_id = p.winner AND o.id <> ALL(%(losers)s)
         WHERE (SELECT max(h.pgh_id) FROM customers_customerhistory h
                 WHERE h.pgh_obj_id = o.id AND h.merged_into_id IS DISTINCT FROM o.merged_into_id)
             > (SELECT max(h.pgh_id) FROM customers_customerhistory h
                 WHERE h.pgh_obj_id = p.loser AND h.merged_into_id IS DISTINCT FROM p.winner
                   AND h.pgh_context_id <> %(own)s)
         LIMIT 1
        """,
        {"losers": list(parted), "winners": list(parted.values()), "own": own},
    )
    row = cursor.fetchone()
    if row is not None:
        raise PartRefused(_("“%(name)s” was merged into the same customer later. Part that one first."), name=row[0])


def register() -> None:
    """Let merges move what this domain knows more of, and follow every undo."""
    moving.aside("customers.Identity")
    moving.aside("customers.Address")
    moving.aside("customers.Relation")
    moving.unlike("customers.CustomerTag", "tag")
    moving.unlike("customers.Preference", "kind", "text", "withdrawn_at")
    after_undo(follow_undo)

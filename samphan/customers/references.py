"""Find the customers that another file means by a number, a phone, an e-mail or a name; make those nobody knows."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from samphan.customers import actions
from samphan.customers.events import IDS_AT_ONCE, CustomersChanged
from samphan.customers.models import Customer, Identity
from samphan.platform.changes.recording import current_changeset
from samphan.platform.events import publish
from samphan.platform.ids import uuid7
from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.names import is_organisation, split_name
from samphan.platform.thai.phones import parse_phone
from samphan.platform.thai.problems import ValueProblem

CHUNK = 2000


def customers_of_references(
    workspace_id: UUID, references: Collection[str], *, source: str, at: datetime
) -> dict[str, UUID]:
    """Customer ids by reference; an unknown reference becomes a new customer. Stands inside a changeset.

    A reference with a digit and without a space is a number: of the other system, of a member, a phone, an e-mail, in
    this order. Anything else is a name, and means the one customer who has exactly that name.

    :param source: where new customers come from, for the provenance: `import:<batch>`.
    """
    wanted = sorted(references)
    found: dict[str, UUID] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        found |= _known(workspace_id, part)
        _make(workspace_id, [reference for reference in part if reference not in found], found, source, at)
    return found


def _known(workspace_id: UUID, references: list[str]) -> dict[str, UUID]:
    tokens = [(reference, kind, value) for reference in references for kind, value in _identities(reference)]
    found: dict[str, UUID] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (t.reference) t.reference, i.customer_id
              FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS t (reference, kind, value, place)
              JOIN customers_identity i ON i.workspace_id = %s AND i.kind = t.kind AND i.value = t.value AND i.resolves
             ORDER BY t.reference, t.place
            """,
            [[t[0] for t in tokens], [t[1] for t in tokens], [t[2] for t in tokens], workspace_id],
        )
        found.update(cursor.fetchall())
        names = [reference for reference in references if reference not in found and not _is_number(reference)]
        cursor.execute(
            """
            SELECT t.reference, (array_agg(c.id))[1] FROM unnest(%s::text[], %s::text[]) AS t (reference, key)
              JOIN customers_customer c ON c.workspace_id = %s AND c.name_key = t.key AND c.deleted_at IS NULL
             GROUP BY t.reference HAVING count(*) = 1
            """,
            [names, [sort_key(_name(name)[0]) for name in names], workspace_id],
        )
        found.update(cursor.fetchall())
    return found


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a row means: pairs of identity kind and value, surest first, and a name that decides where they are shared."""

    identities: tuple[tuple[str, str], ...] = ()
    name: str = ""

    @classmethod
    def by(cls, reference: str) -> "Meant":
        """One cell that may hold a number, a phone, an e-mail or a name."""
        identities = tuple(_identities(reference))
        return cls(identities, "" if identities else _name(reference)[0])


def find_customers(workspace_id: UUID, meant: Mapping[int, Meant]) -> dict[int, UUID | None]:
    """Customer ids by row. None where several may be meant; a row of which nobody is known is left out.

    A phone that several share means the one of the name, and without a name the one who had it first. A name alone means
    the one customer who has exactly that name.
    """
    wanted = sorted({identity for one in meant.values() for identity in one.identities})
    holders: dict[tuple[str, str], list[tuple[UUID, bool, str]]] = {}
    keys = {one.name: sort_key(one.name) for one in meant.values() if one.name}
    named: dict[str, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"""
                SELECT t.kind, t.value, c.id, i.resolves, c.name_key
                  FROM unnest(%(kinds)s::text[], %(values)s::text[]) t (kind, value)
                  JOIN customers_identity i
                    ON i.workspace_id = %(workspace)s AND i.kind = t.kind AND i.value = t.value AND {which}
                  JOIN customers_customer c ON c.id = i.customer_id AND c.workspace_id = %(workspace)s AND c.deleted_at IS NULL
                """
                for which in ("i.resolves", "NOT i.resolves")  # each has an index of its own
            ),
            {"kinds": [one[0] for one in wanted], "values": [one[1] for one in wanted], "workspace": workspace_id},
        )
        for kind, value, customer_id, resolves, key in cursor.fetchall():
            holders.setdefault((kind, value), []).append((customer_id, resolves, key))
        cursor.execute(
            "SELECT name_key, id FROM customers_customer WHERE workspace_id = %s AND name_key = ANY(%s) AND deleted_at IS NULL",
            [workspace_id, sorted(set(keys.values()))],
        )
        for key, customer_id in cursor.fetchall():
            named.setdefault(key, []).append(customer_id)
    found: dict[int, UUID | None] = {}
    for row, one in meant.items():
        here = next((holders[identity] for identity in one.identities if identity in holders), None)
        if here is not None:
            found[row] = _one_of(here, keys.get(one.name, ""))
        elif same := named.get(keys.get(one.name, "")):
            found[row] = same[0] if len(same) == 1 else None
    return found


def _one_of(holders: list[tuple[UUID, bool, str]], key: str) -> UUID | None:
    if len({customer_id for customer_id, _resolves, _key in holders}) == 1:
        return holders[0][0]
    if not key:
        return next((customer_id for customer_id, resolves, _key in holders if resolves), None)
    same = {customer_id for customer_id, _resolves, its_key in holders if its_key == key}
    return same.pop() if len(same) == 1 else None


def _make(workspace_id: UUID, references: list[str], found: dict[str, UUID], source: str, at: datetime) -> None:
    act = current_changeset()
    provenance = {"*": [source, at.isoformat()]}
    customers: list[Customer] = []
    identities: list[Identity] = []
    for reference in references:
        customer_id = found[reference] = uuid7()
        is_number = _is_number(reference)
        name, title, first, last, nickname = (
            (_("Customer %(reference)s") % {"reference": reference}, "", "", "", "") if is_number else _name(reference)
        )
        customers.append(
            Customer(
                id=customer_id,
                workspace_id=workspace_id,
                created_in=act,
                sources=json.loads(json.dumps(provenance)),
                kind="organisation" if is_organisation(reference) else "person",
                name=name,
                title=title[:60],
                first_name=first[:200],
                last_name=last[:200],
                nickname=nickname[:100],
                name_key=sort_key(name),
            )
        )
        if is_number:
            kind, value = _identities(reference)[0]
            identities.append(
                Identity(workspace_id=workspace_id, created_in=act, customer_id=customer_id, kind=kind, value=value)
            )
    Customer.objects.bulk_create(customers, batch_size=1000)
    Identity.objects.bulk_create(identities, batch_size=1000)
    made = [customer.id for customer in customers]
    if made:
        actions.refresh_search(made)
        publish(
            *(
                CustomersChanged(customer_ids=tuple(made[start : start + IDS_AT_ONCE]))
                for start in range(0, len(made), IDS_AT_ONCE)
            )
        )


def _is_number(reference: str) -> bool:
    return "@" in reference or (any(letter.isdigit() for letter in reference) and " " not in reference.strip())


def _identities(reference: str) -> list[tuple[str, str]]:
    """The identities that a reference may be, likeliest first; none for a name."""
    if "@" in reference.strip("@"):
        return [("email", reference.lower())]
    if not _is_number(reference):
        return []
    number = reference[:-2] if reference.endswith(".0") and reference[:-2].isdigit() else reference
    possible = [("external", number), ("member", number)]
    try:
        possible.append(("phone", parse_phone(reference).e164))
    except ValueProblem:
        return possible
    return possible


def _name(reference: str) -> tuple[str, str, str, str, str]:
    """(name, title, first, last, nickname) of a reference that is a name."""
    plain = " ".join(reference.split())[:500]
    if is_organisation(plain):
        return plain, "", "", "", ""
    parts = split_name(plain)
    name = f"{parts.first} {parts.last}".strip() or plain
    return name, parts.title, parts.first, parts.last, parts.nickname

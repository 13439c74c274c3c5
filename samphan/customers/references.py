"""Find the customers that another file means by a number, a phone, an e-mail or a name; make those nobody knows."""

import json
from collections.abc import Collection
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

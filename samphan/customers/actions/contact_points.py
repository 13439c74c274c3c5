"""Phones, e-mails and accounts of a customer: to reach somebody, and to recognise them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.customers import reading
from samphan.customers.actions.provenance import with_sources
from samphan.customers.actions.refusals import CustomerGone
from samphan.customers.events import CustomerEdited
from samphan.customers.models import Customer, Identity
from samphan.customers.reading import FieldProblem
from samphan.customers.search_documents import refresh_search
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.events import publish

FIELD_OF_KIND = {
    Identity.Kind.PHONE: "phone",
    Identity.Kind.EMAIL: "email",
    Identity.Kind.LINE: "line_id",
    Identity.Kind.MEMBER_NUMBER: "member_number",
    Identity.Kind.EXTERNAL_ID: "external_id",
}
"""The catalogue field of each kind of identity that people type."""


@dataclass(frozen=True)
class SharedContactPoint:
    """A value that names another customer already: it was added, and does not resolve to this one."""

    identity: Identity
    resolves_to: Customer


def add_contact_point(
    customer: Customer, kind: str, text: str, *, acting_member: Viewer, at: datetime | None = None
) -> SharedContactPoint | Identity:
    """Give a customer a phone, e-mail, LINE id or number. Publishes CustomerEdited.

    :returns: the identity, or, when the value belongs to another customer too, a SharedContactPoint that names them.
    :raises ValueProblem: when it cannot be read, or the customer has it already.
    """
    value, label = reading.read_contact_point(kind, text)
    with changeset("customers.contact_point_added", member_id=acting_member.id):
        _touch(customer, kind, acting_member, at)
        if Identity.objects.filter(
            workspace_id=customer.workspace_id, customer=customer, kind=kind, value=value
        ).exists():
            raise FieldProblem("twice", _("This customer has it already"))
        added = insert_identity(customer, kind, value, label=label)
        refresh_search([customer.pk])
        publish(CustomerEdited(customer.pk, (FIELD_OF_KIND.get(Identity.Kind(kind), kind),)))
    return added


def insert_identity(customer: Customer, kind: str, value: str, *, label: str = "") -> SharedContactPoint | Identity:
    """Write one identity behind the customer's others; it resolves unless the value names somebody else."""
    mine = Identity.objects.filter(workspace_id=customer.workspace_id, customer_id=customer.pk, kind=kind)
    last = mine.order_by("-position").values_list("position", flat=True).first()
    identity = Identity(
        workspace_id=customer.workspace_id,
        customer_id=customer.pk,
        kind=kind,
        value=value,
        label=label,
        position=0 if last is None else last + 1,
        created_in=current_changeset(),
    )
    other = resolving(customer, kind, value)
    if other is None:
        try:
            with transaction.atomic():  # a savepoint: somebody may be faster
                identity.save(force_insert=True)
            return identity
        except IntegrityError:
            other = resolving(customer, kind, value)
            if other is None:
                raise
    identity.resolves = False
    identity.save(force_insert=True)
    return SharedContactPoint(identity, other) if other.pk != customer.pk else identity


def insert_identities(customer: Customer, found: Sequence[tuple[str, str, str]]) -> list[SharedContactPoint]:
    """Write kind, value and label of every identity of a customer who has none yet: in two statements unless somebody
    else has one of the values. Returns those that name somebody else.
    """
    places: Counter[str] = Counter()
    rows = []
    for kind, value, label in found:
        rows.append(
            Identity(
                workspace_id=customer.workspace_id,
                customer_id=customer.pk,
                kind=kind,
                value=value,
                label=label,
                position=places[kind],
                created_in=current_changeset(),
            )
        )
        places[kind] += 1
    same = reduce(or_, (Q(kind=kind, value=value) for kind, value, _label in found), Q())
    # Only who is named by a value stands in an index of all: without `resolves` every identity would be read.
    known = Identity.objects.filter(same, workspace_id=customer.workspace_id, resolves=True)
    if rows and not known.exists():
        try:
            with transaction.atomic():  # a savepoint: somebody may be faster
                Identity.objects.bulk_create(rows)
            return []
        except IntegrityError:
            pass
    added = [insert_identity(customer, kind, value, label=label) for kind, value, label in found]
    return [one for one in added if isinstance(one, SharedContactPoint)]


def edit_contact_point(
    identity: Identity, text: str, *, seen: str, acting_member: Viewer, at: datetime | None = None
) -> SharedContactPoint | Identity:
    """Write another value over one that was seen. Publishes CustomerEdited.

    :raises ValueProblem: when it cannot be read, or the customer has it already.
    :raises EditedMeanwhile: when it holds another value now.
    :raises CustomerGone: when it was removed meanwhile.
    """
    value, _label = reading.read_contact_point(identity.kind, text)
    with changeset("customers.contact_point_edited", member_id=acting_member.id):
        current = (
            Identity.objects.select_for_update().filter(pk=identity.pk, workspace_id=acting_member.workspace_id).first()
        )
        if current is None:
            raise CustomerGone(_("This contact point was removed meanwhile."))
        if current.value != seen and current.value != value:
            raise EditedMeanwhile(current.get_kind_display(), theirs=current.value, yours=text, current=current.value)
        if current.value == value:
            return current
        owner = Customer(pk=current.customer_id, workspace_id=current.workspace_id)
        _touch(owner, current.kind, acting_member, at)
        twin = Identity.objects.filter(
            workspace_id=current.workspace_id, customer_id=current.customer_id, kind=current.kind, value=value
        )
        if twin.exists():
            raise FieldProblem("twice", _("This customer has it already"))
        other = resolving(owner, current.kind, value)
        was_resolving, before = current.resolves, current.value
        current.value, current.resolves, current.verified_at = value, other is None, None
        current.save(update_fields=["value", "resolves", "verified_at"])
        if was_resolving:
            _hand_on(current.workspace_id, current.kind, before)
        refresh_search([current.customer_id])
        publish(CustomerEdited(current.customer_id, (FIELD_OF_KIND.get(Identity.Kind(current.kind), current.kind),)))
    return SharedContactPoint(current, other) if other is not None else current


def remove_contact_point(identity: Identity, *, acting_member: Viewer, at: datetime | None = None) -> None:
    """Take a contact point from a customer; the next one that has the value becomes the one it names."""
    with changeset("customers.contact_point_removed", member_id=acting_member.id):
        _touch(Customer(pk=identity.customer_id), identity.kind, acting_member, at)
        gone = Identity.objects.filter(pk=identity.pk, workspace_id=acting_member.workspace_id)
        kept = gone.first()
        if kept is None:
            return
        gone.delete()
        if kept.resolves:
            _hand_on(kept.workspace_id, kept.kind, kept.value)
        refresh_search([kept.customer_id])
        publish(CustomerEdited(kept.customer_id, (FIELD_OF_KIND.get(Identity.Kind(kept.kind), kept.kind),)))


def set_contact_points(
    customer: Customer, kind: str, texts: Sequence[str], *, acting_member: Viewer, at: datetime | None = None
) -> bool:
    """Leave a customer exactly these contact points of a kind, in this order. Publishes CustomerEdited.

    :returns: False when nothing had to change. :raises ValueProblem: when one of them cannot be read.
    """
    wanted = list(dict.fromkeys(reading.read_contact_point(kind, text)[0] for text in texts))
    mine = Identity.objects.filter(workspace_id=customer.workspace_id, customer_id=customer.pk, kind=kind)
    known = list(mine.order_by("position", "id"))
    if [one.value for one in known] == wanted:
        return False
    with changeset("customers.customer_edited", member_id=acting_member.id):
        for one in known:
            if one.value not in wanted:
                remove_contact_point(one, acting_member=acting_member, at=at)
        for value in wanted:
            if all(one.value != value for one in known):
                add_contact_point(customer, kind, value, acting_member=acting_member, at=at)
        for one in mine.order_by("position", "id"):
            if one.position != (position := wanted.index(one.value)):
                Identity.objects.filter(pk=one.pk).update(position=position)
        publish(CustomerEdited(customer.pk, (FIELD_OF_KIND.get(Identity.Kind(kind), kind),)))
    return True


def resolving(customer: Customer, kind: str, value: str) -> Customer | None:
    """The customer whom a value names now."""
    found = (
        Identity.objects.filter(workspace_id=customer.workspace_id, kind=kind, value=value, resolves=True)
        .select_related("customer")
        .first()
    )
    return found.customer if found else None


def _hand_on(workspace_id: UUID, kind: str, value: str) -> None:
    others = Identity.objects.filter(
        workspace_id=workspace_id, kind=kind, value=value, resolves=False, customer__deleted_at=None
    )
    heir = others.order_by("id").values_list("pk", flat=True).first()
    if (
        heir is not None
        and not Identity.objects.filter(workspace_id=workspace_id, kind=kind, value=value, resolves=True).exists()
    ):
        Identity.objects.filter(pk=heir).update(resolves=True)


def _touch(customer: Customer, kind: str, acting_member: Viewer, at: datetime | None) -> None:
    """Claim the living customer and note where the contact point came from.

    :raises CustomerGone: when the customer was deleted meanwhile.
    """
    field = FIELD_OF_KIND.get(Identity.Kind(kind), str(kind))
    sources = with_sources([field], acting_member, at or timezone.now())
    if not Customer.objects.visible_to(acting_member).filter(pk=customer.pk).update(sources=sources):
        raise CustomerGone

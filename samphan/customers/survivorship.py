"""Which of several customers' values survives when they become one: by a rule for each field, or by hand.

A filled value always beats an empty one. Of equals the customer that stays has it, then the first of the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import definitions
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.settings import store
from samphan.customers.models import Customer, Identity

TOPIC = "merging"


class Rule(StrEnum):
    """How a value is chosen."""

    RECENT = "recent"
    COMPLETE = "complete"
    VERIFIED = "verified"
    LONGEST = "longest"
    KEPT = "kept"


RULES = {
    Rule.RECENT: _("The latest value"),
    Rule.COMPLETE: _("The most complete value"),
    Rule.VERIFIED: _("Of the customer with a verified phone or e-mail"),
    Rule.LONGEST: _("The longest value"),
    Rule.KEPT: _("Of the customer that stays"),
}

# What is decided together, by the name of the field that stands for it, with the columns that follow the decision.
GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("kind", "title", "first_name", "last_name", "name"),
    "name_en": ("name_en",),
    "nickname": ("nickname",),
    "gender": ("gender",),
    "birth_date": ("birth_date",),
    "tax_id": ("tax_id", "branch"),
    "grade": ("grade",),
    "stage": ("stage",),
    "owner": ("owner_id",),
    "source": ("source",),
    "language": ("language",),
    "note": ("note",),
}
FIRST = {
    "phone": Identity.Kind.PHONE,
    "email": Identity.Kind.EMAIL,
    "line_id": Identity.Kind.LINE,
}
"""Contact points all survive; of these the rule decides whose come first. `address` is one more."""

CHOSEN = (*GROUPS, *FIRST, "address")
DEFAULTS: dict[str, Rule] = {
    "name": Rule.COMPLETE, "birth_date": Rule.COMPLETE, "tax_id": Rule.VERIFIED, "owner": Rule.KEPT,
    "source": Rule.KEPT, "note": Rule.LONGEST, "phone": Rule.VERIFIED, "email": Rule.VERIFIED,
}  # fmt: skip


def default_rule(field: str) -> Rule:
    """The rule of a field that nobody set."""
    return DEFAULTS.get(field, Rule.RECENT)


def rules_of(workspace_id: UUID) -> dict[str, Rule]:
    """The rules that a company set, by field."""
    return {name: Rule(value) for name, value in store.read(workspace_id, TOPIC).items() if value}


def register() -> None:
    """Let a company set its rules."""
    store.declare(
        store.Topic(
            TOPIC, "customers.merging_changed", defaults=lambda _workspace: {},
            labels={}, shown=lambda _key, value: str(RULES[Rule(value)]) if value in RULES else "",
        )
    )  # fmt: skip


def own_fields(workspace_id: UUID) -> list[CustomField]:
    """The custom fields that have a value to choose: formulas follow, and files stay with the record they lie at."""
    live = definitions.live_fields("customers", workspace_id)
    return [one for one in live if one.kind not in (CustomField.Kind.FORMULA, CustomField.Kind.FILE)]


@dataclass(frozen=True)
class Candidate:
    """One customer's value of a field.

    :param weight: how complete the value is. :param at: ISO time at which it was set, "" for unknown.
    :param record: how many fields of its customer are filled.
    """

    customer_id: UUID
    value: Any
    weight: int = 0
    at: str = ""
    is_verified: bool = False
    record: int = 0


def survivor(candidates: Sequence[Candidate], rule: Rule) -> UUID:
    """Whose value survives; the first candidate is the customer that stays."""
    filled = [one for one in candidates if one.value not in (None, "", [], {})]
    if not filled:
        return candidates[0].customer_id
    ranks: Mapping[Rule, Callable[[Candidate], Any]] = {
        Rule.RECENT: lambda one: one.at,
        Rule.COMPLETE: lambda one: (one.weight, one.record),
        Rule.VERIFIED: lambda one: (one.is_verified, one.at),
        Rule.LONGEST: lambda one: len(str(one.value)),
        Rule.KEPT: lambda one: one.customer_id == candidates[0].customer_id,
    }
    rank = ranks[rule]
    return max(filled, key=rank).customer_id  # max() takes the first of equals


def candidates_of(
    field: str, customers: Sequence[Customer], contacts: Mapping[UUID, "Contacts"], own_name: str | None = None
) -> list[Candidate]:
    """The value that each customer has of a group, a contact point or a custom field: by its key, with its name."""
    found = []
    for one in customers:
        value, weight = _value(field, one, contacts[one.pk])
        is_verified = contacts[one.pk].verifies(FIRST.get(field))
        found.append(Candidate(one.pk, value, weight, _set_at(one, own_name or field), is_verified, _filled(one)))
    return found


@dataclass(frozen=True)
class Contacts:
    """What a customer can be reached by, in its order."""

    identities: Sequence[Identity]
    addresses: Sequence[Any]

    def first(self, kind: str) -> Identity | None:
        return next((one for one in self.identities if one.kind == kind), None)

    def verifies(self, kind: str | None) -> bool:
        """True when the first of a kind is verified; without a kind, when anything is."""
        if kind is None:
            return any(one.verified_at for one in self.identities)
        first = self.first(kind)
        return bool(first and first.verified_at)


def _value(field: str, customer: Customer, contacts: Contacts) -> tuple[Any, int]:
    if field in FIRST:
        first = contacts.first(FIRST[field])
        return (first.value if first else ""), 1
    if field == "address":
        return (contacts.addresses[0].pk if contacts.addresses else ""), 1
    if field not in GROUPS:
        return customer.custom.get(field), 1
    value = getattr(customer, "owner_id" if field == "owner" else field)
    if field == "name":
        return value, sum(bool(getattr(customer, column)) for column in GROUPS["name"])
    if field == "birth_date":
        return value, -str(value or "").count("X")
    return value, 1


def _set_at(customer: Customer, field: str) -> str:
    """When the value was set, as far as the record knows; times of one form sort as text."""
    said = customer.sources.get(field) or customer.sources.get("*") or ["", ""]
    return str(said[1]) if len(said) > 1 else ""


def _filled(customer: Customer) -> int:
    own = sum(1 for value in customer.custom.values() if value not in (None, "", []))
    return own + sum(bool(getattr(customer, columns[0])) for columns in GROUPS.values())

"""What two customers are to each other: noted, changed, ended, removed."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.customers import reading, relations
from samphan.customers.actions.refusals import CustomerGone
from samphan.customers.events import CustomerEdited
from samphan.customers.models import Customer, Relation
from samphan.customers.names import shown_name
from samphan.customers.reading import FieldProblem
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.events import publish
from samphan.platform.thai.dates import parse_date

RELATION_FIELDS = ("word", "other_word", "since_on", "until_on", "note")
"""What can be said of a relation besides its role, as forms name it."""

_FIELD = ("relations",)
_LABELS = {
    "word": _("Position or word"),
    "other_word": _("The other way round"),
    "since_on": _("Since"),
    "until_on": _("Until"),
    "note": _("Note"),
}


def add_relation(
    customer: Customer, other_id: UUID, role: str, values: Mapping[str, str], *, acting_member: Viewer
) -> tuple[UUID, Relation]:
    """Say what another customer is to this one. Publishes CustomerEdited for both; returns the changeset and the row.

    :param role: what the other one is, a code of `relations.ROLES`. :param values: RELATION_FIELDS as typed.
    :raises FieldProblem: with a sentence that says what does not fit. :raises CustomerGone: when one of them went.
    """
    chosen = relations.BY_CODE.get(role)
    if chosen is None:
        raise FieldProblem("not_a_choice", _("Choose what they are to each other"))
    if other_id == customer.pk:
        raise FieldProblem("same", _("A customer cannot be related to itself"))
    today = timezone.localdate()
    said = _read(chosen.kind, values, today)
    with changeset("customers.relation_added", member_id=acting_member.id) as act:
        mine, other = _claim(customer.pk, other_id, acting_member)
        _refuse_unfit(chosen, mine, other)
        first, second = (other, mine) if chosen.is_first else (mine, other)
        _refuse_twin(chosen.kind, first, second, said, today)
        added = Relation.objects.create(
            workspace_id=acting_member.workspace_id,
            created_in=current_changeset(),
            customer=first,
            other=second,
            kind=chosen.kind,
            **said,
        )
        _tell(added)
    return act, added


def change_relation(
    relation: Relation,
    values: Mapping[str, str],
    *,
    seen: Mapping[str, str],
    acting_member: Viewer,
    day: Callable[[date], str] = str,
) -> Relation:
    """Write those of RELATION_FIELDS that were changed; what somebody else changed meanwhile stays.

    :param values: as typed. :param seen: as `stored_values` gave them for the form. :param day: writes a date for the
        reader, in a refusal.
    :raises FieldProblem: with a sentence that says what does not fit.
    :raises EditedMeanwhile: when both changed the same field. :raises CustomerGone: when it, or an end of it, went.
    """
    with changeset("customers.relation_changed", member_id=acting_member.id):
        current = _standing_row(relation, acting_member)
        today = timezone.localdate()
        stored = stored_values(current)
        wanted = {name: values.get(name, "").strip() for name in RELATION_FIELDS}
        # What was not touched follows what stands now.
        wanted = {name: stored[name] if text == seen.get(name, "") else text for name, text in wanted.items()}
        said = _read(current.kind, wanted, today)
        changed = [name for name, value in said.items() if getattr(current, name) != value]
        for name in changed:
            if stored[name] != seen.get(name, ""):
                theirs = getattr(current, name)
                raise EditedMeanwhile(
                    _LABELS[name],
                    theirs=day(theirs) if isinstance(theirs, date) else stored[name],
                    yours=wanted[name],
                    current=stored[name],
                )
        if changed:
            for name in changed:
                setattr(current, name, said[name])
            current.save(update_fields=changed)
            _tell(current)
    return current


def end_relation(relation: Relation, *, acting_member: Viewer, on: date | None = None) -> UUID | None:
    """Say that a relation was true until a day, today for None; it stays in the past. Publishes CustomerEdited.

    :returns: the changeset, for undo; None when it had ended before.
    """
    on = on or timezone.localdate()
    with changeset("customers.relation_ended", member_id=acting_member.id) as act:
        current = _standing_row(relation, acting_member)
        if current.until_on is not None and current.until_on <= on:
            return None
        current.until_on = max(on, current.since_on or on)
        current.save(update_fields=["until_on"])
        _tell(current)
    return act


def remove_relation(relation: Relation, *, acting_member: Viewer) -> UUID | None:
    """Take back a relation that never was. Publishes CustomerEdited.

    :returns: the changeset, for undo; None when it was removed before.
    """
    with changeset("customers.relation_removed", member_id=acting_member.id) as act:
        gone, _by_model = Relation.objects.visible_to(acting_member).filter(pk=relation.pk).delete()
        if not gone:
            return None
        _tell(relation)
    return act


def stored_values(relation: Relation) -> dict[str, str]:
    """RELATION_FIELDS as a form carries them: dates as ISO, nothing as ""."""
    values = {name: getattr(relation, name) for name in RELATION_FIELDS}
    return {name: value.isoformat() if isinstance(value, date) else str(value or "") for name, value in values.items()}


def _read(kind: str, values: Mapping[str, str], today: date) -> dict[str, str | date | None]:
    word = reading.clean_text(values.get("word", ""), limit=Relation.MAX_WORD)
    if kind == Relation.Kind.OTHER and not word:
        raise FieldProblem("no_word", _("Say in a word what they are to each other"))
    since, until = (_day(values.get(name, ""), today) for name in ("since_on", "until_on"))
    if since and until and until < since:
        raise FieldProblem("backwards", _("It cannot end before it began"))
    is_own = kind == Relation.Kind.OTHER
    return {
        "word": word,
        "other_word": reading.clean_text(values.get("other_word", ""), limit=Relation.MAX_WORD) if is_own else "",
        "since_on": since,
        "until_on": until,
        "note": reading.clean_text(values.get("note", ""), limit=Relation.MAX_NOTE),
    }


def _day(text: str, today: date) -> date | None:
    return parse_date(text, day_first=True, today=today).date if text.strip() else None


def _claim(customer_id: UUID, other_id: UUID, acting_member: Viewer) -> tuple[Customer, Customer]:
    # In the order of their ids, so that two people who relate the same two from both pages wait and do not block.
    locked = Customer.objects.visible_to(acting_member).filter(pk__in=[customer_id, other_id])
    found = {one.pk: one for one in locked.order_by("pk").select_for_update()}
    if len(found) < 2:
        raise CustomerGone
    return found[customer_id], found[other_id]


def _standing_row(relation: Relation, acting_member: Viewer) -> Relation:
    _claim(relation.customer_id, relation.other_id, acting_member)
    current = Relation.objects.visible_to(acting_member).filter(pk=relation.pk).first()
    if current is None:
        raise CustomerGone(_("This relation was removed meanwhile."))
    return current


def _refuse_unfit(role: relations.Role, mine: Customer, other: Customer) -> None:
    for customer, kind in ((mine, role.whose), (other, role.who)):
        if kind and customer.kind != kind:
            sentence = (
                _("“%(role)s” is between people; %(name)s is an organisation")
                if kind == Customer.Kind.PERSON
                else _("“%(role)s” is said of organisations; %(name)s is a person")
            )
            raise FieldProblem("unfit", sentence, role=role.label, name=shown_name(customer))


def _refuse_twin(
    kind: str, first: Customer, second: Customer, said: Mapping[str, str | date | None], today: date
) -> None:
    between = Q(customer=first, other=second)
    if kind in Relation.SAME_BOTH_WAYS:
        between |= Q(customer=second, other=first)
    twins = Relation.objects.filter(between, workspace_id=first.workspace_id, kind=kind).standing(today)
    if kind == Relation.Kind.OTHER:
        twins = twins.filter(word=said["word"])
    if twins.exists():
        raise FieldProblem("twice", _("This relation is noted already"))


def _tell(relation: Relation) -> None:
    publish(*(CustomerEdited(end, _FIELD) for end in (relation.customer_id, relation.other_id)))

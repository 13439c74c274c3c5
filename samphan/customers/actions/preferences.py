"""What a customer likes, dislikes and asks for: noted, changed, withdrawn."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.customers import reading
from samphan.customers.actions.refusals import CustomerGone
from samphan.customers.events import CustomerEdited
from samphan.customers.models import Customer, Preference
from samphan.customers.reading import FieldProblem
from samphan.customers.search_documents import refresh_search
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.events import publish

MAX_STANDING = 100  # of one customer; more is not read by anybody who serves
_FIELD = ("preferences",)
_DISLIKES = ("ไม่", "งด", "แพ้", "ห้าม", "เกลียด", "no ", "not ", "without ", "dislikes ", "hates ", "allergic ")
_NEEDS = ("ขอ", "ต้อง", "อยากได้", "asks ", "needs ", "wants ", "please ")


def kind_of(text: str) -> Preference.Kind:
    """The kind that the words of a preference speak for: ไม่ใส่น้ำตาล is a dislike, ขอแก้วเซรามิก is asked for."""
    said = text.casefold()
    if said.startswith(_DISLIKES):
        return Preference.Kind.DISLIKE
    return Preference.Kind.NEED if said.startswith(_NEEDS) else Preference.Kind.LIKE


def add_preference(
    customer: Customer,
    text: str,
    *,
    acting_member: Viewer,
    kind: str = "",
    confidence: str = Preference.Confidence.SAID,
    source: str = "",
    at: datetime | None = None,
) -> tuple[UUID, Preference]:
    """Remember something about a customer. Publishes CustomerEdited; returns the changeset, for undo, and the row.

    :param kind: "" reads it from the words. :param source: where it was learnt, in words.
    :raises FieldProblem: without text, or when this customer's record says so already.
    :raises CustomerGone: when the customer was deleted meanwhile.
    """
    text = _text(text)
    said = {
        "kind": _choice(Preference.Kind, kind or kind_of(text)),
        "confidence": _choice(Preference.Confidence, confidence),
        "source": reading.clean_text(source, limit=200),
    }
    with changeset("customers.preference_added", member_id=acting_member.id) as act:
        _claim(customer.pk, acting_member)
        _refuse_twin(customer.pk, text, acting_member)
        if _standing(customer.pk, acting_member).count() >= MAX_STANDING:
            raise FieldProblem("too_many", _("%(limit)s preferences are the most; withdraw some first"), limit=100)
        added = Preference.objects.create(
            workspace_id=acting_member.workspace_id,
            customer_id=customer.pk,
            created_in=current_changeset(),
            text=text,
            noted_by_id=acting_member.id,
            noted_at=at or timezone.now(),
            **said,
        )
        refresh_search([customer.pk])
        publish(CustomerEdited(customer.pk, _FIELD))
    return act, added


def edit_preference(
    preference: Preference,
    *,
    text: str,
    kind: str,
    confidence: str,
    source: str,
    seen: str,
    acting_member: Viewer,
) -> Preference:
    """Say a preference differently, or how sure it is. Publishes CustomerEdited.

    :param seen: the text as it was shown.
    :raises FieldProblem: without text, or when another one says the same. :raises EditedMeanwhile: when the text is
        another one now. :raises CustomerGone: when it, or the customer, went meanwhile.
    """
    text = _text(text)
    values = {
        "text": text,
        "kind": _choice(Preference.Kind, kind),
        "confidence": _choice(Preference.Confidence, confidence),
        "source": reading.clean_text(source, limit=200),
    }
    with changeset("customers.preference_edited", member_id=acting_member.id):
        _claim(preference.customer_id, acting_member)
        current = _standing(preference.customer_id, acting_member).filter(pk=preference.pk).first()
        if current is None:
            raise CustomerGone(_("This preference was withdrawn meanwhile."))
        if current.text != text and seen != current.text:
            raise EditedMeanwhile(_("Preference"), theirs=current.text, yours=text, current=current.text)
        changed = [name for name, value in values.items() if getattr(current, name) != value]
        if not changed:
            return current
        if "text" in changed:
            _refuse_twin(current.customer_id, text, acting_member, but=current.pk)
        for name in changed:
            setattr(current, name, values[name])
        current.save(update_fields=changed)
        refresh_search([current.customer_id])
        publish(CustomerEdited(current.customer_id, _FIELD))
    return current


def withdraw_preference(preference: Preference, *, acting_member: Viewer, at: datetime | None = None) -> UUID | None:
    """Say that a preference is true no longer; it stays on the timeline. Publishes CustomerEdited.

    :returns: the changeset, for undo; None when it was withdrawn before.
    """
    with changeset("customers.preference_withdrawn", member_id=acting_member.id) as act:
        standing = _standing(preference.customer_id, acting_member).filter(pk=preference.pk)
        if not standing.update(withdrawn_at=at or timezone.now()):
            return None
        refresh_search([preference.customer_id])
        publish(CustomerEdited(preference.customer_id, _FIELD))
    return act


def _claim(customer_id: UUID, acting_member: Viewer) -> None:
    # The lock makes two people who note the same at once see each other.
    if not Customer.objects.visible_to(acting_member).select_for_update().filter(pk=customer_id).exists():
        raise CustomerGone


def _standing(customer_id: UUID, acting_member: Viewer) -> QuerySet[Preference]:
    return Preference.objects.filter(customer_id=customer_id).standing(acting_member)


def _text(text: str) -> str:
    text = reading.clean_text(text, limit=Preference.MAX_TEXT)
    if not text:
        raise FieldProblem("no_text", _("Write what to remember"))
    return text


def _choice(choices: type[TextChoices], value: str) -> str:
    if value not in choices.values:
        raise FieldProblem("not_a_choice", _("“%(value)s” is not one of the choices"), value=value[:60])
    return str(value)


def _refuse_twin(customer_id: UUID, text: str, acting_member: Viewer, *, but: UUID | None = None) -> None:
    said = _standing(customer_id, acting_member).values_list("pk", "text")
    if text.casefold() in {other.casefold() for pk, other in said if pk != but}:
        raise FieldProblem("twice", _("This is noted already: “%(text)s”"), text=text[:80])

"""Stages and grades of customers, as the company names them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member
from samphan.administration.settings import choices
from samphan.customers.actions.provenance import with_sources
from samphan.customers.events import CustomersChanged
from samphan.customers.models import Customer
from samphan.platform.catalogue import Choice
from samphan.platform.events import publish
from samphan.ui import tones


def register() -> None:
    """Let a company name its stages and grades."""
    stages = tuple(Choice(value, label, tones.STAGE_TONES[value]) for value, label in Customer.Stage.choices)
    grades = tuple(Choice(value, label) for value, label in Customer.Grade.choices)
    choices.register(
        choices.ChoiceSet(
            "customer_stage",
            _("Stages of customers"),
            stages,
            "customers",
            "stage",
            _writer("stage"),
            _counter("stage"),
        )
    )
    choices.register(
        choices.ChoiceSet(
            "customer_grade", _("Grades"), grades, "customers", "grade", _writer("grade"), _counter("grade"),
            has_tones=False, has_letters=True,
        )
    )  # fmt: skip
    for kind in ("stage", "grade"):
        tones.use_choices(kind, _known(f"customer_{kind}"))


def _known(name: str) -> Callable[[str], tuple[str, str] | None]:
    made = choices.choices(name)
    return lambda code: next(((str(one.label), one.tone) for one in made() if one.value == code), None)


def _writer(field: str) -> Callable[[Member, str, str], None]:
    def write(acting_member: Member, key: str, into: str) -> None:
        # Deleted ones too: they come back within thirty days.
        rows: Any = Customer.objects.filter(workspace_id=acting_member.workspace_id, **{field: key})
        if rows.update(**{field: into}, sources=with_sources([field], acting_member, timezone.now())):
            publish(CustomersChanged((), (field,)))

    return write


def _counter(field: str) -> Callable[[Member, Iterable[str], int], dict[str, int]]:
    def count(viewer: Member, keys: Iterable[str], most: int) -> dict[str, int]:
        rows = Customer.objects.visible_to(viewer)
        return {key: rows.filter(**{field: key})[: most + 1].count() for key in keys}

    return count

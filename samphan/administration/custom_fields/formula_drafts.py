"""Formulas as administrators type them: checked, stored by the names of fields, and tried on a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.administration.custom_fields import definitions, formulas, values
from samphan.administration.custom_fields.formulas import Formulas
from samphan.administration.custom_fields.hosts import Host
from samphan.platform import formulas as language
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Entity, Privacy
from samphan.platform.errors import DomainError
from samphan.platform.formulas import FormulaProblem, Node

if TYPE_CHECKING:
    from samphan.administration.custom_fields.models import CustomField

MOST_PLACES = 6


class Circle(DomainError):
    """A formula that would read itself."""

    message = gettext_lazy("The formula goes in a circle: %(way)s.")


@dataclass(frozen=True)
class Checked:
    """A formula that can be used. `text` is as it is stored."""

    text: str
    tree: Node
    needs: frozenset[Privacy]


def checked(made: CustomField, known: Formulas, typed: str, decimals: int, seen: Entity) -> Checked:
    """The formula that somebody typed.

    :param seen: the entity as they know it: what they may not read they cannot reckon with.
    :raises FormulaProblem: when it cannot be used. :raises Circle: when it reads itself, maybe through others.
    """
    typed = " ".join(typed.replace("\x00", "").split())
    readable = {name: operand for name, operand in known.operands.items() if seen.has_field(name)}
    typed_tree = language.read(typed, readable)
    text = language.canonical(typed, typed_tree)
    for operand in language.operands_of(typed_tree):
        way = known.reads(operand.name, made.name) if made.name else []
        if way:
            names = [str(values.label_of(known.custom[name])) for name in (made.name, *way)]
            raise Circle(way=" → ".join(names))
    try:
        tree = language.read(text, known.stored)
        _sql, needs, _reads = known.written(tree, decimals, text)
    except FormulaProblem as problem:
        if len(text) > language.MOST_LETTERS >= len(typed):
            # Names may be longer than the labels that were typed.
            raise FormulaProblem(_("The formula is too long."), typed, len(typed)) from problem
        raise
    return Checked(text, tree, needs)


def rules(
    made: CustomField, host: Host, given: Mapping[str, Any], problems: dict[str, Any], viewer: Viewer, gave: Any
) -> dict[str, Any]:
    """The rules of a formula field: its text, what it gives, its decimals; what is wrong stands in `problems`.

    :param gave: the type that it gave before; None for a new one.
    """
    decimals = formulas.PLACES
    typed = str(given.get("places") if given.get("places") is not None else "").strip()
    if typed:
        if typed.isascii() and typed.isdigit() and int(typed) <= MOST_PLACES:
            decimals = int(typed)
        else:
            problems["places"] = _("A whole number from %(least)s to %(most)s") % {"least": 0, "most": MOST_PLACES}
    known = definitions.formulas_of(host.entity_name, made.workspace_id)
    try:
        found = checked(made, known, str(given.get("formula") or ""), decimals, host.entity.seen_by(viewer))
    except DomainError as problem:
        problems["formula"] = problem
        return {}
    kind = str(found.tree.type)
    if gave and gave != kind:
        # Lists, filters and saved views ask a field by its type.
        problems["formula"] = _("The formula gives another kind of value than before; add a new field for it.")
    may_have = formulas.allowed(found.needs)
    if made.privacy not in {str(one) for one in may_have} and "privacy" not in problems:
        from samphan.administration.custom_fields.models import CustomField

        labels = " / ".join(str(CustomField.Class(one).label) for one in may_have)
        problems["privacy"] = _("The formula reads what not everybody may read; choose %(classes)s.") % {
            "classes": labels
        }
    return {"formula": found.text, "gives": kind, "places": decimals}


def trial(host: Host, typed: str, decimals: int, viewer: Viewer, made: CustomField) -> tuple[str, Any, Node] | None:
    """A record, what the formula gives for it, and the formula; None where there is no record to try it on.

    :raises DomainError: when the formula cannot be used.
    """
    known = definitions.formulas_of(host.entity_name, viewer.workspace_id)
    found = checked(made, known, typed, decimals, host.entity.seen_by(viewer))
    record = host.rows(viewer).order_by("-pk").first()
    return None if record is None else (str(record), known.value_of(found.tree, record, decimals), found.tree)

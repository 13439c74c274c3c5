"""Formula fields: what they read, their SQL in the catalogue, and their value of one record.

A formula is stored with the names of its fields and is compiled once for each version of a workspace's fields. Whoever may
not read everything that it reads has no such field: its value would tell what is kept from them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import sql
from samphan.administration.custom_fields.definitions import say
from samphan.platform import catalogue, formulas
from samphan.platform.catalogue import Entity, Field, Privacy, Sort, Type
from samphan.platform.formulas import FormulaProblem, Operand
from samphan.platform.formulas.reading import READS
from samphan.platform.formulas.tree import Node, Value

if TYPE_CHECKING:
    from samphan.administration.custom_fields.models import CustomField

LANGUAGES = ("th", "en")
PLACES = 2  # decimals of what a formula gives, unless it says otherwise
_COLUMN = re.compile(r"[a-z_0-9]+\.([a-z_0-9]+)")
_NULLS = {Type.TEXT: "text", Type.DATE: "date", Type.BOOLEAN: "boolean"}


@dataclass(frozen=True)
class Source:
    """A field that formulas may read: how, of whom it is kept, and its value in a record."""

    operand: Operand
    needs: frozenset[Privacy]
    value: Callable[[Any, date], Value]
    formula: str = ""  # name of the formula field that it is


@dataclass(frozen=True)
class Compiled:
    """A formula ready for use. `reads`: names of the fields in it. `problem`: why it gives nothing; None for none."""

    tree: Node | None
    sql: str
    needs: frozenset[Privacy]
    reads: frozenset[str]
    problem: FormulaProblem | None = None


class Formulas:
    """What formulas of one entity read and give, in one version of a workspace's fields."""

    def __init__(self, entity: Entity, further: Iterable[Field], fields: Iterable[CustomField], zone: str) -> None:
        self.table = entity.table
        self.zone = zone
        self.custom = {field.name: field for field in fields}
        self._compiled: dict[str, Compiled] = {}
        self._open: list[str] = []  # formulas being compiled, each read by the one before it
        self.sources: dict[str, Source] = {}
        for own in (*entity.fields, *further):
            self._add_own(own)
        for field in self.custom.values():
            if field.kind != "formula" and Type(field.kind) in READS:
                self._add_custom(field)
        for field in self.custom.values():
            if field.kind == "formula":
                self._add_formula(field)

    @property
    def operands(self) -> dict[str, Operand]:
        """What a formula that is being typed may read, by name."""
        return {name: source.operand for name, source in self.sources.items()}

    @property
    def stored(self) -> Mapping[str, Operand]:
        """What a formula that was stored may read: by name alone, and those formulas alone are compiled that it reads."""
        return _Stored(self.sources)

    def today(self) -> date:
        """The day in the workspace."""
        return timezone.now().astimezone(ZoneInfo(self.zone)).date()

    # What can be read

    def _add_own(self, own: Field) -> None:
        column = _COLUMN.fullmatch(own.sql)
        kind = Type.DATE if own.type is Type.DATETIME else own.type
        # A formula reads the row alone: what stands in child rows would cost a look for each record.
        if column is None or own.many or kind not in READS:
            return
        zone, name = ZoneInfo(self.zone), column[1]
        expression = own.sql
        if own.type is Type.DATETIME:
            expression = f"({own.sql} AT TIME ZONE {formulas.literal(self.zone)})::date"

        def value(record: Any, today: date) -> Value:
            held = getattr(record, name)
            return formulas.clean(kind, held.astimezone(zone).date() if isinstance(held, datetime) else held)

        operand = Operand(
            own.name,
            own.label,
            kind,
            formulas.clean_sql(kind, expression),
            _called(own.label),
            own.choice_named if own.get_choices() else None,
            own.choice_label,
        )
        self.sources[own.name] = Source(operand, frozenset({own.privacy}), value)

    def _add_custom(self, field: CustomField) -> None:
        kind, key = Type(field.kind), field.key
        choices = sql.choices_of(field)
        stored = {one["value"] for one in field.choices}
        meant = {
            text.casefold(): one["value"] for one in field.choices for text in (one.get("th"), one.get("en")) if text
        }
        operand = Operand(
            field.name,
            say(field.label_th, field.label_en),
            kind,
            formulas.clean_sql(kind, sql.expressions(kind, self.table, key)["sql"]),
            _called(field.label_th, field.label_en),
            (lambda text: text if text in stored else meant.get(text.casefold())) if choices else None,
            lambda value: next((str(one.label) for one in choices if one.value == value), value),
        )
        self.sources[field.name] = Source(
            operand,
            frozenset({Privacy(field.privacy)}),
            lambda record, today: formulas.clean(kind, record.custom.get(key)),
        )

    def _add_formula(self, field: CustomField) -> None:
        """A formula as a part of another one; it is compiled when one reads it."""
        name = field.name
        called = _called(field.label_th, field.label_en)
        operand = _Formula(name, say(field.label_th, field.label_en), gives(field), "", called, owner=self)
        self.sources[name] = Source(
            operand, frozenset({Privacy(field.privacy)}), lambda record, today: self.value(name, record, today), name
        )

    # What it gives

    def compiled(self, name: str) -> Compiled:
        """A formula field, compiled; one that cannot be used any more gives nothing."""
        if name in self._open:
            problem = FormulaProblem(_("The formula goes in a circle."), str(self.custom[name].rule("formula")), 0)
            return Compiled(None, "NULL", frozenset(Privacy), frozenset(), problem)
        if name not in self._compiled:
            self._compiled[name] = self._compile(name)
        return self._compiled[name]

    def _compile(self, name: str) -> Compiled:
        field = self.custom[name]
        kind, text = gives(field), str(field.rule("formula") or "")
        nothing = f"NULL::{_NULLS.get(kind, 'numeric')}"
        own = Privacy(field.privacy)
        self._open.append(name)
        try:
            tree = formulas.read(text, self.stored)
            expression, needs, reads = self.written(tree, places(field), text)
        except FormulaProblem as problem:
            return Compiled(None, nothing, frozenset({own}), frozenset(), problem)
        finally:
            self._open.remove(name)
        return Compiled(tree, expression, needs | {own}, reads)

    def written(self, tree: Node, decimals: int, text: str) -> tuple[str, frozenset[Privacy], frozenset[str]]:
        """The SQL of a formula, the classes that its reader must be able to read, and the fields in it.

        :raises FormulaProblem: when the formulas that it reads make it too long.
        """
        reads = frozenset(operand.name for operand in formulas.operands_of(tree))
        needs: set[Privacy] = set()
        for name in reads:
            source = self.sources[name]
            if source.formula:
                below = self.compiled(source.formula)
                if below.problem is not None:
                    raise FormulaProblem(
                        _("The formula of “%(name)s” cannot be used."), text, 0, name=str(source.operand.label)
                    )
                needs |= below.needs
            needs |= source.needs
        expression = formulas.emit(tree, zone=self.zone, places=decimals)
        if len(expression) > formulas.MOST_SQL:
            raise FormulaProblem(_("The formula becomes too long with those that it reads."), text, 0)
        return expression, frozenset(needs), reads

    def value(self, name: str, record: Any, today: date | None = None) -> Value:
        """What a formula field gives for one record; None is nothing."""
        compiled = self.compiled(name)
        if compiled.tree is None:
            return None
        return self.value_of(compiled.tree, record, places(self.custom[name]), today)

    def value_of(self, tree: Node, record: Any, decimals: int, today: date | None = None) -> Value:
        """What a formula gives for one record."""
        day = today or self.today()
        return formulas.reckon(tree, lambda name: self.sources[name].value(record, day), today=day, places=decimals)

    def readable(self, field: CustomField) -> str:
        """A formula as its reader writes it; as it is stored where it cannot be used."""
        text = str(field.rule("formula") or "")
        tree = self.compiled(field.name).tree if field.name in self.custom else None
        return formulas.readable(text, tree) if tree is not None else text

    def reads(self, name: str, wanted: str) -> list[str]:
        """The way from a formula to a field that it reads, itself or through others; empty where it does not."""
        if name == wanted:
            return [name]
        if name not in self.custom or self.custom[name].kind != "formula":
            return []
        for below in sorted(self.compiled(name).reads):
            if way := self.reads(below, wanted):
                return [name, *way]
        return []

    def readers(self, name: str) -> list[CustomField]:
        """The formula fields that read a field themselves."""
        return [
            field
            for field in self.custom.values()
            if field.kind == "formula" and field.name != name and name in self.compiled(field.name).reads
        ]


class _Stored(Mapping[str, Operand]):
    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources

    def __getitem__(self, name: str) -> Operand:
        return self.sources[name].operand.stored()

    def __iter__(self) -> Iterator[str]:
        return iter(())  # nothing is looked for by its label, which may have changed since

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True)
class _Formula(Operand):
    """A formula that another one reads: its SQL is asked for when it is needed, because it may read further ones."""

    owner: Formulas | None = None

    def stored(self) -> Operand:
        """This field with its SQL."""
        below = self.owner.compiled(self.name) if self.owner else None
        return Operand(self.name, self.label, self.type, below.sql if below else "NULL", self.called)


def gives(field: CustomField) -> Type:
    """The type of what a formula field gives."""
    return Type(field.rule("gives") or Type.NUMBER)


def places(field: CustomField) -> int:
    """The decimals of what it gives."""
    found = field.rule("places")
    return PLACES if found is None else int(found)


def catalogue_field(field: CustomField, known: Formulas) -> Field:
    """A formula field in the catalogue: read only, and only by those who may read all that it reads."""
    compiled = known.compiled(field.name)
    kind = gives(field)
    sorts = {
        Type.NUMBER: Sort(compiled.sql, "numeric", True, "'-Infinity'::numeric"),
        Type.MONEY: Sort(compiled.sql, "numeric", True, "'-Infinity'::numeric"),
        Type.DATE: Sort(compiled.sql, "date", True, "'-infinity'::date"),
        Type.TEXT: Sort(sql.thai_key(compiled.sql), "text", False, "''"),
    }
    return Field(
        field.name,
        say(field.label_th, field.label_en),
        kind,
        Privacy(field.privacy),
        compiled.sql,
        needs=compiled.needs,
        sort=sorts.get(kind),
        group=sql.group_of(field),
        width=sql.width_of(kind),
    )


def _called(*labels: Any) -> tuple[str, ...]:
    """The words for a field in every language, as they are compared."""
    found: dict[str, None] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for label in labels:
                if text := " ".join(str(label).casefold().split()):
                    found[text] = None
    return tuple(found)


def strictest(needs: Iterable[Privacy]) -> list[Privacy]:
    """The classes that a formula over such fields may have: one of theirs that is more than public and business."""
    found = set(needs)
    for open_class in (Privacy.PUBLIC, Privacy.BUSINESS):
        if len(found) > 1:
            found.discard(open_class)
    return [privacy for privacy in Privacy if privacy in found]


def allowed(needs: Iterable[Privacy]) -> list[Privacy]:
    """The privacy classes that a formula over such fields may be given."""
    order = list(Privacy)
    top = strictest(needs)
    if not top:
        return order
    if top == [Privacy.PUBLIC]:
        return order
    return order[1:] if top == [Privacy.BUSINESS] else top


def known_for(entity_name: str, fields: Iterable[CustomField], zone: str, workspace_id: Any) -> Formulas:
    """The formulas of an entity among these fields."""
    entity = catalogue.entity(entity_name)
    further = entity.provider(workspace_id) if entity.provider else ()
    return Formulas(entity, further, fields, zone)

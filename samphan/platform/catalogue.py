"""The field catalogue: every entity declares its fields once; lists, filters, import, export and masks read it.

A domain describes its entity in a module of its own and registers it in `AppConfig.ready()`::

    CUSTOMER = Entity(
        name="customers", label=_("customer"), label_plural=_("customers"), model_label="customers.Customer",
        table="customers_customer", url="/customers/", default_sort=(("last_order_at", True),),
        fields=(
            Field("nickname", _("Nickname"), Type.TEXT, Privacy.PERSONAL, "customers_customer.nickname"),
            Field("phone", _("Phone"), Type.PHONE, Privacy.CONTACT, PHONES_AS_ARRAY, value_sql="i.value",
                  many="EXISTS (SELECT 1 FROM customers_identity i WHERE i.customer_id = customers_customer.id"
                       " AND i.workspace_id = customers_customer.workspace_id AND i.kind = 'phone' AND {test})"),
        ),
    )
    catalogue.register(CUSTOMER)

SQL in a field is written by programmers, never by users. It runs in statements with parameters, so a literal
percent sign is written twice. Columns carry the name of the entity's table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, Protocol
from uuid import UUID

from django.utils.functional import Promise

from samphan.platform.registries import Registry

Label = str | Promise
"""A label: a plain string or a lazy translation."""


class Type(StrEnum):
    """What a field holds; decides operators, alignment and how values are read and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"  # THB unless the entity says otherwise
    DATE = "date"
    PARTIAL_DATE = "partial_date"  # with unknown parts, as `platform.thai.partial_dates` stores it: a birth date
    DATETIME = "datetime"  # conditions speak of whole days in the workspace zone
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"  # tags and other sets
    BOOLEAN = "boolean"
    MEMBER = "member"
    RELATION = "relation"  # another record; `Field.target` says of which entity
    FILE = "file"  # one or more files, each as `id/bytes/name`
    PHONE = "phone"
    EMAIL = "email"
    IDENTIFIER = "identifier"

    @property
    def is_textual(self) -> bool:
        return self in _TEXTUAL

    @property
    def may_be_empty(self) -> bool:
        """Whether the empty text stands for nothing."""
        return self in _TEXTUAL or self is Type.CHOICE

    @property
    def is_numeric(self) -> bool:
        return self in (Type.NUMBER, Type.MONEY)

    @property
    def is_temporal(self) -> bool:
        return self in (Type.DATE, Type.PARTIAL_DATE, Type.DATETIME)


_TEXTUAL = frozenset({Type.TEXT, Type.LONG_TEXT, Type.PHONE, Type.EMAIL, Type.IDENTIFIER})


class Privacy(StrEnum):
    """Privacy class of a field; a role may or may not read each of them."""

    PUBLIC = "public"
    BUSINESS = "business"
    CONTACT = "contact"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    FINANCIAL = "financial"


class Operator(StrEnum):
    """What a comparison may ask. Meaning of each: docs/conditions.md."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    IS_ANY_OF = "is_any_of"
    IS_NONE_OF = "is_none_of"
    IS_KNOWN = "is_known"
    IS_UNKNOWN = "is_unknown"
    GREATER = "greater"
    LESS = "less"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    ON = "on"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_LAST = "within_last"
    MORE_THAN_DAYS_AGO = "more_than_days_ago"
    WITHIN_NEXT = "within_next"
    MONTH_IS = "month_is"
    COMES_ROUND_WITHIN = "comes_round_within"
    HAS_ANY_TAG = "has_any_tag"
    HAS_ALL_TAGS = "has_all_tags"
    HAS_NO_TAG = "has_no_tag"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"


_KNOWN = (Operator.IS_KNOWN, Operator.IS_UNKNOWN)
_WORDS = (
    Operator.CONTAINS,
    Operator.IS,
    Operator.IS_NOT,
    Operator.NOT_CONTAINS,
    Operator.STARTS_WITH,
    Operator.IS_ANY_OF,
    Operator.IS_NONE_OF,
    *_KNOWN,
)
_AMOUNTS = (
    Operator.AT_LEAST,
    Operator.AT_MOST,
    Operator.GREATER,
    Operator.LESS,
    Operator.BETWEEN,
    Operator.IS,
    Operator.IS_NOT,
    *_KNOWN,
)
_DAYS = (
    Operator.WITHIN_LAST,
    Operator.MORE_THAN_DAYS_AGO,
    Operator.WITHIN_NEXT,
    Operator.ON,
    Operator.BEFORE,
    Operator.AFTER,
    Operator.BETWEEN,
    Operator.MONTH_IS,
    *_KNOWN,
)
_PARTIAL_DAYS = (
    Operator.COMES_ROUND_WITHIN,
    Operator.MONTH_IS,
    Operator.ON,
    Operator.BETWEEN,
    Operator.BEFORE,
    Operator.AFTER,
    *_KNOWN,
)
_PICKS = (Operator.IS, Operator.IS_NOT, Operator.IS_ANY_OF, Operator.IS_NONE_OF, *_KNOWN)

OPERATORS: dict[Type, tuple[Operator, ...]] = {
    Type.TEXT: _WORDS,
    Type.LONG_TEXT: _WORDS,
    Type.PHONE: _WORDS,
    Type.EMAIL: _WORDS,
    Type.IDENTIFIER: _WORDS,
    Type.NUMBER: _AMOUNTS,
    Type.MONEY: _AMOUNTS,
    Type.DATE: _DAYS,
    Type.DATETIME: _DAYS,
    Type.PARTIAL_DATE: _PARTIAL_DAYS,
    Type.CHOICE: _PICKS,
    Type.MEMBER: _PICKS,
    Type.MULTI_CHOICE: (Operator.HAS_ANY_TAG, Operator.HAS_ALL_TAGS, Operator.HAS_NO_TAG, *_KNOWN),
    Type.RELATION: (Operator.IS, Operator.IS_NOT, *_KNOWN),
    Type.BOOLEAN: (Operator.IS_TRUE, Operator.IS_FALSE, *_KNOWN),
    Type.FILE: _KNOWN,
}
"""Operators of a type, the likeliest first: a filter menu opens on the first."""


class Reader(Protocol):
    """The part of `platform.access.Viewer` that the catalogue asks."""

    @property
    def workspace_id(self) -> UUID: ...

    def may_read(self, privacy: str) -> bool: ...

    def may_read_masked(self, privacy: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice: what is stored, what is shown, and the tone of its badge, a name of a design token.

    `is_offered`: whether it may still be chosen; one that is not is shown where records hold it.
    """

    value: str
    label: Label
    tone: str = "slate"
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class Sort:
    """How rows are ordered by a field.

    `expression` is never null, so that keyset paging needs no special case, and is what the index
    `(workspace_id, expression, id)`, all ascending, holds; descending reads the same index backwards.

    :param sql: row expression; with `nothing` it may be null.
    :param cast: PostgreSQL type of the expression: its value travels in the cursor as text and is cast back.
    :param descending: direction at the first click.
    :param nothing: SQL literal below every value, such as `'-infinity'::timestamptz` or `''`, that stands for null;
        None if `sql` is never null.

    Not COALESCE: PostgreSQL takes every COALESCE for leaky, so that under row-level security the index would find only
    the workspace and each page would read all rows before it. GREATEST skips nulls and is as tight as its comparison.
    """

    sql: str
    cast: str = "text"
    descending: bool = False
    nothing: str | None = None

    @property
    def expression(self) -> str:
        return self.sql if self.nothing is None else f"GREATEST({self.sql}, {self.nothing})"


@dataclass(frozen=True)
class Field:
    """One field of an entity. The privacy class is mandatory: a field without one cannot be made.

    :param name: stable name in conditions, addresses, exports and the API.
    :param sql: row expression over the entity's table that lists and exports read. For a many-valued field it is
        what a list shows, for instance an ARRAY subselect.
    :param many: for a field kept in child rows, `EXISTS (SELECT 1 FROM ... AND {test})`; conditions put their test of
        `value_sql`, the value inside that subselect, in its one `{test}`.
    :param compared_sql: what conditions compare where that is another expression than lists show; with `cast="text"` a date
        or a member is compared as the text that is stored.
    :param json_sql: for a set kept as an array of JSON in the row itself: that array. Conditions ask what it contains, which an
        index over it serves.
    :param folded_sql: expression that text operators compare, in lower case. Default `lower(...)` of the value; give it
        where the column is stored in lower case or an index holds another expression with the same result.
    :param columns_sql: the value in the warehouse, where the tables have the same names and columns, if `sql` is more than a
        column of the entity's table. A field that has neither can be no part of a segment.
    :param columns_many: for a field kept in child rows, `table.id IN (SELECT owner FROM ... WHERE i.workspace_id =
        {workspace} AND ... AND {test})`: the warehouse asks no row by row.
    :param cast: PostgreSQL type of one stored value where parameters need it: `uuid` for members, `text` for tags by
        default, none otherwise.
    :param normalise: brings a condition's value into the stored form (a phone number into E.164, say); raises
        ValueError when it cannot.
    :param choices: values of CHOICE and MULTI_CHOICE; a callable where they live in the database. Empty: any value.
    :param needs: of a field reckoned from others, their privacy classes: who may not read each of them has no such field.
    :param is_covered: set by `Entity.seen_by` for a viewer who sees the field with most of its value covered.
    :param target: of a relation, the entity whose records it names.
    :param group: heading under which field menus show it.
    :param width: column width in pixels; None: by content.
    :param synonyms: other headings that mean this field in an imported file, Thai and English.
    """

    name: str
    label: Label
    type: Type
    privacy: Privacy
    sql: str
    value_sql: str | None = None
    many: str | None = None
    compared_sql: str | None = None
    json_sql: str | None = None
    folded_sql: str | None = None
    columns_sql: str | None = None
    columns_many: str | None = None
    cast: str | None = None
    sort: Sort | None = None
    choices: tuple[Choice, ...] | Callable[[], Iterable[Choice]] = ()
    normalise: Callable[[str], str] | None = None
    operators: tuple[Operator, ...] = ()
    is_list_default: bool = False
    is_editable: bool = False
    is_importable: bool = False
    is_filterable: bool = True
    needs: frozenset[Privacy] = frozenset()
    target: str = ""
    is_covered: bool = False
    group: Label = ""
    width: int | None = None
    align: Literal["start", "end", "center", ""] = ""
    synonyms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", self.name):
            raise ValueError(f"field name {self.name!r} is not lower_snake_case")
        if not isinstance(self.privacy, Privacy):
            raise ValueError(f"field {self.name!r} needs a privacy class")
        if (self.many is None) != (self.value_sql is None):
            raise ValueError(f"field {self.name!r} needs both `many` and `value_sql`, or neither")
        if self.many is not None and self.many.count("{test}") != 1:
            raise ValueError(f"field {self.name!r}: `many` holds {{test}} exactly once")
        if self.columns_many is not None and self.columns_many.count("{test}") != 1:
            raise ValueError(f"field {self.name!r}: `columns_many` holds {{test}} exactly once")
        wrong = [operator for operator in self.operators if operator not in OPERATORS[self.type]]
        if wrong:
            raise ValueError(f"field {self.name!r} of type {self.type} has no operator {wrong[0]}")
        if not self.operators:
            object.__setattr__(self, "operators", OPERATORS[self.type])
        if not self.align:
            object.__setattr__(self, "align", "end" if self.type.is_numeric else "start")
        if self.cast is None and self.type in (Type.MEMBER, Type.MULTI_CHOICE):
            object.__setattr__(self, "cast", "uuid" if self.type is Type.MEMBER else "text")

    @property
    def is_sortable(self) -> bool:
        return self.sort is not None

    @property
    def test_sql(self) -> str:
        """The value that conditions test: inside the child rows for a many-valued field."""
        return self.value_sql or self.compared_sql or self.sql

    @property
    def test_folded_sql(self) -> str:
        """The lower-case value that text operators compare."""
        return self.folded_sql or f"lower({self.test_sql})"

    @property
    def columns_test_sql(self) -> str | None:
        """The value that conditions test in the warehouse; None where they cannot."""
        if self.columns_sql is not None:
            return self.columns_sql
        if self.many is not None:
            return self.value_sql if self.columns_many is not None else None
        is_plain = self.compared_sql is None and re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", self.sql)
        return self.sql if is_plain else None

    def get_choices(self) -> tuple[Choice, ...]:
        """The choices of now; asks the database where they live there."""
        return tuple(self.choices()) if callable(self.choices) else self.choices

    def get_offered(self) -> tuple[Choice, ...]:
        """The choices that may be chosen now."""
        return tuple(choice for choice in self.get_choices() if choice.is_offered)

    def choice_label(self, value: str) -> str:
        """The label of a stored value; the value itself when the choice is no longer offered."""
        return next((str(choice.label) for choice in self.get_choices() if choice.value == value), value)

    def choice_named(self, text: str) -> str | None:
        """The stored value that people mean by a text: the value itself or its label, in any case; None for none."""
        wanted = text.casefold()
        return next(
            (one.value for one in self.get_choices() if wanted in (one.value.casefold(), str(one.label).casefold())),
            None,
        )


@dataclass(frozen=True)
class Entity:
    """A kind of record that has lists, filters, import and export.

    :param label: singular, `label_plural`: heading of its list.
    :param label_count: sentence with `%(count)s`, such as "%(count)s customers"; Thai needs its classifier
        ("ลูกค้า %(count)s ราย").
    :param model_label: `app_label.Model`.
    :param table: its table, the prefix of every column in its fields' SQL.
    :param default_sort: pairs of field name and "descending", the order of a list that nobody sorted.
    :param url: path of its list.
    :param search: narrows a queryset to the records that hold a text; None where it cannot be searched.
    :param provider: further fields of a workspace, by workspace id.
    :param workspace_id: the workspace whose further fields are joined already; None before.
    :param living_sql: which rows of the table are records at all: those that are not deleted.
    :param covered: fields that the viewer of `seen_by` sees with most of the value covered, by place among all: columns to look
        at, which nobody searches, filters, sorts, groups, edits or exports by.
    """

    name: str
    label: Label
    label_plural: Label
    model_label: str
    table: str
    fields: tuple[Field, ...]
    default_sort: tuple[tuple[str, bool], ...] = ()
    url: str = ""
    label_count: Label = ""
    search: Callable[[Any, str], Any] | None = None
    provider: Callable[[UUID], Iterable[Field]] | None = None
    workspace_id: UUID | None = None
    living_sql: str = ""
    covered: tuple[tuple[int, Field], ...] = ()

    def __post_init__(self) -> None:
        if len(self._by_name) < len(self.fields):
            names = [field.name for field in self.fields]
            twice = sorted(name for name in self._by_name if names.count(name) > 1)
            raise ValueError(f"entity {self.name!r} declares {twice[0]!r} twice")

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @property
    def id_sql(self) -> str:
        """The id, last key of every order."""
        return f"{self.table}.id"

    def field(self, name: str) -> Field:
        """The field of that name; raise KeyError when there is none."""
        return self._by_name[name]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the fields."""
        return frozenset(self._by_name)

    def has_field(self, name: str) -> bool:
        return name in self._by_name

    @property
    def columns(self) -> tuple[Field, ...]:
        """What a list can show: the fields, and among them those that are covered for this viewer."""
        found = list(self.fields)
        for place, field in self.covered:
            found.insert(place, field)
        return tuple(found)

    def column(self, name: str) -> Field:
        """The field of that name, covered or not; raise KeyError when there is none."""
        known = self._by_name.get(name)
        return known or next((field for _place, field in self.covered if field.name == name), None) or self.field(name)

    def has_column(self, name: str) -> bool:
        return name in self._by_name or any(field.name == name for _place, field in self.covered)

    def in_workspace(self, workspace_id: UUID) -> Entity:
        """This entity with the workspace's further fields."""
        if self.workspace_id is not None:
            return self
        further = (*_FROM_ABOVE.get(self.name, ()), *(self.provider(workspace_id) if self.provider else ()))
        custom = _custom(self.name, workspace_id) if _custom else ()
        # The last one joined is kept: pages ask several times, and 500 fields take a while to join.
        kept: tuple[Any, Any, Entity] | None = self.__dict__.get("_joined")
        if kept is None or kept[0] != (workspace_id, further) or kept[1] is not custom:
            whole = replace(self, fields=(*self.fields, *further, *custom), provider=None, workspace_id=workspace_id)
            kept = self.__dict__["_joined"] = ((workspace_id, further), custom, whole)
        return kept[2]

    def fields_for(self, viewer: Reader) -> tuple[Field, ...]:
        """The fields that `viewer` may read, in order; those of another privacy class do not exist for them."""
        return self.seen_by(viewer).fields

    def seen_by(self, viewer: Reader) -> Entity:
        """This entity as `viewer` knows it: further fields joined, unreadable ones gone, covered ones apart."""
        whole = self.in_workspace(viewer.workspace_id)
        sight = tuple((viewer.may_read(privacy), viewer.may_read_masked(privacy)) for privacy in Privacy)
        # Kept for each way of seeing: a page asks several times, and 500 fields take a while to look through.
        kept: dict[tuple[tuple[bool, bool], ...], Entity] = whole.__dict__.setdefault("_seen", {})
        if sight not in kept:
            readable = {privacy for privacy, (clear, _masked) in zip(Privacy, sight, strict=True) if clear}
            masked = {privacy for privacy, (clear, masked) in zip(Privacy, sight, strict=True) if masked and not clear}
            kept[sight] = whole._narrowed(readable, masked)
        return kept[sight]

    def _narrowed(self, readable: Set[Privacy], masked: Set[Privacy]) -> Entity:
        fields = tuple(field for field in self.fields if field.privacy in readable and field.needs <= readable)
        if len(fields) == len(self.fields):
            return self
        left = [
            field
            for field in self.fields
            if (field.privacy in readable or field.privacy in masked) and field.needs <= readable
        ]
        covered = tuple(
            (
                place,
                replace(field, sort=None, is_filterable=False, is_editable=False, is_importable=False, is_covered=True),
            )
            for place, field in enumerate(left)
            if field.privacy in masked
        )
        return replace(self, fields=fields, covered=covered or self.covered)

    def default_columns(self) -> tuple[str, ...]:
        """Columns of a list that nobody changed."""
        return tuple(field.name for field in self.columns if field.is_list_default)


_ENTITIES: Registry[Entity] = Registry()
_FROM_ABOVE: dict[str, tuple[Field, ...]] = {}
_custom: Callable[[str, UUID], tuple[Field, ...]] | None = None


def add_fields(entity_name: str, *fields: Field) -> None:
    """Let the records of an entity have fields that a domain above it keeps, by SQL over tables of its own.

    They stand behind the entity's own fields for every viewer and in every workspace; in `AppConfig.ready()`. Giving one of
    the same name again replaces it.
    """
    named = {field.name: field for field in (*_FROM_ABOVE.get(entity_name, ()), *fields)}
    _FROM_ABOVE[entity_name] = tuple(named.values())


def use_custom_fields(fields: Callable[[str, UUID], tuple[Field, ...]]) -> None:
    """Let every entity have the fields that a workspace gave it, by the entity's name and the workspace's id.

    The same tuple comes back while nobody changes them.
    """
    global _custom
    _custom = fields


def register(entity: Entity) -> Entity:
    """Make an entity known under its name; raise ValueError when another one has it."""
    known = _ENTITIES.add_once(entity.name, entity)
    if known is not entity:
        raise ValueError(f"entity {entity.name!r} is registered already")
    return entity


def extend(further: Callable[[], Mapping[str, Entity]]) -> None:
    """Name a function that gives the entities which the current workspace adds, by name."""
    _ENTITIES.extend(further)


def entity(name: str) -> Entity:
    """The registered entity; raise KeyError when there is none."""
    return _ENTITIES[name]


def entities() -> list[Entity]:
    """Every registered entity, by name."""
    return [_ENTITIES[name] for name in sorted(_ENTITIES)]


def fields_for(name: str, viewer: Reader) -> tuple[Field, ...]:
    """The fields of an entity that `viewer` may read."""
    return entity(name).fields_for(viewer)

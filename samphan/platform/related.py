"""What belongs to the records of an entity: the orders, their lines and the events of a customer.

A domain declares a collection over an entity of its own and registers it in `AppConfig.ready()`::

    related.register(
        Collection(
            name="orders", of="customers", entity=ORDERS, rows="commerce_order", owner="commerce_order.customer_id",
            time="ordered_at",
        )
    )

Conditions measure the rows of a collection (docs/conditions.md): how many, their sum, the days since the last of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from samphan.platform.catalogue import Entity, Field, Label, Privacy, Reader, Type
from samphan.platform.registries import Registry

PROPERTY = "properties."
PROPERTY_TYPES = (Type.TEXT, Type.NUMBER, Type.BOOLEAN, Type.DATETIME)
MAX_PROPERTY = 100  # letters of a property's name

Known = Callable[[UUID], Mapping[str, Mapping[str, Type]]]
"""By workspace: what arrived, as types of properties by name, for each name of an event."""


@dataclass(frozen=True)
class Collection:
    """The rows that belong to the records of an entity.

    :param of: name of the entity whose records own the rows. :param entity: the fields of a row.
    :param rows: what stands behind FROM; the fields' SQL speaks of the tables in it. `columns` is the same of the
        warehouse, where it is another.
    :param owner: column with the id of the record that a row belongs to; its table has a `workspace_id`.
    :param time: name of the field, a date and time that every row has, on which windows and sequences go.
    :param names: name of the field that says what kind of row it is, the name of an event.
    :param properties: jsonb column whose values are asked as `properties.NAME`; `known` says which there are.
    :param privacy: class that one must read to ask anything of these rows.
    """

    name: str
    of: str
    entity: Entity
    rows: str
    owner: str
    time: str
    columns: str = ""
    names: str = ""
    properties: str = ""
    known: Known | None = None
    privacy: Privacy = Privacy.BUSINESS

    @property
    def label(self) -> Label:
        return self.entity.label_plural

    @property
    def time_sql(self) -> str:
        return self.entity.field(self.time).sql

    @property
    def owner_workspace(self) -> str:
        """The column with the workspace of a row, in the table that names its owner."""
        return f"{self.owner.partition('.')[0]}.workspace_id"

    @property
    def columns_rows(self) -> str:
        return self.columns or self.rows

    def seen_by(self, viewer: Reader) -> Entity | None:
        """The fields of a row as `viewer` knows them; None for whom the collection does not exist."""
        return self.entity.seen_by(viewer) if viewer.may_read(self.privacy) else None

    def property_type(self, name: str, workspace_id: UUID) -> Type | None:
        """The type of a property by what arrived; None where nothing or different things did."""
        found = {types[name] for types in (self.known(workspace_id) if self.known else {}).values() if name in types}
        return found.pop() if len(found) == 1 else None

    def field(self, name: str, kind: Type | None = None) -> Field:
        """A field of a row, or of a property with its type; raise KeyError when there is none."""
        if kind is not None and self.properties and name.startswith(PROPERTY):
            return _property(self.properties, name.removeprefix(PROPERTY), kind)
        return self.entity.field(name)


# A moment as programs write it, of 1900 to 2299, with its zone: what both databases read alike and without an error.
MOMENT = (
    "^(19|20|21|22)[0-9][0-9]-("
    "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
    ")T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])$"
)
_JSON_TYPES = {Type.TEXT: "string", Type.NUMBER: "number", Type.BOOLEAN: "boolean", Type.DATETIME: "string"}


def _property(column: str, name: str, kind: Type) -> Field:
    """A value inside a JSON column. A value of another type is nothing: the text "5" is no number."""
    key = "'" + name.replace("'", "''").replace("%", "%%") + "'"
    key_of_columns = "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"
    value, text = f"({column} -> {key})", f"({column} ->> {key})"
    raw = f"JSONExtractRaw({column}, {key_of_columns})"
    text_of_columns = f"if(startsWith({raw}, '\"'), JSONExtractString({column}, {key_of_columns}), NULL)"
    is_of_type = f"jsonb_typeof({value}) = '{_JSON_TYPES[kind]}'"
    match kind:
        case Type.NUMBER:
            sql = f"{value}::numeric"
            columns = f"if(match({raw}, '^-?[0-9]'), toDecimal128OrNull({raw}, {PROPERTY_SCALE}), NULL)"
        case Type.BOOLEAN:
            sql = f"{value}::boolean"
            columns = f"multiIf({raw} = 'true', true, {raw} = 'false', false, NULL)"
        case Type.DATETIME:
            sql, is_of_type = f"{text}::timestamptz", f"{is_of_type} AND {text} ~ '{MOMENT}'"
            columns = (
                f"if(match(ifNull({text_of_columns}, ''), '{MOMENT}'),"
                f" parseDateTime64BestEffortOrNull(ifNull({text_of_columns}, ''), 6, 'UTC'), NULL)"
            )
        case _:
            sql, columns = text, text_of_columns
    return Field(
        "property",
        name,
        kind,
        Privacy.BUSINESS,
        f"CASE WHEN {is_of_type} THEN {sql} END",
        columns_sql=columns,
    )


PROPERTY_SCALE = 12  # decimal places of a number in a property

_COLLECTIONS: Registry[Collection] = Registry()


def register(collection: Collection) -> Collection:
    """Make a collection known to the conditions over its owner's entity."""
    if _COLLECTIONS.add_once(f"{collection.of}.{collection.name}", collection) is not collection:
        raise ValueError(f"{collection.of!r} have a collection {collection.name!r} already")
    return collection


def collections(of: str) -> list[Collection]:
    """The collections of an entity, in the order of registration."""
    return [one for one in _COLLECTIONS.values() if one.of == of]


def collection(of: str, name: str) -> Collection:
    """One collection of an entity; raise KeyError when there is none."""
    return _COLLECTIONS[f"{of}.{name}"]


def find(of: str, name: object) -> Collection | None:
    """One collection of an entity; None when there is none."""
    return _COLLECTIONS.get(f"{of}.{name}")

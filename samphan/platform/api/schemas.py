"""Shapes that several domains share, as OpenAPI describes them."""

from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, create_model

from samphan.platform import catalogue
from samphan.platform.catalogue import Type

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


class Strict(BaseModel):
    """A body in which an unknown name is a mistake and not a wish.

    Of pydantic and not of ninja, whose Schema reads attributes and so never learns of names that it does not know.
    """

    model_config = ConfigDict(extra="forbid")


class Open(BaseModel):
    """A record, which also has the fields that a company added."""

    model_config = ConfigDict(extra="allow")


class ListParams(Schema):
    """The address of a list: the same words as in the address bar of its screen."""

    f: list[str] = Field(
        [],
        description="A filter `field:operator:value`; may be repeated, all must hold.",
        examples=[["stage:is:regular"]],
    )
    sort: str = Field("", description="Names of fields by commas, `-` before one for descending; at most three.")
    q: str = Field("", max_length=200, description="A text to search for, Thai or English.")
    fields: str = Field(
        "", description="Names of the fields to answer with, by commas; all that may be seen by default."
    )
    expand: str = Field("", description="What to answer with beside the fields, by commas.")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Records of a page.")
    cursor: str = Field("", description="Where the page begins: `next_cursor` or `previous_cursor` of another page.")
    count: bool = Field(False, description="Also say about how many there are.")


class CursorParams(Schema):
    """Pages of a list that is neither filtered nor sorted."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Records of a page.")
    cursor: str = Field("", description="`next_cursor` of the page before.")


class OneParams(Schema):
    """What to answer with of one record."""

    fields: str = Field(
        "", description="Names of the fields to answer with, by commas; all that may be seen by default."
    )
    expand: str = Field("", description="What to answer with beside the fields, by commas.")


class QueryIn(Strict):
    """A list asked for by a condition of any shape; docs/conditions.md describes the language."""

    where: dict[str, Any] | None = Field(
        None,
        description="A node of the condition language.",
        examples=[{"and": [{"field": "stage", "operator": "is", "value": "regular"}]}],
    )
    version: Literal[1] = Field(1, description="Version of the condition language.")
    sort: list[str] = Field([], max_length=3)
    q: str = Field("", max_length=200)
    fields: list[str] = Field([], max_length=600)
    expand: list[str] = Field([], max_length=20)
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str = ""
    count: bool = False


class CountOut(Schema):
    """How many there are: exact, or an estimate where counting would take long."""

    value: int
    is_exact: bool


class ErrorOut(Schema):
    """One value that cannot be taken."""

    path: str
    detail: str
    code: str


class ProblemOut(Schema):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: list[ErrorOut] | None = None


class UndoneOut(Schema):
    """What an undo did; what others changed later stays and is counted in `kept`."""

    change: UUID
    kept: int


_TYPES: dict[Type, Any] = {
    Type.NUMBER: float | int | None,
    Type.BOOLEAN: bool | None,
    Type.MEMBER: UUID | None,
}
_FORMATS: dict[Type, str] = {
    Type.MONEY: "Amount as a text, such as `1250.50`.",
    Type.DATE: "ISO date.",
    Type.DATETIME: "ISO time in UTC.",
    Type.PARTIAL_DATE: "ISO date with `XX` for unknown parts: `1987-12-XX`, `XXXX-12-31`.",
}


def record_model(name: str, entity: catalogue.Entity, expansions: dict[str, Any] | None = None) -> type[BaseModel]:
    """The shape of a record of an entity: every field of its own may be missing, further ones may come."""
    values: dict[str, Any] = {"id": (UUID, ...)}
    for field in entity.fields:
        is_list = bool(field.many) or field.type is Type.MULTI_CHOICE
        kind = list[str] if is_list else _TYPES.get(field.type, str | None)
        values[field.name] = (kind, Field(None, description=_FORMATS.get(field.type)))
    if expansions:
        inside: dict[str, Any] = {key: (kind, Field(None)) for key, kind in expansions.items()}
        expanded: Any = create_model(f"{name}Expanded", __base__=Schema, **inside)
        values["expanded"] = (expanded, Field(None))
    made: type[BaseModel] = create_model(name, __base__=Open, **values)
    made.__doc__ = None
    return made


def page_model(name: str, record: type[BaseModel]) -> type[BaseModel]:
    """The shape of one page of a list."""
    made: type[BaseModel] = create_model(
        name,
        __base__=Schema,
        data=(list[record], ...),  # type: ignore[valid-type]
        next_cursor=(str | None, ...),
        previous_cursor=(str | None, ...),
        count=(CountOut, Field(None)),
    )
    return made


Name = str | None
"""A text of a body that may leave it out."""

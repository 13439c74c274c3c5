"""The name of a customer as Thais write it, from whatever a query has of them: the one place that decides it."""

from collections.abc import Mapping, Sequence
from typing import Any

from samphan.customers.models import Customer
from samphan.platform.thai.names import display_name

NAME_COLUMNS = ("name", "kind", "title", "first_name", "last_name", "nickname")
"""What a name is written from."""


def name_sql(table: str) -> str:
    """SQL of the columns that a name is written from as one array, NULL where there is no such row."""
    columns = ", ".join(f"{table}.{column}::text" for column in NAME_COLUMNS)
    return f"CASE WHEN {table}.id IS NOT NULL THEN ARRAY[{columns}] END"


def from_sql(values: Sequence[str] | None) -> str:
    """The name from what `name_sql` gave, "" for nothing."""
    return written_name(dict(zip(NAME_COLUMNS, values, strict=True))) if values else ""


def written_name(row: Mapping[str, Any]) -> str:
    """คุณพิมพ์ลดา อัครเดชากุล (แพร); an organisation's name as it is, without คุณ and without brackets."""
    name, nickname = name_and_nickname(row)
    is_organisation = row.get("kind") == Customer.Kind.ORGANISATION
    return f"{name} ({nickname})" if nickname and not is_organisation else name


def shown_name(customer: Customer) -> str:
    """The name of a customer that was read whole."""
    return written_name({column: getattr(customer, column) for column in NAME_COLUMNS})


def name_and_nickname(row: Mapping[str, Any]) -> tuple[str, str]:
    """The name, and the nickname that stands in brackets behind it; "" where the name says it already.

    :param row: values by NAME_COLUMNS.
    """
    nickname = row.get("nickname") or ""
    if row.get("kind") == Customer.Kind.ORGANISATION:
        return row["name"], nickname
    first = row.get("first_name") or ""
    name = display_name(first, row.get("last_name") or "", title=row.get("title") or "", with_nickname=False)
    if not name:
        # A name that nobody took apart stays as it is.
        return (row["name"], nickname) if row["name"] != nickname else (display_name("", nickname=nickname), "")
    return name, nickname if nickname != first else ""

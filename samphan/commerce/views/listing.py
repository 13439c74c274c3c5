"""What the lists of orders and products share: heads, chips, filters, and where the next page begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language

from samphan.administration.middleware import MemberRequest
from samphan.platform import lists
from samphan.platform.catalogue import Entity, Field, Type
from samphan.platform.conditions import And, Comparison, Node
from samphan.platform.conditions.sentences import OPERATOR_WORDS, Words, describe, sentence
from samphan.platform.lists import Count, ListState, Page
from samphan.platform.thai.calendar import format_date
from samphan.ui import preferences

Cell = Callable[[dict[str, Any]], str]
OPERATORS_OFFERED = 4  # of a field in the filter menu; the likeliest come first


@dataclass(frozen=True)
class Listing:
    """One page of a list, ready for its template."""

    state: ListState
    page: Page
    count: Count
    heads: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    chips: list[dict[str, str]]
    choices: list[tuple[str, list[tuple[str, str]]]]
    next_url: str
    previous_url: str
    clear_url: str


def zone_of(request: MemberRequest) -> ZoneInfo:
    """The zone of the workspace."""
    return ZoneInfo(request.member.workspace.time_zone)


def language() -> str:
    return "en" if (get_language() or "th").startswith("en") else "th"


def words_for(request: MemberRequest) -> Words:
    """Dates in the reader's language and era."""
    spoken, era = language(), preferences.era(request)
    return Words(day=lambda day: format_date(day, "short", spoken, era))


def added_filter(request: MemberRequest, entity: Entity) -> str | None:
    """The address with the filter that the form of the list asks to add; None when it asks for none."""
    asked = request.GET.get("add", "")
    name, _colon, operator = asked.partition(":")
    if not operator:
        return None
    seen = entity.seen_by(request.member)
    value = request.GET.get("value", "").strip()
    query = request.GET.copy()
    for parameter in ("add", "value", "cursor"):
        query.pop(parameter, None)
    if seen.has_field(name):
        field = seen.field(name)
        if field.type.is_temporal:
            value = _typed_date(value)
        elif field.choices:
            labels = {str(choice.label).lower(): choice.value for choice in field.get_choices()}
            value = labels.get(value.lower(), value)
        query.appendlist("f", f"{name}:{operator}:{value}" if value else f"{name}:{operator}")
    return f"{request.path}?{query.urlencode()}"


def _typed_date(text: str) -> str:
    """A date as people type it, as the address holds it; numbers of days and what cannot be read stay."""
    from samphan.platform.thai.dates import DateProblem, parse_date

    if text.isdecimal() and len(text) < 5:
        return text
    try:
        return parse_date(text, day_first=True, today=timezone.localdate()).date.isoformat()
    except DateProblem:
        return text


def read(
    request: MemberRequest,
    entity: Entity,
    queryset: Any,
    *,
    cells: Mapping[str, Cell],
    phone: Mapping[str, str],
    url: Callable[[dict[str, Any]], str],
    also: tuple[str, ...] = (),
) -> Listing:
    """Read the page of a list that the address asks for.

    :param cells: HTML of a cell by column; a column without one shows its value.
    :param phone: where a column stands on the phone; the others stay away.
    :param also: columns that are read and not shown.
    """
    viewer, now, zone = request.member, timezone.now(), zone_of(request)
    seen = entity.seen_by(viewer)
    state = ListState.parse(request.META.get("QUERY_STRING", ""), entity, viewer)
    shown = lists.selected_columns(state, viewer)
    wider = replace(state, columns=(*shown, *(name for name in also if name not in shown)))
    page = lists.page(queryset, wider, viewer, now=now, zone=zone)
    if page.exact_count is not None:
        count = Count(page.exact_count, is_exact=True)
    else:
        count = lists.about_count(queryset, state, viewer, now=now, zone=zone)
    columns = [seen.field(name) for name in shown]
    return Listing(
        state=state,
        page=page,
        count=count,
        heads=[_head(field, state) for field in columns],
        rows=[
            {
                "id": row["id"],
                "url": url(row),
                "cells": [
                    {
                        "html": cells[field.name](row) if field.name in cells else row[field.name],
                        "css": _css(field),
                        "phone": phone.get(field.name, ""),
                    }
                    for field in columns
                ],
            }
            for row in page.rows
        ],
        chips=_chips(state, seen, words_for(request)),
        choices=_choices(seen),
        next_url="?" + state.to_query(cursor=page.next_cursor) if page.next_cursor else "",
        previous_url="?" + state.to_query(cursor=page.previous_cursor) if page.previous_cursor else "",
        clear_url="?" + state.to_query(where=And(), text=""),
    )


def _css(field: Field) -> str:
    if field.type is Type.MONEY:
        return "number amount"
    if field.type.is_numeric:
        return "number"
    return "text" if field.type.is_textual else ""


def _head(field: Field, state: ListState) -> dict[str, Any]:
    head = {"name": field.name, "label": field.label, "is_number": field.type.is_numeric, "width": field.width}
    if field.sort is None:
        return head
    order = state.get_sort()
    now = order[0][1] if order and order[0][0] == field.name else None
    turned = field.sort.descending if now is None else not now
    return head | {
        "sorted": "" if now is None else "descending" if now else "ascending",
        "href": "?" + state.to_query(sort=((field.name, turned),)),
    }


def _chips(state: ListState, seen: Entity, words: Words) -> list[dict[str, str]]:
    """The filters as sentences, each with the address without it."""
    parts: tuple[Node, ...] = state.where.parts if isinstance(state.where, And) else (state.where,)
    chips = []
    for index, part in enumerate(parts):
        rest = "?" + state.to_query(where=And(parts[:index] + parts[index + 1 :]))
        if isinstance(part, Comparison):
            told = sentence(part, seen, words)
            before, value = (told.lead, told.value) if told.value else (told.field, told.operator)
        else:
            before, value = "", describe(part, seen, words)
        chips.append({"before": before, "value": value, "remove_href": rest})
    return chips


def _choices(seen: Entity) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of the filter menu: field, and the comparisons it offers."""
    return [
        (
            str(field.label),
            [
                (f"{field.name}:{operator.value}", f"{field.label} {OPERATOR_WORDS[operator]}")
                for operator in field.operators[:OPERATORS_OFFERED]
            ],
        )
        for field in seen.fields
        if field.is_filterable and field.name != "customer_id"
    ]


def filter_url(base: str, *filters: str, **more: str) -> str:
    """Address of a list narrowed by filters such as `total:at_least:1000`."""
    return base + "?" + urlencode([("f", text) for text in filters] + list(more.items()), safe=":,-")

"""Customers found by what they bought: in lists, and as the API asks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from samphan.administration.models import SystemViewer
from samphan.commerce.models import Order
from samphan.commerce.tests.conftest import START
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer
from samphan.platform import lists
from samphan.platform.conditions import parse, to_compact_json
from samphan.platform.conditions.postgres import emit
from samphan.platform.lists import ListState

Place = Callable[..., Order]
NOW: datetime = START + timedelta(days=20)
BANGKOK = ZoneInfo("Asia/Bangkok")


@pytest.fixture
def buyers(prae: Customer, krit: Customer, place: Place) -> dict[Any, str]:
    place("SO-1", prae, [("2", "380"), ("1", "90")], day=1)
    place("SO-2", prae, [("1", "100")], day=15, channel="LINE")
    place("C-1", krit, [("-1", "50")], day=16)
    return {prae.pk: "prae", krit.pk: "krit"}


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"related": "orders", "measure": "count", "operator": "at_least", "value": 2}, {"prae"}),
        ({"related": "orders", "measure": "count", "within": {"days": 10}, "operator": "is", "value": 1}, {"prae", "krit"}),
        (
            {
                "related": "orders", "measure": "count", "where": {"field": "status", "operator": "is", "value": "sale"},
                "operator": "is", "value": 0,
            },
            {"krit"},
        ),
        ({"related": "orders", "measure": "sum", "field": "total", "operator": "less", "value": 0}, {"krit"}),
        ({"related": "order_lines", "measure": "distinct", "field": "sku", "operator": "is", "value": 2}, {"prae"}),
        ({"related": "order_lines", "measure": "maximum", "field": "amount", "operator": "is", "value": 760}, {"prae"}),
        (
            {
                "sequence": [
                    {"related": "order_lines", "where": {"field": "description", "operator": "contains", "value": "กาแฟ 2"}},
                    {"related": "orders", "where": {"field": "channel", "operator": "is", "value": "line"}},
                ],
                "apart": {"days": 14},
            },
            {"prae"},
        ),
        ({"related": "orders", "measure": "days_since_last", "operator": "at_most", "value": 4}, {"krit"}),
    ],
)  # fmt: skip
def test_a_list_and_a_whole_base_find_the_same(
    buyers: dict[Any, str], system: SystemViewer, document: dict[str, Any], names: set[str]
) -> None:
    tree = parse({"version": 1, "where": document}, CUSTOMERS, system)
    state = ListState.parse(f"where={to_compact_json(tree)}", CUSTOMERS, system)
    assert not state.notices
    assert state.where == tree
    found = lists.page(Customer.objects.all(), state, system, now=NOW, zone=BANGKOK)
    assert {buyers[row["id"]] for row in found.rows} == names
    sql, params = emit(tree, CUSTOMERS.seen_by(system), NOW, BANGKOK, is_whole=True)
    whole = Customer.objects.extra(where=[sql], params=params)  # noqa: S610  # the emitter's own SQL
    assert {buyers[one.pk] for one in whole} == names

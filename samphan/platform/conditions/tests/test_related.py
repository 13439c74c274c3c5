"""Measures, sequences and segments in a condition: what is refused and how they are said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from samphan.platform.conditions import And, ConditionProblem, Not, parse, segments, to_json
from samphan.platform.conditions.nodes import InSegment, Node
from samphan.platform.conditions.sentences import describe
from samphan.platform.conditions.tests.shop import GUEST, Clerk

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {A: "ก", B: "ข", C: "ค"}
TREES: dict[UUID, Node] = {}


@pytest.fixture(autouse=True)
def three_segments() -> Iterator[None]:
    before = segments.use(
        segments.Segments(
            of="guests",
            name=NAMES.get,
            tree=TREES.get,
            rows=lambda one: ("TRUE", []),
            columns=lambda one, workspace: "",
        )
    )
    yield
    TREES.clear()
    segments.use(before)


def tree_of(document: object, viewer: Clerk | None = None) -> Node:
    return parse({"version": 1, "where": document}, GUEST, viewer or Clerk())


COUNT = {"related": "orders", "measure": "count", "operator": "at_least", "value": 2}


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        (COUNT | {"related": "letters"}, "where.related", "Nothing called"),
        (COUNT | {"measure": "mode"}, "where.measure", "is no measure"),
        (COUNT | {"field": "total"}, "where.field", "takes no field"),
        (COUNT | {"measure": "sum"}, "where.field", ""),
        (COUNT | {"measure": "sum", "field": "channel"}, "where.field", "cannot be reckoned"),
        (COUNT | {"measure": "sum", "field": "secret"}, "where.field", "no field"),
        (COUNT | {"operator": "contains"}, "where.operator", "cannot be asked"),
        (COUNT | {"operator": "is_known"}, "where.operator", "cannot be asked"),
        (COUNT | {"value": "many"}, "where.value", "not a number"),
        (COUNT | {"measure": "days_since_last", "value": "1.5"}, "where.value", "number of days"),
        (COUNT | {"within": {"days": -1}}, "where.within.days", "whole number"),
        (COUNT | {"within": {"weeks": 1}}, "where.within", "A window has"),
        (COUNT | {"within": {"before_days": 3, "after_days": 9}}, "where.within", "begins before it ends"),
        (COUNT | {"within": {"from": "2026-02-02", "to": "2026-01-01"}}, "where.within", "no earlier"),
        (COUNT | {"within": {"from": "2026-02-30"}}, "where.within.from", "not a date"),
        (COUNT | {"compared_with": {"days": 3}}, "where.compared_with", "falls_by"),
        (COUNT | {"operator": "falls_by", "value": 50}, "where.compared_with", "earlier window"),
        (COUNT | {"operator": "falls_by", "value": 101, "within": {"days": 9}}, "where.value", "percentage"),
        (COUNT | {"measure": "minimum", "field": "total", "operator": "rises_by"}, "where.measure", "rises or falls"),
        (COUNT | {"where": COUNT}, "where.where", "fields alone"),
        (COUNT | {"where": {"in_segment": str(A)}}, "where.where", "fields alone"),
        (COUNT | {"where": {"field": "channel", "operator": "at_least", "value": 1}}, "where.where.operator", ""),
        (COUNT | {"more": 1}, "where", "A part is"),
        ({"sequence": [{"related": "orders"}]}, "where.sequence", "two steps"),
        ({"sequence": [{"related": "orders"}, {"rows": 1}]}, "where.sequence[1]", "A step"),
        ({"sequence": [{"related": "orders"}] * 2, "apart": {"days": 0}}, "where.apart", "from 1"),
        ({"in_segment": "everybody"}, "where.in_segment", "not the id"),
        ({"in_segment": str(UUID(int=9))}, "where.in_segment", "no such segment"),
    ],
)
def test_names_what_is_wrong_and_where(document: dict[str, Any], path: str, words: str) -> None:
    with translation.override("en"), pytest.raises(ConditionProblem) as problem:
        tree_of(document)
    assert problem.value.path == path
    assert words in problem.value.message


def test_rows_that_one_may_not_see_are_not_there() -> None:
    with translation.override("en"):
        for hidden, document in (
            ("financial", COUNT | {"measure": "sum", "field": "total"}),
            ("financial", COUNT | {"where": {"field": "total", "operator": "at_least", "value": 1}}),
            ("business", COUNT),
            ("business", {"sequence": [{"related": "orders"}, {"related": "events"}]}),
        ):
            tree_of(document)
            with pytest.raises(ConditionProblem, match=r"There is no field|Nothing called"):
                tree_of(document, Clerk(frozenset({hidden})))


def test_the_type_of_a_property_is_learnt_from_what_arrived() -> None:
    where = {"field": "properties.price", "operator": "at_least", "value": 5}
    document: Any = to_json(
        tree_of({"related": "events", "measure": "count", "where": where, "operator": "is", "value": 1})
    )
    assert document["where"]["where"]["type"] == "number"
    with translation.override("en"), pytest.raises(ConditionProblem, match=r"type of .* is not known"):
        tree_of(
            {
                "related": "events",
                "measure": "count",
                "where": where | {"field": "properties.size"},
                "operator": "is",
                "value": 1,
            }
        )


def test_a_segment_that_asks_for_itself_is_refused_with_the_way() -> None:
    TREES.update({A: InSegment(B), B: InSegment(C), C: InSegment(B)})
    with translation.override("en"):
        with pytest.raises(ConditionProblem, match="“ก” → “ก”"):
            segments.refuse_circle(A, tree_of({"or": [COUNT, {"not": {"in_segment": str(A)}}]}))
        with pytest.raises(ConditionProblem, match="“ค” → “ก” → “ข” → “ค”"):
            segments.refuse_circle(C, InSegment(A))
        segments.refuse_circle(A, InSegment(B))  # B and C ask for each other; A is not on that way


def test_hundreds_of_segments_over_one_another_are_looked_at_once_each() -> None:
    ladder = [UUID(int=1000 + step) for step in range(300)]
    for below, above in pairwise(ladder):
        TREES[above] = Not(InSegment(below))
    TREES[ladder[-1]] = And(tuple(InSegment(one) for one in ladder[:-1]))
    segments.refuse_circle(A, InSegment(ladder[-1]))


@pytest.mark.parametrize(
    ("document", "english", "thai"),
    [
        (
            COUNT | {"where": {"field": "channel", "operator": "is", "value": "LINE"}, "within": {"days": 90}},
            "number of ใบสั่งซื้อ (ช่องทาง is “LINE”) within the last 90 days is at least 2",
            "จำนวนใบสั่งซื้อ (ช่องทางเป็น “LINE”) ภายใน 90 วันที่ผ่านมาตั้งแต่ 2",
        ),
        (
            COUNT | {"value": 0, "operator": "is", "within": {"days": 30}},
            "has no ใบสั่งซื้อ within the last 30 days",
            "ไม่มีใบสั่งซื้อ ภายใน 30 วันที่ผ่านมา",
        ),
        (
            COUNT | {"measure": "sum", "field": "total", "value": 1000},
            "sum of ยอด over ใบสั่งซื้อ is at least 1,000 baht",
            "ผลรวมยอดของใบสั่งซื้อตั้งแต่ 1,000 บาท",
        ),
        (
            COUNT | {"operator": "falls_by", "value": 50, "within": {"days": 90}},
            "number of ใบสั่งซื้อ within the last 90 days fell by at least 50% from before (180 to 91 days ago)",
            "จำนวนใบสั่งซื้อ ภายใน 90 วันที่ผ่านมา ลดลงอย่างน้อย 50% จากเดิม (ในช่วง 180 ถึง 91 วันก่อน)",
        ),
        (
            COUNT | {"measure": "days_since_last", "operator": "greater", "value": 60},
            "days since the last of ใบสั่งซื้อ is more than 60 days",
            "จำนวนวันนับจากใบสั่งซื้อล่าสุดมากกว่า 60 วัน",
        ),
        (
            {
                "sequence": [{"related": "events"}, {"related": "orders"}],
                "apart": {"days": 7}, "without": {"related": "events"}, "within": {"from": "2026-11-01"},
            },
            "เหตุการณ์, then ใบสั่งซื้อ at most 7 days later, with no เหตุการณ์ between, since 1 Nov 2026",
            "เหตุการณ์ แล้วตามด้วยใบสั่งซื้อภายใน 7 วัน โดยไม่มีเหตุการณ์คั่นกลาง ตั้งแต่ 1 พ.ย. 2026",
        ),
        ({"in_segment": str(A)}, "is in the segment “ก”", "อยู่ในกลุ่มลูกค้า “ก”"),
    ],
)  # fmt: skip
def test_is_said_in_both_languages(document: dict[str, Any], english: str, thai: str) -> None:
    tree = tree_of(document)
    for language, words in (("en", english), ("th", thai)):
        with translation.override(language):
            assert describe(tree, GUEST) == words

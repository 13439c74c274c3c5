"""Conditions that cannot be used are refused with a sentence and a place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from samphan.platform.catalogue import Operator
from samphan.platform.conditions import (
    And,
    Comparison,
    ConditionProblem,
    Not,
    Or,
    comparisons,
    parse,
    parse_json,
    parse_url,
    to_json,
    to_url,
)
from samphan.platform.conditions.folding import compose, fold
from samphan.platform.conditions.tests.shop import GUEST, Clerk


def read(where: Any) -> Any:
    return parse({"version": 1, "where": where}, GUEST, Clerk())


def comparison(field: str, operator: object, value: object = None) -> dict[str, object]:
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


def test_reads_a_nested_condition() -> None:
    tree = read({"and": [comparison("stage", "is", "regular"), {"not": {"or": [comparison("is_vip", "is_true")]}}]})
    assert tree == And(
        (Comparison("stage", Operator.IS, "regular"), Not(Or((Comparison("is_vip", Operator.IS_TRUE),))))
    )
    assert [part.field for part in comparisons(tree)] == ["stage", "is_vip"]


def test_no_where_means_every_record() -> None:
    assert parse({"version": 1}, GUEST, Clerk()) == And()


@pytest.mark.parametrize(
    ("field", "operator", "raw", "value"),
    [
        ("spent", "at_least", "1,000.50", Decimal("1000.5")),
        ("spent", "at_least", 1000.0, 1000),
        ("spent", "at_least", "-0", 0),
        ("born", "on", "2026-11-21", date(2026, 11, 21)),
        ("born", "month_is", "12", 12),
        ("seen_at", "within_last", "30", 30),
        ("owner", "is", "00000000-0000-0000-0000-000000000001", UUID(int=1)),
        ("owner", "is_any_of", ["me", "me"], ("me",)),
        ("name", "contains", "  นํ้า ", "น้ำ"),
        ("phone", "contains", "081-234 5678", "0812345678"),
        ("tags", "has_all_tags", ["vip", "กาแฟ"], ("vip", "กาแฟ")),
    ],
)
def test_reads_values_into_one_form(field: str, operator: str, raw: object, value: object) -> None:
    assert read(comparison(field, operator, raw)).value == value


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"and": [comparison("stage", "is", "regular"), comparison("shoe", "is", "1")]}, "where.and[1].field"),
        (comparison("stage", "contains", "x"), "where.operator"),
        (comparison("stage", ["is"], "x"), "where.operator"),
        ({"field": ["stage"], "operator": "is"}, "where.field"),
        ({"not": comparison("stage", "is", "unheard")}, "where.not.value"),
        (comparison("stage", "is"), "where.value"),
        (comparison("stage", "is_any_of", []), "where.value"),
        (comparison("stage", "is_any_of", "regular"), "where.value"),
        (comparison("stage", "is_any_of", ["regular"] * 501), "where.value"),
        (comparison("name", "is_known", "x"), "where.value"),
        (comparison("name", "contains", "   "), "where.value"),
        (comparison("name", "contains", "ก" * 201), "where.value"),
        (comparison("name", "contains", "a\x00b"), "where.value"),
        (comparison("name", "contains", "\ud800"), "where.value"),
        (comparison("name", "contains", 5), "where.value"),
        (comparison("phone", "contains", "abc"), "where.value"),
        (comparison("spent", "at_least", "NaN"), "where.value"),
        (comparison("spent", "at_least", float("inf")), "where.value"),
        (comparison("spent", "at_least", True), "where.value"),
        (comparison("spent", "at_least", "1e99"), "where.value"),
        (comparison("spent", "at_least", 10**30), "where.value"),
        (comparison("spent", "between", [5]), "where.value"),
        (comparison("spent", "between", [5, 1]), "where.value"),
        (comparison("born", "on", "2026-02-30"), "where.value"),
        (comparison("born", "on", "0001-01-01"), "where.value"),
        (comparison("born", "on", "21/11/2569"), "where.value"),
        (comparison("born", "month_is", 13), "where.value"),
        (comparison("seen_at", "within_last", -1), "where.value"),
        (comparison("seen_at", "within_last", 10**9), "where.value"),
        (comparison("owner", "is", "สมชาย"), "where.value"),
        ({"and": {}}, "where.and"),
        ({"and": [], "or": []}, "where"),
        ({"xor": []}, "where"),
        ({}, "where"),
        ("stage", "where"),
        ({"and": [[]]}, "where.and[0]"),
    ],
)
def test_says_what_is_wrong_and_where(where: object, path: str) -> None:
    with translation.override("en"), pytest.raises(ConditionProblem) as refused:
        read(where)
    assert refused.value.path == path
    with translation.override("en"):
        assert str(refused.value).endswith(f"(at {path})")
    assert len(refused.value.message) < 120


@pytest.mark.parametrize("document", [None, [], {"where": {}}, {"version": 2}, {"version": True}, {"version": "1"}])
def test_refuses_another_version(document: object) -> None:
    with pytest.raises(ConditionProblem):
        parse(document, GUEST, Clerk())


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"version":1,"where":{"field":"spent","operator":"is","value":1e}}']
)
def test_refuses_what_is_no_json(text: str) -> None:
    with pytest.raises(ConditionProblem):
        parse_json(text, GUEST, Clerk())


def test_refuses_too_deep_and_too_large() -> None:
    deep: Any = comparison("is_vip", "is_true")
    for _level in range(7):
        deep = {"not": deep}
    assert read(deep)
    with pytest.raises(ConditionProblem, match="8"):
        read({"not": deep})
    large = [comparison("is_vip", "is_true")] * 255
    assert read({"or": large})
    with pytest.raises(ConditionProblem, match="256"):
        read({"or": [*large, large[0]]})


def test_a_masked_field_is_answered_like_one_that_does_not_exist() -> None:
    masked = Clerk(frozenset({"financial"}))
    with pytest.raises(ConditionProblem) as hidden:
        parse({"version": 1, "where": comparison("spent", "at_least", 1)}, GUEST, masked)
    with pytest.raises(ConditionProblem) as missing:
        read(comparison("shoe", "at_least", 1))
    assert hidden.value.message.replace("spent", "shoe") == missing.value.message


def test_the_address_form_reads_as_written() -> None:
    tree = parse_url(["stage:is:regular", "spent:at_least:1000", "name:contains:a:b", "is_vip:is_true"], GUEST, Clerk())
    assert to_url(tree) == ("stage:is:regular", "spent:at_least:1000", "name:contains:a:b", "is_vip:is_true")
    listed = parse_url(["tags:has_any_tag:vip,ร้าน\\,สาขา"], GUEST, Clerk())
    assert listed.parts[0] == Comparison("tags", Operator.HAS_ANY_TAG, ("vip", "ร้าน,สาขา"))
    assert to_url(Or(listed.parts)) is None


def test_a_fraction_is_stored_as_text() -> None:
    stored = to_json(Comparison("spent", Operator.IS, Decimal("0.1")))
    assert stored == {"version": 1, "where": {"field": "spent", "operator": "is", "value": "0.1"}}


def test_folds_letter_by_letter() -> None:
    assert fold("ΣΑΣ İ ก") == "σασ i ก"
    assert compose(" กํ่า ") == "ก่ำ"

"""Conditions in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils import translation

from samphan.platform.catalogue import Operator
from samphan.platform.conditions import And, Comparison, Not, Or
from samphan.platform.conditions.sentences import OPERATOR_WORDS, Sentence, Words, describe, sentence
from samphan.platform.conditions.tests.shop import GUEST


@pytest.mark.parametrize(
    ("comparison", "text"),
    [
        (Comparison("seen_at", Operator.WITHIN_LAST, 120), "ซื้อล่าสุด within the last 120 days"),
        (Comparison("seen_at", Operator.WITHIN_LAST, 1), "ซื้อล่าสุด within the last 1 day"),
        (Comparison("stage", Operator.IS, "regular"), "สถานะ is ลูกค้าประจำ"),
        (Comparison("spent", Operator.AT_LEAST, 1000), "ยอดซื้อรวม is at least 1,000 baht"),
        (Comparison("spent", Operator.LESS, Decimal("0.5")), "ยอดซื้อรวม is less than 0.5 baht"),
        (Comparison("visits", Operator.BETWEEN, (2, 5)), "จำนวนครั้ง is between 2 and 5"),
        (Comparison("born", Operator.MONTH_IS, 11), "วันเกิด is in November"),
        (Comparison("born", Operator.MONTH_IS, "this"), "วันเกิด is in this month"),
        (Comparison("owner", Operator.IS, "me"), "ผู้ดูแล is me"),
        (Comparison("name", Operator.CONTAINS, "สมชาย"), "ชื่อ contains “สมชาย”"),
        (Comparison("name", Operator.IS_UNKNOWN), "ชื่อ is unknown"),
        (
            Comparison("tags", Operator.HAS_ANY_TAG, ("vip", "กาแฟ", "ร้าน,สาขา", "100%")),
            "แท็ก has any of vip, กาแฟ, ร้าน,สาขา and 1 more",
        ),
    ],
)
def test_words_a_comparison(comparison: Comparison, text: str) -> None:
    with translation.override("en"):
        assert str(sentence(comparison, GUEST)) == text


def test_keeps_the_parts_apart() -> None:
    with translation.override("en"):
        words = sentence(Comparison("stage", Operator.IS_NOT, "lost"), GUEST)
    assert words == Sentence("สถานะ", "is not", "หายไป")


def test_lets_the_caller_write_dates_and_members() -> None:
    words = Words(day=lambda day: f"{day.day}/{day.month}/{day.year + 543}", member=lambda member: "เมย์")
    assert sentence(Comparison("born", Operator.ON, date(2026, 11, 21)), GUEST, words).value == "21/11/2569"
    assert sentence(Comparison("owner", Operator.IS, UUID(int=1)), GUEST, words).value == "เมย์"


def test_describes_a_tree_in_one_line() -> None:
    vip = Comparison("is_vip", Operator.IS_TRUE)
    lost = Comparison("stage", Operator.IS, "lost")
    with translation.override("en"):
        assert describe(And((vip, Or((lost, Not(vip))))), GUEST) == (
            "คนสำคัญ is yes and (สถานะ is หายไป or not (คนสำคัญ is yes))"
        )
        assert describe(And(), GUEST) == ""


def test_every_operator_has_words() -> None:
    assert set(OPERATOR_WORDS) == set(Operator)

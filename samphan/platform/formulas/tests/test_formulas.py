"""Formulas: what they give in PostgreSQL and in Python, and what is said of those that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samphan.platform.catalogue import Type
from samphan.platform.formulas import FormulaProblem, Operand, canonical, clean, clean_sql, emit, read, readable, reckon
from samphan.platform.formulas.reading import FUNCTIONS

ZONE = "Asia/Bangkok"
CASTS = {Type.NUMBER: "numeric", Type.MONEY: "numeric", Type.DATE: "date", Type.BOOLEAN: "boolean"}
COLUMNS = {
    "n": Type.NUMBER, "m": Type.NUMBER, "paid": Type.MONEY, "due": Type.DATE, "made": Type.DATE, "word": Type.TEXT,
    "other": Type.TEXT, "good": Type.BOOLEAN, "grade": Type.CHOICE,
}  # fmt: skip
LABELS = {"paid": ("ยอดชำระ", "Paid"), "due": ("วันครบกำหนด", "Due on"), "grade": ("เกรด", "Grade")}
GRADES = {"ดีมาก": "a", "พอใช้": "b"}
OPERANDS = {
    name: Operand(
        name, LABELS.get(name, (name,))[0], kind, clean_sql(kind, f"t.{name}"),
        called=tuple(label.casefold() for label in LABELS.get(name, ())),
        choice=GRADES.get, choice_label={value: label for label, value in GRADES.items()}.__getitem__,
    )
    for name, kind in COLUMNS.items()
}  # fmt: skip


def both(text: str, row: Mapping[str, Any], places: int | None = 6) -> Any:
    """What PostgreSQL and Python give; fails where they differ."""
    tree = read(text, OPERANDS)
    sql = emit(tree, zone=ZONE, places=places)
    columns = ", ".join(f"%s::{CASTS.get(kind, 'text')} AS {name}" for name, kind in COLUMNS.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sql}, (now() AT TIME ZONE '{ZONE}')::date FROM (SELECT {columns}) t",
            [row.get(name) for name in COLUMNS],
        )
        found, today = cursor.fetchone()
    told = reckon(tree, lambda name: clean(COLUMNS[name], row.get(name)), today=today, places=places)
    assert (found, type(found)) == (told, type(told)), (text, row)
    return found


numbers = st.one_of(
    st.sampled_from(["0", "1", "2", "0.5", "3", "7%", "100", "999999999999999", "0.0000000001", "12.345"]),
    st.decimals(0, 10_000, places=4).map(lambda value: f"{value:f}"),
)
NUMBER, DATE, TEXT, BOOLEAN = "number", "date", "text", "boolean"


@st.composite
def formulas(draw: st.DrawFn, kind: str, depth: int = 3) -> str:
    """Any formula of a type."""

    def part(wanted: str) -> str:
        return draw(formulas(wanted, depth - 1))

    leaves = {
        NUMBER: lambda: draw(st.one_of(numbers, st.sampled_from(["{n}", "m", "{ n }", "n"]))),
        DATE: lambda: draw(st.sampled_from(["{due}", "made", "today", "วันนี้", "date(2569, 2, 28)", "{Due on}"])),
        TEXT: lambda: draw(st.sampled_from(["{word}", "other", '"ก%s"', '"\'; --"', '""', '"100%"', "“แมว”"])),
        BOOLEAN: lambda: draw(st.sampled_from(["good", "({grade} = \"ดีมาก\")", "จริง", "({เกรด} <> \"พอใช้\")"])),
    }  # fmt: skip
    if depth <= 0 or draw(st.integers(0, 5)) == 0:
        return leaves[kind]()
    match kind, draw(st.integers(0, 7)):
        case "number", 0 | 1 | 2:
            return f"({part(NUMBER)} {draw(st.sampled_from('+-*/'))} {part(NUMBER)})"
        case "number", 3:
            return f"{draw(st.sampled_from(['round', 'floor', 'ceiling', 'abs', 'ปัดเศษ', '-']))}({part(NUMBER)})"
        case "number", 4:
            return f"round({part(NUMBER)}, {draw(st.integers(0, 6))})"
        case "number", 5:
            return f"{draw(st.sampled_from(['min', 'max']))}({part(NUMBER)}, {part(NUMBER)}, {part(NUMBER)})"
        case "number", 6:
            return draw(st.sampled_from(["days({0}, {1})", "({1} - {0})", "year({0})", "month({1})", "day({0})"])).replace(
                "{0}", part(DATE)).replace("{1}", part(DATE))  # fmt: skip
        case "date", 0 | 1 | 2:
            return f"({part(DATE)} {draw(st.sampled_from('+-'))} {part(NUMBER)})"
        case "date", 3:
            return f"max({part(DATE)}, {part(DATE)})"
        case "text", 0 | 1 | 2:
            return f"({part(TEXT)} & {part(draw(st.sampled_from([NUMBER, DATE, TEXT])))})"
        case "boolean", 0 | 1:
            other = draw(st.sampled_from([NUMBER, DATE]))
            return f"({part(other)} {draw(st.sampled_from(['<', '<=', '>', '≥', '=', '<>']))} {part(other)})"
        case "boolean", 2:
            return f"({part(TEXT)} {draw(st.sampled_from(['=', '≠']))} {part(TEXT)})"
        case "boolean", 3:
            return f"({part(BOOLEAN)} {draw(st.sampled_from(['and', 'หรือ', 'or', '=']))} {part(BOOLEAN)})"
        case "boolean", 4:
            return f"(not {part(BOOLEAN)})"
        case "boolean", 5:
            return f"empty({part(draw(st.sampled_from([NUMBER, DATE, TEXT, BOOLEAN])))})"
    if draw(st.booleans()):
        return f"ifempty({part(kind)}, {part(kind)})"
    return f"if({part(BOOLEAN)}, {part(kind)}" + (f", {part(kind)})" if draw(st.booleans()) else ")")


kept_numbers = st.one_of(
    st.none(), st.just(Decimal(0)), st.decimals(-(10**6), 10**6, places=3), st.decimals(-(10**14), 10**14, places=1),
    st.sampled_from([Decimal("1e-14"), Decimal("-0.5"), Decimal("2.5"), Decimal("1e20")]),
)  # fmt: skip
days = st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.dates())
words = st.one_of(
    st.none(), st.sampled_from(["", "ก%s", "แมว", "a'b", "\\+000041"]), st.text("กข %'\\{}€😀", max_size=6)
)
rows = st.fixed_dictionaries(
    {
        "n": kept_numbers, "m": kept_numbers, "paid": kept_numbers, "due": days, "made": days, "word": words,
        "other": words, "good": st.sampled_from([None, True, False]), "grade": st.sampled_from([None, "", "a", "b"]),
    }
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(text=st.sampled_from([NUMBER, DATE, TEXT, BOOLEAN]).flatmap(formulas), row=rows)
def test_postgresql_and_python_give_the_same_of_every_formula(text: str, row: dict[str, Any]) -> None:
    both(text, row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("1 + 2 * 3", {}, Decimal(7)),
        ("{paid} / n", {"paid": 100, "n": 3}, Decimal("33.333333")),
        ("{paid} / n", {"paid": 100, "n": 0}, None),
        ("n / m", {"n": 1}, None),
        ("{paid} * 7%", {"paid": Decimal("199.50")}, Decimal("13.965")),
        ("round(n)", {"n": Decimal("-2.5")}, Decimal(-3)),
        ("round(n, 1)", {"n": Decimal("0.25")}, Decimal("0.3")),
        ("due - made", {"due": date(2026, 3, 1), "made": date(2026, 2, 1)}, Decimal(28)),
        ("จำนวนวัน(made, due)", {"due": date(2026, 3, 1), "made": date(2026, 2, 1)}, Decimal(28)),
        ("due + 30", {"due": date(2026, 1, 31)}, date(2026, 3, 2)),
        ("due - 1.9", {"due": date(2026, 1, 31)}, date(2026, 1, 30)),
        ("due + n", {"due": date(2026, 1, 31), "n": 10**9}, None),
        ("year(due) + 543", {"due": date(2026, 1, 31)}, Decimal(2569)),
        ('ถ้า({เกรด} = "ดีมาก", "เยี่ยม", "ธรรมดา")', {"grade": "a"}, "เยี่ยม"),
        ('ถ้า({เกรด} = "ดีมาก", "เยี่ยม", "ธรรมดา")', {}, "ธรรมดา"),
        ("if(n > 1, n)", {"n": 1}, None),
        ("n > 1", {}, False),
        ("not n > 1", {}, True),
        ('word & " " & n', {"word": "โต๊ะ", "n": Decimal("7.50")}, "โต๊ะ 7.5"),
        ('word & ""', {}, None),
        ("ifempty(n, 0) + 1", {}, Decimal(1)),
        ("max(n, m)", {"n": 3}, Decimal(3)),
        ("n * m", {"n": 10**14, "m": 10**14}, None),
        ("true and good", {"good": True}, True),
    ],
)
def test_a_formula_gives(text: str, row: dict[str, Any], expected: object) -> None:
    assert both(text, row) == expected


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("", "สูตรว่าง", 1),
        ("1 +", "จบ", 1),
        ("{paid} + {ไม่มี}", "ไม่มี", 10),
        ("paid * paid", "จำนวนเงินคูณ", 1),
        ("n + word", "ตัวเลข", 5),
        ("due + made", "ตัวเลข", 1),
        ("if(n, 1, 2)", "ใช่หรือไม่", 4),
        ('{grade} = "แย่"', "แย่", 11),
        ("{grade}", "ตัวเลือก", 1),
        ("word < other", "<", 1),
        ('word = "ก', "เครื่องหมายคำพูด", 8),
        ("n $ 2", "$", 3),
        ("{n", "{", 1),
        ("sum(n)", "sum", 1),
        ("round(n, m)", "0 ถึง 6", 10),
        ("1 < 2 < 3", "และ", 7),
        ("(n", ")", 3),
        ("n m", "คาด", 3),
        ("date(2026, 2, 30)", "date(2026", 1),
        ("if(true, 1, word)", "ข้อความ", 13),
        ("1234567890123456", "15", 1),
        ("n" + "+n" * 250, "200", 1),
        ("(" * 31 + "n" + ")" * 31, "30", 31),
        ("n + " * 300 + "n", "1,000", 1001),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str, place: int) -> None:
    with translation.override("th"), pytest.raises(FormulaProblem) as refused:
        read(text, OPERANDS)
    sentence = str(refused.value)
    assert said.replace(",", "") in sentence.replace(",", ""), sentence
    assert refused.value.start + 1 == place, sentence
    with translation.override("en"):
        assert not any("\u0e00" <= letter <= "\u0e7f" for letter in str(refused.value.problem)), str(refused.value)


def test_a_formula_is_stored_by_names_and_read_by_labels() -> None:
    text = 'ถ้า({ยอดชำระ} > 5 และ {Grade} = "ดีมาก", {due on}, due)'
    stored = canonical(text, read(text, OPERANDS))
    assert stored == 'ถ้า({paid} > 5 และ {grade} = "a", {due}, {due})'
    again = read(stored, {**OPERANDS, "grade": OPERANDS["grade"].stored()})
    assert readable(stored, again) == 'ถ้า({ยอดชำระ} > 5 และ {เกรด} = "ดีมาก", {วันครบกำหนด}, {วันครบกำหนด})'


def test_every_function_has_a_thai_name_and_an_english_one() -> None:
    for meant in set(FUNCTIONS.values()):
        said = [name for name, function in FUNCTIONS.items() if function == meant]
        assert any(name.isascii() for name in said) and any(not name.isascii() for name in said), meant


@pytest.mark.django_db
def test_no_text_of_a_formula_is_taken_for_sql() -> None:
    text = """'); DROP TABLE customers_customer; -- %s %(x)s {test} \\+000041"""
    assert both(f'word & "{text}"'.replace("{test}", "test"), {"word": ""}) == text.replace("{test}", "test")

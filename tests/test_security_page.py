"""The checklist of security: every line says how it stands, and every test that it names exists."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
LINE = re.compile(r"^\| (\d+\.\d+\.\d+[^|]*) \| ([^|]+) \| (.+) \|$", re.M)
NAMED = re.compile(r"`((?:[\w./-]+/)?test_\w+\.py)(?:::(\w+))?`")
MARKS = ("test:", "built", "n/a", "open", "operator", "scan")
# Requirements of levels 1 and 2 by chapter, those that the standard struck out left aside.
CHAPTERS = {"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "V10", "V11", "V12", "V13", "V14"}
LINES = [(number.strip(), how.strip()) for number, _asks, how in LINE.findall(PAGE)]


@cache
def names_in(path: str) -> set[str]:
    return set(re.findall(r"^def (test_\w+)", (ROOT / path).read_text("utf-8"), re.M))


def test_holds_the_standard() -> None:
    assert len(LINES) > 200
    assert {f"V{number.partition('.')[0]}" for number, _how in LINES} == CHAPTERS
    numbers = [number for number, _how in LINES]
    assert len(numbers) == len(set(numbers)), "a requirement stands twice"


@pytest.mark.parametrize(("number", "how"), LINES, ids=[number for number, _how in LINES])
def test_every_line_names_a_test_that_is_there_or_its_reason(number: str, how: str) -> None:
    assert how.startswith(MARKS), f"{number} begins with none of {MARKS}: {how}"
    named = NAMED.findall(how)
    if how.startswith("test:"):
        assert named, f"{number} names no test"
    else:
        assert len(how.split(":", 1)) == 2 or how.startswith("scan"), f"{number} gives no reason"
    for path, name in named:
        where = path if "/" in path else f"samphan/administration/tests/{path}"
        assert (ROOT / where).is_file(), f"{number}: there is no {where}"
        assert name, f"{number}: {path} without the name of a test"
        assert name in names_in(where), f"{number}: {where} has no {name}"


def test_says_how_many_lines_are_open() -> None:
    """The sentence at the top is what the table says."""
    open_lines = sum(how.startswith("open") for _number, how in LINES)
    tested = sum(how.startswith("test:") for _number, how in LINES)
    assert f"{len(LINES)} lines: {tested} shown by a test, {open_lines} open." in PAGE

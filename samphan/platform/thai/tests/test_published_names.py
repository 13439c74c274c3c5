"""The published names, `tests/fixtures/names.csv`, and the same cases with names of a corpus that nobody looked at."""

import csv
import runpy
from collections.abc import Iterable, Sequence
from pathlib import Path

from samphan.platform.thai.names import is_organisation, split_name
from samphan.platform.thai.tests.shared import lines, needs_shared

ROOT = Path(__file__).resolve().parents[4]


def wrong(rows: Iterable[Sequence[str]]) -> list[tuple[Sequence[str], tuple[str, ...]]]:
    read = [(row, tuple(split_name(row[1])[:3])) for row in rows]
    return [(row, parts) for row, parts in read if parts != tuple(row[2:5])]


def test_takes_the_published_names_apart() -> None:
    with (ROOT / "tests" / "fixtures" / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    missed = wrong(rows)
    assert len({row[1] for row in rows}) == len(rows) >= 500
    assert len(missed) <= len(rows) * 0.01, missed


def test_the_published_names_are_what_their_script_writes(tmp_path: Path) -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "make_name_fixtures.py"))
    script["write"](tmp_path / "names.csv", script["SEED"])
    assert (tmp_path / "names.csv").read_text("utf-8") == script["FIXTURE"].read_text("utf-8")


@needs_shared
def test_takes_names_apart_that_the_titles_were_not_tried_on() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "make_name_fixtures.py"))
    first = lines("thai_names/male_names_th.txt") + lines("thai_names/female_names_th.txt")
    rows = [row for seed in range(10) for row in script["names"](seed, first, lines("thai_names/family_names_th.txt"))]
    missed = wrong(rows)
    assert len(missed) <= len(rows) * 0.01, missed[:20]


def test_tells_firms_that_look_like_people_from_people_who_look_like_firms() -> None:
    firms = [
        "สมชาย แอนด์ ซันส์",
        "เจริญ เทรดดิ้ง",
        "แดง & ดำ",
        "หจก.สมชายการช่าง",
        "ก.เจริญ คอนสตรัคชั่น",
        "สภาอุตสาหกรรม",
        "Chai Coffee",
    ]
    people = ["สภาพร ใจดี", "ณรงค์ การค้า", "สมชาย พาณิชย์เจริญ", "Mr. Bank Somchai", "กรมล ใจดี", "ศูนยา ใจดี", "ร้านิต ใจดี"]
    assert [name for name in firms if not is_organisation(name)] == []
    assert [name for name in people if is_organisation(name)] == []

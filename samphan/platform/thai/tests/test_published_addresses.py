"""The published addresses, `tests/fixtures/addresses.csv`, and the same places written by somebody else."""

import csv
import runpy
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from samphan.platform.thai.addresses import parse_address
from samphan.platform.thai.tests.shared import SHARED_DATA, needs_shared

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def script() -> dict:
    return runpy.run_path(str(ROOT / "scripts" / "make_address_fixtures.py"))


def wrong(rows: Iterable[Sequence[str]]) -> list[tuple[Sequence[str], tuple[str, ...]]]:
    read = [(row, tuple(parse_address(row[1])[1:5])) for row in rows]
    return [(row, parts) for row, parts in read if parts != tuple(row[2:6])]


def test_resolves_the_published_addresses() -> None:
    with (ROOT / "tests" / "fixtures" / "addresses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    missed = wrong(rows)
    assert len({row[1] for row in rows}) == len(rows) == 500
    assert len(missed) <= len(rows) * 0.03, missed


def test_the_published_addresses_are_what_their_script_writes(script: dict, tmp_path: Path) -> None:
    script["write"](tmp_path / "addresses.csv", script["SEED"])
    assert (tmp_path / "addresses.csv").read_bytes() == script["FIXTURE"].read_bytes()


@pytest.mark.parametrize("style", ["office", "chat"])
def test_resolves_addresses_that_the_rules_were_not_tried_on(script: dict, style: str) -> None:
    rows = script["addresses"](1500, 4711, style)
    missed = wrong(rows)
    assert len(missed) <= len(rows) * 0.03, missed[:20]


@pytest.mark.parametrize(
    ("text", "parts", "line"),
    [
        ("55 Moo 3 T. Nongprue A. Banglamung Chonburi 20150", ("หนองปรือ", "บางละมุง", "ชลบุรี", "20150"), "55 Moo 3"),
        ("T.Rawai, A.Muang, Phuket 83130", ("ราไวย์", "เมืองภูเก็ต", "ภูเก็ต", "83130"), ""),
        ("50200 เชียงใหม่ เมือง สุเทพ 99/9", ("สุเทพ", "เมืองเชียงใหม่", "เชียงใหม่", "50200"), "99/9"),
        ("ต.หาดใหญ่ อ.หาดไหญ่ จ.สงขา", ("หาดใหญ่", "หาดใหญ่", "สงขลา", "90110"), ""),
        ("เขตสวนหลวง แขวงสวนหลวง กรุงเทพ 10250", ("สวนหลวง", "สวนหลวง", "กรุงเทพมหานคร", "10250"), ""),
        ("88 Silom Rd, Silom, Bang Rak, BKK", ("สีลม", "บางรัก", "กรุงเทพมหานคร", "10500"), "88 Silom Rd"),
        ("ซอยลาดพร้าว 15 แขวงจอมพล เขตจตุจักร", ("จอมพล", "จตุจักร", "กรุงเทพมหานคร", "10900"), "ซอยลาดพร้าว 15"),
        ("วัดประดู่ เมือง สุราษ", ("วัดประดู่", "เมืองสุราษฎร์ธานี", "สุราษฎร์ธานี", "84000"), ""),
        ("12/3 ม.5 ต.บางพลีใหญ่ อ.บางพลี สมุทรปราการ 10540", ("บางพลีใหญ่", "บางพลี", "สมุทรปราการ", "10540"), "12/3 ม.5"),
        ("ร้านป้าแดง ตรงข้ามวัดพระสิงห์ เชียงใหม่", ("", "", "เชียงใหม่", ""), "ร้านป้าแดง ตรงข้ามวัดพระสิงห์"),
        ("แขวงนวมินทร์ เขตบึงกุ่ม กรุงเทพมหานคร 10240", ("นวมินทร์", "บึงกุ่ม", "กรุงเทพมหานคร", "10240"), ""),
        ("ต.บ้านใหม่", ("บ้านใหม่", "", "", ""), ""),
        ("9 ต.คลอง 4 อ.คลองหลวง ปทุมธานี", ("คลองสี่", "คลองหลวง", "ปทุมธานี", "12120"), "9"),
        ("9 Onnut Rd., Payathai, Ratchathewi Bangkok 10400", ("", "ราชเทวี", "กรุงเทพมหานคร", "10400"), "9 Onnut Rd., Payathai"),
        ("Pakkred Sub District, Pakkred District Nonthaburi 11120", ("ปากเกร็ด", "ปากเกร็ด", "นนทบุรี", "11120"), ""),
        ("แขวงนวลจันทร์ เขตบึงกุ่ม กรุงเทพมหานคร 10230", ("นวลจันทร์", "บึงกุ่ม", "กรุงเทพมหานคร", "10230"), ""),
        ("99 ซอยบางนา", ("", "", "", ""), "99 ซอยบางนา"),
        ("12 บ้านนา", ("", "", "", ""), "12 บ้านนา"),
    ],
)  # fmt: skip
def test_weighs_everything_that_a_text_says(text: str, parts: tuple[str, ...], line: str) -> None:
    found = parse_address(text)
    assert tuple(found[1:5]) == parts
    assert found.line == line


@needs_shared
def test_reads_the_same_district_from_the_thai_and_the_english_address_of_listed_companies() -> None:
    with (SHARED_DATA / "thai_companies" / "set_companies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [
        tuple(parse_address(f"{row[column]} {row['zip']}") for column in ("address_th", "address_en")) for row in rows
    ]
    thai = sum(bool(address.district) for address, _english in pairs)
    same = sum(address.district == english.district for address, english in pairs)
    assert (thai >= 0.99 * len(pairs), same >= 0.97 * len(pairs)) == (True, True), (thai, same)

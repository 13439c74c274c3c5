"""Birth dates with unknown parts: on the record, in lists and filters, from and into files, and in the database."""

import csv
from datetime import date
from importlib import import_module
from io import BytesIO, StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from samphan.administration.models import Member, Workspace
from samphan.customers import birthdays, queries
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import MakeCustomer, htmx, sign_in
from samphan.platform.changes.recording import changeset
from samphan.platform.exports import shown_sql
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.calendar import Era
from samphan.platform.thai.partial_dates import format_partial_date

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ("1987-11-05", "39 ปี"),
        ("1987-11-22", "วันนี้ครบ 39 ปี"),
        ("1987-11-23", "อีก 1 วัน"),
        ("1987-XX-XX", "ครบ 39 ปีในปีนี้"),
        ("1987-11-XX", "ครบ 39 ปีในปีนี้"),
        ("1987-03-XX", "39 ปี"),
        ("1987-12-XX", "38 ปี"),
        ("XXXX-11-25", "อีก 3 วัน"),
        ("XXXX-11-22", "วันนี้"),
        ("XXXX-06-05", ""),
    ],
)
def test_says_how_old_somebody_is_as_far_as_it_is_known(stored: str, words: str) -> None:
    said = birthdays.age_words(stored, today=TODAY)
    assert words in said and bool(words) == bool(said)


def edit(client: Client, customer: Customer, typed: str, seen: str) -> tuple[int, str]:
    url = f"/customers/{customer.pk}/fields/birth_date/edit/"
    answer = client.post(url, {"value": typed, "seen": seen}, **htmx())
    return answer.status_code, answer.content.decode()


def test_edits_a_birth_date_as_one_field_and_keeps_what_it_was(
    signed_in: Client, prae: Customer, owner: Member, workspace: Workspace
) -> None:
    status, html = edit(signed_in, prae, "5 พ.ย.", "1989-12-14")
    assert (status, "5 พ.ย." in html, "ปี" in html.split("5 พ.ย.")[1][:60]) == (200, True, False)
    assert 'value="5 พ.ย."' in signed_in.get(f"/customers/{prae.pk}/fields/birth_date/edit/", **htmx()).content.decode()
    assert edit(signed_in, prae, "พ.ศ. 2530", "XXXX-11-05")[0] == 200
    with in_workspace(workspace.id):
        prae.refresh_from_db()
        assert prae.birth_date == "1987-XX-XX"
        items = [item for change in queries.history_of(prae, owner, only=["birth_date"]) for item in change.items]
        assert [(item.old, item.new) for item in items] == [("XXXX-11-05", "1987-XX-XX"), ("1989-12-14", "XXXX-11-05")]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("พ.ย. 20", "20 พ.ย."),
        ("31/12/2700", "ยังมาไม่ถึง"),
        ("พ.ศ. 2400", "2400"),
        ("5/11/20", "5 พ.ย. 2520"),
        ("ไม่ทราบ", "ไม่ทราบ"),
    ],
)
def test_asks_and_refuses_with_a_sentence(signed_in: Client, prae: Customer, typed: str, says: str) -> None:
    status, html = edit(signed_in, prae, typed, "1989-12-14")
    assert status == 422 and "form-error" in html
    assert says in html


def test_the_head_tells_of_a_birthday_within_a_week(
    signed_in: Client, client: Client, make_customer: MakeCustomer, onlooker: Member
) -> None:
    ton = make_customer(name="ปัณณวิชญ์ ตรีเนตร", birth_date="23 พ.ย. 2530")
    with patch("django.utils.timezone.localdate", return_value=TODAY):
        assert "วันเกิดพรุ่งนี้" in signed_in.get(f"/customers/{ton.pk}/").content.decode()
        assert "วันเกิดพรุ่งนี้" in signed_in.get(f"/customers/{ton.pk}/quick/").content.decode()
        hidden = sign_in(client, onlooker).get(f"/customers/{ton.pk}/").content.decode()
    assert "วันเกิดพรุ่งนี้" not in hidden and "23 พ.ย. 2530" not in hidden


BIRTHS = {"กฤตเมธ ณ ลำพูน": "5/12/2535", "จิตติมา แซ่ตั้ง": "พ.ศ. 2530", "ชลธิชา วงศ์ไทย": "1 ธ.ค.", "ดวงใจ มีสุข": "ธ.ค. 2540"}


@pytest.mark.parametrize(
    ("filters", "chip", "found"),
    [
        ("birth_date:month_is:12", "ธันวาคม", ["กฤตเมธ", "ชลธิชา", "ดวงใจ"]),
        ("birth_date:on:1987-XX-XX", "พ.ศ. 2530", ["จิตติมา"]),
        ("birth_date:on:XXXX-12-01", "1 ธ.ค.", ["ชลธิชา"]),
        ("birth_date:between:1987-01-01,1992-12-31", "31 ธ.ค. 2535", ["กฤตเมธ", "จิตติมา"]),
        ("birth_date:comes_round_within:366", "366 วัน", ["กฤตเมธ", "ชลธิชา"]),
        ("birth_date:is_unknown", "", []),
    ],
)
def test_the_list_asks_for_birth_dates(
    signed_in: Client, make_customer: MakeCustomer, filters: str, chip: str, found: list[str]
) -> None:
    for name, birth in BIRTHS.items():
        make_customer(name=name, birth_date=birth)
    html = signed_in.get(f"/customers/?columns=name,birth_date&sort=name&f={filters}").content.decode()
    assert chip in html
    assert [name.split()[0] for name in BIRTHS if name in html] == found


def test_the_filter_takes_what_people_type(signed_in: Client, prae: Customer) -> None:
    asked = "/customers/filters/?field=birth_date&operator=on&apply=1&value="
    assert signed_in.get(asked + "พ.ศ. 2530")["Location"] == "/customers/?f=birth_date:on:1987-XX-XX"
    assert signed_in.get(asked + "5 พ.ย.")["Location"] == "/customers/?f=birth_date:on:XXXX-11-05"
    step = signed_in.get("/customers/filters/?field=birth_date").content.decode()
    assert 'value="comes_round_within" selected' in step and 'type="number"' in step


def exported(client: Client, which: str) -> list[list[str]]:
    answer = client.get(f"/export/customers/?format=csv&columns=birth_date&sort=name{which}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(StringIO(text)))


def test_an_export_writes_what_an_import_reads(signed_in: Client, make_customer: MakeCustomer) -> None:
    for name, birth in BIRTHS.items():
        make_customer(name=name, birth_date=birth)
    shown = {row[0]: row[1] for row in exported(signed_in, "")[1:]}
    assert sorted(shown.values()) == sorted(["5 ธ.ค. 2535", "พ.ศ. 2530", "1 ธ.ค.", "ธ.ค. 2540"])


@pytest.mark.parametrize("era", ["be", "ce"])
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_database_writes_the_words_of_the_screen(workspace: Workspace, language: str, era: Era) -> None:
    stored = ["1987-11-05", "1987-11-XX", "1987-XX-XX", "XXXX-11-05", "XXXX-02-29"]
    with in_workspace(workspace.id), connection.cursor() as cursor:
        written = shown_sql.partial_day("birth", language, era)
        cursor.execute(f"SELECT birth, {written} FROM unnest(%s::text[]) AS births (birth)", [stored])
        assert cursor.fetchall() == [(birth, format_partial_date(birth, language, era)) for birth in stored]


def test_a_workbook_holds_whole_days_as_days(signed_in: Client, make_customer: MakeCustomer) -> None:
    for name, birth in BIRTHS.items():
        make_customer(name=name, birth_date=birth)
    answer = signed_in.get("/export/customers/?format=xlsx&columns=birth_date&sort=name")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    found = {str(row[1]) for row in book.get_sheet_by_index(0).to_python()[1:]}
    assert found == {"1992-12-05", "พ.ศ. 2530", "1 ธ.ค.", "ธ.ค. 2540"}


@pytest.mark.parametrize(
    "birth", ["1987-02-29", "1987-04-31", "1987-XX-05", "XXXX-11-XX", "XXXX-XX-XX", "2530", "21/11/2530", "1987-13-01"]
)
def test_the_database_takes_no_other_text(prae: Customer, workspace: Workspace, birth: str) -> None:
    with in_workspace(workspace.id), pytest.raises(IntegrityError), transaction.atomic(), changeset("tests.change"):
        Customer.objects.filter(pk=prae.pk).update(birth_date=birth)


FILE = """รหัสลูกค้า,ชื่อ,วันเกิด,ปีเกิด
K1,กฤตเมธ ณ ลำพูน,5/12/2535,
K2,จิตติมา แซ่ตั้ง,พ.ศ. 2530,
K3,ชลธิชา วงศ์ไทย,1 ธ.ค.,2531
K4,ดวงใจ มีสุข,ธ.ค. 2540,2540
K5,เนตรนภา แก้วใส,2530-11-??,
K6,ปิยะ ทองดี,,2520
K7,พรทิพย์ สุขใจ,29 ก.พ.,2530
K8,ภาณุ รักไทย,14/12/2532,2530
K9,มานพ ชื่นบาน,พ.ย. 20,
K10,ยุพา ใจงาม,25/12,
K11,รัตนา ศรีสุข,1/1/2400,
"""


def bring(workspace: Workspace, path: Path, text: str) -> ImportBatch:
    (path / "births.csv").write_text(text, "utf-8")
    with in_workspace(workspace.id):
        batch = imports.take_file(path / "births.csv", file_name="วันเกิด.csv", kind_name=None, member_id=None)
        engine.start(batch)
    return engine.run(batch.id, workspace.id).batch


def births() -> dict[str, str | None]:
    rows = Customer.objects.filter(deleted_at=None).values_list("identities__value", "birth_date")
    return {str(number): birth for number, birth in rows}


@pytest.mark.django_db
def test_a_file_brings_what_it_knows_and_the_undo_takes_it_away(workspace: Workspace, tmp_path: Path) -> None:
    batch = bring(workspace, tmp_path, FILE)
    known = {
        "K1": "1992-12-05",
        "K2": "1987-XX-XX",
        "K3": "1988-12-01",
        "K4": "1997-12-XX",
        "K5": "1987-11-XX",
        "K6": "1977-XX-XX",
        "K10": "XXXX-12-25",
    }
    with in_workspace(workspace.id):
        assert births() == known
        problems = {(one.row, one.code) for one in batch.problems.all()}
    assert problems == {(8, "leap_birth"), (9, "two_births"), (10, "ambiguous_birth"), (12, "past")}
    second = bring(workspace, tmp_path, "รหัสลูกค้า,ชื่อ,วันเกิด\nK1,กฤตเมธ ณ ลำพูน,ธ.ค. 2535\nK2,จิตติมา แซ่ตั้ง,1987-XX-XX\n")
    assert (second.updated, second.skipped) == (1, 1)
    with in_workspace(workspace.id):
        assert births()["K1"] == "1992-12-XX"
        assert Customer.objects.get(birth_date="1992-12-XX").sources["birth_date"][0] == f"import:{second.id}"
    engine.undo(second.id, workspace.id, member_id=None)
    with in_workspace(workspace.id):
        assert births() == known
    engine.undo(batch.id, workspace.id, member_id=None)
    with in_workspace(workspace.id):
        assert births() == {}


def test_the_migration_brings_whole_dates_and_their_history(prae: Customer, workspace: Workspace) -> None:
    """As rows were before: the date in its old column, the text empty."""
    migration = import_module("samphan.customers.migrations.0017_fill_birth")
    with in_workspace(workspace.id), changeset("tests.change"):
        Customer.objects.filter(pk=prae.pk).update(note="อื่น")
    with in_workspace(workspace.id), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL ROLE samphan_owner")
        cursor.execute("ALTER TABLE customers_customer DISABLE TRIGGER USER")
        for table in ("customers_customer", "customers_customerhistory"):
            cursor.execute(f"UPDATE {table} SET birth_date = birth::date, birth = NULL")
        with connection.schema_editor() as editor:
            for _time in range(2):  # it can be repeated
                migration.fill(None, editor)
        cursor.execute("SELECT set_config('samphan.workspace', %s, true)", [str(workspace.id)])
        for table in ("customers_customer", "customers_customerhistory"):
            cursor.execute(f"SELECT DISTINCT birth FROM {table}")
            assert cursor.fetchall() == [("1989-12-14",)]
        # And the way back.
        cursor.execute("UPDATE customers_customer SET birth_date = NULL")
        with connection.schema_editor() as editor:
            migration.empty(None, editor)
        cursor.execute("SELECT set_config('samphan.workspace', %s, true)", [str(workspace.id)])
        cursor.execute("SELECT DISTINCT birth_date::text FROM customers_customer")
        assert cursor.fetchall() == [("1989-12-14",)]

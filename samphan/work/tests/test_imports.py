"""Notes, calls and tasks from files: for customers found by number, phone, e-mail or name; taken back whole."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.platform.imports import actions, engine
from samphan.platform.imports.kinds import kind, kinds
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import inspect_file
from samphan.platform.imports.sources import recognise
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.calendar import BANGKOK
from samphan.work.import_cells import plain
from samphan.work.models import Activity, Task, TaskState

pytestmark = pytest.mark.django_db

EXPORTS = Path(__file__).resolve().parents[3] / "tests" / "fixtures" / "exports"
NOTES = (
    "วันที่,ลูกค้า,เบอร์โทร,ประเภทกิจกรรม,บันทึก,ผู้บันทึก,ระยะเวลา\n"
    "5/3/2567 14:30,,081-234-5678,โทรออก,ลูกค้าขอใบเสนอราคา,เมย์,12\n"
    "25/3/2567,พิมพ์ลดา อัครเดชากุล,,เข้าพบ,,คนออกแล้ว,\n"
    "26/3/2567,ใครก็ไม่รู้,,บันทึก,ไม่รู้ว่าใคร,,\n"
    "27/3/2567,,pimlada@example.com,บันทึก,,เมย์,\n"
)
Bring = Callable[..., ImportBatch]


@pytest.fixture
def bring(workspace: Workspace, owner: Member, tmp_path: Path) -> Bring:
    """Bring a text or a file in as the owner, mapped by itself."""

    def carry_out(given: str | Path, **more: Any) -> ImportBatch:
        path = given if isinstance(given, Path) else tmp_path / "in.csv"
        if isinstance(given, str):
            path.write_text(given, "utf-8")
        with in_workspace(workspace.id):
            batch = actions.take_file(path, file_name=path.name, kind_name=more.get("kind"), member_id=owner.id)
            if "columns" in more:
                actions.set_mapping(batch, columns=more["columns"])
            engine.start(batch)
        return engine.run(batch.id, workspace.id).batch

    return carry_out


def refused(batch: ImportBatch) -> list[tuple[int, str, str]]:
    with in_workspace(batch.workspace_id):
        return list(batch.problems.filter(rejects=True).order_by("row").values_list("row", "column", "code"))


def test_writes_notes_and_calls_down_and_takes_them_back(
    bring: Bring, prae: Customer, owner: Member, workspace: Workspace
) -> None:
    batch = bring(NOTES)
    assert batch.kind == "activities"
    assert refused(batch) == [(4, "ลูกค้า", "unknown_customer"), (5, "เบอร์โทร", "no_digits")]
    assert (batch.created, batch.skipped, batch.errors) == (2, 0, 2)
    with in_workspace(workspace.id):
        call, visit = Activity.objects.order_by("at")
        assert (call.kind, call.direction, call.text) == ("call", "", "ลูกค้าขอใบเสนอราคา")
        assert (call.customer_id, call.member_id, call.duration_seconds) == (prae.pk, owner.pk, 720)
        assert call.at == datetime(2024, 3, 5, 7, 30, tzinfo=UTC)
        assert (visit.kind, visit.member_id, visit.customer_id) == ("visit", None, prae.pk)
        assert visit.at == datetime(2024, 3, 25, 5, tzinfo=UTC)  # a day alone is its noon
        assert list(batch.problems.filter(rejects=False).values_list("code", flat=True)) == ["unknown_writer"]
    again = bring(NOTES)
    assert (again.created, again.skipped) == (0, 2)
    engine.undo(batch.id, workspace.id, member_id=None)
    with in_workspace(workspace.id):
        assert not Activity.objects.exists() and Customer.objects.count() == 1


def test_finds_a_customer_by_every_number_and_the_right_one_of_a_shared_phone(
    bring: Bring, make_customer: Callable[..., Customer], workspace: Workspace
) -> None:
    father = make_customer(name="สมศักดิ์ ใจดี", phone="089-999-9999", member_number="M7", external_id="C-1")
    mother = make_customer(name="สมศรี ใจดี", email="somsri@example.com")
    with in_workspace(workspace.id):
        from samphan.customers.models import Identity

        Identity.objects.create(
            workspace_id=workspace.id, customer_id=mother.pk, kind="phone", value="+66899999999", resolves=False
        )
    batch = bring(
        "ชื่อลูกค้า,รหัสลูกค้า,โทรศัพท์,อีเมล,กิจกรรม,รายละเอียด\n"
        ",C-1,,,โน้ต,ตามรหัส\n,M7,,,โน้ต,ตามเลขสมาชิก\n,,,SOMSRI@example.com,โน้ต,ตามอีเมล\n"
        "สมศรี ใจดี,,089-999-9999,,โน้ต,ตามเบอร์และชื่อ\n,,0899999999,,โน้ต,ตามเบอร์\n"
        "ใครไม่รู้,,089-999-9999,,โน้ต,คนอื่นเบอร์เดียวกัน\n,,,,โน้ต,ไม่มีใคร\n"
    )
    assert refused(batch) == [(7, "โทรศัพท์", "several_customers"), (8, "รหัสลูกค้า", "no_customer")]
    with in_workspace(workspace.id):
        found = {one.text: one.customer_id for one in Activity.objects.all()}
    assert found == {
        "ตามรหัส": father.pk,
        "ตามเลขสมาชิก": father.pk,
        "ตามอีเมล": mother.pk,
        "ตามเบอร์และชื่อ": mother.pk,
        "ตามเบอร์": father.pk,
    }


def test_brings_tasks_of_a_workbook_in_with_state_and_assignee(
    bring: Bring, prae: Customer, owner: Member, salesperson: Member, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "งาน.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["งาน", "ลูกค้า", "กำหนดส่ง", "สถานะ", "ผู้รับผิดชอบ", "รายละเอียด"])
        sheet.write_row(1, 0, ["ส่งใบเสนอราคา", "pimlada@example.com"])
        sheet.write_datetime(1, 2, datetime(2026, 12, 1), day)
        sheet.write_row(1, 3, ["กำลังทำ", "บอย", "ภายในเที่ยง"])
        sheet.write_row(2, 0, ["จัดห้องประชุม", "", "", "เสร็จแล้ว", "ใครไม่รู้", ""])
        sheet.write_row(3, 0, ["โทรกลับ", "เบอร์ผิด 99", "", "", "", ""])
        sheet.write_row(4, 0, ["", "pimlada@example.com", "", "ไม่รู้จักคำนี้", "", ""])
    batch = bring(path)
    assert batch.kind == "tasks"
    assert refused(batch) == [(4, "ลูกค้า", "unknown_customer"), (5, "สถานะ", "unknown_choice")]
    with in_workspace(workspace.id):
        quote, room = Task.objects.order_by("-title")
        assert (quote.title, quote.state, quote.due_on, quote.due_at) == (
            "ส่งใบเสนอราคา",
            "doing",
            date(2026, 12, 1),
            None,
        )
        assert (quote.assignee_id, quote.customer_id, quote.made_by_id) == (salesperson.pk, prae.pk, owner.pk)
        assert (room.state, room.assignee_id, room.customer_id) == ("done", owner.pk, None) and room.closed_at
        assert TaskState.objects.count() == 2
    assert bring(path).skipped == 2
    engine.undo(batch.id, workspace.id, member_id=None)
    with in_workspace(workspace.id):
        assert not Task.objects.exists() and not TaskState.objects.exists()


def test_brings_the_notes_of_a_system_to_the_people_of_its_export(
    bring: Bring, owner: Member, workspace: Workspace
) -> None:
    bring(EXPORTS / "hubspot_contacts.csv")
    bring(EXPORTS / "pipedrive_people.csv")
    notes, tasks = bring(EXPORTS / "hubspot_notes.csv"), bring(EXPORTS / "pipedrive_activities.csv")
    assert (notes.mapping["source"], tasks.mapping["source"]) == ("hubspot_notes", "pipedrive_activities")
    assert refused(notes) == [(4, "Associated Contact IDs", "unknown_customer")] and refused(tasks) == []
    with in_workspace(workspace.id):
        first, second = Activity.objects.order_by("at").select_related("customer")
        assert first.text == "ขอใบเสนอราคา ภายในศุกร์\nสนใจรุ่นใหม่" and first.customer.name == "สมชาย ใจดี"
        assert second.customer.name == "Jane Cooper"
        done, undone = Task.objects.order_by("due_on").select_related("customer")
        assert (done.state, done.kind, done.customer.name) == ("done", "other", "สมหญิง รักไทย")
        assert (undone.state, undone.kind, undone.customer.name) == ("not_started", "call", "John Smith")
        assert (done.due_on, done.due_at) == (date(2024, 6, 3), None)
        assert (undone.due_on, undone.due_at) == (date(2026, 12, 1), datetime(2026, 12, 1, 7, 30, tzinfo=UTC))


def test_keeps_how_a_call_ended(bring: Bring, prae: Customer, workspace: Workspace) -> None:
    batch = bring(
        "วันที่,อีเมล,กิจกรรม,บันทึก,ผลลัพธ์\n21/5/2567,pimlada@example.com,โทร,คุยเรื่องราคา,สนใจ\n22/5/2567,pimlada@example.com,โทร,,ไม่รับสาย\n"
        "23/5/2567,pimlada@example.com,เข้าพบ,,หัวเราะ\n24/5/2567,pimlada@example.com,บันทึก,จดไว้,สนใจ\n"
    )
    assert batch.mapping["columns"]["ผลลัพธ์"] == "outcome" and (batch.created, batch.errors) == (4, 0)
    with in_workspace(workspace.id):
        assert list(Activity.objects.order_by("at").values_list("kind", "outcome")) == [
            ("call", "interested"),
            ("call", "no_answer"),
            ("visit", ""),  # a word that means nothing here: the row comes in, and says so
            ("note", ""),  # a note has no outcome
        ]
        assert list(batch.problems.values_list("row", "column", "code", "rejects")) == [
            (4, "ผลลัพธ์", "unknown_choice", False)
        ]


def test_takes_the_outcome_of_the_calls_of_a_system(bring: Bring, workspace: Workspace) -> None:
    bring(EXPORTS / "hubspot_contacts.csv")
    batch = bring(
        "Record ID,Call Title,Call notes,Call outcome,Call direction,Call duration (HH:mm:ss),Activity date,"
        "Associated Contact IDs\n7,Follow up,,No answer,OUTBOUND,00:00:12,2024-06-01 09:15,1001\n"
        "8,Again,แล้วค่อยโทร,Connected,OUTBOUND,,2024-06-02 09:15,1001\n"
    )
    assert batch.mapping["source"] == "hubspot_calls" and (batch.created, batch.errors) == (2, 0)
    with in_workspace(workspace.id):
        assert list(Activity.objects.order_by("at").values_list("outcome", flat=True)) == ["no_answer", "reached"]


@pytest.mark.parametrize(
    ("said", "due"),
    [("14:30", (14, 30)), ("๙.๑๕ น.", (9, 15)), ("2:30 PM", (14, 30)), ("0.6041666667", (14, 30)), ("", None)],
)
def test_takes_the_time_of_the_due_day_from_its_own_column(
    bring: Bring, owner: Member, workspace: Workspace, said: str, due: tuple[int, int] | None
) -> None:
    batch = bring(f"งาน,กำหนดส่ง,เวลา\nส่งของ,25/12/2569,{said}\n")
    assert (batch.kind, batch.created) == ("tasks", 1)
    with in_workspace(workspace.id):
        task = Task.objects.get()
        at = task.due_at and (task.due_at.astimezone(BANGKOK).hour, task.due_at.astimezone(BANGKOK).minute)
        assert (task.due_on, at) == (date(2026, 12, 25), due)


def test_refuses_a_time_that_is_none(bring: Bring, owner: Member) -> None:
    assert refused(bring("งาน,กำหนดส่ง,เวลา\nส่งของ,25/12/2569,บ่าย ๆ\n")) == [(2, "เวลา", "clock")]


def test_every_table_of_a_system_fills_fields_that_there_are() -> None:
    for one in (kind("activities"), kind("tasks")):
        names = one.field_names()
        for source in one.sources:
            assert set(source.columns) <= names and set(source.values) <= names, source.name
    for name in ("hubspot_notes", "pipedrive_activities"):
        found = recognise(inspect_file(EXPORTS / f"{name}.csv").headings, kinds())
        assert found and found[1].name == name


def test_takes_no_list_of_customers_for_notes_or_tasks(bring: Bring) -> None:
    for text in (
        "ชื่อ,เบอร์โทร,วันที่,หมายเหตุ,ผู้ดูแล,สถานะ\nก,0812345678,1/2/2567,ดี,,\n",
        "Name,Phone,Email,Date,Notes,Owner,Status,Type\nA,0812345678,a@example.com,2024-05-13,x,,,\n",
    ):
        batch = bring(text, columns={text.partition(",")[0]: "name"})
        assert batch.kind == "customers"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("1/2/2600,0812345678,โทร,คุยแล้ว,", "วันที่", "future"),
        ("1/2/2567,0812345678,โทร,คุยแล้ว,นานมาก", "ระยะเวลา", "duration"),
        ("1/2/2567,0812345678,กระซิบ,คุยแล้ว,", "ประเภทกิจกรรม", "unknown_choice"),
        ("1/2/2567,0812345678,,,", "บันทึก", "no_text"),
        ("32/2/2567,0812345678,โทร,คุยแล้ว,", "วันที่", "day"),
    ],
)
def test_says_of_a_bad_cell_what_and_where(bring: Bring, prae: Customer, row: str, column: str, code: str) -> None:
    batch = bring(f"วันที่,เบอร์โทร,ประเภทกิจกรรม,บันทึก,ระยะเวลา\n20/2/2567,0812345678,โทร,ดี,5\n{row}\n", kind="activities")
    assert refused(batch) == [(3, column, code)] and batch.created == 1


def test_reads_the_markup_of_a_web_page_as_its_words() -> None:
    assert plain("<p>หนึ่ง <b>สอง</b></p><ul><li>สาม &amp; สี่</li></ul>") == "หนึ่ง สอง\nสาม & สี่"
    assert plain("1 < 2 และ a > b") == "1 < 2 และ a > b"


def test_shows_each_step_with_the_person_who_is_unknown(
    signed_in: Client, bring: Bring, prae: Customer, workspace: Workspace
) -> None:
    batch = bring(NOTES)
    path = Path(batch.file_path)
    with in_workspace(workspace.id):
        batch = actions.take_file(path, file_name="โทร.csv", kind_name=None, member_id=batch.member_id)
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert "ลูกค้าขอใบเสนอราคา" in page and "5 มี.ค. 2567 14:30" in page
    engine.check(batch.id, workspace.id)
    page = signed_in.get(f"/imports/{batch.pk}/check/?group=unknown_writer:ผู้บันทึก").content.decode()
    assert "“คนออกแล้ว” ใน 1 แถว หมายถึง" in page and "นำเข้าทั้ง 1 แถวโดยไม่ระบุผู้เขียน" in page
    page = signed_in.get(f"/imports/{batch.pk}/check/?group=unknown_customer:ลูกค้า").content.decode()
    assert "ไม่รู้จักลูกค้า" in page and "ไม่นำเข้าทั้ง 1 แถว" in page

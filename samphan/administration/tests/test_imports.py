"""Imports through the browser's requests: each step, and what each refuses."""

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.customers.models import Customer
from samphan.platform.changes.recording import changeset
from samphan.platform.imports import jobs
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

CUSTOMERS = (
    "รหัสลูกค้า,ชื่อ-สกุล,เบอร์มือถือ,อีเมล,วันเกิด\n"
    "C1,คุณฐานิกา เพ็ชรรัตน์,0826154407,thanika@example.com,14/2/2535\n"
    "C2,น.ส. กัญญ์วรา มุ่งดี,082615440,kanwara@example.com,25/3/2541\n"
    "C3,นาย อธิป ฤทธิ์เดชา,089-771-2043,atip@@example.com,19/6/2546\n"
)


@pytest.fixture(autouse=True)
def files_in_a_folder_of_their_own(settings: object, tmp_path: Path) -> None:
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


def work_off() -> int:
    """Do what a worker would do with the queued import jobs."""
    known = {one.name: one for one in (jobs.fetch_sheet, jobs.check_import, jobs.run_import, jobs.undo_import)}
    # A test with transactions of its own may have left jobs: its company is gone.
    companies = {str(pk) for pk in Workspace.objects.values_list("pk", flat=True)}
    queued = ProcrastinateJob.objects.filter(status="todo", queue_name="imports").order_by("id")
    waiting = [one for one in queued if one.args["workspace_id"] in companies]
    for one in waiting:
        known[one.task_name](**one.args)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = ANY(%s)", [[one.id for one in waiting]]
        )
    return len(waiting)


def upload(client: Client, content: str | bytes = CUSTOMERS, name: str = "ลูกค้า.csv", **more: str) -> ImportBatch:
    body = content.encode() if isinstance(content, str) else content
    answer = client.post("/imports/", {"file": SimpleUploadedFile(name, body), **more})
    assert answer.status_code == 302, refusal_of(answer.content.decode())
    batch_id = re.search(r"/imports/([0-9a-f-]{36})/", answer["Location"])
    assert batch_id
    with in_workspace(UUID(client.session["of_test"])):
        return ImportBatch.objects.get(id=batch_id[1])


@pytest.fixture(autouse=True)
def workspace_of_the_browser(signed_in: Client, workspace: Workspace) -> None:
    session = signed_in.session
    session["of_test"] = str(workspace.id)
    session.save()


def again(batch: ImportBatch) -> ImportBatch:
    with in_workspace(batch.workspace_id):
        return ImportBatch.objects.get(id=batch.pk)


def refusal_of(page: str) -> str:
    found = re.search(r'class="form-error"[^>]*>([^<]+)<', page)
    return found[1] if found else ""


def checked(client: Client, content: str | bytes = CUSTOMERS, **more: str) -> ImportBatch:
    batch = upload(client, content, **more)
    mapping = {"column-0": "external_id", "column-1": "name", "column-2": "phone", "column-3": "email"}
    mapping |= {"column-4": "birth_date", "existing": "file", "next": "1"}
    answer = client.post(f"/imports/{batch.pk}/mapping/", mapping)
    assert answer.status_code == 302, answer.content.decode()
    assert work_off() == 1
    return again(batch)


def imported(client: Client, content: str | bytes = CUSTOMERS) -> ImportBatch:
    batch = checked(client, content)
    assert client.post(f"/imports/{batch.pk}/run/").status_code == 302
    assert work_off() == 1
    return again(batch)


def test_takes_a_file_from_the_drop_zone_to_customers_and_back(signed_in: Client, workspace: Workspace) -> None:
    page = signed_in.get("/imports/").content.decode()
    assert 'enctype="multipart/form-data"' in page and 'type="file"' in page
    batch = upload(signed_in)
    assert (batch.kind, batch.state, batch.member_id is not None) == ("customers", "uploaded", True)
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert "คุณฐานิกา เพ็ชรรัตน์" in page and "เบอร์มือถือ" in page
    assert '<option value="phone" selected>' in page
    assert "082-615-4407" in page  # row 1 as it will become
    batch = checked(signed_in)
    assert (batch.state, batch.rows, batch.created, batch.errors) == ("checked", 3, 1, 2)
    page = signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    assert 'value="082615440"' in page and 'aria-invalid="true"' in page
    batch = again(batch)
    signed_in.post(f"/imports/{batch.pk}/run/")
    assert again(batch).state == "running"
    progress = signed_in.get(f"/imports/{batch.pk}/run/").content.decode()
    assert 'role="progressbar"' in progress
    work_off()
    batch = again(batch)
    assert (batch.state, batch.created, batch.updated, batch.skipped, batch.errors) == ("done", 1, 0, 0, 2)
    with in_workspace(workspace.id):
        assert [customer.name for customer in Customer.objects.all()] == ["ฐานิกา เพ็ชรรัตน์"]
    done = signed_in.get(f"/imports/{batch.pk}/run/").content.decode()
    assert f"/imports/{batch.pk}/undo/" in done and f"/imports/{batch.pk}/rejects/" in done
    signed_in.post(f"/imports/{batch.pk}/undo/")
    assert again(batch).state == "undoing"
    assert "กำลังเลิกทำ" in signed_in.get(f"/imports/{batch.pk}/run/").content.decode()
    work_off()
    assert again(batch).state == "undone"
    with in_workspace(workspace.id):
        assert not Customer.objects.exists()
    assert "ลูกค้า.csv" in signed_in.get("/imports/").content.decode()


def test_mends_a_cell_in_place_and_brings_the_row_in(signed_in: Client, workspace: Workspace) -> None:
    batch = checked(signed_in)
    url = f"/imports/{batch.pk}/check/rows/3/"
    answer = signed_in.post(url, {"column": "2", "columns": "1,2", "value": "0826154"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and 'aria-invalid="true"' in answer.content.decode()
    assert again(batch).errors == 2
    answer = signed_in.post(
        url, {"column": "2", "columns": "1,2", "value": "082-615-4408"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert "ผ่านแล้ว" in page and 'aria-invalid="true"' not in page and "check-tiles" in page
    batch = again(batch)
    assert (batch.created, batch.errors, batch.rows) == (2, 1, 3)
    assert batch.corrections == {"3": {"เบอร์มือถือ": "082-615-4408"}}
    assert [(one["code"], one["rows"]) for one in batch.result["problems"]] == [("email_two_at", 1)]
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    batch = again(batch)
    assert (batch.created, batch.errors) == (2, 1)
    with in_workspace(workspace.id):
        assert Customer.objects.filter(name="กัญญ์วรา มุ่งดี").exists()


def test_hands_out_the_rejects_and_writes_that_down(signed_in: Client, workspace: Workspace) -> None:
    batch = imported(signed_in)
    answer = signed_in.get(f"/imports/{batch.pk}/rejects/")
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    lines = text.splitlines()
    assert lines[0].endswith("row,column,reason") and len(lines) == 3
    assert ",3,เบอร์มือถือ," in lines[1]
    with in_workspace(workspace.id):
        assert AuditEntry.objects.filter(action="administration.rejects_downloaded").count() == 1


def test_keeps_a_later_edit_and_says_so(signed_in: Client, owner: Member, workspace: Workspace) -> None:
    batch = imported(signed_in)
    with in_workspace(workspace.id), changeset("customers.customer_edited", member_id=owner.pk):
        Customer.objects.update(nickname="ปิ่น")
    signed_in.post(f"/imports/{batch.pk}/undo/")
    work_off()
    page = signed_in.get(f"/imports/{batch.pk}/run/").content.decode()
    assert "ชื่อเล่น" in page
    with in_workspace(workspace.id):
        assert Customer.objects.get().nickname == "ปิ่น"


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("ว่าง.csv", b"", "ไฟล์ว่างเปล่า"),
        ("หัว.csv", "ชื่อ,โทร\n".encode(), "ไฟล์มีแต่หัวคอลัมน์"),
        ("รูป.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, ""),
        ("หัก.xlsx", b"PK\x03\x04" + b"x" * 300, "ไฟล์เสีย"),
        ("ศูนย์.csv", "ชื่อ,โทร\n".encode() + b"\x00\x01\x02" * 400, ""),
        ("ลึก.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 12_000_000, 9), ""),
    ],
)
def test_refuses_a_bad_file_in_place_with_one_sentence(
    signed_in: Client, workspace: Workspace, name: str, body: bytes, says: str
) -> None:
    answer = signed_in.post("/imports/", {"file": SimpleUploadedFile(name, body)})
    assert answer.status_code == 422
    said = refusal_of(answer.content.decode())
    assert said and says in said
    with in_workspace(workspace.id):
        assert not ImportBatch.objects.exists()


def test_refuses_a_lying_workbook_that_unpacks_without_end(signed_in: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    answer = signed_in.post("/imports/", {"file": SimpleUploadedFile("ระเบิด.xlsx", packed.getvalue())})
    assert answer.status_code == 422 and refusal_of(answer.content.decode())


def test_says_the_limit_when_a_file_is_too_large(signed_in: Client, settings: object) -> None:
    from dataclasses import replace

    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, max_upload_bytes=2**20)  # type: ignore[attr-defined]
    answer = signed_in.post("/imports/", {"file": SimpleUploadedFile("ใหญ่.csv", b"a,b\n" * 600_000)})
    assert answer.status_code == 422
    assert "3 MB" in refusal_of(answer.content.decode()) and "1 MB" in refusal_of(answer.content.decode())


def test_asks_for_a_file_when_there_is_none(signed_in: Client) -> None:
    answer = signed_in.post("/imports/", {})
    assert answer.status_code == 422 and refusal_of(answer.content.decode()) == "เลือกไฟล์ก่อน"


def test_asks_for_the_sheet_when_there_are_several(signed_in: Client) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for sheet, who in (("สาขา 1", "สมชาย ใจดี"), ("สมาชิก", "สมหญิง งามตา")):
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, ["ชื่อ", "โทร"])
        page.write_row(1, 0, [who, "0812345678"])
    book.close()
    batch = upload(signed_in, out.getvalue(), name="สมาชิก.xlsx")
    assert signed_in.get(f"/imports/{batch.pk}/")["Location"] == f"/imports/{batch.pk}/sheet/"
    assert "สมชาย ใจดี" in signed_in.get(f"/imports/{batch.pk}/sheet/").content.decode()
    part = signed_in.post(f"/imports/{batch.pk}/sheet/", {"sheet": "สมาชิก"}, headers={"HX-Request": "true"})
    assert "สมหญิง งามตา" in part.content.decode() and "<html" not in part.content.decode()
    onward = signed_in.post(f"/imports/{batch.pk}/sheet/", {"sheet": "สมาชิก", "next": "1"})
    assert onward["Location"] == f"/imports/{batch.pk}/mapping/"
    assert again(batch).shape["sheet"] == "สมาชิก"
    assert signed_in.post(f"/imports/{batch.pk}/sheet/", {"sheet": "ไม่มี"}).status_code == 422
    assert again(batch).shape["sheet"] == "สมาชิก"


def test_reads_a_file_in_another_encoding_when_told(signed_in: Client) -> None:
    batch = upload(signed_in, "ชื่อ,โทร\nสมชาย ใจดี,0812345678\n".encode("cp874"))
    assert again(batch).shape["headings"] == ["ชื่อ", "โทร"]
    part = signed_in.post(f"/imports/{batch.pk}/sheet/", {"encoding": "cp1252"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and "สมชาย" not in part.content.decode()
    part = signed_in.post(f"/imports/{batch.pk}/sheet/", {"encoding": "cp874"}, headers={"HX-Request": "true"})
    assert "สมชาย ใจดี" in part.content.decode()


def test_asks_how_dates_are_written_and_shows_both_readings(signed_in: Client) -> None:
    text = "รหัสลูกค้า,ชื่อ,เบอร์,อีเมล,วันเกิด\nC1,สมชาย ใจดี,0812345678,a@example.com,03/04/35\n"
    batch = upload(signed_in, text)
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert 'name="order-4"' in page and 'name="era-4"' in page and "03/04/35" in page
    mapping = {"column-1": "name", "column-4": "birth_date", "existing": "file"}
    signed_in.post(f"/imports/{batch.pk}/mapping/", {**mapping, "order-4": "dmy", "era-4": "be", "next": "1"})
    work_off()
    assert again(batch).errors == 0
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(batch.workspace_id):
        assert str(Customer.objects.get().birth_date) == "1992-04-03"


def test_asks_with_a_date_that_reads_differently(signed_in: Client) -> None:
    text = "ชื่อ,วันเกิด\nหนึ่ง,01/01/15\nสอง,02/02/15\nสาม,03/04/15\n"
    batch = upload(signed_in, text)
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert "“03/04/15” วันหรือเดือนขึ้นก่อน" in page
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-0": "name", "column-1": "birth_date", "next": "1"})
    work_off()
    page = signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    assert "ในคอลัมน์นี้ 03/04/15 หมายถึงวันไหน" in page  # asked at once, before the group is opened


def test_rejects_dates_that_nobody_explained(signed_in: Client) -> None:
    batch = upload(signed_in, "ชื่อ,วันเกิด\nสมชาย ใจดี,03/04/2535\n")
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-0": "name", "column-1": "birth_date", "next": "1"})
    work_off()
    assert (again(batch).errors, again(batch).result["problems"][0]["code"]) == (1, "ambiguous")


def test_keeps_a_draft_and_names_what_is_missing_or_doubled(signed_in: Client) -> None:
    batch = upload(signed_in)
    url = f"/imports/{batch.pk}/mapping/"
    part = signed_in.post(url, {"column-1": "name", "column-2": "phone"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and "บันทึกร่างแล้ว" in part.content.decode()
    assert again(batch).mapping["columns"] == {"ชื่อ-สกุล": "name", "เบอร์มือถือ": "phone"}
    assert "อีเมล" in part.content.decode()  # named as a column that stays out
    twice = signed_in.post(url, {"column-1": "name", "column-2": "name", "next": "1"})
    assert twice.status_code == 422 and "ฟิลด์นี้ใช้กับ “ชื่อ-สกุล” แล้ว" in twice.content.decode()
    assert again(batch).mapping["columns"] == {"ชื่อ-สกุล": "name", "เบอร์มือถือ": "phone"}
    nothing = signed_in.post(url, {"column-4": "birth_date", "next": "1"})
    assert nothing.status_code == 422 and again(batch).state == "uploaded"
    assert signed_in.post(url, {"column-1": "no_such_field"}).status_code == 422


def test_makes_new_records_without_matching_when_told(signed_in: Client, workspace: Workspace) -> None:
    imported(signed_in)
    batch = upload(signed_in)
    mapping = {"column-0": "external_id", "column-1": "name", "existing": "new", "next": "1"}
    signed_in.post(f"/imports/{batch.pk}/mapping/", mapping)
    work_off()
    assert (again(batch).created, again(batch).updated) == (3, 0)
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    assert (again(batch).created, again(batch).updated) == (3, 0)
    with in_workspace(workspace.id):
        assert Customer.objects.filter(name="ฐานิกา เพ็ชรรัตน์").count() == 2


def test_changes_what_the_file_holds(signed_in: Client) -> None:
    batch = upload(signed_in, "รหัสสินค้า,ชื่อ,ราคา\nA1,กาแฟดอย,250\n")
    assert batch.kind == "products"
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"kind": "customers"})
    assert again(batch).kind == "customers"


def test_cancels_a_check_and_a_run(signed_in: Client) -> None:
    batch = upload(signed_in)
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-1": "name", "next": "1"})
    assert again(batch).state == "checking"
    assert 'role="progressbar"' in signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    signed_in.post(f"/imports/{batch.pk}/cancellation/")
    assert again(batch).state == "uploaded"
    work_off()
    batch = checked(signed_in)
    signed_in.post(f"/imports/{batch.pk}/run/")
    signed_in.post(f"/imports/{batch.pk}/cancellation/")
    assert again(batch).state == "cancelled"
    work_off()
    assert again(batch).state == "cancelled"
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    assert again(batch).state == "done"
    assert signed_in.post(f"/imports/{batch.pk}/cancellation/").status_code == 409


def test_runs_once_however_often_the_button_is_pressed(signed_in: Client, workspace: Workspace) -> None:
    batch = checked(signed_in)
    assert signed_in.post(f"/imports/{batch.pk}/run/").status_code == 302
    assert signed_in.post(f"/imports/{batch.pk}/run/").status_code == 409
    work_off()
    assert signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-1": "name"}).status_code == 409
    with in_workspace(workspace.id):
        assert Customer.objects.count() == 1


def test_refuses_a_role_that_may_not_import(
    signed_in: Client, client_of: Callable[[Member], Client], onlooker: Member, salesperson: Member
) -> None:
    batch = checked(signed_in)
    for member in (onlooker, salesperson):
        browser = client_of(member)
        assert browser.get("/imports/").status_code == 403
        assert browser.post("/imports/", {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}).status_code == 403
        for path in ("", "sheet/", "mapping/", "check/", "run/", "rejects/"):
            assert browser.get(f"/imports/{batch.pk}/{path}").status_code == 403, path
        for path in ("mapping/", "check/", "run/", "undo/", "cancellation/", "check/rows/3/"):
            assert browser.post(f"/imports/{batch.pk}/{path}").status_code == 403, path
    assert again(batch).state == "checked"


def test_hides_an_import_of_another_workspace(
    signed_in: Client, client_of: Callable[[Member], Client], stranger: Member
) -> None:
    batch = checked(signed_in)
    browser = client_of(stranger)
    for path in ("", "sheet/", "mapping/", "check/", "run/", "rejects/"):
        assert browser.get(f"/imports/{batch.pk}/{path}").status_code == 404, path
    for path in ("mapping/", "check/", "run/", "undo/", "cancellation/", "check/rows/3/"):
        assert browser.post(f"/imports/{batch.pk}/{path}").status_code == 404, path
    assert "ลูกค้า.csv" not in browser.get("/imports/").content.decode()
    assert again(batch).state == "checked"


def test_sends_an_expired_session_to_sign_in_and_keeps_the_draft(signed_in: Client) -> None:
    batch = upload(signed_in)
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-1": "name"})
    url = f"/imports/{batch.pk}/mapping/"
    stranger = Client()
    assert stranger.post(url, {"column-1": ""}, headers={"HX-Request": "true"}).status_code == 401
    assert stranger.post(url, {"column-1": ""})["Location"].startswith("/sign-in/?next=/imports/")
    assert again(batch).mapping["columns"] == {"ชื่อ-สกุล": "name"}


def test_does_not_break_on_nonsense_in_the_address_or_form(signed_in: Client) -> None:
    batch = checked(signed_in)
    check = f"/imports/{batch.pk}/check/"
    assert signed_in.get(f"{check}?after=-1&group=%00").status_code == 200
    assert signed_in.get(f"{check}?after=99999999999999999999").status_code == 200
    assert signed_in.get("/imports/?before=x").status_code == 404
    assert signed_in.post(f"{check}rows/3/", {"column": "99", "value": "x"}).status_code == 404
    assert signed_in.post(f"{check}rows/999/", {"column": "2", "value": "x"}).status_code == 409
    assert signed_in.post(f"{check}rows/3/", {"column": "2", "value": "0\0" * 20_000}).status_code == 302
    assert signed_in.get(f"/imports/{batch.pk}/mapping/?row=๙").status_code == 200


def test_shows_imports_in_few_queries(signed_in: Client, django_assert_max_num_queries: object) -> None:
    for _number in range(3):
        upload(signed_in)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        signed_in.get("/imports/")


MANY = "รหัสลูกค้า,ชื่อ-สกุล,เบอร์มือถือ,อีเมล,วันเกิด\n" + "".join(
    f"M{n},สมชาย {n},08123456{n:02},a{n}@@example.com,\n" for n in range(10, 30)
)


def test_mends_all_rows_of_a_kind_with_one_button_and_takes_that_back(signed_in: Client, workspace: Workspace) -> None:
    batch = checked(signed_in, MANY)
    page = signed_in.get(f"/imports/{batch.pk}/check/?group=email_two_at:อีเมล").content.decode()
    assert "แก้ @@ ให้ 20 แถว" in page and "จะเป็น a10@example.com" in page
    assert "เว้นช่องนี้ว่างทั้ง 20 แถว" in page and "ไม่นำเข้าทั้ง 20 แถว" in page
    form = {"column": "3", "code": "email_two_at", "do": "replace", "old": "@@", "new": "@"}
    answer = signed_in.post(f"/imports/{batch.pk}/check/fixes/", form, headers={"HX-Request": "true"})
    assert "แก้ไขแล้ว 20 แถว" in json.loads(answer["HX-Trigger"])["samphan:toast"]["message"]
    assert "ผ่านทุกแถว" in answer.content.decode() and (again(batch).created, again(batch).errors) == (20, 0)
    undo = json.loads(answer["HX-Trigger"])["samphan:toast"]["undo"]
    assert signed_in.post(undo).status_code == 302
    assert work_off() == 1 and again(batch).errors == 20
    assert signed_in.post(f"/imports/{batch.pk}/check/fixes/", form).status_code == 302  # without a script
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(workspace.id):
        assert again(batch).created == 20 and Customer.objects.count() == 20


def test_asks_once_what_a_word_means_that_is_none_of_the_choices(signed_in: Client) -> None:
    batch = upload(signed_in, "ชื่อ,เกรด\nก,VIP\nข,VIP\nค,ทอง\n")
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-0": "name", "column-1": "grade", "next": "1"})
    work_off()
    assert "บอกความหมาย" in signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    page = signed_in.get(f"/imports/{batch.pk}/check/?group=unknown_choice:เกรด").content.decode()
    assert "“VIP” ใน 2 แถว หมายถึง" in page and "บอกความหมาย" not in page
    form = {
        "column": "1",
        "code": "unknown_choice",
        "do": "value",
        "old": "VIP",
        "new": "A",
        "group": "unknown_choice:เกรด",
    }
    page = signed_in.post(f"/imports/{batch.pk}/check/fixes/", form, headers={"HX-Request": "true"}).content.decode()
    assert "VIP" not in page and "ทอง" in page and again(batch).errors == 1


@pytest.mark.parametrize("form", [{"column": "99", "do": "empty"}, {"column": "-1", "do": "skip"}, {"column": "x"}])
def test_refuses_a_fix_for_a_column_that_is_not_there(signed_in: Client, form: dict[str, str]) -> None:
    batch = checked(signed_in)
    assert signed_in.post(f"/imports/{batch.pk}/check/fixes/", form).status_code == 404


def test_shows_fixes_of_many_problems_in_few_queries(signed_in: Client, django_assert_max_num_queries: object) -> None:
    batch = checked(signed_in, MANY)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        signed_in.get(f"/imports/{batch.pk}/check/?group=email_two_at:อีเมล")


STAFF = "ใครเอ่ย,ช่องหนึ่ง,ช่องสอง\nสมชาย ใจดี,VIP,03/02/2541\n"


def test_remembers_the_mapping_for_the_next_file_of_the_same_source(signed_in: Client, workspace: Workspace) -> None:
    batch = upload(signed_in, STAFF, name="สาขาอารีย์ ต.ค..csv")
    form = {"column-0": "name", "column-1": "grade", "column-2": "birth_date", "order-2": "dmy", "next": "1"}
    signed_in.post(f"/imports/{batch.pk}/mapping/", {**form, "existing": "fill"})
    work_off()
    value = {"column": "1", "code": "unknown_choice", "do": "value", "old": "VIP", "new": "A"}
    signed_in.post(f"/imports/{batch.pk}/check/fixes/", value)
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    assert again(batch).created == 1
    # The same columns in another order, a month later.
    batch = upload(signed_in, "ช่องสอง,ใครเอ่ย,ช่องหนึ่ง\n05/04/2530,สมหญิง ดีใจ,vip\n", name="พ.ย..csv")
    assert batch.mapping["columns"] == {"ใครเอ่ย": "name", "ช่องหนึ่ง": "grade", "ช่องสอง": "birth_date"}
    assert batch.mapping["existing"] == "fill"
    url = f"/imports/{batch.pk}/mapping/"
    assert "จับคู่ตามไฟล์ สาขาอารีย์ ต.ค..csv" in signed_in.get(url).content.decode()
    form = {"column-1": "name", "column-2": "grade", "column-0": "birth_date", "order-0": "dmy", "next": "1"}
    signed_in.post(url, form)
    work_off()
    assert (again(batch).created, again(batch).errors) == (1, 0), again(batch).result
    signed_in.post(url, {"afresh": "1"})
    assert "ช่องหนึ่ง" not in again(batch).mapping["columns"] and "remembered" not in again(batch).mapping
    assert "จับคู่ตามไฟล์" not in signed_in.get(url).content.decode()


def test_remembers_nothing_of_a_file_that_never_came_in(signed_in: Client) -> None:
    batch = upload(signed_in, STAFF)
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-0": "name", "column-1": "grade"})
    assert "remembered" not in upload(signed_in, STAFF).mapping

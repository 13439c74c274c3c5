"""Workbooks on the screens of an import: rows that are none, bills, sheets that belong together."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.test import Client

from samphan.administration.models import Workspace
from samphan.administration.tests.test_imports import (  # noqa: F401
    again,
    files_in_a_folder_of_their_own,
    upload,
    work_off,
    workspace_of_the_browser,
)
from samphan.commerce.models import Order
from samphan.customers.models import Customer
from samphan.platform.imports import jobs
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

WITH_SUMS = (
    "รหัสลูกค้า,ชื่อ-สกุล,เบอร์โทร,ยอดซื้อ\nC1,บริษัท รวมทั้งสิ้น จำกัด,0812345678,100\nC2,สมหญิง รักดี,0812345679,50\n"
    "รวม,,,150\nลงชื่อ ............,,,\n"
)
BILLS = (
    "เลขที่บิล,วันที่,ลูกค้า,สินค้า,จำนวน,ราคาต่อหน่วย\n"
    "IV1,15/11/2569,สมชาย ใจดี,กาแฟ,2,50\n,,,ชา,1,40\nIV2,16/11/2569,สมหญิง รักดี,นม,1,20\n"
)
BILL_FORM = {
    f"column-{i}": name
    for i, name in enumerate(("number", "ordered_at", "customer", "description", "quantity", "unit_price"))
}


def workbook(tmp_path: Path, **sheets: list[list[Any]]) -> bytes:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    return path.read_bytes()


CUSTOMERS = [["รหัสลูกค้า", "ชื่อ-สกุล", "เบอร์โทร"], ["C1", "สมชาย ใจดี", "0812345678"], ["C2", "สมหญิง รักดี", "0812345679"]]
MORE = [CUSTOMERS[0], ["C3", "สมปอง มีสุข", "0812345670"]]
ORDERS = [["เลขที่บิล", "วันที่", "รหัสลูกค้า", "สินค้า", "จำนวน", "ราคาต่อหน่วย"], ["B1", "15/11/2569", "C1", "กาแฟ", "2", "50"]]


def check(client: Client, batch: ImportBatch) -> ImportBatch:
    """On with the mapping as it is suggested."""
    columns = again(batch).mapping["columns"]
    form = {f"column-{i}": columns.get(heading, "") for i, heading in enumerate(batch.shape["headings"])}
    assert client.post(f"/imports/{batch.pk}/mapping/", {**form, "next": "1"}).status_code == 302
    work_off()
    return again(batch)


def run(client: Client, batch: ImportBatch) -> ImportBatch:
    client.post(f"/imports/{check(client, batch).pk}/run/")
    work_off()
    return again(batch)


def test_shows_the_rows_that_are_no_records_as_skipped_with_the_reason(signed_in: Client, workspace: Workspace) -> None:
    batch = check(signed_in, upload(signed_in, WITH_SUMS))
    assert (batch.rows, batch.created, batch.skipped, batch.errors) == (4, 2, 2, 0)
    page = signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    assert "ทุกรายการผ่าน" in page and "เป็นแถวผลรวม" in page and "เป็นแถวลงชื่อ" in page
    assert "นำเข้า 2 แถว" in page and 'aria-invalid="true"' not in page
    assert ">ยอดซื้อ</th>" in page  # where the sum stands, though it fills no field
    one = signed_in.get(f"/imports/{batch.pk}/check/", {"group": "sum_row:"}).content.decode()
    assert "เป็นแถวผลรวม" in one and "เป็นแถวลงชื่อ" not in one
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    batch = again(batch)
    assert (batch.created, batch.skipped, batch.errors) == (2, 2, 0)
    done = signed_in.get(f"/imports/{batch.pk}/run/").content.decode()
    assert "2 แถวไม่ใช่รายการ" in done and "/rejects/" not in done
    with in_workspace(workspace.id):
        assert "บริษัท รวมทั้งสิ้น จำกัด" in set(Customer.objects.values_list("name", flat=True))


def test_brings_a_row_in_that_was_taken_for_a_sum_and_takes_that_back(signed_in: Client, workspace: Workspace) -> None:
    text = "ชื่อลูกค้า,ยอดซื้อ\nสมชาย ใจดี,100\nรวม,200\nรวมทั้งสิ้น,300\n"  # รวม is what this customer is called
    batch = upload(signed_in, text)
    batch.mapping = {**batch.mapping, "columns": {"ชื่อลูกค้า": "name"}}
    with in_workspace(workspace.id):
        batch.save()
    batch = check(signed_in, batch)
    assert (batch.created, batch.skipped) == (1, 2)
    url = f"/imports/{batch.pk}/check/fixes/"
    assert signed_in.post(url, {"code": "sum_row", "do": "keep", "old": "3"}).status_code == 302
    work_off()
    assert (again(batch).created, again(batch).skipped) == (2, 1)
    signed_in.post(f"{url}undo/")
    work_off()
    assert (again(batch).created, again(batch).skipped) == (1, 2)
    signed_in.post(url, {"code": "sum_row", "do": "keep", "old": "3"})
    work_off()
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(workspace.id):
        assert set(Customer.objects.values_list("name", flat=True)) == {"สมชาย ใจดี", "รวม"}


@pytest.mark.parametrize("form", [{"code": "no_name", "do": "keep"}, {"code": "sum_row", "do": "keep", "old": "x"}])
def test_keeps_no_row_that_was_refused_for_another_reason(signed_in: Client, form: dict[str, str]) -> None:
    batch = check(signed_in, upload(signed_in, WITH_SUMS))
    assert signed_in.post(f"/imports/{batch.pk}/check/fixes/", form, headers={"HX-Request": "true"}).status_code == 409
    row = {"column": "1", "columns": "0,1", "value": "x"}
    answer = signed_in.post(f"/imports/{batch.pk}/check/rows/4/", row, headers={"HX-Request": "true"})
    assert answer.status_code == 409 and again(batch).errors == 0


def test_offers_to_fill_the_lines_of_a_bill_and_does_not_when_told(signed_in: Client, workspace: Workspace) -> None:
    batch = upload(signed_in, BILLS, name="ขาย.csv")
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert 'name="fill_down" value="1" checked' in page and "เติม เลขที่บิล, วันที่, ลูกค้า จากแถวบน" in page and "แถว 3" in page
    # Unticked: the form says that it asked, and nothing else.
    answer = signed_in.post(f"/imports/{batch.pk}/mapping/", {**BILL_FORM, "asks_fill_down": "1", "next": "1"})
    assert answer.status_code == 302
    work_off()
    assert (again(batch).created, again(batch).errors) == (2, 1)
    form = {**BILL_FORM, "asks_fill_down": "1", "fill_down": "1", "next": "1"}
    signed_in.post(f"/imports/{batch.pk}/mapping/", form)
    work_off()
    assert (again(batch).created, again(batch).errors) == (3, 0)
    customers = upload(signed_in, "รหัสลูกค้า,ชื่อ,เบอร์\nC1,สมชาย ใจดี,0812345678\n,สมหญิง รักดี,\n")
    assert "fill_down" not in signed_in.get(f"/imports/{customers.pk}/mapping/").content.decode()


def test_brings_the_ticked_sheets_in_at_once(signed_in: Client, workspace: Workspace, tmp_path: Path) -> None:
    batch = upload(signed_in, workbook(tmp_path, มค=CUSTOMERS, กพ=MORE, มีค=MORE), name="ปี.xlsx")
    here = f"/imports/{batch.pk}/sheet/"
    page = signed_in.get(here).content.decode()
    assert 'name="sheets" value="กพ" checked' in page and 'name="sheets" value="มีค" checked' in page
    form = {"kind": "customers", "sheet": "มค", "header_row": "1", "asks_sheets": "1"}
    page = signed_in.post(here, {**form, "sheets": "กพ"}, headers={"HX-Request": "true"}).content.decode()
    assert 'value="กพ" checked' in page and 'value="มีค" checked' not in page
    assert signed_in.post(here, {**form, "sheets": "กพ", "next": "1"}).status_code == 302
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert "2 ชีต · 3 แถว" in page
    assert (run(signed_in, batch).created, again(batch).errors) == (3, 0)


def test_goes_on_with_the_orders_of_the_workbook_and_undoes_both(
    signed_in: Client, workspace: Workspace, tmp_path: Path
) -> None:
    batch = upload(signed_in, workbook(tmp_path, ใบสั่งซื้อ=ORDERS, ลูกค้า=CUSTOMERS), name="ร้าน.xlsx")
    assert (batch.kind, batch.shape["sheet"]) == ("customers", "ลูกค้า")
    assert "ใบสั่งซื้อ" in signed_in.get(f"/imports/{batch.pk}/sheet/").content.decode()
    run(signed_in, batch)
    page = signed_in.get(f"/imports/{batch.pk}/run/").content.decode()
    assert "ต่อด้วยชีต “ใบสั่งซื้อ”" in page and f'action="/imports/{batch.pk}/next/"' in page
    assert signed_in.post(f"/imports/{batch.pk}/next/", {"sheet": "อื่น"}).status_code == 409
    answer = signed_in.post(f"/imports/{batch.pk}/next/", {"sheet": "ใบสั่งซื้อ"})
    assert answer.status_code == 302 and answer["Location"].endswith("/mapping/")
    assert signed_in.post(f"/imports/{batch.pk}/next/", {"sheet": "ใบสั่งซื้อ"})["Location"] == answer["Location"]
    with in_workspace(workspace.id):
        orders = ImportBatch.objects.get(workbook=batch.pk)
    orders = run(signed_in, orders)
    with in_workspace(workspace.id):
        assert Order.objects.get().customer_id == Customer.objects.get(first_name="สมชาย").pk
    page = signed_in.get(f"/imports/{orders.pk}/run/").content.decode()
    assert "จากไฟล์เดียวกัน" in page and "เลิกทำการนำเข้าทั้ง 2 ครั้งของไฟล์นี้" in page
    assert signed_in.post(f"/imports/{batch.pk}/undo/", {"all": "1"}).status_code == 302
    assert (again(batch).state, again(orders).state) == ("undoing", "undoing")
    jobs.undo_imports([str(orders.pk), str(batch.pk)], str(workspace.id), str(orders.member_id))
    with in_workspace(workspace.id):
        assert (again(batch).state, again(orders).state) == ("undone", "undone")
        assert not Customer.objects.exists() and not Order.objects.exists()

"""Sheets of one workbook: those with the same headings at once, customers before their orders, undone each or together."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from samphan.administration.models import Workspace
from samphan.commerce.models import Order
from samphan.customers.models import Customer
from samphan.platform.imports import actions, engine, workbooks
from samphan.platform.imports.kinds import kinds
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import SHEET_STEP, inspect_file, open_chunks, open_rows
from samphan.platform.tenancy import in_workspace

CUSTOMERS = [["รหัสลูกค้า", "ชื่อ-สกุล", "เบอร์โทร"], ["C1", "สมชาย ใจดี", "0812345678"], ["C2", "สมหญิง รักดี", "0812345679"]]
ORDERS = [
    ["เลขที่บิล", "วันที่", "ลูกค้า", "สินค้า", "จำนวน", "ราคาต่อหน่วย"],
    ["B1", "15/11/2569", "C1", "กาแฟ", "2", "50"],
    ["B2", "16/11/2569", "C2", "ชา", "1", "40"],
]
Dump = Callable[[], dict[str, list[str]]]


def workbook(folder: Path, **sheets: list[list[Any]]) -> Path:
    path = folder / "ร้าน.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    return path


def months(folder: Path) -> Path:
    second = [[row[1], row[0], row[2]] for row in CUSTOMERS]
    second[1:] = [["สมปอง มีสุข", "C3", "0812345670"], ["สมใจ มีสุข", "C4", "เบอร์ผิด"]]
    third = [["รหัสลูกค้า ", "ชื่อ-สกุล", "เบอร์โทร"], ["C5", "สมศรี มีสุข", "0812345672"]]
    return workbook(folder, มค=CUSTOMERS, กพ=second, มีค=third, สรุป=[["เดือน", "ราย"], ["ม.ค.", 2], ["ก.พ.", 1]])


def test_reads_the_sheets_with_the_same_headings_one_after_the_other(tmp_path: Path) -> None:
    path = months(tmp_path)
    shape = inspect_file(path)
    assert (shape.sheet, shape.also, shape.approximate_rows) == ("มค", ("กพ", "มีค"), 5)
    assert [(table.sheet, table.order) for table in shape.tables] == [("กพ", (1, 0, 2)), ("มีค", (0, 1, 2)), ("สรุป", ())]
    rows = list(open_rows(path, type(shape).from_dict(shape.as_dict())))
    assert [(shape.row_name(row.number), row.cells[0]) for row in rows] == [
        ("มค 2", "C1"), ("มค 3", "C2"), ("กพ 2", "C3"), ("กพ 3", "C4"), ("มีค 2", "C5"),
    ]  # fmt: skip
    later = [number for chunk in open_chunks(path, shape, start_row=SHEET_STEP + 3) for number, _cells in chunk]
    assert later == [SHEET_STEP + 3, 2 * SHEET_STEP + 2]
    assert inspect_file(path, sheets=["มีค", "สรุป"]).also == ("มีค",)  # other headings are never mixed in
    assert [row.number for row in open_rows(path, inspect_file(path, sheets=[]))] == [2, 3]


@pytest.fixture
def take_book(workspace: Workspace, tmp_path: Path, take: object) -> Callable[..., ImportBatch]:
    def bring(path: Path, kind: str | None = None, **formats: Any) -> ImportBatch:
        with in_workspace(workspace.id):
            return actions.take_file(path, file_name=path.name, kind_name=kind, member_id=None, formats=formats)

    return bring


def run(batch: ImportBatch) -> ImportBatch:
    with in_workspace(batch.workspace_id):
        engine.start(batch)
    return engine.run(batch.id, batch.workspace_id).batch


@pytest.mark.django_db
def test_brings_all_months_in_and_names_the_sheet_of_a_bad_row(
    take_book: Callable[..., ImportBatch], workspace: Workspace, tmp_path: Path, contents: Dump
) -> None:
    before = contents()
    batch = run(take_book(months(tmp_path)))
    assert (batch.rows, batch.created, batch.errors) == (5, 4, 1)
    with in_workspace(workspace.id):
        assert list(batch.problems.values_list("row", flat=True)) == [SHEET_STEP + 3]
        rejects = engine.write_rejects(batch)
        assert rejects and "กพ 3" in Path(rejects).read_text("utf-8-sig")
        names = set(Customer.objects.values_list("first_name", flat=True))
        assert names == {"สมชาย", "สมหญิง", "สมปอง", "สมศรี"}
    engine.undo(batch.id, workspace.id, member_id=None)
    assert contents() == before


@pytest.mark.django_db
@pytest.mark.parametrize("orders_first", [True, False])
def test_brings_customers_in_before_the_orders_of_the_same_workbook(
    take_book: Callable[..., ImportBatch], workspace: Workspace, tmp_path: Path, contents: Dump, orders_first: bool
) -> None:
    before = contents()
    sheets = {"ใบสั่งซื้อ": ORDERS, "ลูกค้า": CUSTOMERS} if orders_first else {"ลูกค้า": CUSTOMERS, "ใบสั่งซื้อ": ORDERS}
    first = take_book(workbook(tmp_path, **sheets))
    assert (first.kind, first.shape["sheet"]) == ("customers", "ลูกค้า")
    first = run(first)
    with in_workspace(workspace.id):
        assert [(turn.sheet, turn.kind.name, turn.rows) for turn in workbooks.next_turns(first, kinds())] == [
            ("ใบสั่งซื้อ", "orders", 2)
        ]
        second = actions.take_next_sheet(first, "ใบสั่งซื้อ", member_id=None, kinds_allowed=kinds())
        assert second.workbook == first.id and second.kind == "orders"
        assert actions.take_next_sheet(first, "ใบสั่งซื้อ", member_id=None, kinds_allowed=kinds()).id == second.id
    second = run(second)
    with in_workspace(workspace.id):
        known = dict(Customer.objects.values_list("id", "first_name"))
        assert {one.number: known[one.customer_id] for one in Order.objects.all()} == {"B1": "สมชาย", "B2": "สมหญิง"}
        assert [one.id for one in workbooks.of_workbook(second)] == [first.id, second.id]
        assert workbooks.next_turns(first, kinds()) == workbooks.next_turns(second, kinds()) == []
        with pytest.raises(CannotImport):
            actions.take_next_sheet(second, "ไม่มี", member_id=None, kinds_allowed=kinds())
    engine.undo(second.id, workspace.id, member_id=None)
    with in_workspace(workspace.id):
        assert Customer.objects.count() == 2 and not Order.objects.exists()
    engine.undo(first.id, workspace.id, member_id=None)
    assert contents() == before


@pytest.mark.django_db
def test_reads_the_sheet_of_the_kind_that_was_asked_for(take_book: Callable[..., ImportBatch], tmp_path: Path) -> None:
    path = workbook(tmp_path, ลูกค้า=CUSTOMERS, ใบสั่งซื้อ=ORDERS)
    assert take_book(path, "orders").shape["sheet"] == "ใบสั่งซื้อ"
    assert take_book(path, "customers").shape["sheet"] == "ลูกค้า"
    assert take_book(path, "orders", sheet="ลูกค้า").shape["sheet"] == "ลูกค้า"  # who names a sheet gets it

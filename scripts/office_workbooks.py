"""Messes of layout: how offices lay out a whole workbook, rather than a cell."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from old_excel import write_xls
from workbook_tools import HEAD, Book, Grid, Messes, Person, book, check, customers, orders, plain, text

messes = Messes()
BILL = ["เลขที่บิล", "วันที่", "ลูกค้า", "สินค้า", "จำนวน", "ราคาต่อหน่วย", "จำนวนเงิน"]


@messes.named("printed-pages.xlsx")
def _pages(path: Path, folk: list[Person]) -> dict[str, Any]:
    """A list as it was printed: title, page number and headings on every page, sums below, numbers of empty lines."""
    grid: Grid = []
    skipped: list[list[Any]] = []
    for page in range(2):
        top = [
            ["ห้างหุ้นส่วนจำกัด ตัวอย่างพาณิชย์"],
            ["ทะเบียนลูกค้า", None, None, None, f"หน้า {page + 1}/2"],
            ["ลำดับ", "ชื่อ-สกุล", "เบอร์โทร", "อีเมล", "ยอดซื้อ"],
        ]
        if page:
            skipped += [[len(grid) + n, code] for n, code in ((1, "title_row"), (2, "title_row"), (3, "heading_row"))]
        grid += top
        some = folk[4 * page : 4 * page + 4]
        grid += [[4 * page + n, one.name, one.dashed, one.email, one.amount] for n, one in enumerate(some, 1)]
        grid += [["รวมหน้านี้", None, None, None, sum(one.amount for one in some)]]
        skipped.append([len(grid), "sum_row"])
    grid += [[9], [10, None, None, None, 0], [None, None, None, None, sum(one.amount for one in folk)]]
    skipped += [[len(grid) - 2, "number_row"], [len(grid) - 1, "number_row"], [len(grid), "sum_row"]]
    book(path, grid)
    return customers(folk, "phone", "email", skipped=skipped)


@messes.named("subtotals-by-province.xlsx")
def _subtotals(path: Path, folk: list[Person]) -> dict[str, Any]:
    """Subtotals as the spreadsheet makes them, among customers who are called like sums."""
    firms = ["บริษัท รวมทั้งสิ้น จำกัด", "ร้านรวม", "Total Access"]
    groups = {"เชียงใหม่": folk[:3], "ขอนแก่น": folk[3:6], "สงขลา": folk[6:]}
    grid: Grid = [["จังหวัด", "ชื่อลูกค้า", "โทรศัพท์", "ยอดซื้อ"]]
    skipped = []
    for (place, some), firm in zip(groups.items(), firms, strict=True):
        grid += [[place, one.name, one.phone, one.amount] for one in some]
        grid += [[place, firm, None, 500]]
        grid += [[f"{place} Total", None, None, sum(one.amount for one in some) + 500]]
        skipped.append([len(grid), "sum_row"])
    grid += [["Grand Total", None, None, sum(one.amount for one in folk) + 1500]]
    book(path, grid)
    found = customers(folk, "phone", "province", skipped=[*skipped, [len(grid), "sum_row"]])
    cells = [check(one, "phone", province=place) for place, some in groups.items() for one in some]
    return {**found, "created": len(folk) + 3, "names": sorted([*found["names"], *firms]), "cells": cells}


@messes.named("signatures-side-by-side.csv")
def _signatures(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid = plain(folk)
    end = len(grid)
    foot: Grid = [
        ["ลงชื่อ ................ ผู้จัดทำ", "", "ลงชื่อ ................ ผู้ตรวจสอบ", "", "ลงชื่อ ................"],
        ["(นางมาลี ตัวอย่าง)", "", "(นายสมชาย ตัวอย่าง)", "", "(........................)"],
        ["หัวหน้าบัญชี", "", "ผู้จัดการ", "", "กรรมการผู้จัดการ"],
        ["วันที่ ..../..../....", "", "วันที่ ..../..../....", "", "วันที่ ..../..../...."],
        ["หน้า 1 จาก 1", "", "", "", "พิมพ์เมื่อ 21/11/2569"],
        ["*** จบรายงาน ***"],
    ]
    text(path, [*grid, *foot], encoding="cp874", ends="\r\n")
    codes = [*["signature_row"] * 4, "page_row", "remark_row"]
    return customers(folk, "phone", "birth_date", skipped=[[end + n, code] for n, code in enumerate(codes, 1)])


def _bills(folk: list[Person]) -> tuple[Grid, list[list[Any]]]:
    """Bills of three lines with the sum of each: number, day and customer in the first line alone."""
    grid: Grid = [BILL]
    sums = []
    for i, one in enumerate(folk):
        day = f"{13 + i}/11/2569"
        grid += [
            [f"IV{i:03}", day, one.name if i % 4 else None, "กาแฟ", 2, 50, 100],
            [None, None, None, "ชุดรวม", 1, "40.00", 40],
            [None, None, None, "รวมมิตร", 3, "฿30", "90"],
        ]
        grid += [[None, None, None, "รวม", None, None, 230]]
        sums.append([len(grid), "sum_row"])
    return grid, sums


@messes.named("orders-bills-without-merged-cells.xlsx")
def _bare_bills(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid, sums = _bills(folk)
    book(path, grid)
    numbers = [f"IV{i:03}" for i in range(len(folk))]
    days = {number: f"2026-11-{13 + i:02}" for i, number in enumerate(numbers)}
    return orders(numbers, 3 * len(folk), f"{230 * len(folk)}.00", days=days, skipped=sums)


@messes.named("orders-bills-number-repeated.csv")
def _repeated_bills(path: Path, folk: list[Person]) -> dict[str, Any]:
    """The number on every line, day and customer on the first."""
    grid, sums = _bills(folk)
    rows = [row for i, row in enumerate(grid, 1) if [i, "sum_row"] not in sums]
    for above, row in pairwise(rows[1:]):
        row[0] = row[0] or above[0]
    text(path, [["" if cell is None else cell for cell in row] for row in rows])
    numbers = [f"IV{i:03}" for i in range(len(folk))]
    return orders(numbers, 3 * len(folk), f"{230 * len(folk)}.00", days={"IV007": "2026-11-20"})


@messes.named("old-excel.xls")
def _old(path: Path, folk: list[Person]) -> dict[str, Any]:
    """Excel 97 to 2003: titles over merged cells, days as days, a phone that became a number, a sum."""
    rows: Grid = [
        [one.code, one.name, int(one.phone) if i % 2 else one.dashed, one.email, one.birth]
        for i, one in enumerate(folk)
    ]
    grid: Grid = [["ทะเบียนลูกค้า ร้านตัวอย่าง"], [], HEAD, *rows, ["รวม", f"{len(folk)} ราย"]]
    write_xls(path, {"ลูกค้า": grid, "หมายเหตุ": [["โทรก่อนส่งของ"]]}, merged={"ลูกค้า": [(0, 0, 0, 4)]})
    return customers(folk, "phone", "email", "birth_date", skipped=[[len(grid), "sum_row"]])


@messes.named("old-excel-bills.xls")
def _old_bills(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows: Grid = []
    for i, one in enumerate(folk):
        rows += [[f"B{i:03}", date(2026, 11, 13 + i), one.name, "น้ำผึ้ง", 2, 120.5], [None, None, None, "ข้าวสาร", 1, 59]]
    write_xls(path, {"ขาย": [BILL[:6], *rows]})
    numbers = [f"B{i:03}" for i in range(len(folk))]
    return orders(
        numbers,
        len(rows),
        f"{300 * len(folk)}.00",
        days={number: f"2026-11-{13 + i}" for i, number in enumerate(numbers)},
    )


@messes.named("months-on-sheets.xlsx")
def _months(path: Path, folk: list[Person]) -> dict[str, Any]:
    """A sales book with a sheet for each month, one with its columns in another order, a sum below each, and a summary."""
    one = Book(path)
    head = ["เลขที่บิล", "วันที่", "ลูกค้า", "สินค้า", "จำนวน", "ราคาต่อหน่วย"]
    skipped = []
    for position, month in enumerate(("ก.ย.", "ต.ค.", "พ.ย.")):
        rows: Grid = [
            [f"S{position}{i}", date(2026, 9 + position, 13 + i), person.name, "น้ำผึ้ง", 2, 100]
            for i, person in enumerate(folk)
        ]
        grid: Grid = [[f"ยอดขายเดือน {month}"], [], head, *rows, ["รวม", None, None, None, 16, None]]
        if position == 1:
            grid = [[row[i] if i < len(row) else None for i in (0, 2, 1, 3, 4, 5)] for row in grid]
        one.sheet(month, grid)
        skipped.append([position * 30_000_000 + len(grid), "sum_row"])
    one.sheet("สรุป", [["เดือน", "ยอด"], ["ก.ย.", 1600], ["ต.ค.", 1600], ["พ.ย.", 1600]])
    one.close()
    numbers = [f"S{position}{i}" for position in range(3) for i in range(len(folk))]
    days = {f"S{position}0": f"2026-{9 + position:02}-13" for position in range(3)}
    return orders(numbers, len(numbers), f"{200 * len(numbers)}.00", days=days, skipped=skipped)


@messes.named("orders-before-customers.xlsx")
def _orders_before_customers(path: Path, folk: list[Person]) -> dict[str, Any]:
    """A workbook with the orders before the customers they speak of: the customers come in first."""
    one = Book(path)
    one.sheet(
        "ใบสั่งซื้อ",
        [
            ["เลขที่", "วันที่", "รหัสลูกค้า", "สินค้า", "จำนวน", "ราคาต่อหน่วย"],
            *([f"O{i}", date(2026, 11, 13 + i), p.code, "กาแฟ", 1, 50] for i, p in enumerate(folk)),
        ],
    )
    one.sheet("ลูกค้า", plain(folk))
    one.close()
    return customers(folk, "phone", "email", "birth_date")

# ruff: noqa: E501 the tables are read best as lines
"""Messes of cells: phones, dates, addresses and names in every way, groups, formulas, bills."""

from datetime import date
from pathlib import Path
from typing import Any

from workbook_tools import Book, Grid, Messes, Person, book, check, customers, orders, plain, text

MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

messes = Messes()


@messes.named("phones-as-numbers.xlsx")
def _number_phones(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, [["ชื่อ-สกุล", "มือถือ"], *([one.name, int(one.phone)] for one in folk)])
    return customers(folk, "phone")


@messes.named("phones-in-every-way.xlsx")
def _phones(path: Path, folk: list[Person]) -> dict[str, Any]:
    ways = [
        lambda p: p.dashed, lambda p: p.phone.translate(THAI), lambda p: f"+66 {p.phone[1:3]} {p.phone[3:6]} {p.phone[6:]}", lambda p: f"'{p.phone}", lambda p: f"โทร. {p.dashed}",
        lambda p: f"66{p.phone[1:]}", lambda p: f"{p.phone}.0", lambda p: p.phone[1:],
    ]  # fmt: skip
    book(path, [["ชื่อ-สกุล", "มือถือ"], *([one.name, ways[i % len(ways)](one)] for i, one in enumerate(folk))])
    return customers(folk, "phone", cells=[check(one, "phone") for one in folk])


@messes.named("thai-numerals.xlsx")
def _thai_numerals(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [
        [
            one.code.translate(THAI),
            one.name,
            one.dashed.translate(THAI),
            one.buddhist.translate(THAI),
            one.address.translate(THAI),
        ]
        for one in folk
    ]
    book(path, [["ที่", "ชื่อ-สกุล", "โทรศัพท์", "วันเกิด", "ที่อยู่"], *rows])
    return customers(folk, "phone", "birth_date", "postcode", "province")


@messes.named("mixed-eras.xlsx")
def _eras(path: Path, folk: list[Person]) -> dict[str, Any]:
    def written(i: int, day: date) -> Any:
        ways = (
            day, f"{day.day}/{day.month}/{day.year + 543}", f"{day.day} {MONTHS[day.month - 1]} {day.year + 543}", f"{day.day}/{day.month}/{day.year}", day.isoformat(),
            f"{day.day} {MONTHS[day.month - 1]} พ.ศ. {day.year + 543}".translate(THAI),
        )  # fmt: skip
        return ways[i % len(ways)]

    book(path, [["ชื่อ-สกุล", "วันเกิด"], *([one.name, written(i, one.birth)] for i, one in enumerate(folk))])
    return customers(folk, cells=[check(one, "birth_date") for one in folk])


@messes.named("spreadsheet-serials.csv")
def _serials(path: Path, folk: list[Person]) -> dict[str, Any]:
    text(
        path,
        [
            ["ชื่อ-สกุล", "วันเกิด"],
            *(
                [one.name, (one.birth - date(1899, 12, 30)).days if i % 2 else one.buddhist]
                for i, one in enumerate(folk)
            ),
        ],
    )
    return customers(folk, cells=[check(one, "birth_date") for one in folk])


@messes.named("year-of-the-wrong-era.xlsx")
def _wrong_era(path: Path, folk: list[Person]) -> dict[str, Any]:
    for i, one in enumerate(folk):
        one.birth = date(1966 + i % 3, 1 + i % 12, 13 + i)
    rows = [[one.name, f"{one.birth.day}/{one.birth.month}/{one.birth.year}"] for one in folk]
    book(path, [["ชื่อ-สกุล", "วันเกิด"], *rows, ["สมปอง ตัวอย่าง", "25/12/2567"]])
    return customers(folk, "birth_date", errors=[[len(folk) + 2, "odd_era"]])


@messes.named("dates-in-two-orders.csv")
def _orders_of_dates(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [[one.name, one.buddhist] for one in folk[:-1]]
    rows += [
        ["สมปอง ตัวอย่าง", "03/04/2530"],
        [folk[-1].name, f"{folk[-1].birth.month}/{folk[-1].birth.day}/{folk[-1].birth.year + 543}"],
    ]
    text(path, [["ชื่อ-สกุล", "วันเกิด"], *rows])
    return customers(folk, "birth_date", errors=[[len(folk) + 1, "ambiguous"]])


@messes.named("whole-address-in-one-cell.xlsx")
def _addresses(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, [["ชื่อ-สกุล", "ที่อยู่"], *([one.name, one.address] for one in folk)])
    fields = ("subdistrict", "district", "province", "postcode")
    return customers(folk, cells=[check(one, *fields, line=one.house) for one in folk])


@messes.named("address-over-columns.xlsx")
def _address_columns(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [
        [
            one.name,
            one.house,
            f"{'แขวง' if one.place[2].startswith('กรุง') else 'ต.'}{one.place[0]}",
            one.place[1].removeprefix("เมือง") if one.place[1].startswith("เมือง") else one.place[1],
            f"จ.{one.place[2]}".replace("จ.กรุงเทพมหานคร", "กทม."),
            int(one.place[3]),
        ]
        for one in folk
    ]
    book(path, [["ชื่อ-สกุล", "ที่อยู่", "ตำบล/แขวง", "อำเภอ/เขต", "จังหวัด", "รหัสไปรษณีย์"], *rows])
    fields = ("subdistrict", "district", "province", "postcode")
    return customers(folk, cells=[check(one, *fields, line=one.house) for one in folk])


@messes.named("title-and-name-in-one-cell.xlsx")
def _titled(path: Path, folk: list[Person]) -> dict[str, Any]:
    written = {"นาย": "นาย", "นาง": "นาง", "นางสาว": "น.ส."}
    book(
        path,
        [
            ["ชื่อ - นามสกุล", "โทร"],
            *(
                [f"{written[one.title]}{' ' if i % 2 else ''}{one.first}  {one.last}", one.dashed]
                for i, one in enumerate(folk)
            ),
        ],
    )
    return customers(folk, cells=[check(one, "title", "first_name", "last_name") for one in folk])


@messes.named("title-in-the-first-name.xlsx")
def _titled_first(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(path, [["ชื่อ", "นามสกุล", "เบอร์โทร"], *([f"{one.title}{one.first}", one.last, one.dashed] for one in folk)])
    return customers(folk, cells=[check(one, "title", "first_name", "last_name") for one in folk])


@messes.named("groups-in-merged-cells.xlsx")
def _groups(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    half = len(folk) // 2
    sheet = one.sheet("ลูกค้า", [["จังหวัด", "ชื่อ-สกุล", "โทรศัพท์"], *([None, p.name, p.dashed] for p in folk)])
    sheet.merge_range(1, 0, half, 0, "เชียงใหม่")
    sheet.merge_range(half + 1, 0, len(folk), 0, "กทม.")
    one.close()
    cells = [check(p, "phone", province="เชียงใหม่" if i < half else "กรุงเทพมหานคร") for i, p in enumerate(folk)]
    return customers(folk, cells=cells)


@messes.named("section-rows.xlsx")
def _sections(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    half = len(folk) // 2
    grid = plain(folk)
    sheet = one.sheet("ลูกค้า", [grid[0], [], *grid[1 : half + 1], [], *grid[half + 1 :]])
    sheet.merge_range(1, 0, 1, 4, "ภาคเหนือ")
    sheet.merge_range(half + 2, 0, half + 2, 4, "ภาคกลาง")
    one.close()
    return customers(folk, "phone", skipped=[[2, "section_row"], [half + 3, "section_row"]])


@messes.named("formulas.xlsx")
def _formulas(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [
        [one.first, one.last, f'=A{i}&" "&B{i}\t{one.name}', f'="0"&RIGHT(E{i},9)\t{one.phone}', int(one.phone)]
        for i, one in enumerate(folk, 2)
    ]
    book(path, [["ก", "ข", "ชื่อเต็ม", "โทรศัพท์", "ค"], *rows])
    return customers(folk, cells=[{"name": one.name, "phone": one.e164} for one in folk])


@messes.named("errors-in-cells.xlsx")
def _cell_errors(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows: Grid = [[one.code, one.name, one.dashed] for one in folk]
    rows.append(["C9999", "สมปอง ตัวอย่าง", "=VLOOKUP(1,Z:Z,1,0)\t#N/A"])
    book(path, [["รหัสลูกค้า", "ชื่อ-สกุล", "เบอร์โทร"], *rows])
    return customers(folk, "phone", errors=[[len(folk) + 2, "cell_error"]])


@messes.named("same-heading-twice.xlsx")
def _twice(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [[one.name, one.dashed, f"02-123-40{i:02}"] for i, one in enumerate(folk)]
    book(path, [["ชื่อ-สกุล", "โทรศัพท์", "โทรศัพท์"], *rows])
    return customers(
        folk,
        cells=[
            check(one, phones=[one.e164, f"+662123400{i}" if i < 10 else f"+66212340{i}"]) for i, one in enumerate(folk)
        ],
    )


@messes.named("decorated-headings.xlsx")
def _decorated(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(
        path,
        [
            ["ชื่อ-สกุล *", "เบอร์โทร\n(มือถือ)", "อีเมล :", "วันเกิด\n(วว/ดด/ปปปป)"],
            *([one.name, one.phone, one.email, one.buddhist] for one in folk),
        ],
    )
    return customers(folk, "phone", "email", "birth_date")


@messes.named("line-and-phone-in-one-cell.xlsx")
def _line_and_phone(path: Path, folk: list[Person]) -> dict[str, Any]:
    ways = ("{p} / line: {l}", "{p} Line ID: {l}", "line {l} โทร {p}", "{p} (ไลน์ {l})")
    book(
        path,
        [
            ["ชื่อลูกค้า", "เบอร์ติดต่อ"],
            *([one.name, ways[i % 4].format(p=one.dashed, l=one.line)] for i, one in enumerate(folk)),
        ],
    )
    return customers(folk, cells=[check(one, "phone", "line") for one in folk])


@messes.named("two-phones-in-one-cell.xlsx")
def _two_phones(path: Path, folk: list[Person]) -> dict[str, Any]:
    ways = ("{p}, {q}", "{p} / {q}", "{p}\n{q}", "{p} หรือ {q}", "มือถือ {p} บ้าน {q}", "{p} (แม่) {q} (ลูก)")
    seconds = [f"02-123-45{i:02}" for i in range(len(folk))]
    book(
        path,
        [
            ["ชื่อลูกค้า", "เบอร์โทร"],
            *([one.name, ways[i % 6].format(p=one.dashed, q=seconds[i])] for i, one in enumerate(folk)),
        ],
    )
    return customers(
        folk,
        cells=[check(one, phones=[one.e164, "+662" + seconds[i].replace("-", "")[2:]]) for i, one in enumerate(folk)],
    )


@messes.named("blank-names.xlsx")
def _blank_names(path: Path, folk: list[Person]) -> dict[str, Any]:
    grid = plain(folk)
    grid.insert(3, ["C9998", None, "0812345678", None, None])
    grid.append(["C9999", " - ", None, "nobody@example.com", None])
    book(path, grid)
    return customers(folk, "phone", errors=[[4, "no_name"], [len(grid), "no_name"]])


@messes.named("firms-and-people.xlsx")
def _firms(path: Path, folk: list[Person]) -> dict[str, Any]:
    firms = ["บริษัท บ้านสวน จำกัด", "หจก. เจริญการช่าง", "ร้านป้าแดง", "Baan Suan Co., Ltd."]
    rows: Grid = [
        [name, tax, "สำนักงานใหญ่", "021234567"]
        for name, tax in zip(firms, ("0105550000007", 203559000007, "", "0-10-7-560-00000-1"), strict=True)
    ]
    rows += [[one.name, "", "", one.phone] for one in folk]
    book(path, [["ชื่อลูกค้า", "เลขประจำตัวผู้เสียภาษี", "สาขา", "โทรศัพท์"], *rows])
    answer = customers(folk, "phone")
    cells = [
        {"name": firms[0], "kind": "organisation", "tax_id": "0105550000007"},
        {"name": firms[1], "kind": "organisation", "tax_id": "0203559000007"},
        {"name": firms[2], "kind": "organisation"},
    ]
    return {
        **answer,
        "created": len(folk) + 4,
        "names": sorted([*answer["names"], *firms]),
        "cells": [*cells, *answer["cells"]],
    }


@messes.named("nicknames-and-hearts.xlsx")
def _nicknames(path: Path, folk: list[Person]) -> dict[str, Any]:
    book(
        path,
        [
            ["ลูกค้า", "ไลน์", "โทร"],
            *([f"คุณ{one.first} {one.last} (แพร{i})", f"🌸{one.line}🌸", one.phone] for i, one in enumerate(folk)),
        ],
    )
    return customers(
        folk, cells=[check(one, "phone", nickname=f"แพร{i}", line=f"🌸{one.line}🌸") for i, one in enumerate(folk)]
    )


@messes.named("orders-dates-and-money.xlsx")
def _orders(path: Path, folk: list[Person]) -> dict[str, Any]:
    ways: list[tuple[Any, Any]] = [
        (date(2026, 11, 21), 1250.5), ("21/11/2569", "฿1,250.50"), ("21 พ.ย. 2569 14:05 น.", "1,250.50 บาท"), ("๒๑/๑๑/๒๕๖๙", "๑,๒๕๐.๕๐"), ("2026-11-21", "1250.50"), (46347, "THB 1,250.50"),
    ]  # fmt: skip
    rows = [
        [f"IV6911-{i:04}", day, one.name, one.phone, "กาแฟ", 1, money]
        for i, ((day, money), one) in enumerate(zip(ways, folk, strict=False), 1)
    ]
    book(
        path,
        [
            ["เลขที่บิล", "วันที่", "ลูกค้า", "โทร", "รายการ", "จำนวน", "จำนวนเงิน (บาท)"],
            *rows,
            ["รวม", None, None, None, None, 6, 7503],
        ],
    )
    numbers = [row[0] for row in rows]
    return orders(numbers, 6, "7503.00", skipped=[[8, "sum_row"]], days=dict.fromkeys(numbers, "2026-11-21"))


@messes.named("orders-cp874.csv")
def _orders_cp874(path: Path, folk: list[Person]) -> dict[str, Any]:
    rows = [[f"B{i:03}", f"{13 + i}/11/2569", one.name, "น้ำผึ้ง 500 ก.", "๒", "1,000.00"] for i, one in enumerate(folk)]
    text(
        path,
        [
            ["รายงานขาย ร้านตัวอย่าง"],
            ["เลขที่บิล", "วันที่", "ชื่อลูกค้า", "รายการสินค้า", "จำนวน", "ราคาต่อหน่วย"],
            *rows,
            ["ยอดรวมทั้งสิ้น", "", "", "", "", f"{2000 * len(rows):,}.00"],
        ],
        encoding="cp874",
        ends="\r\n",
    )
    numbers = [row[0] for row in rows]
    days = {row[0]: f"2026-11-{13 + i:02}" for i, row in enumerate(rows)}
    return orders(numbers, len(rows), f"{2000 * len(rows)}.00", skipped=[[len(rows) + 3, "sum_row"]], days=days)


@messes.named("orders-bills-in-merged-cells.xlsx")
def _merged_bills(path: Path, folk: list[Person]) -> dict[str, Any]:
    one = Book(path)
    rows: Grid = [["เลขที่บิล", "วันที่", "ลูกค้า", "สินค้า", "จำนวน", "ราคา"]]
    for i, person in enumerate(folk):
        rows += [
            [f"IV{i:03}", date(2026, 11, 1 + i), person.name, "กาแฟ", 2, 50],
            [None, None, None, "ชา", 1, "40.00"],
            [None, None, None, "นม", 3, "฿30"],
        ]
    sheet = one.sheet("ขาย", rows)
    for i, person in enumerate(folk):
        at = 1 + 3 * i
        sheet.merge_range(at, 0, at + 2, 0, f"IV{i:03}")
        sheet.merge_range(at, 1, at + 2, 1, date(2026, 11, 1 + i), one.day)
        sheet.merge_range(at, 2, at + 2, 2, person.name)
    one.close()
    numbers = [f"IV{i:03}" for i in range(len(folk))]
    return orders(
        numbers,
        3 * len(folk),
        f"{230 * len(folk)}.00",
        days={f"IV{i:03}": f"2026-11-{1 + i:02}" for i in range(len(folk))},
    )

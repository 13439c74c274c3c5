"""Two files for a newcomer to drop on the import page: members from a branch's workbook, and a till's orders."""

import csv
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import xlsxwriter
from django.conf import settings

from samphan.runtime.demo import names
from samphan.runtime.demo.customers import BANGKOK
from samphan.runtime.demo.products import BEANS, DRINKS, DRIP, products

CUSTOMERS, ORDERS = "sample-customers.xlsx", "sample-orders.csv"
HEADINGS = ("ชื่อ-สกุล", "ชื่อเล่น", "เบอร์โทร", "อีเมล", "ไอดีไลน์", "วันเกิด", "เลขสมาชิก", "ที่อยู่", "แท็ก")
# Rows with the faults that such files have: too few digits, two @, a text where a number belongs.
FAULTY = (
    ("คุณฐานิกา เพ็ชรรัตน์", "", "82615440", "thanika@example.com", "", "14/02/2535", "880144205582", "", ""),
    ("น.ส. กัญญ์วรา มุ่งดี", "เบลล์", "089-771-2044", "belle@@example.com", "belle.km", "03/03/2541", "880144203721", "", ""),
    ("คุณอับดุลรอฮีม ดอเลาะ", "", "08X-552-9031", "", "", "", "880144210058", "", ""),
    ("คุณวิภาวี ตันติวุฒิ", "", "021147", "wipawee@example.com", "", "30/07/2535", "880144213390", "", "ขายส่ง"),
    ("คุณภูริช เอี่ยมสำอาง", "", "เบอร์ที่ร้าน", "", "", "", "880144226630", "", ""),
    ("คุณอธิป ฤทธิ์เดชา", "", "+66", "atip@", "", "19/06/2546", "880144232981", "", ""),
)
GOOD = 54  # rows of the workbook without a fault
BILLS = 120


def folder() -> Path:
    """Where the samples lie: in the home, beside everything else of this installation."""
    return Path(settings.ENVIRONMENT.home) / "samples"


def write_samples(now: datetime) -> list[Path]:
    """Write both files, unless they are there; returns their paths."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    random = Random(69)  # noqa: S311 - invented data
    people = [_person(random) for _number in range(GOOD)]
    workbook, till = place / CUSTOMERS, place / ORDERS
    if not workbook.exists():
        _write_workbook(workbook, people, random)
    if not till.exists():
        _write_till(till, [person[6] for person in people], random, now)
    return [workbook, till]


def remove_samples() -> None:
    """Take the files away."""
    shutil.rmtree(folder(), ignore_errors=True)


def _person(random: Random) -> tuple[str, ...]:
    is_female = random.random() < 0.6
    first = random.choice(names.FEMALE if is_female else names.MALE)
    nickname = random.choice(names.FEMALE_NICKNAMES if is_female else names.MALE_NICKNAMES)
    number = random.randint(10_000_000, 99_999_999)
    phone = f"08{number}"
    member = f"88014425{random.randint(0, 9999):04d}"
    birth = f"{random.randint(1, 28):02d}/{random.randint(1, 12):02d}/{random.randint(2505, 2548)}"
    house = f"{random.randint(1, 400)}/{random.randint(1, 60)} ซ.อารีย์ {random.randint(1, 5)}"
    address = f"{house} แขวงพญาไท เขตพญาไท กรุงเทพฯ 10400"
    return (
        f"คุณ{first} {random.choice(names.families())}",
        nickname if random.random() < 0.7 else "",
        f"{phone[:3]}-{phone[3:6]}-{phone[6:]}" if random.random() < 0.7 else phone,
        f"member{number}@example.com" if random.random() < 0.6 else "",
        f"line{number}" if random.random() < 0.5 else "",
        birth if random.random() < 0.8 else "",
        member,
        address if random.random() < 0.6 else "",
        random.choice(("", "", "คั่วอ่อน", "คั่วกลาง", "สมาชิก", "สมาชิก, นมโอ๊ต")),
    )


def _write_workbook(path: Path, people: list[tuple[str, ...]], random: Random) -> None:
    rows: list[tuple[str, ...]] = [*people, *FAULTY]
    random.shuffle(rows)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("สมาชิก")
        sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
        sheet.set_column(0, len(HEADINGS) - 1, 20)


def _write_till(path: Path, members: list[str], random: Random, now: datetime) -> None:
    sold = [product for product in products() if product.category in (BEANS, DRIP, DRINKS)]
    today = now.astimezone(BANGKOK)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("เลขที่บิล", "วันที่", "เลขสมาชิก", "สาขา", "รหัสสินค้า", "สินค้า", "จำนวน", "ราคาต่อหน่วย"))
        for bill in range(BILLS):
            at = today - timedelta(days=(BILLS - bill) // 2 + 1, hours=random.randint(0, 9))
            member = random.choice(members) if random.random() < 0.8 else ""
            for product in random.sample(sold, random.choice((1, 1, 2, 3))):
                writer.writerow(
                    (f"POS-{bill + 1:05d}", f"{at:%d/%m}/{at.year + 543} {at:%H:%M}", member, "อารีย์",
                     product.sku, product.name, random.choice((1, 1, 1, 2)), product.price)
                )  # fmt: skip

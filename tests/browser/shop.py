"""The two books of a small Thai bakery, as its owner keeps them in Excel: who buys, and what was sold.

Everything that such files bring along is in them: titles and merged cells above the table, telephones that lost their zero,
titles in front of names, Buddhist years as text, bills whose day and number are merged over their lines, sums in between,
baht signs, cash sales without a customer, a signature at the end. Nothing is left to chance, so that a test knows who must
be the best customer and with how much.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

NAMES = (
    "คุณวรรณา ใจดีมาก", "น.ส.พิมพ์ชนก ศรีสุข", "นายสมชาย รักเรียน", "คุณปิยะนุช แก้วใส", "นางสายพิณ บุญมา", "คุณธนกร อยู่เย็น",
    "บริษัท กาแฟริมคลอง จำกัด", "น.ส. กมลชนก ทองดี", "นายอภิชาติ พูนสุข", "คุณจิราพร หอมหวล", "ร้านป้าแดงขนมไทย", "นางสาวณัฐธิดา คงมั่น",
    "คุณรุ่งโรจน์ เพชรงาม", "คุณมยุรี นาคสวัสดิ์", "นายก้องภพ ชื่นบาน", "คุณเบญจวรรณ เลิศล้ำ", "หจก.สองพี่น้องเบเกอรี่", "คุณศิริพร ตั้งตรง",
    "นายณัฐวุฒิ บุญมาก", "คุณอรอุมา อ่อนน้อม",
)  # fmt: skip
PLACES = (
    "12/3 ม.4 ต.สุเทพ อ.เมืองเชียงใหม่ จ.เชียงใหม่ 50200", "88 ถ.ประชาอุทิศ แขวงห้วยขวาง เขตห้วยขวาง กทม. 10310",
    "5/1 หมู่ 2 ต.ปากเกร็ด อ.ปากเกร็ด จ.นนทบุรี 11120", "199 ต.หาดใหญ่ อ.หาดใหญ่ จ.สงขลา 90110",
)  # fmt: skip
GOODS = (("ครัวซองต์เนยสด", 65), ("ขนมปังโฮลวีต", 90), ("เค้กมะพร้าวอ่อน 1 ปอนด์", 450), ("คุกกี้กล่องของขวัญ", 320))
CASH = "เงินสด"  # sold to whoever came in
MONTHS = ("ก.ย.", "ต.ค.", "พ.ย.")
FIRST_BILL = date(2026, 9, 1)


@dataclass(frozen=True)
class Books:
    """The two files, and what must come of them.

    :param best: name of the best customer without its title, and `best_baht` what that customer bought for.
    """

    customers: Path
    sales: Path
    customer_count: int
    bill_count: int
    line_count: int
    best: str
    best_baht: int


def write_books(folder: Path) -> Books:
    """Write both workbooks into the folder."""
    customers, sales = folder / "รายชื่อลูกค้า (แก้ล่าสุด).xlsx", folder / "ยอดขาย ก.ย.-พ.ย. 69.xlsx"
    _write_customers(customers)
    spent, bills, lines = _write_sales(sales)
    best = max(spent, key=lambda name: spent[name])
    return Books(customers, sales, len(NAMES), bills, lines, best.removeprefix("นาย"), spent[best])


def _write_customers(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("ลูกค้า")
        bold = book.add_format({"bold": True, "align": "center"})
        sheet.merge_range("A1:G1", "ร้านขนมบ้านสวน (สาขาเดียว)", bold)
        sheet.merge_range("A2:G2", "รายชื่อลูกค้าประจำ ปรับปรุง ๒๐ พ.ย. ๒๕๖๙", bold)
        heads = ("ลำดับ", "ชื่อ-สกุล / ชื่อร้าน", "เบอร์โทร", "ไลน์", "วันเกิด", "ที่อยู่", "หมายเหตุ")
        for column, head in enumerate(heads):
            sheet.write(3, column, head, bold)
        for number, name in enumerate(NAMES):
            row = 4 + number
            phone = 812_345_000 + number * 37
            sheet.write(row, 0, number + 1)
            sheet.write(row, 1, name)
            # Excel took the numbers for amounts and the zero away; a few were typed as text.
            sheet.write(
                row,
                2,
                phone if number % 3 else f"0{phone // 10_000_000}-{phone // 10_000 % 1000:03}-{phone % 10_000:04}",
            )
            sheet.write(row, 3, "" if number % 4 == 3 else f"bansuan.{number + 1:02}")
            sheet.write(row, 4, f"{number + 1:02}/{number % 12 + 1:02}/{2520 + number}" if number % 2 == 0 else "")
            sheet.write(row, 5, PLACES[number % len(PLACES)])
            sheet.write(row, 6, "จ่ายสิ้นเดือน" if number % 5 == 1 else "")
        end = 5 + len(NAMES)
        sheet.write(end, 1, f"รวม {len(NAMES)} ราย")
        sheet.write(end + 2, 5, "ลงชื่อ ..................... ผู้จัดทำ")


def _write_sales(path: Path) -> tuple[dict[str, int], int, int]:
    # Customers near the top of the list buy more often and more at a time, as in life.
    spent = dict.fromkeys(NAMES, 0)
    bills = lines = taken = 0
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("ขาย")
        bold = book.add_format({"bold": True, "align": "center"})
        sheet.merge_range("A1:G1", "ร้านขนมบ้านสวน", bold)
        sheet.merge_range("A2:G2", "สมุดขาย ก.ย. - พ.ย. ๒๕๖๙", bold)
        for column, head in enumerate(("วันที่", "เลขที่บิล", "ลูกค้า", "รายการ", "จำนวน", "ราคา/หน่วย", "เป็นเงิน")):
            sheet.write(3, column, head, bold)
        row = 4
        for month in range(len(MONTHS)):
            total = 0
            for turn in range(30):
                buyer = turn if turn < len(NAMES) else (turn - len(NAMES)) // 2
                day = FIRST_BILL + timedelta(days=month * 30 + turn - (month == 2) * 9)
                name = CASH if turn % 10 == 9 else NAMES[buyer]
                bills += 1
                for line in range(1 + turn % 3):
                    goods, price = GOODS[(buyer + line) % len(GOODS)]
                    quantity = max(1, (len(NAMES) - buyer) // (3 + line))
                    if line == 0:
                        bill = (f"{day.day}/{day.month}/{day.year + 543}", f"BS69-{bills:03}", name)
                        for column, value in enumerate(bill):
                            if turn % 3:
                                sheet.merge_range(row, column, row + turn % 3, column, value)
                            else:
                                sheet.write(row, column, value)
                    sheet.write(row, 3, goods)
                    sheet.write(row, 4, quantity)
                    sheet.write(row, 5, f"฿{price:,}" if bills % 4 == 0 else price)
                    sheet.write(row, 6, quantity * price)
                    if name != CASH:
                        spent[name] += quantity * price
                    total += quantity * price
                    row, lines = row + 1, lines + 1
            sheet.write(row, 3, f"รวม {MONTHS[month]}")
            sheet.write(row, 6, total)
            row, taken = row + 1, taken + total
        sheet.write(row, 3, "รวมทั้งสิ้น")
        sheet.write(row, 6, taken)
        sheet.write(row + 2, 5, "ลงชื่อ ..................... ผู้ตรวจ")
    return spent, bills, lines

"""Rows of a sheet that are no records: sums, notes and signatures under the table, and sections inside it."""

import re
from collections.abc import Sequence

from samphan.platform.imports.reading.problems import Cell

# รวม ก.ย., รวมเดือนกันยายน 2569, ยอดรวมประจำวันที่ 3/9: sums between the rows of a sales book.
_PERIOD = (
    r"(?:\s*(?:ประจำ)?(?:เดือน|วันที่|ปี|ไตรมาส(?:ที่)?)?\s*(?:ม\.?ค\.?|ก\.?พ\.?|มี\.?ค\.?|เม\.?ย\.?|พ\.?ค\.?|มิ\.?ย\.?|ก\.?ค\.?|ส\.?ค\.?|ก\.?ย\.?"
    r"|ต\.?ค\.?|พ\.?ย\.?|ธ\.?ค\.?|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม)?)"
)
_TOTAL = re.compile(
    rf"\s*(?:(?:ยอด|ผล|จำนวน)?รวม(?:ยอด|เงิน|จำนวน|เป็นเงิน|ย่อย|สุทธิ|ขาย)*(?:ทั้งสิ้น|ทั้งหมด|หน้านี้|สุทธิ)?{_PERIOD}|จำนวน[ก-๎]*(?:ทั้งหมด|ทั้งสิ้น)|(?:ค่า)?เฉลี่ย|average|(?:grand\s+|sub\s*-?)?totals?|sum)"
    r"\s*(?:[:=]?\s*[\d๐-๙][\d๐-๙,./-]*\s*(?:บาท|ราย|คน|รายการ|ใบ|ชิ้น)?|\([^)]*\)|บาท|[:=.]*)\s*\Z",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\s*(?:\*?\s*หมายเหตุ\s*[:*]?|(?:ลงชื่อ|ลงนาม|ผู้จัดทำ|ผู้ตรวจสอบ|ผู้อนุมัติ|ผู้รับรอง|ผู้พิมพ์)(?![ก-๎])|พิมพ์เมื่อ|พิมพ์โดย|ข้อมูล\s*ณ|ออกรายงาน|(?:printed|prepared|checked|approved)\s+(?:on|by)"
    r"|\(\s*(?:นาย|นาง|น\.ส\.|คุณ|\.{3}|…|_{3})[^)]*\)\s*\Z|[._…]{5,}|หน้า(?:ที่)?\s*[\d๐-๙]+|page\s+\d+)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\s*[-+(฿]*\s*[\d๐-๙][\d๐-๙,.\s)]*(?:บาท|ราย|คน|รายการ|ใบ|ชิ้น|.-)?\s*\Z|\s*(?:บาท|ราย|คน|รายการ|-)\s*\Z"
)


def is_footer(cells: Sequence[Cell]) -> bool:
    """Whether the row under a table says a total, a note or a signature.

    A total stands with nothing but figures beside it, a note or signature with at most one other cell.
    """
    first = next((cell for cell in cells if cell != ""), None)
    if not isinstance(first, str):
        return False
    if _TOTAL.match(first):
        others = [cell for cell in cells if cell != ""][1:]
        return all(not isinstance(cell, str) or not cell.strip() or _FIGURE.match(cell) for cell in others)
    return bool(_NOTE.match(first)) and sum(cell != "" for cell in cells) <= 2


_NUMBERED = re.compile(r"\s*[(\[]\s*(\d{1,3})\s*[)\]]\s*\Z")


def repeats_headings(cells: Sequence[Cell], headings: Sequence[str]) -> bool:
    """Whether a row says the headings again, as on every printed page, or numbers the columns: (1) (2) (3)."""
    if len(cells) != len(headings):
        return False
    texts = [" ".join(cell.split()) if isinstance(cell, str) else None for cell in cells]
    if all(text == heading or not text for text, heading in zip(texts, headings, strict=True)):
        return sum(map(bool, texts)) >= 2
    numbers = [match[1] for text in texts if text and (match := _NUMBERED.match(text))]
    return len(numbers) == len(cells) > 1 and numbers == [str(number) for number in range(1, len(cells) + 1)]

"""Rows of a sheet that say of themselves that they are no records: sums, page numbers, remarks and signatures."""

import re
from collections.abc import Sequence

from samphan.platform.imports.reading.problems import Cell

# รวม ก.ย., รวมเดือนกันยายน 2569, ยอดรวมประจำวันที่ 3/9: sums between the rows of a sales book.
_PERIOD = (
    r"(?:\s*(?:ประจำ)?(?:เดือน|วันที่|ปี|ไตรมาส(?:ที่)?)?\s*(?:ม\.?ค\.?|ก\.?พ\.?|มี\.?ค\.?|เม\.?ย\.?|พ\.?ค\.?|มิ\.?ย\.?|ก\.?ค\.?|ส\.?ค\.?|ก\.?ย\.?"
    r"|ต\.?ค\.?|พ\.?ย\.?|ธ\.?ค\.?|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม)?)"
)
_TOTAL = re.compile(
    rf"[\s*]*(?:(?:ยอดขาย|ยอดซื้อ|ยอดเงิน|ยอด|ผล|จำนวนเงิน|จำนวน|มูลค่า|เงิน|ราคา)?รวม(?:ยอด|เงิน|จำนวน|เป็นเงิน|ย่อย|สุทธิ|ขาย|ซื้อ|มูลค่า|ราคา)*"
    rf"(?:ทั้งสิ้น|ทั้งหมด|หน้านี้|สุทธิ|ก่อนภาษี|ยกมา|ยกไป)*{_PERIOD}|ยอด(?:สุทธิ|ยกมา|ยกไป|คงเหลือ)|จำนวน[ก-๎]*(?:ทั้งหมด|ทั้งสิ้น)|(?:ค่า)?เฉลี่ย|average"
    r"|(?:grand\s+|net\s+|sub\s*-?\s*)?totals?(?:\s+(?:amount|sales|customers|orders|qty|quantity))?|sum)"
    r"(?:[\s\d๐-๙,.:=/฿*–-]|\([^)]*\)|บาท|ราย(?:การ)?|คน|ใบ|บิล|ชิ้น|เป็นเงิน|จำนวน|baht|thb)*\Z",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"[\s(–-]*(?:(?:เลข)?หน้า(?:ที่)?|page)\s*[:.]?\s*[\d๐-๙]+(?:\s*(?:/|จาก|ของ|of)\s*[\d๐-๙]+)?[\s)–-]*(?:\Z|พิมพ์|วันที่|printed)"
    r"|\s*[–-]\s*[\d๐-๙]{1,4}\s*[–-]\s*\Z",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"\s*(?:(?:ลงชื่อ|ลงนาม|ลายเซ็น|ผู้จัดทำ|ผู้ตรวจสอบ|ผู้ตรวจ|ผู้อนุมัติ|ผู้รับรอง|ผู้พิมพ์|ผู้รับเงิน|ผู้รับของ|ผู้ส่งของ|ผู้รายงาน)(?![ก-๎])"
    r"|\(\s*(?:นาย|นาง|น\.ส\.|คุณ|\.{3}|…|_{3})[^)]*\)\s*\Z|[._…]{5,}|(?:วันที่|ตำแหน่ง|date)\s*[:.]?[\s./_…]{5,}\Z"
    r"|(?:prepared|checked|approved|received)\s+by\b)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"[\s*]*(?:หมายเหตุ(?:[\s:*.)]|\Z)|remarks?\s*:|พิมพ์(?:เมื่อ|โดย|วันที่)|วันที่พิมพ์|ข้อมูล\s*ณ\s*(?:วันที่|สิ้น|เดือน|[\d๐-๙])|ออกรายงาน|(?:จบ|สิ้นสุด)รายงาน"
    r"|printed\s+(?:on|by)\b|end\s+of\s+report)",
    re.IGNORECASE,
)
# One look at the first letters spares nearly all rows the rest.
MAY_BE = re.compile(
    r"[\s*]*(?:รวม|ยอด|ผล|จำนวน|มูลค่า|เงิน|ราคา|ค่าเฉลี่ย|เฉลี่ย|หน้า|เลขหน้า|ลงชื่อ|ลงนาม|ลายเซ็น|ผู้|หมายเหตุ|พิมพ์|วันที่|ตำแหน่ง|ข้อมูล|ออกราย|จบ|สิ้นสุด"
    r"|av|gr|ne|su|to|pa|da|pr|ch|ap|re|en|[(._…–-])",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\s*[-+(฿]*\s*[\d๐-๙][\d๐-๙,.\s)]*(?:บาท|ราย|คน|รายการ|ใบ|บิล|ชิ้น|%|.-)?\s*\Z|\s*(?:บาท|ราย|คน|รายการ|-)\s*\Z"
    r"|[\s(]*[ก-๎\s]+บาท(?:ถ้วน|[ก-๎\s]+สตางค์)[\s)]*\Z"
)
# Only a record says how somebody is reached, or has a number of the state: such a row is never passed over.
_REACHED = re.compile(
    r"@\w|(?<![\d๐-๙.,])[0๐][\s-]?[\d๐-๙](?:[\s-]?[\d๐-๙]){7,8}(?![\d๐-๙.,])|(?<![\d.,])[1-9]\d{12}(?![\d.,])"
)


_LONGEST = 300  # characters; what says more than a line is no sum


def _line(cell: str) -> str:
    """The cell with single blanks: the patterns above would take ages for a long run of them."""
    return " ".join(cell.split())


def is_figure(cell: Cell) -> bool:
    """Whether a cell is an amount, a count or money in words, and no telephone number."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return False
    text = _line(cell)
    return bool(_FIGURE.match(text)) and not _REACHED.search(text)


def is_total(cell: Cell) -> bool:
    """Whether a cell says nothing but that the row is a sum."""
    return isinstance(cell, str) and len(cell) <= _LONGEST and bool(_TOTAL.match(_line(cell)))


def footer_code(cells: Sequence[Cell]) -> str:
    """What a row is that says so in its first cell: "sum_row", "page_row", "signature_row" or "remark_row"; else "".

    A sum stands with nothing but figures beside it, a page number, remark or signature with at most one other cell, or
    with more of the same.
    """
    first = next((cell for cell in cells if cell != ""), None)
    if not isinstance(first, str) or not MAY_BE.match(first) or len(first) > _LONGEST:
        return ""
    first = _line(first)
    if _TOTAL.match(first):
        others = [cell for cell in cells if cell != ""][1:]
        is_sum = all(not isinstance(cell, str) or not cell.strip() or is_figure(cell) for cell in others)
        return "sum_row" if is_sum else ""
    for code, words in (("page_row", _PAGE), ("signature_row", _SIGNATURE), ("remark_row", _REMARK)):
        if words.match(first):
            return code if _is_nothing_else(code, [cell for cell in cells if cell != ""], len(cells)) else ""
    return ""


def _is_nothing_else(code: str, filled: list[Cell], width: int) -> bool:
    if any(isinstance(cell, str) and _REACHED.search(cell) for cell in filled):
        return code == "remark_row" and len(filled) == 1 and ":" in str(filled[0])
    if code == "remark_row" and str(filled[0]).strip() == "หมายเหตุ":
        return len(filled) == 1 or 2 * len(filled) < width  # else it is the kind of a note
    if len(filled) <= 2:
        return True
    return code == "signature_row" and all(isinstance(cell, str) and _SIGNATURE.match(cell) for cell in filled)


_NUMBERED = re.compile(r"\s*[(\[]\s*(\d{1,3})\s*[)\]]\s*\Z")
_COPY = re.compile(r" \(\d+\)\Z")


def repeats_headings(cells: Sequence[Cell], headings: Sequence[str]) -> bool:
    """Whether a row says the headings again, as on every printed page, or numbers the columns: (1) (2) (3)."""
    if len(cells) != len(headings):
        return False
    texts = [" ".join(cell.split()) if isinstance(cell, str) else None for cell in cells]
    # Of two columns called alike the second is shown as “โทรศัพท์ (2)”.
    if all(not text or text in (name, _COPY.sub("", name)) for text, name in zip(texts, headings, strict=True)) and (
        None not in texts
    ):
        return sum(map(bool, texts)) >= min(2, len(headings))
    numbers = [match[1] for text in texts if text and (match := _NUMBERED.match(text))]
    return len(numbers) == len(cells) > 1 and numbers == [str(number) for number in range(1, len(cells) + 1)]

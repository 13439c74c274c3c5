"""Sales to nobody in particular."""

import pytest

from samphan.commerce.walk_ins import names_nobody


@pytest.mark.parametrize(
    "said",
    [
        "เงินสด",
        " ขายสด ",
        "ลูกค้าเงินสด",
        "ลูกค้าทั่วไป",
        "หน้าร้าน",
        "(ขาจร)",
        "ลูกค้าจร",
        "ไม่ระบุชื่อ",
        "-",
        "Cash",
        "walk-in customer",
        "N/A",
    ],
)
def test_knows_what_stands_for_nobody(said: str) -> None:
    assert names_nobody(said)


@pytest.mark.parametrize(
    "name", ["สด", "คุณสด ใจดี", "ร้านหน้าร้านกาแฟ", "เงินสดทันใจ จำกัด", "Guest House Ari", "C-001", "0812345678", ""]
)
def test_takes_no_name_for_nobody(name: str) -> None:
    assert not names_nobody(name)

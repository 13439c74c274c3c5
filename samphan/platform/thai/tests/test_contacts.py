import pytest

from samphan.platform.thai.contacts import parse_contacts
from samphan.platform.thai.phones import PhoneProblem

MOBILE, HOME = "+66812345678", "+6621234567"


@pytest.mark.parametrize(
    ("text", "phones", "lines"),
    [
        ("081-234-5678", [MOBILE], []),
        ("081-234-5678 / line: somchai99", [MOBILE], ["somchai99"]),
        ("ไลน์ somchai_99 โทร 0812345678", [MOBILE], ["somchai_99"]),
        ("0812345678 (Line ID: @shop.th)", [MOBILE], ["shop.th"]),
        ("มือถือ 081-234-5678 บ้าน 02-123-4567", [MOBILE, HOME], []),
        ("081-234-5678 (แม่) 02-123-4567 (ลูก)", [MOBILE, HOME], []),
        ("081-234-5678\n02-123-4567", [MOBILE, HOME], []),
        ("line: somchai99", [], ["somchai99"]),
    ],
)
def test_takes_a_cell_of_contacts_apart(text: str, phones: list[str], lines: list[str]) -> None:
    found = parse_contacts(text)
    assert [phone.e164 for phone in found.phones] == phones
    assert list(found.line_ids) == lines


@pytest.mark.parametrize("text", ["081-234-567", "081-234-5678 12", "ไม่มี", "0812345678 0000", "abc"])
def test_leaves_no_digit_unread(text: str) -> None:
    with pytest.raises(PhoneProblem):
        parse_contacts(text)

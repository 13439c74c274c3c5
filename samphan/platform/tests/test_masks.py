import pytest
from hypothesis import given
from hypothesis import strategies as st

from samphan.platform.catalogue import Type
from samphan.platform.masks import cover


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Type.PHONE, "+66812345678", "081-xxx-5678"),
        (Type.PHONE, "+6623456789", "02 xxx 6789"),
        (Type.PHONE, "+14155550123", "+1 4xx-xxx-0123"),
        (Type.PHONE, "191", "xxx"),
        (Type.EMAIL, "somchai@example.co.th", "s•••@example.co.th"),
        (Type.EMAIL, "ไม่ใช่อีเมล", "•••"),
        (Type.IDENTIFIER, "1234567890123", "xxxxxxxxx0123"),
        (Type.IDENTIFIER, "ลูก12", "xxx12"),
        (Type.IDENTIFIER, "1234", "xxxx"),
        (Type.LONG_TEXT, "แพ้ถั่ว", "•••"),
        (Type.MONEY, 1234.5, "•••"),
        (Type.TEXT, "", ""),
        (Type.DATE, None, None),
        (Type.PHONE, ["+66812345678", "+66898765432"], ["081-xxx-5678", "089-xxx-5432"]),
        (Type.TEXT, [], []),
    ],
)
def test_covers_what_would_tell_who_or_where(kind: Type, value: object, shown: object) -> None:
    assert cover(kind, value) == shown


@given(st.sampled_from(list(Type)), st.text(min_size=1, max_size=40))
def test_never_shows_the_whole_of_a_value(kind: Type, text: str) -> None:
    assert cover(kind, text) != text or set(text) <= set("x•@")

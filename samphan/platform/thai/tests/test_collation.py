import itertools
from random import Random

import pytest

from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.tests.shared import lines, needs_shared


@pytest.mark.parametrize(
    "order",
    [
        ["กก", "กา", "เก", "แก", "โก", "ขา"],
        ["กา", "ก่า", "ก้า", "ก๊า", "ก๋า", "กาก"],
        ["ปะ", "ปัก", "ปาก", "ป่าก", "ปิด", "เป็น", "แป", "โป", "ใป", "ไป"],
        ["กลม", "กลอง", "เกลอ", "เกลียว", "แกล้ง", "ไกล", "ขวด"],
        ["เพชร", "แพร", "ไพลิน", "ภูมิ"],
        ["รัก", "ฤกษ์", "ลา"],
        ["7-Eleven", "apple", "Banana", "กาแฟ"],
        ["๑ ไมล์", "2 เมตร", "๓ วา"],
        ["สมชาย ใจดี", "สมชายน์"],
        ["Café", "cafeteria"],
    ],
)
def test_sorts_like_a_dictionary(order):
    shuffled = order[:]
    Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=lambda word: sort_key(word).encode()) == order


def test_case_and_width_of_space_do_not_matter():
    assert sort_key("Sarah  Whitfield") == sort_key("sarah whitfield")
    assert sort_key("สมชาย\u200b ใจดี") == sort_key("สมชาย  ใจดี")


def test_decomposed_sara_am_sorts_like_the_composed_one():
    assert sort_key("น\u0e4d\u0e32") == sort_key("น\u0e33")
    assert sort_key("น\u0e4d\u0e49\u0e32") == sort_key("น้ำ")


@needs_shared
def test_agrees_with_pythainlp_on_real_names():
    from pythainlp.util import collate

    names = lines("thai_names/male_names_th.txt") + lines("thai_names/family_names_th.txt")[:3000]
    names = sorted({name for name in names if all("ก" <= char <= "๎" for char in name)})
    pairs = 0
    for before, after in itertools.pairwise(collate(names)):
        first, second = (sort_key(name).partition("\t")[0] for name in (before, after))
        # The oracle puts the marks right behind the letters, so a word that begins another may land behind it.
        if not first.startswith(second) and not second.startswith(first):
            pairs += 1
            assert first < second, (before, after)
    assert pairs > 6000


def test_a_long_text_keeps_a_short_key():
    assert len(sort_key("ก้" * 5000)) <= 401

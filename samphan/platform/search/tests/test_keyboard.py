import pytest

from samphan.platform.search.keyboard import looks_mistyped, recover_layout, to_latin, to_thai
from samphan.platform.thai.romanise import romanise
from samphan.platform.thai.tests.shared import lines, needs_shared


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("l;ylfu", "สวัสดี"), ("l,=kp", "สมชาย"), ("้ำสสน", "hello"), ("้นะำส", "hotel"), ("แนสส", "coll"), ("gmL", "เทศ")],
)
def test_reads_the_keys_of_the_other_layout(typed, meant):
    assert recover_layout(typed) == meant


@pytest.mark.parametrize("text", ["l;ylfu", "l,=kp", "้ำสสน", "้นะำส", "l,=kp .0fu"])
def test_sees_that_the_layout_was_wrong(text):
    assert looks_mistyped(text)


@pytest.mark.parametrize(
    "text",
    [
        "สวัสดี",
        "สมชาย ใจดี",
        "กนก",
        "somchai",
        "Sarah Whitfield",
        "hello",
        "a@b.co",
        "081-234-5678",
        "AB",
        "",
        "SKU-17",
        "coffee 250",
    ],
)
def test_leaves_good_text_alone(text):
    assert not looks_mistyped(text)


def test_every_key_has_its_way_back():
    for char in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ;'[],./":
        if to_thai(char) not in ",.?()":
            assert to_latin(to_thai(char)) == char


@needs_shared
def test_real_names_survive_and_most_mistyped_ones_are_seen():
    names = [name for file in ("male", "female", "family") for name in lines(f"thai_names/{file}_names_th.txt")]
    names = [name for name in names if len(name) > 3 and " " not in name]
    alarms = [name for name in names if looks_mistyped(name)]
    assert len(alarms) < len(names) / 500, alarms[:20]
    latin_alarms = [name for name in names if looks_mistyped(romanise(name))]
    assert len(latin_alarms) < len(names) / 500, latin_alarms[:20]
    seen = sum(looks_mistyped(to_latin(name)) for name in names)
    assert seen > len(names) * 0.9

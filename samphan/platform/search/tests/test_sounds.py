import pytest

from samphan.platform.search.sounds import LONGEST, keys, slips, sound_key, spelling_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ก้อง", "กอง"), ("จันทร์", "จันทร"), ("ณัฐพล", "นัทพล"), ("ศิริพร", "สิริพร"), ("วรรณา", "วัณา"), ("แก้ว", "เเก้ว"),
        ("ภัทร", "พัทร"), ("ปวีณา", "ปวินา"), ("ดำรงค์", "ดัมรงค"), ("สมม", "สม"),
    ],
)  # fmt: skip
def test_spellings_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert spelling_key(one) == spelling_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("somchai", "somchay"), ("pimlada", "phimlada"), ("suwan", "suvarn"), ("kamol", "kamon"), ("porntip", "pornthip"),
        ("vichai", "wichai"), ("charoen", "jaroen"), ("boonlert", "bunlert"), ("สมชาย", "somchai"), ("พรทิพย์", "porntip"),
        ("สุชาติ", "suchart"), ("พิมพ์ลดา", "pimlada"), ("เพชร", "petch"),
    ],
)  # fmt: skip
def test_ways_to_romanise_have_one_key(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other) != ""


def test_other_names_have_other_keys() -> None:
    found = [spelling_key(word) for word in ("สมชาย", "สมชัย", "สมใจ", "วิชัย", "วิชา")]
    assert len(set(found)) == len(found)
    assert keys("0812345678") == ()
    assert keys("ก" * (LONGEST + 1)) == ()
    assert keys("") == ()


def test_slips_are_all_one_away() -> None:
    near = set(slips("สมชาย"))
    assert {"สมชย", "สมาย", "มสชาย", "สมชายย", "สมชาม"} <= near
    assert "สมชาย" not in near
    assert "=northern" in set(slips("=notrhern"))

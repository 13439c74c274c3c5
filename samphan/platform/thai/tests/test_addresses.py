import csv

import pytest

from samphan.platform.thai.addresses import Address, complete, format_address, parse_address
from samphan.platform.thai.geography import find_province, geography
from samphan.platform.thai.tests.shared import SHARED_DATA, needs_shared

SUTHEP = ("สุเทพ", "เมืองเชียงใหม่", "เชียงใหม่", "50200", "500108", True)
HUAI_KHWANG = ("ห้วยขวาง", "ห้วยขวาง", "กรุงเทพมหานคร", "10310", "101701", True)


@pytest.mark.parametrize(
    ("text", "line", "area"),
    [
        (
            "12 หมู่ที่ 4 ถนนตัวอย่าง ตำบลสุเทพ อำเภอเมืองเชียงใหม่ จังหวัดเชียงใหม่ 50200",
            "12 หมู่ที่ 4 ถนนตัวอย่าง",
            SUTHEP,
        ),
        ("12 ม.4 ต.สุเทพ อ.เมือง จ.เชียงใหม่ 50200", "12 ม.4", SUTHEP),
        ("12 ม.4 ต.สุเทพอ.เมืองจ.เชียงใหม่50200", "12 ม.4", SUTHEP),
        ("๑๒ ม.๔ ต.สุเทพ อ.เมือง จ.เชียงใหม่ ๕๐๒๐๐", "12 ม.4", SUTHEP),
        ("12 ต. สุเทพ อ. เมือง เชียงใหม่", "12", SUTHEP),
        ("12 สุเทพ เมืองเชียงใหม่ เชียงใหม่ 50200", "12", SUTHEP),
        (
            "99/12 อาคารตัวอย่าง ชั้น 5 ซอยสุขใจ 3 แขวงห้วยขวาง เขตห้วยขวาง กรุงเทพมหานคร 10310",
            "99/12 อาคารตัวอย่าง ชั้น 5 ซอยสุขใจ 3",
            HUAI_KHWANG,
        ),
        ("99/12 ห้วยขวาง ห้วยขวาง กทม. 10310", "99/12", HUAI_KHWANG),
        ("99/12 Example Rd., Huai Khwang, Huai Khwang, Bangkok 10310, Thailand", "99/12 Example Rd.", HUAI_KHWANG),
        (
            "44 Moo 4, Pak Kret Sub District, Pak Kret District Nonthaburi 11120",
            "44 Moo 4",
            ("ปากเกร็ด", "ปากเกร็ด", "นนทบุรี", "11120", "120601", True),
        ),
    ],
)
def test_reads_an_address(text, line, area):
    assert parse_address(text) == Address(line, *area)


def test_fills_in_what_the_rest_determines():
    assert complete("สุเทพ", "", "", "") == SUTHEP
    assert complete("", "", "", "50200")[1:4] == ("เมืองเชียงใหม่", "เชียงใหม่", "50200")
    assert complete("", "", "โคราช", "").province == "นครราชสีมา"
    assert complete("", "ค่ายบางระจัน", "", "") == ("", "ค่ายบางระจัน", "สิงห์บุรี", "16150", "", False)


def test_keeps_what_contradicts_as_it_was_written():
    area = complete("สุเทพ", "เมืองเชียงใหม่", "เชียงใหม่", "10310")
    assert (area.subdistrict_code, area.postcode, area.certain) == ("500108", "10310", False)
    assert complete("ไม่มีจริง", "เมือง", "เชียงใหม่", "") == ("ไม่มีจริง", "เมืองเชียงใหม่", "เชียงใหม่", "", "", False)
    assert complete("", "", "", "99999") == ("", "", "", "99999", "", False)


@pytest.mark.parametrize("text", ["", "-", "ไม่ระบุ", "99/12", "ต.", "12345678901", "บ้านเลขที่ 99999/1"])
def test_takes_a_poor_address_as_its_line(text):
    address = parse_address(text)
    assert address.line == text.strip() or address.line == ""
    assert not address.certain


def test_writes_an_address_with_the_words_of_its_place():
    assert format_address(Address("12 ม.4", *SUTHEP)) == "12 ม.4 ตำบลสุเทพ อำเภอเมืองเชียงใหม่ จังหวัดเชียงใหม่ 50200"
    assert format_address(Address("99/12", *HUAI_KHWANG)) == "99/12 แขวงห้วยขวาง เขตห้วยขวาง กรุงเทพมหานคร 10310"
    assert (
        format_address(Address("99/12", *HUAI_KHWANG), language="en")
        == "99/12, Huai Khwang, Huai Khwang, Bangkok 10310"
    )


def test_knows_the_whole_country():
    table = geography()
    assert (len(table.provinces), len(table.districts), len(table.subdistricts)) == (77, 929, 7466)
    assert find_province("กทม.").name == "กรุงเทพมหานคร"
    assert find_province("จ.ชลบุรี").code == "20"
    assert find_province("Chon Buri").code == find_province("Chonburi").code == "20"
    assert find_province("อื่นๆ") is None


def test_every_subdistrict_is_read_back_from_its_own_address():
    table = geography()
    wrong = []
    for code, place in list(table.subdistricts.items())[::5]:
        district, province = table.districts[code[:4]].name, table.provinces[code[:2]].name
        written = format_address(Address("9/1 ถนนสุขใจ", place.name, district, province, place.postcode, code, True))
        read = parse_address(written)
        if (read.subdistrict_code, read.line, read.certain) != (code, "9/1 ถนนสุขใจ", True):
            wrong.append((written, read))
    assert len(wrong) <= 3, wrong[:5]


@needs_shared
def test_reads_the_addresses_of_listed_companies():
    with (SHARED_DATA / "thai_companies" / "set_companies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    certain = sum(bool(parse_address(f"{row['address_th']} {row['zip']}").subdistrict_code) for row in rows)
    assert certain > len(rows) * 0.9


@pytest.mark.parametrize("name", ["จันทบุรี", "จังหวัดจันทบุรี", "จ.จันทบุรี", "Chanthaburi"])
def test_knows_a_province_that_begins_like_its_prefix(name: str) -> None:
    found = find_province(name)
    assert found is not None
    assert found.name == "จันทบุรี"

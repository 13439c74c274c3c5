import csv

import pytest

from samphan.platform.thai.names import (
    OrganisationName,
    PersonName,
    canonical_title,
    display_name,
    initial,
    is_organisation,
    matching_name,
    organisation_name,
    parse_organisation,
    split_name,
    title_gender,
    truncate,
)
from samphan.platform.thai.tests.shared import SHARED_DATA, lines, needs_shared


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("นายสมชาย ใจดี", ("นาย", "สมชาย", "ใจดี", "")),
        ("นาย สมชาย   ใจดี", ("นาย", "สมชาย", "ใจดี", "")),
        ("นางสาวพิมพ์ลดา อัครเดชากุล (แพร)", ("นางสาว", "พิมพ์ลดา", "อัครเดชากุล", "แพร")),
        ("น.ส. พิมพ์ลดา อัครเดชากุล", ("นางสาว", "พิมพ์ลดา", "อัครเดชากุล", "")),
        ("น.ส.พิมพ์ลดา", ("นางสาว", "พิมพ์ลดา", "", "")),
        ("ด.ช.ภูมิ ใจดี", ("เด็กชาย", "ภูมิ", "ใจดี", "")),
        ("คุณจิตติมา แซ่ตั้ง [อ้อม]", ("คุณ", "จิตติมา", "แซ่ตั้ง", "อ้อม")),
        ("คุณนายสมชาย ใจดี", ("นาย", "สมชาย", "ใจดี", "")),
        ("ว่าที่ร้อยตรี กฤตเมธ ณ ลำพูน", ("ว่าที่ร้อยตรี", "กฤตเมธ", "ณ ลำพูน", "")),
        ("ว่าที่ ร.ต.กฤตเมธ ณ ลำพูน", ("ว่าที่ร้อยตรี", "กฤตเมธ", "ณ ลำพูน", "")),
        ("พ.ต.อ. สมชาย ใจดี", ("พันตำรวจเอก", "สมชาย", "ใจดี", "")),
        ("ผศ.ดร.สมหญิง รักเรียน", ("ผศ.ดร.", "สมหญิง", "รักเรียน", "")),
        ("ดร สมหญิง รักเรียน", ("ดร.", "สมหญิง", "รักเรียน", "")),
        ("ม.ร.ว. คึกฤทธิ์ ปราโมช", ("ม.ร.ว.", "คึกฤทธิ์", "ปราโมช", "")),
        ("Mr. John Smith", ("Mr.", "John", "Smith", "")),
        ("MISS Sarah Jane Whitfield", ("Miss", "Sarah Jane", "Whitfield", "")),
        ("Somchai Na Ayutthaya", ("", "Somchai", "Na Ayutthaya", "")),
        ("Smith, John", ("", "John", "Smith", "")),
        ("สมชาย", ("", "สมชาย", "", "")),
        ("ดรุณี สุขใจ", ("", "ดรุณี", "สุขใจ", "")),
        ("นายิกา สุขใจ", ("", "นายิกา", "สุขใจ", "")),
        ("คุณากร สุขใจ", ("", "คุณากร", "สุขใจ", "")),
        ("คุณธรรม สุขใจ", ("", "คุณธรรม", "สุขใจ", "")),
        ("สมชาย ใจดี ชื่อเล่น ชาย", ("", "สมชาย", "ใจดี", "ชาย")),
        ("", ("", "", "", "")),
        ("(แพร)", ("", "(แพร)", "", "")),
        ("สมชาย\u200b ใจดี", ("", "สมชาย", "ใจดี", "")),
    ],
)
def test_takes_a_name_apart(text, parts):
    assert split_name(text) == PersonName(*parts)


@needs_shared
def test_leaves_given_names_without_a_title_whole():
    names = lines("thai_names/male_names_th.txt") + lines("thai_names/female_names_th.txt")
    cut = [name for name in names if split_name(f"{name} ใจดี").first != name]
    assert len(cut) <= 8, cut  # นายณัฐ in the list itself carries its title


@needs_shared
def test_takes_the_title_off_every_given_name():
    names = lines("thai_names/male_names_th.txt")
    wrong = [name for name in names if split_name(f"นาย{name} ใจดี")[:2] != ("นาย", name)]
    assert len(wrong) <= 12, wrong


def test_tells_the_gender_of_a_title():
    assert title_gender("นางสาว") == "female"
    assert title_gender("นาย") == "male"
    assert title_gender("Mr.") == "male"
    assert title_gender("ดร.") is None


def test_writes_a_title_out():
    assert [canonical_title(text) for text in ("น.ส.", "mr", "ดร", "เจ้าคุณ")] == ["นางสาว", "Mr.", "ดร.", "เจ้าคุณ"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("บริษัท บ้านริมคลอง จำกัด", ("company", "บ้านริมคลอง", "")),
        ("บริษัทบ้านริมคลองจำกัด (สำนักงานใหญ่)", ("company", "บ้านริมคลอง", "00000")),
        ("บริษัท อารียา พรอพเพอร์ตี้ จำกัด (มหาชน)", ("public_company", "อารียา พรอพเพอร์ตี้", "")),
        ("บมจ. อารียา", ("public_company", "อารียา", "")),
        ("บจก. ไทยคูน (ประเทศไทย) สาขาที่ 2", ("company", "ไทยคูน (ประเทศไทย)", "00002")),
        ("หจก. สามพี่น้องเบเกอรี่", ("limited_partnership", "สามพี่น้องเบเกอรี่", "")),
        ("ห้างหุ้นส่วนจำกัด ก.รุ่งเรือง", ("limited_partnership", "ก.รุ่งเรือง", "")),
        ("ร้านกาดเช้า คาเฟ่", ("shop", "กาดเช้า คาเฟ่", "")),
        ("มูลนิธิดอยตุง", ("foundation", "ดอยตุง", "")),
        ("Baan Rim Klong Co., Ltd.", ("company", "Baan Rim Klong", "")),
        ("AREEYA PROPERTY PUBLIC COMPANY LIMITED", ("public_company", "AREEYA PROPERTY", "")),
        ("โรงแรมวังน้ำเย็น", ("", "โรงแรมวังน้ำเย็น", "")),
    ],
)
def test_takes_an_organisation_apart(text, parts):
    assert parse_organisation(text) == OrganisationName(*parts)
    assert is_organisation(text)


def test_writes_the_full_name_of_an_organisation():
    assert organisation_name("company", "บ้านริมคลอง") == "บริษัท บ้านริมคลอง จำกัด"
    assert organisation_name("company", "Baan Rim Klong") == "Baan Rim Klong Co., Ltd."
    assert organisation_name("", "โรงแรมวังน้ำเย็น") == "โรงแรมวังน้ำเย็น"


@needs_shared
def test_knows_listed_companies_from_people():
    with (SHARED_DATA / "thai_companies" / "set_companies.csv").open(encoding="utf-8", newline="") as file:
        companies = [row["name_th"] for row in csv.DictReader(file)]
    assert [name for name in companies if not is_organisation(name)] == []
    firsts = lines("thai_names/male_names_th.txt") + lines("thai_names/female_names_th.txt")
    lasts = lines("thai_names/family_names_th.txt")
    people = [f"{first} {lasts[index % len(lasts)]}" for index, first in enumerate(firsts)] + lasts
    wrong = [name for name in people if is_organisation(name)]
    assert len(wrong) <= 5, wrong


def test_compares_names_without_title_and_form():
    assert matching_name("นาย สมชาย ใจดี") == matching_name("สมชาย  ใจดี") == "สมชายใจดี"
    assert matching_name("บจก.บ้านริมคลอง") == matching_name("บริษัท บ้านริมคลอง จำกัด") == "บ้านริมคลอง"


def test_shows_a_person_as_staff_would_say_it():
    assert display_name("พิมพ์ลดา", "อัครเดชากุล", title="นางสาว", nickname="แพร") == "คุณพิมพ์ลดา อัครเดชากุล (แพร)"
    assert display_name("พิมพ์ลดา", "", nickname="แพร") == "คุณพิมพ์ลดา (แพร)"
    assert display_name("สมหญิง", "รักเรียน", title="ผศ.ดร.") == "ผศ.ดร.สมหญิง รักเรียน"
    assert display_name("Sarah", "Whitfield") == "Sarah Whitfield"
    assert display_name("", "", nickname="แพร") == "คุณแพร"
    assert display_name("", "") == ""


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("เจษฎา ปิ่นประยูร", "จ"),
        ("คุณพิมพ์ลดา อัครเดชากุล", "พ"),
        ("คุณเอกชัย", "อ"),
        ("ร้านกาดเช้า คาเฟ่", "ก"),
        ("บริษัท บ้านริมคลอง จำกัด", "บ"),
        ("หจก. สามพี่น้องเบเกอรี่", "ส"),
        ("โรงแรมวังน้ำเย็น", "ว"),
        ("ร้านเตี๋ยวเรือ & กาแฟปู่ชู", "ต"),
        ("สหกรณ์ร้านค้าเกษตรวิถี", "ส"),
        ("Sarah Whitfield", "S"),
        ("ไพลิน", "พ"),
        ("คุณากร", "ค"),
        ("ร้าน", "ร"),
        ("7-Eleven", "7"),
        ("", "?"),
    ],
)
def test_takes_the_first_consonant_as_initial(name, letter):
    assert initial(name) == letter


def test_never_tears_a_mark_off_its_letter():
    assert truncate("น้ำผึ้งเดือนห้า", 3) == "น้ำผึ้…"
    assert truncate("ก็ดี", 3) == "ก็ดี"
    assert truncate("เปรี้ยว", 2) == "เป…"
    assert truncate("สมชาย ใจดี", 7) == "สมชาย…"
    assert truncate("short", 10) == "short"
    for name in ("กี่ทุ่มแล้ว", "ปั๊มน้ำมัน", "เก้าอี้"):
        for length in range(1, 10):
            cut = truncate(name, length).removesuffix("…")
            assert name.startswith(cut)
            assert not cut.endswith(("เ", "แ", "โ", "ใ", "ไ"))
            assert name[len(cut) :][:1] not in tuple("ัำิีึืุู็่้๊๋์")

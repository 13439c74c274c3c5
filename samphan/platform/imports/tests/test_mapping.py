import pytest

from samphan.platform.imports.kinds import kind
from samphan.platform.imports.mapping import ImportField, is_thai_id, suggest_mapping

# What the domains registered: the guesses are as good as the headings they declare.
CUSTOMER_FIELDS, ORDER_FIELDS, PRODUCT_FIELDS = (kind(name).fields for name in ("customers", "orders", "products"))


def fields_of(headings, fields, samples=()):
    return [suggestion.field for suggestion in suggest_mapping(headings.split("|"), samples, fields)]


def test_maps_the_headings_of_a_thai_office():
    headings = (
        "ชื่อ-สกุล|ชื่อเล่น|เบอร์มือถือ|อีเมล์|ไลน์|ว/ด/ป เกิด|เลขสมาชิก|เลขประจำตัวผู้เสียภาษี|สาขา|ที่อยู่|แขวง/ตำบล|เขต/อำเภอ|จังหวัด"
        "|รหัสไปรษณีย์|กลุ่ม|ผู้ดูแล|หมายเหตุ"
    )
    assert fields_of(headings, CUSTOMER_FIELDS) == [
        "name", "nickname", "phone", "email", "line_id", "birth_date", "member_number", "tax_id", "branch", "address",
        "subdistrict", "district", "province", "postcode", "tags", "owner", "note",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            "Record ID|First Name|Last Name|Email|Phone Number|Contact owner",
            "external_id first_name last_name email phone owner",
        ),
        (
            "Salutation|First Name|Last Name|Account Name|Mailing Street|Mailing Zip",
            "title first_name last_name name address postcode",
        ),
        ("Person - Name|Person - Email|Person - Phone|Person - Label", "name email phone tags"),
        ("Contact Id|Full Name|Mobile|Lead Source|Description", "external_id name phone source note"),
    ],
)
def test_maps_the_exports_of_other_systems(headings, expected):
    assert fields_of(headings, CUSTOMER_FIELDS) == expected.split()


def test_maps_online_retail():
    sample = [["536365", "85123A", "WHITE HANGING HEART", "6", "01/12/2010 08:26", "2.55", "17850", "United Kingdom"]]
    headings = "InvoiceNo|StockCode|Description|Quantity|InvoiceDate|UnitPrice|CustomerID|Country"
    assert fields_of(headings, ORDER_FIELDS, sample) == [
        "number", "sku", "description", "quantity", "ordered_at", "unit_price", "customer", None,
    ]  # fmt: skip


def test_maps_a_thai_bill_and_a_price_list():
    headings = "เลขที่บิล|วันที่|รหัสสินค้า|รายการ|จำนวน|ราคา/หน่วย|ยอดรวม|ชื่อลูกค้า"
    expected = ["number", "ordered_at", "sku", "description", "quantity", "unit_price", "total", "customer"]
    assert fields_of(headings, ORDER_FIELDS) == expected
    assert fields_of("รหัสสินค้า|ชื่อสินค้า|ราคา|หน่วยนับ", PRODUCT_FIELDS) == ["sku", "name", "unit_price", "unit"]


def test_tells_the_whole_name_from_the_given_name():
    assert fields_of("ชื่อ|เบอร์โทร", CUSTOMER_FIELDS) == ["name", "phone"]
    assert fields_of("ชื่อ|นามสกุล", CUSTOMER_FIELDS) == ["first_name", "last_name"]


def test_gives_the_second_of_two_phones_its_own_field():
    assert fields_of("โทรศัพท์|โทรศัพท์ (2)", CUSTOMER_FIELDS) == ["phone", "second_phone"]
    assert fields_of("เบอร์บ้าน|เบอร์มือถือ", CUSTOMER_FIELDS) == ["second_phone", "phone"]
    assert fields_of("เบอร์บ้าน", CUSTOMER_FIELDS) == ["phone"]


def test_goes_by_the_values_where_headings_say_nothing():
    samples = [
        ["0812345678", "a@example.com", "เชียงใหม่", "1234567890121", "x"],
        ["02-123-4567", "b@example.co.th", "กทม.", "1-2345-67890-12-1", "y"],
    ]
    assert fields_of("A|B|C|D|E", CUSTOMER_FIELDS, samples) == ["phone", "email", "province", "tax_id", None]


def test_does_not_believe_a_heading_against_its_values():
    samples = [["a@example.com"], ["b@example.com"]]
    assert fields_of("เบอร์โทร", CUSTOMER_FIELDS, samples) == ["email"]


def test_says_how_sure_it_is_and_why():
    (first, second) = suggest_mapping(["อีเมล", "เบอร์โทรศัพท์ของลูกค้า"], [["a@b.co", "0812345678"]], CUSTOMER_FIELDS)
    assert first.confidence == 1.0 and "อีเมล" in first.reason
    assert second.field == "phone" and 0.5 <= second.confidence < first.confidence


def test_takes_fields_of_its_own():
    size = ImportField("shirt_size", "ไซซ์เสื้อ", aliases=("ขนาดเสื้อ",))
    assert fields_of("ขนาดเสื้อ", (*CUSTOMER_FIELDS, size)) == ["shirt_size"]


def test_checks_the_thirteenth_digit():
    assert is_thai_id("1234567890121") and is_thai_id("1-2345-67890-12-1")
    assert not is_thai_id("1234567890123") and not is_thai_id("123")

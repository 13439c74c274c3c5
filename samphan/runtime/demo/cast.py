"""The customers of the demo company whom people meet first: on the pictures, in the tour, in the sample files."""

from typing import NamedTuple


class Role(NamedTuple):
    """One known customer.

    :param orders: how many orders within two years; `every` days apart, the last one `last` days ago, worth about
        `average` THB each. `slows`: the last gaps are longer than the customer's own rhythm.
    :param likes: what they buy: a taste of `products`, or wholesale.
    """

    name: str  # an organisation's whole name, or first and last name
    nickname: str
    owner: str
    city: str
    orders: int
    every: float
    last: int
    average: int
    likes: str = "medium"
    title: str = ""
    tags: tuple[str, ...] = ()
    stage: str = ""
    note: str = ""
    line: str = ""
    phone: str = ""
    email: str = ""
    member: str = ""
    source: str = ""
    birth: str = ""
    slows: float = 1.0
    name_en: str = ""


PEOPLE = (
    Role(
        "พิมพ์ลดา อัครเดชากุล", "แพร", "may", "bangkok", 34, 12, 2, 1440, "medium", "คุณ", ("ของขวัญองค์กร", "เวิร์กช็อปดริป"),
        "at_risk", "ชอบคั่วกลาง ขอแก้วเซรามิก ไม่ใส่น้ำตาล มักมาเช้าวันเสาร์ นั่งริมหน้าต่าง", "prae.akr", "0812345678",
        "pimlada@example.com", "880144201963", "แนะนำเพื่อน", "1989-12-14", 1.6, "Pimlada Akkharadechakul",
    ),
    Role("ปัณณวิชญ์ ตรีเนตร", "ต้น", "kong", "bangkok", 26, 14, 3, 1200, "light", "คุณ", ("คั่วอ่อน", "สมาชิก"), "advocate",
         "สามีคุณแพร ชวนเพื่อนที่ทำงานมาเวิร์กช็อปทุกครั้ง", "ton.tri", source="แนะนำเพื่อน", birth="XXXX-11-25"),
    Role("นูรียะ สาเมาะ", "", "pui", "south", 2, 9, 4, 945, "light", "คุณ", (), "", "สั่งส่งถึงปัตตานี ขอฉลากฮาลาล",
         "nuriya.s", source="Facebook"),
    Role("จิตติมา แซ่ตั้ง", "อ้อม", "may", "bangkok", 22, 21, 5, 1020, "medium", "คุณ", ("สมาชิก",), birth="1987-XX-XX"),
    Role("กฤตเมธ ณ ลำพูน", "", "kong", "chiangmai", 14, 30, 6, 625, "dark", "คุณ", ("คั่วเข้ม",), birth="1992-05-XX"),
    Role("อิงฟ้า เหล่าพิพัฒน์", "", "may", "chiangmai", 29, 17, 8, 940, "light", "คุณ", ("คั่วอ่อน", "แนะนำเพื่อน"), "advocate",
         "แนะนำลูกค้าให้เราแล้ว 6 คน", "ingfah.l"),
    Role("ฐิติรัตน์ ญาณวุฒิกร", "ฐา", "kong", "chiangmai", 20, 24, 9, 990, "medium", "คุณ", ("สมาชิก",),
         "", "กำลังจะเปิดร้านเล็ก ๆ ที่ลำปาง ถามเรื่องชุดเริ่มต้น"),
    Role("เจษฎา ปิ่นประยูร", "", "kong", "bangkok", 2, 18, 12, 3700, "dark", "คุณ", ("เวิร์กช็อปดริป",)),
    Role("หทัยชนก คำแสน", "เนย", "may", "chiangmai", 19, 26, 12, 960, "tea", "คุณ", ("นมโอ๊ต", "สมาชิก")),
    Role("Sarah Whitfield", "", "pui", "bangkok", 2, 16, 13, 7900, "light", "Ms.", ("ลูกค้าต่างชาติ",), "",
         "ขอใบกำกับภาษีเป็นภาษาอังกฤษ", email="sarah.whitfield@example.com", source="เว็บไซต์", name_en="Sarah Whitfield"),
    Role("มาลัยพร กิ๊บทอง", "จุ๊", "pui", "bangkok", 11, 19, 46, 575, "medium", "คุณ", (), "", "", "ju.malai"),
    Role("วรพจน์ สุทธิเกียรติ", "โอ๊ต", "", "upcountry", 1, 30, 229, 640, "dark", "คุณ"),
    Role("ศรันย์ ภูริปัญญานนท์", "", "pui", "bangkok", 1, 30, 40, 43500, "gift", "คุณ", ("ของขวัญองค์กร",), "",
         "ของชำร่วยงานแต่ง 300 กล่อง พิมพ์ชื่อบ่าวสาว"),
)  # fmt: skip

ORGANISATIONS = (
    Role("ร้านกาดเช้า คาเฟ่", "", "may", "chiangmai", 101, 7, 0, 2810, "wholesale",
         tags=("คาเฟ่", "ขายส่ง"), line="kadchao.cafe",
         note="สั่งทุกสัปดาห์ ส่งก่อนเจ็ดโมงเช้า จอดรถหลังร้าน"),
    Role("บริษัท บ้านริมคลอง จำกัด", "", "boy", "bangkok", 52, 14, 2, 11780, "wholesale",
         tags=("ร้านอาหาร", "ขายส่ง", "สัญญารายปี"),
         note="ผู้จัดซื้อคือคุณแพร วางบิลทุกวันที่ 25"),
    Role("หจก. สามพี่น้องเบเกอรี่", "", "boy", "bangkok", 40, 17, 3, 2420, "wholesale",
         tags=("เบเกอรี่", "ขายส่ง"), line="3pn.bakery"),
    Role("โรงแรมวังน้ำเย็น", "", "boy", "chiangmai", 46, 12, 41, 9300, "wholesale",
         tags=("โรงแรม", "ขายส่ง"), stage="at_risk",
         note="เชฟใหม่เริ่มงานเดือนที่แล้ว ยังไม่ได้นัดชิม"),
    Role("ร้านเครปป้าอิ๊ด", "", "pui", "bangkok", 2, 14, 7, 6300, "wholesale",
         tags=("คาเฟ่",), line="crepe.paid",
         note="ขอตัวอย่างคั่วเข้มไปเทียบกับของเดิม"),
    Role("ร้านเตี๋ยวเรือ & กาแฟปู่ชู", "", "boy", "bangkok", 24, 26, 18, 1740, "wholesale",
         tags=("ร้านอาหาร", "ขายส่ง")),
    Role("สหกรณ์ร้านค้าเกษตรวิถี", "", "boy", "chiangmai", 0, 0, 0, 0, tags=("สหกรณ์",), stage="lead",
         note="สนใจตู้กดกาแฟ ขอราคาขายส่งยกลัง"),
    Role("โรงเรียนชงกาแฟบางลำพู", "", "kong", "bangkok", 26, 28, 11, 5200, "wholesale",
         tags=("โรงเรียน", "ขายส่ง")),
    Role("บริษัท เอ็มทีเค ออฟฟิศ จำกัด", "", "may", "bangkok", 18, 30, 16, 4200, "wholesale",
         tags=("สำนักงาน",)),
    Role("ร้านขนมปังเช้าวันพุธ", "", "pui", "bangkok", 33, 21, 9, 2600, "wholesale",
         tags=("เบเกอรี่", "ขายส่ง"), line="wedbread"),
    Role("มูลนิธิป่าต้นน้ำแม่วาง", "", "kong", "chiangmai", 5, 90, 34, 12500, "gift",
         tags=("มูลนิธิ", "ของขวัญองค์กร")),
    Role("บริษัท ทวีผลประกันภัย จำกัด (มหาชน)", "", "may", "bangkok", 4, 120, 60, 29500, "gift",
         tags=("ของขวัญองค์กร", "สำนักงาน")),
    Role("ร้านกาแฟบ้านครูต้อย", "", "boy", "upcountry", 61, 10, 4, 2330, "wholesale",
         tags=("คาเฟ่", "ขายส่ง"), line="krutoy.coffee"),
    Role("พิพิธภัณฑ์ผ้าลำปาง", "", "pui", "upcountry", 6, 70, 22, 7800, "gift",
         tags=("ของขวัญองค์กร",)),
    Role("บ้านพักริมเขื่อนภูมิพล", "", "kong", "upcountry", 12, 45, 30, 4100, "wholesale",
         tags=("โรงแรม",)),
    Role("นิติบุคคลอาคารชุดสาทรฮิลล์", "", "may", "bangkok", 0, 0, 0, 0,
         tags=("สำนักงาน",), stage="lead",
         note="ขอเสนอมุมกาแฟล็อบบี้ นัดสำรวจพื้นที่"),
    Role("คลินิกทันตกรรมซอยสวนพลู", "", "pui", "bangkok", 9, 60, 15, 1900, "wholesale",
         tags=("สำนักงาน",)),
    Role("ร้านโจ๊กหน้าวัดอุโมงค์", "", "kong", "chiangmai", 22, 30, 8, 1500, "wholesale",
         tags=("ร้านอาหาร",)),
)  # fmt: skip

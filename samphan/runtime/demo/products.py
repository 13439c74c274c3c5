"""What the demo company sells."""

from decimal import Decimal
from typing import NamedTuple


class DemoProduct(NamedTuple):
    """A product as the demo company lists it; the price in THB. `taste`: who likes it, for what people buy again."""

    sku: str
    name: str
    category: str
    unit: str
    price: Decimal
    taste: str


BEANS, DRIP, DRINKS, EQUIPMENT, GIFTS, WHOLESALE = (
    "เมล็ดกาแฟ",
    "ดริปแบ็ก",
    "เครื่องดื่มหน้าร้าน",
    "อุปกรณ์",
    "ชุดของขวัญ",
    "เมล็ดขายส่ง",
)

# code | name | unit | price in THB | taste
_LISTED = {
    BEANS: """
        BN-DMB-250 | ดอยหมอกเบลนด์ คั่วกลาง 250 ก. | ถุง | 380 | medium
        BN-DMB-500 | ดอยหมอกเบลนด์ คั่วกลาง 500 ก. | ถุง | 700 | medium
        BN-PKN-250 | ปางขอน คั่วกลาง 250 ก. | ถุง | 420 | medium
        BN-PKN-500 | ปางขอน คั่วกลาง 500 ก. | ถุง | 780 | medium
        BN-CDA-250 | เชียงดาว คั่วอ่อน 250 ก. | ถุง | 490 | light
        BN-CDA-LOT | เชียงดาว ล็อตพิเศษ คั่วอ่อน 200 ก. | ถุง | 650 | light
        BN-MCH-250 | แม่จันใต้ วอช คั่วอ่อน 250 ก. | ถุง | 450 | light
        BN-MCN-250 | แม่จันใต้ เนเชอรัล คั่วอ่อน 250 ก. | ถุง | 520 | light
        BN-DCH-250 | ดอยช้าง คั่วกลาง 250 ก. | ถุง | 390 | medium
        BN-DTG-250 | ดอยตุง คั่วเข้ม 250 ก. | ถุง | 360 | dark
        BN-ESP-250 | เอสเปรสโซ คั่วเข้ม 250 ก. | ถุง | 340 | dark
        BN-ESP-500 | เอสเปรสโซ คั่วเข้ม 500 ก. | ถุง | 630 | dark
        BN-DEC-250 | ดีแคฟ โคลอมเบีย 250 ก. | ถุง | 480 | medium
        BN-ETH-250 | เอธิโอเปีย กูจิ คั่วอ่อน 250 ก. | ถุง | 560 | light
        BN-KEN-250 | เคนยา เอเอ คั่วอ่อน 250 ก. | ถุง | 590 | light
        BN-BRZ-250 | บราซิล เซร์ราโด คั่วกลาง 250 ก. | ถุง | 390 | medium
        """,
    DRIP: """
        DP-CDA-10 | ดริปแบ็กเชียงดาว กล่อง 10 ซอง | กล่อง | 420 | light
        DP-PKN-10 | ดริปแบ็กปางขอน กล่อง 10 ซอง | กล่อง | 420 | medium
        DP-DMB-10 | ดริปแบ็กดอยหมอก กล่อง 10 ซอง | กล่อง | 380 | medium
        DP-MIX-20 | ดริปแบ็กรวม 5 ดอย กล่อง 20 ซอง | กล่อง | 760 | medium
        DP-DEC-10 | ดริปแบ็กดีแคฟ กล่อง 10 ซอง | กล่อง | 450 | medium
        DP-TRY-03 | ดริปแบ็กทดลอง 3 ซอง | ชุด | 129 | light
        DP-CBR-06 | โคลด์บรูแบ็ก กล่อง 6 ซอง | กล่อง | 330 | dark
        """,
    DRINKS: """
        CF-ESP | เอสเปรสโซ | แก้ว | 70 | dark
        CF-AME-H | อเมริกาโนร้อน | แก้ว | 75 | medium
        CF-AME-I | อเมริกาโนเย็น | แก้ว | 85 | medium
        CF-LAT-H | ลาเต้ร้อน | แก้ว | 90 | medium
        CF-LAT-I | ลาเต้เย็น | แก้ว | 100 | medium
        CF-LAT-OAT | ลาเต้นมโอ๊ต แก้วเซรามิก | แก้ว | 150 | medium
        CF-CAP | คาปูชิโนร้อน | แก้ว | 90 | medium
        CF-MOC | มอคค่าเย็น | แก้ว | 110 | dark
        CF-DRP | กาแฟดริป เลือกเมล็ด | แก้ว | 130 | light
        CF-CBR | โคลด์บรูขวด 250 มล. | ขวด | 120 | dark
        CF-ORG | กาแฟส้มยูสุ | แก้ว | 135 | light
        CF-COC | กาแฟมะพร้าวน้ำหอม | แก้ว | 125 | medium
        TE-MAT | มัทฉะลาเต้ | แก้ว | 120 | tea
        TE-THA | ชาไทยดอยหมอก | แก้ว | 80 | tea
        BK-CRO | ครัวซองต์เนยสด | ชิ้น | 95 | tea
        BK-BAN | เค้กกล้วยหอม | ชิ้น | 85 | tea
        BK-COO | คุกกี้ช็อกโกแลต | ชิ้น | 65 | tea
        """,
    EQUIPMENT: """
        EQ-V60-02 | ดริปเปอร์เซรามิก 02 | ชิ้น | 690 | light
        EQ-KET-GN | กาดริปคอห่าน 600 มล. | ชิ้น | 1490 | light
        EQ-FIL-100 | กระดาษกรอง 02 100 แผ่น | แพ็ก | 180 | light
        EQ-GRD-H1 | เครื่องบดมือ เฟืองสแตนเลส | เครื่อง | 2490 | medium
        EQ-GRD-E1 | เครื่องบดไฟฟ้า 40 มม. | เครื่อง | 6900 | dark
        EQ-SCL-01 | ตาชั่งจับเวลา | เครื่อง | 1290 | light
        EQ-MOK-03 | หม้อต้ม 3 ถ้วย | ใบ | 890 | dark
        EQ-FRP-06 | เฟรนช์เพรส 600 มล. | ใบ | 790 | medium
        EQ-MUG-CE | แก้วเซรามิกสลักโลโก้ | ใบ | 350 | medium
        EQ-TMB-05 | แก้วเก็บความเย็น 500 มล. | ใบ | 690 | medium
        EQ-WSH-HB | เวิร์กช็อปดริปเบื้องต้น | ที่นั่ง | 1200 | light
        """,
    GIFTS: """
        GF-NY-S | ชุดของขวัญปีใหม่ เล็ก | ชุด | 590 | gift
        GF-NY-M | ชุดของขวัญปีใหม่ กลาง | ชุด | 890 | gift
        GF-NY-L | ชุดของขวัญปีใหม่ ใหญ่ | ชุด | 1890 | gift
        GF-DRP | ชุดเริ่มต้นดริป | ชุด | 1690 | light
        GF-WED | ของชำร่วยดริปแบ็กคู่ | ชุด | 145 | gift
        GF-CRD | บัตรของขวัญ 500 บาท | ใบ | 500 | gift
        """,
    WHOLESALE: """
        WH-ESP-1K | เอสเปรสโซ คั่วเข้ม 1 กก. ขายส่ง | กก. | 520 | dark
        WH-DMB-1K | ดอยหมอกเบลนด์ คั่วกลาง 1 กก. ขายส่ง | กก. | 580 | medium
        WH-HOU-1K | เฮาส์เบลนด์ โรงแรม 1 กก. ขายส่ง | กก. | 490 | medium
        WH-CDA-1K | เชียงดาว คั่วอ่อน 1 กก. ขายส่ง | กก. | 850 | light
        WH-OAT-12 | นมโอ๊ต ลัง 12 กล่อง | ลัง | 1140 | medium
        WH-SYR-06 | ไซรัปวานิลลา ลัง 6 ขวด | ลัง | 1020 | tea
        WH-SRV-01 | ค่าบริการดูแลเครื่องชง | ครั้ง | 1500 | medium
        """,
}

NO_LONGER_SOLD = frozenset({"BN-BRZ-250", "EQ-MOK-03"})


def products() -> list[DemoProduct]:
    """All products, category by category."""
    listed = []
    for category, text in _LISTED.items():
        for line in text.strip().splitlines():
            sku, name, unit, price, taste = (part.strip() for part in line.split("|"))
            listed.append(DemoProduct(sku, name, category, unit, Decimal(price), taste))
    return listed

"""Who is related to whom among the customers of the demo company."""

from collections.abc import Mapping
from uuid import UUID

from samphan.administration.models import Member, Workspace
from samphan.customers.actions import add_relation
from samphan.customers.models import Customer
from samphan.platform.tenancy import in_workspace

# Whose, what the other one is, who, since, position, note, noted by.
RELATIONS = (
    ("บริษัท เอ็มทีเค ออฟฟิศ จำกัด", "employee", "จิตติมา แซ่ตั้ง", "1/3/2564", "ธุรการ", "", "may"),
    ("บริษัท บ้านริมคลอง จำกัด", "subsidiary", "โรงแรมวังน้ำเย็น", "1/1/2566", "", "", "boy"),
    ("บริษัท บ้านริมคลอง จำกัด", "branch", "ร้านเตี๋ยวเรือ & กาแฟปู่ชู", "", "", "ใบกำกับภาษีออกในนามสำนักงานใหญ่", "boy"),
    ("ร้านกาดเช้า คาเฟ่", "owner", "อิงฟ้า เหล่าพิพัฒน์", "", "", "", "may"),
    ("อิงฟ้า เหล่าพิพัฒน์", "referred", "ฐิติรัตน์ ญาณวุฒิกร", "", "", "", "kong"),
    ("อิงฟ้า เหล่าพิพัฒน์", "sibling", "หทัยชนก คำแสน", "", "", "", "may"),
    ("พิมพ์ลดา อัครเดชากุล", "referrer", "อิงฟ้า เหล่าพิพัฒน์", "1/2/2566", "", "เจอกันที่เวิร์กช็อปดริป", "may"),
    ("พิมพ์ลดา อัครเดชากุล", "employer", "บริษัท บ้านริมคลอง จำกัด", "1/6/2565", "ผู้จัดซื้อ", "โทรก่อนสิบโมง", "boy"),
    ("ปัณณวิชญ์ ตรีเนตร", "employer", "บริษัท เอ็มทีเค ออฟฟิศ จำกัด", "", "", "ชวนเพื่อนที่ทำงานมาเวิร์กช็อป", "kong"),
    ("พิมพ์ลดา อัครเดชากุล", "spouse", "ปัณณวิชญ์ ตรีเนตร", "", "", "", "kong"),
)  # fmt: skip


def note_relations(workspace: Workspace, members: Mapping[str, Member], ids: Mapping[str, UUID]) -> None:
    """Note them as the staff would."""
    with in_workspace(workspace.id):
        for whose, role, other, since, word, note, who in RELATIONS:
            said = {"since_on": since, "word": word, "note": note}
            add_relation(Customer(pk=ids[whose]), ids[other], role, said, acting_member=members[who])

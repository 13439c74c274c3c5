import pytest

from samphan.platform.thai.romanise import romanise
from samphan.platform.thai.tests.shared import lines, needs_shared

KNOWN = """
    สมชาย somchai|ใจดี chaidi|กมล kamon|ธนพล thanaphon|พิมพ์ลดา phimlada|อัครเดชากุล akkharadechakun|วรพจน์ woraphot
    สุทธิเกียรติ sutthikiat|ณัฐวุฒิ natthawut|สมหญิง somying|ประยุทธ์ prayut|จันทร์เพ็ญ chanphen|วิชัย wichai
    นภัสสร naphatson|เจษฎา chetsada|ปิ่นประยูร pinprayun|มาลัยพร malaiphon|อิงฟ้า ingfa|เหล่าพิพัฒน์ laophiphat
    ฐิติรัตน์ thitirat|หทัยชนก hathaichanok|คำแสน khamsaen|จิตติมา chittima|แซ่ตั้ง saetang|ตรีเนตร trinet|รัตนา rattana
    ศรีสุข sisuk|เชียงใหม่ chiangmai|กรุงเทพ krungthep|เรือง rueang|สวย suai|เพื่อน phuean|เกรียงไกร kriangkrai
    สมพร somphon|ทองดี thongdi|บุญมี bunmi|สายฝน saifon|อรุณ arun|วันเพ็ญ wanphen|ไพลิน phailin|สุนทร sunthon
    แก้วตา kaeota|สิริกร sirikon|เอกชัย ekchai|ชลธิชา chonthicha|พรทิพย์ phonthip|ศักดิ์ชัย sakchai|กัญญารัตน์ kanyarat
    วงศ์สว่าง wongsawang|สมศักดิ์ somsak|สุรชัย surachai|มานะ mana|มานี mani|ชูใจ chuchai|ปิติ piti|วีระ wira|มานพ manop
    อนุชา anucha|ธนากร thanakon|จิราพร chiraphon|ศิริพร siriphon|วราภรณ์ waraphon|สุภาพร suphaphon|อภิชาติ aphichat
    ธีรพงศ์ thiraphong|สามพราน samphran|ภู่ธงแก้ว phuthongkaeo|อาทร athon
"""


@pytest.mark.parametrize("pair", [pair.split() for row in KNOWN.split("\n") for pair in row.split("|") if pair.strip()])
def test_reads_a_name_as_its_bearer_would(pair):
    assert romanise(pair[0]) == pair[1]


@needs_shared
def test_every_real_name_becomes_latin_letters():
    for file in ("male", "female", "family"):
        for name in lines(f"thai_names/{file}_names_th.txt"):
            latin = romanise(name)
            assert latin, name
            assert latin.replace(" ", "").isascii(), name


def test_leaves_other_letters_as_they_are():
    assert romanise("Sarah 7") == "Sarah 7"
    assert romanise("") == ""

# ruff: noqa: E501 the tables are read best as lines
"""Write tests/fixtures/names.csv: names of people as they stand in one cell of an office file, and their parts.

All given and family names are made up here from words; none is taken from a corpus. The same seed gives the same file.
"""

import argparse
import csv
import random
from collections.abc import Iterator
from pathlib import Path

FIXTURE = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "names.csv"
SEED = 2569
COLUMNS = ("kind", "text", "title", "first", "last")

FIRST = """
สมชาย สมหญิง วิชัย มาลี ประเสริฐ อรทัย กิตติ สุดา นพดล ปราณี ธีระ วราภรณ์ ชัยวัฒน์ พิมพ์ใจ อนุชา เบญจมาศ ณัฐพล กัลยา ศุภชัย
รัตนา เอกชัย แพรวา โอภาส ใจทิพย์ ไพศาล เกศินี แก้วตา โกวิท ฤทธิ์ ฐิติมา ญาณิศา ฉัตรชัย ช่อผกา ซ่อนกลิ่น ฌานิศ ถวิล ทัศนีย์ ธงชัย บุญมี ปิยะ
ผ่องศรี ฝนทิพย์ พรรณี ฟ้าใส ภานุ มณีรัตน์ ยุพิน รุ่งโรจน์ ลัดดา วิมล ศักดา สายฝน หทัย อัมพร อิศรา อุษา เอื้องฟ้า
""".split()  # noqa: SIM905
# These begin with the letters of a title and are names all the same.
LIKE_TITLES = """
คุณากร คุณานนท์ คุณัญญา คุณภัทร คุณกร ดรุณี ดรัณ ดรัลพร นายิกา นาวา นาวิน นพมาศ นพเก้า พลอย พลอยไพลิน พลอยชมพู พลกฤต พันธกานต์ พันธ์ทิพย์ พันวา
พิศมัย ศศิธร ศันสนีย์ ศรัณย์ รศนา รศิกา ผสมทรัพย์ นงลักษณ์ นางนวล ร้อยเอื้อง สิบทิศ จ่าง เรือนแก้ว เรืองศรี หมอก เด็ดเดี่ยว อาจารี อาจิณ ครุฑ ท่านัก มลฤดี มลวิภา ดวงใจ พระพาย นายก
หม่อน แม่นวาด หลวงชัย ภควดี ภัณฑิรา สตรีรัตน์ ม่านฟ้า
""".split()  # noqa: SIM905
LAST = """
ใจดี รักเรียน สุขสบาย ทองดี ศรีสวัสดิ์ บุญมาก แก้วใส วงศ์งาม เจริญผล มีทรัพย์ ตั้งตรง พูนสุข รุ่งเรืองกิจ ไชยโย เพชรงาม อยู่เย็น นาคเสวี แสงทอง โชคดี
คงมั่น พงษ์พันธุ์ดี หอมหวล เกษมสันติ์ จันทร์แจ่ม ทรัพย์เพิ่มพูน ดีพร้อม ชื่นบาน ลิ้มรส อ่อนน้อม เลิศล้ำ ร่มเย็น การค้า พานิชเจริญ คุณธรรมดี นายอำเภอสุข หมอยาดี ครูดีมาก พลเรืองเดช
""".split()  # noqa: SIM905
OF_SEVERAL_WORDS = (
    "ณ บ้านสวน", "ณ เมืองทอง", "ณ ริมน้ำ", "สุขใจ ณ บ้านสวน", "ทองดี ณ เมืองทอง", "แซ่ตั้ง", "แซ่ลิ้ม", "แซ่โง้ว", "แซ่อึ้ง", "เดอ ลา ครูซ",
)  # fmt: skip
CIVIL = (
    ("นาย", "นาย"), ("นาง", "นาง"), ("นางสาว", "นางสาว"), ("น.ส.", "นางสาว"), ("นส.", "นางสาว"), ("คุณ", "คุณ"), ("ด.ช.", "เด็กชาย"),
    ("ด.ญ.", "เด็กหญิง"), ("เด็กชาย", "เด็กชาย"), ("เด็กหญิง", "เด็กหญิง"),
)  # fmt: skip
LEARNED = (
    ("ดร.", "ดร."), ("ผศ.", "ผศ."), ("รศ.", "รศ."), ("ศ.", "ศ."), ("ผศ.ดร.", "ผศ.ดร."), ("รศ.ดร.", "รศ.ดร."), ("ศ.ดร.", "ศ.ดร."),
    ("ผศ. ดร.", "ผศ.ดร."), ("ผู้ช่วยศาสตราจารย์ ดร.", "ผศ.ดร."), ("ศาสตราจารย์", "ศ."), ("อาจารย์", "อาจารย์"), ("อ.", "อาจารย์"),
    ("ศ.เกียรติคุณ ดร.", "ศ.เกียรติคุณ ดร."),
)  # fmt: skip
MEDICAL = (
    ("นพ.", "นพ."), ("พญ.", "พญ."), ("นายแพทย์", "นพ."), ("แพทย์หญิง", "พญ."), ("ทพ.", "ทพ."), ("ทพญ.", "ทพญ."), ("ทพ.ญ.", "ทพญ."),
    ("ทันตแพทย์หญิง", "ทพญ."), ("ภก.", "ภก."), ("ภญ.", "ภญ."), ("เภสัชกรหญิง", "ภญ."), ("สพ.ญ.", "สพ.ญ."), ("น.สพ.", "น.สพ."),
    ("ผศ.ดร.นพ.", "ผศ.ดร.นพ."), ("รศ.พญ.", "รศ.พญ."), ("ผศ. นพ.", "ผศ.นพ."), ("ดร.ภก.", "ดร.ภก."),
)  # fmt: skip
RANKS = (
    ("พล.อ.", "พลเอก"), ("พล.ต.", "พลตรี"), ("พ.อ.", "พันเอก"), ("พ.ท.", "พันโท"), ("พ.ต.", "พันตรี"), ("ร.อ.", "ร้อยเอก"), ("ร.ท.", "ร้อยโท"),
    ("ร.ต.", "ร้อยตรี"), ("จ.ส.อ.", "จ่าสิบเอก"), ("ส.อ.", "สิบเอก"), ("พล.ต.อ.", "พลตำรวจเอก"), ("พล.ต.ท.", "พลตำรวจโท"), ("พ.ต.อ.", "พันตำรวจเอก"),
    ("พ.ต.ท.", "พันตำรวจโท"), ("พ.ต.ต.", "พันตำรวจตรี"), ("ร.ต.อ.", "ร้อยตำรวจเอก"), ("ร.ต.ท.", "ร้อยตำรวจโท"), ("ด.ต.", "ดาบตำรวจ"),
    ("ส.ต.ท.", "สิบตำรวจโท"), ("พล.ร.อ.", "พลเรือเอก"), ("น.ท.", "นาวาโท"), ("พล.อ.อ.", "พลอากาศเอก"), ("พันเอก", "พันเอก"),
    ("พันตำรวจเอก", "พันตำรวจเอก"), ("ร้อยเอก", "ร้อยเอก"), ("เรืออากาศโท", "เรืออากาศโท"), ("ว่าที่ร้อยตรี", "ว่าที่ร้อยตรี"), ("ว่าที่ ร.ต.", "ว่าที่ร้อยตรี"),
    ("ว่าที่ร.ต.", "ว่าที่ร้อยตรี"), ("ว่าที่ พ.ต.", "ว่าที่พันตรี"), ("พ.ต.อ. ดร.", "พันตำรวจเอก ดร."), ("พ.อ.นพ.", "พันเอก นพ."),
)  # fmt: skip
OF_WOMEN = (
    ("พ.อ.หญิง ", "พันเอกหญิง"), ("ร.ต.อ.หญิง ", "ร้อยตำรวจเอกหญิง"), ("พ.ต.ท.หญิง", "พันตำรวจโทหญิง"), ("ว่าที่ ร.ต.หญิง ", "ว่าที่ร้อยตรีหญิง"),
    ("ร้อยเอกหญิง ", "ร้อยเอกหญิง"), ("พ.อ.(พิเศษ) ", "พันเอก(พิเศษ)"),
)  # fmt: skip
ROYAL = (
    ("ม.จ.", "ม.จ."), ("ม.ร.ว.", "ม.ร.ว."), ("ม.ล.", "ม.ล."), ("หม่อมราชวงศ์", "ม.ร.ว."), ("หม่อมหลวง", "ม.ล."), ("คุณหญิง", "คุณหญิง"),
    ("ท่านผู้หญิง", "ท่านผู้หญิง"),
)  # fmt: skip
MONKS = (("พระมหา", "พระมหา"), ("พระครู", "พระครู"), ("พระปลัด", "พระปลัด"), ("แม่ชี", "แม่ชี"), ("สามเณร", "สามเณร"))
SHORT = (
    ("ดร", "ดร."),
    ("น.ส", "นางสาว"),
    ("นส", "นางสาว"),
    ("ด.ช", "เด็กชาย"),
    ("ด.ญ", "เด็กหญิง"),
    ("ผศ", "ผศ."),
    ("ดช", "เด็กชาย"),
)
NICKNAMES = "แพร ต้น เอ นุ่น ก้อง บีม ฟ้า เจ๊แดง โอ๋ ปลา หนึ่ง เก่ง Bee Nan".split()  # noqa: SIM905
LATIN_FIRST = "Somchai Somying Wichai Malee John Sarah Peter Anong Nattapon Kanya Suda Michael".split()  # noqa: SIM905
LATIN_LAST = "Jaidee Rakrian Suksabai Smith Tongdee Srisawat O'Brien Whitfield Boonmak".split()  # noqa: SIM905
LATIN_LAST += ["Na Bansuan", "de Vries", "van den Berg", "Sae-Lim", "Sae Tang"]
LATIN_TITLES = (
    ("Mr. ", "Mr."), ("Mr.", "Mr."), ("Mr ", "Mr."), ("Mrs. ", "Mrs."), ("Ms. ", "Ms."), ("Miss ", "Miss"), ("Dr. ", "Dr."), ("Khun ", "Khun"),
    ("Asst. Prof. Dr. ", "Asst. Prof. Dr."), ("Assoc.Prof.", "Assoc. Prof."), ("Pol. Col. ", "Pol. Col."), ("Capt. ", "Capt."), ("MR. ", "Mr."),
)  # fmt: skip


def names(seed: int, first: list[str] | None = None, last: list[str] | None = None) -> Iterator[tuple[str, ...]]:
    """(kind, text, title, first, last) of every case; other lists of names give another set."""
    chance = random.Random(seed)  # noqa: S311
    firsts, lasts = first or FIRST, last or LAST

    def person() -> tuple[str, str]:
        family = chance.choice(OF_SEVERAL_WORDS) if chance.random() < 0.12 else chance.choice(lasts)
        return chance.choice(firsts), family

    def case(kind: str, text: str, title: str, given: str, family: str) -> tuple[str, ...]:
        return kind, text, title, given, family

    for kind, titles, gap in (
        ("civil title", CIVIL, 8), ("learned title", LEARNED, 4), ("medical title", MEDICAL, 4), ("rank", RANKS, 3), ("royal title", ROYAL, 3),
        ("monk or nun", MONKS, 2),
    ):  # fmt: skip
        for written, title in titles:
            for number in range(gap):
                given, family = person()
                space = (" ", "", "  ")[number % 3]
                yield case(kind, f"{written}{space}{given} {family}", title, given, family)
    for written, title in OF_WOMEN:
        for _number in range(3):
            given, family = person()
            yield case("rank of a woman", f"{written}{given} {family}", title, given, family)
    for written, title in SHORT:
        given, family = person()
        yield case("title without its dot", f"{written} {given} {family}", title, given, family)
    for given in LIKE_TITLES:
        family = chance.choice(lasts)
        yield case("given name like a title", f"{given} {family}", "", given, family)
        yield case("given name like a title, alone", given, "", given, "")
        written, title = chance.choice(CIVIL)
        yield case("title before such a name", f"{written} {given} {family}", title, given, family)
    for _number in range(40):
        given, family = person()
        yield case("no title", f"{given}{chance.choice((' ', '  ', chr(0xA0)))}{family}", "", given, family)
    for family in OF_SEVERAL_WORDS:
        given = chance.choice(firsts)
        yield case("family name of several words", f"นาย{given} {family}", "นาย", given, family)
    for _number in range(40):
        given, family = person()
        nick = chance.choice(NICKNAMES)
        written, title = chance.choice(CIVIL[:6])
        shape = chance.choice(
            ("{t}{g} {f} ({n})", "{t}{g} ({n}) {f}", "{t}{g} {f} [{n}]", '{t}{g} "{n}" {f}', "{t}{g} {f} ชื่อเล่น {n}", "{t}{g} {f}({n})", "{t} {g}  {f} （{n}）")
        )  # fmt: skip
        yield case("nickname", shape.format(t=written, g=given, f=family, n=nick), title, given, family)
    for _number in range(12):
        given, family = person()
        written, title = chance.choice(CIVIL)
        text = f"{written}{given}"
        yield case("given name alone", text, title, given, "")
    for _number in range(12):
        given, family = person()
        yield case("คุณ before a title", f"คุณนาย{given} {family}", "นาย", given, family)
    for _number in range(20):
        given, family = person()
        written, title = chance.choice(CIVIL)
        mark = chance.choice("\u200b\ufeff\u2060")
        yield case("invisible letters", f"{written}{given}{mark} {mark}{family}", title, given, family)
    for written, title in LATIN_TITLES:
        for _number in range(3):
            given, family = chance.choice(LATIN_FIRST), chance.choice(LATIN_LAST)
            yield case("Latin", f"{written}{given} {family}", title, given, family)
    for _number in range(16):
        given, middle, family = (
            chance.choice(LATIN_FIRST),
            chance.choice(("Jane", "M.", "Lee")),
            chance.choice(LATIN_LAST),
        )
        yield case("Latin with a middle name", f"{given} {middle} {family}", "", f"{given} {middle}", family)
    for _number in range(10):
        given, family = chance.choice(LATIN_FIRST), chance.choice(LATIN_LAST)
        yield case("Latin, family name first", f"{family}, {given}", "", given, family)
    for _number in range(10):
        given, family = person()
        yield case("Latin title before a Thai name", f"Mr. {given} {family}", "Mr.", given, family)
        given, family = chance.choice(LATIN_FIRST), chance.choice(LATIN_LAST)
        yield case("Thai title before a Latin name", f"คุณ {given} {family}", "คุณ", given, family)


def write(path: Path, seed: int) -> int:
    """Write the file; each text comes once."""
    rows: dict[str, tuple[str, ...]] = {}
    for row in names(seed):
        rows.setdefault(row[1], row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows.values())
    return len(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--to", type=Path, default=FIXTURE)
    options = parser.parse_args()
    print(write(options.to, options.seed), "names in", options.to)

# ruff: noqa: E501 the tables are read best as lines
"""Write tests/fixtures/addresses.csv: addresses as they stand in one cell of an office file, and the places they name.

The places are those of the shipped geography, the houses, roads and mistakes are made up. The same seed gives the same file.
Style "office" is published; style "chat" writes the same places with other noise and is only ever made by its test.
"""

import argparse
import csv
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from samphan.platform.thai.geography import District, Geography, Province, Subdistrict, geography

FIXTURE = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "addresses.csv"
SEED = 2569
COUNT = 500
COLUMNS = ("kind", "text", "subdistrict", "district", "province", "postcode")
BANGKOK = "10"
Row = tuple[str, str, str, str, str, str]

OFFICE = {
    "lines": (
        "{n}/{k}", "{n} ม.{m}", "{n} หมู่ที่ {m}", "{n} หมู่ {m} ถ.สุเทพ", "เลขที่ {n}/{k} ซอยลาดพร้าว {m} ถนนลาดพร้าว", "{n}/{k} หมู่บ้านบางรักวิลล่า ซ.{m}", "บ้านเลขที่ {n} ม.{m} บ้านหนองบัว",
        "{n} อาคารสาทรทาวเวอร์ ชั้น {m}", "{n}/{k} ม.{m} ถ.เชียงใหม่-ลำปาง", "{n} ถนนพหลโยธิน", "{n} ซอยสุขใจ {m} ถนนราชดำเนิน", "ร้านชบา {n}/{k}", "{n} ถ.นครสวรรค์",
        "{n}/{k} คอนโดบางนาสวีท ห้อง {k}", "ห้อง {m} ตึกชลบุรีเซ็นเตอร์ {n}", "{n} หมู่บ้านสวนหลวง ซอย {m}", "{n} ม.{m} ซ.วัดพระแก้ว",
    ),
    "phones": (" โทร. 081-234-5678", " โทร 0812345678", " โทร: 02 123 4567", " มือถือ 089 876 5432", " Tel. 053-123456"),
    "bangkok": ("กรุงเทพมหานคร", "กทม.", "กรุงเทพฯ", "กทม", "กรุงเทพ", "จ.กรุงเทพฯ", "BKK"),
    "english": ("{n}/{k} Moo {m}", "{n} Soi Sukjai {m}, Lat Phrao Rd.", "{n}/{k} Example Tower, {m}th Floor", "{n} Village No. {m}"),
}  # fmt: skip
CHAT = {
    "lines": (
        "คุณสมชาย {n}/{k}", "{n}หมู่{m}", "{n} ม {m} ซอยข้างวัดใหม่", "ส่งที่ {n}/{k} ซ.นวมินทร์ {m}", "ตึกเอ ชั้น{m} เลขที่{n}", "{n}/{k} ถ.เพชรเกษม กม.{m}", "โรงเรียนบ้านท่าช้าง {n}", "{n} โครงการเมืองทองแลนด์",
        "ตรงข้ามตลาดไท {n} ม.{m}", "หจก.อุดรการช่าง {n} ม.{m}", "{n}/{k} ถ.ภูเก็ต", "ผู้รับ นางสาวมาลี {n} ม.{m}", "{n} ตรอกสระแก้ว",
    ),
    "phones": (" (0812345678)", " เบอร์ 0898765432 ค่ะ", " โทรก่อนส่ง 064-111-2222", " 081 234 5678"),
    "bangkok": ("กทม.", "กรุงเทพฯ", "กรุงเทพมหานครฯ", "Bangkok", "จังหวัดกรุงเทพมหานคร", "ก.ท.ม."),
    "english": ("{n}/{k} M.{m}", "House no. {n}, Moo {m}, Ban Suan Rd", "Unit {k}, {n} Sathorn Road", "{n}/{k}"),
}  # fmt: skip
STYLES = {"office": OFFICE, "chat": CHAT}
SWAPS = (
    ("ณ", "น"),
    ("น", "ณ"),
    ("ศ", "ส"),
    ("ษ", "ศ"),
    ("ส", "ศ"),
    ("ใ", "ไ"),
    ("ไ", "ใ"),
    ("ฎ", "ฏ"),
    ("ญ", "ย"),
    ("ภ", "พ"),
    ("ธ", "ท"),
    ("์", ""),
    ("่", ""),
    ("้", ""),
    ("ำ", "ัม"),
    ("รร", "ร"),
    ("ทร", "ซ"),
)
ROMANISED = (
    ("ueang", "uang"),
    ("kh", "k"),
    ("ph", "p"),
    ("th", "t"),
    ("aeo", "aew"),
    ("i ", "ee "),
    (" ", ""),
    ("u", "oo"),
    ("ai", "ay"),
    ("nak", "narg"),
)


class _Place:
    """One subdistrict with the areas around it."""

    def __init__(self, sub: Subdistrict, table: Geography) -> None:
        self.sub = sub
        self.district: District = table.districts[sub.code[:4]]
        self.province: Province = table.provinces[sub.code[:2]]
        self.is_bangkok = sub.code[:2] == BANGKOK
        self.has_town = self.district.name.startswith("เมือง") and self.district.name != "เมือง"

    def row(self, kind: str, text: str, *, sub: bool = True, postcode: bool = True) -> Row:
        return (
            kind,
            text,
            self.sub.name if sub else "",
            self.district.name,
            self.province.name,
            self.sub.postcode if postcode else "",
        )


class _Maker:
    def __init__(self, seed: int, style: str) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.style = STYLES[style]
        self.is_chat = style == "chat"
        self.table = geography()
        self.places = [_Place(sub, self.table) for sub in self.table.subdistricts.values()]
        self.in_province = Counter((sub.name, sub.code[:2]) for sub in self.table.subdistricts.values())
        self.in_country = Counter(sub.name for sub in self.table.subdistricts.values())
        self.with_district = Counter((one.sub.name, one.district.name) for one in self.places)
        self.with_postcode = Counter((sub.name, sub.postcode) for sub in self.table.subdistricts.values())
        self.english = Counter(
            (sub.name_en.lower().replace(" ", ""), sub.code[:4]) for sub in self.table.subdistricts.values()
        )
        self.names = {
            one.name
            for one in (
                *self.table.subdistricts.values(),
                *self.table.districts.values(),
                *self.table.provinces.values(),
            )
        }

    def line(self) -> str:
        pick = self.chance
        return pick.choice(self.style["lines"]).format(
            n=pick.randint(1, 999), k=pick.randint(1, 99), m=pick.randint(1, 14)
        )

    def place(self, *, bangkok: bool | None = None) -> _Place:
        while True:
            one = self.chance.choice(self.places)
            if self.chance.random() < 0.15:
                one = self.chance.choice([place for place in self.places if place.is_bangkok])
            if bangkok is None or one.is_bangkok == bangkok:
                return one

    def province(self, one: _Place) -> str:
        if one.is_bangkok:
            return self.chance.choice(self.style["bangkok"])
        return self.chance.choice(("จ.", "จังหวัด", "จ. ", "")) + one.province.name

    def district(self, one: _Place) -> str:
        if one.is_bangkok:
            return "เขต" + one.district.name
        name = "เมือง" if one.has_town and self.chance.random() < 0.5 else one.district.name
        return self.chance.choice(("อ.", "อำเภอ", "อ. ")) + name

    def sub(self, one: _Place) -> str:
        return ("แขวง" if one.is_bangkok else self.chance.choice(("ต.", "ตำบล", "ต. "))) + one.sub.name

    def spoilt(self, name: str) -> str:
        """The name with one mistake that makes it no other place's name; "" when none is found."""
        for _try in range(12):
            if self.is_chat or self.chance.random() < 0.4:
                at = self.chance.randrange(1, len(name))
                wrong = name[:at] + name[at + 1 :]
            else:
                old, new = self.chance.choice(SWAPS)
                wrong = name.replace(old, new, 1)
            if wrong != name and wrong not in self.names and len(wrong) >= 4:
                return wrong
        return ""

    # ------------------------------------------------------------ kinds, each with what it must still determine

    def with_marks(self) -> Row:
        one = self.place()
        gap = self.chance.choice((" ", " ", "  ", ", "))
        return one.row(
            "marks", gap.join((self.line(), self.sub(one), self.district(one), self.province(one), one.sub.postcode))
        )

    def stuck(self) -> Row:
        one = self.place(bangkok=False)
        town = "เมือง" if one.has_town else one.district.name
        return one.row(
            "nothing between", f"{self.line()} ต.{one.sub.name}อ.{town}จ.{one.province.name}{one.sub.postcode}"
        )

    def bare(self) -> Row:
        one = self.place()
        province = self.chance.choice(self.style["bangkok"]) if one.is_bangkok else one.province.name
        return one.row("no marks", f"{self.line()} {one.sub.name} {one.district.name} {province} {one.sub.postcode}")

    def no_postcode(self) -> Row:
        one = self.place()
        return one.row("no postcode", f"{self.line()} {self.sub(one)} {self.district(one)} {self.province(one)}")

    def no_province(self) -> Row | None:
        one = self.place()
        if self.with_district[one.sub.name, one.district.name] > 1:
            return None
        tail = f" {one.sub.postcode}" if self.chance.random() < 0.6 else ""
        district = self.district(one)
        if district.endswith("เมือง") and not tail:
            return None
        return one.row("no province", f"{self.line()} {self.sub(one)} {district}{tail}")

    def no_district(self) -> Row | None:
        one = self.place()
        if self.in_province[one.sub.name, one.province.code] > 1:
            return None
        return one.row("no district", f"{self.line()} {self.sub(one)} {self.province(one)} {one.sub.postcode}")

    def by_postcode(self) -> Row | None:
        one = self.place()
        if self.with_postcode[one.sub.name, one.sub.postcode] > 1 or self.in_country[one.sub.name] < 2:
            return None
        return one.row("settled by postcode", f"{self.line()} {self.sub(one)} {one.sub.postcode}")

    def no_subdistrict(self) -> Row:
        one = self.place()
        return one.row(
            "no subdistrict",
            f"{self.line()} {self.district(one)} {self.province(one)} {one.sub.postcode}",
            sub=self.only_one(one),
        )

    def only_one(self, one: _Place) -> bool:
        """Whether the postcode leaves one subdistrict of the district."""
        return (
            sum(
                other.postcode == one.sub.postcode and other.code[:4] == one.district.code
                for other in self.table.subdistricts.values()
            )
            == 1
        )

    def english_names(self) -> Row | None:
        one = self.place()
        if self.english[one.sub.name_en.lower().replace(" ", ""), one.district.code] > 1:
            return None
        pick = self.chance
        line = pick.choice(self.style["english"]).format(
            n=pick.randint(1, 999), k=pick.randint(1, 99), m=pick.randint(1, 14)
        )
        s, d, p = one.sub.name_en, one.district.name_en, one.province.name_en
        if one.has_town and pick.random() < 0.4:
            d = "Muang"
        shapes = (
            "{s}, {d}, {p} {z}",
            "{s}, {d}, {p}, Thailand {z}",
            "T.{s} A.{d} {p} {z}",
            "{s} Sub-district, {d} District, {p} {z}",
            "{s} {d} {p} {z}",
            "Tambon {s}, Amphoe {d}, {p} Province {z}",
        )
        return one.row("English", f"{line}, " + pick.choice(shapes).format(s=s, d=d, p=p, z=one.sub.postcode))

    def romanised(self) -> Row | None:
        one = self.place()
        if self.english[one.sub.name_en.lower().replace(" ", ""), one.district.code] > 1:
            return None

        def otherwise(name: str) -> str:
            old, new = self.chance.choice(ROMANISED)
            return name.replace(old, new)

        names = [otherwise(name) for name in (one.sub.name_en, one.district.name_en, one.province.name_en)]
        return one.row(
            "romanised otherwise",
            f"{self.chance.randint(1, 99)} Moo 4, {names[0]}, {names[1]}, {names[2]} {one.sub.postcode}",
        )

    def reversed(self) -> Row:
        one = self.place()
        if self.chance.random() < 0.5:
            return one.row(
                "reversed",
                f"{one.sub.postcode} {self.province(one)} {self.district(one)} {self.sub(one)} {self.line()}",
            )
        return one.row(
            "reversed", f"{self.province(one)} {self.district(one)} {self.sub(one)} {one.sub.postcode} {self.line()}"
        )

    def with_breaks(self) -> Row:
        one = self.place()
        return one.row(
            "line breaks",
            f"{self.line()}\n{self.sub(one)} {self.district(one)}\n{self.province(one)} {one.sub.postcode}{self.phone()}",
        )

    def with_phone(self) -> Row:
        one = self.place()
        parts = f"{self.line()} {self.sub(one)} {self.district(one)} {self.province(one)} {one.sub.postcode}"
        return one.row("with a phone", parts + self.phone())

    def phone(self) -> str:
        return self.chance.choice(self.style["phones"])

    def misspelt(self) -> Row | None:
        one = self.place()
        which = self.chance.choice(("sub", "dist", "prov"))
        sub, district, province = one.sub.name, one.district.name, one.province.name
        if which == "sub":
            sub = self.spoilt(sub)
        elif which == "dist":
            district = self.spoilt(district)
        elif not one.is_bangkok:
            province = self.spoilt(province)
        if not (sub and district and province):
            return None
        text = (
            f"{self.line()} แขวง{sub} เขต{district} {province}"
            if one.is_bangkok
            else f"{self.line()} ต.{sub} อ.{district} จ.{province}"
        )
        return one.row("misspelt", f"{text} {one.sub.postcode}")

    def thai_digits(self) -> Row:
        one = self.place()
        text = f"{self.line()} {self.sub(one)} {self.district(one)} {self.province(one)} {one.sub.postcode}"
        return one.row("Thai digits", text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")))

    def spaced_marks(self) -> Row:
        one = self.place(bangkok=False)
        town = "เมือง" if one.has_town else one.district.name
        return one.row(
            "marks without dots", f"{self.line()} ต {one.sub.name} อ {town} จ {one.province.name} {one.sub.postcode}"
        )

    def labelled(self) -> Row:
        one = self.place()
        marks = ("แขวง", "เขต") if one.is_bangkok else ("ตำบล", "อำเภอ")
        text = f"ที่อยู่: {self.line()} {marks[0]}: {one.sub.name} {marks[1]}: {one.district.name} จังหวัด: {one.province.name} รหัสไปรษณีย์: {one.sub.postcode}"
        return one.row("labelled", text)

    def slashes(self) -> Row:
        one = self.place()
        return one.row(
            "both marks",
            f"{self.line()} ตำบล/แขวง{one.sub.name} อำเภอ/เขต{one.district.name} {self.province(one)} {one.sub.postcode}",
        )

    def rows(self) -> Iterator[Row]:
        kinds = (
            self.with_marks, self.with_marks, self.stuck, self.bare, self.bare, self.no_postcode, self.no_province, self.no_district, self.by_postcode, self.no_subdistrict,
            self.english_names, self.english_names, self.romanised, self.reversed, self.with_breaks, self.with_phone, self.misspelt, self.misspelt, self.thai_digits, self.spaced_marks, self.labelled, self.slashes,
        )  # fmt: skip
        number = 0
        while True:
            row = kinds[number % len(kinds)]()
            if row is not None:
                number += 1
                yield row


def addresses(count: int, seed: int, style: str = "office") -> list[Row]:
    """So many different addresses, the kinds in turn."""
    found: dict[str, Row] = {}
    for row in _Maker(seed, style).rows():
        found.setdefault(row[1], row)
        if len(found) == count:
            return list(found.values())
    raise AssertionError("unreachable")


def write(path: Path, seed: int) -> None:
    """Write the published file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(addresses(COUNT, seed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--to", type=Path, default=FIXTURE)
    options = parser.parse_args()
    write(options.to, options.seed)

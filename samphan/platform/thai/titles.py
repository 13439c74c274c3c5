"""Titles before a person's name and legal forms around an organisation's, as Thai offices write them."""

from typing import Literal, NamedTuple

Gender = Literal["male", "female"]


class Title(NamedTuple):
    """A title in its full written form, its English, and the gender that it tells, if any."""

    name: str
    english: str
    gender: Gender | None = None


class LegalForm(NamedTuple):
    """A legal form: how a full name is written around `{name}`, its abbreviation and its English."""

    code: str
    pattern: str
    short: str
    english: str


_MR = Title("นาย", "Mr.", "male")
_MRS = Title("นาง", "Mrs.", "female")
_MISS = Title("นางสาว", "Miss", "female")
_KHUN = Title("คุณ", "Khun")
_BOY = Title("เด็กชาย", "Master", "male")
_GIRL = Title("เด็กหญิง", "Miss", "female")

# Every spelling that stands for one title. A spelling without dots is taken only in front of a name that
# does not go on with it: ดร may begin ดรุณี.
TITLES: dict[str, Title] = {
    "นาย": _MR, "นส": _MISS, "น.ส.": _MISS, "น.ส": _MISS, "นส.": _MISS, "นางสาว": _MISS, "น.ส.ว.": _MISS, "นาง": _MRS,
    "คุณ": _KHUN, "เด็กชาย": _BOY, "ด.ช.": _BOY, "ด.ช": _BOY, "ดช.": _BOY, "เด็กหญิง": _GIRL, "ด.ญ.": _GIRL,
    "ด.ญ": _GIRL, "ดญ.": _GIRL,
    "mr": _MR._replace(name="Mr."), "mrs": _MRS._replace(name="Mrs."), "ms": Title("Ms.", "Ms.", "female"),
    "miss": _MISS._replace(name="Miss"), "master": _BOY._replace(name="Master"), "khun": _KHUN._replace(name="Khun"),
    "dr": Title("Dr.", "Dr."), "prof": Title("Prof.", "Prof."), "sir": Title("Sir", "Sir", "male"),
    "ดร.": Title("ดร.", "Dr."), "ดร": Title("ดร.", "Dr."), "ด.ร.": Title("ดร.", "Dr."), "ดอกเตอร์": Title("ดร.", "Dr."),
    "ศ.": Title("ศ.", "Prof."), "ศาสตราจารย์": Title("ศ.", "Prof."),
    "รศ.": Title("รศ.", "Assoc. Prof."), "รองศาสตราจารย์": Title("รศ.", "Assoc. Prof."),
    "ผศ.": Title("ผศ.", "Asst. Prof."), "ผู้ช่วยศาสตราจารย์": Title("ผศ.", "Asst. Prof."),
    "อ.": Title("อาจารย์", "Ajarn"), "อาจารย์": Title("อาจารย์", "Ajarn"), "ครู": Title("ครู", "Teacher"),
    "นพ.": Title("นพ.", "Dr.", "male"), "น.พ.": Title("นพ.", "Dr.", "male"), "นายแพทย์": Title("นพ.", "Dr.", "male"),
    "พญ.": Title("พญ.", "Dr.", "female"), "พ.ญ.": Title("พญ.", "Dr.", "female"),
    "แพทย์หญิง": Title("พญ.", "Dr.", "female"),
    "ทพ.": Title("ทพ.", "Dr.", "male"), "ทันตแพทย์": Title("ทพ.", "Dr."), "ทพญ.": Title("ทพญ.", "Dr.", "female"),
    "ทันตแพทย์หญิง": Title("ทพญ.", "Dr.", "female"),
    "ภก.": Title("ภก.", "Pharm.", "male"), "ภญ.": Title("ภญ.", "Pharm.", "female"), "เภสัชกร": Title("ภก.", "Pharm."),
    "เภสัชกรหญิง": Title("ภญ.", "Pharm.", "female"),
    "สพ.ญ.": Title("สพ.ญ.", "Dr.", "female"), "น.สพ.": Title("น.สพ.", "Dr.", "male"), "หมอ": Title("หมอ", "Dr."),
    "พระมหา": Title("พระมหา", "Phra Maha", "male"), "พระครู": Title("พระครู", "Phra Khru", "male"),
    "พระอาจารย์": Title("พระอาจารย์", "Phra Ajarn", "male"), "สามเณร": Title("สามเณร", "Novice", "male"),
    "แม่ชี": Title("แม่ชี", "Mae Chi", "female"), "หลวงพ่อ": Title("หลวงพ่อ", "Luang Pho", "male"),
    "หลวงพี่": Title("หลวงพี่", "Luang Phi", "male"),
    "พระปลัด": Title("พระปลัด", "Phra Palat", "male"), "พระใบฎีกา": Title("พระใบฎีกา", "Phra Baidika", "male"),
    "พระสมุห์": Title("พระสมุห์", "Phra Samu", "male"), "พระอธิการ": Title("พระอธิการ", "Phra Athikan", "male"),
    "พระ": Title("พระ", "Phra", "male"), "ภิกษุ": Title("พระ", "Phra", "male"),
    "ศ.เกียรติคุณ": Title("ศ.เกียรติคุณ", "Prof. Emeritus"), "ศ. เกียรติคุณ": Title("ศ.เกียรติคุณ", "Prof. Emeritus"),
    "ศาสตราจารย์เกียรติคุณ": Title("ศ.เกียรติคุณ", "Prof. Emeritus"), "ศ.คลินิก": Title("ศ.คลินิก", "Clin. Prof."),
    "ศาสตราจารย์คลินิก": Title("ศ.คลินิก", "Clin. Prof."),
    "ศจ.": Title("ศ.", "Prof."), "ร.ศ.": Title("รศ.", "Assoc. Prof."), "ผ.ศ.": Title("ผศ.", "Asst. Prof."),
    "รศ": Title("รศ.", "Assoc. Prof."), "ผศ": Title("ผศ.", "Asst. Prof."), "ด็อกเตอร์": Title("ดร.", "Dr."),
    "อจ.": Title("อาจารย์", "Ajarn"), "ผอ.": Title("ผอ.", "Director"), "ทนาย": Title("ทนาย", "Lawyer"),
    "ทนายความ": Title("ทนาย", "Lawyer"),
    "นพ": Title("นพ.", "Dr.", "male"), "พญ": Title("พญ.", "Dr.", "female"), "ทพ.ญ.": Title("ทพญ.", "Dr.", "female"),
    "ท.พ.": Title("ทพ.", "Dr.", "male"), "ท.พ.ญ.": Title("ทพญ.", "Dr.", "female"),
    "ภ.ก.": Title("ภก.", "Pharm.", "male"), "ภ.ญ.": Title("ภญ.", "Pharm.", "female"),
    "เภสัชกรชาย": Title("ภก.", "Pharm.", "male"),
    "สพญ.": Title("สพ.ญ.", "Dr.", "female"), "นสพ.": Title("น.สพ.", "Dr.", "male"),
    "สัตวแพทย์หญิง": Title("สพ.ญ.", "Dr.", "female"), "นายสัตวแพทย์": Title("น.สพ.", "Dr.", "male"),
    "ทนพ.": Title("ทนพ.", "Med. Tech.", "male"), "ทนพญ.": Title("ทนพญ.", "Med. Tech.", "female"),
    "พว.": Title("พว.", "RN"), "กภ.": Title("กภ.", "PT"),
    "ดช": _BOY, "ดญ": _GIRL, "น.ส.ว": _MISS,
    "asst prof": Title("Asst. Prof.", "Asst. Prof."), "assistant professor": Title("Asst. Prof.", "Asst. Prof."),
    "assoc prof": Title("Assoc. Prof.", "Assoc. Prof."), "associate professor": Title("Assoc. Prof.", "Assoc. Prof."),
    "professor": Title("Prof.", "Prof."), "doctor": Title("Dr.", "Dr."), "rev": Title("Rev.", "Rev."),
    "m.r": Title("M.R.", "M.R."), "m.l": Title("M.L.", "M.L."), "khunying": Title("Khunying", "Khunying", "female"),
    "thanphuying": Title("Thanphuying", "Thanphuying", "female"),
    "ม.จ.": Title("ม.จ.", "M.C."), "หม่อมเจ้า": Title("ม.จ.", "M.C."),
    "ม.ร.ว.": Title("ม.ร.ว.", "M.R."), "มร.ว.": Title("ม.ร.ว.", "M.R."), "หม่อมราชวงศ์": Title("ม.ร.ว.", "M.R."),
    "ม.ล.": Title("ม.ล.", "M.L."), "มล.": Title("ม.ล.", "M.L."), "หม่อมหลวง": Title("ม.ล.", "M.L."),
    "หม่อม": Title("หม่อม", "Mom", "female"), "คุณหญิง": Title("คุณหญิง", "Khunying", "female"),
    "ท่านผู้หญิง": Title("ท่านผู้หญิง", "Thanphuying", "female"), "ท่าน": Title("ท่าน", ""),
}  # fmt: skip

_RANKS = {
    # army
    "พลเอก": ("พล.อ.", "Gen."), "พลโท": ("พล.ท.", "Lt. Gen."), "พลตรี": ("พล.ต.", "Maj. Gen."),
    "พันเอก": ("พ.อ.", "Col."), "พันโท": ("พ.ท.", "Lt. Col."), "พันตรี": ("พ.ต.", "Maj."),
    "ร้อยเอก": ("ร.อ.", "Capt."), "ร้อยโท": ("ร.ท.", "Lt."), "ร้อยตรี": ("ร.ต.", "Sub Lt."),
    "จ่าสิบเอก": ("จ.ส.อ.", "SM1"), "จ่าสิบโท": ("จ.ส.ท.", "SM2"), "จ่าสิบตรี": ("จ.ส.ต.", "SM3"),
    "สิบเอก": ("ส.อ.", "Sgt."), "สิบโท": ("ส.ท.", "Cpl."), "สิบตรี": ("ส.ต.", "Pfc."), "พลทหาร": ("พลฯ", "Pvt."),
    # police
    "พลตำรวจเอก": ("พล.ต.อ.", "Pol. Gen."), "พลตำรวจโท": ("พล.ต.ท.", "Pol. Lt. Gen."),
    "พลตำรวจตรี": ("พล.ต.ต.", "Pol. Maj. Gen."), "พันตำรวจเอก": ("พ.ต.อ.", "Pol. Col."),
    "พันตำรวจโท": ("พ.ต.ท.", "Pol. Lt. Col."), "พันตำรวจตรี": ("พ.ต.ต.", "Pol. Maj."),
    "ร้อยตำรวจเอก": ("ร.ต.อ.", "Pol. Capt."), "ร้อยตำรวจโท": ("ร.ต.ท.", "Pol. Lt."),
    "ร้อยตำรวจตรี": ("ร.ต.ต.", "Pol. Sub Lt."), "ดาบตำรวจ": ("ด.ต.", "Pol. Snr. Sgt. Maj."),
    "จ่าสิบตำรวจ": ("จ.ส.ต.", "Pol. Sgt. Maj."), "สิบตำรวจเอก": ("ส.ต.อ.", "Pol. Sgt."),
    "สิบตำรวจโท": ("ส.ต.ท.", "Pol. Cpl."), "สิบตำรวจตรี": ("ส.ต.ต.", "Pol. L/C"),
    # navy and air force
    "พลเรือเอก": ("พล.ร.อ.", "Adm."), "พลเรือโท": ("พล.ร.ท.", "V. Adm."), "พลเรือตรี": ("พล.ร.ต.", "R. Adm."),
    "นาวาเอก": ("น.อ.", "Capt."), "นาวาโท": ("น.ท.", "Cdr."), "นาวาตรี": ("น.ต.", "Lt. Cdr."),
    "เรือเอก": ("ร.อ.", "Lt."), "เรือโท": ("ร.ท.", "Lt. JG."), "เรือตรี": ("ร.ต.", "Sub Lt."),
    "พันจ่าเอก": ("พ.จ.อ.", "CPO1"), "จ่าเอก": ("จ.อ.", "PO1"), "จ่าโท": ("จ.ท.", "PO2"), "จ่าตรี": ("จ.ต.", "PO3"),
    "พลอากาศเอก": ("พล.อ.อ.", "Air Chief Marshal"), "พลอากาศโท": ("พล.อ.ท.", "Air Marshal"),
    "พลอากาศตรี": ("พล.อ.ต.", "Air Vice Marshal"), "นาวาอากาศเอก": ("น.อ.", "Gp. Capt."),
    "นาวาอากาศโท": ("น.ท.", "Wg. Cdr."), "นาวาอากาศตรี": ("น.ต.", "Sqn. Ldr."),
    "เรืออากาศเอก": ("ร.อ.", "Flt. Lt."), "เรืออากาศโท": ("ร.ท.", "Flg. Off."), "เรืออากาศตรี": ("ร.ต.", "Plt. Off."),
    "พันจ่าอากาศเอก": ("พ.อ.อ.", "FS1"), "จ่าอากาศเอก": ("จ.อ.", "Sgt."),
}  # fmt: skip


# English ranks are titles only with their dot: Gen and Col are given names elsewhere.
LATIN_WITH_DOT = (
    "gen", "lt gen", "maj gen", "brig gen", "col", "lt col", "maj", "capt", "lt", "sub lt", "acting sub lt", "sgt", "cpl",
    "pol gen", "pol lt gen", "pol maj gen", "pol col", "pol lt col", "pol maj", "pol capt", "pol lt", "pol sub lt",
    "pol sgt", "adm", "cdr", "gp capt", "wg cdr", "sqn ldr", "flt lt",
)  # fmt: skip


def _add_ranks() -> None:
    for full, (short, english) in _RANKS.items():
        rank = Title(full, english)
        # พ.ต.อ. is written พตอ. as well; of two letters that would be the start of a word.
        squeezed = short.replace(".", "") + "."
        shorts = [short, squeezed] if short.count(".") > 2 else [short]
        acting = Title("ว่าที่" + full, "Acting " + english)
        for spelling in (full, *shorts):
            TITLES.setdefault(spelling, rank)
            for first in ("ว่าที่", "ว่าที่ ", "ว่าที ", "ว่าที่่"):
                TITLES.setdefault(first + spelling, acting)
    for words in LATIN_WITH_DOT:
        name = " ".join(word.capitalize() + ("" if word == "acting" else ".") for word in words.split())
        TITLES.setdefault(words, Title(name, name))


_add_ranks()

# Given names that begin with the letters of a title; a title stuck to the rest of a name is not looked for in them.
_NAMES_LIKE_TITLES = """
    คุณกร คุณดร คุณเดช คุณภัทร คุณภาพ คุณธรรม คุณวุฒิ คุณวัฒน์ คุณวัตร คุณพัฒน์ คุณพล คุณชนก คุณชัย คุณนิธิ คุณสิทธิ์ คุณปภา
    คุณปารมี คุณประโยชน์ คุณแม่ คุณพ่อ คุณนายี นายน นายก นางนวล นางน้อย นางพญา นางรอง นางฟ้า นายณัฐ ครูมานิตย์ ครูเอี๊ยด
    หมอนชัย หมอก หมอน ทนายเสือธนพล พระนาย พระพาย พระจันทร์ พระเพชร พระพราย
"""
NAMES_LIKE_TITLES = frozenset(_NAMES_LIKE_TITLES.split())

COMPANY = LegalForm("company", "บริษัท {name} จำกัด", "บจก.", "{name} Co., Ltd.")
PUBLIC_COMPANY = LegalForm("public_company", "บริษัท {name} จำกัด (มหาชน)", "บมจ.", "{name} PCL")
LIMITED_PARTNERSHIP = LegalForm("limited_partnership", "ห้างหุ้นส่วนจำกัด {name}", "หจก.", "{name} Ltd. Part.")
ORDINARY_PARTNERSHIP = LegalForm(
    "ordinary_partnership", "ห้างหุ้นส่วนสามัญนิติบุคคล {name}", "หสน.", "{name} Registered Ordinary Partnership"
)
BODY_OF_PERSONS = LegalForm("body_of_persons", "คณะบุคคล {name}", "", "{name}")
JOINT_VENTURE = LegalForm("joint_venture", "กิจการร่วมค้า {name}", "", "{name} Joint Venture")
FOUNDATION = LegalForm("foundation", "มูลนิธิ{name}", "", "{name} Foundation")
ASSOCIATION = LegalForm("association", "สมาคม{name}", "", "{name} Association")
COOPERATIVE = LegalForm("cooperative", "สหกรณ์{name}", "", "{name} Cooperative")
COMMUNITY_ENTERPRISE = LegalForm("community_enterprise", "วิสาหกิจชุมชน{name}", "", "{name} Community Enterprise")
SHOP = LegalForm("shop", "ร้าน{name}", "", "{name}")
OTHER = LegalForm("", "{name}", "", "{name}")

LEGAL_FORMS: dict[str, LegalForm] = {
    form.code: form
    for form in (
        COMPANY,
        PUBLIC_COMPANY,
        LIMITED_PARTNERSHIP,
        ORDINARY_PARTNERSHIP,
        BODY_OF_PERSONS,
        JOINT_VENTURE,
        FOUNDATION,
        ASSOCIATION,
        COOPERATIVE,
        COMMUNITY_ENTERPRISE,
        SHOP,
        OTHER,
    )
}

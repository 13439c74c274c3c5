"""Thai addresses: read from one line of free text, completed from what determines the rest, written out again."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from samphan.platform.thai.digits import INVISIBLE, to_ascii_digits
from samphan.platform.thai.geography import fold, geography
from samphan.platform.thai.places import Found, find_place


class Address(NamedTuple):
    """An address in parts, places by their Thai names.

    `line` is what stands before the subdistrict. `certain`: the subdistrict is one place of the country and nothing
    written contradicts it; otherwise the parts are kept as written and `subdistrict_code` may be "".
    """

    line: str
    subdistrict: str = ""
    district: str = ""
    province: str = ""
    postcode: str = ""
    subdistrict_code: str = ""
    certain: bool = False


class Area(NamedTuple):
    """The places of an address without its line; see Address."""

    subdistrict: str
    district: str
    province: str
    postcode: str
    subdistrict_code: str
    certain: bool


_MARKER = re.compile(
    # The look at one letter spares most positions eleven comparisons.
    r"(?=[ตแอเกจรปTPp1-9])(?:(?P<sub>ตำบล|แขวง|(?<![ก-ฮ]\.)ต\.)\s*"
    r"|(?P<dist>อำเภอ|เขต|(?<![ก-ฮ]\.)อ\.|กิ่งอำเภอ|กิ่งอ\.)\s*"
    r"|(?P<prov>จังหวัด|(?<![ก-ฮ]\.)จ\.)\s*"
    r"|(?P<bkk>กรุงเทพมหานครฯ?|กรุงเทพฯ|กรุงเทพ(?![ก-๎])|กทม\.?|ก\.ท\.ม\.?)"
    r"|(?P<code>(?<![\d/-])[1-9]\d{4}(?![\d/-]))"
    r"|(?P<label>รหัสไปรษณีย์\s*:?|ปณ\.|ประเทศไทย|\bThailand\b|\bTHAILAND\b|\b[Pp]ost(?:al)?\s*[Cc]ode\b\s*:?))",
)
_NAME = re.compile(r"[ก-๎][ก-๎.\-]*")
_TOKEN = re.compile(r"[^\s,]+")
_NOISE_TEXT = """
    sub subdistrict district sub-district province tambon tambol tumbon amphoe amphur ampher khwaeng kwang khet t a p
    จังหวัด อำเภอ ตำบล แขวง เขต
"""
_NOISE = frozenset(_NOISE_TEXT.split())


def parse_address(text: str) -> Address:
    """Read an address from free text: `99/12 ถ.สุเทพ ต.สุเทพ อ.เมือง จ.เชียงใหม่ 50200`.

    Takes ต./อ./จ., แขวง/เขต/กทม., places without any of these words at the end, English names, Thai digits. Levels left
    out are filled in where the postcode or the names leave no choice.
    """
    text = to_ascii_digits(text)
    if not text.isascii():
        if _HAS_UNSEEN.search(text):
            text = text.translate(_UNSEEN)
        if "\u0e4d" in text:
            text = text.replace("\u0e4d\u0e32", "\u0e33")
    text = " ".join(text.split())
    if ":" in text or "/แ" in text or "/เ" in text:
        text = _AFTER_MARK.sub(r"\1", text)
    if "คลอง" in text or "long" in text or "LONG" in text:
        text = _CANAL.sub(_canal, text)
    address = _as_marked(text)
    if not (address.certain and address.subdistrict_code):
        address = _as_named(text, address)
    return address._replace(line=_without_province(address.line, address.province)) if address.line else address


def _as_marked(text: str) -> Address:
    """Read an address that says its levels or ends with them, as most do."""
    found: dict[str, str] = {}
    spans: list[tuple[int, int]] = []
    markers = list(_MARKER.finditer(text))
    for index, marker in enumerate(markers):
        kind = marker.lastgroup or ""
        start, end = marker.span()
        if kind in ("label", "code", "bkk"):
            if kind == "code":
                found["code"] = marker[0]
            elif kind == "bkk":
                found["prov"] = "กรุงเทพมหานคร"
            spans.append((start, end))
            continue
        following = markers[index + 1].start() if index + 1 < len(markers) else len(text)
        name = _NAME.match(text, end)
        if name is None:
            continue
        value = name[0].rstrip(".-")
        # A name may run into the next mark, and may itself hold one: ต.สุเทพอ.เมือง against ต.เขตใต้.
        if not _is_known(kind, value) and following < name.end():
            value = text[end:following].strip()
        if not value or (marker[0] == "เขต" and not _is_known(kind, value)):
            continue
        found[kind] = value
        spans.append((start, end + len(value)))
    line = _without(text, spans)
    province, district, subdistrict = found.get("prov", ""), found.get("dist", ""), found.get("sub", "")
    if not (province and district and subdistrict):
        line, province, district, subdistrict = _from_the_end(line, province, district, subdistrict)
    return Address(line, *complete(subdistrict, district, province, found.get("code", "")))


def _as_named(text: str, marked: Address) -> Address:
    """Read an address by every known name in it, in any order and with slips of the pen."""
    plain = _PHONE.sub(_blank, text)
    codes = list(_POSTCODE.finditer(plain))
    table = geography()
    postcode = next(
        (match[0] for match in reversed(codes) if match[0] in table.postcodes), codes[-1][0] if codes else ""
    )
    for match in codes:
        plain = f"{plain[: match.start()]}     {plain[match.end() :]}"
    found = find_place(_LABEL.sub(_blank, plain), postcode)
    if not found.code and not found.written_subdistrict:
        return marked
    area = _area(found, postcode)
    spans = sorted(found.spans) + [match.span() for match in codes if match[0] == area.postcode]
    spans += [match.span() for match in _LABEL.finditer(text)]
    return Address(_without(text, sorted(spans)), *area)


def _without_province(line: str, province: str) -> str:
    """The line without the province as a word of its own; อุดร may stand there beside อ.เมืองอุดรธานี."""
    codes = geography().province_codes
    code = codes.get(fold(province)) if province else None
    words = line.split(" ")
    kept = [
        word
        for before, word in zip(["", *words], words, strict=False)
        if code is None or codes.get(fold(word.strip(","))) != code or before.rstrip(".") in _ROAD_WORDS
    ]
    line = " ".join(kept).strip(" ,")
    return "" if line == "." else line


_ROAD_WORDS = frozenset(("ถนน", "ถ", "ซอย", "ซ", "แยก", "หมู่บ้าน", "อาคาร", "ตึก", "วัด", "ตลาด", "Rd", "Soi"))


def _area(found: Found, postcode: str) -> Area:
    table = geography()
    code = found.code
    if len(code) == 6:
        place = table.subdistricts[code]
        names = place.name, table.districts[code[:4]].name, table.provinces[code[:2]].name
        return Area(*names, postcode or place.postcode, code, not postcode or postcode == place.postcode)
    district = table.districts[code].name if len(code) == 4 else found.written_district
    province = table.provinces[code[:2]].name if code else ""
    if not postcode and len(code) == 4:
        codes = {place.postcode for one, place in table.subdistricts.items() if one[:4] == code}
        postcode = codes.pop() if len(codes) == 1 else ""
    return Area(found.written_subdistrict, district, province, postcode, "", False)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


_HAS_UNSEEN = re.compile(f"[{re.escape(INVISIBLE)}\u00a0\u202f]")
# ต.คลอง 4 is ตำบลคลองสี่.
_CANAL = re.compile(
    r"((?:ต\.|ตำบล|tambon|tambol|tumbol|t\.)\s*)(?:คลอง|kh?long)\s*(1[0-2]|[1-9])(?![\d/])", re.IGNORECASE
)
_CANALS = ("หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ", "สิบเอ็ด", "สิบสอง")


def _canal(match: re.Match[str]) -> str:
    return f"{match[1]}คลอง{_CANALS[int(match[2]) - 1]}"


_UNSEEN = str.maketrans({**dict.fromkeys(INVISIBLE, ""), "\u00a0": " ", "\u202f": " "})
# ตำบล: สุเทพ and ตำบล/แขวงสุเทพ say no more than ตำบลสุเทพ.
_AFTER_MARK = re.compile(r"(ตำบล|แขวง|อำเภอ|เขต|จังหวัด|รหัสไปรษณีย์)\s*(?:[/]\s*(?:แขวง|เขต)\s*)?:?\s*(?=[ก-๎0-9])")
_PHONE = re.compile(
    r"(?:(?:โทร(?:ศัพท์)?|มือถือ|เบอร์(?:โทร)?|tel|mobile|phone)\s*[.:]*\s*)?(?<![\d/])(?:\+?66|0)[\s-]?\d(?:[\s-]?\d){7,8}(?!\d)",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<![\d/-])[1-9]\d{4}(?![\d/-])")
_LABEL = re.compile(
    r"รหัสไปรษณีย์\s*:?|ปณ\.|ประเทศไทย|\bthailand\b|\bpost(?:al)?\s*code\b\s*:?|\A\s*(?:ที่อยู่|address)\s*:\s*", re.IGNORECASE
)


def format_address(address: Address, *, language: str = "th") -> str:
    """Write an address in one line, with แขวง and เขต in Bangkok and ตำบล, อำเภอ, จังหวัด elsewhere."""
    if language.startswith("th"):
        bangkok = address.province == "กรุงเทพมหานคร"
        parts = [
            address.line,
            ("แขวง" if bangkok else "ตำบล") + address.subdistrict if address.subdistrict else "",
            ("เขต" if bangkok else "อำเภอ") + address.district if address.district else "",
            ("" if bangkok else "จังหวัด") + address.province if address.province else "",
            address.postcode,
        ]
        return " ".join(part for part in parts if part)
    subdistrict, district, province = english_names(address)
    places = ", ".join(part for part in (address.line, subdistrict, district, province) if part)
    return f"{places} {address.postcode}".strip()


def english_names(address: Address) -> tuple[str, str, str]:
    """Return subdistrict, district and province in English where the place is known, else as they are."""
    table = geography()
    code = address.subdistrict_code
    if code:
        return table.subdistricts[code].name_en, table.districts[code[:4]].name_en, table.provinces[code[:2]].name_en
    province = table.province_codes.get(fold(address.province))
    return address.subdistrict, address.district, table.provinces[province].name_en if province else address.province


# A column of its own may say its level in every cell: ต.สุเทพ under ตำบล. A name may begin like the word: จันทบุรี.
_OWN_MARK = re.compile(r"\A\s*(?:ตำบล|แขวง|ต\.|อำเภอ|เขต|อ\.|จังหวัด|จว\.|จ\.)\s*(?=[ก-ฮเ-ไ])")


def complete_columns(subdistrict: str, district: str, province: str, postcode: str) -> Area:
    """Complete an address whose places stand in columns of their own, each misspelt at worst; see `complete`."""
    area = complete(subdistrict, district, province, postcode)
    if area.subdistrict_code or not subdistrict or subdistrict.isascii():
        return area
    marks = zip(("ต.", "อ.", "จ."), (subdistrict, district, province), strict=True)
    found = find_place(" ".join(mark + _OWN_MARK.sub("", part) for mark, part in marks if part), postcode)
    if len(found.code) != 6:
        return area
    resolved = _area(found, postcode)
    return resolved if resolved.certain else area


@lru_cache(maxsize=32_768)
def complete(subdistrict: str, district: str, province: str, postcode: str) -> Area:
    """Hold the written names and postcode against the country and fill in what they determine.

    What contradicts or is not known stays as written, and `certain` is False.
    """
    table = geography()
    subdistrict, district, province = (_OWN_MARK.sub("", part) for part in (subdistrict, district, province))
    province_code = table.province_codes.get(fold(province), "") if province else ""
    district_key = fold(district)
    districts = table.district_codes.get(district_key, ()) if district else ()
    if province_code:
        districts = tuple(code for code in districts if code[:2] == province_code)
        if district and not districts:
            short = table.district_codes.get(fold("เมือง" + district), ())
            districts = tuple(code for code in short if code[:2] == province_code)
    at_postcode = table.postcodes.get(postcode, ())
    agrees = bool((province_code or not province) and (districts or not district) and (at_postcode or not postcode))

    places = table.subdistrict_codes.get(fold(subdistrict), ()) if subdistrict else at_postcode
    for allowed, width in ((districts, 4), ((province_code,) if province_code else (), 2), (at_postcode, 6)):
        if allowed:
            fitting = tuple(code for code in places if code[:width] in allowed)
            agrees = agrees and bool(fitting or not subdistrict)
            places = fitting or (places if width == 6 else ())
    agrees = agrees and not (postcode and at_postcode and places and not set(places) & set(at_postcode))

    if subdistrict and len(places) == 1:
        code = places[0]
        place = table.subdistricts[code]
        return Area(
            place.name,
            table.districts[code[:4]].name,
            table.provinces[code[:2]].name,
            postcode or place.postcode,
            code,
            agrees,
        )
    in_districts = {code[:4] for code in places} if places else set(districts)
    if districts and in_districts - set(districts):
        in_districts = set(districts)
    if len(in_districts) == 1 and (district or postcode or subdistrict):
        only = next(iter(in_districts))
        district, province = table.districts[only].name, table.provinces[only[:2]].name
        if not postcode:
            codes = {place.postcode for code, place in table.subdistricts.items() if code[:4] == only}
            postcode = codes.pop() if len(codes) == 1 else ""
    elif not province and len({code[:2] for code in in_districts}) == 1:
        province = table.provinces[next(iter(in_districts))[:2]].name
    if not subdistrict and len(places) == 1 and postcode:
        place = table.subdistricts[places[0]]
        return Area(place.name, district, province, postcode, place.code, agrees)
    if province_code:
        province = table.provinces[province_code].name
    return Area(subdistrict, district, province, postcode, "", False)


def _is_known(kind: str, name: str) -> bool:
    table = geography()
    key = fold(name)
    if kind == "sub":
        return key in table.subdistrict_codes
    return key in (table.district_codes if kind == "dist" else table.province_codes)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    if not spans:
        return text
    parts, last = [], 0
    for start, end in spans:
        parts.append(text[last:start])
        last = max(last, end)
    parts.append(text[last:])
    return " ".join("".join(parts).split()).strip(" ,")


def _from_the_end(line: str, province: str, district: str, subdistrict: str) -> tuple[str, str, str, str]:
    """Find places that stand at the end of the line without a word that names their level."""
    table = geography()
    tokens = list(_TOKEN.finditer(line))
    end = len(tokens)
    words = ["" if (word := token[0]).rstrip(".").lower() in _NOISE else word for token in tokens]

    def take(accepts: Callable[[str], bool]) -> str:
        nonlocal end
        while end and not words[end - 1]:
            end -= 1
        for count in range(min(5, end), 0, -1):
            name = " ".join(words[end - count : end]).strip()
            if name and accepts(fold(name)):
                end -= count
                return name
        return ""

    before = end
    if not province:
        province = take(table.province_codes.__contains__)
    code = table.province_codes.get(fold(province), "") if province else ""
    if province and not district:
        district = take(lambda key: any(one[:2] == code for one in table.district_codes.get(key, ())))
    allowed = tuple(one for one in table.district_codes.get(fold(district), ()) if one[:2] == code) if district else ()
    if allowed and not subdistrict:
        subdistrict = take(lambda key: any(one[:4] in allowed for one in table.subdistrict_codes.get(key, ())))
    if end < before:
        line = line[: tokens[end].start()].strip(" ,")
    return line, province, district, subdistrict

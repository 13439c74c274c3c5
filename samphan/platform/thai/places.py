"""Which places a free text names, found without trusting its order, its words for the levels or its spelling.

Every known name that stands in the text is a mention. A subdistrict wins by how many mentions and which postcode speak
for it and its district and province, so that a road called like a town weighs less than the town itself.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

from samphan.platform.thai.geography import fold, geography

Level = Literal["sub", "dist", "prov", ""]


class Mention(NamedTuple):
    """A place named in the text: its folded name, the level that a word before it tells, where it stands, how sure."""

    key: str
    level: Level
    start: int
    end: int
    weight: float = 1.0


class Found(NamedTuple):
    """The place that fits best: a code of two, four or six digits or "", and the parts of the text that named it."""

    code: str
    spans: tuple[tuple[int, int], ...]
    written_subdistrict: str = ""
    written_district: str = ""


_LEVEL = re.compile(
    r"(?:(?P<sub>ตำบล|แขวง|ต\s*\.|ต(?=\s)|ตําบล|(?:tambon|tambol|tumbon|tumbol|khwaeng|kwang|khwang|sub-?\s?district|t\.)(?=[\s.:]|[A-Z])\.?)"
    r"|(?P<dist>กิ่งอำเภอ|กิ่งอ\.|อำเภอ|อําเภอ|เขต|อ\s*\.|อ(?=\s)|(?:amphoe|amphur|ampher|amphor|amphoe|khet|district|a\.)(?=[\s.:]|[A-Z])\.?)"
    r"|(?P<prov>จังหวัด|จว\.|จ\s*\.|จ(?=\s)|(?:changwat|province|j\.)(?=[\s.:]|[A-Z])\.?))[\s:/]*",
    re.IGNORECASE,
)
# The next word names a road, a village or a house, however much it sounds like a town.
_STREET = re.compile(
    r"(?:ถนน|ถ\.|ซอย|ซ\.|ตรอก|แยก|หมู่บ้าน|มบ\.|ม\.บ\.|โครงการ|อาคาร|ตึก|คอนโด(?:มิเนียม)?|ตลาด|วัด|โรงเรียน|รร\.|โรงพยาบาล|รพ\.|โรงแรม|สถานี|บริษัท|บจก\.|หจก\.|ร้าน"
    r"|ห้าง|มหาวิทยาลัย|ม\.(?=[ก-ฮเ-ไ])|สำนักงาน|ศูนย์(?:การค้า)?|นิคม(?:อุตสาหกรรม)?|เลขที่|บ้านเลขที่|ชั้น|ห้อง|หมู่ที่|หมู่|ม\.|ใกล้|ข้าง|ตรงข้าม|หลัง|หน้า|คุณ|นาย|นางสาว|นาง|ผู้รับ"
    r"|(?:soi|moo|mu|thanon|ban|baan|village|building|condo|tower)(?![a-z]))[\s.:]*",
    re.IGNORECASE,
)
_STREET_BEHIND = re.compile(
    r"[\s,]*(?:road|rd|street|st|lane|avenue|ave|building|bldg|tower|village|condo|plaza|mansion)(?![a-z])",
    re.IGNORECASE,
)
_DISTRICT_BEHIND = re.compile(r"\s*(sub-?\s?district|district|province)(?![a-z])", re.IGNORECASE)
_BORDER = re.compile(r"[ก-๎]+[ฯ]?|[A-Za-z][A-Za-z'’]*")
_WORD_END = re.compile(r"[\s,;|/()\d:]|\Z")
_WORD = re.compile(r"[^\s,;|()]*")
_INNER = re.compile(r"(?<=[ก-๎]{2})(?:ตำบล|แขวง|อำเภอ|เขต|จังหวัด|[ตอจ]\.)")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’]*[.]?")
# An unknown name in Latin letters goes on to the next comma, figure or word that names a level or a street.
_LATIN_WORDS = re.compile(
    r"[A-Za-z][A-Za-z'’]*"
    r"(?:[ \-](?!(?:road|rd|street|st|lane|soi|tower|building|sub|district|province|moo)\b)[A-Za-z][A-Za-z'’]*){0,3}",
    re.IGNORECASE,
)
_LEVEL_INSIDE = re.compile(r"(?<=\s)(?:tambon|tambol|khwaeng|amphoe|amphur|khet|district|t\.|a\.)", re.IGNORECASE)
_GAP = re.compile(r"[ \-]+")
_LONGEST_THAI, _LONGEST_WORDS = 26, 5


class _Names(NamedTuple):
    """The codes of every folded name; a romanised one stands under "~" and its shape too."""

    codes: dict[str, frozenset[str]]


def shape(name: str) -> str:
    """A romanised name as it sounds to a Thai: Muang, Mueang and Meuang are one, so are Pathumtani and Pathum Thani."""
    for written, heard in _SOUNDS:
        name = name.replace(written, heard)
    name = _CLOSED_D.sub("t", _CLOSED_B.sub("p", name))
    return re.sub(r"(.)\1+", r"\1", name)


_CLOSED_D, _CLOSED_B = re.compile(r"d(?=[^aeiou]|\Z)"), re.compile(r"b(?=[^aeiou]|\Z)")  # Pakkred is Pak Kret
_SOUNDS = (
    ("sh", "ch"), ("ph", "p"), ("th", "t"), ("kh", "k"), ("gk", "k"), ("g", "k"), ("bh", "p"), ("dh", "t"), ("ch", "j"),
    ("mueang", "muang"), ("meuang", "muang"), ("uea", "ua"), ("eua", "ua"), ("ue", "u"), ("eu", "u"), ("ee", "i"),
    ("oo", "u"), ("ou", "u"), ("aa", "a"), ("ai", "y"), ("ay", "y"), ("ae", "e"), ("ei", "ey"), ("oe", "o"), ("ao", "o"),
    ("au", "o"),
    ("aw", "o"), ("or", "o"), ("ar", "a"), ("rn", "n"), ("v", "w"), ("z", "s"), ("h", ""), ("'", ""), ("’", ""),
)  # fmt: skip


@lru_cache(maxsize=1)
def _names() -> _Names:
    table = geography()
    codes: dict[str, set[str]] = {key: {code} for key, code in table.province_codes.items()}
    for index in (table.district_codes, table.subdistrict_codes):
        for key, found in index.items():
            codes.setdefault(key, set()).update(found)
    for key, named in list(codes.items()):
        if key.isascii():
            codes.setdefault("~" + shape(key), set()).update(named)
    return _Names({key: frozenset(found) for key, found in codes.items()})


def find_place(text: str, postcode: str) -> Found:
    """The place that a text names best.

    :param text: one line, Thai digits, telephone numbers and the postcode already taken out (blanks in their place).
    :param postcode: the one of the text, or "".
    """
    mentions, unknown = _mentions(text)
    strange = _elsewhere(mentions)
    unknown += [_Unknown(_name_alone(text[one.start : one.end]), one.level, one.start, one.end) for one in strange]
    if unknown:
        mentions += _misspelt(mentions, unknown, postcode)
    return _best(mentions, unknown, postcode, text)


def _elsewhere(mentions: list[Mention]) -> list[Mention]:
    """Places said to be a subdistrict or district that lie in none of the provinces that the text names."""
    areas = {code for one in mentions if one.level in ("prov", "") for code in _codes(one.key, 2)}
    if not areas:
        return []
    return [
        one
        for one in mentions
        if one.level in ("sub", "dist")
        and not any(code[:2] in areas for code in _codes(one.key, 6 if one.level == "sub" else 4))
    ]


def _name_alone(written: str) -> str:
    return _DISTRICT_BEHIND.sub("", _LEVEL.sub("", written, count=1)).strip()


class _Unknown(NamedTuple):
    """A word that names no known place; `level` from a word before it."""

    text: str
    level: Level
    start: int
    end: int


def _mentions(text: str) -> tuple[list[Mention], list[_Unknown]]:
    names = _names()
    found: list[Mention] = []
    unknown: list[_Unknown] = []
    position, end = 0, len(text)
    level: Level = ""
    level_start = 0
    while position < end:
        letter = text[position]
        if letter.isspace() or letter in ",;|/()[]\"'“”.:-":
            position += 1
            continue
        if letter.isdigit():
            position += 1
            level = ""
            continue
        match = _LEVEL.match(text, position)
        if match and not (match[0][-1:] not in " .:/" and _known_thai(text, position, names) > match.end()):
            level = match.lastgroup  # type: ignore[assignment]
            level_start = position
            position = match.end()
            continue
        if (
            not level
            and (match := _STREET.match(text, position))
            and not _named_like_street(text, position, match.end(), names)
        ):
            position = match.end()
            word = _WORD.match(text, position)
            position = word.end() if word else position
            continue
        start = level_start if level else position
        if "ก" <= letter <= "๎":
            stop = _known_thai(text, position, names, touching=bool(level))
            if stop:
                found.append(Mention(fold(text[position:stop]), level, start, stop))
                position, level = stop, ""
                continue
            word = _BORDER.match(text, position)
            stop = word.end() if word else position + 1
            if level and (inner := _INNER.search(text, position, stop + 1)):
                stop = inner.start()
            unknown.append(_Unknown(text[position:stop], level, start, stop))
            position, level = stop, ""
            continue
        if letter.isascii() and letter.isalpha():
            key, stop = _known_latin(text, position, names)
            if key:
                behind = _DISTRICT_BEHIND.match(text, stop)
                if behind and not level:
                    word_behind = behind[1].lower()
                    level = "prov" if word_behind == "province" else "dist" if word_behind == "district" else "sub"
                    stop = behind.end()
                elif _STREET_BEHIND.match(text, stop):
                    position = stop
                    continue
                found.append(Mention(key, level, start, stop))
                position, level = stop, ""
                continue
            stop = _unknown_latin(text, position, names)
            if street := _STREET_BEHIND.match(text, stop):
                position, level = street.end(), ""
                continue
            if behind := _DISTRICT_BEHIND.match(text, stop):
                level = "prov" if behind[1].lower() == "province" else "sub" if behind[1][0] in "sS" else "dist"
            unknown.append(_Unknown(text[position:stop], level, start, behind.end() if behind else stop))
            position, level = behind.end() if behind else stop, ""
            continue
        position += 1
    return found, unknown


def _known_thai(text: str, position: int, names: _Names, *, touching: bool = False) -> int:
    """Where the longest known Thai name at this position ends, 0 for none. A blank may stand inside a name."""
    best = 0
    stop = min(len(text), position + _LONGEST_THAI + 2)
    window = text[position:stop]
    for length in range(len(window), 1, -1):
        piece = window[:length]
        if piece[-1] == " " or not ("ก" <= piece[-1] <= "๎" or piece[-1] == "ฯ"):
            continue
        key = piece.replace(" ", "")
        if key not in names.codes:
            continue
        after = position + length
        if _WORD_END.match(text, after) or text[after] in ".-ฯ\"'":
            return after
        if text[after] in "ะาำิีึืฺุู็่้๊๋์ํๅั":
            continue
        if _LEVEL.match(text, after):
            return after
        if best == 0 and (length >= 4 or touching) and _begins_known(text, after, names):
            best = after
    return best


def _begins_known(text: str, position: int, names: _Names) -> bool:
    """Whether a known name begins here and ends at the end of its word."""
    word = _BORDER.match(text, position)
    if not word:
        return False
    rest = word[0]
    return rest in names.codes or any(
        rest[:cut] in names.codes and rest[cut:] in names.codes for cut in range(3, len(rest) - 2)
    )


def _known_latin(text: str, position: int, names: _Names) -> tuple[str, int]:
    words: list[tuple[str, int]] = []
    at = position
    while len(words) < _LONGEST_WORDS and (match := _LATIN.match(text, at)):
        words.append((match[0].rstrip(".").lower(), match.end()))
        gap = _GAP.match(text, match.end())
        if not gap:
            break
        at = gap.end()
    for count in range(len(words), 0, -1):
        name = fold("".join(word for word, _end in words[:count]))
        if name in names.codes:
            return name, words[count - 1][1]
    for count in range(len(words), 0, -1):
        joined = "".join(word for word, _end in words[:count])
        sound = "~" + shape(fold(joined))
        if len(joined) >= 4 and len(sound) > 3 and sound in names.codes:
            return sound, words[count - 1][1]
    return "", position


def _unknown_latin(text: str, position: int, names: _Names) -> int:
    """Where an unknown romanised name ends: before a level, a street's word, or the province."""
    match = _LATIN_WORDS.match(text, position)
    if match is None:
        return position + 1
    stop = match.end()
    if inner := _LEVEL_INSIDE.search(text, position + 1, stop):
        stop = inner.start()
    for gap in _GAP.finditer(text, position, stop):
        key, _end = _known_latin(text, gap.end(), names)
        if key and any(len(code) == 2 for code in names.codes[key]):
            return gap.start()
    return stop


def _named_like_street(text: str, position: int, _stop: int, names: _Names) -> bool:
    """หมู่, วัดประดู่, ตลาดขวัญ, บ้าน are parts of the names of places too."""
    end = _known_thai(text, position, names)
    if not end:
        return False
    # ซอยวัด... is a street although วัดอะไร is a subdistrict; a name that reaches to the end of its word is a place.
    return text[position:end].startswith(
        ("วัด", "ตลาด", "หมู่", "หน้า", "แยก", "หลัง", "ข้าง", "นาง", "นาย", "คุณ", "ซอย", "ชั้น", "ห้าง", "ร้าน")
    )


def _codes(key: str, width: int) -> Iterable[str]:
    return (code for code in _names().codes.get(key, ()) if len(code) == width)


def _misspelt(mentions: list[Mention], unknown: list[_Unknown], postcode: str) -> list[Mention]:
    """Unknown words that are nearly the name of a place which the rest of the text leaves possible."""
    table = geography()
    added: list[Mention] = []
    provinces = {code for one in mentions if one.level in ("prov", "") for code in _codes(one.key, 2)}
    at_postcode = table.postcodes.get(postcode, ())
    if not provinces:
        for word in unknown:
            if word.level in ("prov", "") and (near := _near(word, _pool("", 2), 82 if word.level else 86)):
                added.append(Mention(near, "prov", word.start, word.end, 0.8))
                provinces.update(_codes(near, 2))
    areas = provinces | {code[:2] for code in at_postcode}
    districts = {
        code for one in mentions if one.level in ("dist", "") for code in _codes(one.key, 4) if not areas or code[:2] in areas
    }  # fmt: skip
    marked = {
        code for one in mentions if one.level == "dist" for code in _codes(one.key, 4) if not areas or code[:2] in areas
    }
    taken = {one.start for one in added}
    if not districts:
        for word in unknown:
            if word.start in taken or word.level not in ("dist", "") or (not areas and word.level != "dist"):
                continue
            pool = [name for area in sorted(areas) for name in _pool(area, 4)] if areas else list(_pool("", 4))
            if near := _near(word, tuple(pool), (72 if word.level else 80) if areas else 88):
                added.append(Mention(near, "dist", word.start, word.end, 0.8))
                districts.update(code for code in _codes(near, 4) if not areas or code[:2] in areas)
                taken.add(word.start)
    within = (
        tuple(sorted(marked or districts)) or tuple(sorted({code[:4] for code in at_postcode})) or tuple(sorted(areas))
    )
    for word in unknown:
        if word.start in taken or word.level not in ("sub", "") or not within:
            continue
        pool = [name for area in within for name in _pool(area, 6)]
        least = 84 if len(within[0]) < 4 or (word.text.isascii() and not word.level) else 68 if word.level else 78
        if near := _near(word, tuple(pool), least):
            added.append(Mention(near, "sub", word.start, word.end, 0.8))
            taken.add(word.start)
    return added


@lru_cache(maxsize=4_096)
def _pool(area: str, width: int) -> tuple[str, ...]:
    """The folded Thai names and the shapes of the English ones in an area."""
    table = geography()
    places: Iterable[tuple[str, str, str]]
    if width == 2:
        places = ((code, one.name, one.name_en) for code, one in table.provinces.items())
    elif width == 4:
        places = ((code, one.name, one.name_en) for code, one in table.districts.items())
    else:
        places = ((code, one.name, one.name_en) for code, one in table.subdistricts.items())
    found: list[str] = []
    for code, name, english in places:
        if code.startswith(area):
            found += (fold(name), "~" + shape(fold(english)))
    return tuple(found)


def _near(word: _Unknown, pool: tuple[str, ...], least: int) -> str:
    """The one name of the pool that a misspelt word is nearest to, "" when none or two are near enough."""
    text = word.text.rstrip("ฯ ")
    if len(text) < 3 or (not word.level and len(text) < 4):
        return ""
    key = "~" + shape(fold(text)) if text.isascii() else fold(text)
    same_script = (
        tuple(name for name in pool if name[0] == "~")
        if text.isascii()
        else tuple(name for name in pool if name[0] != "~")
    )
    best = process.extract(key, same_script, scorer=fuzz.ratio, limit=2, score_cutoff=least)
    if not best or (len(best) == 2 and best[0][1] == best[1][1] and best[0][0] != best[1][0]):
        return ""
    return best[0][0]


def _best(mentions: list[Mention], unknown: list[_Unknown], postcode: str, text: str) -> Found:
    table = geography()
    names = _names().codes
    at_postcode = table.postcodes.get(postcode, ())
    known_provinces = {
        code for one in mentions if one.level in ("prov", "") for code in names.get(one.key, ()) if len(code) == 2
    }
    provinces_at = {
        index for index, one in enumerate(mentions) if any(len(code) == 2 for code in names.get(one.key, ()))
    }
    candidates: set[str] = set()
    for one in mentions:
        for code in names.get(one.key, ()):
            if (
                (len(code) == 6 and one.level in ("sub", ""))
                or (len(code) == 4 and one.level in ("dist", ""))
                or len(code) == 2
            ):
                candidates.add(code)
    if at_postcode:
        candidates.update(code[:4] for code in at_postcode)
    areas_at_postcode = {code[:4] for code in at_postcode} | {code[:2] for code in at_postcode}
    scored: list[tuple[float, str, tuple[int, ...]]] = []
    for code in candidates:
        used: list[int] = []
        score = 0.0
        for width, level in ((6, "sub"), (4, "dist"), (2, "prov")):
            if len(code) < width:
                continue
            best, at = 0.0, -1
            for index, one in enumerate(mentions):
                if index in used or code[:width] not in names.get(one.key, ()):
                    continue
                if one.level == level:
                    weight = 4.0
                elif not one.level:
                    # The larger the place, the further back it stands; of the same name twice, the first is the smaller.
                    weight = 3.0 + (0.01 * index if width < 6 else -0.01 * index)
                    if width == 4 and not provinces_at.isdisjoint((index - 1, index + 1)):
                        weight += 0.1
                else:
                    weight = 0.5
                weight *= one.weight
                if weight > best:
                    best, at = weight, index
            if at >= 0:
                used.append(at)
                score += best
            elif width == 6:
                score = -99.0
            elif width == 4 and any(one.level == "dist" and one.weight == 1.0 for one in mentions):
                score -= 2
            elif width == 2 and known_provinces:
                score -= 3
        if at_postcode:
            if len(code) == 6:
                score += 3 if code in at_postcode else -1.5
            else:
                is_named = any(code in names.get(mentions[index].key, ()) for index in used)
                agreement = 0.5 if len(code) == 2 else 3 if is_named else 2
                # Two names that agree weigh more than a postcode that does not.
                score += agreement if code in areas_at_postcode else -0.5 if len(used) > 1 else -1.5
        # One word alone that is a district and its subdistrict names the district.
        scored.append((score - (0.2 if len(code) == 6 else 0), code, tuple(used)))
    scored.sort(reverse=True)
    written = next((word.text for word in unknown if word.level == "sub"), "")
    written_district = next((word.text for word in unknown if word.level == "dist"), "")
    if not scored or scored[0][0] < 1.5:
        return Found("", (), written, written_district)
    top, code, used_at = scored[0]
    rivals = [
        other
        for score, other, _used in scored[1:]
        if score > top - 0.05 and other[: len(code)] != code and not code.startswith(other)
    ]
    if rivals:
        # What all the equally good places share is sure, the rest is not.
        shared = code
        for other in rivals:
            while shared and not other.startswith(shared):
                shared = shared[:-2]
        if len(code) == 6:
            written = written or _name_alone(text[mentions[used_at[0]].start : mentions[used_at[0]].end])
        code = shared
    spans = [(mentions[index].start, mentions[index].end) for index in used_at]
    first = mentions[used_at[0]] if used_at else None
    is_lonely = first is not None and len(used_at) == 1 and not at_postcode and first.level == ""
    # A word that sounds like a place, and nothing that says so; a text that is only this word says it.
    if first and is_lonely and (len(code) == 6 or (len(code) == 4 and len(text.strip()) > first.end - first.start)):
        return Found("", ())
    if len(code) == 6:
        return Found(code, tuple(spans))
    if written:
        spans += [(word.start, word.end) for word in unknown if word.level == "sub" and word.text == written]
    else:
        stray = next((one for one in mentions if one.level == "sub"), None)
        if stray:
            written = _name_alone(text[stray.start : stray.end])
            spans.append((stray.start, stray.end))
    return Found(code, tuple(spans), written, "" if len(code) == 4 else written_district)

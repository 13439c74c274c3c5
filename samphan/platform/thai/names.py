"""Names of people and organisations: taken apart on the way in, put together for the screen."""

import re
from functools import lru_cache
from typing import NamedTuple

from samphan.platform.thai.digits import INVISIBLE
from samphan.platform.thai.tax_ids import HEAD_OFFICE
from samphan.platform.thai.titles import (
    ASSOCIATION,
    BODY_OF_PERSONS,
    COMMUNITY_ENTERPRISE,
    COMPANY,
    COOPERATIVE,
    FOUNDATION,
    JOINT_VENTURE,
    LATIN_WITH_DOT,
    LEGAL_FORMS,
    LIMITED_PARTNERSHIP,
    NAMES_LIKE_TITLES,
    ORDINARY_PARTNERSHIP,
    OTHER,
    PUBLIC_COMPANY,
    SHOP,
    TITLES,
    Gender,
    LegalForm,
    Title,
)


class PersonName(NamedTuple):
    """A person's name in parts; each is "" when the text does not tell it. `title` is written out: น.ส. is นางสาว."""

    title: str
    first: str
    last: str
    nickname: str


class OrganisationName(NamedTuple):
    """An organisation's own name without its legal form; `legal_form` is a code of titles.LEGAL_FORMS, "" for none.

    `branch` is 00000 when the text says head office, five digits of a branch, or "".
    """

    legal_form: str
    name: str
    branch: str


_INVISIBLE = str.maketrans(dict.fromkeys(INVISIBLE.replace("\u200d", ""), None))
_MARK = "ะ-ฺๅ-๎"  # letters that cannot begin a word: what stands before one of them is not a title

_DOTTED = sorted((re.escape(key) for key in TITLES if key.endswith((".", "ฯ"))), key=len, reverse=True)
_THAI_PLAIN = sorted(
    (key for key in TITLES if not key.isascii() and not key.endswith((".", "ฯ"))), key=len, reverse=True
)
_LATIN = sorted((key for key in TITLES if key.isascii()), key=len, reverse=True)
_LATIN_SHAPES = [
    re.escape(key).replace(r"\ ", r"(?:\.\s*|\s+)") + (r"(?=\.)" if key in LATIN_WITH_DOT else "") for key in _LATIN
]
# A short form or an everyday word (ดร, ท่าน) is a title only when a space follows; a full title may touch the name.
_NEEDS_SPACE = {"ดร", "นส", "น.ส", "ด.ช", "ด.ญ", "ดช", "ดญ", "ท่าน", "รศ", "ผศ", "นพ", "พญ", "พระ", "ทนาย"}
_TOUCHING = [re.escape(key) for key in _THAI_PLAIN if key not in _NEEDS_SPACE]
_SPACED = [re.escape(key) for key in sorted(_NEEDS_SPACE, key=len, reverse=True)]
_TITLE = re.compile(
    rf"(?:((?:{'|'.join(_DOTTED)}))|((?:{'|'.join(_TOUCHING)}))(?![{_MARK}.])|((?:{'|'.join(_SPACED)}))(?=\s)"
    rf"|((?:{'|'.join(_LATIN_SHAPES)}))(?:\.\s*|(?=\s)))\s*",
    re.IGNORECASE,
)
_LATIN_SPACES = re.compile(r"[.\s]+")
_LATIN_TITLES = {_LATIN_SPACES.sub(" ", key): TITLES[key] for key in _LATIN}
# พ.อ.หญิง, พ.อ.(พิเศษ) and รศ.(พิเศษ) go on with a word of their own; หญิง is one where a name and a family name follow.
_AFTER_RANK = re.compile(
    rf"\(\s*(หญิง|พิเศษ|เกียรติคุณ|คลินิก)\s*\)\s*|(พิเศษ|เกียรติคุณ|คลินิก)\s+|(หญิง)(?=\s+\S+\s+\S)\s+|(หญิง)(?=[ก-ฮเ-ไ]\S+\s)(?![{_MARK}])"
)
_WITH_WOMEN = frozenset(
    title.name
    for key, title in TITLES.items()
    if "." in key and title.name.endswith(("เอก", "โท", "ตรี", "ตำรวจ", "ทหาร"))
)
# A monk's Pali name ends his own: พระสมชาย ฐิตธมฺโม.
_MONK = re.compile(r"พระ(?=\S+\s+\S*(?:\u0e3a|ภิกขุ))")
_DEGREE = re.compile(
    r"(?:\s*,\s*|\s+)(?:Ph\.?\s?D\.?|M\.?D\.?|MBA|M\.B\.A\.|CPA|ร\.น\.|ปร\.ด\.)\s*\Z",
)
_MAY_HAVE_TITLE = frozenset(spelling for key in TITLES for spelling in (key[:2], key[:2].upper(), key[:2].capitalize()))
_NICKNAME = re.compile(
    r"\s*[(\[（【]\s*(?:ชื่อเล่น\s*:?\s*)?([^()\[\]（）【】]{1,40}?)\s*[)\]）】]\s*"
    # O'Brien and D'Angelo hold no nickname: a quotation mark stands at the edge of a word.
    r"|(?:(?<=\s)|\A)[“\"'‘]\s*(?:ชื่อเล่น\s*:?\s*)?([^“”\"‘’']{1,40}?)\s*[”\"'’](?=\s|\Z)\s*"
)
_NICKNAME_WORD = re.compile(r"\s+ชื่อเล่น\s*:?\s*(\S.*)\Z")
_BRACKETS = frozenset("([（【“\"'‘")
_SURNAME_PARTICLES = frozenset("na de da di van von der den del la le bin binti al ibn ben st sae".split())  # noqa: SIM905


_DEGREE_ENDS = frozenset(".DdAน")


def split_name(text: str) -> PersonName:
    """Take a person's name apart: นางสาวพิมพ์ลดา อัครเดชากุล (แพร) gives นางสาว, พิมพ์ลดา, อัครเดชากุล, แพร.

    The first word is the given name and all others the family name (ณ อยุธยา); in a name of three Latin words or
    more the last one is the family name unless a particle (van, na) begins it. `Smith, John` is turned round.
    """
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    nickname = title = ""
    if not _BRACKETS.isdisjoint(text):
        if "พิเศษ" in text or "หญิง" in text or "คุณ" in text or "คลินิก" in text:
            title, text = _take_titles(" ".join(text.split()))  # their brackets hold no nickname
        match = _NICKNAME.search(text)
        if match and (match.start() > 0 or match.end() < len(text)):
            nickname = match[1] or match[2]
            text = f"{text[: match.start()]} {text[match.end() :]}"
            if " " in nickname and len(text.split()) == 1:
                nickname, text = text.strip(), nickname  # แพร (พิมพ์ลดา อัครเดชากุล)
    elif "ชื่อเล่น" in text and (match := _NICKNAME_WORD.search(text)):
        nickname, text = match[1].strip(), text[: match.start()]
    if text[-1:] in _DEGREE_ENDS:
        text = _DEGREE.sub("", text)
    words = text.split()
    if not words:
        return PersonName(title, "", "", nickname)
    if not title and words[0][:2] in _MAY_HAVE_TITLE:
        title, rest = _take_titles(" ".join(words))
        words = rest.split()
    if len(words) == 2 and words[0][-1] != ",":
        return PersonName(title, words[0], words[1], nickname)
    return PersonName(title, *_first_and_last(words), nickname)


def split_title(text: str) -> tuple[str, str]:
    """Take the titles off a given name that stands in a cell of its own: นายสมชาย gives นาย and สมชาย."""
    words = text.translate(_INVISIBLE).split()
    if not words or words[0][:2] not in _MAY_HAVE_TITLE:
        return "", " ".join(words)
    return _take_titles(" ".join(words))


def title_gender(title: str) -> Gender | None:
    """Return the gender that a title tells: female for นางสาว and พันเอกหญิง, None for ดร. or คุณ."""
    known = TITLES.get(title) or TITLES.get(title.rstrip(".").lower())
    return known.gender if known else "female" if title.endswith("หญิง") else None


def canonical_title(text: str) -> str:
    """Return a title written out, น.ส. as นางสาว; text that is no title comes back trimmed."""
    text = text.strip()
    known = TITLES.get(text) or TITLES.get(text.rstrip(".").lower()) or TITLES.get(text + ".")
    if known:
        return known.name
    title, rest = _take_titles(f"{text} ก ข")
    return title if rest == "ก ข" else text


def _take_titles(text: str) -> tuple[str, str]:
    found: list[Title] = []
    while match := _TITLE.match(text):
        rest = text[match.end() :]
        if not rest:
            break
        if match[3] == "นพ" and " " not in rest:
            break  # a given name as well
        touches = match[2] and match.end(2) == match.end()
        if touches and (text.split(None, 1)[0] in NAMES_LIKE_TITLES or _is_no_word(rest)):
            break
        title = (
            _LATIN_TITLES[_LATIN_SPACES.sub(" ", match[4]).lower()]
            if match[4]
            else TITLES[match[1] or match[2] or match[3]]
        )
        while more := _AFTER_RANK.match(rest):
            word = more[1] or more[2] or more[3] or more[4]
            if word == "หญิง" and title.name not in _WITH_WOMEN:
                break
            title = Title(title.name + (f"({word})" if word == "พิเศษ" else word), title.english)
            rest = rest[more.end() :]
        found.append(title)
        text = rest
    if not found and (monk := _MONK.match(text)):
        found, text = [TITLES["พระ"]], text[monk.end() :]
    # คุณ says nothing beside a real title, and every list puts it in front anyway.
    said = [one.name for one in found if one.name != "คุณ"] or [one.name for one in found]
    title_text = ""
    for name in said:
        title_text += (
            name
            if not title_text or (title_text.endswith(".") and not name.isascii() and not title_text.isascii())
            else " " + name
        )
    return title_text, text


def _is_no_word(rest: str) -> bool:
    """Whether what follows a title without a space is too little to be a name: หมอ in หมอก, นาย in นายก."""
    word = rest.split(None, 1)[0]
    return len(word) == 1 and not word.isascii()


def _first_and_last(words: list[str]) -> tuple[str, str]:
    if not words:
        return "", ""
    if words[0].endswith(",") and len(words) > 1:
        return " ".join(words[1:]), words[0].rstrip(",")
    if words[0].isascii():
        for index, word in enumerate(words[1:-1], start=1):
            if word.endswith(","):  # de Vries, John
                return " ".join(words[index + 1 :]), " ".join(words[: index + 1]).rstrip(",")
    if len(words) == 1:
        return words[0], ""
    if len(words) > 2 and all(word.isascii() for word in words):
        for index, word in enumerate(words[1:-1], start=1):
            if word.lower() in _SURNAME_PARTICLES:
                return " ".join(words[:index]), " ".join(words[index:])
        return " ".join(words[:-1]), words[-1]
    return words[0], " ".join(words[1:])


# ---------------------------------------------------------------- organisations

_FORM_PREFIXES: tuple[tuple[str, LegalForm], ...] = (
    (r"ห้างหุ้นส่วนสามัญ(?:\s*นิติบุคคล)?", ORDINARY_PARTNERSHIP),
    (r"หสน\.?|หจก\.?\s*สามัญ", ORDINARY_PARTNERSHIP),
    (r"ห้างหุ้นส่วน(?:\s*จำกัด)?|หจก\.?|ห\.จ\.ก\.?", LIMITED_PARTNERSHIP),
    (r"บมจ\.?|บ\.มจ\.?|บริษัท\s*มหาชน(?:\s*จำกัด)?", PUBLIC_COMPANY),
    (r"บจก\.?|บ\.จ\.ก\.?|บจ\.|บริษัท\s*จำกัด(?=\s)|บริษัท|บริษัทฯ", COMPANY),
    (r"กิจการร่วมค้า", JOINT_VENTURE),
    (r"คณะบุคคล", BODY_OF_PERSONS),
    (r"มูลนิธิ", FOUNDATION),
    (r"สมาคม", ASSOCIATION),
    (r"ชุมนุมสหกรณ์|สหกรณ์", COOPERATIVE),
    (r"วิสาหกิจชุมชน", COMMUNITY_ENTERPRISE),
    (r"ร้านค้า|ร้าน", SHOP),
)
_PREFIX = re.compile(r"\s*(?:" + "|".join(f"({pattern})" for pattern, _form in _FORM_PREFIXES) + rf")(?![{_MARK}])\s*")
_SUFFIX = re.compile(
    r"[\s,]*(?:(จำกัด\s*\(?\s*มหาชน\s*\)?|public\s+company\s+limited|public\s+co(?:mpany)?\.?,?\s*ltd\.?|p\.?c\.?l\.?)"
    r"|(limited\s+partnership|ltd\.?,?\s*part\.?)"
    r"|(จำกัด|company\s+limited|co\.?\s*,?\s*ltd\.?|co\.?,?\s*limited|limited|ltd\.?|pte\.?\s*ltd\.?))\s*\Z",
    re.IGNORECASE,
)
_BRANCH = re.compile(
    r"[\s,]*\(?\s*(?:(สำนักงาน(?:แห่ง)?ใหญ่|สนญ\.?|สนง\.?ใหญ่|head\s*office)|(?:สาขา(?:ที่)?|branch)\s*(?:no\.?\s*)?(\d{1,5}))\s*\)?\s*\Z",
    re.IGNORECASE,
)
# Words that stand only in front of, or behind, the name of a body. Each is long enough not to begin a person's name.
_BODY = re.compile(
    rf"\A\s*(?:บริษัท|บจก|บมจ|หจก|ห\.จ\.ก|หสน|บ\.จ\.ก|ห้างหุ้นส่วน|ห้าง|ร้าน|มูลนิธิ|สมาคม|สหกรณ์|ชุมนุมสหกรณ์|วิสาหกิจ|กิจการร่วมค้า|คณะบุคคล|โรงเรียน"
    rf"|โรงพยาบาล|รพ\.|โรงแรม|โรงงาน|โรงสี|โรงคั่ว|โรงพิมพ์|มหาวิทยาลัย|วิทยาลัย|สถาบัน|สถานี|สำนักงาน|สำนักพิมพ์|กองทุน|กองทรัสต์|ทรัสต์|ธนาคาร|องค์การ|องค์กร|กระทรวง"
    rf"|กรมการ|กรมส่ง|กรมที่|กรมทาง|กรมสรร|กรมศุล|กรมปศุ|กรมประ|กรมชล|กรมป่า|กรมพัฒ|กรมควบ|เทศบาล|อบต\.?(?=\s|[ก-ฮเ-ไ])|อบจ\.?|ที่ว่าการ|ศาลากลาง|สภา(?:ทนาย|อุตสาห|หอการ|กาชาด|วิชาชีพ|ผู้|การ|นัก|องค์|เกษตร|ตำบล|เด็ก)|ศูนย์|ชมรม|นิติบุคคล|คลินิก|คาเฟ่"
    rf"|การไฟฟ้า|การประปา|การท่า|การรถไฟ|การเคหะ|สหภาพ|ฟาร์ม|ไร่|สวนอาหาร|ครัว(?=\S)|ตลาด|รีสอร์ท|อู่|ปั๊ม)(?![{_MARK}])"
)
# Words of a firm's name that no family bears; พาณิชย์ and การค้า are family names too.
_FIRM_WORD = re.compile(
    r"แอนด์|เทรดดิ้ง|เทรดดิง|เซอร์วิส|กรุ๊ป|ซัพพลาย|เอ็นจิเนียริ|เอนจิเนียริ|อินเตอร์เนชั่น|คอนสตรัคชั่น|เอ็นเตอร์ไพร|เอนเตอร์ไพร|โลจิสติกส์|พร็อพเพอร์ตี้|ดีเวลลอป|โฮลดิ้ง"
    r"|คอร์ปอเรชั่น|คอร์ปอเรชัน|ช็อป|สโตร์|มินิมาร์ท|ซุปเปอร์มาร์|ฟาร์มาซี|สตูดิโอ|โปรดักส์|โซลูชั่น|อิมปอร์ต|เอ็กซ์ปอร์ต|คอฟฟี่|คาร์แคร์|เบเกอรี่|วัสดุก่อสร้าง|การก่อสร้าง|รับเหมา"
    r"|อะไหล่|ค้าส่ง|นำเข้า|ส่งออก|[^A-Za-z\s]\s*&\s*[^A-Za-z\s]"
)
_PERSON = re.compile(r"\s*(?:mr|mrs|ms|miss|dr|khun|คุณ|นาย|นาง)\b", re.IGNORECASE)
_LATIN_WORD = re.compile(r"[A-Za-z]{2}")
_BODY_ANYWHERE = re.compile(
    r"\bco\.,|\b(?:co\.?,?\s*ltd|ltd|limited|pcl|plc|inc|llc|llp|gmbh|corp|corporation"
    r"|company|partnership|foundation|association|university|school|hospital|hotel|bank|cooperative|trust|fund|enterprises?"
    r"|holdings?|restaurant|cafe|café|coffee|shop|store|clinic|resort|group)\b",
    re.IGNORECASE,
)


def is_organisation(text: str) -> bool:
    """Tell whether a name is that of a company, shop or other body, by its legal form or its leading word."""
    if _BODY.match(text) or "จำกัด" in text or "มหาชน" in text or "สำนักงานใหญ่" in text or _FIRM_WORD.search(text):
        return True
    # Bank is a nickname that stands for a given name.
    return bool(_LATIN_WORD.search(text) and _BODY_ANYWHERE.search(text) and not _PERSON.match(text))


def parse_organisation(text: str) -> OrganisationName:
    """Take an organisation's name apart: บริษัท บ้านริมคลอง จำกัด (สำนักงานใหญ่) gives company, บ้านริมคลอง, 00000."""
    text = " ".join(text.translate(_INVISIBLE).split())
    branch = ""
    if match := _BRANCH.search(text):
        branch = HEAD_OFFICE if match[1] else match[2].zfill(5)
        text = text[: match.start()]
    form = OTHER
    match = _PREFIX.match(text)
    if match and match.lastindex and match.end() < len(text):
        form = _FORM_PREFIXES[match.lastindex - 1][1]
        text = text[match.end() :]
    if form in (OTHER, COMPANY, PUBLIC_COMPANY) and (match := _SUFFIX.search(text)) and match.start() > 0:
        form = PUBLIC_COMPANY if match[1] else LIMITED_PARTNERSHIP if match[2] else form if form != OTHER else COMPANY
        text = text[: match.start()]
    return OrganisationName(form.code, text.strip(" ,"), branch)


def organisation_name(legal_form: str, name: str) -> str:
    """Write the full name: company and บ้านริมคลอง give บริษัท บ้านริมคลอง จำกัด; English names get Co., Ltd."""
    form = LEGAL_FORMS.get(legal_form, OTHER)
    return (form.english if name.isascii() else form.pattern).format(name=name)


def matching_name(text: str) -> str:
    """Return a name for comparing: no titles, legal forms, spaces or punctuation, lower case."""
    if is_organisation(text):
        text = parse_organisation(text).name
    else:
        parts = split_name(text)
        text = parts.first + parts.last
    return _NOT_A_LETTER.sub("", text).lower()


_NOT_A_LETTER = re.compile(r"[^0-9A-Za-zก-๎À-ɏ]+")

# ---------------------------------------------------------------- on the screen

_CIVIL = frozenset(("", "นาย", "นาง", "นางสาว", "คุณ"))
_INITIAL_PREFIX = re.compile(
    rf"\s*(?:บริษัท|บจก\.?|บมจ\.?|หจก\.?|หสน\.?|ห้างหุ้นส่วนสามัญนิติบุคคล|ห้างหุ้นส่วนจำกัด|ห้างหุ้นส่วน|ห้าง|ร้านค้า|ร้าน|โรงแรม|โรงเรียน|โรงพยาบาล|คุณ|"
    rf"นางสาว|นาย|นาง|น\.ส\.|ด\.ช\.|ด\.ญ\.|เด็กชาย|เด็กหญิง|ดร\.|mr\.|mrs\.|ms\.|miss\s|dr\.|khun\s)(?![{_MARK}])\s*",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[ก-ฮA-Za-zÀ-ɏ0-9]|(?![เ-ไ])[^\W\d_]")


def display_name(
    first: str,
    last: str = "",
    *,
    title: str = "",
    nickname: str = "",
    with_nickname: bool = True,
) -> str:
    """Write a person's name for the screen: คุณพิมพ์ลดา อัครเดชากุล (แพร).

    คุณ stands for นาย, นาง and นางสาว; another title (ดร., ม.ล.) stays. A Latin name gets no คุณ. With only a
    nickname known, that becomes the name.
    """
    if not first and not last:
        return _with_title(title, nickname) if nickname else ""
    shown = _with_title(title, first or last)
    if first and last:
        shown = f"{shown} {last}"
    if with_nickname and nickname and nickname != first:
        shown = f"{shown} ({nickname})"
    return shown


def _with_title(title: str, name: str) -> str:
    if title in _CIVIL:
        return name if name[:1].isascii() else "คุณ" + name
    return f"{title} {name}" if title.isascii() or not title.endswith(".") else title + name


def initial(name: str) -> str:
    """Return the letter for a picture's place: the first consonant, after ร้าน, บริษัท, หจก., คุณ and เ แ โ ใ ไ."""
    rest = name
    while (match := _INITIAL_PREFIX.match(rest)) and match.end() < len(rest) and match.end() > 0:
        if match[0].strip() in ("นาย", "นาง", "คุณ") and rest.split(None, 1)[0] in NAMES_LIKE_TITLES:
            break
        rest = rest[match.end() :]
    letter = _LETTER.search(rest) or _LETTER.search(name)
    return letter[0].upper() if letter else "?"


# A letter with the marks that hang on it. Sara am leans on the letter before it, เ แ โ ใ ไ on the one behind.
_GRAPHEME = re.compile(
    r"[เ-ไ]?[^\u0300-\u036fัำ-ฺ็-๎][\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0fัำ-ฺ็-๎]*"
    r"(?:\u200d[^\u0300-\u036f][\ufe00-\ufe0f]*)*|.",
    re.DOTALL,
)


def graphemes(text: str) -> list[str]:
    """Split a text into what a reader sees as one letter: กี่ is one, เก่ is one."""
    return _GRAPHEME.findall(text)


@lru_cache(maxsize=4096)
def truncate(text: str, length: int) -> str:
    """Shorten to at most `length` visible letters, the last one … when something was left out; no mark is torn off."""
    if len(text) <= length:
        return text
    parts = graphemes(text)
    if len(parts) <= length:
        return text
    return "".join(parts[: max(length - 1, 0)]).rstrip() + "…"

"""Which column of a file belongs to which field, guessed from the heading and from the values.

What a field is called, and which other headings mean it, its domain declares in the catalogue.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from samphan.platform.catalogue import Choice, Field, Label, Type
from samphan.platform.thai.geography import find_province

ENOUGH = 0.5
"""Suggestions below this confidence are not made."""
KNOWN = 0.98
"""How sure a heading is that a field knows by its own means."""


_TYPES = {
    Type.PHONE: "phone",
    Type.EMAIL: "email",
    Type.DATE: "date",
    Type.PARTIAL_DATE: "date",
    Type.DATETIME: "date",
    Type.NUMBER: "number",
    Type.MONEY: "amount",
    Type.CHOICE: "choice",
    Type.BOOLEAN: "choice",
    Type.MULTI_CHOICE: "tags",
}


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field that a column may fill.

    :param type: what its values look like: "text", "name", "phone", "email", "line_id", "date", "number", "amount",
        "tax_id", "branch", "province", "postcode", "tags" or "choice"; an unknown type counts as text.
    :param aliases: more headings that mean this field, beside its labels and its name.
    :param choices: the values that it may have, of a field of type "choice".
    :param repeats: several columns may fill it, as with telephones.
    :param knows: tells a heading that means this field, beyond those named; each column that it knows gets the field.
    :param says: what becomes of a column with this heading, for whoever maps it.
    """

    name: str
    label: Label
    type: str = "text"
    aliases: tuple[str, ...] = ()
    choices: Callable[[], Sequence[Choice]] | None = None
    repeats: bool = False
    knows: Callable[[str], bool] | None = None
    says: Callable[[str], str] | None = None

    @classmethod
    def of(cls, field: Field, type: str = "", *, repeats: bool = False) -> "ImportField":
        """The field of the catalogue; `type` where its values look like more than its type tells.

        :raises ValueError: when the catalogue does not declare it importable.
        """
        if not field.is_importable:
            raise ValueError(f"field {field.name!r} is not importable")
        return cls(
            field.name, field.label, type or _TYPES.get(field.type, "text"), field.synonyms, field.get_choices, repeats
        )

    @property
    def labels(self) -> list[str]:
        """The label in every language: files are written in the other one as well."""
        found = []
        for language in ("th", "en"):
            with translation.override(language):
                found.append(str(self.label))
        return found


@dataclass(frozen=True, slots=True)
class Suggestion:
    """For the 0-based `column`: the field or None, how sure (0 to 1), and why in one sentence."""

    column: int
    field: str | None
    confidence: float
    reason: str


_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_IN_BRACKETS = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]")
_COPY_NUMBER = re.compile(r"[\s_]*\(\d\)$")


def normal_heading(heading: str) -> str:
    """A heading without case, blanks, punctuation and Thai digits: "E-Mail " and "email" are the same."""
    text = unicodedata.normalize("NFKC", heading.replace("\u0e33", "\u0e4d\u0e32")).lower().translate(_THAI_DIGITS)
    # Thai vowels and tone marks are marks, not letters.
    return "".join(ch for ch in text if ch.isalnum() or unicodedata.category(ch) == "Mn")


_PHONE = re.compile(
    r"(?:\+?66|0066|0)[\s.-]?\(?0?\)?\d(?:[\s().-]?\d){6,9}(?:\s*(?:ต่อ|ext\.?|#|,|/).*)?",
    re.IGNORECASE,
)
_PHONE_WITHOUT_ZERO = re.compile(r"[689]\d{8}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_DATE = re.compile(
    r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}(?:[ T].*)?|\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}(?:[ T].*)?"
    r"|\d{1,2}[\s-](?:[ก-ฮ]{1,2}\.\s?[ก-ฮ]{1,2}\.|[ก-ฮะ-์]{4,12}|[A-Za-z]{3,9})[\s-]?\d{2,4}"
)
_AMOUNT = re.compile(r"[-(]?\s*[฿$]?\s*-?\d{1,3}(?:,\d{3})+(?:\.\d+)?\)?|[-(]?\s*[฿$]?\s*-?\d+(?:\.\d+)?\)?")
_POSTCODE = re.compile(r"[1-9]\d{4}")


def is_thai_id(text: str) -> bool:
    """Whether 13 digits carry the right check digit: (11 - sum of digit x weight 13..2 mod 11) mod 10."""
    digits = re.sub(r"[\s-]", "", text)
    if len(digits) != 13 or not digits.isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - total % 11) % 10 == int(digits[12])


_KINDS: dict[str, Callable[[str], bool]] = {
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "tax_id": is_thai_id,
    "phone": lambda text: bool(_PHONE.fullmatch(text) or _PHONE_WITHOUT_ZERO.fullmatch(text)),
    "date": lambda text: bool(_DATE.fullmatch(text)),
    "province": lambda text: find_province(text) is not None,
    "postcode": lambda text: bool(_POSTCODE.fullmatch(text)),
    "amount": lambda text: bool(_AMOUNT.fullmatch(text)),
}
_TELLING = {"email": 0.8, "tax_id": 0.75, "phone": 0.7, "province": 0.7}
"""Kinds of value that name their field even under a heading that says nothing, with the confidence they give."""

_KIND_WORDS: dict[str, str | Promise] = {
    "email": _("The values are e-mail addresses."),
    "tax_id": _("The values are 13 digits with a right check digit."),
    "phone": _("The values are telephone numbers."),
    "date": _("The values are dates."),
    "province": _("The values are names of provinces."),
    "postcode": _("The values are postcodes."),
    "amount": _("The values are numbers."),
}
_NEVER_NUMBERS = {"name", "email", "line_id", "province"}


def kinds_of(values: Sequence[Any]) -> dict[str, float]:
    """{kind: share of the filled values that are of this kind}."""
    filled = [value for value in values if not (isinstance(value, str) and not value.strip())][:50]
    if not filled:
        return {}
    shares: dict[str, float] = {}
    texts = [str(value).strip().translate(_THAI_DIGITS) for value in filled if not isinstance(value, date)]
    for kind, fits in _KINDS.items():
        hits = sum(map(fits, texts))
        if kind == "date":
            hits += len(filled) - len(texts)
        shares[kind] = hits / len(filled)
    return shares


def suggest_mapping(
    headings: Sequence[str], samples: Sequence[Sequence[Any]], fields: Sequence[ImportField]
) -> list[Suggestion]:
    """One suggestion a column, in the order of the columns; each field is used at most once.

    :param samples: cells of some data rows, in the order of `headings`.
    """
    names = {field.name for field in fields}
    forms = _forms_of(fields, headings)
    evidence = [kinds_of([row[i] for row in samples if i < len(row)]) for i in range(len(headings))]
    scored: list[tuple[float, int, int, str]] = []
    for column, heading in enumerate(headings):
        for order, field in enumerate(fields):
            confidence, reason = _score(heading, forms[order], field, evidence[column])
            if confidence >= ENOUGH:
                scored.append((confidence, column, order, reason))
    scored.sort(key=lambda item: (-item[0], item[1], item[2]))
    taken: dict[int, Suggestion] = {}
    used: set[str] = set()
    for confidence, column, order, reason in scored:
        name = fields[order].name
        if column in taken:
            continue
        if name in used and not (fields[order].repeats and fields[order].knows):
            if name != "phone" or "second_phone" not in names or "second_phone" in used:
                continue
            name = "second_phone"
        taken[column] = Suggestion(column, name, round(confidence, 2), reason)
        used.add(name)
    _phones_in_order(taken)
    nothing = str(_("No field fits this column."))
    return [taken.get(column, Suggestion(column, None, 0.0, nothing)) for column in range(len(headings))]


def _phones_in_order(taken: dict[int, Suggestion]) -> None:
    """A lone second phone is the phone."""
    if not any(suggestion.field == "phone" for suggestion in taken.values()):
        for column, suggestion in taken.items():
            if suggestion.field == "second_phone":
                taken[column] = Suggestion(column, "phone", suggestion.confidence, suggestion.reason)


def _forms_of(fields: Sequence[ImportField], headings: Sequence[str]) -> list[dict[str, float]]:
    """For every field {normalised heading: confidence}; "ชื่อ" is the given name where a family name stands beside."""
    forms: list[dict[str, float]] = []
    for field in fields:
        table = {normal_heading(alias): 0.97 for alias in field.aliases}
        table |= {normal_heading(text): 1.0 for text in (field.name, *field.labels)}
        forms.append(table)
    by_name = {field.name: index for index, field in enumerate(fields)}
    if "first_name" in by_name and "last_name" in by_name and "name" in by_name:
        family = forms[by_name["last_name"]]
        if any(normal_heading(heading) in family for heading in headings):
            for short in ("ชื่อ", "name", "ชื่อลูกค้า", "customername"):
                key = normal_heading(short)
                forms[by_name["name"]].pop(key, None)
                forms[by_name["first_name"]][key] = 0.96
    return forms


def _score(heading: str, forms: dict[str, float], field: ImportField, shares: dict[str, float]) -> tuple[float, str]:
    if field.knows is not None and field.knows(heading):
        return KNOWN, str(_("The heading “%(heading)s” means this field.")) % {"heading": heading}
    by_heading = _heading_score(heading, forms)
    expected = {"number": "amount"}.get(field.type, field.type)
    share = shares.get(expected, 0.0)
    if expected in _TELLING and by_heading < ENOUGH and share >= 0.8 and field.name != "second_phone":
        return _TELLING[expected] * share, str(_KIND_WORDS[expected])
    if by_heading < ENOUGH:
        return 0.0, ""
    reason = str(_("The heading “%(heading)s” means this field.")) % {"heading": heading}
    if not shares:
        return by_heading, reason
    if expected in _KIND_WORDS and share >= 0.6:
        return min(1.0, by_heading + 0.03), f"{reason} {_KIND_WORDS[expected]}"
    wrong = {"email", "tax_id", "province"} - {expected}
    if field.type not in ("text",) and any(shares[kind] >= 0.8 for kind in wrong):
        return by_heading - 0.45, reason
    if expected in ("email", "date", "amount") and share == 0 and by_heading < 0.9:
        return by_heading - 0.3, reason
    if expected in ("date", "amount") and share == 0:
        return by_heading - 0.1, reason
    if field.type in _NEVER_NUMBERS and shares["amount"] >= 0.9 and field.type != "line_id":
        return by_heading - 0.4, reason
    return by_heading, reason


def _heading_score(heading: str, forms: dict[str, float]) -> float:
    heading = _COPY_NUMBER.sub("", heading)
    whole = normal_heading(heading)
    bare = normal_heading(_IN_BRACKETS.sub("", heading))
    if not whole:
        return 0.0
    if whole in forms:
        return forms[whole]
    if bare and bare in forms:
        return forms[bare] - 0.03
    best = 0.0
    for text in {whole, bare} - {""}:
        for form, worth in forms.items():
            if len(form) >= 4 and len(text) >= 4:
                ratio = fuzz.ratio(text, form) / 100
                if ratio >= 0.82:
                    best = max(best, worth * ratio - 0.1)
            if len(form) >= 4 and form in text and len(form) / len(text) >= 0.4:
                # A longer heading around known words, "เบอร์โทรศัพท์ลูกค้า": the more of it is known, the surer.
                best = max(best, 0.5 + 0.35 * len(form) / len(text))
    return best

"""What people type for a customer, brought into the form that is stored, or refused with a precise sentence."""

import re
from collections.abc import Callable, Container, Sequence
from datetime import date
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from samphan.administration.settings import choices
from samphan.customers.models import Customer, Identity
from samphan.platform.conditions.folding import compose
from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.dates import DateProblem, Order, parse_date
from samphan.platform.thai.digits import INVISIBLE, to_ascii_digits
from samphan.platform.thai.names import PersonName, canonical_title, split_name
from samphan.platform.thai.partial_dates import PartialDate, format_partial_date, parse_partial_date
from samphan.platform.thai.phones import PhoneProblem, parse_phone
from samphan.platform.thai.problems import ValueProblem
from samphan.platform.thai.tax_ids import parse_branch, parse_tax_id

OLDEST = 130  # years
MAX_NOTE = 20_000  # characters
_INVISIBLE = str.maketrans(dict.fromkeys(INVISIBLE, None))
_NOT_DIGITS = re.compile(r"\D+")
_LINE_ID = re.compile(r"[a-z0-9._-]{4,33}")

Stored = str | date | UUID | None


class FieldProblem(ValueProblem):
    """What was typed cannot be taken as this field's value."""


def clean_text(text: str, *, limit: int, is_long: bool = False) -> str:
    """Text as it is stored: composed, without invisible letters, one line unless long.

    :raises FieldProblem: when it is longer than `limit` characters.
    """
    text = compose(text.replace("\x00", ""))
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip() if is_long else " ".join(text.split())
    text = text.translate(_INVISIBLE).strip()
    if len(text) > limit:
        raise FieldProblem(
            "too_long", _("%(count)s letters; this field takes at most %(limit)s"), count=len(text), limit=limit
        )
    return text


def full_name(first_name: str, last_name: str) -> str:
    """A person's name as one text, without title and nickname."""
    return " ".join(part for part in (first_name, last_name) if part)


def name_key(name: str, nickname: str = "") -> str:
    """What the list sorts by: Thai dictionary order under byte comparison."""
    return sort_key(name or nickname)


def read_person_name(text: str) -> PersonName:
    """A person's name in parts.

    :raises FieldProblem: when nothing is left of it.
    """
    parts = split_name(clean_text(text, limit=500))
    if not (parts.first or parts.last or parts.nickname):
        raise FieldProblem("no_name", _("A customer needs a name"))
    return parts


def line_chat_url(line_id: str) -> str:
    """The address that LINE opens a chat by, from the id that people give to each other."""
    return f"https://line.me/ti/p/~{quote(line_id, safe='')}"


def read_contact_point(kind: str, text: str) -> tuple[str, str]:
    """A phone, e-mail, LINE id or number as it is stored, and its label: an extension, "" for none.

    :raises ValueProblem: with a sentence that says what is wrong with it.
    """
    text = clean_text(text, limit=320)
    if not text:
        raise FieldProblem("empty", _("Nothing was typed"))
    if kind == Identity.Kind.PHONE:
        phone = parse_phone(text)
        return phone.e164, str(_("ext. %(number)s")) % {"number": phone.extension} if phone.extension else ""
    if kind == Identity.Kind.EMAIL:
        return read_email(text), ""
    if kind == Identity.Kind.LINE:
        line = text.lower().removeprefix("@")
        # A user id of LINE's own (U and 32 digits) comes from its API, everything else is what people type.
        if not _LINE_ID.fullmatch(line):
            raise FieldProblem("line", _("A LINE id has 4 to 20 of the signs a-z, 0-9, dot, - and _"))
        return ("@" + line if text.startswith("@") else line), ""
    return text, ""


def read_email(text: str) -> str:
    """An e-mail address in lower case.

    :raises FieldProblem: when it is not one.
    """
    text = clean_text(text, limit=320).lower()
    if "@" not in text:
        raise FieldProblem("email", _("An e-mail address has an @ in it"))
    try:
        validate_email(text)
    except ValidationError:
        raise FieldProblem("email", _("“%(value)s” is not an e-mail address"), value=text[:60]) from None
    return text


def read_birth_date(text: str, *, today: date) -> str | None:
    """A birth date in either era, whole or with unknown parts, as it is stored.

    :raises ValueProblem: when it is no date, can be read in two ways, lies ahead or too far back.
    """
    text = clean_text(text, limit=60)
    if not text:
        return None
    return str(possible_birth(text, birth_readings(text, order="dmy", today=today), today=today))


def birth_readings(text: str, *, order: Order | None, today: date | None = None) -> tuple[PartialDate, ...]:
    """What a text may mean as a birth date, the likeliest first.

    :param order: of day and month; people type the day first. :param today: allows วันนี้ and เมื่อวาน.
    :raises DateProblem: when it is no date, neither a whole one nor one with unknown parts.
    """
    try:
        parsed = parse_date(text, order=order, today=today)
    except DateProblem as problem:
        if problem.code not in ("incomplete", "not_a_date"):
            raise
        return parse_partial_date(text, order=order)
    return tuple(PartialDate(day.year, day.month, day.day) for day in (parsed.date, *parsed.alternatives))


def possible_birth(text: str, readings: Sequence[PartialDate], *, today: date) -> PartialDate:
    """The one reading on which somebody who lives may be born.

    :raises FieldProblem: when all lie ahead or too far back, or several are possible.
    """
    earliest = PartialDate(today.year - OLDEST - 1, today.month, today.day).day_in(today.year - OLDEST - 1) or date.min
    possible = [
        one
        for one in dict.fromkeys(readings)
        if (one.first is None or one.first <= today) and (one.last is None or one.last > earliest)
    ]
    if len(possible) == 1:
        return possible[0]
    if possible:
        raise FieldProblem(
            "ambiguous_birth",
            _(
                "“%(value)s” may be %(first)s or %(second)s; please write the month as a word and the year with four digits"
            ),
            value=text[:30],
            first=format_partial_date(str(possible[0])),
            second=format_partial_date(str(possible[1])),
        )
    first = readings[0]
    if first.first is not None and first.first > today:
        raise FieldProblem("future", _("This day lies ahead; a birthday is in the past"))
    raise FieldProblem("past", _("Nobody born in %(year)s is a customer today"), year=(first.year or 0) + 543)


def _read_choice(known: Callable[[], Container[str]]) -> Callable[[str], str]:
    def read(text: str) -> str:
        value = clean_text(text, limit=60)
        if value and value not in known():
            raise FieldProblem("choice", _("“%(value)s” is not one of the choices"), value=value)
        return value

    return read


def _read_tax_id(text: str) -> str:
    text = clean_text(text, limit=60)
    return parse_tax_id(text).number if text else ""


def _read_branch(text: str) -> str:
    text = clean_text(text, limit=60)
    return parse_branch(text) if text else ""


def _plain(limit: int) -> Callable[[str], str]:
    return lambda text: clean_text(text, limit=limit)


_READERS: dict[str, Callable[[str], str]] = {
    "title": lambda text: canonical_title(clean_text(text, limit=60)),
    "first_name": _plain(200),
    "last_name": _plain(200),
    "nickname": _plain(100),
    "name_en": _plain(500),
    "tax_id": _read_tax_id,
    "branch": _read_branch,
    "grade": _read_choice(lambda: choices.known("customer_grade")),
    "stage": _read_choice(lambda: choices.known("customer_stage")),
    "gender": _read_choice(lambda: Customer.Gender.values),
    "source": _plain(200),
    "note": lambda text: clean_text(text, limit=MAX_NOTE, is_long=True),
}


def read_field(name: str, text: str, *, today: date) -> Stored:
    """What was typed into a field of a customer as it is stored. Names and owners have readers of their own.

    :raises ValueProblem: with a sentence that says what is wrong with it.
    :raises KeyError: for a field that is not typed.
    """
    if name == "birth_date":
        return read_birth_date(text, today=today)
    return _READERS[name](text)


def normal_phone(text: str) -> str:
    """A phone in a filter: a whole number as E.164, a part of one as the digits that E.164 holds."""
    try:
        return parse_phone(text).e164
    except PhoneProblem:
        pass
    digits = _NOT_DIGITS.sub("", to_ascii_digits(text))
    return "+66" + digits[1:] if digits.startswith("0") else digits


def normal_digits(text: str) -> str:
    """The digits of a number as people write it, 0-10-5-550-00000-7."""
    return _NOT_DIGITS.sub("", to_ascii_digits(text))

"""The cells of a customer file: names, numbers, dates and addresses as Thai offices write them."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import importing
from samphan.administration.member_names import MemberNames
from samphan.administration.settings import choices
from samphan.customers.import_words import GENDERS, GRADES, KINDS, STAGES
from samphan.customers.models import ConsentEvidence
from samphan.customers.reading import possible_birth
from samphan.platform.imports.cells import (
    Notice,
    Reader,
    Values,
    choice_reader,
    refuse_long,
    text_reader,
    without_float_tail,
)
from samphan.platform.imports.kinds import Context
from samphan.platform.thai.addresses import complete_columns, parse_address
from samphan.platform.thai.calendar import buddhist_year
from samphan.platform.thai.contacts import parse_contacts
from samphan.platform.thai.dates import DateProblem, compile_parser
from samphan.platform.thai.digits import exact_scientific
from samphan.platform.thai.names import canonical_title, is_organisation, split_name, split_title
from samphan.platform.thai.partial_dates import (
    PartialDate,
    format_partial_date,
    is_stored,
    parse_partial_date,
)
from samphan.platform.thai.problems import ValueProblem
from samphan.platform.thai.tax_ids import parse_branch, parse_tax_id

_EMAIL = re.compile(
    r"[^@\s,;<>()\"]+@[A-Za-z0-9\u0e00-\u0e7f](?:[A-Za-z0-9\u0e00-\u0e7f.-]*[A-Za-z0-9\u0e00-\u0e7f])?"
    r"\.[A-Za-z\u0e00-\u0e7f]{2,}"
)
# Words that tell of a subdistrict, district, province or postcode inside an address line.
_HAS_PLACES = re.compile(r"ต\.|ตำบล|แขวง|อ\.|อำเภอ|เขต|จ\.|จังหวัด|กรุงเทพ|กทม|[1-9][0-9]{4}(?![0-9/])")
_SPLIT_TAGS = re.compile(r"\s*[,;|\n]\s*")
_SPLIT_EMAILS = re.compile(r"[\s,;|]+|(?<=[a-z])/(?=[a-z])")
_PART = 200  # characters of a first or last name
_WHOLE = 500
_IDENTITY = 320


def reader_of(name: str, context: Context, index: int, owners: MemberNames | None) -> Reader:
    """The reader of one field for the column at `index`."""
    if importing.is_custom(name):
        return importing.reader_of("customers", name, context, index)
    if name == "birth_date":
        return _birth_date(context, index)
    if name == "birth_year":
        return _birth_year(context)
    if name == "consent":
        return _consent(index)
    if name == "owner":
        return _owner(owners or MemberNames(()))
    if name == "external_id" and context.source is not None:
        return _identifier("external", context.source.external_id)
    if name in _CHOICES:
        theirs = context.source.words.get(name, {}) if context.source is not None else {}
        own = choices.words(f"customer_{name}") if name in ("stage", "grade") else {}
        return choice_reader(name, {**_CHOICES[name], **theirs, **own})
    return READERS[name]


def address_parts(values: Values) -> tuple[str, ...]:
    """Line, subdistrict, district, province, postcode and code of a row; columns of their own win over the text."""
    address: str = values.get("address", "")
    parts: dict[str, str] | None = values.get("parts")
    if parts is None:
        return parse_address(address)[:6] if address else ("", "", "", "", "", "")
    given = [parts.get(name, "") for name in ("subdistrict", "district", "province", "postcode")]
    if address and _HAS_PLACES.search(address):
        found = parse_address(" ".join((address, *given)))
        line, area = found.line, tuple(found[1:6])
    else:
        line, area = address, complete_columns(*given)[:5]
    return (line[:_WHOLE], *area[:3], area[3][:5], area[4])


def _whole_name(text: str, values: Values) -> None:
    refuse_long(text, _WHOLE)
    if values.get("kind") == "organisation" or is_organisation(text):
        values["name"] = " ".join(text.split())
        values.setdefault("kind", "organisation")
        return
    name = split_name(text)
    refuse_long(name.first, _PART)
    refuse_long(name.last, _PART)
    values["name"] = f"{name.first} {name.last}".strip()
    values.setdefault("first_name", name.first)
    values.setdefault("last_name", name.last)
    values.setdefault("title", name.title[:60])
    if name.nickname:
        values.setdefault("nickname", name.nickname)


def _title(text: str, values: Values) -> None:
    values["title"] = canonical_title(text)[:60]


def _phone(text: str, values: Values) -> None:
    identities = values.setdefault("identities", [])
    contacts = parse_contacts(text)
    identities += [("phone", phone.e164) for phone in contacts.phones]
    identities += [("line", line) for line in contacts.line_ids]


def _first_name(text: str, values: Values) -> None:
    title, first = split_title(text)
    refuse_long(first, _PART)
    values["first_name"] = first
    if title:
        values.setdefault("title", title[:60])


def _email(text: str, values: Values) -> None:
    addresses = text.lower()
    found = [part for part in _SPLIT_EMAILS.split(addresses) if part]
    if len(found) > 1 and all(len(part) <= _IDENTITY and _EMAIL.fullmatch(part) for part in found):
        values.setdefault("identities", []).extend(("email", part) for part in found)
        return
    address = addresses
    if len(address) > _IDENTITY or not _EMAIL.fullmatch(address):
        if address.count("@") > 1:
            raise ValueProblem("email_two_at", _("The e-mail has %(count)s @ signs."), count=address.count("@"))
        if "@" not in address:
            raise ValueProblem("email_no_at", _("The e-mail has no @ sign."))
        raise ValueProblem("email", _("“%(email)s” is not an e-mail address."), email=text[:80])
    values.setdefault("identities", []).append(("email", address))


def _identifier(kind: str, form: Callable[[str], str] | None = None) -> Reader:
    def read(text: str, values: Values) -> None:
        value = text.lstrip("@") if kind == "line" else without_float_tail(text)
        if form is not None:
            exact = exact_scientific(value)
            if exact is None:
                # Numbers of other systems lead to their records: two that were cut alike would become one customer.
                raise ValueProblem(
                    "scientific",
                    _("A spreadsheet shortened this number to %(value)s; digits are lost"),
                    value=text[:30],
                )
            value = form(exact or value)
        refuse_long(value, _IDENTITY)
        if value:
            values.setdefault("identities", []).append((kind, value))

    return read


def _birth_date(context: Context, index: int) -> Reader:
    form = context.dates[index]
    parse = compile_parser(form)
    today = context.at.date()

    @lru_cache(maxsize=65_536)
    def birth(text: str) -> PartialDate:
        try:
            day = parse(text)
        except DateProblem as problem:
            if problem.code not in ("incomplete", "not_a_date"):
                raise
            readings = parse_partial_date(text, order=form.order, era=form.era)
        else:
            if day > today:
                raise ValueProblem("future_birth", _("The birth date %(date)s is in the future."), date=day.isoformat())
            readings = (PartialDate(day.year, day.month, day.day),)
        return possible_birth(text, readings, today=today)

    def read(text: str, values: Values) -> None:
        _put_birth(values, birth(text), today)

    return read


def _birth_year(context: Context) -> Reader:
    """A year in a column of its own, beside the day and month in another one."""
    today = context.at.date()

    def read(text: str, values: Values) -> None:
        year = without_float_tail(text)
        readings = parse_partial_date(f"ปี {year}" if len(year) == 2 else year)
        _put_birth(values, possible_birth(text, readings, today=today), today)

    return read


def _put_birth(values: Values, found: PartialDate, today: date) -> None:
    """Put what one column says of the birth date to what another one said."""
    if "birth_date" in values:
        known = PartialDate.of(values["birth_date"])
        if any(None not in pair and pair[0] != pair[1] for pair in zip(known, found, strict=True)):
            raise ValueProblem(
                "two_births",
                _("The columns name two birth dates, %(first)s and %(second)s."),
                first=format_partial_date(str(known)),
                second=format_partial_date(str(found)),
            )
        found = PartialDate(*(a if a is not None else b for a, b in zip(known, found, strict=True)))
        if not is_stored(str(found)):
            raise ValueProblem("leap_birth", _("%(year)s has no 29 February"), year=buddhist_year(found.year or 0))
        found = possible_birth(str(found), [found], today=today)
    values["birth_date"] = str(found)


def _tax_id(text: str, values: Values) -> None:
    tax_id = parse_tax_id(text)
    values["tax_id"] = tax_id.number
    if tax_id.kind == "juristic":
        values.setdefault("kind", "organisation")


def _branch(text: str, values: Values) -> None:
    values["branch"] = parse_branch(text)


def _owner(owners: MemberNames) -> Reader:
    def read(text: str, values: Values) -> None:
        found = owners.find(text)
        if len(found) > 1:
            raise Notice(
                "several_owners",
                _("%(count)s people here are called “%(name)s”; the customer comes in without an owner."),
                count=len(found),
                name=text[:200],
            )
        if not found:
            raise Notice(
                "unknown_owner",
                _("Nobody here is called “%(name)s”; the customer comes in without an owner."),
                name=text[:200],
            )
        (values["owner_id"],) = found

    return read


def _consent(index: int) -> Reader:
    def read(text: str, values: Values) -> None:
        # Evidence is never a reason to refuse a customer: what is longer is cut.
        values.setdefault("consents", []).append((index, text[: ConsentEvidence.MAX_SAID]))

    return read


def _tags(text: str, values: Values) -> None:
    tags = [tag for tag in _SPLIT_TAGS.split(text) if tag]
    for tag in tags:
        refuse_long(tag, 100)
    values["tags"] = list(dict.fromkeys([*values.get("tags", ()), *tags]))


def _address_part(name: str) -> Reader:
    def read(text: str, values: Values) -> None:
        values.setdefault("parts", {})[name] = text[:100]

    return read


_CHOICES: dict[str, dict[str, str]] = {"kind": KINDS, "gender": GENDERS, "grade": GRADES, "stage": STAGES}
READERS: dict[str, Reader] = {
    "name": _whole_name,
    "title": _title,
    "first_name": _first_name,
    "last_name": text_reader("last_name", _PART),
    "nickname": text_reader("nickname", 100),
    "kind": choice_reader("kind", KINDS),
    "phone": _phone,
    "second_phone": _phone,
    "email": _email,
    "line_id": _identifier("line"),
    "member_number": _identifier("member"),
    "external_id": _identifier("external"),
    "tax_id": _tax_id,
    "branch": _branch,
    "gender": choice_reader("gender", GENDERS),
    "address": text_reader("address", _WHOLE),
    "subdistrict": _address_part("subdistrict"),
    "district": _address_part("district"),
    "province": _address_part("province"),
    "postcode": _address_part("postcode"),
    "tags": _tags,
    "grade": choice_reader("grade", GRADES),
    "stage": choice_reader("stage", STAGES),
    "source": text_reader("source", 200),
    "note": text_reader("note", 10_000),
}
FIELDS = (*READERS, "birth_date", "birth_year", "owner", "consent")

"""The cells of a file of activities or tasks: whom they concern, when, who, and what was written."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from samphan.administration.member_names import MemberNames
from samphan.administration.settings import choices
from samphan.customers.references import Meant
from samphan.platform.errors import DomainError
from samphan.platform.imports.cells import Notice, Reader, Values, choice_reader, refuse_long, without_float_tail
from samphan.platform.imports.kinds import Context
from samphan.platform.imports.row_session import RowSession
from samphan.platform.thai.contacts import parse_contacts
from samphan.platform.thai.dates import compile_datetime_parser
from samphan.platform.thai.digits import to_ascii_digits
from samphan.platform.thai.problems import ValueProblem
from samphan.work.actions import MAX_DURATION, MAX_TEXT
from samphan.work.import_words import OUTCOMES
from samphan.work.reading import read_minutes

_CLOCK = re.compile(r"\d[:.]\d{2}(?!\d*[/.-])|\d\s*น\.")
_MARKUP = re.compile(r"</?(?:p|div|br|span|ul|ol|li|b|i|u|strong|em|a|h[1-6]|blockquote)\b[^>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|blockquote)>", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[;,|\n]\s*")

_TIME_OF_DAY = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(?:น\.?|(am|pm))?", re.IGNORECASE)
_PART_OF_DAY = re.compile(r"0?\.\d{3,}")

# Ways to recognise a customer, surest first.
WAYS = ("external", "email", "phone")


class WorkSession(RowSession):
    """What a run over activities or tasks has beside its columns: the members, and the zone of the company."""

    def __init__(self, context: Context, zone: ZoneInfo) -> None:
        self.zone = zone
        self.names = MemberNames.of(context.workspace_id)
        super().__init__(context)


def meant(values: Values) -> Meant | None:
    """Whom a row means, from all the cells that say so; None when none does."""
    ways: dict[str, list[tuple[str, str]]] = values.get("ways", {})
    general: Meant | None = values.get("customer")
    identities = [one for way in WAYS for one in ways.get(way, ())]
    if general is not None:
        return replace(general, identities=(*identities, *general.identities))
    return Meant(tuple(identities)) if identities else None


def customer(text: str, values: Values) -> None:
    """A number, phone, e-mail or name."""
    refuse_long(text, 500)
    values["customer"] = Meant.by(without_float_tail(text))


def external_id(session: WorkSession, _index: int) -> Reader:
    """A number of the other system, or of ours; of several the first."""
    source = session.context.source

    def read(text: str, values: Values) -> None:
        number = without_float_tail(_SEVERAL.split(text)[0])
        refuse_long(number, 320)
        found = [("external", source.external_id(number))] if source else []
        values.setdefault("ways", {})["external"] = [*found, ("external", number), ("member", number)]

    return read


def phone(text: str, values: Values) -> None:
    """A telephone number; of several the first that somebody has."""
    found = [("phone", one.e164) for one in parse_contacts(text).phones]
    values.setdefault("ways", {}).setdefault("phone", []).extend(found)


def email(text: str, values: Values) -> None:
    """An e-mail address; of several the first that somebody has."""
    found = [("email", one) for one in _SEVERAL.split(text.lower()) if "@" in one]
    if not found:
        raise ValueProblem("email_no_at", _("The e-mail has no @ sign."))
    values.setdefault("ways", {}).setdefault("email", []).extend(found)


def words(name: str, limit: int = MAX_TEXT) -> Reader:
    """A text, without the markup of a web page."""

    def read(text: str, values: Values) -> None:
        value = plain(text)
        refuse_long(value, limit)
        if value:
            values[name] = value

    return read


def plain(text: str) -> str:
    """A text that other systems keep as HTML, as people read it."""
    if not _MARKUP.search(text):
        return text
    lines = _MARKUP.sub("", _BREAK.sub("\n", text))
    return "\n".join(" ".join(line.split()) for line in html.unescape(lines).splitlines() if line.strip())


def choice(name: str, known: dict[str, str], of: str = "") -> Callable[[WorkSession, int], Reader]:
    """One of some words, those of the system among them, and those of the company's set `of`."""

    def make(session: WorkSession, _index: int) -> Reader:
        source = session.context.source
        own = choices.words(of) if of else {}
        return choice_reader(name, {**known, **(source.words.get(name, {}) if source else {}), **own})

    return make


def outcome(session: WorkSession, _index: int) -> Reader:
    """How a call or visit ended, in words of some system or in ours; with another word the row comes in without it."""
    source = session.context.source
    words = {**OUTCOMES, **(source.words.get("outcome", {}) if source else {}), **choices.words("activity_outcome")}

    def read(text: str, values: Values) -> None:
        found = words.get(" ".join(text.lower().split()))
        if found is None:
            raise Notice(
                "unknown_choice",
                _("“%(value)s” is not one of the choices; the row comes in without it."),
                value=text[:60],
            )
        values["outcome"] = found

    return read


def clock(text: str, values: Values) -> None:
    """A time of day beside its day: 14:30, 2.30 PM, 14.30 น., or the part of a day that a spreadsheet keeps."""
    plain_text = to_ascii_digits(text)
    found = _TIME_OF_DAY.fullmatch(plain_text)
    if found:
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
    elif _PART_OF_DAY.fullmatch(plain_text):
        hour, minute = divmod(round(float(plain_text) * 24 * 60), 60)
    else:
        hour, minute = 99, 0
    if hour > 23 or minute > 59:
        raise ValueProblem("clock", _("“%(text)s” is no time of day; write 14:30."), text=text[:40])
    values["due_time"] = time(hour, minute)


def moment(name: str, *, is_past: bool = False) -> Callable[[WorkSession, int], Reader]:
    """A day, with a time or without: `values[name]` is the moment and `values[name + "_has_time"]` tells.

    :param is_past: refuse what lies in the future; a day alone is its noon.
    """

    def make(session: WorkSession, index: int) -> Reader:
        parse = compile_datetime_parser(session.context.dates[index], zone=session.zone)
        latest = session.context.at + timedelta(days=1)

        def read(text: str, values: Values) -> None:
            at = parse(text).astimezone(session.zone)
            has_time = at.time() != time() or bool(_CLOCK.search(text))
            if is_past and at > latest:
                raise ValueProblem(
                    "future",
                    _("%(date)s has not come yet; bring what is still to be done in as tasks."),
                    date=at.date().isoformat(),
                )
            values[name] = at if has_time or not is_past else at + timedelta(hours=12)
            values[f"{name}_has_time"] = has_time

        return read

    return make


def duration(text: str, values: Values) -> None:
    """A length in minutes, or as hours, minutes and seconds."""
    try:
        found = read_minutes(text)
    except DomainError as problem:
        raise ValueProblem("duration", _("“%(text)s” is no length of time."), text=text[:40]) from problem
    if found is not None:
        if found > MAX_DURATION:
            raise ValueProblem("too_large", _("A duration is between nothing and 24 hours."))
        values["duration_seconds"] = int(found.total_seconds())


def member(name: str, codes: tuple[str, str], unknown: Any, several: Any) -> Callable[[WorkSession, int], Reader]:
    """A member by name or e-mail; nobody, or several of the name, is a notice.

    :param codes: of somebody unknown, and of a name that several have; with the sentences for both.
    """

    def make(session: WorkSession, _index: int) -> Reader:
        def read(text: str, values: Values) -> None:
            found = session.names.find(text)
            if len(found) == 1:
                (values[name],) = found
            elif found:
                raise Notice(codes[1], several, name=text[:200], count=len(found))
            else:
                raise Notice(codes[0], unknown, name=text[:200])

        return read

    return make


def utc(at: datetime) -> datetime:
    """A moment as it is stored."""
    return at.astimezone(UTC)

"""A calendar as RFC 5545 writes it: for phones and office calendars that subscribe to an address.

Years are of the common era and times are UTC, whatever the reader's screen shows: Buddhist years in a file would put
everything 543 years ahead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FOLD = 75  # octets of a line, its end not counted


@dataclass(frozen=True)
class Item:
    """One entry: a moment with a length, or, with a date, the whole day.

    :param uid: stable for good, so that a calendar replaces what it has.
    :param written_at: when this file was written, as a published calendar wants it.
    """

    uid: str
    begins: date | datetime
    summary: str
    written_at: datetime
    description: str = ""
    url: str = ""
    lasts: timedelta = timedelta(minutes=30)
    is_cancelled: bool = False


def write_calendar(name: str, items: Iterable[Item]) -> str:
    """The calendar as text: lines end with CR LF and none is longer than 75 octets."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Samphan//Samphan//TH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for item in items:
        lines += _event(item)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(item: Item) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{item.uid}"
    yield f"DTSTAMP:{_moment(item.written_at)}"
    if isinstance(item.begins, datetime):
        yield f"DTSTART:{_moment(item.begins)}"
        yield f"DTEND:{_moment(item.begins + item.lasts)}"
    else:
        # The end of a whole day is the day after it.
        yield f"DTSTART;VALUE=DATE:{item.begins:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{item.begins + timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"
    yield f"SUMMARY:{escaped(item.summary)}"
    if item.description:
        yield f"DESCRIPTION:{escaped(item.description)}"
    if item.url:
        yield f"URL:{item.url}"
    if item.is_cancelled:
        yield "STATUS:CANCELLED"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line ends have their own spelling; other control marks go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(mark for mark in text if mark in "\n\t" or (mark >= " " and mark != "\x7f"))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets; those after the first begin with a space. No letter is cut in two."""
    piece, size = "", 0
    for mark in line:
        octets = len(mark.encode())
        if size + octets > FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + mark, size + octets
    yield piece


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"

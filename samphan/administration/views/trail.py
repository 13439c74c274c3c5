"""The audit trail: who did what, when, to whom; also as a file."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import xlsxwriter
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from samphan.administration import audit, queries, role_words
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.administration.on_behalf import with_whom
from samphan.administration.queries import TrailEntry
from samphan.administration.roles import Rights, known_roles
from samphan.platform.access import requires
from samphan.platform.ids import as_uuid
from samphan.platform.language import reader_language
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.calendar import format_date, format_datetime
from samphan.platform.thai.dates import DateProblem, parse_date
from samphan.ui import preferences

PAGE_SIZE = 50
MOST_IN_A_FILE = 200_000  # entries; the newest
_AT_ONCE = 2_000
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True)
class Filter:
    """What of the trail is asked for; nonsense in an address asks for nothing."""

    action: str
    member_id: UUID | None
    about: UUID | None
    since: date | None
    until: date | None

    @classmethod
    def of(cls, request: MemberRequest) -> "Filter":
        asked, today = request.GET, request.member.workspace.today()
        return cls(
            asked.get("action", "")[:100].replace("\x00", ""),
            as_uuid(asked.get("member", "")),
            as_uuid(asked.get("about", "")),
            _day(asked.get("since", ""), today),
            _day(asked.get("until", ""), today),
        )

    def entries(self, member: Member, *, before: UUID | None, limit: int) -> list[TrailEntry]:
        """The entries that fit, newest first; days are those of the company's zone."""
        zone = member.workspace.zone
        return queries.audit_trail(
            member,
            action=self.action,
            member_id=self.member_id,
            about=self.about,
            since=datetime.combine(self.since, time.min, zone) if self.since else None,
            until=datetime.combine(self.until + timedelta(days=1), time.min, zone) if self.until else None,
            before=before,
            limit=limit,
        )

    def address(self) -> str:
        """The filter as a query."""
        said = {
            "action": self.action,
            "member": self.member_id,
            "about": self.about,
            "since": self.since,
            "until": self.until,
        }
        return urlencode({name: str(value) for name, value in said.items() if value})


@requires("administration.view_audit")
@require_GET
def audit_trail(request: MemberRequest) -> HttpResponse:
    """Acts and reads, newest first. Who, what, when and about whom filter; `?before=` is where the page before ended."""
    asked, before = Filter.of(request), as_uuid(request.GET.get("before", ""))
    found = asked.entries(request.member, before=before, limit=PAGE_SIZE + 1)
    names = queries.member_names(request.member)
    shown = found[:PAGE_SIZE]
    roles = known_roles(request.member.workspace.roles)
    return render(
        request,
        "administration/audit_trail.html",
        {
            "settings_place": "audit-trail",
            "entries": [
                {
                    "at": entry.at,
                    "member_id": entry.member_id,
                    "who": with_whom(names.get(entry.member_id, ""), entry.detail) if entry.member_id else "",
                    "what": audit.label(entry.action),
                    "detail": _words(entry.detail, names, roles),
                    "about": _about(entry, names),
                }
                for entry in shown
            ],
            "filter": asked,
            "since": _typed(asked.since, request),
            "until": _typed(asked.until, request),
            "action": asked.action,
            "actions": audit.actions(),
            "member_id": str(asked.member_id or ""),
            "members": sorted(((str(one), name) for one, name in names.items()), key=lambda pair: pair[1]),
            "about_name": names.get(asked.about, _("one record")) if asked.about else "",
            "is_filtered": bool(asked.address()),
            "file_query": asked.address(),
            "older": shown[-1].id if len(found) > PAGE_SIZE else None,
            "is_first": before is None,
        },
    )


@requires("administration.view_audit")
@require_GET
def audit_file(request: MemberRequest, format: str) -> HttpResponseBase:
    """The filtered trail as CSV or XLSX, at most the newest MOST_IN_A_FILE; that it was taken is written down first."""
    if format not in _TYPES:
        raise Http404
    asked, member = Filter.of(request), request.member
    audit.record("administration.audit_exported", viewer=member, format=format, filtered=bool(asked.address()))
    rows = _Rows(asked, member, era=preferences.era(request), language=reader_language())
    name = f"{_('Audit trail')} {timezone.localdate().isoformat()}.{format}"
    if format == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(_csv(rows), content_type=_TYPES["csv"])
        answer["Content-Disposition"] = f"attachment; filename=\"audit.csv\"; filename*=UTF-8''{quote(name)}"
        return answer
    book = TemporaryFile(suffix=".xlsx")  # noqa: SIM115  the answer closes it when it is sent
    _xlsx(rows, book)
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename=name, content_type=_TYPES["xlsx"])


class _Rows:
    """The lines of the file, read part by part; each part opens the workspace again, as a streamed answer must."""

    def __init__(self, asked: Filter, member: Member, *, era: Any, language: str) -> None:
        self.asked, self.member, self.era, self.language = asked, member, era, language
        self.headings = [_("When"), _("Who"), _("What"), _("Details")]
        self.system = _("The system")
        self.roles = known_roles(member.workspace.roles)
        self.names = queries.member_names(member)

    def __iter__(self) -> Iterator[list[str]]:
        before, left = None, MOST_IN_A_FILE
        while left > 0:
            with in_workspace(self.member.workspace_id):
                part = self.asked.entries(self.member, before=before, limit=min(_AT_ONCE, left))
            if not part:
                return
            before, left = part[-1].id, left - len(part)
            # A stream is written when the request, and with it the language of its reader, is over.
            with translation.override(self.language):
                lines = [self._line(entry) for entry in part]
            yield from lines

    def _line(self, entry: TrailEntry) -> list[str]:
        zone = self.member.workspace.zone
        return [
            format_datetime(entry.at, "short", self.language, self.era, zone=zone),
            with_whom(self.names.get(entry.member_id, ""), entry.detail) if entry.member_id else self.system,
            audit.label(entry.action),
            _words(entry.detail, self.names, self.roles),
        ]


def _csv(rows: _Rows) -> Iterator[bytes]:
    line = io.StringIO()
    writer = csv.writer(line)
    # Excel reads UTF-8 only behind this mark.
    yield b"\xef\xbb\xbf"
    writer.writerow(rows.headings)
    for cells in rows:
        writer.writerow([_guarded(cell) for cell in cells])
        if line.tell() > 64_000:
            yield line.getvalue().encode()
            line.seek(0)
            line.truncate()
    yield line.getvalue().encode()


def _xlsx(rows: _Rows, target: Any) -> None:
    with xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, (heading, width) in enumerate(zip(rows.headings, (20, 24, 34, 80), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, bold)
        sheet.freeze_panes(1, 0)
        for number, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell[:32_000])


def _guarded(cell: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _day(text: str, today: date) -> date | None:
    try:
        found = parse_date(text[:40], today=today).date
    except DateProblem:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _typed(day: date | None, request: MemberRequest) -> str:
    return format_date(day, "numeric", reader_language(), preferences.era(request)) if day else ""


def _about(entry: TrailEntry, names: Mapping[UUID, str]) -> str:
    """The id of the person an entry is about, for a link to everything about them; "" without one."""
    said = entry.detail.get("member")
    known = as_uuid(said) if isinstance(said, str) else None
    return str(known) if known in names else ""


def _words(detail: dict[str, Any], names: dict[UUID, str], roles: dict[str, Rights]) -> str:
    """The detail of an entry as one line: `member` becomes a name, lists are joined, the rest is name and value."""
    labels = {
        "fields": _("fields"),
        "format": _("format"),
        "rows": _("rows"),
        "file": _("file"),
        "filtered": _("filtered"),
        "customers": _("customers"),
        "role": "",
        "gained": _("gained"),
        "lost": _("taken away"),
        "masked": _("covered"),
        "reach": _("whose records"),
        "name": "",
        "team": "",
        "member": "",
        "to": _("to"),
        "ip": "IP",
        "right": "",
        "sessions": _("devices"),
        "kind": "",
    }
    entry_kinds = {"app": _("Authenticator app"), "passkey": _("Passkey")}
    parts = []
    for key, value in detail.items():
        if isinstance(value, dict) or key in ("role_key", "for"):
            continue  # what stood before and after is on the page of the setting
        if key in ("member", "to") and isinstance(value, str):
            identity = as_uuid(value)
            value = names.get(identity, "") if identity else ""
        if key in ("gained", "lost", "masked", "reach") and isinstance(value, list):
            value = role_words.said(value)
        if key == "kind" and entry_kinds.get(str(value)):
            value = entry_kinds[str(value)]
        if key == "roles" and isinstance(value, list):
            value = [str(roles[role].label) if role in roles else role for role in value]
        if isinstance(value, bool):
            # A mark: said when it is set, and only where it has a word.
            if value and key in labels:
                parts.append(labels[key])
            continue
        text = ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
        if text:
            label = labels.get(key, key)
            parts.append(f"{label} {text}".strip())
    return " · ".join(parts)

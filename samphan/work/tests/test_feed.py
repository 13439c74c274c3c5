"""The calendar under a secret address: what RFC 5545 asks, and who can read it."""

import re
import tarfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import sign_in
from samphan.platform.tenancy import in_workspace
from samphan.work import actions, feeds
from samphan.work.icalendar import Item, folded, write_calendar
from samphan.work.models import CalendarFeed

NOW = datetime(2026, 11, 21, 2, 20, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("line", ["SUMMARY:" + "ปั๊มกาแฟ ญู่" * 30, "X:" + "a" * 200, "SUMMARY:" + "😀" * 60, "A:b"])
def test_folds_at_75_octets_without_cutting_a_letter(line: str) -> None:
    pieces = list(folded(line))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert "".join([pieces[0], *(piece[1:] for piece in pieces[1:])]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])


def test_writes_moments_in_utc_days_with_their_end_and_texts_escaped() -> None:
    local = datetime(2026, 11, 21, 14, 30, tzinfo=ZoneInfo("Asia/Bangkok"))
    text = write_calendar(
        "เมย์",
        [
            Item("task-1@samphan", local, "โทร; ถาม, รอบ\\สั่ง", NOW, "บรรทัดหนึ่ง\r\nสอง\x07"),
            Item("task-2@samphan", date(2026, 12, 31), "ปิดยอด", NOW),
        ],
    )
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = unfolded(text)
    assert "DTSTART:20261121T073000Z" in lines
    assert "DTEND:20261121T080000Z" in lines
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "SUMMARY:โทร\\; ถาม\\, รอบ\\\\สั่ง" in lines
    assert "DESCRIPTION:บรรทัดหนึ่ง\\nสอง" in lines
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2


def test_gives_the_own_tasks_and_meetings_without_a_sign_in(
    client: Client, owner: Member, salesperson: Member, prae: Customer
) -> None:
    day = datetime.now(ZoneInfo("Asia/Bangkok")).date() + timedelta(days=3)
    with in_workspace(prae.workspace_id):
        for member, title in ((owner, "ส่งใบเสนอราคา"), (salesperson, "งานของบอย")):
            plan = actions.Plan(title, member.pk, customer_id=prae.pk, due_on=day)
            actions.create_task(plan, acting_member=member, at=timezone.now())
        actions.write_activity(prae, "meeting", "คุยสัญญา", acting_member=owner, at=timezone.now())
        token = feeds.make_feed(owner, at=timezone.now())
    answer = client.get(f"/calendar/feed/{token}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content.decode())
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in lines, "the common era, whatever the screens show"
    assert any("ส่งใบเสนอราคา" in line and "แพร" in line for line in lines)
    assert "DESCRIPTION:คุยสัญญา" in lines
    assert "งานของบอย" not in answer.content.decode()


def test_an_address_dies_when_ended_replaced_or_its_member_leaves(client: Client, owner: Member) -> None:
    sign_in(client, owner)
    assert "สร้างที่อยู่" in client.get("/calendar/address/").content.decode()
    page = client.post("/calendar/address/").content.decode()
    first = page.split("/calendar/feed/")[1].split(".ics")[0]
    assert client.get(f"/calendar/feed/{first}.ics").status_code == 200
    assert first not in client.get("/calendar/address/").content.decode(), "shown once"
    with in_workspace(owner.workspace_id):
        second = feeds.make_feed(owner, at=NOW)
    stranger = Client()
    assert stranger.get(f"/calendar/feed/{first}.ics").status_code == 404
    assert stranger.get(f"/calendar/feed/{second}.ics").status_code == 200
    with in_workspace(owner.workspace_id):
        Member.objects.filter(pk=owner.pk).update(is_active=False)
    assert stranger.get(f"/calendar/feed/{second}.ics").status_code == 404
    with in_workspace(owner.workspace_id):
        Member.objects.filter(pk=owner.pk).update(is_active=True)
    assert client.post("/calendar/address/end/").status_code == 302
    assert stranger.get(f"/calendar/feed/{second}.ics").status_code == 404


def test_keeps_no_secret_and_refuses_what_is_no_token(client: Client, owner: Member, inside: Workspace) -> None:
    token = feeds.make_feed(owner, at=NOW)
    assert token not in str(CalendarFeed.objects.values_list().get())
    for wrong in ("x", token[:-2], "ก" * 54, "A" * len(token)):
        assert client.get(f"/calendar/feed/{wrong}.ics").status_code == 404


def wrong_with(octets: bytes) -> list[str]:
    """What RFC 5545 would not let pass in a calendar, as the public files that keep to it show."""
    found = []
    if b"\n" in octets.replace(b"\r\n", b"") or not octets.endswith(b"\r\n"):
        found.append("a line does not end with CR LF")
    if any(len(line) > 75 for line in octets.split(b"\r\n")):
        found.append("a line is longer than 75 octets")
    lines = octets.decode("utf-8").replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]
    open_parts: list[str] = []
    has: list[set[str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.partition(";")[0].upper()
        if not colon or not re.fullmatch(r"[A-Z0-9-]+", name):
            found.append(f"{line[:30]!r} is no property")
        elif name == "BEGIN":
            open_parts.append(value)
            has.append(set())
        elif name == "END":
            if not open_parts or open_parts.pop() != value:
                return [*found, f"END:{value} ends nothing"]
            needed = {"VCALENDAR": {"VERSION", "PRODID"}, "VEVENT": {"UID", "DTSTAMP", "DTSTART"}}.get(value, set())
            found += [f"{value} without {one}" for one in sorted(needed - has.pop())]
        elif has:
            has[-1].add(name)
        if name in ("DTSTART", "DTEND") and (stamp := re.fullmatch(r"(\d{8})(T\d{6}Z?)?", value)) is None:
            found.append(f"{stamp or value!r} is no moment")
    return [*found, *(f"{part} does not end" for part in open_parts)]


GOOD = (
    "alarm_etar_notification",
    "alarm_google_future",
    "alarm_thunderbird_2_future",
    "alarm_thunderbird_closed",
)


@pytest.mark.shared
def test_keeps_to_what_calendars_of_others_keep_to(shared: Path, owner: Member, client: Client, prae: Customer) -> None:
    with tarfile.open(shared / "data" / "ical_vcard" / "ical_vcard_fixtures.tar.gz") as archive:

        def read(name: str) -> bytes:
            file = archive.extractfile(f"icalendar/calendars/{name}.ics")
            assert file is not None
            return file.read()

        for name in GOOD:
            assert not wrong_with(read(name)), name
        for name in ("broken_ical", "bom_calendar", "issue_168_input", "issue_313_globally_unique_tzid"):
            assert wrong_with(read(name)), f"{name} passes, so the rules would let anything pass"
    day = datetime.now(ZoneInfo("Asia/Bangkok")).date() + timedelta(days=3)
    with in_workspace(prae.workspace_id):
        for title, text in (
            ("ส่งใบเสนอราคาชุดของขวัญปีใหม่ 20 ชุด; ขอราคา, ก่อนสิ้นเดือน " * 3, "บรรทัดหนึ่ง\nบรรทัดสอง\r\nEND:VEVENT"),
            ("😀" * 60, "\\n ไม่ใช่ขึ้นบรรทัดใหม่"),
        ):
            plan = actions.Plan(title, owner.pk, customer_id=prae.pk, due_on=day, text=text)
            actions.create_task(plan, acting_member=owner, at=timezone.now())
        actions.write_activity(prae, "meeting", "คุยสัญญา\nต่อ", acting_member=owner, at=timezone.now())
        token = feeds.make_feed(owner, at=timezone.now())
    octets = client.get(f"/calendar/feed/{token}.ics").content
    assert not wrong_with(octets)
    assert octets.count(b"BEGIN:VEVENT") == 3, "a line break in a text begins no property"
    for line in octets.split(b"\r\n"):
        line.decode("utf-8")  # no letter is cut in two

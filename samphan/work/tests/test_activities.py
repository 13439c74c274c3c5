"""Notes, calls, visits and meetings on a customer's record."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import htmx, sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.events.models import OutboxEvent
from samphan.platform.tenancy import in_workspace
from samphan.work import actions, reading
from samphan.work.mentions import mentioned
from samphan.work.models import Activity

NOW = datetime(2026, 11, 21, 2, 20, tzinfo=UTC)


def test_writes_a_note_that_stands_on_the_timeline(signed_in: Client, prae: Customer) -> None:
    address = f"/customers/{prae.pk}/activities/"
    answer = signed_in.post(address, {"kind": "note", "text": "ขอแก้วเซรามิก <b>"}, **htmx())
    assert answer.status_code == 200
    assert "samphan:timeline" in answer["HX-Trigger"]
    html = signed_in.get(f"/customers/{prae.pk}/?show=notes").content.decode()
    assert "<b>เมย์</b> จดบันทึก" in html
    assert "ขอแก้วเซรามิก &lt;b&gt;" in html
    refused = signed_in.post(address, {"kind": "note", "text": "  "}, **htmx())
    assert refused.status_code == 422
    assert "เขียนว่าบันทึกอะไร" in refused.content.decode()
    assert signed_in.post(address, {"kind": "rocket", "text": "x"}).status_code == 409


def test_a_call_has_a_length_and_a_direction(signed_in: Client, prae: Customer) -> None:
    address = f"/customers/{prae.pk}/activities/"
    assert (
        signed_in.post(address, {"kind": "call", "text": "", "minutes": "4:12", "direction": "in"}).status_code == 302
    )
    call = Activity.objects.get()
    assert (call.duration_seconds, call.direction) == (252, "in")
    assert "4 นาที 12 วินาที" in signed_in.get(f"/customers/{prae.pk}/?show=talks").content.decode()
    refused = signed_in.post(address, {"kind": "call", "text": "คุยนาน", "minutes": "นาน"}, **htmx())
    assert refused.status_code == 422
    assert "คุยนาน" in refused.content.decode(), "what was typed stays"


def test_a_call_a_visit_and_a_meeting_have_an_outcome_and_a_note_has_none(
    signed_in: Client, prae: Customer, owner: Member
) -> None:
    address = f"/customers/{prae.pk}/activities/"
    for kind, outcome in (("call", "no_answer"), ("visit", "agreed"), ("meeting", "")):
        assert signed_in.post(address, {"kind": kind, "text": "", "outcome": outcome}).status_code == 302
    assert signed_in.post(address, {"kind": "note", "text": "จด", "outcome": "agreed"}).status_code == 302
    assert signed_in.post(address, {"kind": "call", "text": "", "outcome": "rocket"}).status_code == 409
    with in_workspace(prae.workspace_id):
        assert dict(Activity.objects.values_list("kind", "outcome")) == {
            "call": "no_answer", "visit": "agreed", "meeting": "", "note": "",
        }  # fmt: skip
        with pytest.raises(actions.StrangeOutcome):
            actions.write_activity(prae, "note", "จด", acting_member=owner, at=NOW, outcome="agreed")
    html = signed_in.get(f"/customers/{prae.pk}/?show=talks").content.decode()
    assert '<span class="pill tone-slate">ไม่รับสาย</span>' in html
    assert '<span class="pill tone-green">ตกลง</span>' in html


@pytest.mark.parametrize(
    ("text", "seconds"), [("4", 240), ("๔ นาที", 240), ("1.5", 90), ("4:12", 252), ("1:20:00", 4800), ("", None)]
)
def test_reads_the_length_of_a_call(text: str, seconds: int | None) -> None:
    found = reading.read_minutes(text)
    assert (None if found is None else found.total_seconds()) == seconds


@pytest.mark.parametrize("text", ["ครึ่ง", "-4", "4:99", "1e3"])
def test_refuses_what_is_no_length(text: str) -> None:
    with pytest.raises(reading.StrangeMinutes):
        reading.read_minutes(text)


@pytest.mark.parametrize("text", ["25:00", "14:60", "บ่าย", "1430"])
def test_refuses_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(reading.StrangeTime):
        reading.read_clock(text)


def test_only_the_writer_changes_what_was_written(
    inside: Workspace, prae: Customer, owner: Member, salesperson: Member
) -> None:
    _act, note = actions.write_activity(prae, "note", "ชอบคั่วกลาง", acting_member=owner, at=NOW)
    with pytest.raises(actions.NotYours):
        actions.edit_activity(note, "ชอบคั่วเข้ม", acting_member=salesperson)
    with pytest.raises(actions.NotYours):
        actions.delete_activity(note, acting_member=salesperson)
    actions.edit_activity(note, "ชอบคั่วเข้ม", acting_member=owner)
    act = actions.delete_activity(note, acting_member=owner)
    assert not Activity.objects.exists()
    undo_changeset(act, member_id=owner.pk)
    assert Activity.objects.get().text == "ชอบคั่วเข้ม"


def test_edits_and_deletes_where_it_stands(
    client: Client, signed_in: Client, prae: Customer, owner: Member, salesperson: Member
) -> None:
    with in_workspace(prae.workspace_id):
        _act, note = actions.write_activity(prae, "note", "ชอบคั่วกลาง", acting_member=owner, at=NOW)
    address = f"/activities/{note.pk}/edit/"
    assert "ชอบคั่วกลาง" in signed_in.get(address, **htmx()).content.decode()
    assert signed_in.post(address, {"text": ""}, **htmx()).status_code == 422
    assert signed_in.post(address, {"text": "ชอบคั่วเข้ม"}, **htmx()).status_code == 200
    sign_in(client, salesperson)
    assert client.get(address).status_code == 409
    assert client.post(f"/activities/{note.pk}/deletion/").status_code == 409
    sign_in(client, owner)
    assert client.post(f"/activities/{note.pk}/deletion/").status_code == 302
    assert not Activity.objects.exists()


def test_finds_who_is_named_in_a_text_without_spaces(owner: Member, salesperson: Member) -> None:
    longer = Member(name="บอย ธีรดนย์")
    people = [owner, salesperson, longer]
    assert mentioned("ฝาก@เมย์ดูต่อ แล้วบอก @บอย ด้วย @เมย์", people) == [owner.pk, salesperson.pk]
    assert mentioned("@บอย ธีรดนย์รับไป", people) == [longer.pk]
    assert mentioned("may@เมย์.example และ @ใครก็ไม่รู้", people) == []


def test_a_mention_is_told_once_and_never_to_oneself(
    inside: Workspace, prae: Customer, owner: Member, salesperson: Member
) -> None:
    _act, note = actions.write_activity(prae, "note", "@เมย์ @บอย ดูหน่อย", acting_member=owner, at=NOW)
    actions.edit_activity(note, "@เมย์ @บอย ดูหน่อยนะ", acting_member=owner)
    told = OutboxEvent.objects.filter(type="work.member_mentioned")
    assert [row.payload["member_id"] for row in told] == [str(salesperson.pk)]


def test_an_at_offers_the_colleagues_by_what_was_typed(
    client: Client, owner: Member, salesperson: Member, stranger: Member
) -> None:
    assert client.get("/mentions/").status_code == 302
    sign_in(client, owner)
    everybody = client.get("/mentions/", **htmx()).content.decode()
    assert f'id="mention-{salesperson.pk}"' in everybody
    assert f"mention-{owner.pk}" not in everybody, "nobody mentions oneself"
    assert f"mention-{stranger.pk}" not in everybody
    assert "บอย" in client.get("/mentions/", {"q": "บ"}, **htmx()).content.decode()
    assert "บอย" not in client.get("/mentions/", {"q": "ก๊อตซิลล่า"}, **htmx()).content.decode()


def test_an_onlooker_reads_no_notes(client: Client, prae: Customer, owner: Member, onlooker: Member) -> None:
    with in_workspace(prae.workspace_id):
        actions.write_activity(prae, "note", "แพ้ถั่ว", acting_member=owner, at=NOW)
    sign_in(client, onlooker)
    html = client.get(f"/customers/{prae.pk}/").content.decode()
    assert "แพ้ถั่ว" not in html
    assert 'id="composer"' not in html
    assert client.post(f"/customers/{prae.pk}/activities/", {"kind": "note", "text": "x"}).status_code == 403
    sign_in(client, owner)
    assert "แพ้ถั่ว" in client.get(f"/customers/{prae.pk}/").content.decode()


def test_refuses_a_duration_that_cannot_be(inside: Workspace, prae: Customer, owner: Member) -> None:
    with pytest.raises(actions.StrangeDuration):
        actions.write_activity(prae, "call", "", acting_member=owner, at=NOW, duration=timedelta(hours=25))
    with pytest.raises(actions.TextTooLong):
        actions.write_activity(prae, "note", "ก" * 20_001, acting_member=owner, at=NOW)
    assert not Activity.objects.exists()

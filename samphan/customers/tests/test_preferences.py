"""What a customer likes: noted, changed, withdrawn, remembered when they are served next."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.models import Member
from samphan.customers import actions, queries
from samphan.customers.actions.preferences import kind_of
from samphan.customers.fields import entity_for
from samphan.customers.models import Customer, Preference
from samphan.customers.reading import FieldProblem
from samphan.customers.tests.conftest import MakeCustomer, htmx, sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace


def url(customer: Customer) -> str:
    return f"/customers/{customer.pk}/preferences/"


def note(customer: Customer, text: str, member: Member, **values: str) -> Preference:
    with in_workspace(customer.workspace_id):
        return actions.add_preference(customer, text, acting_member=member, **values)[1]


def texts(customer: Customer, member: Member) -> list[str]:
    with in_workspace(customer.workspace_id):
        return [one.text for one in queries.preferences_of(customer.pk, member)]


def test_notes_with_one_field_and_remembers_who_when_and_how_sure(
    signed_in: Client, prae: Customer, owner: Member
) -> None:
    answer = signed_in.post(url(prae), {"text": "  ขอแก้วเซรามิก "}, **htmx())
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "ขอแก้วเซรามิก" in html
    assert 'id="remember" hx-swap-oob="true"' in html
    with in_workspace(prae.workspace_id):
        [one] = queries.preferences_of(prae.pk, owner)
    assert (one.text, one.kind, one.confidence, one.noted_by) == ("ขอแก้วเซรามิก", "need", "said", owner)
    details = signed_in.get(f"{url(prae)}{one.pk}/", **htmx()).content.decode()
    assert "เมย์" in details
    assert "ลูกค้าบอกเอง" in details


def test_notes_from_the_composer_with_its_source_and_keeps_both_when_refused(
    signed_in: Client, prae: Customer, owner: Member
) -> None:
    record = signed_in.get(f"/customers/{prae.pk}/?write=preference").content.decode()
    assert 'id="write-source"' in record
    said = {"text": "ขอหมอนเพิ่มสองใบ", "source": "คุยทางไลน์", "from": "composer"}
    answer = signed_in.post(url(prae), said, **htmx())
    html = answer.content.decode()
    assert 'id="record-preferences" hx-swap-oob="true"' in html
    assert 'id="remember" hx-swap-oob="true"' in html
    assert "undo" in answer["HX-Trigger"]
    with in_workspace(prae.workspace_id):
        [one] = queries.preferences_of(prae.pk, owner)
    assert (one.kind, one.source) == ("need", "คุยทางไลน์")
    again = signed_in.post(url(prae), said, **htmx())
    assert again.status_code == 422
    assert 'value="ขอหมอนเพิ่มสองใบ"' in again.content.decode()
    assert 'value="คุยทางไลน์"' in again.content.decode()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("คั่วกลาง", "like"),
        ("ไม่ใส่น้ำตาล", "dislike"),
        ("แพ้ถั่ว", "dislike"),
        ("ขอหมอนเพิ่มสองใบ", "need"),
        ("no sugar", "dislike"),
        ("Asks for two more pillows", "need"),
        ("นอนดึก", "like"),
        ("November blend", "like"),
    ],
)
def test_reads_the_kind_from_the_words(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_says_what_is_wrong_at_the_field_and_keeps_what_was_typed(
    signed_in: Client, prae: Customer, owner: Member
) -> None:
    note(prae, "นมโอ๊ต", owner)
    for typed, said in (
        ("   ", "พิมพ์สิ่งที่ต้องการจด"),
        ("นมโอ๊ต", "จดไว้แล้ว"),
        ("ก" * 301, "301"),
    ):
        refused = signed_in.post(url(prae), {"text": typed}, **htmx())
        assert refused.status_code == 422, typed
        assert said in refused.content.decode()
    assert ("ก" * 301) in refused.content.decode()
    plain = signed_in.post(url(prae), {"text": "นมโอ๊ต"})
    assert plain.status_code == 422
    assert "จดไว้แล้ว" in plain.content.decode()
    assert texts(prae, owner) == ["นมโอ๊ต"]


def test_changes_words_certainty_and_source_and_shows_what_was_said_before(
    signed_in: Client, prae: Customer, owner: Member
) -> None:
    one = note(prae, "นมโอ๊ด", owner)
    sent = {"text": "นมโอ๊ต", "kind": "like", "confidence": "observed", "source": "เคาน์เตอร์สาขาอารีย์", "seen": "นมโอ๊ด"}
    saved = signed_in.post(f"{url(prae)}{one.pk}/", sent, **htmx())
    assert saved.status_code == 200
    assert texts(prae, owner) == ["นมโอ๊ต"]
    details = signed_in.get(f"{url(prae)}{one.pk}/", **htmx()).content.decode()
    assert "นมโอ๊ด" in details
    assert "เคาน์เตอร์สาขาอารีย์" in details
    wrong = signed_in.post(f"{url(prae)}{one.pk}/", sent | {"seen": "นมโอ๊ต", "kind": "hates"}, **htmx())
    assert wrong.status_code == 422
    assert wrong.headers["HX-Retarget"] == "#preference-info"


def test_says_both_when_somebody_changed_it_meanwhile(
    signed_in: Client, prae: Customer, owner: Member, salesperson: Member
) -> None:
    one = note(prae, "คั่วกลาง", owner)
    with in_workspace(prae.workspace_id):
        actions.edit_preference(
            one, text="คั่วอ่อน", kind="like", confidence="said", source="", seen="คั่วกลาง", acting_member=salesperson
        )
    sent = {"text": "คั่วเข้ม", "kind": "like", "confidence": "said", "source": "", "seen": "คั่วกลาง"}
    refused = signed_in.post(f"{url(prae)}{one.pk}/", sent, **htmx())
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "คั่วอ่อน" in html
    assert "คั่วเข้ม" in html
    assert 'name="seen" value="คั่วอ่อน"' in html
    assert signed_in.post(f"{url(prae)}{one.pk}/", sent | {"seen": "คั่วอ่อน"}, **htmx()).status_code == 200
    assert texts(prae, owner) == ["คั่วเข้ม"]


def test_withdraws_with_undo_and_tells_both_on_the_timeline(signed_in: Client, prae: Customer, owner: Member) -> None:
    one = note(prae, "คั่วกลาง", owner, source="โทรมาสั่ง")
    record = f"/customers/{prae.pk}/?show=preferences"
    html = signed_in.get(record).content.decode()
    assert "จดความชอบ" in html
    assert "โทรมาสั่ง" in html
    assert "จำไว้ตอนบริการ" in html
    withdrawn = signed_in.post(f"{url(prae)}{one.pk}/", {"withdraw": "1"}, **htmx())
    assert "undo" in withdrawn.headers["HX-Trigger"]
    assert texts(prae, owner) == []
    html = signed_in.get(record).content.decode()
    assert "จำไว้ตอนบริการ" not in html
    assert "ไม่จริงแล้วตั้งแต่" in html
    with in_workspace(prae.workspace_id):
        act = Preference.objects.get(pk=one.pk)
        assert act.withdrawn_at is not None
    undo = json.loads(withdrawn.headers["HX-Trigger"])["samphan:toast"]["undo"]
    assert signed_in.post(undo, **htmx()).status_code in (200, 204)
    assert texts(prae, owner) == ["คั่วกลาง"]


def test_undo_of_a_note_takes_it_away_byte_for_byte(prae: Customer, owner: Member) -> None:
    with in_workspace(prae.workspace_id):
        before = list(Customer.objects.filter(pk=prae.pk).values()), list(Preference.objects.values())
        act, _one = actions.add_preference(prae, "คั่วกลาง", acting_member=owner)
        undo_changeset(act, member_id=owner.pk)
        assert (list(Customer.objects.filter(pk=prae.pk).values()), list(Preference.objects.values())) == before


def test_is_found_by_a_search_by_those_who_may_read_it(
    client: Client, prae: Customer, owner: Member, onlooker: Member
) -> None:
    note(prae, "แพ้อัลมอนด์", owner)
    for member, found in ((owner, True), (onlooker, False)):
        with in_workspace(prae.workspace_id):
            entity = entity_for(member)
            assert (prae in entity.search(Customer.objects.visible_to(member), "อัลมอนด์")) is found
    sign_in(client, onlooker)
    page = client.get(f"/customers/{prae.pk}/").content.decode()
    assert "อัลมอนด์" not in page
    assert client.get(url(prae), **htmx()).status_code == 404
    # A filter on what may not be read narrows nothing, whatever it asks: it tells nothing either.
    for asked in ("อัลมอนด์", "ไม่มีใครจดไว้"):
        listed = client.get("/customers/", {"f": f"preferences:contains:{asked}"}).content.decode()
        assert "พิมพ์ลดา อัครเดชากุล" in listed


def test_filters_the_list(signed_in: Client, prae: Customer, make_customer: MakeCustomer, owner: Member) -> None:
    note(prae, "นั่งริมหน้าต่าง", owner)
    make_customer(name="วรพจน์ สุทธิเกียรติ")
    html = signed_in.get("/customers/", {"f": "preferences:contains:ริมหน้าต่าง"}).content.decode()
    assert "พิมพ์ลดา" in html
    assert "วรพจน์" not in html


def test_stands_in_the_quick_view(signed_in: Client, prae: Customer, owner: Member) -> None:
    note(prae, "ชอบคั่วกลาง ขอแก้วเซรามิก", owner, source="สาขาอารีย์")
    html = signed_in.get(f"/customers/{prae.pk}/quick/").content.decode()
    assert "สิ่งที่ลูกค้าชอบ" in html
    assert "ชอบคั่วกลาง ขอแก้วเซรามิก" in html
    assert "สาขาอารีย์" in html


def test_is_closed_to_other_companies_and_to_those_who_only_read(
    client: Client, prae: Customer, owner: Member, stranger: Member, onlooker: Member
) -> None:
    one = note(prae, "คั่วกลาง", owner)
    for member, status in ((stranger, 404), (onlooker, 404)):
        sign_in(client, member)
        assert client.post(url(prae), {"text": "x"}, **htmx()).status_code == status
        assert client.post(f"{url(prae)}{one.pk}/", {"withdraw": "1"}, **htmx()).status_code == status
    assert texts(prae, owner) == ["คั่วกลาง"]
    sign_in(client, owner)
    assert client.post(url(prae), {"text": "ชาเขียว"}, **htmx()).status_code == 200


def test_goes_and_comes_back_with_the_customer(prae: Customer, owner: Member) -> None:
    note(prae, "คั่วกลาง", owner)
    with in_workspace(prae.workspace_id):
        actions.delete_customers([prae.pk], acting_member=owner)
        with pytest.raises(actions.CustomerGone):
            actions.add_preference(prae, "ชา", acting_member=owner)
        actions.restore_customers([prae.pk], acting_member=owner)
    assert texts(prae, owner) == ["คั่วกลาง"]


def test_holds_no_more_than_somebody_reads(prae: Customer, owner: Member) -> None:
    with in_workspace(prae.workspace_id):
        Preference.objects.bulk_create(
            Preference(workspace_id=prae.workspace_id, customer=prae, text=f"ข้อ {n}", noted_at=timezone.now())
            for n in range(100)
        )
        with pytest.raises(FieldProblem):
            actions.add_preference(prae, "อีกข้อ", acting_member=owner)


def test_the_record_asks_no_more_for_many_preferences(signed_in: Client, prae: Customer, owner: Member) -> None:
    note(prae, "คั่วกลาง", owner)
    signed_in.get(f"/customers/{prae.pk}/")
    with CaptureQueriesContext(connection) as one:
        signed_in.get(f"/customers/{prae.pk}/")
    for number in range(20):
        note(prae, f"ข้อ {number}", owner)
    with CaptureQueriesContext(connection) as many:
        signed_in.get(f"/customers/{prae.pk}/")
    assert len(many) <= len(one)

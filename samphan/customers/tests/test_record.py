"""The record page, its fields edited in place, and what was done to a customer."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers import actions, queries
from samphan.customers.models import Customer, Identity
from samphan.customers.tests.conftest import MakeCustomer, htmx, sign_in
from samphan.platform.changes.recording import changeset
from samphan.platform.tenancy import in_workspace


def edit_url(customer: Customer, field: str) -> str:
    return f"/customers/{customer.pk}/fields/{field}/edit/"


def test_shows_who_and_everything_known(signed_in: Client, prae: Customer) -> None:
    html = signed_in.get(f"/customers/{prae.pk}/?show=changes").content.decode()
    for text in (
        "คุณพิมพ์ลดา อัครเดชากุล",
        "(แพร)",
        "081-234-5678",
        "pimlada@example.com",
        "prae.akr",
        "14 ธ.ค. 2532",
        "แขวงพญาไท",
        "คั่วกลาง",
        "tel:+66812345678",
        f'data-live="customer:{prae.pk}"',
    ):
        assert text in html, text


def test_no_place_of_an_address_breaks_within(signed_in: Client, prae: Customer) -> None:
    html = signed_in.get(f"/customers/{prae.pk}/").content.decode()
    assert '<span class="whole">แขวงพญาไท</span>&#32;<span class="whole">เขตพญาไท</span>' in html


@pytest.mark.parametrize("path", ["relations/", "relations/new/", "photo/", "fields/nickname/edit/"])
def test_what_has_a_page_of_its_own_leads_back_to_the_record(signed_in: Client, prae: Customer, path: str) -> None:
    html = signed_in.get(f"/customers/{prae.pk}/{path}").content.decode()
    bar = html.partition('<header class="page-bar">')[2].partition("</header>")[0]
    assert f'href="/customers/{prae.pk}/">คุณพิมพ์ลดา อัครเดชากุล (แพร)</a>' in bar
    assert '<h1 class="page-title">' in bar


def test_edits_in_place_and_says_what_is_wrong_at_the_field(signed_in: Client, prae: Customer) -> None:
    form = signed_in.get(edit_url(prae, "birth_date"), **htmx()).content.decode()
    assert 'value="14 ธ.ค. 2532"' in form
    assert 'name="seen" value="1989-12-14"' in form
    refused = signed_in.post(edit_url(prae, "birth_date"), {"value": "31/02/2530", "seen": "1989-12-14"}, **htmx())
    assert refused.status_code == 422
    assert "31/02/2530" in refused.content.decode()
    saved = signed_in.post(edit_url(prae, "birth_date"), {"value": "21/11/2530", "seen": "1989-12-14"}, **htmx())
    assert saved.status_code == 200
    assert "21 พ.ย. 2530" in saved.content.decode()
    assert "is-saved" in saved.content.decode()


def test_an_edit_of_the_name_renews_the_head(signed_in: Client, prae: Customer) -> None:
    page = f"http://testserver/customers/{prae.pk}/"
    answer = signed_in.post(
        edit_url(prae, "last_name"),
        {"value": "แก้วมณี", "seen": "อัครเดชากุล"},
        headers={"HX-Request": "true", "HX-Current-URL": page},
    ).content.decode()
    assert 'id="record-head" hx-swap-oob="true"' in answer
    assert "คุณพิมพ์ลดา แก้วมณี" in answer


def head_of(html: str) -> str:
    return html[html.index('id="record-head"') :].split("</header>")[0]


def test_the_head_offers_what_reaches_the_customer_and_nothing_dead(
    signed_in: Client, client: Client, prae: Customer, make_customer: MakeCustomer, onlooker: Member
) -> None:
    head = head_of(signed_in.get(f"/customers/{prae.pk}/").content.decode())
    places = [head.index(f'href="{way}"') for way in ("tel:+66812345678", "https://line.me/ti/p/~prae.akr")]
    assert places == sorted(places)
    assert head.count("button-primary") == 1
    by_mail = make_customer(name="กมล ก", email="kamon@example.com")
    head = head_of(signed_in.get(f"/customers/{by_mail.pk}/").content.decode())
    assert 'href="mailto:kamon@example.com"' in head
    assert "tel:" not in head
    unknown = make_customer(name="ขวัญ ก")
    head = head_of(signed_in.get(f"/customers/{unknown.pk}/").content.decode())
    assert not [way for way in ("tel:", "line.me", "mailto:") if way in head]
    sign_in(client, onlooker)
    head = head_of(client.get(f"/customers/{prae.pk}/").content.decode())
    assert not [way for way in ("tel:", "line.me", "mailto:") if way in head]


def test_a_phone_that_comes_or_goes_renews_the_head(signed_in: Client, make_customer: MakeCustomer) -> None:
    one = make_customer(name="กมล ก")
    base = f"/customers/{one.pk}/contact-points/"
    on_record = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/customers/{one.pk}/"}
    added = signed_in.post(base, {"kind": "phone", "value": "081-111-2222"}, headers=on_record).content.decode()
    assert 'href="tel:+66811112222"' in head_of(added)
    with in_workspace(one.workspace_id):
        phone = Identity.objects.get(customer=one, kind="phone")
    gone = signed_in.post(f"{base}{phone.pk}/", {"remove": "1"}, headers=on_record).content.decode()
    assert "tel:" not in head_of(gone)
    elsewhere = signed_in.post(base, {"kind": "phone", "value": "081-111-2222"}, **htmx()).content.decode()
    assert 'id="record-head"' not in elsewhere, "the quick view has no such head"


def test_customer_since_the_first_order_where_that_is_older(signed_in: Client, prae: Customer) -> None:
    with in_workspace(prae.workspace_id):
        Customer.objects.filter(pk=prae.pk).update(first_order_at=datetime(2023, 2, 3, 5, tzinfo=UTC))
    assert "3 ก.พ. 2566" in head_of(signed_in.get(f"/customers/{prae.pk}/").content.decode())


def test_shows_both_values_when_somebody_was_faster(signed_in: Client, prae: Customer, salesperson: Member) -> None:
    with in_workspace(prae.workspace_id):
        actions.edit_field(prae, "stage", "regular", seen="at_risk", acting_member=salesperson)
    answer = signed_in.post(edit_url(prae, "stage"), {"value": "lost", "seen": "at_risk"}, **htmx())
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "ลูกค้าประจำ" in html
    assert '<option value="lost" selected>' in html
    # Saving again, having seen theirs, puts one's own in its place.
    assert signed_in.post(edit_url(prae, "stage"), {"value": "lost", "seen": "regular"}, **htmx()).status_code == 200
    with in_workspace(prae.workspace_id):
        prae.refresh_from_db()
        assert prae.stage == "lost"


def test_works_without_script(signed_in: Client, prae: Customer) -> None:
    assert "<form" in signed_in.get(edit_url(prae, "nickname")).content.decode()
    assert signed_in.post(edit_url(prae, "nickname"), {"value": "แพรว", "seen": "แพร"}).status_code == 302


def test_contact_points_are_added_edited_and_removed(signed_in: Client, prae: Customer) -> None:
    base = f"/customers/{prae.pk}/contact-points/"
    assert signed_in.get(f"{base}?kind=email", **htmx()).status_code == 200
    wrong = signed_in.post(base, {"kind": "phone", "value": "081-234-567"}, **htmx())
    assert wrong.status_code == 422
    assert "081-234-567" in wrong.content.decode()
    added = signed_in.post(base, {"kind": "phone", "value": "02 123 4567"}, **htmx()).content.decode()
    assert "02 123 4567" in added
    with in_workspace(prae.workspace_id):
        identity = Identity.objects.get(customer=prae, value="+6621234567")
    one = f"{base}{identity.pk}/"
    assert 'value="+6621234567"' in signed_in.get(one, **htmx()).content.decode()
    assert signed_in.post(one, {"value": "089-999-9999", "seen": "+6621234567"}, **htmx()).status_code == 200
    assert "089-999-9999" not in signed_in.post(one, {"remove": "1"}, **htmx()).content.decode()


def test_a_shared_phone_is_said_in_a_toast(signed_in: Client, prae: Customer, make_customer: MakeCustomer) -> None:
    other = make_customer(name="ปัณณวิชญ์ ตรีเนตร")
    answer = signed_in.post(
        f"/customers/{other.pk}/contact-points/", {"kind": "phone", "value": "0812345678"}, **htmx()
    )
    assert str(prae.pk) in answer["HX-Trigger"]


def test_history_tells_who_changed_what(signed_in: Client, prae: Customer, salesperson: Member, owner: Member) -> None:
    with in_workspace(prae.workspace_id):
        actions.edit_field(prae, "stage", "regular", seen="at_risk", acting_member=salesperson)
        actions.add_contact_point(prae, "phone", "02 123 4567", acting_member=owner)
        actions.tag_customers([prae.pk], "ของขวัญองค์กร", acting_member=owner)
        changes = queries.history_of(prae, owner)
    assert [change.who for change in changes] == ["เมย์", "เมย์", "บอย", "เมย์"]
    assert [(item.old, item.new) for item in changes[2].items] == [("เสี่ยงหาย", "ลูกค้าประจำ")]
    assert [(item.old, item.new) for item in changes[1].items] == [("", "02 123 4567")]
    assert changes[3].items == []
    html = signed_in.get(f"/customers/{prae.pk}/?show=changes").content.decode()
    assert "ลูกค้าประจำ" in html
    popover = signed_in.get(f"/customers/{prae.pk}/fields/stage/history/", **htmx()).content.decode()
    assert "บอย" in popover
    assert "เสี่ยงหาย" in popover


def test_history_says_that_a_customer_came_whatever_brought_them(inside: Workspace, owner: Member) -> None:
    with changeset("administration.demo_loaded", member_id=owner.pk) as act:
        one = Customer.objects.create(workspace=inside, name="ก้อง", name_key="ก้อง", created_in=act)
    (change,) = queries.history_of(one, owner)
    assert (change.act, change.items) == ("เพิ่มลูกค้ารายนี้", [])


def test_an_onlooker_sees_no_contact_in_record_history_or_quick_view(
    client: Client, prae: Customer, onlooker: Member, owner: Member
) -> None:
    with in_workspace(prae.workspace_id):
        actions.add_contact_point(prae, "phone", "089-999-9999", acting_member=owner)
        actions.edit_field(prae, "note", "ชอบคั่วกลาง", seen="", acting_member=owner)
        actions.edit_field(prae, "note", "ชอบคั่วเข้ม", seen="ชอบคั่วกลาง", acting_member=owner)
    sign_in(client, onlooker)
    for path in ("", "?show=changes", "quick/", "fields/phone/history/", "fields/note/history/"):
        html = client.get(f"/customers/{prae.pk}/{path}").content.decode()
        for hidden in (
            "081-234-5678",
            "+66812345678",
            "089-999-9999",
            "pimlada@example.com",
            "อารีย์สัมพันธ์",
            "คั่วเข้ม",
            "2532",
        ):
            assert hidden not in html, (path, hidden)
    assert client.get(f"/customers/{prae.pk}/fields/birth_date/").status_code == 404
    assert client.post(edit_url(prae, "nickname"), {"value": "x", "seen": "แพร"}).status_code == 403


def test_leads_to_the_neighbours_in_the_list_one_came_from(signed_in: Client, make_customer: MakeCustomer) -> None:
    first, second, third = (make_customer(name=name, stage="regular") for name in ("กมล ก", "ขวัญ ก", "คมสัน ก"))
    make_customer(name="ขวัญใจ ก", stage="lost")
    referrer = "http://testserver/customers/?f=stage:is:regular&sort=name"
    html = signed_in.get(f"/customers/{second.pk}/", headers={"Referer": referrer}).content.decode()
    assert f'href="/customers/{first.pk}/?list=' in html
    assert f'href="/customers/{third.pk}/?list=' in html
    assert 'href="/customers/?f=stage:is:regular&amp;sort=name"' in html
    assert 'rel="next"' not in signed_in.get(f"/customers/{second.pk}/").content.decode()


def test_deletes_and_brings_back(signed_in: Client, prae: Customer) -> None:
    assert signed_in.post("/customers/deletion/", {"ids": [str(prae.pk)]}).status_code == 302
    assert signed_in.get(f"/customers/{prae.pk}/").status_code == 404
    assert "พิมพ์ลดา" in signed_in.get("/customers/deleted/").content.decode()
    assert signed_in.post("/customers/restoration/", {"ids": [str(prae.pk)]}).status_code == 302
    assert signed_in.get(f"/customers/{prae.pk}/").status_code == 200


@pytest.mark.parametrize("path", ["/customers/deletion/", "/customers/tagging/", "/customers/assignment/"])
def test_a_bulk_act_over_everything_that_matches_follows_the_filters(
    signed_in: Client, make_customer: MakeCustomer, owner: Member, path: str
) -> None:
    kept = make_customer(name="กมล ก", stage="lost")
    taken = make_customer(name="ขวัญ ก", stage="regular")
    answer = signed_in.post(path, {"all": "1", "list": "f=stage:is:regular", "tag": "คาเฟ่", "owner": str(owner.pk)})
    assert answer.status_code == 302
    with in_workspace(owner.workspace_id):
        taken.refresh_from_db()
        touched = {change.act for change in queries.history_of(taken, owner)}
        assert len(touched) == 2
        assert len(queries.history_of(kept, owner)) == 1


def test_says_which_of_the_list_it_is_behind_the_page(
    signed_in: Client, client: Client, make_customer: MakeCustomer, stranger: Member
) -> None:
    people = [make_customer(name=name) for name in ("กมล ก", "ขวัญ ก", "คมสัน ก", "งามตา ก")]
    for place, one in enumerate(people, 1):
        page = signed_in.get(f"/customers/{one.pk}/", {"list": "sort=name"}).content.decode()
        address = re.search(r'hx-get="(/customers/[^"]+/place/[^"]*)"', page)
        assert address
        assert signed_in.get(html.unescape(address[1]), **htmx()).content.decode() == f"{place} จาก 4"
    left_out = signed_in.get(f"/customers/{people[3].pk}/place/", {"list": "sort=name&q=กมล"}, **htmx())
    assert left_out.content.decode() == "", "a record that the list leaves out has no place in it"
    assert "/place/" not in signed_in.get(f"/customers/{people[0].pk}/").content.decode()
    assert signed_in.get(f"/customers/{people[0].pk}/place/", **htmx()).status_code == 302
    sign_in(client, stranger)
    assert client.get(f"/customers/{people[0].pk}/place/", {"list": ""}, **htmx()).status_code == 404


def test_a_place_far_down_a_list_is_not_counted(
    signed_in: Client, make_customer: MakeCustomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_customer(name=name) for name in ("กมล ก", "ขวัญ ก", "คมสัน ก")]
    monkeypatch.setattr("samphan.platform.lists.POSITION_CAP", 2)
    said = [
        signed_in.get(f"/customers/{one.pk}/place/", {"list": "sort=name"}, **htmx()).content.decode() for one in people
    ]
    assert said == ["1 จาก 3", "2 จาก 3", ""]


def test_two_people_who_change_different_fields_both_keep_theirs(
    signed_in: Client, prae: Customer, salesperson: Member, owner: Member
) -> None:
    form = signed_in.get(edit_url(prae, "nickname"), **htmx()).content.decode()
    assert 'name="seen" value="แพร"' in form
    with in_workspace(prae.workspace_id):
        actions.edit_field(prae, "source", "งานกาแฟไทย", seen="", acting_member=salesperson)
        actions.edit_field(prae, "last_name", "แก้วมณี", seen="อัครเดชากุล", acting_member=salesperson)
    assert signed_in.post(edit_url(prae, "nickname"), {"value": "แพรว", "seen": "แพร"}, **htmx()).status_code == 200
    with in_workspace(prae.workspace_id):
        prae.refresh_from_db()
        assert (prae.nickname, prae.source, prae.name) == ("แพรว", "งานกาแฟไทย", "พิมพ์ลดา แก้วมณี")
        told = {(change.who, item.field) for change in queries.history_of(prae, owner) for item in change.items}
    assert {("เมย์", "nickname"), ("บอย", "source"), ("บอย", "last_name")} <= told


def test_whoever_comes_second_reads_what_the_other_wrote_and_loses_nothing(
    signed_in: Client, prae: Customer, salesperson: Member
) -> None:
    with in_workspace(prae.workspace_id):
        actions.edit_field(prae, "note", "แพ้ถั่ว โทรหลังบ่ายสอง", seen="", acting_member=salesperson)
    answer = signed_in.post(edit_url(prae, "note"), {"value": "ขอใบเสนอราคา", "seen": ""}, **htmx())
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "แพ้ถั่ว โทรหลังบ่ายสอง" in said
    assert "ขอใบเสนอราคา" in said
    assert 'name="seen" value="แพ้ถั่ว โทรหลังบ่ายสอง"' in said
    with in_workspace(prae.workspace_id):
        prae.refresh_from_db()
        assert prae.note == "แพ้ถั่ว โทรหลังบ่ายสอง"
    same = signed_in.post(edit_url(prae, "note"), {"value": "แพ้ถั่ว โทรหลังบ่ายสอง", "seen": ""}, **htmx())
    assert same.status_code == 200, "both wrote the same"

"""What customers are to each other: noted from either side, drawn, changed, ended, removed, brought back."""

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from samphan.administration.models import Member
from samphan.customers import actions, relation_graph, relations
from samphan.customers.models import Customer, Relation
from samphan.customers.names import shown_name
from samphan.customers.reading import FieldProblem
from samphan.customers.tests.conftest import MakeCustomer, htmx, sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace


@pytest.fixture
def pan(make_customer: MakeCustomer) -> Customer:
    return make_customer(name="นายปัณณวิชญ์ ตรีเนตร", gender="male", phone="089-999-1111")


@pytest.fixture
def firm(make_customer: MakeCustomer) -> Customer:
    return make_customer(name="บริษัท บ้านริมคลอง จำกัด", kind="organisation")


def url(customer: Customer) -> str:
    return f"/customers/{customer.pk}/relations/"


def relate(customer: Customer, other: Customer, role: str, member: Member, **values: str) -> Relation:
    with in_workspace(customer.workspace_id):
        return actions.add_relation(customer, other.pk, role, values, acting_member=member)[1]


def panel(client: Client, customer: Customer) -> str:
    html = client.get(f"/customers/{customer.pk}/").content.decode()
    return html[html.index('id="record-relations"') :].split("</section>")[0] if "record-relations" in html else ""


def words(customer: Customer, member: Member) -> list[tuple[str, str]]:
    with in_workspace(customer.workspace_id):
        found = relations.related_to(customer.pk, member, limit=40)
        return [(one.other.name, one.word) for one in found]


def test_is_found_chosen_and_stands_on_both_pages(signed_in: Client, prae: Customer, pan: Customer) -> None:
    found = signed_in.get(f"{url(prae)}new/", {"q": "089-999"}, **htmx()).content.decode()
    assert f"?other={pan.pk}" in found
    assert str(prae.pk) not in re.findall(r"other=([0-9a-f-]{36})", found)
    form = signed_in.get(f"{url(prae)}new/", {"other": str(pan.pk)}, **htmx()).content.decode()
    assert '<option value="spouse"' in form
    assert '<option value="head_office"' not in form, "two people are no branches"
    saved = signed_in.post(
        url(prae), {"other": str(pan.pk), "role": "spouse", "since_on": "14/2/2560", "note": "รู้จักที่ร้าน"}, **htmx()
    )
    assert saved.status_code == 200
    assert "สามี" in saved.content.decode()
    theirs = panel(signed_in, pan)
    assert "ภรรยา" in theirs
    assert "คุณพิมพ์ลดา" in theirs
    assert "ตั้งแต่ 14 ก.พ. 2560" in theirs
    undo = json.loads(saved.headers["HX-Trigger"])["samphan:toast"]["undo"]
    assert signed_in.post(undo, **htmx()).status_code in (200, 204)
    assert "คุณพิมพ์ลดา" not in panel(signed_in, pan)


@pytest.mark.parametrize(
    ("role", "mine", "theirs"),
    [
        ("employer", "ที่ทำงาน", "พนักงาน"),
        ("business", "กิจการ", "เจ้าของกิจการ"),
        ("referrer", "ผู้แนะนำ", "คนที่แนะนำมา"),
        ("referred", "คนที่แนะนำมา", "ผู้แนะนำ"),
    ],
)
def test_has_a_name_for_each_way(
    prae: Customer, firm: Customer, owner: Member, role: str, mine: str, theirs: str
) -> None:
    relate(prae, firm, role, owner)
    assert words(prae, owner) == [(firm.name, mine)]
    assert words(firm, owner) == [(prae.name, theirs)]


def test_a_post_and_own_words_stand_in_place_of_the_usual_name(
    prae: Customer, firm: Customer, pan: Customer, owner: Member
) -> None:
    relate(prae, firm, "employer", owner, word="ผู้จัดซื้อ")
    relate(prae, pan, "other", owner, word="เจ้าของบ้านเช่า", other_word="ผู้เช่า")
    assert words(prae, owner) == [(pan.name, "เจ้าของบ้านเช่า"), (firm.name, "ผู้จัดซื้อ")]
    assert words(firm, owner) == [(prae.name, "ผู้จัดซื้อ")]
    assert words(pan, owner) == [(prae.name, "ผู้เช่า")]


def test_says_what_does_not_fit_and_keeps_what_was_typed(
    signed_in: Client, prae: Customer, pan: Customer, firm: Customer, owner: Member
) -> None:
    relate(pan, prae, "spouse", owner)
    for other, typed, said in (
        (pan, {"role": "spouse"}, "จดไว้แล้ว"),
        (firm, {"role": "spouse"}, "บ้านริมคลอง จำกัด เป็นองค์กร"),
        (pan, {"role": "branch"}, "เป็นบุคคล"),
        (prae, {"role": "sibling"}, "ตัวเอง"),
        (pan, {"role": "other"}, "คำสั้น ๆ"),
        (pan, {"role": "sibling", "since_on": "5/1/2569", "until_on": "5/1/2568"}, "สิ้นสุดก่อน"),
        (pan, {"role": "sibling", "since_on": "31/02/2560", "note": "เก็บไว้"}, "31/02/2560"),
        (pan, {"role": "no-such"}, "เลือก"),
    ):
        refused = signed_in.post(url(prae), {"other": str(other.pk), **typed}, **htmx())
        html = refused.content.decode()
        assert refused.status_code == 422, typed
        assert said in html, typed
        assert typed.get("note", "") in html
    assert len(words(prae, owner)) == 1


def test_two_people_change_the_same_and_different_parts(
    signed_in: Client, prae: Customer, firm: Customer, owner: Member, salesperson: Member
) -> None:
    one = relate(prae, firm, "employer", owner, word="ผู้จัดซื้อ")
    with in_workspace(prae.workspace_id):
        seen = actions.stored_values(one)
        actions.change_relation(one, {**seen, "word": "ผู้จัดการ"}, seen=seen, acting_member=salesperson)
    as_seen = {f"seen_{name}": value for name, value in seen.items()}
    both = signed_in.post(f"{url(prae)}{one.pk}/", {**seen, **as_seen, "note": "สั่งทุกวันจันทร์"}, **htmx())
    assert both.status_code == 200
    with in_workspace(prae.workspace_id):
        one.refresh_from_db()
    assert (one.word, one.note) == ("ผู้จัดการ", "สั่งทุกวันจันทร์"), "different parts both stay"
    clash = signed_in.post(f"{url(prae)}{one.pk}/", {**seen, **as_seen, "word": "หัวหน้าจัดซื้อ"}, **htmx())
    html = clash.content.decode()
    assert clash.status_code == 422
    assert "ผู้จัดการ" in html
    assert 'value="หัวหน้าจัดซื้อ"' in html
    assert 'name="seen_word" value="ผู้จัดการ"' in html
    assert signed_in.post(f"{url(prae)}{one.pk}/", {"seen_since_on": "เมื่อวาน"}, **htmx()).status_code == 400


def test_dates_open_and_come_back_as_the_reader_writes_them(
    signed_in: Client, prae: Customer, firm: Customer, owner: Member, salesperson: Member
) -> None:
    one = relate(prae, firm, "employer", owner, since_on="1/6/2565")
    form = signed_in.get(f"{url(prae)}{one.pk}/", **htmx()).content.decode()
    assert 'value="1 มิ.ย. 2565"' in form
    sent = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', form))
    assert sent["seen_since_on"] == "2022-06-01"
    assert signed_in.post(f"{url(prae)}{one.pk}/", {**sent, "note": "ก"}, **htmx()).status_code == 200
    with in_workspace(prae.workspace_id):
        one.refresh_from_db()
        assert (one.since_on, one.note) == (date(2022, 6, 1), "ก")
        seen = actions.stored_values(one)
        actions.change_relation(one, {**seen, "since_on": "2/6/2565"}, seen=seen, acting_member=salesperson)
    clash = signed_in.post(f"{url(prae)}{one.pk}/", {**sent, "note": "ก", "since_on": "3/6/2565"}, **htmx())
    assert clash.status_code == 422
    assert "2 มิ.ย. 2565" in clash.content.decode()


def test_ends_and_stays_in_the_past(signed_in: Client, prae: Customer, firm: Customer, owner: Member) -> None:
    one = relate(prae, firm, "employer", owner)
    ended = signed_in.post(f"{url(prae)}{one.pk}/", {"end": "1"}, **htmx())
    assert ended.status_code == 200
    with in_workspace(prae.workspace_id):
        assert relations.related_to(prae.pk, owner, limit=5, today=date(2100, 1, 1)) == []
    assert words(prae, owner) == [(firm.name, "ที่ทำงาน")], "its page keeps it"
    with in_workspace(prae.workspace_id):
        assert actions.end_relation(one, acting_member=owner) is None


def test_removal_can_be_undone_byte_for_byte(signed_in: Client, prae: Customer, firm: Customer, owner: Member) -> None:
    one = relate(prae, firm, "employer", owner, word="ผู้จัดซื้อ", since_on="1/2/2566", note="ก")
    with in_workspace(prae.workspace_id):
        before = list(Relation.objects.values())
        act = actions.remove_relation(one, acting_member=owner)
        assert act
        assert not Relation.objects.exists()
        undo_changeset(act, member_id=owner.pk)
        assert list(Relation.objects.values()) == before


def test_stands_on_both_timelines_as_changes(signed_in: Client, prae: Customer, firm: Customer, owner: Member) -> None:
    one = relate(prae, firm, "employer", owner, word="ผู้จัดซื้อ")
    with in_workspace(prae.workspace_id):
        actions.remove_relation(one, acting_member=owner)
    for customer, other in ((prae, firm.name), (firm, "คุณพิมพ์ลดา")):
        html = signed_in.get(f"/customers/{customer.pk}/?show=changes").content.decode()
        told = html[html.index("timeline-stream") :]
        assert "จดความสัมพันธ์" in told
        assert "ลบความสัมพันธ์" in told
        assert told.count(f"ผู้จัดซื้อ {other}") == 2


def test_a_deleted_customer_goes_from_the_other_page_and_comes_back(
    signed_in: Client, prae: Customer, pan: Customer, owner: Member
) -> None:
    one = relate(prae, pan, "spouse", owner)
    with in_workspace(prae.workspace_id):
        actions.delete_customers([pan.pk], acting_member=owner)
    assert words(prae, owner) == []
    assert signed_in.get(f"{url(prae)}{one.pk}/").status_code == 404
    assert "ปัณณวิชญ์" not in signed_in.get(url(prae)).content.decode()
    assert "ปัณณวิชญ์" not in signed_in.get(f"/customers/{prae.pk}/").content.decode()
    with in_workspace(prae.workspace_id):
        actions.restore_customers([pan.pk], acting_member=owner)
    assert words(prae, owner) == [(pan.name, "สามี")]


def test_is_closed_to_other_companies_and_family_to_those_who_read_nothing_personal(
    client: Client, prae: Customer, pan: Customer, firm: Customer, owner: Member, stranger: Member, onlooker: Member
) -> None:
    family, work = relate(prae, pan, "spouse", owner), relate(prae, firm, "employer", owner)
    sign_in(client, stranger)
    for address in (url(prae), f"{url(prae)}{work.pk}/", f"{url(prae)}new/"):
        assert client.get(address).status_code == 404, address
    assert client.post(url(prae), {"other": str(pan.pk), "role": "sibling"}).status_code == 404
    sign_in(client, onlooker)
    html = client.get(url(prae)).content.decode()
    assert "บ้านริมคลอง" in html
    assert "ปัณณวิชญ์" not in html
    assert client.get(f"{url(prae)}{family.pk}/").status_code == 404
    assert "ปัณณวิชญ์" not in client.get(f"/customers/{prae.pk}/").content.decode()
    assert client.post(url(prae), {"other": str(firm.pk), "role": "referrer"}).status_code == 403
    assert client.post(f"{url(prae)}{work.pk}/", {"remove": "1"}).status_code == 403
    sign_in(client, owner)
    assert client.get(f"{url(prae)}{family.pk}/").status_code == 200


def test_draws_two_steps_and_each_line_once(
    signed_in: Client, prae: Customer, pan: Customer, firm: Customer, owner: Member, make_customer: MakeCustomer
) -> None:
    far = make_customer(name="บริษัท รีสอร์ตริมคลอง จำกัด", kind="organisation")
    farther = make_customer(name="บริษัท ไกลเกินไป จำกัด", kind="organisation")
    relate(prae, pan, "spouse", owner)
    relate(prae, firm, "employer", owner)
    relate(pan, firm, "business", owner)
    relate(firm, far, "subsidiary", owner)
    relate(far, farther, "branch", owner)
    with in_workspace(prae.workspace_id):
        with CaptureQueriesContext(connection) as asked:
            network = relations.network_around(prae, owner, date(2026, 11, 22))
        assert len(asked) == 2
    assert set(network.customers) == {prae.pk, pan.pk, firm.pk, far.pk}
    for draw in (relation_graph.wide_drawing, relation_graph.narrow_drawing):
        drawing = draw(network, shown_name)
        assert len(drawing.edges) == 4
        assert [edge.is_further for edge in drawing.edges].count(True) == 1, "husband and firm, beside the tree"
        assert len({(node.x, node.y) for node in drawing.nodes}) == 4
        assert all(0 < node.y < drawing.height and 0 < node.x < drawing.width for node in drawing.nodes)
    html = signed_in.get(url(prae)).content.decode()
    assert html.count('<svg class="relation-graph') == 2
    assert f'href="/customers/{far.pk}/"' in html
    assert "บริษัทในเครือ" in html
    assert " style=" not in html


def test_pages_through_many_and_asks_no_more_for_them(
    signed_in: Client, firm: Customer, owner: Member, make_customer: MakeCustomer
) -> None:
    people = [make_customer(name=f"พนักงานที่ {number}") for number in range(relations.ON_PAGE + 5)]
    relate(firm, people[0], "employee", owner)
    relate(people[0], people[1], "spouse", owner)
    signed_in.get(url(firm))

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(address)
        return len(asked)

    few = statements(url(firm)), statements(f"/customers/{firm.pk}/")
    for at, one in enumerate(people[1:], 1):
        relate(firm, one, "employee", owner)
        relate(people[at - 1], one, "other", owner, word="เพื่อนร่วมงานคนสนิท")
    assert statements(url(firm)) <= few[0]
    assert statements(f"/customers/{firm.pk}/") <= few[1]
    first = signed_in.get(url(firm)).content.decode()
    assert len(signed_in.get(url(firm)).content) < 60_000
    more = re.search(r'id="relations-more"><a [^>]*hx-get="([^"]+)"', first)
    assert more
    second = signed_in.get(more[1], **htmx()).content.decode()
    rows = re.findall(r'class="relation-name" href="/customers/([0-9a-f-]+)/"', first + second)
    assert sorted(rows) == sorted(str(one.pk) for one in people)


def test_refuses_an_unfit_role_in_the_action_too(prae: Customer, firm: Customer, owner: Member) -> None:
    with in_workspace(prae.workspace_id), pytest.raises(FieldProblem):
        actions.add_relation(prae, firm.pk, "parent", {}, acting_member=owner)

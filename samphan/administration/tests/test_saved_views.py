"""Views that people keep of a list: state, sharing, what happens when a field goes, undo."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from samphan.administration.lists import views_kept
from samphan.administration.models import Member, SavedView, SavedViewPlace, Team, TeamMembership
from samphan.customers import fields
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import make_customer, prae, sign_in
from samphan.platform.catalogue import Field, Privacy, Type
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

__all__ = ["make_customer", "prae"]


def tabs(html: str) -> list[str]:
    return re.findall(r'class="tab-item" href="[^"]*"[^>]*>([^<]+)<', html)


def notices(html: str) -> list[str]:
    return re.findall(r"say-warn.*?<span>([^<]*)</span>", html, re.S)


def save(client: Client, name: str, query: str, **values: Any) -> str:
    answer = client.post("/customers/views/", {"name": name, "list": query, "shared": "nobody", **values})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_keeps_filters_columns_widths_and_order_under_a_name(signed_in: Client, prae: Customer) -> None:
    address = save(signed_in, "เสี่ยงหายของฉัน", "f=stage:is:at_risk&sort=name&columns=name,stage&widths=stage:200&q=แพร")
    assert re.fullmatch(
        r"/customers/\?v=[0-9a-f-]{36}&columns=name,stage&widths=stage:200&sort=name&f=stage:is:at_risk", address
    )
    html = signed_in.get(address).content.decode()
    assert "เสี่ยงหายของฉัน" in tabs(html)
    assert 'data-column-width="200"' in html
    assert "view-changed" not in html
    # The view alone, as a pin opens it, is the same list.
    alone = signed_in.get(address.partition("&")[0]).content.decode()
    assert re.findall(r"<th scope[^>]*>", alone) == re.findall(r"<th scope[^>]*>", html)


def test_says_that_it_is_changed_and_saves_or_discards(signed_in: Client, prae: Customer) -> None:
    address = save(signed_in, "เกรด A", "f=grade:is:A")
    view = re.findall(r"v=([0-9a-f-]{36})", address)[0]
    changed = signed_in.get(f"/customers/?v={view}&f=grade:is:A&f=stage:is:at_risk").content.decode()
    assert "view-changed" in changed
    assert f'action="/customers/views/{view}/state/"' in changed
    assert f'href="/customers/?v={view}&amp;f=grade:is:A"' in changed
    emptied = signed_in.get(f"/customers/?v={view}&f=").content.decode()
    assert "view-changed" in emptied
    signed_in.post(f"/customers/views/{view}/state/", {"list": f"v={view}&f=grade:is:A&f=stage:is:at_risk"})
    assert "view-changed" not in signed_in.get(f"/customers/?v={view}&f=grade:is:A&f=stage:is:at_risk").content.decode()


def test_is_seen_by_those_it_is_shared_with(
    signed_in: Client, prae: Customer, owner: Member, salesperson: Member, client: Client
) -> None:
    with in_workspace(owner.workspace_id):
        team = Team.objects.create(workspace=owner.workspace, name="ทีมกรุงเทพฯ")
    address = save(signed_in, "ของทีม", "f=grade:is:A", shared="teams", teams=str(team.pk))
    view = re.findall(r"v=([0-9a-f-]{36})", address)[0]
    theirs = Client()
    sign_in(theirs, salesperson)
    html = theirs.get(f"/customers/?v={view}").content.decode()
    assert "ของทีม" not in tabs(html)
    assert notices(html) == ["มุมมองนี้ไม่มีแล้ว หรือไม่ได้แชร์ให้คุณ"]
    assert theirs.get(f"/customers/views/{view}/").status_code == 404
    with in_workspace(owner.workspace_id):
        TeamMembership.objects.create(workspace=owner.workspace, team=team, member=salesperson)
    assert "ของทีม" in tabs(theirs.get("/customers/").content.decode())
    # Who may open it may pin it, and neither change nor delete it.
    theirs.post(f"/customers/views/{view}/", {"name": "แย่งมา", "shared": "nobody", "pinned": "1"})
    assert theirs.post(f"/customers/views/{view}/deletion/").status_code == 409
    assert f'href="/customers/?v={view}"' in theirs.get("/orders/").content.decode()
    with in_workspace(owner.workspace_id):
        assert SavedView.objects.get().name == "ของทีม"
    assert f'href="/customers/?v={view}"' not in signed_in.get("/orders/").content.decode()


@pytest.fixture
def shoe_size() -> Iterator[Field]:
    field = Field(
        "shoe_size", "เบอร์รองเท้า", Type.NUMBER, Privacy.BUSINESS, "length(customers_customer.name)", is_editable=True
    )
    fields.add_field(field)
    yield field
    if field in fields._further:
        fields._further.remove(field)


def test_opens_with_the_rest_when_a_field_is_deleted(signed_in: Client, prae: Customer, shoe_size: Field) -> None:
    address = save(signed_in, "เท้าใหญ่", "f=shoe_size:at_least:3&f=grade:is:A&columns=name,shoe_size,grade&sort=name")
    view = re.findall(r"v=([0-9a-f-]{36})", address)[0]
    assert not notices(signed_in.get(f"/customers/?v={view}").content.decode())
    fields._further.remove(shoe_size)
    html = signed_in.get(f"/customers/?v={view}").content.decode()
    assert notices(html) == [
        "ตัดตัวกรอง “เบอร์รองเท้า” ออก: ไม่มีฟิลด์นี้แล้ว",
        "ตัดคอลัมน์ “เบอร์รองเท้า” ออก: ไม่มีฟิลด์นี้แล้ว",
    ]
    assert "คุณพิมพ์ลดา" in html
    assert "เกรด" in html
    assert "view-changed" not in html


def test_a_shared_view_outlives_its_field_for_whoever_has_it(
    signed_in: Client, client: Client, salesperson: Member, prae: Customer, shoe_size: Field
) -> None:
    state = "f=shoe_size:at_least:3&f=grade:is:A&columns=name,shoe_size&sort=name"
    view = re.findall(r"v=([0-9a-f-]{36})", save(signed_in, "เท้าใหญ่", state, shared="everyone", pinned="1"))[0]
    whole = f"v={view}&{state}"  # the address as a colleague kept it among their bookmarks
    fields._further.remove(shoe_size)
    for reader in (signed_in, sign_in(Client(), salesperson)):
        for address in (f"v={view}", whole):
            html = reader.get(f"/customers/?{address}").content.decode()
            assert "เท้าใหญ่" in tabs(html)
            assert len(notices(html)) == 2, address
            assert "คุณพิมพ์ลดา" in html
        assert reader.get(f"/customers/views/counts/?{whole}").status_code == 200
        assert reader.get(f"/customers/{prae.pk}/?list=v%3D{view}").status_code == 200
    file = signed_in.get(f"/export/customers/?v={view}&format=csv")
    assert b"".join(file.streaming_content).decode("utf-8-sig").splitlines() == ["ชื่อ", "พิมพ์ลดา อัครเดชากุล"]
    # Saved again it is a view without the field, and says nothing any more.
    saved = signed_in.post(f"/customers/views/{view}/state/", {"list": f"v={view}&f=grade:is:A&columns=name"})
    assert saved.status_code == 302
    assert not notices(signed_in.get(f"/customers/?v={view}").content.decode())


def test_leaves_out_what_another_reader_may_not_see(
    signed_in: Client, prae: Customer, onlooker: Member, client: Client
) -> None:
    address = save(signed_in, "วันเกิด", "f=birth_date:month_is:12&f=grade:is:A", shared="everyone")
    view = re.findall(r"v=([0-9a-f-]{36})", address)[0]
    theirs = Client()
    sign_in(theirs, onlooker)
    html = theirs.get(f"/customers/?v={view}").content.decode()
    assert notices(html) == ["ตัดตัวกรอง “วันเกิด” ออก: บทบาทของคุณไม่เห็นฟิลด์นี้"]
    assert "f=birth_date" not in html


def test_comes_back_with_its_place_after_deletion(signed_in: Client, prae: Customer, owner: Member) -> None:
    address = save(signed_in, "เกรด A", "f=grade:is:A", pinned="1")
    view = re.findall(r"v=([0-9a-f-]{36})", address)[0]
    with in_workspace(owner.workspace_id):
        before = [SavedView.objects.values().get(), SavedViewPlace.objects.values().get()]
    answer = signed_in.post(f"/customers/views/{view}/deletion/", follow=True).content.decode()
    assert "เกรด A" not in tabs(answer)
    undo = re.findall(r'data-undo="/changes/([0-9a-f-]{36})/undo/"', answer)
    with in_workspace(owner.workspace_id):
        assert not SavedView.objects.exists()
        undo_changeset(undo[0], member_id=owner.pk)
        assert [SavedView.objects.values().get(), SavedViewPlace.objects.values().get()] == before


def test_tabs_stand_in_the_order_that_their_member_gave_them(signed_in: Client, prae: Customer) -> None:
    ids = [re.findall(r"v=([0-9a-f-]{36})", save(signed_in, name, f"f=grade:is:{name}"))[0] for name in ("A", "B", "C")]
    signed_in.post("/customers/views/order/", {"order": ",".join([ids[2], ids[0], ids[1], "x"])})
    assert tabs(signed_in.get("/customers/").content.decode())[-3:] == ["C", "A", "B"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "  "}, "ต้องตั้งชื่อมุมมอง"),
        ({"name": "ก" * 500}, "ชื่อยาว 500 ตัวอักษร ใส่ได้ไม่เกิน 80"),
        ({"name": "x", "shared": "world"}, "เลือกว่าใครเห็นมุมมองนี้"),
        ({"name": "x", "shared": "teams"}, "เลือกอย่างน้อย 1 ทีม"),
    ],
)
def test_refuses_with_a_reason(signed_in: Client, prae: Customer, values: dict[str, str], said: str) -> None:
    answer = signed_in.post("/customers/views/", {"shared": "nobody", "list": "f=grade:is:A", **values})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_counts_of_the_other_tabs_come_after_the_page(signed_in: Client, prae: Customer) -> None:
    html = signed_in.get("/customers/views/counts/").content.decode()
    assert '<span class="tab-count" id="tab-count-at-risk" hx-swap-oob="true">1</span>' in html
    assert "tab-count-all" not in html


def test_a_document_says_its_version_and_reads_back(owner: Member) -> None:
    entity = fields.entity_for(owner).seen_by(owner)
    query = (
        "columns=name,grade&widths=name:300&sort=-total_spent&f=tags:has_any_tag:ค้าส่ง&f=last_order_at:within_last:30"
    )
    state = views_kept.ListState.parse(query, entity, owner)
    document = views_kept.to_document(state)
    assert document["version"] == 1
    assert views_kept.to_state(document, entity, owner) == replace(state, text="")

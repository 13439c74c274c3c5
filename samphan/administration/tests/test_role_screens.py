"""Roles on their screens: the list, composing, what it would show, comparing, and the history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from samphan.administration import actions, composition
from samphan.administration.composition import RoleDraft
from samphan.administration.models import Member, Workspace
from samphan.administration.roles import RIGHTS
from samphan.customers.models import Customer
from samphan.platform.access import Reach
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

NARROW = {
    "name": "ตัวแทนขาย",
    "name_en": "Sales agent",
    "permissions": ["customers.view_customer", "customers.change_customer", "work.view_activity"],
    "privacy_public": "shown",
    "privacy_business": "shown",
    "privacy_personal": "shown",
    "privacy_contact": "masked",
    "privacy_sensitive": "hidden",
    "privacy_financial": "hidden",
    "reach_customers": "own",
    "reach_tasks": "team",
}


def roles_of(member: Member) -> dict[str, Any]:
    return Workspace.objects.get(pk=member.workspace_id).roles


def made(client: Client, **changed: Any) -> str:
    answer = client.post("/settings/roles/new/", {**NARROW, **changed})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].split("/")[-2]


def test_composes_a_role_and_gives_it_to_somebody(signed_in: Client, owner: Member, salesperson: Member) -> None:
    key = made(signed_in)
    assert roles_of(owner)[key] == {
        "name": "ตัวแทนขาย",
        "name_en": "Sales agent",
        "permissions": ["customers.change_customer", "customers.view_customer", "work.view_activity"],
        "privacy": ["public", "business", "personal"],
        "masked": ["contact"],
        "reach": {"customers": "own", "tasks": "team"},
    }
    answer = signed_in.post(f"/settings/people/{salesperson.pk}/", {"name": "บอย", "roles": [key]})
    assert answer.status_code == 302
    page = signed_in.get("/settings/roles/").content.decode()
    assert "ตัวแทนขาย" in page and "บอย" in page and "ลูกค้า: ของตน" in page and "ไม่แสดง: อ่อนไหว, การเงิน" in page
    assert "มีผลกับ 1 คน" in signed_in.get(f"/settings/roles/{key}/").content.decode()


def test_opens_the_composer_as_the_role_is_kept(signed_in: Client) -> None:
    key = made(signed_in)
    page = signed_in.get(f"/settings/roles/{key}/").content.decode()
    for name, value in (("reach_customers", "own"), ("privacy_contact", "masked"), ("privacy_financial", "hidden")):
        assert f'name="{name}" value="{value}" checked' in page
    assert 'name="permissions" value="customers.delete_customer">' in page
    assert 'name="permissions" value="customers.view_customer" checked>' in page
    # An unchanged save writes nothing.
    signed_in.post(f"/settings/roles/{key}/", NARROW)
    assert signed_in.get(f"/settings/roles/{key}/").content.decode().count("<li>") == page.count("<li>")


def test_says_at_the_name_what_is_wrong_with_it_and_keeps_what_was_typed(signed_in: Client, owner: Member) -> None:
    made(signed_in)
    for name in ("ตัวแทนขาย", "  "):
        answer = signed_in.post("/settings/roles/new/", {**NARROW, "name": name, "reach_customers": "team"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in page and 'name="reach_customers" value="team" checked' in page
    assert len(roles_of(owner)) == 1
    answer = signed_in.post("/settings/roles/new/", {**NARROW, "name": "อื่น", "permissions": ["customers.fly"]})
    assert answer.status_code == 422 and "customers.fly" in answer.content.decode()
    assert signed_in.post("/settings/roles/new/", {**NARROW, "name": "อื่น", "reach_tasks": "sky"}).status_code == 422
    assert signed_in.post("/settings/roles/words/", {**NARROW, "reach_tasks": "sky"}).status_code == 404


def test_copies_a_role_of_samphans(signed_in: Client) -> None:
    page = signed_in.get("/settings/roles/new/?from=sales").content.decode()
    assert "สำเนา" in page and 'name="privacy_financial" value="shown" checked' in page
    assert 'value="insights.read_sales" checked' in page and 'value="customers.delete_customer">' in page


def test_changes_one_of_samphans_and_puts_it_back(signed_in: Client, owner: Member, salesperson: Member) -> None:
    assert signed_in.post("/settings/roles/sales/", {**NARROW, "name": "ฝ่ายขาย"}).status_code == 302
    salesperson = Member.objects.select_related("workspace").get(pk=salesperson.pk)
    assert salesperson.reach("customers") is Reach.OWN and not salesperson.may_read("financial")
    assert "แก้ไขแล้ว" in signed_in.get("/settings/roles/").content.decode()
    answer = signed_in.post("/settings/roles/sales/removal/")
    assert answer["Location"] == "/settings/roles/sales/" and roles_of(owner) == {}
    salesperson = Member.objects.select_related("workspace").get(pk=salesperson.pk)
    assert salesperson.rights == [RIGHTS["sales"]]


def test_deletes_a_role_only_while_nobody_has_it(signed_in: Client, owner: Member, salesperson: Member) -> None:
    key = made(signed_in)
    signed_in.post(f"/settings/people/{salesperson.pk}/", {"name": "บอย", "roles": [key]})
    answer = signed_in.post(f"/settings/roles/{key}/removal/")
    assert answer.status_code == 409 and "บอย" in answer.content.decode() and key in roles_of(owner)
    signed_in.post(f"/settings/people/{salesperson.pk}/", {"name": "บอย", "roles": ["sales"]})
    assert signed_in.post(f"/settings/roles/{key}/removal/").status_code == 302
    assert roles_of(owner) == {}
    assert signed_in.get(f"/settings/roles/{key}/").status_code == 404


def test_the_owners_role_is_only_read(signed_in: Client, owner: Member) -> None:
    page = signed_in.get("/settings/roles/owner/").content.decode()
    assert " disabled>" in page and 'data-opens="removal"' not in page
    assert signed_in.post("/settings/roles/owner/", NARROW).status_code == 422
    assert roles_of(owner) == {}


def test_says_in_words_what_the_form_means_and_what_somebody_would_see(
    signed_in: Client, owner: Member, salesperson: Member, inside: Workspace
) -> None:
    for name, whose in (("ของบอย", salesperson), ("ของเมย์", owner), ("ไม่มีเจ้าของ", None)):
        Customer.objects.create(workspace=inside, kind="person", name=name, owner=whose)

    def said(**changed: Any) -> str:
        answer = signed_in.post("/settings/roles/words/", {**NARROW, "as_member": str(salesperson.pk), **changed})
        assert answer.status_code == 200
        return answer.content.decode()

    page = said(key="sales")
    assert "สิ่งที่ บอย จะเห็น" in page and "<b>1</b>" in page and "โทรศัพท์" in page and "ของตน" in page
    assert "ฝ่ายขาย" not in page  # the role being changed is not counted beside itself
    # The same role as one more: what the other role gives counts too.
    assert "<b>3</b>" in said() and "รวมกับบทบาทอื่นที่มี" in said()
    assert "<b>3</b>" in said(key="sales", reach_customers="all")
    assert Member.objects.get(pk=salesperson.pk).roles == ["sales"] and roles_of(owner) == {}


def test_shows_roles_side_by_side(signed_in: Client) -> None:
    key = made(signed_in)
    page = signed_in.get(f"/settings/roles/comparison/?role={key}&role=sales").content.decode()
    head = page[page.index("<thead>") : page.index("</thead>")]
    assert "ตัวแทนขาย" in head and "ฝ่ายขาย" in head and "การตลาด" not in head
    assert page.count("ปิดบัง</td>") == 1
    # Without a choice: those that somebody has.
    page = signed_in.get("/settings/roles/comparison/").content.decode()
    assert "ตัวแทนขาย" not in page[page.index("<thead>") : page.index("</thead>")]


def test_keeps_who_changed_what_and_how_it_was_before(signed_in: Client, owner: Member) -> None:
    key = made(signed_in)
    assert (
        signed_in.post(
            f"/settings/roles/{key}/", {**NARROW, "reach_customers": "team", "permissions": ["customers.view_customer"]}
        ).status_code
        == 302
    )
    page = signed_in.get(f"/settings/roles/{key}/").content.decode()
    history = page[page.index('<details class="settings-acts">') :]
    assert "เมย์" in history and "แก้ไขลูกค้า" in history and "ลูกค้า: ของทีม" in history
    assert history.count("?version=") == 1  # the first one made it: nothing stood before
    version = history.split("?version=")[1].split('"')[0]
    page = signed_in.get(f"/settings/roles/{key}/?version={version}").content.decode()
    assert 'name="reach_customers" value="own" checked' in page and "ยังไม่มีผลจนกว่าจะบันทึก" in page
    assert signed_in.get(f"/settings/roles/sales/?version={version}").status_code == 404
    trail = signed_in.get("/settings/audit/").content.decode()
    assert "แก้ไขลูกค้า" in trail and key not in trail and "customers.change_customer" not in trail


def test_roles_are_for_those_who_change_people(
    client_of: Callable[[Member], Client], salesperson: Member, onlooker: Member
) -> None:
    for member in (salesperson, onlooker):
        client = client_of(member)
        for path in ("", "new/", "sales/", "comparison/"):
            assert client.get(f"/settings/roles/{path}").status_code == 403
        assert client.post("/settings/roles/new/", NARROW).status_code == 403
        assert client.post("/settings/roles/words/", NARROW).status_code == 403
        assert client.post("/settings/roles/sales/removal/").status_code == 403
        assert roles_of(member) == {}


def test_gives_nobody_more_than_they_have(
    client_of: Callable[[Member], Client], signed_in: Client, workspace: Workspace, owner: Member
) -> None:
    """Somebody whose role composes roles cannot compose a wider one, nor lock themselves out."""
    with in_workspace(workspace.pk):
        key = composition.save_role(
            None,
            RoleDraft(
                "ฝ่ายบุคคล",
                permissions=("administration.change_people", "administration.view_people", "customers.view_customer"),
                privacy=frozenset({"public"}),
                reach={"customers": "own", "tasks": "own"},
            ),
            acting_member=owner,
        )
    hr = actions.create_member(workspace, email="hr@doimok.example", name="ฝน", roles=[key], password="ก" * 12)
    client = client_of(hr)
    own = {"privacy_public": "shown", "reach_customers": "own", "reach_tasks": "own"}
    assert client.post("/settings/roles/new/", NARROW).status_code == 422
    assert client.post("/settings/roles/new/", {"name": "เล็ก", **own}).status_code == 302
    answer = client.post(f"/settings/roles/{key}/", {"name": "ฝ่ายบุคคล", **own})
    assert answer.status_code == 422 and "สิทธิ์แก้ไขบทบาทของตัวเอง" in answer.content.decode()


def test_reading_the_pages_takes_few_statements(
    signed_in: Client, salesperson: Member, django_assert_max_num_queries: Any
) -> None:
    made(signed_in)
    signed_in.get("/settings/roles/")
    with django_assert_max_num_queries(13):
        signed_in.get("/settings/roles/")
    with django_assert_max_num_queries(16):
        signed_in.get("/settings/roles/sales/")

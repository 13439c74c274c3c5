"""Roles that a company composes, and whose records they reach."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from samphan.administration import actions
from samphan.administration.composition import BadAccount, RoleDraft, delete_role, draft_of, save_role
from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.administration.reaching import Delegation, RecordShare
from samphan.administration.roles import RIGHTS, Role, composed, known_roles
from samphan.customers.models import Customer
from samphan.platform.access import Reach

CLERK = RoleDraft(
    name="เสมียน",
    name_en="Clerk",
    permissions=("customers.view_customer", "work.view_activity"),
    privacy=frozenset({"public", "business"}),
    masked=frozenset({"contact"}),
    reach={"customers": "own"},
)


@pytest.fixture
def clerk(inside: Workspace, owner: Member) -> Member:
    key = save_role(None, CLERK, acting_member=owner)
    member = actions.create_member(inside, email="tui@doimok.example", name="ตุ้ย", roles=["read_only"])
    actions.change_roles(member, roles=[key], acting_member=owner)
    member.workspace.refresh_from_db()
    return Member.objects.select_related("workspace").get(pk=member.pk)


def test_a_composed_role_gives_what_it_names_and_nothing_else(clerk: Member) -> None:
    assert clerk.may("customers.view_customer")
    assert not clerk.may("customers.change_customer")
    assert not clerk.may("administration.view_audit")
    assert clerk.may_read("business")
    assert not clerk.may_read("contact")
    assert clerk.may_read_masked("contact")
    assert not clerk.may_read_masked("business")
    assert clerk.reach("customers") is Reach.OWN
    assert clerk.reach("tasks") is Reach.ALL


def test_of_several_roles_the_widest_counts(clerk: Member, owner: Member) -> None:
    actions.change_roles(clerk, roles=[*clerk.roles, "sales"], acting_member=owner)
    assert clerk.reach("customers") is Reach.ALL
    assert clerk.may_read("contact")
    assert not clerk.may_read_masked("contact")


def test_the_next_click_has_the_new_rights(client_of: Callable[[Member], Client], clerk: Member, owner: Member) -> None:
    client = client_of(clerk)
    assert client.get("/customers/new/").status_code == 403
    wider = replace(CLERK, permissions=(*CLERK.permissions, "customers.add_customer"))
    save_role(clerk.roles[0], wider, acting_member=owner)
    assert client.get("/customers/new/").status_code == 200


def test_every_change_of_a_role_is_audited_with_what_it_gained_and_lost(clerk: Member, owner: Member) -> None:
    changed = replace(CLERK, permissions=("customers.view_customer", "customers.add_customer"), reach={})
    save_role(clerk.roles[0], changed, acting_member=owner)
    entry = AuditEntry.objects.filter(action="administration.role_changed").latest("id")
    assert entry.detail["gained"] == ["customers.add_customer"]
    assert entry.detail["lost"] == ["work.view_activity"]
    assert entry.member_id == owner.pk


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (replace(CLERK, name=" "), "ตั้งชื่อ"),
        (replace(CLERK, name="x" * 61), "60"),
        (replace(CLERK, name="ผู้จัดการ"), "อยู่แล้ว"),
        (replace(CLERK, permissions=("customers.fly",)), "customers.fly"),
        (replace(CLERK, reach={"planets": "own"}), "planets"),
        (replace(CLERK, reach={"customers": "everything"}), "everything"),
    ],
)
def test_refuses_a_role_that_makes_no_sense(inside: Workspace, owner: Member, draft: RoleDraft, why: str) -> None:
    with pytest.raises(BadAccount, match=why):
        save_role(None, draft, acting_member=owner)
    inside.refresh_from_db()
    assert inside.roles == {}


def test_nobody_gives_more_than_they_have(inside: Workspace, owner: Member) -> None:
    people = replace(
        CLERK, permissions=(*CLERK.permissions, "administration.view_people", "administration.change_people")
    )
    key = save_role(None, people, acting_member=owner)
    member = actions.create_member(inside, email="tui@doimok.example", name="ตุ้ย", roles=["read_only"])
    actions.change_roles(member, roles=[key], acting_member=owner)
    member = Member.objects.select_related("workspace").get(pk=member.pk)
    with pytest.raises(BadAccount):
        save_role(None, replace(CLERK, name="อื่น", permissions=("customers.delete_customer",)), acting_member=member)
    with pytest.raises(BadAccount):
        save_role(None, replace(CLERK, name="อื่น", privacy=frozenset({"sensitive"})), acting_member=member)
    with pytest.raises(BadAccount):
        save_role(None, replace(CLERK, name="อื่น", reach={}), acting_member=member)
    with pytest.raises(BadAccount):
        actions.change_roles(member, roles=["admin"], acting_member=member)
    assert save_role(None, replace(CLERK, name="อื่น"), acting_member=member)


def test_nobody_takes_the_right_to_change_roles_from_themselves(inside: Workspace, owner: Member) -> None:
    owner.roles = ["admin"]
    with pytest.raises(BadAccount, match="ตัวเอง"):
        save_role("admin", CLERK, acting_member=owner)


def test_the_owners_role_stays_as_it_is(inside: Workspace, owner: Member) -> None:
    with pytest.raises(BadAccount):
        save_role("owner", CLERK, acting_member=owner)
    inside.roles = {"owner": CLERK.document()}
    inside.save(update_fields=["roles"])
    fresh = Member.objects.select_related("workspace").get(pk=owner.pk)
    assert fresh.may("administration.change_people")


def test_a_role_of_samphan_is_changed_and_put_back(inside: Workspace, owner: Member) -> None:
    sales = draft_of(RIGHTS[Role.SALES])
    save_role("sales", replace(sales, reach={"customers": "own"}), acting_member=owner)
    assert known_roles(owner.workspace.roles)["sales"].reach_of("customers") is Reach.OWN
    assert delete_role("sales", acting_member=owner)
    assert known_roles(owner.workspace.roles)["sales"].reach_of("customers") is Reach.ALL


def test_a_role_that_somebody_has_is_not_deleted(clerk: Member, owner: Member) -> None:
    with pytest.raises(BadAccount, match="ตุ้ย"):
        delete_role(clerk.roles[0], acting_member=owner)
    actions.change_roles(clerk, roles=["read_only"], acting_member=owner)
    assert not delete_role(
        clerk.roles[0] if clerk.roles[0] != "read_only" else next(iter(owner.workspace.roles)), acting_member=owner
    )


def test_what_a_document_does_not_say_is_not_given() -> None:
    rights = composed({"name": "?", "privacy": ["contact", "secrets"], "reach": {"customers": "galaxy"}})
    assert rights.privacy == {"contact"}
    assert rights.reach_of("customers") is Reach.OWN
    assert not rights.may("customers.view_customer")


# Reach


def make(workspace: Workspace, name: str, owner: Member | None) -> Customer:
    return Customer.objects.create(workspace=workspace, name=name, owner=owner)


def seen(member: Member) -> set[str]:
    fresh = Member.objects.select_related("workspace").get(pk=member.pk)
    return set(Customer.objects.visible_to(fresh).values_list("name", flat=True))


def test_own_reaches_ones_own_and_what_is_shared_or_stood_in_for(
    clerk: Member, owner: Member, salesperson: Member, inside: Workspace
) -> None:
    make(inside, "ของตุ้ย", clerk)
    make(inside, "ของบอย", salesperson)
    far = make(inside, "ของเมย์", owner)
    make(inside, "ไม่มีผู้ดูแล", None)
    assert seen(clerk) == {"ของตุ้ย"}
    RecordShare.objects.create(workspace=inside, entity="customers", record_id=far.pk, member=clerk)
    assert seen(clerk) == {"ของตุ้ย", "ของเมย์"}
    today = inside.today()
    leave = Delegation.objects.create(
        workspace=inside, member=salesperson, stand_in=clerk, starts_on=today - timedelta(days=3), ends_on=today
    )
    assert seen(clerk) == {"ของตุ้ย", "ของเมย์", "ของบอย"}
    leave.ends_on = today - timedelta(days=1)
    leave.save(update_fields=["ends_on"])
    assert seen(clerk) == {"ของตุ้ย", "ของเมย์"}


def test_team_reaches_the_team_and_what_is_nobodys(
    clerk: Member, owner: Member, salesperson: Member, inside: Workspace
) -> None:
    save_role(clerk.roles[0], replace(CLERK, reach={"customers": "team"}), acting_member=owner)
    actions.create_team(inside, name="ร้านนิมมาน", members=[clerk, salesperson], acting_member_id=owner.pk)
    make(inside, "ของบอย", salesperson)
    make(inside, "ของเมย์", owner)
    make(inside, "ไม่มีผู้ดูแล", None)
    assert seen(clerk) == {"ของบอย", "ไม่มีผู้ดูแล"}


def test_a_record_shared_with_a_team_is_seen_by_its_people(clerk: Member, owner: Member, inside: Workspace) -> None:
    far = make(inside, "ของเมย์", owner)
    team = actions.create_team(inside, name="ร้านนิมมาน", members=[clerk], acting_member_id=owner.pk)
    RecordShare.objects.create(workspace=inside, entity="customers", record_id=far.pk, team=team)
    assert seen(clerk) == {"ของเมย์"}

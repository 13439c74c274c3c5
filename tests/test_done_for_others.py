"""What a stand-in does is written down as done for whose record it is, and shown to them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from samphan.administration import absences, jobs, on_behalf
from samphan.administration import actions as people
from samphan.administration.models import AuditEntry, Member, Notification, Workspace
from samphan.administration.reaching import Delegation
from samphan.commerce.models import Order
from samphan.customers import actions, covering
from samphan.customers.models import Customer
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace
from samphan.work import actions as work

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Browser = Callable[[Member], Client]


def browser(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend=BACKEND)
    return client


@pytest.fixture
def theirs(workspace: Workspace, owner: Member) -> Customer:
    """A customer of the owner's."""
    with in_workspace(workspace.pk):
        return Customer.objects.create(
            workspace=workspace, kind="person", name="สมชาย ใจดี", first_name="สมชาย", owner=owner
        )


def away(owner: Member, stand_in: Member) -> Delegation:
    today = owner.workspace.today()
    with in_workspace(owner.workspace_id):
        absences.name_stand_in(owner, stand_in, starts_on=today, ends_on=today + timedelta(days=6), acting_member=owner)
        return Delegation.objects.select_related("member__workspace").get()


def notes(workspace: Workspace) -> list[list[str]]:
    with in_workspace(workspace.pk):
        acts = Changeset.objects.filter(kind__startswith="customers.").order_by("id")
        return [[one["name"] for one in act.note.get("for", ())] for act in acts]


def test_history_and_timeline_say_for_whom(
    workspace: Workspace, owner: Member, salesperson: Member, theirs: Customer
) -> None:
    agent = browser(salesperson)
    with in_workspace(workspace.pk):
        actions.tag_customers([theirs.pk], "ก่อนลา", acting_member=salesperson)
    away(owner, salesperson)
    with in_workspace(workspace.pk):
        actions.tag_customers([theirs.pk], "ลูกค้าร้าน", acting_member=salesperson)
        work.write_activity(theirs, "note", text="โทรกลับพรุ่งนี้", at=timezone.now(), acting_member=salesperson)
    assert notes(workspace) == [[], ["เมย์"]]
    page = agent.get(f"/customers/{theirs.pk}/").content.decode()
    assert page.count("บอย แทน เมย์") >= 2 and "<b>บอย</b>" in page


def test_what_one_does_with_ones_own_is_for_nobody(workspace: Workspace, owner: Member, salesperson: Member) -> None:
    away(owner, salesperson)
    with in_workspace(workspace.pk):
        mine = Customer.objects.create(workspace=workspace, kind="person", name="ของบอย", owner=salesperson)
        actions.tag_customers([mine.pk], "ประจำ", acting_member=salesperson)
        actions.tag_customers([mine.pk], "ประจำ2", acting_member=owner)
    assert notes(workspace) == [[], []]


def test_a_task_of_the_absent_is_finished_for_them(
    workspace: Workspace, owner: Member, salesperson: Member, theirs: Customer
) -> None:
    with in_workspace(workspace.pk):
        plan = work.Plan("ส่งใบเสนอราคา", owner.pk, theirs.pk, due_on=workspace.today())
        _act, task = work.create_task(plan, acting_member=owner, at=datetime.now(UTC))
    away(owner, salesperson)
    answer = browser(salesperson).post(f"/tasks/{task.pk}/state/", {"state": "done"})
    assert answer.status_code in (200, 302)
    page = browser(owner).get(f"/customers/{theirs.pk}/").content.decode()
    assert "<b>บอย แทน เมย์</b>" in page


def test_the_absent_sees_what_was_done_and_nobody_else_does(
    workspace: Workspace, owner: Member, salesperson: Member, onlooker: Member, theirs: Customer
) -> None:
    delegation = away(owner, salesperson)
    here = f"/settings/stand-ins/{delegation.pk}/"
    assert "ยังไม่มีรายการ" in browser(owner).get(here).content.decode()
    with in_workspace(workspace.pk):
        Order.objects.create(workspace=workspace, number="SO-1", customer=theirs, ordered_at=timezone.now())
        act, _count = actions.tag_customers([theirs.pk], "ลูกค้าร้าน", acting_member=salesperson)
    page = browser(owner).get(here).content.decode()
    assert "สมชาย" in page and "ติดแท็ก" in page and f"/customers/{theirs.pk}/" in page
    assert here in browser(owner).get("/settings/stand-ins/").content.decode()
    assert browser(salesperson).get(here).status_code == 200
    assert browser(onlooker).get(here).status_code == 404
    with in_workspace(workspace.pk):
        undo_changeset(act, member_id=owner.pk)
    assert "เลิกทำแล้ว" in browser(owner).get(here).content.decode()


def test_pages_of_what_was_done_follow_each_other(
    workspace: Workspace, owner: Member, salesperson: Member, theirs: Customer
) -> None:
    delegation = away(owner, salesperson)
    with in_workspace(workspace.pk):
        for number in range(5):
            actions.tag_customers([theirs.pk], f"แท็ก{number}", acting_member=salesperson)
        first = on_behalf.done_for(delegation, owner, limit=3)
        rest = on_behalf.done_for(delegation, owner, before=first[-1].id, limit=3)
    assert (len(first), len(rest)) == (3, 2) and first[0].at >= first[-1].at
    assert {one.id for one in first}.isdisjoint(one.id for one in rest)


def test_a_covered_value_shown_in_somebodys_place_is_in_the_trail_for_them(
    workspace: Workspace, owner: Member, salesperson: Member, theirs: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(owner, salesperson)
    monkeypatch.setattr(covering, "is_covered", lambda viewer, name: True)
    monkeypatch.setattr(covering, "require", lambda viewer, permission: None)
    with in_workspace(workspace.pk):
        covering.reveal(theirs, "first_name", acting_member=salesperson)
        entry = AuditEntry.objects.get(action="customers.field_revealed")
    assert [one["name"] for one in entry.detail["for"]] == ["เมย์"]
    assert "บอย แทน เมย์" in browser(owner).get("/settings/audit/").content.decode()


def test_it_ends_by_itself_and_who_is_back_is_told(
    workspace: Workspace, owner: Member, salesperson: Member, theirs: Customer
) -> None:
    delegation = away(owner, salesperson)
    today = workspace.today()
    with in_workspace(workspace.pk):
        Delegation.objects.filter(pk=delegation.pk).update(starts_on=today - timedelta(days=7), ends_on=today)
    jobs.tell_stand_ins(timestamp=0)
    assert not told_back(owner)
    with in_workspace(workspace.pk):
        Delegation.objects.filter(pk=delegation.pk).update(ends_on=today - timedelta(days=1))
    absences._kept.clear()
    jobs.tell_stand_ins(timestamp=0)
    jobs.tell_stand_ins(timestamp=0)
    assert [one.url for one in told_back(owner)] == [f"/settings/stand-ins/{delegation.pk}/"]
    with in_workspace(workspace.pk):
        actions.tag_customers([theirs.pk], "หลังลา", acting_member=salesperson)
    assert notes(workspace)[-1] == []
    assert "ทำงานแทน" in browser(owner).get("/settings/stand-ins/").content.decode()


def told_back(owner: Member) -> list[Notification]:
    with in_workspace(owner.workspace_id):
        return list(Notification.objects.filter(member=owner, kind="administration.stand_in_over"))


def test_an_export_of_their_records_is_in_the_trail_for_them(
    workspace: Workspace, owner: Member, theirs: Customer
) -> None:
    manager = people.create_member(workspace, email="ning@doimok.example", name="หนิง", roles=["manager"])
    with in_workspace(workspace.pk):
        Customer.objects.create(workspace=workspace, kind="person", name="ของหนิง", owner=manager)
        Order.objects.create(workspace=workspace, number="SO-9", customer=theirs, ordered_at=timezone.now())
    clerk = browser(manager)

    def taken(entity: str, query: str = "") -> list[str]:
        answer = clerk.get(f"/export/{entity}/?format=csv&{query}")
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert answer.status_code == 200
        with in_workspace(workspace.pk):
            entry = AuditEntry.objects.filter(action__endswith="_exported").latest("id")
        return [one["name"] for one in entry.detail.get("for", ())]

    assert taken("customers") == [], "before the leave"
    away(owner, manager)
    assert taken("customers") == ["เมย์"]
    assert taken("customers", f"f=owner:is_any_of:{manager.pk}") == [], "of their own alone"
    assert taken("orders") == ["เมย์"]
    boss = browser(owner)
    assert "หนิง แทน เมย์" in boss.get("/settings/audit/").content.decode()
    file = boss.get("/settings/audit/file/csv/")
    assert "หนิง แทน เมย์" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]

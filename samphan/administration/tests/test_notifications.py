"""What concerns one member: told once, to them alone, in their language."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app as procrastinate_app

from samphan.administration import notifications
from samphan.administration.jobs import carry_out_retention
from samphan.administration.models import Member, Notification, Workspace
from samphan.administration.subscribers import tell_that_an_import_ended
from samphan.platform.imports.events import ImportEnded
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

UNDONE = "administration.import_undone"


def tell(
    workspace: Workspace, *members: Member, key: str = "1", by: Member | None = None, url: str = "/imports/"
) -> int:
    with in_workspace(workspace.pk):
        return notifications.notify(
            [member.pk for member in members],
            UNDONE,
            key=key,
            values={"file": "ลูกค้าเก่า.xlsx"},
            url=url,
            by=by.pk if by else None,
        )


def test_tells_a_member_once_of_the_same(workspace: Workspace, owner: Member, salesperson: Member) -> None:
    assert tell(workspace, owner, salesperson) == 2
    assert tell(workspace, owner, salesperson) == 0
    assert tell(workspace, owner, key="2") == 1


def test_tells_neither_the_one_who_did_it_nor_closed_access_nor_another_company(
    workspace: Workspace, owner: Member, salesperson: Member, onlooker: Member, stranger: Member
) -> None:
    with in_workspace(workspace.pk):
        Member.objects.filter(pk=onlooker.pk).update(is_active=False)
    assert tell(workspace, owner, salesperson, onlooker, stranger, by=owner) == 1
    with in_workspace(workspace.pk):
        assert [told.member_id for told in Notification.objects.all()] == [salesperson.pk]


def test_refuses_a_kind_that_nobody_declared(inside: Workspace, owner: Member) -> None:
    with pytest.raises(KeyError):
        notifications.notify([owner.pk], "nobody.said_so", key="1")


def test_speaks_the_language_of_the_reader(
    workspace: Workspace, owner: Member, salesperson: Member, client_of: Callable[[Member], Client]
) -> None:
    owner.user.language = "en"
    owner.user.save(update_fields=["language"])
    tell(workspace, owner, salesperson)
    assert "The import of “ลูกค้าเก่า.xlsx” was undone" in client_of(owner).get("/notifications/").content.decode()
    assert "เลิกทำการนำเข้า “ลูกค้าเก่า.xlsx” แล้ว" in client_of(salesperson).get("/notifications/").content.decode()


def test_the_bell_has_a_dot_until_somebody_looks(workspace: Workspace, owner: Member, signed_in: Client) -> None:
    assert "bell-dot" not in signed_in.get("/settings/").content.decode()
    tell(workspace, owner)
    assert "bell-dot" in signed_in.get("/settings/").content.decode()
    assert "is-unread" in signed_in.get("/notifications/panel/").content.decode()
    assert "bell-dot" not in signed_in.get("/notifications/bell/").content.decode()
    assert "is-unread" in signed_in.get("/notifications/panel/").content.decode()


def test_opening_one_reads_it_and_leads_on(workspace: Workspace, owner: Member, signed_in: Client) -> None:
    tell(workspace, owner)
    with in_workspace(workspace.pk):
        one = Notification.objects.get()
    answer = signed_in.get(f"/notifications/{one.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/imports/")
    assert "is-unread" not in signed_in.get("/notifications/").content.decode()


def test_never_leads_out_of_the_product(workspace: Workspace, owner: Member, signed_in: Client) -> None:
    tell(workspace, owner, url="https://elsewhere.example/")
    with in_workspace(workspace.pk):
        one = Notification.objects.get()
    assert signed_in.get(f"/notifications/{one.pk}/")["Location"] == "/notifications/"


def test_hides_what_a_colleague_is_told(
    workspace: Workspace, owner: Member, salesperson: Member, client_of: Callable[[Member], Client]
) -> None:
    tell(workspace, salesperson)
    with in_workspace(workspace.pk):
        one = Notification.objects.get()
    assert client_of(owner).get(f"/notifications/{one.pk}/").status_code == 404
    assert "ลูกค้าเก่า.xlsx" not in client_of(owner).get("/notifications/").content.decode()
    assert client_of(salesperson).get(f"/notifications/{one.pk}/").status_code == 302


def test_all_are_read_with_one_button(workspace: Workspace, owner: Member, signed_in: Client) -> None:
    tell(workspace, owner, key="1")
    tell(workspace, owner, key="2")
    assert signed_in.post("/notifications/readings/").status_code == 302
    assert "is-unread" not in signed_in.get("/notifications/").content.decode()


def test_goes_on_page_by_page_without_a_gap(workspace: Workspace, owner: Member, signed_in: Client) -> None:
    for number in range(60):
        tell(workspace, owner, key=str(number))
    first = signed_in.get("/notifications/")
    assert first.content.decode().count('class="told ') == 50
    second = signed_in.get(f"/notifications/?before={first.context['next']}")
    assert second.content.decode().count('class="told ') == 10
    assert second.context["next"] is None
    assert signed_in.get("/notifications/?before=nonsense").status_code == 200


def test_goes_after_ninety_days(workspace: Workspace, owner: Member) -> None:
    tell(workspace, owner, key="old")
    with in_workspace(workspace.pk):
        Notification.objects.update(created_at=timezone.now() - timedelta(days=91))
    tell(workspace, owner, key="new")
    carry_out_retention(timestamp=int(timezone.now().timestamp()))
    carry_out_retention(timestamp=int(timezone.now().timestamp()))
    with in_workspace(workspace.pk):
        assert [told.key for told in Notification.objects.all()] == ["new"]


def test_forgetting_runs_every_night() -> None:
    names = [name for name, _id in procrastinate_app.periodic_registry.periodic_tasks]
    assert carry_out_retention.name in names


def test_telling_many_takes_as_many_statements_as_telling_one(
    workspace: Workspace, owner: Member, salesperson: Member, onlooker: Member
) -> None:
    with CaptureQueriesContext(connection) as one:
        tell(workspace, owner, key="1")
    with CaptureQueriesContext(connection) as three:
        tell(workspace, owner, salesperson, onlooker, key="2")
    inserts = [query for query in three.captured_queries if "INSERT" in query["sql"]]
    assert len(inserts) == 1
    assert len(three) <= len(one) + 2  # one signal to the bell of each


def test_whoever_imported_hears_how_it_ended(workspace: Workspace, owner: Member, signed_in: Client) -> None:
    with in_workspace(workspace.pk):
        batch = ImportBatch.objects.create(
            workspace_id=workspace.pk,
            member_id=owner.pk,
            kind="customers",
            file_name="ลูกค้า.xlsx",
            file_path="nowhere",
            state=ImportBatch.State.DONE,
            created=12,
            finished_at=timezone.now(),
        )
        tell_that_an_import_ended(ImportEnded(batch.pk, "done"))
        tell_that_an_import_ended(ImportEnded(batch.pk, "done"))
    page = signed_in.get("/notifications/").content.decode()
    assert page.count("นำเข้า “ลูกค้า.xlsx” เสร็จแล้ว") == 1
    assert "เพิ่มใหม่ 12" in page

"""All tasks as the house's list: views, cells edited in place, paste, bulk, quick view, and its weight."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.lists.editing import BadCells, CellEdit, CellsChanged
from samphan.administration.models import Member, Notification, Workspace
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import htmx, sign_in
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.events.models import OutboxEvent
from samphan.platform.events.outbox import read
from samphan.platform.tenancy import in_workspace
from samphan.work import actions
from samphan.work.cells import TaskCells, edit_tasks
from samphan.work.models import Task, TaskState
from samphan.work.recurrence import Every, Recurrence
from samphan.work.subscribers import tell_of_many_tasks
from samphan.work.views.listing import TASK_LIST

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = timezone.now()
TODAY = NOW.astimezone(BANGKOK).date()


def make(member: Member, title: str, **values: Any) -> Task:
    plan = actions.Plan(title=title, **{"assignee_id": member.pk, **values})
    return actions.create_task(plan, acting_member=member, at=NOW)[1]


def titles(html: str) -> list[str]:
    return re.findall(r"<span class=clip>([^<]+)</span>", html)


def test_the_views_show_mine_the_teams_and_what_is_late(
    signed_in: Client, owner: Member, salesperson: Member, prae: Customer
) -> None:
    with in_workspace(owner.workspace_id):
        make(owner, "ช้า", due_on=TODAY - timedelta(days=1), customer_id=prae.pk)
        make(owner, "วันนี้", due_on=TODAY)
        make(owner, "ไม่มีวัน")
        make(salesperson, "ของบอย", due_on=TODAY + timedelta(days=3))
        actions.move_task(make(owner, "เสร็จ"), Task.State.DONE, acting_member=owner, at=NOW)
    queries = {view.name: view.query for view in TASK_LIST.views}

    def shown(name: str) -> list[str]:
        return titles(signed_in.get(f"/tasks/?{queries[name]}").content.decode())

    assert set(shown("all")) == {"ช้า", "วันนี้", "ไม่มีวัน", "ของบอย", "เสร็จ"}
    assert shown("mine") == ["ช้า", "วันนี้", "ไม่มีวัน"], "by day, those without one behind"
    assert shown("team") == ["ช้า", "วันนี้", "ของบอย", "ไม่มีวัน"]
    assert shown("late") == ["ช้า"]
    assert shown("week") == ["วันนี้", "ของบอย"]
    html = signed_in.get("/tasks/", {"q": "บอย"}).content.decode()
    assert titles(html) == ["ของบอย"]
    html = signed_in.get("/tasks/").content.decode()
    assert f'/customers/{prae.pk}/">คุณพิมพ์ลดา อัครเดชากุล (แพร)</a>' in html
    # What follows the last cell would stand in it, and an empty cell that is not empty has no dash.
    assert re.search(r"<td>\s*</tr>", html) and not re.search(r"<td>\s+</tr>", html)


def test_a_cell_is_edited_in_place_and_says_what_is_wrong(
    signed_in: Client, owner: Member, salesperson: Member
) -> None:
    with in_workspace(owner.workspace_id):
        task = make(owner, "โทรกลับ", due_on=TODAY, recurrence=Recurrence(Every.WEEK))

    def edit(field: str, value: str, seen: str) -> int:
        answer = signed_in.post(f"/tasks/cells/{task.pk}/{field}/", {"value": value, "seen": seen}, **htmx())
        return answer.status_code

    assert edit("title", " ", "โทรกลับ") == 422
    assert edit("due_on", "เมื่อไรก็ได้", TODAY.isoformat()) == 422
    assert edit("assignee", "ใครก็ไม่รู้", str(owner.pk)) == 422
    assert edit("state", "จรวด", "not_started") == 422
    assert edit("title", "โทรกลับหาเชฟ", "ชื่ออื่น") == 422, "somebody changed it meanwhile"
    assert edit("title", "โทรกลับหาเชฟ", "โทรกลับ") == 200
    assert edit("assignee", str(salesperson.pk), str(owner.pk)) == 200
    assert edit("state", "done", "not_started") == 200
    with in_workspace(owner.workspace_id):
        task.refresh_from_db()
        assert (task.title, task.assignee_id, task.state) == ("โทรกลับหาเชฟ", salesperson.pk, "done")
        assert task.closed_at is not None
        assert list(task.states.order_by("id").values_list("state", flat=True)) == ["not_started", "done"]
        following = Task.objects.open().get()
        assert (following.due_on, following.assignee_id) == (TODAY + timedelta(days=7), salesperson.pk)


def test_a_day_takes_time_and_reminder_along(inside: Workspace, owner: Member) -> None:
    due_at = datetime.combine(TODAY, datetime.min.time(), BANGKOK) + timedelta(hours=14)
    task = make(owner, "ประชุม", due_on=TODAY, due_at=due_at, reminder_at=due_at - timedelta(hours=1))
    day = TODAY + timedelta(days=5)
    act, count = edit_tasks([task.pk], "due_on", day.isoformat(), acting_member=owner, at=NOW)
    task.refresh_from_db()
    assert (count, task.due_on, task.due_at) == (1, day, due_at + timedelta(days=5))
    assert task.reminder_at == due_at + timedelta(days=5) - timedelta(hours=1)
    undo_changeset(act, member_id=owner.pk)
    task.refresh_from_db()
    assert (task.due_on, task.due_at) == (TODAY, due_at)
    edit_tasks([task.pk], "due_on", "", acting_member=owner, at=NOW)
    task.refresh_from_db()
    assert (task.due_on, task.due_at, task.reminder_at) == (None, None, None)


def test_many_are_given_to_somebody_who_hears_of_it_once(signed_in: Client, owner: Member, salesperson: Member) -> None:
    with in_workspace(owner.workspace_id):
        made = [make(owner, f"งาน {index}", due_on=TODAY) for index in range(30)]
    asked = signed_in.get("/tasks/bulk/?field=assignee", **htmx())
    assert "บอย" in asked.content.decode()
    body = {"field": "assignee", "value": str(salesperson.pk), "ids": [str(task.pk) for task in made]}
    answer = signed_in.post("/tasks/bulk/", body, **htmx())
    assert answer.status_code == 204
    with in_workspace(owner.workspace_id):
        assert Task.objects.filter(assignee=salesperson).count() == 30
        for event in [*OutboxEvent.objects.filter(type="work.tasks_assigned")] * 2:
            tell_of_many_tasks(read(event.type, event.payload))  # type: ignore[arg-type]
        assert Notification.objects.get().member_id == salesperson.pk
        undo_changeset(answer["HX-Trigger"].split("/changes/")[1].split("/")[0], member_id=owner.pk)
        assert Task.objects.filter(assignee=owner).count() == 30


def test_finishing_many_takes_few_statements_and_undo_takes_all_back(inside: Workspace, owner: Member) -> None:
    made = [make(owner, f"งาน {index}", due_on=TODAY, recurrence=Recurrence(Every.DAY)) for index in range(40)]
    with CaptureQueriesContext(connection) as asked:
        act, count = edit_tasks([task.pk for task in made], "state", "เสร็จ", acting_member=owner, at=NOW)
    assert count == 40
    assert len(asked) <= 14, [query["sql"][:80] for query in asked]
    assert Task.objects.open().count() == 40, "the next ones"
    undo_changeset(act, member_id=owner.pk)
    assert Task.objects.open().count() == Task.objects.count() == 40
    assert TaskState.objects.count() == 40


def test_a_paste_is_checked_whole_and_undone_as_one(signed_in: Client, owner: Member, salesperson: Member) -> None:
    with in_workspace(owner.workspace_id):
        one, two = make(owner, "หนึ่ง"), make(owner, "สอง", due_on=TODAY)
        plan = TaskCells(owner, NOW).plan(
            [
                CellEdit(one.pk, "due_on", "27 พ.ย. 2569"),
                CellEdit(one.pk, "assignee", "บอย"),
                CellEdit(two.pk, "state", "กำลังทำ"),
                CellEdit(two.pk, "title", "  "),
            ]
        )
        assert [(change.field, change.new) for change in plan.changes] == [
            ("due_on", "2026-11-27"), ("assignee", str(salesperson.pk)), ("state", "doing"),
        ]  # fmt: skip
        assert [(trouble.record_id, trouble.field) for trouble in plan.troubles] == [(two.pk, "title")]
        edits = [CellEdit(one.pk, "due_on", "27 พ.ย. 2569"), CellEdit(two.pk, "title", " ")]
        with pytest.raises(BadCells):
            TaskCells(owner, NOW).write(edits)
        one.refresh_from_db()
        assert one.due_on is None, "all or none"
        seen = TaskCells(owner, NOW).plan(edits[:1]).seen
        edit_tasks([one.pk], "due_on", "2026-12-01", acting_member=owner, at=NOW)
        with pytest.raises(CellsChanged):
            TaskCells(owner, NOW).write(edits[:1], seen=seen)


def test_who_may_not_assign_gives_nobody_a_task(inside: Workspace, owner: Member, onlooker: Member) -> None:
    task = make(owner, "ของเมย์")
    plan = TaskCells(onlooker, NOW).plan([CellEdit(task.pk, "assignee", str(owner.pk))])
    assert plan.troubles


def test_the_quick_view_shows_a_task_and_follows_it(signed_in: Client, owner: Member, prae: Customer) -> None:
    with in_workspace(owner.workspace_id):
        task = make(owner, "ส่งใบเสนอราคา", due_on=TODAY, customer_id=prae.pk, text="ชุดของขวัญ 20 ชุด")
    html = signed_in.get(f"/tasks/{task.pk}/quick/", **htmx()).content.decode()
    assert "ชุดของขวัญ 20 ชุด" in html
    assert "แพร" in html
    assert "samphan:tasks-changed" in html
    assert "data-shown=" in signed_in.get(f"/tasks/?view={task.pk}").content.decode()
    assert signed_in.get(f"/tasks/?view={prae.pk}").status_code == 200


def test_the_page_is_light_and_asks_few_questions(
    signed_in: Client, inside: Workspace, owner: Member, prae: Customer
) -> None:
    def fill(count: int) -> None:
        Task.objects.bulk_create(
            Task(
                workspace_id=inside.pk, title="โทรแนะนำชุดเริ่มต้นร้านใหม่ที่ลำปาง", assignee=owner, made_by=owner,
                customer=prae, due_on=TODAY + timedelta(days=index % 9), kind="call",
            )
            for index in range(count)
        )  # fmt: skip

    fill(60)
    signed_in.get("/tasks/")
    with CaptureQueriesContext(connection) as few:
        signed_in.get("/tasks/")
    fill(60)
    with CaptureQueriesContext(connection) as many:
        page = signed_in.get("/tasks/")
    assert len(page.content) < 60_000
    assert len(many) == len(few) <= 22, [query["sql"][:80] for query in many]


@pytest.mark.parametrize("sort", ["due_on", "-due_on", "created_at"])
def test_every_sort_walks_an_index(signed_in: Client, inside: Workspace, owner: Member, sort: str) -> None:
    Task.objects.bulk_create(
        Task(workspace_id=inside.pk, title="งาน", assignee=owner, due_on=date(2026, 1, 1) + timedelta(days=index))
        for index in range(120)
    )
    first = signed_in.get(f"/tasks/?sort={sort}").content.decode()
    found = re.search(r'id="task-pager"[^>]*><a[^>]*href="([^"]+)"', first)
    assert found
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_bitmapscan = off")
        cursor.execute("SET enable_sort = off")
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(found[1].replace("&amp;", "&"))
    page = next(query["sql"] for query in queries if "column_0" in query["sql"])
    with in_workspace(inside.pk), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + page.replace("%", "%%"), [])
        plan: Any = cursor.fetchone()[0]
        cursor.execute("RESET enable_seqscan")
        cursor.execute("RESET enable_bitmapscan")
        cursor.execute("RESET enable_sort")
    said = json.dumps(plan if isinstance(plan, list) else json.loads(plan))
    scan = re.search(r'"Relation Name": "work_task".{0,400}?"Index Cond": "([^}]*?)"[,}]', said)
    assert scan and "ROW(" in scan[1], said[:1500]


def test_another_company_and_strangers_see_nothing(client: Client, owner: Member, stranger: Member) -> None:
    with in_workspace(owner.workspace_id):
        task = make(owner, "ลับมาก")
    assert client.get("/tasks/").status_code == 302
    sign_in(client, stranger)
    assert "ลับมาก" not in client.get("/tasks/").content.decode()
    assert client.get(f"/tasks/{task.pk}/quick/").status_code == 404
    assert client.post("/tasks/bulk/", {"field": "state", "value": "done", "ids": [str(task.pk)]}).status_code in (
        204,
        302,
    )
    with in_workspace(owner.workspace_id):
        assert Task.objects.open().count() == 1

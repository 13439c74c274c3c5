"""Where the day begins: on today's work when there is some, else with the customers."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from samphan.administration.models import Member, User, Workspace
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import sign_in
from samphan.platform.tenancy import in_workspace
from samphan.work import actions

pytestmark = pytest.mark.django_db


def make_task(member: Member, assignee: Member, days: int | None) -> None:
    now = timezone.now()
    today = now.astimezone(ZoneInfo("Asia/Bangkok")).date()
    due = None if days is None else today + timedelta(days=days)
    with in_workspace(member.workspace_id):
        plan = actions.Plan(title="โทรถามรอบสั่ง", assignee_id=assignee.pk, due_on=due)
        actions.create_task(plan, acting_member=member, at=now)


def begins(client: Client) -> str:
    return client.get("/")["Location"]


@pytest.mark.parametrize(("days", "page"), [(0, "/today/"), (-3, "/today/"), (1, "/customers/"), (None, "/customers/")])
def test_begins_with_what_is_due_or_late(
    prae: Customer, salesperson: Member, client: Client, days: int | None, page: str
) -> None:
    make_task(salesperson, salesperson, days)
    sign_in(client, salesperson)
    assert begins(client) == page


def test_what_a_colleague_has_to_do_does_not_count(
    prae: Customer, owner: Member, salesperson: Member, client: Client
) -> None:
    make_task(owner, owner, 0)
    sign_in(client, salesperson)
    assert begins(client) == "/customers/"


def test_who_may_not_do_tasks_begins_with_the_customers(
    prae: Customer, owner: Member, onlooker: Member, client: Client
) -> None:
    make_task(owner, onlooker, 0)
    sign_in(client, onlooker)
    assert begins(client) == "/customers/"


def test_an_empty_company_begins_with_the_guide(workspace: Workspace, owner: Member, client: Client) -> None:
    make_task(owner, owner, 0)
    sign_in(client, owner)
    assert begins(client) == "/start/"


def test_a_member_chooses_where_the_day_begins(prae: Customer, salesperson: Member, client: Client) -> None:
    sign_in(client, salesperson)
    assert 'name="home" value="auto" checked' in client.get("/settings/me/").content.decode()
    client.post("/ui/preferences/", {"home": "today", "language": "th"})
    assert begins(client) == "/today/"
    make_task(salesperson, salesperson, 0)
    client.post("/ui/preferences/", {"home": "customers"})
    assert begins(client) == "/customers/"
    client.post("/ui/preferences/", {"home": "elsewhere"})
    assert User.objects.get(pk=salesperson.user_id).home == "customers"
    assert 'name="home" value="customers" checked' in client.get("/settings/me/").content.decode()

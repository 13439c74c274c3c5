"""Holidays and business hours of the company."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from samphan.administration.actions import create_team
from samphan.administration.models import Member, Workspace
from samphan.administration.settings.holidays import holidays_of
from samphan.administration.settings.hours import calendar_of, hours_of
from samphan.platform.changes.models import Changeset
from samphan.platform.clock import is_open
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

LENT, SONGKRAN = date(2026, 7, 30), date(2026, 4, 13)


def off(workspace: Workspace, day: date) -> str:
    with in_workspace(workspace.pk):
        return holidays_of(workspace.pk).name(day, "th")


def test_counts_the_holidays_of_the_chosen_set(signed_in: Client, workspace: Workspace) -> None:
    assert off(workspace, LENT) == "วันเข้าพรรษา" and off(workspace, SONGKRAN) == "วันสงกรานต์"
    signed_in.post("/settings/holidays/", {"set": "bank"})
    assert off(workspace, LENT) == "" and off(workspace, SONGKRAN)
    signed_in.post("/settings/holidays/", {"set": "none"})
    assert off(workspace, SONGKRAN) == ""
    assert signed_in.post("/settings/holidays/", {"set": "mars"}).status_code == 409


def test_adds_an_own_holiday_over_new_year_every_year_and_takes_it_back(
    signed_in: Client, workspace: Workspace
) -> None:
    typed = {"on": "30/12/2569", "until": "2 ม.ค. 2570", "name": "หยุดปีใหม่", "name_en": "New Year", "yearly": "1"}
    answer = signed_in.post("/settings/holidays/", typed)
    assert answer.headers["Location"] == "/settings/holidays/?year=2026"
    assert [off(workspace, day) for day in (date(2026, 12, 30), date(2027, 1, 2), date(2030, 1, 2))] == ["หยุดปีใหม่"] * 3
    assert off(workspace, date(2026, 1, 2)) == "วันหยุดพิเศษ (เพิ่มเติม)", "before it began"
    page = signed_in.get("/settings/holidays/?year=2026").content.decode()
    assert "หยุดปีใหม่" in page and "/removal/" in page and "2569" in page
    with in_workspace(workspace.pk):
        act = Changeset.objects.get(kind="administration.holidays_changed")
    signed_in.post(f"/changes/{act.pk}/undo/")
    assert off(workspace, date(2026, 12, 30)) == ""


def test_removes_an_own_holiday_and_works_on_a_public_one(signed_in: Client, workspace: Workspace) -> None:
    signed_in.post("/settings/holidays/", {"on": "1/6/2569", "name": "วันก่อตั้งบริษัท"})
    with in_workspace(workspace.pk):
        found = holidays_of(workspace.pk).on(date(2026, 6, 1))
    assert found is not None and found.name == "วันก่อตั้งบริษัท"
    signed_in.post(f"/settings/holidays/{found.key}/removal/")
    assert off(workspace, date(2026, 6, 1)) == "ชดเชยวันวิสาขบูชา"
    signed_in.post("/settings/holidays/work/", {"on": SONGKRAN.isoformat(), "works": "1"})
    assert off(workspace, SONGKRAN) == "" and off(workspace, date(2026, 4, 14))
    signed_in.post("/settings/holidays/work/", {"on": SONGKRAN.isoformat(), "works": "0"})
    assert off(workspace, SONGKRAN)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"on": "31/2/2569", "name": "x"}, "on"),
        ({"on": "", "name": "x"}, "on"),
        ({"on": "1/1/2570", "name": " "}, "name"),
        ({"on": "2/1/2570", "until": "1/1/2570", "name": "x"}, "until"),
        ({"on": "2/1/2570", "until": "2/6/2570", "name": "x"}, "until"),
    ],
)
def test_says_what_is_wrong_with_a_holiday(signed_in: Client, typed: dict[str, str], field: str) -> None:
    answer = signed_in.post("/settings/holidays/", typed)
    assert answer.status_code == 422
    assert set(answer.context["errors"]) == {field}
    assert answer.context["errors"][field] in answer.content.decode()


def test_says_when_the_holidays_of_a_year_are_not_known(signed_in: Client) -> None:
    assert "ยังไม่มีข้อมูลวันหยุดราชการ" in signed_in.get("/settings/holidays/?year=2040").content.decode()
    assert "ยังไม่มีข้อมูลวันหยุดราชการ" not in signed_in.get("/settings/holidays/?year=2026").content.decode()


def test_keeps_hours_of_the_company_and_of_a_team(
    signed_in: Client, workspace: Workspace, owner: Member, client_of: Callable[[Member], Client], stranger: Member
) -> None:
    typed = {"day0": "9-12, 13.00-18.00", "day5": "10:00-14:00"}
    assert signed_in.post("/settings/hours/", typed).status_code == 302
    with in_workspace(workspace.pk):
        assert hours_of(workspace.pk)[0]["0"] == "09:00-12:00, 13:00-18:00"
        team = create_team(workspace, name="สาขาอารีย์", members=[], acting_member_id=owner.pk)
    here = f"/settings/hours/?team={team.pk}"
    assert "ใช้เวลาเดียวกับบริษัท" in signed_in.get(here).content.decode()
    signed_in.post(here, {"day6": "18:00-02:00"})
    sunday = datetime(2026, 11, 22, 20, tzinfo=workspace.zone)
    with in_workspace(workspace.pk):
        assert is_open(calendar_of(workspace, team.pk), sunday)
        assert not is_open(calendar_of(workspace), sunday)
    signed_in.post(here, {"as_company": "1"})
    with in_workspace(workspace.pk):
        assert hours_of(workspace.pk, team.pk) == (hours_of(workspace.pk)[0], False)
    assert client_of(stranger).get(here).status_code == 404


def test_refuses_hours_that_overlap_and_keeps_what_was_typed(signed_in: Client, workspace: Workspace) -> None:
    answer = signed_in.post("/settings/hours/", {"day0": "9-12, 11-13", "day1": "10-11"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "9-12, 11-13" in page and "10-11" in page and "คาบเกี่ยว" in page
    with in_workspace(workspace.pk):
        assert hours_of(workspace.pk)[0]["0"] == "09:00-18:00"

"""Every topic of the settings: saved with a way back, which is that of whoever may still decide it."""

import re
from typing import Any

import pytest
from django.test import Client

from samphan.administration import actions
from samphan.administration.models import Member
from samphan.administration.settings import store
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

SAVED = [
    ("company", "/settings/company/", {"name": "โรงคั่วใหม่", "name_en": "New Roasters", "branch": "สำนักงานใหญ่"}),
    (
        "region",
        "/settings/region/",
        {"time_zone": "Asia/Tokyo", "era": "ce", "week_start": "0", "languages": ["th", "en"]},
    ),
    ("hours", "/settings/hours/", {f"day{day}": "08:00-20:00" for day in range(7)}),
    ("holidays", "/settings/holidays/", {"on": "5 พ.ค. 2570", "name": "วันคั่วกาแฟ"}),
    ("holidays", "/settings/holidays/", {"set": "bank"}),
    ("retention", "/settings/retention/", {"notifications": "45"}),
    ("numbering", "/settings/numbering/", {"orders-is_on": "on", "orders-prefix": "BILL", "orders-digits": "6"}),
    ("sign-in-rules", "/settings/sign-in/", {"session_idle_minutes": "30", "session_hours": "12"}),
    (
        "choices.customer_stage",
        "/settings/choices/customer_stage/new/",
        {"th": "รอดูใจ", "en": "Waiting", "tone": "amber"},
    ),
]


def standing(owner: Member, name: str) -> dict[str, Any]:
    with in_workspace(owner.workspace_id):
        return dict(store.read(owner.workspace_id, name))


def way_back(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    found = re.search(r"/changes/[0-9a-f-]{36}/undo/", page)
    assert found, page
    return found[0]


@pytest.mark.parametrize(("topic", "address", "typed"), SAVED)
def test_what_was_saved_is_taken_back(
    signed_in: Client, owner: Member, topic: str, address: str, typed: dict[str, Any]
) -> None:
    form = {**_as_it_stands(signed_in, address), **typed}
    before = standing(owner, topic)
    answer = signed_in.post(address, form)
    assert answer.status_code == 302, answer.content.decode()
    assert standing(owner, topic) != before
    undo = way_back(signed_in, answer.headers["Location"])
    assert signed_in.post(undo).status_code == 302
    assert standing(owner, topic) == before


def test_nothing_to_take_back_where_nothing_changed(signed_in: Client, owner: Member) -> None:
    address = "/settings/region/"
    answer = signed_in.post(address, _as_it_stands(signed_in, address))
    assert "/undo/" not in signed_in.get(answer.headers["Location"]).content.decode()


def test_who_may_no_longer_decide_takes_nothing_back(signed_in: Client, owner: Member) -> None:
    signed_in.post("/settings/sign-in/", {"session_idle_minutes": "30", "session_hours": "12"})
    undo = way_back(signed_in, "/settings/sign-in/")
    with in_workspace(owner.workspace_id):
        other = actions.create_member(owner.workspace, email="new@doimok.example", name="ใหม่", roles=["owner"])
        actions.change_roles(owner, roles=["sales"], acting_member=other)
    assert signed_in.post(undo).status_code == 403
    assert standing(owner, "sign-in-rules")["session_hours"] == 12


def _as_it_stands(client: Client, address: str) -> dict[str, Any]:
    """What the form of a page would send as it stands."""
    if "/new/" in address or "holidays" in address:
        return {}
    found: dict[str, Any] = {}
    page = client.get(address).content.decode()
    for tag in re.findall(r"<input[^>]*>", page):
        name, kind = re.search(r'\bname="([^"]+)"', tag), re.search(r'\btype="([^"]+)"', tag)
        value = re.search(r'\bvalue="([^"]*)"', tag)
        is_box = kind is not None and kind[1] in ("checkbox", "radio")
        if name and (kind is None or kind[1] not in ("file", "submit", "hidden")) and (not is_box or " checked" in tag):
            found.setdefault(name[1], []).append(value[1] if value else "on")
    for name, body in re.findall(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        if chosen:
            found[name] = [chosen[1]]
    return found

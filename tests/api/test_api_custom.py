"""Custom fields through the API: written with a record, changed, emptied, in bulk, and refused field by field."""

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ApiClient
from samphan.administration.custom_fields import actions, hosts
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.models import Member, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

ROASTS = [{"th": "คั่วอ่อน", "en": "Light"}, {"th": "คั่วเข้ม", "en": "Dark"}]
BODIES: dict[str, dict[str, Any]] = {
    "customers": {"name": "ร้านกาแฟดอย"},
    "orders": {
        "number": "SO-9",
        "ordered_at": "2026-11-05T10:00:00+07:00",
        "lines": [{"quantity": 1, "unit_price": 100}],
    },
    "products": {"sku": "B-09", "name": "เมล็ดกาแฟ"},
    "tasks": {"title": "โทรกลับ"},
}


@pytest.fixture
def make_field(workspace: Workspace, owner: Member) -> Callable[..., str]:
    def make(entity: str, label: str, kind: str = "text", **more: Any) -> str:
        host = hosts.find(entity)
        assert host is not None
        with in_workspace(workspace.pk):
            return actions.add_field(host, Draft(kind=kind, label_th=label, **more), acting_member=owner).name

    return make


@pytest.mark.parametrize("entity", BODIES)
def test_writes_changes_and_empties_them(api: ApiClient, make_field: Callable[..., str], entity: str) -> None:
    kilos = make_field(entity, "กิโลต่อเดือน", "number")
    roast = make_field(entity, "การคั่ว", "multi_choice", choices=ROASTS)
    made = api.post(f"/{entity}", {**BODIES[entity], kilos: 12.5, roast: ["light", "คั่วเข้ม"]})
    assert made.status_code == 201, made.content
    assert (made.json()[kilos], made.json()[roast]) == (12.5, ["light", "dark"])
    address = f"/{entity}/{made.json()['id']}"
    changed = api.patch(address, {kilos: None, roast: ["dark"]})
    assert changed.status_code == 200, changed.content
    assert (changed.json()[kilos], changed.json()[roast]) == (None, ["dark"])
    assert api.get(f"/{entity}?f={roast}:has_any_tag:dark&fields={roast}").json()["data"][0][roast] == ["dark"]
    undone = api.post(f"/changes/{changed.headers['Samphan-Change']}/undo")
    assert undone.status_code == 200, undone.content
    assert api.get(address).json()[kilos] == 12.5
    # A name that is no field, and a value of another kind, are refused where they stand, and nothing is kept.
    refused = api.patch(address, {kilos: "มาก", "c_moon": 1})
    assert {one["path"] for one in refused.json()["errors"]} == {kilos, "c_moon"}
    assert api.patch(address, {"moon": 1}).json()["errors"][0]["path"] == "moon"
    assert api.get(address).json()[kilos] == 12.5


@pytest.mark.parametrize("entity", BODIES)
def test_keeps_their_rules(api: ApiClient, make_field: Callable[..., str], entity: str) -> None:
    code = make_field(entity, "รหัสร้าน", rules={"unique": True})
    grade = make_field(entity, "ระดับ", default="ทั่วไป")
    needed = make_field(entity, "ผู้ติดต่อ", rules={"required": True})
    lacking = api.post(f"/{entity}", BODIES[entity])
    assert [one["path"] for one in lacking.json()["errors"]] == [needed]
    first = api.post(f"/{entity}", {**BODIES[entity], needed: "เมย์", code: "A1"})
    assert first.json()[grade] == "ทั่วไป"
    other = {name: f"{value}2" if name in ("number", "sku") else value for name, value in BODIES[entity].items()}
    second = api.post(f"/{entity}", {**other, needed: "เมย์", code: "A2"}).json()["id"]
    taken = api.patch(f"/{entity}/{second}", {code: "A1"})
    assert taken.status_code == 422, taken.content
    assert "A1" in taken.content.decode()


def test_brings_them_in_by_the_thousand(api: ApiClient, make_field: Callable[..., str]) -> None:
    kilos, since = make_field("customers", "กิโล", "number"), make_field("customers", "ลูกค้าตั้งแต่", "date")
    roast = make_field("customers", "การคั่ว", "multi_choice", choices=ROASTS)
    records = [
        {"external_id": "1", "name": "ร้านหนึ่ง", kilos: 3, since: "2026-01-05", roast: ["light", "dark"]},
        {"external_id": "2", "name": "ร้านสอง", kilos: "สาม"},
    ]
    answer = api.post("/customers/bulk", {"records": records}).json()
    assert [one["status"] for one in answer["results"]] == ["created", "refused"]
    assert answer["results"][1]["errors"][0]["path"] == kilos
    found = api.get(f"/customers/{answer['results'][0]['id']}").json()
    assert (found[kilos], found[since], found[roast]) == (3, "2026-01-05", ["light", "dark"])
    again = [{"external_id": "1", "name": "ร้านหนึ่ง", kilos: 4}]
    assert api.post("/customers/bulk", {"records": again}).json()["updated"] == 1
    assert api.get(f"/customers/{found['id']}").json()[kilos] == 4
    edited = api.post("/customers/bulk-edit", {"ids": [found["id"]], "set": {kilos: "5", roast: "dark"}})
    assert edited.status_code == 200, edited.content
    assert api.get(f"/customers/{found['id']}").json()[roast] == ["dark"]


def test_a_thousand_never_share_what_is_different_in_every_record(
    api: ApiClient, make_field: Callable[..., str]
) -> None:
    code = make_field("customers", "รหัส", rules={"unique": True})
    number = make_field("customers", "เลขตู้", "number", rules={"unique": True})
    standing = api.post("/customers", {"name": "ร้านเดิม", code: "A", number: 7}).json()["id"]
    gone = api.post("/customers", {"name": "ร้านที่ลบ", code: "Z"}).json()["id"]
    assert api.delete(f"/customers/{gone}").status_code == 204
    records = [
        {"external_id": "1", "name": "หนึ่ง", code: "B", number: 7},
        {"external_id": "2", "name": "สอง", code: "B"},
        {"external_id": "3", "name": "สาม", code: "B", number: 8},
        {"external_id": "4", "name": "สี่", code: "A"},
        {"external_id": "5", "name": "ห้า", code: ""},
        {"external_id": "6", "name": "หก", code: None},
        {"external_id": "7", "name": "เจ็ด", code: "Z"},
        {"external_id": "2", "name": "สอง", code: "B"},
    ]
    answer = api.post("/customers/bulk", {"records": records}).json()
    states = [one["status"] for one in answer["results"]]
    assert states[:1] + states[1:4] == ["refused", "created", "refused", "refused"], answer
    assert set(states[4:7]) == {"created"} and states[7] != "refused"
    seventh, second, fourth = (answer["results"][place]["errors"] for place in (0, 2, 3))
    assert [(one["path"], one["code"]) for one in seventh] == [(number, "unique")]
    assert "ร้านเดิม" in seventh[0]["detail"] and "7" in seventh[0]["detail"]
    assert [(one["path"], one["code"]) for one in second] == [(code, "unique")] and "1" in second[0]["detail"]
    assert "ร้านเดิม" in fourth[0]["detail"] and "A" in fourth[0]["detail"]
    # A record keeps its own value, and takes another; what it had is free for the next call.
    own = [{"external_id": "2", "name": "สอง", code: "B"}]
    assert api.post("/customers/bulk", {"records": own}).json()["results"][0]["status"] == "unchanged"
    moved = api.post("/customers/bulk", {"records": [{"external_id": "2", "name": "สอง", code: "C"}]})
    assert moved.json()["updated"] == 1
    assert api.post("/customers/bulk", {"records": [{"external_id": "3", "name": "สาม", code: "B"}]}).json()["created"]
    assert api.get(f"/customers/{standing}").json()[code] == "A"


def test_who_has_a_value_already_is_named_only_to_whoever_may_see_it(
    api: ApiClient, owner: Member, workspace: Workspace, make_field: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_field("customers", "รหัส", privacy="contact", rules={"unique": True})
    api.post("/customers", {"name": "ร้านเดิม", code: "A"})
    records = {"records": [{"external_id": "4", "name": "สี่", code: "A"}]}
    (named,) = api.post("/customers/bulk", records).json()["results"][0]["errors"]
    assert "ร้านเดิม" in named["detail"]
    monkeypatch.setattr("samphan.administration.custom_fields.relations.labels", lambda *_args: {})
    (hidden,) = api.post("/customers/bulk", records).json()["results"][0]["errors"]
    assert "ร้านเดิม" not in hidden["detail"] and hidden["code"] == "unique"


def test_hides_a_field_from_those_who_may_not_read_it(
    api: ApiClient, onlooker: Member, make_field: Callable[..., str]
) -> None:
    secret = make_field("customers", "โรคประจำตัว", privacy="sensitive")
    made = api.post("/customers", {"name": "แพร", secret: "หอบหืด"}).json()
    onlooker.roles = ["sales"]
    onlooker.save(update_fields=["roles"])
    narrow = ApiClient(onlooker)
    assert secret not in narrow.get(f"/customers/{made['id']}").json()
    refused = narrow.patch(f"/customers/{made['id']}", {secret: "ไม่มี"})
    assert refused.status_code in (403, 404, 422), refused.content
    assert api.get(f"/customers/{made['id']}").json()[secret] == "หอบหืด"

"""What belongs to records, acts over lists, and views through the API."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from conftest import ApiClient
from samphan.administration.models import Member, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
NOBODY = "019aa000-0000-7000-8000-000000000000"


@pytest.fixture
def here(api: ApiClient) -> str:
    made = api.post("/customers", {"name": "นางสาวแพร ใจดี", "phone": "0812345678", "tags": ["ขายส่ง"]})
    return f"/customers/{made.json()['id']}"


def test_reads_everything_that_happened_as_one_stream(api: ApiClient, here: str) -> None:
    customer_id = here.rpartition("/")[2]
    api.post(f"{here}/activities", {"kind": "note", "text": "ชอบที่นั่งริมหน้าต่าง"})
    line = {"quantity": 1, "unit_price": 100}
    order = {"number": "SO-1", "ordered_at": "2026-11-05T10:00:00+07:00", "customer_id": customer_id, "lines": [line]}
    api.post("/orders", order)
    api.patch(here, {"stage": "regular"})
    whole = api.get(f"{here}/timeline?limit=100").json()
    assert whole["next_cursor"] is None
    assert len({one["kind"] for one in whole["data"]}) >= 3
    assert any("ริมหน้าต่าง" in one["text"] for one in whole["data"])
    assert not any("<" in one["title"] + one["text"] for one in whole["data"])
    pages: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page: Any = api.client.get(
            f"/api/v1{here}/timeline",
            {"limit": "1", "cursor": cursor},
            headers={"Authorization": f"Bearer {api.secret}"},
        ).json()
        pages += page["data"]
        cursor = page["next_cursor"]
    assert [one["id"] for one in pages] == [one["id"] for one in whole["data"]]
    assert api.get(f"{here}/timeline?kind=moon").status_code == 422
    history = api.get(f"{here}/history").json()["data"]
    assert history[0]["items"][0]["field"] == "stage"
    assert api.post(f"/changes/{history[0]['change']}/undo").status_code == 200
    assert api.get(f"{here}/history").json()["data"][1]["is_undone"]


def test_changes_preferences_and_relations(api: ApiClient, here: str) -> None:
    likes = api.post(f"{here}/preferences", {"text": "ไม่ชอบเผ็ด"}).json()
    changed = api.patch(f"{here}/preferences/{likes['id']}", {"text": "ไม่กินเผ็ด", "confidence": "observed"})
    assert changed.json() | {"noted_at": ""} == likes | {"text": "ไม่กินเผ็ด", "confidence": "observed", "noted_at": ""}
    assert api.post(f"/changes/{changed.headers['Samphan-Change']}/undo").status_code == 200
    assert api.get(f"{here}/preferences").json()["data"][0]["text"] == "ไม่ชอบเผ็ด"
    other = api.post("/customers", {"name": "นายต้น ใจดี"}).json()["id"]
    spouse = api.post(f"{here}/relations", {"customer_id": other, "role": "spouse", "since_on": "2020-01-01"}).json()
    address = f"{here}/relations/{spouse['id']}"
    assert api.patch(address, {"note": "แต่งที่เชียงใหม่"}).json() == spouse | {"note": "แต่งที่เชียงใหม่"}
    assert api.patch(address, {"until_on": "2019-01-01"}).status_code == 422
    assert api.patch(f"{here}/relations/{NOBODY}", {"note": "-"}).status_code == 404


def test_sets_and_takes_away_the_photo(api: ApiClient, here: str) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "brown").save(picture, "PNG")
    headers = {"Authorization": f"Bearer {api.secret}", "Accept-Language": "en"}
    assert api.get(f"{here}/photo").status_code == 404
    bad = Client().post(f"/api/v1{here}/photo", {"file": SimpleUploadedFile("a.txt", b"a")}, headers=headers)
    assert bad.status_code == 422, bad.content
    sent = SimpleUploadedFile("แพร.png", picture.getvalue())
    assert Client().post(f"/api/v1{here}/photo", {"file": sent}, headers=headers).status_code == 201
    assert b"".join(api.get(f"{here}/photo").streaming_content)[:2] == b"\xff\xd8"
    gone = api.delete(f"{here}/photo")
    assert (gone.status_code, api.get(f"{here}/photo").status_code) == (204, 404)
    assert api.post(f"/changes/{gone.headers['Samphan-Change']}/undo").status_code == 200
    assert api.get(f"{here}/photo").status_code == 200


def test_shares_a_customer_with_a_colleague(api: ApiClient, here: str, salesperson: Member) -> None:
    shared = api.post(f"{here}/shares", {"member_ids": [str(salesperson.pk)]})
    assert shared.status_code == 201, shared.content
    (one,) = shared.json()["data"]
    assert one["name"] == salesperson.name
    assert api.get(f"{here}/shares").json() == shared.json()
    nobody = api.post(f"{here}/shares", {"member_ids": [NOBODY]})
    assert (nobody.status_code, [one["path"] for one in nobody.json()["errors"]]) == (422, ["member_ids"])
    ended = api.delete(f"{here}/shares/{one['id']}")
    assert (ended.status_code, api.delete(f"{here}/shares/{one['id']}").status_code) == (204, 409)
    many = {"ids": [here.rpartition("/")[2]], "member_ids": [str(salesperson.pk)]}
    assert api.post("/customers/share", many).json() == {"count": 1}


def test_shows_a_covered_value_and_writes_it_down(
    api: ApiClient, here: str, workspace: Workspace, salesperson: Member, owner: Member
) -> None:
    with in_workspace(workspace.pk):
        role = {
            "name": "รับสาย", "permissions": ["customers.view_customer", "customers.reveal_field"],
            "privacy": ["public", "business"], "masked": ["contact"], "reach": {"customers": "all"},
        }  # fmt: skip
        Workspace.objects.filter(pk=workspace.pk).update(roles={"calls": role})
        Member.objects.filter(pk=salesperson.pk).update(roles=["calls"])
    narrow = ApiClient(Member.objects.get(pk=salesperson.pk))
    assert "0812345678" not in narrow.get(here).content.decode()
    found = narrow.get(f"{here}/identities").json()
    assert found["data"] == []
    assert "5678" in found["covered"][0]["shown"]
    shown = narrow.post(f"{here}/reveal", {"name": found["covered"][0]["name"]})
    assert shown.status_code == 200, shown.content
    assert shown.json()["value"] == "081-234-5678"
    assert narrow.post(f"{here}/reveal", {"name": "stage"}).status_code == 409
    assert api.post(f"{here}/reveal", {"name": found["covered"][0]["name"]}).status_code == 409


def test_lists_tags_and_who_was_deleted(api: ApiClient, here: str) -> None:
    assert api.get("/tags").json()["data"] == ["ขายส่ง"]
    api.delete(here)
    (gone,) = api.get("/deleted-customers").json()["data"]
    assert gone["id"] in here
    assert api.post(f"{here}/restoration").status_code == 200
    assert api.get("/deleted-customers").json()["data"] == []


def test_changes_a_field_of_many_records(api: ApiClient, here: str) -> None:
    task = api.post("/tasks", {"title": "โทรกลับ"}).json()["id"]
    body = {"field": "kind", "value": "call", "ids": [task]}
    done = api.post("/lists/tasks/bulk-edit", body)
    assert done.status_code == 200, done.content
    assert (done.json()["state"], done.json()["changed"]) == ("done", 1)
    assert api.get(f"/tasks/{task}").json()["kind"] == "call"
    assert api.post(f"/changes/{done.headers['Samphan-Change']}/undo").status_code == 200
    where = {"field": "name", "operator": "contains", "value": "แพร"}
    asked = {"field": "stage", "value": "regular", "query": {"where": where}}
    assert api.post("/lists/customers/bulk-edit", asked).json()["total"] == 1
    assert api.get(here).json()["stage"] == "regular"
    act = api.get(f"/list-acts/{done.json()['id']}")
    assert act.json()["total"] == 1
    assert api.post(f"/list-acts/{done.json()['id']}/cancellation").json()["state"] == "done"
    for wrong, path in (
        ({"field": "moon", "ids": [task]}, "field"),
        ({"field": "kind", "value": "moon", "ids": [task]}, "value"),
        ({"field": "kind", "value": "call", "ids": [NOBODY]}, "ids"),
        ({"field": "kind", "value": "call"}, "ids"),
    ):
        refused = api.post("/lists/tasks/bulk-edit", wrong)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path), wrong
    assert api.post("/lists/moons/bulk-edit", body).status_code == 404


def test_writes_many_records_in_the_background(api: ApiClient, here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from samphan.administration import jobs
    from samphan.administration.api import lists

    queued: list[Any] = []
    monkeypatch.setattr(lists, "AT_ONCE", 0)
    monkeypatch.setattr(jobs.run_list_act, "enqueue", lambda **values: queued.append(values))
    waiting = api.post("/lists/customers/bulk-edit", {"field": "stage", "value": "regular", "query": {}})
    assert (waiting.status_code, waiting.json()["state"]) == (202, "waiting")
    assert len(queued) == 1
    assert api.get(waiting.headers["Location"].removeprefix("/api/v1")).json()["done"] == 0


def test_writes_many_cells_all_or_none(api: ApiClient, here: str) -> None:
    customer_id = here.rpartition("/")[2]
    cells = [
        {"id": customer_id, "field": "stage", "value": "regular"},
        {"id": customer_id, "field": "grade", "value": "Z"},
    ]
    refused = api.post("/lists/customers/cells", {"cells": cells})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"].startswith("cells[1]")
    assert api.get(here).json()["stage"] != "regular"
    done = api.post("/lists/customers/cells", {"cells": cells[:1]})
    assert done.json() == {"changed": 1}
    assert api.get(here).json()["stage"] == "regular"
    assert api.post("/lists/orders/cells", {"cells": cells[:1]}).status_code in (409, 422)


def test_changes_shares_and_orders_views(api: ApiClient, owner: Member, salesperson: Member) -> None:
    made = [api.post("/views", {"name": name, "entity": "customers"}).json() for name in ("หนึ่ง", "สอง")]
    address = f"/views/{made[0]['id']}"
    changed = api.patch(
        address, {"name": "ขายส่ง", "shared": "everyone", "query": {"fields": ["name"], "sort": ["name"]}}
    )
    assert changed.status_code == 200, changed.content
    assert (changed.json()["name"], changed.json()["state"]["sort"]) == ("ขายส่ง", ["name"])
    theirs = ApiClient(salesperson)
    assert theirs.get("/views").json()["data"][0]["name"] == "ขายส่ง"
    assert theirs.patch(address, {"name": "ของฉัน"}).status_code == 403
    assert theirs.patch(address, {"is_pinned": True}).json()["is_pinned"]
    assert api.call("PUT", "/views/order", {"ids": [made[1]["id"], made[0]["id"]]}).status_code == 204
    assert [one["name"] for one in api.get("/views").json()["data"]] == ["สอง", "ขายส่ง"]

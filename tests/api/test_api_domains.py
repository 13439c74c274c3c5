"""The other domains through the API, each from making to undoing."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import ApiClient
from samphan.administration.models import Member, Workspace
from samphan.platform.imports import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer_id(api: ApiClient) -> str:
    return str(api.post("/customers", {"name": "นางสาวแพร ใจดี", "phone": "0812345678"}).json()["id"])


def test_orders_from_making_to_deletion(api: ApiClient, customer_id: str) -> None:
    order = {
        "number": "SO-1",
        "ordered_at": "2026-11-05T10:00:00+07:00",
        "customer_id": customer_id,
        "lines": [{"sku": "B-01", "quantity": 2, "unit_price": "120.50"}, {"quantity": 0.333, "unit_price": 300}],
    }
    made = api.post("/orders", order)
    assert made.status_code == 201, made.content
    record = made.json()
    assert record["total"] == "340.90"
    assert record["ordered_at"] == "2026-11-05T03:00:00Z"
    assert [line["unit_price"] for line in record["expanded"]["lines"]] == ["120.50", "300.00"]
    assert api.get(f"/customers/{customer_id}").json()["total_spent"] == "340.90"
    twice = api.post("/orders", order)
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    address = f"/orders/{record['id']}"
    changed = api.patch(address, {"lines": order["lines"][:1]}, If_Match=made.headers["ETag"])  # type: ignore[index]
    assert changed.json()["total"] == "241.00"
    assert api.patch(address, {"channel": "LINE"}, If_Match=made.headers["ETag"]).status_code == 412
    (listed,) = api.get(f"/orders?f=customer_id:is:{customer_id}&expand=customer").json()["data"]
    assert listed["expanded"]["customer"]["id"] == customer_id
    gone = api.delete(address)
    assert gone.status_code == 204
    assert api.get(address).status_code == 404
    assert api.post(f"/changes/{gone.headers['Samphan-Change']}/undo").json()["kept"] == 0
    assert api.get(address).json()["total"] == "241.00"


def test_refuses_an_order_for_nobody(api: ApiClient) -> None:
    order = {"number": "1", "ordered_at": "2026-11-05T10:00:00", "lines": []}
    refused = api.post("/orders", order).json()
    assert {one["path"] for one in refused["errors"]} == {"ordered_at", "lines"}
    late = {"number": "1", "ordered_at": "9999-12-31T23:59:59Z", "lines": [{"quantity": 1, "unit_price": 1}]}
    assert api.post("/orders", late).json()["errors"][0]["path"] == "ordered_at"
    order = {
        "number": "1", "ordered_at": "2026-11-05T10:00:00Z", "lines": [{"quantity": 1, "unit_price": 1}],
        "customer_id": "019aa000-0000-7000-8000-000000000000",
    }  # fmt: skip
    assert api.post("/orders", order).json()["errors"][0]["path"] == "customer_id"


def test_products_from_making_to_deletion(api: ApiClient) -> None:
    made = api.post("/products", {"sku": "B-01", "name": "กาแฟคั่วกลาง", "unit_price": "250"})
    assert made.status_code == 201, made.content
    address = f"/products/{made.json()['id']}"
    assert api.patch(address, {"unit_price": None, "is_active": False}).json()["unit_price"] is None
    assert api.patch(address, {"name": None}).status_code == 422
    assert api.get("/products?f=is_active:is_false&q=กาแฟ").json()["data"][0]["sku"] == "B-01"
    assert api.delete(address).status_code == 204


def test_tasks_and_activities(api: ApiClient, customer_id: str, owner: Member) -> None:
    task = {
        "title": "โทรกลับ", "customer_id": customer_id, "kind": "call", "due_on": "2026-12-01",
        "recurrence": {"every": "week"},
    }  # fmt: skip
    made = api.post("/tasks", task)
    assert made.status_code == 201, made.content
    address = f"/tasks/{made.json()['id']}"
    assert made.json()["assignee"] == str(owner.pk)
    assert made.json()["expanded"]["details"]["recurrence"]["every"] == "week"
    done = api.patch(address, {"state": "done"})
    assert done.json()["state"] == "done"
    assert len(api.get("/tasks?f=is_open:is_true").json()["data"]) == 1  # the next one
    written = api.post(f"/customers/{customer_id}/activities", {"kind": "note", "text": "ชอบที่นั่งริมหน้าต่าง"})
    assert written.status_code == 201, written.content
    note = f"/activities/{written.json()['id']}"
    assert api.patch(note, {"text": "ชอบโต๊ะริมหน้าต่าง"}).json()["text"] == "ชอบโต๊ะริมหน้าต่าง"
    for number in range(3):
        api.post(f"/customers/{customer_id}/activities", {"kind": "call", "text": str(number), "direction": "in"})
    first = api.get(f"/customers/{customer_id}/activities?limit=3").json()
    rest = api.get(f"/customers/{customer_id}/activities?limit=3&cursor={first['next_cursor']}").json()
    assert [one["text"] for one in (*first["data"], *rest["data"])] == ["2", "1", "0", "ชอบโต๊ะริมหน้าต่าง"]
    assert rest["next_cursor"] is None
    assert api.delete(note).status_code == 204


def test_parts_of_a_customer(api: ApiClient, customer_id: str) -> None:
    here = f"/customers/{customer_id}"
    phone = api.post(f"{here}/identities", {"kind": "phone", "value": "02 123 4567"}).json()
    assert api.patch(f"{here}/identities/{phone['id']}", {"value": "02 999 9999"}).json()["value"] == "+6629999999"
    assert api.post(f"{here}/identities", {"kind": "phone", "value": "1"}).status_code == 422
    assert api.delete(f"{here}/identities/{phone['id']}").status_code == 204
    assert len(api.get(f"{here}/identities").json()["data"]) == 1
    home = api.post(f"{here}/addresses", {"text": "99 ม.3 ต.สุเทพ อ.เมืองเชียงใหม่ จ.เชียงใหม่ 50200"}).json()
    assert (home["province"], home["postcode"]) == ("เชียงใหม่", "50200")
    assert api.delete(f"{here}/addresses/{home['id']}").status_code == 204
    likes = api.post(f"{here}/preferences", {"text": "ไม่ชอบเผ็ด"}).json()
    assert likes["kind"] == "dislike"
    assert api.delete(f"{here}/preferences/{likes['id']}").status_code == 204
    other = api.post("/customers", {"name": "นายต้น ใจดี"}).json()["id"]
    spouse = api.post(f"{here}/relations", {"customer_id": other, "role": "spouse", "since_on": "2020-01-01"}).json()
    assert spouse["customer"]["id"] == other
    assert api.get(f"/customers/{other}/relations").json()["data"][0]["customer"]["id"] == customer_id
    assert api.post(f"{here}/relations/{spouse['id']}/end").status_code == 204


def send(api: ApiClient, path: str, file: SimpleUploadedFile, **values: str) -> Any:
    headers = {"Authorization": f"Bearer {api.secret}", "Accept-Language": "en", "Idempotency-Key": "file"}
    return Client().post(f"/api/v1{path}", {"file": file, **values}, headers=headers)


def test_files_of_a_customer(api: ApiClient, customer_id: str) -> None:
    text = "สัญญา".encode()
    made = send(api, f"/customers/{customer_id}/files", SimpleUploadedFile("สัญญา.txt", text))
    assert made.status_code == 201, made.content
    again = send(api, f"/customers/{customer_id}/files", SimpleUploadedFile("สัญญา.txt", text))
    assert again.json() == made.json()
    held = api.get(made.json()["url"].removeprefix("/api/v1"))
    assert b"".join(held.streaming_content) == text
    assert held.headers["Content-Disposition"].startswith("attachment")
    address = f"/customers/{customer_id}/files/{made.json()['id']}"
    assert api.delete(address).status_code == 204
    assert api.get(f"/customers/{customer_id}/files").json()["data"] == []


def test_an_import_from_the_file_to_its_undo(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[str] = []
    for name in ("check_import", "run_import", "undo_import"):
        monkeypatch.setattr(getattr(jobs, name), "enqueue", lambda _name=name, **_values: queued.append(_name))
    file = SimpleUploadedFile("ลูกค้า.csv", "ชื่อ-สกุล,เบอร์โทร\nนายสมชาย ใจดี,0812345678\n".encode())
    made = send(api, "/imports", file, kind="customers")
    assert made.status_code == 201, made.content
    address = f"/imports/{made.json()['id']}"
    assert made.json()["columns"] == {"ชื่อ-สกุล": "name", "เบอร์โทร": "phone"}
    assert api.call("PUT", f"{address}/mapping", {"columns": {"ชื่อ-สกุล": "moon"}}).status_code == 409
    assert api.call("PUT", f"{address}/mapping", {"columns": {"ชื่อ-สกุล": "name"}}).json()["columns"] == {
        "ชื่อ-สกุล": "name"
    }
    assert api.post(f"{address}/run").status_code == 409
    assert api.post(f"{address}/check").json()["state"] == "checking"
    assert queued == ["check_import"]
    assert api.get("/imports").json()["data"][0]["id"] == made.json()["id"]
    assert api.get(f"{address}/problems").json()["data"] == []


def test_views_search_notifications_and_people(api: ApiClient, customer_id: str, owner: Member) -> None:
    where = {"field": "stage", "operator": "is", "value": "regular"}
    body = {
        "name": "ประจำ",
        "entity": "customers",
        "query": {"where": where, "fields": ["name"], "sort": ["-total_spent"]},
    }
    made = api.post("/views", body)
    assert made.status_code == 201, made.content
    assert made.json()["state"]["sort"] == ["-total_spent"]
    assert api.get("/views").json()["data"][0]["name"] == "ประจำ"
    assert api.delete(f"/views/{made.json()['id']}").status_code == 204
    assert api.get("/search?q=แพร").json()["data"][0]["id"] == customer_id
    assert api.get("/notifications").json() == {"data": [], "next_cursor": None}
    assert api.post("/notifications/read").status_code == 204
    assert api.get("/members").json()["data"][0]["email"] == "may@doimok.example"
    team = api.post("/teams", {"name": "สาขาเหนือ", "members": [str(owner.pk)]})
    assert team.status_code == 201, team.content
    assert api.call("PUT", f"/teams/{team.json()['id']}", {"name": "สาขาใต้"}).json()["members"] == []
    assert api.get(f"/members/{owner.pk}").json()["name"] == "เมย์"


def test_exports_the_whole_list(api: ApiClient, customer_id: str) -> None:
    body = {"query": {"fields": ["name", "phone"], "where": {"field": "phone", "operator": "is_known"}}}
    held = api.post("/exports/customers", body)
    lines = b"".join(held.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "081-234-5678" in lines[1]
    assert api.post("/exports/moons", body).status_code == 404


def test_a_narrow_token_takes_nothing_back(owner: Member, api: ApiClient, inside: Workspace) -> None:
    made = api.post("/customers", {"name": "ก"})
    reader = ApiClient(owner, "customers.read")
    assert reader.post(f"/changes/{made.headers['Samphan-Change']}/undo").status_code == 403
    assert reader.get("/imports").status_code == 403
    assert reader.post("/exports/orders", {}).status_code == 403
    assert (
        ApiClient(owner, "customers.write").post(f"/changes/{made.headers['Samphan-Change']}/undo").status_code == 200
    )


def test_names_the_fields_that_may_be_seen(api: ApiClient, onlooker: Member) -> None:
    fields = {one["name"]: one for one in api.get("/entities/customers").json()["fields"]}
    assert fields["phone"]["is_list"]
    assert "contains" in fields["phone"]["operators"]
    assert {one["value"] for one in fields["grade"]["choices"]} == {"A", "B", "C", "D"}
    assert "phone" not in {one["name"] for one in ApiClient(onlooker).get("/entities/customers").json()["fields"]}
    assert api.get("/entities/moons").status_code == 404
    assert {one["name"] for one in api.get("/entities").json()["data"]} >= {"customers", "orders", "products", "tasks"}

"""Settings, roles, people, custom fields, health, audit and figures through the API."""

from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from conftest import ApiClient
from samphan.administration.models import Member, Workspace

pytestmark = pytest.mark.django_db
NOBODY = "019aa000-0000-7000-8000-000000000000"


def put(api: ApiClient, path: str, body: Any) -> Any:
    return api.call("PUT", path, body)


def test_company_and_region(api: ApiClient) -> None:
    before = api.get("/settings/company").json()["values"]
    changed = api.patch("/settings/company", {"name_en": "Doi Mok Coffee", "phone": "053 123 456"})
    assert changed.status_code == 200, changed.content
    expected = before | {"name_en": "Doi Mok Coffee", "phone": "+6653123456", "address": {}}
    assert changed.json()["values"] == expected
    assert api.patch("/settings/company", {"tax_id": "1"}).json()["errors"][0]["path"] == "tax_id"
    assert api.post(f"/changes/{changed.headers['Samphan-Change']}/undo").status_code == 200
    assert api.get("/settings/company").json()["values"]["name_en"] == before["name_en"]
    assert api.patch("/settings/region", {"era": "ce"}).json()["values"]["era"] == "ce"
    assert api.patch("/settings/region", {"time_zone": "Mars"}).json()["errors"][0]["path"] == "time_zone"
    assert "needs_second_step" in api.get("/settings/sign-in-rules").json()["values"]


def test_logo(api: ApiClient) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "brown").save(picture, "PNG")
    headers = {"Authorization": f"Bearer {api.secret}"}
    file = SimpleUploadedFile("logo.png", picture.getvalue())
    made = Client().post("/api/v1/settings/company/logo", {"file": file}, headers=headers)
    assert made.status_code == 200, made.content
    assert made.json()["values"]["logo"]
    bad = Client().post("/api/v1/settings/company/logo", {"file": SimpleUploadedFile("a.txt", b"a")}, headers=headers)
    assert bad.status_code == 422, bad.content
    assert api.delete("/settings/company/logo").status_code == 204
    assert not api.get("/settings/company").json()["values"]["logo"]


def test_hours_and_holidays(api: ApiClient) -> None:
    team = api.post("/teams", {"name": "สาขาเหนือ"}).json()["id"]
    days = ["09:00-17:00"] * 5 + ["", ""]
    assert put(api, "/settings/hours", {"days": days, "team_id": team}).json()["is_own"]
    assert [one["team_id"] for one in api.get("/settings/hours").json()["data"]] == [None, team]
    assert not put(api, "/settings/hours", {"days": None, "team_id": team}).json()["is_own"]
    assert put(api, "/settings/hours", {"days": ["25:00", *days[1:]]}).status_code == 422
    assert put(api, "/settings/hours", {"days": None}).json()["errors"][0]["path"] == "days"
    made = api.post("/settings/holidays", {"on": "2026-04-20", "name": "งานประจำปี", "yearly": True})
    assert made.status_code == 201, made.content
    (own,) = made.json()["own"]
    assert (own["name"], own["on"]) == ("งานประจำปี", "2026-04-20")
    assert put(api, "/settings/holidays/work", {"on": "2026-04-13", "works": True}).json()["worked"] == ["2026-04-13"]
    chosen = made.json()["sets"][-1]
    assert put(api, "/settings/holidays/set", {"set": chosen}).json()["set"] == chosen
    assert put(api, "/settings/holidays/set", {"set": "moon"}).status_code == 422
    assert api.post("/settings/holidays", {"on": "2026-04-20", "until": "2026-04-19", "name": "-"}).status_code == 422
    assert api.delete(f"/settings/holidays/{own['key']}").status_code == 204
    assert api.delete(f"/settings/holidays/{own['key']}").status_code == 404


def test_retention_and_choices(api: ApiClient) -> None:
    days = api.get("/settings/retention").json()["values"]
    name = next(iter(days))
    kept = api.patch("/settings/retention", {"days": {name: days[name] + 30}})
    assert kept.json()["values"][name] == days[name] + 30
    refused = api.patch("/settings/retention", {"days": {name: -1, "moon": 3}})
    assert {one["path"] for one in refused.json()["errors"]} == {f"days.{name}", "days.moon"}
    stages = {one["name"]: one for one in api.get("/choices").json()["data"]}["customer_stage"]
    added = api.post("/choices/customer_stage", {"th": "ขาประจำมาก", "en": "Very regular"})
    assert added.status_code == 201, added.content
    key = added.json()["entries"][-1]["key"]
    renamed = api.patch("/choices/customer_stage", {"entries": [{"key": key, "th": "ขาประจำ", "tone": "green"}]})
    assert renamed.json()["entries"][0]["th"] == "ขาประจำ"
    customer = api.post("/customers", {"name": "แพร", "stage": key}).json()["id"]
    merged = api.post("/choices/customer_stage/merge", {"key": key, "into": "regular"})
    assert merged.status_code == 200, merged.content
    assert api.get(f"/customers/{customer}").json()["stage"] == "regular"
    assert api.post("/choices/customer_stage/merge", {"key": "moon", "into": "regular"}).status_code == 422
    assert api.patch("/choices/moons", {"entries": [{"key": key}]}).status_code == 404
    assert stages["label"]


def test_numbering(api: ApiClient) -> None:
    found = {one["name"]: one for one in api.get("/settings/numbering").json()["series"]}
    name = next(iter(found))
    team = api.post("/teams", {"name": "สาขาเหนือ"}).json()["id"]
    body = {"series": {name: {"is_on": True, "prefix": "TH"}}, "codes": {team: "n1"}}
    changed = api.patch("/settings/numbering", body)
    assert changed.status_code == 200, changed.content
    assert changed.json()["codes"] == {team: "N1"}
    assert {one["name"]: one["next"] for one in changed.json()["series"]}[name].startswith("TH")
    wrong = {"series": {name: {"prefix": "ก ข"}, "moons": {}}, "codes": {NOBODY: "X"}}
    paths = {one["path"] for one in api.patch("/settings/numbering", wrong).json()["errors"]}
    assert paths == {f"series.{name}.prefix", "series.moons", f"codes.{NOBODY}"}
    assert api.post(f"/changes/{changed.headers['Samphan-Change']}/undo").status_code == 200
    assert api.get("/settings/numbering").json()["codes"] == {}


def test_roles(api: ApiClient, salesperson: Member) -> None:
    role = {
        "name": "รับสาย", "permissions": ["customers.view_customer"], "privacy": ["public", "business"],
        "masked": ["contact"], "reach": {"customers": "team"},
    }  # fmt: skip
    assert {one["name"] for one in api.get("/permissions").json()["data"]} >= {"customers.view_customer"}
    made = api.post("/roles", role)
    assert made.status_code == 201, made.content
    here = f"/roles/{made.json()['key']}"
    assert (made.json()["masked"], made.json()["reach"]["customers"]) == (["contact"], "team")
    assert put(api, here, role | {"name": "สายด่วน"}).json()["name"] == "สายด่วน"
    given = api.patch(f"/members/{salesperson.pk}", {"roles": [made.json()["key"]]})
    assert given.status_code == 200, given.content
    assert api.get(here).json()["members"][0]["id"] == str(salesperson.pk)
    assert api.delete(here).status_code == 409
    api.patch(f"/members/{salesperson.pk}", {"roles": ["sales"]})
    assert api.delete(here).status_code == 204
    assert api.get(here).status_code == 404
    assert api.post("/roles", role | {"permissions": ["moon.rise"]}).json()["errors"][0]["path"] == "permissions[0]"
    assert put(api, "/roles/owner", role).status_code == 409
    assert next(one["key"] for one in api.get("/roles").json()["data"]) == "owner"


def test_people_come_change_and_go(api: ApiClient, salesperson: Member, workspace: Workspace) -> None:
    invited = api.post("/invitations", {"email": "pim@doimok.example", "name": "พิม", "roles": ["sales"]})
    assert invited.status_code == 201, invited.content
    assert bool(invited.json()["link"]) != bool(mail.outbox)
    here = f"/invitations/{invited.json()['id']}"
    assert api.post(f"{here}/sending").status_code == 200
    assert [one["email"] for one in api.get("/invitations").json()["data"]] == ["pim@doimok.example"]
    assert api.delete(here).status_code == 204
    assert api.delete(here).status_code == 409
    person = f"/members/{salesperson.pk}"
    team = api.post("/teams", {"name": "สาขาเหนือ"}).json()["id"]
    assert api.patch(person, {"name": "สมศรี", "team_ids": [team]}).json()["teams"] == [team]
    assert api.patch(person, {"team_ids": [NOBODY]}).json()["errors"][0]["path"] == "team_ids[0]"
    customer = api.post("/customers", {"name": "แพร", "owner": str(salesperson.pk)}).json()["id"]
    assert api.post(f"{person}/closure").json()["is_active"] is False
    assert api.post(f"{person}/handover", {"to_id": NOBODY}).status_code == 422
    handed = api.post(f"{person}/handover", {"to_id": str(api.token.member_id)})
    assert handed.json()["count"] == 1, handed.content
    assert api.get(f"/customers/{customer}").json()["owner"] == str(api.token.member_id)
    assert api.post(f"{person}/opening").json()["is_active"]
    assert api.post(f"{person}/sign-out").json() == {"count": 0}


def test_stand_ins(api: ApiClient, salesperson: Member, workspace: Workspace) -> None:
    today = workspace.today().isoformat()
    body = {"stand_in_id": str(salesperson.pk), "starts_on": today, "ends_on": today, "reason": "ลาพัก"}
    made = api.post("/stand-ins", body)
    assert made.status_code == 201, made.content
    assert [one["reason"] for one in ApiClient(salesperson).get("/stand-ins").json()["data"]] == ["ลาพัก"]
    assert api.post("/stand-ins", body | {"ends_on": "2020-01-01"}).json()["errors"][0]["path"] == "ends_on"
    assert ApiClient(api.token.member, "customers.write").post("/stand-ins", body).status_code == 403
    assert api.delete(f"/stand-ins/{made.json()['id']}").status_code == 204
    assert api.get("/stand-ins").json()["data"] == []


def test_custom_fields(api: ApiClient) -> None:
    made = api.post("/fields/customers", {"kind": "text", "label_th": "ชื่อร้าน", "rules": {"longest": 10}})
    assert made.status_code == 201, made.content
    here, name = f"/fields/customers/{made.json()['id']}", made.json()["name"]
    assert api.patch(here, {"label_en": "Shop"}).json()["label_th"] == "ชื่อร้าน"
    customer = api.post("/customers", {"name": "แพร", name: "ร้านดอย"}).json()
    assert customer[name] == "ร้านดอย"
    second = api.post("/fields/customers", {"kind": "number", "label_th": "ลำดับ"}).json()
    assert put(api, "/fields/customers/order", {"ids": [second["id"], made.json()["id"]]}).status_code == 204
    assert next(one["id"] for one in api.get("/fields/customers").json()["data"]) == second["id"]
    assert api.post(f"{here}/archival").json()["is_archived"]
    assert name not in api.get(f"/customers/{customer['id']}").json()
    assert not api.post(f"{here}/restoration").json()["is_archived"]
    assert api.get(f"/customers/{customer['id']}").json()[name] == "ร้านดอย"
    refused = api.post("/fields/customers", {"kind": "moon", "label_th": "-"})
    assert refused.json()["errors"][0]["path"] == "kind"
    assert api.post("/fields/customers", {"kind": "text"}).json()["errors"][0]["path"] == "label_th"
    assert api.get("/fields/moons").status_code == 404


def test_a_custom_field_is_written_over_by_nobody_who_has_not_seen_it_and_every_act_is_taken_back(
    api: ApiClient,
) -> None:
    made = api.post("/fields/customers", {"kind": "text", "label_th": "ชื่อร้าน"})
    second = api.post("/fields/customers", {"kind": "text", "label_th": "ซอย"}).json()["id"]
    here, seen = f"/fields/customers/{made.json()['id']}", made.headers["ETag"]
    assert api.get(here).headers["ETag"] == seen
    assert api.patch(here, {"label_en": "Shop"}, If_Match=seen).status_code == 200
    assert api.patch(here, {"label_en": "Store"}, If_Match=seen).status_code == 412
    assert api.get(here).json()["label_en"] == "Shop"
    moved = put(api, "/fields/customers/order", {"ids": [second, made.json()["id"]]})
    for answer, now, before in (
        (moved, ("position", 2), ("position", 1)),
        (api.post(f"{here}/archival"), ("is_archived", True), ("is_archived", False)),
    ):
        assert api.get(here).json()[now[0]] == now[1]
        assert api.post(f"/changes/{answer.headers['Samphan-Change']}/undo").status_code == 200
        assert api.get(here).json()[before[0]] == before[1]


def test_health_audit_and_tokens(api: ApiClient, owner: Member, salesperson: Member) -> None:
    found = api.get("/health").json()
    assert found["failed_jobs"] == []
    assert api.post("/health/letters/retry", {}).json() == {"count": 0}
    assert api.post("/health/jobs/removal", {"ids": [1]}).json() == {"count": 0}
    assert api.post("/health/moons/retry", {}).status_code == 404
    trail = api.get("/audit?limit=1").json()
    assert trail["data"][0]["action"].startswith("administration.")
    older = api.get(f"/audit?limit=1&cursor={trail['next_cursor']}").json()
    assert older["data"][0]["id"] < trail["data"][0]["id"]
    assert api.get("/audit?action=administration.token_made").json()["data"][0]["label"]
    assert ApiClient(salesperson).get("/audit").status_code == 403
    other = ApiClient(owner)
    assert len(api.get("/tokens").json()["data"]) == 3
    assert api.delete(f"/tokens/{other.token.pk}").status_code == 204
    assert other.get("/me").status_code == 401
    assert ApiClient(salesperson).delete(f"/tokens/{api.token.pk}").status_code == 404
    topics = api.get("/notifications/choices").json()["data"]
    kept = api.patch("/notifications/choices", {"channels": {topics[0]["topic"]: "bell"}})
    assert kept.json()["data"][0]["channel"] == "bell", kept.content
    assert api.patch("/notifications/choices", {"channels": {"moon": "bell"}}).status_code == 422


def test_figures(api: ApiClient, owner: Member) -> None:
    customer = api.post("/customers", {"name": "แพร", "phone": "0812345678"}).json()["id"]
    lines = [{"quantity": 1, "unit_price": 100}]
    api.post("/orders", {"number": "1", "ordered_at": "2026-11-05T10:00:00Z", "customer_id": customer, "lines": lines})
    assert api.post("/insights/data-quality/count").json() == {"is_done": True}
    found = api.get("/insights/data-quality").json()
    assert (found["customers"], found["known"]["phone"]) == (1, 1)
    assert found["worst"][0]["id"] == customer
    best = api.get("/insights/best-customers").json()
    assert best["best"][0]["customer_id"] == customer
    graded = api.post("/insights/best-customers/grades", {})
    assert graded.json() == {"count": 1}, graded.content
    assert api.get("/insights/best-customers?period=moon").json()["errors"][0]["path"] == "period"
    assert api.get(f"/insights/data-quality?view_id={NOBODY}").status_code == 404


def test_files_in_and_out(api: ApiClient) -> None:
    headers = {"Authorization": f"Bearer {api.secret}", "Accept-Language": "en"}
    file = SimpleUploadedFile("ลูกค้า.csv", "ชื่อ-สกุล,เบอร์โทร\nนายสมชาย ใจดี,0812345678\n".encode())
    made = Client().post("/api/v1/imports", {"file": file, "kind": "customers"}, headers=headers).json()
    here = f"/imports/{made['id']}"
    assert put(api, f"{here}/reading", {"header_row": 1}).status_code == 200
    assert put(api, f"{here}/reading", {"kind": "moons"}).json()["errors"][0]["path"] == "kind"
    assert api.post(f"{here}/cancellation").status_code == 409
    assert api.get(f"{here}/rejects").status_code == 404
    assert api.post(f"{here}/next", {"sheet": "moon"}).status_code == 409
    assert api.post("/imports/links", {"url": "https://example.com/x"}).json()["errors"][0]["path"] == "url"
    customer = api.post("/customers", {"name": "แพร ใจดี"}).json()["id"]
    api.post("/customers", {"name": "ก ข"})
    body = {"query": {"fields": ["name"], "q": "แพร", "sort": ["-name"]}}
    lines = b"".join(api.post("/exports/customers", body).streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    book = api.post("/exports/customers", {"format": "xlsx", "ids": [customer]})
    assert b"".join(book.streaming_content)[:2] == b"PK"

"""Webhooks and REST hooks through the API."""

from typing import Any

import pytest

from conftest import ApiClient
from samphan.administration.models import Member
from samphan.integrations import jobs

pytestmark = pytest.mark.django_db
BODY = {"name": "ร้านออนไลน์", "url": "https://shop.example.com/in", "events": ["customer.created"]}


@pytest.fixture(autouse=True)
def queued(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    for name in ("send_webhooks", "replay_webhooks"):
        monkeypatch.setattr(getattr(jobs, name), "enqueue", lambda _name=name, **values: found.append((_name, values)))
    return found


def test_makes_changes_holds_and_deletes_one(api: ApiClient, queued: list[Any]) -> None:
    made = api.post("/webhooks", BODY)
    assert made.status_code == 201, made.content
    assert made.json()["secret"].startswith("whsec_")
    here = f"/webhooks/{made.json()['id']}"
    assert api.get(here).json().get("secret") is None
    assert api.patch(here, {"events": ["order.created", "order.updated"]}).json()["events"] == [
        "order.created",
        "order.updated",
    ]
    assert api.patch(here, {"url": "ftp://shop.example.com"}).json()["errors"][0]["path"] == "url"
    assert api.patch(here, {"events": ["moon.risen"]}).json()["errors"][0]["path"] == "events"
    assert api.post(f"{here}/pause").json()["state"] == "paused"
    assert api.post(f"{here}/resumption").json()["state"] == "active"
    assert api.post(f"{here}/secret").json()["secret"] != made.json()["secret"]
    tried = api.post(f"{here}/test")
    assert (tried.status_code, tried.json()["event"]) == (202, "webhook.test")
    (logged,) = api.get(f"{here}/deliveries").json()["data"]
    one = f"{here}/deliveries/{logged['id']}"
    assert api.get(one).json()["attempts"] == []
    assert api.post(f"{one}/replay").json()["state"] == "waiting"
    assert api.get(f"{here}/deliveries?state=failed").json()["data"] == []
    assert api.post(f"{here}/replay", {"since": "2026-01-01T00:00:00Z"}).status_code == 202
    assert queued[-1][0] == "replay_webhooks"
    late = {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    assert api.post(f"{here}/replay", late).json()["errors"][0]["path"] == "until"
    assert [each["name"] for each in api.get("/webhooks").json()["data"]] == ["ร้านออนไลน์"]
    assert api.delete(here).status_code == 204
    assert api.get(here).status_code == 404


def test_names_the_events_in_both_languages(api: ApiClient) -> None:
    found = {one["name"]: one for one in api.get("/webhook-events").json()["data"]}
    thai = {one["name"]: one for one in api.get("/webhook-events", Accept_Language="th").json()["data"]}
    assert found["customer.created"]["entity"] == "customers"
    assert found["customer.created"]["label"] != thai["customer.created"]["label"]


def test_services_subscribe_and_unsubscribe_by_themselves(api: ApiClient) -> None:
    made = api.post("/hooks", {"target_url": "https://hooks.example.com/1", "event": "customer.created"})
    assert made.status_code == 201, made.content
    (listed,) = api.get("/webhooks").json()["data"]
    assert (listed["is_hook"], listed["events"]) == (True, ["customer.created"])
    assert api.post("/hooks", {"target_url": "nowhere", "event": "customer.created"}).json()["errors"][0]["path"] == (
        "target_url"
    )
    assert api.post("/hooks", {"target_url": "https://a.example.com", "event": "moon.risen"}).status_code == 422
    plain = api.post("/webhooks", BODY).json()["id"]
    assert api.delete(f"/hooks/{plain}").status_code == 404
    assert api.delete(f"/hooks/{made.json()['id']}").status_code == 204
    assert api.delete(f"/hooks/{made.json()['id']}").status_code == 404


def test_samples_are_what_a_call_would_say(api: ApiClient) -> None:
    empty = api.get("/hooks/samples/customer.created").json()["data"]
    assert empty[0]["type"] == "customer.created"
    customer_id = api.post("/customers", {"name": "แพร ใจดี"}).json()["id"]
    (one,) = api.get("/hooks/samples/customer.created").json()["data"]
    assert (one["data"]["id"], one["data"]["record"]["name"]) == (customer_id, "แพร ใจดี")
    (many,) = api.get("/hooks/samples/customer.bulk_changed").json()["data"]
    assert many["data"]["ids"] == [customer_id]
    assert api.get("/hooks/samples/moon.risen").status_code == 404


def test_is_for_those_who_set_webhooks_up(api: ApiClient, salesperson: Member) -> None:
    theirs = ApiClient(salesperson)
    assert theirs.get("/webhooks").status_code == 403
    assert theirs.post("/hooks", {"target_url": "https://a.example.com", "event": "order.created"}).status_code == 403
    narrowed = ApiClient(api.token.member, "customers.write")
    assert narrowed.post("/webhooks", BODY).status_code == 403

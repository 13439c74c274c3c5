"""What leaves by other ways than pages: the API, webhooks and live updates."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from conftest import ApiClient
from samphan.integrations import payloads
from samphan.integrations.models import WebhookDelivery
from samphan.integrations.public_events import EVENTS
from samphan.platform import catalogue
from samphan.platform.access import Reach
from samphan.platform.live import tell
from samphan.platform.tenancy import in_workspace
from tests.access.asking import EVERY_SIGHT, is_refused, keys_of, leaks, text_of
from tests.access.world import ALL_CLASSES, Company, Sight

OPERATIONS = json.loads((Path(__file__).parents[1] / "api" / "openapi.json").read_text("utf-8"))["paths"]
IDS = {"file_id": "customer_file_id", "record_id": "object_record_id"}
NAMED = {"entity": "customers", "name": "customers", "object_key": "machine"}
LISTS = ("customers", "orders", "tasks")


def addresses(company: Company, method: str, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every address of the API that takes the method, for each of these customers of a company, with its key."""
    for path, operations in OPERATIONS.items():
        if method not in operations:
            continue
        bare = path.removeprefix("/api/v1")
        names = [part[1:-1] for part in bare.split("/") if part.startswith("{")]
        of_records = any(name.endswith("_id") for name in names)
        of_keys: list[tuple[str, dict[str, Any]]] = [(key, ids) for key, ids in company.ids.items() if key in keys]
        for key, ids in of_keys if of_records else [("", {})]:
            address = bare
            for name in names:
                found: Any = NAMED.get(name) or ids.get(IDS.get(name, name))
                address = address.replace("{" + name + "}", str(found or uuid4()))
            yield address, key


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_the_api_shows_what_the_pages_show_and_no_more(
    request: pytest.FixtureRequest, companies: tuple[Company, Company], sight: Sight
) -> None:
    here, there = companies
    forbidden, found = [*sight.forbidden(here), *there.marks], []
    api = ApiClient(sight.give_to(here))
    reached = sight.reached()
    for company in (here, there):
        for address, key in addresses(company, "get", keys_of(request, here)):
            answer = api.get(address)
            found += [f"GET {address} ({key}) shows {mark}" for mark in leaks(text_of(answer), forbidden)]
            is_out = company is there or (key not in reached and not (key == "deleted" and sight.reach is Reach.ALL))
            own_task = address.startswith("/tasks/") and key == "tasks"
            if key and is_out and not own_task and not is_refused(answer, address):
                found.append(f"GET {address} ({key}) answered {answer.status_code}")
    every = [field.name for field in catalogue.entity("customers").in_workspace(here.workspace.pk).fields]
    for name in LISTS:
        for query in ("limit=200", "expand=customer", f"fields={','.join(every)}", "count=true"):
            text = text_of(api.get(f"/{name}?{query}"))
            found += [f"GET /{name}?{query} shows {mark}" for mark in leaks(text, forbidden)]
    for mark in forbidden[:40]:
        answer = api.get(f"/search?q={mark.forms[0]}")
        others = [other for other in forbidden if other.forms[0] != mark.forms[0]]
        found += [f"search for {mark.forms[0]} shows {leak}" for leak in leaks(text_of(answer), others)]
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_the_api_is_not_asked_by_what_its_reader_may_not_read(companies: tuple[Company, Company], sight: Sight) -> None:
    here, _there = companies
    api = ApiClient(sight.give_to(here))
    found = []
    for field in catalogue.entity("customers").in_workspace(here.workspace.pk).fields:
        if field.privacy in sight.privacy:
            continue
        where = {"field": field.name, "operator": "is_known"}
        asked = (
            api.get(f"/customers?sort={field.name}"),
            api.get(f"/customers?f={field.name}:is_known"),
            api.get(f"/customers?fields={field.name}"),
            api.post("/customers/query", {"where": where}),
            api.post("/exports/customers", {"where": where, "format": "csv"}),
            api.post("/exports/customers", {"fields": [field.name], "format": "csv"}),
        )
        found += [
            f"{field.name}: {each.status_code} {text_of(each)[:200]}" for each in asked if each.status_code != 422
        ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_the_api_changes_nothing_out_of_reach(
    request: pytest.FixtureRequest, companies: tuple[Company, Company], sight: Sight
) -> None:
    here, there = companies
    api = ApiClient(sight.give_to(here))
    reached, found = sight.reached(), []
    for method in ("post", "patch", "delete"):
        for company in (here, there):
            for address, key in addresses(company, method, keys_of(request, here)):
                if not key or (company is here and (key in reached or sight.reach is Reach.ALL)):
                    continue
                body = None if method == "delete" else {"name": "x", "value": "0812345678", "text": "x", "kind": "note"}
                answer = api.call(method.upper(), address, body)
                own_task = address.startswith("/tasks/") and key == "tasks"
                if answer.status_code < 400 and not own_task:
                    found.append(f"{method} {address} ({key}) answered {answer.status_code}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_a_webhook_tells_its_owner_what_they_may_see(companies: tuple[Company, Company], sight: Sight) -> None:
    here, there = companies
    member = sight.give_to(here)
    forbidden, told = [*sight.forbidden(here), *there.marks], []
    with in_workspace(here.workspace.pk):
        deliveries = []
        subjects = {"customers": "customer_id", "orders": "order_id", "tasks": "task_id"}
        for event in EVENTS.values():
            for company in (here, there):
                for key, ids in company.ids.items():
                    name = subjects.get(event.entity)
                    if name:
                        subject = {"ids": [str(ids[name])], "changed": ["phone", "name"]}
                        deliveries.append((key, WebhookDelivery(
                            workspace_id=here.workspace.pk, endpoint_id=uuid4(), event=event.name, source="test",
                            happened_at=timezone.now(), subject=subject, next_at=timezone.now(),
                        )))  # fmt: skip
        bodies = payloads.compose([delivery for _key, delivery in deliveries], member)
        for key, delivery in deliveries:
            text = bodies.get(delivery.pk, b"").decode()
            told += [f"{delivery.event} ({key}) tells {mark}" for mark in leaks(text, forbidden)]
            own_task = delivery.event.startswith("task") and key == "tasks"
            if text and key not in sight.reached() and key != "deleted" and not own_task:
                told.append(f"{delivery.event} ({key}) is told")
    assert not told, "\n".join(told)
    assert bodies


def test_a_live_update_carries_a_topic_and_an_id_and_nothing_else(companies: tuple[Company, Company]) -> None:
    here, _there = companies
    said: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "pg_notify" in sql:
            said.append(params[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        tell(here.workspace.pk, "customers", {here.customers["fars"].pk: 7})
    (payload,) = map(json.loads, said)
    assert set(payload) == {"w", "t", "id", "v"}
    assert leaks(json.dumps(payload), here.marks) == []


def test_the_second_wall_holds_behind_the_api_too(
    companies: tuple[Company, Company], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = companies
    everything = Sight("everything", Reach.ALL, ALL_CLASSES, frozenset())
    api, found = ApiClient(everything.give_to(here)), []
    from samphan.customers.models import CustomerQuerySet

    for name in ("visible_to", "reached_by"):
        monkeypatch.setattr(CustomerQuerySet, name, lambda self, viewer: self.all())
    for address, key in addresses(there, "get", ("fars",)):
        found += [f"GET {address} ({key}) shows {mark}" for mark in leaks(text_of(api.get(address)), there.marks)]
    assert not found, "\n".join(found)

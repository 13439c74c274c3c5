"""Nobody sees what they may not: every role, entity, act and path, over two companies.

What a page holds is compared with what its reader may find at all. With the first wall taken down (`visible_to` lets everything
through), the second wall alone still keeps one company from the other.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.platform import catalogue
from samphan.platform.access import Reach
from samphan.platform.catalogue import Entity, Field, Operator, Type
from samphan.platform.tenancy import in_workspace
from tests.access.asking import EVERY_SIGHT, is_refused, keys_of, leaks, text_of
from tests.access.world import ALL_CLASSES, Company, Sight
from tests.test_routes import GUARDED, Route

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Acts with one's own session or person, and pages that bring in what is asked for.
NOT_ASKED = {"workspace-entry"}
SEARCHED = ("/search/palette/", "/customers/", "/orders/", "/tasks/", "/objects/machine/", "/customers/lookup/")
SEEN_IN_LISTS = {"customers": "/customers/", "orders": "/orders/", "tasks": "/tasks/", "products": "/products/"}


def client_of(member: Member) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(member.user, backend=BACKEND)
    return client


def addresses(route: Route, company: Company, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """An address of the route for each of these customers of a company, with the customer's key."""
    if not route.ids:
        yield route.address(), ""
        return
    for key, ids in company.ids.items():
        if key in keys and set(route.ids) <= set(ids):
            yield route.address({name: ids[name] for name in route.ids}), key


def test_the_world_is_one_in_which_something_could_leak(companies: tuple[Company, Company]) -> None:
    """Everything that is a mark is shown to somebody: else its absence would say nothing."""
    here, _there = companies
    everything = Sight("everything", Reach.ALL, ALL_CLASSES, frozenset())
    client = client_of(everything.give_to(here))
    found = ""
    for route in GUARDED:
        for address, _key in addresses(route, here, ("mine", "fars")):
            answer = client.get(address)
            if answer.status_code == 200:
                found += text_of(answer)
    hidden = [
        mark.forms[0]
        for mark in here.marks
        if mark.of in ("mine", "fars") and not any(form in found for form in mark.forms)
    ]
    assert hidden == []


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_no_page_shows_what_its_reader_may_not_find(
    request: pytest.FixtureRequest, companies: tuple[Company, Company], sight: Sight
) -> None:
    here, there = companies
    keys = keys_of(request, here)
    forbidden = [*sight.forbidden(here), *there.marks]
    client = client_of(sight.give_to(here))
    reached, found = sight.reached(), []
    for route in GUARDED:
        if route.pattern.name in NOT_ASKED:
            continue
        for company in (here, there):
            for address, key in addresses(route, company, keys):
                answer = client.get(address)
                found += [f"{address} ({key}) shows {mark}" for mark in leaks(text_of(answer), forbidden)]
                # Whoever reaches everybody's still has the orders and tasks of the deleted.
                is_out = company is there or (
                    key not in reached and not (key == "deleted" and sight.reach is Reach.ALL)
                )
                if route.ids and is_out and not is_refused(answer, address) and not _is_of_own_task(route, key):
                    found.append(f"{address} ({key}) answered {answer.status_code}")
    assert not found, "\n".join(dict.fromkeys(found))


def _is_of_own_task(route: Route, key: str) -> bool:
    return route.ids == ["task_id"] and key == "tasks"


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_nobody_changes_what_they_do_not_reach(
    request: pytest.FixtureRequest, companies: tuple[Company, Company], sight: Sight
) -> None:
    here, there = companies
    keys = keys_of(request, here)
    client = client_of(sight.give_to(here))
    reached = sight.reached()
    forbidden = [*sight.forbidden(here), *there.marks]
    found = []
    before = {company.workspace.pk: state_of(company, without=reached) for company in companies}
    for route in GUARDED:
        if not route.ids:
            continue
        for company in (here, there):
            for address, key in addresses(route, company, keys):
                if company is here and (key in reached or (key == "deleted" and sight.reach is Reach.ALL)):
                    continue
                answer = client.post(address, {"value": "9", "text": "9", "remove": "1", "name": "x", "seen": ""})
                if not is_refused(answer, address):
                    found.append(f"{address} ({key}) answered {answer.status_code}")
                found += [f"{address} ({key}) shows {mark}" for mark in leaks(text_of(answer), forbidden)]
    assert not found, "\n".join(dict.fromkeys(found))
    assert before == {company.workspace.pk: state_of(company, without=reached) for company in companies}


def state_of(company: Company, *, without: set[str]) -> dict[str, list[Any]]:
    """Every row about the customers that are out of reach."""
    out = [customer.pk for key, customer in company.customers.items() if key not in without]
    found = {}
    with in_workspace(company.workspace.pk):
        for model in apps.get_models():
            names = {column.name for column in model._meta.concrete_fields}
            if model._meta.label == "customers.Customer":
                rows = model._base_manager.filter(pk__in=out)
            elif (
                "customer" in names
                and model._meta.get_field("customer").is_relation
                and model.__module__.startswith("samphan.")
                and "pgh_id" not in names
            ):
                rows = model._base_manager.filter(customer_id__in=out)
            else:
                continue
            found[model._meta.label] = sorted(map(repr, rows.values()))
    return found


# Lists: what cannot be read cannot be asked either


def fields_of(entity: Entity, company: Company) -> list[Field]:
    return list(entity.in_workspace(company.workspace.pk).fields)


def rows_on(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    return re.findall(r"data-row=\"?([0-9a-f-]{36})", text_of(answer))


@pytest.mark.parametrize("sight", [one for one in EVERY_SIGHT if one.values[0].privacy != ALL_CLASSES])
@pytest.mark.parametrize("name", ["customers", "orders", "tasks", "products"])
def test_no_list_is_asked_by_a_field_that_its_reader_may_not_read(
    companies: tuple[Company, Company], sight: Sight, name: str
) -> None:
    here, _there = companies
    client = client_of(sight.give_to(here))
    url, found = SEEN_IN_LISTS[name], []
    plain = rows_on(client, url)
    for field in fields_of(catalogue.entity(name), here):
        if field.privacy in sight.privacy:
            continue
        asked = (f"sort={field.name}", f"sort=-{field.name}", *filters(field, here))
        found += [f"{url}?{one} is another list" for one in asked if rows_on(client, f"{url}?{one}") != plain]
        export = client.get(f"/export/{name}/?{urlencode({'fields': field.name, 'format': 'csv'})}")
        found += [f"export of {field.name} shows {mark}" for mark in leaks(text_of(export), sight.forbidden(here))]
    assert not found, "\n".join(dict.fromkeys(found))


def filters(field: Field, company: Company) -> Iterator[str]:
    """Filters on a field that would leave some records out for who may read it."""
    for operator in field.operators:
        if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
            yield urlencode({"f": f"{field.name}:{operator}"})
    if field.type.is_textual:
        for mark in company.marks:
            if mark.of == "mine" and mark.privacy == field.privacy:
                yield urlencode({"f": f"{field.name}:contains:{mark.forms[0]}"})
    if field.type is Type.MONEY:
        yield urlencode({"f": f"{field.name}:at_least:1"})


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_no_search_finds_by_what_its_reader_may_not_read(
    request: pytest.FixtureRequest, companies: tuple[Company, Company], sight: Sight
) -> None:
    here, there = companies
    keys = keys_of(request, here)
    client = client_of(sight.give_to(here))
    forbidden, found = [*sight.forbidden(here), *there.marks], []
    seen = {mark.forms[0] for mark in here.marks} - {mark.forms[0] for mark in forbidden}
    names = {mark.of: mark.forms[0] for mark in here.marks if mark.forms[0].startswith("Zqname")}
    is_long = request.node.get_closest_marker("long")
    for place, mark in enumerate([*(mark for mark in here.marks if mark.of in keys), *there.marks]):
        # Each is looked for on every page in the long form, on one in turn in the short one.
        for address in SEARCHED if is_long else SEARCHED[place % len(SEARCHED) :][:1]:
            for form in mark.forms[:1]:
                text = text_of(client.get(f"{address}?{urlencode({'q': form})}"))
                # What was typed is written back into the box; what else the page says about a customer is not.
                others = [other for other in forbidden if other.forms[0] != form]
                found += [f"{address} for {form} shows {leak}" for leak in leaks(text, others)]
                hidden = mark in forbidden and mark.of in names
                if hidden and names[mark.of] != form and names[mark.of] in seen and f">{names[mark.of]}<" in text:
                    found.append(f"{address} finds {names[mark.of]} by {form}")
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("sight", EVERY_SIGHT)
@pytest.mark.parametrize("name", ["customers", "orders", "tasks", "products", "o_machine"])
def test_no_export_holds_what_its_reader_may_not_read(
    companies: tuple[Company, Company], sight: Sight, name: str
) -> None:
    here, there = companies
    client = client_of(sight.give_to(here))
    forbidden, found = [*sight.forbidden(here), *there.marks], []
    with in_workspace(here.workspace.pk):
        entity = catalogue.entity(name)
    every = ",".join(field.name for field in fields_of(entity, here))
    for query in ("", f"columns={every}", f"columns={every}&size=200"):
        export = f"/export/{name}/?{query}"
        for address in (export, f"{export}&format=csv", f"{export}&format=csv&which=all", f"{entity.url}?{query}"):
            answer = client.get(address)
            found += [f"{address} shows {mark}" for mark in leaks(text_of(answer), forbidden)]
    assert not found, "\n".join(dict.fromkeys(found))


# The second wall alone


@pytest.fixture
def without_first_wall(monkeypatch: pytest.MonkeyPatch, companies: tuple[Company, Company]) -> int:
    """Every `visible_to` lets everything through, and everybody may do and read everything."""
    taken_down = 0
    for model in apps.get_models():
        queryset = model._default_manager.none().__class__
        for name in ("visible_to", "reached_by"):
            if hasattr(queryset, name):
                monkeypatch.setattr(queryset, name, lambda self, viewer, *_kind: self.all())
                monkeypatch.setattr(
                    type(model._default_manager), name, lambda self, viewer, *_kind: self.all(), raising=False
                )
                taken_down += 1
    monkeypatch.setattr(Member, "may", lambda self, permission: True)
    monkeypatch.setattr(Member, "may_read", lambda self, privacy: True)
    monkeypatch.setattr(Member, "reach", lambda self, entity: Reach.ALL)
    return taken_down


def test_the_second_wall_holds_alone(companies: tuple[Company, Company], without_first_wall: int) -> None:
    here, there = companies
    keys = ("mine", "fars")
    assert without_first_wall > 8
    client, found = client_of(here.members["reader"]), []
    for route in GUARDED:
        if route.pattern.name in NOT_ASKED:
            continue
        for company in (here, there):
            for address, key in addresses(route, company, keys):
                asked = [client.get(address), *([client.post(address)] if company is there and route.ids else [])]
                for answer in asked:
                    found += [f"{address} ({key}) shows {mark}" for mark in leaks(text_of(answer), there.marks)]
    for mark in there.marks:
        for address in SEARCHED:
            others = [other for other in there.marks if other.forms[0] != mark.forms[0]]
            text = text_of(client.get(f"{address}?{urlencode({'q': mark.forms[0]})}"))
            found += [f"{address} shows {leak}" for leak in leaks(text, others)]
    assert not found, "\n".join(dict.fromkeys(found))


def test_the_first_wall_was_really_down(companies: tuple[Company, Company], without_first_wall: int) -> None:
    here, there = companies
    with in_workspace(here.workspace.pk):
        shown = set(Customer.objects.visible_to(here.members["reader"]).values_list("pk", flat=True))
    assert {customer.pk for key, customer in here.customers.items()} <= shown
    assert not shown & {customer.pk for customer in there.customers.values()}


@pytest.mark.parametrize(
    "model",
    [
        model
        for model in apps.get_models()
        if "workspace" in {column.name for column in model._meta.concrete_fields}
        and model.__module__.startswith("samphan.")
    ],
    ids=lambda model: model._meta.label,
)
def test_the_database_shows_no_row_of_another_company(
    companies: tuple[Company, Company], model: type[models.Model]
) -> None:
    here, there = companies
    with in_workspace(here.workspace.pk):
        theirs: list[UUID] = list(
            model._base_manager.filter(workspace_id=there.workspace.pk).values_list("pk", flat=True)[:3]
        )
    assert theirs == []

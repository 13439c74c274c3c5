"""Every address says who may come, and means it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter
from django.utils import timezone

from samphan.administration.actions import create_member
from samphan.administration.models import Member, Workspace
from samphan.administration.reaching import RecordShare
from samphan.objects.converters import ObjectConverter
from samphan.platform.access import permissions
from samphan.platform.imports.actions import take_file
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.tenancy import in_workspace

WITHOUT_PERMISSION = {"public", "signed_in"}
# What stands in an address besides ids, where any word will not do.
WORDS = {
    "field": "nickname",
    "kind": "customers",
    "step": "file",
    "format": "csv",
    "name": "name",
    "entity_name": "customers",
}
# An id that belongs to the person and not to the workspace has its own tests.
OF_THE_PERSON = {"workspace_id"}
# What a row needs beside what its columns ask for.
NEEDED = {
    "work.Activity": {"text": "ก"},
    "administration.CustomField": {"entity": "customers", "name": "c_name", "label_th": "ก"},
    "objects.CustomObject": {"key": "machine", "label_th": "เครื่องชง"},
}
KINDS_OF_ID = {
    "batch_id": "platform.ImportBatch",
    "member_id": "administration.Member",
    "share_id": "administration.RecordShare",
    "field_id": "administration.CustomField",
    "record_id": "customers.Customer",
    "endpoint_id": "integrations.WebhookEndpoint",
    "delivery_id": "integrations.WebhookDelivery",
    "token_id": "administration.ApiToken",
}


@dataclass(frozen=True)
class Route:
    """One view with its address."""

    path: str
    pattern: URLPattern

    @property
    def access(self) -> str:
        """What the view declares, "" for nothing."""
        return str(getattr(self.pattern.callback, "samphan_access", ""))

    @property
    def ids(self) -> list[str]:
        """Names of the arguments that are ids."""
        found = self.pattern.pattern.converters
        return [name for name, converter in found.items() if isinstance(converter, UUIDConverter)]

    def address(self, ids: dict[str, uuid.UUID] | None = None) -> str:
        """The address with these ids, and made-up ones for the rest."""
        arguments: dict[str, Any] = {}
        for name, converter in self.pattern.pattern.converters.items():
            if isinstance(converter, UUIDConverter):
                arguments[name] = (ids or {}).get(name) or uuid.uuid4()
            elif isinstance(converter, ObjectConverter):
                arguments[name] = "o_machine"
            else:
                arguments[name] = WORDS.get(name, "1")
        return reverse(str(self.pattern.name), kwargs=arguments)


def routes() -> Iterator[Route]:
    """Every view of the project."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Route]:
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if getattr(pattern, "namespace", None) == "api":
                continue  # routes of the API declare it operation by operation: tests/api/test_api_routes.py
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            else:
                yield Route(path, pattern)

    yield from walk(get_resolver().url_patterns, "")


ROUTES = list(routes())
GUARDED = [route for route in ROUTES if route.access != "public"]
WITH_PERMISSION = [route for route in GUARDED if route.access != "signed_in"]
OF_OBJECTS = [route for route in GUARDED if route.ids and not OF_THE_PERSON & set(route.ids)]


def ask(client: Client, address: str) -> Any:
    """GET, or POST where only that is taken."""
    answer = client.get(address)
    return client.post(address) if answer.status_code == 405 else answer


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_declares_who_may_come(route: Route) -> None:
    known = WITHOUT_PERMISSION | {permission.name for permission in permissions()}
    assert route.access, f"{route.path} declares neither a permission nor “public”"
    assert route.access in known, f"{route.path} asks for {route.access}, which nobody declared"
    assert route.pattern.name, f"{route.path} has no name"


def test_gives_each_address_its_own_name() -> None:
    names = [route.pattern.name for route in ROUTES]
    assert sorted(names) == sorted(set(names))


@pytest.mark.django_db
@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.path)
def test_asks_a_stranger_to_sign_in(client: Client, route: Route) -> None:
    address = route.address()
    answer = ask(client, address)
    assert answer.status_code == 302, f"{address} answered {answer.status_code}"
    assert answer.headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("route", WITH_PERMISSION, ids=lambda route: route.path)
def test_refuses_a_member_without_the_right(client: Client, inside: Workspace, owner: Member, route: Route) -> None:
    owner.roles = []
    owner.save(update_fields=["roles"])
    client.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert ask(client, route.address()).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("route", OF_OBJECTS, ids=lambda route: route.path)
def test_hides_what_belongs_to_another_company(
    route: Route, workspace: Workspace, owner: Member, stranger: Member
) -> None:
    with in_workspace(workspace.id):
        made: dict[type[models.Model], models.Model] = {}
        ids = {name: make(model_of(name), workspace, owner, made).pk for name in route.ids}
    address = route.address(ids)
    client = Client()
    client.force_login(stranger.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert ask(client, address).status_code == 404
    # The same address is no 404 for its owner, so the stranger's is not one for the wrong reason.
    own = Client()
    own.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if set(route.pattern.pattern.converters) == set(route.ids):
        assert ask(own, address).status_code != 404


def model_of(argument: str) -> type[models.Model]:
    """The model whose id an argument of an address is: `customer_id` is a Customer's."""
    if argument in KINDS_OF_ID:
        return apps.get_model(KINDS_OF_ID[argument])
    wanted = argument.removesuffix("_id").replace("_", "")
    found = [
        model
        for model in apps.get_models()
        if model.__module__.startswith("samphan.") and model._meta.model_name == wanted
    ]
    assert len(found) == 1, f"say in KINDS_OF_ID what {argument} is the id of"
    return found[0]


def make(
    model: type[models.Model], workspace: Workspace, owner: Member, made: dict[type[models.Model], models.Model]
) -> models.Model:
    """One row of a model in the workspace with the rows it needs, each field with the plainest value it takes."""
    if model is Member:
        return owner
    if model is Workspace:
        return workspace
    if model in made:
        return made[model]
    if model is ImportBatch:
        # Its pages read the file, and its rejects: without either there is no page to hide.
        batch = take_file(_write_names, file_name="names.csv", kind_name="customers", member_id=owner.pk)
        ImportProblem.objects.create(workspace_id=workspace.pk, batch=batch, row=2, code="no_name", message="no name")
        return batch
    values: dict[str, Any] = dict(NEEDED.get(model._meta.label, {}))
    if model is RecordShare:
        customer = make(apps.get_model("customers.Customer"), workspace, owner, made)
        values |= {"entity": "customers", "record_id": customer.pk, "member": owner}
    for column in model._meta.concrete_fields:
        if column.name == "workspace_id":
            values["workspace_id"] = workspace.pk
        elif column.name in values:
            continue
        elif isinstance(column, models.ForeignKey):
            if not column.null or column.name == "customer":
                parent = make(column.related_model, workspace, owner, made)  # type: ignore[arg-type]
                if parent in values.values() and parent not in (owner, workspace):
                    # Two keys to one model are two rows: nobody is related to themselves.
                    parent = make(column.related_model, workspace, owner, {})  # type: ignore[arg-type]
                if parent is owner and owner in values.values():
                    parent = create_member(workspace, email="other@doimok.example", name="อื่น", roles=["sales"])
                values[column.name] = parent
        elif not (column.has_default() or column.null or column.db_default is not models.NOT_PROVIDED):
            values[column.name] = plain_value(column)
    made[model] = model._base_manager.create(**values)
    return made[model]


def _write_names(path: Path) -> None:
    path.write_text("ชื่อ-สกุล,เบอร์โทร\nนายสมชาย ใจดี,0812345678\n", "utf-8")


def plain_value(column: "models.Field[Any, Any]") -> Any:
    """A value that the column takes."""
    if column.choices:
        return next(iter(dict(column.flatchoices)))
    match column:
        case models.DateTimeField():
            return timezone.now()
        case models.DateField():
            return timezone.localdate()
        case models.UUIDField():
            return uuid.uuid4()
        case models.BooleanField():
            return False
        case models.DecimalField() | models.IntegerField():
            return 1
    return "ก"

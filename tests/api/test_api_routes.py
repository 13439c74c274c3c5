"""Every operation of the API says who may come, means it, and is described."""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pydantic import BaseModel

from conftest import ApiClient
from samphan.administration.models import Member, Workspace
from samphan.config.api import api as the_api
from samphan.platform.access import permissions

SNAPSHOT = Path(__file__).parent / "openapi.json"


@dataclass(frozen=True)
class Operation:
    """One operation with its address."""

    method: str
    path: str
    access: str
    id: str
    document: dict[str, Any]

    def address(self) -> str:
        """The address with made-up values."""
        path = self.path
        for one in self.document.get("parameters", []):
            if one.get("in") == "path":
                is_id = one["schema"].get("format") == "uuid"
                path = path.replace("{" + one["name"] + "}", str(uuid.uuid4()) if is_id else "customers")
        return path.removeprefix("/api/v1")


def described() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(the_api.get_openapi_schema(path_prefix="/api/v1/")))
    return document


DOCUMENT = described()


def operations() -> Iterator[Operation]:
    views = {
        operation.operation_id: operation.view_func
        for _prefix, router in the_api._routers
        for path_view in router.path_operations.values()
        for operation in path_view.operations
    }
    for path, item in DOCUMENT["paths"].items():
        for method, document in item.items():
            name = document["operationId"]
            yield Operation(method.upper(), path, str(getattr(views[name], "samphan_access", "")), name, document)


OPERATIONS = list(operations())
WITH_PERMISSION = [one for one in OPERATIONS if one.access != "signed_in"]


def ids(one: Operation) -> str:
    return one.id


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_says_who_may_come_and_what_it_does(operation: Operation) -> None:
    assert operation.access in {"signed_in"} | {one.name for one in permissions()}
    assert operation.document["summary"]
    assert operation.document["description"]
    assert operation.document["tags"]
    assert operation.document["security"]


def test_gives_each_operation_its_own_name() -> None:
    names = [one.id for one in OPERATIONS]
    assert sorted(names) == sorted(set(names))


def test_gives_each_shape_its_own_name() -> None:
    """Of two that are called alike, the description would show one in place of the other."""

    def below(one: type[BaseModel]) -> Iterator[type[BaseModel]]:
        for each in one.__subclasses__():
            yield each
            yield from below(each)

    shapes = {one for one in below(BaseModel) if one.__module__.startswith("samphan.")}
    names = [one.__name__ for one in shapes]
    assert len(names) > 150
    assert sorted(names) == sorted(set(names))


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_asks_a_stranger_for_a_token(client: Client, operation: Operation) -> None:
    answer = client.generic(operation.method, f"/api/v1{operation.address()}")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


@pytest.mark.django_db
@pytest.mark.parametrize("operation", WITH_PERMISSION, ids=ids)
def test_refuses_a_member_without_the_right(owner: Member, inside: Workspace, operation: Operation) -> None:
    api = ApiClient(owner)
    owner.roles = []
    owner.save(update_fields=["roles"])
    if "multipart/form-data" in operation.document.get("requestBody", {}).get("content", {}):
        headers = {"Authorization": f"Bearer {api.secret}"}
        file = SimpleUploadedFile("a.txt", b"a")
        answer: Any = Client().post(f"/api/v1{operation.address()}", {"file": file}, headers=headers)
    else:
        answer = api.call(operation.method, operation.address(), body_for(operation))
    assert answer.status_code == 403, answer.content


def body_for(operation: Operation) -> Any:
    """A body of the right shape: its example, or the plainest values."""
    content = operation.document.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    return plainest(content["application/json"]["schema"])


def plainest(schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return plainest(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "enum" in schema or "const" in schema:
        return schema["enum"][0] if "enum" in schema else schema["const"]
    if "anyOf" in schema:
        return plainest(schema["anyOf"][0])
    match schema.get("type"):
        case "object":
            return {name: plainest(schema["properties"][name]) for name in schema.get("required", [])}
        case "array":
            return [plainest(schema["items"])] * schema.get("minItems", 0)
        case "string":
            known = {"uuid": str(uuid.uuid4()), "date-time": "2026-11-05T10:00:00+07:00", "date": "2026-11-05"}
            return known.get(schema.get("format", ""), "ก" * max(1, schema.get("minLength", 0)))
        case "integer" | "number":
            return 1
        case "boolean":
            return False
    return {}


def test_keeps_its_description() -> None:
    """Whoever changes the API sees it here: `UPDATE_OPENAPI=1` writes the file anew."""
    told = json.dumps(DOCUMENT, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_OPENAPI"):
        SNAPSHOT.write_text(told, "utf-8")
    assert SNAPSHOT.read_text("utf-8") == told, "the API is described differently: UPDATE_OPENAPI=1 to accept it"


def test_serves_its_description(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json() == DOCUMENT
    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.django_db
def test_shows_every_operation_to_people_in_both_languages(client: Client) -> None:
    thai, english = (client.get(f"/api/v1/docs/?lang={language}").content.decode() for language in ("th", "en"))
    for one in OPERATIONS:
        assert f'id="{one.id}"' in thai
        assert one.document["summary"].replace("'", "&#x27;") in english
    assert "เพิ่มลูกค้า" in thai
    assert 'id="problem-changed_meanwhile"' in thai
    assert "http://cdn" not in thai
    assert client.get("/api/v1/docs/").headers["Content-Security-Policy"].count("unsafe") == 0

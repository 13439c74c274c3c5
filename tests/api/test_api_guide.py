"""The requests that the guide shows are sent to the application, in their order, and each is taken."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from conftest import ApiClient

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```http\n(?P<method>[A-Z]+) (?P<path>/\S+)\n(?:\n(?P<body>.*?)\n)?```$", re.MULTILINE | re.DOTALL)
NOUNS = {"customers": "customer", "orders": "order", "tasks": "task", "hooks": "hook"}


def test_every_request_of_the_guide_is_taken(api: ApiClient) -> None:
    text = GUIDE.read_text("utf-8")
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) == text.count("```http"), "a block is no request: METHOD /path, an empty line, a body"
    assert len(blocks) >= 12
    known: dict[str, str] = {}
    for block in blocks:
        path, body = _filled(block["path"], known), _filled(block["body"] or "", known)
        answer = _send(api, block["method"], path, body)
        assert answer.status_code < 300, f"{block['method']} {path} {body}: {answer.content.decode()}"
        if answer.status_code == 201:
            known.setdefault(NOUNS.get(path.partition("/")[2], ""), str(answer.json().get("id")))
        known["change"] = answer.headers.get("Samphan-Change", known.get("change", ""))


def test_the_refusal_of_the_guide_is_one(api: ApiClient) -> None:
    shown = json.loads(re.search(r"```json\n(\{\"type\".*?)\n```", GUIDE.read_text("utf-8"), re.DOTALL)[1])  # type: ignore[index]
    refused = api.post("/customers", {"name": "แพร", "phone": "1"})
    assert refused.json().keys() == shown.keys()
    for name in ("type", "title", "status", "code", "detail", "instance"):
        assert refused.json()[name] == shown[name]
    assert refused.json()["errors"][0].keys() == shown["errors"][0].keys()


def test_the_addresses_of_the_guide_are_there(api: ApiClient) -> None:
    """Those in its table: whatever stands in code and begins with a stroke."""
    from samphan.config.api import api as the_api

    paths = [re.sub(r"\{[^}]*\}", "{}", one) for one in the_api.get_openapi_schema(path_prefix="/")["paths"]]
    table = GUIDE.read_text("utf-8").split("## What there is")[1].split("## ")[0]
    named = [re.sub(r"\{[^}]*\}", "{}", one) for one in re.findall(r"`(/[a-z][^`…]*)`", table)]
    assert len(named) > 40
    for one in named:
        assert any(one in path for path in paths), f"the guide names {one}, which is not there"


def _filled(text: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _send(api: ApiClient, method: str, path: str, body: str) -> Any:
    return api.call(method, path, json.loads(body) if body else None)

"""The description of the API for people: one page, made here from the one for programs, with nothing from elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from samphan.administration.middleware import LANGUAGE_COOKIE
from samphan.platform.access import public
from samphan.platform.api.problems import CODES, DETAILS, TITLES

TAGS = {
    "Me": _("The token"),
    "Customers": _("Customers"),
    "Orders": _("Orders"),
    "Products": _("Products"),
    "Tasks": _("Tasks"),
    "Activities": _("Activities"),
    "Imports": _("Import"),
    "Exports": _("Export"),
    "Views": _("Saved views"),
    "Search": _("Search"),
    "Notifications": _("Notifications"),
    "People": _("People and teams"),
    "Changes": _("Undo"),
    "Lists": _("Many records at once"),
    "Webhooks": _("Webhooks"),
    "Settings": _("Settings"),
    "Roles": _("Roles"),
    "Fields": _("Custom fields"),
    "Health": _("System health"),
    "Audit": _("Audit trail"),
    "Insights": _("Reports"),
}
MAX_DEPTH = 4
_EXAMPLES = {
    "uuid": "019aa2c4-0000-7000-8000-000000000000",
    "date": "2026-12-01",
    "date-time": "2026-12-01T09:30:00+07:00",
}


@dataclass(frozen=True)
class Part:
    """A parameter, or a field of a body."""

    name: str
    type: str
    is_needed: bool
    description: str


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Part]
    fields: list[Part]
    example: str


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The guide and every operation, in the language chosen by `?lang=`, by the screens, or by the browser."""
    from samphan.config.api import api

    wanted = request.GET.get("lang") or request.COOKIES.get(LANGUAGE_COOKIE) or translation.get_language()
    language = wanted if wanted in ("th", "en") else "th"
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    with translation.override(language):
        groups: dict[str, list[Operation]] = {}
        for tag, operation in _operations(document):
            groups.setdefault(tag, []).append(operation)
        context = {
            "groups": [(tag, str(TAGS.get(tag, tag)), found) for tag, found in groups.items()],
            "base": settings.SITE_URL,
            "codes": [(CODES[status], status, TITLES[status], DETAILS.get(status, "")) for status in CODES],
            "limit": settings.API_REQUESTS_PER_MINUTE,
            "language": language,
        }
        response = render(request, "administration/api/docs.html", context)
    response["Content-Language"] = language
    return response


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, said in item.items():
            body, kind = _body(said, schemas)
            yield (
                said["tags"][0],
                Operation(
                    id=said["operationId"],
                    method=method.upper(),
                    path=path.removeprefix("/api/v1"),
                    summary=gettext(said["summary"]),
                    description=said["description"],
                    parameters=[
                        Part(one["name"], _type(one["schema"]), one.get("required", False), one.get("description", ""))
                        for one in said.get("parameters", [])
                        if one.get("in") == "query"
                    ],
                    fields=_fields(body, schemas),
                    example=_example(method.upper(), path, body, kind, schemas),
                ),
            )


def _body(said: dict[str, Any], schemas: dict[str, Any]) -> tuple[dict[str, Any], str]:
    for kind, content in said.get("requestBody", {}).get("content", {}).items():
        return _resolved(content["schema"], schemas), kind
    return {}, ""


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _fields(body: dict[str, Any], schemas: dict[str, Any]) -> list[Part]:
    needed = body.get("required", [])
    return [
        Part(
            name,
            _type(one),
            name in needed,
            one.get("description", "") or _resolved(one, schemas).get("description", ""),
        )
        for name, one in body.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return "object"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"] if one != "")
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")


def _example(method: str, path: str, body: dict[str, Any], kind: str, schemas: dict[str, Any]) -> str:
    for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", _EXAMPLES["uuid"] if name.endswith("_id") else "customers")
    lines = [f"curl -X {method} {settings.SITE_URL}{path}", '  -H "Authorization: Bearer $TOKEN"']
    if kind == "multipart/form-data":
        lines.append("  -F file=@customers.csv")
    elif kind:
        shown = _value(body, schemas, 0)
        lines += ['  -H "Content-Type: application/json"', f"  -d '{json.dumps(shown, ensure_ascii=False)}'"]
    return " \\\n".join(lines)


def _value(schema: dict[str, Any], schemas: dict[str, Any], depth: int) -> Any:
    """A value that fits: the example where there is one, else what is needed and no more."""
    schema = _resolved(schema, schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], schemas, depth)
    match schema.get("type"):
        case "object" if depth < MAX_DEPTH:
            known = schema.get("properties", {})
            wanted = (
                schema.get("required")
                or [name for name in ("name", "phone", "stage", "text", "title") if name in known][:3]
            )
            return {name: _value(known[name], schemas, depth + 1) for name in wanted}
        case "array":
            return [_value(schema.get("items", {}), schemas, depth + 1)]
        case "string":
            return _EXAMPLES.get(schema.get("format", ""), "…")
        case "integer" | "number":
            return 1
        case "boolean":
            return True
    return {}

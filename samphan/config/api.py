"""`/api/v1`: the routes of every domain put together, and what OpenAPI says of all of them alike."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from samphan import __version__
from samphan.administration.api import (
    access,
    field_files,
    fields,
    finding,
    imports,
    lists,
    me,
    numbering,
    roles,
    settings,
    upkeep,
)
from samphan.commerce import api as commerce
from samphan.config import api_docs
from samphan.customers import api as customers
from samphan.insights import api as insights
from samphan.integrations import api as integrations
from samphan.objects import api as objects
from samphan.platform.access import public
from samphan.platform.api import problems
from samphan.platform.api.answers import CHANGE, JSONParser, encode
from samphan.platform.api.problems import Problem
from samphan.platform.api.schemas import ProblemOut
from samphan.work import api as work

DESCRIPTION = (
    "Everything that people do on the screens of Samphan, for programs. "
    "A token acts for its member and sees what they see."
)
WRITING = ("post", "put", "patch", "delete")


class Bearer(HttpBearer):
    """The token, which the gate has found already."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "token", None)

    def __call__(self, request: HttpRequest) -> Any:
        found = getattr(request, "token", None)
        if found is None:
            raise Problem(401)
        return found


class Api(NinjaAPI):
    """Ninja's API, whose description also says what the gate does with every request."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        with translation.override("en"):
            document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
            return _completed(document)


api = Api(
    title="Samphan",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    auth=Bearer(),
    parser=JSONParser(),
    urls_namespace="api",
)
problems.register(api)
for _router in (
    me.router,
    customers.router,
    commerce.router,
    work.router,
    objects.router,
    imports.router,
    finding.router,
    lists.router,
    integrations.router,
    access.router,
    roles.router,
    fields.router,
    field_files.router,
    settings.router,
    numbering.router,
    upkeep.router,
    insights.router,
):
    api.add_router("", _router)


def _completed(document: OpenAPISchema) -> OpenAPISchema:
    """The description with problems, headers and keys, which are alike for all operations."""
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = ProblemOut.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    components["schemas"] |= components["schemas"]["Problem"].pop("$defs", {})
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {"Problem": {"description": "Not done, and why.", "content": content}}
    components["headers"] = {
        "RateLimit": {"description": "What is left of the minute.", "schema": {"type": "string"}},
        "RateLimitPolicy": {"description": "Requests of a token in a minute.", "schema": {"type": "string"}},
        "ETag": {"description": "Tag of the record as it was answered, for If-Match.", "schema": {"type": "string"}},
        "Change": {"description": "The act, which can be undone.", "schema": {"type": "string", "format": "uuid"}},
    }
    components["parameters"] = {
        "AcceptLanguage": _header("Accept-Language", "th or en: the language of sentences.", ["th", "en"]),
        "IdempotencyKey": _header(
            "Idempotency-Key", "A word of your own for this request: sent again within 24 hours, it is done once."
        ),
        "IfMatch": _header("If-Match", "The ETag that was read: refuse with 412 what was changed since."),
    }
    for path_item in document["paths"].values():
        for method, operation in path_item.items():
            _complete(operation, method)
    return document


def _header(name: str, description: str, values: list[str] | None = None) -> dict[str, Any]:
    more: dict[str, Any] = {"enum": values} if values else {"maxLength": 255}
    schema = {"type": "string", **more}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def _complete(operation: dict[str, Any], method: str) -> None:
    parameters = operation.setdefault("parameters", [])
    parameters.append({"$ref": "#/components/parameters/AcceptLanguage"})
    if method in WRITING:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if method in ("patch", "delete", "put"):
        parameters.append({"$ref": "#/components/parameters/IfMatch"})
    for response in operation["responses"].values():
        headers = {
            "RateLimit": {"$ref": "#/components/headers/RateLimit"},
            "RateLimit-Policy": {"$ref": "#/components/headers/RateLimitPolicy"},
        }
        if method in WRITING:
            headers[CHANGE] = {"$ref": "#/components/headers/Change"}
        response["headers"] = response.get("headers", {}) | headers
    for status in ("4XX", "5XX"):
        operation["responses"][status] = {"$ref": "#/components/responses/Problem"}


@public
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API for programs."""
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    return HttpResponse(
        encode(document), content_type="application/json", headers={"Cache-Control": "public, max-age=300"}
    )


urlpatterns = [
    path("openapi.json", openapi, name="api-openapi"),
    path("docs/", api_docs.page, name="api-docs"),
    path("", api.urls),
]

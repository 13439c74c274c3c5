"""What schemathesis makes up over the whole description: nothing breaks, and every answer is as described.

`make test` tries a few requests of each operation, `make api` many.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conftest import ApiClient
from samphan.administration.models import Member
from samphan.config.api import api as the_api
from samphan.config.wsgi import application
from samphan.customers import actions as customers
from samphan.platform.tenancy import in_workspace

EXAMPLES = int(os.environ.get("API_EXAMPLES", "3"))
IS_LONG = EXAMPLES > 10
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]

_config = SchemathesisConfig.from_dict(
    {
        "phases": {"coverage": {"enabled": IS_LONG}, "examples": {"enabled": True}},
        "generation": {"mode": "all" if IS_LONG else "positive"},
    }
)
schema = schemathesis.openapi.from_dict(the_api.get_openapi_schema(path_prefix="/api/v1/"), config=_config)
schema.app = application


@pytest.fixture
def walker(owner: Member, settings: Any) -> Iterator[ApiClient]:
    """The owner's token, without a limit, and somebody to meet."""
    settings.API_REQUESTS_PER_MINUTE = 10_000_000
    with in_workspace(owner.workspace_id):
        customers.create_customer({"name": "นายสมชาย ใจดี", "phone": "0812345678"}, acting_member=owner)
    # As Django's own client does: the end of a request is not the end of the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield ApiClient(owner)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not IS_LONG,
    database=None,
)
def test_nothing_breaks_and_every_answer_is_as_described(case: Any, walker: ApiClient) -> None:
    headers = {"Authorization": f"Bearer {walker.secret}", "Host": "localhost"}
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKS)

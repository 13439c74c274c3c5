"""The way of every request of the API: tokens, scopes, limits, keys, problems."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from conftest import ApiClient
from samphan.administration import actions, tokens
from samphan.administration.api import limits
from samphan.administration.models import ApiAnswer, ApiToken, AuditEntry, Member, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_is_shut_out() -> None:
    limits._shut.clear()


def test_says_who_the_token_acts_for(api: ApiClient, owner: Member, workspace: Workspace) -> None:
    me = api.get("/me").json()
    assert me["name"] == "เมย์"
    assert me["workspace"]["slug"] == "doi-mok"
    assert "customers.view_customer" in me["permissions"]
    assert me["token"]["prefix"] == api.secret[:12]


@pytest.mark.parametrize(
    ("header", "status"),
    [("", 401), ("Bearer smp_wrong", 401), ("Bearer ", 401), ("Basic YTpi", 401), ("Bearer smp_" + "ก" * 40, 401)],
)
def test_refuses_who_has_no_valid_token(api: ApiClient, header: str, status: int) -> None:
    answer = Client().get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == status
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "unauthorized"


def test_takes_no_session_in_place_of_a_token(signed_in: Client) -> None:
    assert signed_in.get("/api/v1/me").status_code == 401


def test_refuses_a_token_that_is_revoked_expired_or_whose_member_left(
    api: ApiClient, owner: Member, salesperson: Member
) -> None:
    assert api.get("/me").status_code == 200
    with in_workspace(owner.workspace_id):
        tokens.revoke_token(api.token, acting_member=owner)
    assert api.get("/me").status_code == 401
    late = ApiClient(owner)
    with in_workspace(owner.workspace_id):
        ApiToken.objects.filter(pk=late.token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert late.get("/me").status_code == 401
    left = ApiClient(salesperson)
    with in_workspace(owner.workspace_id):
        actions.deactivate_member(salesperson, acting_member=owner)
    assert left.get("/me").status_code == 401


def test_keeps_the_hash_alone_and_writes_down_who_made_it(api: ApiClient, inside: Workspace, owner: Member) -> None:
    row = ApiToken.objects.get(pk=api.token.pk)
    assert api.secret not in str(row.__dict__)
    assert row.last_used_at is None
    api.get("/me")
    row.refresh_from_db()
    assert row.last_used_at is not None
    entry = AuditEntry.objects.get(action="administration.token_made")
    assert entry.member_id == owner.pk
    assert api.secret not in json.dumps(entry.detail)


def test_hides_tokens_of_other_companies_and_shows_the_one_that_is_held(
    api: ApiClient, other_workspace: Workspace
) -> None:
    with in_workspace(other_workspace.id):
        assert not ApiToken.objects.exists()
    assert tokens.find_token(api.secret) == api.token


def test_narrows_the_member_to_the_scopes_and_never_widens(owner: Member, onlooker: Member) -> None:
    reader = ApiClient(owner, "customers.read")
    assert reader.get("/customers").status_code == 200
    refused = reader.post("/customers", {"name": "ก"})
    assert refused.status_code == 403
    assert "customers.add_customer" in refused.json()["detail"]
    writer = ApiClient(onlooker, "customers.write")
    assert writer.get("/customers").status_code == 200
    assert writer.post("/customers", {"name": "ก"}).status_code == 403
    elsewhere = ApiClient(owner, "commerce.read")
    assert elsewhere.get("/customers").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/customers/not-an-id", None, 404),
        ("PUT", "/customers", "{}", 405),
        ("POST", "/customers", "{", 400),
        ("POST", "/customers", "[]", 422),
        ("POST", "/customers", '{"name": "a\\u0000b"}', 422),
        ("POST", "/customers", "[" * 100_000, 400),
        ("GET", "/customers?q=%00", None, 400),
    ],
)
def test_answers_every_mistake_with_a_problem(
    api: ApiClient, method: str, path: str, body: str | None, status: int
) -> None:
    for language, title in (("th", "ก-๙"), ("en", "A-Z")):
        answer = Client().generic(
            method,
            f"/api/v1{path}",
            (body or "").encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {api.secret}", "Accept-Language": language},
        )
        problem = answer.json()
        assert answer.status_code == problem["status"] == status, problem
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert problem["type"].endswith("#problem-" + problem["code"])
        assert any(title[0] <= letter <= title[-1] for letter in problem["title"]), problem["title"]
        assert problem["detail"]
        assert answer.headers["Content-Language"] == language
    if status == 405:
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_refuses_another_media_type_and_too_much(api: ApiClient, settings: Any) -> None:
    headers = {"Authorization": f"Bearer {api.secret}"}
    plain = Client().post(
        "/api/v1/customers", b"name=x", content_type="application/x-www-form-urlencoded", headers=headers
    )
    assert plain.status_code == 415
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert api.post("/customers", {"name": "ก" * 100}).status_code == 413


def test_answers_a_fault_of_ours_without_telling_what(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_values: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("samphan.customers.api.customers.CUSTOMERS.page", fail)
    answer = api.get("/customers")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert b"secret" not in answer.content


def test_counts_what_a_token_asks_in_a_minute(api: ApiClient, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    left = [api.get("/me").headers["RateLimit"].partition("r=")[2][0] for _call in range(3)]
    assert left == ["2", "1", "0"]
    refused = api.get("/me")
    assert refused.status_code == 429
    assert refused.headers["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {limits.TABLE} SET began_at = began_at - interval '61 seconds'")
    assert api.get("/me").status_code == 200


def test_slows_down_who_guesses_tokens(api: ApiClient) -> None:
    guess = {"Authorization": "Bearer smp_guess"}
    statuses = [Client().get("/api/v1/me", headers=guess).status_code for _try in range(limits.WRONG_TOKENS + 3)]
    assert statuses == [401] * (limits.WRONG_TOKENS + 1) + [429] * 2
    assert int(Client().get("/api/v1/me", headers=guess).headers["Retry-After"]) > 0
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").get("/api/v1/me", headers={"Authorization": f"Bearer {api.secret}"})
    assert elsewhere.status_code == 200


# Keys


def test_does_once_what_is_sent_twice(api: ApiClient, inside: Workspace) -> None:
    first = api.post("/customers", {"name": "คุณหนึ่ง"}, Idempotency_Key="one")
    second = api.post("/customers", {"name": "คุณหนึ่ง"}, Idempotency_Key="one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert [second.headers[name] for name in ("ETag", "Location")] == [
        first.headers[name] for name in ("ETag", "Location")
    ]
    assert len(api.get("/customers").json()["data"]) == 1


def test_refuses_a_key_for_another_request(api: ApiClient) -> None:
    api.post("/customers", {"name": "คุณหนึ่ง"}, Idempotency_Key="one")
    other = api.post("/customers", {"name": "คุณสอง"}, Idempotency_Key="one")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert len(api.get("/customers").json()["data"]) == 1


def test_keys_belong_to_their_token_and_last_a_day(api: ApiClient, owner: Member, inside: Workspace) -> None:
    api.post("/customers", {"name": "คุณหนึ่ง"}, Idempotency_Key="one")
    assert ApiClient(owner).post("/customers", {"name": "คุณสอง"}, Idempotency_Key="one").status_code == 201
    ApiAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert "Idempotency-Replayed" not in api.post("/customers", {"name": "คุณสาม"}, Idempotency_Key="one").headers


def test_a_refused_request_may_be_mended_and_sent_again(api: ApiClient) -> None:
    assert api.post("/customers", {"phone": "1"}, Idempotency_Key="one").status_code == 422
    assert api.post("/customers", {"name": "คุณหนึ่ง"}, Idempotency_Key="one").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_says_that_the_first_is_still_running(owner: Member) -> None:
    api = ApiClient(owner)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with in_workspace(owner.workspace_id), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 8413))", [f"{api.token.pk} one"])
            held.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    early = api.post("/customers", {"name": "คุณหนึ่ง"}, Idempotency_Key="one")
    done.set()
    thread.join()
    assert (early.status_code, early.json()["code"]) == (409, "in_progress")
    assert api.post("/customers", {"name": "คุณหนึ่ง"}, Idempotency_Key="one").status_code == 201


def test_refuses_a_token_whose_member_lacks_the_second_step_that_the_company_asks_for(
    api: ApiClient, owner: Member, workspace: Workspace
) -> None:
    from allauth.mfa.models import Authenticator

    assert api.get("/me").status_code == 200
    Workspace.objects.filter(pk=workspace.pk).update(needs_second_step=True)
    refused = api.get("/customers")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_step_required")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert api.get("/customers", Accept_Language="th").json()["detail"] != refused.json()["detail"]
    Authenticator.objects.create(user=owner.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert api.get("/customers").status_code == 200

"""Tokens of the API on the settings screens."""

import re

import pytest
from django.test import Client

from conftest import ApiClient
from samphan.administration.models import ApiToken, AuditEntry, Member, Workspace

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_makes_a_token_that_is_shown_once(signed_in: Client, inside: Workspace) -> None:
    made = signed_in.post("/settings/api/new/", {"name": "ร้านออนไลน์", "days": "90", "scopes": ["customers.read"]})
    secret = re.search(r"smp_[\w-]{40,}", made.content.decode())
    assert secret
    assert made.headers["Cache-Control"].startswith("max-age=0")
    token = ApiToken.objects.get()
    assert (token.name, token.scopes, token.prefix) == ("ร้านออนไลน์", ["customers.read"], secret[0][:12])
    assert token.expires_at is not None
    page = signed_in.get("/settings/api/").content.decode()
    assert "ร้านออนไลน์" in page
    assert token.prefix in page
    assert secret[0] not in page
    answer = Client().get("/api/v1/customers", headers={"Authorization": f"Bearer {secret[0]}"})
    assert answer.status_code == 200


def test_says_what_is_missing(signed_in: Client, inside: Workspace) -> None:
    refused = signed_in.post("/settings/api/new/", {"name": "", "days": "7", "scopes": ["moon.read"]})
    assert refused.status_code == 422
    assert not ApiToken.objects.exists()


def test_revokes_ones_own_and_an_administrator_anybodys(
    signed_in: Client, owner: Member, salesperson: Member, inside: Workspace
) -> None:
    hers, his = ApiClient(owner), ApiClient(salesperson)
    client = Client()
    client.force_login(salesperson.user, backend=BACKEND)
    assert client.post(f"/settings/api/{hers.token.pk}/revocation/").status_code == 404
    assert hers.token.prefix not in client.get("/settings/api/?everybody=1").content.decode()
    assert hers.get("/me").status_code == 200
    assert his.token.prefix in signed_in.get("/settings/api/?everybody=1").content.decode()
    assert signed_in.post(f"/settings/api/{his.token.pk}/revocation/").status_code == 302
    assert his.get("/me").status_code == 401
    entry = AuditEntry.objects.get(action="administration.token_revoked")
    assert (entry.member_id, entry.detail["token"]) == (owner.pk, his.token.prefix)

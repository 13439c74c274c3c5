"""Sign-in with a real OpenID Connect provider, a small one that runs in this process."""

import base64
import hashlib
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.test import Client

from samphan.administration.models import AuditEntry, Member, User, Workspace
from samphan.config.environment import EnvironmentProblem, load_environment
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
CLIENT, SECRET = "samphan", "between-us"


class Provider:
    """Discovery, authorization with PKCE, token, keys and user info; who signs in there is `person`."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signing_key = self.key
        self.person: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.seen: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                provider.answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.answer(self, {name: values[0] for name, values in parse_qs(body).items()})

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.told_issuer = self.issuer
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        parts = urlsplit(handler.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.seen.append(parts.path)
        if parts.path == "/authorize":
            assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
            assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"]
            code = secrets.token_urlsafe()
            self.codes[code] = asked
            handler.send_response(302)
            handler.send_header("Location", f"{asked['redirect_uri']}?code={code}&state={asked['state']}")
            handler.end_headers()
            return
        found: Any = {
            "/.well-known/openid-configuration": lambda: {
                "issuer": self.told_issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/me",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/token": lambda: self.token(form),
            "/keys": lambda: {
                "keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key())), "kid": "1"}]
            },
            "/me": lambda: self.person,
        }[parts.path]()
        body = json.dumps(found).encode()
        handler.send_response(200 if found else 400)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return None
        if form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": self.person["sub"], "iat": now, "exp": now + 60, **self.claims,
        }  # fmt: skip
        token = jwt.encode(claims, self.signing_key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": token}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.server.shutdown()


@pytest.fixture
def provider(running: Provider, settings: Any) -> Provider:
    running.person = {"sub": "u-1", "email": "may@doimok.example", "email_verified": True}
    running.claims, running.signing_key, running.told_issuer = {}, running.key, running.issuer
    settings.OIDC_NAME = "DoiMok ID"
    app = {
        "provider_id": settings.OIDC_PROVIDER_ID,
        "name": "DoiMok ID",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": running.issuer, "oauth_pkce_enabled": True},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return running


def come_in(browser: Client, change: Callable[[str], str] = lambda back: back) -> Any:
    """The way of a browser: our button, the provider, and back; `change` may meddle with the address back."""
    away = browser.post("/sign-in/company/")
    assert away.status_code == 302, away.content.decode()[-3000:]
    there = requests.get(away.headers["Location"], allow_redirects=False, timeout=10)
    back = urlsplit(change(there.headers["Location"]))
    assert back.path == "/sign-in/company/return/"
    return browser.get(f"{back.path}?{back.query}")


def is_in(browser: Client) -> bool:
    return browser.get("/settings/").status_code == 200


def test_offers_the_button_only_where_it_is_configured(client: Client, db: None, settings: Any) -> None:
    assert "/sign-in/company/" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/company/").status_code == 404


def test_brings_a_member_in_by_a_verified_e_mail_and_then_by_subject(
    provider: Provider, owner: Member, workspace: Workspace
) -> None:
    assert "DoiMok ID" in Client().get("/sign-in/").content.decode()
    browser = Client()
    assert come_in(browser).status_code == 302 and is_in(browser)
    # From now on the subject counts, whatever the e-mail says; and nobody else with that e-mail is them.
    provider.person = {"sub": "u-1", "email": "somebody@elsewhere.example", "email_verified": False}
    again = Client()
    come_in(again)
    assert is_in(again) and again.session["_auth_user_id"] == str(owner.user_id)
    assert SocialAccount.objects.count() == 1
    with in_workspace(workspace.id):
        told = list(AuditEntry.objects.values_list("action", flat=True))
    assert told.count("administration.company_account_connected") == 1 and told.count("administration.signed_in") == 2


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_believes_no_e_mail_that_nobody_verified(provider: Provider, owner: Member, verified: Any) -> None:
    provider.person = {"sub": "u-9", "email": "may@doimok.example", "email_verified": verified}
    browser = Client()
    answer = come_in(browser)
    assert (answer.status_code, is_in(browser), SocialAccount.objects.count()) == (403, False, 0)


def test_lets_no_stranger_in(provider: Provider, owner: Member) -> None:
    provider.person = {"sub": "u-2", "email": "nobody@doimok.example", "email_verified": True}
    browser = Client()
    answer = come_in(browser)
    assert (answer.status_code, "ยังไม่ได้เป็นสมาชิก" in answer.content.decode(), is_in(browser)) == (403, True, False)
    assert not User.objects.filter(email="nobody@doimok.example").exists()


def test_brings_an_invited_person_in_who_opened_the_link(provider: Provider, signed_in: Client, owner: Member) -> None:
    form = {"name": "ก้อง", "email": "kong@doimok.example", "roles": ["sales"]}
    signed_in.post("/settings/people/new/", form)
    link = re.search(r"/invitation/[\w-]+/", mail.outbox[-1].body)
    assert link
    provider.person = {"sub": "u-3", "email": "kong@doimok.example", "email_verified": True}
    without = Client()
    assert come_in(without).status_code == 403
    browser = Client()
    assert "DoiMok ID" in browser.get(link[0]).content.decode()
    come_in(browser)
    assert is_in(browser)
    assert not User.objects.get(email="kong@doimok.example").has_usable_password()
    assert Client().get(link[0]).status_code == 404


def test_an_open_invitation_serves_nobody_else(provider: Provider, signed_in: Client, owner: Member) -> None:
    signed_in.post("/settings/people/new/", {"name": "ก้อง", "email": "kong@doimok.example", "roles": ["sales"]})
    link = re.search(r"/invitation/[\w-]+/", mail.outbox[-1].body)
    assert link
    provider.person = {"sub": "u-4", "email": "thief@doimok.example", "email_verified": True}
    browser = Client()
    browser.get(link[0])
    assert come_in(browser).status_code == 403 and not is_in(browser)


def test_refuses_a_forged_state(provider: Provider, owner: Member) -> None:
    browser = Client()
    answer = come_in(browser, lambda back: re.sub(r"state=[^&]+", "state=forged", back))
    assert (answer.status_code, is_in(browser)) == (403, False)


def test_takes_a_code_once_and_only_in_the_browser_that_asked(provider: Provider, owner: Member) -> None:
    kept: list[str] = []
    browser = Client()
    come_in(browser, lambda back: kept.append(back) or back)
    back = urlsplit(kept[0])
    for other in (Client(), browser):
        other.post("/sign-out/")
        assert other.get(f"{back.path}?{back.query}").status_code == 403
        assert not is_in(other)


@pytest.mark.parametrize(
    "claims", [{"iss": "https://evil.example"}, {"aud": "another"}, {"exp": 1}, {"iat": 1, "exp": 2}]
)
def test_refuses_a_token_that_is_not_for_us(provider: Provider, owner: Member, claims: dict[str, Any]) -> None:
    provider.claims = claims
    browser = Client()
    assert (come_in(browser).status_code, is_in(browser)) == (403, False)


def test_refuses_a_token_with_a_strange_signature(provider: Provider, owner: Member) -> None:
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    browser = Client()
    assert (come_in(browser).status_code, is_in(browser)) == (403, False)


def test_refuses_a_provider_that_calls_itself_otherwise(provider: Provider, owner: Member) -> None:
    provider.told_issuer = "https://evil.example"
    browser = Client()
    assert (come_in(browser).status_code, is_in(browser)) == (403, False)


def test_says_so_when_the_provider_is_away(provider: Provider, owner: Member, settings: Any) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = Client().post("/sign-in/company/")
    assert (answer.status_code, "ไม่สำเร็จ" in answer.content.decode()) == (403, True)


def test_speaks_of_one_person_in_both_places(provider: Provider, owner: Member) -> None:
    provider.claims = {"sub": "u-5"}
    browser = Client()
    assert (come_in(browser).status_code, is_in(browser)) == (403, False)


def test_keeps_the_accounts_of_another_issuer_apart() -> None:
    given = {"SAMPHAN_OIDC_CLIENT_ID": "x", "SAMPHAN_OIDC_CLIENT_SECRET": "y"}
    first = load_environment({**given, "SAMPHAN_OIDC_ISSUER": "https://login.example.co.th/a"})
    second = load_environment({**given, "SAMPHAN_OIDC_ISSUER": "https://login.example.co.th/b"})
    assert first.oidc_provider_id != second.oidc_provider_id
    for broken in ({"SAMPHAN_OIDC_ISSUER": "http://login.example.co.th"}, {"SAMPHAN_OIDC_ISSUER": "nonsense"}):
        with pytest.raises(EnvironmentProblem, match="SAMPHAN_OIDC_ISSUER"):
            load_environment({**given, **broken})
    with pytest.raises(EnvironmentProblem, match="SAMPHAN_OIDC_CLIENT_ID"):
        load_environment({"SAMPHAN_OIDC_ISSUER": "https://login.example.co.th"})

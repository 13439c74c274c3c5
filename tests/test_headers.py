"""Every address answers with the strict headers, whoever asks and however it ends."""

import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from samphan.administration.models import Member
from tests.test_routes import ROUTES

STRICT = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def policy(text: str) -> dict[str, list[str]]:
    """The directives of a Content-Security-Policy."""
    parts = (part.split() for part in text.split(";") if part.strip())
    return {part[0]: part[1:] for part in parts}


def check(answer: Any, address: str) -> None:
    headers = answer.headers
    said = policy(headers["Content-Security-Policy"])
    assert "unsafe" not in headers["Content-Security-Policy"], address
    assert "*" not in headers["Content-Security-Policy"], address
    for name, allowed in STRICT.items():
        assert said[name] == allowed, f"{address}: {name} {said[name]}"
    assert headers["X-Content-Type-Options"] == "nosniff", address
    assert headers["X-Frame-Options"] == "DENY", address
    assert headers["Referrer-Policy"] == "same-origin", address
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", address
    assert "camera=()" in headers["Permissions-Policy"], address
    assert headers["Cache-Control"], address
    assert "Server" not in headers and "X-Powered-By" not in headers
    for cookie in answer.cookies.values():
        if not cookie.value:
            continue  # taken away
        assert cookie["samesite"] == "Lax", (address, cookie.key)
        if cookie.key in ("sessionid", "csrftoken"):
            assert cookie["httponly"] and cookie["path"] == "/" and not cookie["domain"], (address, cookie.key)


# An address of two words, which the table of words does not spell; its tests are those of passwords.
SPELT = [route for route in ROUTES if route.pattern.name != "account_reset_password_from_key"]


@pytest.mark.django_db
def test_answers_a_stranger_with_every_header(client: Client) -> None:
    for route in SPELT:
        address = route.address()
        check(client.get(address), address)
        client.cookies.clear()
    check(client.get("/password/new/abc-def-123/"), "password link")


@pytest.mark.django_db
def test_answers_an_owner_with_every_header(signed_in: Client, owner: Member) -> None:
    kept = signed_in.cookies["sessionid"].value
    for route in SPELT:
        address = route.address()
        check(signed_in.get(address), address)
        if route.pattern.name != "account_logout":
            check(signed_in.post(address), address)
    assert signed_in.cookies["sessionid"].value == kept, "the walk was signed out on its way"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/nothing/here/", "/customers/%00/", "/sign-in/?next=//evil.example", "/" + "x" * 3000]
)
def test_answers_mistakes_with_every_header(client: Client, address: str) -> None:
    check(client.get(address), address)


def test_marks_cookies_and_asks_for_tls_behind_https() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from samphan.config import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
            " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY,"
            " s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, getattr(s, 'SESSION_COOKIE_DOMAIN', None))",
        ],
        env={"SAMPHAN_URL": "https://crm.example.co.th", "SAMPHAN_SECRET_KEY": "x" * 40, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert said == [
        "__Host-sessionid", "__Host-csrftoken", "True", "True", "True", "True", "31536000", "True", "None",
    ]  # fmt: skip

"""Ways in that the tests of administration share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from samphan.administration.models import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def client_of() -> Callable[[Member], Client]:
    """A browser in which that member is signed in."""

    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member.user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords are weighed with a light hash here; the real one takes most of a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

"""The two companies, made once for each file."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.world import Company, build


@pytest.fixture(scope="module")
def companies(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Company, Company]]:
    """The company that is looked at, and another one; gone with the module's transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build("doi-mok-access"), build("baan-rim-access", full=False)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def in_the_company(db: None, companies: tuple[Company, Company]) -> None:
    """Each test's own transaction is inside the module's, and takes back what it did."""

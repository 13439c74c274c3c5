"""A company of one's own for each test."""

from collections.abc import Iterator

import pytest

from tests.browser.site import OWNER, PASSWORD, Site


@pytest.fixture
def site() -> Iterator[Site]:
    """A company of one's own whose processes may die."""
    site = Site()
    try:
        site.command("init", "--slug", "shop", "--name", "ร้านของเรา")
        door = ("--workspace", "shop", "--email", OWNER, "--role", "owner", "--password-stdin")
        site.command("user", "create", *door, given=PASSWORD + "\n")
        site.start(demo=False)
        yield site
    finally:
        site.destroy()

"""A company of one's own for each test."""

from collections.abc import Iterator

import pytest

from tests.browser.site import Site
from tests.whole.companies import prepare


@pytest.fixture
def site() -> Iterator[Site]:
    """A company of one's own whose processes may die."""
    site = Site()
    try:
        prepare(site)
        site.start(demo=False)
        yield site
    finally:
        site.destroy()

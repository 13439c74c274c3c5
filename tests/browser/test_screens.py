"""Every screen, once in Thai and light, once in English and dark: axe, no cut Thai mark, nothing sideways, paper, rest.

The sizes are tried on the page as it stands, as somebody who turns a phone or magnifies would; loading it anew for each
would take four times as long. `make long` walks the other two pairs of language and theme too.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import DESKTOP, PHONE, Complaints, Doors, NewPage
from tests.browser.measures import accessibility, motion, paper, sideways, thai_marks
from tests.browser.plans import plan_calls
from tests.browser.screens import Imports, public_screens, screens
from tests.browser.site import Site

MAGNIFIED = {"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2}  # 200 %: half as many CSS pixels
NARROW = {"width": 360, "height": 740}
PAIRS = [
    ("th", "light"),
    ("en", "dark"),
    pytest.param("th", "dark", marks=pytest.mark.long),
    pytest.param("en", "light", marks=pytest.mark.long),
]
Measure = Callable[[Page], list[str]]


@pytest.mark.parametrize(("language", "theme"), PAIRS)
def test_every_screen_can_be_read_by_everybody(
    new_page: NewPage, site: Site, imports: Imports, complaints: Complaints, language: str, theme: str
) -> None:
    complaints.expect(r" answered 404$")
    inside, outside = (new_page(language=language, theme=theme, is_signed_in=known) for known in (True, False))
    # Somebody with calls to make: in an empty day there is nothing that can be cut or collide.
    busy = new_page(language=language, theme=theme, member="busy")
    plan_calls(site, Doors.email(language, theme, "busy"))
    found: list[str] = []
    for screen in [*screens(site, imports), *public_screens()]:
        page = outside if screen.public else busy if screen.name == "today" else inside
        page.set_viewport_size(_size(DESKTOP))
        answer = page.goto(screen.path)
        assert answer is not None
        assert answer.status == screen.status, f"{screen} answered {answer.status}"
        found += [f"{screen}: {one}" for measure in (accessibility, motion, paper) for one in measure(page)]
        for size in (DESKTOP, MAGNIFIED, PHONE, NARROW):
            page.set_viewport_size(_size(size))
            measures: tuple[Measure, ...] = (thai_marks,) if size is DESKTOP else (thai_marks, sideways)
            found += [f"{screen} at {size['width']}: {one}" for measure in measures for one in measure(page)]
    assert not found, "\n".join(found)


def _size(size: dict[str, int]) -> ViewportSize:
    return {"width": size["width"], "height": size["height"]}

"""A site with the demo company, a browser in front of it, and pages that fail their test on any complaint."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser.screens import Imports, make_imports
from tests.browser.site import CHROMIUM_FLAGS, OWNER, PASSWORD, Site, chromium

HERE = Path(__file__).parent
PATIENCE = 45_000  # milliseconds; machines that test are busy
expect.set_options(timeout=15_000)
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# What Chromium itself gives up when a page is left while something is on its way.
LEFT_BEHIND = ("net::ERR_ABORTED", "net::ERR_NETWORK_CHANGED")
WATCH = """
addEventListener("securitypolicyviolation", (event) => console.error(
  `Content-Security-Policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = chromium() is None
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        # A browser on a busy machine sometimes answers late; what fails twice is broken, what fails once is told.
        item.add_marker(pytest.mark.flaky(reruns=1))
        if missing:
            item.add_marker(pytest.mark.skip(reason="there is no Chromium on this machine"))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """One installation with the demo company for all tests of this folder, however often they are left and come back to."""
    kept = os.environ.get("BROWSER_TEST_HOME")
    site = Site(Path(kept) if kept else None)
    try:
        site.start()
        yield site
    finally:
        site.destroy()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Of this folder only: while Playwright runs, Django takes the thread for an asynchronous one.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What a page said that it should not have said."""

    site: Site
    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """The test provokes complaints that match this regular expression."""
        self.expected.append(pattern)

    def watch(self, page: Page) -> None:
        page.add_init_script(WATCH)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _console(self, message: ConsoleMessage) -> None:
        # A refused request is reported by its answer, with its address.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        if self.site.is_ours(request.url) and request.failure not in LEFT_BEHIND:
            self.found.append(f"{request.method} {request.url}: {request.failure}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 400 and self.site.is_ours(url):
            self.found.append(f"{url} answered {status}")

    def left(self) -> list[str]:
        return [one for one in self.found if not any(re.search(pattern, one) for pattern in self.expected)]


@pytest.fixture
def complaints(site: Site) -> Iterator[Complaints]:
    """Every complaint of every page of the test; the test fails with those that it did not expect."""
    complaints = Complaints(site)
    yield complaints
    left = complaints.left()
    assert not left, "\n".join([*left, *(["", site.log[-6000:]] if any("answered 5" in one for one in left) else [])])


class Doors:
    """Sessions of owners, one for each language and theme, made once: weighing a password takes a second on purpose."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site = site
        self.browser = browser
        self._states: dict[str, Any] = {}

    def state(self, language: str = "th", theme: str = "light", name: str = "") -> Any:
        """Cookies of a member who reads this language in this theme; `name` asks for a member of one's own."""
        email = self.email(language, theme, name)
        if email not in self._states:
            self._hire(email, language, theme)
            self._states[email] = self._enter(email)
        return self._states[email]

    @staticmethod
    def email(language: str = "th", theme: str = "light", name: str = "") -> str:
        """By which the member of such a session signs in."""
        return f"{name or 'owner'}-{language}-{theme}@samphan.example"

    def _hire(self, email: str, language: str, theme: str) -> None:
        with self.site.database() as connection:
            known = connection.execute("SELECT 1 FROM administration_user WHERE email = %s", [email]).fetchone()
        if not known:
            words = (
                "user",
                "create",
                "--workspace",
                "demo",
                "--email",
                email,
                "--role",
                "owner",
                "--name",
                "เมย์",
                "--password-stdin",
            )
            self.site.command(*words, given=PASSWORD + "\n")
        with self.site.database() as connection:
            connection.execute(
                "UPDATE administration_user SET language = %s, theme = %s WHERE email = %s", [language, theme, email]
            )

    def _enter(self, email: str) -> Any:
        context = self.browser.new_context(base_url=self.site.url, locale="th-TH", timezone_id="Asia/Bangkok")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        sign_in(page, email=email)
        state = context.storage_state()
        context.close()
        return state


@pytest.fixture(scope="package")
def doors(site: Site, browser: Browser) -> Doors:
    return Doors(site, browser)


def sign_in(page: Page, password: str = PASSWORD, email: str = OWNER) -> None:
    """Fill in the sign-in page, and wait for the first page behind it."""
    page.goto("/sign-in/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(re.compile(r"/(customers|today|home|start)?/?(\?.*)?$"))


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, site: Site, complaints: Complaints, doors: Doors) -> Iterator[NewPage]:
    """Open windows: `new_page(size=PHONE, theme="dark", language="en", is_signed_in=False, member="somebody")`."""
    contexts: list[BrowserContext] = []

    def open_window(
        *,
        size: dict[str, int] = DESKTOP,
        theme: str = "light",
        language: str = "th",
        is_signed_in: bool = True,
        member: str = "",
        **more: Any,
    ) -> Page:
        # A worker in between hides requests from the tests that hold or watch them; the test of the app allows it.
        more.setdefault("service_workers", "block")
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": size["width"], "height": size["height"]},
            locale="th-TH",
            timezone_id="Asia/Bangkok",
            storage_state=doors.state(language, theme, member) if is_signed_in else None,
            **more,
        )
        contexts.append(context)
        if not is_signed_in:
            choices = {"samphan_language": language, "samphan_theme": theme}
            context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in choices.items()])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.set_default_navigation_timeout(PATIENCE)
        complaints.watch(page)
        return page

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The owner's window at a desk, in Thai and light."""
    return new_page()


@pytest.fixture(scope="package")
def imports(site: Site, browser: Browser, doors: Doors) -> Imports:
    """Imports that stand at each of the steps."""
    context = browser.new_context(base_url=site.url, locale="th-TH", storage_state=doors.state())
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    made = make_imports(page, site)
    context.close()
    return made

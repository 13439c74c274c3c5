"""The product as an app: registered, without a connection, after another version, after signing out."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Complaints, NewPage
from tests.browser.measures import accessibility

KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    found[name] = [];
    for (const request of await cache.keys()) found[name].push(new URL(request.url).pathname);
  }
  return found;
}"""
READY = "async () => (await navigator.serviceWorker.ready).active.state"
OFFLINE_TEXT = """async () => {
  const answer = await caches.match("/offline/", { ignoreVary: true });
  return answer.text();
}"""


def wait_for_worker(page: Page) -> None:
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")


def kept(page: Page) -> list[str]:
    return [path for paths in page.evaluate(KEPT).values() for path in paths]


def test_stays_honest_without_a_connection_and_keeps_nothing_of_people(
    new_page: NewPage, complaints: Complaints
) -> None:
    complaints.expect(r"ERR_INTERNET_DISCONNECTED|answered 503")
    page = new_page(size=PHONE, service_workers="allow")
    context: BrowserContext = page.context
    page.goto("/customers/")
    wait_for_worker(page)
    # What an older version left goes when a worker begins.
    page.evaluate("() => caches.open('samphan-shell-old').then((cache) => cache.put('/x', new Response('old')))")
    page.evaluate("async () => (await navigator.serviceWorker.ready).unregister()")
    page.reload()
    wait_for_worker(page)
    page.wait_for_function("async () => (await caches.keys()).length === 1")
    page.goto("/today/")
    page.goto("/customers/new/")
    paths = kept(page)
    assert "/offline/" in paths and "/static/ui/app.css" in paths
    assert all(path == "/offline/" or path.startswith("/static/ui/") for path in paths), paths
    assert "เมย์" not in page.evaluate(OFFLINE_TEXT)

    # A form is half filled in when the connection goes; the way to another page ends at the page that says so.
    page.locator("input[name=first_name], input[name=name]").first.fill("ฐานิกา")
    context.set_offline(True)
    page.evaluate("() => delete document.querySelector('form[data-guard]')?.dataset.changed")
    page.goto("/orders/")
    expect(page.locator("h1")).to_have_text("ไม่มีอินเทอร์เน็ต")
    expect(page.locator("[data-typed]").first).to_be_visible()
    assert page.evaluate("() => document.fonts.check('16px \"IBM Plex Sans Thai\"')")
    assert not accessibility(page)
    # With the connection the page goes on by itself, to where the typing can be put back.
    context.set_offline(False)
    page.wait_for_url(re.compile(r"/customers/new/"))
    page.locator(".restore-bar button").first.click()
    expect(page.locator("input[name=first_name], input[name=name]").first).to_have_value("ฐานิกา")


def test_leaves_nothing_on_the_device_after_signing_out(new_page: NewPage, complaints: Complaints) -> None:
    page = new_page(service_workers="allow", member="guest")
    page.goto("/customers/")
    wait_for_worker(page)
    page.evaluate("() => sessionStorage.setItem('samphan:typed', '{\"at\": 9e15, \"values\": []}')")
    page.evaluate("() => localStorage.setItem('left', 'behind')")
    page.locator(".person-button").click()
    page.locator('[formaction="/sign-out/"]').click()
    page.wait_for_url(re.compile(r"/sign-in/"))
    assert page.evaluate("() => [localStorage.getItem('left'), sessionStorage.getItem('samphan:typed')]") == [
        None,
        None,
    ]
    # The worker comes again with this page, and with it the same public files as for everybody.
    wait_for_worker(page)
    assert all(path == "/offline/" or path.startswith("/static/ui/") for path in kept(page))

"""A person with a browser, without the browser: the import page's forms, sent as it sends them."""

import http.client
import http.cookiejar
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path

from tests.browser.site import OWNER, PASSWORD, Site

PATIENCE_SECONDS = 120


class Chosen(HTMLParser):
    """What the selects of a page stand at, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "select":
            self._select = given.get("name") or ""
            self.values.setdefault(self._select, "")
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given.get("value") or ""


class Visitor:
    """A signed-in session over HTTP."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self.get("/sign-in/")
        address, _page = self.post("/sign-in/", {"login": OWNER, "password": PASSWORD})
        assert "/sign-in/" not in address

    def get(self, path: str, *, slowly: bool = False) -> tuple[str, str]:
        """Where a GET ended and the page there; `slowly` reads it as a thin line brings it."""
        return self._send(urllib.request.Request(self.site.url + path), slowly=slowly)  # noqa: S310 - our own address

    def post(self, path: str, fields: dict[str, str], file: Path | None = None) -> tuple[str, str]:
        """Where a POST ended and the page there."""
        request = urllib.request.Request(self.site.url + path, method="POST")  # noqa: S310 - our own address
        token = next(cookie.value or "" for cookie in self._jar if cookie.name == "csrftoken")
        fields = {**fields, "csrfmiddlewaretoken": token}
        if file is None:
            request.data = urllib.parse.urlencode(fields).encode()
        else:
            mark = secrets.token_hex(16)
            parts = [
                f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                for name, value in fields.items()
            ]
            head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
            request.data = b"".join([*parts, head.encode(), file.read_bytes(), f"\r\n--{mark}--\r\n".encode()])
            request.add_header("Content-Type", f"multipart/form-data; boundary={mark}")
        request.add_header("Referer", self.site.url + "/")
        return self._send(request)

    def _send(self, request: urllib.request.Request, *, slowly: bool = False) -> tuple[str, str]:
        with self._opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            parts = []
            while part := answer.read(2**14) if slowly else answer.read():
                parts.append(part)
                if slowly:
                    time.sleep(0.02)
            if answer.length:
                raise http.client.IncompleteRead(b"".join(parts), answer.length)
            return urllib.parse.urlsplit(answer.url).path, b"".join(parts).decode("utf-8")

    def add_customer(self, name: str) -> str:
        """Add a person by the form; returns the id once it is acknowledged."""
        address, page = self.post("/customers/new/", {"kind": "person", "name": name, "first_name": name})
        found = re.fullmatch(r"/customers/([0-9a-f-]{36})/", address)
        assert found, page
        return found[1]

    def start_import(self, file: Path, check_seconds: float) -> str:
        """Take an order file through the steps up to its start; returns the id of the batch, which then runs."""
        address, _page = self.post("/imports/", {"kind": "orders"}, file)
        found = re.search(r"/imports/([0-9a-f-]{36})/", address)
        assert found, f"the file was not taken: {address}"
        here = f"/imports/{found[1]}/"
        if address.endswith("/sheet/"):
            address, _page = self.post(f"{here}sheet/", {"kind": "orders", "next": "1"})
        _address, page = self.get(f"{here}mapping/")
        chosen = Chosen()
        chosen.feed(page)
        columns = {name: value for name, value in chosen.values.items() if name.startswith("column-")}
        address, page = self.post(f"{here}mapping/", {**columns, "next": "1"})
        assert address.endswith("/check/"), page
        wait_for(self.site, found[1], ("checked",), check_seconds)
        address, page = self.post(f"{here}run/", {})
        assert address.endswith("/run/"), page
        return found[1]


def state(site: Site, batch: str) -> tuple[str, int, str]:
    """State of an import, its committed rows, and why it failed; asks until the database answers."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with site.database() as connection:
                row = connection.execute(
                    "SELECT state, rows_done, failure FROM platform_importbatch WHERE id = %s", [batch]
                ).fetchone()
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
            continue
        assert row is not None
        return str(row[0]), int(row[1]), str(row[2])


def wait_for(site: Site, batch: str, wanted: tuple[str, ...], seconds: float) -> str:
    """Wait until an import has one of these states; fails at once when it stopped by a problem."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        now, done, failure = state(site, batch)
        if now in wanted:
            return now
        assert now not in ("failed", "cancelled"), f"the import {now} after {done} rows: {failure}"
        time.sleep(0.1)
    raise AssertionError(
        f"the import did not get {' or '.join(wanted)} in {seconds} s: {state(site, batch)}\n{site.log}"
    )


def wait_for_rows(site: Site, batch: str, rows: int, seconds: float) -> str:
    """Wait until so many rows are committed, or the import has ended; returns its state."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        now, done, _failure = state(site, batch)
        if done >= rows or now not in ("running",):
            return now
        time.sleep(0.02)
    raise AssertionError(f"{rows} rows were not written in {seconds} s: {state(site, batch)}")

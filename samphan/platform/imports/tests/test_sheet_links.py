"""Google Sheets by link: what is a link, what is asked for, where a redirect may lead, and every way it can fail."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import translation

from samphan.platform.imports import sheet_links
from samphan.platform.imports.sheet_links import (
    Answer,
    BadLink,
    CannotFetch,
    SheetLink,
    fetch,
    public_address,
    read_link,
)

ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789_abcde"
LINK = SheetLink(ID, False, "7")
CSV = "ชื่อ,เบอร์\nสมชาย,0812345678\n".encode()


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing", f"d/{ID}/export?format=xlsx"),
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=0", f"d/{ID}/export?format=csv&gid=0"),
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit?gid=12#gid=12", f"d/{ID}/export?format=csv&gid=12"),
        (f" docs.google.com/spreadsheets/d/{ID} ", f"d/{ID}/export?format=xlsx"),
        (f"https://docs.google.com/spreadsheets/u/1/d/{ID}/edit", f"d/{ID}/export?format=xlsx"),
        (f"https://docs.google.com/spreadsheets/d/e/2PACX-{ID}/pubhtml", f"d/e/2PACX-{ID}/pub?output=xlsx"),
        (
            f"https://docs.google.com/spreadsheets/d/e/2PACX-{ID}/pub?gid=5&single=true&output=csv",
            f"d/e/2PACX-{ID}/pub?output=csv&gid=5&single=true",
        ),
    ],
)
def test_asks_for_the_content_of_the_sheet_that_a_link_shows(pasted: str, url: str) -> None:
    assert read_link(pasted).url == f"https://docs.google.com/spreadsheets/{url}"


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "สวัสดี",
        "https://example.com/spreadsheets/d/" + ID,
        f"http://docs.google.com/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com.example.com/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com@10.0.0.1/spreadsheets/d/{ID}/edit",
        f"https://user:secret@docs.google.com/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com:8443/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com:port/spreadsheets/d/{ID}/edit",
        "https://docs.google.com/document/d/" + ID,
        "https://docs.google.com/spreadsheets/d/short/edit",
        f"https://docs.google.com/forms?next=/spreadsheets/d/{ID}/",
        f"https://drive.google.com/file/d/{ID}/view",
        "https://[::1/spreadsheets",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        f"https://docs.google.com/spreadsheets/d/{ID}" + "x" * 3000,
    ],
)
def test_refuses_what_is_no_link_of_a_sheet_before_anybody_is_asked(pasted: str) -> None:
    with translation.override("th"), pytest.raises(BadLink) as refused:
        read_link(pasted)
    assert "ลิงก์" in str(refused.value)


class Google(BaseHTTPRequestHandler):
    """Answers as Google does, by the path of the test."""

    answers: dict[str, Callable[["Google"], None]] = {}

    def do_GET(self) -> None:
        self.answers[urlsplit(self.path).path](self)

    def log_message(self, *_args: object) -> None:
        pass

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Type": "text/csv", "Content_Length": str(len(body)), **headers}.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


Serve = Callable[..., Callable[[str, float], Answer]]
START = f"/spreadsheets/d/{ID}/export"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server on this machine in Google's place: each path has its answer; the asking waits a quarter of a second."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Google)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    asked: list[str] = []

    def of(first: Callable[[Google], None], **more: Callable[[Google], None]) -> Callable[[str, float], Answer]:
        Google.answers = {START: first, **{f"/{name}": answer for name, answer in more.items()}}

        def ask(url: str, _seconds: float) -> Answer:
            asked.append(url)
            parts = urlsplit(url)
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=0.25)
            connection.request("GET", f"{parts.path}?{parts.query}")
            return connection.getresponse()  # type: ignore[return-value]

        return ask

    of.asked = asked  # type: ignore[attr-defined]
    yield of
    server.shutdown()
    server.server_close()


def why(ask: Callable[[str, float], Answer], target: Path, *, limit: int = 2**20, **more: object) -> str:
    with translation.override("th"), pytest.raises(CannotFetch) as refused:
        fetch(LINK, target, limit=limit, ask=ask, **more)  # type: ignore[arg-type]
    assert str(refused.value) and "%(" not in str(refused.value)
    return refused.value.code


def test_takes_the_content_through_googles_own_redirect(serve: Serve, tmp_path: Path) -> None:
    disposition = (
        "attachment; filename=\"x.csv\"; filename*=UTF-8''%E0%B8%A5%E0%B8%B9%E0%B8%81%E0%B8%84%E0%B9%89%E0%B8%B2.csv"
    )
    ask = serve(
        lambda google: google.say(307, Location="https://doc-0s-9k-sheets.googleusercontent.com/content?x=1"),
        content=lambda google: google.say(200, CSV, Content_Disposition=disposition),
    )
    assert fetch(LINK, tmp_path / "in", limit=2**20, ask=ask) == "ลูกค้า.csv"
    assert (tmp_path / "in").read_bytes() == CSV
    assert serve.asked == [  # type: ignore[attr-defined]
        f"https://docs.google.com{START}?format=csv&gid=7",
        "https://doc-0s-9k-sheets.googleusercontent.com/content?x=1",
    ]


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("https://example.com/content", "elsewhere"),
        ("http://docs.google.com/content", "elsewhere"),
        ("https://googleusercontent.com.example.com/content", "elsewhere"),
        ("https://evilgoogleusercontent.com/content", "elsewhere"),
        ("http://127.0.0.1/content", "elsewhere"),
        ("https://user@docs.google.com/content", "elsewhere"),
        ("https://docs.google.com:22/content", "elsewhere"),
        ("//169.254.169.254/latest/meta-data", "elsewhere"),
        ("https://accounts.google.com/ServiceLogin?continue=x", "sign_in"),
    ],
)
def test_follows_a_redirect_to_google_alone(serve: Serve, tmp_path: Path, location: str, code: str) -> None:
    assert why(serve(lambda google: google.say(302, Location=location)), tmp_path / "in") == code
    assert len(serve.asked) == 1  # type: ignore[attr-defined]


def test_gives_up_a_circle_of_redirects(serve: Serve, tmp_path: Path) -> None:
    assert (
        why(serve(lambda google: google.say(302, Location=f"https://docs.google.com{START}")), tmp_path / "in")
        == "elsewhere"
    )
    assert len(serve.asked) == sheet_links.REDIRECTS + 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "refused"),
        (403, "refused"),
        (404, "gone"),
        (410, "gone"),
        (429, "busy"),
        (500, "busy"),
        (503, "busy"),
        (204, "busy"),
    ],
)
def test_says_what_an_answer_means(serve: Serve, tmp_path: Path, status: int, code: str) -> None:
    assert why(serve(lambda google: google.say(status)), tmp_path / "in") == code


def test_takes_no_web_page_for_a_sheet(serve: Serve, tmp_path: Path) -> None:
    page = b"<html>Sign in</html>"
    assert (
        why(serve(lambda google: google.say(200, page, Content_Type="text/html; charset=utf-8")), tmp_path / "in")
        == "page"
    )


@pytest.mark.parametrize("says_length", [True, False])
def test_stops_at_the_limit_whether_the_length_is_said_or_not(serve: Serve, tmp_path: Path, says_length: bool) -> None:
    body = b"x" * 300_000
    more = {} if says_length else {"Content_Length": ""}
    assert why(serve(lambda google: google.say(200, body, **more)), tmp_path / "in", limit=100_000) == "large"
    assert not (tmp_path / "in").exists()


def test_waits_no_longer_than_it_should(serve: Serve, tmp_path: Path) -> None:
    began = time.monotonic()
    assert why(serve(lambda google: time.sleep(1)), tmp_path / "in") == "slow"
    assert time.monotonic() - began < 0.9
    # Drop by drop each answer is in time, and all of it is not.
    ticks = iter(range(0, 10_000, 100))
    assert (
        why(serve(lambda google: google.say(200, CSV * 9000)), tmp_path / "in", clock=lambda: float(next(ticks)))
        == "slow"
    )


def test_says_that_google_cannot_be_reached(tmp_path: Path) -> None:
    for error in (socket.gaierror(-2, "unknown"), ConnectionRefusedError(), OSError(101, "unreachable")):

        def ask(_url: str, _seconds: float, error: OSError = error) -> Answer:
            raise error

        assert why(ask, tmp_path / "in") == "offline"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "224.0.0.1", "::1", "fe80::1%eth0",  # noqa: S104
     "fd00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1"],
)  # fmt: skip
def test_connects_to_no_address_inside_a_network(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = [(socket.AF_INET, 1, 6, "", ("142.250.1.1", 443)), (socket.AF_INET, 1, 6, "", (address, 443))]
    with pytest.raises(CannotFetch) as refused:
        public_address(found)
    assert refused.value.code == "inside"

    def refuse(*_args: object) -> None:
        raise AssertionError("nobody may be connected to")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert why(sheet_links.ask_google, tmp_path / "in") == "inside"


def test_connects_to_the_very_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_args: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_args, **_more: [(socket.AF_INET, 1, 6, "", ("142.250.1.1", 443))]
    )
    monkeypatch.setattr(socket, "create_connection", connect)
    assert why(sheet_links.ask_google, tmp_path / "in") == "offline"
    assert connected == [("142.250.1.1", 443)]

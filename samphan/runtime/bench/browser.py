"""A signed-in member's browser, as small as measuring needs: one kept connection, cookies, forms, streams."""

import http.client
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from samphan.runtime.home import RuntimeProblem

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_META = re.compile(rb'name="csrf-token" content="([^"]+)"')
TIMEOUT_SECONDS = 600


class Browser:
    """One client that sends one request after the other over one connection.

    :raises RuntimeProblem: from every method, when an answer is not what a member would get.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = f"{parts.hostname}:{parts.port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=TIMEOUT_SECONDS)
        self.cookies: dict[str, str] = {}

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the form, as people do."""
        page = self.get("/sign-in/")
        found = _TOKEN.search(page)
        if found is None:
            raise RuntimeProblem("The sign-in page has no form.")
        form = {"csrfmiddlewaretoken": found[1].decode(), "login": email, "password": password}
        status, _body = self._send("POST", "/sign-in/", urlencode(form).encode())
        if status != 302 or "sessionid" not in self.cookies:
            raise RuntimeProblem(f"{email} could not sign in (status {status}).")

    def get(self, path: str, *, target: str = "") -> bytes:
        """The body of a page; with `target`, of the part that htmx would put there."""
        status, body = self._send("GET", path, target=target)
        if status != 200:
            raise RuntimeProblem(f"{path} answered with status {status}.")
        return body

    def part(self, path: str) -> dict[str, str]:
        """The headers of a part of a page, as htmx asks for it."""
        self.connection.request("GET", path, headers=self._headers("part"))
        answer = self.connection.getresponse()
        answer.read()
        return {name.lower(): value for name, value in answer.headers.items()}

    def post(self, path: str, fields: list[tuple[str, str]], *, page: str) -> tuple[int, dict[str, str], bytes]:
        """Send a form as htmx does: status, headers (names in lower case) and body of the answer.

        :param page: where the form stands; its token goes along.
        """
        found = _META.search(self.get(page))
        if found is None:
            raise RuntimeProblem(f"{page} has no token for forms.")
        body = urlencode(fields).encode()
        headers = self._headers("") | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://{self.host}{page}",
            "X-CSRFToken": found[1].decode(),
            "HX-Request": "true",
        }
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()

    def stream_lines(self, path: str) -> tuple[int, int, float]:
        """Lines and bytes of a streamed answer, and the seconds from asking to its end."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self._headers(""))
        answer = self.connection.getresponse()
        lines = size = 0
        while piece := answer.read(1 << 18):
            lines += piece.count(b"\n")
            size += len(piece)
        if answer.status != 200:
            raise RuntimeProblem(f"{path} answered with status {answer.status}.")
        return lines, size, time.perf_counter() - began

    def close(self) -> None:
        self.connection.close()

    def _headers(self, target: str) -> dict[str, str]:
        headers = {
            "Host": self.host,
            "Accept-Language": "th",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if target:
            headers |= {"HX-Request": "true", "HX-Target": target}
        return headers

    def _send(self, method: str, path: str, body: bytes | None = None, *, target: str = "") -> tuple[int, bytes]:
        headers = self._headers(target)
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://{self.host}{path}"}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, answer.read()

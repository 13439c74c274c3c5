"""A sheet of Google by its link: which file it is, and its content, fetched with care.

The address is made here from the link's identifier, and nothing else that somebody pasted is ever asked for: https alone,
Google's document host alone, redirects to Google's own content hosts alone, and only addresses that are public, whatever a
name resolves to. The address that was looked at is the one that is connected to.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urljoin, urlsplit

from django.utils.translation import gettext_lazy as _

from samphan.platform.errors import DomainError

HOST = "docs.google.com"
CONTENT_HOSTS = re.compile(r"(?:[a-z0-9-]+\.)+googleusercontent\.com")
SIGN_IN_HOST = "accounts.google.com"
REDIRECTS = 5
ANSWER_SECONDS = 20  # that the other side may be silent
WHOLE_SECONDS = 180  # that a sheet may take
PIECE = 2**16

_ID = re.compile(r"/spreadsheets/(?:u/\d+/)?d/(?:(e)/)?([A-Za-z0-9_-]{20,120})(?:/|$)")
_GID = re.compile(r"(?:^|[?&#])gid=(\d{1,12})(?:[&#]|$)")
_FILE_NAME = re.compile(r"filename\*=UTF-8''([^;]+)", re.IGNORECASE)
_PLAIN_FILE_NAME = re.compile(r'filename="([^"]+)"', re.IGNORECASE)


class BadLink(DomainError):
    """What was pasted is no link of a sheet; nobody was asked."""


class CannotFetch(DomainError):
    """The sheet could not be had.

    `code` says why: offline, slow, busy, refused, sign_in, page, gone, large, elsewhere (a redirect), inside (an address).
    """

    def __init__(self, code: str, message: object, **values: object) -> None:
        self.code = code
        super().__init__(message, **values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class SheetLink:
    """A sheet: by its own identifier, or by that of its publication; `gid` is the tab that the link shows."""

    identifier: str
    is_published: bool
    gid: str = ""

    @property
    def url(self) -> str:
        """Where its content is: the tab as CSV, or all tabs as a workbook where the link names none."""
        form = f"csv&gid={self.gid}" if self.gid else "xlsx"
        if self.is_published:
            single = "&single=true" if self.gid else ""
            return f"https://{HOST}/spreadsheets/d/e/{self.identifier}/pub?output={form}{single}"
        return f"https://{HOST}/spreadsheets/d/{self.identifier}/export?format={form}"

    @property
    def ending(self) -> str:
        """Of the file that it is fetched as."""
        return "csv" if self.gid else "xlsx"


def read_link(text: str) -> SheetLink:
    """The sheet that a pasted link means.

    :raises BadLink: for anything but the link of a sheet of Google, with what to paste instead.
    """
    text = text.strip()
    if not text:
        raise BadLink(_("Paste the link of a sheet first."))
    if len(text) > 2000:
        raise BadLink(_("This link is too long to be one of a sheet."))
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise BadLink(
            _("This is no link of Google Sheets: it begins with https://docs.google.com/spreadsheets/.")
        ) from None
    if parts.scheme != "https" or parts.username or parts.password or port not in (None, 443):
        raise BadLink(_("This is no link of Google Sheets: it begins with https://docs.google.com/spreadsheets/."))
    if host == "drive.google.com":
        raise BadLink(
            _("This is a link of Google Drive. Open the sheet and copy the link from the browser's address bar.")
        )
    if host != HOST:
        raise BadLink(_("This is no link of Google Sheets: it begins with https://docs.google.com/spreadsheets/."))
    found = _ID.search(parts.path)
    if found is None:
        raise BadLink(_("This link of Google is not one of a sheet. Open the sheet and copy its link."))
    gid = _GID.search(f"?{parts.query}#{parts.fragment}")
    return SheetLink(found[2], found[1] == "e", gid[1] if gid else "")


class Answer(Protocol):
    """What a server says, as far as it is needed here."""

    status: int

    def getheader(self, name: str, default: str = "") -> str: ...

    def read(self, amount: int) -> bytes: ...

    def close(self) -> None: ...


Ask = Callable[[str, float], Answer]


def fetch(
    link: SheetLink, target: Path, *, limit: int, ask: "Ask | None" = None, clock: Callable[[], float] = time.monotonic
) -> str:
    """Write the content of a sheet to `target` and return the name of its file.

    :param limit: bytes that are taken at most. :param ask: asks for an address, within so many seconds.
    :raises CannotFetch: with a sentence that says what to do.
    """
    ask = ask or ask_google
    deadline = clock() + WHOLE_SECONDS
    url = link.url
    try:
        for _again in range(REDIRECTS + 1):
            answer = ask(url, ANSWER_SECONDS)
            try:
                if answer.status in (301, 302, 303, 307, 308):
                    url = _next_place(url, answer.getheader("Location"))
                    continue
                _refuse(answer)
                _take(answer, target, limit=limit, deadline=deadline, clock=clock)
                return _name(answer, link)
            finally:
                answer.close()
    except TimeoutError:
        raise CannotFetch("slow", _("Google did not answer in time. Try again in a while.")) from None
    except ssl.SSLError:
        raise CannotFetch("offline", _("No safe connection to Google could be made from here.")) from None
    except (OSError, http.client.HTTPException):
        raise CannotFetch(
            "offline",
            _(
                "Google cannot be reached from here. Look after the internet connection, or download the sheet as a file."
            ),
        ) from None
    raise CannotFetch("elsewhere", _("The link goes round in circles. Download the sheet as a file instead."))


def _next_place(url: str, location: str) -> str:
    place = urlsplit(urljoin(url, location))
    host = (place.hostname or "").lower()
    if host == SIGN_IN_HOST:
        raise CannotFetch("sign_in", NOT_SHARED)
    usual = place.scheme == "https" and not place.username and place.port in (None, 443)
    if not usual or not (host == HOST or CONTENT_HOSTS.fullmatch(host)):
        raise CannotFetch("elsewhere", _("The link goes away from Google, so it was not followed."))
    return place.geturl()


NOT_SHARED = _("The sheet is not shared. In Google Sheets choose Share, “Anyone with the link”, and fetch it again.")


def _refuse(answer: Answer) -> None:
    status = answer.status
    if status in (401, 403):
        raise CannotFetch("refused", NOT_SHARED)
    if status in (400, 404, 410):
        raise CannotFetch("gone", _("There is no such sheet: it was deleted, or the link is not whole."))
    if status == 429 or status >= 500:
        raise CannotFetch("busy", _("Google is too busy to give the sheet now. Try again in a while."))
    if status != 200:
        raise CannotFetch("busy", _("Google answered with the code %(status)s. Try again in a while."), status=status)
    if answer.getheader("Content-Type", "").lower().startswith("text/html"):
        raise CannotFetch("page", NOT_SHARED)


def _take(answer: Answer, target: Path, *, limit: int, deadline: float, clock: Callable[[], float]) -> None:
    length = answer.getheader("Content-Length", "")
    taken = int(length) if length.isascii() and length.isdecimal() else 0
    with target.open("wb") as file:
        while taken <= limit:
            piece = answer.read(PIECE)
            if not piece:
                return
            file.write(piece)
            taken = file.tell()
            if clock() > deadline:
                raise TimeoutError
    target.unlink()
    raise CannotFetch(
        "large",
        _("The sheet is larger than %(limit)s MB. Download the part that is needed as a file."),
        limit=limit // 2**20,
    )


def _name(answer: Answer, link: SheetLink) -> str:
    said = answer.getheader("Content-Disposition", "")
    found = _FILE_NAME.search(said)
    name = unquote(found[1]) if found else (plain[1] if (plain := _PLAIN_FILE_NAME.search(said)) else "")
    stem = name.rpartition(".")[0] or name or "Google Sheets"
    return f"{stem}.{link.ending}"


def ask_google(url: str, seconds: float) -> Answer:
    """Ask for an https address over a connection to a public address, and to none other."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    address = public_address(socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM))
    connection = _Pinned(host, address, seconds)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection.request("GET", path, headers={"Accept": "*/*", "Accept-Language": "en"})
    return connection.getresponse()  # type: ignore[return-value]


def public_address(found: Iterable[tuple[object, ...]]) -> str:
    """The first of the addresses that a name has.

    :raises CannotFetch: when any of them is private, of this machine, or otherwise not public.
    """
    addresses = [str(one[4][0]) for one in found]  # type: ignore[index]
    for address in addresses:
        plain = ipaddress.ip_address(address.partition("%")[0])
        mapped = plain.ipv4_mapped if isinstance(plain, ipaddress.IPv6Address) else None
        if not (mapped or plain).is_global or (mapped or plain).is_multicast:
            raise CannotFetch("inside", _("Google's name stands for a private network here, so it was not followed."))
    if not addresses:
        raise OSError("no address")
    return addresses[0]


class _Pinned(http.client.HTTPSConnection):
    """A connection to the address that was looked at, whose certificate must be the host's."""

    def __init__(self, host: str, address: str, seconds: float) -> None:
        self._secure = ssl.create_default_context()
        super().__init__(host, 443, timeout=seconds, context=self._secure)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, 443), self.timeout)
        self.sock = self._secure.wrap_socket(plain, server_hostname=self.host)

"""How one person wants to see things: theme, language, era, density. Kept in cookies, and by keepers."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django.http import HttpRequest

from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import Era, format_date
from samphan.platform.thai.partial_dates import format_partial_date

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("system", "light", "dark"),
    "language": ("th", "en"),
    "era": ("be", "ce"),
    "density": ("normal", "dense", "roomy"),
    "home": ("auto", "today", "customers"),
}
COOKIES = {name: f"samphan_{name}" for name in CHOICES}

_keepers: list[Callable[[HttpRequest, str, str], None]] = []


def on_change(keeper: Callable[[HttpRequest, str, str], None]) -> None:
    """Name a function that stores a choice of the person behind a request: `keeper(request, "theme", "dark")`."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def keep(request: HttpRequest, name: str, value: str) -> None:
    """Hand a choice to everybody who stores choices."""
    for keeper in _keepers:
        keeper(request, name, value)


def preference(request: HttpRequest | None, name: str) -> str:
    """Choice of the person behind a request: the user's own, else the workspace's, else the cookie, else the first.

    The era of a workspace is that of its Thai pages: without a word that says which era is meant, 2569 reads like a
    mistake in English.
    """
    if request is None:
        return CHOICES[name][0]
    member: Any = getattr(request, "member", None)
    if member is not None:
        chosen = preference_of(member, name)
        if chosen:
            return chosen
    cookie = request.COOKIES.get(COOKIES[name], "")
    return cookie if cookie in CHOICES[name] else CHOICES[name][0]


def preference_of(member: Any, name: str) -> str:
    """Choice of a member, also where nobody asks for a page: the user's own, else the workspace's, "" without either."""
    chosen = getattr(member.user, name, "")
    if not chosen and name == "era" and getattr(member.user, "language", "") == "en":
        return "ce"
    chosen = chosen or getattr(member.workspace, name, "")
    return str(chosen) if chosen in CHOICES[name] else ""


def era(request: HttpRequest | None) -> Era:
    """Era in which this person reads years."""
    return cast(Era, preference(request, "era"))


def day_writer(request: HttpRequest | None) -> Callable[[date | str], str]:
    """What writes a date, or the stored text of one with unknown parts, in the reader's language and era."""
    language, chosen = reader_language(), era(request)

    def write(day: date | str) -> str:
        if isinstance(day, str):
            return format_partial_date(day, language, chosen)
        return format_date(day, "short", language, chosen)

    return write

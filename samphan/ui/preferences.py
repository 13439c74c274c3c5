"""How one person wants to see things: theme, language, era, density. Kept in cookies, and by keepers."""

from collections.abc import Callable
from typing import Any, Literal, cast

from django.http import HttpRequest

Era = Literal["be", "ce"]

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("system", "light", "dark"),
    "language": ("th", "en"),
    "era": ("be", "ce"),
    "density": ("normal", "dense", "roomy"),
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
        chosen = getattr(member.user, name, "")
        if not chosen and name == "era" and preference(request, "language") == "en":
            return "ce"
        chosen = chosen or getattr(member.workspace, name, "")
        if chosen in CHOICES[name]:
            return str(chosen)
    cookie = request.COOKIES.get(COOKIES[name], "")
    return cookie if cookie in CHOICES[name] else CHOICES[name][0]


def era(request: HttpRequest | None) -> Era:
    """Era in which this person reads years."""
    return cast(Era, preference(request, "era"))

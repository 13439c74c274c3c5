"""Places of the shell. A domain registers its own in `AppConfig.ready()`, so that only what exists is shown.

from samphan.ui import navigation

navigation.register(navigation.Place("customers", _("Customers"), "users", "customer-list",
                                     permission="customers.view_customer", order=30, phone=3))
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

PHONE_PLACES = 4  # and "more" as the fifth
BELL = "bell"

Text = str | Promise
Rows = QuerySet[Any]


@dataclass(frozen=True)
class Place:
    """An entry of the sidebar.

    :param name: key; a page names its place with `{% block place %}customers{% endblock %}`.
    :param icon: name in the icon set.
    :param url_name: name of its URL.
    :param permission: right that the member needs; "" for every member.
    :param group: "" for the person's own places, else a key of `GROUPS`; "foot" puts it behind the gear at the foot.
    :param order: place within the group.
    :param phone: position in the bottom bar of the phone, None to stay under "more".
    :param phone_label: shorter word for the phone.
    :param waiting: rows whose number stands beside the entry, None for no number; an index must serve the count.
    :param words: what else people call it, Thai and English, with commas: the palette finds it by them as by its labels.
    :param section: of a place behind the gear, a key of `SETTINGS`; "" goes by the permission.
    :param note: of a place behind the gear, one line on what is set there.
    :param url_args: arguments of its URL, of a place that a workspace added.
    """

    name: str
    label: Text
    icon: str
    url_name: str
    permission: str = ""
    group: str = ""
    order: int = 100
    phone: int | None = None
    phone_label: Text = ""
    waiting: Callable[[HttpRequest], Rows | None] | None = None
    words: str = ""
    section: str = ""
    note: Text = ""
    url_args: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A place as one member sees it. `words`: by which the palette finds it. `rest`: see `Command`."""

    name: str
    label: Text
    short_label: Text
    icon: str
    url: str
    count: int | None = None
    words: str = ""
    rest: str = ""
    note: Text = ""


@dataclass(frozen=True)
class Pin:
    """A saved view that somebody pinned to the sidebar."""

    label: Text
    url: str
    icon: str = "list"
    key: str = ""


@dataclass(frozen=True)
class Workspace:
    """One of the workspaces that a person can work in; `url` takes a POST that switches to it."""

    name: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Command:
    """An entry of the command palette that does something rather than go somewhere.

    :param words: as those of a place.
    :param rest: parameter of its page that takes what is typed behind its words: with "title", "สร้างงาน โทรกลับ" opens the page
        with `?title=โทรกลับ`. "" when it takes nothing.
    """

    label: Text
    icon: str
    url_name: str
    permission: str = ""
    keys: str = ""
    words: str = ""
    rest: str = ""


@dataclass(frozen=True)
class Home:
    """A page on which the day of a member may begin.

    :param name: as in `preferences.CHOICES["home"]`.
    :param is_wanted: whether it has something for the member behind a request, who chose nothing.
    """

    name: str
    label: Text
    url_name: str
    permission: str
    is_wanted: Callable[[HttpRequest], bool]


@dataclass
class Section:
    """Entries under one heading."""

    label: Text
    entries: list[Entry] = field(default_factory=list)


GROUPS: dict[str, Text] = {
    "": "",
    "marketing": _("Marketing"),
    "service": _("Service and data"),
}

SETTINGS: dict[str, Text] = {
    "me": pgettext_lazy("settings", "Me"),
    "company": _("The company"),
    "people": _("People and access"),
    "records": _("Customers and work"),
    "connections": _("Connections"),
    "data": _("Data and security"),
}
"""What stands behind the gear, group by group."""
_SECTION_OF = {"": "me", "administration.view_people": "people", "administration.view_audit": "data"}

_places: dict[str, Place] = {}
_further: list[Callable[[HttpRequest], Iterable[Place]]] = []
_commands: dict[str, Command] = {}
_pins: list[Callable[[HttpRequest], Iterable[Pin]]] = []
_workspaces: list[Callable[[HttpRequest], Iterable[Workspace]]] = []
_urls: dict[str, str] = {}
_homes: dict[str, Home] = {}
_bell: list[Callable[[HttpRequest], Rows | None]] = []


def register(place: Place) -> None:
    """Add or replace a place, by its name."""
    _places[place.name] = place


def register_places(provider: Callable[[HttpRequest], Iterable[Place]]) -> None:
    """Name a function that gives the places which the workspace behind a request added; their `words` say every name."""
    if provider not in _further:
        _further.append(provider)


def _known(request: HttpRequest) -> list[Place]:
    if getattr(request, "member", None) is None:
        return list(_places.values())
    return [*_places.values(), *(place for provider in _further for place in provider(request))]


def register_command(command: Command) -> None:
    """Add an entry to the command palette, such as "Add customer"."""
    _commands[command.url_name] = command


def register_pins(provider: Callable[[HttpRequest], Iterable[Pin]]) -> None:
    """Name a function that returns the pinned views of the member behind a request."""
    if provider not in _pins:
        _pins.append(provider)


def register_workspaces(provider: Callable[[HttpRequest], Iterable[Workspace]]) -> None:
    """Name a function that returns the workspaces of the person behind a request."""
    if provider not in _workspaces:
        _workspaces.append(provider)


def use_bell(unseen: Callable[[HttpRequest], Rows | None]) -> None:
    """Name the function that gives what the member behind a request has not seen yet; an index must serve its count."""
    _bell[:] = [unseen]


def bell_count(request: HttpRequest) -> int | None:
    """How much is new for this member; None where nobody rings a bell or nobody is signed in."""
    return _counted(_bells(request)).get(BELL)


def counts(request: HttpRequest) -> dict[str, int]:
    """How much waits at each place that this member sees, and under `BELL` what is new: one statement for all."""
    wanted = _bells(request)
    for place in _places.values():
        if place.waiting is not None and _may(request, place.permission):
            wanted[place.name] = place.waiting(request)
    return _counted(wanted)


def _bells(request: HttpRequest) -> dict[str, Rows | None]:
    return {BELL: _bell[0](request)} if _bell and getattr(request, "member", None) is not None else {}


def _counted(wanted: Mapping[str, Rows | None]) -> dict[str, int]:
    found: dict[str, int] = {}
    parts: list[tuple[str, str]] = []
    params: list[Any] = []
    for name, rows in wanted.items():
        if rows is None:
            continue
        found[name] = 0
        try:
            sql, values = rows.values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append((name, f"(SELECT count(*) FROM ({sql}) AS counted)"))
        params += values
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(part for _name, part in parts)}", params)
            found |= dict(zip((name for name, _part in parts), cursor.fetchone(), strict=True))
    return found


def use_url(purpose: str, url_name: str) -> None:
    """Tell the shell where something is: "palette", "search", "preferences", "sign_out", "sign_in", "live", "home"."""
    _urls[purpose] = url_name


def register_home(home: Home) -> None:
    """Add or replace a page on which the day may begin, by its name."""
    _homes[home.name] = home


def homes(request: HttpRequest) -> list[Home]:
    """The pages on which the day of this member may begin, beside the one of `use_url("home")`."""
    return [home for home in _homes.values() if _may(request, home.permission)]


def home_url(request: HttpRequest, chosen: str) -> str:
    """Where this member begins: what they chose, with "auto" what has something for them, else the common page."""
    for home in homes(request):
        if chosen == home.name or (chosen == "auto" and home.is_wanted(request)):
            return reverse(home.url_name)
    return url_for("home")


_STANDARD_URLS = {"sign_in": "account_login", "sign_out": "account_logout", "live": "/live"}  # the front answers /live


def url_for(purpose: str) -> str:
    """Address for a purpose of `use_url`, "" while nobody offers it."""
    name = _urls.get(purpose) or _STANDARD_URLS.get(purpose, "")
    if name.startswith("/"):
        return name
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


def _may(request: HttpRequest, permission: str) -> bool:
    member: Any = getattr(request, "member", None)
    return not permission or bool(member is not None and member.may(permission))


def _entry(place: Place, request: HttpRequest, counted: Mapping[str, int]) -> Entry | None:
    if not _may(request, place.permission):
        return None
    try:
        url = reverse(place.url_name, args=place.url_args)
    except NoReverseMatch:
        return None
    count = counted.get(place.name)
    # What a workspace named may be gone tomorrow: its words are not kept.
    words = place.words.lower() if place.url_args else _words(place.label, place.words)
    short = place.phone_label or place.label
    return Entry(place.name, place.label, short, place.icon, url, count or None, words, note=place.note)


_words_known: dict[tuple[int, str], str] = {}


def _words(label: Text, words: str) -> str:
    """The label in every language and the other words, in lower case, with | between them."""
    key = (id(label), words)  # labels are made once, when their domains register
    if key not in _words_known:
        labels = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                labels.append(str(label))
        found = [word.strip().lower() for word in (*labels, *words.split(","))]
        _words_known[key] = "|".join(dict.fromkeys(word for word in found if word))
    return _words_known[key]


def sections(request: HttpRequest, counted: Mapping[str, int] | None = None) -> list[Section]:
    """The sidebar of this member, group by group; empty groups are left out.

    :param counted: what `counts` gave; without it no entry has a number.
    """
    found, known = [], _known(request)
    for key, label in GROUPS.items():
        places = sorted((place for place in known if place.group == key), key=lambda place: place.order)
        entries = [entry for place in places if (entry := _entry(place, request, counted or {}))]
        if entries:
            found.append(Section(label, entries))
    return found


def foot(request: HttpRequest) -> list[Entry]:
    """Entries of the gear at the foot: settings, members, history."""
    places = sorted((place for place in _places.values() if place.group == "foot"), key=lambda place: place.order)
    return [entry for place in places if (entry := _entry(place, request, {}))]


def settings_sections(request: HttpRequest, text: str = "") -> list[Section]:
    """What this member finds behind the gear, group by group; with a text only what is called so."""
    wanted = text.strip().lower()
    found = []
    for key, label in SETTINGS.items():
        places = [place for place in _places.values() if place.group == "foot" and _section(place) == key]
        entries = [
            entry
            for place in sorted(places, key=lambda place: place.order)
            if (entry := _entry(place, request, {})) and (wanted in f"{entry.words}|{entry.note}".lower())
        ]
        if entries:
            found.append(Section(label, entries))
    return found


def _section(place: Place) -> str:
    return place.section or _SECTION_OF.get(place.permission, "company")


def phone_names() -> list[str]:
    """Names of the places that the bottom bar shows, in its order."""
    places = sorted((p for p in _places.values() if p.phone is not None), key=lambda place: place.phone or 0)
    return [place.name for place in places]


def commands(request: HttpRequest) -> list[Entry]:
    """What this member can do from the palette."""
    found = []
    for command in _commands.values():
        if _may(request, command.permission):
            try:
                url, words = reverse(command.url_name), _words(command.label, command.words)
                found.append(Entry(command.keys, command.label, "", command.icon, url, None, words, command.rest))
            except NoReverseMatch:
                continue
    return found


def pins(request: HttpRequest) -> list[Pin]:
    """Pinned views of this member, from every domain that has some."""
    return [pin for provider in _pins for pin in provider(request)]


def workspaces(request: HttpRequest) -> list[Workspace]:
    """Workspaces that the person can switch to."""
    return [workspace for provider in _workspaces for workspace in provider(request)]

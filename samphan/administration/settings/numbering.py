"""How the company numbers what it keeps: prefix, year, month, digits, when counting begins again, and the next number.

A domain declares a series in `AppConfig.ready()` and asks for a number where it writes::

    numbering.declare(numbering.Series("orders", _("Orders"), prefix="SO", highest=_highest, taken=_taken))
    number = numbering.next_number("orders", acting_member, on=day)

The counter is a row that the caller's transaction locks until its end: two at once get two numbers, and what is rolled back
gives its number back. A series without gaps begins behind what was brought in and then counts by itself alone; any other one
goes on behind the highest number there is, typed, brought in or counted.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, NumberCounter, Team, TeamMembership, Workspace
from samphan.administration.settings import store
from samphan.platform.access import Viewer
from samphan.platform.errors import DomainError
from samphan.platform.thai.calendar import ERA_YEARS

YEARS: dict[str, store.Label] = {
    "": _("No year"),
    "be4": _("Buddhist era, 2569"),
    "be2": _("Buddhist era, 69"),
    "ce4": _("Common era, 2026"),
    "ce2": _("Common era, 26"),
}
RESETS: dict[str, store.Label] = {"never": _("It goes on"), "yearly": _("Every year"), "monthly": _("Every month")}
SEPARATORS: dict[str, store.Label] = {"-": "-", "/": "/", "": _("Nothing between")}
FEWEST_DIGITS, MOST_DIGITS, LONGEST_PREFIX, LONGEST_CODE = 3, 9, 12, 8
_TRIES = 20  # numbers typed by hand that lie in the way of one


class NumbersBlocked(DomainError):
    message = _("The next numbers of this series are all taken. Choose another prefix in the settings.")


@dataclass(frozen=True)
class Shape:
    """How the numbers of a series look."""

    is_on: bool
    prefix: str
    year: str
    has_month: bool
    separator: str
    digits: int
    reset: str
    by_team: bool

    def stem(self, day: date, code: str = "") -> str:
        """What stands before the counter."""
        year = day.year + (ERA_YEARS if self.year.startswith("be") else 0)
        when = "" if not self.year else str(year) if self.year.endswith("4") else f"{year % 100:02}"
        when += f"{day.month:02}" if self.has_month else ""
        return self.prefix + (code + self.separator if code else "") + (when + self.separator if when else "")

    def period(self, day: date) -> str:
        """The time within which it counts on."""
        return {"never": "", "yearly": f"{day.year}", "monthly": f"{day.year}-{day.month:02}"}[self.reset]

    def number(self, count: int, day: date, code: str = "") -> str:
        """The number of a count: 12 gives SO6911-0012."""
        return f"{self.stem(day, code)}{count:0{self.digits}}"


@dataclass(frozen=True)
class Series:
    """What is numbered.

    :param highest: the greatest count among the numbers of a workspace that begin with a stem, by (workspace, stem, digits).
    :param taken: those of some numbers that are given already in a workspace.
    :param is_gapless: as accounting asks of documents: counted by itself alone, never typed.
    """

    name: str
    label: str | Promise
    highest: Callable[[UUID, str, int], int]
    taken: Callable[[UUID, Collection[str]], Collection[str]]
    hint: str | Promise = ""
    prefix: str = ""
    year: str = "be2"
    has_month: bool = True
    separator: str = "-"
    digits: int = 4
    reset: str = "monthly"
    is_on: bool = True
    is_gapless: bool = False


_series: dict[str, Series] = {}
_PARTS: dict[str, store.Label] = {
    "is_on": _("Given by itself"),
    "prefix": _("Beginning"),
    "year": _("Year"),
    "has_month": _("Month"),
    "separator": _("Between the parts"),
    "digits": _("Digits"),
    "reset": _("Begins again at 1"),
    "by_team": _("Each team with its code"),
}
_CODE = "code:"  # of a team, such as that of a branch


def declare(one: Series) -> None:
    """Make a series known."""
    _series[one.name] = one


def series() -> list[Series]:
    """Every series, in the order in which they were declared."""
    return list(_series.values())


def shape_of(workspace_id: UUID, name: str) -> Shape:
    """How the numbers of a series look in a company."""
    values = store.read(workspace_id, "numbering")
    return Shape(**{part: values[f"{name}:{part}"] for part in _PARTS})


def codes_of(workspace_id: UUID) -> dict[UUID, str]:
    """The code of each team that has one."""
    values = store.read(workspace_id, "numbering")
    return {UUID(key.removeprefix(_CODE)): code for key, code in values.items() if key.startswith(_CODE) and code}


def is_on(workspace_id: UUID, name: str) -> bool:
    """Whether the company lets numbers of a series be given."""
    return shape_of(workspace_id, name).is_on


def next_number(name: str, viewer: Viewer, *, on: date) -> str:
    """Take the next number of a series; the transaction that asks keeps others of the series waiting until it ends.

    :param on: the day that the number is of, which is that of what is numbered.
    :raises NumbersBlocked: when what was typed by hand lies in the way.
    """
    return next_numbers(name, viewer, on=[on])[0]


def next_numbers(name: str, viewer: Viewer, *, on: Sequence[date]) -> list[str]:
    """Take a number of a series for each of these days, in their order; as `next_number`, with a few statements for all."""
    shape, code = shape_of(viewer.workspace_id, name), ""
    if shape.by_team:
        code = _code_of(viewer)
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, day in enumerate(on):
        wanted[shape.period(day), shape.stem(day, code)].append(place)
    found = [""] * len(on)
    # In one order, so that two that number at once wait for each other and never in a circle.
    for (period, stem), places in sorted(wanted.items()):
        counts = _take(_series[name], viewer.workspace_id, shape, code, period, stem, len(places))
        for place, count in zip(places, counts, strict=True):
            found[place] = shape.number(count, on[place], code)
    return found


def _take(one: Series, workspace_id: UUID, shape: Shape, code: str, period: str, stem: str, many: int) -> list[int]:
    # A new counter begins behind what is there; while one transaction makes it, the other waits at the constraint.
    NumberCounter.objects.bulk_create(
        [NumberCounter(workspace_id=workspace_id, series=one.name, branch=code, period=period)], ignore_conflicts=True
    )
    counter = NumberCounter.objects.select_for_update().get(
        workspace_id=workspace_id, series=one.name, branch=code, period=period
    )
    last = counter.last
    if not last or not one.is_gapless:
        last = max(last, one.highest(workspace_id, stem, max(shape.digits, len(str(last + 1)))))
    found: list[int] = []
    tries = 0
    while len(found) < many:
        numbers = {f"{stem}{count:0{shape.digits}}": count for count in range(last + 1, last + 1 + many - len(found))}
        last += len(numbers)
        taken = set(one.taken(workspace_id, list(numbers)))
        tries = tries + 1 if taken else 0
        if tries >= _TRIES:
            raise NumbersBlocked
        found += [count for number, count in numbers.items() if number not in taken]
    counter.last = found[-1]
    counter.save(update_fields=["last"])
    return found


def preview(one: Series, shape: Shape, viewer: Viewer, *, on: date, code: str = "") -> str:
    """The number that would be next with a shape; nothing is taken."""
    found = NumberCounter.objects.filter(
        workspace_id=viewer.workspace_id, series=one.name, branch=code, period=shape.period(on)
    )
    last = found.values_list("last", flat=True).first() or 0
    if not last or not one.is_gapless:
        last = max(last, one.highest(viewer.workspace_id, shape.stem(on, code), shape.digits))
    return shape.number(last + 1, on, code)


def highest_in(table: str, column: str, where: str = "") -> Callable[[UUID, str, int], int]:
    """The `highest` of a series whose numbers stand in a column with an index over (workspace, column).

    :param where: a further condition, part of the code and never of the data.
    """
    # The range is what the index walks; the pattern only drops what is typed otherwise.
    sql = f"""
        SELECT {column} FROM {table} WHERE workspace_id = %s AND {column} >= %s AND {column} < %s {where}
           AND substr({column}, %s) ~ %s ORDER BY {column} DESC LIMIT 1
    """

    def highest(workspace_id: UUID, stem: str, digits: int) -> int:
        found = 0
        with connection.cursor() as cursor:
            # Counts that outgrew their digits sort before shorter ones, so they are asked for by themselves.
            for width in (digits, digits + 1):
                pattern = f"^[0-9]{{{width}}}$"
                cursor.execute(sql, [workspace_id, stem + "0", stem + ":", len(stem) + 1, pattern])
                row = cursor.fetchone()
                found = max(found, int(row[0][len(stem) :])) if row else found
                if found < 10**digits - 1:
                    break
        return found

    return highest


def _code_of(viewer: Viewer) -> str:
    codes = codes_of(viewer.workspace_id)
    if not isinstance(viewer, Member) or not codes:
        return ""
    mine = TeamMembership.objects.filter(workspace_id=viewer.workspace_id, member_id=viewer.pk, team_id__in=codes)
    first = mine.order_by("team__name", "team_id").values_list("team_id", flat=True).first()
    return codes[first] if first else ""


def _defaults(workspace: Workspace) -> store.Values:
    return {
        f"{one.name}:{part}": {"by_team": False}.get(part, getattr(one, part, None))
        for one in _series.values()
        for part in _PARTS
    }


def _label(key: str) -> str:
    if key.startswith(_CODE):
        name = Team.objects.filter(pk=key.removeprefix(_CODE)).values_list("name", flat=True).first()
        return f"{name or gettext('Team')} · {gettext('Code')}"
    name, _colon, part = key.partition(":")
    known = _series.get(name)
    return f"{known.label if known else name} · {_PARTS.get(part, part)}"


def _shown(key: str, value: Any) -> str:
    words: Mapping[str, Mapping[str, store.Label]] = {"year": YEARS, "reset": RESETS, "separator": SEPARATORS}
    part = key.rpartition(":")[2]
    if part in words:
        return str(words[part].get(str(value), value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)


NUMBERING = store.Topic(
    "numbering", "administration.numbering_changed", _defaults, _label, shown=_shown, url_name="numbering"
)


def change(values: Mapping[str, Any], *, acting_member: Member) -> UUID | None:
    """Change how numbers look; what is numbered already keeps its number. Returns the changeset, None when nothing changed."""
    return store.write("numbering", values, acting_member=acting_member)

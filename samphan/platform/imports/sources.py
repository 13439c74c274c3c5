"""Exports of other systems, recognised by their headings: how a system calls its columns and writes its values.

A domain declares them beside its kind of import, as data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from samphan.platform.imports.mapping import normal_heading

if TYPE_CHECKING:
    from samphan.platform.imports.kinds import ImportKind


def _as_it_is(number: str) -> str:
    return number


@dataclass(frozen=True)
class Source:
    """One export of one system.

    :param name: stable; kept with the mapping of an import.
    :param system: the product's own name, as people call it.
    :param label: which of its exports this is.
    :param needs: headings of which one must be there.
    :param marks: headings that tell the system from others; `enough` of them must be there.
    :param columns: field name to headings that fill it. A field that takes several columns gets all of them, any other the
        first that the file has.
    :param others: headings of the system that fill nothing here, though a field may be called alike.
    :param formats: field name to how its dates are written, as in a mapping.
    :param words: field name to what the system's choices mean here, in lower case; "" leaves the field empty.
    :param values: what every row of this export is, where its columns do not say otherwise.
    :param id_prefix: put before the system's numbers, where they count from one and would meet other numbers.
    :param id_of: brings a number of the system to its one form.
    """

    name: str
    system: str
    label: str | Promise
    needs: tuple[str, ...]
    marks: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...] = ()
    enough: int = 2
    formats: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    id_prefix: str = ""
    id_of: Callable[[str], str] = _as_it_is

    def fits(self, headings: Sequence[str]) -> int:
        """How many of its marks a file carries; 0 when that is not enough to know it by."""
        here = {normal_heading(heading) for heading in headings}
        if not any(normal_heading(heading) in here for heading in self.needs):
            return 0
        found = len({normal_heading(heading) for heading in self.marks} & here)
        return found if found >= self.enough else 0

    def map(self, headings: Sequence[str], repeatable: frozenset[str]) -> dict[str, str]:
        """{heading: field} of the columns that this export fills.

        :param repeatable: fields that take several columns.
        """
        here: dict[str, str] = {}
        for heading in headings:
            here.setdefault(normal_heading(heading), heading)
        columns: dict[str, str] = {}
        for name, wanted in self.columns.items():
            found = dict.fromkeys(here[one] for one in map(normal_heading, wanted) if one in here)
            for heading in list(found)[: None if name in repeatable else 1]:
                columns.setdefault(heading, name)
        return columns

    def knows(self, heading: str) -> bool:
        """Whether the system has a column of this heading, filling a field or none."""
        return normal_heading(heading) in self._all

    @property
    def _all(self) -> set[str]:
        return {
            normal_heading(heading)
            for heading in (*self.needs, *self.marks, *self.others, *(h for hs in self.columns.values() for h in hs))
        }

    def date_formats(self, columns: Mapping[str, str]) -> dict[str, Any]:
        """The formats of a mapping with these columns."""
        return {heading: dict(self.formats[name]) for heading, name in columns.items() if name in self.formats}

    def external_id(self, number: str) -> str:
        """A number of the system as it is kept here."""
        return f"{self.id_prefix}{self.id_of(number)}"


def recognise(headings: Sequence[str], kinds: "Sequence[ImportKind]") -> "tuple[ImportKind, Source] | None":
    """The system and the kind of records that a file with these headings comes from; None for any other file."""
    best = max(
        ((source.fits(headings), -order, kind, source) for kind in kinds for order, source in enumerate(kind.sources)),
        key=lambda one: one[:2],
        default=None,
    )
    return (best[2], best[3]) if best and best[0] else None

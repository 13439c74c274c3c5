"""What every page of customers asks first: the list's state, the reader's words, whose time it is."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import members
from samphan.customers.fields import entity_for
from samphan.customers.models import Customer
from samphan.platform import lists
from samphan.platform.catalogue import Entity, Operator, Type
from samphan.platform.conditions import And, Comparison, Node
from samphan.platform.conditions.sentences import Words, describe, sentence
from samphan.platform.lists import ListState
from samphan.platform.thai.calendar import format_date
from samphan.ui import preferences

KINDS = Customer.Kind.values


@dataclass(frozen=True)
class Chip:
    """A filter as a sentence; `edit_href` opens its editor, `remove_href` is the list without it."""

    before: str
    value: str
    index: int | None
    remove_href: str


class CustomerList:
    """One list of customers as a request asks for it: state, rows, count and the words around them."""

    def __init__(self, request: MemberRequest, query: str | None = None) -> None:
        self.request = request
        self.member = request.member
        self.now: datetime = timezone.now()
        self.zone = ZoneInfo(self.member.workspace.time_zone)
        self.entity: Entity = entity_for(self.member).seen_by(self.member)
        asked = request.META["QUERY_STRING"] if query is None else query
        self.state = ListState.parse(asked, self.entity, self.member)

    @property
    def rows(self) -> QuerySet[Customer]:
        """Every customer that the member may see."""
        return Customer.objects.visible_to(self.member)

    @cached_property
    def owners(self) -> dict[UUID, str]:
        """The names of the members, by id."""
        return {member.pk: member.name for member in members(self.member)}

    def page(self, extra: tuple[str, ...] = ()) -> lists.Page:
        """The rows; `extra` columns are read beside those shown."""
        columns = tuple(dict.fromkeys((*self.columns, *extra)))
        state = replace(self.state, columns=columns)
        return lists.page(self.rows, state, self.member, now=self.now, zone=self.zone)

    def count(self) -> lists.Count:
        """About how many there are."""
        return lists.about_count(self.rows, self.state, self.member, now=self.now, zone=self.zone)

    def narrowed(self) -> QuerySet[Customer]:
        """Every customer that the filters leave, for bulk acts over "all that match"."""
        return lists.narrow(self.rows, self.state, self.member, now=self.now, zone=self.zone)

    def neighbours(self, customer_id: UUID) -> lists.Neighbours:
        """Who stands before and behind a customer in this list."""
        return lists.neighbours(self.rows, self.state, self.member, customer_id, now=self.now, zone=self.zone)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns to show; the name is always the first."""
        shown = lists.selected_columns(self.state, self.member)
        return ("name", *(name for name in shown if name != "name"))

    def href(self, **changes: object) -> str:
        """The address of this list with some of its state changed."""
        query = self.state.to_query(**changes) if changes else self.state.to_query()
        return reverse("customer-list") + (f"?{query}" if query else "")

    @property
    def comparisons(self) -> tuple[Node, ...]:
        """The filters that all must hold, as chips show them."""
        where = self.state.where
        return where.parts if isinstance(where, And) else (where,)

    @property
    def kind(self) -> str:
        """The kind whose tab this list is; "" for all."""
        kinds = [
            part.value
            for part in self.comparisons
            if isinstance(part, Comparison) and part.field == "kind" and part.operator is Operator.IS
        ]
        return str(kinds[0]) if len(kinds) == 1 and kinds[0] in KINDS else ""

    def without_kind(self) -> tuple[Node, ...]:
        """The filters but that of the tab."""
        if not self.kind:
            return self.comparisons
        own = Comparison("kind", Operator.IS, self.kind)
        return tuple(part for part in self.comparisons if part != own)

    def kind_href(self, kind: str) -> str:
        """The address of a tab: the same filters, another kind."""
        parts = self.without_kind()
        return self.href(where=And((*parts, Comparison("kind", Operator.IS, kind)) if kind else parts))

    @cached_property
    def words(self) -> Words:
        """How this reader sees dates and members in sentences."""
        return Words(day=self.day, member=lambda member: self.owners.get(member, _("somebody who left")))

    def day(self, day: date) -> str:
        """A date in the reader's language and era."""
        language = "en" if (get_language() or "th").startswith("en") else "th"
        return format_date(day, "short", language, preferences.era(self.request))

    def chips(self) -> list[Chip]:
        """The filters as sentences, without that of the tab."""
        chips = []
        parts = self.comparisons
        own = Comparison("kind", Operator.IS, self.kind) if self.kind else None
        for index, part in enumerate(parts):
            if part == own:
                continue
            rest = And(tuple(other for place, other in enumerate(parts) if place != index))
            if isinstance(part, Comparison):
                said = sentence(part, self.entity, self.words if self._needs_members(part) else Words(day=self.day))
                before, value = said.lead, said.value
                if not value:
                    before, value = said.field, said.operator
                chips.append(Chip(before, value, index, self.href(where=rest)))
            else:
                chips.append(Chip("", describe(part, self.entity, self.words), None, self.href(where=rest)))
        return chips

    def _needs_members(self, part: Comparison) -> bool:
        return self.entity.field(part.field).type is Type.MEMBER

    def sort_choices(self) -> list[dict[str, object]]:
        """Every order the list can have."""
        current = self.state.get_sort()
        choices: list[dict[str, object]] = []
        for field in self.entity.fields:
            if field.sort is None:
                continue
            first = field.sort.descending
            choices += [
                {
                    "label": sort_words(field.type, str(field.label), descending),
                    "href": self.href(sort=((field.name, descending),)),
                    "is_current": bool(current) and current[0] == (field.name, descending),
                }
                for descending in (first, not first)
            ]
        return choices

    def sort_label(self) -> str:
        """The order in words."""
        for name, descending in self.state.get_sort():
            if self.entity.has_field(name):
                field = self.entity.field(name)
                return sort_words(field.type, str(field.label), descending)
        return ""


def sort_words(kind: Type, label: str, descending: bool) -> str:
    """An order in words: ซื้อล่าสุดก่อน, ชื่อ ก-ฮ."""
    if kind.is_temporal:
        said = _("%(field)s, newest first") if descending else _("%(field)s, oldest first")
    elif kind.is_numeric:
        said = _("%(field)s, most first") if descending else _("%(field)s, least first")
    else:
        said = _("%(field)s, ฮ to ก") if descending else _("%(field)s, ก to ฮ")
    return said % {"field": label}


def list_behind(request: MemberRequest) -> str | None:
    """The query of the list that the reader came from: named in the address, else by the browser; None without one."""
    if "list" in request.GET:
        return request.GET["list"][:4000]
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.netloc == request.get_host() and referrer.path == reverse("customer-list"):
        return referrer.query[:4000]
    return None

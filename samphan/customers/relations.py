"""What two customers are to each other, seen from either side: roles, their words, and who is related to whom."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from samphan.customers.models import Customer, Relation
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Privacy

IN_PANEL = 6
ON_PAGE = 24
AROUND = 10  # customers around the middle of the graph
BEHIND_EACH = 3  # further ones behind each of them
BEHIND_ALL = 16  # and behind all of them: the page has two drawings and stays light
ROWS_OF_SECOND_STEP = 200

_PERSON, _ORGANISATION = Customer.Kind.PERSON, Customer.Kind.ORGANISATION


@dataclass(frozen=True)
class Role:
    """What the other one is to the customer whose page is open.

    :param code: stable, in forms. :param is_first: the other one is the row's `customer`; None where both are the same.
    :param whose: the kind of customer who can have such a one, and :param who: the kind that it can be; "" for both.
    """

    code: str
    kind: Relation.Kind
    is_first: bool | None
    label: str | Promise
    whose: str = ""
    who: str = ""


ROLES = (
    Role("owner", Relation.Kind.OWNER, True, _("Proprietor"), _ORGANISATION),
    Role("employee", Relation.Kind.EMPLOYEE, True, _("Employee"), "", _PERSON),
    Role("employer", Relation.Kind.EMPLOYEE, False, _("Workplace"), _PERSON),
    Role("business", Relation.Kind.OWNER, False, _("Business"), "", _ORGANISATION),
    Role("spouse", Relation.Kind.SPOUSE, None, _("Spouse"), _PERSON, _PERSON),
    Role("parent", Relation.Kind.PARENT, True, _("Parent"), _PERSON, _PERSON),
    Role("child", Relation.Kind.PARENT, False, _("Child"), _PERSON, _PERSON),
    Role("sibling", Relation.Kind.SIBLING, None, _("Brother or sister"), _PERSON, _PERSON),
    Role("head_office", Relation.Kind.BRANCH, False, _("Head office"), _ORGANISATION, _ORGANISATION),
    Role("branch", Relation.Kind.BRANCH, True, pgettext_lazy("of a company", "Branch"), _ORGANISATION, _ORGANISATION),
    Role("parent_company", Relation.Kind.GROUP, False, _("Parent company"), _ORGANISATION, _ORGANISATION),
    Role("subsidiary", Relation.Kind.GROUP, True, _("Company of the group"), _ORGANISATION, _ORGANISATION),
    Role("referrer", Relation.Kind.REFERRAL, True, _("Referrer")),
    Role("referred", Relation.Kind.REFERRAL, False, _("Referred by this customer")),
    Role("other", Relation.Kind.OTHER, True, _("Other, in own words")),
)
BY_CODE = {role.code: role for role in ROLES}
_GENDERED: dict[tuple[str, str], str | Promise] = {
    ("spouse", "male"): _("Husband"),
    ("spouse", "female"): _("Wife"),
    ("parent", "male"): _("Father"),
    ("parent", "female"): _("Mother"),
    ("child", "male"): _("Son"),
    ("child", "female"): _("Daughter"),
}
_NAMES = ("kind", "title", "first_name", "last_name", "nickname", "name", "gender")


@dataclass(frozen=True)
class Related:
    """One relation as it stands on the page of one of the two.

    :param other: the one at the other end. :param word: what they are: Husband, buyer, Head office.
    """

    relation: Relation
    other: Customer
    role: Role
    word: str

    @property
    def id(self) -> UUID:
        """The relation's."""
        return self.relation.pk

    def has_ended(self, today: date) -> bool:
        """True from the day after the last one."""
        return self.relation.until_on is not None and self.relation.until_on < today


def roles_between(whose: str, who: str) -> list[Role]:
    """What a customer of the kind `who` can be to one of the kind `whose`."""
    return [role for role in ROLES if role.whose in ("", whose) and role.who in ("", who)]


def role_of(kind: str, *, other_is_first: bool) -> Role:
    """What the one at the other end is, by the kind of the relation and the place of that one in its row."""
    found = [role for role in ROLES if role.kind == kind]
    return next((role for role in found if role.is_first in (None, other_is_first)), found[0])


def word_of(relation: Any, *, other_is_first: bool, gender: str = "") -> str:
    """What the one at the other end is, in words: a post or an own word where there is one.

    :param relation: a row, or an earlier state of one. :param gender: of the other one, "" where it may not be read.
    """
    if relation.kind == Relation.Kind.OTHER:
        return str(relation.word if other_is_first else relation.other_word or relation.word)
    role = role_of(relation.kind, other_is_first=other_is_first)
    return str(relation.word or _GENDERED.get((role.code, gender), role.label))


def span_words(relation: Any, day: Callable[[date], str]) -> str:
    """From when until when: ตั้งแต่ 1 ม.ค. 2560; "" where neither is known."""
    since, until = relation.since_on, relation.until_on
    if since and until:
        return f"{day(since)} – {day(until)}"
    if since:
        return gettext("since %(day)s") % {"day": day(since)}
    return gettext("until %(day)s") % {"day": day(until)} if until else ""


def seen_from(relation: Relation, customer_id: UUID, viewer: Viewer) -> Related:
    """A relation, with both ends loaded, from the side of one of them."""
    other_is_first = relation.other_id == customer_id
    other = relation.customer if other_is_first else relation.other
    gender = other.gender if viewer.may_read(Privacy.PERSONAL) else ""
    word = word_of(relation, other_is_first=other_is_first, gender=gender)
    return Related(relation, other, role_of(relation.kind, other_is_first=other_is_first), word)


def related_to(
    customer_id: UUID, viewer: Viewer, *, limit: int, before: UUID | None = None, today: date | None = None
) -> list[Related]:
    """To whom a customer is related, the last noted first.

    :param before: those noted before the relation of that id. :param today: only those that have not ended by then.
    """
    found = _with_names(Relation.objects.visible_to(viewer).of([customer_id]))
    if before is not None:
        found = found.filter(pk__lt=before)
    if today is not None:
        found = found.standing(today)
    return [seen_from(one, customer_id, viewer) for one in found.order_by("-pk")[:limit]]


def one_of(customer_id: UUID, relation_id: UUID, viewer: Viewer) -> Related | None:
    """One relation of a customer."""
    found = _with_names(Relation.objects.visible_to(viewer).of([customer_id])).filter(pk=relation_id).first()
    return seen_from(found, customer_id, viewer) if found else None


def _with_names(relations: Any) -> Any:
    names = [f"{end}__{name}" for end in ("customer", "other") for name in _NAMES]
    own = [field.name for field in Relation._meta.concrete_fields]
    return relations.select_related("customer", "other").only(*own, *names)


@dataclass(frozen=True)
class Link:
    """Two customers of a network who are related, and what the second is to the first."""

    first: UUID
    second: UUID
    word: str


@dataclass(frozen=True)
class Network:
    """Who is related to a customer, up to two steps away.

    :param customers: everybody in it by id, the middle first. :param around: those one step away, in order.
    :param behind: by one of these, those of the second step who hang on it. :param links: every relation between them.
    :param is_cut: there are more than are shown.
    """

    customers: dict[UUID, Customer]
    around: list[UUID]
    behind: dict[UUID, list[UUID]]
    links: list[Link]
    is_cut: bool


def network_around(customer: Customer, viewer: Viewer, today: date) -> Network:
    """The relations that stand today, up to two steps away; two statements."""
    standing = Relation.objects.visible_to(viewer).standing(today)
    first = list(_with_names(standing.of([customer.pk])).order_by("-pk")[: AROUND + 1])
    known: dict[UUID, Customer] = {customer.pk: customer}
    for relation in first[:AROUND]:
        other = seen_from(relation, customer.pk, viewer).other
        known.setdefault(other.pk, other)
    around = [pk for pk in known if pk != customer.pk]
    second = list(_with_names(standing.of(around)).order_by("-pk")[:ROWS_OF_SECOND_STEP]) if around else []
    behind: dict[UUID, list[UUID]] = {pk: [] for pk in around}
    is_cut = len(first) > AROUND or len(second) == ROWS_OF_SECOND_STEP
    for relation in second:
        near, far = relation.customer, relation.other
        if near.pk not in behind:
            near, far = far, near
        if far.pk in known:
            continue
        if len(behind[near.pk]) == BEHIND_EACH or len(known) > len(around) + BEHIND_ALL:
            is_cut = True
            continue
        known[far.pk] = far
        behind[near.pk].append(far.pk)
    links: dict[UUID, Link] = {}
    for relation in [*first, *second]:
        if relation.customer_id in known and relation.other_id in known:
            of = relation.customer_id if _is_nearer(relation, customer.pk, behind) else relation.other_id
            seen = seen_from(relation, of, viewer)
            links[relation.pk] = Link(of, seen.other.pk, seen.word)
    return Network(known, around, behind, list(links.values()), is_cut)


def _is_nearer(relation: Relation, middle: UUID, behind: dict[UUID, list[UUID]]) -> bool:
    """True when the row's `customer` stands nearer to the middle than its `other`."""

    def steps(pk: UUID) -> int:
        return 0 if pk == middle else 1 if pk in behind else 2

    return steps(relation.customer_id) <= steps(relation.other_id)


def names_of(customer_ids: Collection[UUID], viewer: Viewer) -> dict[UUID, Customer]:
    """The living customers among these, with what their names are written from."""
    found = Customer.objects.visible_to(viewer).filter(pk__in=customer_ids).only(*_NAMES)
    return {one.pk: one for one in found}

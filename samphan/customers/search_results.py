"""Customers as search finds and shows them."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.customers import exporting
from samphan.customers.models import Customer, Identity, Preference
from samphan.customers.names import NAME_COLUMNS, written_name
from samphan.customers.permissions import VIEW
from samphan.customers.reach import OWNED
from samphan.customers.search_documents import ENTITY
from samphan.platform.access import Reach, Viewer
from samphan.platform.catalogue import Label, Privacy
from samphan.platform.search.documents import among, document_ids, each_form
from samphan.platform.search.finding import CANDIDATES
from samphan.platform.search.query import Query
from samphan.platform.search.registry import Kind, Part, Record
from samphan.platform.search.registry import register as register_kind
from samphan.platform.search.text import normalise, search_line
from samphan.platform.thai.phones import format_phone, search_digits
from samphan.platform.thai.tax_ids import format_tax_id

MOST_BY_NAME = 60  # names that begin with the text; more are asked for only when more are shown
MOST_REACHED = 5_000  # customers within reach whose documents are all looked through: about 20 ms
RANGE_SCAN = 400  # rows of a range of sort keys that are looked at: marks make a range wider than its text

# Names in the order of the dictionary. The inner limits bound the work where few names of a range begin with the text.
_BY_NAME = """
    SELECT begins.id FROM unnest(%(lows)s::text[], %(highs)s::text[]) AS wanted(low, high) CROSS JOIN LATERAL (
        SELECT c.id, c.name, c.name_key FROM customers_customer c
         WHERE c.workspace_id = %(workspace)s AND c.deleted_at IS NULL
           AND c.name_key >= wanted.low AND c.name_key < wanted.high
         ORDER BY c.name_key, c.id LIMIT %(scan)s) AS begins
     WHERE lower(begins.name) LIKE %(beginning)s
     ORDER BY begins.name_key, begins.id LIMIT %(limit)s
"""
_PRIVACY = {
    Identity.Kind.MEMBER_NUMBER: Privacy.BUSINESS,
    Identity.Kind.EXTERNAL_ID: Privacy.BUSINESS,
}
_LABELS: dict[Identity.Kind, Label] = {
    Identity.Kind.LINE: _("LINE"),
    Identity.Kind.MEMBER_NUMBER: _("Member number"),
    Identity.Kind.EXTERNAL_ID: _("External id"),
    Identity.Kind.FACEBOOK: "Facebook",
}


def candidates(viewer: Viewer, query: Query, limit: int) -> list[UUID]:
    """Those whose names begin with the text, in order; where these are few, also all who hold its words anywhere.

    Who reaches few customers is given candidates among these: among everybody's, theirs would stand behind the limit.
    """
    if viewer.reach(OWNED) is not Reach.ALL:
        reached = list(Customer.objects.visible_to(viewer).values_list("pk", flat=True)[: MOST_REACHED + 1])
        if len(reached) <= MOST_REACHED:
            return among(viewer, ENTITY, query, reached)[:limit]
    if query.is_widened:
        if len(query.words) > 1:
            return document_ids(viewer, ENTITY, query, limit)
        return each_form(query, limit, lambda meant, share: _found(viewer, meant, share, share))
    # A palette shows a few; the page of one kind shows all that search gives.
    return _found(viewer, query, limit, MOST_BY_NAME if limit <= CANDIDATES else min(limit, RANGE_SCAN))


def _found(viewer: Viewer, query: Query, limit: int, most: int) -> list[UUID]:
    """At most `most` by the beginning of their names, and where there are fewer at most `limit` more."""
    found: list[UUID] = []
    ranges = query.name_ranges
    if ranges and not query.text.isdigit():
        with connection.cursor() as cursor:
            cursor.execute(
                _BY_NAME,
                {
                    "lows": [low for low, _high in ranges], "highs": [high for _low, high in ranges],
                    "workspace": viewer.workspace_id,
                    "scan": MOST_BY_NAME if len(ranges) > 1 or most < MOST_BY_NAME else RANGE_SCAN,
                    "beginning": query.beginning, "limit": most,
                },
            )  # fmt: skip
            found = [row[0] for row in cursor.fetchall()]
    if len(found) < most:
        found += [one for one in document_ids(viewer, ENTITY, query, limit) if one not in set(found)]
    return found


def present(viewer: Viewer, ids: Sequence[UUID]) -> list[Record]:
    """The customers whom the viewer may see."""
    rows = Customer.objects.visible_to(viewer).filter(pk__in=ids)
    return [
        Record(
            id=row["pk"], name=row["name"], key=row["name_key"], url=_detail(row["pk"]), look=row["kind"],
            calls=tuple(normalise(text) for text in (row["name"], row["nickname"], row["name_en"]) if text),
            shown=written_name(row),
        )
        for row in rows.values("pk", "name_key", "name_en", *NAME_COLUMNS)
    ]  # fmt: skip


def parts(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Part]]:
    """Everything by which these customers are found."""
    found: dict[UUID, list[Part]] = {}
    rows = Customer.objects.visible_to(viewer).filter(pk__in=ids)
    for pk, name, nickname, name_en, title, tax_id in rows.values_list(
        "pk", "name", "nickname", "name_en", "title", "tax_id"
    ):
        named = [Part(text, (search_line([text]),), Privacy.BUSINESS, True) for text in (name, name_en) if text]
        if nickname:
            named.insert(1, Part(nickname, (search_line([nickname]),), Privacy.BUSINESS, True, _("Nickname")))
        if title:
            named.append(Part(f"{title} {name}", (search_line([title]),), Privacy.BUSINESS))
        if tax_id:
            named.append(Part(format_tax_id(tax_id), (tax_id,), Privacy.PERSONAL, label=_("Tax id")))
        found[pk] = named
    identities = Identity.objects.filter(workspace_id=viewer.workspace_id, customer_id__in=list(found))
    for customer_id, kind, value in identities.order_by("position", "id").values_list("customer_id", "kind", "value"):
        privacy = _PRIVACY.get(Identity.Kind(kind), Privacy.CONTACT)
        is_phone = kind == Identity.Kind.PHONE
        forms = search_digits(value) if is_phone else (normalise(value),)
        shown = format_phone(value) if is_phone else value
        found[customer_id].append(
            Part(shown, forms, privacy, label=_LABELS.get(Identity.Kind(kind), ""), dial=value if is_phone else "")
        )
    preferences = Preference.objects.filter(customer_id__in=list(found)).standing(viewer)
    for customer_id, text in preferences.values_list("customer_id", "text"):
        found[customer_id].append(Part(text, (search_line([text]),), Privacy.PERSONAL, label=_("Preference")))
    return found


def _detail(customer_id: UUID) -> str:
    return reverse("customer-detail", args=[customer_id])


def _list_url(text: str) -> str:
    return f"{reverse('customer-list')}?{urlencode({'q': text})}"


def register() -> None:
    """Let search find customers, and exports search them as their list does."""
    exporting.register()
    register_kind(
        Kind(
            name="customer", label=_("Customers"), icon="users", permission=VIEW, order=10,
            candidates=candidates, present=present, parts=parts, list_url=_list_url,
            among=lambda viewer, query, ids: among(viewer, ENTITY, query, ids),
        )
    )  # fmt: skip

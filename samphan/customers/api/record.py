"""What a record shows beside its fields: the timeline, the history, with whom it is shared, what is covered."""

import html
import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from samphan.administration import sharing
from samphan.administration.middleware import MemberRequest
from samphan.customers import actions, covering, queries, timeline
from samphan.customers.api.parts import customer_of
from samphan.customers.models import Customer, Tag
from samphan.customers.permissions import DELETE, REVEAL, SHARE, VIEW
from samphan.customers.reach import OWNED
from samphan.platform.access import requires
from samphan.platform.api import problems
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.problems import invalid
from samphan.platform.api.schemas import CursorParams, Strict
from samphan.platform.api.walking import walk

router = Router()
problems.tells_fields(sharing.NobodyToShareWith, lambda refusal: [("member_ids", str(refusal))])


# The timeline


class EntryOut(Schema):
    """One thing that happened; `title` says who did what, `text` what stands under it, both in the reader's language."""

    id: UUID
    at: str
    kind: str = Field(..., description="Which of the filters shows it.")
    title: str
    text: str


class TimelinePage(Schema):
    """One page, the newest first."""

    data: list[EntryOut]
    next_cursor: str | None


class TimelineParams(Schema):
    """Which entries."""

    kind: str = Field("", max_length=40, description="Of one kind alone, by the `kind` of entries.")
    q: str = Field("", max_length=100, description="A text to search for.")
    limit: int = Field(timeline.PAGE_SIZE, ge=1, le=100)
    cursor: str = Field("", max_length=100)


@router.get(
    "/customers/{uuid:customer_id}/timeline",
    response=TimelinePage,
    operation_id="customers_timeline",
    summary=_("Timeline of a customer"),
)
@requires(VIEW)
def customer_timeline(request: MemberRequest, customer_id: UUID, params: Query[TimelineParams]) -> HttpResponse:
    """What every part of the product knows of a customer, as one stream: changes, orders, calls, visits, tasks, files."""
    customer = customer_of(request, customer_id)
    kinds = dict(timeline.filters_for(request.member))
    if params.kind and params.kind not in kinds:
        said = gettext("One of these is expected: %(expected)s.") % {"expected": ", ".join(kinds)}
        raise invalid("kind", said)
    page = timeline.page_of(
        request,
        customer.pk,
        before=_place(params.cursor),
        names=(params.kind,) if params.kind else (),
        text=params.q.strip(),
        size=params.limit,
    )
    found = [
        {"id": one.id, "at": one.at, "kind": one.kind, "title": _words(one.title), "text": _words(str(one.body))}
        for one in page.entries
    ]
    return answer(request, {"data": found, "next_cursor": str(page.older) if page.older else None})


def _place(cursor: str) -> timeline.Place | None:
    place = timeline.Place.read(cursor) if cursor else None
    if cursor and place is None:
        raise invalid("cursor", gettext("This cursor is damaged, or belongs to a list that is sorted otherwise."))
    return place


_FORM = re.compile(r"<(form|button|template|svg|time)\b.*?</\1>", re.DOTALL)


def _words(markup: str) -> str:
    """What a person reads of a piece of the screen, without what is clicked."""
    lines = html.unescape(strip_tags(_FORM.sub(" ", markup))).splitlines()
    return "\n".join(line for line in (" ".join(one.split()) for one in lines) if line)


# The history


class ItemOut(Schema):
    """One value that changed, in words; an empty text is nothing."""

    field: str
    label: str
    old: str
    new: str


class ChangeOut(Schema):
    """What one act did to the customer; `change` is what `POST /changes/{id}/undo` takes."""

    change: UUID | None
    at: str
    member: dict[str, Any] | None
    act: str
    is_undone: bool
    items: list[ItemOut]


class ChangesPage(Schema):
    """One page, the last act first."""

    data: list[ChangeOut]
    next_cursor: str | None


class HistoryParams(Schema):
    """Which acts."""

    limit: int = Field(30, ge=1, le=100)
    cursor: str = Field("", max_length=100)


@router.get(
    "/customers/{uuid:customer_id}/history",
    response=ChangesPage,
    operation_id="customers_history",
    summary=_("What was changed of a customer"),
)
@requires(VIEW)
def customer_history(request: MemberRequest, customer_id: UUID, params: Query[HistoryParams]) -> HttpResponse:
    """Who changed what from what to what, as far as the token's member may read it."""
    customer = customer_of(request, customer_id)
    found = queries.changes_before(customer, request.member, _place(params.cursor), params.limit + 1)
    shown = found[: params.limit]
    data = [
        {
            "change": one.changeset_id,
            "at": one.at,
            "member": {"id": one.member_id, "name": one.who} if one.member_id else None,
            "act": one.act,
            "is_undone": one.is_undone,
            "items": [
                {"field": item.field, "label": item.label, "old": item.old, "new": item.new} for item in one.items
            ],
        }
        for one in shown
    ]
    return answer(request, {"data": data, "next_cursor": str(shown[-1].place) if len(found) > len(shown) else None})


# With whom it is shared


class ShareOut(Schema):
    """A colleague or a team that sees a record because it is shared."""

    id: UUID
    name: str
    is_team: bool


class SharesOut(Schema):
    """With whom a record is shared, by name."""

    data: list[ShareOut]


class ShareIn(Strict):
    """With whom to share."""

    member_ids: list[UUID] = Field([], max_length=100)
    team_ids: list[UUID] = Field([], max_length=100)


class ShareManyIn(ShareIn):
    """What to share, and with whom."""

    ids: list[UUID] = Field(..., min_length=1, max_length=1_000)


class SharedOut(Schema):
    """How many customers somebody sees newly."""

    count: int


@router.get(
    "/customers/{uuid:customer_id}/shares",
    response=SharesOut,
    operation_id="shares_list",
    summary=_("With whom a customer is shared"),
)
@requires(SHARE)
def list_shares(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Colleagues and teams that see the customer though it is out of their reach."""
    return answer(request, _shares(request, customer_of(request, customer_id)))


@router.post(
    "/customers/{uuid:customer_id}/shares",
    response={201: SharesOut},
    operation_id="shares_create",
    summary=_("Share a customer"),
)
@requires(SHARE)
def share_customer(request: MemberRequest, customer_id: UUID, body: Body[ShareIn]) -> HttpResponse:
    """Let colleagues and teams see a customer; who sees it already keeps what they have."""
    customer = customer_of(request, customer_id)
    act, _count = actions.share_customers(
        [customer.pk], member_ids=body.member_ids, team_ids=body.team_ids, acting_member=request.member
    )
    return answer(request, _shares(request, customer), status=201, change=act)


@router.post(
    "/customers/share",
    response=SharedOut,
    operation_id="customers_share_many",
    summary=_("Share many customers"),
)
@requires(SHARE)
def share_customers(request: MemberRequest, body: Body[ShareManyIn]) -> HttpResponse:
    """Share up to 1,000 customers as one act."""
    act, count = actions.share_customers(
        body.ids, member_ids=body.member_ids, team_ids=body.team_ids, acting_member=request.member
    )
    return answer(request, {"count": count}, change=act)


@router.delete(
    "/customers/{uuid:customer_id}/shares/{uuid:share_id}",
    response={204: None},
    operation_id="shares_delete",
    summary=_("End a sharing"),
)
@requires(SHARE)
def end_sharing(request: MemberRequest, customer_id: UUID, share_id: UUID) -> HttpResponse:
    """Let a colleague or a team see the customer no longer, unless they reach it anyway."""
    customer = customer_of(request, customer_id)
    return nothing(change=actions.end_sharing(customer, share_id, acting_member=request.member))


def _shares(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    found = sharing.shared_with(request.member, OWNED, customer.pk)
    return {"data": [{"id": one.id, "name": one.name, "is_team": one.is_team} for one in found]}


# What is covered


class RevealIn(Strict):
    """What is to be shown: a field, or the id of a contact point or an address."""

    name: str = Field(..., min_length=1, max_length=63)


class RevealedOut(Schema):
    """One covered value as it is."""

    name: str
    label: str
    value: str


@router.post(
    "/customers/{uuid:customer_id}/reveal",
    response=RevealedOut,
    operation_id="customers_reveal",
    summary=_("Show a covered value"),
)
@requires(REVEAL)
def reveal(request: MemberRequest, customer_id: UUID, body: Body[RevealIn]) -> HttpResponse:
    """Show one value that is covered for the token's member; that it was shown stands in the audit trail."""
    customer = customer_of(request, customer_id)
    shown = covering.reveal(customer, body.name, acting_member=request.member)
    return answer(request, {"name": shown.name, "label": shown.label, "value": shown.shown})


# Tags, and what was deleted


class TagsOut(Schema):
    """Every tag that somebody gave to a customer, by name."""

    data: list[str]


@router.get("/tags", response=TagsOut, operation_id="tags_list", summary=_("List tags"))
@requires(VIEW)
def list_tags(request: MemberRequest) -> HttpResponse:
    """The tags of the company; one is made by giving it to somebody."""
    found = Tag.objects.filter(workspace_id=request.member.workspace_id).order_by("name")
    return answer(request, {"data": list(found.values_list("name", flat=True)[:5_000])})


class DeletedOut(Schema):
    """A customer who was deleted, and when."""

    id: UUID
    name: str
    deleted_at: str


class DeletedPage(Schema):
    """One page, the last deleted first."""

    data: list[DeletedOut]
    next_cursor: str | None


@router.get(
    "/deleted-customers",
    response=DeletedPage,
    operation_id="customers_deleted",
    summary=_("Deleted customers"),
)
@requires(DELETE)
def deleted_customers(request: MemberRequest, params: Query[CursorParams]) -> HttpResponse:
    """Those who can come back by `POST /customers/{id}/restoration`."""
    gone = Customer.objects.reached_by(request.member).filter(deleted_at__isnull=False)
    found, cursor = walk(gone, params, ("deleted_at", "pk"), descending=True)
    data = [{"id": one.pk, "name": one.name, "deleted_at": one.deleted_at} for one in found]
    return answer(request, {"data": data, "next_cursor": cursor})

"""Search, saved views, notifications, undo and exports."""

import tempfile
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from samphan.administration.api import lists
from samphan.administration.api.scopes import require_scope
from samphan.administration.lists import actions as view_actions
from samphan.administration.lists.views_kept import ordered
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Notification, SavedView
from samphan.administration.notifications import actions as told
from samphan.administration.notifications import queries as telling
from samphan.administration.undoing import undo_for
from samphan.platform import catalogue
from samphan.platform.access import requires
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.problems import invalid
from samphan.platform.api.schemas import CursorParams, QueryIn, Strict, UndoneOut
from samphan.platform.api.walking import walk
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset
from samphan.platform.exports import ExportRefused, NotAllowed, announce, exporting, stream_csv, write_xlsx
from samphan.platform.language import reader_language
from samphan.platform.lists import ListState
from samphan.platform.search.finding import search

router = Router()


def _whole() -> QueryIn:
    return QueryIn.model_validate({})


class HitOut(Schema):
    """A record that holds the text."""

    kind: str
    id: UUID
    name: str
    match: str
    note: str
    is_near: bool


class SearchOut(Schema):
    """What was found, kind by kind, the best first."""

    data: list[HitOut]
    corrected: str | None = Field(..., description="The text on the other keyboard, where only that found something.")


class SearchParams(Schema):
    """What to look for."""

    q: str = Field(..., min_length=1, max_length=200)
    kind: str = Field("", max_length=40, description="customer, order, product …; all by default.")
    limit: int = Field(10, ge=1, le=50, description="Of each kind.")


@router.get("/search", response=SearchOut, operation_id="search", summary=_("Search everything"), tags=["Search"])
@requires("signed_in")
def search_everything(request: MemberRequest, params: Query[SearchParams]) -> HttpResponse:
    """Records by any fragment of a name, number, phone or e-mail, Thai or English, also typed on the wrong keyboard."""
    found = search(params.q, viewer=request.member, limit_each=params.limit, only=params.kind)
    hits = [
        {
            "kind": hit.kind, "id": hit.id, "name": hit.shown or hit.name, "match": hit.match,
            "note": str(hit.note), "is_near": hit.is_near,
        }
        for hit in found.hits
    ]  # fmt: skip
    return answer(request, {"data": hits, "corrected": found.corrected or None})


# Saved views


class ViewOut(Schema):
    """A list that somebody gave a name."""

    id: UUID
    entity: str
    name: str
    shared: str
    is_pinned: bool
    is_own: bool
    state: dict[str, Any]


class ViewsOut(Schema):
    """The views that the member sees, in the order of their tabs."""

    data: list[ViewOut]


class ViewIn(Strict):
    """A list to keep under a name."""

    name: str = Field(..., min_length=1, max_length=80)
    entity: str = Field(..., max_length=50)
    query: QueryIn = Field(default_factory=_whole, description="What the list shows; `fields` are its columns.")
    shared: Literal["nobody", "teams", "everyone"] = "nobody"
    team_ids: list[UUID] = Field([], max_length=100)
    is_pinned: bool = False


@router.get("/views", response=ViewsOut, operation_id="views_list", summary=_("List saved views"), tags=["Views"])
@requires("signed_in")
def views(request: MemberRequest) -> HttpResponse:
    """One's own views, those of one's teams, and those for everybody."""
    return answer(request, {"data": [_view(one, request) for one in ordered(request.member)]})


@router.post("/views", response={201: ViewOut}, operation_id="views_create", summary=_("Save a view"), tags=["Views"])
@requires("signed_in")
def create_view(request: MemberRequest, body: Body[ViewIn]) -> HttpResponse:
    """Keep filters, columns and order under a name, for oneself, for teams or for everybody."""
    require_scope(request, "administration")
    state = _state(request, body)
    made = view_actions.save_view(
        state,
        name=body.name,
        shared=body.shared,
        team_ids=body.team_ids,
        is_pinned=body.is_pinned,
        acting_member=request.member,
    )
    found = next(one for one in ordered(request.member) if one.pk == made.pk)
    return answer(request, _view(found, request), status=201)


class ViewChanges(Strict):
    """What to write of a view; who may not change it may pin it all the same."""

    name: str | None = Field(None, min_length=1, max_length=80)
    query: QueryIn | None = Field(None, description="What the list shows from now on.")
    shared: Literal["nobody", "teams", "everyone"] | None = None
    team_ids: list[UUID] | None = Field(None, max_length=100)
    is_pinned: bool | None = None


@router.patch(
    "/views/{uuid:view_id}", response=ViewOut, operation_id="views_update", summary=_("Change a view"), tags=["Views"]
)
@requires("signed_in")
def change_view(request: MemberRequest, view_id: UUID, body: Body[ViewChanges]) -> HttpResponse:
    """Rename a view, share it anew, pin it, or let it show something else."""
    require_scope(request, "administration")
    found = _find_view(request, view_id)
    given = {name: getattr(body, name) for name in body.model_fields_set if getattr(body, name) is not None}
    wanted = given.pop("query", None)
    with changeset("administration.view_changed", member_id=request.member.pk) as act:
        if given:
            now = {
                "name": found.name,
                "shared": found.shared,
                "team_ids": found.team_ids,
                "is_pinned": bool(getattr(found, "pinned", False)),
            }
            if not view_actions.may_change(found, request.member) and set(given) != {"is_pinned"}:
                raise PermissionDenied
            view_actions.change_view(found, **{**now, **given}, acting_member=request.member)
        if wanted is not None:
            kind = lists.list_of(request, found.entity)
            state = lists.collection_of(kind).state(request.member, wanted)
            view_actions.update_view(found, state, acting_member=request.member)
    return answer(request, _view(_find_view(request, view_id), request), change=act)


class ViewOrderIn(Strict):
    """Ids in their order."""

    ids: list[UUID] = Field(..., max_length=500)


@router.put(
    "/views/order",
    response={204: None},
    operation_id="views_order",
    summary=_("Arrange one's views"),
    tags=["Views"],
)
@requires("signed_in")
def order_views(request: MemberRequest, body: Body[ViewOrderIn]) -> HttpResponse:
    """Put the tabs of one's views in an order; views that one cannot open are passed over."""
    require_scope(request, "administration")
    view_actions.order_views(body.ids, acting_member=request.member)
    return nothing()


def _find_view(request: MemberRequest, view_id: UUID) -> SavedView:
    found = next((one for one in ordered(request.member) if one.pk == view_id), None)
    if found is None:
        raise Http404
    return found


@router.delete(
    "/views/{uuid:view_id}",
    response={204: None},
    operation_id="views_delete",
    summary=_("Delete a view"),
    tags=["Views"],
)
@requires("signed_in")
def delete_view(request: MemberRequest, view_id: UUID) -> HttpResponse:
    """Take a view away from everybody who had it."""
    require_scope(request, "administration")
    found = _find_view(request, view_id)
    return nothing(change=view_actions.delete_view(found, acting_member=request.member))


def _state(request: MemberRequest, body: ViewIn) -> ListState:
    try:
        kind = lists.list_of(request, body.entity)
    except Http404:
        raise invalid("entity", gettext("There is no list of this name.")) from None
    return lists.collection_of(kind).state(request.member, body.query)


def _view(one: SavedView, request: MemberRequest) -> dict[str, Any]:
    return {
        "id": one.pk,
        "entity": one.entity,
        "name": one.name,
        "shared": one.shared,
        "is_pinned": bool(getattr(one, "pinned", False)),
        "is_own": one.owner_id == request.member.pk,
        "state": one.state,
    }


# Notifications


class NotificationOut(Schema):
    """Something that happened and concerns the member, in the language of the request."""

    id: UUID
    title: str
    body: str
    at: str
    is_read: bool


class NotificationPage(Schema):
    """One page, the newest first."""

    data: list[NotificationOut]
    next_cursor: str | None


@router.get(
    "/notifications",
    response=NotificationPage,
    operation_id="notifications_list",
    summary=_("List notifications"),
    tags=["Notifications"],
)
@requires("signed_in")
def notifications(request: MemberRequest, params: Query[CursorParams]) -> HttpResponse:
    """What the member was told, of the last 90 days; looking does not mark it as read."""
    mine = Notification.objects.filter(workspace_id=request.member.workspace_id, member_id=request.member.pk)
    rows, cursor = walk(mine, params, ("pk",), descending=True)
    lines = [
        {"id": one.id, "title": str(one.title), "body": str(one.body), "at": one.at, "is_read": one.is_read}
        for one in telling.lines_of(rows)
    ]
    return answer(request, {"data": lines, "next_cursor": cursor})


@router.post(
    "/notifications/read",
    response={204: None},
    operation_id="notifications_read",
    summary=_("Mark everything as read"),
    tags=["Notifications"],
)
@requires("signed_in")
def read_notifications(request: MemberRequest) -> HttpResponse:
    """Mark everything that the member was told as read."""
    told.read_all(request.member, at=timezone.now())
    return nothing()


# Undo


@router.post(
    "/changes/{uuid:change_id}/undo",
    response=UndoneOut,
    operation_id="changes_undo",
    summary=_("Undo an act"),
    tags=["Changes"],
)
@requires("signed_in")
def undo_change(request: MemberRequest, change_id: UUID) -> HttpResponse:
    """Take back an act that an answer named in `Samphan-Change`: one's own within 30 days, with the right others' too."""
    act = Changeset.objects.filter(workspace_id=request.member.workspace_id, pk=change_id).first()
    if act is not None:
        require_scope(request, act.kind.partition(".")[0])
    undone = undo_for(request.member, change_id)
    return answer(request, {"change": change_id, "kept": len(undone.kept)}, change=undone.changeset)


# Exports

CONTENT = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportIn(Strict):
    """What to export; columns are the query's `fields`, all that may be seen without them."""

    query: QueryIn = Field(default_factory=_whole)
    ids: list[UUID] | None = Field(None, max_length=50_000, description="These records alone, whatever the query says.")
    format: Literal["csv", "xlsx"] = "csv"


@router.post(
    "/exports/{entity}",
    response={200: bytes},
    operation_id="exports_create",
    summary=_("Export a list as CSV or Excel"),
    tags=["Exports"],
)
@requires("signed_in")
def export(request: MemberRequest, entity: str, body: Body[ExportIn]) -> HttpResponseBase:
    """The whole list as a file, with the headings and words of the screen; who took what is in the audit trail.

    CSV is streamed and begins at once, however long the list.
    """
    try:
        known = catalogue.entity(entity)
    except KeyError:
        raise Http404 from None
    asked = body.query
    try:
        made = exporting(
            known.name,
            viewer=request.member,
            file_format=body.format,
            fields=asked.fields or None,
            where={"version": asked.version, "where": asked.where} if asked.where else None,
            query=urlencode({"q": asked.q, "sort": ",".join(asked.sort)}),
            every_field=not asked.fields,
            zone=request.member.workspace.zone,
            record_ids=body.ids,
        )
    except NotAllowed:
        raise PermissionDenied from None
    except ExportRefused as refused:
        raise invalid("query.fields", str(refused)) from None
    era: Literal["be", "ce"] = "be" if request.member.workspace.era == "be" else "ce"
    if body.format == "csv":
        return StreamingHttpResponse(stream_csv(made, era=era), content_type=CONTENT["csv"])
    book = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  the answer closes it when it is sent
    announce(made, write_xlsx(book, made, era=era, language=reader_language()))
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename=f"{known.name}.xlsx", content_type=CONTENT["xlsx"])

"""Acts over lists of any kind: one field of many records, many cells of many records; in the background where it takes long."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Router, Schema
from pydantic import Field

from samphan.administration import jobs
from samphan.administration.lists import ListKind, acts
from samphan.administration.lists import kinds as list_kinds
from samphan.administration.lists.custom_editing import editing_of
from samphan.administration.lists.editing import CellEdit, Editing
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import ListAct
from samphan.platform import lists
from samphan.platform.access import requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer
from samphan.platform.api.problems import Error, Problem, invalid
from samphan.platform.api.records import Collection
from samphan.platform.api.schemas import QueryIn, Strict
from samphan.platform.errors import DomainError

router = Router(tags=["Lists"])
AT_ONCE = 1_000  # records that are written before the answer; more are written by a worker
MOST_CELLS = 1_000


def list_of(request: MemberRequest, entity: str) -> ListKind:
    """The list of an entity; Http404 for none, and for one that the member may not open."""
    found = next((one for one in list_kinds() if one.entity_name == entity), None)
    if found is None or not request.member.may(found.permission):
        raise Http404
    return found


def collection_of(kind: ListKind) -> Collection:
    """The records of a list."""
    return Collection(kind.entity_name, rows=kind.rows, entity_for=kind.entity)


def _editing(request: MemberRequest, kind: ListKind) -> Editing:
    editing = editing_of(kind, request.member)
    if editing is None:
        raise Problem(409, gettext("This list is read only."))
    if not request.member.may(editing.permission):
        raise PermissionDenied(editing.permission)
    return editing


class BulkIn(Strict):
    """One field of many records: those of `ids`, or all that `query` finds."""

    field: str = Field(..., min_length=1, max_length=63)
    value: str = Field("", max_length=20_000, description="As people type it; empty empties the field.")
    ids: list[UUID] = Field([], max_length=50_000)
    query: QueryIn | None = Field(None, description="All that match, instead of ids.")


class ActOut(Schema):
    """How far a change of many records is; `change` is what undoes it."""

    id: UUID
    entity: str
    field: str
    state: str
    total: int
    done: int
    changed: int
    change: UUID | None
    message: str


@router.post(
    "/lists/{entity}/bulk-edit",
    response={200: ActOut, 202: ActOut},
    operation_id="lists_edit_many",
    summary=_("Change a field of many records"),
)
@requires("signed_in")
def edit_many(request: MemberRequest, entity: str, body: Body[BulkIn]) -> HttpResponse:
    """Give many records one value. Up to 1,000 are written at once (200); for more a worker does it part by part (202)."""
    kind = list_of(request, entity)
    bulk = _editing(request, kind).bulk
    seen = kind.entity(request.member)
    if bulk is None or body.field not in bulk.fields or not seen.has_field(body.field):
        raise invalid("field", gettext("This field is not changed for many at once"))
    try:
        bulk.read(request.member, body.field, body.value)
    except DomainError as problem:
        raise invalid("value", str(problem)) from None
    ids = _meant(request, kind, body, bulk.most)
    act = acts.begin(kind.entity_name, body.field, body.value, ids, acting_member=request.member)
    if len(ids) > AT_ONCE:
        jobs.run_list_act.enqueue(once=f"list-act:{act.pk}", act_id=act.pk, workspace_id=act.workspace_id)
        return answer(request, _act(act), status=202, location=f"{BASE}list-acts/{act.pk}")
    acts.carry_out(act.pk, request.member)
    act.refresh_from_db()
    return answer(request, _act(act), change=act.changeset_id if act.changed_count else None)


def _meant(request: MemberRequest, kind: ListKind, body: BulkIn, most: int) -> list[UUID]:
    rows = kind.rows(request.member)
    if body.query is None:
        found = list(rows.filter(pk__in=body.ids).values_list("pk", flat=True)) if body.ids else []
    elif body.ids:
        raise invalid("ids", gettext("Name either ids or a query."))
    else:
        state = collection_of(kind).state(request.member, body.query)
        narrowed = lists.narrow(
            rows, state, request.member, now=timezone.now(), zone=request.member.workspace.zone
        )  # fmt: skip
        found = list(narrowed.values_list("pk", flat=True)[: most + 1])
    if len(found) > most:
        raise invalid("query", gettext("At most %(max_length)s of these at once.") % {"max_length": f"{most:,}"})
    if not found:
        raise invalid("ids", gettext("Nothing is selected."))
    return found


@router.get("/list-acts/{uuid:act_id}", response=ActOut, operation_id="list_acts_get", summary=_("How far a change is"))
@requires("signed_in")
def get_act(request: MemberRequest, act_id: UUID) -> HttpResponse:
    """A change of many records that one began oneself."""
    return answer(request, _act(_find(request, act_id)))


@router.post(
    "/list-acts/{uuid:act_id}/cancellation",
    response=ActOut,
    operation_id="list_acts_cancel",
    summary=_("Stop a change"),
)
@requires("signed_in")
def cancel_act(request: MemberRequest, act_id: UUID) -> HttpResponse:
    """End it after the part that runs; what is done stays and can be undone."""
    acts.cancel(_find(request, act_id).pk, acting_member=request.member)
    return answer(request, _act(_find(request, act_id)))


def _find(request: MemberRequest, act_id: UUID) -> ListAct:
    own = ListAct.objects.filter(workspace_id=request.member.workspace_id, member_id=request.member.pk)
    found = own.filter(pk=act_id).first()
    if found is None:
        raise Http404
    return found


def _act(act: ListAct) -> dict[str, Any]:
    return {
        "id": act.pk,
        "entity": act.entity,
        "field": act.field,
        "state": act.state,
        "total": len(act.record_ids),
        "done": act.done_count,
        "changed": act.changed_count,
        "change": act.changeset_id,
        "message": act.message,
    }


class CellIn(Strict):
    """One field of one record."""

    id: UUID
    field: str = Field(..., min_length=1, max_length=63)
    value: str = Field("", max_length=20_000)


class CellsIn(Strict):
    """Cells to write, all or none; the next cell of a record rests on the last."""

    cells: list[CellIn] = Field(..., min_length=1, max_length=MOST_CELLS)


class CellsOut(Schema):
    """How many cells hold another value now."""

    changed: int


@router.post("/lists/{entity}/cells", response=CellsOut, operation_id="lists_edit_cells", summary=_("Write many cells"))
@requires("signed_in")
def edit_cells(request: MemberRequest, entity: str, body: Body[CellsIn]) -> HttpResponse:
    """Different values of different records as one act, as pasting into the list does."""
    kind = list_of(request, entity)
    editing, seen = _editing(request, kind), kind.entity(request.member)
    closed = [
        place
        for place, cell in enumerate(body.cells)
        if cell.field not in editing.fields or not seen.has_field(cell.field)
    ]
    if closed:
        said = gettext("This column is not edited in the list")
        raise Problem(422, errors=[Error(f"cells[{place}].field", said) for place in closed])
    edits = [CellEdit(cell.id, cell.field, cell.value) for cell in body.cells]
    cells = editing.cells(request.member)
    plan = cells.plan(edits)
    if plan.troubles:
        places = {(edit.record_id, edit.field): place for place, edit in enumerate(edits)}
        raise Problem(
            422,
            errors=[Error(f"cells[{places[one.record_id, one.field]}]", one.message) for one in plan.troubles],
        )
    act, changed = editing.cells(request.member).write(edits)
    return answer(request, {"changed": changed}, change=act if changed else None)

"""Files on their way in: sent, mapped, checked, carried out, taken back."""

import shutil
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from samphan.administration import audit
from samphan.administration.middleware import MemberRequest
from samphan.administration.views.import_parts import allowed_kinds, find_batch
from samphan.administration.views.imports import begin_check
from samphan.platform.access import requires
from samphan.platform.api import BASE
from samphan.platform.api.answers import answer
from samphan.platform.api.problems import Problem, invalid
from samphan.platform.api.schemas import CursorParams, Strict
from samphan.platform.api.walking import walk
from samphan.platform.imports import actions, engine, fetching, jobs
from samphan.platform.imports.kinds import kind as kind_named
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.imports.reading import FileProblem, FileShape
from samphan.platform.imports.sheet_links import BadLink

router = Router(tags=["Imports"])
State = ImportBatch.State


class ImportOut(Schema):
    """A file on its way in, and how far it has come."""

    id: UUID
    kind: str
    state: str
    file_name: str
    headings: list[str]
    columns: dict[str, str]
    keys: list[str]
    existing: str
    rows: int
    rows_done: int
    created: int
    updated: int
    skipped: int
    errors: int
    failure: str | None
    created_at: str


class ImportPage(Schema):
    """One page of imports, the newest first."""

    data: list[ImportOut]
    next_cursor: str | None


class MappingIn(Strict):
    """Which column fills which field."""

    columns: dict[str, str] = Field(
        ..., max_length=500, description="Field name by heading; empty leaves a column out."
    )
    keys: list[str] = Field([], max_length=10, description="Fields that decide who is known.")
    existing: Literal["file", "fill", "new"] | None = None


class RowProblemOut(Schema):
    """A cell that did not pass."""

    row: int
    column: str
    code: str
    reason: str
    rejects: bool


class RowProblemPage(Schema):
    """One page of problems, in the order of the file."""

    data: list[RowProblemOut]
    next_cursor: str | None


class UploadIn(Schema):
    """What is in the file."""

    kind: str = Field("", max_length=32, description="customers, orders, products …; without it Samphan looks.")


@router.get("/imports", response=ImportPage, operation_id="imports_list", summary=_("List imports"))
@requires("signed_in")
def list_imports(request: MemberRequest, params: Query[CursorParams]) -> HttpResponse:
    """Imports of the kinds that the token may bring in."""
    names = [one.name for one in allowed_kinds(request.member)]
    rows = ImportBatch.objects.filter(workspace_id=request.member.workspace_id, kind__in=names)
    found, cursor = walk(rows, params, ("pk",), descending=True)
    return answer(request, {"data": [_batch(one) for one in found], "next_cursor": cursor})


@router.post("/imports", response={201: ImportOut}, operation_id="imports_create", summary=_("Send a file"))
@requires("signed_in")
def create_import(request: MemberRequest, file: File[UploadedFile], form: Form[UploadIn]) -> HttpResponse:
    """Send a CSV or Excel file as the part `file` of a form; a mapping is suggested, nothing is written yet."""
    allowed = allowed_kinds(request.member)
    if form.kind and form.kind not in {one.name for one in allowed}:
        raise invalid("kind", gettext("Files of this kind cannot be brought in."))

    def write(path: Path) -> None:
        with path.open("wb") as target:
            shutil.copyfileobj(file, target, 2**20)

    try:
        batch = actions.take_file(
            write,
            file_name=file.name or "file",
            kind_name=form.kind or None,
            member_id=request.member.pk,
            kinds_allowed=allowed,
            remembers=True,
        )
    except FileProblem as problem:
        raise Problem(422, str(problem), code="file") from None
    return answer(request, _batch(batch), status=201, location=f"{BASE}imports/{batch.pk}")


@router.get("/imports/{uuid:batch_id}", response=ImportOut, operation_id="imports_get", summary=_("One import"))
@requires("signed_in")
def get_import(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """How far an import has come; ask again until its state is `checked`, `done` or `failed`."""
    return answer(request, _batch(find_batch(request.member, batch_id)))


@router.put(
    "/imports/{uuid:batch_id}/mapping", response=ImportOut, operation_id="imports_map", summary=_("Map the columns")
)
@requires("signed_in")
def map_import(request: MemberRequest, batch_id: UUID, body: Body[MappingIn]) -> HttpResponse:
    """Choose which column fills which field, before the import is carried out."""
    batch = _open(request, batch_id)
    actions.set_mapping(batch, columns=body.columns, keys=body.keys, existing=body.existing)
    if batch.state == State.CHECKED:
        batch.state = State.UPLOADED
        batch.save(update_fields=["state"])
    return answer(request, _batch(batch))


@router.post(
    "/imports/{uuid:batch_id}/check", response={202: ImportOut}, operation_id="imports_check", summary=_("Check a file")
)
@requires("signed_in")
def check_import(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Read the whole file and say what would come in and what does not pass; writes no record."""
    batch = _open(request, batch_id)
    begin_check(batch)
    return answer(request, _batch(batch), status=202)


@router.get(
    "/imports/{uuid:batch_id}/problems",
    response=RowProblemPage,
    operation_id="imports_problems",
    summary=_("What did not pass"),
)
@requires("signed_in")
def import_problems(request: MemberRequest, batch_id: UUID, params: Query[CursorParams]) -> HttpResponse:
    """The cells that did not pass a check or a run, with the reason of each."""
    batch = find_batch(request.member, batch_id)
    found, cursor = walk(ImportProblem.objects.filter(batch=batch), params, ("row", "pk"))
    shown = [
        {"row": one.row, "column": one.column, "code": one.code, "reason": str(one.reason), "rejects": one.rejects}
        for one in found
    ]
    return answer(request, {"data": shown, "next_cursor": cursor})


@router.post(
    "/imports/{uuid:batch_id}/run",
    response={202: ImportOut},
    operation_id="imports_run",
    summary=_("Carry out an import"),
)
@requires("signed_in")
def run_import(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Write what the file holds, or go on with a run that stopped."""
    batch = find_batch(request.member, batch_id)
    if batch.started_at is None:
        if batch.state != State.CHECKED:
            raise CannotImport(gettext("Check the file first."))
        engine.start(batch)
    else:
        engine.go_on(batch)
    jobs.run_import.enqueue(batch_id=batch.pk, workspace_id=batch.workspace_id)
    return answer(request, _batch(batch), status=202, change=batch.pk)


@router.post(
    "/imports/{uuid:batch_id}/undo",
    response={202: ImportOut},
    operation_id="imports_undo",
    summary=_("Take an import back"),
)
@requires("signed_in")
def undo_import(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Take back everything that an import brought; what was changed later stays."""
    batch = find_batch(request.member, batch_id)
    engine.start_undo(batch)
    jobs.undo_import.enqueue(batch_id=batch.pk, workspace_id=batch.workspace_id, member_id=request.member.pk)
    return answer(request, _batch(batch), status=202)


class LinkIn(Strict):
    """A sheet behind a link."""

    url: str = Field(..., min_length=1, max_length=2_000, examples=["https://docs.google.com/spreadsheets/d/…"])
    kind: str = Field("", max_length=32, description="As with a file.")


class ReadingIn(Strict):
    """How a file is read."""

    kind: str | None = Field(None, max_length=32)
    sheet: str | None = Field(None, max_length=200)
    encoding: str | None = Field(None, max_length=40)
    separator: str | None = Field(None, max_length=5)
    header_row: int | None = Field(None, ge=1, le=1000)


class SheetIn(Strict):
    """Another sheet of the same workbook."""

    sheet: str = Field(..., min_length=1, max_length=200)


@router.post(
    "/imports/links", response={202: ImportOut}, operation_id="imports_fetch", summary=_("Fetch a sheet by its link")
)
@requires("signed_in")
def fetch_sheet(request: MemberRequest, body: Body[LinkIn]) -> HttpResponse:
    """Have a worker fetch a published sheet; from then on it is as a file that was sent."""
    allowed = allowed_kinds(request.member)
    if body.kind and body.kind not in {one.name for one in allowed}:
        raise invalid("kind", gettext("Files of this kind cannot be brought in."))
    try:
        batch = fetching.begin(
            body.url, kind_name=body.kind or None, member_id=request.member.pk, kinds_allowed=allowed
        )
    except BadLink as problem:
        raise invalid("url", str(problem)) from None
    jobs.fetch_sheet.enqueue(batch_id=batch.pk, workspace_id=batch.workspace_id)
    return answer(request, _batch(batch), status=202, location=f"{BASE}imports/{batch.pk}")


@router.put(
    "/imports/{uuid:batch_id}/reading",
    response=ImportOut,
    operation_id="imports_read",
    summary=_("Say how a file is read"),
)
@requires("signed_in")
def read_import(request: MemberRequest, batch_id: UUID, body: Body[ReadingIn]) -> HttpResponse:
    """Another sheet, encoding, separator or row of the headings, or another kind; the mapping is suggested anew."""
    batch = _open(request, batch_id)
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    wanted = given.pop("kind", batch.kind)
    if wanted not in {one.name for one in allowed_kinds(request.member)}:
        raise invalid("kind", gettext("Files of this kind cannot be brought in."))
    try:
        if given:
            actions.reread(batch, formats=given)
    except FileProblem as problem:
        raise Problem(422, str(problem), code="file") from None
    if wanted != batch.kind:
        actions.change_kind(batch, wanted)
    return answer(request, _batch(batch))


@router.post(
    "/imports/{uuid:batch_id}/next",
    response={201: ImportOut},
    operation_id="imports_next",
    summary=_("Go on with another sheet"),
)
@requires("signed_in")
def next_sheet(request: MemberRequest, batch_id: UUID, body: Body[SheetIn]) -> HttpResponse:
    """Bring in another sheet of the same workbook without sending it again."""
    fresh = actions.take_next_sheet(
        find_batch(request.member, batch_id),
        body.sheet,
        member_id=request.member.pk,
        kinds_allowed=allowed_kinds(request.member),
    )
    return answer(request, _batch(fresh), status=201, location=f"{BASE}imports/{fresh.pk}")


@router.post(
    "/imports/{uuid:batch_id}/cancellation",
    response=ImportOut,
    operation_id="imports_cancel",
    summary=_("Stop a check or an import"),
)
@requires("signed_in")
def cancel_import(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """End it after the piece that runs; what came in stays until it is undone."""
    batch = find_batch(request.member, batch_id)
    if not engine.cancel(batch):
        raise CannotImport(gettext("There is nothing to cancel: the work has ended."))
    batch.refresh_from_db()
    return answer(request, _batch(batch))


@router.get(
    "/imports/{uuid:batch_id}/rejects",
    response={200: bytes},
    operation_id="imports_rejects",
    summary=_("The rows that did not pass"),
)
@requires("signed_in")
def rejects(request: MemberRequest, batch_id: UUID) -> HttpResponseBase:
    """The rows that did not pass as a CSV, with the reason, to mend and send again."""
    batch = find_batch(request.member, batch_id)
    path = engine.write_rejects(batch) if batch.shape else None
    if path is None:
        raise Http404
    audit.record("administration.rejects_downloaded", viewer=request.member, kind=batch.kind, rows=batch.errors)
    return FileResponse(
        Path(path).open("rb"), as_attachment=True, filename="rejects.csv", content_type="text/csv; charset=utf-8"
    )


def _open(request: MemberRequest, batch_id: UUID) -> ImportBatch:
    batch = find_batch(request.member, batch_id)
    if batch.started_at is not None or not batch.shape:
        raise CannotImport(gettext("This import was carried out already."))
    return batch


def _batch(one: ImportBatch) -> dict[str, Any]:
    headings = FileShape.from_dict(one.shape).headings if one.shape else ()
    counts = ("rows", "rows_done", "created", "updated", "skipped", "errors")
    return {
        "id": one.pk,
        "kind": one.kind,
        "state": one.state,
        "file_name": one.file_name,
        "headings": list(headings),
        "columns": one.mapping.get("columns", {}),
        "keys": one.mapping.get("keys") or [],
        "existing": one.mapping.get("existing") or kind_named(one.kind).existing[0],
        **{name: getattr(one, name) for name in counts},
        "failure": one.failure or None,
        "created_at": one.created_at,
    }

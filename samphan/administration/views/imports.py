"""Imports: a file, how it is read, which column is which, a check, and the run; each step survives a closed page."""

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from samphan.administration import audit
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.administration.views import import_check_parts as checks
from samphan.administration.views import import_parts as parts
from samphan.platform.access import requires
from samphan.platform.imports import actions, engine, fetching, fixing, jobs, looking
from samphan.platform.imports.actions import BadMapping
from samphan.platform.imports.correcting import correct_cell
from samphan.platform.imports.fixes import Fix
from samphan.platform.imports.kinds import ImportKind, kind
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import FileProblem, FileShape
from samphan.platform.imports.sheet_links import BadLink
from samphan.ui.toasts import toast

State = ImportBatch.State
ON_A_PAGE = 50
STALLED_SECONDS = 240  # longer than a sheet may take


@requires("signed_in")
@require_http_methods(["GET", "POST"])
def import_list(request: MemberRequest) -> HttpResponse:
    """All imports of the company, newest first; a POST with a file begins one."""
    allowed = parts.allowed_kinds(request.member)
    if request.method == "GET":
        return _list(request)
    if "link" in request.POST:
        return _take_link(request, allowed)
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        return _list(request, error=_("Choose a file first."))
    limit = settings.ENVIRONMENT.max_upload_bytes
    if (upload.size or 0) > limit:
        size, most = -(-(upload.size or 0) // 2**20), limit // 2**20
        return _list(
            request, error=_("The file has %(size)s MB; the most is %(limit)s MB.") % {"size": size, "limit": most}
        )

    def write(path: Path) -> None:
        with path.open("wb") as target:
            shutil.copyfileobj(upload, target, 2**20)

    def take(formats: dict[str, Any] | None = None) -> ImportBatch:
        upload.seek(0)
        wanted = request.POST.get("kind") or None
        return actions.take_file(
            write,
            file_name=upload.name or "file",
            kind_name=wanted if wanted in {one.name for one in allowed} else None,
            member_id=request.member.id,
            formats=formats,
            kinds_allowed=allowed,
            remembers=True,
        )

    try:
        try:
            batch = take()
        except FileProblem as problem:
            if "repair" not in problem.values:
                raise
            # Letters garbled by an earlier export can be mended while reading; the second step shows the outcome.
            batch = take({"encoding": problem.values["repair"]})
            batch.shape = {**batch.shape, "ambiguous": [*batch.shape["ambiguous"], "encoding"]}
            batch.save(update_fields=["shape"])
    except FileProblem as problem:
        return _list(request, error=str(problem))
    return _go(request, parts.current_url(batch))


def _take_link(request: MemberRequest, allowed: list[ImportKind]) -> HttpResponse:
    wanted, link = request.POST.get("kind", ""), request.POST["link"].replace("\0", "")
    try:
        batch = fetching.begin(
            link,
            kind_name=wanted if wanted in {one.name for one in allowed} else None,
            member_id=request.member.id,
            kinds_allowed=allowed,
        )
    except BadLink as problem:
        return _list(request, link=link, link_error=str(problem))
    jobs.fetch_sheet.enqueue(batch_id=batch.pk, workspace_id=batch.workspace_id)
    return _go(request, reverse("import-fetch", args=[batch.pk]))


def _list(request: MemberRequest, *, error: str = "", link: str = "", link_error: str = "") -> HttpResponse:
    allowed = parts.allowed_kinds(request.member)
    batches = _visible(request.member)
    before = request.GET.get("before", "")
    if before:
        try:
            batches = batches.filter(id__lt=UUID(before))
        except ValueError:
            raise Http404 from None
    shown = list(batches[: ON_A_PAGE + 1])
    people = {member.id: member.name for member in Member.objects.filter(workspace_id=request.member.workspace_id)}
    context = {
        "place": "imports",
        "rows": [
            {
                "batch": batch,
                "url": reverse("import-detail", args=[batch.pk]),
                "kind": kind(batch.kind).label,
                "who": people.get(batch.member_id, "") if batch.member_id else "",
                "rows": batch.rows or batch.shape.get("approximate_rows"),
                "tone": TONES[batch.state],
            }
            for batch in shown[:ON_A_PAGE]
        ],
        "more": str(shown[ON_A_PAGE - 1].pk) if len(shown) > ON_A_PAGE else "",
        "error": error,
        "link": link,
        "link_error": link_error,
        "limit": settings.ENVIRONMENT.max_upload_bytes // 2**20,
        "kind_options": [(one.name, one.label) for one in allowed],
        "kind_wanted": request.GET.get("kind", ""),
        "sample": "customers" if "customers" in {one.name for one in allowed} and not before else "",
    }
    return render(request, "administration/imports/list.html", context, status=422 if error or link_error else 200)


TONES: dict[str, str] = {
    State.FETCHING: "blue",
    State.UPLOADED: "slate",
    State.CHECKING: "blue",
    State.CHECKED: "violet",
    State.RUNNING: "blue",
    State.DONE: "green",
    State.FAILED: "rose",
    State.CANCELLED: "amber",
    State.UNDOING: "blue",
    State.UNDONE: "slate",
}


def _visible(member: Member) -> QuerySet[ImportBatch]:
    names = [one.name for one in parts.allowed_kinds(member)]
    return ImportBatch.objects.filter(workspace_id=member.workspace_id, kind__in=names).order_by("-id")


@requires("signed_in")
@require_GET
def import_detail(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """To the step at which this import stands."""
    return redirect(parts.current_url(parts.find_batch(request.member, batch_id)))


@requires("signed_in")
@require_http_methods(["GET", "POST"])
def import_fetch(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """The sheet of a link while it is fetched, and why it could not be had; a POST asks for it once more."""
    batch = parts.find_batch(request.member, batch_id)
    if request.method == "POST":
        fetching.again(batch)
        jobs.fetch_sheet.enqueue(batch_id=batch.pk, workspace_id=batch.workspace_id)
        return _go(request, reverse("import-fetch", args=[batch.pk]))
    if batch.shape:
        return _go(request, parts.current_url(batch))
    if request.htmx and batch.state != State.FETCHING:
        return _go(request, reverse("import-fetch", args=[batch.pk]))  # the page asked whether it has ended: it has
    context = {**parts.page(batch, 1), "is_stalled": engine.is_stalled(batch, seconds=STALLED_SECONDS)}
    return render(request, "administration/imports/fetch.html" + ("#fetching" if request.htmx else ""), context)


@requires("signed_in")
@require_http_methods(["GET", "POST"])
def import_sheet(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Step 2: the sheet, the encoding, the separator and the row of the headings, with the first rows as read so."""
    batch = parts.find_batch(request.member, batch_id)
    _still_open(batch)
    error = ""
    if request.method == "POST":
        wanted = request.POST
        shape = FileShape.from_dict(batch.shape)
        formats: dict[str, Any] = {}
        if shape.kind == "csv":
            formats["encoding"] = wanted.get("encoding") or shape.encoding
            separator = wanted.get("separator", "")
            formats["separator"] = {"Tab": "\t"}.get(separator, separator) or shape.separator
        else:
            formats["sheet"] = wanted.get("sheet") or shape.sheet
            if "asks_sheets" in wanted and formats["sheet"] == shape.sheet:
                formats["sheets"] = [name for name in wanted.getlist("sheets") if name in shape.sheets]
        row = wanted.get("header_row", "").strip()
        same_sheet = shape.kind == "csv" or formats["sheet"] == shape.sheet
        if row.isascii() and row.isdecimal() and 0 < int(row) <= 1000 and same_sheet:
            formats["header_row"] = int(row)
        now = {**{name: getattr(shape, name, None) for name in formats}, "sheets": list(shape.also)}
        changed = any(now[name] != value for name, value in formats.items())
        try:
            if changed:
                actions.reread(batch, formats=formats)
        except FileProblem as problem:
            error = str(problem)
        wanted_kind = wanted.get("kind", "")
        if not error and wanted_kind != batch.kind and wanted_kind in _kind_names(request.member):
            actions.change_kind(batch, wanted_kind)
        if not error and wanted.get("next"):
            batch.mapping = {**batch.mapping, "settled": True}
            batch.shape = {**batch.shape, "ambiguous": []}
            batch.save(update_fields=["mapping", "shape"])
            return _go(request, reverse("import-mapping", args=[batch.pk]))
    context = {
        **parts.page(batch, 2),
        **parts.sheet_context(batch),
        "error": error,
        "kind_options": _kind_options(request.member),
    }
    template = "administration/imports/sheet.html" + ("#sheet" if request.htmx else "")
    return render(request, template, context, status=422 if error else 200)


@requires("signed_in")
@require_http_methods(["GET", "POST"])
def import_mapping(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Step 3: which column is which field. Every change is kept as a draft; the last one goes on to the check."""
    batch = parts.find_batch(request.member, batch_id)
    _still_open(batch)
    row = request.POST.get("row") or request.GET.get("row") or "0"
    position = int(row) if row.isascii() and row.isdecimal() and len(row) < 4 else 0
    errors: dict[str, str] = {}
    if request.method == "POST":
        if request.POST.get("afresh"):
            actions.start_afresh(batch)
            return _go(request, reverse("import-mapping", args=[batch.pk]))
        wanted_kind = request.POST.get("kind", "")
        if wanted_kind and wanted_kind != batch.kind and wanted_kind in _kind_names(request.member):
            actions.change_kind(batch, wanted_kind)
        else:
            errors = _take_mapping(request, batch)
        if request.POST.get("next") and not errors:
            missing = parts.mapping_context(batch)["missing"]
            if not missing:
                begin_check(batch)
                return _go(request, reverse("import-check", args=[batch.pk]))
            errors[""] = _("Map a column to %(field)s first.") % {"field": missing[0]}
    context = {
        **parts.page(batch, 3),
        **parts.mapping_context(batch, row=position, errors=errors),
        "error": errors.get("", ""),
        "row": position,
        "kind_options": _kind_options(request.member),
        "is_draft_kept": request.method == "POST" and not errors,
    }
    template = "administration/imports/mapping.html" + ("#mapping" if request.htmx else "")
    return render(request, template, context, status=422 if errors else 200)


def _take_mapping(request: MemberRequest, batch: ImportBatch) -> dict[str, str]:
    """Keep the posted mapping; returns problems by heading, "" for the whole, and then keeps nothing."""
    shape = FileShape.from_dict(batch.shape)
    chosen = kind(batch.kind)
    columns = {heading: request.POST.get(f"column-{index}", "") for index, heading in enumerate(shape.headings)}
    used: dict[str, str] = {}
    errors: dict[str, str] = {}
    for heading, name in columns.items():
        if name and name in used and name not in chosen.repeatable:
            errors[heading] = _("“%(column)s” fills this field already.") % {"column": used[name]}
        used[name] = heading
    if errors:
        looking.look(batch)  # keeps its answer with the batch, before the choice that is only shown again
        batch.mapping = {**batch.mapping, "columns": {heading: name for heading, name in columns.items() if name}}
        return errors
    keys = [name for name in request.POST.getlist("keys") if name in chosen.possible_keys and name in used]
    formats: dict[str, Any] = {}
    for index, heading in enumerate(shape.headings):
        answers = {
            name: request.POST[f"{name}-{index}"]
            for name, choices in (("order", ("dmy", "mdy")), ("era", ("be", "ce")))
            if request.POST.get(f"{name}-{index}") in choices
        }
        if answers:
            formats[heading] = answers
    decided = ("columns", "keys", "existing", "formats", "fill_down")
    before = {name: batch.mapping.get(name) for name in decided}
    try:
        actions.set_mapping(
            batch,
            columns=columns,
            keys=keys,
            existing=request.POST.get("existing") or None,
            formats=formats,
            fill_down="fill_down" in request.POST if "asks_fill_down" in request.POST else None,
        )
    except BadMapping as problem:
        return {"": str(problem)}
    after = {name: batch.mapping.get(name) for name in decided}
    if after != before and batch.state != State.UPLOADED:
        # What was checked was another mapping. The job that still checks sees it at its next piece.
        batch.state = State.UPLOADED
        batch.save(update_fields=["state"])
    return {}


def begin_check(batch: ImportBatch) -> None:
    """Queue a check, unless one of this very mapping is under way or done."""
    if batch.state in (State.CHECKING, State.CHECKED):
        return
    batch.rows = batch.rows_done = batch.created = batch.updated = batch.skipped = batch.errors = 0
    batch.state, batch.failure, batch.result, batch.heartbeat_at = State.CHECKING, "", {}, timezone.now()
    batch.save()
    jobs.check_import.enqueue(batch_id=batch.pk, workspace_id=batch.workspace_id)


@requires("signed_in")
@require_http_methods(["GET", "POST"])
def import_check(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Step 4: what would come in, what does not pass, and the cells to mend in place. A POST checks anew."""
    batch = parts.find_batch(request.member, batch_id)
    _still_open(batch)
    if request.method == "POST":
        if batch.state != State.CHECKING:
            batch.state = State.UPLOADED
        begin_check(batch)
        return _go(request, reverse("import-check", args=[batch.pk]))
    if batch.state == State.UPLOADED:
        return redirect("import-mapping", batch.pk)
    context: dict[str, Any] = {**parts.page(batch, 4), "progress": parts.progress_context(batch)}
    if batch.state == State.CHECKED:
        after = request.GET.get("after", "0")
        context |= checks.check_context(
            batch,
            group=_group(request.GET.get("group", "")),
            after=int(after) if after.isascii() and after.isdecimal() and len(after) < 11 else 0,
        )
    if request.htmx and batch.state != State.CHECKING:
        return _go(request, reverse("import-check", args=[batch.pk]))  # the page asked whether it has ended: it has
    template = "administration/imports/check.html" + ("#checking" if request.htmx else "")
    return render(request, template, context)


@requires("signed_in")
@require_POST
def import_row(request: MemberRequest, batch_id: UUID, row: int) -> HttpResponse:
    """Type a cell of a row anew; the row is checked again at once."""
    batch = parts.find_batch(request.member, batch_id)
    _still_open(batch)
    order = FileShape.from_dict(batch.shape).headings
    try:
        heading = order[int(request.POST["column"])]
        headings = [order[int(index)] for index in request.POST.get("columns", "").split(",") if index]
    except (KeyError, ValueError, IndexError):
        raise Http404 from None
    before = list(batch.problems.filter(row=row).order_by("id"))
    problems = correct_cell(batch, row, heading, request.POST.get("value", ""))
    if not request.htmx:
        return redirect(f"{reverse('import-check', args=[batch.pk])}?after={row - 1}")
    checked = checks.checked_row(batch, row, problems, headings or [heading], list(before[0].cells))
    context = {
        **parts.page(batch, 4),
        **checks.check_context(batch, group=_group(request.POST.get("group", ""))),
        "checked": checked,
        "is_answer": True,
    }
    return render(request, "administration/imports/check.html#row_answer", context)


@requires("signed_in")
@require_POST
def import_fix(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """One fix for all rows of a kind of problem; dates that were explained have the whole file checked again."""
    batch = parts.find_batch(request.member, batch_id)
    _still_open(batch)
    given = {name: request.POST.get(name, "").replace("\0", "") for name in ("column", "code", "do", "old", "new")}
    order = FileShape.from_dict(batch.shape).headings
    place = given["column"]
    if place and not (place.isascii() and place.isdecimal() and len(place) < 6 and int(place) < len(order)):
        raise Http404
    column = order[int(place)] if place else ""
    here = reverse("import-check", args=[batch.pk])
    count: int | None = None
    if given["do"] in ("order", "era") and given["new"]:
        fixing.set_date_format(batch, column, given["do"], given["new"])
    elif given["do"] == "value" and not given["new"]:
        return _go(request, here)  # nothing chosen
    else:
        fix = Fix(column, given["code"], given["do"], given["old"], given["new"])
        count = fixing.apply_fix(batch, fix)
    if count is None:
        begin_check(batch)
        return _go(request, here)
    if not request.htmx:
        return redirect(here)
    group = _group(request.POST.get("group", ""))
    if group not in checks.group_keys(batch):
        group = ""
    context = {**parts.page(batch, 4), **checks.check_context(batch, group=group), "is_answer": True}
    response = render(request, "administration/imports/check.html#fix_answer", context)
    return toast(response, checks.fix_said(fix, count), undo=reverse("import-fix-undo", args=[batch.pk]))


@requires("signed_in")
@require_POST
def import_fix_undo(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Take the newest fix for many rows back; the file is checked again."""
    batch = parts.find_batch(request.member, batch_id)
    _still_open(batch)
    if fixing.undo_fix(batch):
        begin_check(batch)
    return _go(request, reverse("import-check", args=[batch.pk]))


@requires("signed_in")
@require_http_methods(["GET", "POST"])
def import_run(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Step 5: the run and its end. A POST starts it, or goes on with one that was stopped."""
    batch = parts.find_batch(request.member, batch_id)
    if request.method == "POST":
        if batch.started_at is None:
            if batch.state != State.CHECKED:
                raise CannotImport(_("Check the file first."))
            engine.start(batch)
        else:
            engine.go_on(batch)
        jobs.run_import.enqueue(batch_id=batch.pk, workspace_id=batch.workspace_id)
        return _go(request, reverse("import-run", args=[batch.pk]))
    if batch.started_at is None:
        return redirect(parts.current_url(batch))
    context = {
        **parts.page(batch, 5),
        "progress": parts.progress_context(batch),
        **parts.result_context(batch),
        **parts.ways_on(batch, request.member),
        **parts.workbook_context(batch, request.member),
        "undo_url": reverse("import-undo", args=[batch.pk]),
        "is_at_work": batch.state in parts.AT_WORK,
    }
    if not request.htmx:
        return render(request, "administration/imports/run.html", context)
    response = render(request, "administration/imports/run.html#run", context)
    if batch.state == State.DONE and not batch.failure:
        return toast(
            response,
            _("Imported %(count)s rows") % {"count": f"{batch.created + batch.updated:,}"},
            undo=reverse("import-undo", args=[batch.pk]),
        )
    if batch.state == State.UNDONE:
        return toast(response, _("The import was undone"))
    if batch.state == State.FAILED:
        return toast(response, _("The import stopped"), tone="bad")
    return response


@requires("signed_in")
@require_POST
def import_next(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Go on with another sheet of the same workbook."""
    batch = parts.find_batch(request.member, batch_id)
    sheet = request.POST.get("sheet", "").replace("\0", "")
    allowed = parts.allowed_kinds(request.member)
    fresh = actions.take_next_sheet(batch, sheet, member_id=request.member.id, kinds_allowed=allowed)
    return _go(request, parts.current_url(fresh))


@requires("signed_in")
@require_POST
def import_cancellation(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Stop a check or a run; what came in stays until it is undone."""
    batch = parts.find_batch(request.member, batch_id)
    if not engine.cancel(batch):
        raise CannotImport(_("There is nothing to cancel: the work has ended."))
    return _go(request, parts.current_url(batch))


@requires("signed_in")
@require_POST
def import_undo(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Take a whole import back, in the background; with `all` those of the other sheets of its workbook too."""
    batch = parts.find_batch(request.member, batch_id)
    if request.POST.get("all"):
        # What came in last rests on what came before it.
        together = [one for one in reversed(parts.of_workbook(batch, request.member)) if parts.can_be_undone(one)]
        for one in together:
            engine.start_undo(one)
        ids, who = [str(one.pk) for one in together], str(request.member.id)
        jobs.undo_imports.enqueue(batch_ids=ids, workspace_id=batch.workspace_id, member_id=who)
        return _go(request, reverse("import-run", args=[batch.pk]))
    engine.start_undo(batch)
    jobs.undo_import.enqueue(batch_id=batch.pk, workspace_id=batch.workspace_id, member_id=str(request.member.id))
    return _go(request, reverse("import-run", args=[batch.pk]))


@requires("signed_in")
@require_GET
def import_rejects(request: MemberRequest, batch_id: UUID) -> HttpResponseBase:
    """The rows that did not pass, with the reason, as a file to mend and import again."""
    batch = parts.find_batch(request.member, batch_id)
    path = engine.write_rejects(batch) if batch.shape else None
    if path is None:
        raise Http404
    audit.record("administration.rejects_downloaded", viewer=request.member, kind=batch.kind, rows=batch.errors)
    stem = Path(batch.file_name).stem
    name = f"{slugify(stem, allow_unicode=True) or 'file'}-rejects.csv"
    return FileResponse(
        Path(path).open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )


def _group(text: str) -> str:
    return text.replace("\0", "")[:400]


def _still_open(batch: ImportBatch) -> None:
    """Steps 2 to 4 belong to what has not run yet."""
    if batch.started_at is not None:
        raise CannotImport(_("This import was carried out already."))
    if not batch.shape:
        raise CannotImport(_("The sheet is not here yet."))


def _kind_names(member: Member) -> set[str]:
    return {one.name for one in parts.allowed_kinds(member)}


def _kind_options(member: Member) -> list[tuple[str, Any]]:
    return [(one.name, one.label) for one in parts.allowed_kinds(member)]


def _go(request: MemberRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)

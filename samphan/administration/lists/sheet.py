"""The list like a sheet: one cell edited, a range pasted, one row read again."""

import csv
import io
from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from samphan.administration.lists.editing import CellEdit, CellForm, CellPlan, Editing
from samphan.administration.lists.kinds import kind
from samphan.administration.lists.page import ListPage
from samphan.administration.lists.views import page_context
from samphan.administration.middleware import MemberRequest
from samphan.platform.catalogue import Type
from samphan.platform.errors import DomainError, EditedMeanwhile
from samphan.platform.ids import as_uuid
from samphan.platform.thai.phones import format_phone
from samphan.ui.toasts import toast

MAX_CELLS = 5_000  # of one paste
PREVIEW_FROM = 20  # changes above this are shown before they are written
SHOWN = 20  # troubles and changes that a dialog names one by one


class BadPaste(DomainError):
    """What was pasted cannot be put there; the message says why."""


@require_GET
def list_row(request: MemberRequest, entity_name: str, **ids: UUID) -> HttpResponse:
    """One row of the list that the address describes, as it stands now; 404 when it is gone."""
    page = ListPage(request, kind(entity_name))
    return _row(page, next(iter(ids.values())))


@require_http_methods(["GET", "POST"])
def list_cell(request: MemberRequest, entity_name: str, field: str, **ids: UUID) -> HttpResponse:
    """One cell being edited; a POST writes it and answers with its row, or 422 with the cell and what is wrong."""
    record_id = next(iter(ids.values()))
    asked = request.POST.get("list", "") if request.method == "POST" else None
    page = ListPage(request, kind(entity_name), asked)
    editing = _editing(page)
    if field not in editing.fields or not page.entity.has_field(field):
        raise Http404
    record = get_object_or_404(page.rows, pk=record_id)
    form = editing.form(page, record, field)
    if request.method == "GET":
        return _cell(page, record_id, field, form, form.value)
    typed, seen = request.POST.get("value", ""), request.POST.get("seen", "")
    try:
        editing.cells(page.member, page.now).edit(record, field, typed, seen=seen)
    except EditedMeanwhile as conflict:
        message = conflict.in_form(_words(page, field, conflict.current))
        return _cell(page, record_id, field, form, typed, conflict.current, message)
    except DomainError as problem:
        return _cell(page, record_id, field, form, typed, seen, str(problem))
    if not request.htmx:
        return redirect(page.href(cursor=""))
    return _row(page, record_id)


@require_POST
def list_paste(request: MemberRequest, entity_name: str) -> HttpResponse:
    """Put pasted cells into the rows and columns named; everything is checked first, and one act undoes it all.

    Up to 20 changes are written at once; more are shown first and sent again with `seen`.
    """
    page = ListPage(request, kind(entity_name), request.POST.get("list", ""))
    editing = _editing(page)
    edits = _edits(page, editing, request)
    seen = request.POST.get("seen", "")
    cells = editing.cells(page.member, page.now)
    plan = cells.plan(edits)
    if plan.troubles:
        return _dialog(page, request, edits, plan, status=422)
    if not plan.changes:
        return toast(HttpResponse(status=204), _("Nothing changes: the cells hold these values already."), tone="info")
    if len(plan.changes) > PREVIEW_FROM and seen != plan.seen:
        return _dialog(page, request, edits, plan, was_agreed=bool(seen))
    act, count = cells.write(edits, seen=plan.seen)
    message = ngettext("%(count)s cell changed", "%(count)s cells changed", count) % {"count": f"{count:,}"}
    response = toast(HttpResponse(status=204), message, undo=reverse("change-undo", args=[act]))
    response = trigger_client_event(response, "samphan:close-dialog", {})
    return trigger_client_event(response, page.kind.changed_event, {})


def _editing(page: ListPage) -> Editing:
    if page.editing is None:
        raise Http404
    return page.editing


def _row(page: ListPage, record_id: UUID) -> HttpResponse:
    row = page.row(record_id, selectable="select" in page.request.GET or page.request.POST.get("select") == "1")
    if row is None:
        raise Http404
    return HttpResponse(row)


def _cell(
    page: ListPage, record_id: UUID, field: str, form: CellForm, value: str, seen: str | None = None, error: str = ""
) -> HttpResponse:
    context = page_context(page) | {
        "form": form,
        "field": page.entity.field(field),
        "value": value,
        "seen": form.seen if seen is None else seen,
        "error": error,
        "action": page.kind.url("cell", record_id, field),
    }
    template = "cell_edit.html" if page.request.htmx else "cell_page.html"
    return render(page.request, f"administration/lists/{template}", context, status=422 if error else 200)


def _edits(page: ListPage, editing: Editing, request: MemberRequest) -> list[CellEdit]:
    """The cells that a paste names: its text laid over the rows and columns from the first on.

    :raises BadPaste: when it does not fit, is too large, or meets a column that is not edited here.
    """
    rows = [found for text in request.POST.get("rows", "").split(",") if (found := as_uuid(text))]
    columns = [name for name in request.POST.get("columns", "").split(",") if page.entity.has_field(name)]
    text = request.POST.get("text", "").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    table = list(csv.reader(io.StringIO(text.rstrip("\n")), delimiter="\t", strict=False))
    if request.POST.get("clear") == "1":
        table = [[""]]  # over the whole range that is marked
    wide = max((len(line) for line in table), default=0)
    if not table or not wide or not rows or not columns:
        raise BadPaste(_("There is nothing to paste here."))
    if len(table) * wide > MAX_CELLS:
        raise BadPaste(
            _("%(count)s cells were copied; at most %(limit)s can be pasted at once. Use an import for more."),
            count=f"{len(table) * wide:,}", limit=f"{MAX_CELLS:,}",
        )  # fmt: skip
    wanted = (as_number(request.POST.get("high", "")), as_number(request.POST.get("wide", "")))
    if len(table) == 1 and wide == 1:
        # One value fills the whole range that is marked.
        table = [[table[0][0]] * min(max(wanted[1], 1), len(columns))] * min(max(wanted[0], 1), len(rows))
        wide = len(table[0])
    if len(table) > len(rows):
        raise BadPaste(
            _("%(count)s rows were copied and %(shown)s stand from here on. Show more rows first."),
            count=f"{len(table):,}", shown=f"{len(rows):,}",
        )  # fmt: skip
    if wide > len(columns):
        raise BadPaste(
            _("%(count)s columns were copied and %(shown)s stand from here on."), count=wide, shown=len(columns)
        )
    closed = [name for name in columns[:wide] if name not in editing.fields]
    if closed:
        raise BadPaste(
            _("The column “%(field)s” is not edited in the list; nothing was pasted."),
            field=str(page.entity.field(closed[0]).label),
        )
    return [
        CellEdit(record_id, columns[place], value)
        for record_id, line in zip(rows, table, strict=False)
        for place, value in enumerate(line)
    ]


def as_number(text: str) -> int:
    """A small number from a form, 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _dialog(
    page: ListPage, request: MemberRequest, edits: list[CellEdit], plan: CellPlan, *,
    was_agreed: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    typed = {(edit.record_id, edit.field): edit.value for edit in edits}
    rows = {record_id: row for row, record_id in enumerate(dict.fromkeys(edit.record_id for edit in edits), 1)}

    def named(record_id: UUID, field: str) -> dict[str, object]:
        return {
            "row": rows[record_id],
            "column": page.entity.field(field).label,
            "value": typed[record_id, field][:80],
        }

    def words(field: str, raw: str) -> str:
        return _words(page, field, raw)[:80]

    context = {
        "list": page,
        "troubles": [named(one.record_id, one.field) | {"said": one.message} for one in plan.troubles[:SHOWN]],
        "trouble_count": len(plan.troubles),
        "more_troubles": max(len(plan.troubles) - SHOWN, 0),
        "changes": [
            named(one.record_id, one.field) | {"old": words(one.field, one.old), "new": words(one.field, one.new)}
            for one in plan.changes[:SHOWN]
        ],
        "more_changes": max(len(plan.changes) - SHOWN, 0),
        "change_count": len(plan.changes),
        "record_count": len({one.record_id for one in plan.changes}),
        "kept": [
            (name, request.POST.get(name, "")) for name in ("list", "rows", "columns", "text", "high", "wide", "clear")
        ],
        "seen": plan.seen,
        "was_agreed": was_agreed,
        "action": page.kind.url("paste"),
    }
    return render(request, "administration/lists/paste_dialog.html", context, status=status)


def _words(page: ListPage, name: str, raw: str) -> str:
    """A stored value in words."""
    if not raw:
        return ""
    field = page.entity.field(name)
    match field.type:
        case Type.PHONE:
            return format_phone(raw)
        case Type.MEMBER:
            return page.owners.get(UUID(raw), "—")
        case Type.CHOICE:
            return field.choice_label(raw)
        case Type.DATE:
            return page.day(date.fromisoformat(raw))
        case Type.PARTIAL_DATE:
            return page.day(raw)
    return raw

"""What the import screens show, made from a batch: steps, columns, preview, check, progress."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from samphan.administration import after_imports, guide
from samphan.administration.models import Member
from samphan.platform.imports import engine, filling, looking, workbooks
from samphan.platform.imports.kinds import ImportKind, ReachesTooLittle, kind, kinds
from samphan.platform.imports.mapping import ImportField
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import NO_RECORDS, FileShape
from samphan.platform.language import reader_language
from samphan.platform.thai import calendar, names, phones
from samphan.platform.thai.partial_dates import format_partial_date, is_stored
from samphan.ui.templatetags.ui import number, time_left

State = ImportBatch.State
BEFORE_RUN = (State.UPLOADED, State.CHECKING, State.CHECKED)
AT_WORK = (State.CHECKING, State.RUNNING, State.UNDOING)

# Encodings that Thai office files come in; the guesses of the file stand before them.
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp874": "TIS-620 / Windows-874",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
}
SEPARATORS = {",": ",", ";": ";", "\t": "Tab", "|": "|"}
NAMES = ("kind", "title", "first_name", "last_name")  # parts of a name, and what it is the name of
NAMING = ("number", "sku", "title")  # what a record without a name is called by
ICONS = {
    "name": "user",
    "phone": "phone",
    "email": "mail",
    "line_id": "message-circle",
    "date": "calendar",
    "amount": "coins",
    "number": "hash",
    "tax_id": "receipt",
    "branch": "building-2",
    "province": "map-pin",
    "postcode": "map-pin",
    "tags": "tags",
    "choice": "list",
    "member": "user-round",
    "consent": "shield-check",
}


def allowed_kinds(member: Member) -> list[ImportKind]:
    """The kinds this member may bring in.

    :raises PermissionDenied: when there is none. :raises ReachesTooLittle: when there is none because of their reach.
    """
    found, narrow = [], None
    for one in kinds():
        try:
            one.check(member)
            found.append(one)
        except ReachesTooLittle as refusal:
            narrow = refusal
        except PermissionDenied:
            continue
    if not found:
        raise narrow or PermissionDenied("import")
    return found


def find_batch(member: Member, batch_id: UUID) -> ImportBatch:
    """An import of the member's workspace.

    :raises Http404: when it is not there, or its kind is not any more: a company's own kind can be archived or taken back.
    :raises PermissionDenied: when its kind is not theirs to bring in.
    """
    batch = ImportBatch.objects.filter(workspace_id=member.workspace_id, id=batch_id).first()
    if batch is None:
        raise Http404
    try:
        known = kind(batch.kind)
    except KeyError:
        raise Http404 from None
    known.check(member)
    return batch


def page(batch: ImportBatch, current: int) -> dict[str, Any]:
    """What every step shows: the file, the kind and the five steps."""
    shape = FileShape.from_dict(batch.shape) if batch.shape else None
    ended = batch.state in (State.DONE, State.UNDONE, State.UNDOING)
    free = batch.state in BEFORE_RUN or (batch.state == State.FAILED and batch.started_at is None)
    urls = [
        reverse("import-list"),
        reverse("import-sheet", args=[batch.pk]),
        reverse("import-mapping", args=[batch.pk]),
        reverse("import-check", args=[batch.pk]),
        "",
    ]
    labels = [
        _("File"),
        pgettext("import step", "Sheet and encoding"),
        _("Map columns"),
        pgettext("import step", "Check"),
        pgettext("import step", "Import"),
    ]
    steps = [
        {
            "label": label,
            "is_done": position < current or (position == 5 and ended),
            "is_current": position == current and not (position == 5 and ended),
            "href": urls[position - 1] if free and 1 < position < current else "",
        }
        for position, label in enumerate(labels, 1)
    ]
    return {
        "batch": batch,
        "shape": shape,
        "kind": kind(batch.kind),
        "steps": steps,
        "place": "imports",
        "about_file": about_file(batch, shape) if shape else "",
    }


def about_file(batch: ImportBatch, shape: FileShape) -> str:
    """Sheet, rows and columns of a file in one grey line."""
    rows = batch.rows if batch.state not in (State.UPLOADED, State.CHECKING) and batch.rows else shape.approximate_rows
    parts = []
    if shape.also:
        parts = [
            ngettext("%(count)s sheet", "%(count)s sheets", count) % {"count": number(count)}
            for count in [len(shape.also) + 1]
        ]
    elif len(shape.sheets) > 1:
        parts = [_("sheet “%(sheet)s”") % {"sheet": shape.sheet}]
    parts.append(ngettext("%(rows)s row", "%(rows)s rows", rows) % {"rows": number(rows)})
    columns = len(shape.headings)
    parts.append(ngettext("%(columns)s column", "%(columns)s columns", columns) % {"columns": columns})
    return " · ".join(parts)


def current_url(batch: ImportBatch) -> str:
    """The step at which this import stands."""
    if batch.started_at is not None:
        return reverse("import-run", args=[batch.pk])
    if not batch.shape:
        return reverse("import-fetch", args=[batch.pk])
    if batch.state in (State.CHECKING, State.CHECKED, State.FAILED):
        return reverse("import-check", args=[batch.pk])
    shape = FileShape.from_dict(batch.shape)
    asks = shape.ambiguous or len(shape.sheets) > 1 or shape.encoding.startswith("mojibake")
    if asks and not batch.mapping.get("settled"):
        return reverse("import-sheet", args=[batch.pk])
    return reverse("import-mapping", args=[batch.pk])


def sheet_context(batch: ImportBatch) -> dict[str, Any]:
    """Step 2: how the file is read, and its first rows as they are read so."""
    shape = FileShape.from_dict(batch.shape)
    known = list(dict.fromkeys([*shape.encodings, *ENCODINGS]))
    return {
        "encodings": [(name, ENCODINGS.get(name, name)) for name in known],
        "separators": [(sign, _("Tab") if sign == "\t" else sign) for sign in SEPARATORS],
        "separator_name": shape.separator,
        "sheets": [(name, name) for name in shape.sheets],
        "same_sheets": [
            {"name": table.sheet, "rows": table.rows, "is_on": table.sheet in shape.also}
            for table in shape.tables
            if table.order
        ],
        "other_turns": [turn for turn in workbooks.turns(shape) if turn.sheet != shape.sheet] if shape.tables else [],
        "rows": shape.sample_rows[:12],
        "questions": [
            {
                "encoding": _("The file does not say its encoding. Choose the one in which the names read right."),
                "separator": _("The separator cannot be told. Choose the one that puts every value in its own column."),
            }[name]
            for name in shape.ambiguous
        ],
        "warnings": shape.warnings,
    }


@dataclass
class MappedColumn:
    """One column of the file in step 3."""

    index: int
    heading: str
    samples: list[str]
    field: ImportField | None
    icon: str
    filled: float | None
    note: str = ""
    tone: str = ""
    questions: list[looking.Question] = dataclasses.field(default_factory=list)
    error: str = ""
    is_key: bool = False

    @property
    def name(self) -> str:
        return self.field.name if self.field else ""

    @property
    def position(self) -> str:
        """The index as text, for the names of fields in the form."""
        return str(self.index)


def mapping_context(batch: ImportBatch, *, row: int = 0, errors: dict[str, str] | None = None) -> dict[str, Any]:
    """Step 3: every column with its samples, field and what becomes of it; keys; the row that is previewed."""
    shape = FileShape.from_dict(batch.shape)
    chosen = kind(batch.kind)
    fields = {one.name: one for one in chosen.fields}
    mapping = batch.mapping
    seen = looking.look(batch)
    problems = looking.sample_problems(batch)
    columns = []
    for index, heading in enumerate(shape.headings):
        one = fields.get(mapping["columns"].get(heading, ""))
        column = MappedColumn(
            index=index,
            heading=heading,
            samples=_two_samples(shape, index),
            field=one,
            icon=ICONS.get(one.type, "file-text") if one else "file-text",
            filled=seen.filled[index] / seen.rows if seen.rows else None,
            error=(errors or {}).get(heading, ""),
            is_key=bool(one and one.name in (mapping.get("keys") or ())),
        )
        _describe(column, batch, seen, problems.get(heading, []))
        columns.append(column)
    mapped = {column.name for column in columns if column.field}
    missing = [
        " / ".join(str(fields[name].label) for name in alternatives[:3])
        for alternatives in chosen.lacking(mapped, batch.workspace_id)
    ]
    unmapped = [column.heading for column in columns if not column.field]
    return {
        "columns": columns,
        "fields": [(one.name, one.label) for one in chosen.fields],
        "mapped_count": len(columns) - len(unmapped),
        "unmapped": unmapped,
        "missing": missing,
        "can_check": not missing and not errors,
        "keys": [
            {"name": name, "label": fields[name].label, "is_on": name in (mapping.get("keys") or ())}
            for name in chosen.possible_keys
            if name in mapped
        ],
        "existing": mapping.get("existing", "file"),
        "existing_choices": [(name, existing_words()[name]) for name in chosen.existing],
        "preview": preview_context(batch, row),
        "looked_at": seen.rows,
        "remembered": _remembered(batch),
        "bills": _bills(batch, {column.name: column for column in columns if column.field}),
        "source": chosen.source(mapping.get("source")),
    }


def _bills(batch: ImportBatch, columns: dict[str, MappedColumn]) -> dict[str, Any] | None:
    """The lines that leave blank what the first line of their bill says, and whether they are filled; None without any."""
    found = filling.bills_of(batch)
    if found is None or not found.rows:
        return None
    heads = [columns[name].heading for name in kind(batch.kind).heads if name in columns]
    return {
        "rows": found.rows,
        "first": FileShape.from_dict(batch.shape).row_name(found.first),
        "is_on": filling.fills_down(batch),
        "fields": ", ".join(heads),
    }


def _remembered(batch: ImportBatch) -> dict[str, Any] | None:
    """The earlier file whose mapping this one took over."""
    known = batch.mapping.get("remembered")
    return {"file": known["file"], "at": datetime.fromisoformat(known["at"])} if known else None


def existing_words() -> dict[str, str]:
    """What may be done with known records, in words."""
    return {
        "fill": _("Fill empty fields only"),
        "file": _("Take the values of the file"),
        "new": _("Make a new record of every row"),
    }


def preview_context(batch: ImportBatch, row: int) -> dict[str, Any] | None:
    """A row as it will become, with labels and values as people read them."""
    shown = looking.preview(batch, row)
    if shown is None:
        return None
    fields = {one.name: one for one in kind(batch.kind).fields}
    values = [
        (name, _label(name, fields), _readable(value, fields.get(name)))
        for name, value in shown.values.items()
        if not (("name" in shown.values and name in NAMES) or name in ("name", *NAMING))
    ]
    order = [*fields]
    values.sort(key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    whole = shown.values.get("name", "")
    if whole and shown.values.get("kind") != "organisation":
        title = names.display_name(
            shown.values.get("first_name") or whole,
            shown.values.get("last_name", ""),
            title=shown.values.get("title", ""),
            nickname=shown.values.get("nickname", ""),
        )
    else:
        title = str(whole or next((shown.values[one] for one in NAMING if shown.values.get(one)), ""))
    if shown.counts.updated:
        says = _("Known already: will be updated")
    elif any(problem.rejects for problem in shown.problems):
        says = _("Will not come in")
    else:
        says = _("New record")
    return {
        "title": title,
        "shape": shown.values.get("kind", "person") if batch.kind == "customers" else "",
        "says": says,
        "row": FileShape.from_dict(batch.shape).row_name(shown.row),
        "values": [(label, text) for _name, label, text in values],
        "problems": [(problem.column, problem.reason, problem.rejects) for problem in shown.problems],
        "previous": shown.number - 1 if shown.number else None,
        "next": shown.number + 1 if shown.number + 1 < shown.total else None,
    }


def _label(name: str, fields: dict[str, ImportField]) -> str:
    if name in fields:
        return str(fields[name].label)
    return {
        "line": _("Address"),
        "subdistrict_code": _("Address"),
        "gender": _("Gender"),
        # What an undo keeps may also be a part of a record, or a record that something newer rests on.
        "value": _("Phones, e-mails and accounts"),
        "resolves": _("Phones, e-mails and accounts"),
        "identity": _("Phones, e-mails and accounts"),
        "address": _("Address"),
        "customertag": _("Tags"),
        "orderline": _("Order lines"),
        "order": _("Orders"),
        "preference": _("Preferences"),
        "activity": _("Notes and calls"),
        "task": _("Tasks"),
    }.get(name, name)


def _readable(value: Any, of: ImportField | None) -> str:
    if isinstance(value, datetime):
        if timezone.localtime(value).time() == time():
            return calendar.format_date(timezone.localtime(value).date(), "short", _language())
        return calendar.format_datetime(timezone.localtime(value), "short", _language())
    if isinstance(value, date):
        return calendar.format_date(value, "short", _language())
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if of is not None and of.type == "date" and is_stored(str(value)):
        return format_partial_date(str(value), _language())
    if of is not None and of.type == "phone":
        return phones.format_phone(str(value))
    if of is not None and of.type == "choice" and of.choices:
        return next((str(one.label) for one in of.choices() if one.value == value), str(value))
    return str(value)


def _language() -> Any:
    return reader_language()


def _two_samples(shape: FileShape, index: int) -> list[str]:
    found: dict[str, None] = {}
    for _number, cells in shape.sample_rows:
        text = str(cells[index]).strip()
        if text:
            found[text[:120]] = None
        if len(found) == 2:
            break
    return list(found)


def _describe(column: MappedColumn, batch: ImportBatch, seen: looking.Look, problems: list[Any]) -> None:
    """What will be done to the values of a column, the weightiest first."""
    one = column.field
    if one is None:
        column.note, column.tone = _("Stays out"), "quiet"
        return
    if one.type == "date":
        column.questions = looking.questions(batch, column.index, seen)
        if any(not question.answer for question in column.questions):
            column.note, column.tone = _("Say how these dates are written"), "warn"
            return
    notices = [problem for problem in problems if not problem.rejects]
    if len(notices) < len(problems):
        count = len(problems) - len(notices)
        column.note = ngettext(
            "%(count)s of the first rows does not pass", "%(count)s of the first rows do not pass", count
        ) % {"count": count}
        column.tone = "warn"
        return
    if notices:
        column.note, column.tone = notices[0].reason, "warn"
        return
    if column.is_key:
        column.note = _("Decides who is known")
    elif one.says is not None:
        column.note = one.says(column.heading)
    elif one.type == "date":
        column.note = _date_note(batch, column, seen)
    else:
        column.note = {
            "name": _("Title, first and last name taken apart") if one.name == "name" else "",
            "phone": _("Written the one way: 081-234-5678")
            if one.name != "second_phone"
            else _("A further number, kept beside the first"),
            "email": _("In small letters"),
            "tags": _("One tag for each word between commas"),
            "amount": _("As a number"),
            "number": _("As a number"),
            "tax_id": _("The check digit is checked"),
        }.get(one.type, "")
        if one.name == "address":
            column.note = _("Province and postcode taken out")


def _date_note(batch: ImportBatch, column: MappedColumn, seen: looking.Look) -> str:
    known = looking.known_format(seen, column.index)
    told = batch.mapping.get("formats", {}).get(column.heading) or {}
    era = (told.get("era") if isinstance(told, dict) else None) or known.get("known_era")
    order = (told.get("order") if isinstance(told, dict) else None) or known.get("known_order")
    parts = [
        {"dmy": _("day first"), "mdy": _("month first"), "ymd": _("year first")}.get(order or "", ""),
        {"be": _("Buddhist era"), "ce": _("common era")}.get(era or "", ""),
    ]
    text = ", ".join(part for part in parts if part)
    return _("Read as %(how)s") % {"how": text} if text else ""


# The run


def of_workbook(batch: ImportBatch, member: Member) -> list[ImportBatch]:
    """The imports of the sheets of this workbook that the member may see, in the order in which they came."""
    names = {one.name for one in allowed_kinds(member)}
    return [one for one in workbooks.of_workbook(batch) if one.kind in names]


def can_be_undone(batch: ImportBatch) -> bool:
    """Whether there is something of it to take back."""
    return batch.started_at is not None and batch.state in (State.DONE, State.FAILED, State.CANCELLED)


def workbook_context(batch: ImportBatch, member: Member) -> dict[str, Any]:
    """What else the workbook held and holds: imports of its other sheets, and those still to come."""
    if not batch.shape.get("tables"):
        return {"sheets_in": [], "sheets_next": [], "undo_count": 0}
    together = of_workbook(batch, member)
    return {
        "sheets_in": [
            {
                "sheet": one.shape.get("sheet", ""),
                "kind": kind(one.kind).label,
                "rows": one.created + one.updated,
                "state": one.get_state_display(),
                "url": reverse("import-detail", args=[one.pk]),
                "is_here": one.pk == batch.pk,
            }
            for one in together
        ]
        if len(together) > 1
        else [],
        "sheets_next": workbooks.next_turns(batch, allowed_kinds(member)) if batch.state == State.DONE else [],
        "undo_count": sum(map(can_be_undone, together)),
        "undo_all_fields": [("all", "1")],
    }


def progress_context(batch: ImportBatch) -> dict[str, Any]:
    """How far a check, a run or an undo is, from what the batch says of itself."""
    total = batch.rows if "finished_after" in batch.result else max(batch.shape["approximate_rows"], batch.rows)
    settled = batch.created + batch.updated + batch.skipped + batch.errors
    # Orders are read first and made afterwards; where both go together this is simply the rows done.
    done = (batch.rows_done + settled) / 2 if batch.state == State.RUNNING else batch.rows_done
    percent = min(99.9, 100 * done / total) if total else None
    now = timezone.now()
    began = batch.started_at if batch.state == State.RUNNING else batch.heartbeat_at
    seconds = (now - began).total_seconds() if began and batch.state == State.RUNNING else 0.0
    note = ""
    if engine.is_stalled(batch):
        note = _("The worker gives no sign of life. The work goes on by itself when the worker is back.")
    elif seconds >= 1 and done:
        rate = done / seconds
        left = time_left((total - done) / rate) if rate else ""
        note = _("%(rate)s rows a second, %(left)s. You may close this page.") % {"rate": number(rate), "left": left}
    elif batch.state != State.UNDOING:
        note = _("You may close this page.")
    values = {"done": number(int(done)), "total": number(total)}
    if batch.state == State.CHECKING:
        title = _("%(done)s of %(total)s rows checked") % values
    elif batch.state == State.UNDOING:
        title = _("Taking back %(count)s rows") % {"count": number(batch.created + batch.updated)}
        percent, note = None, note or _("All of it at once, so it takes a while. You may close this page.")
    else:
        title = _("%(done)s of %(total)s rows imported") % values
    return {"percent": percent, "title": title, "note": note}


def ways_on(batch: ImportBatch, member: Member) -> dict[str, Any]:
    """Where an import that came in leads: on with what it brought, and to the step of the guide that is at hand."""
    if batch.state != State.DONE:
        return {}
    step, stage = after_imports.next_step(batch.kind, member), guide.next_stage(member)
    if step and stage and reverse(step.url_name) == stage.standing.url:
        step = None  # the guide says it, with its reason
    return {"next_step": step, "stage": stage, "leads_on": bool(stage and not stage.step.takes_file and not step)}


def result_context(batch: ImportBatch) -> dict[str, Any]:
    """What an ended import left: counts, rejects, where the records are, what an undo kept."""
    chosen = kind(batch.kind)
    try:
        records_url = reverse(chosen.url_name, args=chosen.url_args) if chosen.url_name else ""
    except NoReverseMatch:
        records_url = ""
    kept: dict[str, int] = {}
    fields = {one.name: one for one in chosen.fields}
    for one in batch.result.get("kept", []):
        label = _label(one["field"], fields)
        kept[label] = kept.get(label, 0) + 1
    return {
        "records_url": records_url,
        "has_rejects": batch.errors > 0,
        "no_records": batch.problems.filter(code__in=NO_RECORDS).count() if batch.skipped else 0,
        "kept": sorted(kept.items(), key=lambda pair: -pair[1]),
        "kept_count": batch.result.get("kept_count", 0),
        "came_in": batch.created + batch.updated,
        "can_go_on": batch.state in (State.FAILED, State.CANCELLED),
        "seconds": (batch.finished_at - batch.started_at).total_seconds()
        if batch.finished_at and batch.started_at
        else None,
    }

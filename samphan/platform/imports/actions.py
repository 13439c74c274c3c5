"""Take a file in: look at it, suggest a mapping, and make the batch that the engine works on."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from samphan.platform.errors import DomainError
from samphan.platform.files import import_folder, safe_name
from samphan.platform.ids import uuid7
from samphan.platform.imports import workbooks
from samphan.platform.imports.kinds import ImportKind, kind, kinds
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.mapping import Suggestion, suggest_mapping
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import DEFAULT_LIMITS, FileProblem, FileShape, Limits, inspect_file
from samphan.platform.imports.remembering import remembered, signature_of
from samphan.platform.imports.sources import recognise
from samphan.platform.imports.workbooks import SURE, likely_kind
from samphan.platform.tenancy import current_workspace


class BadMapping(DomainError):
    """The mapping file or the chosen columns cannot be used."""


def take_file(
    source: Path | Callable[[Path], None],
    *,
    file_name: str,
    kind_name: str | None,
    member_id: UUID | None,
    formats: dict[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    kinds_allowed: Sequence[ImportKind] | None = None,
    remembers: bool = False,
) -> ImportBatch:
    """Copy a file into the installation, find out how to read it, and suggest a mapping; stands inside `in_workspace`.

    :param source: the file, or a function that writes it to the path it is given.
    :param kind_name: None to guess it from the headings, among `kinds_allowed`.
    :param remembers: take the mapping of an earlier file with the same headings, where there is one.
    :param formats: what the caller knows: `encoding`, `separator`, `sheet`, `sheets`, `header_row`.
    :raises FileProblem: when the file cannot be taken; nothing of it is kept then.
    """
    workspace_id = current_workspace()
    if workspace_id is None:
        raise RuntimeError("a file is taken inside in_workspace()")
    batch_id = uuid7()
    name = safe_name(file_name)
    folder = import_folder(batch_id)
    path = folder / f"input-{name}"
    batch = ImportBatch(id=batch_id, workspace_id=workspace_id, member_id=member_id)
    try:
        if isinstance(source, Path):
            inspect_file(source, **_reading(formats), limits=limits)  # refuse before copying
            shutil.copyfile(source, path)
        else:
            source(path)
        fill(
            batch,
            path,
            file_name=name,
            kind_name=kind_name,
            formats=formats,
            limits=limits,
            kinds_allowed=kinds_allowed,
            remembers=remembers,
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return batch


def fill(
    batch: ImportBatch,
    path: Path,
    *,
    file_name: str,
    kind_name: str | None,
    formats: dict[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    kinds_allowed: Sequence[ImportKind] | None = None,
    remembers: bool = False,
) -> None:
    """Give a batch the file that lies at `path`, with what `take_file` finds out about it; stands inside `in_workspace`.

    :raises FileProblem: when the file cannot be taken; the batch is not stored then.
    """
    shape = inspect_file(path, **_reading(formats), limits=limits)
    wanted = None if (formats or {}).get("sheet") else workbooks.sheet_to_begin_with(shape, kind_name, kinds_allowed)
    if wanted is not None:
        shape = inspect_file(path, **_reading({**(formats or {}), "sheet": wanted}), limits=limits)
    language = batch.mapping.get("language") or translation.get_language() or "th"
    batch.kind = kind_name or likely_kind(shape, kinds_allowed).name
    batch.file_name, batch.file_path, batch.size_bytes = file_name, str(path), path.stat().st_size
    batch.shape, batch.signature, batch.state = (
        shape.as_dict(),
        signature_of(shape.headings),
        ImportBatch.State.UPLOADED,
    )
    known = None
    if remembers:
        names = {one.name for one in kinds_allowed or kinds()}
        known = remembered(batch.workspace_id, shape.headings, {kind_name} if kind_name else names)
    if known is not None:
        batch.kind = known[0]
        batch.mapping = {**known[1], "language": language}
    else:
        batch.mapping = _suggested(batch, language=language)
    batch.save()


def reread(batch: ImportBatch, *, formats: dict[str, Any]) -> None:
    """Read the file again with another encoding, separator or sheet; the mapping is suggested anew.

    :raises FileProblem: when it cannot be read so; the batch stays as it was.
    """
    shape = inspect_file(batch.file_path, **_reading(formats))
    batch.shape = shape.as_dict()
    _suggest_anew(batch)


def take_next_sheet(
    batch: ImportBatch, sheet: str, *, member_id: UUID | None, kinds_allowed: Sequence[ImportKind]
) -> ImportBatch:
    """Go on with another sheet of the workbook that an import came from; stands inside `in_workspace`.

    The second time it is asked for, the import that was begun is returned.

    :raises CannotImport: when the workbook has no such sheet that fits a kind.
    :raises FileProblem: when the file is no longer what it was.
    """
    # One after the other: of two clicks the second finds what the first began.
    first = ImportBatch.objects.select_for_update().get(id=batch.workbook or batch.id)
    begun = [one for one in workbooks.of_workbook(batch) if one.shape.get("sheet") == sheet and one.id != batch.id]
    if begun:
        return begun[-1]
    turn = next((one for one in workbooks.next_turns(batch, kinds_allowed) if one.sheet == sheet), None)
    if turn is None:
        raise CannotImport(_("The workbook has no other sheet “%(sheet)s” to import."), sheet=sheet[:80])
    fresh = take_file(
        Path(batch.file_path),
        file_name=batch.file_name,
        kind_name=turn.kind.name,
        member_id=member_id,
        formats={"sheet": sheet},
        kinds_allowed=kinds_allowed,
        remembers=True,
    )
    fresh.workbook = first.id
    fresh.mapping = {**fresh.mapping, "settled": True}  # the sheet was just chosen
    fresh.save(update_fields=["workbook", "mapping"])
    return fresh


def start_afresh(batch: ImportBatch) -> None:
    """Forget what an earlier file said, or else the system that the file was taken for; the mapping is suggested anew."""
    _suggest_anew(batch, recognising="remembered" in batch.mapping)


def change_kind(batch: ImportBatch, kind_name: str) -> None:
    """Say that the file holds something else; the mapping is suggested anew."""
    batch.kind = kind_name
    _suggest_anew(batch)


def _suggested(batch: ImportBatch, *, language: str, recognising: bool = True) -> dict[str, Any]:
    """The mapping to begin with: of the system whose export the file is, else of what headings and values look like."""
    shape = FileShape.from_dict(batch.shape)
    chosen = kind(batch.kind)
    found = recognise(shape.headings, [chosen]) if recognising else None
    guesses = suggestions(batch)
    columns = {shape.headings[one.column]: one.field for one in guesses if one.field is not None}
    mapping = {"formats": {}, "keys": [], "existing": chosen.existing[0], "language": language}
    if found is None:
        return {"columns": columns, **mapping}
    source = found[1]
    known = source.map(shape.headings, chosen.repeatable)
    # A column that somebody gave the system is taken by its heading, where that is sure.
    for one in guesses:
        heading = shape.headings[one.column]
        is_free = one.field not in known.values() or one.field in chosen.repeatable
        if one.field and one.confidence >= SURE and not source.knows(heading) and is_free:
            known[heading] = one.field
    return {"columns": known, **mapping, "formats": source.date_formats(known), "source": source.name}


def _suggest_anew(batch: ImportBatch, *, recognising: bool = True) -> None:
    shape = FileShape.from_dict(batch.shape)
    batch.mapping = _suggested(batch, language=batch.mapping.get("language", "th"), recognising=recognising)
    batch.signature = signature_of(shape.headings)
    # What was typed over cells stood under headings that may be gone.
    batch.corrections, batch.state = {}, ImportBatch.State.UPLOADED
    batch.save(update_fields=["kind", "shape", "signature", "mapping", "corrections", "state"])


def suggestions(batch: ImportBatch) -> list[Suggestion]:
    """For every column of the file the field it probably is."""
    shape = FileShape.from_dict(batch.shape)
    return suggest_mapping(shape.headings, [cells for _number, cells in shape.sample_rows], kind(batch.kind).fields)


def set_mapping(
    batch: ImportBatch,
    *,
    columns: dict[str, str],
    keys: list[str] | None = None,
    existing: str | None = None,
    formats: dict[str, Any] | None = None,
    fill_down: bool | None = None,
) -> None:
    """Choose which column fills which field.

    :param fill_down: whether lines of a bill take from the row above what they leave blank; None says nothing new.
    :raises BadMapping: for a column or field that is not there, a field chosen twice, or an unknown key.
    """
    shape = FileShape.from_dict(batch.shape)
    chosen = kind(batch.kind)
    names = chosen.field_names()
    used: dict[str, str] = {}
    for heading, name in columns.items():
        if heading not in shape.headings:
            raise BadMapping(_("The file has no column “%(column)s”."), column=heading)
        if not name:
            continue
        if name not in names:
            raise BadMapping(
                _("There is no field “%(field)s”; the fields are %(fields)s."),
                field=name,
                fields=", ".join(sorted(names)),
            )
        if name in used and name not in chosen.repeatable:
            raise BadMapping(
                _("“%(first)s” and “%(second)s” are both mapped to %(field)s."),
                first=used[name],
                second=heading,
                field=name,
            )
        used[name] = heading
    if existing and existing not in chosen.existing:
        raise BadMapping(
            _("“%(existing)s” cannot be done with known records here; these can: %(choices)s."),
            existing=existing,
            choices=", ".join(chosen.existing),
        )
    for key in keys or ():
        if key not in chosen.possible_keys:
            raise BadMapping(
                _("“%(key)s” cannot decide who is who; these can: %(keys)s."),
                key=key,
                keys=", ".join(chosen.possible_keys),
            )
        if key not in used:
            raise BadMapping(_("The key %(key)s is not mapped to a column."), key=key)
    batch.mapping = {
        **batch.mapping,
        "columns": {heading: name for heading, name in columns.items() if name},
        "keys": keys if keys is not None else batch.mapping.get("keys", []),
        "existing": existing or batch.mapping.get("existing", "file"),
        "formats": formats if formats is not None else batch.mapping.get("formats", {}),
        **({"fill_down": fill_down} if fill_down is not None else {}),
    }
    batch.save(update_fields=["mapping"])


def read_mapping_file(path: Path) -> dict[str, Any]:
    """A mapping file: `{"columns": {"<heading>": "<field>"}, "formats": {}, "keys": []}`.

    :raises BadMapping: when it is not there, no JSON, or of another form.
    """
    try:
        mapping = json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise BadMapping(_("The mapping file %(path)s cannot be read."), path=path) from None
    except ValueError as error:
        raise BadMapping(_("The mapping file %(path)s is not JSON: %(error)s."), path=path, error=error) from None
    columns, formats, keys = (
        (mapping.get(name) for name in ("columns", "formats", "keys")) if isinstance(mapping, dict) else (None,) * 3
    )
    if (
        not isinstance(columns, dict)
        or not all(isinstance(value, str | None) for value in columns.values())
        or not isinstance(formats or {}, dict)
        or not isinstance(keys or [], list)
        or not all(isinstance(key, str) for key in keys or [])
        or not isinstance(mapping.get("fill_down"), bool | None)
    ):
        raise BadMapping(
            _('The mapping file %(path)s must hold {"columns": {heading: field}, "formats": {}, "keys": []}.'),
            path=path,
        )
    return {
        "columns": columns,
        "formats": formats or {},
        "keys": keys or [],
        **{name: mapping.get(name) for name in ("existing", "fill_down")},
    }


def refuse_open_questions(shape: FileShape) -> None:
    """For callers that cannot ask: refuse a file whose encoding or separator is a real guess.

    :raises FileProblem: naming what to say in the mapping's formats.
    """
    if "encoding" in shape.ambiguous:
        raise FileProblem(
            _("The encoding may be %(encodings)s: name one as “encoding” in the formats of a mapping file."),
            code="ambiguous_encoding",
            encodings=", ".join(shape.encodings),
        )
    if "separator" in shape.ambiguous:
        raise FileProblem(
            _("The separator cannot be told: name it as “separator” in the formats of a mapping file."),
            code="ambiguous_separator",
        )


def _reading(formats: dict[str, Any] | None) -> dict[str, Any]:
    told = formats or {}
    reading = {name: told[name] for name in ("encoding", "separator", "sheet", "header_row") if told.get(name)}
    return reading if told.get("sheets") is None else {**reading, "sheets": told["sheets"]}

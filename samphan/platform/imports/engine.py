"""Carry a file into records: check, write, and take back.

A run commits chunk by chunk, and each commit carries the checkpoint with it. Whatever is killed, worker or database, the
next run goes on behind the last committed row: nothing is lost and nothing comes twice. An advisory lock keeps a second
runner away.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Full, Queue
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset
from samphan.platform.changes.undo import Undone, undo_changeset
from samphan.platform.errors import DomainError
from samphan.platform.files import import_folder
from samphan.platform.imports.kinds import Context, Converted, Counts, Problem, Session, kind
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.imports.reading import Chunk, FileProblem, FileShape, RejectsWriter, open_chunks
from samphan.platform.imports.settling import date_formats
from samphan.platform.tenancy import in_workspace

logger = logging.getLogger(__name__)

CHUNK_ROWS = 4000
PROBLEMS_KEPT = 20_000  # of a check; a run keeps them all, for the file of rejects
State = ImportBatch.State
Progress = Callable[[ImportBatch], None]


class CannotImport(DomainError):
    """The import is not in the state for this, or the mapping lacks something."""


class AlreadyRunning(CannotImport):
    """Another process works on this import right now."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended, as the command line prints it."""

    batch: ImportBatch
    rejects_file: str | None
    seconds: float


def check(batch_id: UUID, workspace_id: UUID, *, progress: Progress | None = None) -> ImportBatch:
    """Read the whole file without writing a record; what did not pass is kept with the batch, counts in its `result`.

    :raises FileProblem: when the file turns out to be broken; the batch is failed then.
    """
    started = time.monotonic()
    with _only_runner(batch_id):
        with in_workspace(workspace_id):
            batch = ImportBatch.objects.get(id=batch_id)
            if batch.state not in (State.UPLOADED, State.CHECKING, State.CHECKED, State.FAILED):
                raise CannotImport(_("This import was carried out already."))
            batch.problems.all().delete()
            _reset(batch, State.CHECKING)
            session = kind(batch.kind).open(_context(batch))
        codes: Counter[tuple[str, str]] = Counter()
        kept = 0
        try:
            for converted in _converted(batch, session, start_row=0):
                with in_workspace(workspace_id):
                    counts = session.match(converted)
                    counts.errors = _rejected_rows(converted)
                    _count(batch, converted, counts)
                    codes.update((problem.column, problem.code) for problem in converted.problems)
                    if kept < PROBLEMS_KEPT:
                        kept += _keep_problems(batch, converted)
                    if not _checkpoint(batch, State.CHECKING):
                        return batch
                if progress:
                    progress(batch)
        except FileProblem as problem:
            _fail(batch, problem)
            raise
        batch.state = State.CHECKED
        batch.result = {
            "seconds": round(time.monotonic() - started, 2),
            "problems": [
                {"column": column, "code": code, "rows": count} for (column, code), count in codes.most_common()
            ],
        }
        with in_workspace(workspace_id):
            _checkpoint(batch, State.CHECKING)
        return batch


def start(batch: ImportBatch) -> None:
    """Put a batch in line to be written: counts at zero, the changeset made; stands inside `in_workspace`.

    :raises CannotImport: when it ran already.
    """
    taken = ImportBatch.objects.filter(
        id=batch.id, state__in=[State.UPLOADED, State.CHECKING, State.CHECKED, State.FAILED]
    ).update(state=State.RUNNING, started_at=timezone.now(), failure="")
    if not taken:
        raise CannotImport(_("This import was carried out already."))
    batch.refresh_from_db()
    batch.problems.all().delete()
    _reset(batch, State.RUNNING)
    Changeset.objects.get_or_create(
        id=batch.id,
        defaults={
            "workspace_id": batch.workspace_id,
            "kind": "platform.file_imported",
            "member_id": batch.member_id,
            "note": {"file": batch.file_name, "kind": batch.kind},
        },
    )


def run(
    batch_id: UUID,
    workspace_id: UUID,
    *,
    progress: Progress | None = None,
    database_is_back: Callable[[], bool] | None = None,
) -> Outcome:
    """Write a started batch to its end; goes on where an earlier run stopped, and waits for a database that went away.

    :param database_is_back: called while the database does not answer; False gives up. Default: two minutes of patience.
    :raises AlreadyRunning: when another process is at it.
    :raises FileProblem: when the file is refused as a whole; nothing of it was written before its first bad byte is met,
        except rows already committed, which undo takes back.
    """
    began = time.monotonic()
    patience = database_is_back or _patience(seconds=120)
    while True:
        try:
            with _only_runner(batch_id):
                batch = _run(batch_id, workspace_id, progress)
            break
        except (OperationalError, InterfaceError):
            logger.warning("the database went away during import %s; waiting for it", batch_id)
            connection.close()
            if not patience():
                raise
    with in_workspace(workspace_id):
        rejects = write_rejects(batch)
    return Outcome(batch, rejects, round(time.monotonic() - began, 3))


def undo(batch_id: UUID, workspace_id: UUID, *, member_id: UUID | None) -> Undone:
    """Take a whole import back in one transaction.

    :raises CannotImport: while it still runs, or when it was undone.
    """
    with _only_runner(batch_id), in_workspace(workspace_id):
        batch = ImportBatch.objects.select_for_update().get(id=batch_id)
        if batch.state not in (State.DONE, State.CANCELLED, State.FAILED, State.UNDOING):
            raise CannotImport(_("This import cannot be undone now: it is %(state)s."), state=batch.state)
        undone = undo_changeset(batch.id, member_id=member_id)
        batch.state = State.UNDONE
        batch.result = {
            **batch.result,
            "deleted": undone.deleted,
            "restored": undone.restored,
            "kept": [{"id": str(kept.id), "field": kept.field} for kept in undone.kept[:1000]],
        }
        batch.save(update_fields=["state", "result"])
        return undone


def cancel(batch: ImportBatch) -> bool:
    """Stop a run at its next commit; what came in stays until undone. False when it does not run."""
    return bool(
        ImportBatch.objects.filter(id=batch.id, state__in=[State.RUNNING, State.CHECKING]).update(
            state=State.CANCELLED, finished_at=timezone.now()
        )
    )


def write_rejects(batch: ImportBatch) -> str | None:
    """Write the rows that did not come in, with row, column and reason, as a file; None when all came in."""
    rows = batch.problems.filter(rejects=True).order_by("row", "id").iterator(chunk_size=2000)
    headings = FileShape.from_dict(batch.shape).headings
    with RejectsWriter(import_folder(batch.id) / "rejects.csv", headings) as writer:
        last = 0
        for problem in rows:
            if problem.row == last:
                continue  # one line a row; the first of its reasons
            last = problem.row
            writer.write(problem.row, problem.cells, column=problem.column, reason=problem.reason)
        path = writer.finish()
    return str(path) if path else None


def is_stalled(batch: ImportBatch, *, seconds: float = 20) -> bool:
    """True for a batch that should be at work and gave no sign of life for a while."""
    if batch.state not in (State.RUNNING, State.CHECKING, State.UNDOING):
        return False
    sign = batch.heartbeat_at or batch.started_at or batch.created_at
    return (timezone.now() - sign).total_seconds() > seconds


def _run(batch_id: UUID, workspace_id: UUID, progress: Progress | None) -> ImportBatch:
    with in_workspace(workspace_id):
        batch = ImportBatch.objects.get(id=batch_id)
        if batch.state == State.DONE:
            return batch
        if batch.state != State.RUNNING:
            raise CannotImport(_("This import is not started."))
        session = kind(batch.kind).open(_context(batch))
    if "finished_after" not in batch.result:
        try:
            for converted in _converted(batch, session, start_row=batch.result.get("last_row", -1) + 1):
                if not _commit(batch, session, converted):
                    return batch
                if progress:
                    progress(batch)
        except FileProblem as problem:
            _fail(batch, problem)
            raise
    after: str | None = batch.result.get("finished_after", "")
    while after is not None:
        with in_workspace(workspace_id), changeset("platform.file_imported", resume=batch.id):
            counts, after = session.finish(after)
            _count(batch, None, counts)
            batch.result = {**batch.result, "finished_after": after}
            if after is None:
                batch.state, batch.finished_at = State.DONE, timezone.now()
            if not _checkpoint(batch):
                return batch
        if progress:
            progress(batch)
    return batch


def _commit(batch: ImportBatch, session: Session, converted: Converted) -> bool:
    """Write one chunk with its checkpoint; False when somebody cancelled the import meanwhile."""
    with in_workspace(batch.workspace_id), changeset("platform.file_imported", resume=batch.id):
        counts = session.write(converted)
        counts.errors = _rejected_rows(converted)
        _keep_problems(batch, converted)
        _count(batch, converted, counts)
        batch.result = {**batch.result, "last_row": converted.last_row}
        if not _checkpoint(batch):
            transaction.set_rollback(True)
            return False
    return True


def _fail(batch: ImportBatch, problem: FileProblem) -> None:
    with in_workspace(batch.workspace_id):
        batch.state, batch.failure, batch.finished_at = State.FAILED, str(problem), timezone.now()
        batch.save(update_fields=["state", "failure", "finished_at"])


def _checkpoint(batch: ImportBatch, state: State = State.RUNNING) -> bool:
    """Store how far the batch is; False when it is no longer in that state, because somebody cancelled it."""
    batch.heartbeat_at = timezone.now()
    return bool(
        ImportBatch.objects.filter(id=batch.id, state=state).update(
            rows=batch.rows,
            rows_done=batch.rows_done,
            created=batch.created,
            updated=batch.updated,
            skipped=batch.skipped,
            errors=batch.errors,
            result=batch.result,
            heartbeat_at=batch.heartbeat_at,
            state=batch.state,
            finished_at=batch.finished_at,
        )
    )


def _count(batch: ImportBatch, converted: Converted | None, counts: Counts) -> None:
    if converted is not None:
        batch.rows += converted.rows
        batch.rows_done = batch.rows
    batch.created += counts.created
    batch.updated += counts.updated
    batch.skipped += counts.skipped
    batch.errors += counts.errors


def _reset(batch: ImportBatch, state: State) -> None:
    batch.rows = batch.rows_done = batch.created = batch.updated = batch.skipped = batch.errors = 0
    batch.result, batch.state, batch.failure = {}, state, ""
    batch.heartbeat_at = timezone.now()
    batch.save()


def _rejected_rows(converted: Converted) -> int:
    return len({problem.row for problem in converted.problems if problem.rejects})


def _keep_problems(batch: ImportBatch, converted: Converted) -> int:
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                workspace_id=batch.workspace_id,
                batch=batch,
                row=problem.row,
                column=problem.column[:255],
                code=problem.code,
                reason=problem.reason,
                rejects=problem.rejects,
                cells=[_plain(cell) for cell in converted.cells.get(problem.row, [])],
            )
            for problem in converted.problems
        ],
        batch_size=1000,
    )
    return len(converted.problems)


def _plain(cell: Any) -> str:
    return str(cell)[:2000].replace("\0", "\ufffd")


def _context(batch: ImportBatch) -> Context:
    shape = FileShape.from_dict(batch.shape)
    mapping = batch.mapping
    names = kind(batch.kind).field_names()
    columns: dict[int, str] = {}
    for index, heading in enumerate(shape.headings):
        wanted = mapping.get("columns", {}).get(heading)
        if wanted and wanted in names:
            columns[index] = wanted
    for alternatives in kind(batch.kind).required:
        if not set(alternatives) & set(columns.values()):
            labels = {one.name: one for one in kind(batch.kind).fields}
            wanted = " / ".join(f"{labels[name].label_th} ({name})" for name in alternatives)
            raise CannotImport(_("No column of the file is mapped to %(fields)s."), fields=wanted)
    return Context(
        batch_id=batch.id,
        workspace_id=batch.workspace_id,
        member_id=batch.member_id,
        headings=shape.headings,
        columns=columns,
        dates=date_formats(batch.file_path, shape, columns, kind(batch.kind), mapping.get("formats", {})),
        keys=tuple(mapping.get("keys") or ()),
        existing=mapping.get("existing", "file"),
        file_name=batch.file_name,
        at=batch.started_at or timezone.now(),
    )


def _converted(batch: ImportBatch, session: Session, *, start_row: int) -> Iterator[Converted]:
    """Chunks of the file, read and converted in a thread beside the caller, who waits for the database meanwhile."""
    shape = FileShape.from_dict(batch.shape)
    queue: Queue[Converted | BaseException | None] = Queue(maxsize=2)
    stopped = threading.Event()

    def put(item: Converted | BaseException | None) -> None:
        while not stopped.is_set():
            try:
                queue.put(item, timeout=0.5)
                return
            except Full:
                continue

    def produce() -> None:
        translation.activate(language)  # of this thread alone
        try:
            for chunk in open_chunks(batch.file_path, shape, CHUNK_ROWS, start_row=start_row):
                put(_convert(chunk, session, shape, batch.corrections))
                if stopped.is_set():
                    return
            put(None)
        except BaseException as error:
            put(error)

    language = translation.get_language() or "th"
    thread = threading.Thread(target=produce, name="import-reader", daemon=True)
    thread.start()
    try:
        while (item := queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join(timeout=10)


def _convert(chunk: Chunk, session: Session, shape: FileShape, corrections: dict[str, dict[str, str]]) -> Converted:
    if corrections:
        index = {heading: position for position, heading in enumerate(shape.headings)}
        for number, cells in chunk:
            for heading, value in corrections.get(str(number), {}).items():
                if heading in index:
                    cells[index[heading]] = value
    converted = session.convert(chunk)
    converted.rows = len(chunk) + len(chunk.rejected)
    converted.last_row = chunk.last_row
    for row in chunk.rejected:
        if row.problem is not None:
            converted.problems.append(Problem(row.number, row.problem.column, row.problem.code, row.problem.reason))
            converted.cells[row.number] = row.cells
    return converted


@contextmanager
def _only_runner(batch_id: UUID) -> Iterator[None]:
    key = batch_id.int & 0x7FFFFFFFFFFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning(_("Another process works on this import."))
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        except (OperationalError, InterfaceError):
            connection.close()  # the lock went with the session


def _patience(seconds: float) -> Callable[[], bool]:
    deadline = time.monotonic() + seconds

    def wait() -> bool:
        while time.monotonic() < deadline:
            time.sleep(0.5)
            try:
                connection.ensure_connection()
            except (OperationalError, InterfaceError):
                connection.close()
                continue
            return True
        return False

    return wait

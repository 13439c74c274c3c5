"""Carry a file into records: check, write, and take back.

A run commits chunk by chunk, and each commit carries the checkpoint with it. Whatever is killed, worker or database,
the next run goes on behind the last committed row: nothing is lost and nothing comes twice. An advisory lock keeps a
second runner away.
"""

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Full, Queue
from typing import Any
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected

from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset
from samphan.platform.changes.undo import Undone, undo_changeset
from samphan.platform.events import publish
from samphan.platform.files import import_folder
from samphan.platform.imports.converting import catch_up, convert
from samphan.platform.imports.events import ImportEnded
from samphan.platform.imports.filling import bills_of, filler_of
from samphan.platform.imports.fixes import Fix, leave_out, passed_over, read_fixes
from samphan.platform.imports.kinds import Context, Converted, Counts, KindGone, Session, kind_in_use
from samphan.platform.imports.locks import CannotImport, only_runner
from samphan.platform.imports.models import ImportBatch, ImportProblem
from samphan.platform.imports.reading import FileProblem, FileShape, RejectsWriter, open_chunks
from samphan.platform.imports.settling import date_formats
from samphan.platform.observation import figures
from samphan.platform.tenancy import in_workspace

logger = logging.getLogger(__name__)

CHUNK_ROWS = 4000
UNDO_ATTEMPTS = 5
PROBLEMS_KEPT = 100_000  # of a check; a run keeps them all, for the file of rejects
TRIES = 3  # of a chunk that met somebody who wrote the same phone or number in the same moment
State = ImportBatch.State
BEFORE_RUN = (State.UPLOADED, State.CHECKING, State.CHECKED, State.FAILED)
Progress = Callable[[ImportBatch], None]


@dataclass(frozen=True)
class Outcome:
    """How a run ended, as the command line prints it."""

    batch: ImportBatch
    rejects_file: str | None
    seconds: float


def check(batch_id: UUID, workspace_id: UUID, *, progress: Progress | None = None, wait: float = 0) -> ImportBatch:
    """Read the whole file without writing a record; what did not pass is kept with the batch, counts in its `result`.

    :raises FileProblem: when the file turns out to be broken; the batch is failed then.
    """
    started = time.monotonic()
    with only_runner(batch_id, wait=wait):
        with in_workspace(workspace_id):
            batch = ImportBatch.objects.get(id=batch_id)
            if batch.state not in BEFORE_RUN or batch.started_at is not None:
                raise CannotImport(_("This import was carried out already."))
            kind_in_use(batch.kind)
            batch.problems.all().delete()
            _reset(batch, State.CHECKING)
            bills_of(batch)  # looked for and kept here, where writing is possible
            session = kind_in_use(batch.kind).open(_context(batch))
        codes: Counter[tuple[str, str, bool]] = Counter()
        offers: Counter[Fix] = Counter()
        fixes = read_fixes(batch.mapping)
        kept = 0
        try:
            for converted in _converted(batch, session, start_row=0, offering=True):
                with in_workspace(workspace_id):
                    counts = session.match(converted)
                    counts.skipped += leave_out(converted, fixes) + passed_over(converted)
                    offers.update(converted.offers)
                    counts.errors = _rejected_rows(converted)
                    _count(batch, converted, counts)
                    codes.update((problem.column, problem.code, problem.rejects) for problem in converted.problems)
                    if kept < PROBLEMS_KEPT:
                        kept += _keep_problems(batch, converted)
                    if not _checkpoint(batch, State.CHECKING):
                        batch.refresh_from_db()
                        return batch
                _tell(batch, progress)
        except FileProblem as problem:
            _fail(batch, problem)
            raise
        batch.state = State.CHECKED
        batch.result = {
            "seconds": round(time.monotonic() - started, 2),
            "problems": [
                {
                    "column": column,
                    "code": code,
                    "rows": count,
                    "rejects": rejects,
                    "fixes": [
                        {"do": fix.do, "old": fix.old, "new": fix.new, "rows": rows}
                        for fix, rows in offers.most_common()
                        if (fix.column, fix.code) == (column, code)
                    ],
                }
                for (column, code, rejects), count in codes.most_common()
            ],
        }
        with in_workspace(workspace_id):
            if not _checkpoint(batch, State.CHECKING):
                batch.refresh_from_db()
        _tell(batch, progress)
        return batch


def start(batch: ImportBatch) -> None:
    """Put a batch in line to be written: counts at zero, the changeset made; stands inside `in_workspace`.

    :raises CannotImport: when it ran already, or a field that the kind needs is not mapped.
    """
    _context(batch, with_dates=False)  # refuses here and not in the worker
    taken = ImportBatch.objects.filter(id=batch.id, state__in=BEFORE_RUN, started_at=None).update(
        state=State.RUNNING, started_at=timezone.now(), failure=""
    )
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


def go_on(batch: ImportBatch) -> None:
    """Put a run that failed or was cancelled in line again, behind its last committed row; inside `in_workspace`.

    :raises CannotImport: when it never started, or is not stopped.
    """
    taken = ImportBatch.objects.filter(
        id=batch.id, state__in=[State.FAILED, State.CANCELLED], started_at__isnull=False
    ).update(state=State.RUNNING, failure="", finished_at=None, heartbeat_at=timezone.now())
    if not taken:
        raise CannotImport(_("This import is not stopped."))
    batch.refresh_from_db()


def run(
    batch_id: UUID,
    workspace_id: UUID,
    *,
    progress: Progress | None = None,
    database_is_back: Callable[[], bool] | None = None,
    wait: float = 0,
) -> Outcome:
    """Write a started batch to its end; goes on where an earlier run stopped, and waits for a database that went away.

    :param database_is_back: called while the database does not answer; False gives up. Default: two minutes.
    :param wait: seconds to wait for a runner before us to let go.
    :raises AlreadyRunning: when another process is at it.
    :raises FileProblem: when the file turns out to be broken; rows committed before stay until undone.
    :raises KindGone: when nobody has the kind of record any more; likewise.
    """
    began = time.monotonic()
    patience = database_is_back or _patience(seconds=120)
    tries = 0
    while True:
        try:
            with only_runner(batch_id, wait=wait):
                batch = _run(batch_id, workspace_id, progress)
            break
        except KindGone as gone:
            fail(batch_id, workspace_id, str(gone), state=State.RUNNING)
            raise
        except IntegrityError:
            # Somebody gave another customer the same number while the chunk was on its way; it is matched anew.
            tries += 1
            if tries >= TRIES:
                raise
        except (OperationalError, InterfaceError):
            logger.warning("the database went away during import %s; waiting for it", batch_id)
            connection.close()
            wait = max(wait, 30)  # our own session may still be dying there, with the lock in its hand
            if not patience():
                raise
    with in_workspace(workspace_id):
        rejects = write_rejects(batch)
    return Outcome(batch, rejects, round(time.monotonic() - began, 3))


def start_undo(batch: ImportBatch) -> None:
    """Put an import in line to be taken back; stands inside `in_workspace`.

    :raises CannotImport: while it still runs, before it ran, or when it was undone.
    """
    taken = ImportBatch.objects.filter(
        id=batch.id, state__in=[State.DONE, State.CANCELLED, State.FAILED], started_at__isnull=False
    ).update(state=State.UNDOING, heartbeat_at=timezone.now(), failure="")
    batch.refresh_from_db()
    if not taken:
        raise CannotImport(_("This import cannot be undone now: it is %(state)s."), state=batch.get_state_display())


def undo(batch_id: UUID, workspace_id: UUID, *, member_id: UUID | None, wait: float = 0) -> Undone:
    """Take a whole import back in one transaction.

    Where it meets another import of the workspace, whose rows it waits for while that waits for its own, it starts over.

    :raises CannotImport: while it still runs, or when it was undone.
    """
    for attempt in range(UNDO_ATTEMPTS):
        try:
            return _undo(batch_id, workspace_id, member_id, wait)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected) or attempt == UNDO_ATTEMPTS - 1:
                raise
            logger.warning("the undo of import %s met another writer and starts over", batch_id)
            time.sleep(2 * (attempt + 1))
    raise AssertionError("unreachable")


def _undo(batch_id: UUID, workspace_id: UUID, member_id: UUID | None, wait: float) -> Undone:
    with only_runner(batch_id, wait=wait), in_workspace(workspace_id):
        batch = ImportBatch.objects.select_for_update().get(id=batch_id)
        if batch.state not in (State.DONE, State.CANCELLED, State.FAILED, State.UNDOING):
            raise CannotImport(_("This import cannot be undone now: it is %(state)s."), state=batch.get_state_display())
        undone = undo_changeset(batch.id, member_id=member_id)
        with suppress(KindGone):  # it left nothing aside then
            discard = kind_in_use(batch.kind).discard
            if discard is not None:
                discard(batch.id)
        batch.state = State.UNDONE
        batch.result = {
            **batch.result,
            "deleted": undone.deleted,
            "restored": undone.restored,
            "kept": [{"id": str(kept.id), "field": kept.field} for kept in undone.kept[:1000]],
            "kept_count": len(undone.kept),
        }
        batch.save(update_fields=["state", "result"])
        publish(ImportEnded(batch.id, State.UNDONE.value))
    _tell(batch)
    return undone


def cancel(batch: ImportBatch) -> bool:
    """Stop a run at its next commit, or a check. What came in stays until undone. False when neither runs."""
    stopped = ImportBatch.objects.filter(id=batch.id, state=State.RUNNING).update(
        state=State.CANCELLED, finished_at=timezone.now()
    ) or ImportBatch.objects.filter(id=batch.id, state=State.CHECKING).update(state=State.UPLOADED)
    batch.refresh_from_db()
    return bool(stopped)


def fail(batch_id: UUID, workspace_id: UUID, reason: str, *, state: State) -> None:
    """Write down that what stands in `state` cannot go on, so that nobody waits for it; an undo falls back to done."""
    with in_workspace(workspace_id):
        batch = ImportBatch.objects.select_for_update().get(id=batch_id)
        if batch.state != state:
            return
        was_done = state == State.UNDOING and batch.result.get("finished_after", "") is None
        batch.state = State.DONE if was_done else State.FAILED
        batch.failure = reason
        batch.finished_at = batch.finished_at or timezone.now()
        batch.save(update_fields=["state", "failure", "finished_at"])
        publish(ImportEnded(batch.id, State.FAILED.value))
    _tell(batch)


def write_rejects(batch: ImportBatch) -> str | None:
    """Write the rows that did not come in, with row, column and reason, as a file; None when all came in."""
    rows = batch.problems.filter(rejects=True).order_by("row", "id").iterator(chunk_size=2000)
    shape = FileShape.from_dict(batch.shape)
    with RejectsWriter(import_folder(batch.id) / "rejects.csv", shape.headings) as writer:
        last = 0
        for problem in rows:
            if problem.row == last:
                continue  # one line a row; the first of its reasons
            last = problem.row
            writer.write(shape.row_name(problem.row), problem.cells, column=problem.column, reason=problem.reason)
        path = writer.finish()
    return str(path) if path else None


def is_stalled(batch: ImportBatch, *, seconds: float = 20) -> bool:
    """True for a batch that should be at work and gave no sign of life for a while."""
    if batch.state not in (State.RUNNING, State.CHECKING, State.UNDOING, State.FETCHING):
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
        kind_in_use(batch.kind)
        bills_of(batch)  # looked for and kept here, where writing is possible
        session = kind_in_use(batch.kind).open(_context(batch))
    if "finished_after" not in batch.result:
        try:
            for converted in _converted(batch, session, start_row=batch.result.get("last_row", -1) + 1):
                if not _commit(batch, session, converted):
                    return batch
                _tell(batch, progress)
        except FileProblem as problem:
            _fail(batch, problem)
            raise
    after: str | None = batch.result.get("finished_after", "")
    while after is not None:
        try:
            with in_workspace(workspace_id), changeset("platform.file_imported", resume=batch.id):
                counts, after = session.finish(after)
                _count(batch, None, counts)
                batch.result = {**batch.result, "finished_after": after}
                if after is None:
                    batch.state, batch.finished_at = State.DONE, timezone.now()
                if not _checkpoint(batch):
                    raise _Stopped
                if after is None:
                    publish(ImportEnded(batch.id, State.DONE.value))
        except _Stopped:
            return _as_stored(batch)
        _tell(batch, progress)
    return batch


class _Stopped(Exception):
    """Somebody cancelled the import; the transaction it is raised in is rolled back."""


def _commit(batch: ImportBatch, session: Session, converted: Converted) -> bool:
    """Write one chunk with its checkpoint; False when somebody cancelled the import meanwhile."""
    done_before = batch.rows_done
    try:
        with in_workspace(batch.workspace_id), changeset("platform.file_imported", resume=batch.id):
            counts = session.write(converted)
            counts.skipped += leave_out(converted, read_fixes(batch.mapping)) + passed_over(converted)
            counts.errors = _rejected_rows(converted)
            _keep_problems(batch, converted)
            _count(batch, converted, counts)
            batch.result = {**batch.result, "last_row": converted.last_row}
            if not _checkpoint(batch):
                raise _Stopped
    except _Stopped:
        _as_stored(batch)  # the counts of the chunk that was rolled back are gone with it
        return False
    figures.import_rows.inc(max(0, batch.rows_done - done_before))
    return True


def _as_stored(batch: ImportBatch) -> ImportBatch:
    with in_workspace(batch.workspace_id):
        batch.refresh_from_db()
    return batch


_told: dict[UUID, float] = {}


def _tell(batch: ImportBatch, progress: Progress | None = None) -> None:
    """Let open pages look again, at most three times a second; outside the transaction, where it holds nobody up."""
    if progress:
        progress(batch)
    now = time.monotonic()
    if batch.state in (State.RUNNING, State.CHECKING) and now - _told.get(batch.id, 0) < 0.3:
        return
    _told[batch.id] = now
    if batch.state not in (State.RUNNING, State.CHECKING):
        _told.pop(batch.id, None)
    message = {"w": str(batch.workspace_id), "t": "import", "id": str(batch.id), "v": batch.rows_done}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('samphan_live', %s)", [json.dumps(message)])


def _fail(batch: ImportBatch, problem: FileProblem) -> None:
    with in_workspace(batch.workspace_id):
        batch.state, batch.failure, batch.finished_at = State.FAILED, str(problem), timezone.now()
        batch.save(update_fields=["state", "failure", "finished_at"])
        publish(ImportEnded(batch.id, State.FAILED.value))


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
                message=problem.message,
                values=plain_values(problem.values),
                rejects=problem.rejects,
                cells=[_plain(cell) for cell in converted.cells.get(problem.row, [])],
            )
            for problem in converted.problems
        ],
        batch_size=1000,
    )
    return len(converted.problems)


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a sentence as JSON takes them."""
    return {name: value if isinstance(value, int) else _plain(value) for name, value in values.items()}


def _plain(cell: Any) -> str:
    return str(cell)[:2000].replace("\0", "\ufffd")


def open_session(batch: ImportBatch) -> Session:
    """A session over the batch as it is mapped now, for a look at single rows; stands inside `in_workspace`.

    :raises CannotImport: when a field that the kind needs is not mapped.
    """
    return kind_in_use(batch.kind).open(_context(batch))


def _context(batch: ImportBatch, *, with_dates: bool = True) -> Context:
    shape = FileShape.from_dict(batch.shape)
    mapping = batch.mapping
    names = kind_in_use(batch.kind).field_names()
    columns: dict[int, str] = {}
    for index, heading in enumerate(shape.headings):
        wanted = mapping.get("columns", {}).get(heading)
        if wanted and wanted in names:
            columns[index] = wanted
    for alternatives in kind_in_use(batch.kind).lacking(columns.values(), batch.workspace_id):
        labels = {one.name: one for one in kind_in_use(batch.kind).fields}
        wanted = " / ".join(f"{labels[name].label} ({name})" for name in alternatives)
        raise CannotImport(_("No column of the file is mapped to %(fields)s."), fields=wanted)
    return Context(
        batch_id=batch.id,
        workspace_id=batch.workspace_id,
        member_id=batch.member_id,
        headings=shape.headings,
        columns=columns,
        dates=date_formats(batch.file_path, shape, columns, kind_in_use(batch.kind), mapping.get("formats", {}))
        if with_dates
        else {},
        keys=tuple(mapping.get("keys") or ()),
        existing=mapping.get("existing", "file"),
        file_name=batch.file_name,
        at=batch.started_at or timezone.now(),
        source=kind_in_use(batch.kind).source(mapping.get("source")),
    )


def _converted(batch: ImportBatch, session: Session, *, start_row: int, offering: bool = False) -> Iterator[Converted]:
    """Chunks of the file, read and converted in a thread beside the caller, who waits for the database meanwhile."""
    shape = FileShape.from_dict(batch.shape)
    fixes = read_fixes(batch.mapping)
    with in_workspace(batch.workspace_id):  # which knows kinds of its own
        filler = filler_of(batch)
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
        try:
            if filler is not None and start_row:
                above = open_chunks(batch.file_path, shape, CHUNK_ROWS)
                catch_up(filler, above, shape, batch.corrections, fixes, until=start_row)
            for chunk in open_chunks(batch.file_path, shape, CHUNK_ROWS, start_row=start_row):
                put(convert(chunk, session, shape, batch.corrections, fixes, filler=filler, offering=offering))
                if stopped.is_set():
                    return
            put(None)
        except BaseException as error:
            put(error)
        finally:
            connection.close()  # this thread's own, where a reader asked the database

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

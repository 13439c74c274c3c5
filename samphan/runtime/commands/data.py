"""Commands that move data: import, export, search, demo."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from samphan.runtime.cli import Call, CommandFailed, WrongUsage, command, django_ready

if TYPE_CHECKING:
    from samphan.administration.models import Workspace
    from samphan.platform.access import Viewer
    from samphan.platform.imports.models import ImportBatch


def add_to(commands: Any) -> None:
    imports = command(
        commands,
        "import",
        run_import,
        help_text="Bring a file in, or take an import back.",
        with_workspace=True,
        with_acting=False,
    )
    imports.add_argument("file", nargs="?", metavar="FILE")
    imports.add_argument(
        "--as",
        dest="kind_or_member",
        action="append",
        metavar="customers|orders|products|o_KEY",
        help="what the file holds, o_KEY for a kind of your own; also the e-mail of the member who acts",
    )
    imports.add_argument("--mapping", default="auto", metavar="auto|FILE", help="a mapping file; default: guessed")
    imports.add_argument("--key", metavar="FIELD,...", help="the fields that decide whether a row is somebody known")
    imports.add_argument("--dry-run", action="store_true", help="check everything and write nothing")
    imports.add_argument("--undo", metavar="BATCH", help="take an import back")
    imports.add_argument("--resume", metavar="BATCH", help="go on with an import that was interrupted")

    search = command(commands, "search", run_search, help_text="Find records by any fragment.", with_workspace=True)
    search.add_argument("text")
    search.add_argument("--limit", type=int, default=10)

    export = command(commands, "export", run_export, help_text="Write records to a file.", with_workspace=True)
    export.add_argument(
        "entity", metavar="LIST", help="customers, orders, products, tasks, or o_KEY for a kind of your own"
    )
    export.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    export.add_argument("--out", required=True, metavar="FILE")
    export.add_argument("--fields", metavar="FIELD,...")
    export.add_argument("--where", metavar="JSON", help="a condition, see docs/conditions.md")

    demo = command(commands, "demo", run_demo, help_text="Load the demo company, or remove it.")
    demo.add_argument("--customers", type=int, default=None, help="how many customers; a large company is made by sets")
    demo.add_argument("--remove", action="store_true", help="remove the demo company")


@contextmanager
def acting(call: Call, email: str | None = None) -> "Iterator[tuple[Workspace, Viewer]]":
    """The workspace and who acts in it, with Django loaded."""
    with django_ready(call.environment):
        from samphan.administration.models import SystemViewer
        from samphan.administration.queries import member_by_email, workspace_named
        from samphan.platform.tenancy import in_workspace

        workspace = workspace_named(call.options.workspace)
        viewer: Viewer = SystemViewer(workspace.id)
        if email:
            with in_workspace(workspace.id):
                viewer = member_by_email(workspace, email)
        yield workspace, viewer


def run_import(call: Call) -> dict[str, Any]:
    options = call.options
    named = options.kind_or_member or []
    kind_name = next((name for name in named if "@" not in name), None)
    email = next((name for name in named if "@" in name), None)
    if not (options.undo or options.resume or (options.file and kind_name)):
        raise WrongUsage("Name the file, and with --as what it holds: customers, orders or products.")
    with acting(call, email) as (workspace, viewer):
        if options.undo:
            return _undo(call, workspace, viewer, options.undo)
        if options.resume:
            return _run(call, workspace, _batch(workspace, options.resume), time.monotonic())
        return _import(call, workspace, viewer, Path(options.file), str(kind_name))


def _import(call: Call, workspace: "Workspace", viewer: "Viewer", path: Path, kind_name: str) -> dict[str, Any]:
    from samphan.platform.imports import actions, engine, kinds
    from samphan.platform.imports.reading import FileShape
    from samphan.platform.tenancy import in_workspace

    began = time.monotonic()
    with in_workspace(workspace.id):
        known = {one.name for one in kinds.kinds()}
        if kind_name not in known:
            raise WrongUsage(f"There is no kind “{kind_name}”; the kinds are {', '.join(sorted(known))}.")
        if not viewer.may(kinds.kind(kind_name).permission):
            raise CommandFailed("This member may not import.")
        kinds.kind(kind_name).check(viewer)
    mapping = None if call.options.mapping == "auto" else actions.read_mapping_file(Path(call.options.mapping))
    keys = [key.strip() for key in call.options.key.split(",") if key.strip()] if call.options.key else None
    with in_workspace(workspace.id):
        batch = actions.take_file(
            path,
            file_name=path.name,
            kind_name=kind_name,
            member_id=viewer.id,
            formats=mapping["formats"] if mapping else None,
        )
        if not mapping or "encoding" not in mapping["formats"]:
            actions.refuse_open_questions(FileShape.from_dict(batch.shape))
        columns = mapping["columns"] if mapping and mapping["columns"] else batch.mapping["columns"]
        actions.set_mapping(
            batch,
            columns=columns,
            keys=keys if keys is not None else (mapping or {}).get("keys"),
            formats=(mapping or {}).get("formats"),
            existing=(mapping or {}).get("existing"),
            fill_down=(mapping or {}).get("fill_down"),
        )
    if call.options.dry_run:
        batch = engine.check(batch.id, workspace.id, progress=_progress(call))
        with in_workspace(workspace.id):
            rejects = engine.write_rejects(batch)
        return _answer(call, batch, rejects, time.monotonic() - began)
    with in_workspace(workspace.id):
        engine.start(batch)
    return _run(call, workspace, batch, began)


def _run(call: Call, workspace: "Workspace", batch: "ImportBatch", began: float) -> dict[str, Any]:
    from samphan.platform.imports import engine

    outcome = engine.run(batch.id, workspace.id, progress=_progress(call), database_is_back=_bring_database_back(call))
    return _answer(call, outcome.batch, outcome.rejects_file, time.monotonic() - began)


def _answer(call: Call, batch: "ImportBatch", rejects: str | None, seconds: float) -> dict[str, Any]:
    call.say(
        f"{batch.rows:,} rows: {batch.created:,} created, {batch.updated:,} updated, {batch.skipped:,} skipped, "
        f"{batch.errors:,} rejected, in {seconds:.1f} s." + (f" Rejects: {rejects}" if rejects else "")
    )
    return {
        "batch": str(batch.id),
        "rows": batch.rows,
        "created": batch.created,
        "updated": batch.updated,
        "skipped": batch.skipped,
        "errors": batch.errors,
        "rejects_file": rejects,
        "seconds": round(seconds, 3),
    }


def _undo(call: Call, workspace: "Workspace", viewer: "Viewer", batch_id: str) -> dict[str, Any]:
    from samphan.platform.imports import engine

    began = time.monotonic()
    batch = _batch(workspace, batch_id)
    undone = engine.undo(batch.id, workspace.id, member_id=viewer.id)
    seconds = round(time.monotonic() - began, 3)
    call.say(
        f"Undone: {undone.deleted:,} deleted, {undone.restored:,} restored, {len(undone.kept):,} later edits kept, "
        f"in {seconds:.1f} s."
    )
    return {
        "batch": str(batch.id),
        "deleted": undone.deleted,
        "restored": undone.restored,
        "kept": [{"id": str(kept.id), "field": kept.field} for kept in undone.kept],
        "seconds": seconds,
    }


def _batch(workspace: "Workspace", batch_id: str) -> "ImportBatch":
    from samphan.platform.imports.models import ImportBatch
    from samphan.platform.tenancy import in_workspace

    try:
        identity = UUID(batch_id)
    except ValueError:
        raise CommandFailed(f"“{batch_id}” is not the number of an import.") from None
    with in_workspace(workspace.id):
        batch = ImportBatch.objects.filter(id=identity).first()
    if batch is None:
        raise CommandFailed(f"There is no import {batch_id}.")
    return batch


def _progress(call: Call) -> Any:
    shown = [time.monotonic()]

    def show(batch: "ImportBatch") -> None:
        now = time.monotonic()
        if now - shown[0] >= 2:
            shown[0] = now
            total = batch.shape.get("approximate_rows") or 0
            call.say(f"{batch.rows_done:,} of about {total:,} rows")

    return show


def _bring_database_back(call: Call) -> Any:
    """While an import waits for a database that died: start the home's own again, as long as two minutes."""
    from django.db import connection

    from samphan.runtime.postgres import EmbeddedPostgres

    deadline = time.monotonic() + 120

    def bring_back() -> bool:
        while time.monotonic() < deadline:
            try:
                if call.environment.is_embedded:
                    EmbeddedPostgres(call.environment.home, call.environment.postgres_bin).ensure_running(keep=False)
                connection.close()
                connection.ensure_connection()
            except Exception as error:
                print(f"Waiting for the database: {error}", file=sys.stderr)
                time.sleep(1)
                continue
            return True
        return False

    return bring_back


def run_search(call: Call) -> dict[str, Any]:
    if call.options.limit < 1:
        raise WrongUsage("--limit takes a number from 1.")
    with acting(call, call.options.acting) as (workspace, viewer):
        from samphan.platform.search.finding import find
        from samphan.platform.tenancy import in_workspace

        with in_workspace(workspace.id):
            began = time.perf_counter()
            found = find(call.options.text, viewer=viewer, limit=call.options.limit)
        milliseconds = (time.perf_counter() - began) * 1000
    for hit in found:
        call.say(f"{hit.name}  ({hit.match})")
    return {
        "results": [{"id": str(hit.id), "kind": hit.kind, "name": hit.name, "match": hit.match} for hit in found],
        "ms": round(milliseconds, 2),
    }


def run_export(call: Call) -> dict[str, Any]:
    began = time.monotonic()
    fields = [name.strip() for name in call.options.fields.split(",") if name.strip()] if call.options.fields else None
    where = None
    if call.options.where:
        try:
            where = json.loads(call.options.where)
        except ValueError as error:
            raise WrongUsage(f"--where is not JSON: {error}.") from None
    with acting(call, call.options.acting) as (workspace, viewer):
        from samphan.administration import lists
        from samphan.platform.exports import export_to_file
        from samphan.platform.tenancy import in_workspace

        with in_workspace(workspace.id):
            known = [one.entity_name for one in lists.kinds()]
            if call.options.entity not in known:
                raise WrongUsage(f"There is no list “{call.options.entity}”; the lists are {', '.join(known)}.")
            rows = export_to_file(
                Path(call.options.out),
                call.options.entity,
                viewer=viewer,
                file_format=call.options.format,
                fields=fields,
                where=where,
            )
    seconds = round(time.monotonic() - began, 3)
    call.say(f"{rows:,} rows written to {call.options.out} in {seconds:.1f} s.")
    return {"rows": rows, "seconds": seconds}


def run_demo(call: Call) -> dict[str, Any]:
    began = time.monotonic()
    if call.options.customers is not None and not 1 <= call.options.customers <= 20_000_000:
        raise WrongUsage("--customers takes a number from 1 to 20,000,000.")
    with django_ready(call.environment):
        from samphan.runtime import demo

        if call.options.remove:
            removed = demo.remove()
            call.say("The demo company is removed." if removed else "There is no demo company.")
            return {"removed": removed}
        loaded = demo.load(customers=call.options.customers, say=call.say)
    return {**loaded, "seconds": round(time.monotonic() - began, 3)}

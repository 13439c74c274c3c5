"""What `samphan doctor` looks at: everything outside the program that can be wrong, with what to do about it."""

import ctypes.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from samphan.config.environment import Environment, EnvironmentProblem, load_environment
from samphan.runtime import doctor_operations as operations
from samphan.runtime.binaries import OLDEST_VERSION
from samphan.runtime.doctor_findings import Check, existing, is_served
from samphan.runtime.home import FileLock, RuntimeProblem, prepare_home
from samphan.runtime.postgres import EmbeddedPostgres, database
from samphan.runtime.supervisor import check_port, prepare_database

OLDEST_PYTHON = (3, 11)
SCARCE_DISK_BYTES = 2 * 2**30
# A worker reports every 5 s.
SILENT_WORKER_SECONDS = 30
SLOW_OUTBOX_SECONDS = 60
# They carry a workspace but serve every workspace at once; only the dispatcher reads them.
TABLES_WITHOUT_WALL = frozenset(
    {
        "platform_outboxevent",
        "platform_rowchange",
        "platform_outgoinghold",
        "platform_healthalarm",
        "platform_jobfailure",
        "integrations_webhookpulse",
    }
)


def run_checks(environment: Environment | None = None) -> list[Check]:
    """All checks in the order in which their failure matters; starts the database when needed and leaves it as found.

    Never raises: a check that cannot be made is a check that failed.
    """
    if environment is None:
        try:
            environment = load_environment(os.environ)
        except EnvironmentProblem as problem:
            return [
                Check("configuration", False, str(problem), "Correct the variable; docs/configuration.md lists all.")
            ]
    checks = [Check("configuration", True, "Every SAMPHAN_* variable is understood.")]
    checks += [_guarded(check, environment) for check in (_python, _home, _disk)]
    checks += _database_checks(environment)
    beside = (operations.permissions, operations.address, operations.backups, operations.leftovers)
    checks += [_guarded(check, environment) for check in (*beside, _assets, _port, _browser, _pango)]
    return checks


def _guarded(check: Callable[[Any], Check], subject: Any) -> Check:
    try:
        return check(subject)
    except Exception as error:
        name = check.__name__.strip("_").replace("_", " ")
        return Check(
            name, False, f"The check failed: {error}".strip(), "See the message; report it if it is not clear."
        )


def _python(environment: Environment) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= OLDEST_PYTHON
    return Check(
        "python", ok, f"Python {version}", "" if ok else "Install Python 3.11 or newer and run make setup again."
    )


def _home(environment: Environment) -> Check:
    try:
        prepare_home(environment.home)
        probe = environment.home / f".probe.{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except (OSError, RuntimeProblem) as error:
        return Check("home", False, str(error), "Choose a folder you may write to with SAMPHAN_HOME.")
    return Check("home", True, f"{environment.home} can be written.")


def _disk(environment: Environment) -> Check:
    places = {environment.home}
    if environment.is_embedded:
        places.add(existing(EmbeddedPostgres(environment.home).state))
    free = min(shutil.disk_usage(existing(place)).free for place in places)
    ok = free >= SCARCE_DISK_BYTES
    remedy = "" if ok else "Free some space: a full disk stops the database."
    return Check("disk", ok, f"{free / 2**30:.1f} GiB free", remedy)


def _database_checks(environment: Environment) -> Iterator[Check]:
    try:
        with database(environment):
            if environment.is_embedded:
                _initialise_empty(environment)
            import django

            os.environ.update(environment.variables())
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")
            django.setup()
            yield _guarded(_database, environment)
            migrated = _guarded(_migrations, environment)
            yield migrated
            if migrated.ok:
                for check in (
                    operations.postgres_settings,
                    _leakproof,
                    _row_level_security,
                    operations.indexes,
                    operations.constraints,
                    _worker,
                    _jobs,
                    operations.failed_jobs,
                    _outbox,
                    operations.dead_letters,
                    operations.files,
                    operations.clock,
                    operations.mail,
                    operations.outgoing,
                ):
                    yield _guarded(check, environment)
    except Exception as error:
        remedy = "Look at the message and at the log it names."
        yield Check("database", False, str(error).strip() or type(error).__name__, remedy)


def _initialise_empty(environment: Environment) -> None:
    """Like every command, the doctor makes an empty home usable; what exists it only looks at."""
    try:
        psycopg.connect(**environment.database_parameters()).close()
    except psycopg.OperationalError:
        prepare_database(environment)


def _database(environment: Environment) -> Check:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version')")
        major, version = cursor.fetchone()
    place = "its own PostgreSQL" if environment.is_embedded else "the server of SAMPHAN_DATABASE_URL"
    if major < OLDEST_VERSION:
        return Check(
            "database", False, f"{place} is version {version}", f"Move to PostgreSQL {OLDEST_VERSION} or newer."
        )
    return Check("database", True, f"Samphan reaches {place}, version {version}.")


def _migrations(environment: Environment) -> Check:
    from samphan.runtime.front import waiting_migrations

    waiting = waiting_migrations()
    if waiting:
        return Check(
            "migrations", False, f"{len(waiting)} are not applied: {', '.join(waiting[:3])}", "Run samphan upgrade."
        )
    return Check("migrations", True, "The database has every migration.")


def _leakproof(environment: Environment) -> Check:
    from django.db import connection

    from samphan.runtime.roles import unmarked_functions

    connection.ensure_connection()
    unmarked = unmarked_functions(connection.connection)
    if not unmarked:
        return Check("leakproof functions", True, "Lists may use every index under row-level security.")
    names = ", ".join(name.removeprefix("pg_catalog.").partition("(")[0] for name in unmarked[:3])
    if environment.is_embedded:
        return Check("leakproof functions", False, f"{len(unmarked)} lack their mark: {names}", "Run samphan init.")
    # Managed servers give nobody a superuser; Samphan works there, only slower.
    message = f"{len(unmarked)} lack their mark: {names}. Lists filtered by them read more rows than they show."
    return Check("leakproof functions", True, message, "Let a superuser run samphan init once.")


def _row_level_security(environment: Environment) -> Check:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
               AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                       SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
             ORDER BY 1
            """
        )
        bare = [name for (name,) in cursor.fetchall() if name not in TABLES_WITHOUT_WALL]
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)")
        bypasses = cursor.fetchone() is not None
    if bypasses:
        remedy = "Take SUPERUSER and BYPASSRLS away from samphan_app."
        return Check("row-level security", False, "The application's role bypasses row-level security.", remedy)
    if bare:
        return Check(
            "row-level security", False, f"Off on {', '.join(bare)}", "Run samphan init; report it if it stays."
        )
    return Check("row-level security", True, "On for every table of a workspace.")


def _worker(environment: Environment) -> Check:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat))::int FROM procrastinate_workers")
        (silence,) = cursor.fetchone()
    if silence is not None and silence <= SILENT_WORKER_SECONDS:
        return Check("worker", True, f"Last heard of {silence} s ago.")
    if environment.is_embedded and not is_served(environment):
        # Nothing runs, so nothing is missing.
        return Check("worker", True, "Samphan is not running; its worker starts with samphan serve.")
    heard = "No worker was ever heard of" if silence is None else f"No worker for {silence} s"
    return Check(
        "worker", False, f"{heard}; imports and updates wait.", "Look at the messages of samphan serve or worker."
    )


def _jobs(environment: Environment) -> Check:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE j.status = 'doing'
                                      AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))),
                   count(*) FILTER (WHERE j.status = 'failed')
              FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
            """,
            (SILENT_WORKER_SECONDS * 2,),
        )
        stalled, failed = cursor.fetchone()
    if stalled and is_served(environment):
        return Check(
            "jobs", False, f"{stalled} jobs were left by a dead worker.", "A running worker takes them up again."
        )
    left = f", {stalled} wait for a worker to take them up" if stalled else ""
    return Check(
        "jobs", True, f"{failed} failed in the last days{left}." if failed or left else "None failed or stalled."
    )


def _outbox(environment: Environment) -> Check:
    from samphan.platform.events.dispatcher import lag

    count, age = lag()
    if age > SLOW_OUTBOX_SECONDS and is_served(environment):
        message = f"{count} events wait, the oldest for {age:.0f} s; lists, search and totals are behind."
        return Check(
            "outbox", False, message, "See whether the worker runs; a transaction left open also holds events back."
        )
    return Check("outbox", True, f"{count} events wait." if count else "Every event is delivered.")


def _assets(environment: Environment) -> Check:
    import samphan.ui

    static = Path(next(iter(samphan.ui.__path__))) / "static"
    built = [path for path in static.rglob("*.css") if path.stat().st_size > 0]
    if built:
        return Check("front end", True, "Styles and scripts are built.")
    return Check("front end", False, f"No built styles in {static}", "Run make setup, which builds the front end.")


def _port(environment: Environment) -> Check:
    if is_served(environment):
        return Check("port", True, f"Samphan is served ({FileLock(environment.home / 'serve.lock').read()}).")
    try:
        check_port(environment)
    except RuntimeProblem as problem:
        return Check("port", False, str(problem), "Choose another with SAMPHAN_PORT, or stop the other program.")
    return Check("port", True, f"Port {environment.port} is free.")


def _browser(environment: Environment) -> Check:
    found = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
    message = found or "Not here: browser tests and make pictures are left out; nothing else needs it."
    return Check("chromium", True, message, "" if found else "apt-get install chromium")


def _pango(environment: Environment) -> Check:
    found = ctypes.util.find_library("pango-1.0")
    message = found or "Not here: documents print from the browser and PDF files are not made."
    return Check("pango", True, message, "" if found else "apt-get install libpango-1.0-0 libpangoft2-1.0-0")

"""What the doctor asks of a server that has to last: settings, indexes, files, permissions, clock, mail, address, backups."""

import datetime as dt
import ipaddress
import stat
import time
from pathlib import Path

from samphan.config.environment import SECRET_KEY_FILE, Environment
from samphan.runtime.doctor_findings import Check, is_served

OLD_BACKUP = dt.timedelta(days=7)
# A scheduled one may wait for the next look at the clock, and then takes its time.
LATE_BACKUP = dt.timedelta(hours=26)
WRONG_CLOCK_SECONDS = 30
# Older than this no process still works on it.
STALE_SECONDS = 3600
SLOW_MAIL_SECONDS = 5
FILES_LOOKED_FOR = 300
# Each page thread, job and listener holds a connection.
OTHER_CONNECTIONS = 8


def postgres_settings(environment: Environment) -> Check:
    """Settings without which committed rows may be lost, or pages wait for a connection, or Thai is not found."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('max_connections')::int,"
            " current_setting('server_encoding'), cardinality(show_trgm('สมชาย'))"
        )
        fsync, full_pages, connections, encoding, trigrams = cursor.fetchone()
    wanted = environment.threads + environment.worker_concurrency + OTHER_CONNECTIONS
    if fsync != "on" or full_pages != "on":
        return Check(
            "postgresql settings", False, "fsync or full_page_writes is off: a power cut may destroy the database.",
            "Switch both on in the server's postgresql.conf.",
        )  # fmt: skip
    if encoding != "UTF8" or not trigrams or trigrams < 5:
        return Check(
            "postgresql settings", False, "The database's encoding or character type knows no Thai letters; search finds none.",
            "Make the database with ENCODING 'UTF8' LOCALE 'C.UTF-8', as docs/configuration.md shows, and restore into it.",
        )  # fmt: skip
    if connections < wanted:
        return Check(
            "postgresql settings", False, f"The server takes {connections} connections; {wanted} may be asked for.",
            "Raise max_connections, or lower SAMPHAN_THREADS.",
        )  # fmt: skip
    return Check("postgresql settings", True, f"Durable, Thai is searched, {connections} connections.")


def outgoing(environment: Environment) -> Check:
    """Webhooks and e-mails that are held back, and would be forgotten if nobody said so."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(since) FROM platform_outgoinghold")
        count, since = cursor.fetchone()
    if count:
        return Check(
            "outgoing", False, f"Webhooks and e-mails of {count} workspaces are held back since {since:%Y-%m-%d %H:%M} UTC.",
            "See what waits with samphan outgoing, then --release it or --drop it.",
        )  # fmt: skip
    return Check("outgoing", True, "Webhooks and e-mails go out.")


def indexes(environment: Environment) -> Check:
    """Indexes that PostgreSQL no longer uses, or never finished."""
    from django.db import connection

    from samphan.administration.custom_fields import indexes as field_indexes
    from samphan.administration.custom_fields import shapes

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND NOT (i.indisvalid AND i.indisready)"
            " AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) ORDER BY 1"
        )
        broken = [name for (name,) in cursor.fetchall()]
        of_fields = [one for one in broken if shapes.NAME.fullmatch(one)]
        is_at_work = bool(of_fields) and field_indexes.is_at_work(cursor)
        count = len(field_indexes.existing(cursor)) - len(of_fields)
    broken = [one for one in broken if one not in of_fields]
    if of_fields and not broken and not is_at_work:
        return Check(
            "indexes", False, f"{len(of_fields)} of custom fields were left unfinished; lists read without them.",
            "The worker of samphan serve builds them anew within the hour.",
        )  # fmt: skip
    if broken:
        return Check(
            "indexes", False, f"Not usable: {', '.join(broken[:5])}; lists read whole tables instead.",
            f"Let the database's owner run REINDEX INDEX {broken[0]};",
        )  # fmt: skip
    building = f", {len(of_fields)} more are being built" if of_fields else ""
    of_them = f" {count} serve custom fields{building}." if count or of_fields else ""
    return Check("indexes", True, f"Every index is in use.{of_them}")


def constraints(environment: Environment) -> Check:
    """Rules of the tables that were added without looking at the rows there were."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace AND NOT convalidated ORDER BY 1, 2"
        )
        found = cursor.fetchall()
    if found:
        table, name = found[0]
        return Check(
            "constraints", False, f"{len(found)} were never checked against old rows: {name}.",
            f"Let the database's owner run ALTER TABLE {table} VALIDATE CONSTRAINT {name};",
        )  # fmt: skip
    return Check("constraints", True, "Every rule of the tables holds for every row.")


def dead_letters(environment: Environment) -> Check:
    """Events that a subscriber gave up on."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT subscriber, count(*) FROM platform_deadletter GROUP BY 1 ORDER BY 2 DESC")
        found = cursor.fetchall()
    if not found:
        return Check("dead letters", True, "No event was given up.")
    total, (subscriber, _count) = sum(count for _name, count in found), found[0]
    return Check(
        "dead letters", False, f"{total} events were given up, most by {subscriber}; what follows from them is missing.",
        "Look for their error in the worker's messages, and deliver them again when its cause is gone.",
    )  # fmt: skip


def failed_jobs(environment: Environment) -> Check:
    """Jobs that failed for good within a day."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.task_name, count(DISTINCT j.id) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
            " WHERE j.status = 'failed' AND e.type = 'failed' AND e.at > now() - interval '1 day' GROUP BY 1 ORDER BY 2 DESC"
        )
        found = cursor.fetchall()
    if not found:
        return Check("failed jobs", True, "None within a day.")
    names = ", ".join(f"{name.rpartition('.')[2]} ({count})" for name, count in found[:3])
    return Check(
        "failed jobs", False, f"{sum(count for _name, count in found)} failed within a day: {names}.",
        "The worker's messages of that time say why; do what they were asked for once more.",
    )  # fmt: skip


def permissions(environment: Environment) -> Check:
    """Whether others on this machine could read what is the company's."""
    home = environment.home
    private = [home / SECRET_KEY_FILE, home / "files", home / "backups"]
    if environment.backup_passphrase_file is not None:
        private.append(environment.backup_passphrase_file)
    open_to_all = [path for path in private if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    # What is inside a closed folder is closed too.
    if home.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH) == 0:
        open_to_all = [path for path in open_to_all if not path.is_relative_to(home)]
    if open_to_all:
        names = ", ".join(str(path) for path in open_to_all)
        return Check(
            "permissions", False, f"Others on this machine may read {names}.", f"chmod -R go-rwx {open_to_all[0]}"
        )
    return Check("permissions", True, "Only this account reads the key and the files.")


def clock(environment: Environment) -> Check:
    """Whether this machine and the database agree on the time, and nothing was stored in the future."""
    from django.db import connection

    with connection.cursor() as cursor:
        began_at = time.time()
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp())::float,"
            " (SELECT extract(epoch FROM max(at) - now())::float FROM"
            "   (SELECT at FROM platform_outboxevent ORDER BY id DESC LIMIT 100) newest)"
        )
        there, ahead = cursor.fetchone()
        apart = abs(there - (began_at + time.time()) / 2)
    if apart > WRONG_CLOCK_SECONDS:
        return Check(
            "clock", False, f"This machine and the database server are {apart:.0f} s apart.",
            "Let both follow a time server (timedatectl set-ntp true).",
        )  # fmt: skip
    if ahead is not None and ahead > WRONG_CLOCK_SECONDS:
        return Check(
            "clock", False, f"The newest event was stored {ahead:.0f} s in the future: the clock was or is wrong.",
            "Let the machine follow a time server (timedatectl set-ntp true), and look at what was entered meanwhile.",
        )  # fmt: skip
    return Check("clock", True, "This machine and the database agree.")


def mail(environment: Environment) -> Check:
    """Whether the mail server takes us."""
    from django.conf import settings
    from django.core.mail import get_connection

    if environment.email_url == "console:":
        return Check("mail", True, "There is no mail server (SAMPHAN_EMAIL_URL): notifications stay under the bell.")
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Check("mail", True, f"Mail goes into files, as {environment.email_url} says.")
    sender = get_connection(timeout=SLOW_MAIL_SECONDS)
    try:
        sender.open()
    except Exception as error:
        return Check(
            "mail", False, f"The mail server {settings.EMAIL_HOST} does not take us: {error}".strip(),
            "Correct SAMPHAN_EMAIL_URL; until then e-mails wait and are given up after six hours.",
        )  # fmt: skip
    sender.close()
    return Check("mail", True, f"The mail server {settings.EMAIL_HOST} takes us.")


def address(environment: Environment) -> Check:
    """Whether the address people type, TLS, proxies and debug fit together."""
    public_host = environment.url.partition("://")[2].rpartition(":")[0] or environment.url.partition("://")[2]
    is_local_url = public_host in ("localhost", "127.0.0.1", "[::1]")
    if environment.debug and (not is_local_url or not _is_loopback(environment.host)):
        return Check(
            "address", False, "SAMPHAN_DEBUG shows faults, with what people typed, to everybody who reaches the pages.",
            "Take SAMPHAN_DEBUG away.",
        )  # fmt: skip
    if not environment.is_https and (not is_local_url or not _is_loopback(environment.host)):
        return Check(
            "address", False, f"{environment.url} has no TLS: passwords and customers travel in the clear.",
            "Put a proxy with TLS before Samphan (docs/operate.md), and its address, with https, into SAMPHAN_URL.",
        )  # fmt: skip
    if environment.is_https and not environment.trusted_proxies:
        return Check(
            "address", False, "No proxy is trusted, so that everybody seems to come from the proxy's address without TLS.",
            "Name the proxy's address in SAMPHAN_TRUSTED_PROXIES, for instance 127.0.0.1.",
        )  # fmt: skip
    return Check("address", True, f"People type {environment.url}.")


def backups(environment: Environment) -> Check:
    """Whether there is a backup that is young enough."""
    from samphan.runtime.backup.making import last_backup
    from samphan.runtime.backup.schedule import last_failure

    now = dt.datetime.now(dt.UTC)
    failed, last = last_failure(environment.home), last_backup(environment.home)
    made_at = dt.datetime.fromisoformat(last["created_at"]) if last else None
    if failed is not None and (made_at is None or dt.datetime.fromisoformat(failed["at"]) > made_at):
        return Check(
            "backup",
            False,
            f"The last scheduled backup failed: {failed['reason']}",
            "Mend that; it is tried every hour.",
        )
    age = now - (made_at or _begun_at(environment))
    allowed = LATE_BACKUP if environment.backup_folder else OLD_BACKUP
    remedy = (
        "See whether samphan serve or a worker runs, and what it says."
        if environment.backup_folder
        else "Run samphan backup FILE, or set SAMPHAN_BACKUP_FOLDER for one every day."
    )
    if age > allowed:
        said = f"The last backup is {_days(age)} old." if made_at else f"There was no backup in {_days(age)}."
        return Check("backup", False, said, remedy)
    if last is None:
        return Check("backup", True, "None was made yet.", remedy)
    if not Path(last["file"]).exists():
        return Check("backup", True, f"Made {_days(age)} ago; {last['file']} was taken elsewhere since.")
    return Check("backup", True, f"{last['file']}, {_days(age)} old, was whole.")


def files(environment: Environment) -> Check:
    """Whether the newest files that rows name are there."""
    from django.core.files.storage import default_storage
    from django.db import connection

    from samphan.platform.tenancy import in_workspace

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM administration_workspace ORDER BY id")
        workspaces = [found for (found,) in cursor.fetchall()]
    missing: list[str] = []
    looked = 0
    for workspace in workspaces:
        with in_workspace(workspace), connection.cursor() as cursor:
            cursor.execute(
                "SELECT path FROM customers_customerfile WHERE workspace_id = %s AND deleted_at IS NULL"
                " ORDER BY added_at DESC LIMIT %s",
                [workspace, FILES_LOOKED_FOR // len(workspaces) + 1],
            )
            paths = [path for (path,) in cursor.fetchall()]
        looked += len(paths)
        missing += [path for path in paths if not default_storage.exists(path)]
    if missing:
        return Check(
            "files", False, f"{len(missing)} of the newest {looked} files of customers are gone, among them {missing[0]}.",
            f"Bring them back into {environment.home / 'files'} from a backup (tar x of it gives files/).",
        )  # fmt: skip
    return Check(
        "files", True, f"The newest {looked} files of customers are there." if looked else "There are none yet."
    )


def leftovers(environment: Environment) -> Check:
    """Files that a killed process left."""
    in_home = (".probe.*", ".id.*", ".backup-files", "files.restoring", ".secret_key.*")
    patterns: list[tuple[Path, tuple[str, ...]]] = [(environment.home, in_home)]
    if environment.backup_folder:
        patterns.append((environment.backup_folder, (".*.partial",)))
    patterns.append((environment.home / "backups", (".*.partial",)))
    old = [
        path
        for folder, names in patterns
        for name in names
        for path in folder.glob(name)
        if time.time() - path.lstat().st_mtime > STALE_SECONDS
    ]
    if old and not (is_served(environment) and any(path.name == ".backup-files" for path in old)):
        return Check("leftovers", False, f"A killed process left {', '.join(map(str, old[:3]))}.", f"rm -r {old[0]}")
    return Check("leftovers", True, "Nothing lies around.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


def _begun_at(environment: Environment) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp((environment.home / "id").stat().st_mtime, dt.UTC)
    except OSError:
        return dt.datetime.now(dt.UTC)


def _days(age: dt.timedelta) -> str:
    return f"{age.days} days" if age.days >= 2 else f"{age.total_seconds() / 3600:.0f} hours"

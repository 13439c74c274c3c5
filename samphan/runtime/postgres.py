"""The PostgreSQL that Samphan starts for itself: one cluster for each home, reached through a private socket only.

Any process of an installation may need the database. `database(home)` starts it when it is not running and counts its
users by locks the kernel releases, so that the last one to leave stops it, whoever started it.
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from samphan.config.environment import DATABASE_FILE, Environment
from samphan.runtime.binaries import Account, Binaries, find_binaries, server_account
from samphan.runtime.home import ID_FILE, FileLock, RuntimeProblem, existing_id, prepare_home
from samphan.runtime.postgres_settings import server_settings

SUPERUSER = "postgres"
LOGIN = "samphan"
DATABASE = "samphan"
PORT = 5432  # Only names the socket file; nothing listens on the network.
STATE = Path("/var/lib/samphan")
# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_SOCKET = 103
# Recovery after a crash replays the log since the last checkpoint, at worst `max_wal_size`.
START_SECONDS = 180
STOP_SECONDS = 60


@dataclass(frozen=True)
class Running:
    """A server that answers: process id of its postmaster and the folder of its socket."""

    pid: int
    socket: Path


class EmbeddedPostgres:
    """The cluster of one home. Objects are cheap; the state is on disk and in the locks of the home.

    :param home: the home folder; it may have a path of any length.
    :param binaries: SAMPHAN_POSTGRES_BIN, a folder of programs to use instead of those found.
    """

    def __init__(self, home: Path, binaries: Path | None = None) -> None:
        self.home = home.absolute()
        self._given_binaries = binaries
        self._users = FileLock(self.home / "postgres.users")
        self._kept = self.home / "postgres.kept"

    # Places

    @property
    def state(self) -> Path:
        """Where cluster, log and copied programs are: the home, or as root a folder the service account may enter.

        As root the home is often closed to every other account (root's own folder), and the server cannot run as root.
        The folder is named by the home's id and not by its path, so that a home may be moved, and that a fresh home in
        the place of a deleted one does not find its rows.
        """
        if os.geteuid() != 0:
            return self.home / "postgres"
        home_id = existing_id(self.home) or prepare_home(self.home)
        return STATE / home_id

    @property
    def cluster(self) -> Path:
        return self.state / "cluster"

    @property
    def log(self) -> Path:
        """The file that takes what the server says before its own log starts; its daily logs are beside it."""
        return self.state / "log" / "start.log"

    # Users

    def ensure_running(self, *, keep: bool = True) -> bool:
        """Start the server unless it runs; True when this call started it. Safe from several processes at once.

        :param keep: a server started here stays until `stop()`, whoever else comes and goes; else, until its last user
            detaches.
        :raises RuntimeProblem: when there is no PostgreSQL on the machine, or it does not start.
        """
        prepare_home(self.home)
        with FileLock(self.home / "postgres.lock"):
            started = self._ensure_running()
            if started and keep:
                self._kept.touch()
            return started

    def attach(self) -> bool:
        """Start the server unless it runs and count as its user until `detach`; True when this call started it."""
        prepare_home(self.home)
        with FileLock(self.home / "postgres.lock"):
            started = self._ensure_running()
            self._users.acquire(shared=True)
            return started

    def detach(self) -> None:
        """Leave; the last user to leave stops the server, unless somebody started it to stay."""
        if not self.home.is_dir():  # deleted under us, rows and all
            self._users.release()
            return
        with FileLock(self.home / "postgres.lock"):
            self._users.release()
            last = FileLock(self.home / "postgres.users")
            try:
                if last.acquire(timeout_seconds=0) and not self._kept.exists():
                    self._stop()
            finally:
                last.release()

    def stop(self) -> None:
        """Stop the server now, whoever uses it."""
        if existing_id(self.home) is None:
            return
        with FileLock(self.home / "postgres.lock"):
            self._stop()

    def destroy(self) -> None:
        """Stop the server and delete its rows for good, for homes made to be thrown away."""
        if existing_id(self.home) is None:
            return
        self.stop()
        shutil.rmtree(self.state, ignore_errors=True)
        # With the id goes whatever was noted about these rows: the next cluster of this home is another one.
        for name in (DATABASE_FILE, ID_FILE):
            (self.home / name).unlink(missing_ok=True)

    # Questions

    def running(self) -> Running | None:
        """The server of this home if it accepts connections now."""
        if existing_id(self.home) is None:
            return None
        try:
            lines = (self.cluster / "postmaster.pid").read_text("utf-8", "replace").splitlines()
            pid, socket = int(lines[0]), Path(lines[4].strip())
        except (OSError, ValueError, IndexError):
            return None
        # The last line says what the postmaster itself knows of its state.
        if len(lines) < 8 or lines[7].strip() != "ready" or not _is_alive(pid):
            return None
        return Running(pid, socket)

    def parameters(self, user: str = LOGIN, dbname: str = DATABASE) -> dict[str, Any]:
        """Keywords for `psycopg.connect`."""
        found = self.running()
        socket = found.socket if found else self._socket_folder()
        return {"host": str(socket), "port": PORT, "user": user, "dbname": dbname}

    def superuser(self, dbname: str = DATABASE) -> psycopg.Connection[tuple[Any, ...]]:
        """An autocommit connection as superuser, for roles, extensions and marks; the application never uses it."""
        return psycopg.connect(**self.parameters(SUPERUSER, dbname), autocommit=True, connect_timeout=10)

    # Start and stop, all under postgres.lock

    def _ensure_running(self) -> bool:
        if self.running() and self._answers():
            return False
        account = server_account()
        self._make_folders(account)
        programs = find_binaries(self._given_binaries, account, self.state, self._cluster_version())
        if self._cluster_version() is None:
            self._initialise(programs, account)
        self._clear_remains()
        socket = self._make_socket_folder(account)
        self._write_settings(socket, account, programs)
        self._kept.unlink(missing_ok=True)
        self._start(programs, account)
        self._write_address(socket)
        return True

    def _answers(self) -> bool:
        try:
            self.superuser("postgres").close()
        except psycopg.OperationalError as error:
            # A full house is a running house.
            return "too many clients" in str(error) or "remaining connection slots" in str(error)
        return True

    def _make_folders(self, account: Account) -> None:
        try:
            if account.changes:
                STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
                self.state.mkdir(mode=0o711, exist_ok=True)
                self._claim_state()
            else:
                self.state.mkdir(mode=0o700, exist_ok=True)
            self.log.parent.mkdir(mode=0o700, exist_ok=True)
            if account.changes:
                os.chown(self.log.parent, account.uid, account.gid)
        except OSError as error:
            raise RuntimeProblem(f"The database folder {self.state} cannot be made: {error.strerror}.") from error

    def _claim_state(self) -> None:
        """Refuse a copied home: its rows are outside of it, so two homes would write to one cluster."""
        owner = self.state / "home"
        known = Path(owner.read_text("utf-8")) if owner.exists() else None
        if known is not None and existing_id(known) == self.state.name and not known.samefile(self.home):
            raise RuntimeProblem(
                f"{self.home} is a copy of {known} and would use the same database: delete {self.home / 'id'} to start"
                " with an empty one."
            )
        owner.write_text(str(self.home), "utf-8")

    def _cluster_version(self) -> int | None:
        try:
            return int((self.cluster / "PG_VERSION").read_text("ascii").strip())
        except (OSError, ValueError):
            return None

    def _initialise(self, programs: Binaries, account: Account) -> None:
        """Make an empty cluster beside its place and move it there, so that a killed start leaves nothing half made."""
        fresh = self.state / "cluster.new"
        problem = ""
        for ctype in ("C.UTF-8", "C.utf8", "en_US.UTF-8"):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            if account.changes:
                os.chown(fresh, account.uid, account.gid)
            # Rows sort by code point; Thai order comes from a stored sort key. The character type decides what pg_trgm
            # counts as a letter: under plain C it finds no trigram in a Thai word, also with the builtin provider.
            locale = [f"--lc-ctype={ctype}", "--lc-collate=C", "--locale=C"]
            if programs.version >= 17:
                locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            answer = self._run(
                programs,
                account,
                "initdb", f"--pgdata={fresh}", f"--username={SUPERUSER}", "--encoding=UTF8", *locale,
                # The socket's folder opens for one account only and the server listens nowhere else, so whoever can
                # connect owns the files already; a password beside them would protect nothing.
                "--auth-local=trust", "--auth-host=reject",
            )  # fmt: skip
            if answer.returncode == 0:
                # Only a cluster that is complete gets the name under which it is looked for.
                fresh.rename(self.cluster)
                return
            problem = (answer.stderr.strip() or "initdb failed").splitlines()[-1]
            if "locale" not in answer.stderr:
                break
        raise RuntimeProblem(f"PostgreSQL could not make a database in {self.state}: {problem}.")

    def _clear_remains(self) -> None:
        """After a kill -9 of the server: end what it left behind, then drop its stale process file.

        Its backends normally notice and exit. One busy in a long query stays, and the new server refuses to start
        beside it. Nothing is removed while any process still works in the cluster, as that would let two write at once.
        """
        pid_file = self.cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        deadline = time.monotonic() + 10
        send = signal.SIGQUIT
        while remains := _processes_in(self.cluster):
            for pid in remains:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, send)
            if time.monotonic() > deadline:
                raise RuntimeProblem(f"Processes {', '.join(map(str, remains))} of the last database do not end.")
            if time.monotonic() > deadline - 5:
                send = signal.SIGKILL
            time.sleep(0.05)
        if Path("/proc/self").exists():
            # The number may belong to another program by now, which PostgreSQL would take for a running server.
            for leftover in (pid_file, *self._socket_folder().glob(f".s.PGSQL.{PORT}*")):
                leftover.unlink(missing_ok=True)

    def _socket_folder(self) -> Path:
        key = hashlib.sha256(f"{existing_id(self.home) or ''} {self.home}".encode()).hexdigest()[:12]
        if os.geteuid() == 0 and os.access("/run", os.W_OK):
            return Path("/run") / f"samphan-{key}"
        folder = Path(tempfile.gettempdir()) / f"samphan-{os.geteuid()}-{key}"
        if len(os.fsencode(folder)) + len(f"/.s.PGSQL.{PORT}") > LONGEST_SOCKET:
            folder = Path("/tmp") / folder.name  # noqa: S108 - made for us alone and checked for it
        return folder

    def _make_socket_folder(self, account: Account) -> Path:
        folder = self._socket_folder()
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            if account.changes and folder.lstat().st_uid == 0:
                os.chown(folder, account.uid, account.gid, follow_symlinks=False)
            found = folder.lstat()
        except OSError as error:
            raise RuntimeProblem(f"The folder {folder} for the socket cannot be made: {error.strerror}.") from error
        # In a folder everybody may write to, somebody else could have made it first and listen in our place.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or stat.S_IMODE(found.st_mode) & 0o077:
            raise RuntimeProblem(f"{folder} belongs to somebody else or is open to others: remove it.")
        return folder

    def _write_settings(self, socket: Path, account: Account, programs: Binaries) -> None:
        own = self.home / "postgresql.conf"
        additions = own.read_text("utf-8") if own.exists() else ""
        text = server_settings(socket, self.log.parent, additions, has_lz4=programs.has_lz4)
        path = self.cluster / "postgresql.conf"
        path.write_text(text, "utf-8")
        if account.changes:
            os.chown(path, account.uid, account.gid)

    def _start(self, programs: Binaries, account: Account) -> None:
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C in the terminal must reach the supervisor, not the server under it.
            process = subprocess.Popen(
                [programs.program("postgres"), "-D", str(self.cluster)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_server_environment(),
                start_new_session=True, **account.popen_arguments(),  # type: ignore[call-overload]
            )  # fmt: skip
        try:
            self._wait_until_ready(process)
        except BaseException:
            _end(process)
            raise
        _children[process.pid] = process

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (found := self.running()) or found.pid != process.pid:
            if process.poll() is not None:
                raise RuntimeProblem(f"PostgreSQL does not start: {self._last_words()}")
            if time.monotonic() > deadline:
                raise RuntimeProblem(f"PostgreSQL was not ready in {START_SECONDS} seconds; see {self.log.parent}.")
            time.sleep(0.02)

    def _last_words(self) -> str:
        logs = sorted(self.log.parent.glob("*.log"), key=lambda path: path.stat().st_mtime)
        lines = [line for path in logs for line in path.read_text("utf-8", "replace").splitlines()]
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
        words = fatal[-1].split("FATAL:")[-1].split("PANIC:")[-1].strip() if fatal else "it said nothing"
        return f"{words.rstrip('.')} (log in {self.log.parent})."

    def _write_address(self, socket: Path) -> None:
        address = {"host": str(socket), "port": PORT, "user": LOGIN, "dbname": DATABASE}
        aside = self.home / f".{DATABASE_FILE}.{os.getpid()}"
        aside.write_text(json.dumps(address), "utf-8")
        aside.replace(self.home / DATABASE_FILE)

    def _stop(self) -> None:
        found = self.running()
        if found is None:
            return
        # SIGINT is the fast shutdown: sessions are ended, transactions rolled back, the rest written to disk.
        self._signal(found.pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_alive(found.pid):
            if time.monotonic() > deadline:
                self._signal(found.pid, signal.SIGQUIT)
                deadline += STOP_SECONDS
            time.sleep(0.02)
        with contextlib.suppress(OSError):
            found.socket.rmdir()

    def _signal(self, pid: int, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    def _run(
        self, programs: Binaries, account: Account, name: str, *arguments: str
    ) -> subprocess.CompletedProcess[str]:
        answer: subprocess.CompletedProcess[str] = subprocess.run(
            [programs.program(name), *arguments],
            capture_output=True, text=True, errors="replace", cwd="/", env=_server_environment(), timeout=300,
            **account.popen_arguments(),  # type: ignore[call-overload]
        )  # fmt: skip
        return answer


# Kept so that a server we started is reaped when it ends while we still run; a zombie would count as alive.
_children: dict[int, subprocess.Popen[bytes]] = {}


@contextlib.contextmanager
def database(environment: Environment) -> Iterator[None]:
    """Have a database for the length of the block: the server of SAMPHAN_DATABASE_URL, or the home's own.

    The home's own is started when it does not run, and stopped at the end when nobody else uses it.

    :raises RuntimeProblem: when it cannot be started.
    """
    if not environment.is_embedded:
        yield
        return
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    try:
        server.attach()
    except RuntimeProblem:
        raise
    except BaseException:
        # Asked to stop while it starts: it may run by now, and nobody else would stop it.
        server.detach()
        raise
    try:
        yield
    finally:
        server.detach()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a server that only just begins: one that does not listen to signals yet is asked again until it does."""
    deadline = time.monotonic() + STOP_SECONDS
    while process.poll() is None:
        # SIGINT is the fast shutdown; SIGTERM would wait for whoever is connected. Behind nohup or “&” it is ignored at first.
        process.send_signal(signal.SIGINT if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.05)


def _server_environment() -> dict[str, str]:
    # Not our own: PGDATA, PGPORT or a locale of the caller would change what the server does, and a secret in a
    # variable would be readable in its process.
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _is_alive(pid: int) -> bool:
    child = _children.get(pid)
    if child is not None:
        if child.poll() is None:
            return True
        del _children[pid]
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # Where nobody reaps orphans (a container without an init), a dead server stays as a zombie.
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return not Path("/proc/self").exists()


def _processes_in(cluster: Path) -> list[int]:
    """Processes whose working folder is the cluster, which is where every PostgreSQL process stays."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == cluster.resolve() and _is_alive(int(entry.name)):
                found.append(int(entry.name))
        except OSError:
            continue
    return found

"""The supervisor: one process for each home that starts PostgreSQL, front and worker and restarts what dies."""

import contextlib
import dataclasses
import errno
import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import psycopg

from samphan.config.environment import Environment
from samphan.runtime.home import RuntimeProblem, only_supervisor
from samphan.runtime.metrics import VARIABLE, folder_for_processes
from samphan.runtime.postgres import EmbeddedPostgres, database
from samphan.runtime.roles import OWNER, mark_leakproof, prepare

READY_SECONDS = 180.0  # a machine that has much else to do loads the pages slowly; what ended is said at once
GRACE_SECONDS = 15.0
ENDED_SECONDS = 60.0  # the front is tried again and again for so long; one that runs gets more
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# A part that ran this long was healthy; its next restart is quick again.
HEALTHY_SECONDS = 60.0
LOOK_SECONDS = 0.25
MIGRATION_LOCK = "samphan.migrations"


class Stopped(BaseException):
    """A signal asked to stop while something was being prepared."""


def serve(environment: Environment, *, only: str | None = None) -> int:
    """Run Samphan until SIGTERM or SIGINT; returns the exit code.

    Prints `{"url", "pid"}` on standard output once pages are answered, everything else on standard error.

    :param environment: the configuration; host and port of the command line are set in it by the caller.
    :param only: one part (`front`, `web`, `worker`) by itself, without supervision, for several machines.
    :raises RuntimeProblem: port in use, a second supervisor on the same home, no database.
    """
    if only is not None:
        return _serve_only(environment, only)
    note = f"{environment.url}, process {os.getpid()}"
    with only_supervisor(environment.home, note):
        # The port is looked at after the home: with both taken, "it already runs" is the better news.
        check_port(environment)
        return Supervisor(environment).run()


def prepare_database(environment: Environment) -> list[str]:
    """Bring a running database to this program's state: roles, migrations, marks. Returns warnings, one sentence each.

    Safe at every start and from several processes at once.

    :raises RuntimeProblem: when a migration fails.
    """
    warnings = prepare(environment)
    # One process migrates, the others wait and then find nothing to do.
    with _migration_lock(environment):
        migrating = dataclasses.replace(environment, database_role=OWNER)
        answer = subprocess.run(
            [sys.executable, "-m", "samphan.runtime.migrating"],
            env={**child_environment(migrating)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
    if answer.returncode != 0:
        sys.stderr.write(answer.stderr)
        lines = answer.stderr.strip().splitlines() or ["it said nothing"]
        raise RuntimeProblem(f"The database could not be brought to this version: {lines[-1]}")
    # Again, because migrations may have made functions that belong to the list.
    return warnings + [warning for warning in mark_leakproof(environment) if warning not in warnings]


def check_port(environment: Environment) -> None:
    """Refuse a port that is taken or forbidden before anything is started.

    :raises RuntimeProblem: with the reason.
    """
    from samphan.runtime.front import listening_address

    try:
        address = listening_address(environment.host)
    except OSError:
        raise RuntimeProblem(f"The address {environment.host} of SAMPHAN_HOST is not known on this machine.") from None
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server does: a port that only waits for its last connections to fade may be taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, environment.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                message = f"Port {environment.port} is in use by another program: choose one with --port."
            elif error.errno in (errno.EACCES, errno.EPERM):
                message = f"Port {environment.port} may be used by root only: choose one above 1023 with --port."
            elif error.errno == errno.EADDRNOTAVAIL:
                message = f"The address {environment.host} does not belong to this machine: choose another with --host."
            else:
                message = f"Port {environment.port} on {environment.host} cannot be used: {error.strerror}."
            raise RuntimeProblem(message) from None


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is kept for the one JSON object."""
    print(text, file=sys.stderr, flush=True)


@dataclasses.dataclass
class Part:
    """A child process and its history of restarts."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    pause_seconds: float = FIRST_PAUSE_SECONDS

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts, watches and stops; made for one run in the main thread."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._server = EmbeddedPostgres(environment.home, environment.postgres_bin) if environment.is_embedded else None
        self._server_pause_seconds, self._server_next_at = FIRST_PAUSE_SECONDS, 0.0
        self._parts = [Part("front"), Part("worker")]
        # The read end goes to every child; it ends when we do, in whichever way.
        self._watched, self._held = os.pipe()
        self._wake, self._woken = os.pipe()
        os.set_blocking(self._woken, False)
        self._signals = 0
        self._is_watching = False

    def run(self) -> int:
        # Front and worker count in one place; set before either loads the library that counts.
        os.environ[VARIABLE] = str(folder_for_processes(self._environment))
        with self._signal_handlers():
            try:
                with database(self._environment):
                    try:
                        self._prepare()
                        self._is_watching = True
                        self._run_parts()
                    finally:
                        self._stop_parts()
            except Stopped:
                return 0
        return 0

    def _prepare(self) -> None:
        for warning in prepare_database(self._environment):
            say(warning)

    def _run_parts(self) -> None:
        started_at, is_announced = time.monotonic(), False
        while not self._signals:
            if self._server is not None:
                if not self._environment.home.is_dir():
                    say(f"The home folder {self._environment.home} is gone; stopping.")
                    return
                self._watch_server(self._server)
            for part in self._parts:
                self._watch_part(part)
            if not is_announced:
                is_announced = self._announce(started_at)
            self._pause(LOOK_SECONDS if is_announced else 0.05)

    def _watch_server(self, server: EmbeddedPostgres) -> None:
        now = time.monotonic()
        if server.running() is not None:
            self._server_pause_seconds = FIRST_PAUSE_SECONDS
            return
        if now < self._server_next_at:
            return
        say("The database ended and is started again.")
        self._server_next_at = now + self._server_pause_seconds
        self._server_pause_seconds = min(self._server_pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        try:
            server.ensure_running(keep=False)
        except RuntimeProblem as problem:
            say(f"{problem} Trying again in {self._server_pause_seconds:.0f} s.")

    def _watch_part(self, part: Part) -> None:
        now = time.monotonic()
        if part.is_running():
            return
        if part.process is not None and part.next_start_at == 0:
            if now - part.started_at > HEALTHY_SECONDS:
                part.pause_seconds = FIRST_PAUSE_SECONDS
            part.next_start_at = now + part.pause_seconds
            part.pause_seconds = min(part.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
            code = part.process.returncode
            reason = f"by {signal.Signals(-code).name}" if code < 0 else f"with code {code}"
            say(f"The {part.name} ended {reason} and is started again.")
        if now >= part.next_start_at:
            part.process = self._spawn(part.name)
            part.started_at, part.next_start_at = now, 0.0

    def _spawn(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "samphan.runtime.processes", name, "--watch", str(self._watched)],
            env=child_environment(self._environment),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            pass_fds=(self._watched,),
            # Ctrl-C reaches the whole foreground group; the order of stopping is ours.
            start_new_session=True,
        )

    def _announce(self, started_at: float) -> bool:
        front = self._parts[0]
        if is_ready(self._environment):
            print(json.dumps({"url": self._environment.url, "pid": os.getpid()}), flush=True)
            say(f"Samphan is ready at {self._environment.url}")
            return True
        has_ended = (
            front.process is not None and not front.is_running() and time.monotonic() - started_at > ENDED_SECONDS
        )
        if has_ended or time.monotonic() - started_at > READY_SECONDS:
            raise RuntimeProblem(
                f"The pages did not answer within {time.monotonic() - started_at:.0f} seconds"
                f"{'' if front.is_running() else ', their process ended'}; the messages above say why."
            )
        return False

    def _stop_parts(self) -> None:
        self._is_watching = True
        running = [part for part in self._parts if part.is_running()]
        for part in running:
            if part.process is not None:
                part.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        asked = self._signals
        while any(part.is_running() for part in running):
            # Asked twice, or out of patience: granian with a mounted application does not always end by itself.
            if time.monotonic() > deadline or self._signals > asked + 1:
                for part in running:
                    if part.process is not None and part.is_running():
                        say(f"The {part.name} did not stop in time and is killed.")
                        part.process.kill()
                        part.process.wait()
            self._pause(0.02)

    def _pause(self, seconds: float) -> None:
        if select.select([self._wake], [], [], seconds)[0]:
            os.read(self._wake, 64)

    @contextlib.contextmanager
    def _signal_handlers(self) -> Iterator[None]:
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}

        def handle(number: int, frame: FrameType | None) -> None:
            self._signals += 1
            with contextlib.suppress(BlockingIOError):
                os.write(self._woken, b".")
            # Once only: what it raises for is tidied up behind it, and a second signal would end the tidying.
            if not self._is_watching and self._signals == 1:
                raise Stopped

        for number in before:
            signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            for descriptor in (self._watched, self._held, self._wake, self._woken):
                os.close(descriptor)


def is_ready(environment: Environment) -> bool:
    """Whether the front of this address answers `/readyz` with 200."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(environment.host, environment.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, environment.port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _serve_only(environment: Environment, part: str) -> int:
    from samphan.runtime.processes import exit_now, run_part

    if part != "worker":
        check_port(environment)
    with database(environment):
        for warning in prepare_database(environment):
            say(warning)
        if part != "worker":
            _announce_later(environment)
        else:
            print(json.dumps({"url": environment.url, "pid": os.getpid()}), flush=True)
        run_part(environment, part)
    exit_now(0)
    return 0


def _announce_later(environment: Environment) -> None:
    import threading

    def wait() -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if is_ready(environment):
                print(json.dumps({"url": environment.url, "pid": os.getpid()}), flush=True)
                say(f"Samphan is ready at {environment.url}")
                return
            time.sleep(0.05)
        say(f"The pages did not answer within {READY_SECONDS:.0f} seconds.")

    threading.Thread(target=wait, daemon=True).start()


@contextlib.contextmanager
def _migration_lock(environment: Environment) -> Iterator[None]:
    parameters: dict[str, Any] = environment.database_parameters()
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (MIGRATION_LOCK,))
        yield


def child_environment(environment: Environment) -> dict[str, str]:
    """The variables for a program that we start: this configuration, and nothing of ours from elsewhere."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "samphan.config.settings",
        "PYTHONUNBUFFERED": "1",
        **environment.variables(),
    }

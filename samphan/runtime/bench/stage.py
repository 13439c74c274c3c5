"""The stage of a measurement: a home of its own with a large company, served by the real processes."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samphan.config.environment import Environment, load_environment
from samphan.runtime.bench.browser import Browser
from samphan.runtime.bench.measuring import REQUESTS
from samphan.runtime.home import RuntimeProblem
from samphan.runtime.postgres import EmbeddedPostgres

START_SECONDS = 120
STOP_SECONDS = 40
DEFAULT_CUSTOMERS = 100_000
NOTE = "bench.json"  # in a kept home: what was made there
WORKSPACE = "large"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """A served home. `size`: customers, orders and lines in it. `requests`: how often each operation is measured."""

    home: Path
    url: str
    size: dict[str, int]
    email: str
    password: str
    variables: dict[str, str]
    is_kept: bool
    say: Say
    requests: int = REQUESTS

    def browser(self) -> Browser:
        """A browser in which the demo's owner is signed in."""
        browser = Browser(self.url)
        browser.sign_in(self.email, self.password)
        return browser

    def cpu_ms(self) -> float:
        """CPU time that the processes of pages and the database's had since they began, in milliseconds.

        :raises OSError: on a system without /proc.
        """
        own = f"SAMPHAN_HOME={self.home}".encode()
        cluster = EmbeddedPostgres(self.home, load_environment(self.variables).postgres_bin).cluster
        postmaster = (cluster / "postmaster.pid").read_text().splitlines()[0]
        ticks = 0
        for place in Path("/proc").iterdir():
            if place.name.isdecimal():
                with contextlib.suppress(OSError):  # it ended meanwhile
                    # Behind the name: state, parent, ...; own and ended children's time in user and system mode.
                    fields = (place / "stat").read_text().rpartition(")")[2].split()
                    is_database = postmaster in (place.name, fields[1])
                    if is_database or own in (place / "environ").read_bytes().split(b"\0"):
                        ticks += sum(map(int, fields[11:15]))
        return ticks * 1000 / os.sysconf("SC_CLK_TCK")

    def run(self, *arguments: str) -> dict[str, Any]:
        """One command of Samphan on this home; returns its JSON object."""
        return _command(self.variables, *arguments)


@contextlib.contextmanager
def stage(
    environment: Environment, customers: int | None, *, home: Path | None, say: Say, requests: int = REQUESTS
) -> Iterator[Stage]:
    """Make or take up a home with so many customers and serve it for the length of the block.

    :param customers: None for as many as the home holds already, or DEFAULT_CUSTOMERS.
    :param home: kept afterwards, and taken up as it is when it was made before; None for a throw-away one.
    :raises RuntimeProblem: the home holds another number of customers than asked for.
    """
    place = home or Path(tempfile.mkdtemp(prefix="samphan-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    variables = _variables(environment, place)
    try:
        made = _prepared(variables, place, customers, say)
        with _served(variables, say) as url:
            size = {name: made[name] for name in ("customers", "orders", "lines")}
            yield Stage(place, url, size, made["email"], made["password"], variables, home is not None, say, requests)
    finally:
        if home is None:
            _destroy(variables, place)


def _variables(environment: Environment, home: Path) -> dict[str, str]:
    """The environment of the measured processes: this one's programs, the measured home, a free port."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
    if environment.postgres_bin is not None:
        kept["SAMPHAN_POSTGRES_BIN"] = str(environment.postgres_bin)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        **kept,
        "SAMPHAN_HOME": str(home),
        "SAMPHAN_PORT": str(port),
        "SAMPHAN_LOG_LEVEL": "warning",
        "SAMPHAN_API_REQUESTS": "1000000",
    }


def _prepared(variables: dict[str, str], home: Path, customers: int | None, say: Say) -> dict[str, Any]:
    note = home / NOTE
    with contextlib.suppress(OSError, ValueError):
        made: dict[str, Any] = json.loads(note.read_text("utf-8"))
        held = made["customers"]
        if customers not in (None, held):
            raise RuntimeProblem(f"{home} holds {held:,} customers, not {customers:,}. Name another folder.")
        say(f"Measuring on {home}, which holds {held:,} customers already.")
        return made
    customers = customers or DEFAULT_CUSTOMERS
    say(f"Making a company of {customers:,} customers in {home}")
    began = time.monotonic()
    _command(variables, "demo", "--remove", "--json")
    made = _command(variables, "demo", "--customers", str(customers), "--json")
    say(f"Made in {time.monotonic() - began:.0f} s.")
    note.write_text(json.dumps(made), "utf-8")
    return made


def _command(variables: dict[str, str], *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "samphan.runtime.cli", *arguments],
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if sys.stderr.isatty() else subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        reason = (done.stderr or "").strip().splitlines() or ["it said nothing"]
        raise RuntimeProblem(f"samphan {arguments[0]} failed: {reason[-1]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextlib.contextmanager
def _served(variables: dict[str, str], say: Say) -> Iterator[str]:
    with tempfile.TemporaryFile() as messages:
        server = subprocess.Popen(
            [sys.executable, "-m", "samphan.runtime.cli", "serve"],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=messages,
            text=True,
        )
        try:
            if server.stdout is None:
                raise RuntimeProblem("samphan serve cannot be heard.")
            line = server.stdout.readline()
            if not line:
                server.wait(START_SECONDS)
                messages.seek(0)
                said = messages.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
                raise RuntimeProblem(f"samphan serve did not start: {said[-1]}")
            url: str = json.loads(line)["url"]
            say(f"Served at {url}")
            yield url
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _destroy(variables: dict[str, str], home: Path) -> None:
    environment = load_environment(variables)
    EmbeddedPostgres(home, environment.postgres_bin).destroy()
    shutil.rmtree(home, ignore_errors=True)

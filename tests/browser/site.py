"""A whole Samphan of its own: a throw-away home, its database, front and worker as real processes."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from samphan.runtime.postgres import EmbeddedPostgres

SAMPHAN = Path(sys.executable).with_name("samphan")
OWNER, PASSWORD = "may@samphan.example", "doi-mok-coffee"
START_SECONDS = 300  # a machine with ten other things to do
STOP_SECONDS = 120


class Site:
    """One installation, started by `start()` and gone after `destroy()`.

    :param home: a home to keep for the next run; a new one that goes away otherwise.
    :param more: further variables of its processes.
    """

    def __init__(self, home: Path | None = None, **more: str) -> None:
        self.keeps = home is not None
        self.home = home or Path(tempfile.mkdtemp(prefix="samphan-site-"))
        self.url = ""
        self._more = more
        self._process: subprocess.Popen[str] | None = None
        self._log = (self.home.parent / f"{self.home.name}.log").open("a")

    @property
    def samples(self) -> Path:
        """The demo's files to try imports with."""
        return self.home / "samples"

    @property
    def log(self) -> str:
        """What the processes said, for the message of a failed test."""
        return Path(self._log.name).read_text("utf-8")

    def environment(self, **more: str) -> dict[str, str]:
        """Variables of the installation's processes: nothing of the caller's own installation."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
        for name in ("SAMPHAN_POSTGRES_BIN", "SAMPHAN_SHARED"):
            if name in os.environ:
                kept[name] = os.environ[name]
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        return {**kept, "SAMPHAN_HOME": str(self.home), "SAMPHAN_EMAIL_URL": "console://", **self._more, **more}

    def command(self, *arguments: str, given: str | None = None, status: int = 0) -> dict[str, Any]:
        """Run `samphan ARGUMENTS --json` and return its answer; an AssertionError shows what it said instead."""
        answer = subprocess.run(
            [str(SAMPHAN), *arguments, "--json"],
            env=self.environment(), capture_output=True, text=True, input=given, timeout=900, cwd=self.home,
        )  # fmt: skip
        if answer.returncode != status:
            raise AssertionError(f"samphan {' '.join(arguments)} ended with {answer.returncode}: {answer.stderr}")
        return json.loads(answer.stdout) if answer.stdout.strip() else {}

    def start(self, *, demo: bool = True) -> "Site":
        """Load the demo company when asked for, and serve; returns when pages are answered."""
        if demo:
            self.command("demo")
        port = _free_port()
        self._process = subprocess.Popen(
            [str(SAMPHAN), "serve", "--port", str(port)],
            env=self.environment(), stdout=subprocess.PIPE, stderr=self._log, text=True, cwd=self.home,
            start_new_session=True,
        )  # fmt: skip
        self.url = self._first_line()["url"]
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            ready = f"{self.url}/readyz"
            with contextlib.suppress(OSError), urllib.request.urlopen(ready, timeout=30) as answer:  # noqa: S310 - ours
                if answer.status == 200:
                    return self
            time.sleep(0.2)
        raise AssertionError(f"{self.url} did not get ready in {START_SECONDS} s:\n{self.log}")

    def _first_line(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.append(self._process.stdout.readline()), daemon=True)  # type: ignore[union-attr]
        reader.start()
        reader.join(START_SECONDS)
        if not lines or not lines[0].strip():
            raise AssertionError(f"samphan serve did not say where it is:\n{self.log}")
        threading.Thread(target=self._drain, daemon=True).start()
        return dict(json.loads(lines[0]))

    def _drain(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for _line in self._process.stdout:
            pass

    @property
    def pid(self) -> int:
        """Process id of the supervisor."""
        assert self._process is not None
        return self._process.pid

    def database(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection past both walls, to see what is really stored."""
        return EmbeddedPostgres(self.home).superuser("samphan")

    def children(self) -> dict[int, str]:
        """Command lines of the supervisor's own children, keyed by process id."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.pid:
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def stop(self) -> None:
        """Ctrl-C, as a person would; kill only what does not listen."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
        self._process = None

    def destroy(self) -> None:
        """Stop everything and remove home, cluster and log, unless the home is to be kept."""
        self.stop()
        self._log.close()
        if self.keeps:
            return
        EmbeddedPostgres(self.home).destroy()
        shutil.rmtree(self.home, ignore_errors=True)
        Path(self._log.name).unlink(missing_ok=True)

    def is_ours(self, url: str) -> bool:
        """Whether an address belongs to this installation."""
        return urlsplit(url).netloc == urlsplit(self.url).netloc


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> str | None:
    """The program of a Chromium on this machine; None when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


# No sandbox: the tests may run as root. The rest keeps Chromium from talking to anybody but the site.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

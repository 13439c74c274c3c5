"""What strikes an installation at a random moment, and what was on its way just then."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from samphan.runtime.postgres import EmbeddedPostgres
from tests.browser.site import Site

KINDS = ("import", "bulk edit", "export", "webhooks", "outbox")

_IN_FLIGHT = {
    "import": "SELECT string_agg(state || ' ' || rows_done || ' of ' || rows, ', ') FROM platform_importbatch"
    " WHERE state IN ('fetching', 'checking', 'running', 'undoing')",
    "bulk edit": "SELECT string_agg(done_count || ' of ' || cardinality(record_ids), ', ') FROM administration_listact"
    " WHERE state = 'waiting'",
    "webhooks": "SELECT nullif(count(*), 0) || ' waiting, ' || count(*) FILTER (WHERE next_at > now()) || ' on the line'"
    " FROM integrations_webhookdelivery WHERE state = 'waiting'",
    "outbox": "SELECT nullif(count(*), 0) || ' events' FROM platform_outboxevent e WHERE (e.transaction, e.id) >"
    " (SELECT c.transaction, c.event_id FROM platform_subscribercursor c ORDER BY c.transaction, c.event_id LIMIT 1)",
}
"""By kind of work the question how far it is; nothing when there is none."""


def in_flight(site: Site) -> dict[str, str]:
    """What the database says is on its way, by kind; empty when it does not answer."""
    with contextlib.suppress(Exception), site.database() as connection:
        found = {kind: connection.execute(sql).fetchone() for kind, sql in _IN_FLIGHT.items()}
        return {kind: str(row[0]) for kind, row in found.items() if row and row[0]}
    return {}


def kill(site: Site, part: str) -> bool:
    """Kill -9 of a part, without a word; False when it is down already."""
    if part == "postgres":
        running = EmbeddedPostgres(site.home).running()
        pid = running.pid if running else None
    else:
        pid = next((pid for pid, words in site.children().items() if f" {part}" in words), None)
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


@contextlib.contextmanager
def database_away(site: Site) -> Iterator[None]:
    """The database is killed, and a setting of the owner's keeps the supervisor from starting it until it is taken away."""
    hindrance = site.home / "postgresql.conf"
    kept = hindrance.read_text("utf-8") if hindrance.exists() else None
    try:
        hindrance.write_text("shared_buffers = 'nothing'\n", "utf-8")
        kill(site, "postgres")
        yield
    finally:
        if kept is None:
            hindrance.unlink()
        else:
            hindrance.write_text(kept, "utf-8")


@contextlib.contextmanager
def disk_full(site: Site) -> Iterator[None]:
    """The disk of the database holds nothing more."""
    ballast = EmbeddedPostgres(site.home).state / "ballast"
    try:
        with ballast.open("wb") as file, contextlib.suppress(OSError):
            while (free := shutil.disk_usage(ballast).free - 256 * 2**10) > 0:
                file.write(b"x" * min(free, 2**20))
                file.flush()
        yield
    finally:
        ballast.unlink()


def strike(site: Site, what: str, seconds: float) -> bool:
    """Let one thing happen; an outage lasts so many seconds. False when there was nothing to strike."""
    if what == "away":
        with database_away(site):
            time.sleep(seconds)
    elif what == "full":
        with disk_full(site):
            time.sleep(seconds)
    else:
        return kill(site, what)
    return True


@dataclass
class Ledger:
    """What was struck during which work, over all rounds."""

    lines: list[str] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, seed: str, what: str, seconds: float, flying: dict[str, str]) -> None:
        words = "; ".join(f"{kind} {how}" for kind, how in flying.items()) or "nothing"
        self.lines.append(f"  {seed} {what} struck after {seconds:.2f} s: {words}")
        print(self.lines[-1], flush=True)
        self.counts.update((kind, what) for kind in flying)

    def never_struck(self) -> set[str]:
        """Kinds of work that no strike met."""
        return set(KINDS) - {kind for kind, _what in self.counts}

    def table(self) -> str:
        """How often each thing struck each kind of work."""
        columns = sorted({what for _kind, what in self.counts})
        head = f"{'struck while on its way':<24}" + "".join(f"{what:>10}" for what in columns)
        rows = [f"{kind:<24}" + "".join(f"{self.counts[kind, what]:>10}" for what in columns) for kind in KINDS]
        return "\n".join([head, *rows])


def may_mount() -> bool:
    """Whether a disk of one's own can be made here: it takes root and the right to mount."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with tempfile.TemporaryDirectory() as probe:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe], capture_output=True)
        return done.returncode == 0 and subprocess.run(["umount", probe], capture_output=True).returncode == 0


@contextlib.contextmanager
def small_disk(site: Site, kept: Path, size_bytes: int) -> Iterator[None]:
    """Lay the cluster of a site that is not served on a disk of its own, small enough to be filled."""
    state = EmbeddedPostgres(site.home).state
    subprocess.run(["cp", "-a", str(state), str(kept)], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(state)], check=True)
    try:
        subprocess.run(["cp", "-a", f"{kept}/.", str(state)], check=True)
        yield
    finally:
        site.stop()
        subprocess.run(["umount", "--lazy", str(state)], check=True)

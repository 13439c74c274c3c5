"""Homes to be thrown away, and both sources of PostgreSQL."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samphan.config.environment import Environment, load_environment
from samphan.runtime.binaries import system_folders, wheel_folder
from samphan.runtime.postgres import EmbeddedPostgres


def programs(source: str) -> Path:
    folder = next(system_folders(), None) if source == "system" else wheel_folder(Path(tempfile.gettempdir()))
    if folder is None:
        pytest.skip(f"no PostgreSQL of the {source} on this machine")
    return folder


@pytest.fixture
def make_environment() -> Iterator[Callable[..., Environment]]:
    """Makes environments with a fresh home each; servers and rows are gone afterwards."""
    made: list[Path] = []

    def make(home: Path | None = None, **variables: str) -> Environment:
        if home is None:
            home = Path(tempfile.mkdtemp(prefix="samphan-runtime-"))
        made.append(home)
        passed = {"SAMPHAN_POSTGRES_BIN": os.environ.get("SAMPHAN_POSTGRES_BIN", "")}
        return load_environment({**passed, "SAMPHAN_HOME": str(home), "SAMPHAN_PORT": str(free_port()), **variables})

    yield make
    for home in made:
        EmbeddedPostgres(home).destroy()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def environment(make_environment: Callable[..., Environment]) -> Environment:
    return make_environment()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

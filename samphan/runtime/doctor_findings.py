"""What a check of the doctor says, and what several of them ask."""

from dataclasses import dataclass
from pathlib import Path

from samphan.config.environment import Environment
from samphan.runtime.home import FileLock


@dataclass(frozen=True)
class Check:
    """One finding: `ok` False means Samphan does not work as it should, and `remedy` says what to do."""

    name: str
    ok: bool
    message: str
    remedy: str = ""


def is_served(environment: Environment) -> bool:
    """Whether a supervisor runs on this home."""
    lock = FileLock(environment.home / "serve.lock")
    try:
        return not lock.acquire(timeout_seconds=0)
    finally:
        lock.release()


def existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path

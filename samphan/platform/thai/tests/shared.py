"""Where the shared public data lies, and the one marker for tests that need it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).resolve().parents[4]
SHARED_DATA = Path(os.environ.get("SAMPHAN_SHARED") or _REPOSITORY.parent / "shared") / "data"
if not SHARED_DATA.is_dir() and (SHARED_DATA.parent / "thai_names").is_dir():
    SHARED_DATA = SHARED_DATA.parent  # SAMPHAN_SHARED may name the data folder itself


def needs_shared(test: Callable[..., object]) -> Callable[..., object]:
    """Mark a test that reads the shared public data; it is skipped, by name, where the folder is missing."""
    skip = pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared data folder is not on this machine")
    return pytest.mark.shared(skip(test))


def lines(path: str) -> list[str]:
    """Return the non-empty lines of a text file of the shared data."""
    return [line.strip() for line in (SHARED_DATA / path).read_text("utf-8").splitlines() if line.strip()]

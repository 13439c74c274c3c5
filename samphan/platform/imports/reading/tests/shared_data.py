"""Where the public data lies, for tests that read it."""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("SAMPHAN_SHARED") or Path(__file__).parents[6] / "shared") / "data"

needs_shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not ROOT.is_dir(), reason="the shared data folder is missing"),
]


def members(archive: str) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the files in an archive of csv_torture; nothing is unpacked to disk."""
    with tarfile.open(ROOT / "csv_torture" / archive) as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member)
            if file is not None:
                yield member.name, file.read()

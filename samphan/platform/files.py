"""Where files of the installation lie."""

import re
from pathlib import Path
from uuid import UUID

from django.conf import settings


def import_folder(batch_id: UUID) -> Path:
    """The folder of one import: the file as it came, and the rejects. It is made when missing."""
    folder: Path = settings.FILES / "imports" / str(batch_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def safe_name(name: str) -> str:
    """A file's name without folders and control characters, short enough for any disk."""
    plain = re.sub(r"[\x00-\x1f/\\]", "_", name).strip(". ") or "file"
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain.encode()[:180].decode(errors="ignore")
    return f"{stem.encode()[:160].decode(errors='ignore')}.{ending[:15]}"

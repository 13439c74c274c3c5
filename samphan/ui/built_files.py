"""What the build made: versions of its files, what a device keeps of them, the colours of the frame."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage

OUTPUT = Path(__file__).resolve().parent / "static" / "ui"
PREFIX = "ui/"


def about() -> dict[str, Any]:
    """`shell.json` of the build: `versions` by file, `kept` files of the shell, `colours` of the frame by theme."""
    path = OUTPUT / "shell.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {"versions": {}, "kept": [], "colours": {}}  # nothing was built yet; pages come without their looks


@lru_cache(maxsize=1)
def _read(path: Path, changed_at: int) -> dict[str, Any]:
    # A build while the program runs is seen by its time.
    return dict(json.loads(path.read_text("utf-8")))


@dataclass(frozen=True)
class FrameColour:
    """The colour of what the system draws around a page; `media` says when, "" for always."""

    value: str
    media: str = ""


def frame_colours(theme: str) -> list[FrameColour]:
    """The colours of the frame for somebody who chose this theme; for "system" one for each that the device may have."""
    colours = about()["colours"]
    if theme in colours:
        return [FrameColour(colours[theme])]
    return [FrameColour(colour, f"(prefers-color-scheme: {name})") for name, colour in colours.items()]


class VersionedFiles(StaticFilesStorage):
    """Addresses of our scripts and styles carry their version, so that no page meets those of another release."""

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        address = str(super().url(name, *args, **kwargs))
        version = about()["versions"].get(name.removeprefix(PREFIX)) if name and name.startswith(PREFIX) else None
        return f"{address}?v={version}" if version else address

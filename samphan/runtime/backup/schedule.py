"""Backups by the clock: when one is due, what it is called, and which old ones go."""

import datetime as dt
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from samphan.config.environment import Environment
from samphan.runtime.backup.making import Made, Say, last_backup, make_backup
from samphan.runtime.home import RuntimeProblem

FAILED = "backup-failed.json"
AGAIN_AFTER = dt.timedelta(hours=1)
NAME = re.compile(r"samphan-\d{8}T\d{6}Z\.samphan")


@dataclass(frozen=True)
class Scheduled:
    """One scheduled backup, and what went to make room."""

    made: Made
    removed: list[Path]


def is_due(environment: Environment, *, now: dt.datetime) -> bool:
    """Whether a scheduled backup waits to be made, also when its hour passed while nothing ran.

    A failed one is tried again an hour later.
    """
    if environment.backup_folder is None:
        return False
    failed = last_failure(environment.home)
    if failed is not None and now - dt.datetime.fromisoformat(failed["at"]) < AGAIN_AFTER:
        return False
    made = last_backup(environment.home)
    return made is None or dt.datetime.fromisoformat(made["created_at"]) < due_since(environment, now=now)


def due_since(environment: Environment, *, now: dt.datetime) -> dt.datetime:
    """The last time the clock showed SAMPHAN_BACKUP_AT in the installation's zone."""
    local = now.astimezone(ZoneInfo(environment.time_zone))
    moment = local.replace(
        hour=environment.backup_at.hour, minute=environment.backup_at.minute, second=0, microsecond=0
    )
    return moment if moment <= local else moment - dt.timedelta(days=1)


def make_scheduled(environment: Environment, *, now: dt.datetime, say: Say) -> Scheduled:
    """Make one backup in SAMPHAN_BACKUP_FOLDER, then remove the oldest beyond SAMPHAN_BACKUP_KEEP.

    Nothing is removed before the new one is whole, and nothing that is not named like one of ours.

    :raises RuntimeProblem: when it fails; it is noted for `samphan doctor` then.
    """
    folder = environment.backup_folder
    if folder is None:
        raise RuntimeProblem("SAMPHAN_BACKUP_FOLDER is not set: name the folder that takes the backups.")
    try:
        passphrase = None
        if environment.backup_passphrase_file is not None:
            passphrase = first_line(environment.backup_passphrase_file)
        made = make_backup(environment, folder / f"samphan-{now:%Y%m%dT%H%M%SZ}.samphan", passphrase, say=say)
    except RuntimeProblem as problem:
        failure = {"at": now.isoformat(timespec="seconds"), "reason": str(problem)}
        (environment.home / FAILED).write_text(json.dumps(failure, ensure_ascii=False), "utf-8")
        raise
    (environment.home / FAILED).unlink(missing_ok=True)
    ours = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    removed = ours[: max(0, len(ours) - environment.backup_keep)]
    for path in removed:
        path.unlink()
    return Scheduled(made, removed)


def last_failure(home: Path) -> dict[str, Any] | None:
    """When and why the last scheduled backup failed; None when it did not."""
    try:
        return dict(json.loads((home / FAILED).read_text("utf-8")))
    except (OSError, ValueError):
        return None


def first_line(path: Path) -> str:
    """The passphrase in a file.

    :raises RuntimeProblem: when it cannot be read or is empty.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else "it is no text"
        raise RuntimeProblem(f"The passphrase in {path} cannot be read: {reason}.") from error
    if not lines or not lines[0]:
        raise RuntimeProblem(f"The first line of {path} is empty; it has to be the passphrase.")
    return lines[0]

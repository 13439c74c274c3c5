"""Refusals that a person can read."""

import errno
from typing import Any, Literal

import psycopg
from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """An action refused to do something; `message` is one sentence in the user's language that says what and where.

    One middleware turns it into a toast or a 409, and the command line into exit status 1.
    """

    message: str | Promise = _("This cannot be done.")

    def __init__(self, message: str | Promise | None = None, **values: Any) -> None:
        self.values = values
        if message is not None:
            self.message = message
        super().__init__()

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.values if self.values else text


class EditedMeanwhile(DomainError):
    """Somebody else changed the value after it was shown: both values are said, nothing is written.

    `theirs` is the value that stands now, `yours` the one that was typed, both as the screen writes them.
    """

    message = _("%(field)s was changed meanwhile: now “%(theirs)s”, yours “%(yours)s”.")

    def __init__(self, field: str | Promise, *, theirs: str, yours: str, current: str) -> None:
        super().__init__(field=field, theirs=theirs or "—", yours=yours or "—")
        self.current = current  # the stored value as the form sends it back

    def in_form(self, theirs: str | None = None) -> str:
        """The sentence for a form that puts yours in its place when it is saved again; `theirs` in words."""
        said = _("Changed meanwhile to “%(theirs)s”. Save again to put yours in its place.")
        return str(said) % {"theirs": theirs or self.values["theirs"]}


def in_short(error: BaseException) -> str:
    """An error as it is kept for an administrator: its kind and its first line.

    Further lines of a database's error repeat the values of the row, which are nobody's to read here.
    """
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}"[:500] if lines else type(error).__name__


def outage(error: BaseException | None) -> Literal["", "database", "disk"]:
    """What an error says about the machine: the database is away, the disk is full, or nothing of the kind.

    A statement that took too long, or two that stood in each other's way, are not an outage.
    """
    while error is not None:
        state = getattr(error, "sqlstate", None) or ""
        if state.startswith("53100") or (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
            return "disk"
        if state.startswith(("08", "57P", "53300")):
            return "database"
        cause = error.__cause__
        if isinstance(error, InterfaceError | OperationalError) and not getattr(cause, "sqlstate", None):
            return "database"
        # COPY raises the driver's own errors.
        if isinstance(error, psycopg.InterfaceError | psycopg.OperationalError) and not state:
            return "database"
        error = cause
    return ""

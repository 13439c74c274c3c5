"""Refusals that a person can read."""

from typing import Any

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

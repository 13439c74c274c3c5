"""Why a value cannot be read: a code for grouping, and one sentence for the person who must mend it."""

from typing import Any

from django.utils.functional import Promise

from samphan.platform.errors import DomainError


class ValueProblem(DomainError):
    """A typed value cannot be taken as what its field wants.

    `code` is stable and groups equal mistakes of a file; `values` fill the named placeholders of `message`.
    The sentence is put together only when it is shown, so that raising stays cheap inside an import.
    """

    def __init__(self, code: str, message: str | Promise, **values: Any) -> None:
        super().__init__(message, **values)
        self.code = code


class DateProblem(ValueProblem):
    """The text is not a date."""

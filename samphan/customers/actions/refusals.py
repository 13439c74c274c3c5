"""Why an action on customers was refused."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.platform.errors import DomainError


class CustomerGone(DomainError):
    """The customer was deleted meanwhile, or is another company's."""

    message = _("This customer is no longer there.")


class EditedMeanwhile(DomainError):
    """Somebody else changed the value after it was shown: both values are said, nothing is written.

    `theirs` is the value that stands now, `yours` the one that was typed, both as the screen writes them.
    """

    message = _("%(field)s was changed meanwhile: now “%(theirs)s”, yours “%(yours)s”.")

    def __init__(self, field: str | Promise, *, theirs: str, yours: str, current: str) -> None:
        super().__init__(field=field, theirs=theirs or "—", yours=yours or "—")
        self.current = current  # the stored value as the form sends it back


class FieldProblems(DomainError):
    """Typed values that cannot be taken, one sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" · ".join(self.problems.values()))


class TooMany(DomainError):
    """A bulk act over more customers than one act may take."""

    message = _("%(count)s customers are too many at once; narrow the list to %(limit)s.")

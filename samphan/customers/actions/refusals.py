"""Why an action on customers was refused."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from samphan.platform.errors import DomainError


class NotDeleted(DomainError):
    """Only what was deleted is erased."""

    message = _("Delete the customer first. Only then it can be erased for good.")


class NotConfirmed(DomainError):
    """Something else was typed than the name that confirms."""

    message = _("Type the name exactly as it stands above.")


class CustomerGone(DomainError):
    """The customer was deleted meanwhile, or is another company's."""

    message = _("This customer is no longer there.")


class FieldProblems(DomainError):
    """Typed values that cannot be taken, one sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" · ".join(self.problems.values()))


class TooMany(DomainError):
    """A bulk act over more customers than one act may take."""

    message = _("%(count)s customers are too many at once; narrow the list to %(limit)s.")

"""What one may do with the records of a company's own kinds, and who defines them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from samphan.objects.known import VERBS, object_or_404
from samphan.objects.models import CustomObject
from samphan.platform.access import Permission, declare, require, requires

DEFINE = "administration.change_object"
_WORDS = {
    "view": gettext_noop("See %(records)s"),
    "add": gettext_noop("Add %(records)s"),
    "change": gettext_noop("Edit %(records)s"),
    "delete": gettext_noop("Delete %(records)s"),
    "import": gettext_noop("Import %(records)s"),
    "export": gettext_noop("Export %(records)s"),
    "share": gettext_noop("Share %(records)s with colleagues"),
}


def declare_all() -> None:
    """Make the right known that does not depend on a kind."""
    declare(DEFINE, _("Define kinds of records"))


def of_object(kind: CustomObject) -> list[Permission]:
    """The rights that roles may have over the records of a kind."""
    return [Permission(kind.permission(verb), _say(verb, kind)) for verb in VERBS]


def _words(verb: str, kind: CustomObject) -> str:
    return gettext(_WORDS[verb]) % {"records": kind.plural}


_say = lazy(_words, str)


def _exported(kind: CustomObject) -> str:
    return gettext("Exported %(records)s") % {"records": kind.plural}


exported_words = lazy(_exported, str)
"""What the audit trail calls a file with records of a kind, for its reader."""


def requires_for_object(verb: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., Any]]:
    """Declare that a view takes a right over the kind of record that its argument `entity_name` names."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
        @requires("signed_in")
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.member, object_or_404(kwargs["entity_name"]).permission(verb))  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return guarded

    return decorate

"""What a new token of the API may do, and how long."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samphan.administration.tokens import MAX_NAME
from samphan.platform.access import scopes

# Each domain of permissions in words; one that is not named here stands by its own name.
DOMAINS = {
    "customers": _("Customers"),
    "commerce": _("Orders and products"),
    "work": _("Tasks and activities"),
    "insights": _("Customer insights"),
    "administration": _("People and settings"),
}


def scope_label(scope: str) -> str:
    """A scope in words: “See: Customers”."""
    domain, _dot, verb = scope.partition(".")
    sentence = _("See: %(domain)s") if verb == "read" else _("See and change: %(domain)s")
    return str(sentence) % {"domain": DOMAINS.get(domain, domain)}


def scope_words(granted: Iterable[str]) -> list[str]:
    """The scopes of a token in words; none are everything that its member may."""
    return [scope_label(scope) for scope in granted]


def scope_choices() -> list[tuple[str, str]]:
    """Every scope with its words, in the order of the domains."""
    order = [*DOMAINS]
    known = sorted(
        scopes(), key=lambda one: (order.index(one.split(".")[0]) if one.split(".")[0] in order else 99, one)
    )
    return [(scope, scope_label(scope)) for scope in known]


class TokenForm(forms.Form):
    """A token's name, reach and time."""

    name = forms.CharField(label=_("Name"), max_length=MAX_NAME)
    days = forms.ChoiceField(
        label=_("Works for"),
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year")), ("0", _("Until it is revoked"))],
    )
    scopes = forms.MultipleChoiceField(label=_("May do"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = scope_choices()  # type: ignore[attr-defined]

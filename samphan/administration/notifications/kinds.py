"""Kinds of notifications and their words. A domain declares its own in `AppConfig.ready()`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """One kind: its icon, and words that take the values of the notification."""

    name: str
    title: Text
    body: Text
    icon: str
    tone: str

    def in_words(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Title and body in the language of the reader."""
        return str(self.title % values), str(self.body % values if self.body else "")


_kinds: dict[str, Kind] = {}


def declare(name: str, title: Text, *, body: Text = "", icon: str = "bell", tone: str = "") -> None:
    """Make a kind known.

    :param name: `domain.noun_verbed`.
    :param title: one line with named placeholders; a plural takes its number by name.
    :param tone: "bad" for what went wrong.
    """
    _kinds[name] = Kind(name, title, body, icon, tone)


def kind(name: str) -> Kind | None:
    """The declared kind, None for one whose domain is gone."""
    return _kinds.get(name)


def declare_own() -> None:
    """The kinds of administration: work in the background that ended."""
    declare(
        "administration.import_done",
        _("“%(file)s” is in"),
        body=_("%(created)s new, %(updated)s changed, %(errors)s not taken"),
        icon="database-arrow-up",
    )
    declare(
        "administration.import_failed",
        _("The import of “%(file)s” stopped"),
        body=_("What came in before stays. Open it to go on or to undo."),
        icon="circle-alert",
        tone="bad",
    )
    undo = _("It can be undone for 30 days.")
    declare("administration.list_act_done", _("%(count)s records changed"), body=undo, icon="check")
    declare("administration.list_act_cancelled", _("A change stopped after %(count)s records"), body=undo, icon="x")
    declare(
        "administration.list_act_failed",
        _("A change stopped after %(count)s records"),
        body="%(why)s",
        icon="circle-alert",
        tone="bad",
    )
    declare("administration.import_undone", _("The import of “%(file)s” was undone"), icon="undo-2")

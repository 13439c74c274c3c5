"""Kinds of notifications and their words. A domain declares its own in `AppConfig.ready()`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
IMPORTS, LIST_ACTS = "administration.import_ended", "administration.list_act_ended"


@dataclass(frozen=True)
class Kind:
    """One kind: its icon, and words that take the values of the notification."""

    name: str
    title: Text
    body: Text
    icon: str
    tone: str
    topic: str

    def in_words(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Title and body in the language of the reader."""
        return str(self.title % values), str(self.body % values if self.body else "")


@dataclass(frozen=True)
class Topic:
    """Kinds that belong together: what a member chooses the way for. `is_mailed`: by e-mail too, until they choose."""

    name: str
    label: Text
    icon: str
    order: int
    is_mailed: bool


_kinds: dict[str, Kind] = {}
_topics: dict[str, Topic] = {}


def declare_topic(name: str, label: Text, *, icon: str, order: int, is_mailed: bool = False) -> None:
    """Give kinds a common line in the settings of every member.

    :param name: `domain.noun_verbed`, as that of a kind.
    :param is_mailed: what cannot wait until somebody looks at the bell goes out by e-mail too, until the member chooses.
    """
    _topics[name] = Topic(name, label, icon, order, is_mailed)


def topics() -> list[Topic]:
    """What can be chosen, in its order."""
    return sorted(_topics.values(), key=lambda topic: topic.order)


def topic(name: str) -> Topic | None:
    """The declared topic, None for one whose domain is gone and for "", of kinds that the bell alone tells."""
    return _topics.get(name)


def kinds_of(topic_name: str) -> list[str]:
    """The names of the kinds of a topic."""
    return [each.name for each in _kinds.values() if each.topic == topic_name]


def kinds() -> list[Kind]:
    """Every kind."""
    return list(_kinds.values())


def declare(name: str, title: Text, *, body: Text = "", icon: str = "bell", tone: str = "", topic: str = "") -> None:
    """Make a kind known.

    :param name: `domain.noun_verbed`.
    :param title: one line with named placeholders; a plural takes its number by name.
    :param tone: "bad" for what went wrong.
    :param topic: the line of the settings under which its way is chosen; "" for what the bell alone tells.
    """
    _kinds[name] = Kind(name, title, body, icon, tone, topic)


def kind(name: str) -> Kind | None:
    """The declared kind, None for one whose domain is gone."""
    return _kinds.get(name)


def declare_own() -> None:
    """The kinds of administration: work in the background that ended, and e-mail that did not go out."""
    declare_topic(IMPORTS, _("A file I brought in is done, or stopped"), icon="database-arrow-up", order=50)
    declare_topic(LIST_ACTS, _("A change of many records is done, or stopped"), icon="list-checks", order=60)
    declare(
        "administration.import_done",
        _("“%(file)s” is in"),
        body=_("%(created)s new, %(updated)s changed, %(errors)s not taken"),
        icon="database-arrow-up",
        topic=IMPORTS,
    )
    declare(
        "administration.import_failed",
        _("The import of “%(file)s” stopped"),
        body=_("What came in before stays. Open it to go on or to undo."),
        icon="circle-alert",
        tone="bad",
        topic=IMPORTS,
    )
    undo = _("It can be undone for 30 days.")
    stood_in = "administration.stand_in_named"
    declare_topic(stood_in, _("I stand in for a colleague"), icon="plane", order=45, is_mailed=True)
    declare(stood_in, _("You are to stand in for %(name)s"), icon="plane", topic=stood_in)
    back = "administration.stand_in_over"
    declare_topic(back, _("I am back, and somebody stood in for me"), icon="plane", order=46)
    declare(back, _("%(name)s stood in for you"), body=_("Read what was done in your place."), icon="plane", topic=back)
    declare("administration.stand_in_begins", _("From today you stand in for %(name)s"), icon="plane", topic=stood_in)
    declare("administration.list_act_done", _("%(count)s records changed"), body=undo, icon="check", topic=LIST_ACTS)
    stopped = _("A change stopped after %(count)s records")
    declare("administration.list_act_cancelled", stopped, body=undo, icon="x", topic=LIST_ACTS)
    declare(
        "administration.list_act_failed",
        stopped,
        body="%(why)s",
        icon="circle-alert",
        tone="bad",
        topic=LIST_ACTS,
    )
    declare("administration.import_undone", _("The import of “%(file)s” was undone"), icon="undo-2", topic=IMPORTS)
    # By the bell alone: what says that no e-mail goes out cannot go out by e-mail.
    declare(
        "administration.mail_refused",
        _("Notifications cannot be sent by e-mail"),
        body="%(why)s",
        icon="circle-alert",
        tone="bad",
    )

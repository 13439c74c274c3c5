"""Topics of settings: one row of values for each topic of a workspace, read once, changed with history and undo.

A domain declares its topic in `AppConfig.ready()`::

    settings.declare(settings.Topic("hours", "administration.hours_changed", defaults=lambda workspace: {...},
                                    labels={"monday": _("Monday")}, url_name="hours"))

and reads it with `settings.read(workspace_id, "hours")`. Where nobody changed anything the defaults are the values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F
from django.utils.functional import Promise

from samphan.administration.models import Member, Setting, Workspace
from samphan.platform.changes.recording import changeset
from samphan.platform.changes.undo import after_undo
from samphan.platform.tenancy import current_workspace, memo

Values = dict[str, Any]
Label = str | Promise
_MEMO, VERSION = "settings", "settings_version"
_MOST_WORKSPACES = 500  # whose settings one process keeps


@dataclass(frozen=True)
class Topic:
    """One topic of settings.

    :param kind: of the changesets that change it, `domain.noun_changed`.
    :param defaults: the values of a workspace that changed nothing.
    :param labels: what each value is called on its page and in its history.
    :param shown: a value as people read it, by its key.
    :param applied: called with the workspace and the values after every change and its undo, inside the transaction.
    :param url_name: the page of the topic.
    """

    name: str
    kind: str
    defaults: Callable[[Workspace], Values]
    labels: Callable[[str], Label] | Mapping[str, Label]
    shown: Callable[[str, Any], str] | None = None
    applied: Callable[[UUID, Values], None] | None = None
    url_name: str = ""

    def label(self, key: str) -> str:
        """What a value is called."""
        found = self.labels(key) if callable(self.labels) else self.labels.get(key, key)
        return str(found)

    def words(self, key: str, value: Any) -> str:
        """A value as people read it; "" for nothing."""
        if value is None or value == "":
            return ""
        return self.shown(key, value) if self.shown is not None else str(value)


_topics: dict[str, Topic] = {}
_kept: dict[UUID, tuple[int, dict[str, Values]]] = {}


def declare(topic: Topic) -> Topic:
    """Make a topic known, by its name."""
    _topics[topic.name] = topic
    return topic


def topic(name: str) -> Topic:
    """The topic of that name; KeyError when nobody declared it."""
    return _topics[name]


def topic_of(kind: str) -> Topic | None:
    """The topic that changesets of this kind change."""
    return next((one for one in _topics.values() if one.kind == kind), None)


def read(workspace_id: UUID, name: str) -> Values:
    """The values of a topic: the defaults, and over them what was set. Stands inside `in_workspace`.

    All topics come with one statement, once in a transaction; a request asks only when something was changed since
    the process last asked, which the workspace's `settings_version` says.
    """
    known = memo()
    defaults = known.setdefault("settings_defaults", {})
    if name not in defaults:
        defaults[name] = _topics[name].defaults(workspace_of(workspace_id))
    return {**defaults[name], **_stored(workspace_id).get(name, {})}


def write(
    name: str,
    values: Mapping[str, Any],
    *,
    acting_member: Member,
    removed: tuple[str, ...] = (),
    also: Callable[[UUID], None] | None = None,
) -> UUID | None:
    """Set values of a topic; what is equal is left alone. Returns the changeset, for undo, None when nothing changed.

    :param removed: keys that go back to what they are by default, or away.
    :param also: what else belongs to the same act: it is called with the changeset.
    """
    workspace_id, one = acting_member.workspace_id, _topics[name]
    # The first row holds what was, so that the undo of the first change finds it.
    before = one.defaults(workspace_of(workspace_id))
    Setting.objects.bulk_create([Setting(workspace_id=workspace_id, topic=name, values=before)], ignore_conflicts=True)
    row = Setting.objects.select_for_update().get(workspace_id=workspace_id, topic=name)
    now = {**before, **row.values}
    after = {**now, **values}
    for key in removed:
        after.pop(key, None)
    changed = sorted(key for key in {*now, *after} if now.get(key) != after.get(key))
    if not changed:
        return None
    note = {
        "fields": changed,
        "before": {key: now[key] for key in changed if key in now},
        "after": {key: after[key] for key in changed if key in after},
    }
    with changeset(one.kind, member_id=acting_member.id, note=note) as act:
        row.values = after
        row.save(update_fields=["values"])
        _changed(workspace_id, [one])
        if also is not None:
            also(act)
    return act


def is_settings(kind: str) -> bool:
    """True for the kind of a changeset that changed settings."""
    return any(one.kind == kind for one in _topics.values())


@after_undo
def read_again(act: UUID) -> None:
    """After an undo: what follows from settings follows from what stands now."""
    history: Any = apps.get_model("administration", "SettingHistory")
    touched = history.objects.filter(pgh_context_id=act).values_list("topic", flat=True)
    topics = [_topics[name] for name in set(touched) if name in _topics]
    workspace_id = current_workspace()
    if topics and workspace_id is not None:
        _changed(workspace_id, topics)


def use_version(workspace: Workspace) -> None:
    """Tell the transaction of a request which version of the settings holds, so that kept ones serve it."""
    memo()[VERSION] = workspace.settings_version
    memo()["settings_workspace"] = workspace


def _changed(workspace_id: UUID, topics: list[Topic]) -> None:
    Workspace.objects.filter(pk=workspace_id).update(settings_version=F("settings_version") + 1)
    for key in (_MEMO, VERSION, "settings_defaults", "settings_workspace", "choices"):
        memo().pop(key, None)
    for one in topics:
        if one.applied is not None:
            one.applied(workspace_id, read(workspace_id, one.name))


def workspace_of(workspace_id: UUID) -> Workspace:
    """The company of the current transaction, read once."""
    found: Workspace | None = memo().get("settings_workspace")
    if found is None:
        found = memo()["settings_workspace"] = Workspace.objects.get(pk=workspace_id)
    return found


def _stored(workspace_id: UUID) -> dict[str, Values]:
    known = memo()
    if _MEMO not in known:
        version = known.get(VERSION)
        kept = _kept.get(workspace_id)
        if version is None or kept is None or kept[0] != version:
            rows = Setting.objects.filter(workspace_id=workspace_id).values_list("topic", "values")
            stored = dict(rows)
            if version is not None:
                if len(_kept) >= _MOST_WORKSPACES:
                    _kept.clear()
                _kept[workspace_id] = (version, stored)
            known[_MEMO] = stored
        else:
            known[_MEMO] = kept[1]
    found: dict[str, Values] = known[_MEMO]
    return found

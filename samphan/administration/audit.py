"""The audit trail of acts and reads; changes of rows are in the history."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration import queries
from samphan.administration.models import AuditEntry, User
from samphan.platform.access import Viewer
from samphan.platform.tenancy import in_workspace

_labels: dict[str, str | Promise] = {}


def record(action: str, *, viewer: Viewer, **detail: Any) -> None:
    """Write down that somebody did or read something that leaves no change: `customers.list_exported`.

    :param detail: counts, field names and file names; never personal data.
    """
    AuditEntry.objects.create(workspace_id=viewer.workspace_id, member_id=viewer.id, action=action, detail=detail)


def record_sign_in(user: User) -> None:
    """Write down a sign-in, in the workspace that it leads to."""
    for member in queries.memberships_of(user.pk)[:1]:
        with in_workspace(member.workspace_id):
            record("administration.signed_in", viewer=member)


def record_everywhere(action: str, *, user: User, **detail: Any) -> None:
    """Write down what concerns a person's account in every workspace where they work."""
    for member in queries.memberships_of(user.pk):
        with in_workspace(member.workspace_id):
            record(action, viewer=member, **detail)


def declare(action: str, label: str | Promise) -> None:
    """Give an audit action or a kind of changeset its words on the audit page; each domain declares its own."""
    _labels[action] = label


def actions() -> list[tuple[str, str]]:
    """Every declared action with its words, in the order of the words."""
    return sorted(((name, str(label)) for name, label in _labels.items()), key=lambda pair: pair[1])


def label(action: str) -> str:
    """The words for an action; its own name when nobody declared it."""
    return str(_labels.get(action, action))


def declare_all() -> None:
    """Name the actions of administration itself."""
    declare("administration.signed_in", _("Signed in"))
    declare("administration.signed_out", _("Signed out"))
    declare("administration.sign_in_locked", _("Sign-in locked after wrong passwords"))
    declare("administration.password_changed", _("Changed the password"))
    declare("administration.password_link_made", _("Made a password link"))
    declare("administration.workspace_entered", _("Came from another company"))
    declare("administration.company_changed", _("Changed the company's settings"))
    declare("administration.member_added", _("Added a person"))
    declare("administration.member_renamed", _("Changed a person's name"))
    declare("administration.roles_changed", _("Changed roles"))
    declare("administration.member_deactivated", _("Closed a person's access"))
    declare("administration.member_activated", _("Opened a person's access again"))
    declare("administration.team_added", _("Added a team"))
    declare("administration.team_changed", _("Changed a team"))
    declare("administration.view_saved", _("Saved a view"))
    declare("administration.view_changed", _("Changed a view"))
    declare("administration.view_deleted", _("Deleted a view"))
    declare("administration.views_ordered", _("Arranged the views"))
    declare("administration.demo_loaded", _("Loaded the demo company"))
    declare("administration.large_demo_loaded", _("Made a large company for trials"))
    declare("administration.rejects_downloaded", _("Downloaded the rejects of an import"))

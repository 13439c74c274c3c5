"""The audit trail of acts and reads; changes of rows are in the history."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration import queries
from samphan.administration.models import AuditEntry, User
from samphan.platform.access import Viewer
from samphan.platform.registries import Registry
from samphan.platform.tenancy import in_workspace

_labels: Registry[str | Promise] = Registry()


def record(action: str, *, viewer: Viewer, **detail: Any) -> None:
    """Write down that somebody did or read something that leaves no change: `customers.list_exported`.

    :param detail: counts, field names and file names; never personal data.
    """
    AuditEntry.objects.create(workspace_id=viewer.workspace_id, member_id=viewer.id, action=action, detail=detail)


def forget(before: datetime) -> int:
    """Delete the entries of the current workspace from before a moment, at the earliest what is 90 days old.

    The database refuses every other change and deletion of an entry, whoever asks. Stands inside `in_workspace`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT samphan_forget_audit(%s)", [before])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


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
    _labels.add(action, label)


def extend(further: Callable[[], Mapping[str, str | Promise]]) -> None:
    """Name a function that gives the words of the current workspace's own actions."""
    _labels.extend(further)


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
    declare("administration.email_changed", _("Changed the e-mail address"))
    declare("administration.password_link_made", _("Made a password link"))
    declare("administration.workspace_entered", _("Came from another company"))
    declare("administration.company_changed", _("Changed the company's settings"))
    declare("administration.region_changed", _("Changed time and language of the company"))
    declare("administration.customer_stage_changed", _("Changed the stages of customers"))
    declare("administration.customer_grade_changed", _("Changed the grades"))
    declare("administration.task_kind_changed", _("Changed the kinds of tasks"))
    declare("administration.activity_outcome_changed", _("Changed the outcomes of calls and visits"))
    declare("administration.retention_changed", _("Changed how long data is kept"))
    declare("administration.retention_carried_out", _("Deleted what was past its time"))
    declare("administration.holidays_changed", _("Changed the holidays"))
    declare("administration.numbering_changed", _("Changed the numbering"))
    declare("administration.hours_changed", _("Changed the business hours"))
    declare("administration.company_account_connected", _("Connected the company's sign-in"))
    declare("administration.second_step_locked", _("Second step locked after wrong codes"))
    declare("administration.second_step_added", _("Added a second step"))
    declare("administration.second_step_removed", _("Took a second step off"))
    declare("administration.recovery_codes_made", _("Made new recovery codes"))
    declare("administration.recovery_code_used", _("Signed in with a recovery code"))
    declare("administration.sign_in_failed", _("Sign-in failed"))
    declare("administration.access_refused", _("Was refused for want of a right"))
    declare("administration.sign_in_unlocked", _("Unlocked a sign-in"))
    declare("administration.second_steps_reset", _("Took a person's second steps off"))
    declare("administration.security_changed", _("Changed the rules of signing in"))
    declare("administration.audit_exported", _("Exported the audit trail"))
    declare("administration.sessions_ended", _("Signed devices out"))
    declare("administration.session_expired", _("Session ended after its time"))
    declare("administration.person_invited", _("Invited a person"))
    declare("administration.invitation_renewed", _("Made an invitation link again"))
    declare("administration.invitation_withdrawn", _("Withdrew an invitation"))
    declare("administration.invitation_accepted", _("Accepted an invitation"))
    declare("administration.belongings_handed_over", _("Handed a person's records over"))
    declare("administration.member_added", _("Added a person"))
    declare("administration.member_renamed", _("Changed a person's name"))
    declare("administration.roles_changed", _("Changed roles"))
    declare("administration.role_changed", _("Changed what a role may do"))
    declare("administration.role_deleted", _("Deleted a role"))
    declare("administration.role_reset", _("Put a role back as it came"))
    declare("administration.record_shared", _("Shared a record"))
    declare("administration.share_withdrawn", _("Ended the sharing of a record"))
    declare("administration.delegation_made", _("Named a stand-in"))
    declare("administration.delegation_ended", _("Ended a stand-in"))
    declare("customers.field_revealed", _("Had a covered field shown"))
    declare("administration.member_deactivated", _("Closed a person's access"))
    declare("administration.member_activated", _("Opened a person's access again"))
    declare("administration.token_made", _("Made an API token"))
    declare("administration.token_revoked", _("Revoked an API token"))
    declare("administration.team_added", _("Added a team"))
    declare("administration.team_changed", _("Changed a team"))
    declare("administration.view_saved", _("Saved a view"))
    declare("administration.view_changed", _("Changed a view"))
    declare("administration.view_deleted", _("Deleted a view"))
    declare("administration.views_ordered", _("Arranged the views"))
    declare("administration.demo_loaded", _("Loaded the demo company"))
    declare("administration.large_demo_loaded", _("Made a large company for trials"))
    declare("administration.outgoing_released", _("Let go what was held back after a restore"))
    declare("administration.outgoing_dropped", _("Dropped what was held back after a restore"))
    declare("administration.letters_retried", _("Had changes carried on again"))
    declare("administration.letters_dropped", _("Dropped changes that were not carried on"))
    declare("administration.jobs_retried", _("Had failed work done again"))
    declare("administration.jobs_dropped", _("Dropped failed work"))
    declare("administration.rejects_downloaded", _("Downloaded the rejects of an import"))

"""Invitations: made, sent, sent again, withdrawn, accepted once."""

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from samphan.administration import actions, audit, queries
from samphan.administration.composition import BadAccount
from samphan.administration.models import Member, Team, User, Workspace
from samphan.administration.notifications import choices
from samphan.administration.security.models import Invitation
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import DomainError
from samphan.platform.tenancy import in_workspace

LASTS = timedelta(days=7)
_SECRET_BYTES = 24


class InvitationOver(DomainError):
    """The link was used, withdrawn, replaced by a newer one, or is too old."""

    message = gettext_lazy("This invitation no longer works. Ask the person who invited you for a new one.")


class OtherPerson(DomainError):
    """Somebody else is signed in than the one who was invited."""

    message = gettext_lazy("This invitation is for somebody else. Sign out, then open the link again.")


@dataclass(frozen=True)
class Sending:
    """How an invitation reaches its person: by e-mail, or by a link that somebody hands over."""

    invitation: Invitation
    link: str
    is_sent: bool
    trouble: str = ""


def invite(
    *, email: str, name: str, roles: Sequence[str], teams: Sequence[Team], acting_member: Member, at: datetime
) -> tuple[Invitation, str]:
    """Invite a person; an earlier invitation of that e-mail that still waits is withdrawn. Returns it and its link.

    :raises BadAccount: for an e-mail or role that cannot be used, somebody who is a member, or an owner invited by a
        non-owner.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadAccount(_("“%(email)s” is not an e-mail address."), email=email) from None
    actions.check_roles(roles, acting_member)
    member = Member.objects.filter(workspace_id=acting_member.workspace_id, user__email=email).first()
    if member is not None and member.is_active:
        raise BadAccount(_("%(email)s is a member already."), email=email)
    if member is not None:
        raise BadAccount(_("%(name)s was here before; open their access again instead."), name=member.name)
    waiting = Invitation.objects.visible_to(acting_member).waiting().filter(email=email)
    waiting.update(withdrawn_at=at)
    token, token_hash = _new_token(acting_member.workspace_id)
    made = Invitation.objects.create(
        workspace_id=acting_member.workspace_id,
        email=email,
        name=name.strip(),
        roles=list(roles),
        team_ids=[team.pk for team in teams],
        token_hash=token_hash,
        invited_by=acting_member,
        expires_at=at + LASTS,
    )
    audit.record("administration.person_invited", viewer=acting_member, name=made.name, roles=made.roles)
    return made, _link(token)


def renew(invitation: Invitation, *, acting_member: Member, at: datetime) -> str:
    """Make a new link for an invitation that waits; the one before no longer works. Returns the link.

    :raises InvitationOver: when it was accepted or withdrawn meanwhile.
    """
    actions.check_roles(invitation.roles, acting_member)
    token, token_hash = _new_token(invitation.workspace_id)
    here = Invitation.objects.visible_to(acting_member).waiting().filter(pk=invitation.pk)
    if not here.update(token_hash=token_hash, expires_at=at + LASTS):
        raise InvitationOver
    audit.record("administration.invitation_renewed", viewer=acting_member, name=invitation.name)
    return _link(token)


def withdraw(invitation: Invitation, *, acting_member: Member, at: datetime) -> None:
    """Let an invitation's link work no more.

    :raises InvitationOver: when it was accepted or withdrawn meanwhile.
    """
    if not Invitation.objects.visible_to(acting_member).waiting().filter(pk=invitation.pk).update(withdrawn_at=at):
        raise InvitationOver
    audit.record("administration.invitation_withdrawn", viewer=acting_member, name=invitation.name)


def send(invitation: Invitation, link: str, *, acting_member: Member, at: datetime) -> Sending:
    """Send the link by e-mail where there is a server; a demo company's people have invented addresses and get none."""
    if not choices.can_send() or acting_member.workspace.is_demo:
        return Sending(invitation, link, is_sent=False)
    try:
        _letter(invitation, link, acting_member).send()
    except (OSError, SMTPException):
        return Sending(
            invitation, link, is_sent=False, trouble=_("The e-mail could not be sent; hand the link over instead.")
        )
    Invitation.objects.visible_to(acting_member).filter(pk=invitation.pk).update(sent_at=at)
    return Sending(invitation, link, is_sent=True)


def find(token: str, *, at: datetime) -> Invitation | None:
    """The invitation of a link that works, or None."""
    workspace_id = _workspace_of(token)
    if workspace_id is None:
        return None
    with in_workspace(workspace_id):
        return (
            Invitation.objects.usable(at)
            .filter(workspace_id=workspace_id, token_hash=_hash(token))
            .select_related("workspace", "invited_by")
            .first()
        )


def accept(token: str, *, user: User | None, name: str = "", password: str | None = None, at: datetime) -> Member:
    """Become a member by a link: as the user who is signed in, or as a new one with a password. Works once.

    :param user: who is signed in; None for somebody who has no account yet.
    :raises InvitationOver: when the link no longer works. :raises OtherPerson: when the user has another e-mail.
    :raises BadAccount: for a password that is too weak, and for a new account where there is one.
    """
    found = find(token, at=at)
    if found is None:
        raise InvitationOver
    if user is not None and user.email != found.email:
        raise OtherPerson
    if user is None and queries.user_by_email(found.email) is not None:
        raise BadAccount(_("%(email)s has an account; sign in with it, then open the link again."), email=found.email)
    workspace = Workspace.objects.get(pk=found.workspace_id)
    with in_workspace(workspace.pk):
        # The conditional UPDATE is the lock: of two who open the link at once, one comes in.
        mine = Invitation.objects.usable(at).filter(pk=found.pk, token_hash=_hash(token))
        if not mine.update(accepted_at=at):
            raise InvitationOver
        with changeset("administration.member_added", member_id=found.invited_by_id, note={"name": found.name}):
            member = actions.create_member(
                workspace,
                email=found.email,
                name=name.strip() or found.name,
                roles=found.roles,
                password=password,
                acting_member_id=found.invited_by_id,
            )
            actions.put_in_teams(member, list(Team.objects.filter(workspace_id=workspace.pk, pk__in=found.team_ids)))
        audit.record("administration.invitation_accepted", viewer=member)
    return member


def _new_token(workspace_id: UUID) -> tuple[str, str]:
    # The company stands in the link because nothing of it can be read before it is known.
    token = urlsafe_b64encode(workspace_id.bytes + secrets.token_bytes(_SECRET_BYTES)).decode("ascii").rstrip("=")
    return token, _hash(token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _workspace_of(token: str) -> UUID | None:
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return UUID(bytes=raw[:16]) if len(raw) == 16 + _SECRET_BYTES else None


def _link(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('invitation', args=[token])}"


def _letter(invitation: Invitation, link: str, acting_member: Member) -> EmailMultiAlternatives:
    workspace = acting_member.workspace
    language = get_language() or "th"
    company = workspace.name_en if language == "en" and workspace.name_en else workspace.name
    context = {
        "company": company,
        "heading": _("%(by)s invites you to %(company)s") % {"by": acting_member.name, "company": company},
        "name": invitation.name,
        "url": link,
        "days": LASTS.days,
        "language": language,
    }
    template = "administration/people/invitation_mail"
    letter = EmailMultiAlternatives(
        subject=" ".join(str(context["heading"]).split())[:150],
        body=render_to_string(f"{template}.txt", context),
        to=[invitation.email],
    )
    letter.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return letter

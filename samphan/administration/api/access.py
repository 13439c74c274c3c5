"""Who has access: invitations, changes of people, and who stands in for whom; joins the routes of people."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Schema
from pydantic import Field

from samphan.administration import absences, actions, handover, queries
from samphan.administration.api import people
from samphan.administration.api.people import CHANGE, MemberOut, member_out
from samphan.administration.api.scopes import require_scope
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member, Team
from samphan.administration.reaching import Delegation
from samphan.administration.security import invitations
from samphan.administration.security.models import Invitation
from samphan.platform.access import requires
from samphan.platform.api import problems
from samphan.platform.api.answers import answer, nothing
from samphan.platform.api.problems import invalid
from samphan.platform.api.schemas import Strict

router = people.router  # an address that both have is of one router
problems.tells_fields(absences.BadAbsence, lambda refusal: [(refusal.field, str(refusal))])


class InvitationIn(Strict):
    """Whom to invite, with which roles and teams."""

    email: str = Field(..., min_length=3, max_length=254)
    name: str = Field(..., min_length=1, max_length=150)
    roles: list[str] = Field(..., max_length=20, examples=[["sales"]])
    team_ids: list[UUID] = Field([], max_length=100)


class InvitationOut(Schema):
    """An invitation that waits. `link` stands there alone when no e-mail went out: hand it over; it is not shown again."""

    id: UUID
    email: str
    name: str
    roles: list[str]
    sent_at: str | None
    expires_at: str
    link: str | None = None


class InvitationsOut(Schema):
    """Every invitation that waits."""

    data: list[InvitationOut]


@router.get(
    "/invitations", response=InvitationsOut, operation_id="invitations_list", summary=_("Invitations that wait")
)
@requires(CHANGE)
def list_invitations(request: MemberRequest) -> HttpResponse:
    """Who was invited and has not come yet."""
    found = Invitation.objects.visible_to(request.member).waiting().order_by("-id")[:500]
    return answer(request, {"data": [_invitation(one) for one in found]})


@router.post(
    "/invitations", response={201: InvitationOut}, operation_id="invitations_create", summary=_("Invite a person")
)
@requires(CHANGE)
def invite(request: MemberRequest, body: Body[InvitationIn]) -> HttpResponse:
    """Invite somebody by e-mail, or with a link to hand over where there is no e-mail server."""
    now = timezone.now()
    made, link = invitations.invite(
        email=body.email,
        name=body.name,
        roles=body.roles,
        teams=_teams(request, body.team_ids),
        acting_member=request.member,
        at=now,
    )
    return _sent(request, invitations.send(made, link, acting_member=request.member, at=now), status=201)


@router.post(
    "/invitations/{uuid:invitation_id}/sending",
    response=InvitationOut,
    operation_id="invitations_send",
    summary=_("Send an invitation again"),
)
@requires(CHANGE)
def send_again(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """A new link; the one before no longer works."""
    found, now = _waiting(request, invitation_id), timezone.now()
    link = invitations.renew(found, acting_member=request.member, at=now)
    return _sent(request, invitations.send(found, link, acting_member=request.member, at=now))


@router.delete(
    "/invitations/{uuid:invitation_id}",
    response={204: None},
    operation_id="invitations_withdraw",
    summary=_("Withdraw an invitation"),
)
@requires(CHANGE)
def withdraw(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Let its link work no more."""
    invitations.withdraw(_waiting(request, invitation_id), acting_member=request.member, at=timezone.now())
    return nothing()


def _waiting(request: MemberRequest, invitation_id: UUID) -> Invitation:
    found = Invitation.objects.visible_to(request.member).filter(pk=invitation_id).first()
    if found is None:
        raise Http404
    return found


def _sent(request: MemberRequest, sending: invitations.Sending, *, status: int = 200) -> HttpResponse:
    sending.invitation.refresh_from_db()
    found = _invitation(sending.invitation) | {"link": None if sending.is_sent else sending.link}
    return answer(request, found, status=status)


def _invitation(one: Invitation) -> dict[str, Any]:
    names = ("email", "name", "roles", "sent_at", "expires_at")
    return {"id": one.pk, **{name: getattr(one, name) for name in names}}


# People


class MemberChanges(Strict):
    """What to write of a person."""

    name: str | None = Field(None, min_length=1, max_length=150)
    roles: list[str] | None = Field(None, max_length=20)
    team_ids: list[UUID] | None = Field(None, max_length=100)


class HandoverIn(Strict):
    """Who takes over."""

    to_id: UUID


class CountOfRecords(Schema):
    """How many records were meant."""

    count: int


@router.patch(
    "/members/{uuid:member_id}", response=MemberOut, operation_id="members_update", summary=_("Change a person")
)
@requires(CHANGE)
def change_member(request: MemberRequest, member_id: UUID, body: Body[MemberChanges]) -> HttpResponse:
    """Write name, roles or teams; nobody gives rights that they do not have."""
    found = _person(request, member_id)
    wanted = found.teams.all() if body.team_ids is None else _teams(request, body.team_ids)
    actions.change_member(
        found,
        name=body.name or found.name,
        roles=found.roles if body.roles is None else body.roles,
        teams=list(wanted),
        acting_member=request.member,
    )
    return answer(request, member_out(_person(request, member_id)))


@router.post(
    "/members/{uuid:member_id}/closure", response=MemberOut, operation_id="members_close", summary=_("Close an access")
)
@requires(CHANGE)
def close_access(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Close a person's access from this moment on and sign them out everywhere."""
    actions.deactivate_member(_person(request, member_id), acting_member=request.member)
    return answer(request, member_out(_person(request, member_id)))


@router.post(
    "/members/{uuid:member_id}/opening",
    response=MemberOut,
    operation_id="members_open",
    summary=_("Open an access again"),
)
@requires(CHANGE)
def open_access(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Open a closed access again."""
    actions.activate_member(_person(request, member_id), acting_member=request.member)
    return answer(request, member_out(_person(request, member_id)))


@router.post(
    "/members/{uuid:member_id}/sign-out",
    response=CountOfRecords,
    operation_id="members_sign_out",
    summary=_("Sign a person out everywhere"),
)
@requires(CHANGE)
def sign_out(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """End every session of a person; says how many there were."""
    count = actions.sign_out_member(_person(request, member_id), acting_member=request.member)
    return answer(request, {"count": count})


@router.post(
    "/members/{uuid:member_id}/handover",
    response=CountOfRecords,
    operation_id="members_hand_over",
    summary=_("Hand over what a person looks after"),
)
@requires(CHANGE)
def hand_over(request: MemberRequest, member_id: UUID, body: Body[HandoverIn]) -> HttpResponse:
    """Give all that a person looks after to a colleague, as one act."""
    found = _person(request, member_id)
    to = next((one for one in queries.members(request.member) if one.pk == body.to_id), None)
    if to is None:
        raise invalid("to_id", gettext("Nobody of this id works here."))
    act, count = handover.hand_over(found, to, acting_member=request.member, at=timezone.now())
    return answer(request, {"count": count}, change=act)


def _person(request: MemberRequest, member_id: UUID) -> Member:
    everybody = Member.objects.filter(workspace_id=request.member.workspace_id)
    found = everybody.select_related("user", "workspace").prefetch_related("teams").filter(pk=member_id).first()
    if found is None:
        raise Http404
    return found


def _teams(request: MemberRequest, ids: list[UUID]) -> list[Team]:
    known = {one.pk: one for one in Team.objects.filter(workspace_id=request.member.workspace_id, pk__in=ids)}
    for place, one in enumerate(ids):
        if one not in known:
            raise invalid(f"team_ids[{place}]", gettext("There is no team of this id."))
    return list(known.values())


# Who stands in


class StandInIn(Strict):
    """Who stands in for whom, from a day to a day, both included."""

    stand_in_id: UUID
    starts_on: date
    ends_on: date
    member_id: UUID | None = Field(None, description="Who is away; without it the token's own member.")
    reason: str = Field("", max_length=200)


class StandInOut(Schema):
    """Somebody is away and somebody else stands in."""

    id: UUID
    member_id: UUID
    stand_in_id: UUID
    starts_on: date
    ends_on: date
    reason: str


class StandInsOut(Schema):
    """Those that hold or are to come."""

    data: list[StandInOut]


@router.get("/stand-ins", response=StandInsOut, operation_id="stand_ins_list", summary=_("Who stands in for whom"))
@requires("signed_in")
def list_stand_ins(request: MemberRequest) -> HttpResponse:
    """Those that concern the token's member; with the right to change people everybody's."""
    member, sees_all = request.member, request.member.may(absences.CHANGE)
    found = [
        one for one in absences.absences(member.workspace) if sees_all or member.pk in (one.member_id, one.stand_in_id)
    ]
    return answer(request, {"data": [_stand_in(one) for one in found]})


@router.post("/stand-ins", response={201: StandInOut}, operation_id="stand_ins_create", summary=_("Name a stand-in"))
@requires("signed_in")
def name_stand_in(request: MemberRequest, body: Body[StandInIn]) -> HttpResponse:
    """Let a colleague reach what is one's own while one is away; who changes people names them for others too."""
    require_scope(request, "administration")
    known = {one.pk: one for one in queries.members(request.member)}
    people = {"member_id": body.member_id or request.member.pk, "stand_in_id": body.stand_in_id}
    for name, identity in people.items():
        if identity not in known:
            raise invalid(name, gettext("Nobody of this id works here."))
    away = known[people["member_id"]]
    away.workspace = request.member.workspace
    before = {one.pk for one in Delegation.objects.filter(member_id=away.pk)}
    act = absences.name_stand_in(
        away,
        known[body.stand_in_id],
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        reason=body.reason,
        acting_member=request.member,
    )
    made = Delegation.objects.filter(member_id=away.pk).exclude(pk__in=before).get()
    return answer(request, _stand_in(made), status=201, change=act)


@router.delete(
    "/stand-ins/{uuid:delegation_id}", response={204: None}, operation_id="stand_ins_end", summary=_("End a stand-in")
)
@requires("signed_in")
def end_stand_in(request: MemberRequest, delegation_id: UUID) -> HttpResponse:
    """End it before its last day."""
    require_scope(request, "administration")
    found = Delegation.objects.filter(workspace_id=request.member.workspace_id, pk=delegation_id).first()
    if found is None:
        raise Http404
    return nothing(change=absences.end_absence(found, acting_member=request.member, at=timezone.now()))


def _stand_in(one: absences.Absence | Delegation) -> dict[str, Any]:
    identity = one.id if isinstance(one, absences.Absence) else one.pk
    names = ("member_id", "stand_in_id", "starts_on", "ends_on", "reason")
    return {"id": identity, **{name: getattr(one, name) for name in names}}

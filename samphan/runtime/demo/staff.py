"""The people who work at the demo company."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from samphan.administration import actions
from samphan.administration.models import Member, User, Workspace
from samphan.platform.tenancy import in_workspace

# No secret: it opens invented data on one's own machine, and is printed at every start with the demo company.
PASSWORD = "doi-mok-coffee"  # noqa: S105
DOMAIN = "samphan.example"


class Colleague(NamedTuple):
    """One member of the demo company; `key` is the e-mail's first part."""

    key: str
    nickname: str
    name: str
    roles: tuple[str, ...]
    team: str

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


BANGKOK_TEAM, CHIANG_MAI_TEAM = "กรุงเทพฯ", "เชียงใหม่"
STAFF = (
    Colleague("may", "เมย์", "เมย์ เมธาวี", ("owner",), BANGKOK_TEAM),
    Colleague("boy", "บอย", "บอย ธนวัฒน์", ("sales",), BANGKOK_TEAM),
    Colleague("kong", "ก้อง", "ก้อง กฤษฎา", ("service", "field"), CHIANG_MAI_TEAM),
    Colleague("pui", "ปุ้ย", "ปุ้ย สุภาวดี", ("marketing",), BANGKOK_TEAM),
    Colleague("nuch", "นุช", "นุช นงนุช", ("finance",), BANGKOK_TEAM),
    Colleague("oat", "โอ๊ต", "โอ๊ต ทศพล", ("read_only",), CHIANG_MAI_TEAM),
)
OWNER = STAFF[0]


def hire(workspace: Workspace) -> dict[str, Member]:
    """Make the members and teams of a demo workspace; a user of that e-mail is reused. Returns members by key."""
    members: dict[str, Member] = {}
    lock = ""
    for colleague in STAFF:
        is_known = User.objects.filter(email=colleague.email).exists()
        members[colleague.key] = actions.create_member(
            workspace,
            email=colleague.email,
            name=colleague.name,
            roles=list(colleague.roles),
            password=None if is_known or lock else PASSWORD,
        )
        if not is_known:
            # One slow hash, not six: it is the same known password for all of them.
            user = members[colleague.key].user
            lock = lock or user.password
            User.objects.filter(pk=user.pk).update(password=lock)
    with in_workspace(workspace.id):
        # Colleagues call each other by nickname; the user keeps the whole name.
        for colleague in STAFF:
            Member.objects.filter(pk=members[colleague.key].pk).update(name=colleague.nickname)
            members[colleague.key].name = colleague.nickname
        for team in (BANGKOK_TEAM, CHIANG_MAI_TEAM):
            people = [members[colleague.key] for colleague in STAFF if colleague.team == team]
            actions.create_team(workspace, name=team, members=people, acting_member_id=members[OWNER.key].pk)
    return members


def dismiss(user_ids: list[UUID]) -> None:
    """Forget the demo's users among these: those of the demo's own addresses who work nowhere any more."""
    from samphan.administration.queries import memberships_of

    emails = [colleague.email for colleague in STAFF]
    for user in User.objects.filter(pk__in=user_ids, email__in=emails):
        if not memberships_of(user.pk):
            user.delete()


def show_sign_in(say: Callable[[str], None]) -> None:
    """Tell who may sign in with which password."""
    say(f"Sign in as {OWNER.email} with the password {PASSWORD} (the demo company's, for everybody in it).")

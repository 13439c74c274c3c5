"""Which member a file of another system means by a name or an e-mail address."""

import re
from collections.abc import Iterable
from uuid import UUID

from samphan.administration.models import Member, SystemViewer
from samphan.administration.queries import members
from samphan.platform.catalogue import Choice
from samphan.platform.tenancy import current_workspace
from samphan.platform.thai.names import matching_name

_EMAIL = re.compile(r"[^\s<>()\[\],;]+@[^\s<>()\[\],;]+")
_ASIDE = re.compile(r"[(\[<][^)\]>]*[)\]>]")


class MemberNames:
    """The active members of one workspace, by every way in which they may be written."""

    def __init__(self, people: Iterable[Member]) -> None:
        self._found: dict[str, set[UUID]] = {}
        for member in people:
            for name in (member.user.email, member.name, member.user.name):
                for key in _keys(name or ""):
                    self._found.setdefault(key, set()).add(member.id)

    @classmethod
    def of(cls, workspace_id: UUID) -> "MemberNames":
        """Those who work in a workspace now."""
        return cls(members(SystemViewer(workspace_id)))

    def find(self, text: str) -> set[UUID]:
        """Who may be meant: nobody, one, or several of the same name. An e-mail address in the text decides alone."""
        email = _EMAIL.search(text)
        if email and (one := self._found.get(email[0].strip(".").lower())):
            return one
        for key in _keys(text):
            if key in self._found:
                return self._found[key]
        return set()


def member_choices() -> list[Choice]:
    """The members of the current workspace as choices of a fix, each by an e-mail address, which is theirs alone."""
    workspace_id = current_workspace()
    if workspace_id is None:
        return []
    return [Choice(one.user.email, one.name or one.user.email) for one in members(SystemViewer(workspace_id))]


def _keys(text: str) -> list[str]:
    """A name as it is written, without what stands beside it in brackets, and without titles; likeliest first."""
    plain = " ".join(text.lower().split())
    bare = " ".join(_ASIDE.sub(" ", plain).split())
    return [key for key in dict.fromkeys((plain, bare, matching_name(bare) if bare else "")) if key]

"""Everything that writes kept views. Each action stands inside `in_workspace`, as a request does."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samphan.administration.lists.views_kept import to_document
from samphan.administration.models import Member, SavedView, SavedViewPlace, Team
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.errors import DomainError
from samphan.platform.lists import ListState

MOST = 100  # views of one member in one list
NAME_LENGTH = 80


class BadView(DomainError):
    """The view cannot be kept like this; the message says why."""


def may_change(view: SavedView, member: Member) -> bool:
    """One's own views, and with the right to change the company's settings those that others share."""
    if view.owner_id == member.pk:
        return True
    return view.shared != SavedView.Shared.NOBODY and member.may("administration.change_settings")


def save_view(
    state: ListState, *, name: str, shared: str, team_ids: Sequence[UUID], is_pinned: bool, acting_member: Member
) -> SavedView:
    """Keep a list's state under a name.

    :raises BadView: for an empty or overlong name, an unknown audience, or too many views.
    """
    values = _checked(name, shared, team_ids, acting_member)
    own = SavedView.objects.filter(
        workspace_id=acting_member.workspace_id, owner_id=acting_member.pk, entity=state.entity.name
    )
    if own[MOST - 1 : MOST]:
        raise BadView(_("You have %(count)s views here already; delete one first."), count=MOST)
    with changeset("administration.view_saved", member_id=acting_member.pk) as act:
        view = SavedView.objects.create(
            workspace_id=acting_member.workspace_id, created_in=act, entity=state.entity.name, owner_id=acting_member.pk,
            state=to_document(state), **values,
        )  # fmt: skip
        _place(view.pk, acting_member, is_pinned=is_pinned, position=_last(acting_member) + 1)
    return view


def change_view(
    view: SavedView, *, name: str, shared: str, team_ids: Sequence[UUID], is_pinned: bool, acting_member: Member
) -> UUID:
    """Rename a view, share it anew, pin it; who may not change it pins it all the same. Returns the changeset.

    :raises BadView: as `save_view`.
    """
    with changeset("administration.view_changed", member_id=acting_member.pk) as act:
        if may_change(view, acting_member):
            values = _checked(name, shared, team_ids, acting_member)
            SavedView.objects.visible_to(acting_member).filter(pk=view.pk).update(**values)
        _place(view.pk, acting_member, is_pinned=is_pinned)
    return act


def update_view(view: SavedView, state: ListState, *, acting_member: Member) -> UUID:
    """Let a view show what the list shows now. Returns the changeset.

    :raises BadView: when the view is somebody else's.
    """
    _check_may(view, acting_member)
    with changeset("administration.view_changed", member_id=acting_member.pk) as act:
        SavedView.objects.visible_to(acting_member).filter(pk=view.pk).update(state=to_document(state))
    return act


def delete_view(view: SavedView, *, acting_member: Member) -> UUID:
    """Take a view away from everybody who had it. Returns the changeset, which brings it back with its places.

    :raises BadView: when the view is somebody else's.
    """
    _check_may(view, acting_member)
    with changeset("administration.view_deleted", member_id=acting_member.pk) as act:
        SavedViewPlace.objects.filter(workspace_id=acting_member.workspace_id, view_id=view.pk).delete()
        SavedView.objects.filter(workspace_id=acting_member.workspace_id, pk=view.pk).delete()
    return act


def order_views(view_ids: Sequence[UUID], *, acting_member: Member) -> None:
    """Put one's tabs in an order; views that one cannot open are passed over."""
    known = set(SavedView.objects.visible_to(acting_member).filter(pk__in=view_ids).values_list("pk", flat=True))
    with changeset("administration.views_ordered", member_id=acting_member.pk):
        for position, view_id in enumerate(one for one in dict.fromkeys(view_ids) if one in known):
            _place(view_id, acting_member, position=position)


def _place(view_id: UUID, member: Member, **values: object) -> None:
    SavedViewPlace.objects.update_or_create(
        workspace_id=member.workspace_id,
        view_id=view_id,
        member_id=member.pk,
        defaults=values,
        create_defaults={"created_in": current_changeset(), **values},
    )


def _last(member: Member) -> int:
    places = SavedViewPlace.objects.filter(workspace_id=member.workspace_id, member_id=member.pk)
    return places.order_by("-position").values_list("position", flat=True).first() or 0


def _check_may(view: SavedView, member: Member) -> None:
    if not may_change(view, member):
        raise BadView(_("This view is %(name)s’s; save yours as a new one."), name=view.owner.name)


def _checked(name: str, shared: str, team_ids: Sequence[UUID], member: Member) -> dict[str, object]:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise BadView(_("The view needs a name."))
    if len(name) > NAME_LENGTH:
        raise BadView(_("The name has %(count)s letters; at most %(limit)s fit."), count=len(name), limit=NAME_LENGTH)
    if shared not in SavedView.Shared.values:
        raise BadView(_("Choose who sees the view."))
    teams: list[UUID] = []
    if shared == SavedView.Shared.TEAMS:
        found = Team.objects.filter(workspace_id=member.workspace_id, pk__in=team_ids)
        teams = list(found.order_by("name").values_list("pk", flat=True))
        if not teams:
            raise BadView(_("Choose at least one team."))
    return {"name": name, "shared": shared, "team_ids": teams}

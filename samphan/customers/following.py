"""What customers follow in the database: computed traits are worked out again as soon as the records behind them change."""

from collections import defaultdict
from uuid import UUID

from django.db import transaction

from samphan.administration.models import Workspace
from samphan.customers import jobs, trait_upkeep, traits
from samphan.platform import followers, rowchanges
from samphan.platform.tenancy import in_workspace

READER = "customers.traits"


class TraitFollower:
    """Takes the next row changes and works out the traits of the customers whose records they are."""

    def __init__(self) -> None:
        self._has_begun = False

    def __call__(self) -> bool:
        if not self._has_begun:  # this program may have another version of a set than the one that ran before
            fill_what_is_new()
            self._has_begun = True
        return follow_next()


def follow_next() -> bool:
    """Work out what the next portion of row changes concerns; return whether more waits."""
    with transaction.atomic():
        portion = rowchanges.take(READER, {table for known in traits.trait_sets.values() for table in known.follows})
        if portion.is_behind:
            begin_anew()
        if portion.is_new or portion.is_behind:
            fill_what_is_new()
        changed: dict[UUID, list[rowchanges.Change]] = defaultdict(list)
        for change in portion.changes:
            changed[change.workspace_id].append(change)
        for workspace_id, changes in changed.items():
            with in_workspace(workspace_id):
                _follow(changes, workspace_id)
    return portion.has_more


def _follow(changes: list[rowchanges.Change], workspace_id: UUID) -> None:
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is None:
        return
    for known in traits.trait_sets.values():
        customers: set[UUID] = set()
        rows: dict[str, set[UUID]] = defaultdict(set)
        for change in changes:
            if change.table in known.follows:
                customers.update(change.customer_ids)
                rows[change.table].update(change.ids)
        for table, ids in rows.items():
            customers.update(traits.concerned(known, table, sorted(ids), workspace_id))
        traits.refresh(known, customers, workspace)


def fill_what_is_new() -> None:
    """Queue the filling of every workspace that lacks the traits of a set, or has them by an older statement."""
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            if not trait_upkeep.is_filled(workspace_id):
                jobs.fill_traits.enqueue(once=f"traits:{workspace_id}", workspace_id=workspace_id)


def begin_anew() -> None:
    """Forget that anybody's traits are worked out: changes were missed."""
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            trait_upkeep.begin_anew(workspace_id)


def register() -> None:
    """Let every worker follow."""
    followers.register(followers.Follower(READER, TraitFollower()))

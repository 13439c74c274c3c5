"""The upkeep of computed traits: the first filling, and the nightly proof that nothing was missed."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from samphan.administration.models import Workspace
from samphan.customers import traits
from samphan.customers.models import Customer
from samphan.customers.trait_states import TraitState
from samphan.customers.traits import TraitSet
from samphan.platform.catalogue import Label
from samphan.platform.ids import uuid7

logger = logging.getLogger(__name__)

FILLED_AT_ONCE = 2_000
PROVED = 10_000


def fill_next(workspace: Workspace) -> bool:
    """Work out the next customers of a set whose statement is new; return whether more wait. Inside `in_workspace`.

    Where it stands is kept in the same transaction, so that a filling that was killed goes on.
    """
    for name, known in traits.trait_sets.items():
        state = state_of(name, workspace.pk)
        if state.version == known.version:
            continue
        left = Customer.objects.filter(workspace=workspace).order_by("pk")
        if state.upto is not None:
            left = left.filter(pk__gt=state.upto)
        ids = list(left.values_list("pk", flat=True)[:FILLED_AT_ONCE])
        traits.refresh(known, ids, workspace)
        if len(ids) < FILLED_AT_ONCE:
            state.version, state.upto = known.version, None
        else:
            state.upto = ids[-1]
        state.save(update_fields=["version", "upto"])
        return True
    return False


def is_filled(workspace_id: UUID) -> bool:
    """Whether every set has been worked out for everybody by its newest statement."""
    done = dict(TraitState.objects.filter(workspace=workspace_id).values_list("name", "version"))
    return all(done.get(name) == known.version for name, known in traits.trait_sets.items())


def begin_anew(workspace_id: UUID) -> None:
    """Let everybody's traits be worked out again."""
    TraitState.objects.filter(workspace=workspace_id).update(version=0, upto=None)


def state_of(name: str, workspace_id: UUID) -> TraitState:
    """How a set stands, held against others who fill it."""
    TraitState.objects.bulk_create(
        [TraitState(pk=uuid7(), workspace_id=workspace_id, name=name)], ignore_conflicts=True
    )
    return TraitState.objects.select_for_update().get(workspace=workspace_id, name=name)


def sample(workspace_id: UUID, count: int = PROVED) -> list[UUID]:
    """Customers by chance, each as likely as the other."""
    return list(Customer.objects.filter(workspace=workspace_id).order_by("?").values_list("pk", flat=True)[:count])


def find_differing(known: TraitSet, customer_ids: list[UUID], workspace: Workspace) -> list[UUID]:
    """Those of the customers whose kept traits are not what is worked out anew."""
    found: list[UUID] = []
    for begin in range(0, len(customer_ids), traits.AT_ONCE):
        found += traits.differing(known, customer_ids[begin : begin + traits.AT_ONCE], workspace)
    return found


def keep_proof(known: TraitSet, workspace: Workspace, *, proved: int, differing: list[UUID], at: datetime) -> None:
    """Keep what a proof found, and mend what differed."""
    if differing:
        logger.error("%s of %s customers had other %s than worked out anew", len(differing), proved, known.name)
        traits.refresh(known, differing, workspace)
    state = state_of(known.name, workspace.pk)
    state.proved_at, state.proved_count, state.differing_count = at, proved, len(differing)
    state.save(update_fields=["proved_at", "proved_count", "differing_count"])


@dataclass(frozen=True)
class Proof:
    """What the last proof of a set found: of how many customers the kept traits differed from what was worked out anew."""

    label: Label
    at: datetime
    proved: int
    differing: int


def proofs(workspace_id: UUID) -> list[Proof]:
    """What the last proof of each set found."""
    states = TraitState.objects.filter(workspace=workspace_id).exclude(proved_at=None).order_by("name")
    return [
        Proof(traits.trait_sets[one.name].label, one.proved_at, one.proved_count, one.differing_count)
        for one in states
        if one.proved_at is not None and one.name in traits.trait_sets
    ]

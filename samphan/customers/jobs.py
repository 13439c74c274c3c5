"""Work of customers that nobody waits for."""

import time
from uuid import UUID

from django.utils import timezone

from samphan.administration.models import Workspace
from samphan.customers import trait_upkeep
from samphan.customers.traits import trait_sets
from samphan.platform.jobs import job, stopping
from samphan.platform.tenancy import in_workspace

# What is kept follows a change within a second or two; what still differs after as many looks was missed.
LOOKS, BETWEEN_LOOKS_SECONDS = 4, 10.0


@job()
def fill_traits(workspace_id: str) -> None:
    """Work out, for everybody, the traits whose statement is new. Safe to run twice: it goes on where it was."""
    waits = True
    while waits:
        with in_workspace(UUID(workspace_id)):
            if stopping.is_set():
                fill_traits.enqueue(once=f"traits:{workspace_id}", workspace_id=workspace_id)
                return
            waits = trait_upkeep.fill_next(Workspace.objects.get(pk=workspace_id))


@job()
def prove_traits(workspace_id: str) -> None:
    """Work the traits of 10,000 customers out anew, keep how many differ from what is kept, and mend these."""
    identity = UUID(workspace_id)
    for name, known in trait_sets.items():
        with in_workspace(identity):
            workspace = Workspace.objects.get(pk=identity)
            if trait_upkeep.state_of(name, identity).version != known.version:
                fill_traits.enqueue(once=f"traits:{workspace_id}", workspace_id=workspace_id)
                continue
            asked = trait_upkeep.sample(identity)
            found = trait_upkeep.find_differing(known, asked, workspace)
        for _look in range(LOOKS):
            if not found or stopping.is_set():
                break
            time.sleep(BETWEEN_LOOKS_SECONDS)
            with in_workspace(identity):
                found = trait_upkeep.find_differing(known, found, workspace)
        with in_workspace(identity):
            trait_upkeep.keep_proof(known, workspace, proved=len(asked), differing=found, at=timezone.now())


@job(cron="23 20 * * *")
def prove_every_trait(timestamp: int) -> None:
    """Prove the traits of every workspace, at night in Thailand. Safe to run twice."""
    for workspace_id in Workspace.objects.order_by("id").values_list("id", flat=True):
        with in_workspace(workspace_id):
            prove_traits.enqueue(once=f"proof:{workspace_id}", workspace_id=workspace_id)

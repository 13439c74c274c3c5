"""What follows from events about customers."""

from uuid import UUID

from samphan.customers.events import (
    CustomerCreated,
    CustomerEdited,
    CustomersChanged,
    CustomersDeleted,
    CustomersRestored,
)
from samphan.insights import problem_rows
from samphan.platform.events import Event, subscribe_together
from samphan.platform.tenancy import current_workspace

# Fields that no rule of the quality asks; a change of these alone changes no problem.
UNASKED = frozenset(
    {"stage", "grade", "owner", "source", "tags", "note", "nickname", "gender", "language", "last_order_at", "order_count",
     "total_spent"}
)  # fmt: skip


@subscribe_together(CustomerCreated, CustomerEdited, CustomersChanged, CustomersDeleted, CustomersRestored)
def find_problems_anew(events: list[Event]) -> None:
    """Know the problems of whoever changed, so that lists and views by problem are true at once."""
    workspace_id = current_workspace()
    if workspace_id is None:
        return
    changed: dict[UUID, None] = {}
    for event in events:
        if isinstance(event, CustomerEdited | CustomersChanged) and event.fields and UNASKED.issuperset(event.fields):
            continue
        if isinstance(event, CustomerCreated | CustomerEdited):
            changed[event.customer_id] = None
        elif isinstance(event, CustomersChanged | CustomersDeleted | CustomersRestored):
            changed.update(dict.fromkeys(event.customer_ids))
    if changed:
        problem_rows.refresh(workspace_id, list(changed))

"""What work adds to the fields of customers: the next task, and its day."""

from django.utils.translation import gettext_lazy as _

from samphan.customers import fields
from samphan.platform.catalogue import Field, Privacy, Type

# The first open task by its day; one look into the index of a customer's open tasks for each row that is shown.
_NEXT = (
    "(SELECT {what} FROM work_task t WHERE t.workspace_id = customers_customer.workspace_id"
    " AND t.customer_id = customers_customer.id AND t.closed_at IS NULL ORDER BY t.due_on, t.id LIMIT 1)"
)
NEXT_DUE = _NEXT.format(what="t.due_on")
_GROUP = _("Tasks")


def register() -> None:
    """Let lists, filters, views and exports of customers speak of the next task."""
    fields.add_field(
        Field(
            "next_task",
            _("Next task"),
            Type.TEXT,
            Privacy.BUSINESS,
            _NEXT.format(what="t.title"),
            group=_GROUP,
            width=200,
        )
    )
    fields.add_field(
        Field(
            "next_task_on",
            _("Next task due"),
            Type.DATE,
            Privacy.BUSINESS,
            NEXT_DUE,
            group=_GROUP,
            width=100,
        )
    )

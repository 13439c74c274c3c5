"""Changes of many records, part by part: one changeset, progress that others can see, an end at any time."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, Func, IntegerField

from samphan.administration.lists.custom_editing import editing_of
from samphan.administration.lists.editing import BulkEditing
from samphan.administration.lists.kinds import kind
from samphan.administration.models import ListAct, Member
from samphan.platform.changes.recording import changeset

PART = 2_000  # records of one transaction


def begin(entity_name: str, field: str, value: str, record_ids: Sequence[UUID], *, acting_member: Member) -> ListAct:
    """Write down what is to be done; `carry_out` does it, here or in a job."""
    return ListAct.objects.create(
        workspace_id=acting_member.workspace_id, member_id=acting_member.pk, entity=entity_name, field=field, value=value,
        record_ids=list(record_ids),
    )  # fmt: skip


def carry_out(act_id: UUID, acting_member: Member) -> bool:
    """Do the next part; True while more is to be done. Stands inside `in_workspace`; of two at once one waits."""
    act = ListAct.objects.filter(workspace_id=acting_member.workspace_id).select_for_update().get(pk=act_id)
    if act.state != ListAct.State.WAITING:
        return False
    part = act.record_ids[act.done_count : act.done_count + PART]
    note = {"field": act.field, "count": len(act.record_ids)}
    with changeset(
        f"{act.entity}.{act.entity}_edited", member_id=acting_member.pk, note=note, resume=act.changeset_id
    ) as own:
        act.changed_count += _bulk(act, acting_member).write(acting_member, part, act.field, act.value)
        act.changeset_id = own
    act.done_count += len(part)
    if act.done_count >= len(act.record_ids):
        act.state = ListAct.State.DONE
    act.save(update_fields=["changed_count", "changeset_id", "done_count", "state"])
    return act.state == ListAct.State.WAITING


def cancel(act_id: UUID, *, acting_member: Member) -> None:
    """End a change after the part that runs; what is done stays, and its changeset undoes it."""
    waiting = ListAct.objects.filter(workspace_id=acting_member.workspace_id, pk=act_id, state=ListAct.State.WAITING)
    waiting.update(state=ListAct.State.CANCELLED)


def fail(act_id: UUID, message: str) -> None:
    """End a change that cannot go on, with the reason."""
    ListAct.objects.filter(pk=act_id, state=ListAct.State.WAITING).update(state=ListAct.State.FAILED, message=message)


def total_of(act_id: UUID) -> int:
    """How many records an act means, without reading their ids."""
    length = Func(F("record_ids"), function="cardinality", output_field=IntegerField())
    return ListAct.objects.filter(pk=act_id).values_list(length, flat=True).first() or 0


def _bulk(act: ListAct, member: Member) -> BulkEditing:
    editing = editing_of(kind(act.entity), member)
    if editing is None or editing.bulk is None:
        raise LookupError(act.entity)
    return editing.bulk

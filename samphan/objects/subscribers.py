"""What follows from events about records of a company's own kinds."""

from django.urls import reverse

from samphan.administration import notifications
from samphan.objects.events import RecordShared
from samphan.objects.known import known_objects
from samphan.platform.events import subscribe

SHARED = "objects.record_shared"


@subscribe(RecordShared)
def tell_whom_it_is_shared_with(event: RecordShared) -> None:
    """Tell members that they see a record of a colleague now; nobody where its kind was put away meanwhile."""
    kind = next((one for one in known_objects() if one.pk == event.object_id), None)
    if kind is None:
        return
    notifications.notify(
        event.member_ids,
        SHARED,
        key=str(event.act_id),
        values={"record": kind.label_th or kind.label_en},
        url=reverse("record-detail", args=[kind.entity_name, event.record_id]),
        by=event.by,
    )

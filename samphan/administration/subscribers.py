"""What follows for members from events below."""

from django.urls import reverse

from samphan.administration import notifications
from samphan.platform.events import subscribe
from samphan.platform.imports.events import ImportEnded
from samphan.platform.imports.models import ImportBatch


@subscribe(ImportEnded)
def tell_that_an_import_ended(event: ImportEnded) -> None:
    """Tell whoever brought a file in how it ended; one that has gone on since is told of by its next end."""
    batch = ImportBatch.objects.filter(pk=event.batch_id, state=event.state).first()
    if batch is None or batch.member_id is None:
        return
    notifications.notify(
        [batch.member_id],
        f"administration.import_{event.state}",
        key=f"{batch.pk}:{batch.finished_at.isoformat() if batch.finished_at else ''}",
        values={
            "file": batch.file_name,
            "created": batch.created,
            "updated": batch.updated,
            "errors": batch.errors,
        },
        url=reverse("import-detail", args=[batch.pk]),
    )

"""Reads of the files and the photo of a customer."""

from uuid import UUID

from django.db.models import Q

from samphan.customers.models import CustomerFile
from samphan.customers.timeline import Place
from samphan.platform.access import Viewer


def files_of(customer_id: UUID, viewer: Viewer, *, limit: int) -> list[CustomerFile]:
    """The files that were not deleted, the last added first; empty for who may not read them."""
    found = CustomerFile.objects.visible_to(viewer).standing()
    found = found.filter(customer_id=customer_id, kind=CustomerFile.Kind.FILE)
    return list(found.select_related("added_by").order_by("-added_at", "-pk")[:limit])


def photo_of(customer_id: UUID, viewer: Viewer) -> CustomerFile | None:
    """The photo of a customer."""
    found = CustomerFile.objects.visible_to(viewer).standing()
    return found.filter(customer_id=customer_id, kind=CustomerFile.Kind.PHOTO).order_by("-added_at", "-pk").first()


def added_files(
    customer_id: UUID, viewer: Viewer, *, before: Place | None, limit: int, text: str
) -> list[CustomerFile]:
    """Files and photos as they were added, the last first, older than a place; deleted ones too."""
    added = CustomerFile.objects.visible_to(viewer).filter(customer_id=customer_id)
    if before is not None:
        added = added.filter(Q(added_at__lt=before.at) | Q(added_at=before.at, pk__lt=before.id))
    if text:
        added = added.filter(name__icontains=text)
    return list(added.select_related("added_by").order_by("-added_at", "-pk")[:limit])

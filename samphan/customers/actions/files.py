"""Files and the photo of a customer: taken in, deleted."""

from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.customers.actions.refusals import CustomerGone
from samphan.customers.events import CustomerEdited
from samphan.customers.models import Customer, CustomerFile
from samphan.platform.access import Viewer
from samphan.platform.attachments import SNIFFED, AttachmentProblem, FileKind, checked_kind
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.events import publish
from samphan.platform.files import safe_name
from samphan.platform.ids import uuid7
from samphan.platform.pictures import PictureProblem, square

MAX_FILES = 200  # of one customer
PHOTO_SIDE = 192  # pixels; shown at 48 and 64
PREVIEW_SIDE = 160

_FIELD = ("files",)


def add_file(
    customer: Customer, content: "File[bytes]", *, name: str, acting_member: Viewer, at: datetime | None = None
) -> tuple[UUID, CustomerFile]:
    """Attach a file to a customer. Publishes CustomerEdited; returns the changeset, for undo, and the row.

    A small square of a picture is kept beside it for the screens.

    :raises AttachmentProblem: when it is not taken, with the reason. :raises CustomerGone: when the customer went.
    """
    ending, kind = _checked(content, name)
    preview = b""
    if kind.is_picture:
        try:
            preview = square(content, PREVIEW_SIDE)
        except PictureProblem:
            preview = b""  # a picture that cannot be drawn is still a file that somebody wants to keep
    content.seek(0)
    identity = uuid7()
    with changeset("customers.file_added", member_id=acting_member.id) as act:
        _claim(customer, acting_member)
        mine = CustomerFile.objects.visible_to(acting_member).standing().filter(customer_id=customer.pk)
        if mine.filter(kind=CustomerFile.Kind.FILE).count() >= MAX_FILES:
            raise AttachmentProblem(
                "too_many", _("A customer holds at most %(limit)s files; delete some first."), limit=MAX_FILES
            )
        added = _store(customer, identity, content, ending, preview, acting_member, at, name=name, kind=kind)
    return act, added


def set_photo(
    customer: Customer, content: "File[bytes]", *, name: str, acting_member: Viewer, at: datetime | None = None
) -> tuple[UUID, CustomerFile]:
    """Give a customer a photo; what is kept is a small square drawn anew. Publishes CustomerEdited.

    :raises AttachmentProblem: when the file is not taken. :raises PictureProblem: when it is no picture.
    :raises CustomerGone: when the customer went.
    """
    _checked(content, name)  # what is no picture at all cannot be drawn
    drawn = ContentFile(square(content, PHOTO_SIDE))
    with changeset("customers.photo_set", member_id=acting_member.id) as act:
        _claim(customer, acting_member)
        before = CustomerFile.objects.visible_to(acting_member).standing()
        before = before.filter(customer_id=customer.pk, kind=CustomerFile.Kind.PHOTO)
        before.update(deleted_at=at or timezone.now())
        added = _store(
            customer, uuid7(), drawn, "jpg", b"", acting_member, at,
            name=name, kind=FileKind("image/jpeg", is_picture=True), photo=True,
        )  # fmt: skip
    return act, added


def delete_file(one: CustomerFile, *, acting_member: Viewer, at: datetime | None = None) -> UUID | None:
    """Take a file or the photo away; what it holds is kept, so that undo brings it back. Publishes CustomerEdited.

    :returns: the changeset, for undo; None when it was deleted before.
    """
    with changeset("customers.file_deleted", member_id=acting_member.id) as act:
        standing = CustomerFile.objects.visible_to(acting_member).standing().filter(pk=one.pk)
        if not standing.update(deleted_at=at or timezone.now()):
            return None
        publish(CustomerEdited(one.customer_id, _FIELD))
    return act


def _checked(content: "File[bytes]", name: str) -> tuple[str, FileKind]:
    content.seek(0)
    begins = content.read(SNIFFED)
    content.seek(0)
    return checked_kind(safe_name(name), content.size or 0, begins)


def _claim(customer: Customer, acting_member: Viewer) -> None:
    if not Customer.objects.visible_to(acting_member).select_for_update().filter(pk=customer.pk).exists():
        raise CustomerGone


def _store(
    customer: Customer,
    identity: UUID,
    content: "File[bytes]",
    ending: str,
    preview: bytes,
    acting_member: Viewer,
    at: datetime | None,
    *,
    name: str,
    kind: FileKind,
    photo: bool = False,
) -> CustomerFile:
    # The name on the disk is ours: nothing that a person typed becomes a part of a path.
    folder = PurePosixPath("workspaces", str(acting_member.workspace_id), "customers", str(customer.pk))
    written = [default_storage.save(str(folder / f"{identity}.{ending}"), content)]
    try:
        if preview:
            written.append(default_storage.save(str(folder / f"{identity}.preview.jpg"), ContentFile(preview)))
        added = CustomerFile.objects.create(
            id=identity,
            workspace_id=acting_member.workspace_id,
            created_in=current_changeset(),
            customer_id=customer.pk,
            kind=CustomerFile.Kind.PHOTO if photo else CustomerFile.Kind.FILE,
            name=safe_name(name),
            path=written[0],
            preview_path=written[1] if preview else "",
            content_type=kind.content_type,
            size=content.size or 0,
            added_by_id=acting_member.id,
            added_at=at or timezone.now(),
        )
        publish(CustomerEdited(customer.pk, _FIELD))
    except BaseException:
        for path in written:
            default_storage.delete(path)
        raise
    return added

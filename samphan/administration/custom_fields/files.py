"""Files in custom fields: attached to a record, taken away, and erased when they cannot come back any more.

The record's value is a list of texts `id/bytes/name`, so that lists, files, history and undo need no other row. What a file
holds lies in the storage, and `FieldFile` says where.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import hosts, writing
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.models import CustomField, FieldFile
from samphan.administration.settings import retention
from samphan.platform.access import Viewer
from samphan.platform.attachments import SNIFFED, AttachmentProblem, FileKind, HeldFile, checked_kind, held_files
from samphan.platform.changes.erasing import Erased, with_erased
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import DomainError
from samphan.platform.files import safe_name
from samphan.platform.ids import uuid7
from samphan.platform.thai.problems import ValueProblem

if TYPE_CHECKING:
    from samphan.platform.catalogue import Field

MOST_FILES = 20  # of one field of one record
KEPT_DAYS = 30  # as long as an act can be undone

Sent = tuple[str, "File[bytes]"]


def add_files(
    host: Host, record: Any, field: CustomField, sent: Sequence[Sent], *, acting_member: Viewer,
    at: datetime | None = None,
) -> tuple[UUID | None, list[HeldFile], list[ValueProblem]]:  # fmt: skip
    """Attach files to a record, each taken or refused by itself.

    :returns: the changeset, for undo, None when nothing was taken; what was taken; and why the others were not.
    :raises DomainError: when the record went.
    """
    problems: list[ValueProblem] = []
    checked: list[tuple[str, File[bytes], str, FileKind]] = []
    for given, content in sent:
        name = safe_name(given)
        try:
            checked.append((name, content, *_checked(name, content)))
        except ValueProblem as problem:
            problems.append(problem)
    if not checked:
        return None, [], problems
    at = at or timezone.now()
    written: list[str] = []
    taken: list[HeldFile] = []
    try:
        with changeset(_act(host), member_id=acting_member.id, note={"field": field.name}) as act:
            row = _claimed(host, record, acting_member)
            held = list(row.custom.get(field.key) or [])
            for name, content, ending, kind in checked:
                if len(held) >= MOST_FILES:
                    problems.append(
                        AttachmentProblem(
                            "too_many", _("“%(name)s” is not taken: a field holds at most %(limit)s files."),
                            name=name[:80], limit=MOST_FILES,
                        )
                    )  # fmt: skip
                    continue
                one = HeldFile(uuid7(), content.size or 0, name)
                written.append(_kept(host, row.pk, field, one, content, ending, kind, acting_member, at))
                held.append(one.text)
                taken.append(one)
            if not taken:
                return None, [], problems
            writing.write_values(host, {row.pk: {field.name: held}}, acting_member=acting_member, at=at)
    except BaseException:
        for path in written:
            default_storage.delete(path)
        raise
    return act, taken, problems


def remove_file(
    host: Host, record: Any, field: CustomField, file_id: UUID, *, acting_member: Viewer, at: datetime | None = None
) -> UUID | None:
    """Take a file out of a record; what it holds is kept while undo can bring it back.

    :returns: the changeset, for undo; None when it was not there any more.
    """
    at = at or timezone.now()
    with changeset(_act(host), member_id=acting_member.id, note={"field": field.name}) as act:
        row = _claimed(host, record, acting_member)
        held = list(row.custom.get(field.key) or [])
        left = [one for one in held if HeldFile.of(one).id != file_id]
        if len(left) == len(held):
            return None
        FieldFile.objects.filter(workspace_id=acting_member.workspace_id, pk=file_id).update(removed_at=at)
        writing.write_values(host, {row.pk: {field.name: left or None}}, acting_member=acting_member, at=at)
    return act


def file_of(record: Any, field: CustomField, file_id: UUID) -> FieldFile | None:
    """The file that a record holds in a field; None for one that it does not hold."""
    if all(one.id != file_id for one in held_files(record.custom.get(field.key))):
        return None
    return FieldFile.objects.filter(workspace_id=record.workspace_id, field_id=field.pk, pk=file_id).first()


def file_url(entity_name: str, record_id: UUID, name: str, file_id: UUID) -> str:
    """Where the screens fetch a file."""
    return reverse("custom-file", args=[entity_name, record_id, name, file_id])


def _act(host: Host) -> str:
    return f"{host.entity_name}.custom_edited"


def _claimed(host: Host, record: Any, viewer: Viewer) -> Any:
    row = host.rows(viewer).select_for_update(of=("self",)).filter(pk=record.pk).first()
    if row is None:
        raise DomainError(_("This record is no longer there."))
    return row


def _checked(name: str, content: File[bytes]) -> tuple[str, FileKind]:
    content.seek(0)
    begins = content.read(SNIFFED)
    content.seek(0)
    return checked_kind(name, content.size or 0, begins)


def _kept(
    host: Host, record_id: UUID, field: CustomField, one: HeldFile, content: File[bytes], ending: str, kind: FileKind,
    viewer: Viewer, at: datetime,
) -> str:  # fmt: skip
    # The name on the disk is ours: nothing that a person typed becomes a part of a path.
    folder = PurePosixPath("workspaces", str(viewer.workspace_id), "fields", str(field.pk))
    path = default_storage.save(str(folder / f"{one.id}.{ending}"), content)
    FieldFile.objects.create(
        id=one.id, workspace_id=viewer.workspace_id, entity=host.entity_name, record_id=record_id, field_id=field.pk,
        name=one.name, path=path, content_type=kind.content_type, size=one.size, added_by_id=viewer.id, added_at=at,
    )  # fmt: skip
    return path


# In files that go out


def names_sql(field: Field) -> str:
    """The SQL of the names of a field's files, joined."""
    return (
        "(SELECT string_agg(split_part(held.value, '/', 3), ', ' ORDER BY held.place)"
        f" FROM jsonb_array_elements_text({field.json_sql}) WITH ORDINALITY AS held(value, place))"
    )


# Those that nobody can reach any more


def register() -> None:
    """Tell the settings how long files are kept that were taken out of records."""
    retention.register(
        retention.Rule(
            "removed_field_files", _("Files taken out of fields of your own"),
            _("A file that was taken out can be brought back by undoing that; after this nobody can."),
            KEPT_DAYS, KEPT_DAYS, 365, _due, _delete,
        )
    )  # fmt: skip
    with_erased(_erased)


def _due(workspace_id: UUID, before: datetime) -> retention.Rows:
    """Files that records which are there do not hold any more; with a record that goes, the files of it go."""
    unheld = Q(pk__in=[])
    for field in CustomField.objects.filter(workspace_id=workspace_id, kind=CustomField.Kind.FILE):
        host = hosts.find(field.entity)
        if host is None:
            continue  # the kind is archived, and comes back with all that it had
        table = host.entity.table
        held = RawSQL(  # noqa: S611 - the table is a constant, the key the id of a field of ours
            f"""SELECT split_part(held.value, '/', 1)::uuid
                  FROM {table}, jsonb_array_elements_text({table}.custom -> '{field.key}') AS held(value)
                 WHERE {table}.workspace_id = %s""",
            [workspace_id],
        )
        there = RawSQL(f"SELECT id FROM {table} WHERE workspace_id = %s", [workspace_id])  # noqa: S611 - a constant
        unheld |= Q(field_id=field.pk, record_id__in=there) & ~Q(pk__in=held)
    gone = Q(removed_at__lt=before) | Q(removed_at=None, added_at__lt=before)
    return retention.Rows(FieldFile.objects.filter(gone & unheld, workspace_id=workspace_id).order_by("id"))


def _erased(erased: Erased) -> None:
    _delete(FieldFile.objects.filter(workspace_id=erased.workspace_id, record_id__in=erased.everything))


def _delete(files: Iterable[FieldFile]) -> None:
    files = list(files)
    FieldFile.objects.filter(pk__in=[one.pk for one in files]).delete()
    for one in files:
        transaction.on_commit(partial(default_storage.delete, one.path))

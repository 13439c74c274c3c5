"""Everything that writes records of a company's own kinds; stands inside `in_workspace`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import hosts, once, writing
from samphan.administration.deleted import kept_for
from samphan.administration.models import Member
from samphan.customers.search_documents import chunks
from samphan.objects.events import IDS_AT_ONCE, RecordCreated, RecordsChanged, RecordsDeleted, RecordsRestored
from samphan.objects.finding import customer_meant
from samphan.objects.models import CustomObject, ObjectRecord, RecordNote
from samphan.objects.search_documents import refresh_search
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.conditions.folding import compose
from samphan.platform.errors import DomainError
from samphan.platform.events import publish
from samphan.platform.thai.collation import sort_key

MAX_AT_ONCE = 50_000  # records of one act from a screen
MAX_TITLE, MAX_CODE, MAX_NOTE = 300, 100, 20_000
OWN_FIELDS = ("title", "code", "customer", "owner")


class NoTitle(DomainError):
    message = _("This cannot be empty.")


class TooLong(DomainError):
    message = _("At most %(limit)s letters")


class CodeTaken(DomainError):
    message = _("Another record has “%(code)s” already.")


class StrangeOwner(DomainError):
    message = _("Nobody called “%(name)s” works here.")


class RecordGone(DomainError):
    message = _("This record is no longer there.")


class TooMany(DomainError):
    message = _("%(count)s records are too many at once; at most %(limit)s.")


class BadRecord(DomainError):
    """A record that cannot be taken; `problems` has what is wrong by the name of the field."""

    message = _("The record cannot be saved like this.")

    def __init__(self, problems: Mapping[str, DomainError]) -> None:
        super().__init__()
        self.problems = dict(problems)


def read_own(
    name: str, text: str, kind: CustomObject, acting_member: Member, *, but: UUID | None = None,
    taken: Collection[str] | None = None,
) -> Any:  # fmt: skip
    """What a text means for a field that every record has, as it is stored.

    :param but: the record that may hold the code already. :param taken: codes that others have, where that was asked for
        many at once. :raises DomainError: when it cannot be taken.
    """
    text = " ".join(compose(text.replace("\x00", "")).split())
    match name:
        case "title":
            if not text:
                raise NoTitle
            return _limited(text, MAX_TITLE)
        case "code":
            code = _limited("" if text == "—" else text, MAX_CODE)
            if code in (taken_codes(kind, [code], but=[but] if but else []) if taken is None else taken):
                raise CodeTaken(code=code)
            return code
        case "customer":
            return customer_meant(text, acting_member)
        case "owner":
            return _owner(text, acting_member)
    raise KeyError(name)


def taken_codes(kind: CustomObject, codes: Collection[str], *, but: Collection[UUID] = ()) -> set[str]:
    """Those of the codes that living records have; nobody else can take one until the transaction ends."""
    wanted = [code for code in codes if code]
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"object-code:{kind.pk}"])
    found = ObjectRecord.objects.of(kind).living().filter(code__in=wanted).exclude(pk__in=but)
    return set(found.values_list("code", flat=True))


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise TooLong(limit=limit)
    return text


def _owner(text: str, acting_member: Member) -> UUID | None:
    if text in ("", "—"):
        return None
    found = writing.find_member(acting_member)(text)
    if len(found) != 1:
        raise StrangeOwner(name=text[:60])
    return next(iter(found))


def create_record(
    kind: CustomObject, values: Mapping[str, object], *, acting_member: Member, at: datetime | None = None
) -> tuple[UUID, ObjectRecord]:
    """Add a record. Without an owner it is the acting member's. Publishes RecordCreated.

    :param values: texts as people type them, or JSON as programs send it, by the name of the field.
    :returns: the changeset, for undo, and the record. :raises BadRecord: with what is wrong, field by field.
    """
    host = host_of(kind)
    own, problems = _read_own(kind, {"title": "", **values}, acting_member)
    given = {name: value for name, value in values.items() if name not in OWN_FIELDS}
    custom, wrong = writing.read_values(host, given, acting_member, for_new=True)
    problems |= wrong
    if problems:
        raise BadRecord(problems)
    own.setdefault("owner", acting_member.pk)
    with changeset("objects.record_added", member_id=acting_member.pk, note={"object": kind.key}) as act:
        record = ObjectRecord(
            workspace_id=kind.workspace_id,
            created_in=current_changeset(),
            object_id=kind.pk,
            title=own["title"],
            title_key=sort_key(own["title"]),
            code=own.get("code", ""),
            customer_id=own.get("customer"),
            owner_id=own["owner"],
            custom=writing.as_json(host, custom, kind.workspace_id),
        )
        try:
            writing.keep_unique(host, {record.pk: custom}, acting_member=acting_member)
        except writing.TakenValue as problem:
            raise BadRecord({problem.name: problem}) from None
        record.save(force_insert=True)
        refresh_search([record.pk])
        publish(RecordCreated(kind.pk, record.pk))
    return act, record


def _read_own(
    kind: CustomObject, values: Mapping[str, object], acting_member: Member, *, but: UUID | None = None
) -> tuple[dict[str, Any], dict[str, DomainError]]:
    found: dict[str, Any] = {}
    problems: dict[str, DomainError] = {}
    for name in OWN_FIELDS:
        if name in values and (name != "customer" or kind.has_customer):
            value = values[name]
            try:
                found[name] = read_own(name, "" if value is None else str(value), kind, acting_member, but=but)
            except DomainError as problem:
                problems[name] = problem
    return found, problems


def change_record(
    kind: CustomObject, record: ObjectRecord, values: Mapping[str, object], *, acting_member: Member,
    at: datetime | None = None,
) -> tuple[UUID, tuple[str, ...]]:  # fmt: skip
    """Write fields of one record, all or none. Publishes RecordsChanged.

    :returns: the changeset and the names of the fields that have other values now. :raises BadRecord: as it says.
    """
    host = host_of(kind)
    own, problems = _read_own(kind, values, acting_member, but=record.pk)
    given = {name: value for name, value in values.items() if name not in OWN_FIELDS}
    custom, wrong = writing.read_values(host, given, acting_member)
    problems |= wrong
    if problems:
        raise BadRecord(problems)
    with changeset("objects.record_changed", member_id=acting_member.pk, note={"object": kind.key}) as act:
        changed = [name for name, value in own.items() if getattr(record, column_of(name)) != value]
        for name in changed:
            setattr(record, column_of(name), own[name])
        if changed:
            record.title_key = sort_key(record.title)
            columns = [*changed, "title_key"]
            record.save(update_fields=columns)
            refresh_search([record.pk])
            announce(kind, [record.pk], changed)
        held = writing.values_of(host, record, acting_member)
        differing = {name: value for name, value in custom.items() if held.get(name) != value}
        if differing:
            try:
                writing.write_values(host, {record.pk: differing}, acting_member=acting_member, at=at)
            except writing.TakenValue as problem:
                raise BadRecord({problem.name: problem}) from None
    return act, (*changed, *differing)


def column_of(name: str) -> str:
    """The attribute that holds one of the fields that every record has."""
    return f"{name}_id" if name in ("customer", "owner") else name


def delete_records(
    kind: CustomObject, record_ids: Sequence[UUID], *, acting_member: Viewer, at: datetime | None = None
) -> tuple[UUID, int]:
    """Take records off every list; for 30 days they can come back. Publishes RecordsDeleted.

    :returns: the changeset, for undo, and how many there were; those gone before are passed over.
    :raises TooMany: for more than MAX_AT_ONCE.
    """
    if len(record_ids) > MAX_AT_ONCE:
        raise TooMany(count=f"{len(record_ids):,}", limit=f"{MAX_AT_ONCE:,}")
    note = {"object": kind.key, "count": len(record_ids)}
    with changeset("objects.records_deleted", member_id=acting_member.id, note=note) as act:
        seen = ObjectRecord.objects.seen_by(acting_member, kind).filter(pk__in=record_ids)
        living = list(seen.select_for_update(of=("self",)).values_list("pk", flat=True))
        ObjectRecord.objects.filter(workspace_id=kind.workspace_id, pk__in=living).update(
            deleted_at=at or timezone.now()
        )
        refresh_search(living)
        publish(*(RecordsDeleted(kind.pk, tuple(ids)) for ids in chunks(living, IDS_AT_ONCE)))
    return act, len(living)


def restore_records(
    kind: CustomObject, record_ids: Sequence[UUID], *, acting_member: Viewer, at: datetime | None = None
) -> int:
    """Bring deleted records back; returns how many came. Publishes RecordsRestored.

    :raises RecordGone: when none was deleted within the days that the company keeps it.
    :raises CodeTaken: when another one has the code by now. :raises TakenMeanwhile: as much for a field of the company's own.
    """
    since = (at or timezone.now()) - kept_for(kind.workspace_id)
    with changeset("objects.records_restored", member_id=acting_member.id, note={"object": kind.key}):
        gone = ObjectRecord.objects.reached_by(acting_member, kind).filter(pk__in=record_ids, deleted_at__gte=since)
        found = list(gone.select_for_update(of=("self",)).values_list("pk", "code"))
        if not found:
            raise RecordGone
        if taken := taken_codes(kind, [code for _pk, code in found]):
            raise CodeTaken(code=min(taken))
        back = [pk for pk, _code in found]
        ObjectRecord.objects.filter(workspace_id=kind.workspace_id, pk__in=back).update(deleted_at=None)
        once.refuse_taken(host_of(kind), back, kind.workspace_id)
        refresh_search(back)
        publish(*(RecordsRestored(kind.pk, tuple(ids)) for ids in chunks(back, IDS_AT_ONCE)))
    return len(back)


def announce(kind: CustomObject, record_ids: Sequence[UUID], names: Collection[str]) -> None:
    """Say that fields of records have other values."""
    publish(*(RecordsChanged(kind.pk, tuple(ids), tuple(names)) for ids in chunks(record_ids, IDS_AT_ONCE)))


def host_of(kind: CustomObject) -> hosts.Host:
    """The custom fields of a kind."""
    host = hosts.find(kind.entity_name)
    if host is None:
        raise LookupError(kind.entity_name)
    return host


# Notes


class EmptyNote(DomainError):
    message = _("Write what the note should say.")


class NotYours(DomainError):
    message = _("Only who wrote this may change it.")


def write_note(kind: CustomObject, record: ObjectRecord, text: str, *, acting_member: Viewer, at: datetime) -> UUID:
    """Write down something about a record. Publishes RecordsChanged; returns the changeset, for undo.

    :raises EmptyNote: without words. :raises TooLong: for more than MAX_NOTE letters.
    """
    text = _limited(compose(text.replace("\x00", "")).strip(), MAX_NOTE)
    if not text:
        raise EmptyNote
    with changeset("objects.note_written", member_id=acting_member.id, note={"object": kind.key}) as act:
        RecordNote.objects.create(
            workspace_id=kind.workspace_id,
            created_in=current_changeset(),
            record_id=record.pk,
            member_id=acting_member.id,
            at=at,
            text=text,
        )
        announce(kind, [record.pk], ())
    return act


def delete_note(kind: CustomObject, note: RecordNote, *, acting_member: Viewer) -> UUID:
    """Take one's own note away; returns the changeset, for undo. :raises NotYours: for somebody else's."""
    if note.member_id != acting_member.id:
        raise NotYours
    with changeset("objects.note_deleted", member_id=acting_member.id, note={"object": kind.key}) as act:
        record_id = note.record_id
        note.delete()
        announce(kind, [record_id], ())
    return act

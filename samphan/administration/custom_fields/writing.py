"""Values of custom fields into records: many fields of many records in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields import definitions, relations, values
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.sql import catalogue_field
from samphan.administration.custom_fields.values import BadValue, FindMember, Stored
from samphan.platform.access import Viewer
from samphan.platform.changes.recording import changeset
from samphan.platform.errors import DomainError, EditedMeanwhile

if TYPE_CHECKING:
    from samphan.administration.custom_fields.models import CustomField


class NoSuchField(DomainError):
    """There is no custom field of that name, or it is not for this viewer."""

    message = _("There is no field “%(name)s” here.")


class HiddenValue(DomainError):
    """Who does not see what stands there must not put another in its place."""

    message = _("“%(field)s” names a record that you may not see, so it stays as it is.")


class TakenValue(BadValue):
    """Another record has the value of a field that is different in every record. `name`: of the field."""

    name = ""


def field_for(host: Host, name: str, viewer: Viewer) -> CustomField:
    """The custom field of that name as somebody who may read it sees it.

    :raises NoSuchField: when there is none, it is archived, or the viewer may not read its class.
    """
    field = definitions.find(host.entity_name, name, viewer.workspace_id)
    if field is None or not host.entity.seen_by(viewer).has_field(name):
        raise NoSuchField(name=name[:60])
    return field


def fields_for(host: Host, viewer: Viewer) -> list[CustomField]:
    """The custom fields in use that a viewer may read, in their order."""
    seen = host.entity.seen_by(viewer)
    # Kept with what the viewer sees, which is another object as soon as a field changes: 500 take a while to look through.
    kept: list[CustomField] | None = seen.__dict__.get("_custom_rows")
    if kept is None:
        live = definitions.live_fields(host.entity_name, viewer.workspace_id)
        kept = seen.__dict__["_custom_rows"] = [one for one in live if seen.has_field(one.name)]
    return list(kept)


def values_of(host: Host, record: Any, viewer: Viewer) -> dict[str, Stored]:
    """The values of a record's custom fields by the name of the field, as far as a viewer may read them."""
    return {field.name: held(record, field) for field in fields_for(host, viewer)}


def held(record: Any, field: CustomField) -> Any:
    """What a record holds in a custom field, or what its formula gives."""
    if field.kind == "formula":
        return definitions.formulas_of(field.entity, field.workspace_id).value(field.name, record)
    return record.custom.get(field.key)


def find_member(viewer: Viewer) -> FindMember:
    """Who a text means among those who work here: an id, a name or an e-mail address; asked once, when it is needed."""
    from samphan.administration.member_names import MemberNames
    from samphan.administration.queries import members

    known: list[Any] = []

    def find(text: str) -> set[UUID]:
        if not known:
            people = list(members(viewer))
            known.extend(({str(one.pk): one.pk for one in people}, MemberNames(people)))
        by_id, names = known
        return {by_id[text]} if text in by_id else set(names.find(text))

    return find


def read_values(
    host: Host, given: Mapping[str, object], viewer: Viewer, *, for_new: bool = False
) -> tuple[dict[str, Stored], dict[str, DomainError]]:
    """Values by the names of custom fields as they are stored, and what is wrong with those that cannot be.

    :param given: texts as people type them, or JSON as programs send it.
    :param for_new: of a new record: fields that are not given have their default, and those that must be are missed.
    """
    found: dict[str, Stored] = {}
    problems: dict[str, DomainError] = {}
    member, record = find_member(viewer), relations.finder(viewer)
    for name, value in given.items():
        try:
            field = field_for(host, name, viewer)
            found[name] = values.from_json(field, value, member=member, record=record)
        except DomainError as problem:
            problems[name] = problem
    if for_new:
        for field in definitions.live_fields(host.entity_name, viewer.workspace_id):
            if field.name in given or field.kind == "formula" or not (field.default or field.is_required):
                continue
            try:
                found[field.name] = values.read(field, field.default, member=member, record=record)
            except DomainError as problem:
                if host.entity.seen_by(viewer).has_field(field.name):
                    problems[field.name] = problem
    return found, problems


def as_json(host: Host, found: Mapping[str, Stored], workspace_id: UUID) -> dict[str, Any]:
    """Values by name as the column `custom` of a new record holds them."""
    by_name = {field.name: field for field in definitions.live_fields(host.entity_name, workspace_id)}
    return {by_name[name].key: _plain(value) for name, value in found.items() if value is not None}


def write_values(
    host: Host,
    changes: Mapping[UUID, Mapping[str, Stored]],
    *,
    acting_member: Viewer,
    at: datetime | None = None,
) -> None:
    """Write values that were read and checked, all in one statement; stands inside a changeset.

    :param changes: stored values by the name of the field, by the id of the record; None empties the field.
    :raises BadValue: when a field that is different in every record would hold a value twice.
    :raises HiddenValue: when a field names a record that the viewer may not see.
    """
    if not changes:
        return
    at = at or timezone.now()
    by_name = {field.name: field for field in definitions.live_fields(host.entity_name, acting_member.workspace_id)}
    _keep_hidden(host, changes, by_name, acting_member)
    _keep_unique(host, changes, by_name, acting_member)
    ids, added = [], []
    for record_id, found in changes.items():
        ids.append(record_id)
        added.append(_dumps({by_name[name].key: value for name, value in found.items()}))
    said = ""
    params: list[Any] = [ids, added]
    if host.keeps_sources:
        source = f"member:{acting_member.id}" if acting_member.id else "system"
        said = ", sources = r.sources || v.sources::jsonb"
        stamp = [source, at.isoformat(timespec="seconds")]
        params.append([json.dumps(dict.fromkeys(found, stamp)) for found in changes.values()])
    table = host.entity.table
    names = "id, added, sources" if host.keeps_sources else "id, added"
    arrays = "%s::uuid[], %s::text[]" + (", %s::text[]" if host.keeps_sources else "")
    with connection.cursor() as cursor:
        # A null in the JSON takes its key away; values themselves hold no objects, so nothing else is stripped.
        cursor.execute(
            f"""
            UPDATE {table} r SET custom = jsonb_strip_nulls(r.custom || v.added::jsonb){said}
              FROM unnest({arrays}) AS v({names})
             WHERE r.workspace_id = %s AND r.id = v.id
            """,
            [*params, acting_member.workspace_id],
        )
    host.changed(sorted(changes), sorted({name for found in changes.values() for name in found}))


def set_value(
    host: Host, record_ids: Sequence[UUID], field: CustomField, value: Stored, *, acting_member: Viewer,
    at: datetime | None = None,
) -> int:  # fmt: skip
    """Give many records one value; returns how many had another one. Stands inside a changeset.

    Records keep a value that names another record which the viewer may not see.

    :raises BadValue: for a field that is different in every record.
    """
    if field.is_unique and value is not None and len(record_ids) > 1:
        raise BadValue("unique", _("This field has another value in every record"))
    differing = (
        host.rows(acting_member)
        .filter(pk__in=record_ids)
        .extra(  # noqa: S610 - the key is the id of a field of ours, the value a parameter
            where=[f"({host.entity.table}.custom -> '{field.key}') IS DISTINCT FROM %s::jsonb"],
            params=[None if value is None else _dumps(value)],
        )
    )
    changed = list(differing.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    hidden = _hidden(host, changed, field, acting_member)
    changed = [record_id for record_id in changed if record_id not in hidden]
    write_values(host, {record_id: {field.name: value} for record_id in changed}, acting_member=acting_member, at=at)
    return len(changed)


def edit_value(
    host: Host, record: Any, name: str, text: str, *, seen: str, acting_member: Viewer, at: datetime | None = None,
    today: date | None = None,
) -> bool:  # fmt: skip
    """Write what was typed into one custom field of a record, if it still holds what was seen.

    :returns: False when nothing had to change. :raises ValueProblem: when it cannot be taken.
    :raises NoSuchField: when the viewer has no such field. :raises EditedMeanwhile: when it holds another value now.
    """
    field = field_for(host, name, acting_member)
    find = relations.finder(acting_member, record.custom)
    value = values.read(field, text, member=find_member(acting_member), record=find, today=today)
    with changeset(f"{host.entity_name}.custom_edited", member_id=acting_member.id, note={"field": name}):
        row = host.rows(acting_member).select_for_update(of=("self",)).filter(pk=record.pk).first()
        if row is None:
            raise DomainError(_("This record is no longer there."))
        current = row.custom.get(field.key)
        if values.as_text(current) == values.as_text(_plain(value)):
            return False
        if values.as_text(current) != seen:
            raise EditedMeanwhile(
                values.label_of(field), theirs=values.as_text(current), yours=text, current=values.as_text(current)
            )
        write_values(host, {row.pk: {name: value}}, acting_member=acting_member, at=at)
    return True


def keep_unique(host: Host, changes: Mapping[UUID, Mapping[str, Stored]], *, acting_member: Viewer) -> None:
    """Refuse values that another record has, of fields that are different in every record; holds them until the end.

    :raises BadValue: with the value that is taken.
    """
    known = definitions.live_fields(host.entity_name, acting_member.workspace_id)
    _keep_unique(host, changes, {field.name: field for field in known}, acting_member)


def _keep_hidden(
    host: Host,
    changes: Mapping[UUID, Mapping[str, Stored]],
    by_name: Mapping[str, CustomField],
    viewer: Viewer,
) -> None:
    for name in sorted({name for found in changes.values() for name in found if by_name[name].kind == "relation"}):
        written = [record_id for record_id, found in changes.items() if name in found]
        if _hidden(host, written, by_name[name], viewer):
            raise HiddenValue(field=values.label_of(by_name[name]))


def _hidden(host: Host, record_ids: Sequence[UUID], field: CustomField, viewer: Viewer) -> set[UUID]:
    """Those of the records that point at one which the viewer does not see."""
    if field.kind != "relation" or viewer.id is None:
        return set()
    rows = host.rows(viewer).filter(pk__in=record_ids, custom__has_key=field.key).values_list("pk", "custom")
    pointed = {pk: target for pk, custom in rows for target in relations.ids(custom.get(field.key))}
    seen = relations.labels(str(field.rule("target")), pointed.values(), viewer)
    return {pk for pk, target in pointed.items() if target not in seen}


def _keep_unique(
    host: Host,
    changes: Mapping[UUID, Mapping[str, Stored]],
    by_name: Mapping[str, CustomField],
    viewer: Viewer,
) -> None:
    for name in sorted({name for found in changes.values() for name in found if by_name[name].is_unique}):
        field = by_name[name]
        wanted = {record_id: found[name] for record_id, found in changes.items() if found.get(name) is not None}
        texts = [values.as_text(_plain(value)) for value in wanted.values()]
        twice = {text for text in texts if texts.count(text) > 1}
        if not twice:
            twice = taken(host, field, texts, viewer, but=list(wanted))
        if twice:
            refused = TakenValue(
                "unique", _("%(field)s: another record has “%(value)s” already"),
                field=values.label_of(field), value=sorted(twice)[0][:60],
            )  # fmt: skip
            refused.name = name
            raise refused


def taken(
    host: Host, field: CustomField, texts: Iterable[str], viewer: Viewer, *, but: Sequence[UUID] = ()
) -> set[str]:
    """Those of the values that living records have already; nobody else can give one away until the transaction ends."""
    wanted = list(texts)
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        hold_unique(cursor, field)
        found = holders(cursor, host, field, wanted, viewer.workspace_id)
    return {text for text, record_id in found if record_id not in set(but)}


def hold_unique(cursor: Any, field: CustomField) -> None:
    """Let nobody else give a value of this field until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"custom:{field.key}"])


def holders(
    cursor: Any, host: Host, field: CustomField, texts: Iterable[str], workspace_id: UUID
) -> list[tuple[str, UUID]]:
    """Those of the values that living records have, each with the id of who has it."""
    compared = catalogue_field(field, host.entity.table).test_sql
    number = field.kind in ("number", "money")
    living = "AND deleted_at IS NULL" if _has_column(host, "deleted_at") else ""
    cursor.execute(
        f"""
        SELECT {compared}::text, id FROM {host.entity.table}
         WHERE workspace_id = %s AND {compared} = ANY(%s::{"numeric" if number else "text"}[]) {living}
        """,
        [workspace_id, list(texts)],
    )
    return [(values.as_text(Decimal(text) if number else text), record_id) for text, record_id in cursor.fetchall()]


def _has_column(host: Host, name: str) -> bool:
    return any(field.name == name for field in host.model._meta.get_fields())


def _plain(value: Stored) -> Any:
    """A value as Python's JSON writes it; at most 15 digits, so that a float is exact."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _dumps(value: Any) -> str:
    plain = {key: _plain(one) for key, one in value.items()} if isinstance(value, dict) else _plain(value)
    return json.dumps(plain, ensure_ascii=False)

"""What a call says: read at the moment of the attempt, with the eyes of the endpoint's owner.

Rows come through the list's own `visible_to`, fields through the catalogue as the owner sees it. A right that was taken away
between the event and the call is gone from the call; what the owner may not see is not sent at all, not even that it happened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from samphan.administration import lists as member_lists
from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.integrations.models import TEST_EVENT, WebhookDelivery
from samphan.integrations.public_events import EVENTS, RECORDS, VERSION, PublicEvent
from samphan.objects.known import find_object, known_objects
from samphan.objects.models import PREFIX, ObjectRecord
from samphan.platform import lists
from samphan.platform.access import Reach
from samphan.platform.api.records import file_facts
from samphan.platform.attachments import held_files
from samphan.platform.catalogue import Entity, Type
from samphan.platform.imports.kinds import kinds as import_kinds
from samphan.platform.imports.models import ImportBatch
from samphan.platform.lists import ListState

MOST_BYTES = 20_000  # the specification asks for small payloads


def compose(deliveries: Sequence[WebhookDelivery], owner: Member) -> dict[UUID, bytes]:
    """The bodies of deliveries that go to endpoints of one owner, by delivery; one that is not for the owner is left out.

    Stands inside `in_workspace`; asks once for each kind of record.
    """
    if not owner.is_active:
        return {}
    known = _Eyes(owner, deliveries)
    bodies = {}
    for delivery in deliveries:
        data = known.data(delivery)
        if data is None:
            continue
        body = _body(delivery, data)
        if len(body) > MOST_BYTES and "record" in data:
            # The receiver asks for the record itself; it knows which.
            body = _body(delivery, {**data, "record": None, "is_cut": True})
        bodies[delivery.pk] = body
    return bodies


class _Eyes:
    """What one member may see of everything that some deliveries tell of."""

    def __init__(self, owner: Member, deliveries: Sequence[WebhookDelivery]) -> None:
        self.owner = owner
        self.entities: dict[str, Entity | None] = {}
        self.whole: dict[str, frozenset[str]] = {}
        self.visible: dict[str, set[UUID]] = {}
        self.records: dict[str, dict[UUID, dict[str, Any]]] = {}
        self.gone: set[UUID] = set()
        ids: dict[str, set[UUID]] = {}
        single: dict[str, set[UUID]] = {}
        for delivery in deliveries:
            event = EVENTS.get(delivery.event)
            if event is None or not event.entity:
                continue
            subject = delivery.subject
            entity = _entity_name(event, subject)
            wanted = {UUID(text) for text in subject.get("ids", ())}
            if subject.get("gone"):
                about = {UUID(subject["about"])} if subject.get("about") else set()
                self.gone |= wanted if entity == "customers" else about
                wanted = set()
            (ids if event.is_many else single).setdefault(entity, set()).update(wanted)
        for name in ids.keys() | single.keys():
            self._look(name, ids.get(name, set()), single.get(name, set()))
        self.reaches_all = owner.reach("customers") is Reach.ALL
        if self.gone and not self.reaches_all:
            # A deleted customer still says whose it was; any other record that is gone is as visible as its customer.
            self.gone = set(Customer.objects.reached_by(owner).filter(pk__in=self.gone).values_list("pk", flat=True))

    def _look(self, name: str, ids: set[UUID], single: set[UUID]) -> None:
        own = find_object(name)
        kind = next((one for one in member_lists.kinds() if one.entity_name == name), None)
        if kind is None or not self.owner.may(kind.permission):  # gone with its kind, or with the right to see it
            self.entities[name] = None
            return
        entity = kind.entity(self.owner)
        self.entities[name] = entity
        self.whole[name] = frozenset(field.name for field in entity_of_everybody(name, self.owner.workspace_id).fields)
        rows = kind.rows(self.owner)
        if ids:
            # Deleted records of a company's own kind still say whose they were.
            every = ObjectRecord.objects.reached_by(self.owner, own) if own else rows
            self.visible[name] = set(every.filter(pk__in=ids).values_list("pk", flat=True))
        if single:
            self.records[name] = read_records(entity, rows.filter(pk__in=single), self.owner, len(single))

    def data(self, delivery: WebhookDelivery) -> dict[str, Any] | None:
        """The `data` of a payload, None when it is not for the owner."""
        if delivery.event == TEST_EVENT:
            return {"object": "webhook", "id": str(delivery.endpoint_id), "message": "Samphan can reach this address."}
        event = EVENTS.get(delivery.event)
        if event is None:
            return None  # it was promised once and is no more
        if event.name == "import.ended":
            return self._import(delivery.subject["values"])
        subject = delivery.subject
        name = _entity_name(event, subject)
        entity = self.entities.get(name)
        if entity is None:
            return None
        changed = self._changed(name, entity, subject.get("changed"))
        if changed is not None and not changed and subject.get("changed"):
            return None  # nothing but fields that the owner does not know of
        found: dict[str, Any] = {"object": event.object}
        if name != event.entity:
            found["kind"] = name.removeprefix(PREFIX)
        if event.is_many:
            ids = self._ids(name, subject)
            if not ids and subject.get("ids"):
                return None
            found["ids"] = ids
        else:
            identity = UUID(subject["ids"][0])
            record = self.records.get(name, {}).get(identity)
            if record is None:
                return None
            path = entity.url.rstrip("/") + f"/{identity}/"
            found |= {"id": str(identity), "url": f"{settings.SITE_URL}{path}", "record": record}
        if changed is not None:
            found["changed"] = changed
        return found

    def _ids(self, entity_name: str, subject: Mapping[str, Any]) -> list[str]:
        ids = [UUID(text) for text in subject.get("ids", ())]
        if subject.get("gone"):
            about = subject.get("about")
            if self.reaches_all:
                return [str(identity) for identity in ids]
            if entity_name == "customers":
                return [str(identity) for identity in ids if identity in self.gone]
            return [str(identity) for identity in ids] if about and UUID(about) in self.gone else []
        visible = self.visible.get(entity_name, set())
        return [str(identity) for identity in ids if identity in visible]

    def _changed(self, entity_name: str, entity: Entity, changed: list[str] | None) -> list[str] | None:
        if changed is None:
            return None
        # A name that is no field (a part of the record) says nothing that a mask hides.
        whole = self.whole[entity_name]
        return [name for name in changed if name not in whole or entity.has_field(name)]

    def _import(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        batch = ImportBatch.objects.filter(workspace_id=self.owner.workspace_id, pk=str(values["id"])).first()
        kind = next((one for one in import_kinds() if batch is not None and one.name == batch.kind), None)
        if batch is None or kind is None or not self.owner.may(kind.permission):
            return None
        return {
            "object": "import",
            "id": str(batch.pk),
            "kind": batch.kind,
            "state": values.get("state", batch.state),
            "created": batch.created,
            "updated": batch.updated,
            "errors": batch.errors,
        }


def _entity_name(event: PublicEvent, subject: Mapping[str, Any]) -> str:
    """The entity of the records that a delivery tells of: of a company's own kinds the delivery says which."""
    return str(subject.get("entity") or event.entity)


def entity_of_everybody(name: str, workspace_id: UUID) -> Entity:
    """An entity with the workspace's own fields and no mask."""
    from samphan.platform import catalogue

    return catalogue.entity(name).in_workspace(workspace_id)


def read_records(entity: Entity, rows: lists.Rows, viewer: Member, count: int) -> dict[UUID, dict[str, Any]]:
    """Records by id as plain JSON values, with every field that the viewer may see; one SELECT."""
    state = ListState(entity=entity, columns=tuple(field.name for field in entity.fields), size=max(count, 1))
    page = lists.page(rows, state, viewer, now=timezone.now(), zone=viewer.workspace.zone)
    found = {row["id"]: {name: as_json(row[name]) for name in page.columns} for row in page.rows}
    for name in (field.name for field in entity.fields if field.type is Type.FILE):
        for identity, told in found.items():
            if name in told:
                told[name] = [file_facts(one, entity.name, identity, name) for one in held_files(told[name])]
    return found


def as_json(value: Any) -> Any:
    """A stored value as JSON: amounts as text so that no satang is lost, moments with their offset, days as ISO."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value, "f")
        case float():
            return value
        case datetime():
            return value.isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case dict():
            return {str(key): as_json(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [as_json(each) for each in value]
    return str(value)


def _body(delivery: WebhookDelivery, data: Mapping[str, Any]) -> bytes:
    payload = {
        "type": delivery.event,
        "timestamp": delivery.happened_at.isoformat(),
        "version": VERSION,
        "data": data,
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def sample(event_name: str, owner: Member) -> dict[str, Any]:
    """What a call of an event looks like, with the fields that a member sees and no values: for documentation and tests.

    :raises KeyError: for an event that there is not.
    """
    event = EVENTS[event_name]
    entity_name = event.entity
    data: dict[str, Any] = {"object": event.object}
    if event.entity == RECORDS:
        kinds = known_objects()
        entity_name = kinds[0].entity_name if kinds else ""
        data["kind"] = kinds[0].key if kinds else "machine"
    identity = "01890000-0000-7000-8000-000000000000"
    if event.is_many:
        data["ids"] = [identity]
    elif event.entity == RECORDS and not entity_name:
        data |= {"id": identity, "url": f"{settings.SITE_URL}/objects/machine/{identity}/", "record": None}
    elif event.entity:
        kind = member_lists.kind(entity_name)
        entity = kind.entity(owner)
        path = entity.url.rstrip("/") + f"/{identity}/"
        data |= {
            "id": identity,
            "url": f"{settings.SITE_URL}{path}",
            "record": {field.name: None for field in entity.fields} if owner.may(kind.permission) else None,
        }
    else:
        data |= {"id": identity, "kind": "customers", "state": "done", "created": 0, "updated": 0, "errors": 0}
    return {"type": event.name, "timestamp": "2026-01-15T10:00:00+07:00", "version": VERSION, "data": data}


def names_of(events: Iterable[str]) -> list[str]:
    """Those of the names that are public events, in the catalogue's order."""
    wanted = set(events)
    return [name for name in EVENTS if name in wanted]

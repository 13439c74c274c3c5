"""What a call says: what the endpoint's owner may see at that moment, and nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from samphan.administration.models import Member, SystemViewer, Workspace
from samphan.commerce import actions as commerce
from samphan.commerce.tests.conftest import place
from samphan.customers import actions as customers
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer
from samphan.integrations import actions, payloads
from samphan.integrations.models import WebhookDelivery, WebhookEndpoint
from samphan.integrations.public_events import EVENTS, sources
from samphan.integrations.tests.conftest import follow, send
from samphan.integrations.tests.receiver import OtherSystem
from samphan.objects import actions as objects
from samphan.objects import definitions
from samphan.platform.access import Reach

__all__ = ["place"]


def add_customer(by: Member | SystemViewer, name: str = "พิมพ์ลดา อัครเดชากุล", **values: str) -> Customer:
    return customers.create_customer({"name": name, **values}, acting_member=by).customer


def test_a_new_customer_is_told_with_every_field_that_the_owner_sees(
    hook: WebhookEndpoint, owner: Member, other_system: OtherSystem
) -> None:
    made = add_customer(owner, phone="081-234-5678", tags="ขายส่ง")
    follow()
    send()
    payload = next(heard.payload for heard in other_system.heard if heard.payload["type"] == "customer.created")
    assert payload["version"] == 1
    data = payload["data"]
    assert (data["object"], data["id"]) == ("customer", str(made.pk))
    assert data["url"].endswith(f"/customers/{made.pk}/")
    assert set(data["record"]) == {field.name for field in CUSTOMERS.seen_by(owner).fields}
    assert data["record"]["name"] == "พิมพ์ลดา อัครเดชากุล"
    assert "+66812345678" in json.dumps(data["record"]["phone"])


def test_fields_that_the_owner_may_not_read_are_not_in_it(
    inside: Workspace, owner: Member, onlooker: Member, other_system: OtherSystem, loopback_allowed: None
) -> None:
    hook = actions.create_endpoint(name="ก", url=other_system.url, is_for_all=True, acting_member=owner)
    WebhookEndpoint.objects.filter(pk=hook.pk).update(owner=onlooker)
    add_customer(owner, phone="081-234-5678", email="prae@example.com", note="แพ้นม")
    follow()
    send()
    heard = other_system.heard[0]
    hidden = {field.name for field in CUSTOMERS.fields} - {field.name for field in CUSTOMERS.seen_by(onlooker).fields}
    assert {"phone", "email"} <= hidden
    assert not hidden & set(heard.payload["data"]["record"])
    for secret in ("812345678", "prae@example.com"):
        assert secret.encode() not in heard.body


def test_a_change_of_nothing_but_hidden_fields_is_not_told(
    inside: Workspace, owner: Member, onlooker: Member, hook: WebhookEndpoint, other_system: OtherSystem
) -> None:
    made = add_customer(owner)
    WebhookEndpoint.objects.filter(pk=hook.pk).update(owner=onlooker, events=["customer.updated"], is_for_all=False)
    customers.edit_customers([made.pk], "note", "ลับ", acting_member=owner)
    follow()
    send()
    assert other_system.heard == []
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"withheld"}


def with_reach(monkeypatch: pytest.MonkeyPatch, reach: Reach) -> None:
    monkeypatch.setattr(Member, "reach", lambda self, entity: reach)
    monkeypatch.setattr(Member, "owners", lambda self, reach: frozenset({self.pk}))
    monkeypatch.setattr(Member, "granted", lambda self, entity: frozenset())


def test_records_out_of_the_owners_reach_are_not_told_not_even_that_they_are_gone(
    inside: Workspace, owner: Member, salesperson: Member, hook: WebhookEndpoint, other_system: OtherSystem,
    place: Callable[..., Any], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    theirs, others = add_customer(owner, "ของบอย"), add_customer(owner, "ของคนอื่น")
    Customer.objects.filter(pk=theirs.pk).update(owner=salesperson)
    order_of_theirs, order_of_others = place("SO-1", theirs, [("1", "100")]), place("SO-2", others, [("1", "100")])
    order_of_nobody = place("SO-3", None, [("1", "100")])
    for order in (order_of_theirs, order_of_others, order_of_nobody):
        commerce.delete_order(order, acting_member=owner)
    customers.delete_customers([theirs.pk, others.pk], acting_member=owner, at=timezone.now())
    WebhookEndpoint.objects.filter(pk=hook.pk).update(owner=salesperson)
    follow()
    with_reach(monkeypatch, Reach.OWN)
    send()
    told = b"".join(heard.body for heard in other_system.heard)
    assert str(theirs.pk).encode() in told
    assert str(order_of_theirs.pk).encode() in told
    for hidden in (others, order_of_others, order_of_nobody):
        assert str(hidden.pk).encode() not in told


def test_a_right_taken_away_before_the_call_is_gone_from_the_call(
    inside: Workspace, owner: Member, hook: WebhookEndpoint, other_system: OtherSystem
) -> None:
    add_customer(owner, phone="081-234-5678")
    follow()
    Member.objects.filter(pk=owner.pk).update(roles=["read_only"])
    send()
    assert "phone" not in other_system.heard[0].payload["data"]["record"]


def test_an_owner_who_left_tells_nothing_more(
    inside: Workspace, owner: Member, hook: WebhookEndpoint, other_system: OtherSystem
) -> None:
    add_customer(owner)
    follow()
    Member.objects.filter(pk=owner.pk).update(is_active=False)
    send()
    assert other_system.heard == []
    hook.refresh_from_db()
    assert (hook.state, hook.reason) == ("disabled", "owner_left")


def test_an_act_over_many_tells_their_ids_in_pieces(
    inside: Workspace, owner: Member, hook: WebhookEndpoint, other_system: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samphan.integrations.public_events.IDS_AT_ONCE", 2)
    made = [add_customer(owner, f"คน {number}").pk for number in range(5)]
    WebhookEndpoint.objects.filter(pk=hook.pk).update(events=["customer.bulk_changed"], is_for_all=False)
    customers.edit_customers(made, "grade", "A", acting_member=owner)
    follow()
    send()
    found = [heard.payload["data"] for heard in other_system.heard]
    assert sorted(len(data["ids"]) for data in found) == [1, 2, 2]
    assert {identity for data in found for identity in data["ids"]} == {str(pk) for pk in made}
    assert {tuple(data["changed"]) for data in found} == {("grade",)}


def test_a_record_too_large_for_a_call_is_left_out(
    inside: Workspace, owner: Member, hook: WebhookEndpoint, other_system: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payloads, "MOST_BYTES", 300)
    add_customer(owner)
    follow()
    send()
    data = other_system.heard[0].payload["data"]
    assert (data["record"], data["is_cut"]) == (None, True)


def test_everything_that_is_promised_has_a_source_a_sample_and_its_line_in_the_documentation(
    inside: Workspace, owner: Member
) -> None:
    from samphan.integrations.tests.test_signatures import DOCUMENT

    text = DOCUMENT.read_text("utf-8")
    assert len(sources()) >= 15
    for name in EVENTS:
        assert f"| `{name}` |" in text
        sample = payloads.sample(name, owner)
        assert sample["type"] == name
        assert json.dumps(sample)


def test_records_of_a_kind_of_ones_own_are_told_to_who_sees_them(
    inside: Workspace, owner: Member, onlooker: Member, hook: WebhookEndpoint, other_system: OtherSystem
) -> None:
    machines = definitions.add_object(definitions.Draft(label_th="เครื่องชง", label_en="Machine"), acting_member=owner)
    made = objects.create_record(machines, {"title": "Linea Mini", "code": "LM-1"}, acting_member=owner)[1]
    objects.change_record(machines, made, {"code": "LM-2"}, acting_member=owner)
    objects.delete_records(machines, [made.pk], acting_member=owner)
    follow()
    send()
    told = {heard.payload["type"]: heard.payload["data"] for heard in other_system.heard}
    # What is told is read when the call is made: the record is in the bin by then, and only that it went there is left to say.
    assert told["record.deleted"] == {"object": "record", "kind": "machine", "ids": [str(made.pk)]}
    other_system.heard.clear()
    back = objects.create_record(machines, {"title": "Slayer", "code": "S-1"}, acting_member=owner)[1]
    follow()
    send()
    (heard,) = (heard.payload["data"] for heard in other_system.heard)
    assert (heard["kind"], heard["record"]["title"]) == ("machine", "Slayer")
    assert heard["url"].endswith(f"/objects/machine/{back.pk}/")
    inside.roles = {
        "read_only": {"name": "อ่าน", "permissions": ["customers.view_customer"], "privacy": ["public", "business"]}
    }
    inside.save(update_fields=["roles"])
    WebhookEndpoint.objects.filter(pk=hook.pk).update(owner=onlooker)
    other_system.heard.clear()
    objects.change_record(machines, back, {"code": "S-2"}, acting_member=owner)
    follow()
    send()
    assert other_system.heard == []

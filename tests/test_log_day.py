"""A day of use, and what of it stands in the log: nothing by which a person could be recognised."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.mail.backends import locmem
from django.test import Client

from conftest import PASSWORD, ApiClient
from samphan.administration.jobs import send_alert_mail
from samphan.administration.models import Member, Notification
from samphan.administration.security.alerts import PREFIX, AlertRefused
from samphan.customers import actions
from samphan.customers.models import Customer
from samphan.integrations import actions as hooks
from samphan.integrations.tests.conftest import follow, send
from samphan.integrations.tests.receiver import serving
from samphan.platform.events.models import OutboxEvent
from samphan.platform.events.outbox import Delivery, read
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine
from samphan.platform.observation.logs import JsonFormatter, LineFormatter
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
NAME, LAST, NICKNAME = "พิมพ์ลดา", "ศรีวิไลวงศ์", "แพรวาว"
PHONE, PHONE_SHOWN, E164 = "0815550199", "081-555-0199", "+66815550199"
EMAIL, LINE, STREET, TAX_ID = "pimlada.secret@lanna.example", "prae.secret99", "ซอยลับแล", "1234567890121"
BROUGHT = ("ธนภัทรเลิศ", "0899990123", "thana.secret@lanna.example")
PRIVATE = (
    NAME,
    LAST,
    NICKNAME,
    PHONE,
    PHONE_SHOWN,
    E164,
    EMAIL,
    LINE,
    STREET,
    TAX_ID,
    *BROUGHT,
    "089-999-0123",
    PASSWORD,
)


class Refusing(locmem.EmailBackend):
    """An e-mail server that repeats whom it was to write to."""

    def send_messages(self, messages: Any) -> int:
        raise OSError(f"refused {messages[0].to} {messages[0].subject}")


@pytest.fixture(params=[JsonFormatter, LineFormatter])
def logged(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Everything that anybody logs, libraries too, in both formats that a server may write."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def browse(owner: Member, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-ins that fail and succeed, searches, lists, forms, addresses that are none, and a fault of ours."""
    stranger = Client(raise_request_exception=False)
    for _try in range(11):
        stranger.post("/sign-in/", {"login": owner.user.email, "password": EMAIL})
    stranger.post("/password/forgotten/", {"email": owner.user.email})
    client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.9")
    assert client.post("/sign-in/", {"login": owner.user.email, "password": PASSWORD}).status_code == 302
    client.get("/customers/", {"q": NAME})
    client.get("/customers/", {"f": f"phone:is:{PHONE}"})
    client.get("/search/", {"q": PHONE_SHOWN})
    client.get(f"/customers/{customer.pk}/")
    client.get(f"/{EMAIL}/{NAME}")
    client.get(f"/customers/{NAME}/")
    client.post("/customers/new/", {"first_name": NAME, "phone": f"เบอร์{PHONE}", "email": f"{EMAIL}@@"})
    client.post(f"/customers/{customer.pk}/fields/nickname/", {"value": NICKNAME, "seen": "x"})
    taken = client.get("/export/customers/?format=csv")
    if taken.streaming:
        b"".join(taken.streaming_content)
    with monkeypatch.context() as broken:

        def fault(*_args: Any, **_kwargs: Any) -> Any:
            raise ValueError(f"duplicate key value ({EMAIL}, {PHONE}) of {NAME}")

        broken.setattr("samphan.administration.queries.audit_trail", fault)
        assert client.get("/settings/audit/").status_code == 500
    client.post("/sign-out/")


def bring_in(owner: Member, folder: Path) -> None:
    """A file with rows that pass and rows that do not, and one that is no table at all."""
    good, bad = folder / f"{NAME}.csv", folder / f"{LAST}.xlsx"
    name, phone, email = BROUGHT
    good.write_text(f"ชื่อ,โทรศัพท์,อีเมล\n{name},{phone},{email}\n{NAME},{PHONE}9999,{EMAIL}@\n", "utf-8")
    bad.write_bytes(b"PK\x03\x04" + NAME.encode())
    with in_workspace(owner.workspace_id):
        batch = imports.take_file(good, file_name=good.name, kind_name="customers", member_id=owner.pk)
        engine.start(batch)
    assert engine.run(batch.id, batch.workspace_id).batch.created == 1
    with in_workspace(owner.workspace_id), pytest.raises(Exception):  # noqa: B017 - whatever it says
        imports.take_file(bad, file_name=bad.name, kind_name="customers", member_id=owner.pk)


def program(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that writes, mistypes, guesses, and meets a fault of ours."""
    api = ApiClient(owner)
    api.client.raise_request_exception = False
    assert api.post("/customers", {"name": f"{NAME} {LAST}", "phone": PHONE}).status_code == 201
    api.post("/customers", {"name": NAME, "phone": f"{PHONE}123456", "no_such_field": EMAIL})
    api.get(f"/customers?f=phone:is:{PHONE}")
    api.client.get(f"/api/v1/customers/{EMAIL}", headers={"Authorization": f"Bearer {EMAIL}"})

    def fault(*_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError(f"{NAME} {PHONE} {EMAIL}")

    with monkeypatch.context() as broken:
        broken.setattr("samphan.customers.actions.create_customer", fault)
        assert api.post("/customers", {"name": NAME}).status_code == 500


def call_others(owner: Member) -> None:
    """Webhooks to a system that repeats what it was told, and to nobody."""
    with serving() as system, in_workspace(owner.workspace_id):
        system.answer(500, f"cannot store {NAME} {EMAIL}".encode())
        hooks.create_endpoint(name=NAME, url=f"{system.url}?for={PHONE}", is_for_all=True, acting_member=owner)
        actions.create_customer({"name": f"{NAME} {LAST}", "email": EMAIL}, acting_member=owner)
        follow()
        send()
        assert system.heard
    send()


def mail_and_fail(owner: Member) -> None:
    """An alert that the e-mail server refuses, and a listener that breaks on what happened to a customer."""
    with in_workspace(owner.workspace_id):
        told = Notification.objects.filter(kind__startswith=PREFIX).first()
    assert told is not None
    with pytest.raises(AlertRefused):
        send_alert_mail(workspace_id=str(owner.workspace_id), key=told.key)
    logger = logging.getLogger("samphan.platform.events.dispatcher")
    for row in OutboxEvent.objects.order_by("-id")[:3]:
        try:
            raise ValueError(
                f"{Delivery(row.id, row.workspace_id, row.at, read(row.type, row.payload))} {NAME} {EMAIL}"
            )
        except ValueError:
            logger.exception("event %s is a dead letter of %s", row.id, "test")


def test_a_day_of_use_leaves_nobody_in_the_log(
    owner: Member, logged: io.StringIO, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LOG_REQUESTS = True
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, webhook_networks=("127.0.0.0/8",))
    with in_workspace(owner.workspace_id):
        customer = actions.create_customer(
            {
                "kind": "person", "first_name": NAME, "last_name": LAST, "nickname": NICKNAME, "phone": PHONE, "email": EMAIL,
                "line_id": LINE, "line": f"9 {STREET}", "tax_id": TAX_ID,
            },
            acting_member=owner,
        ).customer  # fmt: skip
    browse(owner, customer, monkeypatch)
    bring_in(owner, tmp_path)
    program(owner, monkeypatch)
    call_others(owner)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    mail_and_fail(owner)
    text = logged.getvalue()
    lines = text.splitlines()
    assert len(lines) > 30, "the day was logged"
    if text.startswith("{"):
        assert {json.loads(line)["level"] for line in lines if line.startswith("{")} >= {"info", "error"}
    for word in (*PRIVATE, owner.user.email, str(customer.pk)):
        found = next((line for line in lines if word in line), "")
        assert not found, f"{word} stands in the log: {found[:300]}"

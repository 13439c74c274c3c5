"""The settings of webhooks, as people use them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.integrations import actions
from samphan.integrations.models import WebhookDelivery, WebhookEndpoint
from samphan.integrations.tests.conftest import follow, send
from samphan.integrations.tests.receiver import OtherSystem
from samphan.integrations.tests.test_payloads import add_customer

PAGE = "/settings/webhooks/"
NEW = {"name": "บัญชี", "url": "https://accounts.example.co.th/hooks", "scope": "chosen", "events": ["order.created"]}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_webhook_is_made_and_its_secret_shown_once(signed_in: Client, inside: Workspace) -> None:
    answer = signed_in.post(f"{PAGE}new/", NEW)
    hook = WebhookEndpoint.objects.get()
    assert hook.secret in text(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    for page in (PAGE, f"{PAGE}{hook.pk}/", f"{PAGE}{hook.pk}/edit/"):
        shown = text(signed_in.get(page))
        assert "บัญชี" in shown
        assert hook.secret not in shown
    assert AuditEntry.objects.filter(action="integrations.webhook_added", detail__name="บัญชี").exists()
    assert hook.secret not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://example.co.th/"}, "https://"),
        ({"url": "https://169.254.169.254/"}, "169.254.169.254"),
        ({"events": []}, "อย่างน้อยหนึ่ง"),
        ({"name": " "}, "form-error"),
    ],
)
def test_what_cannot_be_a_webhook_is_said_at_its_field(
    signed_in: Client, inside: Workspace, wrong: dict[str, Any], said: str
) -> None:
    answer = signed_in.post(f"{PAGE}new/", {**NEW, **wrong})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not WebhookEndpoint.objects.exists()
    assert signed_in.post(f"{PAGE}new/", NEW).status_code == 200
    assert WebhookEndpoint.objects.count() == 1


def test_who_changes_where_it_goes_lends_it_their_eyes(
    signed_in: Client, owner: Member, salesperson: Member, hook: WebhookEndpoint
) -> None:
    WebhookEndpoint.objects.filter(pk=hook.pk).update(owner=salesperson)
    form = {"name": "ชื่อใหม่", "url": hook.url, "scope": "all"}
    assert "บอย" in text(signed_in.get(f"{PAGE}{hook.pk}/edit/"))
    signed_in.post(f"{PAGE}{hook.pk}/edit/", form)
    hook.refresh_from_db()
    assert (hook.name, hook.owner_id) == ("ชื่อใหม่", salesperson.pk)
    signed_in.post(f"{PAGE}{hook.pk}/edit/", {**form, "url": hook.url + "/new"})
    hook.refresh_from_db()
    assert hook.owner_id == owner.pk


def test_the_contents_of_a_call_are_for_its_owner_alone(
    signed_in: Client, owner: Member, salesperson: Member, hook: WebhookEndpoint, other_system: OtherSystem
) -> None:
    other_system.answer(500, b"the phone is 0812345678")
    add_customer(owner, phone="081-234-5678")
    follow()
    send()
    delivery = WebhookDelivery.objects.filter(event="customer.created").get()
    page = f"{PAGE}{hook.pk}/deliveries/{delivery.pk}/"
    assert "812345678" in text(signed_in.get(page))
    WebhookDelivery.objects.get(pk=delivery.pk).attempts.update(owner=salesperson)
    shown = text(signed_in.get(page))
    assert "812345678" not in shown
    assert "บอย" in shown


def test_test_pause_resume_replay_and_delete(
    signed_in: Client, owner: Member, hook: WebhookEndpoint, other_system: OtherSystem
) -> None:
    here = f"{PAGE}{hook.pk}/"
    answer = signed_in.post(f"{here}test/")
    delivery = WebhookDelivery.objects.get()
    assert answer.headers["Location"] == f"{here}deliveries/{delivery.pk}/"
    send()
    assert "(204)" in text(signed_in.get(answer.headers["Location"]))
    signed_in.post(f"{here}pause/")
    hook.refresh_from_db()
    assert hook.state == "paused"
    signed_in.post(f"{here}resumption/")
    hook.refresh_from_db()
    assert hook.state == "active"
    signed_in.post(f"{here}deliveries/{delivery.pk}/replay/")
    send()
    assert other_system.types() == ["webhook.test"] * 2
    new = text(signed_in.post(f"{here}secret/"))
    hook.refresh_from_db()
    assert hook.secret in new
    assert signed_in.post(f"{here}deletion/").status_code == 302
    assert not WebhookEndpoint.objects.exists()
    assert not WebhookDelivery.objects.exists()
    acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {f"integrations.webhook_{act}" for act in ("tested", "paused", "resumed", "replayed", "deleted")} <= acts
    assert signed_in.get("/settings/audit/").status_code == 200


def test_a_time_is_asked_for_in_days_of_the_company(
    signed_in: Client, owner: Member, hook: WebhookEndpoint, other_system: OtherSystem
) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from samphan.integrations.jobs import replay_webhooks

    here = f"{PAGE}{hook.pk}/replay/"
    add_customer(owner)
    follow()
    send()
    count = len(other_system.heard)
    assert signed_in.get(here).status_code == 200
    for wrong in (
        {"first": "32/1/2569"},
        {"first": "2/1/2569", "last": "1/1/2569"},
        {"first": "1/1/2500", "last": "1/2/2500"},
    ):
        answer = signed_in.post(here, wrong)
        assert answer.status_code == 422
        assert "form-error" in text(answer)
    assert signed_in.post(here, {"first": "วันนี้"}).status_code == 302
    job = ProcrastinateJob.objects.filter(task_name=replay_webhooks.name).get()
    replay_webhooks(**job.args)
    send()
    assert len(other_system.heard) == 2 * count > 0


def test_the_log_is_paged_narrowed_and_asks_few_statements(
    signed_in: Client, owner: Member, hook: WebhookEndpoint
) -> None:
    at = timezone.now()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            workspace_id=hook.workspace_id, endpoint=hook, event="order.created", source=str(number), happened_at=at,
            next_at=at + timedelta(days=1), state="failed" if number % 2 else "delivered", status=500, attempt_count=1,
        )
        for number in range(130)
    )  # fmt: skip
    here = f"{PAGE}{hook.pk}/"
    signed_in.get(here)
    with CaptureQueriesContext(connection) as asked:
        first = text(signed_in.get(here))
    assert len(asked) <= 20
    assert first.count("/deliveries/") == 50
    failed = text(signed_in.get(f"{here}?state=failed"))
    assert failed.count("/deliveries/") == 50
    last = WebhookDelivery.objects.filter(state="failed").order_by("-id")[49].pk
    assert text(signed_in.get(f"{here}?state=failed&before={last}")).count("/deliveries/") == 15
    assert signed_in.get(f"{here}?state=x&before=y").status_code == 200


def test_is_not_for_everybody(client: Client, salesperson: Member, hook: WebhookEndpoint) -> None:
    client.force_login(salesperson.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}{hook.pk}/").status_code == 403
    assert client.post(f"{PAGE}{hook.pk}/deletion/").status_code == 403
    assert WebhookEndpoint.objects.exists()


def test_another_companys_webhook_is_not_there(client: Client, stranger: Member, hook: WebhookEndpoint) -> None:
    client.force_login(stranger.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}{hook.pk}/").status_code == 404
    assert client.post(f"{PAGE}{hook.pk}/deletion/").status_code == 404
    actions.pause_endpoint(hook, acting_member=hook.owner)
    assert WebhookEndpoint.objects.exists()


def test_an_empty_company_hears_what_webhooks_are_for(signed_in: Client) -> None:
    assert "empty-title" in text(signed_in.get(PAGE))

"""The guide that leads a new company from nothing to its best customers."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from samphan.administration import actions
from samphan.administration.models import Member, Workspace
from samphan.commerce import actions as commerce
from samphan.customers.models import Customer
from samphan.platform.changes.recording import changeset
from samphan.platform.imports import engine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    return client.get("/start/").content.decode()


def customer(owner: Member) -> Customer:
    with in_workspace(owner.workspace_id), changeset("test", member_id=owner.pk):
        return Customer.objects.create(
            workspace_id=owner.workspace_id, kind="person", name="สมหญิง ใจดี", first_name="สมหญิง"
        )


def test_an_empty_company_begins_with_the_guide_until_rows_are_there(signed_in: Client, owner: Member) -> None:
    assert signed_in.get("/").headers["Location"] == "/start/"
    assert 'type="file"' in page(signed_in)
    assert "เสร็จแล้ว 0 จาก 3 ขั้น" in page(signed_in)
    customer(owner)
    assert signed_in.get("/").headers["Location"] == "/customers/"
    shown = page(signed_in)
    assert "เสร็จแล้ว 1 จาก 3 ขั้น" in shown
    assert 'type="file"' not in shown
    assert "/imports/?kind=orders" in shown


def test_leads_to_the_best_customers_once_sales_are_there_and_keeps_that_somebody_looked(
    signed_in: Client, owner: Member
) -> None:
    buyer = customer(owner)
    with in_workspace(owner.workspace_id), changeset("test", member_id=owner.pk):
        line = commerce.Line(Decimal(1), Decimal(90))
        commerce.create_order(
            acting_member=owner, number="1", ordered_at=datetime.now(UTC), customer_id=buyer.pk, lines=[line]
        )
    assert 'class="button button-primary" href="/insights/best-customers/"' in page(signed_in)
    assert signed_in.get("/insights/best-customers/").status_code == 200
    shown = page(signed_in)
    assert "เสร็จแล้ว 2 จาก 3 ขั้น" in shown
    assert 'class="button button-primary" href="/settings/people/new/"' in shown
    owner.workspace.refresh_from_db()
    assert owner.workspace.steps_taken == ["best-customers"]


def test_counts_colleagues(signed_in: Client, owner: Member, workspace: Workspace) -> None:
    customer(owner)
    actions.create_member(workspace, email="boy@example.com", name="บอย", roles=["sales"], password="กาแฟ-ดอยหมอก-69")
    assert "เสร็จแล้ว 2 จาก 3 ขั้น" in page(signed_in)


def test_is_put_away_for_oneself_and_comes_back_from_the_menu(
    signed_in: Client, owner: Member, workspace: Workspace
) -> None:
    assert signed_in.post("/start/closing/").status_code == 302
    assert signed_in.get("/").headers["Location"] == "/customers/"
    assert 'href="/start/"' in signed_in.get("/customers/").content.decode()
    assert "ไม่ต้องแสดงอีก" not in page(signed_in)
    other = actions.create_member(
        workspace, email="o@example.com", name="โอ", roles=["owner"], password="กาแฟ-ดอยหมอก-69"
    )
    client = Client()
    client.force_login(other.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/").headers["Location"] == "/start/"


def test_shows_only_steps_that_the_member_may_take(client: Client, onlooker: Member) -> None:
    client.force_login(onlooker.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/").headers["Location"] == "/customers/"
    assert 'type="file"' not in page(client)
    assert client.post("/start/samples/customers/").status_code == 403


def test_takes_a_sample_file_like_any_other(
    signed_in: Client, workspace: Workspace, settings: Any, tmp_path: Any
) -> None:
    answer = signed_in.post("/start/samples/customers/")
    assert answer.status_code == 302
    batch = ImportBatch.objects.get(workspace_id=workspace.pk)
    assert (batch.kind, batch.file_name) == ("customers", "sample-customers.xlsx")
    assert str(batch.pk) in answer.headers["Location"]
    assert signed_in.post("/start/samples/nothing/").status_code == 404


def test_a_sample_is_not_the_companys_own_file_and_can_be_taken_out(signed_in: Client, owner: Member) -> None:
    signed_in.post("/start/samples/customers/")
    batch = engine.check(ImportBatch.objects.get(workspace_id=owner.workspace_id).pk, owner.workspace_id)
    engine.start(batch)
    engine.run(batch.pk, owner.workspace_id)
    shown = page(signed_in)
    assert "เสร็จแล้ว 0 จาก 3 ขั้น" in shown
    assert 'type="file"' in shown
    assert f'href="/imports/{batch.pk}/run/"' in shown
    assert signed_in.get("/").headers["Location"] == "/customers/"
    customer(owner)
    assert "เสร็จแล้ว 1 จาก 3 ขั้น" in page(signed_in)


def test_today_sends_an_empty_company_to_the_guide(signed_in: Client, owner: Member) -> None:
    assert "เริ่มจากนำลูกค้าเข้ามาก่อน" in signed_in.get("/today/").content.decode()
    customer(owner)
    assert "เริ่มจากนำลูกค้าเข้ามาก่อน" not in signed_in.get("/today/").content.decode()

"""How long what is kept, and what the night deletes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.administration.settings import retention
from samphan.platform.files import import_folder
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
HERE = "/settings/retention/"


def typed(workspace: Workspace, **changes: int | str) -> dict[str, str]:
    with in_workspace(workspace.pk):
        days = retention.days_of(workspace.pk)
    return {name: str(value) for name, value in {**days, **changes}.items()}


@pytest.fixture
def old_entry(owner: Member) -> AuditEntry:
    with in_workspace(owner.workspace_id):
        return AuditEntry.objects.create(
            workspace_id=owner.workspace_id, member_id=owner.pk, action="administration.signed_in",
            at=timezone.now() - timedelta(days=200),
        )  # fmt: skip


def test_previews_what_would_go_and_deletes_nothing(
    signed_in: Client, workspace: Workspace, old_entry: AuditEntry
) -> None:
    answer = signed_in.post(HERE, {**typed(workspace, audit=100), "preview": "1"})
    counts = {row["rule"].name: row["count"] for row in answer.context["rows"]}
    assert answer.status_code == 200 and counts["audit"] == 1
    with in_workspace(workspace.pk):
        assert AuditEntry.objects.filter(pk=old_entry.pk).exists()
        assert retention.days_of(workspace.pk)["audit"] == 730


def test_deletes_at_night_what_is_past_its_time_and_says_so(
    signed_in: Client, workspace: Workspace, old_entry: AuditEntry, stranger: Member
) -> None:
    assert retention.carry_out(workspace.pk, at=timezone.now()) == {}
    signed_in.post(HERE, typed(workspace, audit="๑๐๐"))
    assert retention.carry_out(stranger.workspace_id, at=timezone.now()) == {}
    assert retention.carry_out(workspace.pk, at=timezone.now()) == {"audit": 1}
    assert retention.carry_out(workspace.pk, at=timezone.now()) == {}
    page = signed_in.get(HERE).content.decode()
    assert "ประวัติการใช้งาน 1" in page and "730 วัน" in page, "what was deleted, and what stood before"


@pytest.mark.parametrize(
    ("rule", "days"), [("audit", "89"), ("deleted_files", "29"), ("import_files", "x"), ("audit", "")]
)
def test_refuses_days_that_a_law_or_the_undo_forbids(
    signed_in: Client, workspace: Workspace, rule: str, days: str
) -> None:
    answer = signed_in.post(HERE, typed(workspace, **{rule: days}))
    assert answer.status_code == 422
    assert [row["rule"].name for row in answer.context["rows"] if row["error"]] == [rule]


@pytest.mark.django_db(transaction=True)
def test_takes_the_file_of_an_old_import_and_leaves_what_it_brought(
    workspace: Workspace, owner: Member, tmp_path: Path, client_of: Callable[[Member], Client]
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("ชื่อลูกค้า,โทรศัพท์\nบริษัท กาแฟ จำกัด,081-234-5678\nร้านเบอร์ผิด,12\n", encoding="utf-8")
    with in_workspace(workspace.pk):
        batch = imports.take_file(path, file_name=path.name, kind_name=None, member_id=owner.pk)
        engine.start(batch)
    engine.run(batch.id, workspace.pk)
    with in_workspace(workspace.pk):
        ImportBatch.objects.update(finished_at=timezone.now() - timedelta(days=181))
    folder = import_folder(batch.pk)
    assert any(folder.iterdir())
    assert retention.carry_out(workspace.pk, at=timezone.now())["import_files"] == 1
    assert not folder.exists()
    browser = client_of(owner)
    assert browser.get(f"/imports/{batch.pk}/", follow=True).status_code == 200
    assert "บริษัท กาแฟ จำกัด" in browser.get("/customers/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_clears_the_files_of_customers_that_cannot_come_back(workspace: Workspace, owner: Member) -> None:
    from samphan.customers.models import Customer, CustomerFile

    path = default_storage.save(f"workspaces/{workspace.pk}/customers/x/a.txt", ContentFile(b"secret"))
    with in_workspace(workspace.pk):
        prae = Customer.objects.create(workspace=workspace, name="แพร")
        CustomerFile.objects.create(
            workspace=workspace, customer=prae, name="a.txt", path=path, content_type="text/plain", size=6,
            added_at=timezone.now(), added_by=owner,
        )  # fmt: skip
        Customer.objects.update(deleted_at=timezone.now() - timedelta(days=29))
    assert retention.carry_out(workspace.pk, at=timezone.now()) == {}
    with in_workspace(workspace.pk):
        Customer.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    assert retention.carry_out(workspace.pk, at=timezone.now()) == {"deleted_records": 1}
    assert not default_storage.exists(path)
    with in_workspace(workspace.pk):
        assert not CustomerFile.objects.exists()

"""An import that begins with the link of a sheet: fetched by the worker, then mapped like any file, or refused with words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from samphan.administration.models import Workspace
from samphan.administration.tests.test_imports import (  # noqa: F401
    files_in_a_folder_of_their_own,
    work_off,
    workspace_of_the_browser,
)
from samphan.customers.models import Customer
from samphan.platform.imports import fetching, jobs
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.sheet_links import NOT_SHARED, CannotFetch, SheetLink
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

LINK = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789/edit#gid=0"
SHEET = "ชื่อ-สกุล,เบอร์มือถือ\nสมชาย ใจดี,081-234-5678\n"


def paste(client: Client, workspace: Workspace, link: str = LINK) -> ImportBatch:
    answer = client.post("/imports/", {"link": link})
    assert answer.status_code == 302 and answer["Location"].endswith("/fetch/")
    with in_workspace(workspace.id):
        return ImportBatch.objects.latest("id")


def fetched(batch: ImportBatch, monkeypatch: pytest.MonkeyPatch, get: Callable[..., str]) -> ImportBatch:
    """What the worker makes of it, with `get` in the place of the network."""
    monkeypatch.setattr(fetching, "fetch", get)
    waiting = ProcrastinateJob.objects.filter(task_name=jobs.fetch_sheet.name, status="todo").latest("id")
    jobs.fetch_sheet(**waiting.args)
    with in_workspace(batch.workspace_id):
        batch.refresh_from_db()
    return batch


def sheet(link: SheetLink, target: Path, *, limit: int) -> str:
    assert link.gid == "0" and limit > 2**20
    target.write_text(SHEET, "utf-8")
    return "ลูกค้าสาขาอารีย์.csv"


def test_fetches_a_sheet_and_goes_on_as_with_a_file(
    signed_in: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = paste(signed_in, workspace)
    page = signed_in.get(f"/imports/{batch.pk}/fetch/").content.decode()
    assert "กำลังดึงชีตจาก Google" in page
    assert signed_in.get(f"/imports/{batch.pk}/")["Location"].endswith("/fetch/")
    for step in ("sheet", "mapping", "check"):
        assert signed_in.get(f"/imports/{batch.pk}/{step}/").status_code == 409  # nothing to show yet
    assert "Google Sheets" in signed_in.get("/imports/").content.decode()
    batch = fetched(batch, monkeypatch, sheet)
    assert (batch.state, batch.kind, batch.file_name) == ("uploaded", "customers", "ลูกค้าสาขาอารีย์.csv")
    answer = signed_in.get(f"/imports/{batch.pk}/fetch/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].endswith("/mapping/")
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-0": "name", "column-1": "phone", "next": "1"})
    work_off()
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(workspace.id):
        assert Customer.objects.get().name == "สมชาย ใจดี"


def test_says_why_a_sheet_could_not_be_had_and_tries_again(
    signed_in: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> str:
        raise CannotFetch("refused", NOT_SHARED)

    batch = fetched(paste(signed_in, workspace), monkeypatch, refuse)
    assert batch.state == "failed" and batch.failure.startswith("ชีตนี้ยังไม่ได้แชร์")
    page = signed_in.get(f"/imports/{batch.pk}/fetch/").content.decode()
    assert "ชีตนี้ยังไม่ได้แชร์" in page and "ดึงอีกครั้ง" in page
    assert signed_in.get(f"/imports/{batch.pk}/rejects/").status_code == 404
    answer = signed_in.post(f"/imports/{batch.pk}/fetch/")
    assert answer.status_code == 302
    assert signed_in.post(f"/imports/{batch.pk}/fetch/").status_code == 409  # it is on its way already
    assert fetched(batch, monkeypatch, sheet).state == "uploaded"


def test_refuses_a_sheet_that_holds_no_table(
    signed_in: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty(_link: SheetLink, target: Path, *, limit: int) -> str:
        target.write_bytes(b"")
        return "ว่าง.csv"

    batch = fetched(paste(signed_in, workspace), monkeypatch, empty)
    assert batch.state == "failed" and batch.failure and batch.shape == {}


@pytest.mark.parametrize("link", ["", "https://example.com/x", "http://169.254.169.254/", "\0"])
def test_refuses_another_link_at_its_field(signed_in: Client, workspace: Workspace, link: str) -> None:
    answer = signed_in.post("/imports/", {"link": link})
    assert answer.status_code == 422 and 'id="id_link-note"' in answer.content.decode()
    with in_workspace(workspace.id):
        assert not ImportBatch.objects.exists()


def test_a_stranger_sees_nothing_of_a_link(
    client: Client, signed_in: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    batch = paste(signed_in, workspace)
    with in_workspace(other_workspace.id):
        assert not ImportBatch.objects.filter(workspace_id=other_workspace.id).exists()
    assert Client().get(f"/imports/{batch.pk}/fetch/").status_code == 302  # to the sign-in

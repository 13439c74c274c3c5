"""Fields of files: attached, fetched, taken away, in lists, filters, files and the API, kept in backups, erased in time."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from conftest import ApiClient
from samphan.administration.custom_fields import actions, files, hosts
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.custom_fields.models import CustomField, FieldFile
from samphan.administration.models import Member, Workspace
from samphan.administration.settings import retention
from samphan.customers import actions as customer_actions
from samphan.customers.models import Customer
from samphan.platform.attachments import MAX_BYTES
from samphan.platform.changes.erasing import erase
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PDF = b"%PDF-1.7 \xe0\xb9\x83\xe0\xb8\x9a"
CONTRACT = "สัญญา 2570.pdf"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Iterator[Path]:
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path}
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return tmp_path


def customers() -> hosts.Host:
    found = hosts.find("customers")
    assert found is not None
    return found


@pytest.fixture
def field(workspace: Workspace, owner: Member) -> CustomField:
    with in_workspace(workspace.pk):
        return actions.add_field(customers(), Draft("file", "สัญญา", label_en="Contract"), acting_member=owner)


@pytest.fixture
def prae(workspace: Workspace, owner: Member) -> Customer:
    with in_workspace(workspace.pk):
        return customer_actions.create_customer({"name": "แพร ใจดี"}, acting_member=owner).customer


@pytest.fixture
def attach(owner: Member, field: CustomField, prae: Customer) -> Callable[..., Any]:
    def add(name: str = CONTRACT, **more: Any) -> Any:
        with in_workspace(owner.workspace_id):
            sent = [(name, ContentFile(PDF))]
            return files.add_files(customers(), prae, field, sent, acting_member=owner, **more)

    return add


def held(customer: Customer, field: CustomField) -> Any:
    with in_workspace(customer.workspace_id):
        customer.refresh_from_db()
    return customer.custom.get(field.key)


def test_files_are_attached_shown_fetched_taken_away_and_brought_back(
    signed_in: Client, owner: Member, field: CustomField, prae: Customer, storage: Path
) -> None:
    record, address = f"/customers/{prae.pk}/", f"/fields/customers/{prae.pk}/{field.name}/"
    assert 'type="file"' in signed_in.get(record).content.decode()
    sent = [SimpleUploadedFile(CONTRACT, PDF), SimpleUploadedFile("บันทึก.txt", "ต่อสัญญา".encode())]
    answer = signed_in.post(f"{address}files/", {"files": sent}, headers=HTMX)
    assert answer.status_code == 200 and CONTRACT in answer.content.decode()
    assert "undo" in answer.headers["HX-Trigger"]
    contract, note = (one.split("/")[0] for one in held(prae, field))
    given = signed_in.get(f"{address}files/{contract}/")
    assert b"".join(given.streaming_content) == PDF
    assert given.headers["Content-Disposition"].startswith("attachment;")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    with in_workspace(prae.workspace_id):
        kept = FieldFile.objects.get(pk=contract)
    assert kept.path.startswith(f"workspaces/{prae.workspace_id}/fields/") and (storage / kept.path).exists()
    assert CONTRACT in signed_in.get(record).content.decode()
    assert CONTRACT in signed_in.get(f"{address}history/", headers=HTMX).content.decode()
    assert CONTRACT in signed_in.get(f"{record}?show=changes").content.decode()
    # Taken away: not to be fetched any more; undo brings it back as it was.
    gone = signed_in.post(f"{address}files/{contract}/", headers=HTMX)
    assert CONTRACT not in gone.content.decode() and "บันทึก.txt" in gone.content.decode()
    assert signed_in.get(f"{address}files/{contract}/").status_code == 404
    with in_workspace(prae.workspace_id):
        undo_changeset(Changeset.objects.latest("pk").pk, member_id=owner.pk)
    assert len(held(prae, field)) == 2
    assert signed_in.get(f"{address}files/{contract}/").status_code == 200
    # Without script it is a form that answers with the record.
    assert signed_in.post(f"{address}files/{note}/").status_code == 302


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ", "virus.exe"),
        ("page.pdf", b"<html><script>", "page.pdf"),
        ("page.svg", b"<svg onload=alert(1)>", "page.svg"),
        ("empty.txt", b"", "empty.txt"),
        ("large.txt", b"x", f"{MAX_BYTES // 2**20} MB"),
    ],
)
def test_what_is_not_taken_is_said(
    signed_in: Client, field: CustomField, prae: Customer, name: str, content: bytes, said: str, monkeypatch: Any
) -> None:
    upload = SimpleUploadedFile(name, content)
    if name == "large.txt":
        monkeypatch.setattr("samphan.platform.attachments.MAX_BYTES", 0)
        said = "0 MB"
    address = f"/fields/customers/{prae.pk}/{field.name}/files/"
    for headers in (HTMX, {}):
        upload.seek(0)
        answer = signed_in.post(address, {"files": [upload]}, headers=headers)
        assert answer.status_code == 422 and said in answer.content.decode()
    assert held(prae, field) is None
    assert signed_in.post(address, headers=HTMX).status_code == 422


def test_a_field_holds_so_many_and_no_more(attach: Callable[..., Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 1)
    attach()
    act, taken, refused = attach("อีกฉบับ.pdf")
    assert (act, taken) == (None, []) and "อีกฉบับ.pdf" in str(refused[0])


def test_lists_show_the_name_as_a_link_and_filter_by_having_one(
    signed_in: Client, owner: Member, field: CustomField, prae: Customer, attach: Callable[..., Any]
) -> None:
    with in_workspace(owner.workspace_id):
        customer_actions.create_customer({"name": "บอย ใจดี"}, acting_member=owner)
    attach("<b>.pdf")
    attach("b.pdf")
    page = signed_in.get("/customers/", {"columns": f"name,{field.name}"}).content.decode()
    assert "&lt;b&gt;.pdf</a>" in page and "+1" in page
    assert f"/fields/customers/{prae.pk}/{field.name}/files/" in page
    for operator, name, other in (("is_known", "แพร", "บอย"), ("is_unknown", "บอย", "แพร")):
        found = signed_in.get("/customers/", {"f": f"{field.name}:{operator}"}).content.decode()
        assert f"{name} ใจดี" in found and f"{other} ใจดี" not in found
    exported = signed_in.get(f"/export/customers/?columns=name,{field.name}&format=csv")
    assert "<b>.pdf, b.pdf" in b"".join(exported.streaming_content).decode("utf-8-sig")
    # It is neither typed into a cell nor changed for many at once.
    edit = signed_in.get("/customers/bulk/", {"ids": str(prae.pk)}, headers=HTMX).content.decode()
    assert field.name not in edit


def test_the_api_reads_attaches_and_takes_away(api: ApiClient, field: CustomField, prae: Customer) -> None:
    files_of = f"/fields/customers/records/{prae.pk}/{field.name}/files"
    made = api.client.post(
        f"/api/v1{files_of}", {"file": SimpleUploadedFile(CONTRACT, PDF)},
        headers={"Authorization": f"Bearer {api.secret}"},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    facts = made.json()
    assert (facts["name"], facts["size"], facts["content_type"]) == (CONTRACT, len(PDF), "application/pdf")
    assert api.get(f"/customers/{prae.pk}").json()[field.name] == [facts]
    assert api.get(f"/customers?fields={field.name}").json()["data"][0][field.name] == [facts]
    assert api.get(files_of).json()["data"] == [facts]
    assert b"".join(api.get(facts["url"].removeprefix("/api/v1")).streaming_content) == PDF
    # A value in a body is no file: nothing is taken, and nothing is lost by it.
    for value in (None, [], "x.pdf", ["x.pdf"]):
        refused = api.patch(f"/customers/{prae.pk}", {field.name: value})
        assert refused.status_code == 422 and refused.json()["errors"][0]["path"] == field.name, value
    assert api.get(files_of).json()["data"] == [facts]
    gone = api.delete(f"{files_of}/{facts['id']}")
    assert gone.status_code == 204 and api.get(files_of).json()["data"] == []
    assert api.post(f"/changes/{gone.headers['Samphan-Change']}/undo").status_code == 200
    assert api.get(files_of).json()["data"] == [facts]


def test_what_nobody_can_reach_is_erased_and_nothing_else(
    workspace: Workspace, owner: Member, field: CustomField, prae: Customer, attach: Callable[..., Any],
    storage: Path, django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    long_ago, now = timezone.now() - timedelta(days=40), timezone.now()
    kept, removed, undone = (attach(name, at=long_ago) for name in ("อยู่.pdf", "ออก.pdf", "เลิก.pdf"))
    with in_workspace(workspace.pk):
        undo_changeset(undone[0], member_id=owner.pk)
        files.remove_file(customers(), prae, field, removed[1][0].id, acting_member=owner, at=long_ago)
    fresh = attach("เพิ่งออก.pdf", at=long_ago)
    with in_workspace(workspace.pk):
        files.remove_file(customers(), prae, field, fresh[1][0].id, acting_member=owner, at=now)
    assert [one.split("/")[2] for one in held(prae, field)] == ["อยู่.pdf"]
    with django_capture_on_commit_callbacks(execute=True), in_workspace(workspace.pk):
        assert retention.carry_out(workspace.pk, at=now)["removed_field_files"] == 2
    with in_workspace(workspace.pk):
        left = {one.name: one.path for one in FieldFile.objects.all()}
    assert set(left) == {"อยู่.pdf", "เพิ่งออก.pdf"}
    assert sorted(str(path.relative_to(storage)) for path in storage.rglob("*.pdf")) == sorted(left.values())
    # The record goes for good: so do its files.
    with django_capture_on_commit_callbacks(execute=True), in_workspace(workspace.pk):
        erase(Customer, [prae.pk], kind="customers.customers_erased")
        assert not FieldFile.objects.exists()
    assert kept[1] and not any(default_storage.exists(path) for path in left.values())

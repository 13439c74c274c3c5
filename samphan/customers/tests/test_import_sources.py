"""Exports of HubSpot, Pipedrive, Salesforce and Zoho: recognised, mapped, and the same people at the second import."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer, CustomerTag, Identity
from samphan.platform.imports import actions, engine
from samphan.platform.imports.kinds import kind
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import inspect_file
from samphan.platform.imports.sources import recognise
from samphan.platform.tenancy import in_workspace

FIXTURES = Path(__file__).resolve().parents[3] / "tests" / "fixtures"
EXPORTS = sorted((FIXTURES / "exports").glob("*.csv"))
CUSTOMER_EXPORTS = [path for path in EXPORTS if kind("customers").source(path.stem)]


@pytest.fixture
def owner(workspace: Workspace, owner: Member) -> Member:
    with in_workspace(workspace.id):
        owner.name = "Somying Owner"
        owner.save(update_fields=["name"])
    return owner


def take(path: Path, workspace: Workspace) -> ImportBatch:
    with in_workspace(workspace.id):
        return actions.take_file(path, file_name=path.name, kind_name=None, member_id=None)


def bring(path: Path, workspace: Workspace) -> ImportBatch:
    batch = take(path, workspace)
    with in_workspace(workspace.id):
        engine.start(batch)
    return engine.run(batch.id, workspace.id).batch


def named(name: str) -> dict[str, Any]:
    customer = Customer.objects.get(name=name)
    identities = Identity.objects.filter(customer_id=customer.id).order_by("position", "id")
    found: dict[str, Any] = {"stage": customer.stage, "kind": customer.kind, "owned": bool(customer.owner_id)}
    for one in identities:
        found.setdefault(one.kind, []).append(one.value)
    return found


@pytest.mark.django_db
def test_recognises_every_export_and_brings_all_of_it_in_once(workspace: Workspace, owner: Member) -> None:
    told: dict[str, Any] = {}
    for path in CUSTOMER_EXPORTS:
        first, second = bring(path, workspace), bring(path, workspace)
        assert first.rows == first.created + first.updated > 0
        told[path.stem] = (first.kind, first.mapping.get("source"), first.errors)
        told[f"{path.stem} again"] = (second.created, second.updated, second.errors, second.skipped - second.rows)
    assert len(CUSTOMER_EXPORTS) == 11
    assert told == {
        **{path.stem: ("customers", path.stem, 0) for path in CUSTOMER_EXPORTS},
        **{f"{path.stem} again": (0, 0, 0, 0) for path in CUSTOMER_EXPORTS},
    }
    with in_workspace(workspace.id):
        # The report is of somebody whom the data export brought already.
        assert Identity.objects.filter(kind="external").count() == Customer.objects.count() == 19


@pytest.mark.django_db
def test_reads_hubspot_as_hubspot_means_it(workspace: Workspace, owner: Member) -> None:
    batch = bring(FIXTURES / "exports" / "hubspot_contacts.csv", workspace)
    with in_workspace(workspace.id):
        assert named("สมชาย ใจดี") == {
            "stage": "lead",
            "kind": "person",
            "owned": True,
            "external": ["hubspot:1001"],
            "email": ["somchai@example.com", "somchai.j@example.co.th", "jaidee@example.net"],
            "phone": ["+6621234567", "+66812345678"],
            "line": ["somchai99"],  # a column of the company's own, taken by its heading
        }
        assert named("มานี มีนา")["stage"] == "advocate"
        assert Customer.objects.get(name="สมชาย ใจดี").title == ""  # a job title is none of these
        assert [(one.column, one.code) for one in batch.problems.all()] == [("Contact owner", "unknown_owner")]


@pytest.mark.django_db
def test_keeps_a_person_and_a_company_of_one_number_apart(workspace: Workspace, owner: Member) -> None:
    bring(FIXTURES / "exports" / "hubspot_contacts.csv", workspace)
    companies = bring(FIXTURES / "exports" / "hubspot_companies.csv", workspace)
    assert companies.created == 2
    with in_workspace(workspace.id):
        assert named("Acme Coffee")["kind"] == "organisation"
        assert named("แสงทอง เทรดดิ้ง")["external"] == ["hubspot-company:1001"]


@pytest.mark.django_db
def test_knows_a_record_by_its_short_and_by_its_long_number(workspace: Workspace, owner: Member) -> None:
    bring(FIXTURES / "exports" / "salesforce_contacts.csv", workspace)
    report = bring(FIXTURES / "exports" / "salesforce_contact_report.csv", workspace)
    assert (report.created, report.updated) == (0, 1)  # the report brings the owner
    with in_workspace(workspace.id):
        found = named("วิชัย สุขใจ")
    assert found["owned"] and found["external"] == ["0035g00000AbCdEAAV"]
    assert found["phone"] == ["+6653222333", "+66812223344"]


@pytest.mark.django_db
def test_takes_labels_as_tags_and_every_column_of_telephones(workspace: Workspace, owner: Member) -> None:
    bring(FIXTURES / "exports" / "pipedrive_people.csv", workspace)
    with in_workspace(workspace.id):
        found = named("สมหญิง รักไทย")
        tags = set(CustomerTag.objects.filter(customer__name="สมหญิง รักไทย").values_list("tag__name", flat=True))
    assert found["email"] == ["somying@shop.example.com", "somying.home@example.com"]
    assert found["phone"] == ["+6627654321", "+66865551234"]
    assert tags == {"Hot lead", "VIP"}


@pytest.mark.django_db
def test_refuses_a_record_number_that_a_spreadsheet_cut(workspace: Workspace, tmp_path: Path) -> None:
    text = (FIXTURES / "exports" / "hubspot_contacts.csv").read_text("utf-8").replace("\n1002,", "\n1.2345E+11,")
    (tmp_path / "hubspot.csv").write_text(text, "utf-8")
    batch = bring(tmp_path / "hubspot.csv", workspace)
    with in_workspace(workspace.id):
        assert [(one.row, one.code) for one in batch.problems.filter(rejects=True)] == [(3, "scientific")]
    assert batch.created == 2


def test_takes_no_office_file_for_an_export_of_a_system() -> None:
    kinds = [kind(name) for name in ("customers", "orders", "products")]
    for path in sorted((FIXTURES / "workbooks").glob("*.csv")):
        assert recognise(inspect_file(path).headings, kinds) is None, path.name
    ours = ["Record ID", "First Name", "Last Name", "Email", "Phone Number"]
    assert recognise(ours, kinds) is None  # any system may call five columns so


def test_every_column_of_a_table_fills_a_field_that_customers_have() -> None:
    customers = kind("customers")
    names = customers.field_names()
    for source in customers.sources:
        assert set(source.columns) <= names, source.name
        assert set(source.values) <= names and set(source.formats) <= names
        stages = {"", *(choice.value for one in customers.fields if one.name == "stage" for choice in one.choices())}  # type: ignore[misc]
        assert set(source.words.get("stage", {}).values()) <= stages
        assert len({one.name for one in customers.sources}) == len(customers.sources)


@pytest.mark.django_db
def test_the_mapping_says_whose_file_it_is_and_can_be_started_afresh(workspace: Workspace, signed_in: Client) -> None:
    batch = take(FIXTURES / "exports" / "zoho_contacts.csv", workspace)
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert "ไฟล์จาก Zoho CRM" in page and 'id="recognised"' in page
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"afresh": "1"})
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert 'id="recognised"' not in page
    with in_workspace(workspace.id):
        batch.refresh_from_db()
    assert "source" not in batch.mapping and batch.mapping["columns"]


@pytest.mark.django_db
def test_the_next_file_of_a_system_keeps_its_numbers(workspace: Workspace, owner: Member) -> None:
    bring(FIXTURES / "exports" / "hubspot_contacts.csv", workspace)
    with in_workspace(workspace.id):
        path = FIXTURES / "exports" / "hubspot_contacts.csv"
        batch = actions.take_file(path, file_name="x.csv", kind_name=None, member_id=None, remembers=True)
        assert batch.mapping["remembered"] and batch.mapping["source"] == "hubspot_contacts"
        engine.start(batch)
    assert engine.run(batch.id, workspace.id).batch.created == 0

"""Nothing tells of an erased customer any more, in no table, no column and no file, but what is declared here."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from samphan.administration import deleted, notifications
from samphan.administration.models import ApiAnswer, ApiToken, AuditEntry, Member
from samphan.administration.reaching import RecordShare
from samphan.administration.settings import retention
from samphan.commerce.models import Order
from samphan.customers import actions
from samphan.customers.models import Customer
from samphan.customers.search_words import learn_names
from samphan.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from samphan.platform.changes import erasing
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import CannotUndo, undo_changeset
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine
from samphan.platform.imports.models import ImportProblem
from samphan.platform.search.opened import remember_opened
from samphan.platform.tenancy import in_workspace
from samphan.work import actions as work
from tests.access.world import Company, build

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# What stays of an erased customer on purpose, by table, and why.
KEPT = {
    "commerce_order": "the company's accounts: its number and its own fields, without the customer",
    "commerce_orderline": "and what was sold",
    "commerce_orderhistory": "with what was changed in it",
    "commerce_orderlinehistory": "and in its lines",
}


@pytest.fixture
def storage(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Everything that is kept in files."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path / "storage"},
        },
    }
    settings.FILES = tmp_path / "files"
    settings.FILES.mkdir()
    return tmp_path


@pytest.fixture
def company(storage: Path) -> Company:
    company = build("erasing")
    with in_workspace(company.workspace.pk):
        _more(company, company.customers["mine"])
    return company


def _more(company: Company, customer: Customer) -> None:
    """What else the product keeps of a customer: changes, removed parts, shares, messages, answers, a file that names it."""
    owner, name, mate = company.members["owner"], customer.name, company.members["mate"]
    workspace, now = company.workspace, timezone.now()
    actions.edit_field(customer, "nickname", "Zqformer nick", seen=customer.nickname, acting_member=owner)
    company.customers["mine"].refresh_from_db()
    phone = actions.add_contact_point(customer, "phone", "0899911223", acting_member=owner)
    actions.remove_contact_point(phone, acting_member=owner)
    actions.add_preference(customer, "Zqlikesagain", acting_member=owner)
    learn_names([customer.pk])
    remember_opened(owner, "customers", customer.pk, at=now)
    RecordShare.objects.create(workspace=workspace, entity="customers", record_id=customer.pk, member=mate)
    work.write_activity(customer, "note", text=f"@{mate.name} Zqnoteof {name}", at=now, acting_member=owner)
    notifications.notify(
        [mate.pk], "work.member_mentioned", key=str(company.ids["mine"]["activity_id"]), values={"by": name},
        url=f"/customers/{customer.pk}/",
    )  # fmt: skip
    endpoint = WebhookEndpoint.objects.create(
        workspace=workspace, name="hook", url="https://hook.example/", owner=owner, secret="x"
    )
    delivery = WebhookDelivery.objects.create(
        workspace=workspace, endpoint=endpoint, event="customer.created", source="s", happened_at=now, state="delivered",
        subject={"ids": [str(customer.pk)]}, next_at=now, ended_at=now,
    )  # fmt: skip
    WebhookAttempt.objects.create(
        workspace=workspace, delivery=delivery, at=now, owner=owner, sent=f'{{"name": "{name}"}}'
    )
    token = ApiToken.objects.create(
        workspace=workspace, member=owner, made_by=owner, name="t", prefix="p", token_hash="h", scopes=[]
    )
    ApiAnswer.objects.create(
        workspace=workspace, token=token, key="k", fingerprint="f", status=201,
        body=f'{{"id": "{customer.pk}", "name": "{name}"}}'.encode(),
    )  # fmt: skip


def _import(company: Company) -> UUID:
    """A file that brought somebody, with a row that it could not bring."""
    path = company.workspace.slug
    with in_workspace(company.workspace.pk):

        def write(target: Path) -> None:
            target.write_text(
                "ชื่อ,นามสกุล,โทรศัพท์,อีเมล\nZqimported,Zqsurname,081-234-9977,zqimported@zq.example\n"
                "Zqimported,Zqsurname,12,zqimported@zq.example\n",
                encoding="utf-8",
            )

        batch = imports.take_file(
            write, file_name=f"{path}.csv", kind_name="customers", member_id=company.members["owner"].pk
        )
        engine.start(batch)
    engine.run(batch.id, company.workspace.pk)
    return batch.pk


def found_in(forms: set[str], *, but: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Every table in which one of these texts stands, in any column; as text, as JSON or as bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = sorted(row[0] for row in cursor.fetchall())
        patterns = [f"%{form.lower()}%" for form in forms]
        patterns += [f"%{form.encode().hex()}%" for form in forms]
        where = []
        for table in tables:
            if table not in but:
                cursor.execute(f'SELECT t::text FROM "{table}" t WHERE lower(t::text) LIKE ANY(%s) LIMIT 1', [patterns])
                where += [f"{table}: {row[0][:300]}" for row in cursor.fetchall()]
    return where


def files_with(folder: Path, forms: set[str]) -> list[str]:
    """Files that are called so, or in which one of these texts stands."""
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.name or form.encode() in path.read_bytes() for form in forms)
    ]


def forms_of(company: Company, key: str) -> set[str]:
    """How a customer may be written, without what its orders hold."""
    orders = {form for mark in company.marks if mark.of == key and mark.privacy == "financial" for form in mark.forms}
    found = {form for mark in company.marks if mark.of == key for form in mark.forms} - orders
    return {form for form in found if not form.startswith(("Zqorder", "Zqsold", "Zqownorders"))}


def night(company: Company, *, days: int) -> dict[str, int]:
    return retention.carry_out(company.workspace.pk, at=timezone.now() + timedelta(days=days))


def test_nothing_tells_of_a_customer_who_was_deleted_a_month_ago(company: Company, storage: Path) -> None:
    forms = forms_of(company, "mine") | {"Zqformer nick", "Zqlikesagain", "Zqnoteof", "0899911223", "899911223"}
    workspace, owner = company.workspace.pk, company.members["owner"]
    with in_workspace(workspace):
        assert len(found_in(forms)) > 15, "it stands in many places while it lives"
        assert files_with(storage, forms)
        act, count = actions.delete_customers([company.customers["mine"].pk], acting_member=owner)
        assert count == 1
    assert night(company, days=29) == {} and files_with(storage, forms)
    done = night(company, days=31)
    assert done["deleted_records"] == 2, "this one, and one that was deleted before"
    with in_workspace(workspace):
        left = found_in(forms, but=set(KEPT))
        assert left == []
        assert found_in({str(company.customers["mine"].pk)}, but=_BY_ID) == []
        assert files_with(storage, forms) == []
        order = Order.objects.get(pk=company.ids["mine"]["order_id"])
        assert order.customer_id is None and order.total > 0, "the accounts stay"
        entry = AuditEntry.objects.get(action=retention.CARRIED_OUT)
        assert entry.detail == {"deleted": done}, "how many, and no names"
        with pytest.raises(CannotUndo, match="ถูกลบถาวรแล้ว"):
            undo_changeset(act, member_id=owner.pk)
    assert night(company, days=31) == {}, "a second run finds nothing"


# Tables that may hold the id of what is gone: events and jobs name it until they are old, an act that it was touched.
_BY_ID = {
    "platform_outboxevent", "procrastinate_jobs", "platform_changeset", "administration_auditentry",
    "integrations_webhookdelivery", "procrastinate_events",
}  # fmt: skip


def test_others_keep_what_is_theirs(company: Company) -> None:
    others = forms_of(company, "fars")
    with in_workspace(company.workspace.pk):
        before = len(found_in(others))
        actions.delete_customers([company.customers["mine"].pk], acting_member=company.members["owner"])
    night(company, days=31)
    with in_workspace(company.workspace.pk):
        # The history keeps no more of the relation to the one who is gone, and that is all.
        assert before - len(found_in(others)) <= 1
        assert Customer.objects.filter(pk=company.customers["fars"].pk).exists()


def test_every_key_to_what_can_be_deleted_says_what_becomes_of_it() -> None:
    """A new table that points to a customer goes with it, or says why not: decide, and write it down here."""
    from django.apps import apps

    found = {
        f"{one.model._meta.label}.{one.name}": "stays" if one.is_kept else "goes"
        for label in deleted.declared()
        for one in erasing.references(apps.get_model(label))
    }
    assert found == {
        "commerce.Order.customer": "stays",
        "commerce.OrderLine.order": "goes",
        "commerce.OrderLine.product": "stays",
        "customers.Address.customer": "goes",
        "customers.ConsentEvidence.customer": "goes",
        "customers.CustomerFile.customer": "goes",
        "customers.CustomerTag.customer": "goes",
        "customers.Identity.customer": "goes",
        "customers.Preference.customer": "goes",
        "customers.Relation.customer": "goes",
        "customers.Relation.other": "goes",
        "objects.ObjectRecord.customer": "goes",
        "objects.RecordNote.record": "goes",
        "work.Activity.customer": "goes",
        "work.Task.customer": "goes",
        "work.TaskState.task": "goes",
    }
    named = {one._meta.label for one in erasing.named_by_id()}
    assert named == {
        "administration.FieldFile",
        "administration.RecordShare",
        "platform.OpenedRecord",
        "platform.SearchDocument",
    }


def test_what_an_undone_import_had_brought_goes_too(company: Company, storage: Path) -> None:
    forms = {"zqimported", "zqsurname", "812349977", "081-234-9977"}
    batch = _import(company)
    workspace = company.workspace.pk
    with in_workspace(workspace):
        assert Customer.objects.filter(first_name="Zqimported").exists()
        assert ImportProblem.objects.filter(batch_id=batch).exists()
    engine.undo(batch, workspace, member_id=company.members["owner"].pk)
    with in_workspace(workspace):
        assert found_in(forms), "an undo of the undo would bring it back"
    assert night(company, days=31)["deleted_records"] >= 1
    with in_workspace(workspace):
        assert found_in(forms) == []
    assert files_with(storage, forms) == []


def browser(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend=BACKEND)
    return client


def test_one_is_erased_at_once_by_typing_its_name(company: Company) -> None:
    owner, mine = company.members["owner"], company.customers["mine"]
    here, may = f"/customers/{mine.pk}/erasure/", browser(owner)
    assert may.get(here).status_code == 409, "only what was deleted"
    with in_workspace(company.workspace.pk):
        actions.delete_customers([mine.pk], acting_member=owner)
    assert here in may.get("/customers/deleted/").content.decode()
    assert browser(company.members["mate"]).post(here, {"name": mine.name}).status_code == 403
    refused = may.post(here, {"name": "somebody else"})
    assert refused.status_code == 422 and "พิมพ์ชื่อ" in refused.content.decode()
    assert may.post(here, {"name": f" {mine.name} "}).status_code == 302
    with in_workspace(company.workspace.pk):
        assert not Customer.objects.filter(pk=mine.pk).exists()
        assert found_in(forms_of(company, "mine"), but=set(KEPT)) == []
        act = Changeset.objects.get(kind="customers.customer_erased")
        assert act.note == {"count": 1} and act.member_id == owner.pk
        said = AuditEntry.objects.get(action="customers.customer_erased")
        assert said.detail == {"count": 1} and said.member_id == owner.pk, "that it was done, and not whom"

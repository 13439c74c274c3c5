"""Two at the same moment, each with a connection and threads of their own: what `docs/together.md` promises."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.test import Client

from conftest import ApiClient
from samphan.administration.custom_fields import actions as field_actions
from samphan.administration.custom_fields import hosts
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.models import Member, Workspace
from samphan.commerce.models import Order, OrderLine
from samphan.customers import actions as customer_actions
from samphan.customers.models import Customer, Identity
from samphan.platform.imports import actions as import_actions
from samphan.platform.imports import engine, jobs
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")
PATIENCE_SECONDS = 60.0


def together(*acts: Callable[[], T]) -> list[T]:
    """Do all of them at the same moment; what they returned, in their order."""
    gate = threading.Barrier(len(acts))
    found: dict[int, T] = {}
    problems: list[BaseException] = []

    def run(number: int, act: Callable[[], T]) -> None:
        try:
            gate.wait(PATIENCE_SECONDS)
            found[number] = act()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    people = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in people:
        one.start()
    for one in people:
        one.join(PATIENCE_SECONDS)
    assert not problems, problems
    return [found[number] for number in range(len(acts))]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[None]:
    """Small chunks, so that two runs meet often; files of the test's own."""
    monkeypatch.setattr(engine, "CHUNK_ROWS", 20)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    return


def started(workspace: Workspace, text: str, kind: str, folder: Path) -> ImportBatch:
    path = folder / "in.csv"
    path.write_text(text, "utf-8")
    with in_workspace(workspace.pk):
        batch = import_actions.take_file(path, file_name="ไฟล์.csv", kind_name=kind, member_id=None)
        engine.start(batch)
    return batch


def work_on(batch: ImportBatch) -> Callable[[], None]:
    return lambda: jobs.run_import(str(batch.pk), str(batch.workspace_id))


def ended(*batches: ImportBatch) -> list[ImportBatch]:
    for batch in batches:
        with in_workspace(batch.workspace_id):
            batch.refresh_from_db()
        assert batch.state == "done", batch.failure
        assert batch.rows == batch.created + batch.updated + batch.skipped + batch.errors
        assert batch.errors == 0
    return list(batches)


PEOPLE = "รหัสลูกค้า,ชื่อ,โทรศัพท์\n" + "".join(f"C{n},สมชาย คนที่{n},08{n:08d}\n" for n in range(200))
ORDERS = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n" + "".join(
    f"K{n // 3},P{n % 17},กาแฟ {n % 17},1,2026-01-01 09:00,2.50,{100 + n // 9}\n" for n in range(180)
)


def test_two_workers_with_one_import_write_each_row_once(
    workspace: Workspace, tmp_path: Path, small_chunks: None
) -> None:
    batch = started(workspace, PEOPLE, "customers", tmp_path)
    together(work_on(batch), work_on(batch))
    ended(batch)
    assert batch.created == 200
    with in_workspace(workspace.pk):
        assert Customer.objects.count() == 200


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_a_file_started_twice_at_once_brings_each_record_once(
    workspace: Workspace, tmp_path: Path, small_chunks: None, kind: str
) -> None:
    text = PEOPLE if kind == "customers" else ORDERS
    first, second = (started(workspace, text, kind, tmp_path) for _time in range(2))
    together(work_on(first), work_on(second))
    ended(first, second)
    with in_workspace(workspace.pk):
        if kind == "customers":
            assert Customer.objects.count() == 200
            assert Identity.objects.filter(kind="phone").count() == 200
        else:
            assert (Order.objects.count(), OrderLine.objects.count()) == (60, 180)
            assert Customer.objects.count() == 20
    assert first.created + second.created == (200 if kind == "customers" else 180)


def test_two_clicks_that_start_one_import_start_it_once(
    workspace: Workspace, owner: Member, tmp_path: Path, small_chunks: None
) -> None:
    path = tmp_path / "in.csv"
    path.write_text(PEOPLE, "utf-8")
    with in_workspace(workspace.pk):
        batch = import_actions.take_file(path, file_name="ไฟล์.csv", kind_name="customers", member_id=owner.pk)
    jobs.check_import(str(batch.pk), str(workspace.pk))
    with in_workspace(workspace.pk):
        ImportBatch.objects.filter(pk=batch.pk).update(state="checked")
    clients = [signed(owner), signed(owner)]
    answers = together(*(lambda one=one: one.post(f"/imports/{batch.pk}/run/").status_code for one in clients))
    assert answers.count(302) == 1, answers
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%run_import' AND args ->> 'batch_id' = %s",
            [str(batch.pk)],
        )
        assert cursor.fetchone() == (1,)


def signed(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def prae(workspace: Workspace, owner: Member) -> Customer:
    with in_workspace(workspace.pk):
        return customer_actions.create_customer({"name": "แพร อัครเดช", "stage": "new"}, acting_member=owner).customer


def test_of_two_calls_with_the_same_etag_one_is_taken(owner: Member, prae: Customer) -> None:
    sides = [ApiClient(owner), ApiClient(owner)]
    tag = sides[0].get(f"/customers/{prae.pk}").headers["ETag"]
    names = ("หนึ่ง", "สอง")
    answers = together(
        *(
            lambda side=side, name=name: side.patch(f"/customers/{prae.pk}", {"nickname": name}, If_Match=tag)
            for side, name in zip(sides, names, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    winner = names[0 if answers[0].status_code == 200 else 1]
    assert sides[0].get(f"/customers/{prae.pk}").json()["nickname"] == winner


def test_of_two_calls_without_etag_both_are_taken_and_each_field_is_kept(owner: Member, prae: Customer) -> None:
    sides = [ApiClient(owner), ApiClient(owner)]
    answers = together(
        lambda: sides[0].patch(f"/customers/{prae.pk}", {"nickname": "หนึ่ง"}),
        lambda: sides[1].patch(f"/customers/{prae.pk}", {"grade": "B"}),
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    record = sides[0].get(f"/customers/{prae.pk}").json()
    assert (record["nickname"], record["grade"]) == ("หนึ่ง", "B")


@pytest.mark.parametrize("is_custom", [False, True], ids=["own field", "custom field"])
def test_of_two_who_save_a_cell_at_once_one_is_asked(
    workspace: Workspace, owner: Member, prae: Customer, is_custom: bool
) -> None:
    name = "nickname"
    if is_custom:
        host = hosts.find("customers")
        assert host is not None
        with in_workspace(workspace.pk):
            name = field_actions.add_field(host, Draft(kind="text", label_th="ชื่อร้าน"), acting_member=owner).name
    clients = [signed(owner), signed(owner)]
    address = f"/customers/cells/{prae.pk}/{name}/"
    htmx: Any = {"headers": {"HX-Request": "true"}}
    form = clients[0].get(address, **htmx).content.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', form)[0]
    clients[1].get(address, **htmx)  # what both read first is read; from here on they are at the same point
    typed = ("หนึ่ง", "สอง")
    answers = together(
        *(
            lambda client=client, value=value: client.post(address, {"value": value, "seen": seen}, **htmx)
            for client, value in zip(clients, typed, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    loser = next(number for number, answer in enumerate(answers) if answer.status_code == 422)
    asked = answers[loser].content.decode()
    assert f"มีคนแก้เป็น “{typed[1 - loser]}”" in asked
    assert f'value="{typed[loser]}"' in asked

"""The engine between a file and the records: counts that add up, checkpoints, cancelling, undoing, one runner."""

import errno
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import translation

from samphan.administration.models import Member, Workspace
from samphan.commerce.models import Order, OrderLine
from samphan.customers.models import Customer, Identity
from samphan.platform.changes.recording import changeset
from samphan.platform.imports import engine, jobs
from samphan.platform.imports.correcting import correct_cell
from samphan.platform.imports.locks import AlreadyRunning, CannotImport
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.tests.conftest import Take
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

HEADING = "รหัสลูกค้า,ชื่อ,โทรศัพท์,อีเมล\n"
Dump = Callable[[], dict[str, list[str]]]


class Killed(Exception):
    """Nothing catches it."""


def people(count: int, start: int = 0) -> str:
    return HEADING + "".join(
        f"C{number},สมชาย คนที่{number},08{number:08d},c{number}@example.com\n" for number in range(start, start + count)
    )


def run(batch: ImportBatch, **more: Any) -> ImportBatch:
    return engine.run(batch.id, batch.workspace_id, **more).batch


def stored(batch: ImportBatch) -> ImportBatch:
    with in_workspace(batch.workspace_id):
        return ImportBatch.objects.get(id=batch.id)


def names(workspace: Workspace) -> list[str]:
    with in_workspace(workspace.id):
        return sorted(Customer.objects.values_list("name", flat=True))


def adds_up(batch: ImportBatch) -> bool:
    return batch.rows == batch.created + batch.updated + batch.skipped + batch.errors


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHUNK_ROWS", 10)


def test_counts_every_row_of_a_bad_file_once(take: Take, workspace: Workspace) -> None:
    text = HEADING + (
        "C1,สมชาย ใจดี,0812345678,a@example.com\n"
        "C1,สมชาย ใจดี,0812345678,a@example.com\n"  # the same row again
        "C1,สมชาย ใจดีมาก,0812345678,a@example.com\n"  # and a later word about the same
        "C2,,0812345679,b@example.com\n"  # nobody
        "\n"
        "C3,สมหญิง งามตา,081234,b@@example.com\n"  # two problems, one row
        "C4,สมปอง,0812345670,c@example.com,เกิน,มา\n"  # too many cells
        'C5,"ปิดไม่ครบ,0812345671,d@example.com\n'
    )
    batch = run(take(text))
    assert adds_up(batch) and batch.rows == 7
    assert (batch.created, batch.errors) == (1, 4)
    assert batch.updated + batch.skipped == 2
    assert names(workspace) == ["สมชาย ใจดีมาก"]
    with in_workspace(workspace.id):
        rejects = Path(engine.write_rejects(batch) or "").read_text("utf-8-sig").splitlines()
    assert len(rejects) == 5


def test_checks_without_writing_and_foretells_the_run(take: Take, workspace: Workspace, contents: Dump) -> None:
    run(take(people(3)))
    before = contents()
    batch = take(people(5) + "C9,,0812345678,\nC8,สมหญิง,12,\n", start=False)
    checked = engine.check(batch.id, workspace.id)
    assert (checked.created, checked.updated, checked.errors, checked.rows) == (2, 3, 2, 7) and adds_up(checked)
    assert contents() == before
    with in_workspace(workspace.id):
        engine.start(checked)
    done = run(checked)
    assert (done.created, done.updated + done.skipped, done.errors) == (2, 3, 2)


@pytest.mark.usefixtures("small_chunks")
def test_goes_on_behind_the_last_committed_row(take: Take, workspace: Workspace) -> None:
    batch = take(people(45))
    seen: list[int] = []

    def die(at: ImportBatch) -> None:
        seen.append(at.rows_done)
        if len(seen) == 2:
            raise Killed

    with pytest.raises(Killed):
        run(batch, progress=die)
    half = stored(batch)
    assert (half.state, half.rows_done, half.created) == ("running", 20, 20) and len(names(workspace)) == 20
    done = run(batch)
    assert (done.state, done.rows, done.created) == ("done", 45, 45) and adds_up(done)
    assert len(names(workspace)) == 45
    assert run(batch).created == 45  # a job that comes once more does nothing
    assert len(names(workspace)) == 45


@pytest.mark.usefixtures("small_chunks")
def test_keeps_nothing_of_a_chunk_that_died_before_its_commit(
    take: Take, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = take(people(25))
    original = engine._checkpoint
    calls: list[int] = []

    def checkpoint(of: ImportBatch, *state: Any) -> bool:
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return original(of, *state)

    monkeypatch.setattr(engine, "_checkpoint", checkpoint)
    with pytest.raises(Killed):
        run(batch)
    assert len(names(workspace)) == 10
    assert run(batch).created == 25
    assert len(names(workspace)) == 25


@pytest.mark.usefixtures("small_chunks")
def test_a_cancelled_run_keeps_whole_chunks_and_can_go_on(take: Take, workspace: Workspace) -> None:
    batch = take(people(35))

    def stop(at: ImportBatch) -> None:
        if at.rows_done == 10:
            with in_workspace(workspace.id):
                assert engine.cancel(ImportBatch.objects.get(id=at.id))

    stopped = run(batch, progress=stop)
    assert (stopped.state, stopped.created, stopped.rows_done) == ("cancelled", 10, 10)
    assert len(names(workspace)) == 10
    with in_workspace(workspace.id):
        engine.go_on(stopped)
    done = run(batch)
    assert (done.state, done.created, done.rows) == ("done", 35, 35) and len(names(workspace)) == 35


def test_undo_puts_every_table_back_as_it_was(take: Take, workspace: Workspace, contents: Dump) -> None:
    run(take(people(4)))
    with in_workspace(workspace.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone()[0] == 4
    before = contents()
    batch = run(take(people(6, 2).replace("สมชาย", "สมศักดิ์").replace("081", "082")))
    assert contents() != before
    undone = engine.undo(batch.id, workspace.id, member_id=None)
    assert undone.kept == [] and undone.deleted > 0
    assert contents() == before
    with pytest.raises(CannotImport):
        engine.undo(batch.id, workspace.id, member_id=None)


def test_undo_of_orders_puts_every_table_back_as_it_was(take: Take, workspace: Workspace, contents: Dump) -> None:
    run(take(people(2)))
    before = contents()
    batch = run(take(ORDERS, "orders"))
    assert stored(batch).state == "done" and contents() != before
    engine.undo(batch.id, workspace.id, member_id=None)
    assert contents() == before


def test_undo_keeps_later_edits_and_lists_them(take: Take, workspace: Workspace, owner: Member) -> None:
    batch = run(take(people(2)))
    with in_workspace(workspace.id), changeset("customers.customer_edited", member_id=owner.pk):
        customer = Customer.objects.order_by("name").first()
        assert customer is not None
        customer.nickname = "ชาย"
        customer.save(update_fields=["nickname"])
    undone = engine.undo(batch.id, workspace.id, member_id=owner.pk)
    assert (customer.pk, "nickname") in {(kept.id, kept.field) for kept in undone.kept}
    with in_workspace(workspace.id):
        assert [one.nickname for one in Customer.objects.all()] == ["ชาย"]
    assert stored(batch).result["kept_count"] == len(undone.kept)


def test_chosen_keys_decide_who_is_known(take: Take, workspace: Workspace) -> None:
    run(take(HEADING + "C1,สมชาย ใจดี,0812345678,a@example.com\n"))
    other = HEADING + "C2,สมหญิง งามตา,0812345678,a@example.com\n"
    assert run(take(other)).created == 1  # another name at the same phone is somebody else
    by_phone = run(take(HEADING + "C7,สมหวัง ทันใจ,0812345678,\n", keys=["phone"]))
    assert (by_phone.created, by_phone.updated) == (0, 1)
    assert names(workspace) == ["สมหญิง งามตา", "สมหวัง ทันใจ"]


def test_fills_only_empty_fields_or_makes_new_records_when_told(take: Take, workspace: Workspace) -> None:
    run(take(HEADING + "C1,สมชาย ใจดี,0812345678,\n"))
    filled = run(take("รหัสลูกค้า,ชื่อ,ชื่อเล่น\nC1,สมศรี,ชาย\n", existing="fill"))
    assert (filled.created, filled.updated) == (0, 1)
    with in_workspace(workspace.id):
        customer = Customer.objects.get()
        assert (customer.name, customer.nickname) == ("สมชาย ใจดี", "ชาย")
    new = run(take(HEADING + "C1,สมชาย ใจดี,0812345678,\n" * 2, existing="new"))
    assert (new.created, new.updated, new.skipped) == (2, 0, 0)
    with in_workspace(workspace.id):
        assert Customer.objects.count() == 3
        assert Identity.objects.filter(kind="external", value="C1", resolves=True).count() == 1


ORDERS = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
    "536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850.0\n"
    "536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850.0\n"
    "536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850.0\n"
    "C536379,D,Discount,-1,12/13/2010 9:41,27.50,14527.0\n"
    "536414,22139,,56,12/13/2010 11:52,0.0,\n"
    "536415,22139,,two,12/13/2010 11:52,1.0,\n"
)


def test_orders_come_in_with_the_sums_of_the_file(take: Take, workspace: Workspace) -> None:
    batch = run(take(ORDERS, "orders"))
    assert adds_up(batch) and (batch.rows, batch.created, batch.errors) == (6, 5, 1)
    with in_workspace(workspace.id):
        assert Order.objects.aggregate(all=Sum("total"))["all"] == Decimal("28.48")  # 15.30 + 2 * 20.34 - 27.50
        assert (Order.objects.count(), OrderLine.objects.count()) == (3, 5)
        assert Order.objects.get(number="536414").customer_id is None
    again = run(take(ORDERS, "orders"))
    assert (again.created, again.skipped, again.errors) == (0, 5, 1)
    with in_workspace(workspace.id):
        assert OrderLine.objects.count() == 5


def _other_session() -> "psycopg.Connection[Any]":
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"], autocommit=True
    )


def test_a_second_runner_is_kept_away(take: Take, workspace: Workspace) -> None:
    batch = take(people(2))
    key = batch.id.int & 0x7FFFFFFFFFFFFFFF
    with _other_session() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        for act in (
            lambda: run(batch),
            lambda: engine.check(batch.id, workspace.id),
            lambda: engine.undo(batch.id, workspace.id, member_id=None),
        ):
            with pytest.raises(AlreadyRunning):
                act()
    assert names(workspace) == []
    assert run(batch, wait=5).created == 2


def test_a_job_that_meets_a_held_lock_is_tried_again_and_not_lost(
    take: Take, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "WAIT_SECONDS", 0.2)
    batch = take(people(2))
    with _other_session() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [batch.id.int & 0x7FFFFFFFFFFFFFFF])
        with pytest.raises(AlreadyRunning):  # the queue sees a failure and tries again
            jobs.run_import(str(batch.id), str(workspace.id))
    assert stored(batch).state == "running"
    jobs.run_import(str(batch.id), str(workspace.id))
    assert stored(batch).state == "done"


def test_a_mistake_in_our_code_ends_the_import_with_a_sentence(
    take: Take, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = take(people(2))
    monkeypatch.setattr(engine, "_commit", lambda *_arguments: 1 / 0)
    jobs.run_import(str(batch.id), str(workspace.id))
    failed = stored(batch)
    assert (failed.state, failed.created) == ("failed", 0) and failed.failure
    monkeypatch.undo()
    with in_workspace(workspace.id):
        engine.go_on(failed)
    jobs.run_import(str(batch.id), str(workspace.id))
    assert stored(batch).state == "done" and len(names(workspace)) == 2


@pytest.mark.parametrize(
    "outage", [psycopg.errors.DiskFull("no space"), psycopg.OperationalError("lost"), OSError(errno.ENOSPC, "no space")]
)
def test_an_outage_in_the_middle_leaves_the_import_running_for_the_next_try(
    take: Take, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, outage: Exception
) -> None:
    def breaks_off(*_arguments: Any) -> None:
        raise outage

    batch = take(people(2))
    monkeypatch.setattr(engine, "_commit", breaks_off)
    with pytest.raises(type(outage)):  # the queue sees a failure and tries again when it is over
        jobs.run_import(str(batch.id), str(workspace.id))
    assert stored(batch).state == "running"
    monkeypatch.undo()
    jobs.run_import(str(batch.id), str(workspace.id))
    assert stored(batch).state == "done"


def test_a_late_check_does_not_disturb_a_run(take: Take, workspace: Workspace) -> None:
    batch = take(people(2))
    jobs.check_import(str(batch.id), str(workspace.id))
    assert stored(batch).state == "running"


def test_a_typed_cell_counts_in_the_check_and_in_the_run(take: Take, workspace: Workspace) -> None:
    batch = take(HEADING + "C1,สมชาย ใจดี,081,a@@example.com\n", start=False)
    engine.check(batch.id, workspace.id)
    with in_workspace(workspace.id):
        batch = ImportBatch.objects.get(id=batch.id)
        assert [problem.code for problem in correct_cell(batch, 2, "โทรศัพท์", "0812345678")] == ["email_two_at"]
        assert (batch.created, batch.errors) == (0, 1)
        assert correct_cell(batch, 2, "อีเมล", "a@example.com") == []
        assert (batch.created, batch.errors) == (1, 0) and adds_up(batch)
        engine.start(batch)
    assert run(batch).created == 1
    with in_workspace(workspace.id):
        assert {one.value for one in Identity.objects.exclude(kind="external")} == {"+66812345678", "a@example.com"}


def test_refuses_to_start_without_the_fields_a_kind_needs(take: Take, workspace: Workspace) -> None:
    batch = take(people(1), start=False, columns={"อีเมล": ""})
    with in_workspace(workspace.id), pytest.raises(CannotImport):
        engine.start(batch)
    assert stored(batch).state == "uploaded"


def test_says_what_is_wrong_in_the_language_of_whoever_reads(take: Take, workspace: Workspace) -> None:
    batch = take("ชื่อ,อีเมล,เบอร์\nสมชาย,a@@b.co,08X-552-9031\n", start=False)
    with translation.override("th"):
        engine.check(batch.id, workspace.id)
    with in_workspace(workspace.id):
        email, phone = batch.problems.order_by("id")
        with translation.override("th"):
            assert (email.reason, "X" in phone.reason) == ("อีเมลนี้มี @ 2 ตัว", True)
            path = engine.write_rejects(batch)
            assert path is not None and "อีเมลนี้มี" in Path(path).read_text("utf-8-sig")
        with translation.override("en"):
            assert email.reason == "The e-mail has 2 @ signs."
            assert phone.reason == "“X” does not belong in a phone number"
            engine.write_rejects(batch)
            assert "The e-mail has 2 @ signs." in Path(path).read_text("utf-8-sig")

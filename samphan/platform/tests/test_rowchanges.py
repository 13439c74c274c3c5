"""Which rows changed is learnt whatever wrote them, in order, once for each reader, and only when it is committed."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections, transaction

from samphan.administration.models import Workspace
from samphan.customers.models import Customer, Identity
from samphan.platform import rowchanges
from samphan.platform.changes.recording import changeset
from samphan.platform.rowchanges import NOTHING, Portion, RowChange, RowReader, take
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = {"customers_customer", "customers_identity"}


@pytest.fixture(autouse=True)
def empty(transactional_db: None) -> Iterator[None]:
    RowChange.objects.all().delete()
    RowReader.objects.all().delete()
    assert read().is_new
    yield


def read(reader: str = "tests", tables: set[str] = BOTH, limit: int = 500) -> Portion:
    with transaction.atomic():
        return take(reader, tables, limit)


def make(workspace: Workspace, *names: str) -> list[Customer]:
    with in_workspace(workspace.pk), changeset("test"):
        return Customer.objects.bulk_create([Customer(workspace=workspace, name=name) for name in names])


def test_names_the_rows_and_whose_they_are_whatever_wrote_them(workspace: Workspace) -> None:
    prae, krit = make(workspace, "แพร", "กฤษณ์")
    with in_workspace(workspace.pk), changeset("test"):
        phone = Identity.objects.create(workspace=workspace, customer=prae, kind="phone", value="+66812345670")
        Identity.objects.filter(pk=phone.pk).update(customer=krit)
        Identity.objects.filter(pk=phone.pk).delete()
    made, added, moved, gone = read().changes
    assert (made.workspace_id, made.table) == (workspace.pk, "customers_customer")
    assert set(made.ids) == set(made.customer_ids) == {prae.pk, krit.pk}
    assert [change.ids for change in (added, moved, gone)] == [(phone.pk,)] * 3
    assert added.customer_ids == (prae.pk,)
    assert set(moved.customer_ids) == {prae.pk, krit.pk}, "whose it is, and whose it was"
    assert gone.customer_ids == (krit.pk,)
    assert read() == NOTHING


def test_a_thousand_rows_of_a_statement_are_one_change(workspace: Workspace) -> None:
    make(workspace, *(f"ลูกค้า {number}" for number in range(2_500)))
    read()
    with in_workspace(workspace.pk), changeset("test"):
        Customer.objects.update(note="x")
    assert [len(change.ids) for change in read().changes] == [1000, 1000, 500]


def test_nothing_is_told_of_what_was_rolled_back_or_changed_no_row(workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), in_workspace(workspace.pk), changeset("test"):
        Customer.objects.create(workspace=workspace, name="แพร")
        raise ZeroDivisionError
    with in_workspace(workspace.pk), changeset("test"):
        Customer.objects.filter(name="ไม่มี").update(note="x")
    assert read().changes == ()


def test_waits_for_the_oldest_transaction_and_passes_nothing_over(workspace: Workspace) -> None:
    (slow,) = make(workspace, "ช้า")
    read()
    other = connections.create_connection("default")
    other.settings_dict = {**connection.settings_dict}
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT set_config('samphan.workspace', %s, true)", [str(workspace.pk)])
            cursor.execute("UPDATE customers_customer SET total_spent = 1 WHERE id = %s", [slow.pk])
            (quick,) = make(workspace, "เร็ว")
            assert read().changes == (), "the slow one began before"
            cursor.execute("COMMIT")
        assert [change.ids for change in read().changes] == [(slow.pk,), (quick.pk,)]
    finally:
        other.close()


def test_each_reader_has_its_own_place_and_reads_its_tables_alone(workspace: Workspace) -> None:
    assert read("other", {"customers_identity"}).is_new
    make(workspace, "แพร")
    assert len(read().changes) == 1
    assert read("other", {"customers_identity"}).changes == ()
    assert read("other", BOTH) == NOTHING, "it passed by what was not its own"


def test_what_a_reader_does_is_kept_with_its_place(workspace: Workspace) -> None:
    make(workspace, "แพร")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert len(take("tests", BOTH).changes) == 1
        raise ZeroDivisionError
    assert len(read().changes) == 1
    with pytest.raises(RuntimeError, match="in the transaction"):
        take("tests", BOTH)


def test_a_portion_says_whether_more_waits(workspace: Workspace) -> None:
    for name in ("แพร", "กฤษณ์", "ก้อง"):
        make(workspace, name)
    first = read(limit=2)
    assert (len(first.changes), first.has_more) == (2, True)
    assert (len(read(limit=2).changes), read(limit=2).has_more) == (1, False)


def test_only_one_process_reads_for_a_reader(workspace: Workspace) -> None:
    make(workspace, "แพร")
    other = connections.create_connection("default")
    other.settings_dict = {**connection.settings_dict}
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM platform_rowreader WHERE name = 'tests' FOR UPDATE")
            assert read() == NOTHING
            cursor.execute("ROLLBACK")
        assert len(read().changes) == 1
    finally:
        other.close()


def test_forgets_what_all_have_taken_and_tells_who_was_away_too_long(workspace: Workspace) -> None:
    assert read("slow").is_new
    make(workspace, "แพร")
    read()
    assert not rowchanges.forget_taken()
    assert RowChange.objects.count() == 1, "the slow one has not taken it"
    assert rowchanges.seconds_behind("slow") >= 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_rowchange SET at = now() - interval '4 days'")
    rowchanges.forget_taken()
    assert not RowChange.objects.exists()
    assert read() == NOTHING, "whoever had taken it misses nothing"
    make(workspace, "กฤษณ์")
    assert read("slow").is_behind
    make(workspace, "ก้อง")
    assert [len(change.ids) for change in read("slow").changes] == [1]
    assert len(read().changes) == 2


def test_the_tables_of_customers_and_what_they_buy_are_captured() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE tgname = relname || '_update_rows'"
        )
        captured = {row[0] for row in cursor.fetchall()}
    assert {"customers_customer", "customers_identity", "commerce_order", "commerce_orderline", "work_task"} <= captured

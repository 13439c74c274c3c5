"""Indexes of custom fields: what is counted, what is built and taken away, and that lists use them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from samphan.administration.custom_fields import actions, hosts, indexes, shapes, use
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.custom_fields.models import CustomField, FieldUse
from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.platform import catalogue
from samphan.platform.ids import uuid7
from samphan.platform.tenancy import in_workspace

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
ROASTS = [{"th": "คั่วอ่อน", "en": "Light"}, {"th": "คั่วเข้ม", "en": "Dark"}]
MakeField = Callable[..., CustomField]


@pytest.fixture
def make_field(workspace: Workspace, owner: Member) -> MakeField:
    def make(kind: str = "number", label: str = "คะแนนรสชาติ") -> CustomField:
        host = hosts.find("customers")
        assert host is not None
        choices = ROASTS if "choice" in kind else []
        with in_workspace(workspace.pk):
            return actions.add_field(host, Draft(kind, label_th=label, choices=choices), acting_member=owner)

    return make


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    yield
    use._counted.clear()
    use._due.clear()


def used(workspace: Workspace, field: CustomField, shape: str, count: int, *, days_ago: int = 0) -> None:
    with in_workspace(workspace.pk):
        FieldUse.objects.create(
            workspace=workspace, field_id=field.pk, shape=shape, used_count=count,
            used_on=TODAY - timedelta(days=days_ago),
        )  # fmt: skip


def many(workspace: Workspace, count: int, custom: Callable[[int], dict[str, Any]] = lambda number: {}) -> None:
    with in_workspace(workspace.pk):
        Customer.objects.bulk_create(
            Customer(
                workspace_id=workspace.pk, name=f"ลูกค้า {number}", name_key=f"ลูกค้า {number:05}", custom=custom(number),
                last_order_at=NOW - timedelta(hours=number),
            )
            for number in range(count)
        )  # fmt: skip


# Counting


@pytest.mark.django_db
def test_pages_that_ask_a_field_are_counted_and_written_in_one_statement(
    signed_in: Client, workspace: Workspace, make_field: MakeField, django_assert_num_queries: Any
) -> None:
    score, roast = make_field("number"), make_field("choice", "ระดับการคั่ว")
    for _page in range(3):
        signed_in.get("/customers/", {"f": f"{score.name}:at_least:5", "sort": f"-{score.name}"})
    signed_in.get("/customers/", {"f": f"{roast.name}:is:light"})
    signed_in.get("/customers/", {"f": f"{roast.name}:is_none_of:light"})  # served by no index
    signed_in.get("/customers/")
    with in_workspace(workspace.pk):
        assert not FieldUse.objects.exists(), "a page writes nothing"
        with django_assert_num_queries(1):
            use.write(workspace.pk)
        found = {(one.field_id, one.shape): one.used_count for one in FieldUse.objects.all()}
    assert found == {(score.pk, "sort"): 3, (roast.pk, "pick"): 1}


@pytest.mark.django_db
def test_a_page_writes_what_was_counted_when_a_minute_has_passed(
    signed_in: Client, workspace: Workspace, make_field: MakeField
) -> None:
    score = make_field("number")
    query = {"sort": score.name}
    signed_in.get("/customers/", query)
    use._due[workspace.pk] -= use.WRITE_SECONDS
    signed_in.get("/customers/", query)
    signed_in.get("/customers/", query)
    with in_workspace(workspace.pk):
        assert FieldUse.objects.get().used_count == 2
        use.write(workspace.pk)
        assert FieldUse.objects.get().used_count == 3, "added to the same day"


# Lists use them


def value_of(kind: str, number: int) -> Any:
    """What a customer holds in a field of that kind; one in fifty has the rare choice."""
    is_rare = number % 50 == 0
    return {
        "number": number,
        "money": number + 0.5,
        "date": (date(2020, 1, 1) + timedelta(days=number)).isoformat(),
        "text": f"ร้านที่ {number}",
        "long_text": f"บันทึกยาว {number}",
        "choice": "light" if is_rare else "dark",
        "boolean": is_rare,
        "member": str(uuid7()),
        "multi_choice": ["light" if is_rare else "dark"],
    }[kind]


# Kind, what is asked, the shape that serves it, and whether the list comes out of the index in its order.
ASKED = [
    ("number", "sort={name}", "sort", True),
    ("number", "sort=-{name}", "sort", True),
    ("number", "f={name}:at_least:2990", "sort", False),
    ("number", "f={name}:between:100,110&sort={name}", "sort", True),
    ("money", "f={name}:is:7.5", "sort", False),
    ("money", "sort=-{name}", "sort", True),
    ("date", "sort=-{name}", "sort", True),
    ("date", "f={name}:on:2021-02-03", "sort", False),
    ("date", "f={name}:before:2020-01-09", "sort", False),
    ("text", "sort={name}", "sort", True),
    ("text", "f={name}:contains:ที่ 1234", "words", False),
    ("text", "f={name}:is:ร้านที่ 77", "words", False),
    ("long_text", "f={name}:contains:ยาว 1234", "words", False),
    ("choice", "f={name}:is:light", "pick", True),
    ("choice", "f={name}:is_any_of:light", "pick", False),
    ("boolean", "f={name}:is_true", "pick", False),
    ("member", "f={name}:is:me", "pick", False),
    ("multi_choice", "f={name}:has_any_tag:light", "tags", False),
    ("multi_choice", "f={name}:has_all_tags:light", "tags", False),
]


@pytest.mark.django_db
def test_lists_read_an_index_of_every_kind_as_the_application_behind_the_wall(
    signed_in: Client, workspace: Workspace, make_field: MakeField
) -> None:
    fields = {kind: make_field(kind, f"ข้อมูล {kind}") for kind in {asked[0] for asked in ASKED}}
    many(workspace, 3_000, lambda number: {one.key: value_of(kind, number) for kind, one in fields.items()})
    with in_workspace(workspace.pk), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        indexes._as_owner_of(cursor, "customers_customer")
        names = {}
        for kind, shape in {(kind, shape) for kind, _asked, shape, _is_ordered in ASKED}:
            index = index_of(workspace, fields[kind], shape)
            cursor.execute(index.create(concurrently=False))
            cursor.execute(index.measure())
            names[kind, shape] = index.name
        cursor.execute("ANALYZE customers_customer")
        cursor.execute("SET ROLE samphan_app")
    wrong = []
    for kind, asked, shape, is_ordered in ASKED:
        query = asked.format(name=fields[kind].name)
        with CaptureQueriesContext(connection) as queries:
            page = signed_in.get(f"/customers/?{quote(query, safe='=&:,-')}")
        assert page.status_code == 200
        assert use._counted[workspace.pk][fields[kind].pk, shape], f"{query} is counted for what serves it"
        use._counted.clear()
        plan = plan_of(workspace, next(query["sql"] for query in queries if "column_0" in query["sql"]))
        scan = next((node for node in plan if node.get("Index Name") == names[kind, shape]), None)
        own = [node["Node Type"] for node in plan if node.get("Parent Relationship") != "SubPlan"]
        if scan is None or ("f=" in asked and "Index Cond" not in scan) or (is_ordered and "Sort" in own):
            wrong.append((kind, asked, own, [node.get("Index Name") for node in plan if "Index Name" in node]))
    assert not wrong


def plan_of(workspace: Workspace, statement: str) -> list[dict[str, Any]]:
    with in_workspace(workspace.pk), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"), [])
        plan = cursor.fetchone()[0]
    return nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])


def index_of(workspace: Workspace, field: CustomField, shape: str) -> shapes.Index:
    with in_workspace(workspace.pk):
        entity = catalogue.entity("customers").in_workspace(workspace.pk)
    found = shapes.index_for(field.pk, entity.field(field.name), shape, entity, workspace.pk, has_deletion=True)
    assert found is not None
    return found


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


# Building


@pytest.fixture
def built(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., indexes.Tended]:
    monkeypatch.setattr(indexes, "FEWEST_RECORDS", 3)
    many(workspace, 5)

    def tend(today: date = TODAY) -> indexes.Tended:
        return indexes.tend(today=today)

    return tend


def known() -> dict[str, bool]:
    with connection.cursor() as cursor:
        return {one.name: one.is_valid for one in indexes.existing(cursor)}


def measured() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT stxname FROM pg_statistic_ext WHERE stxname LIKE 'custom%'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_builds_repairs_and_takes_away(
    signed_in: Client, workspace: Workspace, owner: Member, make_field: MakeField, built: Callable[..., indexes.Tended]
) -> None:
    score, roast, rare = make_field("number"), make_field("choice", "ระดับการคั่ว"), make_field("text", "หมายเหตุพิเศษ")
    used(workspace, score, "sort", indexes.OFTEN - 1)
    used(workspace, score, "sort", 1, days_ago=indexes.OFTEN_DAYS - 1)
    used(workspace, roast, "pick", indexes.OFTEN)
    used(workspace, rare, "words", indexes.OFTEN - 1)
    try:
        names = sorted(index_of(workspace, *each).name for each in ((score, "sort"), (roast, "pick")))
        done = built()
        assert (sorted(done.built), done.dropped, done.refused) == (names, [], {})
        assert known() == dict.fromkeys(names, True)
        assert measured() == set(names)
        assert built() == indexes.Tended(), "a second run has nothing to do"
        page = signed_in.get("/settings/fields/customers/")
        assert page.status_code == 200
        assert page.content.decode().count("เร่งความเร็วแล้ว") == 2

        # As a build leaves it that was killed: not valid, and in the way.
        with connection.cursor() as cursor:
            indexes._as_owner_of(cursor, "customers_customer")
            cursor.execute(f'DROP INDEX "{names[0]}"')
            cursor.execute("RESET ROLE; SET ROLE samphan_app")
        break_build(names[0], index_of(workspace, *((score, "sort") if "sort" in names[0] else (roast, "pick"))))
        assert known()[names[0]] is False
        assert "กำลังเร่งความเร็ว" in signed_in.get("/settings/fields/customers/").content.decode()
        done = built()
        assert (done.dropped, done.built) == ([names[0]], [names[0]])
        assert known() == dict.fromkeys(names, True)

        # Kept while it is used now and then, gone when it is not, or when its field is archived.
        later = TODAY + timedelta(days=indexes.OFTEN_DAYS + 5)
        assert built(later).dropped == []
        with in_workspace(workspace.pk):
            actions.archive_field(CustomField.objects.get(pk=roast.pk), acting_member=owner)
        assert built(later).dropped == [index_of_name(names, roast)]
        assert built(TODAY + timedelta(days=indexes.SELDOM_DAYS + 1)).dropped == [index_of_name(names, score)]
        assert known() == {} and measured() == set()
    finally:
        with in_workspace(workspace.pk):
            FieldUse.objects.all().delete()
        built()


def index_of_name(names: list[str], field: CustomField) -> str:
    return next(name for name in names if field.pk.hex in name)


def break_build(name: str, index: shapes.Index) -> None:
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            indexes._as_owner_of(cursor, index.table)
            # It waits for a transaction that runs, and gives up when its time is over.
            with transaction.atomic(), connection.cursor() as busy:
                busy.execute("SELECT txid_current(); LOCK TABLE customers_customer IN ROW EXCLUSIVE MODE")
                cursor.execute("SET statement_timeout = '300ms'")
                with pytest.raises(Exception, match="timeout"):
                    cursor.execute(index.create(concurrently=True))
    finally:
        own.close()


@pytest.mark.django_db(transaction=True)
def test_a_value_that_no_index_holds_refuses_the_index_and_no_page(
    signed_in: Client, workspace: Workspace, make_field: MakeField, built: Callable[..., indexes.Tended],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    score = make_field("number")
    many(workspace, 1, lambda number: {score.key: "ไม่ใช่ตัวเลข"})
    used(workspace, score, "sort", 100)
    done = built()
    assert done.built == [] and list(done.refused) == [index_of(workspace, score, "sort").name]
    assert known() == {}, "nothing broken stays"


@pytest.mark.django_db
def test_stays_within_its_bounds(workspace: Workspace) -> None:
    def one(number: int, entity: str, table: str, company: Workspace) -> indexes._Wanted:
        return indexes._Wanted(shapes.Index(f"i{number:04}", table, ""), entity, company.pk, 1_000 - number)

    asked = [one(number, "customers", "customers_customer", workspace) for number in range(indexes.MOST_OF_ENTITY + 4)]
    assert list(indexes._chosen(asked)) == [f"i{number:04}" for number in range(indexes.MOST_OF_ENTITY)]


@pytest.mark.django_db
def test_is_never_begun_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        indexes.tend(today=TODAY)


@pytest.mark.django_db
def test_a_long_text_that_no_compression_helps_fits_into_its_index(workspace: Workspace, make_field: MakeField) -> None:
    note = make_field("text")
    # Thai letters of three bytes in no order, as many as a value may have.
    text = "".join(chr(0x0E01 + int(digit, 16) * 2) for digit in sha512_of(1_000))
    many(workspace, 1, lambda number: {note.key: text})
    with in_workspace(workspace.pk), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        indexes._as_owner_of(cursor, "customers_customer")
        cursor.execute(index_of(workspace, note, "sort").create(concurrently=False))
        cursor.execute("SET ROLE samphan_app")


def sha512_of(length: int) -> str:
    found = ""
    while len(found) < length:
        found += hashlib.sha512(found.encode()).hexdigest()
    return found[:length]

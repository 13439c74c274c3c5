"""Numbers that the company lets be given: how they look, where counting begins again, and never one twice."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from conftest import ApiClient
from samphan.administration import actions as people
from samphan.administration import settings
from samphan.administration.models import Member, NumberCounter, Team, Workspace
from samphan.administration.settings import numbering
from samphan.commerce import actions
from samphan.commerce.models import Order
from samphan.customers import actions as customers
from samphan.customers.models import Identity
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine
from samphan.platform.imports.locks import CannotImport
from samphan.platform.search.finding import find
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
HERE = "/settings/numbering/"
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
LINE = actions.Line(sku="B-01", description="กาแฟคั่วกลาง", quantity=Decimal(1), unit_price=Decimal(100))
USUAL = {
    "orders-is_on": "1", "orders-beginning": "SO", "orders-year": "be2", "orders-has_month": "1", "orders-separator": "-",
    "orders-digits": "4", "orders-reset": "monthly", "customers-beginning": "C", "customers-year": "",
    "customers-separator": "-", "customers-digits": "5", "customers-reset": "never",
}  # fmt: skip


def order(owner: Member, *, number: str = "", at: datetime = NOON) -> str:
    return actions.create_order(number=number, ordered_at=at, lines=[LINE], acting_member=owner).number


def put(owner: Member, **values: Any) -> None:
    numbering.change({f"orders:{name}": value for name, value in values.items()}, acting_member=owner)


def test_orders_without_a_number_get_the_next_one_of_the_month(owner: Member, inside: Workspace) -> None:
    assert [order(owner), order(owner)] == ["SO6911-0001", "SO6911-0002"]
    # The month is that of the company: the evening of 30 November in London is December in Bangkok.
    assert order(owner, at=datetime(2026, 11, 30, 18, 0, tzinfo=UTC)) == "SO6912-0001"
    assert order(owner, number="ร้าน-77") == "ร้าน-77"
    assert order(owner) == "SO6911-0003"


@pytest.mark.parametrize(
    ("shape", "number"),
    [
        ({"year": "ce4", "has_month": False, "separator": "/", "digits": 6, "reset": "yearly"}, "SO2026/000001"),
        ({"year": "be4", "prefix": "ขาย-"}, "ขาย-256911-0001"),
        ({"year": "", "has_month": False, "reset": "never", "prefix": "", "digits": 3}, "001"),
        ({"year": "ce2", "separator": ""}, "SO26110001"),
    ],
)
def test_looks_as_the_company_chose(owner: Member, inside: Workspace, shape: dict[str, Any], number: str) -> None:
    put(owner, **shape)
    assert order(owner) == number


def test_goes_on_behind_what_was_brought_in_or_typed(owner: Member, inside: Workspace) -> None:
    order(owner)
    for given in ("SO6911-0120", "SO6911-0004", "SO6911-99", "SO6911-0500x", "SO6910-0900", "SO6911-x"):
        order(owner, number=given)
    assert order(owner) == "SO6911-0121"


def test_counts_beyond_its_digits(owner: Member, inside: Workspace) -> None:
    put(owner, digits=3)
    order(owner, number="SO6911-998")
    assert [order(owner) for _each in range(3)] == ["SO6911-999", "SO6911-1000", "SO6911-1001"]


def test_a_series_without_gaps_counts_by_itself_alone_and_gives_back_what_was_rolled_back(
    owner: Member, inside: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: set[str] = {"IV6911-0007"}
    monkeypatch.setattr(numbering, "_series", dict(numbering._series))
    numbering.declare(
        numbering.Series(
            "invoices", "ใบแจ้งหนี้", lambda _workspace, _stem, _digits: 7 if taken else 0,
            lambda _workspace, numbers: taken & set(numbers), prefix="IV", is_gapless=True,
        )
    )  # fmt: skip
    day = date(2026, 11, 22)
    assert numbering.next_number("invoices", owner, on=day) == "IV6911-0008"
    with pytest.raises(RuntimeError), transaction.atomic():
        assert numbering.next_number("invoices", owner, on=day) == "IV6911-0009"
        raise RuntimeError
    assert numbering.next_number("invoices", owner, on=day) == "IV6911-0009"


def test_each_branch_counts_by_itself(owner: Member, salesperson: Member, inside: Workspace) -> None:
    branch = Team.objects.create(workspace=inside, name="สาขาเชียงใหม่")
    people.put_in_teams(salesperson, [branch])
    numbering.change({"orders:by_team": True, f"code:{branch.pk}": "CM"}, acting_member=owner)
    assert [order(salesperson), order(owner), order(salesperson)] == ["SOCM-6911-0001", "SO6911-0001", "SOCM-6911-0002"]


def test_a_new_customer_gets_a_number_where_the_company_numbers_them(owner: Member, inside: Workspace) -> None:
    customers.create_customer({"name": "สมชาย ใจดี"}, acting_member=owner)
    assert not Identity.objects.exists()
    numbering.change({"customers:is_on": True}, acting_member=owner)
    customers.create_customer({"name": "แพร", "member_number": "C00041"}, acting_member=owner)
    made = customers.create_customer({"name": "ก้อง"}, acting_member=owner).customer
    assert [one.value for one in Identity.objects.filter(customer=made)] == ["C00042"]


def test_the_api_gives_a_number_to_an_order_without_one(api: ApiClient, owner: Member) -> None:
    body = {"ordered_at": NOON.isoformat(), "lines": [{"quantity": 1, "unit_price": 100, "sku": "B-01"}]}
    assert api.post("/orders", body).json()["number"] == "SO6911-0001"
    with in_workspace(owner.workspace_id):
        put(owner, is_on=False)
    refused = api.post("/orders", body)
    assert refused.status_code in (409, 422) and "number" in refused.json()["detail"]


def test_shows_the_next_number_and_keeps_what_is_typed(signed_in: Client, owner: Member) -> None:
    page = signed_in.get(HERE).content.decode()
    today = owner.workspace.today()
    assert f"SO{(today.year + 543) % 100:02}{today.month:02}-0001" in page
    tried = {**USUAL, "orders-beginning": "ORD", "orders-year": "ce4"}
    shown = signed_in.post(f"{HERE}preview/", tried).content.decode()
    assert f"ORD{today.year}{today.month:02}-0001" in shown and "<html" not in shown
    with in_workspace(owner.workspace_id):
        assert settings.read(owner.workspace_id, "numbering")["orders:prefix"] == "SO"
        assert not NumberCounter.objects.exists()
    assert signed_in.post(HERE, tried).status_code == 302
    assert "ORD" in signed_in.get(HERE).content.decode()
    with in_workspace(owner.workspace_id):
        act = Changeset.objects.get(kind="administration.numbering_changed")
        undo_changeset(act.pk, member_id=owner.pk)
        assert settings.read(owner.workspace_id, "numbering")["orders:prefix"] == "SO"


@pytest.mark.parametrize(
    "wrong",
    [
        {"orders-beginning": "SO<b>"}, {"orders-digits": "2"}, {"orders-digits": "ยี่สิบ"}, {"orders-reset": "daily"},
        {"orders-year": ""}, {"orders-has_month": ""}, {"orders-beginning": "S" * 13}, {"orders-separator": "#"},
    ],
)  # fmt: skip
def test_refuses_at_the_field_what_would_number_twice_or_reads_badly(signed_in: Client, wrong: dict[str, str]) -> None:
    answer = signed_in.post(HERE, {**USUAL, **wrong})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.content.decode()


def test_codes_of_teams_are_short_and_differ(signed_in: Client, workspace: Workspace) -> None:
    with in_workspace(workspace.pk):
        teams = [Team.objects.create(workspace=workspace, name=name) for name in ("สาขา ก", "สาขา ข")]
    same = {f"code-{team.pk}": "cm" for team in teams}
    assert signed_in.post(HERE, {**USUAL, **same}).status_code == 422
    assert signed_in.post(HERE, {**USUAL, f"code-{teams[0].pk}": "เชียงใหม่ยาวมาก"}).status_code == 422
    assert signed_in.post(HERE, {**USUAL, f"code-{teams[0].pk}": "cm"}).status_code == 302
    with in_workspace(workspace.pk):
        assert numbering.codes_of(workspace.pk) == {teams[0].pk: "CM"}


Bring = Callable[..., UUID]


@pytest.fixture
def bring(workspace: Workspace, owner: Member, tmp_path: Path) -> Bring:
    """Bring a file in: `bring("customers", "ชื่อ,โทรศัพท์\\n…")`."""

    def run(kind: str, text: str, columns: dict[str, str] | None = None) -> UUID:
        path = tmp_path / f"{uuid4()}.csv"
        path.write_text(text, encoding="utf-8")
        with in_workspace(workspace.pk):
            batch = imports.take_file(path, file_name=path.name, kind_name=kind, member_id=owner.pk)
            if columns:
                batch.mapping = {**batch.mapping, "columns": columns}
                batch.save(update_fields=["mapping"])
            engine.start(batch)
        engine.run(batch.pk, workspace.pk)
        return batch.pk

    return run


def member_numbers(workspace: Workspace) -> list[str]:
    with in_workspace(workspace.pk):
        found = Identity.objects.filter(kind="member", customer__deleted_at=None).order_by("customer_id", "id")
        return list(found.values_list("value", flat=True))


PEOPLE = "ชื่อ,นามสกุล,โทรศัพท์\n" + "".join(f"คน{n},สกุล{n},08{n:08d}\n" for n in range(10, 15))
FIVE = [f"C{n:05}" for n in range(1, 6)]


@pytest.mark.django_db(transaction=True)
def test_people_of_a_file_get_numbers_in_its_order_and_undo_gives_none_twice(
    workspace: Workspace, owner: Member, bring: Bring
) -> None:
    with in_workspace(workspace.pk):
        numbering.change({"customers:is_on": True}, acting_member=owner)
    batch = bring("customers", PEOPLE)
    with in_workspace(workspace.pk):
        by_row = Identity.objects.filter(kind="member").order_by("customer__name").values_list("value", flat=True)
        assert list(by_row) == FIVE
        assert [hit.name for hit in find("C00003", viewer=owner)] == ["คน12 สกุล12"], "search knows the number"
    bring("customers", PEOPLE)
    assert sorted(member_numbers(workspace)) == FIVE, "who is known keeps theirs"
    engine.undo(batch, workspace.pk, member_id=owner.pk)
    bring("customers", "ชื่อ,รหัสสมาชิก\nแพร,\nก้อง,C00009\nต้น,\n")
    assert sorted(member_numbers(workspace)) == ["C00006", "C00007", "C00009"]


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_and_a_person_never_get_one_number_twice(
    workspace: Workspace, owner: Member, bring: Bring
) -> None:
    with in_workspace(workspace.pk):
        numbering.change({"customers:is_on": True}, acting_member=owner)
    files = [
        "ชื่อ,โทรศัพท์\n" + "".join(f"{who}{n},08{of}{n:07d}\n" for n in range(40)) for of, who in enumerate(("ฟ้า", "ดาว"))
    ]

    def run(text: str) -> None:
        try:
            bring("customers", text)
        finally:
            connection.close()

    both = [threading.Thread(target=run, args=(text,)) for text in files]
    for one in both:
        one.start()
    with in_workspace(workspace.pk):
        customers.create_customer({"name": "แพร"}, acting_member=owner)
    for one in both:
        one.join(60)
    assert sorted(member_numbers(workspace)) == [f"C{n:05}" for n in range(1, 82)]


@pytest.mark.django_db(transaction=True)
def test_rows_of_orders_without_a_number_are_orders_by_themselves(
    workspace: Workspace, owner: Member, bring: Bring
) -> None:
    rows = "วันที่สั่งซื้อ,รหัสสินค้า,จำนวน,ราคาต่อหน่วย\n2026-11-03,A,1,10\n2026-10-30,B,2,20\n2026-11-04,C,3,30\n"
    batch = bring("orders", rows)

    def numbers() -> list[tuple[str, str]]:
        with in_workspace(workspace.pk):
            return list(Order.objects.order_by("number").values_list("number", "lines__sku"))

    assert numbers() == [("SO6910-0001", "B"), ("SO6911-0001", "A"), ("SO6911-0002", "C")]
    engine.undo(batch, workspace.pk, member_id=owner.pk)
    with in_workspace(workspace.pk):
        assert order(owner) == "SO6911-0003", "what was taken back is not given again"
    bring("orders", "เลขที่คำสั่งซื้อ," + rows.replace("\n2", "\n,2").replace(",2026-10-30", "ร้าน-1,2026-10-30"))
    # A blank below a number may be the next line of that bill: it is refused.
    assert [one for one, _sku in numbers() if one != "SO6911-0003"] == ["ร้าน-1"]
    with in_workspace(workspace.pk):
        put(owner, is_on=False)
    with pytest.raises(CannotImport, match="number"):
        bring("orders", rows)


def test_programs_bring_many_in_without_numbers(api: ApiClient, owner: Member) -> None:
    with in_workspace(owner.workspace_id):
        numbering.change({"customers:is_on": True}, acting_member=owner)
    records = [{"name": "แพร"}, {"name": "ก้อง", "member_number": "C00007"}, {"name": "ต้น"}]
    assert api.post("/customers/bulk", {"records": records}).json()["created"] == 3
    with in_workspace(owner.workspace_id):
        given = dict(Identity.objects.filter(kind="member").values_list("customer__name", "value"))
    assert given["ก้อง"] == "C00007" and {given["แพร"], given["ต้น"]} == {"C00001", "C00002"}


def test_is_for_who_changes_settings(client: Client, salesperson: Member) -> None:
    client.force_login(salesperson.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(HERE).status_code == 403
    assert client.post(HERE, USUAL).status_code == 403
    assert client.post(f"{HERE}preview/", USUAL).status_code == 403


def at_once(work: Callable[[], str], count: int) -> list[str]:
    """The answers of a piece of work done in as many connections at the same moment."""
    found: list[str] = []
    gate = threading.Barrier(count)

    def one() -> None:
        try:
            gate.wait(20)
            found.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_never_get_the_same_number() -> None:
    workspace = people.create_workspace(slug="numbers-at-once", name="โรงคั่วเลขที่")
    owner = people.create_member(workspace, email="numbers@doimok.example", name="เมย์", roles=["owner"])

    def work() -> str:
        with in_workspace(workspace.pk):
            return order(owner)

    found = at_once(work, 4) + at_once(work, 4)
    assert sorted(found) == [f"SO6911-{count:04}" for count in range(1, 9)]
    with in_workspace(workspace.pk):
        assert Order.objects.count() == 8

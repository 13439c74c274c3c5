"""Bills of several lines that say their number, day and customer once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samphan.administration.models import Workspace
from samphan.commerce.models import Order
from samphan.customers.models import Customer
from samphan.platform.imports import actions, engine, filling, looking
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.tests.conftest import Take
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

BILLS = (
    "เลขที่บิล,วันที่,ลูกค้า,สินค้า,จำนวน,ราคาต่อหน่วย,จำนวนเงิน\n"
    "IV001,1/11/2569,สมชาย ใจดี,กาแฟ,2,50,100\n,,,ชา,1,40,40\n,,,ชุดรวม,3,30,90\nรวมบิล IV001,,,,,,230\n"
    "IV002,2/11/2569,,นม,1,20,20\n,,,ชา,1,40,40\n"
    "IV003,15/11/2569,สมหญิง รักดี,นม,5,20,100\nIV003,,,กาแฟ,1,50,50\n"
)
Dump = Callable[[], dict[str, list[str]]]


def orders_of(workspace: Workspace) -> dict[str, tuple[str, str, str]]:
    with in_workspace(workspace.id):
        names = dict(Customer.objects.values_list("id", "name"))
        return {
            one.number: (f"{one.ordered_at:%d/%m}", names.get(one.customer_id, ""), f"{one.total:.0f}")
            for one in Order.objects.all()
        }


def problems_of(batch: ImportBatch) -> list[tuple[int, str]]:
    with in_workspace(batch.workspace_id):
        return list(batch.problems.order_by("row", "id").values_list("row", "code"))


def test_lines_take_number_day_and_customer_from_the_first_line_of_their_bill(
    take: Take, workspace: Workspace, contents: Dump
) -> None:
    before = contents()
    batch = take(BILLS, "orders")
    batch = engine.run(batch.id, workspace.id).batch
    assert problems_of(batch) == [(5, "sum_row")]
    assert (batch.rows, batch.created, batch.skipped, batch.errors) == (8, 7, 1, 0)
    found = orders_of(workspace)
    assert {number: (name, total) for number, (_day, name, total) in found.items()} == {
        "IV001": ("สมชาย ใจดี", "230"),
        "IV002": ("", "60"),  # a bill without a customer takes none from the bill above
        "IV003": ("สมหญิง รักดี", "150"),
    }
    engine.undo(batch.id, workspace.id, member_id=None)
    assert contents() == before


def test_nothing_is_filled_when_somebody_says_no(take: Take, workspace: Workspace) -> None:
    batch = take(BILLS, "orders", start=False)
    with in_workspace(workspace.id):
        assert filling.fills_down(batch)
        assert filling.bills_of(batch) == filling.Bills(rows=4, first=3, is_clear=True)
        shown = looking.preview(batch, 1)
        assert shown is not None and shown.values["number"] == "IV001" and not shown.problems
        actions.set_mapping(batch, columns=batch.mapping["columns"], fill_down=False)
        shown = looking.preview(batch, 1)
        assert shown is not None and [problem.code for problem in shown.problems] == ["no_number", "no_ordered_at"]
    batch = engine.check(batch.id, workspace.id)
    assert (batch.errors, batch.created) == (4, 3)


def test_the_next_file_of_the_source_is_filled_as_this_one_was(take: Take, workspace: Workspace) -> None:
    first = take(BILLS, "orders", fill_down=False)
    engine.run(first.id, workspace.id)
    with in_workspace(workspace.id):
        path = Path(first.file_path)
        again = actions.take_file(
            lambda to: to.write_text(path.read_text("utf-8"), "utf-8"),
            file_name="x.csv",
            kind_name=None,
            member_id=None,
            remembers=True,
        )
        assert again.mapping["fill_down"] is False and not filling.fills_down(again)


def test_a_line_that_contradicts_its_bill_is_refused_and_not_filled(take: Take, workspace: Workspace) -> None:
    text = (
        "เลขที่บิล,วันที่,ลูกค้า,สินค้า,จำนวน,ราคาต่อหน่วย\n"
        "IV001,15/11/2569,สมชาย ใจดี,กาแฟ,2,50\n,,,ชา,1,40\n,16/11/2569,,นม,1,20\n,,,ชา,1,40\n"
    )
    batch = engine.check(take(text, "orders", start=False, fill_down=True).id, workspace.id)
    assert problems_of(batch) == [(4, "no_number"), (5, "no_number"), (5, "no_ordered_at")]
    # Lines without a number are as many as those that belong to a bill: nothing is done without asking.
    with in_workspace(workspace.id):
        assert not filling.fills_down(take(text, "orders", start=False))


def test_a_bill_whose_first_line_cannot_be_read_gives_its_lines_to_no_other(take: Take, workspace: Workspace) -> None:
    text = (
        "เลขที่บิล,วันที่,ลูกค้า,สินค้า,จำนวน\nIV001,15/11/2569,สมชาย ใจดี,กาแฟ,2\n,,,ชา,1\n"
        "IV002,16/11/2569,สมหญิง รักดี,นม,1,เกิน\n,,,ชา,1\n"
    )
    batch = engine.check(take(text, "orders", start=False, fill_down=True).id, workspace.id)
    assert problems_of(batch) == [(4, "extra_cells"), (5, "no_number"), (5, "no_ordered_at")]


def test_a_list_of_customers_is_never_filled(take: Take, workspace: Workspace) -> None:
    text = "รหัสลูกค้า,ชื่อ,เบอร์โทร,จังหวัด\nC1,สมชาย ใจดี,0812345678,ตาก\n,สมหญิง รักดี,,\n"
    batch = take(text)
    with in_workspace(workspace.id):
        assert filling.bills_of(batch) is None
    engine.run(batch.id, workspace.id)
    with in_workspace(workspace.id):
        assert list(Customer.objects.filter(name="สมหญิง รักดี").values_list("name")) == [("สมหญิง รักดี",)]


def test_goes_on_in_the_middle_of_a_bill(take: Take, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHUNK_ROWS", 2)
    batch = take(BILLS, "orders")
    died = {"after": 1}
    commit = engine._commit

    def dies(*given: object) -> bool:
        if not died["after"]:
            raise ConnectionError
        died["after"] -= 1
        return commit(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "_commit", dies)
    with pytest.raises(ConnectionError):
        engine.run(batch.id, workspace.id)
    monkeypatch.setattr(engine, "_commit", commit)
    batch = engine.run(batch.id, workspace.id).batch
    assert {number: total for number, (_day, _name, total) in orders_of(workspace).items()} == {
        "IV001": "230",
        "IV002": "60",
        "IV003": "150",
    }


@pytest.mark.parametrize(
    ("said", "is_taken"), [("true", True), ("false", True), ("null", True), ('"yes"', False), ("1", False)]
)
def test_a_mapping_file_says_it_with_true_or_false(tmp_path: Path, said: str, is_taken: bool) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(f'{{"columns": {{}}, "fill_down": {said}}}', "utf-8")
    if is_taken:
        assert actions.read_mapping_file(path)["fill_down"] == {"true": True, "false": False, "null": None}[said]
    else:
        with pytest.raises(actions.BadMapping):
            actions.read_mapping_file(path)

"""The messy office files of `tests/fixtures/workbooks`: each comes in as its expectation says, and goes out without a trace."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from samphan.administration.models import Workspace
from samphan.commerce.models import Order
from samphan.customers.models import Address, Customer, Identity
from samphan.platform.imports import actions, engine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.reading import NO_RECORDS
from samphan.platform.imports.tests.conftest import Take
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.calendar import BANGKOK

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ROOT / "tests" / "fixtures" / "workbooks"
FILES = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))


def bring(path: Path, workspace: Workspace) -> ImportBatch:
    with in_workspace(workspace.id):
        batch = actions.take_file(path, file_name=path.name, kind_name=None, member_id=None)
        engine.start(batch)
    return engine.run(batch.id, workspace.id).batch


def stored(name: str) -> dict[str, Any]:
    customer = Customer.objects.get(name=name)
    identities = list(Identity.objects.filter(customer_id=customer.id).order_by("position"))
    address = Address.objects.filter(customer_id=customer.id).first()
    found: dict[str, Any] = {
        "phones": [one.value for one in identities if one.kind == "phone"],
        "email": next((one.value for one in identities if one.kind == "email"), ""),
        "line": next((one.value for one in identities if one.kind == "line"), ""),
        "birth_date": customer.birth_date or "",
    }
    for field in ("name", "title", "first_name", "last_name", "nickname", "kind", "tax_id"):
        found[field] = getattr(customer, field)
    for field in ("line", "subdistrict", "district", "province", "postcode"):
        if address is not None and not (field == "line" and found["line"]):
            found[field] = getattr(address, field)
    return {**found, "phone": next(iter(found["phones"]), "")}


def check_customers(expected: dict[str, Any], batch: ImportBatch) -> None:
    assert batch.created == expected["created"]
    assert sorted(Customer.objects.exclude(name__startswith="เดิม ").values_list("name", flat=True)) == expected["names"]
    for cell in expected["cells"]:
        found = stored(cell["name"])
        assert {field: found[field] for field in cell} == cell


def check_orders(expected: dict[str, Any], batch: ImportBatch) -> None:
    assert batch.created == expected["lines"]
    assert Order.objects.count() == expected["orders"]
    assert f"{Order.objects.aggregate(total=Sum('total'))['total']:.2f}" == expected["total"]
    days = {order.number: order.ordered_at.astimezone(BANGKOK).date().isoformat() for order in Order.objects.all()}
    assert {number: days[number] for number in expected["days"]} == expected["days"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_takes_a_messy_office_file_and_takes_it_back(
    path: Path, take: Take, workspace: Workspace, contents: Callable[[], dict[str, list[str]]]
) -> None:
    expected = json.loads(path.with_name(path.name + ".expected.json").read_text("utf-8"))
    known = take("รหัสลูกค้า,ชื่อ,โทรศัพท์\nK1,เดิม หนึ่ง,0811111111\nK2,เดิม สอง,0822222222\n")
    engine.run(known.id, workspace.id)
    before = contents()
    batch = bring(path, workspace)
    assert (batch.kind, batch.state) == (expected["kind"], "done")
    with in_workspace(workspace.id):
        problems = [[one.row, one.code] for one in batch.problems.filter(rejects=True).order_by("row")]
        assert problems == expected["errors"]
        passed_over = [[one.row, one.code] for one in batch.problems.filter(code__in=NO_RECORDS).order_by("row")]
        assert passed_over == expected.get("skipped", []) and batch.skipped == len(passed_over)
        (check_customers if batch.kind == "customers" else check_orders)(expected, batch)
    undone = engine.undo(batch.id, workspace.id, member_id=None)
    assert not undone.kept
    assert contents() == before


def test_there_are_fifty_of_them_as_their_script_writes_them(tmp_path: Path) -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "make_workbooks.py"))
    written = script["write"](tmp_path / "workbooks")
    assert len(written) == len(FILES) >= 50
    for path in written:
        # Packed bytes may differ with the library that packs; what is expected of them may not.
        expected = path.with_name(path.name + ".expected.json")
        assert expected.read_text("utf-8") == (FOLDER / expected.name).read_text("utf-8")

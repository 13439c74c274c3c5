"""One fix for many rows: offered only where it mends, applied in sets, kept for the run, taken back as a whole."""

from typing import Any

import pytest

from samphan.administration.models import Workspace
from samphan.customers.models import Customer, Identity
from samphan.platform.imports import engine, fixing
from samphan.platform.imports.fixes import Fix
from samphan.platform.imports.locks import CannotImport
from samphan.platform.imports.models import ImportBatch
from samphan.platform.imports.tests.conftest import Take
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

FILE = "ชื่อ,เบอร์,อีเมล,เกรด\n" + "".join(
    f"ลูกค้า{n},{phone},{email},{grade}\n"
    for n, (phone, email, grade) in enumerate(
        [
            ("826 1544", "a@@example.com", "A"),
            ("8261545", "b@example.com", "VIP"),
            ("0877", "c@@example.com", "vip"),
            ("0812345678", "d@@ex@ample.com", "B"),
            ("08O2345679", "e@example.com", ""),
            ("021234567", "f@example.com", "ลูกค้าทอง"),
        ]
    )
)
PHONE = Fix("เบอร์", "count", "prepend", "", "02")
MAIL = Fix("อีเมล", "email_two_at", "replace", "@@", "@")


def check(batch: ImportBatch, workspace: Workspace) -> ImportBatch:
    return engine.check(batch.id, workspace.id)


def offers(batch: ImportBatch) -> dict[tuple[str, str, str], int]:
    return {
        (group["column"], fix["do"], fix["new"]): fix["rows"]
        for group in batch.result["problems"]
        for fix in group["fixes"]
    }


def state(batch: ImportBatch) -> Any:
    groups = sorted((one["column"], one["code"], one["rows"]) for one in batch.result["problems"])
    kept = sorted(batch.problems.values_list("row", "column", "code", "cells"))
    return batch.rows, batch.created, batch.updated, batch.skipped, batch.errors, groups, kept


def test_offers_what_mends_with_the_number_of_rows(take: Take, workspace: Workspace) -> None:
    batch = check(take(FILE, start=False), workspace)
    assert offers(batch) == {
        ("เบอร์", "prepend", "02"): 2,
        ("อีเมล", "replace", "@"): 2,  # d@@ex@ample.com has two more
        ("เบอร์", "letters", ""): 1,
    }


def test_mends_all_rows_at_once_and_counts_as_a_whole_check_would(take: Take, workspace: Workspace) -> None:
    batch = check(take(FILE, start=False), workspace)
    with in_workspace(workspace.id):
        assert fixing.apply_fix(batch, PHONE) == 2
        assert fixing.apply_fix(batch, MAIL) == 2
        assert fixing.apply_fix(batch, Fix("เกรด", "unknown_choice", "value", "VIP", "A")) == 2
        assert fixing.values_of(batch, "เกรด", "unknown_choice") == [("ลูกค้าทอง", 1)]
        assert fixing.apply_fix(batch, Fix("เกรด", "unknown_choice", "empty")) == 1
        assert fixing.apply_fix(batch, Fix("เบอร์", "count", "skip")) == 1
        quick = state(batch)
    whole = check(batch, workspace)
    with in_workspace(workspace.id):
        assert state(whole) == quick
        assert (whole.created, whole.skipped, whole.errors) == (3, 1, 2)
        engine.start(whole)
    done = engine.run(batch.id, workspace.id).batch
    assert (done.created, done.skipped, done.errors) == (3, 1, 2)
    with in_workspace(workspace.id):
        assert set(Identity.objects.filter(kind="phone").values_list("value", flat=True)) == {
            "+6628261544",
            "+6628261545",
            "+6621234567",
        }
        assert dict(Customer.objects.values_list("name", "grade")) == {"ลูกค้า0": "A", "ลูกค้า1": "A", "ลูกค้า5": ""}


def test_takes_the_newest_fix_back(take: Take, workspace: Workspace) -> None:
    batch = check(take(FILE, start=False), workspace)
    with in_workspace(workspace.id):
        fixing.apply_fix(batch, PHONE)
        before = state(batch)
        fixing.apply_fix(batch, MAIL)
        assert state(batch) != before
        assert fixing.undo_fix(batch)
    with in_workspace(workspace.id):
        assert ImportBatch.objects.get(id=batch.id).state == "uploaded"
    checked = check(batch, workspace)
    with in_workspace(workspace.id):
        assert state(checked) == before


def test_leaves_cells_alone_that_somebody_typed(take: Take, workspace: Workspace) -> None:
    batch = take(FILE, start=False)
    batch.corrections = {"2": {"เบอร์": "826 1549"}}
    with in_workspace(workspace.id):
        batch.save()
    batch = check(batch, workspace)
    with in_workspace(workspace.id):
        assert fixing.apply_fix(batch, PHONE) == 1
        assert list(batch.problems.filter(column="เบอร์", code="count").values_list("row", flat=True)) == [2, 4]


def test_explains_a_column_of_dates_once(take: Take, workspace: Workspace) -> None:
    batch = check(take("ชื่อ,วันเกิด\nก,03/02/2541\nข,05/04/2542\n", start=False), workspace)
    assert batch.errors == 2
    with in_workspace(workspace.id):
        fixing.set_date_format(batch, "วันเกิด", "order", "dmy")
    checked = check(batch, workspace)
    assert (checked.created, checked.errors) == (2, 0)
    with in_workspace(workspace.id):
        fixing.undo_fix(checked)
    assert check(checked, workspace).errors == 2


def test_brings_the_years_of_the_other_era_over(take: Take, workspace: Workspace) -> None:
    rows = "".join(
        f"ค{n},{1 + n % 27}/{13 + n % 12}/{1960 + n}\n".replace(f"/{13 + n % 12}/", "/12/") for n in range(12)
    )
    text = "ชื่อ,วันเกิด\n" + rows.replace("ค0,1/12", "ค0,31/12") + "ง,15/03/2567\n"
    batch = check(take(text, start=False), workspace)
    assert [(one["code"], one["rows"]) for one in batch.result["problems"]] == [("odd_era", 1)]
    assert offers(batch) == {("วันเกิด", "era", ""): 1}
    with in_workspace(workspace.id):
        assert fixing.apply_fix(batch, Fix("วันเกิด", "odd_era", "era")) == 1
        assert (batch.created, batch.errors) == (13, 0)


@pytest.mark.parametrize(
    "fix", [Fix("เบอร์", "count", "prepend", "", "09"), Fix("ไม่มี", "count", "empty"), Fix("เบอร์", "count", "eval")]
)
def test_refuses_a_fix_that_is_none(take: Take, workspace: Workspace, fix: Fix) -> None:
    batch = check(take(FILE, start=False), workspace)
    with in_workspace(workspace.id), pytest.raises(CannotImport):
        fixing.apply_fix(batch, fix)
    with in_workspace(workspace.id):
        assert ImportBatch.objects.get(id=batch.id).mapping.get("fixes") is None


def test_checks_the_whole_file_anew_when_too_few_problems_were_kept(
    take: Take, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = check(take(FILE, start=False), workspace)
    with in_workspace(workspace.id):
        batch.problems.filter(row=2).delete()
        assert fixing.apply_fix(batch, PHONE) is None
        assert batch.state == "uploaded"
    assert offers(check(batch, workspace)).get(("เบอร์", "prepend", "02")) is None


def test_mends_a_group_that_nobody_waits_for_by_checking_the_file_anew(
    take: Take, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixing, "ROWS_NOW", 1)
    batch = check(take(FILE, start=False), workspace)
    with in_workspace(workspace.id):
        assert fixing.apply_fix(batch, PHONE) is None
        assert batch.state == "uploaded"
    in_the_background = state(check(batch, workspace))
    monkeypatch.setattr(fixing, "ROWS_NOW", 5000)
    other = check(take(FILE, start=False), workspace)
    with in_workspace(workspace.id):
        assert fixing.apply_fix(other, PHONE) == 2
        other.refresh_from_db()
    assert state(other) == in_the_background

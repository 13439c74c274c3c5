"""Files that nobody should have made, and what becomes of them."""

import io
import time

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from samphan.administration.models import Workspace
from samphan.administration.tests.test_imports import again, refusal_of, upload, work_off
from samphan.customers.models import Customer, Identity
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workspace_of_the_browser(signed_in: Client, workspace: Workspace, settings: object, tmp_path: object) -> None:
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},  # type: ignore[operator]
        },
    }
    session = signed_in.session
    session["of_test"] = str(workspace.id)
    session.save()


def wide_csv() -> bytes:
    return "\n".join([",".join(f"ช่อง {n}" for n in range(3000)), *[",".join(["1"] * 3000)] * 100]).encode()


def wide_workbook() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for row in range(100):
            sheet.write_row(row, 0, [f"ช่อง {n}" if row == 0 else "1" for n in range(3000)])
    return target.getvalue()


@pytest.mark.parametrize(("name", "make"), [("กว้าง.csv", wide_csv), ("กว้าง.xlsx", wide_workbook)])
def test_refuses_three_thousand_columns_at_once_and_says_so(signed_in: Client, name: str, make: object) -> None:
    content = make()  # type: ignore[operator]
    began = time.monotonic()
    answer = signed_in.post("/imports/", {"file": SimpleUploadedFile(name, content)})
    assert time.monotonic() - began < 10
    reason = refusal_of(answer.content.decode())
    assert answer.status_code == 422 and "3000" in reason and "1000" in reason, reason


def test_keeps_both_of_two_columns_of_telephones(signed_in: Client, workspace: Workspace) -> None:
    batch = upload(signed_in, "ชื่อ,เบอร์โทร,มือถือ\nสมชาย ใจดี,02-123-4567,081-234-5678\n")
    assert sorted(batch.mapping["columns"].values()) == ["name", "phone", "second_phone"]
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert "02 123 4567" in page and "081-234-5678" in page
    columns = [batch.mapping["columns"][heading] for heading in batch.shape["headings"]]
    signed_in.post(
        f"/imports/{batch.pk}/mapping/", {f"column-{n}": one for n, one in enumerate(columns)} | {"next": "1"}
    )
    work_off()
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(workspace.id):
        assert set(Identity.objects.values_list("value", flat=True)) == {"+6621234567", "+66812345678"}


def test_rejects_a_name_of_five_hundred_marks_and_takes_the_rest(signed_in: Client, workspace: Workspace) -> None:
    batch = upload(signed_in, "ชื่อ,เบอร์โทร\nก" + "้" * 500 + ",0812345678\nสมชาย,0812345679\n")
    signed_in.post(f"/imports/{batch.pk}/mapping/", {"column-0": "name", "column-1": "phone", "next": "1"})
    work_off()
    batch = again(batch)
    assert [(one["column"], one["code"]) for one in batch.result["problems"]] == [("ชื่อ", "too_long")]
    assert signed_in.get(f"/imports/{batch.pk}/check/").status_code == 200
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(workspace.id):
        assert list(Customer.objects.values_list("name", flat=True)) == ["สมชาย"]

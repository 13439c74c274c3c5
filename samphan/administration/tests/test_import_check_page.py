"""The page of a check: as light as a list however much is wrong, and whole over its pages; and what an import leads on to."""

import re

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.administration.tests.test_imports import (  # noqa: F401
    checked,
    files_in_a_folder_of_their_own,
    imported,
    upload,
    work_off,
    workspace_of_the_browser,
)

pytestmark = pytest.mark.django_db

PAGE_BYTES = 60_000  # as for every list, HTML as it leaves the server
HEAD = "รหัสลูกค้า,ชื่อ-สกุล,เบอร์มือถือ,อีเมล,วันเกิด\n"


def mistakes(rows: int, cells: int) -> str:
    """A file in which so many cells of every row do not pass."""
    bad = [("082615440", "082-615-4407"), ("atip@@example.com", "atip@example.com"), ("31/2/2535", "14/2/2535")]
    lines = []
    for row in range(rows):
        values = [pair[0] if at < cells else pair[1] for at, pair in enumerate(bad)]
        name = "คุณกมลชนก ศรีสุวรรณวัฒนา" if cells < 4 else "ก" * 501
        lines.append(f"C{row:03},{name},{','.join(values)}")
    return HEAD + "\n".join(lines) + "\n"


def rows_of(page: str) -> list[int]:
    return [int(one) for one in re.findall(r"/check/rows/(\d+)/\" hx-post", page)]


@pytest.mark.parametrize("cells", [1, 2, 3, 4])
def test_stays_light_however_much_is_wrong(signed_in: Client, cells: int) -> None:
    batch = checked(signed_in, mistakes(30, cells))
    page = signed_in.get(f"/imports/{batch.pk}/check/")
    assert len(page.content) < PAGE_BYTES
    assert 5 <= len(set(rows_of(page.content.decode()))) <= 20


def test_shows_every_row_once_over_its_pages(signed_in: Client) -> None:
    batch = checked(signed_in, mistakes(50, 3))
    seen: list[int] = []
    address = f"/imports/{batch.pk}/check/"
    while address:
        page = signed_in.get(address).content.decode()
        seen += dict.fromkeys(rows_of(page))
        more = re.search(r'href="(\?[^"]*after=\d+)">แถวถัดไป', page)
        address = f"/imports/{batch.pk}/check/{more[1]}" if more else ""
    assert seen == list(range(2, 52))


def test_brings_a_typed_row_back_in_the_columns_of_the_table(signed_in: Client) -> None:
    batch = checked(signed_in, mistakes(3, 2))
    page = signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    values = re.search(r"hx-vals=\"{&quot;columns&quot;: &quot;([\d,]+)&quot;", page)
    assert values and values[1] == "0,1,2,3,4"
    answer = signed_in.post(
        f"/imports/{batch.pk}/check/rows/2/",
        {"column": "2", "value": "0826154407", "columns": values[1]},
        headers={"HX-Request": "true"},
    ).content.decode()
    row = answer[: answer.index("</tr>")]
    assert row.count("<td") == 6
    assert "ผ่านแล้ว" in row and "atip@@example.com" in row
    assert 'id="check-tiles" hx-swap-oob' in answer and 'id="check-groups" hx-swap-oob' in answer


def test_leads_from_the_customers_on_to_the_next_step_of_the_guide(
    signed_in: Client, owner: Member, workspace: Workspace
) -> None:
    batch = imported(signed_in)
    page = signed_in.get(f"/imports/{batch.pk}/run/").content.decode()
    assert 'id="guide-next"' in page and 'href="/start/"' in page
    assert 'class="button button-primary" href="/imports/?kind=orders"' in page
    assert page.count("button-primary") == 1
    signed_in.post("/start/closing/")
    assert 'id="guide-next"' not in signed_in.get(f"/imports/{batch.pk}/run/").content.decode()


def test_offers_a_sample_while_nothing_was_brought_in(signed_in: Client, onlooker: Member) -> None:
    assert "/start/samples/customers/" in signed_in.get("/imports/").content.decode()
    imported(signed_in)
    assert "/start/samples/customers/" not in signed_in.get("/imports/").content.decode()


def test_says_of_an_undone_import_what_is_so_now(signed_in: Client) -> None:
    batch = imported(signed_in)
    page = signed_in.get(f"/imports/{batch.pk}/run/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="import-steps" hx-swap-oob="true"' in page and 'aria-current="step"' not in page  # all five are done
    signed_in.post(f"/imports/{batch.pk}/undo/")
    work_off()
    page = signed_in.get(f"/imports/{batch.pk}/run/").content.decode()
    assert "ข้อมูลที่นำเข้า 1 แถวกลับเป็นอย่างเดิม" in page
    assert "tile-figure" not in page  # "1 new" is not so any more


@pytest.mark.parametrize(
    ("text", "square", "round_"),
    [
        ("ชื่อ,เบอร์\nบริษัท กาแฟดี จำกัด,021234567\n", 1, 0),
        ("ชื่อ,เบอร์\nสมหญิง ใจดี,0812345678\n", 0, 1),
        ("เลขที่บิล,วันที่,สินค้า,จำนวน,ราคาต่อหน่วย\nIV1,14/11/2569,กาแฟ,2,50\n", 0, 0),
    ],
)
def test_previews_people_round_organisations_square_and_orders_without_a_face(
    signed_in: Client, text: str, square: int, round_: int
) -> None:
    batch = upload(signed_in, text)
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    side = page[page.index('id="import-side"') :]
    side = side[: side.index("</section>")]
    assert (side.count("avatar-square"), side.count('class="avatar') - side.count("avatar-square")) == (square, round_)
    assert "จะกลายเป็น" in side

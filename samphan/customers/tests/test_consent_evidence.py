"""Consent columns of files: read to the careful side, kept word for word, shown with file and row, gone with their import."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from samphan.administration.models import Member, Workspace
from samphan.customers import queries
from samphan.customers.consent_evidence import is_about_consent, read_heading
from samphan.customers.models import ConsentEvidence, Customer
from samphan.customers.tests.conftest import sign_in
from samphan.platform.imports import actions, engine
from samphan.platform.imports.kinds import kind
from samphan.platform.imports.mapping import suggest_mapping
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

FILE = (
    "ชื่อ,เบอร์โทร,ยินยอมรับข่าวสารทางไลน์,Email Opt Out,PDPA\n"
    "สมชาย ใจดี,0812345678,ยินยอม,true,เซ็นแล้ว 12/3/2565 (กระดาษ)\n"
    "สมหญิง รักดี,0812345679,ไม่สะดวกรับ,false,\n"
)


@pytest.mark.parametrize(
    ("heading", "purpose", "channel", "objects"),
    [
        ("ยินยอมรับข่าวสาร", "marketing", "", False),
        ("ยินยอมให้ติดต่อทาง SMS", "marketing", "sms", False),
        ("รับโปรโมชั่นทางไลน์", "marketing", "line", False),
        ("ไม่รับข่าวสารทางอีเมล", "marketing", "email", True),
        ("ยินยอมให้เปิดเผยแก่พันธมิตร", "sharing", "", False),
        ("ยินยอมให้เก็บข้อมูลส่วนบุคคล (PDPA)", "data", "", False),
        ("opt-in", "marketing", "", False),
        ("Marketing consent", "marketing", "", False),
        ("Online consent", "data", "", False),
        ("HasOptedOutOfEmail", "marketing", "email", True),
        ("HasOptedOutOfFax", "marketing", "post", True),
        ("DoNotCall", "marketing", "phone", True),
        ("Unsubscribed from all email", "marketing", "email", True),
        ("Accepts Marketing", "marketing", "", False),
    ],
)
def test_reads_what_a_column_is_about(heading: str, purpose: str, channel: str, objects: bool) -> None:
    assert is_about_consent(heading)
    column = read_heading(heading)
    assert (column.purpose, column.channel, column.objects) == (purpose, channel, objects)


@pytest.mark.parametrize(
    "heading",
    ["ชื่อ", "อีเมล", "LINE ID", "ผู้รับ", "วันที่รับสินค้า", "Subscription", "Contact", "Email", "โทร", "สถานะ", "รับเงินแล้ว"],
)
def test_takes_other_columns_for_what_they_are(heading: str) -> None:
    assert not is_about_consent(heading)


@pytest.mark.parametrize(
    ("heading", "said", "reading"),
    [
        ("ยินยอมรับข่าวสาร", "ยินยอม", "yes"),
        ("ยินยอมรับข่าวสาร", "✓", "yes"),
        ("ยินยอมรับข่าวสาร", "ไม่ยินยอม", "no"),
        ("ยินยอมรับข่าวสาร", "0", "no"),
        ("ยินยอมรับข่าวสาร", "ไม่ประสงค์รับข้อมูล", "no"),
        ("ยินยอมรับข่าวสาร", "12/3/2565", "unclear"),  # a date is no yes
        ("ยินยอมรับข่าวสาร", "ถามพี่หน่อย", "unclear"),
        ("Person - Marketing status", "Subscribed", "yes"),
        ("Person - Marketing status", "Unsubscribed", "no"),
        ("Person - Marketing status", "No consent", "no"),
        ("Marketing contact status", "Marketing contact", "unclear"),  # what is paid for, not what was agreed to
        ("HasOptedOutOfEmail", "true", "no"),
        ("HasOptedOutOfEmail", "TRUE", "no"),
        ("HasOptedOutOfEmail", "false", "unclear"),  # not having objected is no consent
        ("Unsubscribed Time", "2024-05-05 09:00:00", "no"),
        ("ยกเลิกรับข่าวสาร", "ยกเลิกแล้ว", "no"),
    ],
)
def test_reads_a_cell_to_the_careful_side(heading: str, said: str, reading: str) -> None:
    assert read_heading(heading).read(said) == reading


def test_gives_every_consent_column_to_the_evidence() -> None:
    headings = ["ชื่อ", "ยินยอมรับข่าวสาร", "อีเมล", "Opt-in SMS", "DoNotCall"]
    found = [one.field for one in suggest_mapping(headings, [], kind("customers").fields)]
    assert found == ["name", "consent", "email", "consent", "consent"]


def bring(workspace: Workspace, tmp_path: Path, text: str = FILE) -> ImportBatch:
    (tmp_path / "in.csv").write_text(text, "utf-8")
    with in_workspace(workspace.id):
        batch = actions.take_file(tmp_path / "in.csv", file_name="สมาชิก.csv", kind_name=None, member_id=None)
        engine.start(batch)
    return engine.run(batch.id, workspace.id).batch


def evidence(name: str) -> list[tuple[Any, ...]]:
    found = ConsentEvidence.objects.filter(customer__name=name).order_by("-column")
    return [(one.column, one.said, one.purpose, one.channel, one.reading, one.row) for one in found]


@pytest.mark.django_db
def test_keeps_the_words_of_a_file_with_their_row_until_it_is_undone(workspace: Workspace, tmp_path: Path) -> None:
    batch = bring(workspace, tmp_path)
    with in_workspace(workspace.id):
        assert evidence("สมชาย ใจดี") == [
            ("ยินยอมรับข่าวสารทางไลน์", "ยินยอม", "marketing", "line", "yes", 2),
            ("PDPA", "เซ็นแล้ว 12/3/2565 (กระดาษ)", "data", "", "unclear", 2),
            ("Email Opt Out", "true", "marketing", "email", "no", 2),
        ]
        assert [one[4] for one in evidence("สมหญิง รักดี")] == ["no", "unclear"]
        assert set(ConsentEvidence.objects.values_list("created_in", "file_name")) == {(batch.id, "สมาชิก.csv")}
    # The same people again: nothing of them changes, and what the file says of today is kept beside what it said before.
    second = bring(workspace, tmp_path)
    assert (second.created, second.updated, second.skipped) == (0, 0, 2)
    with in_workspace(workspace.id):
        assert ConsentEvidence.objects.count() == 10
    engine.undo(second.id, workspace.id, member_id=None)
    with in_workspace(workspace.id):
        assert ConsentEvidence.objects.count() == 5 and Customer.objects.count() == 2
    engine.undo(batch.id, workspace.id, member_id=None)
    with in_workspace(workspace.id):
        assert ConsentEvidence.objects.count() == 0


@pytest.mark.django_db
def test_cuts_a_long_remark_and_refuses_nobody_for_it(workspace: Workspace, tmp_path: Path) -> None:
    batch = bring(workspace, tmp_path, f"ชื่อ,ยินยอม\nก,{'ย' * 900}\n,ยินยอม\n")
    assert (batch.created, batch.errors) == (1, 1)  # a consent without a name is nobody's
    with in_workspace(workspace.id):
        assert [len(one.said) for one in ConsentEvidence.objects.all()] == [500]


@pytest.mark.django_db
def test_shows_the_newest_words_on_the_record_to_who_may_read_them(
    workspace: Workspace, owner: Member, onlooker: Member, client: Client, tmp_path: Path
) -> None:
    bring(workspace, tmp_path)
    batch = bring(workspace, tmp_path, FILE.replace("สมชาย ใจดี,0812345678,ยินยอม", "สมชาย ใจดี,0812345678,ไม่ยินยอม"))
    with in_workspace(workspace.id):
        somchai = Customer.objects.get(name="สมชาย ใจดี")
    page = sign_in(client, owner).get(f"/customers/{somchai.pk}/").content.decode()
    assert "“ไม่ยินยอม”" in page and "“ยินยอม”" not in page and f"/imports/{batch.pk}/" in page
    assert "จากไฟล์ สมาชิก.csv แถว 2" in page and "เก็บเป็นหลักฐานเท่านั้น" in page
    page = sign_in(client, onlooker).get(f"/customers/{somchai.pk}/").content.decode()
    assert "ไม่ยินยอม" not in page and "PDPA" not in page


@pytest.mark.django_db
def test_hides_the_evidence_of_another_workspace(
    workspace: Workspace, other_workspace: Workspace, owner: Member, tmp_path: Path
) -> None:
    bring(workspace, tmp_path)
    with in_workspace(workspace.id):
        somchai = Customer.objects.get(name="สมชาย ใจดี").pk
    with in_workspace(other_workspace.id):
        assert ConsentEvidence.objects.count() == 0
        assert queries.consent_evidence_of(somchai, owner) == []


@pytest.mark.django_db
def test_says_at_the_mapping_what_becomes_of_the_column(
    workspace: Workspace, signed_in: Client, tmp_path: Path
) -> None:
    batch = bring(workspace, tmp_path)
    with in_workspace(workspace.id):
        batch = actions.take_file(tmp_path / "in.csv", file_name="x.csv", kind_name=None, member_id=None)
    page = signed_in.get(f"/imports/{batch.pk}/mapping/").content.decode()
    assert "เก็บเป็นหลักฐาน (ข่าวสารและโปรโมชัน · ไลน์)" in page
    assert "ข่าวสารและโปรโมชัน · อีเมล · ไม่ยินยอม" in page  # of the row that is previewed

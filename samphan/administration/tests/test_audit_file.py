"""The audit trail as a file, its filters, and entries that nobody changes."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from conftest import PASSWORD
from samphan.administration import actions, audit, queries
from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.platform.ids import first_id_at
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


def read(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_is_taken_as_csv_with_the_filter_and_says_so(signed_in: Client, owner: Member, salesperson: Member) -> None:
    with in_workspace(owner.workspace_id):
        for number in range(3):
            audit.record("customers.list_exported", viewer=salesperson, rows=number)
        audit.record("administration.signed_out", viewer=owner)
    rows = read(signed_in.get(f"/settings/audit/file/csv/?member={salesperson.pk}"))
    assert rows[0] == ["เมื่อไร", "ใคร", "ทำอะไร", "รายละเอียด"]
    assert [row[1] for row in rows[1:]] == ["บอย"] * 3
    assert rows[1][2] == "ส่งออกลูกค้า"
    with in_workspace(owner.workspace_id):
        entry = AuditEntry.objects.get(action="administration.audit_exported")
    assert (entry.member_id, entry.detail) == (owner.pk, {"format": "csv", "filtered": True})


def test_is_taken_as_excel_part_by_part(signed_in: Client, owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samphan.administration.views.trail._AT_ONCE", 7)
    with in_workspace(owner.workspace_id):
        for number in range(30):
            audit.record("customers.list_exported", viewer=owner, rows=number)
    answer = signed_in.get("/settings/audit/file/xlsx/?action=customers.list_exported")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 31 and "29" in str(rows[1][3]) and str(rows[30][3]).endswith(" 0")


def test_writes_no_formula_into_the_file(signed_in: Client, owner: Member, inside: Workspace) -> None:
    actions.create_team(inside, name="=HYPERLINK(1)", members=[], acting_member_id=owner.pk)
    rows = read(signed_in.get("/settings/audit/file/csv/?action=administration.team_added"))
    assert rows[1][3] == "'=HYPERLINK(1)"


def test_speaks_the_readers_language_also_in_the_stream(signed_in: Client, owner: Member) -> None:
    owner.user.language = "en"
    owner.user.save(update_fields=["language"])
    with in_workspace(owner.workspace_id):
        audit.record("administration.signed_out", viewer=owner)
    rows = read(signed_in.get("/settings/audit/file/csv/?action=administration.signed_out"))
    assert (rows[0][2], rows[1][2]) == ("What", "Signed out")


def test_filters_by_day_of_the_company(signed_in: Client, owner: Member) -> None:
    today = owner.workspace.today()
    with in_workspace(owner.workspace_id):
        audit.record("administration.signed_out", viewer=owner)
        yesterday = timezone.now() - timedelta(days=1)
        AuditEntry.objects.create(
            id=first_id_at(yesterday), workspace_id=owner.workspace_id, action="customers.list_exported", at=yesterday
        )
    both = f"since={today - timedelta(days=1)}&until={today}"
    for query, count in ((both, 2), (f"since={today}", 1), (f"until={today - timedelta(days=1)}", 1), ("since=x", 2)):
        assert len(read(signed_in.get(f"/settings/audit/file/csv/?{query}"))) >= 1 + count
    page = signed_in.get(f"/settings/audit/?until={today - timedelta(days=1)}").content.decode()
    assert page.count("<tr>") == 2 and "ส่งออกลูกค้า" in page


def test_filters_by_whom_it_is_about(signed_in: Client, owner: Member, salesperson: Member, onlooker: Member) -> None:
    actions_of = ((salesperson, "manager"), (onlooker, "service"))
    for person, role in actions_of:
        signed_in.post(f"/settings/people/{person.pk}/", {"name": person.name, "roles": [role]})
        signed_in.post(f"/settings/people/{person.pk}/password-link/", {"by": "hand"})
    rows = read(signed_in.get(f"/settings/audit/file/csv/?about={salesperson.pk}"))
    assert len(rows) == 3 and all("บอย" in row[3] for row in rows[1:])
    page = signed_in.get("/settings/audit/").content.decode()
    assert f"about={onlooker.pk}" in page


def test_tells_two_people_of_one_name_apart(signed_in: Client, owner: Member, workspace: Workspace) -> None:
    twin = actions.create_member(workspace, email="may2@doimok.example", name="เมย์", roles=["sales"], password=PASSWORD)
    with in_workspace(workspace.id):
        names = queries.member_names(owner)
        audit.record("administration.signed_out", viewer=twin)
    assert names[twin.pk] == "เมย์ (may2@doimok.example)" and names[owner.pk] == "เมย์ (may@doimok.example)"
    assert "may2@doimok.example" in signed_in.get("/settings/audit/").content.decode()


@pytest.mark.parametrize("text", ["';--", "\u200b", "()", "%", "\\"])
def test_an_export_page_of_nothing_found_says_so(signed_in: Client, owner: Member, text: str) -> None:
    assert signed_in.get("/export/customers/", {"q": text}).status_code == 200


def test_is_for_those_with_the_right(client: Client, salesperson: Member, owner: Member) -> None:
    client.force_login(salesperson.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/settings/audit/file/csv/").status_code == 403
    with in_workspace(owner.workspace_id):
        assert not AuditEntry.objects.filter(action="administration.audit_exported").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE administration_auditentry SET action = 'x'",
        "UPDATE administration_auditentry SET member_id = NULL",
        "DELETE FROM administration_auditentry",
        "ALTER TABLE administration_auditentry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_is_kept ON administration_auditentry",
    ],
)
def test_lets_nobody_change_an_entry(owner: Member, statement: str) -> None:
    with in_workspace(owner.workspace_id):
        audit.record("administration.signed_out", viewer=owner)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert AuditEntry.objects.filter(action="administration.signed_out").count() == 1


def test_forgets_old_entries_of_one_company_alone(owner: Member, stranger: Member) -> None:
    for member in (owner, stranger):
        with in_workspace(member.workspace_id):
            for days in (10, 89, 91, 400):
                at = timezone.now() - timedelta(days=days)
                AuditEntry.objects.create(
                    workspace_id=member.workspace_id, action="administration.signed_out", at=at, detail={"days": days}
                )
    with in_workspace(owner.workspace_id):
        assert audit.forget(timezone.now()) == 2
        kept = AuditEntry.objects.filter(action="administration.signed_out")
        assert sorted(entry.detail["days"] for entry in kept) == [10, 89]
    with in_workspace(stranger.workspace_id):
        assert AuditEntry.objects.filter(action="administration.signed_out").count() == 4

"""The audit trail."""

import pytest
from django.test import Client

from samphan.administration import actions, audit, queries
from samphan.administration.models import Member, Workspace
from samphan.platform.changes.recording import changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


def test_shows_who_did_what_newest_first(
    signed_in: Client, owner: Member, salesperson: Member, inside: Workspace
) -> None:
    audit.record("administration.signed_in", viewer=salesperson)
    actions.change_roles(salesperson, roles=["manager"], acting_member=owner)
    page = signed_in.get("/settings/audit/").content.decode()
    body = page[page.index("<tbody>") :]
    assert body.index("เปลี่ยนบทบาท") < body.index("เข้าสู่ระบบ")
    assert "บอย" in body and "เมย์" in body


def test_says_whom_and_what_in_words(signed_in: Client, owner: Member, inside: Workspace) -> None:
    actions.create_member(inside, email="nam@doimok.example", name="น้ำ", roles=["sales"])
    actions.create_team(inside, name="ทีมเหนือ", members=[], acting_member_id=owner.id)
    audit.record("customers.list_exported", viewer=owner, rows=7, filtered=True)
    with changeset("administration.large_demo_loaded", member_id=owner.id, note={"customers": 5, "complete": True}):
        pass
    page = signed_in.get("/settings/audit/").content.decode()
    body = page[page.index("<tbody>") :]
    for words in ("น้ำ", "ทีมเหนือ", "กรองไว้", "สร้างบริษัทใหญ่ไว้ทดลอง", "ลูกค้า 5"):
        assert words in body
    assert "True" not in body and "administration." not in body


def test_filters_by_action_and_person(signed_in: Client, owner: Member, salesperson: Member, inside: Workspace) -> None:
    audit.record("administration.signed_out", viewer=owner)
    audit.record("customers.list_exported", viewer=salesperson, rows=1284)
    page = signed_in.get("/settings/audit/?action=customers.list_exported").content.decode()
    body = page[page.index("<tbody>") :]
    assert "1284" in body and body.count("<tr>") == 1
    by_person = signed_in.get(f"/settings/audit/?member={salesperson.pk}").content.decode()
    assert "1284" in by_person and "ออกจากระบบ</td>" not in by_person


def test_pages_by_the_last_entry_without_missing_or_doubling_one(
    signed_in: Client, owner: Member, inside: Workspace
) -> None:
    for number in range(130):
        audit.record("customers.list_exported", viewer=owner, rows=number)
    seen, before = [], None
    while True:
        part = queries.audit_trail(owner, action="customers.list_exported", before=before, limit=50)
        if not part:
            break
        seen += [entry.detail["rows"] for entry in part]
        before = part[-1].id
    assert seen == list(range(129, -1, -1))
    page = signed_in.get("/settings/audit/?action=customers.list_exported").content.decode()
    assert "before=" in page


@pytest.mark.parametrize("query", ["before=nonsense", "member=%00", "action=%00%27--", "action=" + "x" * 5000])
def test_reads_past_a_broken_address(signed_in: Client, query: str) -> None:
    assert signed_in.get(f"/settings/audit/?{query}").status_code == 200


def test_shows_nothing_of_another_company(
    signed_in: Client, stranger: Member, owner: Member, other_workspace: Workspace
) -> None:
    with in_workspace(other_workspace.id):
        audit.record("customers.list_exported", viewer=stranger, rows=99887)
    with in_workspace(owner.workspace_id):
        assert "customers.list_exported" not in [entry.action for entry in queries.audit_trail(owner)]
    assert "99887" not in signed_in.get("/settings/audit/").content.decode()

"""Records of a company's own kind leave in files: what the list shows or all, by those who may, and written down."""

import csv
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from samphan.administration import absences
from samphan.administration.custom_fields import actions as fields
from samphan.administration.custom_fields.actions import Draft
from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.objects import actions
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.platform.exports import NotAllowed, export_to_file
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

CSV = "/export/o_machine/?format=csv"


@pytest.fixture
def slayer(machines: CustomObject, owner: Member, linea: ObjectRecord) -> ObjectRecord:
    with in_workspace(machines.workspace_id):
        return actions.create_record(machines, {"title": "=Slayer", "code": "S-1"}, acting_member=owner)[1]


def rows(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def give(workspace: Workspace, member: Member, permissions: list[str], reach: str = "all") -> None:
    with in_workspace(workspace.pk):
        workspace.roles = {
            "tech": {
                "name": "ช่าง", "permissions": permissions, "privacy": ["public", "business"],
                "reach": {"o_machine": reach},
            }
        }  # fmt: skip
        workspace.save(update_fields=["roles"])
        member.roles = ["tech"]
        member.save(update_fields=["roles"])


def test_the_list_leaves_as_it_is_shown_or_whole_in_both_formats(
    signed_in: Client, slayer: ObjectRecord, warranty: Any
) -> None:
    page = signed_in.get("/export/o_machine/?q=LM-0001").content.decode()
    for words in ("เครื่องชง", "หมายเลขเครื่อง", "CSV", "Excel"):
        assert words in page, words
    heading, *found = rows(signed_in.get(f"{CSV}&columns=code,title&sort=title"))
    assert heading == ["รุ่น", "หมายเลขเครื่อง"], "the name leads, as in the list"
    assert sorted(found) == [["'=Slayer", "S-1"], ["Linea Mini", "LM-0001"]], "a formula comes as a text"
    assert [row[0] for row in rows(signed_in.get(f"{CSV}&columns=title&q=LM-0001"))] == ["รุ่น", "Linea Mini"]
    whole = rows(signed_in.get(f"{CSV}&columns=code&which=all"))
    assert {"รุ่น", "หมายเลขเครื่อง", "ลูกค้า", "ผู้ดูแล", "ประกันถึง"} <= {*whole[0]}
    assert "ร้านกาแฟใต้ต้นโพธิ์" in [cell for row in whole[1:] for cell in row]
    sheet = signed_in.get("/export/o_machine/?format=xlsx&columns=title").getvalue()
    book = CalamineWorkbook.from_filelike(BytesIO(sheet))
    assert sorted(book.get_sheet_by_index(0).to_python()[1:]) == [["'=Slayer"], ["Linea Mini"]]


def test_the_selection_alone_leaves_and_is_written_down_in_the_readers_words(
    signed_in: Client, workspace: Workspace, linea: ObjectRecord, slayer: ObjectRecord
) -> None:
    listed = signed_in.get("/objects/machine/").content.decode()
    assert 'hx-get="/export/o_machine/?' in listed, "the bulk bar offers it"
    chosen = {"ids": [str(slayer.pk)], "list": "q=LM-0001&columns=code", "format": "csv"}
    assert rows(signed_in.post("/export/o_machine/", chosen))[1:] == [["'=Slayer", "S-1"]]
    every = {"all": "1", "list": "q=LM-0001&columns=code", "format": "csv"}
    assert rows(signed_in.post("/export/o_machine/", every))[1:] == [["Linea Mini", "LM-0001"]]
    with in_workspace(workspace.pk):
        entry = AuditEntry.objects.filter(action="objects.o_machine_exported").order_by("id")[0]
    assert (entry.detail["rows"], entry.detail["selected"], entry.detail["fields"]) == (1, 1, ["title", "code"])
    trail = signed_in.get("/settings/audit/").content.decode()
    assert "ส่งออกเครื่องชง" in trail
    assert "objects.o_machine_exported<" not in trail


def test_covered_and_hidden_fields_and_records_out_of_reach_stay(
    sales: Client, workspace: Workspace, owner: Member, salesperson: Member, machines: CustomObject,
    slayer: ObjectRecord,
) -> None:  # fmt: skip
    with in_workspace(workspace.pk):
        draft = Draft(kind="text", label_th="รหัสลับ", label_en="Secret", privacy="personal")
        secret = fields.add_field(actions.host_of(machines), draft, acting_member=owner)
        values = {"title": "Mine", "owner": str(salesperson.pk), secret.name: "9999-ลับมาก"}
        actions.create_record(machines, values, acting_member=owner)
    seeing = ["objects.view_machine", "customers.view_customer"]
    give(workspace, salesperson, seeing)
    assert sales.get(CSV).status_code == 403
    assert "/export/o_machine/" not in sales.get("/objects/machine/").content.decode()
    give(workspace, salesperson, [*seeing, "objects.export_machine"], "own")
    whole = sales.get(f"{CSV}&which=all&columns={secret.name}").getvalue().decode()
    assert "Mine" in whole
    for words in ("Slayer", "Linea", "ลับ"):
        assert words not in whole, words
    with in_workspace(workspace.pk):
        workspace.roles["tech"]["masked"] = ["personal"]
        workspace.save(update_fields=["roles"])
    assert "ลับมาก" not in sales.get(f"{CSV}&which=all").getvalue().decode()


def test_a_file_in_somebodys_place_says_for_whom(
    sales: Client, workspace: Workspace, owner: Member, salesperson: Member, slayer: ObjectRecord
) -> None:
    give(workspace, salesperson, ["objects.view_machine", "objects.export_machine", "customers.view_customer"], "own")
    with in_workspace(workspace.pk):
        today = workspace.today()
        absences.name_stand_in(owner, salesperson, starts_on=today, ends_on=today, acting_member=owner)
    assert len(rows(sales.get(CSV))) == 3
    with in_workspace(workspace.pk):
        entry = AuditEntry.objects.get(action="objects.o_machine_exported")
    assert entry.detail["for"] == [{"id": str(owner.pk), "name": owner.name}]


def test_the_command_asks_the_same_rights(
    workspace: Workspace, owner: Member, onlooker: Member, machines: CustomObject, slayer: ObjectRecord,
    tmp_path: Path,
) -> None:  # fmt: skip
    out = tmp_path / "machines.csv"
    where = {"field": "code", "operator": "is", "value": "S-1"}
    with in_workspace(workspace.pk):
        count = export_to_file(out, "o_machine", viewer=owner, file_format="csv", fields=["title", "code"], where=where)
        assert (count, out.read_text().splitlines()) == (1, ["title,code", "'=Slayer,S-1"])
        with pytest.raises(NotAllowed):
            export_to_file(out, "o_machine", viewer=onlooker, file_format="csv")


def test_a_kind_taken_back_leaves_no_file_and_its_trail_keeps_its_words(
    signed_in: Client, slayer: ObjectRecord, machines: CustomObject
) -> None:
    assert signed_in.get(CSV).getvalue()
    assert signed_in.post(f"/settings/objects/{machines.pk}/archival/").status_code == 302
    assert signed_in.get(CSV).status_code == 404
    assert "ส่งออกเครื่องชง" in signed_in.get("/settings/audit/").content.decode()

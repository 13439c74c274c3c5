"""Records of a company's own kind in files, by the API, on the customer's page, and when their owner leaves."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from conftest import ApiClient
from samphan.administration import handover
from samphan.administration.custom_fields import actions as fields
from samphan.administration.custom_fields import hosts
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.objects import actions, definitions
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine, jobs, kinds
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

FILE = (
    "รุ่น,หมายเลขเครื่อง,ลูกค้า,ประกันถึง,ผู้ดูแล\n"
    "Linea Classic,LM-0001,081-234-5678,25/2/2570,เมย์\n"
    "Slayer,S-1,ร้านกาแฟใต้ต้นโพธิ์,,คนออกแล้ว\n"
    "GS3,G-1,ใครก็ไม่รู้,,\n"
    ",X-1,,,\n"
)


def bring(workspace: Workspace, owner: Member, folder: Path, text: str, **mapping: Any) -> ImportBatch:
    path = folder / "machines.csv"
    path.write_text(text, "utf-8")
    with in_workspace(workspace.pk):
        batch = imports.take_file(path, file_name="machines.csv", kind_name="o_machine", member_id=owner.pk)
        if mapping:
            imports.set_mapping(batch, columns=batch.mapping["columns"], **mapping)
        engine.start(batch)
    return engine.run(batch.id, workspace.pk).batch


def test_a_file_updates_by_code_adds_what_is_new_says_what_is_wrong_and_is_taken_back(
    workspace: Workspace, owner: Member, machines: CustomObject, linea: ObjectRecord, warranty: CustomField,
    cafe: Customer, tmp_path: Path,
) -> None:  # fmt: skip
    batch = bring(workspace, owner, tmp_path, FILE)
    assert (batch.created, batch.updated, batch.errors) == (1, 1, 2)
    with in_workspace(workspace.pk):
        linea.refresh_from_db()
        assert (linea.title, linea.custom[warranty.key]) == ("Linea Classic", "2027-02-25")
        slayer = ObjectRecord.objects.get(code="S-1")
        assert (slayer.customer_id, slayer.owner_id, slayer.created_in) == (cafe.pk, owner.pk, batch.pk)
        refused = list(batch.problems.filter(rejects=True).order_by("row").values_list("row", "code"))
        assert [code for _row, code in refused] == ["unknown_customer", "no_title"]
    again = bring(workspace, owner, tmp_path, FILE)
    assert (again.created, again.updated, again.skipped) == (0, 0, 2)
    with in_workspace(workspace.pk):
        undo_changeset(batch.pk, member_id=owner.pk)
        linea.refresh_from_db()
        assert linea.title == "Linea Mini"
        assert list(ObjectRecord.objects.values_list("code", flat=True)) == ["LM-0001"]


def test_a_file_finds_records_without_a_code_by_name_and_customer_and_fills_only_what_is_empty(
    workspace: Workspace, owner: Member, machines: CustomObject, linea: ObjectRecord, warranty: CustomField,
    tmp_path: Path,
) -> None:  # fmt: skip
    text = "รุ่น,ลูกค้า,ประกันถึง\nLinea Mini,081-234-5678,25/2/2570\nLinea Mini,,25/3/2570\n"
    batch = bring(workspace, owner, tmp_path, text, existing="fill")
    assert (batch.created, batch.updated) == (1, 1)
    with in_workspace(workspace.pk):
        linea.refresh_from_db()
        assert (linea.code, linea.custom[warranty.key]) == ("LM-0001", "2027-02-25")


def test_the_import_page_offers_the_kind_and_its_end_leads_to_the_list(
    signed_in: Client, workspace: Workspace, owner: Member, machines: CustomObject, cafe: Customer, tmp_path: Path
) -> None:
    assert "/imports/?kind=o_machine" in signed_in.get("/objects/machine/").content.decode()
    assert "เครื่องชง" in signed_in.get("/imports/?kind=o_machine").content.decode()
    batch = bring(workspace, owner, tmp_path, FILE)
    assert "/objects/machine/" in signed_in.get(f"/imports/{batch.pk}/run/", follow=True).content.decode()


def test_the_api_lists_writes_and_keeps_to_what_was_read(
    api: ApiClient, workspace: Workspace, machines: CustomObject, linea: ObjectRecord, warranty: CustomField,
    cafe: Customer,
) -> None:  # fmt: skip
    assert [one["key"] for one in api.get("/objects").json()["data"]] == ["machine"]
    assert "o_machine" in [one["name"] for one in api.get("/entities").json()["data"]]
    body = {"title": "Slayer", "code": "S-1", "customer_id": str(cafe.pk), warranty.name: "2027-05-01"}
    made = api.post("/objects/machine/records", body)
    assert made.status_code == 201, made.content
    record = made.json()
    assert (record["code"], record[warranty.name], record["customer_id"]) == ("S-1", "2027-05-01", str(cafe.pk))
    wrong = api.post("/objects/machine/records", {**body, "colour": "red", "customer_id": str(linea.pk)})
    assert wrong.status_code == 422
    taken = api.post("/objects/machine/records", body)
    assert [one["path"] for one in taken.json()["errors"]] == ["code"]
    there = f"/objects/machine/records/{record['id']}"
    read = api.get(there)
    assert api.patch(there, {"title": "Slayer One"}, If_Match=read["ETag"]).status_code == 200
    assert api.patch(there, {"title": "Slayer Two"}, If_Match=read["ETag"]).status_code == 412
    listed = api.get(f"/objects/machine/records?f={warranty.name}:is_known&sort=-title&fields=title&expand=customer")
    (only,) = listed.json()["data"]
    assert only["title"] == "Slayer One"
    assert only["expanded"]["customer"]["id"] == str(cafe.pk)
    where = {"field": "code", "operator": "is", "value": "LM-0001"}
    found = api.post("/objects/machine/records/query", {"where": where}).json()["data"]
    assert [one["id"] for one in found] == [str(linea.pk)]
    gone = api.delete(there)
    assert gone.status_code == 204
    assert api.get(there).status_code == 404
    assert api.post(f"/changes/{gone['Samphan-Change']}/undo").status_code == 200
    assert api.get(there).status_code == 200
    assert api.get("/objects/pet/records").status_code == 404


def test_the_api_takes_many_at_once_and_says_what_became_of_each(
    api: ApiClient, workspace: Workspace, machines: CustomObject, linea: ObjectRecord, salesperson: Member
) -> None:
    records = [
        {"title": "Linea Classic", "code": "LM-0001"},
        {"title": "Slayer", "code": "S-1"},
        {"title": "Slayer", "code": "S-1"},
        {"code": "S-2"},
        {"title": "GS3", "wheels": 4},
    ]
    answer = api.post("/objects/machine/records/bulk", {"records": records})
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert [one["status"] for one in found["results"]] == ["updated", "created", "unchanged", "refused", "refused"]
    assert api.post(f"/changes/{answer['Samphan-Change']}/undo").status_code == 200
    with in_workspace(workspace.pk):
        assert list(ObjectRecord.objects.values_list("title", flat=True)) == ["Linea Mini"]
    narrow = ApiClient(salesperson, "objects.read")
    assert narrow.get("/objects/machine/records").status_code == 200
    assert narrow.post("/objects/machine/records", {"title": "x"}).status_code == 403


def test_the_customer_shows_what_belongs_to_them_with_one_statement_more(
    signed_in: Client, workspace: Workspace, owner: Member, machines: CustomObject, linea: ObjectRecord, cafe: Customer
) -> None:
    page = signed_in.get(f"/customers/{cafe.pk}/").content.decode()
    assert f"/objects/machine/{linea.pk}/" in page
    assert f"/objects/machine/new/?customer={cafe.pk}" in page
    with in_workspace(workspace.pk):
        for number in range(6):
            values = {"title": f"เครื่องที่ {number}", "customer": str(cafe.pk)}
            actions.create_record(machines, values, acting_member=owner)
    page = signed_in.get(f"/customers/{cafe.pk}/").content.decode()
    assert f"customer_id%3Ais%3A{cafe.pk}" in page
    narrowed = signed_in.get("/objects/machine/", {"f": f"customer_id:is:{cafe.pk}"}).content.decode()
    assert "เครื่องที่ 5" in narrowed


def test_the_customers_timeline_tells_what_was_added_and_deleted_to_who_may_see_it(
    signed_in: Client, workspace: Workspace, owner: Member, salesperson: Member, machines: CustomObject,
    linea: ObjectRecord, cafe: Customer, django_assert_num_queries: Any,
) -> None:  # fmt: skip
    address = f"/customers/{cafe.pk}/timeline/"

    def told(client: Client, query: str = "?show=own-records") -> str:
        return client.get(f"{address}{query}", headers={"HX-Request": "true"}).content.decode()

    with CaptureQueriesContext(connection) as one:
        page = told(signed_in)
    for words in ("เพิ่มเครื่องชง", "Linea Mini", "LM-0001", owner.name, f"/objects/machine/{linea.pk}/"):
        assert words in page, words
    with in_workspace(workspace.pk):
        for number in range(9):
            values = {"title": f"เครื่องที่ {number}", "customer": str(cafe.pk)}
            actions.create_record(machines, values, acting_member=owner)
        others = actions.create_record(machines, {"title": "ของคนอื่น"}, acting_member=owner)[1]
        act, _count = actions.delete_records(machines, [linea.pk], acting_member=owner)
    with django_assert_num_queries(len(one)):
        page = told(signed_in)
    assert page.index("ลบเครื่องชง") < page.index("เครื่องที่ 8") < page.index("เครื่องที่ 0") < page.rindex("Linea Mini")
    assert (page.count("Linea Mini"), f"/objects/machine/{linea.pk}/" in page) == (2, False)
    assert others.title not in page
    found = told(signed_in, "?show=own-records&q=LM-0001")
    assert "Linea Mini" in found
    assert "เครื่องที่ 3" not in found
    with in_workspace(workspace.pk):
        undo_changeset(act, member_id=owner.pk)
    assert "ลบเครื่องชง" not in told(signed_in)
    with in_workspace(workspace.pk):
        workspace.roles = {
            "tech": {
                "name": "ช่าง", "permissions": ["objects.view_machine", "customers.view_customer"],
                "privacy": ["public", "business"], "reach": {"o_machine": "own"},
            },
            "desk": {"name": "โต๊ะ", "permissions": ["customers.view_customer"], "privacy": ["public", "business"]},
        }  # fmt: skip
        workspace.save(update_fields=["roles"])
        mine = {"title": "ของฉันเอง", "customer": str(cafe.pk), "owner": str(salesperson.pk)}
        actions.create_record(machines, mine, acting_member=owner)
    client = Client()
    client.force_login(salesperson.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for role, seen in (("tech", ["ของฉันเอง"]), ("desk", [])):
        with in_workspace(workspace.pk):
            salesperson.roles = [role]
            salesperson.save(update_fields=["roles"])
        page = told(client, "")
        assert [name for name in ("ของฉันเอง", "Linea Mini", "เครื่องที่ 1") if name in page] == seen, role
        whole = client.get(f"/customers/{cafe.pk}/").content.decode()
        assert ("show=own-records" in whole) == bool(seen), "no filter for what is never there"


def test_records_go_to_a_colleague_with_everything_else(
    workspace: Workspace, owner: Member, salesperson: Member, machines: CustomObject, linea: ObjectRecord
) -> None:
    with in_workspace(workspace.pk):
        actions.change_record(machines, linea, {"owner": str(salesperson.pk)}, acting_member=owner)
        assert [(one.name, one.count) for one in handover.held_by(salesperson, owner)] == [("records", 1)]
        act, count = handover.hand_over(salesperson, owner, acting_member=owner, at=timezone.now())
        linea.refresh_from_db()
        assert (count, linea.owner_id) == (1, owner.pk)
        undo_changeset(act, member_id=owner.pk)
        linea.refresh_from_db()
    assert linea.owner_id == salesperson.pk


def test_a_kind_stays_while_imported_records_rest_on_it(
    signed_in: Client, workspace: Workspace, owner: Member, machines: CustomObject, cafe: Customer, tmp_path: Path
) -> None:
    batch = bring(workspace, owner, tmp_path, FILE)
    assert machines.created_in is not None
    taken_back = signed_in.post(f"/changes/{machines.created_in}/undo/")
    assert taken_back.status_code < 400, taken_back.content
    with in_workspace(workspace.pk):
        assert CustomObject.objects.filter(pk=machines.pk).exists()
        assert ObjectRecord.objects.count() == batch.created == 2
    assert signed_in.get("/objects/machine/").status_code == 200


def test_a_kind_that_is_gone_leaves_the_pages_of_its_imports(
    signed_in: Client, workspace: Workspace, owner: Member, machines: CustomObject, cafe: Customer, tmp_path: Path
) -> None:
    batch = bring(workspace, owner, tmp_path, FILE)
    with in_workspace(workspace.pk):
        undo_changeset(batch.pk, member_id=owner.pk)
    assert signed_in.post(f"/changes/{machines.created_in}/undo/").status_code < 400
    with in_workspace(workspace.pk):
        assert not CustomObject.objects.filter(pk=machines.pk).exists()
    assert str(batch.pk) not in signed_in.get("/imports/").content.decode()
    for path in (f"/imports/{batch.pk}/", f"/imports/{batch.pk}/run/"):
        assert signed_in.get(path).status_code == 404, path


@pytest.fixture
def serial(workspace: Workspace, owner: Member, machines: CustomObject, linea: ObjectRecord) -> CustomField:
    """A field that is different in every machine; the one that is there has “A”."""
    with in_workspace(workspace.pk):
        host = hosts.find("o_machine")
        assert host is not None
        draft = fields.Draft("text", "รหัสตู้", "Serial", rules={"unique": True})
        made = fields.add_field(host, draft, acting_member=owner)
        actions.change_record(machines, linea, {made.name: "A"}, acting_member=owner)
    return made


def test_a_value_that_another_record_has_is_left_out_of_a_file(
    workspace: Workspace, owner: Member, linea: ObjectRecord, serial: CustomField, tmp_path: Path
) -> None:
    text = "รุ่น,หมายเลขเครื่อง,รหัสตู้\nSlayer,S-1,A\nGS3,G-1,B\nGS4,G-2,B\nLinea Mini,LM-0001,A\nGS3,G-1,B\nX,X-1,\n"
    batch = bring(workspace, owner, tmp_path, text)
    with in_workspace(workspace.pk):
        found = list(batch.problems.filter(rejects=True).order_by("row"))
        assert [(one.row, one.column, one.code) for one in found] == [(2, "รหัสตู้", "unique"), (4, "รหัสตู้", "unique")]
        assert found[0].values == {"value": "A", "name": "Linea Mini"} and found[1].values == {"value": "B", "row": 3}
        values = {one.code: one.custom.get(serial.key) for one in ObjectRecord.objects.all()}
    assert values == {"LM-0001": "A", "G-1": "B", "X-1": None}


def test_a_value_that_another_record_has_is_the_problem_of_its_record_of_a_call(
    api: ApiClient, linea: ObjectRecord, serial: CustomField
) -> None:
    records = [
        {"title": "Slayer", "code": "S-1", serial.name: "A"},
        {"title": "GS3", "code": "G-1", serial.name: "B"},
        {"title": "Other", "code": "LM-0001", serial.name: "B"},
        {"title": "Linea Mini", "code": "LM-0001", serial.name: "A"},
    ]
    answer = api.post("/objects/machine/records/bulk", {"records": records})
    assert answer.status_code == 200, answer.content
    results = answer.json()["results"]
    assert [one["status"] for one in results] == ["refused", "created", "refused", "unchanged"]
    assert [(one["path"], one["code"]) for place in (0, 2) for one in results[place]["errors"]] == [
        (serial.name, "unique"), (serial.name, "unique")
    ]  # fmt: skip
    assert api.get(f"/objects/machine/records/{linea.pk}").json()["title"] == "Linea Mini"


def started(workspace: Workspace, owner: Member, folder: Path, text: str) -> ImportBatch:
    path = folder / "machines.csv"
    path.write_text(text, "utf-8")
    with in_workspace(workspace.pk):
        batch = imports.take_file(path, file_name="machines.csv", kind_name="o_machine", member_id=owner.pk)
        engine.start(batch)
    return batch


ROWS = "รุ่น,หมายเลขเครื่อง\n" + "".join(f"Linea {number},L-{number}\n" for number in range(6))
GONE = "ข้อมูลชนิดที่อยู่ในไฟล์นี้ไม่ได้ใช้อยู่แล้ว"


def test_an_import_whose_kind_is_taken_back_before_it_runs_says_so_and_writes_nothing(
    signed_in: Client, workspace: Workspace, owner: Member, machines: CustomObject, tmp_path: Path
) -> None:
    batch = started(workspace, owner, tmp_path, ROWS)
    assert signed_in.post(f"/changes/{machines.created_in}/undo/").status_code < 400
    jobs.run_import(str(batch.pk), str(workspace.pk))
    with in_workspace(workspace.pk):
        assert not CustomObject.objects.exists()
        batch.refresh_from_db()
        assert (batch.state, ObjectRecord.objects.count()) == (ImportBatch.State.FAILED, 0)
        assert batch.failure.startswith(GONE)
        engine.start_undo(batch)
    jobs.undo_import(str(batch.pk), str(workspace.pk), str(owner.pk))
    with in_workspace(workspace.pk):
        batch.refresh_from_db()
    assert (batch.state, batch.failure) == (ImportBatch.State.UNDONE, "")


def test_a_check_whose_kind_is_taken_back_ends_with_the_same_sentence(
    signed_in: Client, workspace: Workspace, owner: Member, machines: CustomObject, tmp_path: Path
) -> None:
    path = tmp_path / "machines.csv"
    path.write_text(ROWS, "utf-8")
    with in_workspace(workspace.pk):
        batch = imports.take_file(path, file_name="machines.csv", kind_name="o_machine", member_id=owner.pk)
        ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.CHECKING)
    assert signed_in.post(f"/changes/{machines.created_in}/undo/").status_code < 400
    jobs.check_import(str(batch.pk), str(workspace.pk))
    with in_workspace(workspace.pk):
        batch.refresh_from_db()
    assert (batch.state, batch.failure.startswith(GONE)) == (ImportBatch.State.FAILED, True)


def test_a_kind_put_away_while_its_import_runs_stops_it_between_two_chunks_and_it_goes_on_after(
    workspace: Workspace, owner: Member, machines: CustomObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CHUNK_ROWS", 2)
    batch = started(workspace, owner, tmp_path, ROWS)

    def archive_after_two(at: ImportBatch) -> None:
        if at.rows_done == 2:
            with in_workspace(workspace.pk):
                definitions.archive_object(CustomObject.objects.get(), acting_member=owner)

    with translation.override("th"), pytest.raises(kinds.KindGone, match=GONE):
        engine.run(batch.pk, workspace.pk, progress=archive_after_two)
    with in_workspace(workspace.pk):
        batch.refresh_from_db()
        assert (batch.state, batch.rows_done, ObjectRecord.objects.count()) == (ImportBatch.State.FAILED, 2, 2)
        assert batch.failure.startswith(GONE)
        definitions.restore_object(CustomObject.objects.get(), acting_member=owner)
        engine.go_on(batch)
    ended = engine.run(batch.pk, workspace.pk).batch
    assert (ended.state, ended.created) == (ImportBatch.State.DONE, 6)
    with in_workspace(workspace.pk):
        definitions.archive_object(CustomObject.objects.get(), acting_member=owner)
        undone = engine.undo(batch.pk, workspace.pk, member_id=owner.pk)
        assert (undone.deleted, ObjectRecord.objects.count()) == (6, 0)

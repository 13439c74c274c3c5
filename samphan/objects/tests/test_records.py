"""Records of a company's own kind: list, record, fields in place, history, undo, trash, walls and rights."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from samphan.administration import lists
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.customers import actions as customer_actions
from samphan.customers.models import Customer
from samphan.objects import actions, definitions
from samphan.objects.models import CustomObject, ObjectRecord, RecordNote
from samphan.platform import lists as platform_lists
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.lists import ListState
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def page(client: Client, address: str, query: dict[str, Any] | None = None) -> str:
    answer = client.get(address, query or {})
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_a_new_kind_has_list_form_record_and_place_in_the_menu_at_once(
    signed_in: Client, machines: CustomObject, warranty: CustomField, cafe: Customer
) -> None:
    assert "เครื่องชง" in page(signed_in, "/customers/"), "the sidebar names it"
    assert "ยังไม่มีรายการ" in page(signed_in, "/objects/machine/")
    form = page(signed_in, f"/objects/machine/new/?customer={cafe.pk}")
    assert "ใต้ต้นโพธิ์" in form
    assert "ประกันถึง" in form
    typed = {"title": "Linea Mini", "code": "LM-1", "customer": "081-234-5678", warranty.name: "5 พ.ย. 2569"}
    answer = signed_in.post("/objects/machine/new/", typed)
    assert answer.status_code == 302
    record = page(signed_in, answer["Location"])
    for words in ("Linea Mini", "LM-1", "ใต้ต้นโพธิ์", "5 พ.ย. 2569", "เพิ่มรายการนี้"):
        assert words in record, words
    listed = page(signed_in, "/objects/machine/")
    for words in ("Linea Mini", "LM-1", "ใต้ต้นโพธิ์", "หมายเลขเครื่อง"):
        assert words in listed, words


def test_the_form_says_what_is_wrong_at_its_place(
    signed_in: Client, machines: CustomObject, linea: ObjectRecord
) -> None:
    typed = {"title": "", "code": "LM-0001", "customer": "ไม่มีใครชื่อนี้"}
    answer = signed_in.post("/objects/machine/new/", typed)
    assert answer.status_code == 422
    said = answer.content.decode()
    for words in ("เว้นว่างไม่ได้", "LM-0001", "ไม่พบลูกค้า “ไม่มีใครชื่อนี้”"):
        assert words in said, words


def test_a_field_is_edited_in_place_and_its_history_told_and_undone(
    signed_in: Client, workspace: Workspace, machines: CustomObject, linea: ObjectRecord, warranty: CustomField
) -> None:
    base = f"/objects/machine/{linea.pk}/"
    assert "Linea Mini" in signed_in.get(f"{base}fields/title/edit/", headers=HTMX).content.decode()
    answer = signed_in.post(f"{base}fields/code/edit/", {"value": "LM-0002", "seen": "LM-0001"}, headers=HTMX)
    assert "LM-0002" in answer.content.decode()
    custom = re.search(rf'[^"]*{linea.pk}/{warranty.name}/edit/', page(signed_in, base)).group(0)  # type: ignore[union-attr]
    assert signed_in.post(custom, {"value": "1/2/2570", "seen": ""}, headers=HTMX).status_code == 200
    told = page(signed_in, base)
    for words in ("LM-0001", "LM-0002", "ประกันถึง", "1 ก.พ. 2570"):
        assert words in told, words
    late = signed_in.post(f"{base}fields/code/edit/", {"value": "LM-9", "seen": "LM-0001"}, headers=HTMX)
    assert late.status_code == 422
    assert "LM-0002" in late.content.decode()
    with in_workspace(workspace.pk):
        act = Changeset.objects.filter(kind="objects.records_edited").order_by("-at").values_list("pk", flat=True)[0]
        undo_changeset(act, member_id=None)
        linea.refresh_from_db()
    assert linea.code == "LM-0001"
    assert list(linea.custom.values()) == ["2027-02-01"]


def test_the_list_filters_sorts_searches_edits_cells_and_keeps_its_statements(
    signed_in: Client, workspace: Workspace, owner: Member, machines: CustomObject, linea: ObjectRecord,
    warranty: CustomField, django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    with in_workspace(workspace.pk):
        for number in range(3):
            values = {"title": f"Slayer {number}", "code": f"S-{number}", warranty.name: f"2026-0{number + 1}-15"}
            actions.create_record(machines, values, acting_member=owner)
    found = page(signed_in, "/objects/machine/", {"f": f"{warranty.name}:before:2026-02-20", "sort": warranty.name})
    assert re.findall(r"Slayer \d", found) == ["Slayer 0", "Slayer 1"]
    assert "Linea" not in page(signed_in, "/objects/machine/", {"q": "S-2"})
    names = re.findall(r">(Linea Mini|Slayer \d)<", page(signed_in, "/objects/machine/", {"sort": "-title"}))
    assert names == ["Slayer 2", "Slayer 1", "Slayer 0", "Linea Mini"]
    cell = f"/objects/machine/cells/{linea.pk}/title/"
    answer = signed_in.post(cell, {"value": "Linea Classic", "seen": "Linea Mini"}, headers=HTMX)
    assert "Linea Classic" in answer.content.decode()
    taken = signed_in.post(
        f"/objects/machine/cells/{linea.pk}/code/", {"value": "S-1", "seen": "LM-0001"}, headers=HTMX
    )
    assert taken.status_code == 422
    with django_assert_max_num_queries(14):
        signed_in.get("/objects/machine/")
    with django_assert_max_num_queries(20):
        signed_in.get(f"/objects/machine/{linea.pk}/")


def test_a_customer_is_named_by_what_finds_one_alone(
    signed_in: Client, workspace: Workspace, owner: Member, linea: ObjectRecord, cafe: Customer
) -> None:
    with in_workspace(workspace.pk):
        other = customer_actions.create_customer(
            {"name": cafe.name, "phone": "0899999999"}, acting_member=owner
        ).customer
    edit = f"/objects/machine/{linea.pk}/fields/customer/edit/"
    same = {"value": cafe.name, "seen": str(cafe.pk)}
    assert signed_in.post(edit, same, headers=HTMX).status_code == 204, "the name that it opened with is no change"
    with in_workspace(workspace.pk):
        actions.create_record(linea.object, {"title": "Slayer"}, acting_member=owner)
        slayer = ObjectRecord.objects.get(title="Slayer")
    edit = f"/objects/machine/{slayer.pk}/fields/customer/edit/"
    asked = signed_in.post(edit, {"value": cafe.name, "seen": ""}, headers=HTMX)
    assert asked.status_code == 422
    assert "หลายราย" in asked.content.decode()
    assert signed_in.post(edit, {"value": "089-999-9999", "seen": ""}, headers=HTMX).status_code == 204
    with in_workspace(workspace.pk):
        slayer.refresh_from_db()
    assert slayer.customer_id == other.pk


def test_a_customer_is_offered_while_typing_wherever_one_is_named(
    signed_in: Client, sales: Client, workspace: Workspace, owner: Member, salesperson: Member, linea: ObjectRecord,
    cafe: Customer,
) -> None:  # fmt: skip
    lookup = 'data-lookup="/customers/lookup/"'
    base = f"/objects/machine/{linea.pk}/"
    for address in (
        "/objects/machine/new/", f"{base}fields/customer/edit/", f"/objects/machine/cells/{linea.pk}/customer/",
        "/objects/machine/bulk/?field=customer",
    ):  # fmt: skip
        assert lookup in signed_in.get(address, headers=HTMX).content.decode(), address
    offered = page(signed_in, "/customers/lookup/", {"q": "ต้นโพธิ์"})
    assert f'<option value="{cafe.name}">' in offered
    assert "<option" not in page(signed_in, "/customers/lookup/", {"q": "ไม่มีใครเลย"})
    assert "<option" not in page(signed_in, "/customers/lookup/", {"q": "\x00 "})
    with in_workspace(workspace.pk):
        draft = {"name": cafe.name, "phone": "0899999999"}
        twin = customer_actions.create_customer(draft, acting_member=owner).customer
    offered = page(signed_in, "/customers/lookup/", {"q": "ต้นโพธิ์"})
    for one in (cafe, twin):
        assert f'<option value="{one.pk}">{cafe.name}' in offered, "of two the id says which"
    typed = {"title": "Slayer", "customer": str(twin.pk)}
    assert signed_in.post("/objects/machine/new/", typed).status_code == 302
    with in_workspace(workspace.pk):
        assert ObjectRecord.objects.get(title="Slayer").customer_id == twin.pk
        workspace.roles = {
            "tech": {
                "name": "ช่าง", "permissions": ["objects.view_machine", "objects.add_machine", "customers.view_customer"],
                "privacy": ["public", "business"], "reach": {"customers": "own"},
            },
            "desk": {"name": "โต๊ะ", "permissions": ["objects.view_machine", "objects.add_machine"], "privacy": ["public"]},
        }  # fmt: skip
        workspace.save(update_fields=["roles"])
        salesperson.roles = ["tech"]
        salesperson.save(update_fields=["roles"])
    assert "<option" not in page(sales, "/customers/lookup/", {"q": "ต้นโพธิ์"}), "out of reach"
    with in_workspace(workspace.pk):
        salesperson.roles = ["desk"]
        salesperson.save(update_fields=["roles"])
    assert sales.get("/customers/lookup/?q=a").status_code == 403
    form = page(sales, "/objects/machine/new/")
    assert lookup not in form
    assert 'name="customer"' in form


def test_bulk_edit_and_deletion_of_selected_rows_come_back(
    signed_in: Client, workspace: Workspace, owner: Member, salesperson: Member, machines: CustomObject,
    linea: ObjectRecord,
) -> None:  # fmt: skip
    form = {"ids": [str(linea.pk)], "field": "owner", "value": str(salesperson.pk)}
    assert signed_in.post("/objects/machine/bulk/", form, headers=HTMX).status_code == 204
    with in_workspace(workspace.pk):
        linea.refresh_from_db()
    assert linea.owner_id == salesperson.pk
    assert signed_in.post("/objects/machine/deletion/", {"ids": [str(linea.pk)]}, headers=HTMX).status_code == 204
    assert signed_in.get(f"/objects/machine/{linea.pk}/").status_code == 404
    assert "Linea Mini" in page(signed_in, "/objects/machine/deleted/")
    signed_in.post("/objects/machine/restoration/", {"ids": [str(linea.pk)]})
    assert "กู้คืน" in page(signed_in, f"/objects/machine/{linea.pk}/")
    with in_workspace(workspace.pk):
        act, _count = actions.delete_records(machines, [linea.pk], acting_member=owner)
        late = timezone.now() + timedelta(days=31)
        with pytest.raises(actions.RecordGone):
            actions.restore_records(machines, [linea.pk], acting_member=owner, at=late)
        undo_changeset(act, member_id=owner.pk)
        assert ObjectRecord.objects.seen_by(owner, machines).count() == 1


def test_a_note_stands_on_the_timeline_and_its_writer_alone_takes_it_away(
    signed_in: Client, sales: Client, workspace: Workspace, linea: ObjectRecord, onlooker: Member
) -> None:
    base = f"/objects/machine/{linea.pk}/"
    assert signed_in.post(f"{base}notes/", {"text": " "}, headers=HTMX).status_code == 422
    assert signed_in.post(f"{base}notes/", {"text": "เปลี่ยนยางหัวชงแล้ว"}, headers=HTMX).status_code == 200
    assert "เปลี่ยนยางหัวชงแล้ว" in page(sales, base)
    quiet = Client()
    quiet.force_login(onlooker.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "เปลี่ยนยาง" not in page(quiet, base), "notes are personal data"
    with in_workspace(workspace.pk):
        note = RecordNote.objects.get()
    assert sales.post(f"{base}notes/{note.pk}/deletion/", headers=HTMX).status_code == 409
    assert signed_in.post(f"{base}notes/{note.pk}/deletion/", headers=HTMX).status_code == 204
    assert "เปลี่ยนยาง" not in page(signed_in, base)


def test_rights_are_those_of_the_kind_and_reach_is_kept(
    signed_in: Client, sales: Client, workspace: Workspace, owner: Member, salesperson: Member,
    machines: CustomObject, linea: ObjectRecord,
) -> None:  # fmt: skip
    assert sales.get("/objects/machine/").status_code == 200
    assert sales.post("/objects/machine/deletion/", {"ids": [str(linea.pk)]}).status_code == 403
    assert sales.get("/export/o_machine/").status_code in (403, 404)
    with in_workspace(workspace.pk):
        permissions = ["objects.view_machine", "objects.change_machine", "customers.view_customer"]
        workspace.roles = {
            "tech": {
                "name": "ช่าง", "permissions": permissions, "privacy": ["public", "business"],
                "reach": {"o_machine": "own"},
            }
        }  # fmt: skip
        workspace.save(update_fields=["roles"])
        salesperson.roles = ["tech"]
        salesperson.save(update_fields=["roles"])
    assert "Linea" not in page(sales, "/objects/machine/")
    assert sales.get(f"/objects/machine/{linea.pk}/").status_code == 404
    assert sales.get("/objects/machine/new/").status_code == 403
    with in_workspace(workspace.pk):
        actions.change_record(machines, linea, {"owner": str(salesperson.pk)}, acting_member=owner)
    assert "Linea" in page(sales, "/objects/machine/")
    assert "ดูเครื่องชง" in page(signed_in, "/settings/roles/tech/")


def test_another_company_knows_nothing_of_it(machines: CustomObject, linea: ObjectRecord, stranger: Member) -> None:
    client = Client()
    client.force_login(stranger.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in ("/objects/machine/", f"/objects/machine/{linea.pk}/", f"/objects/machine/{linea.pk}/timeline/"):
        assert client.get(address).status_code == 404, address
    assert "เครื่องชง" not in page(client, "/customers/")


def test_an_archived_kind_leaves_every_place_and_comes_back_whole(
    signed_in: Client, workspace: Workspace, owner: Member, machines: CustomObject, linea: ObjectRecord
) -> None:
    assert "Linea Mini" in page(signed_in, "/search/", {"q": "LM-0001"})
    assert signed_in.post(f"/settings/objects/{machines.pk}/archival/").status_code == 302
    assert signed_in.get("/objects/machine/").status_code == 404
    assert "เครื่องชง" not in page(signed_in, "/customers/")
    assert "Linea Mini" not in page(signed_in, "/search/", {"q": "LM-0001"})
    kept = page(signed_in, "/settings/objects/")
    assert "เครื่องชง" in kept
    back = signed_in.post(f"/settings/objects/{machines.pk}/restoration/")
    assert back.status_code == 302
    assert "/undo/" in signed_in.get(back.headers["Location"]).content.decode()
    assert "Linea Mini" in page(signed_in, "/objects/machine/")


def test_the_settings_make_rename_and_order_kinds(signed_in: Client, workspace: Workspace) -> None:
    assert "เก็บข้อมูลอะไรอีก" in page(signed_in, "/settings/objects/")
    wrong = signed_in.post("/settings/objects/new/", {"icon": "box"})
    assert wrong.status_code == 422
    answer = signed_in.post("/settings/objects/new/", {"label_th": "สัตว์เลี้ยง", "label_en": "Pet", "icon": "paw-print"})
    assert answer["Location"].endswith("/o_pet/")
    assert "สัตว์เลี้ยง" in page(signed_in, answer["Location"])
    again = signed_in.post("/settings/objects/new/", {"label_th": "สัตว์เลี้ยง", "icon": "box"})
    assert again.status_code == 422
    signed_in.post("/settings/objects/new/", {"label_th": "รถ", "label_en": "Car", "icon": "car", "has_customer": "1"})
    with in_workspace(workspace.pk):
        pet, car = CustomObject.objects.order_by("position")
    signed_in.post("/settings/objects/order/", {"up": str(car.pk)})
    signed_in.post(f"/settings/objects/{pet.pk}/", {"label_th": "น้องหมา", "icon": "paw-print"})
    menu = page(signed_in, "/customers/")
    assert menu.index("รถ") < menu.index("น้องหมา")
    assert "ลูกค้า" not in page(signed_in, "/objects/pet/new/").split('id="new-record"')[1].split("</form>")[0]


def test_a_kind_takes_its_key_from_its_name_once_for_good(workspace: Workspace, owner: Member) -> None:
    with in_workspace(workspace.pk), translation.override("th"):
        first = definitions.add_object(definitions.Draft(label_th="รถ"), acting_member=owner)
        definitions.change_object(first, definitions.Draft(label_th="ยานพาหนะ"), acting_member=owner)
        second = definitions.add_object(definitions.Draft(label_th="รถ"), acting_member=owner)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", first.key)
    assert second.key == f"{first.key}_2"


@pytest.mark.parametrize("sort", ["title", "-title", "code", "-code", "created_at", "-created_at"])
def test_every_sort_of_the_list_is_a_range_of_an_index(
    workspace: Workspace, owner: Member, machines: CustomObject, linea: ObjectRecord, sort: str
) -> None:
    with in_workspace(workspace.pk):
        actions.create_record(machines, {"title": "Slayer", "code": "S-1"}, acting_member=owner)
        kind = lists.kind("o_machine")
        state = ListState.parse(f"sort={sort}", kind.entity(owner), owner)
        when = {"now": timezone.now(), "zone": workspace.zone}
        first = platform_lists.page(kind.rows(owner), replace(state, size=1), owner, **when)
        with CaptureQueriesContext(connection) as asked:
            platform_lists.page(kind.rows(owner), replace(state, cursor=first.next_cursor or ""), owner, **when)
        with connection.cursor() as cursor:
            for switch in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
                cursor.execute(f"SET LOCAL {switch} = off")
            statement = next(one["sql"] for one in asked if 'FROM "objects_objectrecord"' in one["sql"])
            cursor.execute("EXPLAIN " + statement.replace("%", "%%"))
            plan = "\n".join(row[0] for row in cursor.fetchall())
    # Among two records the walk of the whole company by time costs what the one of the kind does.
    walked = r"object_record_by_(title|code|time)|objects_objectrecord_in_workspace"
    assert re.search(rf"Index (Only )?Scan.* using ({walked})", plan), plan
    assert "Index Cond" in plan
    assert "Sort" not in plan.replace("Sort Key", ""), plan

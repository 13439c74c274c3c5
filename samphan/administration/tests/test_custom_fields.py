"""Custom fields: definitions, and values in lists, filters, cells, bulk edit and undo."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import translation

from samphan.administration.custom_fields import actions, definitions, hosts, values, writing
from samphan.administration.custom_fields.actions import BadField, Draft
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.customers import actions as customer_actions
from samphan.customers.models import Customer
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

ROASTS = [{"th": "คั่วอ่อน", "en": "Light"}, {"th": "คั่วกลาง", "en": "Medium"}, {"th": "คั่วเข้ม", "en": "Dark"}]


def customers() -> hosts.Host:
    host = hosts.find("customers")
    assert host is not None
    return host


@pytest.fixture
def make_field(workspace: Workspace, owner: Member) -> Callable[..., CustomField]:
    def make(label: str, kind: str = "text", entity: str = "customers", **more: Any) -> CustomField:
        host = hosts.find(entity)
        assert host is not None
        with in_workspace(workspace.pk):
            return actions.add_field(host, Draft(kind=kind, label_th=label, **more), acting_member=owner)

    return make


@pytest.fixture
def somchai(workspace: Workspace, owner: Member) -> Customer:
    with in_workspace(workspace.pk):
        return customer_actions.create_customer({"name": "สมชาย ใจดี"}, acting_member=owner).customer


@pytest.fixture
def malee(workspace: Workspace, owner: Member) -> Customer:
    with in_workspace(workspace.pk):
        return customer_actions.create_customer({"name": "มาลี ศรีสุข"}, acting_member=owner).customer


def names(client: Client, query: str) -> list[str]:
    page = client.get(f"/customers/?{quote(query, safe='=&:,-')}").content.decode()
    return [name for name in ("สมชาย", "มาลี") if name in page]


@pytest.mark.parametrize(
    ("kind", "typed", "shown", "filters", "misses"),
    [
        ("text", "ร้านกาแฟ ตลาดพลู", "ร้านกาแฟ ตลาดพลู", ["contains:ตลาด", "starts_with:ร้าน"], ["contains:วงเวียน"]),
        ("number", "1,250.5", "1,250.5", ["at_least:1250", "is:1250.5", "between:1000,2000"], ["less:1250", "at_most:9"]),
        ("money", "฿99", "99", ["greater:98.99"], ["greater:99"]),
        ("date", "5 พ.ย. 2569", "5 พ.ย. 2569", ["on:2026-11-05", "month_is:11", "before:2026-11-06"], ["after:2026-11-05"]),
        ("boolean", "ใช่", "ใช่", ["is_true"], ["is_false"]),
        ("member", "เมย์", "เมย์", ["is:me"], []),
        ("choice", "คั่วกลาง", "คั่วกลาง", ["is:medium", "is_any_of:light,medium"], ["is:dark"]),
        ("multi_choice", "คั่วกลาง, Dark", "คั่วกลาง, คั่วเข้ม",
         ["has_any_tag:dark", "has_all_tags:dark,medium"], ["has_any_tag:light"]),
    ],
)  # fmt: skip
def test_a_cell_of_each_kind_is_typed_shown_filtered_and_undone(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], somchai: Customer, malee: Customer,
    kind: str, typed: str, shown: str, filters: list[str], misses: list[str],
) -> None:  # fmt: skip
    field = make_field("ข้อมูลพิเศษ", kind, choices=ROASTS if "choice" in kind else [])
    cell = f"/customers/cells/{somchai.pk}/{field.name}/"
    assert signed_in.get(cell, headers={"HX-Request": "true"}).status_code == 200
    answer = signed_in.post(cell, {"value": typed, "seen": "", "list": f"columns=name,{field.name}"},
                            headers={"HX-Request": "true"})  # fmt: skip
    assert answer.status_code == 200 and shown in answer.content.decode()
    assert shown in signed_in.get(f"/customers/?columns=name,{field.name}").content.decode()
    for asked in (*filters, "is_known"):
        assert names(signed_in, f"f={field.name}:{asked}") == ["สมชาย"], asked
    for asked in misses:
        assert names(signed_in, f"f={field.name}:{asked}") == [], asked
    assert names(signed_in, f"f={field.name}:is_unknown") == ["มาลี"]
    with in_workspace(owner.workspace_id):
        somchai.refresh_from_db()
        assert list(somchai.custom) == [field.key] and field.name in somchai.sources
        act = Changeset.objects.latest("id")
        undo_changeset(act.pk, member_id=owner.pk)
        somchai.refresh_from_db()
        assert somchai.custom == {} and field.name not in somchai.sources


def test_the_list_is_sorted_by_a_custom_field_and_pages_through(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], workspace: Workspace
) -> None:
    from django.utils import timezone

    from samphan.customers.views.state import CUSTOMER_LIST
    from samphan.platform import lists
    from samphan.platform.lists import ListState

    number, text, day = make_field("คะแนน", "number"), make_field("สาย"), make_field("ครบกำหนด", "date")
    wanted = {
        number.name: [None, "-2", "0", "1.5", "10"], text.name: [None, "กา", "ไก่", "ขา", "เขียว"],
        day.name: [None, "2024-02-29", "2025-01-01", "2026-11-22", "2026-12-01"],
    }  # fmt: skip
    with in_workspace(workspace.pk):
        people = [customer_actions.create_customer({"name": f"คน {n}"}, acting_member=owner).customer for n in range(5)]
        for name, typed in wanted.items():
            assert writing.read_values(customers(), {name: None}, owner) == ({name: None}, {})
            for person, value in zip(people, typed, strict=True):
                writing.edit_value(customers(), person, name, value or "", seen="", acting_member=owner)
        entity = CUSTOMER_LIST.entity(owner)
        for name, typed in wanted.items():
            for descending in (False, True):
                seen, cursor = [], ""
                state = ListState(entity, columns=(name,), sort=((name, descending),), size=2)
                while True:
                    from dataclasses import replace

                    page = lists.page(CUSTOMER_LIST.rows(owner), replace(state, cursor=cursor), owner,
                                      now=timezone.now(), zone=workspace.zone)  # fmt: skip
                    seen += [values.as_text(row[name]) for row in page.rows]
                    if page.next_cursor is None:
                        break
                    cursor = page.next_cursor
                expected = [value or "" for value in typed]
                assert seen == (expected[::-1] if descending else expected), (name, descending)


def test_bulk_edit_gives_many_customers_one_value_and_takes_it_back(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], somchai: Customer, malee: Customer
) -> None:
    field = make_field("ประเภทร้าน", "choice", choices=ROASTS)
    asked = signed_in.get(f"/customers/bulk/?field={field.name}", headers={"HX-Request": "true"})
    assert "คั่วอ่อน" in asked.content.decode()
    signed_in.post(
        "/customers/bulk/", {"field": field.name, "value": "light", "ids": [str(somchai.pk), str(malee.pk)], "list": ""},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert names(signed_in, f"f={field.name}:is:light") == ["สมชาย", "มาลี"]
    with in_workspace(owner.workspace_id):
        undo_changeset(Changeset.objects.latest("id").pk, member_id=owner.pk)
    assert names(signed_in, f"f={field.name}:is:light") == []


@pytest.mark.parametrize("entity", ["orders", "products", "tasks"])
def test_other_records_have_custom_fields_in_their_lists_too(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], entity: str
) -> None:
    field = make_field("ช่องพิเศษ", "number", entity)
    page = signed_in.get(f"/{entity}/?columns={field.name}&sort=-{field.name}&f={field.name}:at_least:1")
    assert page.status_code == 200
    assert "ช่องพิเศษ" in signed_in.get(f"/{entity}/columns/").content.decode()
    assert "ช่องพิเศษ" in signed_in.get(f"/{entity}/filters/").content.decode()
    assert "ช่องพิเศษ" in signed_in.get(f"/{entity}/sorting/").content.decode()


def test_a_cell_of_a_product_is_edited_though_its_list_has_no_other_cells(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], workspace: Workspace
) -> None:
    from samphan.commerce.models import Product

    field = make_field("ชั้นวาง", "text", "products")
    with in_workspace(workspace.pk):
        product = Product.objects.create(workspace=workspace, sku="A1", name="เมล็ดกาแฟ")
    answer = signed_in.post(
        f"/products/cells/{product.pk}/{field.name}/", {"value": "B-12", "seen": "", "list": f"columns={field.name}"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert "B-12" in answer.content.decode()
    assert signed_in.get(f"/products/?f={field.name}:is:b-12").content.decode().count("เมล็ดกาแฟ") == 1


def test_rules_are_kept_and_said(
    owner: Member, make_field: Callable[..., CustomField], somchai: Customer, malee: Customer, workspace: Workspace
) -> None:
    level = make_field("ระดับ", "number", rules={"minimum": "1", "maximum": "10", "places": "0"})
    code = make_field("รหัสร้าน", "text", rules={"pattern": r"[A-Z]{2}-\d{3}", "example": "BK-001", "unique": True})
    note = make_field("คำอธิบาย", "long_text", rules={"required": True, "longest": "5"})
    with in_workspace(workspace.pk), translation.override("th"):
        for field, typed, said in [
            (level, "11", "ไม่เกิน 10"), (level, "0", "อย่างน้อย 1"), (level, "1.5", "ทศนิยม"), (level, "มาก", "มาก"),
            (code, "bk-1", "BK-001"), (note, "ยาวเกินไป", "5"), (note, "", "ว่าง"),
        ]:  # fmt: skip
            with pytest.raises(Exception) as refused:
                writing.edit_value(customers(), somchai, field.name, typed, seen="", acting_member=owner)
            assert said in str(refused.value), (field, typed, str(refused.value))
        writing.edit_value(customers(), somchai, code.name, "BK-001", seen="", acting_member=owner)
        with pytest.raises(values.BadValue, match="BK-001"):
            writing.edit_value(customers(), malee, code.name, "BK-001", seen="", acting_member=owner)


def test_who_may_not_read_a_class_has_no_such_field(
    client: Client, owner: Member, onlooker: Member, make_field: Callable[..., CustomField], somchai: Customer
) -> None:
    field = make_field("โรคประจำตัว", "text", privacy="sensitive")
    with in_workspace(owner.workspace_id):
        writing.edit_value(customers(), somchai, field.name, "หอบหืด", seen="", acting_member=owner)
        assert writing.values_of(customers(), somchai, onlooker) == {}
        with pytest.raises(writing.NoSuchField):
            writing.edit_value(customers(), somchai, field.name, "ไม่มี", seen="หอบหืด", acting_member=onlooker)
    client.force_login(onlooker.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in (f"?columns=name,{field.name}", f"?sort={field.name}", f"?f={field.name}:is:หอบหืด"):
        page = client.get(f"/customers/{path}").content.decode()
        assert "หอบหืด" not in page.replace("is:หอบหืด", "") and "โรคประจำตัว" not in page
    assert "โรคประจำตัว" not in client.get("/customers/columns/").content.decode()


def test_an_archived_field_is_gone_everywhere_and_comes_back_with_its_values(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], somchai: Customer
) -> None:
    field = make_field("เบอร์โต๊ะ")
    with in_workspace(owner.workspace_id):
        writing.edit_value(customers(), somchai, field.name, "โต๊ะ 7", seen="", acting_member=owner)
        actions.archive_field(field, acting_member=owner)
    assert "โต๊ะ 7" not in signed_in.get(f"/customers/?columns=name,{field.name}").content.decode()
    with in_workspace(owner.workspace_id):
        actions.restore_field(field, acting_member=owner)
    assert "โต๊ะ 7" in signed_in.get(f"/customers/?columns=name,{field.name}").content.decode()


def test_a_definition_that_makes_no_sense_is_refused_with_a_sentence_at_its_place(
    owner: Member, make_field: Callable[..., CustomField]
) -> None:
    make_field("ประเภท")
    for draft, at in [
        (Draft("text"), "label_th"), (Draft("text", label_th="ประเภท"), "label_th"),
        (Draft("choice", label_th="สี"), "choices"), (Draft("number", label_th="ก", rules={"minimum": "x"}), "minimum"),
        (Draft("number", label_th="ข", rules={"minimum": "5", "maximum": "4"}), "maximum"),
        (Draft("text", label_th="ค", rules={"pattern": "(a+)+"}), "pattern"),
        (Draft("text", label_th="ง", rules={"pattern": "["}), "pattern"),
        (Draft("number", label_th="จ", default="มาก"), "default"), (Draft("text", label_th="ฉ", privacy="x"), "privacy"),
        (Draft("nonsense", label_th="ช"), "kind"),
    ]:  # fmt: skip
        with in_workspace(owner.workspace_id), pytest.raises(BadField) as refused:
            actions.add_field(customers(), draft, acting_member=owner)
        assert at in refused.value.problems, draft


def test_names_are_stable_and_each_its_own(owner: Member, make_field: Callable[..., CustomField]) -> None:
    first, second = make_field("ขนาดร้าน", label_en="Shop size"), make_field("ขนาดร้านค้า", label_en="Shop  Size!")
    assert (first.name, second.name) == ("c_shop_size", "c_shop_size_2")
    assert make_field("สี").name.startswith("c_")
    with in_workspace(owner.workspace_id):
        changed = actions.change_field(first, Draft("text", label_th="ขนาด"), acting_member=owner)
        assert changed.name == "c_shop_size"


def test_fields_of_another_company_are_not_there(
    owner: Member, stranger: Member, make_field: Callable[..., CustomField]
) -> None:
    field = make_field("ลับ")
    with in_workspace(stranger.workspace_id):
        assert definitions.all_fields("customers", stranger.workspace_id) == []
        assert not customers().entity.seen_by(stranger).has_field(field.name)
        # The second wall by itself: the rows of another company are not there, whatever the filter says.
        assert not CustomField.objects.filter(pk=field.pk).exists()


def test_an_undone_field_is_gone_and_a_rolled_back_one_never_was(
    owner: Member, make_field: Callable[..., CustomField]
) -> None:
    field = make_field("ชั่วคราว")
    with in_workspace(owner.workspace_id):
        undo_changeset(field.created_in, member_id=owner.pk)
        assert not customers().entity.seen_by(owner).has_field(field.name)
    with pytest.raises(RuntimeError), in_workspace(owner.workspace_id):
        actions.add_field(customers(), Draft("text", label_th="หายไป"), acting_member=owner)
        assert len(definitions.live_fields("customers", owner.workspace_id)) == 1
        raise RuntimeError
    with in_workspace(owner.workspace_id):
        assert definitions.live_fields("customers", owner.workspace_id) == []


def test_the_form_of_a_new_customer_asks_and_says_what_is_wrong_at_its_place(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], workspace: Workspace
) -> None:
    level = make_field("ระดับ", "number", rules={"required": True, "maximum": "10"}, help_th="1 ถึง 10")
    roast = make_field("ชอบคั่ว", "multi_choice", choices=ROASTS, default="คั่วกลาง")
    quiet = make_field("เงียบ", is_asked=False, default="ค่าเดิม")
    page = signed_in.get("/customers/new/").content.decode()
    assert "ระดับ" in page and "1 ถึง 10" in page and "เงียบ" not in page
    assert 'value="medium" checked' in page
    refused = signed_in.post("/customers/new/", {"kind": "person", "name": "สมชาย ใจดี", level.name: "11"})
    assert refused.status_code == 422 and "ไม่เกิน 10" in refused.content.decode()
    empty = signed_in.post("/customers/new/", {"kind": "person", "name": "สมชาย ใจดี"})
    assert empty.status_code == 422 and "เว้นว่างไม่ได้" in empty.content.decode()
    made = signed_in.post(
        "/customers/new/", {"kind": "person", "name": "สมชาย ใจดี", level.name: "7", roast.name: ["light", "dark"]}
    )
    assert made.status_code == 302
    with in_workspace(workspace.pk):
        found = Customer.objects.get()
        assert found.custom == {level.key: 7, roast.key: ["light", "dark"], quiet.key: "ค่าเดิม"}


@pytest.mark.parametrize("entity", ["customers", "orders", "products", "tasks"])
def test_a_record_shows_its_fields_edits_them_in_place_and_tells_their_history(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], workspace: Workspace, entity: str
) -> None:
    from django.utils import timezone

    from samphan.commerce.models import Order, Product
    from samphan.work.models import Task

    field = make_field("รหัสพิเศษ", "text", entity, group_th="กลุ่มของเรา", rules={"longest": "8"})
    with in_workspace(workspace.pk):
        record: Any = {
            "customers": lambda: customer_actions.create_customer({"name": "มาลี"}, acting_member=owner).customer,
            "orders": lambda: Order.objects.create(workspace=workspace, number="Q1", ordered_at=timezone.now()),
            "products": lambda: Product.objects.create(workspace=workspace, sku="A1", name="เมล็ด"),
            "tasks": lambda: Task.objects.create(workspace=workspace, title="โทรหา", assignee=owner, made_by=owner),
        }[entity]()
    page = signed_in.get(f"/{entity}/{record.pk}/").content.decode()
    assert "รหัสพิเศษ" in page and "กลุ่มของเรา" in page
    address = f"/fields/{entity}/{record.pk}/{field.name}/"
    htmx = {"HX-Request": "true"}
    assert 'name="value"' in signed_in.get(f"{address}edit/", headers=htmx).content.decode()
    refused = signed_in.post(f"{address}edit/", {"value": "ยาวเกินไปมาก", "seen": ""}, headers=htmx)
    assert refused.status_code == 422 and "8" in refused.content.decode()
    assert "AB-1" in signed_in.post(f"{address}edit/", {"value": "AB-1", "seen": ""}, headers=htmx).content.decode()
    conflict = signed_in.post(f"{address}edit/", {"value": "AB-2", "seen": ""}, headers=htmx)
    assert conflict.status_code == 422 and "AB-1" in conflict.content.decode()
    assert "AB-2" in signed_in.post(f"{address}edit/", {"value": "AB-2", "seen": "AB-1"}, headers=htmx).content.decode()
    told = signed_in.get(f"{address}history/", headers=htmx).content.decode()
    assert told.index("AB-2") < told.rindex("AB-1") and "เมย์" in told
    assert "AB-2" in signed_in.get(f"/{entity}/{record.pk}/").content.decode()


def test_the_settings_make_change_order_archive_and_bring_back_a_field(
    signed_in: Client, owner: Member, workspace: Workspace
) -> None:
    assert signed_in.get("/settings/fields/").headers["Location"] == "/settings/fields/customers/"
    assert "ยังไม่มีฟิลด์" in signed_in.get("/settings/fields/customers/").content.decode()
    assert "จำนวนเงิน" in signed_in.get("/settings/fields/customers/new/").content.decode()
    assert 'name="choice_th"' in signed_in.get("/settings/fields/customers/new/?kind=choice").content.decode()
    form = {
        "kind": "choice", "label_th": "ขนาดร้าน", "label_en": "Shop size", "privacy": "business",
        "choice_value": ["", ""], "choice_th": ["เล็ก", "ใหญ่"], "choice_en": ["Small", "Large"],
        "choice_tone": ["slate", "green"], "choice_state": ["", ""],
    }  # fmt: skip
    refused = signed_in.post("/settings/fields/customers/new/", {**form, "label_th": "", "label_en": ""})
    assert refused.status_code == 422 and "ต้องมีชื่อ" in refused.content.decode()
    shown = signed_in.post("/settings/fields/customers/preview/", form).content.decode()
    assert "ขนาดร้าน" in shown and "ใหญ่" in shown
    assert signed_in.post("/settings/fields/customers/new/", form).status_code == 302
    signed_in.post("/settings/fields/customers/new/", {"kind": "text", "label_th": "รหัส", "privacy": "business"})
    with in_workspace(workspace.pk):
        size, code = CustomField.objects.order_by("position")
    assert [one["value"] for one in size.choices] == ["small", "large"]
    page = signed_in.get("/settings/fields/customers/").content.decode()
    assert page.index("ขนาดร้าน") < page.index("รหัส")
    signed_in.post("/settings/fields/customers/order/", {"order": f"{code.pk},{size.pk}"})
    page = signed_in.get("/settings/fields/customers/").content.decode()
    assert page.index("รหัส") < page.index("ขนาดร้าน")
    signed_in.post("/settings/fields/customers/order/", {"up": str(size.pk)})
    page = signed_in.get("/settings/fields/customers/").content.decode()
    assert page.index("ขนาดร้าน") < page.index("รหัส")
    # A choice that is taken away is archived: its label stays with the records that hold it.
    changed = {**form, "choice_value": ["large"], "choice_th": ["ใหญ่มาก"], "choice_en": [""], "choice_tone": ["sky"],
               "choice_state": [""]}  # fmt: skip
    assert signed_in.post(f"/settings/fields/customers/{size.pk}/", changed).status_code == 302
    with in_workspace(workspace.pk):
        size.refresh_from_db()
    assert [(one["value"], one["th"], one["archived"]) for one in size.choices] == [
        ("large", "ใหญ่มาก", False), ("small", "เล็ก", True),
    ]  # fmt: skip
    signed_in.post(f"/settings/fields/customers/{size.pk}/archival/")
    assert "นำกลับมาใช้" in signed_in.get("/settings/fields/customers/").content.decode()
    signed_in.post(f"/settings/fields/customers/{size.pk}/restoration/")
    assert "นำกลับมาใช้" not in signed_in.get("/settings/fields/customers/").content.decode()


def test_the_timeline_of_a_customer_tells_what_changed(
    signed_in: Client, onlooker: Member, client_of: Callable[[Member], Client], owner: Member,
    make_field: Callable[..., CustomField], somchai: Customer,
) -> None:  # fmt: skip
    field, secret = make_field("รหัสร้าน"), make_field("ความลับ", privacy="sensitive")
    with in_workspace(owner.workspace_id):
        for one in (field, secret):
            writing.edit_value(customers(), somchai, one.name, f"ค่า {one.label_th}", seen="", acting_member=owner)
    told = signed_in.get(f"/customers/{somchai.pk}/?show=changes").content.decode()
    assert "ค่า รหัสร้าน" in told and "ค่า ความลับ" in told
    told = client_of(onlooker).get(f"/customers/{somchai.pk}/?show=changes").content.decode()
    assert "ค่า รหัสร้าน" in told and "ความลับ" not in told


def test_fields_are_for_those_with_the_right(
    client_of: Callable[[Member], Client], salesperson: Member, stranger: Member, make_field: Callable[..., CustomField],
    somchai: Customer,
) -> None:  # fmt: skip
    field = make_field("ระดับ")
    assert client_of(salesperson).get("/settings/fields/customers/").status_code == 403
    assert client_of(salesperson).post(f"/settings/fields/customers/{field.pk}/archival/").status_code == 403
    assert client_of(stranger).get(f"/settings/fields/customers/{field.pk}/").status_code == 404
    assert client_of(stranger).get(f"/fields/customers/{somchai.pk}/{field.name}/").status_code == 404


def test_a_field_that_is_searched_finds_its_records(
    signed_in: Client, owner: Member, make_field: Callable[..., CustomField], somchai: Customer, malee: Customer
) -> None:
    field = make_field("ชื่อร้าน", is_searched=True)
    with in_workspace(owner.workspace_id):
        writing.edit_value(customers(), malee, field.name, "เพลินคาเฟ่", seen="", acting_member=owner)
    assert names(signed_in, "q=เพลินคา") == ["มาลี"]

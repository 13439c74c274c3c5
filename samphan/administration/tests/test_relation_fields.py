"""Fields that point at another record: picked, shown, filtered, in files, and what they keep from whom."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from conftest import ApiClient
from samphan.administration import actions as administration
from samphan.administration import composition
from samphan.administration.composition import RoleDraft
from samphan.administration.custom_fields import actions, hosts, values, writing
from samphan.administration.custom_fields.actions import BadField, Draft
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.administration.tests.test_imports import (  # noqa: F401
    again,
    files_in_a_folder_of_their_own,
    upload,
    work_off,
    workspace_of_the_browser,
)
from samphan.commerce.models import Order
from samphan.customers import actions as customer_actions
from samphan.customers.models import Customer
from samphan.platform.access import permissions
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
UNSEEN = "ไม่แสดง"


def host_of(entity: str) -> hosts.Host:
    found = hosts.find(entity)
    assert found is not None
    return found


@pytest.fixture
def make(workspace: Workspace, owner: Member) -> Callable[..., CustomField]:
    def made(label: str, target: str = "customers", entity: str = "customers", **more: Any) -> CustomField:
        with in_workspace(workspace.pk):
            draft = Draft("relation", label, rules={"target": target}, **more)
            return actions.add_field(host_of(entity), draft, acting_member=owner)

    return made


@pytest.fixture
def people(workspace: Workspace, owner: Member) -> dict[str, Customer]:
    given = {"สมชาย": {"phone": "0812345678"}, "มาลี": {}, "กานดา": {}}
    with in_workspace(workspace.pk):
        return {
            name: customer_actions.create_customer({"name": f"{name} ใจดี", **more}, acting_member=owner).customer
            for name, more in given.items()
        }


def point(owner: Member, record: Any, field: CustomField, text: str, entity: str = "customers") -> None:
    with in_workspace(owner.workspace_id):
        record.refresh_from_db()
        seen = values.as_text(record.custom.get(field.key))
        writing.edit_value(host_of(entity), record, field.name, text, seen=seen, acting_member=owner)
        record.refresh_from_db()


def test_a_record_is_found_picked_shown_filtered_and_undone(
    signed_in: Client, owner: Member, make: Callable[..., CustomField], people: dict[str, Customer]
) -> None:
    field = make("ผู้แนะนำ", label_en="Referrer")
    somchai, malee = people["สมชาย"], people["มาลี"]
    offered = signed_in.get(f"/fields/customers/lookup/{field.name}/", {"q": "มาลี"}).content.decode()
    assert "มาลี ใจดี" in offered and "สมชาย" not in offered
    address = f"/fields/customers/{somchai.pk}/{field.name}/"
    assert "data-lookup" in signed_in.get(f"{address}edit/", headers=HTMX).content.decode()
    refused = signed_in.post(f"{address}edit/", {"value": "ใครก็ไม่รู้", "seen": ""}, headers=HTMX)
    assert refused.status_code == 422 and "ใครก็ไม่รู้" in refused.content.decode()
    saved = signed_in.post(f"{address}edit/", {"value": "มาลี ใจดี", "seen": ""}, headers=HTMX).content.decode()
    assert f'href="/customers/{malee.pk}/"' in saved and "มาลี ใจดี" in saved
    # The form opens with the name; saved as it is, it changes nothing.
    assert 'value="มาลี ใจดี"' in signed_in.get(f"{address}edit/", headers=HTMX).content.decode()
    page = signed_in.get("/customers/", {"columns": f"name,{field.name}"}).content.decode()
    assert f'<a href="/customers/{malee.pk}/">มาลี ใจดี</a>' in page
    for asked, found in ((f"is:{malee.pk}", ["สมชาย"]), ("is_known", ["สมชาย"]), ("is_unknown", ["มาลี", "กานดา"])):
        page = signed_in.get("/customers/", {"columns": "name", "f": f"{field.name}:{asked}"}).content.decode()
        rows = page[page.index("<tbody") : page.index("</tbody")]
        assert [name for name in people if name in rows] == found, asked
    assert "ผู้แนะนำ" in page
    builder = signed_in.get("/customers/filters/", {"field": field.name}, headers=HTMX).content.decode()
    assert f'data-lookup="/fields/customers/lookup/{field.name}/"' in builder
    asked = {"field": field.name, "operator": "is", "value": "มาลี ใจดี", "apply": "1"}
    assert str(malee.pk) in signed_in.get("/customers/filters/", asked).headers["Location"]
    chip = signed_in.get("/customers/", {"f": f"{field.name}:is:{malee.pk}"}).content.decode()
    assert "มาลี ใจดี" in chip
    refused = signed_in.get("/customers/filters/", {**asked, "value": "ไม่มีใคร"}, headers=HTMX).content.decode()
    assert "ไม่มีใคร" in refused and "form-error" in refused
    assert "มาลี ใจดี" in signed_in.get(f"{address}history/", headers=HTMX).content.decode()
    assert "มาลี ใจดี" in signed_in.get(f"/customers/{somchai.pk}/?show=changes").content.decode()
    with in_workspace(owner.workspace_id):
        undo_changeset(Changeset.objects.latest("id").pk, member_id=owner.pk)
        somchai.refresh_from_db()
        assert somchai.custom == {}


def test_the_page_of_a_record_says_what_points_at_it(
    signed_in: Client, owner: Member, make: Callable[..., CustomField], people: dict[str, Customer],
    workspace: Workspace,
) -> None:  # fmt: skip
    malee = people["มาลี"]
    page = signed_in.get(f"/customers/{malee.pk}/").content.decode()
    assert "pointing" not in page
    referrer, courier = make("ผู้แนะนำ"), make("ผู้รับแทน", entity="orders")
    with in_workspace(workspace.pk):
        order = Order.objects.create(
            workspace=workspace, number="ORD-77", customer_id=people["กานดา"].pk, total=1,
            ordered_at=datetime(2026, 1, 5, tzinfo=UTC),
        )  # fmt: skip
    point(owner, people["สมชาย"], referrer, str(malee.pk))
    point(owner, order, courier, "มาลี ใจดี", "orders")
    address = f"/fields/customers/{malee.pk}/pointing/"
    assert address in signed_in.get(f"/customers/{malee.pk}/").content.decode()
    told = signed_in.get(address).content.decode()
    assert "สมชาย ใจดี" in told and "ORD-77" in told and "ผู้รับแทน" in told
    assert f"/orders/{order.pk}/" in told
    assert "สมชาย" not in signed_in.get(f"/fields/customers/{people['กานดา'].pk}/pointing/").content.decode()


def test_who_may_not_see_the_other_record_reads_a_neutral_word(
    client_of: Callable[[Member], Client], owner: Member, make: Callable[..., CustomField],
    people: dict[str, Customer], workspace: Workspace,
) -> None:  # fmt: skip
    draft = RoleDraft(
        "ตัวแทน", permissions=tuple(one.name for one in permissions() if not one.name.startswith("administration.")),
        privacy=frozenset({"public", "business"}), reach={"customers": "own"},
    )  # fmt: skip
    with in_workspace(workspace.pk):
        key = composition.save_role(None, draft, acting_member=owner)
        salesperson = administration.create_member(
            workspace, email="agent.of.relations@doimok.example", name="พลอย", roles=[key], password="ก" * 12
        )
    field = make("ผู้แนะนำ")
    somchai, malee = people["สมชาย"], people["มาลี"]
    point(owner, somchai, field, "มาลี ใจดี")
    with in_workspace(workspace.pk):
        Customer.objects.filter(pk=somchai.pk).update(owner=salesperson)
    seen = client_of(salesperson)
    assert seen.get(f"/customers/{malee.pk}/").status_code == 404
    for path in (
        f"/customers/?columns=name,{field.name}",
        f"/customers/{somchai.pk}/",
        f"/customers/{somchai.pk}/?show=changes",
    ):
        page = seen.get(path).content.decode()
        assert "สมชาย" in page and "มาลี" not in page, path
        assert UNSEEN in page, path
    address = f"/fields/customers/{somchai.pk}/{field.name}/"
    assert "มาลี" not in seen.get(f"{address}history/", headers=HTMX).content.decode()
    # What stands there is not theirs to see, so it is not theirs to write over unseen.
    assert seen.get(f"{address}edit/", headers=HTMX).status_code == 404
    assert seen.post(f"{address}edit/", {"value": "", "seen": str(malee.pk)}, headers=HTMX).status_code == 404
    with in_workspace(workspace.pk):
        Customer.objects.filter(pk=people["กานดา"].pk).update(owner=salesperson)
    cell = {"value": "กานดา ใจดี", "seen": str(malee.pk), "list": f"columns=name,{field.name}"}
    refused = seen.post(f"/customers/cells/{somchai.pk}/{field.name}/", cell, headers=HTMX)
    assert refused.status_code in (409, 422) and "มาลี" not in refused.content.decode()
    bulk = {"field": field.name, "value": "กานดา ใจดี", "ids": [str(somchai.pk), str(people["กานดา"].pk)], "list": ""}
    seen.post("/customers/bulk/", bulk, headers=HTMX)
    api = ApiClient(salesperson)
    for value in (None, str(people["กานดา"].pk)):
        told = api.patch(f"/customers/{somchai.pk}", {field.name: value})
        assert told.status_code in (409, 422) and "มาลี" not in told.content.decode(), told.content
    with in_workspace(workspace.pk):
        held = {pk: custom.get(field.key) for pk, custom in Customer.objects.values_list("pk", "custom")}
    assert held[somchai.pk] == str(malee.pk), "kept by the cell, by the act on many and by the API"
    assert held[people["กานดา"].pk] == str(people["กานดา"].pk), "and the other record was changed"
    assert "มาลี" not in seen.get(f"/fields/customers/lookup/{field.name}/", {"q": "มาลี"}).content.decode()
    chip = seen.get("/customers/", {"f": f"{field.name}:is:{malee.pk}"}).content.decode()
    assert "มาลี" not in chip
    assert seen.get(f"/fields/customers/{malee.pk}/pointing/").status_code == 404
    with in_workspace(workspace.pk), translation.override("th"):
        found, problems = writing.read_values(host_of("customers"), {field.name: str(malee.pk)}, salesperson)
        assert not found and field.name in problems


def test_a_deleted_record_is_a_neutral_word_and_comes_back_with_it(
    signed_in: Client, owner: Member, make: Callable[..., CustomField], people: dict[str, Customer]
) -> None:
    field = make("ผู้แนะนำ")
    point(owner, people["สมชาย"], field, "มาลี ใจดี")
    with in_workspace(owner.workspace_id):
        act = customer_actions.delete_customers([people["มาลี"].pk], acting_member=owner)[0]
    page = signed_in.get("/customers/", {"columns": f"name,{field.name}"}).content.decode()
    assert UNSEEN in page and "มาลี" not in page
    with in_workspace(owner.workspace_id):
        undo_changeset(act, member_id=owner.pk)
    assert "มาลี ใจดี</a>" in signed_in.get("/customers/", {"columns": f"name,{field.name}"}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_file_brings_records_by_telephone_number_and_name_and_their_names_go_out(
    signed_in: Client, owner: Member, make: Callable[..., CustomField], people: dict[str, Customer],
    workspace: Workspace,
) -> None:  # fmt: skip
    field = make("ผู้แนะนำ", label_en="Referrer")
    text = (
        "ชื่อ,เบอร์โทร,ผู้แนะนำ\nวีระ หนึ่ง,0861110001,081-234-5678\nวีระ สอง,0861110002,มาลี ใจดี\nวีระ สาม,0861110003,ไม่มีตัวตน\n"
    )
    batch = upload(signed_in, text)
    mapped = {"column-0": "name", "column-1": "phone", "column-2": field.name, "next": "1"}
    signed_in.post(f"/imports/{batch.pk}/mapping/", mapped)
    work_off()
    assert "ไม่มีตัวตน" in signed_in.get(f"/imports/{batch.pk}/check/").content.decode()
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    with in_workspace(workspace.pk):
        found = {one.name: one.custom.get(field.key) for one in Customer.objects.filter(name__startswith="วีระ")}
    assert found == {"วีระ หนึ่ง": str(people["สมชาย"].pk), "วีระ สอง": str(people["มาลี"].pk)}
    for shown in ("csv", "xlsx"):
        out = signed_in.get(f"/export/customers/?columns=name,{field.name}&format={shown}&f={field.name}:is_known")
        assert out.status_code == 200, shown
        body = b"".join(out.streaming_content) if out.streaming else out.content
        if shown == "csv":
            assert "วีระ หนึ่ง,สมชาย ใจดี" in body.decode() and "วีระ สอง,มาลี ใจดี" in body.decode()


def test_two_of_one_name_are_told_apart(
    signed_in: Client, owner: Member, make: Callable[..., CustomField], people: dict[str, Customer]
) -> None:
    field = make("ผู้แนะนำ")
    with in_workspace(owner.workspace_id):
        other = customer_actions.create_customer({"name": "มาลี ใจดี"}, acting_member=owner).customer
        with translation.override("th"), pytest.raises(values.BadValue, match="หลายรายการ"):
            writing.edit_value(
                host_of("customers"), people["สมชาย"], field.name, "มาลี ใจดี", seen="", acting_member=owner
            )
    offered = signed_in.get(f"/fields/customers/lookup/{field.name}/", {"q": "มาลี"}).content.decode()
    assert str(other.pk) in offered and str(people["มาลี"].pk) in offered
    point(owner, people["สมชาย"], field, str(other.pk))
    # Whoever opens the form and saves it as it is means the one that stands there.
    point(owner, people["สมชาย"], field, "มาลี ใจดี")
    assert people["สมชาย"].custom == {field.key: str(other.pk)}


def test_cells_bulk_edit_and_new_records_take_a_name(
    signed_in: Client, owner: Member, make: Callable[..., CustomField], people: dict[str, Customer],
    workspace: Workspace,
) -> None:  # fmt: skip
    field = make("ผู้แนะนำ")
    cell = f"/customers/cells/{people['สมชาย'].pk}/{field.name}/"
    assert "data-lookup" in signed_in.get(cell, headers=HTMX).content.decode()
    answer = signed_in.post(
        cell, {"value": "กานดา ใจดี", "seen": "", "list": f"columns=name,{field.name}"}, headers=HTMX
    ).content.decode()
    assert f'<a href="/customers/{people["กานดา"].pk}/">' in answer
    ids = [str(people[name].pk) for name in ("สมชาย", "มาลี")]
    bulk = {"field": field.name, "value": "กานดา ใจดี", "ids": ids, "list": ""}
    signed_in.post("/customers/bulk/", bulk, headers=HTMX)
    with in_workspace(workspace.pk):
        assert Customer.objects.filter(**{f"custom__{field.key}": str(people["กานดา"].pk)}).count() == 2
        draft, problems = writing.read_values(host_of("customers"), {field.name: "0812345678"}, owner, for_new=True)
        assert draft[field.name] == str(people["สมชาย"].pk) and not problems
    assert "data-lookup" in signed_in.get("/customers/new/").content.decode()


def test_the_settings_make_one_and_what_it_points_at_stays(
    signed_in: Client, owner: Member, workspace: Workspace
) -> None:
    form = {"kind": "relation", "label_th": "งานที่เกี่ยว", "privacy": "business", "target": ""}
    assert 'name="target"' in signed_in.get("/settings/fields/orders/new/?kind=relation").content.decode()
    assert signed_in.post("/settings/fields/orders/new/", form).status_code == 422
    assert signed_in.post("/settings/fields/orders/new/", {**form, "target": "tasks"}).status_code == 302
    with in_workspace(workspace.pk):
        field = CustomField.objects.get()
        assert field.rules == {"target": "tasks"}
        signed_in.post(f"/settings/fields/orders/{field.pk}/", {**form, "target": "customers", "required": "1"})
        field.refresh_from_db()
        assert field.rules == {"target": "tasks", "required": True}
        with pytest.raises(BadField):
            draft = Draft("relation", "อื่น", rules={"target": "members"})
            actions.add_field(host_of("orders"), draft, acting_member=owner)


def test_a_list_asks_once_for_all_the_names(
    signed_in: Client, owner: Member, make: Callable[..., CustomField], people: dict[str, Customer],
) -> None:  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    fields = [make(f"คนที่ {number}") for number in range(3)]
    for customer, target in zip(people.values(), ("มาลี", "กานดา", "สมชาย"), strict=True):
        for field in fields:
            point(owner, customer, field, f"{target} ใจดี")
    columns = {"columns": ",".join(("name", *(field.name for field in fields)))}
    signed_in.get("/customers/", columns)
    with CaptureQueriesContext(connection) as plain:
        signed_in.get("/customers/", {"columns": "name"})
    with CaptureQueriesContext(connection) as related:
        signed_in.get("/customers/", columns)
    assert len(related) <= len(plain) + 1

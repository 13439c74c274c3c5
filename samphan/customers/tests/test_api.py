"""Customers through the API: read, written, and written by the thousand."""

from typing import Any

import pytest

from conftest import ApiClient
from samphan.administration.models import Member
from samphan.customers.models import Customer, Identity
from samphan.customers.tests.conftest import MakeCustomer
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

PERSON = {
    "name": "คุณสมชาย ใจดี",
    "phone": ["081-234-5678", "02 123 4567"],
    "email": "Somchai@example.com",
    "stage": "regular",
    "tags": ["ชา", "กาแฟ"],
    "birth_date": "14/12/2532",
    "province": "เชียงใหม่",
    "external_id": "C-1",
}


def test_adds_and_shows_a_customer(api: ApiClient) -> None:
    made = api.post("/customers", PERSON)
    assert made.status_code == 201, made.content
    shown = api.get(made.headers["Location"].removeprefix("/api/v1"))
    assert shown.headers["ETag"] == made.headers["ETag"]
    record = shown.json()
    assert record["name"] == "สมชาย ใจดี"
    assert record["phone"] == ["+66812345678", "+6621234567"]
    assert record["email"] == ["somchai@example.com"]
    assert record["birth_date"] == "1989-12-14"
    assert record["tags"] == ["กาแฟ", "ชา"]
    assert record["total_spent"] == "0.00"
    assert record["nickname"] is None


def test_says_of_each_field_what_is_wrong(api: ApiClient) -> None:
    refused = api.post("/customers", {"name": "ก", "phone": "12", "stage": "x", "shoe_size": 42, "order_count": "7"})
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert {one["path"] for one in refused.json()["errors"]} == {"shoe_size", "order_count"}
    refused = api.post("/customers", {"name": "ก", "phone": "12", "stage": "x"}, Accept_Language="th")
    assert {one["path"] for one in refused.json()["errors"]} == {"phone", "stage"}
    assert refused.json()["title"] == "ค่าที่ส่งมาใช้ไม่ได้"


def test_changes_the_named_fields_alone(api: ApiClient, prae: Customer) -> None:
    before = api.get(f"/customers/{prae.pk}").json()
    changed = api.patch(
        f"/customers/{prae.pk}", {"stage": "regular", "nickname": None, "phone": ["02 123 4567"], "tags": ["ชา"]}
    )
    assert changed.status_code == 200, changed.content
    after = changed.json() | {"contact_problems": before["contact_problems"]}  # follows from the telephone
    assert after == before | {"stage": "regular", "nickname": None, "phone": ["+6621234567"], "tags": ["ชา"]}


def test_puts_the_first_phone_first(api: ApiClient, prae: Customer) -> None:
    api.patch(f"/customers/{prae.pk}", {"phone": ["081-234-5678", "02 123 4567"]})
    turned = api.patch(f"/customers/{prae.pk}", {"phone": ["02 123 4567", "081-234-5678"]}).json()
    assert turned["phone"] == ["+6621234567", "+66812345678"]


def test_refuses_to_write_over_what_was_not_seen(api: ApiClient, prae: Customer) -> None:
    tag = api.get(f"/customers/{prae.pk}").headers["ETag"]
    assert api.patch(f"/customers/{prae.pk}", {"stage": "regular"}, If_Match=tag).status_code == 200
    late = api.patch(f"/customers/{prae.pk}", {"stage": "lost"}, If_Match=tag)
    assert late.status_code == 412
    assert api.get(f"/customers/{prae.pk}").json()["stage"] == "regular"
    assert api.delete(f"/customers/{prae.pk}", If_Match=tag).status_code == 412
    assert api.patch(f"/customers/{prae.pk}", {"stage": "lost"}, If_Match=late.headers["ETag"]).status_code == 200
    assert (
        api.get(f"/customers/{prae.pk}", If_None_Match=api.get(f"/customers/{prae.pk}").headers["ETag"]).status_code
        == 304
    )


def test_keeps_nothing_of_a_refused_change(api: ApiClient, prae: Customer) -> None:
    refused = api.patch(f"/customers/{prae.pk}", {"phone": ["02 123 4567"], "birth_date": "ไม่รู้"})
    assert refused.status_code == 422
    assert [one["path"] for one in refused.json()["errors"]] == ["birth_date"]
    assert api.get(f"/customers/{prae.pk}").json()["phone"] == ["+66812345678"]


def test_deletes_and_brings_back(api: ApiClient, prae: Customer) -> None:
    assert api.delete(f"/customers/{prae.pk}").status_code == 204
    assert api.get(f"/customers/{prae.pk}").status_code == 404
    assert api.post(f"/customers/{prae.pk}/restoration").json()["phone"] == ["+66812345678"]


def test_pages_by_cursor_through_everything_once(api: ApiClient, make_customer: MakeCustomer) -> None:
    for number in range(7):
        make_customer(name=f"ลูกค้า {number}")
    seen: list[str] = []
    address = "/customers?sort=name&limit=3&fields=name"
    while address:
        page = api.get(address).json()
        assert set(page["data"][0]) == {"id", "name"}
        seen += [one["name"] for one in page["data"]]
        address = (
            f"/customers?sort=name&limit=3&fields=name&cursor={page['next_cursor']}" if page["next_cursor"] else ""
        )
    assert seen == [f"ลูกค้า {number}" for number in range(7)]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("f=shoe:is:1", "f[0].field"),
        ("f=stage:is:nothing", "f[0].value"),
        ("sort=phone", "sort"),
        ("sort=shoe", "sort"),
        ("fields=name,shoe", "fields"),
        ("expand=moon", "expand"),
        ("cursor=abc", "cursor"),
        ("limit=201", "limit"),
        ("colour=red", "colour"),
    ],
)
def test_refuses_an_address_it_does_not_understand(api: ApiClient, address: str, path: str) -> None:
    refused = api.get(f"/customers?{address}")
    assert refused.status_code == 422
    assert [one["path"] for one in refused.json()["errors"]] == [path]


def test_filters_searches_and_asks_by_condition(api: ApiClient, prae: Customer, make_customer: MakeCustomer) -> None:
    make_customer(name="บริษัท ชาดี จำกัด", phone="02 999 9999")
    assert [one["id"] for one in api.get("/customers?f=stage:is:at_risk").json()["data"]] == [str(prae.pk)]
    assert [one["id"] for one in api.get("/customers?q=พิมพ์").json()["data"]] == [str(prae.pk)]
    where = {
        "or": [{"field": "grade", "operator": "is", "value": "A"}, {"not": {"field": "phone", "operator": "is_known"}}]
    }
    found = api.post("/customers/query", {"where": where, "fields": ["name"], "count": True}).json()
    assert [one["id"] for one in found["data"]] == [str(prae.pk)]
    assert found["count"] == {"value": 1, "is_exact": True}


def test_takes_many_at_once_and_says_what_became_of_each(api: ApiClient, prae: Customer) -> None:
    records: list[dict[str, Any]] = [
        {"name": "ร้านชา", "kind": "organisation", "external_id": "A", "phone": ["02 111 1111", "02 222 2222"]},
        {"name": "คุณแดง", "external_id": "B", "birth_date": "XXXX-05-12", "tags": ["ชา"]},
        {"phone": "081-234-5678", "name": "พิมพ์ลดา อัครเดชากุล", "stage": "regular"},
        {"name": "ผิด", "phone": "1"},
        {"external_id": "A", "grade": "B"},
        {"stage": "lost"},
        {"name": "ก", "shoe": "42"},
    ]
    made = api.post("/customers/bulk", {"records": records})
    assert made.status_code == 200, made.content
    results = made.json()["results"]
    assert [one["status"] for one in results] == [
        "created", "created", "updated", "refused", "updated", "refused", "refused",
    ]  # fmt: skip
    assert [[error["path"] for error in one["errors"]] for one in results[3:]] == [["phone"], [], ["name"], ["shoe"]]
    assert results[4]["id"] == results[0]["id"]
    assert results[2]["id"] == str(prae.pk)
    tea = api.get(f"/customers/{results[0]['id']}").json()
    assert (tea["phone"], tea["grade"], tea["kind"]) == (["+6621111111", "+6622222222"], "B", "organisation")
    assert api.get(f"/customers/{results[1]['id']}").json()["birth_date"] == "XXXX-05-12"
    again = api.post("/customers/bulk", {"records": records[:2]}).json()
    assert (again["created"], again["unchanged"]) == (0, 2)
    with in_workspace(prae.workspace_id):
        undo_changeset(made.headers["Samphan-Change"], member_id=None)
        assert Customer.objects.filter(deleted_at=None).count() == 1
        assert not Identity.objects.filter(value="A").exists()


def test_changes_and_deletes_many_alike(api: ApiClient, make_customer: MakeCustomer) -> None:
    ids = [str(make_customer(name=f"ลูกค้า {number}").pk) for number in range(3)]
    edited = api.post("/customers/bulk-edit", {"ids": ids, "set": {"stage": "lost"}, "add_tags": ["ชา"]})
    assert edited.json() == {"count": 3}
    record = api.get(f"/customers/{ids[2]}").json()
    assert (record["stage"], record["tags"]) == ("lost", ["ชา"])
    assert api.post("/customers/bulk-delete", {"ids": ids[:2]}).json() == {"count": 2}
    assert len(api.get("/customers").json()["data"]) == 1


def test_shows_nobody_more_than_they_may_see(prae: Customer, onlooker: Member, stranger: Member) -> None:
    reader = ApiClient(onlooker)
    record = reader.get(f"/customers/{prae.pk}").json()
    assert record["name"]
    assert not {"phone", "email", "birth_date", "note", "address"} & set(record)
    assert reader.get("/customers?f=phone:is:081-234-5678").status_code == 422
    assert reader.get("/customers?fields=phone").status_code == 422
    assert reader.patch(f"/customers/{prae.pk}", {"stage": "lost"}).status_code == 403
    assert ApiClient(stranger).get(f"/customers/{prae.pk}").status_code == 404


def test_names_the_owner_beside_the_id(api: ApiClient, prae: Customer, owner: Member) -> None:
    api.patch(f"/customers/{prae.pk}", {"owner": str(owner.pk)})
    (record,) = api.get("/customers?expand=owner&fields=owner").json()["data"]
    assert record["owner"] == str(owner.pk)
    assert record["expanded"]["owner"] == {"id": str(owner.pk), "name": "เมย์"}


def test_asks_the_database_as_often_for_many_as_for_few(api: ApiClient, django_assert_max_num_queries: Any) -> None:
    def people(count: int, mark: str) -> dict[str, Any]:
        return {"records": [{"name": f"ลูกค้า {one}", "external_id": f"{mark}-{one}"} for one in range(count)]}

    api.post("/customers/bulk", people(2, "warm"))
    with django_assert_max_num_queries(45):
        assert api.post("/customers/bulk", people(200, "many")).json()["created"] == 200

"""The form of a new customer."""

from django.test import Client

from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.customers.tests.conftest import htmx, sign_in
from samphan.platform.tenancy import in_workspace


def test_adds_a_person_and_opens_the_record(signed_in: Client, owner: Member) -> None:
    answer = signed_in.post("/customers/new/", {"kind": "person", "name": "นายกฤตเมธ ณ ลำพูน", "phone": "089 111 2222"})
    with in_workspace(owner.workspace_id):
        customer = Customer.objects.get()
    assert answer["Location"] == f"/customers/{customer.pk}/"
    assert customer.last_name == "ณ ลำพูน"


def test_keeps_what_was_typed_and_says_what_is_wrong_at_each_field(signed_in: Client, owner: Member) -> None:
    answer = signed_in.post(
        "/customers/new/",
        {
            "kind": "organisation",
            "name": "บริษัท บ้านริมคลอง จำกัด",
            "phone": "0812",
            "tax_id": "1234567890123",
            "note": "รอผล",
        },
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count('aria-invalid="true"') == 2
    for typed in ("บริษัท บ้านริมคลอง จำกัด", "0812", "1234567890123", "รอผล"):
        assert typed in html


def test_warns_about_the_same_customer_while_typing(signed_in: Client, prae: Customer) -> None:
    assert str(prae.pk) in signed_in.get("/customers/same/?phone=081-234-5678", **htmx()).content.decode()
    assert str(prae.pk) in signed_in.get("/customers/same/?email=PIMLADA@example.com", **htmx()).content.decode()
    assert signed_in.get("/customers/same/?phone=081-2", **htmx()).content.decode().strip() == ""


def test_saving_and_adding_another_keeps_the_kind(signed_in: Client, owner: Member) -> None:
    answer = signed_in.post("/customers/new/", {"kind": "organisation", "name": "ร้านกาดเช้า", "again": "1"})
    assert "kind=organisation" in answer["Location"]
    assert 'value="organisation" checked' in signed_in.get(answer["Location"]).content.decode()


def test_a_null_byte_and_ten_megabytes_are_refused_in_one_sentence(signed_in: Client, owner: Member) -> None:
    assert signed_in.post("/customers/new/", {"kind": "person", "name": "ก\x00ข"}).status_code in (302, 422)
    assert signed_in.post("/customers/new/", {"kind": "person", "name": "ก" * 2000}).status_code == 422


def test_an_onlooker_adds_nobody(client: Client, onlooker: Member) -> None:
    assert sign_in(client, onlooker).get("/customers/new/").status_code == 403

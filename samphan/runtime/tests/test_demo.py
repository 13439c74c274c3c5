"""The demo company is believable, true in every sum, loaded once, and removed without a trace."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from samphan.administration.models import Member, Team, User, Workspace
from samphan.commerce.actions import refresh_customer_totals, refresh_order_totals
from samphan.commerce.models import Order, OrderLine, Product
from samphan.customers.actions import refresh_search
from samphan.customers.models import Address, Customer, CustomerTag, Identity
from samphan.platform.search.models import SearchDocument
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.geography import geography
from samphan.platform.thai.phones import parse_phone
from samphan.platform.thai.tax_ids import parse_tax_id
from samphan.runtime import demo
from samphan.runtime.demo.company import SEED, stage_of
from samphan.runtime.demo.customers import Population
from samphan.runtime.demo.removal import workspace_tables
from samphan.runtime.demo.staff import OWNER, PASSWORD

TODAY = date(2026, 11, 21)
LARGE = 700


@pytest.fixture(scope="module")
def companies(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Workspace]]:
    """The demo company and a large one, loaded once for this module and removed at its end."""
    with django_db_blocker.unblock():
        demo.remove()
        demo.load(today=TODAY)
        demo.load(LARGE, today=TODAY)
        found = {workspace.slug: workspace for workspace in Workspace.objects.filter(is_demo=True)}
    yield found
    with django_db_blocker.unblock():
        demo.remove()


@pytest.fixture(params=["demo", "large"])
def company(request: pytest.FixtureRequest, companies: dict[str, Workspace], db: None) -> Iterator[Workspace]:
    """Each of the two, entered."""
    workspace = companies[request.param]
    with in_workspace(workspace.id):
        yield workspace


@pytest.fixture
def roaster(companies: dict[str, Workspace], db: None) -> Iterator[Workspace]:
    with in_workspace(companies["demo"].id):
        yield companies["demo"]


def test_is_of_a_size_that_fills_every_screen(roaster: Workspace) -> None:
    assert (roaster.name, roaster.name_en, roaster.is_demo) == ("โรงคั่วดอยหมอก", "Doi Mok Roasters", True)
    assert Customer.objects.filter(kind="person").count() > 1_000
    assert Customer.objects.filter(kind="organisation").count() > 150
    assert Product.objects.count() >= 60
    assert Order.objects.count() > 10_000
    assert Order.objects.filter(customer=None).exists()
    assert Order.objects.filter(total__lt=0).exists()
    assert set(Order.objects.values_list("channel", flat=True)) >= {"หน้าร้านอารีย์", "ไลน์", "Shopee", "เว็บไซต์", "สั่งประจำ"}
    assert set(Customer.objects.values_list("stage", flat=True)) == set(Customer.Stage.values)
    assert set(Customer.objects.values_list("grade", flat=True)) == {"", *Customer.Grade.values}


def test_has_the_customers_of_the_pictures(roaster: Workspace) -> None:
    prae = Customer.objects.get(name="พิมพ์ลดา อัครเดชากุล")
    assert (prae.nickname, prae.title, prae.stage) == ("แพร", "คุณ", "at_risk")
    assert prae.order_count == pytest.approx(34, abs=3)
    contacts = set(Identity.objects.filter(customer=prae).values_list("kind", "value"))
    assert {("phone", "+66812345678"), ("line", "prae.akr"), ("member", "880144201963")} <= contacts
    for name in ("ร้านกาดเช้า คาเฟ่", "บริษัท บ้านริมคลอง จำกัด", "โรงแรมวังน้ำเย็น", "หจก. สามพี่น้องเบเกอรี่", "Sarah Whitfield"):
        assert Customer.objects.filter(name=name).exists(), name


def test_has_people_with_roles_in_two_teams(roaster: Workspace) -> None:
    assert dict(Member.objects.values_list("name", "roles")) == {
        "เมย์": ["owner"],
        "บอย": ["sales"],
        "ก้อง": ["service", "field"],
        "ปุ้ย": ["marketing"],
        "นุช": ["finance"],
        "โอ๊ต": ["read_only"],
    }
    assert set(Team.objects.values_list("name", flat=True)) == {"กรุงเทพฯ", "เชียงใหม่"}


def test_lets_its_people_sign_in_with_the_printed_password(companies: dict[str, Workspace], db: None) -> None:
    assert User.objects.get(email=OWNER.email).check_password(PASSWORD)
    assert User.objects.get(email="boy@samphan.example").check_password(PASSWORD)


def test_has_every_sum_true_already(company: Workspace) -> None:
    assert refresh_order_totals() == 0
    assert refresh_customer_totals() == 0


def test_has_sort_keys_and_search_texts_as_the_product_makes_them(company: Workspace) -> None:
    for name, key in Customer.objects.values_list("name", "name_key"):
        assert key == sort_key(name)
    documents = {
        record: set(text.split())
        for record, text in SearchDocument.objects.filter(entity="customers").values_list("record_id", "text")
    }
    ids = list(Customer.objects.values_list("id", flat=True))
    assert set(documents) == set(ids)
    refresh_search(ids)
    for record, text in SearchDocument.objects.filter(entity="customers").values_list("record_id", "text"):
        assert set(text.split()) == documents[record]


def test_has_contact_points_and_places_that_exist(company: Workspace) -> None:
    for kind, value in Identity.objects.values_list("kind", "value"):
        if kind == "phone":
            assert parse_phone(value).e164 == value
        if kind == "email":
            assert value.endswith("@example.com")
            assert value.isascii()
    for code, subdistrict, district, province, postcode in Address.objects.values_list(
        "subdistrict_code", "subdistrict", "district", "province", "postcode"
    ):
        place = geography().subdistricts[code]
        assert (place.name, place.postcode) == (subdistrict, postcode)
        assert geography().districts[code[:4]].name == district
        assert geography().provinces[code[:2]].name == province


def test_has_tax_numbers_with_their_check_digit(company: Workspace) -> None:
    numbers = list(Customer.objects.exclude(tax_id="").values_list("tax_id", flat=True))
    assert numbers
    assert all(parse_tax_id(number).kind == "juristic" for number in numbers)
    assert not Customer.objects.filter(kind="person").exclude(tax_id="").exists()


def test_has_phones_that_each_name_one_customer(company: Workspace) -> None:
    phones = Identity.objects.filter(kind="phone", resolves=True)
    assert phones.count() == phones.values("value").distinct().count()


def test_has_no_order_in_the_future_or_before_its_customer_joined(company: Workspace) -> None:
    latest = datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert not Order.objects.filter(ordered_at__gte=latest).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM commerce_order o JOIN customers_customer c ON c.id = o.customer_id"
            " WHERE o.ordered_at < c.created_at"
        )
        assert cursor.fetchone() == (0,)


def test_writes_everything_as_one_act(company: Workspace) -> None:
    acts = set(Customer.objects.values_list("created_in", flat=True))
    assert len(acts) == 1
    for model in (Order, OrderLine, Identity, Address, CustomerTag, Product):
        assert set(model.objects.values_list("created_in", flat=True)) == acts


def test_gives_the_large_company_the_size_that_was_asked_for(companies: dict[str, Workspace], db: None) -> None:
    with in_workspace(companies["large"].id):
        assert Customer.objects.count() == LARGE
        assert 1.4 * LARGE < Order.objects.count() < 2.8 * LARGE
        assert Customer.objects.filter(order_count=0).exists()


def test_is_loaded_once(companies: dict[str, Workspace], db: None) -> None:
    said: list[str] = []
    answer = demo.load(say=said.append, today=TODAY)
    assert answer["loaded"] is False
    assert any("here already" in text for text in said)
    assert any(PASSWORD in text for text in said)


def test_shows_two_files_to_try_an_import_with(companies: dict[str, Workspace], db: None) -> None:
    from samphan.platform.imports.reading import inspect_file

    paths = demo.load(today=TODAY)["samples"]
    assert [path.rpartition("/")[2] for path in paths] == ["sample-customers.xlsx", "sample-orders.csv"]
    for path in paths:
        assert inspect_file(path).approximate_rows


def test_leaves_nothing_behind_when_removed(companies: dict[str, Workspace], db: None) -> None:
    assert demo.remove() is True
    assert demo.remove() is False
    assert not User.objects.filter(email__endswith="@samphan.example").exists()
    for workspace_id in [workspace.pk for workspace in companies.values()]:
        with in_workspace(workspace_id):
            for model in workspace_tables():
                rows: Any = model._base_manager.filter(workspace_id=workspace_id)
                assert not rows.exists(), model


def test_invents_the_same_people_on_the_same_day() -> None:
    from random import Random

    first, second = (Population(Random(SEED), TODAY).invent() for _time in range(2))
    assert [customer.id for customer in first] == [customer.id for customer in second]
    assert [customer.identities for customer in first] == [customer.identities for customer in second]


def test_calls_a_customer_by_the_stage_that_their_orders_speak_for() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def ago(*days: int) -> list[datetime]:
        return [now - timedelta(days=day) for day in days]

    assert stage_of([], now) == "prospect"
    assert stage_of(ago(20), now) == "new"
    assert stage_of(ago(70, 60, 50, 40), now) == "regular"
    assert stage_of(ago(100, 90, 80, 60), now) == "at_risk"
    assert stage_of(ago(400, 300), now) == "lost"

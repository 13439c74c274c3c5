"""Data quality: what is counted, for whom, and where each number leads."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samphan.administration.models import Member, SavedView, SystemViewer, Workspace
from samphan.customers.events import CustomerCreated, CustomerEdited, CustomersChanged
from samphan.customers.models import Address, Customer, Identity
from samphan.insights import jobs, problem_rows, quality, subscribers
from samphan.insights.models import CustomerProblem, QualityRun, QualitySnapshot
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.tax_ids import format_tax_id
from samphan.work.models import Task

pytestmark = pytest.mark.django_db
HERE = "/insights/data-quality/"


def add(workspace: Workspace, name: str, *, old: bool = False, **values: str) -> Customer:
    at = timezone.now() - timedelta(days=900 if old else 1)
    phones, email = values.pop("phone", ""), values.pop("email", "")
    customer = Customer.objects.create(
        workspace=workspace, name=name, sources={"*": ["system", at.isoformat(timespec="seconds")]}, **values
    )
    for kind, value in (("phone", phones), ("email", email)):
        if value:
            taken = Identity.objects.filter(workspace=workspace, kind=kind, value=value).exists()
            Identity.objects.create(workspace=workspace, customer=customer, kind=kind, value=value, resolves=not taken)
    return customer


@pytest.fixture
def people(workspace: Workspace, owner: Member, salesperson: Member) -> list[Customer]:
    with in_workspace(workspace.pk):
        found = [
            add(
                workspace,
                "แพร อัครเดชากุล",
                phone="+66812345670",
                email="prae@doimok.co.th",
                stage="new",
                owner_id=owner.pk,
            ),
            add(workspace, "ก้อง สมบูรณ์", phone="+66812345670", source="ไลน์", owner_id=salesperson.pk),
            add(workspace, "ทดสอบ", phone="+66888888888", email="test@test.com", source="ไลน์", old=True),
            add(workspace, "สมหญิง งามตา", tax_id="1234567890123", birth_date="1830-05-06"),
        ]
        Address.objects.create(workspace=workspace, customer=found[0], line="99", province="เชียงใหม่", postcode="5020")
    return found


def measured(workspace: Workspace) -> quality.Quality:
    with in_workspace(workspace.pk):
        problem_rows.refresh_all(workspace.pk)
        return quality.measure(
            Customer.objects.visible_to(SystemViewer(workspace.pk)), SystemViewer(workspace.pk), at=timezone.now()
        )


def test_counts_what_is_filled_wrong_and_old(workspace: Workspace, people: list[Customer]) -> None:
    found = measured(workspace)
    assert found.customers == 4
    assert {name: found.known[name] for name in ("phone", "email", "province", "tax_id", "owner", "source")} == {
        "phone": 3, "email": 2, "province": 1, "tax_id": 1, "owner": 2, "source": 2,
    }  # fmt: skip
    assert found.problems == {
        "no_contact": 1, "strange_name": 1, "dummy_phone": 1, "bad_email": 1, "bad_tax_id": 1, "odd_birth_date": 1,
        "odd_postcode": 1, "shared_phone": 2, "shared_email": 0, "shared_tax_id": 0, "similar_name": 0,
        "old_phone": 1, "old_email": 1,
    }  # fmt: skip
    assert found.worst[0] in {str(people[2].pk), str(people[3].pk)}, "three problems each"
    assert [(one["source"], one["customers"]) for one in found.sources] == [("", 2), ("ไลน์", 2)]


def test_every_number_leads_to_as_many_customers(
    signed_in: Client, workspace: Workspace, people: list[Customer]
) -> None:
    page = signed_in.get(HERE).content.decode()
    links = re.findall(r'<a class="link" href="(/customers/\?[^"]+)">([\d,]+)</a>', page)
    assert len(links) > 15
    for href, count in links:
        rows = signed_in.get(unescape(href)).content.decode().count("data-row=")
        assert rows == int(count), href


def test_keeps_the_count_of_each_week_and_renews_it(
    workspace: Workspace, people: list[Customer], owner: Member
) -> None:
    jobs.measure_quality(str(workspace.pk))
    jobs.measure_quality(str(workspace.pk))
    with in_workspace(workspace.pk):
        kept = QualitySnapshot.objects.get()
        assert kept.week.weekday() == 0 and kept.figures["customers"] == 4
        QualitySnapshot.objects.create(
            workspace=workspace, week=kept.week - timedelta(days=7), taken_at=timezone.now(),
            figures={**kept.figures, "customers": 3},
        )  # fmt: skip
        assert [one.customers for _week, one in quality.trend(owner)] == [3, 4]


def test_counts_a_saved_view_alone(
    signed_in: Client, workspace: Workspace, owner: Member, people: list[Customer]
) -> None:
    with in_workspace(workspace.pk):
        where = {"field": "source", "operator": "is", "value": "ไลน์"}
        view = SavedView.objects.create(
            workspace=workspace, entity="customers", name="จากไลน์", owner=owner, state={"version": 1, "where": where}
        )
    page = signed_in.get(f"{HERE}?view={view.pk}")
    assert page.context["found"].customers == 2
    assert page.context["found"].problems["shared_phone"] == 1


def test_shows_a_member_nothing_that_they_may_not_see(
    client_of: Callable[[Member], Client], onlooker: Member, stranger: Member, people: list[Customer], signed_in: Client
) -> None:
    signed_in.get(HERE)  # counted and kept
    page = client_of(onlooker).get(HERE)
    assert "phone" not in page.context["found"].known and page.context["found"].problems == {}
    assert "ทดสอบ" not in page.content.decode()
    assert not client_of(onlooker).get(f"{HERE}duplicates/").context["groups"]
    assert client_of(stranger).get(HERE).context["found"].customers == 0


def test_makes_a_task_of_each_of_the_worst_once(
    signed_in: Client, workspace: Workspace, owner: Member, salesperson: Member, people: list[Customer]
) -> None:
    signed_in.get(HERE)
    day = workspace.today() + timedelta(days=3)
    assert signed_in.post(f"{HERE}tasks/", {"assignee": "owner", "due": day.isoformat()}).status_code == 302
    with in_workspace(workspace.pk):
        made = {task.customer_id: task for task in Task.objects.all()}
        assert len(made) == 4
        assert made[people[1].pk].assignee_id == salesperson.pk
        assert made[people[3].pk].assignee_id == owner.pk and made[people[3].pk].due_on == day
        assert "เลขประจำตัวผู้เสียภาษี" in made[people[3].pk].text
    signed_in.post(f"{HERE}tasks/", {"assignee": "owner"})
    with in_workspace(workspace.pk):
        assert Task.objects.count() == 4


def test_lists_who_shares_a_number_side_by_side(signed_in: Client, people: list[Customer]) -> None:
    page = signed_in.get(f"{HERE}duplicates/").content.decode()
    assert "แพร อัครเดชากุล" in page and "ก้อง สมบูรณ์" in page and "081-234-5670" in page and "ทดสอบ" not in page
    assert "แพร" not in signed_in.get(f"{HERE}duplicates/?by=email").content.decode()


def test_says_so_where_there_is_nobody(signed_in: Client) -> None:
    assert "ยังไม่มีลูกค้า" in signed_in.get(HERE).content.decode()


def test_finds_the_same_tax_id_and_names_that_sound_alike(
    signed_in: Client, workspace: Workspace, owner: Member
) -> None:
    def company(name: str, branch: str = "00000", **more: str) -> Customer:
        return add(workspace, name, kind="organisation", branch=branch, **more)

    def person(first: str, last: str, postcode: str, **more: str) -> Customer:
        one = add(workspace, f"{first} {last}", first_name=first, last_name=last, **more)
        Address.objects.create(workspace=workspace, customer=one, line="1", postcode=postcode)
        return one

    with in_workspace(workspace.pk):
        twice = [
            company("บริษัท กาแฟดอยหมอก จำกัด", tax_id="0105536000315"),
            company("กาแฟดอยหมอก", tax_id="0105536000315"),
        ]
        company("บจก. กาแฟ ดอยหมอก", branch="00001", tax_id="0105536000315")
        alike = [person("ณัฐธิดา", "ศรีสุข", "10110"), person("นัฐธิดา", "สรีสุข", "10110")]
        born = [
            person("สมชาย", "ใจดี", "50200", birth_date="1980-05-06"),
            person("สมชาย", "ใจดี์", "10500", birth_date="1980-05-06"),
        ]
        person("ณัฐธิดา", "ศรีสุข", "50000")  # another one, of another town
    found = measured(workspace)
    assert found.problems["shared_tax_id"] == 2 and found.problems["similar_name"] == 6
    page = signed_in.get(f"{HERE}duplicates/?by=tax_id")
    groups = [{one["id"] for one in group["customers"]} for group in page.context["groups"]]
    assert groups == [{one.pk for one in twice}]
    assert format_tax_id("0105536000315") in page.content.decode()
    page = signed_in.get(f"{HERE}duplicates/?by=name")
    groups = [{one["id"] for one in group["customers"]} for group in page.context["groups"]]
    assert sorted(map(sorted, groups)) == sorted(sorted(one.pk for one in pair) for pair in (twice, alike, born))


def test_a_change_is_known_before_the_next_count(
    signed_in: Client, workspace: Workspace, people: list[Customer]
) -> None:
    signed_in.get(HERE)
    shared = {"f": "contact_problems:has_any_tag:shared_phone"}
    assert signed_in.get("/customers/", shared).content.decode().count("data-row=") == 2
    with in_workspace(workspace.pk):
        new = add(workspace, "มาลี ศรีสุข", phone="+66812345670")
        subscribers.find_problems_anew([CustomerCreated(new.pk)])
    assert signed_in.get("/customers/", shared).content.decode().count("data-row=") == 3
    with in_workspace(workspace.pk):
        Identity.objects.filter(customer=new).delete()
        subscribers.find_problems_anew([CustomerEdited(new.pk, ("phone",))])
    assert signed_in.get("/customers/", shared).content.decode().count("data-row=") == 2


def test_the_worst_open_as_a_list_and_are_kept_as_a_view(
    signed_in: Client,
    workspace: Workspace,
    people: list[Customer],
    client_of: Callable[[Member], Client],
    onlooker: Member,
) -> None:
    page = signed_in.get(HERE)
    opened = signed_in.get(page.context["worst_url"]).content.decode()
    assert opened.count("data-row=") == len(page.context["found"].worst) == 4
    fields = {"name": "ข้อมูลแย่ที่สุด", "list": page.context["worst_state"], "shared": "nobody"}
    assert signed_in.post("/customers/views/", fields).status_code == 302
    with in_workspace(workspace.pk):
        view = SavedView.objects.get(name="ข้อมูลแย่ที่สุด")
    assert signed_in.get(f"/customers/?v={view.pk}").content.decode().count("data-row=") == 4
    assert client_of(onlooker).get(HERE).context["worst_url"] == ""


def test_a_list_by_problem_begins_from_those_who_have_it(signed_in: Client, workspace: Workspace) -> None:
    with in_workspace(workspace.pk):
        Customer.objects.bulk_create(Customer(workspace=workspace, name=f"ลูกค้า {number}") for number in range(3_000))
        rare = Customer.objects.order_by("pk").first()
        CustomerProblem.objects.create(workspace=workspace, customer_id=rare.pk, problem="dummy_phone")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET ROLE samphan_owner")
            cursor.execute("ANALYZE customers_customer; ANALYZE insights_customerproblem; SET ROLE samphan_app")
    with CaptureQueriesContext(connection) as queries:
        signed_in.get("/customers/", {"f": "contact_problems:has_any_tag:dummy_phone"})
    page = next(query["sql"] for query in queries if "column_0" in query["sql"])
    with in_workspace(workspace.pk), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + page.replace("%", "%%"), [])
        plan = cursor.fetchone()[0]
    walked = nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])
    customers = [node for node in walked if node.get("Relation Name") == "customers_customer"]
    assert [node["Actual Rows"] for node in customers] == [1], "nobody else is looked at"
    assert customers[0]["Node Type"] == "Index Scan" and not customers[0].get("Rows Removed by Filter")


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


def test_counts_again_where_an_older_version_kept_numbers_alone(
    signed_in: Client, workspace: Workspace, people: list[Customer]
) -> None:
    signed_in.get(HERE)
    with in_workspace(workspace.pk):
        CustomerProblem.objects.all().delete()
        kept = QualitySnapshot.objects.get()
        del kept.figures["are_rows_kept"]
        kept.save(update_fields=["figures"])
    signed_in.get(HERE)
    with in_workspace(workspace.pk):
        assert CustomerProblem.objects.filter(problem="shared_phone").count() == 2


def test_counts_in_parts_and_goes_on_after_a_kill(
    workspace: Workspace, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, today = SystemViewer(workspace.pk), workspace.today()
    with in_workspace(workspace.pk):
        whole = quality.take_snapshot(viewer, today=today, at=timezone.now())
    monkeypatch.setattr(quality, "PART", 1)
    with in_workspace(workspace.pk):
        QualitySnapshot.objects.all().delete()
        CustomerProblem.objects.all().delete()
        taken = []
        for _step in range(len(problem_rows.COMPARED) + 2):
            assert quality.count_on(viewer, today=today, at=timezone.now()) is None
            assert not quality.was_counted(viewer), "a part is not shown as the whole"
            taken.append(QualityRun.objects.get().figures.get("customers"))
        assert taken[-2:] == [1, 2]
    jobs.measure_quality(str(workspace.pk))  # another worker takes over
    with in_workspace(workspace.pk):
        found = quality.latest(viewer)
        assert found is not None and not QualityRun.objects.exists()
        assert {**vars(found), "at": None} == {**vars(whole), "at": None}


def test_a_client_is_told_that_nothing_was_counted_yet(
    signed_in: Client, api: Any, workspace: Workspace, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "AT_ONCE", 0)
    where = "/insights/data-quality"
    assert api.get(where).json()["at"] is None
    assert signed_in.get(HERE).context["is_waiting"]
    jobs.measure_quality(str(workspace.pk))
    shown = api.get(where).json()
    assert shown["at"] and shown["customers"] == 4 and shown["problems"]["shared_phone"] == 2


def test_an_import_is_looked_at_as_one_span_and_finds_the_same(
    workspace: Workspace, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> set[tuple[Any, ...]]:
        return set(CustomerProblem.objects.values_list("customer_id", "problem", "shared"))

    with in_workspace(workspace.pk):
        more = [add(workspace, f"ร้าน {number}", tax_id="0105536000315") for number in range(3)]
        ids = tuple(one.pk for one in [*people, *more])
        subscribers.find_problems_anew([CustomersChanged(ids[:4]), CustomersChanged(ids[4:])])
        listed = kept()
        assert (more[0].pk, "shared_tax_id", "0105536000315 ") in listed and (people[2].pk, "dummy_phone", "") in listed
        CustomerProblem.objects.all().delete()
        monkeypatch.setattr(problem_rows, "DENSE", 1)
        with CaptureQueriesContext(connection) as queries:
            subscribers.find_problems_anew([CustomersChanged(ids[:4]), CustomersChanged(ids[4:])])
        assert kept() == listed
        assert any("q.customer_id > " in query["sql"] for query in queries)

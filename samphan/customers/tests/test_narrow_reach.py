"""Somebody who sees their own customers only: what they add stays before their eyes, and imports are not for them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import ApiClient
from samphan.administration import actions as administration
from samphan.administration import composition
from samphan.administration.composition import RoleDraft
from samphan.administration.models import Member, Notification, Workspace
from samphan.administration.reaching import RecordShare
from samphan.customers.actions import refresh_search
from samphan.customers.models import Customer
from samphan.customers.subscribers import tell_whom_it_is_shared_with
from samphan.platform.access import permissions
from samphan.platform.events.models import OutboxEvent
from samphan.platform.events.outbox import read
from samphan.platform.ids import uuid7
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def agent(workspace: Workspace, owner: Member) -> Member:
    """Sees their own customers and tasks, and may do with them whatever there is."""
    names = tuple(one.name for one in permissions() if not one.name.startswith("administration."))
    draft = RoleDraft(
        "ตัวแทน",
        permissions=names,
        privacy=frozenset({"public", "business", "contact", "personal", "sensitive", "financial"}),
        reach={"customers": "own", "tasks": "own"},
    )
    with in_workspace(workspace.pk):
        key = composition.save_role(None, draft, acting_member=owner)
        return administration.create_member(
            workspace, email="agent@doimok.example", name="พลอย", roles=[key], password="ก" * 12
        )


@pytest.fixture
def agents(agent: Member) -> Client:
    client = Client()
    client.force_login(agent.user, backend=BACKEND)
    return client


def customers(workspace: Workspace) -> dict[str, Any]:
    with in_workspace(workspace.pk):
        return dict(Customer.objects.filter(workspace=workspace).values_list("name", "owner_id"))


def test_what_they_add_is_theirs_unless_they_name_another(
    agents: Client, signed_in: Client, agent: Member, owner: Member, workspace: Workspace
) -> None:
    assert agents.post("/customers/new/", {"kind": "person", "name": "กานดา มีสุข"}).status_code == 302
    given = agents.post("/customers/new/", {"kind": "person", "name": "ชาลี ดี", "owner": str(owner.pk)})
    assert given["Location"] == "/customers/"  # its own page is not for them
    agents.get("/customers/")  # says what was done
    signed_in.post("/customers/new/", {"kind": "person", "name": "ดนัย งาม"})
    assert {name.split()[0]: who for name, who in customers(workspace).items()} == {
        "กานดา": agent.pk,
        "ชาลี": owner.pk,
        "ดนัย": None,
    }
    page = agents.get("/customers/").content.decode()
    assert "กานดา" in page and "ชาลี" not in page and "ดนัย" not in page


def test_giving_a_customer_away_says_so_before_and_leads_back_to_the_list(
    agents: Client, signed_in: Client, agent: Member, owner: Member, workspace: Workspace
) -> None:
    with in_workspace(workspace.pk):
        mine = Customer.objects.create(workspace=workspace, kind="person", name="กานดา", owner=agent)
    edit = f"/customers/{mine.pk}/fields/owner/edit/"
    note = "จะหายไปจากรายการของคุณ"
    assert note in agents.get(edit, HTTP_HX_REQUEST="true").content.decode()
    assert note not in signed_in.get(edit, HTTP_HX_REQUEST="true").content.decode()
    assert note in agents.get("/customers/assignment/", HTTP_HX_REQUEST="true").content.decode()
    kept = agents.post(edit, {"value": str(agent.pk), "seen": str(agent.pk)}, HTTP_HX_REQUEST="true")
    assert kept.status_code == 200
    answer = agents.post(edit, {"value": str(owner.pk), "seen": str(agent.pk)}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/customers/")
    assert customers(workspace) == {"กานดา": owner.pk}
    assert agents.get(f"/customers/{mine.pk}/").status_code == 404


def test_imports_are_for_those_who_see_all_customers(
    agents: Client, signed_in: Client, workspace: Workspace, agent: Member
) -> None:
    def bring(client: Client, kind: str) -> Any:
        file = SimpleUploadedFile("ลูกค้า.csv", "ชื่อ,โทรศัพท์\nสมชาย ใจดี,0812345678\n".encode())
        return client.post("/imports/", {"file": file, "kind": kind})

    taken = bring(signed_in, "customers")
    assert taken.status_code == 302
    # Products are nobody's: the page stays, without what is matched against customers.
    page = agents.get("/imports/").content.decode()
    assert "ลูกค้า.csv" not in page
    refused = agents.get(taken["Location"])
    assert refused.status_code == 409 and "เห็นลูกค้าทั้งหมด" in refused.content.decode()
    assert (
        "/imports/"
        not in agents.get("/customers/").content.decode().partition("page-actions")[2].partition("</header>")[0]
    )


def test_imports_are_for_those_who_may_read_what_files_hold(
    agents: Client, signed_in: Client, owner: Member, agent: Member, workspace: Workspace
) -> None:
    file = SimpleUploadedFile("ลูกค้า.csv", "ชื่อ,โทรศัพท์\nสมชาย ใจดี,0812345678\n".encode())
    taken = signed_in.post("/imports/", {"file": file, "kind": "customers"})
    with in_workspace(workspace.pk):
        narrow = composition.draft_of(agent.rights[0])
        wide = replace(narrow, reach={}, privacy=narrow.privacy - {"contact"}, masked=frozenset({"contact"}))
        composition.save_role(agent.roles[0], wide, acting_member=owner)
    refused = agents.get(taken["Location"])
    assert refused.status_code == 409 and "ข้อมูลส่วนบุคคล" in refused.content.decode()
    with in_workspace(workspace.pk):
        composition.save_role(agent.roles[0], replace(wide, privacy=narrow.privacy), acting_member=owner)
    assert agents.get(taken["Location"]).status_code in (200, 302)


def test_bulk_calls_of_the_api_are_for_those_who_see_all_customers(agent: Member, owner: Member) -> None:
    body = {"records": [{"kind": "person", "name": "สมชาย ใจดี"}]}
    answers = [ApiClient(member).post("/customers/bulk", body) for member in (owner, agent)]
    assert [each.status_code for each in answers] == [200, 409]
    assert "all customers" in answers[1].json()["detail"]


def test_does_not_name_whom_they_do_not_see_where_a_phone_is_shared(
    agents: Client, signed_in: Client, agent: Member, workspace: Workspace
) -> None:
    signed_in.post("/customers/new/", {"kind": "person", "name": "ดนัย งาม", "phone": "0812345678"})
    agents.post("/customers/new/", {"kind": "person", "name": "กานดา มีสุข", "phone": "0812345678"})
    said = agents.get("/customers/").content.decode()
    assert "ที่คุณไม่เห็น" in said and "ดนัย" not in said
    with in_workspace(workspace.pk):
        mine = Customer.objects.create(workspace=workspace, kind="person", name="ชาลี", owner=agent)
    url = f"/customers/{mine.pk}/contact-points/"
    added = agents.post(url, {"kind": "phone", "value": "0812345678"}, HTTP_HX_REQUEST="true")
    toast = json.dumps(json.loads(added["HX-Trigger"]), ensure_ascii=False)
    assert "ที่คุณไม่เห็น" in toast and "ดนัย" not in toast


@pytest.fixture
def theirs(agent: Member, owner: Member, workspace: Workspace) -> Customer:
    """A customer of the owner's, out of the agent's reach."""
    with in_workspace(workspace.pk):
        return Customer.objects.create(workspace=workspace, kind="person", name="ชาลี", owner=owner)


def test_shares_a_customer_and_ends_it(
    agents: Client, signed_in: Client, agent: Member, theirs: Customer, workspace: Workspace
) -> None:
    page = f"/customers/{theirs.pk}/"
    assert agents.get(page).status_code == 404
    assert "share-slot" in signed_in.get(page).content.decode()
    answer = signed_in.post(f"{page}sharing/", {"member": str(agent.pk)}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200 and "พลอย" in answer.content.decode()
    assert "แชร์ให้" in signed_in.get(page).content.decode()
    assert agents.get(page).status_code == 200 and "ชาลี" in agents.get("/customers/").content.decode()
    with in_workspace(workspace.pk):
        (published,) = OutboxEvent.objects.filter(type="customers.customers_shared")
        tell_whom_it_is_shared_with(read(published.type, published.payload))  # type: ignore[arg-type]
        told = Notification.objects.get(kind="customers.customers_shared")
    assert (told.member_id, told.url) == (agent.pk, page)
    # The same again changes nothing.
    signed_in.post(f"{page}sharing/", {"member": str(agent.pk)}, HTTP_HX_REQUEST="true")
    with in_workspace(workspace.pk):
        share = RecordShare.objects.get()
    assert signed_in.post(f"{page}sharing/{share.pk}/removal/", HTTP_HX_REQUEST="true").status_code == 200
    assert agents.get(page).status_code == 404
    assert signed_in.post(f"{page}sharing/{share.pk}/removal/").status_code == 409


def test_shares_selected_customers_with_a_team_and_takes_it_back(
    agents: Client, signed_in: Client, agent: Member, owner: Member, theirs: Customer, workspace: Workspace
) -> None:
    with in_workspace(workspace.pk):
        team = administration.create_team(workspace, name="เหนือ", members=[agent], acting_member_id=owner.pk)
    assert "เหนือ" in signed_in.get("/customers/sharing/", HTTP_HX_REQUEST="true").content.decode()
    values = {"ids": str(theirs.pk), "team": str(team.pk)}
    answer = signed_in.post("/customers/sharing/", values, HTTP_HX_REQUEST="true")
    assert answer.status_code == 204
    assert agents.get(f"/customers/{theirs.pk}/").status_code == 200
    undo = json.loads(answer["HX-Trigger"])["samphan:toast"]["undo"]
    assert signed_in.post(undo).status_code == 302
    assert agents.get(f"/customers/{theirs.pk}/").status_code == 404


def test_shares_nothing_unseen_with_nobody_and_without_the_right(
    agents: Client, signed_in: Client, agent: Member, theirs: Customer, workspace: Workspace, salesperson: Member
) -> None:
    path = f"/customers/{theirs.pk}/sharing/"
    assert agents.get(path).status_code == agents.post(path, {"member": str(agent.pk)}).status_code == 404
    agents.post("/customers/sharing/", {"ids": str(theirs.pk), "member": str(salesperson.pk)})
    assert signed_in.post(path, {"member": ""}).status_code == 422
    assert signed_in.post(path, {"member": str(uuid7())}).status_code == 422
    sales = Client()
    sales.force_login(salesperson.user, backend=BACKEND)
    assert sales.post(path, {"member": str(agent.pk)}).status_code == 403
    assert "share-slot" not in sales.get(f"/customers/{theirs.pk}/").content.decode().partition("dialog")[0]
    with in_workspace(workspace.pk):
        assert not RecordShare.objects.exists()


def test_sharing_stays_away_where_everybody_sees_everybody(
    signed_in: Client, owner: Member, workspace: Workspace
) -> None:
    with in_workspace(workspace.pk):
        one = Customer.objects.create(workspace=workspace, kind="person", name="ชาลี", owner=owner)
    assert f"/customers/{one.pk}/sharing/" not in signed_in.get(f"/customers/{one.pk}/").content.decode()
    assert "/customers/sharing/" not in signed_in.get("/customers/").content.decode()


def test_finds_their_own_behind_any_number_of_others_of_the_name(
    agents: Client, agent: Member, owner: Member, workspace: Workspace
) -> None:
    with in_workspace(workspace.pk):
        others = [
            Customer(workspace=workspace, name=f"สมชาย ที่{n}", owner=owner, name_key=f"a{n:04}") for n in range(250)
        ]
        mine = Customer(workspace=workspace, name="สมชาย ของพลอย", owner=agent, name_key="z")
        Customer.objects.bulk_create([*others, mine])
        refresh_search([each.pk for each in (*others, mine)])
    for page in ("/search/palette/", "/search/", "/customers/"):
        html = agents.get(page, {"q": "สมชาย"}).content.decode()
        assert str(mine.pk) in html, page
        assert "ที่7" not in html, page

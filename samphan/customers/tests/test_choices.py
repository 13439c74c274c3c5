"""Stages and grades as a company names them: everything that shows, filters, reads or writes them follows."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from samphan.administration.models import Member, SavedView, Workspace
from samphan.administration.settings import choices
from samphan.administration.settings.choices import BadChoice
from samphan.customers import actions
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer
from samphan.customers.reading import read_field
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
STAGES = "/settings/choices/customer_stage/"


@pytest.fixture
def prae(owner: Member) -> Customer:
    with in_workspace(owner.workspace_id):
        return Customer.objects.create(workspace_id=owner.workspace_id, name="แพร", stage="lead", grade="A")


def form(owner: Member, **changes: str) -> dict[str, str]:
    with in_workspace(owner.workspace_id):
        live = [one for one in choices.entries("customer_stage") if not one.into]
    typed = {f"{part}-{one.key}": getattr(one, part) for one in live for part in ("th", "en", "tone")}
    return {**typed, **{f"offered-{one.key}": "1" for one in live if not one.is_hidden}, **changes}


def test_shows_a_stage_under_its_new_name_and_colour_everywhere(
    signed_in: Client, owner: Member, prae: Customer
) -> None:
    typed = form(owner, **{"th-lead": "กำลังคุย", "en-lead": "Talking", "tone-lead": "rose"})
    assert signed_in.post(STAGES, typed).status_code == 302
    for path in (
        "/customers/",
        f"/customers/{prae.pk}/",
        f"/customers/?view={prae.pk}",
        "/customers/filters/?field=stage",
    ):
        page = signed_in.get(path).content.decode()
        assert "กำลังคุย" in page and "ว่าที่ลูกค้า" not in page, path
    assert "tone-rose" in signed_in.get("/customers/").content.decode()
    assert "ว่าที่ลูกค้า" in signed_in.get(STAGES).content.decode(), "what stood before is told"
    with in_workspace(owner.workspace_id):
        act = Changeset.objects.get(kind="administration.customer_stage_changed")
    signed_in.post(f"/changes/{act.pk}/undo/")
    assert "ว่าที่ลูกค้า" in signed_in.get("/customers/").content.decode()


def test_offers_no_hidden_stage_and_shows_it_where_it_stands(signed_in: Client, owner: Member, prae: Customer) -> None:
    typed = form(owner)
    del typed["offered-lead"]
    signed_in.post(STAGES, typed)
    assert "ว่าที่ลูกค้า" not in signed_in.get("/customers/new/").content.decode()
    assert "ว่าที่ลูกค้า" in signed_in.get(f"/customers/{prae.pk}/").content.decode()


def test_moves_a_stage_in_the_order(signed_in: Client, owner: Member) -> None:
    signed_in.post(STAGES, form(owner, up="lead"))
    with in_workspace(owner.workspace_id):
        assert [one.value for one in CUSTOMERS.field("stage").get_choices()][:2] == ["lead", "prospect"]


def test_takes_an_own_stage_from_people_and_files(signed_in: Client, owner: Member, prae: Customer) -> None:
    assert signed_in.post(f"{STAGES}new/", {"th": "ขายส่ง", "en": "Wholesale", "tone": "teal"}).status_code == 302
    with in_workspace(owner.workspace_id):
        assert CUSTOMERS.field("stage").choice_named("ขายส่ง") == "c1"
        assert read_field("stage", "c1", today=owner.workspace.today()) == "c1"
        assert choices.words("customer_stage")["ขายส่ง"] == "c1"
    found = signed_in.get("/customers/?f=stage:is:c1")
    assert found.status_code == 200 and "ขายส่ง" in found.content.decode()
    assert "ขายส่ง" in signed_in.get("/customers/new/").content.decode()


def test_an_import_knows_the_new_names(owner: Member, workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("ชื่อลูกค้า,สถานะลูกค้า,เกรด,โทรศัพท์\nบริษัท กาแฟ จำกัด,ขายส่ง,vip,081-234-5678\n", encoding="utf-8")
    with in_workspace(workspace.pk):
        choices.add("customer_stage", th="ขายส่ง", en="Wholesale", tone="teal", acting_member=owner)
        choices.add("customer_grade", th="VIP", en="VIP", tone="slate", acting_member=owner)
        batch = imports.take_file(path, file_name=path.name, kind_name=None, member_id=None)
        engine.start(batch)
    assert engine.run(batch.id, workspace.id).batch.errors == 0
    with in_workspace(workspace.pk):
        found = Customer.objects.get(name__contains="กาแฟ")
        assert (found.stage, found.grade) == ("c1", "E")


def test_merges_a_stage_into_another_with_records_and_views_and_takes_it_back(owner: Member, prae: Customer) -> None:
    with in_workspace(owner.workspace_id):
        where = {"and": [{"field": "stage", "operator": "is_any_of", "value": ["lead", "new"]}]}
        view = SavedView.objects.create(
            workspace_id=owner.workspace_id, entity="customers", name="คุยอยู่", owner=owner, state={"where": where}
        )
        act = choices.merge("customer_stage", "lead", "prospect", acting_member=owner)
        prae.refresh_from_db()
        view.refresh_from_db()
        assert prae.stage == "prospect" and prae.sources["stage"][0].startswith("member:")
        assert view.state["where"]["and"][0]["value"] == ["prospect", "new"]
        assert choices.words("customer_stage")["ว่าที่ลูกค้า"] == "prospect", "files that use the old name"
        assert "lead" not in [value for value, _label in choices.offered("customer_stage")]
        assert CUSTOMERS.field("stage").choice_label("lead") == "ว่าที่ลูกค้า", "in the history"
        assert act is not None
        undo_changeset(act, member_id=owner.pk)
        prae.refresh_from_db()
        view.refresh_from_db()
        assert prae.stage == "lead" and view.state["where"] == where
        assert "lead" in [value for value, _label in choices.offered("customer_stage")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"th-lead": ""}, "ภาษาไทย"), ({"th-lead": "ลูกค้าใหม่"}, "ลูกค้าใหม่"), ({"tone-lead": "gold"}, "สี")],
)
def test_refuses_names_that_are_missing_or_taken(
    signed_in: Client, owner: Member, changes: dict[str, str], said: str
) -> None:
    answer = signed_in.post(STAGES, form(owner, **changes))
    assert answer.status_code == 422
    assert said in answer.context["error"]


def test_keeps_one_to_choose_and_merges_none_into_itself(owner: Member, workspace: Workspace) -> None:
    with in_workspace(workspace.pk):
        with pytest.raises(BadChoice):
            choices.change(
                "customer_stage",
                [replace(one, is_hidden=True) for one in choices.entries("customer_stage")],
                acting_member=owner,
            )
        for pair in (("lead", "lead"), ("lead", "nothing"), ("nothing", "lead")):
            with pytest.raises(BadChoice):
                choices.merge("customer_stage", *pair, acting_member=owner)


def test_a_grade_of_ones_own_is_the_next_letter(signed_in: Client, owner: Member, prae: Customer) -> None:
    signed_in.post("/settings/choices/customer_grade/new/", {"th": "วีไอพี", "en": "VIP"})
    with in_workspace(owner.workspace_id):
        actions.edit_field(prae, "grade", "E", seen="A", acting_member=owner)
    page = signed_in.get("/customers/").content.decode()
    assert 'class="grade grade-d" title="วีไอพี">E<' in page


def test_each_company_has_its_own_names(signed_in: Client, owner: Member, stranger: Member) -> None:
    signed_in.post(STAGES, form(owner, **{"th-lead": "กำลังคุย"}))
    with in_workspace(stranger.workspace_id):
        assert CUSTOMERS.field("stage").choice_label("lead") == "ว่าที่ลูกค้า"


def test_the_list_asks_for_no_names_that_it_knows(signed_in: Client, prae: Customer, owner: Member) -> None:
    signed_in.post(STAGES, form(owner, **{"th-lead": "กำลังคุย"}))
    signed_in.get("/customers/")
    with CaptureQueriesContext(connection) as seen:
        signed_in.get("/customers/")
    assert not [one for one in seen if "administration_setting" in one["sql"]]


def test_says_beside_the_name_what_is_wrong_with_it(signed_in: Client, owner: Member) -> None:
    page = signed_in.post(STAGES, form(owner, **{"th-lead": ""})).content.decode()
    field = page[page.index('name="th-lead"') :][:400]
    assert 'aria-invalid="true"' in field and 'id="choice-error"' in field and page.count("choice-error") == 2
    shown = signed_in.get(STAGES).content.decode()
    merging = shown[shown.index('id="merge-from"') :]
    assert 'value="" selected' in merging or '<option value="">' in merging, "nobody merges by not looking"

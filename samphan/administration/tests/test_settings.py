"""Preferences of a person and settings of the company."""

from collections.abc import Callable

import pytest
from django.test import Client

from samphan.administration.models import AuditEntry, Member, User, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "value"), [("language", "en"), ("theme", "dark"), ("era", "ce")])
def test_keeps_a_preference_with_the_person(signed_in: Client, owner: Member, name: str, value: str) -> None:
    assert signed_in.post("/ui/preferences/", {name: value, "next": "/settings/"}).headers["Location"] == "/settings/"
    assert getattr(User.objects.get(pk=owner.user_id), name) == value


@pytest.mark.parametrize(
    ("language", "era", "shown"), [("th", "", "be"), ("en", "", "ce"), ("en", "be", "be"), ("th", "ce", "ce")]
)
def test_reads_years_as_the_language_would_unless_chosen(
    signed_in: Client, owner: Member, language: str, era: str, shown: str
) -> None:
    owner.user.language, owner.user.era = language, era
    owner.user.save()
    assert f'data-era="{shown}"' in signed_in.get("/settings/").content.decode()


def test_leaves_a_preference_alone_that_is_not_offered(signed_in: Client, owner: Member) -> None:
    signed_in.post("/ui/preferences/", {"language": "xx", "theme": "pink", "era": "ad"})
    user = User.objects.get(pk=owner.user_id)
    assert (user.language, user.theme, user.era) == ("th", "system", "")


def test_speaks_the_chosen_language_from_the_next_page_on(signed_in: Client) -> None:
    assert "My settings" not in signed_in.get("/settings/").content.decode()
    signed_in.post("/ui/preferences/", {"language": "en"})
    page = signed_in.get("/settings/").content.decode()
    assert 'lang="en"' in page and "My settings" in page


def test_shows_the_own_preferences_to_everybody(client_of: Callable[[Member], Client], onlooker: Member) -> None:
    page = client_of(onlooker).get("/settings/")
    assert page.status_code == 200
    assert "/settings/people/" not in page.content.decode()


def test_changes_the_company_and_writes_it_down(signed_in: Client, workspace: Workspace, owner: Member) -> None:
    answer = signed_in.post("/settings/company/", {"name": "โรงคั่วดอยหมอก จำกัด", "name_en": "Doi Mok", "era": "ce"})
    assert answer.status_code == 302
    workspace.refresh_from_db()
    assert (workspace.name, workspace.name_en, workspace.era) == ("โรงคั่วดอยหมอก จำกัด", "Doi Mok", "ce")
    with in_workspace(workspace.id):
        entry = AuditEntry.objects.get(action="administration.company_changed")
    assert (entry.member_id, entry.detail) == (owner.pk, {"fields": ["name", "name_en", "era"]})


def test_keeps_what_was_typed_when_the_company_has_no_name(signed_in: Client, workspace: Workspace) -> None:
    answer = signed_in.post("/settings/company/", {"name": " ", "name_en": "Doi Mok Coffee", "era": "be"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Doi Mok Coffee" in page and "กรุณากรอกช่องนี้" in page
    workspace.refresh_from_db()
    assert workspace.name == "โรงคั่วดอยหมอก"


@pytest.mark.parametrize("path", ["/settings/company/", "/settings/people/", "/settings/teams/", "/settings/audit/"])
def test_keeps_the_settings_of_the_company_from_other_roles(
    client_of: Callable[[Member], Client], owner: Member, salesperson: Member, onlooker: Member, path: str
) -> None:
    assert client_of(owner).get(path).status_code == 200
    assert client_of(salesperson).get(path).status_code == 403
    assert client_of(onlooker).get(path).status_code == 403
    assert Client().get(path).headers["Location"] == f"/sign-in/?next={path}"

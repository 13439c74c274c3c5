"""Preferences of a person and settings of the company."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from samphan.administration import settings
from samphan.administration.models import Member, User, Workspace
from samphan.platform.changes.models import Changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "value"), [("language", "en"), ("theme", "dark"), ("era", "ce")])
def test_keeps_a_preference_with_the_person(signed_in: Client, owner: Member, name: str, value: str) -> None:
    assert (
        signed_in.post("/ui/preferences/", {name: value, "next": "/settings/me/"}).headers["Location"]
        == "/settings/me/"
    )
    assert getattr(User.objects.get(pk=owner.user_id), name) == value


@pytest.mark.parametrize(
    ("language", "era", "shown"), [("th", "", "be"), ("en", "", "ce"), ("en", "be", "be"), ("th", "ce", "ce")]
)
def test_reads_years_as_the_language_would_unless_chosen(
    signed_in: Client, owner: Member, language: str, era: str, shown: str
) -> None:
    owner.user.language, owner.user.era = language, era
    owner.user.save()
    assert f'data-era="{shown}"' in signed_in.get("/settings/me/").content.decode()


def test_leaves_a_preference_alone_that_is_not_offered(signed_in: Client, owner: Member) -> None:
    signed_in.post("/ui/preferences/", {"language": "xx", "theme": "pink", "era": "ad"})
    user = User.objects.get(pk=owner.user_id)
    assert (user.language, user.theme, user.era) == ("th", "system", "")


def test_speaks_the_chosen_language_from_the_next_page_on(signed_in: Client) -> None:
    assert "My settings" not in signed_in.get("/settings/me/").content.decode()
    signed_in.post("/ui/preferences/", {"language": "en"})
    page = signed_in.get("/settings/me/").content.decode()
    assert 'lang="en"' in page and "My settings" in page


def test_shows_the_own_preferences_to_everybody(client_of: Callable[[Member], Client], onlooker: Member) -> None:
    page = client_of(onlooker).get("/settings/")
    assert page.status_code == 200
    assert "/settings/people/" not in page.content.decode()


COMPANY = {
    "name": "โรงคั่วดอยหมอก จำกัด",
    "name_en": "Doi Mok",
    "tax_id": "0-10-5-537-00001-5",
    "branch": "สาขา 1",
    "phone": "053 123 456",
    "email": "hello@doimok.example",
    "website": "www.doimok.example",
    "address": "99 ม.3 ต.สุเทพ อ.เมืองเชียงใหม่ 50200",
    "address_en": "99 Moo 3, Suthep, Chiang Mai",
}


def test_changes_the_company_and_takes_it_back(signed_in: Client, workspace: Workspace, owner: Member) -> None:
    assert signed_in.post("/settings/company/", COMPANY).status_code == 302
    workspace.refresh_from_db()
    assert (workspace.name, workspace.name_en) == ("โรงคั่วดอยหมอก จำกัด", "Doi Mok")
    with in_workspace(workspace.id):
        known = settings.read(workspace.pk, "company")
        act = Changeset.objects.get(kind="administration.company_changed")
    assert (known["tax_id"], known["branch"], known["phone"]) == ("0105537000015", "00001", "+6653123456")
    assert known["website"] == "https://www.doimok.example"
    assert known["address"]["province"] == "เชียงใหม่" and known["address"]["line"] == "99 ม.3"
    assert act.member_id == owner.pk
    assert act.note["before"]["name"] == "โรงคั่วดอยหมอก" and act.note["after"]["tax_id"] == "0105537000015"
    page = signed_in.get("/settings/company/").content.decode()
    assert "สาขาที่ 00001" in page and "โรงคั่วดอยหมอก จำกัด" in page and f"/changes/{act.pk}/undo/" in page
    assert signed_in.post(f"/changes/{act.pk}/undo/").status_code == 302
    workspace.refresh_from_db()
    assert workspace.name == "โรงคั่วดอยหมอก"
    with in_workspace(workspace.id):
        assert settings.read(workspace.pk, "company")["tax_id"] == ""


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("tax_id", "1234567890123", "หลักสุดท้าย"),
        ("tax_id", "12", "2 หลัก"),
        ("branch", "สาขาเชียงใหม่", "สำนักงานใหญ่"),
        ("phone", "12345", "5 หลัก"),
        ("website", "not a site", "www.example.co.th"),
        ("email", "nobody", "อีเมล"),
    ],
)
def test_says_what_is_wrong_with_a_value_of_the_company(
    signed_in: Client, workspace: Workspace, field: str, typed: str, said: str
) -> None:
    answer = signed_in.post("/settings/company/", {**COMPANY, field: typed})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert said in form.errors[field][0]
    workspace.refresh_from_db()
    assert workspace.name == "โรงคั่วดอยหมอก"


def picture(size: tuple[int, int]) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "#7a3e12").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def test_shows_the_logo_that_was_uploaded_and_no_file_that_is_none(
    signed_in: Client, client_of: Callable[[Member], Client], workspace: Workspace, stranger: Member
) -> None:
    refused = signed_in.post("/settings/company/", {**COMPANY, "logo": SimpleUploadedFile("logo.png", b"MZ nothing")})
    assert refused.status_code == 422 and refused.context["form"].errors["logo"]
    assert signed_in.post("/settings/company/", {**COMPANY, "logo": picture((2000, 500))}).status_code == 302
    workspace.refresh_from_db()
    address = f"/settings/company/logo/{workspace.logo}/"
    assert f'src="{address}"' in signed_in.get("/settings/").content.decode()
    answer = signed_in.get(address)
    assert answer.headers["Content-Type"] == "image/png"
    with Image.open(BytesIO(b"".join(answer))) as drawn:  # type: ignore[arg-type]
        assert drawn.size == (512, 128)
    assert client_of(stranger).get(address).status_code == 404
    signed_in.post("/settings/company/", {**COMPANY, "remove_logo": "1"})
    assert "workspace-logo" not in signed_in.get("/settings/").content.decode()


def test_shows_every_time_in_the_zone_of_the_company(signed_in: Client, workspace: Workspace, owner: Member) -> None:
    changed = {"time_zone": "Asia/Tokyo", "era": "ce", "week_start": "0", "languages": ["th"]}
    assert signed_in.post("/settings/region/", changed).status_code == 302
    workspace.refresh_from_db()
    assert (workspace.time_zone, workspace.era, workspace.week_start, workspace.languages) == (
        "Asia/Tokyo", "ce", 0, ["th"],
    )  # fmt: skip
    with in_workspace(workspace.id):
        at = Changeset.objects.get(kind="administration.region_changed").at
    page = signed_in.get("/settings/region/").content.decode()
    assert at.astimezone(ZoneInfo("Asia/Tokyo")).isoformat(timespec="minutes") in page
    assert 'name="language" value="en"' not in page, "one language is no choice"
    signed_in.post("/ui/preferences/", {"language": "en"})
    assert 'lang="th"' in signed_in.get("/settings/").content.decode()


@pytest.mark.parametrize("changed", [{"time_zone": "Mars/Base"}, {"languages": []}, {"week_start": "9"}, {"era": "x"}])
def test_refuses_a_region_that_is_not_offered(
    signed_in: Client, workspace: Workspace, changed: dict[str, object]
) -> None:
    known = {"time_zone": "Asia/Bangkok", "era": "be", "week_start": "6", "languages": ["th", "en"]}
    assert signed_in.post("/settings/region/", {**known, **changed}).status_code == 422
    workspace.refresh_from_db()
    assert workspace.settings_version == 0


def test_finds_a_topic_by_any_word_for_it(
    signed_in: Client, client_of: Callable[[Member], Client], onlooker: Member
) -> None:
    whole = signed_in.get("/settings/").content.decode()
    assert "/settings/company/" in whole and "/settings/audit/" in whole
    found = signed_in.get("/settings/", {"q": "โลโก้"}, headers={"HX-Request": "true"}).content.decode()
    assert "/settings/company/" in found and "/settings/audit/" not in found and "<html" not in found
    assert "ไม่พบการตั้งค่า" in signed_in.get("/settings/", {"q": "zzz"}).content.decode()
    assert "/settings/company/" not in client_of(onlooker).get("/settings/").content.decode()


def test_asks_for_settings_only_when_they_changed(
    signed_in: Client, workspace: Workspace, owner: Member, django_assert_num_queries: Any
) -> None:
    settings.store._kept.clear()
    with in_workspace(workspace.id):
        with django_assert_num_queries(2):
            assert settings.read(workspace.pk, "region")["era"] == "be"
            settings.read(workspace.pk, "company")
        settings.store.write("region", {"era": "ce"}, acting_member=owner)
        assert settings.read(workspace.pk, "region")["era"] == "ce"
    workspace.refresh_from_db()
    for statements in (1, 0):
        with in_workspace(workspace.id):
            settings.store.use_version(workspace)
            with django_assert_num_queries(statements):
                assert settings.read(workspace.pk, "region")["era"] == "ce"


def test_keeps_what_was_typed_when_the_company_has_no_name(signed_in: Client, workspace: Workspace) -> None:
    answer = signed_in.post("/settings/company/", {"name": " ", "name_en": "Doi Mok Coffee"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Doi Mok Coffee" in page and "กรุณากรอกช่องนี้" in page
    workspace.refresh_from_db()
    assert workspace.name == "โรงคั่วดอยหมอก"


@pytest.mark.parametrize(
    "path", ["/settings/company/", "/settings/region/", "/settings/people/", "/settings/teams/", "/settings/audit/"]
)
def test_keeps_the_settings_of_the_company_from_other_roles(
    client_of: Callable[[Member], Client], owner: Member, salesperson: Member, onlooker: Member, path: str
) -> None:
    assert client_of(owner).get(path).status_code == 200
    assert client_of(salesperson).get(path).status_code == 403
    assert client_of(onlooker).get(path).status_code == 403
    assert Client().get(path).headers["Location"] == f"/sign-in/?next={path}"

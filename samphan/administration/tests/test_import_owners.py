"""A column of owners: members by name or e-mail, and whoever is unknown given to a member, or to nobody, in one go."""

import pytest
from django.test import Client

from samphan.administration import actions
from samphan.administration.member_names import MemberNames
from samphan.administration.models import Member, Workspace
from samphan.administration.tests.test_imports import (  # noqa: F401
    again,
    files_in_a_folder_of_their_own,
    upload,
    work_off,
    workspace_of_the_browser,
)
from samphan.customers.models import Customer
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

FILE = "ชื่อ,ผู้ดูแล\nหนึ่ง,คุณเมย์\nสอง,May (may@doimok.example)\nสาม,เซลล์เก่า\nสี่,เซลล์เก่า\nห้า,คนออกแล้ว\nหก,\nเจ็ด,สมชาย ใจดี\n"


@pytest.fixture
def twins(workspace: Workspace) -> list[Member]:
    return [
        actions.create_member(workspace, email=f"s{n}@doimok.example", name="นายสมชาย ใจดี", roles=["sales"])
        for n in (1, 2)
    ]


def checked(client: Client, text: str = FILE) -> ImportBatch:
    batch = upload(client, text)
    client.post(f"/imports/{batch.pk}/mapping/", {"column-0": "name", "column-1": "owner", "next": "1"})
    work_off()
    return again(batch)


def owners(workspace: Workspace) -> dict[str, str]:
    with in_workspace(workspace.id):
        found = Customer.objects.select_related("owner").order_by("id")
        return {one.name: one.owner.name if one.owner else "" for one in found}


def fix(client: Client, batch: ImportBatch, code: str, do: str, old: str = "", new: str = "") -> str:
    form = {"column": "1", "code": code, "do": do, "old": old, "new": new, "group": f"{code}:ผู้ดูแล"}
    answer = client.post(f"/imports/{batch.pk}/check/fixes/", form, headers={"HX-Request": "true"})
    return answer.content.decode()


def test_finds_members_however_a_file_writes_them(owner: Member, twins: list[Member], workspace: Workspace) -> None:
    with in_workspace(workspace.id):
        names = MemberNames.of(workspace.id)
    for text in (
        "เมย์",
        "คุณเมย์",
        "may@doimok.example",
        "MAY@DoiMok.example",
        "ใครก็ได้ <may@doimok.example>",
        "เมย์ (ลาออก)",
    ):
        assert names.find(text) == {owner.id}, text
    assert names.find("สมชาย ใจดี") == {one.id for one in twins}
    assert names.find("สมชาย ใจดี (s1@doimok.example)") == {twins[0].id}
    assert names.find("เมย") == names.find("") == names.find("somebody@doimok.example") == set()


def test_gives_the_rows_of_an_unknown_owner_to_a_member_and_others_to_nobody(
    signed_in: Client, workspace: Workspace, salesperson: Member, twins: list[Member]
) -> None:
    batch = checked(signed_in)
    groups = {one["code"]: (one["rows"], one["rejects"]) for one in batch.result["problems"]}
    assert groups == {"unknown_owner": (3, False), "several_owners": (1, False)} and batch.errors == 0
    page = signed_in.get(f"/imports/{batch.pk}/check/?group=unknown_owner:ผู้ดูแล").content.decode()
    assert "“เซลล์เก่า” ใน 2 แถว หมายถึง" in page and "นำเข้าทั้ง 3 แถวโดยไม่มีผู้ดูแล" in page
    assert f'<option value="{salesperson.user.email}">บอย</option>' in page
    fix(signed_in, batch, "unknown_owner", "value", "เซลล์เก่า", salesperson.user.email)
    assert [one["rows"] for one in again(batch).result["problems"]] == [1, 1]
    fix(signed_in, batch, "unknown_owner", "empty")
    fix(signed_in, batch, "several_owners", "value", "สมชาย ใจดี", "s2@doimok.example")
    assert again(batch).result["problems"] == []
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    assert owners(workspace) == {
        "หนึ่ง": "เมย์",
        "สอง": "เมย์",
        "สาม": "บอย",
        "สี่": "บอย",
        "ห้า": "",
        "หก": "",
        "เจ็ด": "นายสมชาย ใจดี",
    }


def test_comes_in_without_an_owner_when_nobody_chose_one(
    signed_in: Client, workspace: Workspace, twins: list[Member]
) -> None:
    batch = checked(signed_in)
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    assert again(batch).created == 7
    assert owners(workspace)["สาม"] == owners(workspace)["เจ็ด"] == ""  # of two of one name, none is guessed


def test_remembers_who_an_unknown_owner_is(signed_in: Client, salesperson: Member, workspace: Workspace) -> None:
    batch = checked(signed_in)
    fix(signed_in, batch, "unknown_owner", "value", "เซลล์เก่า", salesperson.user.email)
    signed_in.post(f"/imports/{batch.pk}/run/")
    work_off()
    batch = checked(signed_in, "ชื่อ,ผู้ดูแล\nแปด,เซลล์เก่า\n")
    assert batch.result["problems"] == []

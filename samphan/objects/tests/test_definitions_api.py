"""A program defines kinds of records, shares records and writes notes as a person does by hand."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from conftest import ApiClient
from samphan.administration.models import Member, Workspace
from samphan.objects import actions, definitions
from samphan.objects.definitions import Draft
from samphan.objects.models import CustomObject, ObjectRecord, RecordNote
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

KINDS = "/object-definitions"
PET = {"label_th": "สัตว์เลี้ยง", "label_en": "Pet", "icon": "paw-print", "has_customer": False}
RoleOf = Callable[..., Member]


@pytest.fixture
def give_role(workspace: Workspace, salesperson: Member) -> RoleOf:
    """The salesperson with exactly these rights."""

    def give(*permissions: str, privacy: tuple[str, ...] = ("public", "business"), reach: Any = None) -> Member:
        with in_workspace(workspace.pk):
            role = {"name": "ช่าง", "permissions": [*permissions], "privacy": [*privacy], "reach": reach or {}}
            workspace.roles = {"tech": role}
            workspace.save(update_fields=["roles"])
            salesperson.roles = ["tech"]
            salesperson.save(update_fields=["roles"])
        return salesperson

    return give


@pytest.fixture
def away(other_workspace: Workspace, stranger: Member) -> tuple[CustomObject, ObjectRecord, RecordNote]:
    """A kind of another company, with one record and a note on it."""
    with in_workspace(other_workspace.pk):
        kind = definitions.add_object(Draft(label_en="Machine"), acting_member=stranger)
        record = actions.create_record(kind, {"title": "ของบริษัทอื่น"}, acting_member=stranger)[1]
        note = RecordNote.objects.create(
            workspace=other_workspace, record=record, member=stranger, at=record.created_at, text="ลับ"
        )
    return kind, record, note


def undo(api: ApiClient, answer: Any) -> int:
    return int(api.post(f"/changes/{answer['Samphan-Change']}/undo").status_code)


def paths(answer: Any) -> tuple[int, list[str]]:
    assert answer["Content-Type"] == "application/problem+json"
    assert all(one["detail"] for one in answer.json()["errors"])
    return answer.status_code, [one["path"] for one in answer.json()["errors"]]


def test_a_program_defines_a_kind_that_is_there_at_once_and_takes_it_back(api: ApiClient) -> None:
    made = api.post(KINDS, PET, Idempotency_Key="pets")
    assert made.status_code == 201, made.content
    pet = made.json()
    assert made["Location"] == f"/api/v1{KINDS}/{pet['id']}"
    assert (pet["key"], pet["entity"], pet["label_th"], pet["icon"]) == ("pet", "o_pet", "สัตว์เลี้ยง", "paw-print")
    assert (pet["has_customer"], pet["is_archived"]) == (False, False)
    again = api.post(KINDS, PET, Idempotency_Key="pets")
    assert (again.json(), again["Idempotency-Replayed"]) == (pet, "true")
    assert [one["key"] for one in api.get("/objects").json()["data"]] == ["pet"]
    assert api.post("/fields/o_pet", {"kind": "text", "label_th": "พันธุ์"}).status_code == 201
    assert api.post("/objects/pet/records", {"title": "ด่าง"}).status_code == 201
    alone = api.post(KINDS, {"label_en": "Car"})
    assert (alone.json()["icon"], alone.json()["has_customer"]) == ("box", True)
    assert undo(api, alone) == 200
    assert [one["key"] for one in api.get(KINDS).json()["data"]] == ["pet"]


def test_a_definition_is_changed_by_what_is_named_against_what_was_read(api: ApiClient) -> None:
    pet = api.post(KINDS, PET).json()
    there = f"{KINDS}/{pet['id']}"
    read = api.get(there)
    changed = api.patch(there, {"label_en": "Dog", "plural_en": "Dogs"}, If_Match=read["ETag"])
    assert changed.status_code == 200, changed.content
    assert changed.json() == {**pet, "label_en": "Dog", "plural_en": "Dogs"}, "the key and what was not named stay"
    assert api.patch(there, {"label_en": "Cat"}, If_Match=read["ETag"]).status_code == 412
    assert api.get(there)["ETag"] == changed["ETag"]
    assert api.get("/objects").json()["data"][0]["label_plural"] == "Dogs"
    assert undo(api, changed) == 200
    assert api.get(there).json() == pet
    assert api.get("/objects").json()["data"][0]["label"] == "Pet"


def test_what_is_wrong_with_a_definition_is_said_at_its_field(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    pet = api.post(KINDS, PET).json()
    assert paths(api.post(KINDS, {"icon": "unicorn"})) == (422, ["label_th", "icon"])
    assert paths(api.post(KINDS, {"label_th": "สัตว์เลี้ยง"})) == (422, ["label_th"])
    assert paths(api.post(KINDS, {"label_en": "x" * 81, "colour": "red"})) == (422, ["label_en", "colour"])
    assert paths(api.patch(f"{KINDS}/{pet['id']}", {"label_th": "", "label_en": " "})) == (422, ["label_th"])
    assert api.get(KINDS).json()["data"] == [pet]
    monkeypatch.setattr(definitions, "MOST_OBJECTS", 1)
    full = api.post(KINDS, {"label_en": "Car"})
    assert (full.status_code, full.json()["detail"][:26]) == (409, "There are 1 kinds of recor")


def test_kinds_are_arranged_archived_and_used_again(api: ApiClient) -> None:
    pet, car, key = (api.post(KINDS, {"label_en": name}).json()["id"] for name in ("Pet", "Car", "Key"))

    def order() -> list[str]:
        return [one["key"] for one in api.get("/objects").json()["data"]]

    arranged = api.call("PUT", f"{KINDS}/order", {"ids": [key, str(uuid4()), car]})
    assert (arranged.status_code, order()) == (204, ["key", "car", "pet"])
    assert undo(api, arranged) == 200
    assert order() == ["pet", "car", "key"]
    api.post("/objects/car/records", {"title": "กข 1234"})
    archived = api.post(f"{KINDS}/{car}/archival")
    assert (archived.json()["is_archived"], order()) == (True, ["pet", "key"])
    assert "Samphan-Change" not in api.post(f"{KINDS}/{car}/archival"), "it was archived before"
    assert api.get("/objects/car/records").status_code == 404
    assert [one["id"] for one in api.get(KINDS).json()["data"]] == [pet, key, car]
    back = api.post(f"{KINDS}/{car}/restoration")
    assert (back.json()["is_archived"], order()) == (False, ["pet", "car", "key"])
    assert [one["title"] for one in api.get("/objects/car/records").json()["data"]] == ["กข 1234"]
    assert undo(api, back) == 200
    assert order() == ["pet", "key"]


def test_who_defines_kinds_and_whose(
    api: ApiClient, give_role: RoleOf, owner: Member, machines: CustomObject, away: tuple[CustomObject, Any, Any]
) -> None:
    there = f"{KINDS}/{machines.pk}"
    for narrow in (
        ApiClient(give_role("objects.view_machine", "objects.change_machine")),
        ApiClient(owner, "objects.write"),
    ):
        assert narrow.get(KINDS).status_code == narrow.post(KINDS, PET).status_code == 403
        assert narrow.patch(there, {"label_en": "x"}).status_code == narrow.post(f"{there}/archival").status_code == 403
    definer = ApiClient(give_role("administration.change_object"))
    assert definer.get("/objects").json()["data"] == []
    assert definer.patch(there, {"label_en": "Grinder"}).status_code == 200, "who defines kinds need not see records"
    strange = f"{KINDS}/{away[0].pk}"
    for path in (strange, f"{KINDS}/{uuid4()}"):
        assert api.get(path).status_code == api.patch(path, {"label_en": "x"}).status_code == 404
        assert api.post(f"{path}/archival").status_code == api.post(f"{path}/restoration").status_code == 404
    assert api.call("PUT", f"{KINDS}/order", {"ids": [str(away[0].pk)]}).status_code == 204
    with in_workspace(away[0].workspace_id):
        assert CustomObject.objects.get(pk=away[0].pk).position == 1


def test_a_record_is_shared_with_who_does_not_reach_it_and_no_longer(
    api: ApiClient, give_role: RoleOf, linea: ObjectRecord, away: tuple[Any, ObjectRecord, Any]
) -> None:
    here = f"/objects/machine/records/{linea.pk}"
    member = give_role("objects.view_machine", reach={"o_machine": "own", "customers": "own"})
    narrow = ApiClient(member)
    assert narrow.get(here).status_code == 404
    body = {"member_ids": [str(member.pk)]}
    shared = api.post(f"{here}/shares", body, Idempotency_Key="s")
    assert shared.status_code == 201, shared.content
    (one,) = shared.json()["data"]
    assert (one["name"], one["is_team"]) == (member.name, False)
    assert api.post(f"{here}/shares", body, Idempotency_Key="s")["Samphan-Change"] == shared["Samphan-Change"]
    twice = api.post(f"{here}/shares", body)
    assert (twice.json(), "Samphan-Change" in twice) == (shared.json(), False)
    assert api.get(f"{here}/shares").json() == shared.json()
    assert narrow.get(here).json()["title"] == "Linea Mini"
    assert narrow.get(f"{here}/shares").status_code == narrow.post(f"{here}/shares", body).status_code == 403
    for nobody in ({}, {"member_ids": [str(uuid4())]}):
        assert paths(api.post(f"{here}/shares", nobody)) == (422, ["member_ids"])
    strange = f"/objects/machine/records/{away[1].pk}/shares"
    assert api.get(strange).status_code == api.post(strange, body).status_code == 404
    assert api.delete(f"{strange}/{one['id']}").status_code == 404
    ended = api.delete(f"{here}/shares/{one['id']}")
    assert (ended.status_code, narrow.get(here).status_code) == (204, 404)
    assert api.delete(f"{here}/shares/{one['id']}").status_code == 409, "somebody was faster"
    assert undo(api, ended) == 200
    assert narrow.get(here).status_code == 200
    assert undo(api, shared) == 200
    assert narrow.get(here).status_code == 404


def test_notes_are_written_read_by_page_and_taken_away_by_their_writer(
    api: ApiClient, owner: Member, give_role: RoleOf, linea: ObjectRecord
) -> None:
    here = f"/objects/machine/records/{linea.pk}/notes"
    made = api.post(here, {"text": "  เปลี่ยนวาล์วแล้ว\nรออะไหล่ "}, Idempotency_Key="n")
    assert made.status_code == 201, made.content
    note = made.json()
    assert (note["text"], note["member"]["name"], note["is_own"]) == ("เปลี่ยนวาล์วแล้ว\nรออะไหล่", owner.name, True)
    assert api.post(here, {"text": "  เปลี่ยนวาล์วแล้ว\nรออะไหล่ "}, Idempotency_Key="n").json() == note
    assert paths(api.post(here, {"text": " \n"})) == (422, ["text"])
    assert paths(api.post(here, {"text": "x" * 20_001})) == (422, ["text"])
    newer = api.post(here, {"text": "มาแล้ว"}).json()
    first = api.get(f"{here}?limit=1").json()
    assert first["data"] == [newer]
    assert api.get(f"{here}?limit=1&cursor={first['next_cursor']}").json() == {"data": [note], "next_cursor": None}
    colleague = ApiClient(
        give_role("objects.view_machine", "objects.change_machine", privacy=("public", "business", "personal"))
    )
    assert [one["is_own"] for one in colleague.get(here).json()["data"]] == [False, False]
    others = colleague.delete(f"{here}/{note['id']}")
    assert (others.status_code, others.json()["detail"]) == (409, "Only who wrote this may change it.")
    gone = api.delete(f"{here}/{note['id']}")
    assert (gone.status_code, api.delete(f"{here}/{note['id']}").status_code) == (204, 404)
    assert api.get(here).json()["data"] == [newer]
    assert undo(api, gone) == 200
    assert api.get(here).json()["data"] == [newer, note]


def test_notes_are_personal_data_of_records_that_one_sees_and_edits(
    api: ApiClient, give_role: RoleOf, linea: ObjectRecord, away: tuple[Any, ObjectRecord, RecordNote]
) -> None:
    here = f"/objects/machine/records/{linea.pk}/notes"
    note = api.post(here, {"text": "โทรหาคุณแพร"}).json()
    blind = ApiClient(give_role("objects.view_machine", "objects.change_machine"))
    assert blind.get(here).status_code == blind.post(here, {"text": "x"}).status_code == 404
    assert blind.delete(f"{here}/{note['id']}").status_code == 404
    personal = ("public", "business", "personal")
    reader = ApiClient(give_role("objects.view_machine", privacy=personal))
    assert reader.get(here).status_code == 200
    assert reader.post(here, {"text": "x"}).status_code == reader.delete(f"{here}/{note['id']}").status_code == 403
    out = ApiClient(
        give_role("objects.view_machine", "objects.change_machine", privacy=personal, reach={"o_machine": "own"})
    )
    assert out.get(here).status_code == out.post(here, {"text": "x"}).status_code == 404
    strange = f"/objects/machine/records/{away[1].pk}/notes"
    assert api.get(strange).status_code == api.post(strange, {"text": "x"}).status_code == 404
    assert api.delete(f"{here}/{away[2].pk}").status_code == api.delete(f"{strange}/{away[2].pk}").status_code == 404

"""Own fields in the quick view, and in what a call for many answers: masks hold there as on every page.

The quick view has no own fields of its own so far; what its panels and rows show is held here for the day that it does.
"""

from typing import Any

import pytest

from conftest import ApiClient
from samphan.administration.custom_fields import hosts
from samphan.administration.custom_fields.actions import Draft, add_field
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.custom_fields.writing import write_values
from samphan.platform.access import Reach
from samphan.platform.catalogue import Privacy
from samphan.platform.changes.recording import changeset
from samphan.platform.tenancy import in_workspace
from tests.access.asking import EVERY_SIGHT, keys_of, leaks, text_of
from tests.access.test_matrix import client_of
from tests.access.world import ALL_CLASSES, Company, Mark, Sight

EVERYTHING = Sight("everything", Reach.ALL, ALL_CLASSES, frozenset())


def quick_views(company: Company, key: str) -> list[str]:
    ids = company.ids[key]
    return [f"/customers/{ids['customer_id']}/quick/", f"/tasks/{ids['task_id']}/quick/"]


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_the_quick_view_shows_nothing_that_its_reader_may_not_read(
    request: pytest.FixtureRequest, companies: tuple[Company, Company], sight: Sight
) -> None:
    here, there = companies
    forbidden = [*sight.forbidden(here), *there.marks]
    client, found, seen = client_of(sight.give_to(here)), [], 0
    for key in keys_of(request, here):
        for address in quick_views(here, key):
            answer = client.get(address)
            text = text_of(answer)
            seen += answer.status_code == 200
            found += [f"{address} shows {mark}" for mark in leaks(text, forbidden)]
    assert seen and not found, "\n".join(found)


def test_the_quick_view_of_who_may_read_everything_is_one_in_which_something_could_leak(
    companies: tuple[Company, Company],
) -> None:
    here, _there = companies
    client = client_of(EVERYTHING.give_to(here))
    text = "".join(text_of(client.get(address)) for address in quick_views(here, "mine"))
    assert leaks(
        text, [mark for mark in here.marks if mark.of == "mine" and mark.privacy not in ("public", "business")]
    )


def _unique_fields(company: Company) -> dict[str, CustomField]:
    """A field of each class that is different in every customer; `fars` has a mark in each."""
    host, owner, made = hosts.find("customers"), company.members["owner"], {}
    assert host is not None
    given = {}
    for privacy in map(str, Privacy):
        draft = Draft("text", label_en=f"Once {privacy}", privacy=privacy, rules={"unique": True})
        made[privacy] = add_field(host, draft, acting_member=owner)
        given[made[privacy].name] = f"Zqonce{privacy}x"
        company.marks.append(Mark((f"Zqonce{privacy}x",), privacy, "fars"))
    with changeset("customers.edited", member_id=owner.pk):
        write_values(host, {company.customers["fars"].pk: given}, acting_member=owner)
    return made


def _code_of(company: Company, key: str) -> str:
    """The member number that tells a customer."""
    (code,) = (one.forms[0] for one in company.marks if one.of == key and one.forms[0].startswith("Zqmember"))
    return code


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_a_call_for_many_answers_with_nothing_that_its_caller_may_not_read(
    companies: tuple[Company, Company], sight: Sight
) -> None:
    here, there = companies
    with in_workspace(here.workspace.pk):
        once = _unique_fields(here)
    forbidden = [*sight.forbidden(here), *there.marks]
    api = ApiClient(sight.give_to(here))
    known = {"member_number": _code_of(here, "fars")}
    records: list[dict[str, Any]] = [{**known, here.custom["customers"][one].name: "ค่าใหม่"} for one in ALL_CLASSES]
    # Someone else has the value: who may not read the field learns neither that nor whose it is.
    records += [{"name": f"คนใหม่ {one}", once[one].name: f"Zqonce{one}x"} for one in ALL_CLASSES]
    records += [{"member_number": _code_of(there, "fars"), "name": "คนใหม่ของเรา"}]
    answer = api.post("/customers/bulk", {"records": records})
    asked = {value for record in records for value in map(str, record.values())}
    text = text_of(answer)
    assert leaks(text, [mark for mark in forbidden if not asked & set(mark.forms)]) == []
    if sight.reach is not Reach.ALL:
        assert answer.status_code in (403, 409)
        return
    assert answer.status_code == 200, text
    results = answer.json()["results"]
    count = len(ALL_CLASSES)
    for privacy, written, clash in zip(ALL_CLASSES, results[:count], results[count : 2 * count], strict=True):
        may = privacy in sight.privacy
        assert (written["status"] != "refused") is may, (privacy, written)
        (problem,) = clash["errors"]
        assert clash["status"] == "refused" and (problem["code"] == "unique") is may, (privacy, problem)
        assert may or f"Zqonce{privacy}x" not in problem["detail"]
    with in_workspace(here.workspace.pk):
        fars = here.customers["fars"]
        fars.refresh_from_db()
        for privacy, field in here.custom["customers"].items():
            assert (fars.custom[field.key] == "ค่าใหม่") is (privacy in sight.privacy), privacy

"""The published sets of searches, through the real search: `tests/fixtures/search/`.

The figures of each kind are printed (`pytest -s`). The first set is what the search was tuned on, the second was held out.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer, Identity
from samphan.customers.search_documents import refresh_search
from samphan.customers.search_words import learn_names
from samphan.platform.search.finding import find
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.collation import sort_key

FOLDER = Path(__file__).resolve().parents[3] / "tests" / "fixtures" / "search"
AT = 10


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(workspace: Workspace, prefix: str) -> dict[str, str]:
    """Make the customers of a set; return the number of each by id."""
    numbers: dict[str, str] = {}
    people, identities = [], []
    for row in rows(f"{prefix}customers.csv"):
        one = Customer(
            workspace=workspace, kind=row["kind"], name=row["name"], name_key=sort_key(row["name"]),
            name_en=row["name_en"], nickname=row["nickname"],
        )  # fmt: skip
        numbers[str(one.pk)] = row["number"]
        people.append(one)
        phone = "+66" + row["phone"][1:] if row["phone"] else ""
        for kind, value in (
            ("phone", phone), ("email", row["email"]), ("line", row["line"]), ("member", row["member"]),
        ):  # fmt: skip
            if value:
                identities.append(Identity(workspace=workspace, customer=one, kind=kind, value=value, resolves=False))
    Customer.objects.bulk_create(people)
    Identity.objects.bulk_create(identities)
    ids = [one.pk for one in people]
    refresh_search(ids)
    learn_names(ids)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE samphan_owner")
        cursor.execute("ANALYZE platform_searchdocument, platform_searchword, customers_customer")
        cursor.execute("SET LOCAL ROLE samphan_app")
    return numbers


@pytest.fixture
def measured(workspace: Workspace, owner: Member, request: pytest.FixtureRequest) -> Iterator[dict[str, list[tuple]]]:  # type: ignore[type-arg]
    """Recall at ten, reciprocal rank, and the text, of each query, by its kind."""
    prefix = request.param
    with in_workspace(workspace.id):
        numbers = load(workspace, prefix)
        results: dict[str, list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
        for row in rows(f"{prefix}queries.csv"):
            meant = set(row["means"].split())
            found = [numbers[str(hit.id)] for hit in find(row["query"], viewer=owner, limit=AT)]
            right = [number for number in found if number in meant]
            first = next((1 / place for place, number in enumerate(found, 1) if number in meant), 0.0)
            results[row["kind"]].append((len(right) / min(AT, len(meant)), first, row["query"]))
        yield results


@pytest.mark.parametrize(
    ("measured", "least_recall", "least_rank"),
    [pytest.param("", 0.95, 0.85, id="tuned"), pytest.param("heldout_", 0.95, 0.85, id="held out")],
    indirect=["measured"],
)
def test_finds_who_was_meant(
    measured: dict[str, list[tuple]],  # type: ignore[type-arg]
    least_recall: float,
    least_rank: float,
) -> None:
    everything = [each for of_kind in measured.values() for each in of_kind]
    assert len(everything) >= 300
    for kind, each in [*measured.items(), ("all", everything)]:
        missed = "; ".join(text for recall, _first, text in each if recall < 0.5) if kind != "all" else ""
        print(f"{kind:20} n {len(each):3} recall@10 {_mean(each, 0):.3f} MRR {_mean(each, 1):.3f}  {missed}")
    assert _mean(everything, 0) >= least_recall
    assert _mean(everything, 1) >= least_rank


def _mean(each: list[tuple], place: int) -> float:  # type: ignore[type-arg]
    return sum(one[place] for one in each) / len(each)

"""The figures of `samphan bench` are of real requests that do what they say."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

import pytest

from samphan.administration.models import SystemViewer, Workspace
from samphan.config.environment import load_environment
from samphan.platform import catalogue
from samphan.platform.imports import actions
from samphan.platform.imports.engine import check
from samphan.platform.lists import ListState
from samphan.runtime.bench import fields, importing, lists, searching, timelines
from samphan.runtime.bench.measuring import measure, of_rows, of_times, percentile
from samphan.runtime.bench.stage import stage
from samphan.runtime.home import RuntimeProblem
from samphan.runtime.postgres import EmbeddedPostgres

RESULT = {"op", "n", "p50_ms", "p95_ms", "per_second"}


def test_takes_percentiles_by_nearest_rank() -> None:
    hundred = [float(number) for number in range(100, 0, -1)]
    assert (percentile(hundred, 50), percentile(hundred, 95)) == (50.0, 95.0)
    assert percentile([7.0], 95) == 7.0
    assert of_times("op", [10.0, 30.0]).per_second == 50.0


def test_leaves_out_what_does_not_apply_to_a_stream_of_rows() -> None:
    assert of_rows("import_csv", 50_000, 4.0).as_json() == {
        "op": "import_csv", "n": 50_000, "p50_ms": None, "p95_ms": None, "per_second": 12_500.0,
    }  # fmt: skip


def test_warms_up_before_it_measures_and_goes_round_the_requests() -> None:
    sent: list[int] = []
    result = measure("op", [1, 2, 3], sent.append, times=200)
    assert (result.n, len(sent)) == (200, 220)
    assert sent[:4] == [1, 2, 3, 1]


@pytest.mark.django_db
def test_asks_lists_only_for_filters_and_orders_that_they_understand(system: SystemViewer) -> None:
    customers = catalogue.entity("customers")
    for filters in lists.FILTERED:
        query = "&".join("f=" + quote(part) for part in filters)
        state = ListState.parse(query, customers, system)
        assert state.notices == ()
        assert state.is_narrowed
    for sort in lists.SORTED:
        state = ListState.parse(f"sort={sort}", customers, system)
        assert state.notices == ()
        assert len(state.sort) == sort.count(",") + 1


def test_searches_for_fragments_of_the_length_it_says() -> None:
    for length in (1, 2, 4):
        found = searching.fragments(length)
        assert len(found) >= 40
        assert {len(text) for text in found} == {length}
        assert found == searching.fragments(length)


def test_imports_twelve_columns_of_which_some_rows_are_known(
    tmp_path: Path, inside: Workspace, system: SystemViewer
) -> None:
    path = tmp_path / "rows.csv"
    importing.write_file(path, 100, first=301)
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {12}
    assert len({row[6] for row in rows[1:]}) == 100
    assert sum(row[6] < "880100000301" for row in rows[1:]) == 5
    batch = actions.take_file(path, file_name=path.name, kind_name="customers", member_id=None, formats=None)
    assert len(batch.mapping["columns"]) == 12
    checked = check(batch.id, inside.id)
    assert (checked.rows, checked.errors) == (100, 0)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home for `--home`, whose cluster is thrown away afterwards."""
    place = tmp_path / "home"
    yield place
    EmbeddedPostgres(place).destroy()


@pytest.mark.slow
def test_measures_every_operation_of_a_small_company(home: Path) -> None:
    """Export by the command, which makes the home; the others on one more start of it, because starts cost seconds."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "samphan.runtime.cli", "bench", "export", "--customers", "300"),
            *("--home", str(home), "--json"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["size"]["customers"] == 300
    assert [result["op"] for result in answer["results"]] == ["export_csv", "export_csv_command"]
    assert all(set(result) == RESULT and result["n"] == 300 for result in answer["results"])
    with (
        pytest.raises(RuntimeProblem, match="holds 300 customers, not 400"),
        stage(load_environment({}), 400, home=home, say=print),
    ):
        pass
    with stage(load_environment({}), None, home=home, say=print, requests=20) as again:
        timeline = timelines.run(again)
        pages = lists.run(again)
        searches = searching.run(again)
        imports = importing.run(again)
        with patch.object(fields, "ROUNDS", 1):
            many_fields = {result.op: result for result in fields.run(again)}
    assert [result.op for result in pages] == [
        "list_default", "list_filtered", "list_sorted", "list_deep_page", "list_thai_sort", "list_view_switch",
        "bulk_edit_10k", "record",
    ]  # fmt: skip
    assert [result.op for result in searches] == ["search_1", "search_2", "search_4", "search_none", "search_typo"]
    bulk = pages.pop(-2)
    assert 0 < bulk.n <= 300
    assert bulk.per_second
    assert [result.op for result in timeline] == ["record", "timeline_page"]
    for result in (*pages, *timeline, *searches):
        assert result.n == 20
        assert result.p50_ms is not None
        assert result.p95_ms is not None
        assert 0 < result.p50_ms <= result.p95_ms
    assert [(result.op, result.n, result.p50_ms) for result in imports] == [
        ("import_csv", 300, None), ("import_xlsx", 300, None),
    ]  # fmt: skip
    for size in fields.SIZES:
        assert many_fields[f"fields_{size}_list"].n == 22, "warming up is among them"
        assert (many_fields[f"fields_{size}_list_cpu"].p50_ms or 0) > 0
    assert many_fields["field_added"].n == 1
    assert many_fields["field_added_writes"].n > 0

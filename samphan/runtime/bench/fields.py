"""Lists with many custom fields; a field that is added, and an index that is built, while others write."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg

from samphan.config.environment import load_environment
from samphan.platform.ids import uuid7
from samphan.runtime.bench.browser import Browser
from samphan.runtime.bench.lists import LIST, _records
from samphan.runtime.bench.measuring import Result, measure, of_times, percentile
from samphan.runtime.bench.stage import WORKSPACE, Stage
from samphan.runtime.home import RuntimeProblem

SIZES = (0, 50, 500)
PREFIX = "c_measured_"
KINDS = ("text", "number", "money", "date", "choice", "multi_choice", "boolean", "long_text")
FILLED = 100  # records that hold a value of every field: those of the first two pages
SHOWN = 8  # columns of own fields in the list that shows some
ROUNDS = 4  # each size is measured so often, in turn: the machine's speed changes with its neighbours
WRITE_PAUSE = 0.005
BUILD = (
    "import datetime as dt, django, json; django.setup(); from samphan.administration.custom_fields import indexes;"
    " done = indexes.tend(today=dt.date.today()); print(json.dumps([done.built, done.refused, done.is_busy]))"
)

Connection = psycopg.Connection[tuple[Any, ...]]


def run(stage: Stage) -> list[Result]:
    """Pages with each number of fields, then the adding and the building; every field and value is gone afterwards."""
    browser = stage.browser()
    records = [UUID(one) for one in dict.fromkeys(_records(browser.get(LIST)) + _records(_second_page(browser)))][
        :FILLED
    ]
    with _database(stage) as connection:
        results = _pages(stage, browser, connection, records)
        results += _adding(stage, browser, connection)
        results += _building(stage, connection)
    browser.close()
    for one in results:
        stage.say(f"{one.op}: n {one.n}, p50 {one.p50_ms} ms, p95 {one.p95_ms} ms")
    return results


def _second_page(browser: Browser) -> bytes:
    from samphan.runtime.bench.lists import _next_pages

    return b"".join(browser.get(path, target="customer-rows") for path in _next_pages(browser, LIST, 1))


def _pages(stage: Stage, browser: Browser, connection: Connection, records: list[UUID]) -> list[Result]:
    taken: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    try:
        for _round in range(ROUNDS):
            for size in SIZES:
                _define(connection, size, records)
                paths = {"list": LIST}
                if size:
                    paths["columns"] = f"{LIST}?columns=name,{','.join(f'{PREFIX}{place}' for place in range(SHOWN))}"
                for name, path in paths.items():
                    op = f"fields_{size}_{name}"
                    before = _cpu_ms(stage)
                    one = measure(op, [path], _timed(browser, taken.setdefault(op, [])), times=stage.requests // ROUNDS)
                    cpu.setdefault(op, []).append((_cpu_ms(stage) - before) / (one.n * 11 // 10 or 1))
    finally:
        _remove(connection, records)
    found = [of_times(op, times) for op, times in taken.items()]
    # What a page costs the processes of the pages and the database together, whatever the neighbours do.
    found += [of_times(f"{op}_cpu", each) for op, each in cpu.items()]
    return found


def _timed(browser: Browser, taken: list[float]) -> Any:
    def send(path: str) -> None:
        began = time.perf_counter()
        browser.get(path)
        taken.append((time.perf_counter() - began) * 1000)

    return send


def _adding(stage: Stage, browser: Browser, connection: Connection) -> list[Result]:
    """A field is added by the form while somebody writes: how long that takes, and how long a write waited at most."""
    page = "/settings/fields/customers/new/?kind=number"
    with _writing(stage) as waited:
        began = time.perf_counter()
        status, _headers, _body = browser.post(
            "/settings/fields/customers/new/",
            [("kind", "number"), ("label_en", "Measured added"), ("label_th", ""), ("privacy", "business")],
            page=page,
        )
        seconds = time.perf_counter() - began
    if status not in (200, 204, 302):
        raise RuntimeProblem(f"A field could not be added (status {status}).")
    _remove(connection, [])
    return [of_times("field_added", [seconds * 1000]), _waits("field_added_writes", waited)]


def _building(stage: Stage, connection: Connection) -> list[Result]:
    """An index of a field is built while somebody writes; it is dropped again."""
    _define(connection, 2, [])
    try:
        with connection.transaction():
            _enter(connection)
            connection.execute(
                "INSERT INTO administration_fielduse (id, workspace_id, field_id, shape, used_on, used_count)"
                " SELECT %s, workspace_id, id, 'sort', current_date, 1000 FROM administration_customfield WHERE name = %s",
                [uuid7(), f"{PREFIX}1"],
            )
        with _writing(stage) as waited:
            began = time.perf_counter()
            built, refused, is_busy = _python(stage, BUILD)
            seconds = time.perf_counter() - began
        if not is_busy and (refused or len(built) != 1):
            stage.say(f"No index was built: {refused or 'there are too few customers'}.")
    finally:
        _remove(connection, [])
        _python(stage, BUILD)
    return [of_times("index_built", [seconds * 1000]), _waits("index_built_writes", waited)]


def _waits(op: str, waited: list[float]) -> Result:
    return Result(op, len(waited), percentile(waited, 50), round(max(waited), 2), None) if waited else of_times(op, [])


@contextmanager
def _writing(stage: Stage) -> Iterator[list[float]]:
    """Write customers one after the other for the length of the block; milliseconds that each took."""
    waited: list[float] = []
    ending = threading.Event()

    def write() -> None:
        with _database(stage) as connection:
            with connection.transaction():
                _enter(connection)
                ids = connection.execute(
                    "SELECT id FROM customers_customer WHERE deleted_at IS NULL LIMIT 500"
                ).fetchall()
            while not ending.wait(WRITE_PAUSE):
                began = time.perf_counter()
                with connection.transaction():
                    _enter(connection)
                    connection.execute(
                        "UPDATE customers_customer SET note = note WHERE id = %s", ids[len(waited) % len(ids)]
                    )
                waited.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waited
    finally:
        ending.set()
        thread.join()


def _python(stage: Stage, program: str) -> Any:
    variables = {**stage.variables, "DJANGO_SETTINGS_MODULE": "samphan.config.settings"}
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeProblem(done.stderr.strip().rpartition("\n")[2])
    return json.loads(done.stdout)


def _cpu_ms(stage: Stage) -> float:
    """CPU time that every process of the stage has had, in milliseconds; on a system without /proc the time itself."""
    try:
        return stage.cpu_ms()
    except OSError:
        return time.perf_counter() * 1000


# The fields themselves: by sets, because five hundred forms would take longer than what is measured.


@contextmanager
def _database(stage: Stage) -> Iterator[Connection]:
    parameters = load_environment(stage.variables).database_parameters()
    with psycopg.connect(**parameters, options="-c role=samphan_app", autocommit=True) as connection:
        yield connection


def _enter(connection: Connection) -> None:
    connection.execute(
        "SELECT set_config('samphan.workspace', id::text, true) FROM administration_workspace WHERE slug = %s",
        [WORKSPACE],
    )


def _define(connection: Connection, size: int, records: list[UUID]) -> None:
    """So many fields and no others of ours, each with a value in every one of the records."""
    _remove(connection, records)
    choices = json.dumps([{"value": f"v{one}", "th": f"ตัวเลือก {one}", "en": f"Choice {one}"} for one in range(8)])
    values: dict[str, Any] = {}
    with connection.transaction():
        _enter(connection)
        for place in range(size):
            kind, key = KINDS[place % len(KINDS)], uuid7()
            connection.execute(
                "INSERT INTO administration_customfield (id, workspace_id, entity, name, kind, label_th, label_en, help_th,"
                " help_en, group_th, group_en, position, privacy, rules, choices, \"default\", is_asked, is_searched)"
                " SELECT %s, id, 'customers', %s, %s, %s, '', '', '', %s, '', %s, 'business', '{}', %s, '', true, false"
                "   FROM administration_workspace WHERE slug = %s",
                [key, f"{PREFIX}{place}", kind, f"ข้อมูลที่ {place}", f"หมวด {place // 20}", place,
                 choices if "choice" in kind else "[]", WORKSPACE],
            )  # fmt: skip
            values[str(key)] = {
                "text": f"ข้อความของฟิลด์ {place}", "number": place, "money": place + 0.25, "date": "2026-11-22",
                "choice": "v3", "multi_choice": ["v1", "v2"], "boolean": True, "long_text": f"บันทึกยาวกว่านั้น {place} " * 4,
            }[kind]  # fmt: skip
        if records and values:
            connection.execute(
                "UPDATE customers_customer SET custom = custom || %s::jsonb WHERE id = ANY(%s)",
                [json.dumps(values, ensure_ascii=False), records],
            )
        _renew(connection)


def _remove(connection: Connection, records: list[UUID]) -> None:
    ours = "(name LIKE %s OR label_en = 'Measured added')"
    with connection.transaction():
        _enter(connection)
        found = connection.execute(f"SELECT id FROM administration_customfield WHERE {ours}", [f"{PREFIX}%"]).fetchall()
        keys = [str(key) for (key,) in found]
        if keys and records:
            connection.execute(
                "UPDATE customers_customer SET custom = custom - %s::text[] WHERE id = ANY(%s)", [keys, records]
            )
            connection.execute(
                "DELETE FROM customers_customerhistory WHERE pgh_obj_id = ANY(%s) AND pgh_context_id IS NULL"
                " AND (custom ?| %s OR pgh_created_at > now() - interval '1 hour')", [records, keys],
            )  # fmt: skip
        connection.execute("DELETE FROM administration_fielduse WHERE field_id::text = ANY(%s)", [keys])
        connection.execute(f"DELETE FROM administration_customfield WHERE {ours}", [f"{PREFIX}%"])
        connection.execute(f"DELETE FROM administration_customfieldhistory WHERE {ours}", [f"{PREFIX}%"])
        _renew(connection)


def _renew(connection: Connection) -> None:
    connection.execute("UPDATE administration_workspace SET fields_version = %s WHERE slug = %s", [uuid4(), WORKSPACE])

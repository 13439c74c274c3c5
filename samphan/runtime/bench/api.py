"""The API as a program uses it: read, listed, written, and written by the thousand."""

import http.client
import json
import random
import time
from typing import Any
from urllib.parse import quote, urlsplit

from samphan.runtime.bench.measuring import Result, measure, of_rows
from samphan.runtime.bench.stage import Stage
from samphan.runtime.demo import names
from samphan.runtime.home import RuntimeProblem

BASE = "/api/v1"
LISTS = (
    "/customers",
    "/customers?f=stage:is:regular&sort=-total_spent",
    "/customers?f=grade:is:A",
    "/customers?sort=name&fields=name,phone,total_spent",
    "/orders?expand=lines,customer",
)
BULK_CALLS = 10
BULK_RECORDS = 1_000


class Program:
    """One connection with a token."""

    def __init__(self, stage: Stage) -> None:
        made = stage.run("token", "create", "--email", stage.email, "--name", "bench", "--json")
        self.token = str(made["token"])
        self.host = urlsplit(stage.url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=120)

    def call(self, method: str, path: str, body: Any = None, *, wanted: int = 200) -> tuple[dict[str, Any], str]:
        """The answer and the act that it names; raise RuntimeProblem for another status than `wanted`."""
        payload = None if body is None else json.dumps(body)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request(method, BASE + path, payload, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != wanted:
            raise RuntimeProblem(f"{method} {path} answered {answer.status}: {content[:300].decode(errors='replace')}")
        return (json.loads(content) if content else {}), answer.headers.get("Samphan-Change", "")


def run(stage: Stage) -> list[Result]:
    """All operations of the API; what they wrote is taken back."""
    program = Program(stage)
    choose = random.Random(8413)  # noqa: S311 - a fixed sample
    results: list[Result] = []
    acts: list[str] = []

    def add(result: Result) -> None:
        results.append(result)
        stage.say(f"{result.op}: p50 {result.p50_ms} ms, p95 {result.p95_ms} ms, {result.per_second} a second")

    ids = _ids(program, 400)
    add(measure("api_read", ids, lambda one: program.call("GET", f"/customers/{one}"), times=stage.requests))
    add(measure("api_list", LISTS, lambda path: program.call("GET", path), times=stage.requests))
    fragments = [quote(choose.choice(names.families())[:4]) for _place in range(40)]
    add(
        measure("api_search", fragments, lambda text: program.call("GET", f"/customers?q={text}"), times=stage.requests)
    )

    def create(_number: int) -> None:
        acts.append(program.call("POST", "/customers", _person(choose), wanted=201)[1])

    add(measure("api_create", range(stage.requests), create, times=stage.requests))

    def update(one: str) -> None:
        stage_of = choose.choice(("lead", "new", "regular", "at_risk"))
        acts.append(program.call("PATCH", f"/customers/{one}", {"stage": stage_of, "source": "bench"})[1])

    add(measure("api_update", ids, update, times=stage.requests))
    add(_bulk(program, choose, acts))
    stage.say("Taking back what was written")
    for act in reversed(acts):
        if act:
            program.call("POST", f"/changes/{act}/undo")
    stage.run("token", "revoke", program.token[:12], "--json")
    return results


def _bulk(program: Program, choose: random.Random, acts: list[str]) -> Result:
    """Calls of a thousand, a fifth of whose records are about somebody of the call before."""
    calls: list[list[dict[str, Any]]] = []
    for number in range(BULK_CALLS + 1):
        known = [dict(one) for one in calls[-1][: BULK_RECORDS // 5]] if calls else []
        fresh = [
            _person(choose) | {"external_id": f"bench-{time.time_ns()}-{number}-{index}"}
            for index in range(BULK_RECORDS - len(known))
        ]
        calls.append([*(one | {"stage": "regular"} for one in known), *fresh])
    acts.append(program.call("POST", "/customers/bulk", {"records": calls[0]})[1])  # warms up
    began = time.perf_counter()
    for records in calls[1:]:
        answer, act = program.call("POST", "/customers/bulk", {"records": records})
        acts.append(act)
        if answer["refused"]:
            raise RuntimeProblem(f"Records of a bulk call were refused: {answer['results'][:1]}")
    return of_rows("api_upsert", BULK_CALLS * BULK_RECORDS, time.perf_counter() - began)


def _person(choose: random.Random) -> dict[str, Any]:
    digits = "".join(choose.choice("0123456789") for _place in range(7))
    return {
        "name": f"{choose.choice((*names.FEMALE, *names.MALE))} {choose.choice(names.families())}",
        "phone": [f"08{choose.randint(1, 9)}{digits}"],
        "email": [f"bench{digits}{choose.randint(0, 10**9)}@example.com"],
        "stage": "lead",
        "tags": ["คั่วอ่อน"],
        "province": "เชียงใหม่",
    }


def _ids(program: Program, count: int) -> list[str]:
    """Customers from all over the base: pages of several orders."""
    found: dict[str, None] = {}
    for sort in ("name", "-name", "-total_spent", "created_at", "-order_count"):
        cursor = ""
        while len(found) < count:
            page, _act = program.call("GET", f"/customers?sort={sort}&fields=name&limit=100&cursor={cursor}")
            found.update(dict.fromkeys(one["id"] for one in page["data"]))
            cursor = page["next_cursor"] or ""
            if not cursor or len(found) % 100 == 0:
                break
    return list(found)

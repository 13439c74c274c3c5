"""The command line: one JSON object, everything else beside it, and an exit status that says how it went."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from samphan.runtime.postgres import EmbeddedPostgres

ORDERS = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID
536365,85123A,โคมไฟหัวใจ,6,2010-12-01 08:26:00,2.555,17850
536366,22633,ถุงมือ,-1,2010-12-01 08:28:00,1.85,17850
536365,71053,โคมโลหะ,6,2010-12-01 08:26:00,3.39,17850
536365,71053,โคมโลหะ,6,2010-12-01 08:26:00,3.39,17850
536367,84879,นกไม้,32,2010-12-01 08:34:00,1.69,
536368,84879,นกไม้,x,2010-12-01 08:34:00,1.69,17850
"""

MACHINES = """
import os

from samphan.config.environment import load_environment
from samphan.runtime.cli import django_ready

with django_ready(load_environment(os.environ)):
    from samphan.administration.models import SystemViewer
    from samphan.administration.queries import workspace_named
    from samphan.objects import definitions
    from samphan.platform.tenancy import in_workspace

    one = workspace_named(None)
    with in_workspace(one.pk):
        definitions.add_object(definitions.Draft(label_en="Machine"), acting_member=SystemViewer(one.pk))
"""


class Home:
    """A throw-away home and the program in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def environment(self) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
        return {**environment, "SAMPHAN_HOME": str(self.path), "SAMPHAN_LANGUAGE": "en"}

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).with_name("samphan")), *arguments],
            env=self.environment, input=given, capture_output=True, text=True, timeout=900,
        )  # fmt: skip

    def python(self, code: str) -> None:
        """Run a program of its own in the home."""
        subprocess.run([sys.executable, "-c", code], env=self.environment, check=True, timeout=180)

    def answer(self, *arguments: str, given: str = "") -> dict[str, object]:
        done = self.run(*arguments, "--json", given=given)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    path = tmp_path_factory.mktemp("home")
    home = Home(path)
    assert home.answer("init", "--name", "โรงคั่วดอยหมอก", "--slug", "doi-mok")["created"] == "doi-mok"
    yield home
    EmbeddedPostgres(path).destroy()


@pytest.fixture(scope="module")
def orders(home: Home) -> dict[str, object]:
    file = home.path / "orders.csv"
    file.write_text(ORDERS, "utf-8")
    return home.answer("import", str(file), "--as", "orders")


def test_imports_orders_line_by_line_and_keeps_what_does_not_pass(orders: dict[str, object]) -> None:
    counted = [orders[name] for name in ("rows", "created", "updated", "skipped", "errors")]
    assert counted == [6, 5, 0, 0, 1]
    rejects = Path(str(orders["rejects_file"])).read_text("utf-8-sig").splitlines()
    assert rejects[0].endswith("row,column,reason")
    assert ",7,Quantity," in rejects[1]


def test_finds_who_came_with_the_orders(home: Home, orders: dict[str, object]) -> None:
    found = home.answer("search", "17850", "--limit", "3")
    results = found["results"]
    assert isinstance(results, list)
    assert results[0]["kind"] == "customer"
    assert set(results[0]) == {"id", "kind", "name", "match"}


def test_exports_exactly_what_was_asked_for(home: Home, orders: dict[str, object]) -> None:
    out = home.path / "customers.csv"
    where = json.dumps({"version": 1, "where": {"field": "external_id", "operator": "is", "value": "17850"}})
    answer = home.answer(
        "export", "customers", "--format", "csv", "--out", str(out), "--fields", "external_id,total_spent,order_count",
        "--where", where,
    )  # fmt: skip
    assert answer["rows"] == 1
    heading, row = out.read_bytes().decode("utf-8").splitlines()
    assert heading == "external_id,total_spent,order_count"
    # 6 x 2.555 + 12 x 3.39 - 1.85; the return by itself is no order.
    assert row.split(",") == ["17850", "54.160000", "1"]


def test_records_of_an_own_kind_come_in_and_leave_by_the_command(home: Home) -> None:
    home.python(MACHINES)
    file, out = home.path / "machines.csv", home.path / "machines-out.csv"
    file.write_text("Name,Code\nLinea,L-1\nSlayer,S-1\n", "utf-8")
    assert home.answer("import", str(file), "--as", "o_machine")["created"] == 2
    where = json.dumps({"field": "code", "operator": "is", "value": "S-1"})
    words = ("export", "o_machine", "--out", str(out), "--fields", "title,code")
    assert home.answer(*words)["rows"] == 2
    assert home.answer(*words, "--where", where)["rows"] == 1
    assert out.read_text("utf-8").splitlines() == ["title,code", "Slayer,S-1"]


def test_takes_the_same_file_twice_without_a_change(home: Home, orders: dict[str, object]) -> None:
    again = home.answer("import", str(home.path / "orders.csv"), "--as", "orders")
    assert [again[name] for name in ("created", "updated", "skipped", "errors")] == [0, 0, 5, 1]


def test_a_dry_run_writes_nothing(home: Home, orders: dict[str, object]) -> None:
    file = home.path / "new.csv"
    file.write_text(ORDERS.replace("53636", "63636"), "utf-8")
    assert home.answer("import", str(file), "--as", "orders", "--dry-run")["created"] == 5
    assert home.answer("search", "636365")["results"] == []


def test_undo_takes_the_whole_import_back(home: Home, orders: dict[str, object]) -> None:
    file = home.path / "people.csv"
    file.write_text("ชื่อ-สกุล,เบอร์โทร\nนายสมหมาย ดอยหมอก,0812345678\n", "utf-8")
    batch = home.answer("import", str(file), "--as", "customers")
    assert batch["created"] == 1
    undone = home.answer("import", "--undo", str(batch["batch"]))
    assert (undone["batch"], undone["kept"]) == (batch["batch"], [])
    assert home.answer("search", "สมหมาย")["results"] == []
    second = home.run("import", "--undo", str(batch["batch"]), "--json")
    assert (second.returncode, second.stdout) == (1, "")


def test_a_person_is_given_access_with_a_password_from_standard_input(home: Home) -> None:
    words = ("user", "create", "--email", "may@doimok.example", "--role", "owner", "--password-stdin")
    assert home.answer(*words, given="กาแฟดอยหมอก-2569\n")["password"] is None
    again = home.run(*words, given="กาแฟดอยหมอก-2569\n")
    assert (again.returncode, "member already" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("import", "nowhere.csv", "--as", "customers"), 1, "not found"),
        (("import",), 2, "Name the file"),
        (("import", "nowhere.csv", "--as", "unicorns"), 2, "no kind"),
        (("search", "x", "--workspace", "elsewhere"), 1, "no workspace"),
        (("search", "x", "--limit", "0"), 2, "--limit"),
        (("export", "customers", "--out", "x.csv", "--where", "{"), 2, "not JSON"),
        (("export", "o_unicorn", "--out", "x.csv"), 2, "the lists are customers"),
        (("export", "customers", "--out", "x.csv", "--fields", "shoe_size"), 1, "shoe_size"),
        (("user", "create", "--email", "x", "--role", "owner"), 1, "not an e-mail"),
        (("user", "create", "--email", "x@example.com", "--role", "king"), 1, "no role"),
        (("juggle",), 2, "juggle"),
    ],
)
def test_refuses_in_one_sentence(home: Home, words: tuple[str, ...], status: int, sentence: str) -> None:
    done = home.run(*words)
    assert done.returncode == status
    assert done.stdout == ""
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("date", "5 พ.ย. 2569"), {"date": "2026-11-05", "ambiguous": False}),
        (("date", "03/04/2569"), {"date": "2026-04-03", "ambiguous": True}),
        (("date", "๒๑ พฤศจิกายน ๒๕๖๙"), {"date": "2026-11-21", "ambiguous": False}),
        (("name", "น.ส.สมหญิง ใจดี"), {"title": "นางสาว", "first": "สมหญิง", "last": "ใจดี"}),
        (
            ("address", "12/8 ซ.อารีย์ แขวงพญาไท เขตพญาไท กทม 10400"),
            {"subdistrict": "พญาไท", "district": "พญาไท", "province": "กรุงเทพมหานคร", "postcode": "10400"},
        ),
    ],
)
def test_shows_how_thai_is_read_without_a_database(
    words: tuple[str, ...], expected: dict[str, object], tmp_path: Path
) -> None:
    place = Home(tmp_path / "nothing")
    assert place.answer("thai", *words) == expected
    assert not place.path.exists()


def test_says_what_is_wrong_with_a_date(tmp_path: Path) -> None:
    answer = Home(tmp_path / "nothing").run("thai", "date", "31/02/2567", "--json")
    assert (answer.returncode, answer.stdout, answer.stderr.strip()) == (1, "", "Month 2 has no day 31")


def test_makes_lists_and_revokes_tokens_of_the_api(home: Home) -> None:
    home.answer("user", "create", "--email", "ploy@doimok.example", "--role", "manager")
    made = home.answer(
        "token", "create", "--email", "ploy@doimok.example", "--scopes", "customers.read", "--expires", "30"
    )
    assert str(made["token"]).startswith("smp_")
    assert made["scopes"] == ["customers.read"]
    (listed,) = home.answer("token", "list")["tokens"]  # type: ignore[misc]
    assert (listed["prefix"], listed["name"]) == (made["prefix"], "command line")
    assert home.answer("token", "revoke", str(made["prefix"]))["revoked"] is True
    assert home.answer("token", "list")["tokens"] == []
    refused = home.run("token", "create", "--email", "ploy@doimok.example", "--scopes", "moon.read")
    assert refused.returncode == 1
    assert "moon.read" in refused.stderr


def test_lists_the_roles_with_who_has_them(home: Home) -> None:
    found = home.answer("role", "list")
    assert found["workspace"] == "doi-mok"
    roles = {one["key"]: one for one in found["roles"]}  # type: ignore[attr-defined]
    assert "customers.view_customer" in roles["sales"]["permissions"] and roles["sales"]["reach"] == {}
    assert "customers.delete_customer" not in roles["sales"]["permissions"] and roles["read_only"]["masked"] == [
        "contact"
    ]

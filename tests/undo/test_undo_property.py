"""Whatever was done to a company, taking it back leaves every table as it was, to the byte."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from samphan.administration.lists import acts as list_acts
from samphan.administration.models import Member, Workspace
from samphan.commerce import actions as commerce
from samphan.customers.models import Customer
from samphan.customers.search_documents import refresh_search
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import Undone, undo_changeset
from samphan.platform.imports import engine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.thai.collation import sort_key
from tests.undo import snapshot
from tests.undo.company import Company
from tests.undo.reference import Expected

pytestmark = pytest.mark.django_db


@dataclass
class Act:
    """Something done, and the company as it stood before and after."""

    name: str
    changeset: UUID
    before: snapshot.Snapshot
    after: snapshot.Snapshot


class Days(RuleBasedStateMachine):
    """Acts in any order, each taken back in the end, the last one first."""

    make: ClassVar[Callable[[], Company]]

    @initialize()
    def open(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.company = type(self).make()
        self.acts: list[Act] = []

    @property
    def workspace_id(self) -> UUID:
        return self.company.workspace.pk

    @rule(name=st.sampled_from(Company.ACTS), data=st.data())
    def act(self, name: str, data: st.DataObject) -> None:
        before = self.look()
        known = set(Changeset.objects.values_list("id", flat=True))
        self.company.do(name, lambda choices: data.draw(st.sampled_from(choices)))
        made = set(Changeset.objects.values_list("id", flat=True)) - known
        after = self.look()
        if after == before:
            return  # refused, or nothing had to change
        assert len(made) == 1, f"{name} is no single act"
        self.acts.append(Act(name, made.pop(), before, after))

    @precondition(lambda self: self.acts)
    @rule()
    def take_back(self) -> None:
        last = self.acts.pop()
        undone = self.undo(last.changeset)
        self.equals(last.before, f"undo of {last.name}")
        assert undone.kept == [], f"undo of {last.name} kept {undone.kept}"

    @precondition(lambda self: self.acts)
    @rule()
    def take_back_and_do_again(self) -> None:
        last = self.acts.pop()
        undone = self.undo(last.changeset)
        self.equals(last.before, f"undo of {last.name}")
        again = undo_changeset(undone.changeset, member_id=None)
        self.equals(last.after, f"undo of the undo of {last.name}")
        assert again.kept == []
        self.acts.append(Act(f"{last.name} done again", again.changeset, last.before, last.after))

    @precondition(lambda self: len(self.acts) > 1)
    @rule(data=st.data())
    def take_back_an_earlier_one(self, data: st.DataObject) -> None:
        """What came later stays, and is listed; all else is as it was."""
        act = self.acts[data.draw(st.integers(0, len(self.acts) - 2))]
        before, after, now = (snapshot.columns(one) for one in (act.before, act.after, self.acts[-1].after))
        self.acts.clear()  # nobody looked at the company as it would have been without the act
        expected = Expected(before, after, now)
        undone = self.undo(act.changeset)
        found = snapshot.columns(self.look())
        assert found == expected.rows, f"undo of {act.name}:\n" + differs(expected.rows, found)
        missing = expected.kept - {(str(kept.id), kept.field) for kept in undone.kept}
        assert not missing, f"undo of {act.name} does not list {missing}"
        self.follows()

    def teardown(self) -> None:
        if not hasattr(self, "acts"):
            return
        try:
            while self.acts:
                self.take_back()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # Helpers

    def look(self) -> snapshot.Snapshot:
        with connection.cursor() as cursor:  # keys between rows are checked at commit, and nothing commits here
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return snapshot.take(self.workspace_id)

    def undo(self, changeset_id: UUID) -> Undone:
        if ImportBatch.objects.filter(id=changeset_id).exists():
            return engine.undo(changeset_id, self.workspace_id, member_id=None)
        return undo_changeset(changeset_id, member_id=self.company.members[0].pk)

    def follows(self) -> None:
        """What is worked out from the rows is true."""
        ids = list(Customer.objects.values_list("id", flat=True))
        before = self.look()
        assert all(one.name_key == sort_key(one.name) for one in Customer.objects.all())
        assert commerce.refresh_order_totals() == 0
        assert commerce.refresh_customer_totals() == 0
        refresh_search(ids)
        self.equals(before, "the search documents, made anew,")

    def equals(self, wanted: snapshot.Snapshot, what: str) -> None:
        differences = snapshot.differences(wanted, self.look())
        if differences:
            self.acts.clear()  # the failure is this one
        assert not differences, "\n".join([f"{what} did not put everything back:", *differences])


def differs(wanted: snapshot.Rows, found: snapshot.Rows) -> str:
    return "\n".join(
        f"{table} {key}\n  wanted {wanted[table].get(key)}\n  found  {found[table].get(key)}"
        for table in wanted
        for key in wanted[table].keys() | found[table].keys()
        if wanted[table].get(key) != found[table].get(key)
    )


def run(make: Callable[[], Company], **how: Any) -> None:
    machine = type("DaysOfThis", (Days,), {"make": staticmethod(make)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
            **how,
        ),
    )  # fmt: skip


@pytest.fixture
def make_company(
    inside: Workspace,
    owner: Member,
    salesperson: Member,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> Callable[[], Company]:
    monkeypatch.setattr(engine, "CHUNK_ROWS", 2)  # several commits an import
    monkeypatch.setattr(list_acts, "PART", 2)  # several parts a bulk edit
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    start = Company(inside, [owner, salesperson], tmp_path)
    start.open()
    return lambda: Company(inside, [owner, salesperson], tmp_path)


def test_taking_acts_back_puts_every_table_back_to_the_byte(make_company: Callable[[], Company]) -> None:
    run(make_company, max_examples=6, stateful_step_count=8, derandomize=True)


@pytest.mark.long
def test_taking_acts_back_puts_every_table_back_long(make_company: Callable[[], Company]) -> None:
    run(make_company, max_examples=int(os.environ.get("UNDO_EXAMPLES", "1000")), stateful_step_count=25)

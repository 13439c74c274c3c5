"""An undo while others work, and one that is killed: all of it or nothing, and no edit of the same moment is lost."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from samphan.administration.models import Member, Workspace
from samphan.customers import actions
from samphan.customers.models import Customer
from samphan.platform.changes import removing
from samphan.platform.changes.models import Changeset
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine, jobs
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace
from tests.undo import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

HEADING = "รหัสลูกค้า,ชื่อ,ชื่อเล่น,โทรศัพท์\n"
FIRST = HEADING + "K1,สมชาย ใจดี,ชาย,0812345678\nK2,สมหญิง งามตา,,0899999999\n"
SECOND = HEADING + "K1,สมชาย ใจดี,จากไฟล์,0812345678\nK3,สมปอง มีสุข,ปอง,0877777777\nK4,สมศรี,,\n"


@pytest.fixture
def bring(workspace: Workspace, tmp_path: Path, settings: Any) -> Callable[[str], ImportBatch]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "f"}},
    }

    def run(text: str) -> ImportBatch:
        path = tmp_path / "in.csv"
        path.write_text(text, "utf-8")
        with in_workspace(workspace.pk):
            batch = imports.take_file(path, file_name="ลูกค้า.csv", kind_name="customers", member_id=None)
            engine.start(batch)
        return engine.run(batch.pk, workspace.pk).batch

    return run


def look(workspace: Workspace) -> snapshot.Snapshot:
    with in_workspace(workspace.pk):
        return snapshot.take(workspace.pk)


def other_session() -> "psycopg.Connection[Any]":
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"], autocommit=True
    )


def test_a_killed_undo_leaves_everything_as_it_was_and_can_come_again(
    bring: Callable[[str], ImportBatch], workspace: Workspace, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(FIRST)
    before = look(workspace)
    batch = bring(SECOND)
    after = look(workspace)
    remove_made = removing.remove_made

    def killed_on_the_way(*arguments: Any) -> None:
        remove_made(*arguments)
        with connection.cursor() as cursor, other_session() as killer:
            cursor.execute("SELECT pg_backend_pid()")
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [cursor.fetchone()[0]])

    monkeypatch.setattr(removing, "remove_made", killed_on_the_way)
    with pytest.raises(OperationalError):
        engine.undo(batch.pk, workspace.pk, member_id=owner.pk)
    monkeypatch.undo()
    connection.close()
    assert look(workspace) == after
    with in_workspace(workspace.pk):
        assert Changeset.objects.get(pk=batch.pk).undone_at is None
    jobs.undo_import(str(batch.pk), str(workspace.pk), str(owner.pk))
    assert snapshot.differences(before, look(workspace)) == []


def test_waits_for_an_edit_of_the_same_moment_and_keeps_it(
    bring: Callable[[str], ImportBatch], workspace: Workspace, owner: Member
) -> None:
    bring(FIRST)
    batch = bring(SECOND)
    written, problems = threading.Event(), []

    def edit() -> None:
        try:
            with in_workspace(workspace.pk):
                for name in ("สมชาย ใจดี", "สมปอง มีสุข"):
                    customer = Customer.objects.get(name=name)
                    actions.edit_field(customer, "nickname", "ด้วยมือ", seen=customer.nickname, acting_member=owner)
                written.set()
                with other_session() as watch:
                    for _try in range(200):
                        if _is_waited_for(watch):
                            return
                        time.sleep(0.05)
                problems.append("nobody waited")
        finally:
            written.set()
            connection.close()

    person = threading.Thread(target=edit)
    person.start()
    written.wait(20)
    undone = engine.undo(batch.pk, workspace.pk, member_id=owner.pk)
    person.join(20)
    assert problems == []
    with in_workspace(workspace.pk):
        assert dict(Customer.objects.values_list("name", "nickname")) == {
            "สมชาย ใจดี": "ด้วยมือ",
            "สมหญิง งามตา": "",
            "สมปอง มีสุข": "ด้วยมือ",
        }
        edited = set(Customer.objects.filter(nickname="ด้วยมือ").values_list("pk", flat=True))
    assert {kept.id for kept in undone.kept if kept.field == "nickname"} == edited


def _is_waited_for(watch: "psycopg.Connection[Any]") -> bool:
    row = watch.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ).fetchone()
    return bool(row and row[0])

"""Files and batches that the tests of the import engine share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from samphan.administration.models import Workspace
from samphan.platform.changes.recording import tracked_models
from samphan.platform.imports import actions, engine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

Take = Callable[..., ImportBatch]


@pytest.fixture
def take(workspace: Workspace, tmp_path: Path, settings: Any) -> Take:
    """Bring a text in as a batch, mapped by itself unless told otherwise, and ready to run unless `start` is False."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }

    def bring(text: str, kind: str = "customers", *, start: bool = True, **mapping: Any) -> ImportBatch:
        path = tmp_path / "in.csv"
        path.write_text(text, "utf-8")
        with in_workspace(workspace.id):
            batch = actions.take_file(path, file_name="ลูกค้า.csv", kind_name=kind, member_id=None)
            if mapping:
                actions.set_mapping(batch, **{"columns": batch.mapping["columns"], **mapping})
            if start:
                engine.start(batch)
        return batch

    return bring


@pytest.fixture
def contents(workspace: Workspace) -> Callable[[], dict[str, list[str]]]:
    """Every row of every business table as text, to compare a database with what it was."""

    def dump() -> dict[str, list[str]]:
        with in_workspace(workspace.id), connection.cursor() as cursor:
            found = {}
            for tracked in tracked_models:
                cursor.execute(f"SELECT to_jsonb(t)::text FROM {tracked.table} t")
                found[tracked.table] = sorted(row[0] for row in cursor.fetchall())
            cursor.execute("SELECT record_id, text FROM platform_searchdocument ORDER BY record_id")
            # The same words; an import and an edit may put them in another order.
            found["search"] = [f"{record} {sorted(text.split())}" for record, text in cursor.fetchall()]
            return found

    return dump

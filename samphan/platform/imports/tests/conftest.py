"""Files and batches that the tests of the import engine share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samphan.administration.models import Workspace
from samphan.platform.imports import actions, engine
from samphan.platform.imports.models import ImportBatch
from samphan.platform.tenancy import in_workspace

Take = Callable[..., ImportBatch]


@pytest.fixture
def take(workspace: Workspace, tmp_path: Path, settings: object) -> Take:
    """Bring a CSV text in as a batch, mapped by itself unless told otherwise."""

    def bring(text: str, kind: str = "customers", *, start: bool = True, **mapping: object) -> ImportBatch:
        path = tmp_path / "in.csv"
        path.write_text(text, "utf-8")
        with in_workspace(workspace.id):
            batch = actions.take_file(path, file_name="ลูกค้า.csv", kind_name=kind, member_id=None)
            if mapping:
                actions.set_mapping(batch, **{"columns": batch.mapping["columns"], **mapping})  # type: ignore[arg-type]
            if start:
                engine.start(batch)
        return batch

    return bring

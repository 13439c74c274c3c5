"""People and companies that every test may meet."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from xdist.scheduler import LoadFileScheduling

from samphan.administration import actions, tokens
from samphan.administration.models import Member, SystemViewer, Workspace
from samphan.platform.tenancy import in_workspace

PASSWORD = "กาแฟดอยหมอก-2569"


class OneBrowser(LoadFileScheduling):  # type: ignore[misc]
    """The tests of one file run in one process; those with a browser all in the same, which has the demo company."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowser:
    return OneBrowser(config, log)


_again: list[str] = []


def pytest_runtest_logreport(report: Any) -> None:
    if report.outcome == "rerun":
        _again.append(f"{report.nodeid}\n{str(report.longrepr)[-1_500:]}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was run again, with the end of its first failure: a test that passes the second time still has a reason."""
    for said in _again:
        terminalreporter.write_line(f"RUN AGAIN {said}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "shared" in item.keywords and not shared_folder().is_dir():
            item.add_marker(pytest.mark.skip(reason="the shared data folder is not on this machine (SAMPHAN_SHARED)"))


def shared_folder() -> Path:
    """The folder of public data: SAMPHAN_SHARED, else `shared` beside the repository."""
    return Path(os.environ.get("SAMPHAN_SHARED") or Path(__file__).resolve().parent.parent / "shared")


@pytest.fixture(scope="session")
def django_db_setup(database_server: None) -> None:
    """The database of the tests' home is the test database: nothing to create."""


@pytest.fixture
def shared() -> Path:
    folder = shared_folder()
    if not folder.is_dir():
        pytest.skip("the shared data folder is not on this machine (SAMPHAN_SHARED)")
    return folder


@pytest.fixture
def workspace(db: None) -> Workspace:
    return actions.create_workspace(slug="doi-mok", name="โรงคั่วดอยหมอก", name_en="Doi Mok Roasters")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return actions.create_workspace(slug="baan-rim", name="บ้านริมคลอง")


@pytest.fixture
def owner(workspace: Workspace) -> Member:
    return actions.create_member(workspace, email="may@doimok.example", name="เมย์", roles=["owner"], password=PASSWORD)


@pytest.fixture
def salesperson(workspace: Workspace) -> Member:
    return actions.create_member(workspace, email="boy@doimok.example", name="บอย", roles=["sales"], password=PASSWORD)


@pytest.fixture
def onlooker(workspace: Workspace) -> Member:
    """A member who may read, and not what is personal."""
    return actions.create_member(
        workspace, email="nok@doimok.example", name="นก", roles=["read_only"], password=PASSWORD
    )


@pytest.fixture
def stranger(other_workspace: Workspace) -> Member:
    """The owner of another company."""
    return actions.create_member(
        other_workspace, email="ton@baanrim.example", name="ต้น", roles=["owner"], password=PASSWORD
    )


@pytest.fixture
def inside(workspace: Workspace) -> Iterator[Workspace]:
    """The test's body runs inside the workspace, as a request would."""
    with in_workspace(workspace.id):
        yield workspace


@pytest.fixture
def system(workspace: Workspace) -> SystemViewer:
    return SystemViewer(workspace.id)


@pytest.fixture
def signed_in(client: Client, owner: Member) -> Client:
    client.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def api(client: Client, owner: Member) -> "ApiClient":
    """The API as the owner's token sees it."""
    return ApiClient(owner)


class ApiClient:
    """Calls of `/api/v1` with a member's token: `api.get("/customers")` gives the answer of Django's client."""

    def __init__(self, member: Member, *scopes: str) -> None:
        with in_workspace(member.workspace_id):
            made = tokens.create_token(member, name="ทดสอบ", scopes_wanted=scopes, acting_member=member)
        self.token, self.secret, self.client = made.row, made.secret, Client()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", "Accept-Language": "en", **names},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)

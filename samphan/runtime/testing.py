"""A pytest plugin: the tests' own home with a real PostgreSQL, entered as `samphan_app` like the product.

Loaded by `-p samphan.runtime.testing` before Django's settings are. The home is thrown away with the session's end
unless SAMPHAN_TEST_HOME names one to keep, which saves the start of the next run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_kept = os.environ.get("SAMPHAN_TEST_HOME")
HOME = Path(_kept) if _kept else Path(tempfile.mkdtemp(prefix="samphan-test-"))
_PASSED = {"SAMPHAN_SHARED", "SAMPHAN_POSTGRES_BIN"}
for _name in [name for name in os.environ if name.startswith("SAMPHAN_") and name not in _PASSED]:
    del os.environ[_name]
os.environ["SAMPHAN_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")


@pytest.fixture(scope="session")
def database_server() -> Iterator[None]:
    """PostgreSQL of the tests' home, with roles, extensions and the whole schema."""
    from samphan.config.environment import load_environment
    from samphan.runtime.postgres import EmbeddedPostgres
    from samphan.runtime.roles import prepare

    environment = load_environment(os.environ)
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    server.ensure_running()
    prepare(environment)
    subprocess.run(
        [sys.executable, "-m", "samphan.runtime.migrating"],
        env={**os.environ, "SAMPHAN_DATABASE_ROLE": "samphan_owner"},
        check=True,
    )
    with server.superuser("samphan") as connection:
        # Tests that commit are cleaned by TRUNCATE, which the product's role may not do.
        connection.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO samphan_app")
    # The address is known only now; Django read the settings before the server ran.
    from django.db import connections

    found = load_environment(os.environ).database_parameters()
    for settings in (connections["default"].settings_dict, connections.settings["default"]):
        settings.update(
            {"HOST": found["host"], "PORT": str(found["port"]), "USER": found["user"], "NAME": found["dbname"]}
        )
    yield
    if not _kept:
        server.destroy()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: Any) -> None:
    """Passwords of tests are weighed lightly: the product's half second for each would be a third of the whole run."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: Any) -> None:
    if not _kept:
        shutil.rmtree(HOME, ignore_errors=True)

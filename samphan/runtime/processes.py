"""The long-running processes: what the supervisor starts, and what `serve --only` runs by itself.

`python -m samphan.runtime.processes front` is the supervisor's way to start one; people use `samphan serve`.
"""

import argparse
import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator

from samphan.config.environment import Environment, EnvironmentProblem, load_environment
from samphan.runtime.home import RuntimeProblem
from samphan.runtime.postgres import database

PARTS = ("front", "web", "worker")
# Longer than the front's and the worker's own grace, so that this is the last resort.
LAST_RESORT_SECONDS = 20.0


def run_part(environment: Environment, part: str) -> None:
    """Be one part of Samphan until SIGTERM or SIGINT.

    :param part: `front` (pages, live updates, events), `web` (pages only), or `worker`.
    :raises RuntimeProblem: when the database cannot be started.
    """
    os.environ.update(environment.variables())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")
    with database(environment):
        # After the database: the settings take the address that it wrote.
        import django

        django.setup()
        from samphan.platform.observation import traces

        traces.start(part)
        if part == "worker":
            from samphan.runtime.worker import run_worker

            run_worker(environment)
        else:
            from samphan.runtime.front import build_front, run_front

            run_front(environment, build_front(environment, with_live=part == "front"))


def exit_now(code: int) -> None:
    """End without waiting for threads: a page that hangs must not keep a stopped process alive."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


@contextlib.contextmanager
def ended_with(descriptor: int | None) -> Iterator[None]:
    """Stop this process when the other end of a pipe closes, which happens however its holder dies.

    Portable where PR_SET_PDEATHSIG is Linux alone, and it lets the process end cleanly and stop the database.
    """
    if descriptor is not None:
        threading.Thread(target=_watch, args=(descriptor,), name="supervisor watch", daemon=True).start()
    yield


def _watch(descriptor: int) -> None:
    select.select([descriptor], [], [])
    last_resort = threading.Timer(LAST_RESORT_SECONDS, exit_now, (1,))
    last_resort.daemon = True
    last_resort.start()
    os.kill(os.getpid(), signal.SIGTERM)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="samphan.runtime.processes")
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--watch", type=int, help="descriptor of a pipe that the supervisor holds open")
    options = parser.parse_args(arguments)
    try:
        with ended_with(options.watch):
            run_part(load_environment(os.environ), options.part)
    except (EnvironmentProblem, RuntimeProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    exit_now(main(sys.argv[1:]))

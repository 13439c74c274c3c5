"""`samphan`: the command line.

Every command but `serve` and `worker` takes `--json` and then prints exactly one JSON object on standard output;
everything else goes to standard error. Exit status 0: done; 1: not done, with one clear sentence; 2: wrong usage.
"""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from samphan import __version__
from samphan.config.environment import Environment, EnvironmentProblem, load_environment
from samphan.runtime.home import RuntimeProblem
from samphan.runtime.postgres import database

Run = Callable[["Call"], dict[str, Any] | int]


class CommandFailed(Exception):
    """A command could not do its work; the message is one sentence for the person who typed it."""


class WrongUsage(CommandFailed):
    """The command cannot be meant so; exit status 2, as for an option that does not exist."""


class Call:
    """One call of a command: what was typed, and how to answer."""

    def __init__(self, options: argparse.Namespace, environment: Environment) -> None:
        self.options = options
        self.environment = environment
        self.wants_json = bool(getattr(options, "json", False))

    def say(self, text: str) -> None:
        """Tell the person; standard output is kept for the JSON object."""
        print(text, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        environment = load_environment(os.environ)
    except EnvironmentProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    call = Call(options, environment)
    try:
        answer = options.run(call)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 1
    except WrongUsage as problem:
        print(problem, file=sys.stderr)
        return 2
    except (RuntimeProblem, EnvironmentProblem, CommandFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    except Exception as error:
        return _explain(error)
    if isinstance(answer, int):
        return answer
    status = int(answer.pop("_status", 0))
    if call.wants_json:
        print(json.dumps(answer, ensure_ascii=False, default=str))
    return status


def _explain(error: Exception) -> int:
    """A refusal in its own words; a lost database in one sentence; anything else is our mistake and shows its trace."""
    from samphan.platform.errors import DomainError

    if isinstance(error, DomainError):
        print(str(error), file=sys.stderr)
        return 1
    if type(error).__name__ in ("OperationalError", "InterfaceError"):
        print(f"The database does not answer: {str(error).strip().splitlines()[0]}", file=sys.stderr)
        return 1
    if isinstance(error, OSError):
        print(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return 1
    raise error


@contextlib.contextmanager
def django_ready(environment: Environment) -> Iterator[None]:
    """Have a prepared database and a loaded Django for the length of the block."""
    _name_settings(environment)
    with database(environment):
        prepare_quickly(environment)
        with django_loaded(environment):
            yield


@contextlib.contextmanager
def django_loaded(environment: Environment) -> Iterator[None]:
    """Have a loaded Django that speaks the installation's language, and no database."""
    _name_settings(environment)
    import django

    django.setup()
    from django.utils import translation

    with translation.override(environment.language):
        yield


def _name_settings(environment: Environment) -> None:
    os.environ.update(environment.variables())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")


def prepare_quickly(environment: Environment) -> None:
    """Bring the database to this program's state, unless this very program has done it on this home."""
    from samphan.runtime.supervisor import prepare_database

    mark = environment.home / "prepared"
    state = f"{_state_of_migrations()} {_cluster_mark(environment)}"
    with contextlib.suppress(OSError):
        if mark.read_text("utf-8") == state:
            return
    for warning in prepare_database(environment):
        print(warning, file=sys.stderr)
    environment.home.mkdir(parents=True, exist_ok=True)
    mark.write_text(state, "utf-8")


def _state_of_migrations() -> str:
    from hashlib import sha256
    from pathlib import Path

    import samphan

    root = Path(samphan.__file__).parent
    names = sorted(str(path.relative_to(root)) for path in root.glob("*/migrations/*.py"))
    code = (root / "platform" / "rls.py").read_bytes()
    return sha256("\n".join(names).encode() + code).hexdigest()[:16] + f" {__version__}"


def _cluster_mark(environment: Environment) -> str:
    """Differs when the home got another cluster or database."""
    if environment.database_url is not None:
        return environment.database_url
    with contextlib.suppress(OSError):
        return (environment.home / "id").read_text("utf-8").strip()
    return "none"


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    from samphan.runtime.commands import accounts, backup, bench, data, repair, service, thai, tokens

    parser = argparse.ArgumentParser(
        prog="samphan", description="The customer platform a Thai business runs on.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"samphan {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (service, accounts, tokens, data, backup, repair, bench, thai):
        module.add_to(commands)
    return parser


def command(
    commands: Any,
    name: str,
    run: Run,
    *,
    help_text: str,
    with_workspace: bool = False,
    with_json: bool = True,
    with_acting: bool = True,
) -> argparse.ArgumentParser:
    """Add one command with the options that all of its kind share."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text, allow_abbrev=False
    )
    parser.set_defaults(run=run)
    if with_json:
        parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    if with_workspace:
        parser.add_argument("--workspace", metavar="SLUG", help="the workspace's short name; default: the only one")
    if with_workspace and with_acting:
        parser.add_argument("--as", dest="acting", metavar="EMAIL", help="act as this member; default: the system")
    return parser


def on_port(environment: Environment, host: str | None, port: int | None) -> Environment:
    """The environment with another place to listen, and the address that people type then."""
    if host is None and port is None:
        return environment
    variables = {**environment.variables()}
    if host is not None:
        variables["SAMPHAN_HOST"] = host
    if port is not None:
        variables["SAMPHAN_PORT"] = str(port)
    if "SAMPHAN_URL" not in os.environ:
        variables.pop("SAMPHAN_URL", None)
    return replace(load_environment(variables))


if __name__ == "__main__":
    # By its own name: run as `-m samphan.runtime.cli` this module is a second copy, whose exceptions nobody here catches.
    from samphan.runtime import cli

    raise SystemExit(cli.main())

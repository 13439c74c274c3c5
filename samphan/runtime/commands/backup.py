"""Commands that keep what a company has: backup, backup verify, restore, upgrade."""

import datetime as dt
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from samphan import __version__
from samphan.runtime.cli import Call, WrongUsage, command


def add_to(commands: Any) -> None:
    backup = command(
        commands, "backup", run_backup, help_text="Write a backup while everything goes on, or verify one."
    )
    backup.usage = (
        "samphan backup [--passphrase | --passphrase-file FILE] [--json] FILE\n"
        "       samphan backup verify [--passphrase-file FILE] [--json] FILE\n"
        "       samphan backup --scheduled [--json]"
    )
    backup.add_argument("words", nargs="*", metavar="FILE", help="a new file; or the word verify and a backup")
    backup.add_argument("--scheduled", action="store_true", help="into SAMPHAN_BACKUP_FOLDER; the oldest ones go")
    _take_passphrase(backup, "encrypt with a passphrase: asked for, or the first line of standard input")
    restore = command(commands, "restore", run_restore, help_text="Bring a backup into an empty home.")
    restore.add_argument("file", metavar="FILE")
    restore.add_argument(
        "--send", action="store_true", help="send what waits at once; default: hold it until samphan outgoing --release"
    )
    _take_passphrase(restore, "the passphrase is asked for, or is the first line of standard input")
    upgrade = command(commands, "upgrade", run_upgrade, help_text="Bring the home to this version, after a backup.")
    upgrade.add_argument(
        "--no-backup", action="store_true", help="go without a backup; a failed upgrade still changes nothing"
    )
    upgrade.add_argument(
        "--backup", metavar="FILE", type=Path, help="where to; default: in the folder backups of the home"
    )
    _take_passphrase(upgrade, "encrypt the backup: asked for, or the first line of standard input")


def _take_passphrase(parser: Any, help_text: str) -> None:
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--passphrase", action="store_true", help=help_text)
    way.add_argument("--passphrase-file", metavar="FILE", type=Path, help="a file whose first line is the passphrase")


def run_backup(call: Call) -> dict[str, Any]:
    from samphan.runtime.backup.making import make_backup
    from samphan.runtime.postgres import database

    words = call.options.words
    if call.options.scheduled:
        return _scheduled(call)
    if not words:
        raise WrongUsage("samphan backup needs the name of a new file.")
    if words[0] == "verify" and len(words) == 2:
        return _verify(call, Path(words[1]))
    if len(words) != 1:
        raise WrongUsage("samphan backup takes one file, or the word verify and a file.")
    target, passphrase = Path(words[0]), _new_passphrase(call)
    with database(call.environment):
        made = make_backup(call.environment, target, passphrase, say=call.say)
    call.say(f"{made.path}: {made.size / 2**20:,.1f} MiB in {made.seconds:.1f} s, read back and whole.")
    if not made.is_encrypted:
        call.say(
            "It is not encrypted and holds everything, the key of the installation too: keep it where only you can read."
        )
    return made.as_json()


def _scheduled(call: Call) -> dict[str, Any]:
    from samphan.runtime.backup.schedule import make_scheduled
    from samphan.runtime.postgres import database

    if call.options.words or call.options.passphrase or call.options.passphrase_file:
        raise WrongUsage("--scheduled takes its file and its passphrase from SAMPHAN_BACKUP_* alone.")
    with database(call.environment):
        done = make_scheduled(call.environment, now=dt.datetime.now(dt.UTC), say=call.say)
    gone = f" {len(done.removed)} old ones went." if done.removed else ""
    call.say(
        f"{done.made.path}: {done.made.size / 2**20:,.1f} MiB in {done.made.seconds:.1f} s, read back and whole.{gone}"
    )
    return {**done.made.as_json(), "removed": [str(path) for path in done.removed]}


def _verify(call: Call, path: Path) -> dict[str, Any]:
    from samphan.runtime.backup.archive import is_encrypted
    from samphan.runtime.backup.making import described, verify

    passphrase = _passphrase(call, is_new=False) if is_encrypted(path) else None
    contents, sums = verify(path, passphrase)
    call.say(
        f"{path} is whole: Samphan {contents.samphan}, {contents.created_at}, {sums.row_count:,} rows, {sums.files:,} files"
        f" of {', '.join(contents.workspaces) or 'no workspace'}."
    )
    return {"file": str(path), "whole": True, **described(contents, sums)}


def run_restore(call: Call) -> dict[str, Any]:
    from samphan.runtime.backup.archive import is_encrypted
    from samphan.runtime.backup.making import described
    from samphan.runtime.backup.restoring import restore

    path = Path(call.options.file)
    passphrase = _passphrase(call, is_new=False) if is_encrypted(path) else None
    done = restore(call.environment, path, passphrase, say=call.say, sends=call.options.send)
    for warning in done.warnings:
        call.say(warning)
    call.say(
        f"{call.environment.home} is what {path} was made of: {', '.join(done.contents.workspaces) or 'no workspace'}, as of"
        f" {done.contents.created_at}; {done.seconds:.1f} s. Start it with samphan serve."
    )
    if not call.options.send:
        call.say("Webhooks and e-mails that wait are held: see them with samphan outgoing, then --release or --drop.")
    return {
        "home": str(call.environment.home),
        "holds_outgoing": not call.options.send,
        "seconds": round(done.seconds, 1),
        "warnings": done.warnings,
        **described(done.contents, done.sums),
    }


def run_upgrade(call: Call) -> dict[str, Any]:
    from samphan.runtime.upgrading import upgrade

    options = call.options
    if options.no_backup and options.backup:
        raise WrongUsage("Either --backup or --no-backup.")
    os.environ.update(call.environment.variables())
    done = upgrade(
        call.environment,
        say=call.say,
        backup=options.backup,
        passphrase=_new_passphrase(call),
        with_backup=not options.no_backup,
    )
    for warning in done.warnings:
        call.say(warning)
    if done.changes:
        call.say(f"The database is now of Samphan {__version__}: {len(done.changes)} changes in {done.seconds:.1f} s.")
    else:
        call.say(f"The database is of Samphan {__version__} already.")
    if done.backup:
        call.say(f"What was before is in {done.backup}.")
    return done.as_json()


def _new_passphrase(call: Call) -> str | None:
    wanted = call.options.passphrase or call.options.passphrase_file
    return _passphrase(call, is_new=True) if wanted else None


def _passphrase(call: Call, *, is_new: bool) -> str:
    """From the file named, a person at the terminal, or standard input, in that order."""
    if call.options.passphrase_file:
        from samphan.runtime.backup.schedule import first_line

        found = first_line(call.options.passphrase_file)
    elif sys.stdin.isatty():
        found = getpass.getpass("Passphrase: ")
        if is_new and getpass.getpass("Once more: ") != found:
            raise WrongUsage("The two passphrases differ; nothing was done.")
    else:
        found = sys.stdin.readline().rstrip("\r\n")
    if not found:
        raise WrongUsage(
            "The passphrase is empty: type one, give it on standard input, or name a file with --passphrase-file."
        )
    return found

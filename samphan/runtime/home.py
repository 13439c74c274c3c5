"""The home folder of one installation: its identity, its locks, and what may be asked of any process of it."""

import contextlib
import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

# Holds the random name under which a root installation keeps its cluster outside the home.
ID_FILE = "id"


class RuntimeProblem(Exception):
    """Something outside our power stops a process; the message is one sentence for the person at the terminal."""


class FileLock:
    """A lock on a file that the kernel releases when its holder dies, however it dies.

    :param path: the file; it is created when missing and never removed, since removing a lock file lets two hold it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, *, shared: bool = False, timeout_seconds: float | None = None) -> bool:
        """Take the lock, or change a held one; False when others still hold it after `timeout_seconds` (None waits)."""
        if self._descriptor is None:
            # Not inherited by programs we start: a child that outlives us must not go on holding our lock.
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        if timeout_seconds is None:
            fcntl.flock(self._descriptor, mode)
            return True
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                fcntl.flock(self._descriptor, mode | fcntl.LOCK_NB)
                return True
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def read(self) -> str:
        """What the last holder wrote with `write`; '' when nobody did."""
        try:
            return self.path.read_text("utf-8").strip()
        except OSError:
            return ""

    def write(self, text: str) -> None:
        """Leave a note for those who find the lock taken."""
        if self._descriptor is None:
            raise RuntimeError("only the holder of a lock leaves a note")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode("utf-8"), 0)

    def __enter__(self) -> "FileLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def prepare_home(home: Path) -> str:
    """Create what is missing of a home and return its id; safe to call at every start and from several processes.

    :raises RuntimeProblem: when the folder cannot be created or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (home / ".gitignore").exists():
            (home / ".gitignore").write_text("*\n", "ascii")
        return _home_id(home)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RuntimeProblem(f"The home folder {home} cannot be used: {reason}.") from error


def existing_id(home: Path) -> str | None:
    """The id of a home that was started before; None for an empty one."""
    try:
        return (home / ID_FILE).read_text("ascii").strip() or None
    except OSError:
        return None


def _home_id(home: Path) -> str:
    found = existing_id(home)
    if found:
        return found
    candidate = home / f".{ID_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    candidate.write_text(secrets.token_hex(8), "ascii")
    with contextlib.suppress(FileExistsError):
        # A link never overwrites: of two processes that find an empty home, both get the first one's id.
        (home / ID_FILE).hardlink_to(candidate)
    candidate.unlink()
    return (home / ID_FILE).read_text("ascii").strip()


@contextlib.contextmanager
def only_supervisor(home: Path, note: str) -> Iterator[None]:
    """Be the one supervisor of a home for the length of the block.

    :param note: shown to whoever tries to be the second, such as the address of this one.
    :raises RuntimeProblem: when another supervisor runs there.
    """
    prepare_home(home)
    lock = FileLock(home / "serve.lock")
    if not lock.acquire(timeout_seconds=0):
        other = lock.read()
        lock.release()
        raise RuntimeProblem(f"Samphan already runs on {home}{f' ({other})' if other else ''}; stop it first.")
    try:
        lock.write(note)
        yield
    finally:
        lock.write("")
        lock.release()

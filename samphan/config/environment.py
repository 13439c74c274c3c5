"""Every setting that Samphan takes from outside: environment variables, read and checked once at start.

`docs/configuration.md` describes each of them for the person who runs Samphan. Nothing here imports Django, so that the
command line can refuse a wrong value before anything else starts.
"""

import difflib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import available_timezones

import psycopg
from psycopg.conninfo import conninfo_to_dict

ROLES = ("samphan_app", "samphan_owner")
LANGUAGES = ("th", "en")
LOG_LEVELS = ("debug", "info", "warning", "error")
TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off")

# The database supervisor writes where its socket is; settings, which may not import `runtime`, read it here.
DATABASE_FILE = "database.json"
SECRET_KEY_FILE = "secret_key"  # noqa: S105 - a file's name

T = TypeVar("T")


class EnvironmentProblem(ValueError):
    """A variable that cannot be used; the message is one sentence that names the variable and what it accepts."""


@dataclass(frozen=True)
class Environment:
    """The checked configuration of one process. One field for each `SAMPHAN_*` variable, in the units named there."""

    home: Path
    database_url: str | None
    database_role: str
    postgres_bin: Path | None
    given_secret_key: str | None
    host: str
    port: int
    url: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    email_url: str
    language: str
    time_zone: str
    debug: bool
    log_level: str
    threads: int
    live_streams: int
    worker_concurrency: int
    max_upload_bytes: int
    shared: Path | None

    @property
    def is_embedded(self) -> bool:
        """Whether Samphan starts PostgreSQL itself, which it does unless SAMPHAN_DATABASE_URL names a server."""
        return self.database_url is None

    @property
    def is_https(self) -> bool:
        """Whether people reach this installation over TLS, so that cookies may be marked secure."""
        return self.url.startswith("https://")

    def database_parameters(self) -> dict[str, Any]:
        """Keywords for `psycopg.connect` (host, port, user, dbname ...) as the login role, before any SET ROLE.

        With the embedded database they come from `database.json` in the home, which each start of it rewrites; before
        the first start the parameters point at a socket that does not exist, and connecting fails with a plain error.
        """
        if self.database_url is not None:
            return dict(conninfo_to_dict(self.database_url))
        try:
            found = json.loads((self.home / DATABASE_FILE).read_text("utf-8"))
        except (OSError, ValueError):
            return {"host": str(self.home), "port": 5432, "user": "samphan", "dbname": "samphan"}
        return {name: found[name] for name in ("host", "port", "user", "dbname")}

    def secret_key(self) -> str:
        """The signing key: SAMPHAN_SECRET_KEY, or one made at the first call and kept in the home for its owner."""
        if self.given_secret_key is not None:
            return self.given_secret_key
        path = self.home / SECRET_KEY_FILE
        try:
            return _kept_secret(path)
        except FileNotFoundError:
            pass
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            candidate = path.with_name(f".{SECRET_KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(candidate, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise EnvironmentProblem(f"The secret key cannot be written to {path}: {error.strerror}.") from error
        try:
            # A link fails where a rename would overwrite: of two processes that start at once, both read the first key.
            path.hardlink_to(candidate)
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
        return _kept_secret(path)

    def email_settings(self) -> dict[str, Any]:
        """SAMPHAN_EMAIL_URL as Django's EMAIL_* settings, keyed by setting name."""
        return _email_settings(self.email_url)

    def variables(self) -> dict[str, str]:
        """The same configuration as environment variables, for a child process; it overrides what that inherits."""
        values: dict[str, object] = {
            "SAMPHAN_HOME": self.home,
            "SAMPHAN_DATABASE_URL": self.database_url,
            "SAMPHAN_DATABASE_ROLE": self.database_role,
            "SAMPHAN_POSTGRES_BIN": self.postgres_bin,
            "SAMPHAN_SECRET_KEY": self.given_secret_key,
            "SAMPHAN_HOST": self.host,
            "SAMPHAN_PORT": self.port,
            "SAMPHAN_URL": self.url,
            "SAMPHAN_ALLOWED_HOSTS": ",".join(self.allowed_hosts),
            "SAMPHAN_TRUSTED_PROXIES": ",".join(self.trusted_proxies),
            "SAMPHAN_EMAIL_URL": self.email_url,
            "SAMPHAN_LANGUAGE": self.language,
            "SAMPHAN_TIME_ZONE": self.time_zone,
            "SAMPHAN_DEBUG": "1" if self.debug else "0",
            "SAMPHAN_LOG_LEVEL": self.log_level,
            "SAMPHAN_THREADS": self.threads,
            "SAMPHAN_LIVE_STREAMS": self.live_streams,
            "SAMPHAN_WORKER_CONCURRENCY": self.worker_concurrency,
            "SAMPHAN_MAX_UPLOAD": self.max_upload_bytes // 2**20,
            "SAMPHAN_SHARED": self.shared,
        }
        return {name: str(value) for name, value in values.items() if value not in (None, "")}


VARIABLES = (
    "SAMPHAN_HOME",
    "SAMPHAN_DATABASE_URL",
    "SAMPHAN_DATABASE_ROLE",
    "SAMPHAN_POSTGRES_BIN",
    "SAMPHAN_SECRET_KEY",
    "SAMPHAN_HOST",
    "SAMPHAN_PORT",
    "SAMPHAN_URL",
    "SAMPHAN_ALLOWED_HOSTS",
    "SAMPHAN_TRUSTED_PROXIES",
    "SAMPHAN_EMAIL_URL",
    "SAMPHAN_LANGUAGE",
    "SAMPHAN_TIME_ZONE",
    "SAMPHAN_DEBUG",
    "SAMPHAN_LOG_LEVEL",
    "SAMPHAN_THREADS",
    "SAMPHAN_LIVE_STREAMS",
    "SAMPHAN_WORKER_CONCURRENCY",
    "SAMPHAN_MAX_UPLOAD",
    "SAMPHAN_SHARED",
)


def load_environment(environ: Mapping[str, str]) -> Environment:
    """Read and check every SAMPHAN_* variable of `environ`; an empty value counts as not given.

    :raises EnvironmentProblem: for a value that cannot be used, and for a SAMPHAN_* name that means nothing, because a
        misspelt variable would otherwise silently leave its default in force.
    """
    for name in environ:
        if name.startswith("SAMPHAN_") and name not in VARIABLES:
            raise EnvironmentProblem(f"{name} is not a variable of Samphan; {_hint(name)}")

    def read(name: str, parse: Callable[[str, str], T], default: T) -> T:
        value = environ.get(name, "").strip()
        return parse(name, value) if value else default

    host = read("SAMPHAN_HOST", _host, "127.0.0.1")
    port = read("SAMPHAN_PORT", _whole_number(1, 65535), 8000)
    # Passkeys are refused on an IP address, so the address we print is a name.
    url = read("SAMPHAN_URL", _public_url, f"http://localhost:{port}")
    nothing: tuple[str, ...] = ()
    hosts = read("SAMPHAN_ALLOWED_HOSTS", _names, nothing)
    public_host = urlsplit(url).hostname or "localhost"
    return Environment(
        home=Path(environ.get("SAMPHAN_HOME", "").strip() or ".samphan").expanduser().absolute(),
        database_url=read("SAMPHAN_DATABASE_URL", _database_url, None),
        database_role=read("SAMPHAN_DATABASE_ROLE", _one_of(ROLES), ROLES[0]),
        postgres_bin=read("SAMPHAN_POSTGRES_BIN", _postgres_bin, None),
        given_secret_key=read("SAMPHAN_SECRET_KEY", _secret_key, None),
        host=host,
        port=port,
        url=url,
        allowed_hosts=tuple(dict.fromkeys((*hosts, public_host, "localhost", "127.0.0.1", "[::1]"))),
        trusted_proxies=read("SAMPHAN_TRUSTED_PROXIES", _names, nothing),
        email_url=read("SAMPHAN_EMAIL_URL", _email_url, "console:"),
        language=read("SAMPHAN_LANGUAGE", _one_of(LANGUAGES), LANGUAGES[0]),
        time_zone=read("SAMPHAN_TIME_ZONE", _time_zone, "Asia/Bangkok"),
        debug=read("SAMPHAN_DEBUG", _yes_or_no, False),
        log_level=read("SAMPHAN_LOG_LEVEL", _one_of(LOG_LEVELS), "info"),
        threads=read("SAMPHAN_THREADS", _whole_number(1, 200), 10),
        live_streams=read("SAMPHAN_LIVE_STREAMS", _whole_number(0, 100_000), 4096),
        worker_concurrency=read("SAMPHAN_WORKER_CONCURRENCY", _whole_number(1, 64), 4),
        max_upload_bytes=read("SAMPHAN_MAX_UPLOAD", _whole_number(1, 10_240), 512) * 2**20,
        shared=read("SAMPHAN_SHARED", _folder, None),
    )


def _hint(name: str) -> str:
    close = difflib.get_close_matches(name, VARIABLES, n=1, cutoff=0.75)
    return f"did you mean {close[0]}?" if close else "docs/configuration.md lists them all."


def _kept_secret(path: Path) -> str:
    key = path.read_text("ascii").strip()
    if len(key) < 32:
        raise EnvironmentProblem(f"The secret key in {path} is damaged; restore it or delete it to get a new key.")
    return key


def _whole_number(low: int, high: int) -> Callable[[str, str], int]:
    def parse(name: str, value: str) -> int:
        if not (value.isascii() and value.isdecimal() and low <= int(value) <= high):
            raise EnvironmentProblem(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
        return int(value)

    return parse


def _one_of(words: tuple[str, ...]) -> Callable[[str, str], str]:
    def parse(name: str, value: str) -> str:
        if value.lower() not in words:
            raise EnvironmentProblem(f"{name} must be one of {', '.join(words)}, not {value!r}.")
        return value.lower()

    return parse


def _yes_or_no(name: str, value: str) -> bool:
    if value.lower() in TRUE_WORDS:
        return True
    if value.lower() in FALSE_WORDS:
        return False
    raise EnvironmentProblem(f"{name} must be 1 or 0, not {value!r}.")


def _host(name: str, value: str) -> str:
    if "/" in value or " " in value:
        raise EnvironmentProblem(f"{name} must be an address such as 127.0.0.1 or 0.0.0.0, not {value!r}.")
    return value.strip("[]")


def _names(name: str, value: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in value.split(",") if part.strip())
    for part in found:
        if "://" in part or " " in part:
            raise EnvironmentProblem(f"{name} takes names separated by commas, without http:// in front, not {part!r}.")
    return found


def _public_url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise EnvironmentProblem(f"{name} must look like https://crm.example.co.th, not {value!r}.")
    return value.rstrip("/")


def _database_url(name: str, value: str) -> str | None:
    # The value may hold a password, so no message repeats it.
    if not value.startswith(("postgres://", "postgresql://")):
        raise EnvironmentProblem(
            f"{name} must start with postgresql://, for instance postgresql://samphan:...@db/samphan."
        )
    try:
        found = conninfo_to_dict(value)
    except psycopg.Error:
        raise EnvironmentProblem(f"{name} is no PostgreSQL address; write % in a password as %25.") from None
    if not found.get("dbname"):
        raise EnvironmentProblem(f"{name} must name a database, for instance postgresql://samphan:...@db/samphan.")
    return value


def _postgres_bin(name: str, value: str) -> Path | None:
    path = Path(value).expanduser().absolute()
    if not ((path / "postgres").exists() and (path / "initdb").exists()):
        raise EnvironmentProblem(f"{name} must be a folder that holds postgres and initdb; {value!r} does not.")
    return path


def _folder(name: str, value: str) -> Path | None:
    path = Path(value).expanduser().absolute()
    if not path.is_dir():
        raise EnvironmentProblem(f"{name} must be a folder that exists, not {value!r}.")
    return path


def _secret_key(name: str, value: str) -> str | None:
    if len(value) < 32:
        raise EnvironmentProblem(f"{name} must have at least 32 characters.")
    return value


def _time_zone(name: str, value: str) -> str:
    if value not in available_timezones():
        raise EnvironmentProblem(f"{name} must be a time zone such as Asia/Bangkok, not {value!r}.")
    return value


def _email_url(name: str, value: str) -> str:
    try:
        _email_settings(value)
    except ValueError as error:
        raise EnvironmentProblem(
            f"{name} must look like smtp://user:password@mail.example.co.th:587, smtps://..., file:///folder or"
            f" console: ({error})."
        ) from None
    return value


def _email_settings(value: str) -> dict[str, Any]:
    parts = urlsplit(value)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    sender = {"DEFAULT_FROM_EMAIL": options["from"], "SERVER_EMAIL": options["from"]} if options.get("from") else {}
    backend = "django.core.mail.backends"
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{backend}.console.EmailBackend", **sender}
    if parts.scheme == "file":
        if not parts.path.startswith("/"):
            raise ValueError("the folder must be absolute")
        return {"EMAIL_BACKEND": f"{backend}.filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path), **sender}
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("the part before :// is unknown")
    if not parts.hostname:
        raise ValueError("the mail server is missing")
    tls = options.get("tls", "starttls" if parts.port == 587 else "none")
    if tls not in ("starttls", "none"):
        raise ValueError("tls must be starttls or none")
    is_implicit = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": f"{backend}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if is_implicit else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_implicit,
        "EMAIL_USE_TLS": not is_implicit and tls == "starttls",
        "EMAIL_TIMEOUT": 20,
        **sender,
    }

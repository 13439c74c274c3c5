"""Every setting that Samphan takes from outside: environment variables, read and checked once at start.

`docs/configuration.md` describes each of them for the person who runs Samphan. Nothing here imports Django, so that the
command line can refuse a wrong value before anything else starts.
"""

import datetime as dt
import difflib
import hashlib
import ipaddress
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

from samphan.config.files import EXAMPLE, file_storage

ROLES = ("samphan_app", "samphan_owner")
LANGUAGES = ("th", "en")
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("line", "json")
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
    webhook_networks: tuple[str, ...]
    api_requests: int
    files_url: str | None
    log_format: str
    metrics_token: str | None
    backup_folder: Path | None
    backup_at: dt.time
    backup_keep: int
    backup_passphrase_file: Path | None
    shared: Path | None
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_name: str

    @property
    def is_embedded(self) -> bool:
        """Whether Samphan starts PostgreSQL itself, which it does unless SAMPHAN_DATABASE_URL names a server."""
        return self.database_url is None

    @property
    def oidc_provider_id(self) -> str:
        """What accounts of the identity provider are kept under: another issuer's accounts are others, whatever their ids."""
        return f"oidc-{hashlib.sha256(self.oidc_issuer.encode()).hexdigest()[:16]}"

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
            "SAMPHAN_WEBHOOK_NETWORKS": ",".join(self.webhook_networks),
            "SAMPHAN_API_REQUESTS": self.api_requests,
            "SAMPHAN_FILES_URL": self.files_url,
            "SAMPHAN_LOG_FORMAT": self.log_format,
            "SAMPHAN_METRICS_TOKEN": self.metrics_token,
            "SAMPHAN_BACKUP_FOLDER": self.backup_folder,
            "SAMPHAN_BACKUP_AT": f"{self.backup_at:%H:%M}",
            "SAMPHAN_BACKUP_KEEP": self.backup_keep,
            "SAMPHAN_BACKUP_PASSPHRASE_FILE": self.backup_passphrase_file,
            "SAMPHAN_SHARED": self.shared,
            "SAMPHAN_OIDC_ISSUER": self.oidc_issuer,
            "SAMPHAN_OIDC_CLIENT_ID": self.oidc_client_id,
            "SAMPHAN_OIDC_CLIENT_SECRET": self.oidc_client_secret,
            "SAMPHAN_OIDC_NAME": self.oidc_name,
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
    "SAMPHAN_WEBHOOK_NETWORKS",
    "SAMPHAN_API_REQUESTS",
    "SAMPHAN_FILES_URL",
    "SAMPHAN_LOG_FORMAT",
    "SAMPHAN_METRICS_TOKEN",
    "SAMPHAN_BACKUP_FOLDER",
    "SAMPHAN_BACKUP_AT",
    "SAMPHAN_BACKUP_KEEP",
    "SAMPHAN_BACKUP_PASSPHRASE_FILE",
    "SAMPHAN_SHARED",
    "SAMPHAN_OIDC_ISSUER",
    "SAMPHAN_OIDC_CLIENT_ID",
    "SAMPHAN_OIDC_CLIENT_SECRET",
    "SAMPHAN_OIDC_NAME",
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
    issuer = read("SAMPHAN_OIDC_ISSUER", _issuer, "")
    for needed in ("SAMPHAN_OIDC_CLIENT_ID", "SAMPHAN_OIDC_CLIENT_SECRET"):
        if issuer and not environ.get(needed, "").strip():
            raise EnvironmentProblem(f"{needed} is missing: SAMPHAN_OIDC_ISSUER needs it.")
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
        webhook_networks=read("SAMPHAN_WEBHOOK_NETWORKS", _networks, nothing),
        api_requests=read("SAMPHAN_API_REQUESTS", _whole_number(1, 1_000_000), 1_200),
        files_url=read("SAMPHAN_FILES_URL", _files_url, None),
        log_format=read("SAMPHAN_LOG_FORMAT", _one_of(LOG_FORMATS), LOG_FORMATS[0]),
        metrics_token=read("SAMPHAN_METRICS_TOKEN", _token, None),
        backup_folder=read("SAMPHAN_BACKUP_FOLDER", _folder, None),
        backup_at=read("SAMPHAN_BACKUP_AT", _time_of_day, dt.time(2, 30)),
        backup_keep=read("SAMPHAN_BACKUP_KEEP", _whole_number(1, 1000), 14),
        backup_passphrase_file=read("SAMPHAN_BACKUP_PASSPHRASE_FILE", _path, None),
        shared=read("SAMPHAN_SHARED", _folder, None),
        oidc_issuer=issuer,
        oidc_client_id=environ.get("SAMPHAN_OIDC_CLIENT_ID", "").strip(),
        oidc_client_secret=environ.get("SAMPHAN_OIDC_CLIENT_SECRET", "").strip(),
        oidc_name=environ.get("SAMPHAN_OIDC_NAME", "").strip()[:60],
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


def _networks(name: str, value: str) -> tuple[str, ...]:
    found = []
    for part in (part.strip() for part in value.split(",") if part.strip()):
        try:
            found.append(str(ipaddress.ip_network(part)))
        except ValueError:
            raise EnvironmentProblem(
                f"{name} takes networks separated by commas, such as 10.1.0.0/16 or 192.168.1.20, not {part!r}."
            ) from None
    return tuple(found)


def _public_url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise EnvironmentProblem(f"{name} must look like https://crm.example.co.th, not {value!r}.")
    return value.rstrip("/")


def _issuer(name: str, value: str) -> str:
    parts = urlsplit(value)
    is_local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    if not (parts.scheme == "https" or is_local) or not parts.hostname or parts.query or parts.fragment:
        raise EnvironmentProblem(f"{name} must look like https://login.example.co.th/tenant, not {value!r}.")
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


def _files_url(name: str, value: str) -> str | None:
    try:
        file_storage(value, Path())
    except ValueError as error:
        raise EnvironmentProblem(f"{name} must look like {EXAMPLE} ({error}).") from None
    return value


def _path(name: str, value: str) -> Path | None:
    return Path(value).expanduser().absolute()


def _time_of_day(name: str, value: str) -> dt.time:
    try:
        return dt.datetime.strptime(value, "%H:%M").time()
    except ValueError:
        raise EnvironmentProblem(f"{name} must be a time of day such as 02:30, not {value!r}.") from None


def _secret_key(name: str, value: str) -> str | None:
    if len(value) < 32:
        raise EnvironmentProblem(f"{name} must have at least 32 characters.")
    return value


def _token(name: str, value: str) -> str | None:
    if len(value) < 20 or not value.isascii() or " " in value:
        raise EnvironmentProblem(f"{name} must have at least 20 characters, without spaces.")
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

"""What the database needs before the first migration: roles, the database itself, extensions and leakproof marks.

Three roles: `samphan` signs in and can do nothing by itself; it becomes `samphan_owner`, which owns every table, for
migrations, or `samphan_app`, which row-level security binds, for everything else.
"""

import contextlib
from typing import Any

import psycopg
from psycopg import sql

from samphan.config.environment import Environment
from samphan.platform.rls import leakproof_statements
from samphan.runtime.binaries import EXTENSIONS, OLDEST_VERSION
from samphan.runtime.home import RuntimeProblem
from samphan.runtime.postgres import DATABASE, LOGIN, EmbeddedPostgres

OWNER = "samphan_owner"
APP = "samphan_app"

Connection = psycopg.Connection[tuple[Any, ...]]


def prepare(environment: Environment) -> list[str]:
    """Create or repair roles, database, grants and extensions; safe at every start and before any migration.

    The embedded database is prepared as its superuser. On a server of SAMPHAN_DATABASE_URL it does what the given role
    may do and returns a warning, one sentence each, for what it had to leave out.

    :raises RuntimeProblem: when something without which Samphan cannot run is missing and may not be created.
    """
    if environment.is_embedded:
        server = EmbeddedPostgres(environment.home, environment.postgres_bin)
        with server.superuser("postgres") as connection:
            _create_roles(connection, LOGIN)
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )
        with server.superuser() as connection:
            _create_extensions(connection)
            _grant(connection)
            return _mark(connection)
    with _external(environment) as connection:
        return _prepare_external(connection)


def mark_leakproof(environment: Environment) -> list[str]:
    """Put the leakproof marks on again, after migrations and after a restore; returns warnings as `prepare` does."""
    if environment.is_embedded:
        with EmbeddedPostgres(environment.home, environment.postgres_bin).superuser() as connection:
            return _mark(connection)
    with _external(environment) as connection:
        return _mark(connection)


def unmarked_functions(connection: Connection) -> list[str]:
    """The functions that exist but lack their leakproof mark; lists over them read without an index."""
    return [
        name
        for name in _functions()
        if _exists(connection, "SELECT 1 FROM pg_proc WHERE oid = to_regprocedure(%s) AND NOT proleakproof", name)
    ]


def _functions() -> dict[str, str]:
    """Signature to the statement that marks it."""
    return {s.removeprefix("ALTER FUNCTION ").removesuffix(" LEAKPROOF"): s for s in leakproof_statements()}


def _external(environment: Environment) -> Connection:
    try:
        return psycopg.connect(**{"connect_timeout": 10, **environment.database_parameters()}, autocommit=True)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise RuntimeProblem(f"The database of SAMPHAN_DATABASE_URL does not answer: {reason}") from error


def _prepare_external(connection: Connection) -> list[str]:
    version = connection.info.server_version // 10_000
    if version < OLDEST_VERSION:
        raise RuntimeProblem(f"The database server is PostgreSQL {version}; Samphan needs {OLDEST_VERSION} or newer.")
    login = connection.info.user
    missing = [role for role in (OWNER, APP) if not _may_become(connection, role)]
    if missing:
        try:
            _create_roles(connection, login)
        except psycopg.errors.InsufficientPrivilege:
            raise RuntimeProblem(
                f"The role {login} cannot become {' and '.join(missing)} and may not create roles: run the statements"
                ' under "Your own PostgreSQL server" in docs/configuration.md as an administrator.'
            ) from None
    warnings = []
    for name in EXTENSIONS:
        try:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise RuntimeProblem(
                f"The extension {name} is missing in the database: let an administrator run CREATE EXTENSION {name}."
            ) from None
    try:
        _grant(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        warnings.append(f"Rights of {APP} could not be renewed: {error.diag.message_primary}.")
    if _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s AND (rolsuper OR rolbypassrls)", APP):
        warnings.append(f"The role {APP} bypasses row-level security, so the second wall is open: take BYPASSRLS away.")
    return warnings + _mark(connection)


def _create_roles(connection: Connection, login: str) -> None:
    for role, attributes in (
        (OWNER, "NOLOGIN NOSUPERUSER NOBYPASSRLS"),
        (APP, "NOLOGIN NOSUPERUSER NOBYPASSRLS"),
        (login, "LOGIN NOINHERIT"),
    ):
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            # Another process may prepare the same database right now.
            with contextlib.suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                connection.execute(sql.SQL(f"CREATE ROLE {{}} {attributes}").format(sql.Identifier(role)))
    for role in (OWNER, APP):
        if not _may_become(connection, role, login):
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(login)))


def _may_become(connection: Connection, role: str, login: str | None = None) -> bool:
    return _exists(
        connection,
        "SELECT 1 FROM pg_roles r WHERE r.rolname = %s AND pg_has_role(coalesce(%s, current_user), r.oid, 'MEMBER')",
        role,
        login,
    )


def _create_extensions(connection: Connection) -> None:
    for name in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def _grant(connection: Connection) -> None:
    """Let the application role read and write, but not change, whatever the owner made or will make."""
    kinds = (
        ("TABLES", "SELECT, INSERT, UPDATE, DELETE"),
        ("SEQUENCES", "USAGE, SELECT, UPDATE"),
        ("FUNCTIONS", "EXECUTE"),
    )
    owner, app = sql.Identifier(OWNER), sql.Identifier(APP)
    with connection.transaction():
        # Two processes that grant on the same table at once fail with "tuple concurrently updated".
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('samphan.roles'))")
        name = sql.Identifier(connection.info.dbname)
        if not _exists(connection, "SELECT 1 WHERE has_database_privilege(%s, current_database(), 'CREATE')", OWNER):
            connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(name, owner))
        if not _exists(connection, "SELECT 1 WHERE has_schema_privilege(%s, 'public', 'CREATE')", OWNER):
            connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(owner))
        if not _exists(connection, "SELECT 1 WHERE has_schema_privilege(%s, 'public', 'USAGE')", APP):
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
        # As the owner: a login that is no superuser may grant on tables only as the role that owns them.
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(owner))
        for kind, rights in kinds:
            connection.execute(
                sql.SQL(
                    f"ALTER DEFAULT PRIVILEGES FOR ROLE {{}} IN SCHEMA public GRANT {rights} ON {kind} TO {{}}"
                ).format(owner, app)
            )
        for kind, relations, rights in (
            ("TABLE", "'r', 'p', 'v', 'm'", "SELECT, INSERT, UPDATE, DELETE"),
            ("SEQUENCE", "'S'", "USAGE, SELECT, UPDATE"),
        ):
            # Only where the right is missing: a GRANT rewrites the table's catalogue row even when nothing changes.
            rows = connection.execute(
                f"SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
                f" AND c.relkind IN ({relations}) AND c.relowner = %s::regrole"
                " AND NOT has_table_privilege(%s, c.oid, 'UPDATE')",
                (OWNER, APP),
            ).fetchall()
            for (relation,) in rows:
                connection.execute(
                    sql.SQL(f"GRANT {rights} ON {kind} {{}} TO {{}}").format(sql.Identifier("public", relation), app)
                )


def _mark(connection: Connection) -> list[str]:
    pending = unmarked_functions(connection)
    statements = _functions()
    try:
        for name in pending:
            connection.execute(statements[name])
    except psycopg.errors.InsufficientPrivilege:
        return [
            "The database role is no superuser, so functions cannot be marked leakproof: lists filtered by amounts,"
            " tags or custom fields read more rows than they show."
        ]
    return []


def _exists(connection: Connection, query: str, *parameters: object) -> bool:
    return connection.execute(query, parameters).fetchone() is not None

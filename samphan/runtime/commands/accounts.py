"""Commands about people: user create, user password, role list."""

import secrets
import sys
from typing import Any

from samphan.runtime.cli import Call, command, django_ready


def add_to(commands: Any) -> None:
    user = commands.add_parser("user", help="People who sign in.", allow_abbrev=False)
    verbs = user.add_subparsers(dest="verb", metavar="VERB", required=True)
    create = command(verbs, "create", run_create, help_text="Give a person access.", with_workspace=True)
    create.add_argument("--email", required=True)
    create.add_argument(
        "--role", required=True, action="append", help="owner, admin, manager, sales, ...; may be repeated"
    )
    create.add_argument("--name", default="")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    password = command(verbs, "password", run_password, help_text="Give a person a new password.")
    password.add_argument("--email", required=True)
    password.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    role = commands.add_parser("role", help="Roles of the company.", allow_abbrev=False)
    verbs = role.add_subparsers(dest="verb", metavar="VERB", required=True)
    command(
        verbs, "list", run_roles, help_text="Every role: what it gives and how many people have it.",
        with_workspace=True, with_acting=False,
    )  # fmt: skip


def run_roles(call: Call) -> dict[str, Any]:
    with django_ready(call.environment):
        from samphan.administration.composition import draft_of
        from samphan.administration.models import Member, SystemViewer
        from samphan.administration.queries import members, workspace_named
        from samphan.administration.roles import known_roles
        from samphan.platform.tenancy import in_workspace

        workspace = workspace_named(call.options.workspace)
        with in_workspace(workspace.pk):
            people: list[Member] = members(SystemViewer(workspace.pk))
        found = [
            draft_of(rights).document() | {"key": key, "member_count": sum(key in one.roles for one in people)}
            for key, rights in known_roles(workspace.roles).items()
        ]
    for one in found:
        call.say(f"{one['key']}: {one['name']}, {one['member_count']} people, {len(one['permissions'])} permissions")
    return {"workspace": workspace.slug, "roles": found}


def run_create(call: Call) -> dict[str, Any]:
    options = call.options
    with django_ready(call.environment):
        from samphan.administration import actions
        from samphan.administration.models import User
        from samphan.administration.queries import workspace_named

        workspace = workspace_named(options.workspace)
        known = User.objects.filter(email=options.email.strip().lower()).exists()
        password, shown = (None, None) if known else _password(options.password_stdin)
        member = actions.create_member(
            workspace, email=options.email, name=options.name, roles=options.role, password=password
        )
    call.say(f"{options.email} may sign in to {workspace.slug} as {', '.join(options.role)}.")
    if shown:
        call.say(f"Password: {shown}")
    return {
        "id": str(member.id),
        "email": options.email,
        "workspace": workspace.slug,
        "roles": options.role,
        "password": shown,
    }


def run_password(call: Call) -> dict[str, Any]:
    with django_ready(call.environment):
        from samphan.administration import actions

        password, shown = _password(call.options.password_stdin)
        actions.set_password(call.options.email, password)
    call.say(f"The password of {call.options.email} is changed." + (f" Password: {shown}" if shown else ""))
    return {"email": call.options.email, "password": shown}


def _password(from_stdin: bool) -> tuple[str, str | None]:
    """The password, and the same again when it was made here and must be shown."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n"), None
    made = secrets.token_urlsafe(12)
    return made, made

"""Commands about tokens of the API: token create, token list, token revoke."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from samphan.runtime.cli import Call, CommandFailed, command, django_ready


def add_to(commands: Any) -> None:
    token = commands.add_parser("token", help="Tokens with which programs use the API.", allow_abbrev=False)
    verbs = token.add_subparsers(dest="verb", metavar="VERB", required=True)

    def verb(name: str, run: Any, help_text: str) -> Any:
        return command(verbs, name, run, help_text=help_text, with_workspace=True, with_acting=False)

    create = verb("create", run_create, "Make a token that acts for a person; it is printed once.")
    create.add_argument("--email", required=True, help="the person for whom the token acts")
    create.add_argument("--name", default="command line", help="what uses the token")
    create.add_argument("--scopes", default="", help="for instance customers.read,commerce.write; default: everything")
    create.add_argument("--expires", default="", help="a date such as 2026-12-31, or days such as 90; default: never")
    verb("list", run_list, "Show the tokens that work.")
    revoke = verb("revoke", run_revoke, "Let a token act no more.")
    revoke.add_argument("token", metavar="ID_OR_PREFIX", help="as `token list` shows it")


def run_create(call: Call) -> dict[str, Any]:
    options = call.options
    with django_ready(call.environment):
        from samphan.administration import tokens
        from samphan.administration.models import SystemViewer
        from samphan.administration.queries import member_by_email, workspace_named
        from samphan.platform.tenancy import in_workspace

        workspace = workspace_named(options.workspace)
        with in_workspace(workspace.id):
            member = member_by_email(workspace, options.email)
            made = tokens.create_token(
                member,
                name=options.name,
                scopes_wanted=[one.strip() for one in options.scopes.split(",") if one.strip()],
                expires_at=_expiry(options.expires),
                acting_member=SystemViewer(workspace.id),
            )
    call.say(f"The token acts for {options.email}; it is shown only now.")
    if not call.wants_json:
        print(made.secret)
    row = made.row
    return {
        "token": made.secret,
        "id": str(row.pk),
        "prefix": row.prefix,
        "scopes": row.scopes,
        "expires_at": row.expires_at,
    }


def run_list(call: Call) -> dict[str, Any]:
    with django_ready(call.environment):
        from samphan.administration import tokens
        from samphan.administration.models import SystemViewer
        from samphan.administration.queries import workspace_named
        from samphan.platform.tenancy import in_workspace

        workspace = workspace_named(call.options.workspace)
        with in_workspace(workspace.id):
            found: list[dict[str, Any]] = [
                {
                    "id": str(one.pk),
                    "prefix": one.prefix,
                    "name": one.name,
                    "member": one.member.name,
                    "scopes": one.scopes,
                    "last_used_at": one.last_used_at,
                    "expires_at": one.expires_at,
                }
                for one in tokens.tokens(SystemViewer(workspace.id), everybody=True)
            ]
    for one in found:
        call.say(f"{one['prefix']}…  {one['name']}  {one['member']}  {', '.join(one['scopes']) or 'everything'}")
    return {"tokens": found}


def run_revoke(call: Call) -> dict[str, Any]:
    with django_ready(call.environment):
        from samphan.administration import tokens
        from samphan.administration.models import SystemViewer
        from samphan.administration.queries import workspace_named
        from samphan.platform.tenancy import in_workspace

        workspace = workspace_named(call.options.workspace)
        wanted = call.options.token.rstrip("…")
        with in_workspace(workspace.id):
            system = SystemViewer(workspace.id)
            found = [one for one in tokens.tokens(system, everybody=True) if wanted in (str(one.pk), one.prefix)]
            if len(found) != 1:
                raise CommandFailed(f"There is no token {wanted}; “samphan token list” shows them.")
            tokens.revoke_token(found[0], acting_member=system)
    call.say(f"The token {found[0].prefix}… no longer works.")
    return {"id": str(found[0].pk), "revoked": True}


def _expiry(text: str) -> datetime | None:
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 6:
        return datetime.now(UTC) + timedelta(days=int(text))
    try:
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:
        raise CommandFailed(f"--expires takes a date such as 2026-12-31 or days such as 90, not {text!r}.") from None

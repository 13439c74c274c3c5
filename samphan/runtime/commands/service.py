"""Commands that run Samphan or look after it: serve, worker, init, doctor."""

from typing import Any

from samphan.runtime.cli import Call, CommandFailed, command, django_ready, on_port


def add_to(commands: Any) -> None:
    serve = command(commands, "serve", run_serve, help_text="Start Samphan.", with_json=False)
    serve.add_argument("--host", help="address to listen on; default 127.0.0.1 and ::1 as localhost")
    serve.add_argument("--port", type=int, help="port to listen on; default 8000")
    serve.add_argument("--only", choices=("front", "web", "worker"), help="one part alone, for several machines")
    command(commands, "worker", run_worker, help_text="Run a worker alone.", with_json=False)
    init = command(commands, "init", run_init, help_text="Prepare the home, the database and a first workspace.")
    init.add_argument("--name", help="the company's name, for a new workspace")
    init.add_argument("--slug", help="the new workspace's short name")
    outgoing = command(
        commands,
        "outgoing",
        run_outgoing,
        help_text="Webhooks and e-mails that wait: hold them, let them go, drop them.",
    )
    outgoing.add_argument("--workspace", help="short name of one company; default: all")
    act = outgoing.add_mutually_exclusive_group()
    act.add_argument("--hold", action="store_true", help="send nothing from now on")
    act.add_argument("--release", action="store_true", help="send what waits, and all that follows")
    act.add_argument("--drop", action="store_true", help="leave unsent what waits now, and send all that follows")
    command(commands, "doctor", run_doctor, help_text="Find what is wrong, and say the remedy.")


def run_serve(call: Call) -> int:
    from samphan.runtime.supervisor import serve

    options = call.options
    return serve(on_port(call.environment, options.host, options.port), only=options.only)


def run_worker(call: Call) -> int:
    from samphan.runtime.supervisor import serve

    return serve(call.environment, only="worker")


def run_init(call: Call) -> dict[str, Any]:
    with django_ready(call.environment):
        from samphan.administration import actions
        from samphan.administration.models import Workspace

        made = None
        if call.options.slug or call.options.name:
            slug = call.options.slug or "main"
            if Workspace.objects.filter(slug=slug).exists():
                raise CommandFailed(f"The workspace {slug} exists already.")
            made = actions.create_workspace(slug=slug, name=call.options.name or slug).slug
        slugs = list(Workspace.objects.order_by("id").values_list("slug", flat=True))
    call.say(f"Ready in {call.environment.home}." + (f" Workspaces: {', '.join(slugs)}." if slugs else ""))
    return {"home": str(call.environment.home), "created": made, "workspaces": slugs}


def run_outgoing(call: Call) -> dict[str, Any]:
    with django_ready(call.environment):
        from django.utils import timezone

        from samphan.administration import audit
        from samphan.administration.models import SystemViewer, Workspace
        from samphan.administration.queries import workspace_named
        from samphan.platform import outgoing
        from samphan.platform.tenancy import in_workspace

        options, at, found = call.options, timezone.now(), []
        named = options.workspace
        for workspace in [workspace_named(named)] if named else Workspace.objects.order_by("slug"):
            with in_workspace(workspace.pk):
                waiting = outgoing.waiting(workspace.pk)
                if options.hold:
                    outgoing.hold(workspace.pk, at=at)
                elif options.release or options.drop:
                    done = outgoing.release(workspace.pk, drops=options.drop, at=at)
                    verb = "dropped" if options.drop else "released"
                    if done:
                        count = sum(number for _label, number in waiting)
                        audit.record(f"administration.outgoing_{verb}", viewer=SystemViewer(workspace.pk), rows=count)
                held = outgoing.hold_of(workspace.pk)
            found.append(
                {
                    "workspace": workspace.slug,
                    "held_since": held.since if held else None,
                    "waiting": dict(waiting),
                }
            )
            counts = ", ".join(f"{label} {number:,}" for label, number in waiting)
            call.say(f"{workspace.slug}: {'held' if held else 'goes out'}; waiting: {counts}")
    return {"workspaces": found}


def run_doctor(call: Call) -> dict[str, Any]:
    from dataclasses import asdict

    from samphan.runtime.doctor_checks import run_checks

    checks = run_checks(call.environment)
    good = all(check.ok for check in checks)
    if not call.wants_json:
        for check in checks:
            call.say(f"{'ok  ' if check.ok else 'BAD '} {check.name}: {check.message}")
            if not check.ok and check.remedy:
                call.say(f"     → {check.remedy}")
    return {"ok": good, "checks": [asdict(check) for check in checks], "_status": 0 if good else 1}

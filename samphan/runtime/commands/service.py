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

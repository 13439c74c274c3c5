"""The command that shows what failed in the background, tries it again, or drops it."""

from typing import Any

from samphan.runtime.cli import Call, WrongUsage, command, django_ready


def add_to(commands: Any) -> None:
    repair = command(
        commands, "repair", run_repair, help_text="What failed in the background: show it, try it again, drop it."
    )
    repair.add_argument("--workspace", help="short name of one company; default: all")
    repair.add_argument(
        "--job", type=int, action="append", metavar="ID", help="this failed work alone; may be repeated"
    )
    repair.add_argument(
        "--letter", type=int, action="append", metavar="ID", help="this change that was not carried on; may be repeated"
    )
    act = repair.add_mutually_exclusive_group()
    act.add_argument("--retry", action="store_true", help="try it again: all, or what --job and --letter name")
    act.add_argument("--drop", action="store_true", help="forget what --job and --letter name")


def run_repair(call: Call) -> dict[str, Any]:
    options = call.options
    if options.drop and not (options.job or options.letter):
        raise WrongUsage("--drop needs --job ID or --letter ID: what is dropped is never done.")
    with django_ready(call.environment):
        from samphan.administration.models import Workspace
        from samphan.administration.queries import workspace_named

        named = options.workspace
        companies = [workspace_named(named)] if named else list(Workspace.objects.order_by("slug"))
        found = [_of_company(call, workspace) for workspace in companies]
    return {"workspaces": found}


def _of_company(call: Call, workspace: Any) -> dict[str, Any]:
    from django.utils import timezone

    from samphan.administration import audit
    from samphan.administration.jobs import retry_dead_letters
    from samphan.administration.models import SystemViewer
    from samphan.platform import health
    from samphan.platform.events import dead_letters
    from samphan.platform.tenancy import in_workspace

    options, at = call.options, timezone.now()
    is_named = bool(options.job or options.letter)
    with in_workspace(workspace.pk):
        letters = dead_letters.of_workspace(workspace.pk)
        failed = health.failed_jobs(workspace.pk)
        if is_named:
            letters = letters.filter(pk__in=options.letter or [])
            failed = [one for one in failed if one.id in (options.job or [])]
        told = [
            {
                "id": one.pk,
                "subscriber": one.subscriber,
                "event": one.event.type,
                "error": one.error,
                "attempts": one.attempts,
                "next_at": one.next_at,
            }
            for one in letters
        ]
        done = {"jobs": 0, "letters": 0}
        if options.retry:
            done["jobs"] = sum(health.retry_job(one.id, workspace.pk, at=at) for one in failed)
            done["letters"] = dead_letters.ask_again(letters, at=at)
            if done["letters"]:
                retry_dead_letters.enqueue(once="dead-letters", timestamp=int(at.timestamp()) + 1)
        elif options.drop:
            done["jobs"] = sum(health.drop_job(one.id, workspace.pk) for one in failed)
            done["letters"] = dead_letters.drop(letters)
        verb = "retried" if options.retry else "dropped"
        for what, count in done.items():
            if count:
                audit.record(f"administration.{what}_{verb}", viewer=SystemViewer(workspace.pk), rows=count)
    for one in failed:
        call.say(f"{workspace.slug}: job {one.id} {one.task}, tried {one.attempts} times: {one.error or 'not known'}")
    for letter in told:
        call.say(
            f"{workspace.slug}: letter {letter['id']} {letter['event']} for {letter['subscriber']}: {letter['error']}"
        )
    if not failed and not told:
        call.say(f"{workspace.slug}: nothing failed.")
    elif any(done.values()):
        call.say(f"{workspace.slug}: {verb}: {done['jobs']} jobs, {done['letters']} letters.")
    jobs = [{"id": one.id, "task": one.task, "error": one.error, "attempts": one.attempts} for one in failed]
    return {"workspace": workspace.slug, "jobs": jobs, "letters": told, verb if any(done.values()) else "done": done}

"""Settings of how long data is kept."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from samphan.administration.middleware import MemberRequest
from samphan.administration.settings import retention
from samphan.administration.views.settings import CHANGE, page, say_saved
from samphan.platform.access import requires
from samphan.platform.thai.digits import to_ascii_digits


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def retention_settings(request: MemberRequest) -> HttpResponse:
    """Days of each rule; `preview` counts with the typed days what the next night would delete, and saves nothing."""
    days: dict[str, int] = retention.days_of(request.member.workspace_id)
    typed: dict[str, str] = {name: str(count) for name, count in days.items()}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed |= {rule.name: request.POST.get(rule.name, "").strip()[:8] for rule in retention.rules()}
        for rule in retention.rules():
            text = to_ascii_digits(typed[rule.name])
            try:
                if not (text.isascii() and text.isdigit()):
                    raise retention.BadDays(_("Type a number of days."))
                retention.check_days(rule, int(text))
                days[rule.name] = int(text)
            except retention.BadDays as problem:
                errors[rule.name] = str(problem)
        if not errors and "preview" not in request.POST:
            say_saved(request, retention.change_days(days, acting_member=request.member))
            return redirect("retention")
    now = timezone.now()
    rows: list[dict[str, Any]] = []
    for rule in retention.rules():
        count = retention.would_delete(rule, request.member.workspace_id, days[rule.name], at=now)
        rows.append(
            {
                "rule": rule,
                "typed": typed[rule.name],
                "error": errors.get(rule.name, ""),
                "count": min(count, retention.COUNTED),
                "is_more": count > retention.COUNTED,
                "waiting": rule.waiting(request.member.workspace_id, timedelta(days=days[rule.name]))
                if rule.waiting
                else "",
            }
        )
    log = [
        (at, [(retention.label(name), count) for name, count in gone.items()])
        for at, gone in retention.carried_out(request.member)
    ]
    context = {"rows": rows, "log": log, "is_preview": "preview" in request.POST}
    return page(request, "retention", context, status=422 if errors else 200)

"""The audit trail: who did what, and when."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from samphan.administration import audit, queries
from samphan.administration.middleware import MemberRequest
from samphan.administration.roles import RIGHTS
from samphan.platform.access import requires

PAGE_SIZE = 50


@requires("administration.view_audit")
@require_GET
def audit_trail(request: MemberRequest) -> HttpResponse:
    """Acts and reads, newest first. `?action=` and `?member=` filter, `?before=` is where the page before ended."""
    action = request.GET.get("action", "")[:100].replace("\x00", "")
    member_id, before = _uuid(request.GET.get("member")), _uuid(request.GET.get("before"))
    found = queries.audit_trail(request.member, action=action, member_id=member_id, before=before, limit=PAGE_SIZE + 1)
    names = queries.member_names(request.member)
    shown = found[:PAGE_SIZE]
    return render(
        request,
        "administration/audit_trail.html",
        {
            "settings_place": "audit-trail",
            "entries": [
                {
                    "at": entry.at,
                    "member_id": entry.member_id,
                    "who": names.get(entry.member_id, "") if entry.member_id else "",
                    "what": audit.label(entry.action),
                    "detail": _words(entry.detail, names),
                }
                for entry in shown
            ],
            "action": action,
            "actions": audit.actions(),
            "member_id": str(member_id or ""),
            "members": sorted(names.items(), key=lambda pair: pair[1]),
            "older": shown[-1].id if len(found) > PAGE_SIZE else None,
            "is_first": before is None,
        },
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _words(detail: dict[str, Any], names: dict[UUID, str]) -> str:
    """The detail of an entry as one line: `member` becomes a name, lists are joined, the rest is name and value."""
    labels = {
        "fields": _("fields"),
        "format": _("format"),
        "rows": _("rows"),
        "file": _("file"),
        "filtered": _("filtered"),
        "customers": _("customers"),
        "name": "",
        "team": "",
        "member": "",
    }
    parts = []
    for key, value in detail.items():
        if key == "member" and isinstance(value, str):
            identity = _uuid(value)
            value = names.get(identity, "") if identity else ""
        if key == "roles" and isinstance(value, list):
            value = [str(RIGHTS[role].label) if role in RIGHTS else role for role in value]
        if isinstance(value, bool):
            # A mark: said when it is set, and only where it has a word.
            if value and key in labels:
                parts.append(labels[key])
            continue
        text = ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
        if text:
            label = labels.get(key, key)
            parts.append(f"{label} {text}".strip())
    return " · ".join(parts)

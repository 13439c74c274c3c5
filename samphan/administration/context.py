"""What every page of the shell knows."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The acting member, their workspace, and how they want to see it."""
    member = getattr(request, "member", None)
    if member is None:
        return {"member": None, "workspace": None, "theme": request.COOKIES.get("samphan_theme", "system"), "era": "be"}
    return {
        "member": member,
        "workspace": member.workspace,
        "theme": member.user.theme,
        "era": member.user.era or member.workspace.era,
    }

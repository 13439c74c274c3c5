"""What every page of the shell knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _


def shell(request: HttpRequest) -> dict[str, Any]:
    """The acting member, their workspace, and how they want to see it."""
    from samphan.administration.security import company_accounts

    company = {
        "company_sign_in": (settings.OIDC_NAME or _("your company's account")) if company_accounts.is_on() else ""
    }
    member = getattr(request, "member", None)
    if member is None:
        return {
            **company,
            "member": None,
            "workspace": None,
            "theme": request.COOKIES.get("samphan_theme", "system"),
            "era": "be",
        }
    return {
        **company,
        "member": member,
        "workspace": member.workspace,
        "theme": member.user.theme,
        "era": member.user.era or member.workspace.era,
    }

"""What one may do in integrations."""

from django.utils.translation import gettext_lazy as _

from samphan.platform.access import declare

CHANGE_WEBHOOKS = "integrations.change_webhooks"


def declare_all() -> None:
    """Make the permissions of integrations known."""
    declare(CHANGE_WEBHOOKS, _("Set up webhooks and see what they sent"))

"""Where integrations stand in the settings, and the words of their acts."""

from django.utils.translation import gettext_lazy as _

from samphan.administration import audit
from samphan.integrations.permissions import CHANGE_WEBHOOKS
from samphan.ui import navigation


def register() -> None:
    """Put webhooks behind the gear, and name their acts in the audit trail."""
    navigation.register(
        navigation.Place(
            "webhooks",
            _("Webhooks"),
            "send",
            "webhooks",
            permission=CHANGE_WEBHOOKS,
            group="foot",
            order=80,
            section="connections",
            note=_("Tell other systems what happens here"),
            words="เว็บฮุค, เชื่อมต่อระบบ, แจ้งระบบอื่น, webhook, integration, api, zapier, n8n, make",
        )
    )
    audit.declare("integrations.webhook_added", _("Added a webhook"))
    audit.declare("integrations.webhook_changed", _("Changed a webhook"))
    audit.declare("integrations.webhook_deleted", _("Deleted a webhook"))
    audit.declare("integrations.webhook_paused", _("Paused a webhook"))
    audit.declare("integrations.webhook_resumed", _("Switched a webhook on again"))
    audit.declare("integrations.webhook_secret_changed", _("Changed the secret of a webhook"))
    audit.declare("integrations.webhook_tested", _("Tried a webhook"))
    audit.declare("integrations.webhook_replayed", _("Sent deliveries of a webhook again"))

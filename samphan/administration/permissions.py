"""The rights that administration asks for."""

from django.utils.translation import gettext_lazy as _

from samphan.platform.access import declare


def declare_all() -> None:
    """Make the permissions of this domain known."""
    declare("administration.view_people", _("See people and teams"))
    declare("administration.change_people", _("Add people, change roles, close access"))
    declare("administration.change_settings", _("Change the company's settings"))
    declare("administration.change_field", _("Add and change fields"))
    declare("administration.undo_change", _("Undo what others did"))
    declare("administration.view_audit", _("See the audit trail"))
    declare("administration.view_health", _("See whether work in the background goes on"))
    declare("administration.repair_work", _("Try failed work again, or drop it"))

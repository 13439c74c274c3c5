"""The rights that administration asks for."""

from django.utils.translation import gettext_lazy as _

from samphan.platform.access import declare


def declare_all() -> None:
    """Make the permissions of this domain known."""
    declare("administration.view_people", _("See people and teams"))
    declare("administration.change_people", _("Add people, change roles, close access"))
    declare("administration.change_settings", _("Change the company's settings"))
    declare("administration.undo_change", _("Undo what others did"))
    declare("administration.view_audit", _("See the audit trail"))

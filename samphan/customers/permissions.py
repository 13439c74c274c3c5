"""What a member may do with customers."""

from django.utils.translation import gettext_lazy as _

from samphan.platform.access import declare

VIEW = "customers.view_customer"
ADD = "customers.add_customer"
CHANGE = "customers.change_customer"
TAG = "customers.tag_customer"
DELETE = "customers.delete_customer"
EXPORT = "customers.export_customer"
IMPORT = "customers.import_customer"


def declare_all() -> None:
    """Make the permissions known."""
    declare(VIEW, _("See customers"))
    declare(ADD, _("Add customers"))
    declare(CHANGE, _("Edit customers"))
    declare(TAG, _("Tag customers"))
    declare(DELETE, _("Delete customers"))
    declare(EXPORT, _("Export customers"))
    declare(IMPORT, _("Import customers"))

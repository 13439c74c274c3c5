"""What a member may do with customers."""

from django.utils.translation import gettext_lazy as _

from samphan.platform.access import declare, declare_owned

VIEW = "customers.view_customer"
ADD = "customers.add_customer"
CHANGE = "customers.change_customer"
TAG = "customers.tag_customer"
DELETE = "customers.delete_customer"
ERASE = "customers.erase_customer"
EXPORT = "customers.export_customer"
IMPORT = "customers.import_customer"
REVEAL = "customers.reveal_field"
SHARE = "customers.share_customer"


def declare_all() -> None:
    """Make the permissions known."""
    declare(VIEW, _("See customers"))
    declare(ADD, _("Add customers"))
    declare(CHANGE, _("Edit customers"))
    declare(TAG, _("Tag customers"))
    declare(DELETE, _("Delete customers"))
    declare(ERASE, _("Erase deleted customers for good"))
    declare(EXPORT, _("Export customers"))
    declare(IMPORT, _("Import customers"))
    declare(REVEAL, _("Have covered fields shown, each time noted in the audit trail"))
    declare(SHARE, _("Share customers with colleagues"))
    declare_owned("customers", _("Customers"))

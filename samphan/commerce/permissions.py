"""What one may do in commerce."""

from django.utils.translation import gettext_lazy as _

from samphan.platform.access import declare


def declare_all() -> None:
    """Make the permissions of commerce known."""
    declare("commerce.view_order", _("See orders"))
    declare("commerce.add_order", _("Add orders"))
    declare("commerce.change_order", _("Edit orders"))
    declare("commerce.delete_order", _("Delete orders"))
    declare("commerce.export_order", _("Export orders"))
    declare("commerce.import_order", _("Import orders"))
    declare("commerce.view_product", _("See products"))
    declare("commerce.add_product", _("Add products"))
    declare("commerce.change_product", _("Edit products"))
    declare("commerce.delete_product", _("Delete products"))
    declare("commerce.export_product", _("Export products"))
    declare("commerce.import_product", _("Import products"))

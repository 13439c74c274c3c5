"""What one may do in customer insights."""

from django.utils.translation import gettext_lazy as _

from samphan.platform.access import declare

VIEW_BEST = "insights.read_sales"
VIEW_QUALITY = "insights.view_data_quality"


def declare_all() -> None:
    """Make the permissions of insights known."""
    declare(VIEW_BEST, _("See who buys most"))
    declare(VIEW_QUALITY, _("See the quality of the data"))

"""Where insights stand in the sidebar."""

from django.utils.translation import gettext_lazy as _

from samphan.administration import after_imports
from samphan.insights.permissions import VIEW_BEST
from samphan.ui import navigation


def register() -> None:
    """Offer customer insights in the shell, and the best customers to whoever has just brought orders in."""
    after_imports.register(
        after_imports.NextStep("orders", _("See the best customers"), "chart-scatter", "best-customers", VIEW_BEST)
    )
    navigation.register(
        navigation.Place(
            "insights",
            _("Customer insights"),
            "chart-scatter",
            "best-customers",
            permission=VIEW_BEST,
            group="service",
            order=30,
            words="ลูกค้าชั้นดี, ลูกค้าที่ดีที่สุด, พาเรโต, best customers, pareto, analytics, reports",
        )
    )

"""Where insights stand in the sidebar."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.administration import after_imports, guide
from samphan.administration.models import Member
from samphan.commerce.models import Order
from samphan.insights.permissions import VIEW_BEST, VIEW_QUALITY
from samphan.ui import navigation


def _best_customers(member: Member) -> guide.Standing:
    if guide.has_looked(member.workspace, "best-customers"):
        note = _("You know who makes most of the sales.")
        return guide.Standing(True, note, _("See the best customers"), reverse("best-customers"))
    if Order.objects.visible_to(member).filter(customer__isnull=False).exists():
        note = _("Your sales are in: see who buys most, and what share of all they make.")
        return guide.Standing(False, note, _("See the best customers"), reverse("best-customers"))
    return guide.Standing(
        False,
        _("Who buys most is in your sales: bring in the bills of the till, the shop or the accounts."),
        _("Bring in sales"),
        f"{reverse('import-list')}?kind=orders",
        sample="orders",
    )


BEST_CUSTOMERS = guide.Step("best-customers", 20, "award", _("See your best customers"), VIEW_BEST, _best_customers)


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
    navigation.register(
        navigation.Place(
            "data-quality",
            _("Data quality"),
            "shield-check",
            "data-quality",
            permission=VIEW_QUALITY,
            group="service",
            order=95,
            words="คุณภาพข้อมูล, ข้อมูลซ้ำ, ข้อมูลไม่ครบ, data quality, duplicates, completeness, missing data",
        )
    )

"""Insights: what customers are worth."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "samphan.insights"
    label = "insights"
    verbose_name = _("Figures")

    def ready(self) -> None:
        from samphan.administration import guide
        from samphan.insights import permissions, places, quality_problems

        permissions.declare_all()
        places.register()
        quality_problems.register()
        guide.declare(places.BEST_CUSTOMERS)

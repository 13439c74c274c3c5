"""Insights: what customers are worth."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "samphan.insights"
    label = "insights"

    def ready(self) -> None:
        from samphan.administration import guide
        from samphan.insights import permissions, places

        permissions.declare_all()
        places.register()
        guide.declare(places.BEST_CUSTOMERS)

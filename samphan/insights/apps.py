"""Insights: what customers are worth."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "samphan.insights"
    label = "insights"

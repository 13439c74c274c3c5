"""Work: activities, tasks and the day of whoever does them."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "samphan.work"
    label = "work"

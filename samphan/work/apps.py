"""Work: activities, tasks and the day of whoever does them."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "samphan.work"
    label = "work"

    def ready(self) -> None:
        from samphan.work import feeds, fields, panels, permissions, places, timeline

        permissions.declare_all()
        fields.register()
        feeds.declare_all()
        places.register()
        panels.register()
        timeline.register()

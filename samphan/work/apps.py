"""Work: activities, tasks and the day of whoever does them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "samphan.work"
    label = "work"

    def ready(self) -> None:
        from samphan.administration import lists, notifications
        from samphan.work import (
            feeds,
            fields,
            imports,
            next_task,
            panels,
            permissions,
            places,
            reminders,
            task_fields,
            timeline,
        )
        from samphan.work.views import listing

        permissions.declare_all()
        fields.register()
        next_task.register()
        task_fields.register()
        lists.register(listing.TASK_LIST)
        imports.register()
        feeds.declare_all()
        places.register()
        panels.register()
        timeline.register()
        reminders.declare()
        notifications.declare("work.task_assigned", _("%(by)s gave you a task"), body="%(task)s", icon="square-check")
        notifications.declare("work.tasks_assigned", _("%(by)s gave you several tasks"), icon="list-checks")
        notifications.declare("work.member_mentioned", _("%(by)s mentioned you"), icon="message-square")

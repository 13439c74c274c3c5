"""Work: activities, tasks and the day of whoever does them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "samphan.work"
    label = "work"
    verbose_name = _("Activities and tasks")

    def ready(self) -> None:
        from samphan.administration import deleted, lists, notifications
        from samphan.platform import access
        from samphan.work import (
            belongings,
            choices,
            custom_fields,
            feeds,
            fields,
            imports,
            next_task,
            on_behalf,
            panels,
            permissions,
            places,
            reminders,
            task_fields,
            timeline,
        )
        from samphan.work.queries import customers_of_own_tasks
        from samphan.work.views import listing

        access.grant("customers", customers_of_own_tasks)
        permissions.declare_all()
        choices.register()
        fields.register()
        next_task.register()
        task_fields.register()
        custom_fields.register()
        lists.register(listing.TASK_LIST)
        imports.register()
        feeds.declare_all()
        places.register()
        panels.register()
        timeline.register()
        reminders.declare()
        belongings.register()
        on_behalf.register()
        deleted.declare("work.Activity")
        deleted.declare("work.Task")
        tasks, mentions = "work.task_assigned", "work.member_mentioned"
        notifications.declare_topic(tasks, _("A colleague gives me tasks"), icon="square-check", order=10)
        notifications.declare_topic(
            mentions, _("A colleague mentions me"), icon="message-square", order=30, is_mailed=True
        )
        notifications.declare(
            "work.task_assigned", _("%(by)s gave you a task"), body="%(task)s", icon="square-check", topic=tasks
        )
        notifications.declare(
            "work.tasks_assigned", _("%(by)s gave you several tasks"), icon="list-checks", topic=tasks
        )
        notifications.declare("work.member_mentioned", _("%(by)s mentioned you"), icon="message-square", topic=mentions)

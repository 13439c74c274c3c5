"""What a member may do with activities and tasks."""

from django.utils.translation import gettext_lazy as _

from samphan.platform.access import declare, declare_owned

VIEW = "work.view_activity"
WRITE = "work.write_activity"
TASK = "work.change_task"
ASSIGN = "work.assign_task"
EXPORT = "work.export_task"


def declare_all() -> None:
    """Make the permissions known."""
    declare(VIEW, _("See activities and tasks"))
    declare(WRITE, _("Write notes, calls, visits and meetings"))
    declare(TASK, _("Make and do tasks"))
    declare(ASSIGN, _("Give tasks to others"))
    declare(EXPORT, _("Export tasks"))
    declare_owned("tasks", _("Tasks"))

"""Addresses of activities, tasks and the day."""

from django.urls import URLPattern, URLResolver, path

from samphan.administration.lists.urls import list_urls
from samphan.work.permissions import TASK, VIEW
from samphan.work.views import activities, calendar, feed, listing, tasks, today

urlpatterns: list[URLPattern | URLResolver] = [
    path("today/", today.today, name="today"),
    path("today/call/<uuid:task_id>/", today.call_note, name="today-call"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/address/", feed.calendar_address, name="calendar-address"),
    path("calendar/address/end/", feed.calendar_address_end, name="calendar-address-end"),
    path("calendar/feed/<str:token>.ics", feed.calendar_feed, name="calendar-feed"),
    path("mentions/", activities.mention_list, name="mention-list"),
    path("tasks/", listing.task_list, name="task-list"),
    *list_urls("tasks", "task", VIEW, TASK),
    path("tasks/new/", tasks.task_create, name="task-create"),
    path("tasks/<uuid:task_id>/", tasks.task_detail, name="task-detail"),
    path("tasks/<uuid:task_id>/quick/", listing.task_quick_view, name="task-quick-view"),
    path("tasks/<uuid:task_id>/state/", tasks.task_state, name="task-state"),
    path("tasks/<uuid:task_id>/day/", tasks.task_day, name="task-day"),
    path("activities/<uuid:activity_id>/edit/", activities.activity_edit, name="activity-edit"),
    path("activities/<uuid:activity_id>/day/", calendar.activity_day, name="activity-day"),
    path("activities/<uuid:activity_id>/deletion/", activities.activity_deletion, name="activity-deletion"),
    path("customers/<uuid:customer_id>/activities/", activities.customer_activities, name="customer-activities"),
    path("customers/<uuid:customer_id>/tasks/", tasks.customer_tasks, name="customer-tasks"),
]

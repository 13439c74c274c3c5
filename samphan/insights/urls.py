"""Addresses of insights."""

from django.urls import URLPattern, URLResolver, path

from samphan.insights.views import best_customers, data_quality

urlpatterns: list[URLPattern | URLResolver] = [
    path("insights/best-customers/", best_customers.best_customers, name="best-customers"),
    path("insights/best-customers/people/", best_customers.best_people, name="best-customers-people"),
    path("insights/data-quality/", data_quality.data_quality, name="data-quality"),
    path("insights/data-quality/count/", data_quality.recount, name="data-quality-count"),
    path("insights/data-quality/duplicates/", data_quality.duplicates, name="data-quality-duplicates"),
    path("insights/data-quality/tasks/", data_quality.worst_tasks, name="data-quality-tasks"),
    path("insights/best-customers/grades/", best_customers.apply_grades, name="best-customers-grades"),
]

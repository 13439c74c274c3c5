"""Addresses of insights."""

from django.urls import URLPattern, URLResolver, path

from samphan.insights.views import best_customers

urlpatterns: list[URLPattern | URLResolver] = [
    path("insights/best-customers/", best_customers.best_customers, name="best-customers"),
    path("insights/best-customers/people/", best_customers.best_people, name="best-customers-people"),
    path("insights/best-customers/grades/", best_customers.apply_grades, name="best-customers-grades"),
]

"""The addresses under a list that every list has."""

from django.urls import URLPattern, path

from samphan.administration.lists import views
from samphan.platform.access import requires


def list_urls(entity_name: str, noun: str, permission: str) -> list[URLPattern]:
    """Filter builder, column chooser and sorting of one list, to stand under its address."""
    return [
        path(
            f"{entity_name}/{name}/",
            requires(permission)(view),
            {"entity_name": entity_name},
            name=f"{noun}-{name}",
        )
        for name, view in views.PAGES.items()
    ]

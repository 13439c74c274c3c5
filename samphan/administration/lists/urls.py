"""The addresses under a list that every list has."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from samphan.administration.lists import bulk, saving, sheet, views
from samphan.platform.access import requires

PAGES: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
    "filters": ("filters/", views.list_filters),
    "columns": ("columns/", views.list_columns),
    "sorting": ("sorting/", views.list_sorting),
    "views": ("views/", saving.list_views),
    "view-counts": ("views/counts/", saving.view_counts),
    "view-order": ("views/order/", saving.view_order),
    "view": ("views/<uuid:saved_view_id>/", saving.list_view),
    "view-state": ("views/<uuid:saved_view_id>/state/", saving.view_state),
    "view-deletion": ("views/<uuid:saved_view_id>/deletion/", saving.view_deletion),
}
"""The addresses under that of every list, by the end of their names."""


def list_urls(entity_name: str, noun: str, permission: str, change: str = "") -> list[URLPattern]:
    """Filter builder, column chooser, sorting and kept views of one list, to stand under its address.

    :param change: right that editing of cells takes; "" for a list that is read only.
    """
    found = [
        path(
            f"{entity_name}/{route}",
            requires(permission)(view),
            {"entity_name": entity_name},
            name=f"{noun}-{name}",
        )
        for name, (route, view) in PAGES.items()
    ]
    if change:
        one = f"<uuid:{noun}_id>"  # The argument says whose id it is.
        more: dict[str, tuple[str, str, Callable[..., HttpResponse]]] = {
            "row": (f"rows/{one}/", permission, sheet.list_row),
            "cell": (f"cells/{one}/<str:field>/", change, sheet.list_cell),
            "paste": ("cells/", change, sheet.list_paste),
            "bulk": ("bulk/", change, bulk.list_bulk),
            "act": ("bulk/<uuid:list_act_id>/", change, bulk.list_act),
            "act-cancellation": ("bulk/<uuid:list_act_id>/cancellation/", change, bulk.list_act_cancellation),
        }
        found += [
            path(f"{entity_name}/{route}", requires(right)(view), {"entity_name": entity_name}, name=f"{noun}-{name}")
            for name, (route, right, view) in more.items()
        ]
    return found

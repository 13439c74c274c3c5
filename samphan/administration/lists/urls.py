"""The addresses under a list that every list has."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from samphan.administration.lists import bulk, saving, sheet, views
from samphan.platform.access import requires

Guard = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]

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
    named = {"entity_name": entity_name}
    guards = (requires(permission), requires(change) if change else None)
    return list_routes(f"{entity_name}/", noun, *guards, named, one=f"{noun}_id")


def list_routes(
    base: str, noun: str, seen: Guard, changed: Guard | None, named: dict[str, str] | None = None, *, one: str
) -> list[URLPattern]:
    """The same under any address that says of which entity the list is, by its argument `entity_name` or by `named`.

    :param seen, changed: what the pages ask of whoever comes, to look and to write; None for a list that is read only.
    :param one: name of the argument with the id of one record; it says whose id it is.
    """
    found = [
        path(base + route, seen(view), named or {}, name=f"{noun}-{name}") for name, (route, view) in PAGES.items()
    ]
    if changed:
        more: dict[str, tuple[str, Guard, Callable[..., HttpResponse]]] = {
            "row": (f"rows/<uuid:{one}>/", seen, sheet.list_row),
            "cell": (f"cells/<uuid:{one}>/<str:field>/", changed, sheet.list_cell),
            "paste": ("cells/", changed, sheet.list_paste),
            "bulk": ("bulk/", changed, bulk.list_bulk),
            "act": ("bulk/<uuid:list_act_id>/", changed, bulk.list_act),
            "act-cancellation": ("bulk/<uuid:list_act_id>/cancellation/", changed, bulk.list_act_cancellation),
        }
        found += [
            path(base + route, guard(view), named or {}, name=f"{noun}-{name}")
            for name, (route, guard, view) in more.items()
        ]
    return found

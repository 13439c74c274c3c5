"""Views that people keep: save, rename, share, pin, order, delete; and how many records each has."""

import hashlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration.lists import actions
from samphan.administration.lists.actions import BadView, may_change
from samphan.administration.lists.kinds import kind
from samphan.administration.lists.page import ListPage
from samphan.administration.lists.views import page_context
from samphan.administration.lists.views_kept import Tab, comparable, ordered
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import SavedView, Team
from samphan.platform import lists
from samphan.platform.ids import as_uuid

COUNT_KEPT_SECONDS = 300
COUNTS_TAKE_SECONDS = 0.4  # together; what is left then is counted the next time


@require_http_methods(["GET", "POST"])
def list_views(request: MemberRequest, entity_name: str) -> HttpResponse:
    """Keep the list as a view; a GET asks for its name and who sees it."""
    asked = request.POST.get("list", "") if request.method == "POST" else None
    page = ListPage(request, kind(entity_name), asked)
    if request.method == "GET":
        return _form(request, page, None, {"name": "", "shared": SavedView.Shared.NOBODY, "team_ids": []})
    values = _values(request)
    try:
        view = actions.save_view(page.state, **values, acting_member=request.member)
    except BadView as problem:
        return _form(request, page, None, values, error=str(problem))
    messages.success(request, _("View “%(name)s” saved") % {"name": view.name})
    return _to(request, f"{page.url}?{_saved_tab(page, view).query()}")


@require_http_methods(["GET", "POST"])
def list_view(request: MemberRequest, entity_name: str, saved_view_id: UUID) -> HttpResponse:
    """Rename a view, share it anew, pin it; a GET asks."""
    view = _find(request, saved_view_id)
    asked = request.POST.get("list", "") if request.method == "POST" else None
    page = ListPage(request, kind(entity_name), asked)
    if request.method == "GET":
        return _form(
            request, page, view,
            {"name": view.name, "shared": view.shared, "team_ids": view.team_ids, "is_pinned": bool(view.pinned)},  # type: ignore[attr-defined]
        )  # fmt: skip
    values = _values(request)
    try:
        act = actions.change_view(view, **values, acting_member=request.member)
    except BadView as problem:
        return _form(request, page, view, values, error=str(problem))
    messages.success(request, _("Saved"), extra_tags=reverse("change-undo", args=[act]))
    return _to(request, page.href(cursor=""))


@require_POST
def view_state(request: MemberRequest, entity_name: str, saved_view_id: UUID) -> HttpResponse:
    """Let a view keep what the list shows now."""
    view = _find(request, saved_view_id)
    page = ListPage(request, kind(entity_name), request.POST.get("list", ""))
    act = actions.update_view(view, page.state, acting_member=request.member)
    messages.success(
        request, _("View “%(name)s” saved") % {"name": view.name}, extra_tags=reverse("change-undo", args=[act])
    )
    return _to(request, f"{page.url}?{_saved_tab(page, view).query()}")


@require_POST
def view_deletion(request: MemberRequest, entity_name: str, saved_view_id: UUID) -> HttpResponse:
    """Delete a view; the toast brings it back."""
    view = _find(request, saved_view_id)
    act = actions.delete_view(view, acting_member=request.member)
    messages.success(
        request, _("View “%(name)s” deleted") % {"name": view.name}, extra_tags=reverse("change-undo", args=[act])
    )
    return _to(request, kind(entity_name).url())


@require_POST
def view_order(request: MemberRequest, entity_name: str) -> HttpResponse:
    """Put one's tabs in the order of the ids in `order`."""
    ids = [found for text in request.POST.get("order", "").split(",")[:500] if (found := as_uuid(text))]
    actions.order_views(ids, acting_member=request.member)
    return HttpResponse(status=204) if request.htmx else redirect(kind(entity_name).url())


@require_GET
def view_counts(request: MemberRequest, entity_name: str) -> HttpResponse:
    """How many records each view has whose count the page does not say, exact or about; kept for five minutes."""
    page = ListPage(request, kind(entity_name))
    others = [tab for tab in page.tabs if tab is not page.tab or not page.shows_whole_view]
    keys = {_count_key(page, tab): tab for tab in others}
    known: dict[str, str] = cache.get_many(keys)
    began = timezone.now()
    for key, tab in keys.items():
        if key in known or (timezone.now() - began).total_seconds() > COUNTS_TAKE_SECONDS:
            continue
        found = lists.about_count(page.rows, tab.state, page.member, now=page.now, zone=page.zone)
        known[key] = found.words()
        cache.set(key, known[key], COUNT_KEPT_SECONDS)
    counts = [(tab.key or "all", known[key]) for key, tab in keys.items() if key in known]
    return render(request, "administration/lists/view_counts.html", {"counts": counts})


def _count_key(page: ListPage, tab: Tab) -> str:
    # What a member sees decides the number, and the day decides what "next month" is.
    said = f"{page.member.pk}|{page.language}|{page.today}|{page.kind.entity_name}|{comparable(tab.state)}"
    return "view-count:" + hashlib.sha256(said.encode()).hexdigest()[:32]


def _saved_tab(page: ListPage, view: SavedView) -> Tab:
    return Tab(str(view.pk), view.name, page.state, view)


def _find(request: MemberRequest, saved_view_id: UUID) -> SavedView:
    found = next((view for view in ordered(request.member) if view.pk == saved_view_id), None)
    if found is None:
        raise Http404
    return found


def _values(request: MemberRequest) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "shared": request.POST.get("shared", SavedView.Shared.NOBODY),
        "team_ids": [found for text in request.POST.getlist("teams")[:200] if (found := as_uuid(text))],
        "is_pinned": request.POST.get("pinned") == "1",
    }


def _form(
    request: MemberRequest, page: ListPage, view: SavedView | None, values: dict[str, Any], error: str = ""
) -> HttpResponse:
    own = view is None or may_change(view, request.member)
    context = page_context(page) | {
        "view": view,
        "values": values,
        "teams": Team.objects.filter(workspace_id=request.member.workspace_id).order_by("name"),
        "choices": SavedView.Shared.choices,
        "error": error,
        "may_change": own,
        "action": page.kind.url("view", view.pk) if view else page.kind.url("views"),
        "deletion_url": page.kind.url("view-deletion", view.pk) if view and own else "",
    }
    template = "view_dialog.html" if request.htmx else "view_page.html"
    return render(request, f"administration/lists/{template}", context, status=422 if error else 200)


def _to(request: MemberRequest, address: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)

"""The settings of a company's own kinds of records: which there are, a new one, one being changed, their order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration.custom_fields import definitions as field_definitions
from samphan.administration.middleware import MemberRequest
from samphan.objects import definitions, queries
from samphan.objects.definitions import ICONS, TEXTS, BadObject, Draft
from samphan.objects.known import known
from samphan.objects.models import CustomObject
from samphan.objects.permissions import DEFINE
from samphan.platform.access import requires
from samphan.platform.ids import as_uuid


@require_GET
@requires(DEFINE)
def object_list(request: MemberRequest) -> HttpResponse:
    """The kinds in their order with how much they hold, and those that are archived."""
    here = known()
    counts = queries.record_counts(here.every)
    shown = [_shown(one, counts) for one in here.every]
    return render(
        request,
        "objects/settings/list.html",
        {
            "settings_place": "custom-objects",
            "objects": [one for one in shown if one["object"].archived_at is None],
            "archived": [one for one in shown if one["object"].archived_at is not None],
        },
    )


def _shown(one: CustomObject, counts: Mapping[UUID, queries.HeldCount]) -> dict[str, Any]:
    fields = field_definitions.live_fields(one.entity_name, one.workspace_id)
    return {"object": one, "held": counts[one.pk], "field_count": len(fields)}


@require_http_methods(["GET", "POST"])
@requires(DEFINE)
def object_new(request: MemberRequest) -> HttpResponse:
    """A new kind of record; its fields come next."""
    if request.method == "GET":
        return _form(request, Draft())
    draft = _typed(request.POST)
    try:
        made = definitions.add_object(draft, acting_member=request.member)
    except BadObject as refused:
        return _form(request, draft, problems=refused.problems)
    messages.success(
        request, _("“%(name)s” is there. Now add the fields that it has beside name and code.") % {"name": made.plural}
    )
    return redirect("custom-fields-of", made.entity_name)


@require_http_methods(["GET", "POST"])
@requires(DEFINE)
def object_edit(request: MemberRequest, custom_object_id: UUID) -> HttpResponse:
    """One kind: its words, its picture, and whether its records belong to customers."""
    found = _find(request, custom_object_id)
    if request.method == "GET":
        draft = Draft(**{name: getattr(found, name) for name in (*TEXTS, "icon", "has_customer")})
        return _form(request, draft, found=found)
    draft = _typed(request.POST)
    try:
        act = definitions.change_object(found, draft, acting_member=request.member)
    except BadObject as refused:
        found.refresh_from_db()
        return _form(request, draft, found=found, problems=refused.problems)
    messages.success(request, _("Saved"), extra_tags=reverse("change-undo", args=[act]))
    return redirect("custom-objects")


@require_POST
@requires(DEFINE)
def object_archival(request: MemberRequest, custom_object_id: UUID) -> HttpResponse:
    """Take a kind out of use."""
    found = _find(request, custom_object_id)
    act = definitions.archive_object(found, acting_member=request.member)
    messages.success(
        request,
        _("“%(name)s” is archived. Its records are kept and come back with it.") % {"name": found.plural},
        extra_tags=reverse("change-undo", args=[act]),
    )
    return redirect("custom-objects")


@require_POST
@requires(DEFINE)
def object_restoration(request: MemberRequest, custom_object_id: UUID) -> HttpResponse:
    """Take an archived kind into use again."""
    found = _find(request, custom_object_id)
    act = definitions.restore_object(found, acting_member=request.member)
    messages.success(
        request,
        _("“%(name)s” is in use again.") % {"name": found.plural},
        extra_tags=reverse("change-undo", args=[act]),
    )
    return redirect("custom-objects")


@require_POST
@requires(DEFINE)
def objects_order(request: MemberRequest) -> HttpResponse:
    """The kinds in the order of `order`, ids joined by commas; or with `up` or `down` one of them by one place."""
    if moved := as_uuid(request.POST.get("up") or request.POST.get("down") or ""):
        order = [one.pk for one in known().live]
        if moved not in order:
            raise Http404
        place = order.index(moved)
        other = max(place - 1, 0) if request.POST.get("up") else min(place + 1, len(order) - 1)
        order[place], order[other] = order[other], order[place]
    else:
        order = [one for text in request.POST.get("order", "").split(",") if (one := as_uuid(text))]
    definitions.order_objects(order, acting_member=request.member)
    return HttpResponse(status=204) if request.htmx else redirect("custom-objects")


def _find(request: MemberRequest, custom_object_id: UUID) -> CustomObject:
    return get_object_or_404(CustomObject, workspace_id=request.member.workspace_id, pk=custom_object_id)


def _typed(posted: QueryDict) -> Draft:
    texts = {name: posted.get(name, "") for name in TEXTS}
    return Draft(**texts, icon=posted.get("icon", ""), has_customer=bool(posted.get("has_customer")))


def _form(
    request: MemberRequest,
    draft: Draft,
    *,
    found: CustomObject | None = None,
    problems: Mapping[str, str] | None = None,
) -> HttpResponse:
    context = {
        "settings_place": "custom-objects",
        "draft": draft,
        "found": found,
        "held": queries.record_counts([found])[found.pk] if found else None,
        "icons": ICONS,
        "problems": problems or {},
    }
    return render(request, "objects/settings/form.html", context, status=422 if problems else 200)

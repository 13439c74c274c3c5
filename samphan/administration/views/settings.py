"""The settings: their index, what one person prefers, the company, its time and language."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import User
from samphan.administration.settings import changes, profile, store
from samphan.administration.settings.forms import CompanyForm, RegionForm
from samphan.platform.access import requires
from samphan.platform.language import reader_language
from samphan.platform.pictures import PictureProblem
from samphan.platform.thai.tax_ids import branch_label, format_tax_id
from samphan.ui import navigation

CHANGE = "administration.change_settings"


@requires("signed_in")
@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """Every topic of settings that the member finds; `?q=` narrows them by what people call it."""
    text = request.GET.get("q", "")[:100]
    sections = navigation.settings_sections(request, text)
    template = "administration/settings/index.html" + ("#topics" if request.htmx else "")
    return render(request, template, {"sections": sections, "text": text})


@requires("signed_in")
@require_GET
def preferences(request: MemberRequest) -> HttpResponse:
    """Language, colours, years and first page of the one who looks."""
    context = {"settings_place": "preferences", "homes": User.Home.choices if navigation.homes(request) else []}
    return render(request, "administration/preferences.html", context)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def company(request: MemberRequest) -> HttpResponse:
    """The company as it is shown and printed: names, tax id, branch, address, logo."""
    known = store.read(request.member.workspace_id, "company")
    if request.method == "GET":
        typed = {
            **known,
            "tax_id": format_tax_id(known["tax_id"]),
            "branch": branch_label(known["branch"], language=reader_language()),
            "phone": profile.phone_text(known["phone"]),
            "address": profile.address_text(known["address"]),
        }
        return page(request, "company", {"form": CompanyForm(initial=typed), "logo": known["logo"]})
    form = CompanyForm(request.POST, request.FILES)
    values: dict[str, Any] = {}
    if form.is_valid():
        values = {**form.cleaned_data}
        values["logo"] = "" if values.pop("remove_logo") else known["logo"]
        if form.cleaned_data["logo"]:
            try:
                values["logo"] = profile.keep_logo(request.member.workspace_id, form.cleaned_data["logo"])
            except PictureProblem as problem:
                form.add_error("logo", str(problem))
    if form.errors:
        return page(request, "company", {"form": form, "logo": known["logo"]}, status=422)
    say_saved(request, profile.change(values, acting_member=request.member))
    return redirect("company")


@requires("signed_in")
@require_GET
def company_logo(request: MemberRequest, name: str) -> HttpResponseBase:
    """The logo of the company; its name changes with it, so a browser may keep it."""
    content = profile.logo_content(request.member.workspace_id, name)
    if content is None:
        raise Http404
    response = FileResponse(content, content_type="image/png")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def region(request: MemberRequest) -> HttpResponse:
    """Time zone, years, first day of the week and languages of the company."""
    known = store.read(request.member.workspace_id, "region")
    if request.method == "GET":
        return page(request, "region", {"form": RegionForm(initial=known, zone=known["time_zone"])})
    form = RegionForm(request.POST, zone=known["time_zone"])
    if not form.is_valid():
        return page(request, "region", {"form": form}, status=422)
    say_saved(request, store.write("region", form.cleaned_data, acting_member=request.member))
    return redirect("region")


def say_saved(request: MemberRequest, act: UUID | None) -> None:
    """The toast of the next page; with the way back where something changed."""
    messages.success(request, _("Saved"), extra_tags=reverse("change-undo", args=[act]) if act else "")


def page(
    request: MemberRequest, topic: str, context: dict[str, Any], *, template: str = "", status: int = 200
) -> HttpResponse:
    """The page of a topic, with what was changed in it."""
    template = template or f"administration/settings/{topic.replace('-', '_')}.html"
    acts = changes.acts_on(topic, request.member)
    return render(request, template, {"settings_place": topic, "acts": acts, **context}, status=status)

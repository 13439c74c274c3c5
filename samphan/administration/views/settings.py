"""What one person prefers, and what the company is called."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from samphan.administration import actions
from samphan.administration.forms import CompanyForm
from samphan.administration.middleware import MemberRequest
from samphan.platform.access import requires


@requires("signed_in")
@require_GET
def preferences(request: MemberRequest) -> HttpResponse:
    """Language, colours and years of the one who looks."""
    return render(request, "administration/preferences.html", {"settings_place": "preferences"})


@requires("administration.change_settings")
@require_http_methods(["GET", "POST"])
def company(request: MemberRequest) -> HttpResponse:
    """The company's names and the years it writes."""
    workspace = request.member.workspace
    if request.method == "GET":
        form = CompanyForm(initial={"name": workspace.name, "name_en": workspace.name_en, "era": workspace.era})
        return render(request, "administration/company.html", {"form": form, "settings_place": "company"})
    form = CompanyForm(request.POST)
    if not form.is_valid():
        return render(request, "administration/company.html", {"form": form, "settings_place": "company"}, status=422)
    actions.change_company(workspace, **form.cleaned_data, acting_member=request.member)
    messages.success(request, _("Saved"))
    return redirect("company")

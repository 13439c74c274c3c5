"""What a customer likes and asks for: chips on the record, kept in mind while serving, entries of the timeline."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget, trigger_client_event

from samphan.administration.middleware import MemberRequest
from samphan.customers import actions, panels, presence, queries, timeline
from samphan.customers.models import Customer, Preference
from samphan.customers.permissions import CHANGE, VIEW
from samphan.customers.views.finding import find_customer
from samphan.platform.access import require, require_reading, requires
from samphan.platform.catalogue import Privacy
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.thai.problems import ValueProblem
from samphan.ui.toasts import toast

IN_MIND = 5  # kept in sight while serving; the left column has them all
IN_QUICK_VIEW = 6


def register() -> None:
    """Put preferences on the timeline and into the quick view."""
    timeline.register(
        timeline.Source(
            "preferences", gettext_lazy("Preferences"), 40, entries, privacy=Privacy.PERSONAL, model=Preference
        )
    )
    panels.register(
        panels.Panel(
            "preferences-quick",
            gettext_lazy("What the customer likes"),
            "quick",
            40,
            quick,
            Privacy.PERSONAL,
            model=Preference,
        )
    )
    panels.register(
        panels.Panel(
            "preference", gettext_lazy("Preference"), "composer", 30, composer, Privacy.PERSONAL, "heart", CHANGE, "P"
        )
    )


def preferences_context(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    """The chips of the record and what to keep in mind while serving: first what is asked for and disliked."""
    is_any = Preference in presence.about(request, customer.pk)
    found = queries.preferences_of(customer.pk, request.member) if is_any else []
    likely = [one for one in found if one.confidence != Preference.Confidence.GUESSED]
    urgent = (Preference.Kind.NEED, Preference.Kind.DISLIKE)
    return {
        "preferences": found,
        "in_mind": sorted(likely, key=lambda one: one.kind not in urgent)[:IN_MIND],
        "sees_preferences": request.member.may_read(Privacy.PERSONAL),
    }


def quick(request: MemberRequest, customer: Customer) -> SafeString | str:
    """The preferences beside a list."""
    found = queries.preferences_of(customer.pk, request.member, limit=IN_QUICK_VIEW)
    return render_to_string("customers/preferences_quick.html", {"preferences": found}, request) if found else ""


def composer(request: MemberRequest, customer: Customer) -> SafeString:
    """The form of a preference and where it was learnt, among what can be written."""
    return render_to_string("customers/preference_form.html", {"customer": customer}, request)


def entries(
    request: MemberRequest, customer_id: UUID, before: timeline.Place | None, limit: int, text: str
) -> Sequence[timeline.Entry]:
    """The preferences noted before a place, withdrawn ones marked so."""
    found = queries.noted_preferences(customer_id, request.member, before=before, limit=limit, text=text)
    return [_entry(one) for one in found]


def _entry(one: Preference) -> timeline.Entry:
    title = format_html("<b>{}</b> {}", _who(one), _("noted a preference"))
    body = partial(render_to_string, "customers/preference_entry.html", {"one": one})
    return timeline.Entry(one.noted_at, one.pk, "heart", "rose", title, body)


def _who(one: Preference) -> str:
    return one.noted_by.name if one.noted_by else _("the system")


def _region(request: MemberRequest, customer: Customer, **more: Any) -> HttpResponse:
    """The chips again, and with them what is kept in mind."""
    if not request.htmx:
        if not more.get("error"):
            return redirect("customer-detail", customer.pk)
        return render(
            request,
            "customers/preferences_page.html",
            {"place": "customers", "customer": customer, **preferences_context(request, customer), **more,
             "may_change": True},
            status=422,
        )  # fmt: skip
    context = {
        "customer": customer,
        "may_change": request.member.may(CHANGE),
        **preferences_context(request, customer),
        "is_answer": True,
        **more,
    }
    response = render(request, "customers/preferences.html", context, status=422 if more.get("error") else 200)
    return response if more.get("error") else trigger_client_event(response, "samphan:timeline", {})


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def customer_preferences(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """The preferences of a customer; a POST notes a new one."""
    customer = find_customer(request, customer_id)
    require_reading(request.member, Privacy.PERSONAL)
    if request.method == "GET":
        return _region(request, customer)
    require(request.member, CHANGE)
    typed, source = request.POST.get("text", ""), request.POST.get("source", "")
    from_composer = bool(request.htmx) and request.POST.get("from") == "composer"
    try:
        act, added = actions.add_preference(customer, typed, source=source, acting_member=request.member)
    except ValueProblem as problem:
        if from_composer:
            context = {"customer": customer, "typed": {"text": typed, "source": source}, "error": str(problem)}
            return render(request, "customers/preference_form.html", context, status=422)
        return _region(request, customer, typed=typed, error=str(problem))
    if not from_composer:
        return _region(request, customer, saved=added.pk, is_adding=True)
    context = {"customer": customer, "may_change": True, "saved": added.pk, "is_answer": True}
    context |= preferences_context(request, customer)
    response = trigger_client_event(render(request, "customers/preference_form.html", context), "samphan:timeline", {})
    return toast(response, _("Preference saved"), undo=reverse("change-undo", args=[act]))


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def customer_preference(request: MemberRequest, customer_id: UUID, preference_id: UUID) -> HttpResponse:
    """One preference: who noted it, where and how sure; a POST changes it, or with `withdraw` takes it back."""
    customer = find_customer(request, customer_id)
    require_reading(request.member, Privacy.PERSONAL)
    standing = Preference.objects.filter(customer_id=customer.pk).standing(request.member)
    if request.method == "GET":
        return _details(request, customer, get_object_or_404(standing, pk=preference_id))
    require(request.member, CHANGE)
    one = get_object_or_404(Preference.objects.visible_to(request.member), pk=preference_id, customer_id=customer.pk)
    if request.POST.get("withdraw"):
        act = actions.withdraw_preference(one, acting_member=request.member)
        answer = _region(request, customer)
        if act is None or not request.htmx:
            return answer
        said = _("No longer noted: “%(text)s”") % {"text": one.text}
        return toast(answer, said, undo=reverse("change-undo", args=[act]))
    sent = {name: request.POST.get(name, "") for name in ("text", "kind", "confidence", "source", "seen")}
    try:
        actions.edit_preference(one, **sent, acting_member=request.member)
    except EditedMeanwhile as conflict:
        sent |= {"seen": conflict.current}
        return _details(request, customer, one, sent=sent, error=conflict.in_form(conflict.current))
    except ValueProblem as problem:
        return _details(request, customer, one, sent=sent, error=str(problem))
    return _region(request, customer, saved=one.pk)


def _details(
    request: MemberRequest, customer: Customer, one: Preference, *, sent: dict[str, str] | None = None, error: str = ""
) -> HttpResponse:
    stored = {"text": one.text, "kind": one.kind, "confidence": one.confidence, "source": one.source, "seen": one.text}
    context = {
        "customer": customer,
        "one": one,
        "who": _who(one),
        "typed": sent or stored,
        "error": error,
        "kinds": Preference.Kind.choices,
        "confidences": Preference.Confidence.choices,
        "earlier": queries.earlier_preferences(one, request.member),
        "may_change": request.member.may(CHANGE),
        "place": "customers",
    }
    status = 422 if error else 200
    if not request.htmx:
        return render(request, "customers/preference_page.html", context, status=status)
    response = render(request, "customers/preference.html", context, status=status)
    # What was refused is said in the popover that is open; what is saved renews the chips.
    return retarget(reswap(response, "innerHTML"), "#preference-info") if error else response

"""To whom a customer is related: the list on the record, its page with the drawing, adding and changing."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import reswap, retarget, trigger_client_event

from samphan.administration.middleware import MemberRequest
from samphan.customers import actions, presence, relation_graph, relations
from samphan.customers.models import Customer, Relation
from samphan.customers.names import shown_name
from samphan.customers.permissions import ADD, CHANGE, VIEW
from samphan.customers.views.finding import find_customer
from samphan.platform.access import require, requires
from samphan.platform.errors import EditedMeanwhile
from samphan.platform.ids import as_uuid
from samphan.platform.search.finding import search
from samphan.platform.thai.problems import ValueProblem
from samphan.ui import preferences
from samphan.ui.toasts import toast

FOUND = 6
MAX_TEXT = 100


def register() -> None:
    """Let the record know whether there are relations."""
    presence.register(Relation, ("customer_id", "other_id"))


def relations_context(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    """The relations that stand, for the record; `more` when there are others on their page."""
    today = timezone.localdate()
    found = []
    if Relation in presence.about(request, customer.pk):
        found = relations.related_to(customer.pk, request.member, limit=relations.IN_PANEL + 1, today=today)
    return {
        "related": [_row(request, one) for one in found[: relations.IN_PANEL]],
        "more_related": len(found) > relations.IN_PANEL,
    }


def _row(request: MemberRequest, one: relations.Related) -> dict[str, Any]:
    """One relation as a line."""
    return {
        "id": one.id,
        "other": one.other,
        "name": shown_name(one.other),
        "word": one.word,
        "span": relations.span_words(one.relation, preferences.day_writer(request)),
        "note": one.relation.note,
        "has_ended": one.has_ended(timezone.localdate()),
    }


def _shown(request: MemberRequest, values: dict[str, str]) -> dict[str, str]:
    """Stored values as the form shows them: dates in the reader's words."""
    day = preferences.day_writer(request)
    return {
        name: day(date.fromisoformat(text)) if text and name in ("since_on", "until_on") else text
        for name, text in values.items()
    }


def _region(request: MemberRequest, customer: Customer) -> HttpResponse:
    """The relations again after a change, on the record or on their own page."""
    address = reverse("customer-relations", args=[customer.pk])
    if not request.htmx:
        return redirect(address)
    if (request.htmx.current_url_abs_path or "").partition("?")[0] == address:
        return render(request, "customers/relations.html#whole", _page_context(request, customer))
    context = {
        "customer": customer,
        "may_change": request.member.may(CHANGE),
        **relations_context(request, customer),
    }
    response = render(request, "customers/relations_panel.html", context)
    return trigger_client_event(response, "samphan:timeline", {}) if request.method == "POST" else response


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def customer_relations(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """All relations of a customer with their drawing; a POST notes a new one."""
    customer = find_customer(request, customer_id)
    if request.method == "POST":
        return _add(request, customer)
    template = (
        "customers/relations.html#rows" if request.htmx and "before" in request.GET else "customers/relations.html"
    )
    return render(request, template, _page_context(request, customer))


def _page_context(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    before = as_uuid(request.GET.get("before", ""))
    found = relations.related_to(customer.pk, request.member, limit=relations.ON_PAGE + 1, before=before)
    shown = found[: relations.ON_PAGE]
    address = reverse("customer-relations", args=[customer.pk])
    network = relations.network_around(customer, request.member, timezone.localdate())
    return {
        "place": "customers",
        "customer": customer,
        "name": shown_name(customer),
        "rows": [_row(request, one) for one in shown],
        "more_url": f"{address}?{urlencode({'before': str(shown[-1].id)})}" if len(found) > len(shown) else "",
        "drawings": (
            ("wide", relation_graph.wide_drawing(network, shown_name)),
            ("narrow", relation_graph.narrow_drawing(network, shown_name)),
        )
        if network.around
        else (),
        "is_cut": network.is_cut,
        "may_change": request.member.may(CHANGE),
    }


@require_GET
@requires(CHANGE)
def customer_relation_new(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Find the other customer, then say what they are: `?q=` searches, `?other=` has chosen."""
    customer = find_customer(request, customer_id)
    other_id = as_uuid(request.GET.get("other", ""))
    if other_id is not None:
        other = find_customer(request, other_id)
        return _form(request, customer, other, typed=request.GET.dict())
    text = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_TEXT]
    hits = []
    if text:
        answer = search(text, viewer=request.member, limit_each=FOUND + 1, only="customer")
        hits = [hit for hit in answer.hits if hit.id != customer.pk][:FOUND]
    context = {
        "place": "customers",
        "customer": customer,
        "text": text,
        "hits": hits,
        "may_add": request.member.may(ADD),
        "create_href": f"{reverse('customer-create')}?{urlencode({'name': text})}",
    }
    if not request.htmx:
        return render(request, "customers/relation_page.html", {**context, "part": "customers/relation_find.html"})
    return render(request, f"customers/relation_find.html{'#found' if 'q' in request.GET else ''}", context)


def _add(request: MemberRequest, customer: Customer) -> HttpResponse:
    require(request.member, CHANGE)
    other_id = as_uuid(request.POST.get("other", ""))
    other = Customer.objects.visible_to(request.member).filter(pk=other_id).first() if other_id else None
    if other is None:
        raise Http404
    typed = request.POST.dict()
    try:
        _act, added = actions.add_relation(
            customer, other.pk, typed.get("role", ""), typed, acting_member=request.member
        )
    except ValueProblem as problem:
        return _form(request, customer, other, typed=typed, error=str(problem))
    said = relations.one_of(customer.pk, added.pk, request.member)
    answer = _region(request, customer)
    if said is None or not request.htmx:
        return answer
    words = _("Noted: %(word)s %(name)s") % {"word": said.word, "name": shown_name(other)}
    return toast(answer, words, undo=reverse("change-undo", args=[_act]))


def _form(
    request: MemberRequest, customer: Customer, other: Customer, *, typed: dict[str, str], error: str = ""
) -> HttpResponse:
    fitting = relations.roles_between(customer.kind, other.kind)
    role = typed.get("role", "")
    context = {
        "place": "customers",
        "customer": customer,
        "other": other,
        "name": shown_name(other),
        "typed": {**typed, "role": role or fitting[0].code},
        "roles": [(one.code, one.label) for one in fitting],
        "error": error,
        "is_own": role == "other",
    }
    return _answer(request, "customers/relation_new.html", context, error)


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def customer_relation(request: MemberRequest, customer_id: UUID, relation_id: UUID) -> HttpResponse:
    """One relation; a POST changes it, with `end` it was true until today, with `remove` it never was."""
    customer = find_customer(request, customer_id)
    found = relations.one_of(customer.pk, relation_id, request.member)
    if found is None:
        raise Http404
    if request.method == "GET":
        return _details(request, customer, found)
    require(request.member, CHANGE)
    sent = {name: request.POST.get(name, "") for name in actions.RELATION_FIELDS}
    seen = {name: request.POST.get(f"seen_{name}", "") for name in actions.RELATION_FIELDS}
    if not all(_is_day(seen[name]) for name in ("since_on", "until_on")):
        raise BadRequest("seen")
    if request.POST.get("end") or request.POST.get("remove"):
        return _take_back(request, customer, found, is_end=bool(request.POST.get("end")))
    try:
        # A date that was not touched comes back in the words that it was shown in.
        shown = _shown(request, seen)
        typed = {name: seen[name] if text == shown[name] else text for name, text in sent.items()}
        actions.change_relation(
            found.relation, typed, seen=seen, acting_member=request.member, day=preferences.day_writer(request)
        )
    except EditedMeanwhile as conflict:
        now = get_object_or_404(Relation.objects.visible_to(request.member), pk=relation_id)
        return _details(request, customer, found, sent=sent, seen=actions.stored_values(now), error=str(conflict))
    except ValueProblem as problem:
        return _details(request, customer, found, sent=sent, seen=seen, error=str(problem))
    return _region(request, customer)


def _take_back(request: MemberRequest, customer: Customer, found: relations.Related, *, is_end: bool) -> HttpResponse:
    take_back = actions.end_relation if is_end else actions.remove_relation
    act = take_back(found.relation, acting_member=request.member)
    answer = _region(request, customer)
    if act is None or not request.htmx:
        return answer
    said = _("Ended: %(word)s %(name)s") if is_end else _("Removed: %(word)s %(name)s")
    words = said % {"word": found.word, "name": shown_name(found.other)}
    return toast(answer, words, undo=reverse("change-undo", args=[act]))


def _details(
    request: MemberRequest,
    customer: Customer,
    found: relations.Related,
    *,
    sent: dict[str, str] | None = None,
    seen: dict[str, str] | None = None,
    error: str = "",
) -> HttpResponse:
    stored = actions.stored_values(found.relation)
    context = {
        "place": "customers",
        "customer": customer,
        "one": _row(request, found),
        "role_label": found.role.label,
        "typed": sent or _shown(request, stored),
        "seen": seen or stored,
        "error": error,
        "is_own": found.relation.kind == Relation.Kind.OTHER,
        "may_change": request.member.may(CHANGE),
    }
    return _answer(request, "customers/relation.html", context, error)


def _answer(request: MemberRequest, part: str, context: dict[str, Any], error: str) -> HttpResponse:
    status = 422 if error else 200
    if not request.htmx:
        return render(request, "customers/relation_page.html", {**context, "part": part}, status=status)
    response = render(request, part, context, status=status)
    # What was refused is said in the popover that is open; what is saved renews the list.
    return retarget(reswap(response, "innerHTML"), "#relation-info") if error else response


def _is_day(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False

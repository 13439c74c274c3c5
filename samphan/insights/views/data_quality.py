"""Data quality: how complete and sound the customers' data is, and the way to each list behind a number."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import SavedView, SystemViewer
from samphan.administration.queries import members
from samphan.customers.fields import CUSTOMERS
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.insights import jobs, metrics, quality
from samphan.insights.permissions import VIEW_QUALITY
from samphan.insights.quality import Quality
from samphan.insights.quality_problems import WORST_NAME
from samphan.platform.access import requires
from samphan.platform.errors import DomainError
from samphan.platform.ids import as_uuid
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_date
from samphan.platform.thai.phones import format_phone
from samphan.platform.thai.problems import ValueProblem
from samphan.platform.thai.tax_ids import branch_label, format_tax_id
from samphan.ui import preferences
from samphan.ui.templatetags.ui import number, percent
from samphan.work.actions import MayNotAssign, Plan, StrangeAssignee, create_tasks
from samphan.work.models import Task
from samphan.work.permissions import ASSIGN, TASK
from samphan.work.reading import read_day

PAGE_SIZE = 50
# Problem, name in the address, tab.
DUPLICATES = (
    ("shared_phone", "phone", gettext_lazy("Same phone")),
    ("shared_email", "email", gettext_lazy("Same e-mail")),
    ("shared_tax_id", "tax_id", gettext_lazy("Same tax id")),
    ("similar_name", "name", gettext_lazy("Similar name")),
)


@require_GET
@requires(VIEW_QUALITY)
def data_quality(request: MemberRequest) -> HttpResponse:
    """Fields, problems, sources, weeks and the worst; `?view=` counts a saved view instead of everybody."""
    views = list(SavedView.objects.visible_to(request.member).filter(entity="customers").order_by("name")[:50])
    chosen = next((one for one in views if str(one.pk) == request.GET.get("view")), None)
    trouble, found = "", None
    try:
        found = found_of(request, chosen)
    except quality.TooMuchToCount as problem:
        trouble = str(problem)
    is_whole = chosen is None and quality.sees_all(request.member)
    within = f"v={chosen.pk}&" if chosen else ""
    weeks = quality.trend(request.member) if is_whole else []
    context: dict[str, Any] = {
        "found": found,
        "trouble": trouble,
        "is_waiting": found is None and not trouble,
        "is_whole": is_whole,
        "chosen": chosen,
        "views": [(str(one.pk), one.name) for one in views],
        "metrics": metrics.QUALITY,
        "may_task": request.member.may(TASK),
    }
    if found is not None:
        context |= {
            "tiles": _tiles(found, within),
            "rows": _field_rows(found, request, within),
            "problems": _problem_rows(found, request, within),
            "sources": _source_rows(found),
            "weeks": _weeks(weeks, request) if len(weeks) > 1 else None,
            "worst": [
                {"customer": one, "name": shown_name(one), "problems": held}
                for one, held in quality.worst_customers(found, request.member)[:10]
            ],
            "worst_count": len(found.worst),
            "worst_url": _list("", f"contact_problems:has_any_tag:{WORST_NAME}")
            if is_whole and CUSTOMERS.seen_by(request.member).has_field("contact_problems")
            else "",
            "worst_state": f"f=contact_problems:has_any_tag:{WORST_NAME}",
            "people": _people(request),
            "view_id": str(chosen.pk) if chosen else "",
        }
    return render(request, "insights/data_quality.html", context)


@require_POST
@requires(VIEW_QUALITY)
def recount(request: MemberRequest) -> HttpResponse:
    """Count the whole workspace again, now where that is quick, else in the background."""
    if count_now(request) is None:
        messages.info(request, _("It is being counted; this takes a minute or two."))
    return redirect("data-quality")


@require_GET
@requires(VIEW_QUALITY)
def duplicates(request: MemberRequest) -> HttpResponse:
    """Customers who share something that tells people apart, group by group; `after` is where the page before ended."""
    seen = {one.name for one in quality.problems_of(request.member)}
    ways = [way for way in DUPLICATES if way[0] in seen]
    kind = next((by for _name, by, _label in ways if by == request.GET.get("by")), "phone")
    after = request.GET.get("after", "").replace("\x00", "")[:700]
    if kind in ("phone", "email"):
        found = quality.shared_values(request.member, kind, limit=PAGE_SIZE + 1, after=after)
    else:
        name = next(name for name, by, _label in ways if by == kind)
        found = quality.alike(request.member, name, limit=PAGE_SIZE + 1, after=after)
    more = ""
    if len(found) > PAGE_SIZE:
        found = found[:PAGE_SIZE]
        more = "?" + urlencode({"by": kind, "after": found[-1].value})
    here = reverse("data-quality-duplicates")
    context = {
        "groups": [
            {
                "value": _shared_words(kind, one),
                "customers": [{"id": each.pk, "kind": each.kind, "name": shown_name(each)} for each in one.customers],
            }
            for one in found
        ],
        "tabs": [
            {"label": label, "href": f"{here}?by={by}" if by != "phone" else here, "is_current": kind == by}
            for _name, by, label in ways
        ],
        "more_url": more,
    }
    return render(request, "insights/duplicates.html", context)


def _shared_words(kind: str, group: quality.Duplicates) -> str:
    """What a group has alike, as people write it."""
    first = group.customers[0]
    match kind:
        case "phone":
            return format_phone(group.value)
        case "tax_id":
            return f"{format_tax_id(first.tax_id)} {branch_label(first.branch, language=reader_language())}".strip()
        case "name":
            return shown_name(first)
    return group.value


@require_http_methods(["POST"])
@requires(TASK)
def worst_tasks(request: MemberRequest) -> HttpResponse:
    """A task for each of the worst customers, for their owner or for one member; those who have one are passed over."""
    view_id = as_uuid(request.POST.get("view", ""))
    views = SavedView.objects.visible_to(request.member).filter(entity="customers", pk=view_id) if view_id else []
    found = found_of(request, next(iter(views), None))
    if found is None:
        raise DomainError(_("Nothing was counted yet."))
    try:
        due = read_day(request.POST.get("due", ""), request.member.workspace.today())
    except ValueProblem as problem:
        messages.error(request, str(problem))
        return redirect("data-quality")
    worst = quality.worst_customers(found, request.member)
    title = _("Mend the data of the customer")
    has_one = set(
        Task.objects.filter(
            workspace_id=request.member.workspace_id, closed_at=None, title=title,
            customer_id__in=[one.pk for one, _held in worst],
        ).values_list("customer_id", flat=True)
    )  # fmt: skip
    plans = [
        Plan(
            title=title, text=", ".join(held), assignee_id=_assignee(request, one), customer_id=one.pk,
            kind=Task.Kind.OTHER, due_on=due,
        )
        for one, held in worst
        if one.pk not in has_one
    ]  # fmt: skip
    if plans:
        try:
            create_tasks(plans, acting_member=request.member, at=timezone.now())
        except (StrangeAssignee, MayNotAssign) as problem:
            messages.error(request, str(problem))
            return redirect("data-quality")
    said = ngettext("%(count)s task was made", "%(count)s tasks were made", len(plans)) % {"count": len(plans)}
    messages.success(request, said)
    return redirect(f"{reverse('task-list')}?q={quote(title)}")


def _assignee(request: MemberRequest, customer: Customer) -> UUID:
    wanted = request.POST.get("assignee", "")
    if wanted == "owner":
        active = {one.pk for one in members(request.member)}
        may = customer.owner_id in active and (customer.owner_id == request.member.pk or request.member.may(ASSIGN))
        return customer.owner_id if may and customer.owner_id else request.member.pk
    return as_uuid(wanted) or request.member.pk


def found_of(request: MemberRequest, view: SavedView | None) -> Quality | None:
    """What a member sees of the customers of a view, or of everybody; None while nothing was counted to the end yet.

    :raises quality.TooMuchToCount: when counting a view takes too long.
    """
    now = timezone.now()
    # Who has which problem is found with the whole workspace: before that, any count would be too small.
    if not quality.was_counted(request.member) and count_now(request) is None:
        return None
    if view is not None:
        return quality.of_view(view, request.member, at=now)
    if not quality.sees_all(request.member):
        return quality.of_reach(request.member, at=now)
    return quality.latest(request.member)


def count_now(request: MemberRequest) -> Quality | None:
    """Count the whole workspace where that is quick; else have a worker do it, and answer None."""
    workspace = request.member.workspace
    few = Customer.objects.filter(workspace_id=workspace.pk)[: quality.AT_ONCE + 1].count() <= quality.AT_ONCE
    if few:
        quality.take_snapshot(SystemViewer(workspace.pk), today=workspace.today(), at=timezone.now())
        return quality.latest(request.member)
    jobs.measure_quality.enqueue(once=f"quality:{workspace.pk}", workspace_id=workspace.pk)
    return None


def _people(request: MemberRequest) -> list[tuple[str, str]]:
    found = [("owner", _("The customer's owner, else me"))]
    if request.member.may(ASSIGN):
        return [*found, *((str(one.pk), one.name) for one in members(request.member))]
    return [*found, (str(request.member.pk), request.member.name)]


def _list(within: str, condition: str) -> str:
    return f"{reverse('customer-list')}?{within}{urlencode({'f': condition})}"


def _tiles(found: Quality, within: str) -> list[dict[str, Any]]:
    wrong = [(one, count) for one, count in found.problems.items() if not one.startswith("old_")]
    shown = metrics.metric("completeness")
    return [
        {"label": _("Customers"), "figure": number(found.customers), "href": f"{reverse('customer-list')}?{within}"},
        {
            "label": shown.label,
            "figure": "—" if found.completeness is None else percent(found.completeness),
            "definition": shown.definition,
        },
        {"label": _("Problems found"), "figure": number(sum(count for _name, count in wrong))},
        {
            "label": _("Share a phone or e-mail"),
            "figure": number(found.problems.get("shared_phone", 0) + found.problems.get("shared_email", 0)),
            "href": reverse("data-quality-duplicates"),
        },
    ]


def _field_rows(found: Quality, request: MemberRequest, within: str) -> list[dict[str, Any]]:
    seen = CUSTOMERS.seen_by(request.member)
    return [
        {
            "label": seen.field(name).label,
            "share": 100 * (found.share(count) or 0),
            "shown": percent(found.share(count) or 0),
            "missing": found.customers - count,
            "href": _list(within, f"{name}:is_unknown"),
        }
        for name, count in sorted(found.known.items(), key=lambda pair: pair[1])
    ]


def _problem_rows(found: Quality, request: MemberRequest, within: str) -> list[dict[str, Any]]:
    return [
        {
            "problem": one,
            "count": found.problems[one.name],
            "share": percent(found.share(found.problems[one.name]) or 0),
            "href": _list(within, f"{one.filter_name}:has_any_tag:{one.name}"),
        }
        for one in quality.problems_of(request.member)
        if one.name in found.problems
    ]


def _source_rows(found: Quality) -> list[dict[str, Any]]:
    rows = []
    for one in found.sources:
        keys = len(one["known"])
        share = sum(one["known"].values()) / (one["customers"] * keys) if keys and one["customers"] else 0
        condition = f"source:is:{one['source']}" if one["source"] else "source:is_unknown"
        rows.append(
            {
                "source": one["source"],
                "customers": one["customers"],
                "share": 100 * share,
                "shown": percent(share),
                "href": _list("", condition),
            }
        )
    return rows


def _weeks(weeks: list[tuple[Any, Quality]], request: MemberRequest) -> dict[str, Any]:
    language, era = reader_language(), preferences.era(request)
    labels = [format_date(week, "day", language, era) for week, _found in weeks]
    shares = [round(100 * (one.completeness or 0), 1) for _week, one in weeks]
    wrong = [sum(count for name, count in one.problems.items() if not name.startswith("old_")) for _week, one in weeks]
    return {
        "option": {
            "grid": {"bottom": 22, "top": 16, "right": 24, "left": 4},
            "tooltip": {"trigger": "axis", "valueFormatter": "format:percent"},
            "xAxis": {"type": "category", "data": labels},
            "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "format:percent"}},
            "series": [
                {"type": "line", "name": str(_("Completeness")), "data": shares, "lineStyle": {"color": "token:accent"}}
            ],
        },
        "columns": [_("Week"), _("Completeness"), _("Problems found"), _("Customers")],
        "rows": [
            [label, f"{share} %", number(count), number(one.customers)]
            for label, share, count, (_week, one) in zip(labels, shares, wrong, weeks, strict=True)
        ],
    }

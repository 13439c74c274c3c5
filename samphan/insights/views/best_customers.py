"""Who buys most: figures, curve, grades and the first fifty."""

from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from samphan.administration import guide
from samphan.administration.middleware import MemberRequest
from samphan.insights import actions, charts, jobs, metrics, periods, queries
from samphan.insights.periods import Period
from samphan.insights.permissions import VIEW_BEST
from samphan.insights.queries import Band, Summary
from samphan.platform.access import Reach, requires
from samphan.platform.catalogue import Privacy
from samphan.ui import preferences
from samphan.ui.templatetags.ui import baht_round, number, percent
from samphan.ui.toasts import toast


@require_safe
@requires(VIEW_BEST)
def best_customers(request: MemberRequest) -> HttpResponse:
    """The whole page for one period; the period stands in the address."""
    zone, period, problem = _period(request)
    summary = queries.best_customers(request.member, period, zone)
    if summary.is_stale:
        jobs.refresh_summaries.enqueue(
            once=f"insights:{request.member.workspace_id}", workspace_id=request.member.workspace_id, zone=str(zone)
        )
    if summary.customers:
        guide.looked(request.member, "best-customers")
    links = Links(period)
    people = queries.named_customers([best.customer_id for best in summary.best], request.member.workspace_id)
    return render(
        request,
        "insights/best_customers.html",
        {
            "summary": summary,
            "period": period,
            "problem": problem,
            "periods": _tabs(period),
            "first_text": request.GET.get("first", ""),
            "last_text": request.GET.get("last", ""),
            "tiles": _tiles(summary),
            "parts": _parts(summary),
            "option": charts.pareto(summary, links.at_least),
            "points": charts.table(summary),
            "columns": charts.table_columns(),
            "bands": _bands(summary, links),
            "best": [
                {
                    "place": best,
                    "person": people.get(best.customer_id),
                    "suggested": next((band.grade for band in summary.bands if best.amount >= band.from_amount), ""),
                    "share": summary.share(best.amount),
                    "running": summary.share(best.running),
                }
                for best in summary.best
            ],
            "say": say(summary),
            "metrics": metrics.METRICS,
            "span": _span(request, period),
            "may_grade": request.member.may("customers.change_customer")
            and request.member.reach("customers") is Reach.ALL,
            "all_url": links.at_least(Decimal(0)),
        },
    )


@require_safe
@requires(VIEW_BEST)
def best_people(request: MemberRequest) -> HttpResponse:
    """The customers behind a point or a grade of a period that is not all time."""
    zone, period, _problem = _period(request)
    at_least, below = _amount(request, "at_least") or Decimal(0), _amount(request, "below")
    after = None
    if (amount := _amount(request, "after")) is not None:
        try:
            after = (amount, UUID(request.GET.get("after_id", "")))
        except ValueError:
            after = None
    found = queries.people(
        request.member,
        period,
        zone,
        at_least=at_least,
        below=below,
        after=after,
        limit=queries.TOP_COUNT + 1,
    )
    more_url = ""
    if len(found) > queries.TOP_COUNT:
        found = found[: queries.TOP_COUNT]
        query = request.GET.copy()
        query["after"], query["after_id"] = str(found[-1].amount), str(found[-1].id)
        more_url = "?" + query.urlencode()
    return render(
        request,
        "insights/people.html",
        {
            "people": found,
            "period": period,
            "span": _span(request, period),
            "at_least": at_least,
            "below": below,
            "more_url": more_url,
            "back_url": reverse("best-customers") + "?" + urlencode(Links(period).parameters),
        },
    )


@require_POST
@requires("customers.change_customer")
def apply_grades(request: MemberRequest) -> HttpResponse:
    """Give the suggested grades to the customers of the period."""
    zone, period, _problem = _period(request)
    act, changed = actions.apply_grades(period, zone, acting_member=request.member)
    message = ngettext("%(count)s customer has another grade", "%(count)s customers have another grade", changed) % {
        "count": number(changed)
    }
    if not request.htmx:
        return redirect(reverse("best-customers") + "?" + urlencode(Links(period).parameters))
    return toast(HttpResponse(status=204), message, undo=reverse("change-undo", args=[act]) if changed else "")


class Links:
    """Addresses of the people behind an amount: the customer list for all time, a page of its own for a period."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.parameters: dict[str, str] = {"period": period.kind}
        if period.kind == "custom":
            self.parameters |= {"first": str(period.first or ""), "last": str(period.last or "")}

    def at_least(self, amount: Decimal, below: Decimal | None = None) -> str:
        if self.period.is_all_time:
            filters = [("f", f"total_spent:at_least:{plain(amount)}" if amount else "total_spent:greater:0")]
            if below is not None:
                filters.append(("f", f"total_spent:less:{plain(below)}"))
            return "/customers/?" + urlencode([*filters, ("sort", "-total_spent")], safe=":,-")
        limits = {"at_least": plain(amount)} | ({"below": plain(below)} if below is not None else {})
        return reverse("best-customers-people") + "?" + urlencode(self.parameters | limits)


def plain(amount: Decimal) -> str:
    """The amount without idle zeros and without an exponent."""
    return f"{amount.normalize():f}"


def say(summary: Summary) -> str:
    """What the curve means, in one sentence; "" when nobody bought."""
    if summary.top_share is None:
        return ""
    share = percent(summary.top_share)
    if summary.top_share >= Decimal("0.6"):
        return _("The first 20%% of customers make %(share)s of the sales: look after these %(count)s first.") % {
            "share": share,
            "count": number(summary.top_customers),
        }
    return _("The first 20%% of customers make %(share)s of the sales: sales stand on many shoulders.") % {
        "share": share
    }


def _period(request: MemberRequest) -> tuple[ZoneInfo, Period, str]:
    # Amounts are all that these pages are about: without that privacy class nothing is left to show.
    if not request.member.may_read(Privacy.FINANCIAL):
        raise PermissionDenied
    zone, today = request.member.workspace.zone, request.member.workspace.today()
    given = request.POST if request.method == "POST" else request.GET
    period, problem = periods.parse(given.get("period", "all"), given.get("first", ""), given.get("last", ""), today)
    return zone, period, problem


def _amount(request: MemberRequest, name: str) -> Decimal | None:
    try:
        amount = Decimal(request.GET.get(name, "")[:40])
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < Decimal(10) ** 15 else None


def _tabs(period: Period) -> list[dict[str, Any]]:
    address = reverse("best-customers")
    return [
        {"label": label, "href": f"{address}?period={kind}", "is_current": kind == period.kind}
        for kind, label in periods.LABELS.items()
        if kind != "custom"
    ]


def _span(request: MemberRequest, period: Period) -> str:
    """The dates of the period in words; "" for all time."""
    written = preferences.day_writer(request)
    first, last = (written(day) if day else "" for day in (period.first, period.last))
    return f"{first} – {last}".strip() if first or last else ""


def _tiles(summary: Summary) -> list[dict[str, Any]]:
    def tile(name: str, figure: str, note: str = "") -> dict[str, Any]:
        found = metrics.metric(name)
        return {"label": found.label, "figure": figure, "note": note, "definition": found.definition}

    top_note = _("%(count)s customers, %(sum)s") % {
        "count": number(summary.top_customers),
        "sum": baht_round(summary.top_sales),
    }
    anonymous_note = _("%(count)s orders") % {"count": number(summary.anonymous_orders)}
    return [
        tile("customers_who_bought", number(summary.customers)),
        tile("known_sales", baht_round(summary.known_sales)),
        tile("top_share", percent(summary.top_share, 1), top_note if summary.customers else ""),
        tile("anonymous_sales", baht_round(summary.anonymous_sales), anonymous_note),
        tile("all_sales", baht_round(summary.all_sales), _("%(count)s orders") % {"count": number(summary.all_orders)}),
    ]


def _parts(summary: Summary) -> list[dict[str, Any]]:
    """How the sum of all orders comes about; the parts add up."""
    parts = [
        ("known_sales", summary.known_sales),
        ("returning_more", summary.returning_sales),
        ("deleted_sales", summary.deleted_sales),
        ("anonymous_sales", summary.anonymous_sales),
    ]
    shown = [(metrics.metric(name), amount) for name, amount in parts if amount or name == "known_sales"]
    return [{"metric": found, "amount": amount} for found, amount in shown]


def _bands(summary: Summary, links: Links) -> list[dict[str, Any]]:
    def one(band: Band) -> dict[str, Any]:
        return {
            "grade": band.grade,
            "share": summary.share(band.sales),
            "customers": band.customers,
            "from_amount": band.from_amount,
            "href": links.at_least(band.from_amount, band.below_amount),
        }

    return [one(band) for band in summary.bands]

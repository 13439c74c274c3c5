"""Routes of `/api/v1/insights`: the figures of the screens, and what is done with them."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from samphan.administration.middleware import MemberRequest
from samphan.administration.models import SavedView
from samphan.customers.names import shown_name
from samphan.insights import actions, periods, quality, queries
from samphan.insights.permissions import VIEW_BEST, VIEW_QUALITY
from samphan.insights.views.data_quality import count_now, found_of
from samphan.platform.access import requires
from samphan.platform.api.answers import answer
from samphan.platform.api.problems import invalid
from samphan.platform.api.schemas import Strict
from samphan.platform.catalogue import Privacy

router = Router(tags=["Insights"])


class WorstOut(Schema):
    """A customer whose data wants mending, and what is wrong with it."""

    id: UUID
    name: str
    problems: list[str]


class QualityOut(Schema):
    """What was counted: customers, those with a value of each field, those with each problem, the sources, the worst."""

    at: str | None
    customers: int
    completeness: float | None
    known: dict[str, int]
    problems: dict[str, int]
    sources: list[dict[str, Any]]
    worst: list[WorstOut]


class QualityParams(Schema):
    """Over whom."""

    view_id: UUID | None = Field(None, description="The customers of a saved view instead of everybody.")


class CountingOut(Schema):
    """Whether it was counted at once, or a worker does it."""

    is_done: bool


@router.get(
    "/insights/data-quality", response=QualityOut, operation_id="data_quality_get", summary=_("Quality of the data")
)
@requires(VIEW_QUALITY)
def data_quality(request: MemberRequest, params: Query[QualityParams]) -> HttpResponse:
    """How much of each field is filled, what cannot be right, and the worst hundred; `POST /tasks` has them mended.

    `at` is null while a worker counts for the first time; ask again in a minute or two.
    """
    member, view = request.member, None
    if params.view_id is not None:
        view = SavedView.objects.visible_to(member).filter(entity="customers", pk=params.view_id).first()
        if view is None:
            raise Http404
    found = found_of(request, view)
    counted = found or quality.Quality()
    worst = quality.worst_customers(counted, member) if found else []
    shown = asdict(counted) | {
        "completeness": counted.completeness,
        "worst": [{"id": one.pk, "name": shown_name(one), "problems": list(map(str, held))} for one, held in worst],
    }
    return answer(request, shown)


@router.post(
    "/insights/data-quality/count",
    response={200: CountingOut, 202: CountingOut},
    operation_id="data_quality_count",
    summary=_("Count the quality again"),
)
@requires(VIEW_QUALITY)
def recount(request: MemberRequest) -> HttpResponse:
    """Count the whole workspace again, at once where that is quick, else by a worker (202)."""
    is_done = count_now(request) is not None
    return answer(request, {"is_done": is_done}, status=200 if is_done else 202)


class PeriodParams(Schema):
    """Which orders count."""

    period: str = Field("all", max_length=20, description="all, custom, or one of those that the screen offers.")
    first: str = Field("", max_length=20, description="Day, with `custom`.")
    last: str = Field("", max_length=20)


class PeriodIn(Strict):
    """Which orders count."""

    period: str = Field("all", max_length=20)
    first: str = Field("", max_length=20)
    last: str = Field("", max_length=20)


class BestCustomersOut(Schema):
    """What "best customers" shows of one period; amounts in THB as texts."""

    summary: dict[str, Any]
    best: list[dict[str, Any]]


class GradedOut(Schema):
    """How many customers have another grade."""

    count: int


@router.get(
    "/insights/best-customers",
    response=BestCustomersOut,
    operation_id="best_customers_get",
    summary=_("Best customers"),
)
@requires(VIEW_BEST)
def best_customers(request: MemberRequest, params: Query[PeriodParams]) -> HttpResponse:
    """Who buys how much in a period, the share of the best, and where grades A to D begin."""
    period = _period(request, params.period, params.first, params.last)
    found = msgspec.to_builtins(queries.best_customers(request.member, period, request.member.workspace.zone))
    best = found.pop("best")
    return answer(request, {"summary": found, "best": best})


@router.post(
    "/insights/best-customers/grades",
    response=GradedOut,
    operation_id="best_customers_grade",
    summary=_("Give the suggested grades"),
)
@requires("customers.change_customer")
def apply_grades(request: MemberRequest, body: Body[PeriodIn]) -> HttpResponse:
    """Give every customer who bought in the period the grade that their share of the sales suggests."""
    period = _period(request, body.period, body.first, body.last)
    act, changed = actions.apply_grades(period, request.member.workspace.zone, acting_member=request.member)
    return answer(request, {"count": changed}, change=act if changed else None)


def _period(request: MemberRequest, kind: str, first: str, last: str) -> periods.Period:
    # Amounts are all that these figures are about: without that privacy class nothing is left to show.
    if not request.member.may_read(Privacy.FINANCIAL):
        raise PermissionDenied
    if kind != "custom" and kind not in periods.LABELS:
        said = gettext("One of these is expected: %(expected)s.") % {"expected": ", ".join(periods.LABELS)}
        raise invalid("period", said)
    period, problem = periods.parse(kind, first, last, request.member.workspace.today())
    if problem:
        raise invalid("first", problem)
    return period

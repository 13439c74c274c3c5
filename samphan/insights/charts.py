"""The Pareto curve as an ECharts option, and the table behind it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from samphan.insights.queries import TOP_SHARE, Point, Summary
from samphan.ui.templatetags.ui import baht, baht_round, compact, number, percent

TABLE_STEPS = 20


def share_of(summary: Summary, point: Point) -> tuple[float, float]:
    """Percent of the customers and percent of the sales at a point of the curve."""
    return (
        round(100 * point.customers / summary.customers, 3),
        round(float(100 * point.sales / summary.known_sales), 3),
    )


def pareto(summary: Summary, address: Callable[[Decimal], str]) -> dict[str, Any]:
    """The curve: customers from the best on against their share of sales, in percent; each point opens its people."""
    points: list[dict[str, Any]] = [
        {"value": [0, 0]},
        *({"value": share_of(summary, point), "href": address(point.from_amount)} for point in summary.points),
    ]
    top_x, top_y = float(100 * TOP_SHARE), float(100 * (summary.top_share or 0))
    first = [item["value"] for item in points if item["value"][0] < top_x] + [[top_x, top_y]]
    axis = {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "format:percent"}}
    invisible = {"silent": True, "tooltip": {"show": False}, "symbol": "none"}
    return {
        "grid": {"bottom": 22, "top": 16, "right": 24, "left": 4},
        "tooltip": {"trigger": "axis", "valueFormatter": "format:percent"},
        "xAxis": {
            **axis,
            "interval": 20,
            "splitLine": {"show": False},
            "name": _("Customers, those who bought most first"),
            "nameLocation": "middle",
            "nameGap": 28,
        },
        "yAxis": {**axis, "interval": 25},
        "series": [
            {
                **invisible,
                "type": "line",
                "data": [[0, 0], [100, 100]],
                "lineStyle": {"type": "dashed", "width": 1, "color": "token:ctl"},
            },
            {
                **invisible,
                "type": "line",
                "data": first,
                "lineStyle": {"width": 0},
                "areaStyle": {"color": "token:accentline", "opacity": 1},
            },
            {
                "type": "line",
                "name": _("Share of sales"),
                "data": points,
                "symbol": "circle",
                "symbolSize": 9,
                "showAllSymbol": True,
                "cursor": "pointer",
                "itemStyle": {"opacity": 0, "color": "token:accent"},
                "emphasis": {"itemStyle": {"opacity": 1}, "scale": 1.2},
                "lineStyle": {"width": 2, "color": "token:accent"},
                "areaStyle": {"color": "token:accentbg", "opacity": 0.6},
                "z": 1,
            },
            {
                "type": "scatter",
                "silent": False,
                "symbolSize": 10,
                "z": 5,
                "tooltip": {"show": False},
                "itemStyle": {"color": "token:accent", "borderColor": "token:surface", "borderWidth": 2},
                "data": [{"value": [top_x, top_y], "href": address(summary.top_from)}],
            },
            {
                # Its words stand at the foot of the part that they speak of: nothing else is drawn there.
                **invisible,
                "type": "scatter",
                "symbol": "circle",
                "symbolSize": 1,
                "itemStyle": {"color": "token:accentline"},
                "data": [[top_x, 0]],
                "label": {
                    "show": True,
                    "position": "left" if top_x > 60 else "right",
                    "distance": 12,
                    "offset": [0, -26],
                    "align": "right" if top_x > 60 else "left",
                    "lineHeight": 20,
                    "color": "token:ink",
                    "fontSize": 12.5,
                    "formatter": _("%(count)s customers make %(sum)s\nfrom %(least)s up")
                    % {
                        "count": number(summary.top_customers),
                        "sum": "฿" + compact(summary.top_sales),
                        "least": baht_round(summary.top_from),
                    },
                },
            },
        ],
    }


def table_columns() -> list[str]:
    """Headings of the table."""
    return [_("Customers"), _("Count"), _("Sales"), _("Cumulative share"), _("At least")]


def table(summary: Summary) -> list[list[str]]:
    """About twenty lines of the curve: percent of customers, how many, sales, share, and the least among them."""
    step = max(len(summary.points) // TABLE_STEPS, 1)
    chosen = [
        point for index, point in enumerate(summary.points, 1) if index % step == 0 or index == len(summary.points)
    ]
    return [
        [
            percent(Decimal(point.customers) / summary.customers, 1),
            number(point.customers),
            baht(point.sales),
            percent(summary.share(point.sales), 1),
            baht(point.from_amount),
        ]
        for point in chosen
    ]

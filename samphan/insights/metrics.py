"""The metric dictionary: one definition per number, shown on request beside the number.

A metric says what is counted (numerator), against what (denominator, for shares), for whom or what (grain) and what is
left out (filter). The queries that compute it are named so that a reader can check them.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Metric:
    """A number with its one definition.

    :param unit: "customers", "baht", "share" or "orders": how the number is written.
    :param source: dotted path of the query.
    """

    name: str
    label: Text
    unit: str
    numerator: Text
    denominator: Text
    grain: Text
    filter: Text
    source: str

    @property
    def definition(self) -> str:
        """The whole definition in one breath, for a tooltip."""
        parts = [str(self.numerator), str(self.filter)]
        if self.denominator:
            parts.insert(1, str(_("divided by %(denominator)s")) % {"denominator": self.denominator})
        return " · ".join(part for part in parts if part)


_QUERY = "samphan.insights.queries.best_customers"
_KNOWN_ONLY = _("customers whose purchases exceed their returns in the period; deleted customers are left out")

METRICS: tuple[Metric, ...] = (
    Metric(
        "customers_who_bought",
        _("Customers who bought"),
        "customers",
        _("number of customers"),
        "",
        _("workspace and period"),
        _KNOWN_ONLY,
        _QUERY,
    ),
    Metric(
        "known_sales",
        _("Sales to known customers"),
        "baht",
        _("sum of their orders, returns subtracted"),
        "",
        _("workspace and period"),
        _KNOWN_ONLY,
        _QUERY,
    ),
    Metric(
        "returning_more",
        _("Customers with more returns than purchases"),
        "baht",
        _("sum of the orders of customers whose sum is below zero"),
        "",
        _("workspace and period"),
        _("deleted customers are left out"),
        _QUERY,
    ),
    Metric(
        "anonymous_sales",
        _("Sales without a customer"),
        "baht",
        _("sum of the orders that name no customer, returns subtracted"),
        "",
        _("workspace and period"),
        "",
        _QUERY,
    ),
    Metric(
        "deleted_sales",
        _("Deleted customers"),
        "baht",
        _("sum of the orders of customers that were deleted"),
        "",
        _("workspace and period"),
        "",
        _QUERY,
    ),
    Metric(
        "all_sales",
        _("All sales"),
        "baht",
        _("sum of quantity × unit price of every order line, returns subtracted"),
        "",
        _("workspace and period"),
        _("nothing is left out"),
        _QUERY,
    ),
    Metric(
        "top_share",
        _("Share of the first 20%"),
        "share",
        _("sales to the first fifth of the customers, ordered by sales"),
        _("sales to known customers"),
        _("workspace and period"),
        _KNOWN_ONLY,
        _QUERY,
    ),
    Metric(
        "cumulative_share",
        _("Cumulative share"),
        "share",
        _("sales to a customer and to everybody who bought more"),
        _("sales to known customers"),
        _("customer and period"),
        _KNOWN_ONLY,
        _QUERY,
    ),
    Metric(
        "grade",
        _("Suggested grade"),
        "customers",
        _("A: the best customers who together make half of the sales; B: up to 80%; C: up to 95%; D: the rest"),
        "",
        _("customer and period"),
        _KNOWN_ONLY,
        _QUERY,
    ),
)

_QUALITY = "samphan.insights.quality.measure"
_LIVING = _("customers that the reader may see; deleted ones are left out")
QUALITY: tuple[Metric, ...] = (
    Metric(
        "completeness", _("Completeness"), "share",
        _("sum over the fields of the customers who have a value"), _("customers × fields"),
        _("company, view or source"), _LIVING, _QUALITY,
    ),
    Metric(
        "known_share", _("Share filled"), "share", _("customers who have a value in the field"), _("all customers"),
        _("field"), _LIVING, _QUALITY,
    ),
    Metric(
        "problem_count", _("Problem"), "customers", _("customers for whom the rule beside the number holds"), "",
        _("rule"), _LIVING, _QUALITY,
    ),
    Metric(
        "worst", _("The worst 100"), "customers",
        _("3 points for each problem, 1 for each missing phone, e-mail, address, province, owner or stage; ages do not count"),
        "", _("customer"), _LIVING, _QUALITY,
    ),
)  # fmt: skip

_BY_NAME = {metric.name: metric for metric in (*METRICS, *QUALITY)}


def metric(name: str) -> Metric:
    """The metric of that name; raise KeyError when there is none."""
    return _BY_NAME[name]

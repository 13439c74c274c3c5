"""Buying habits: what a customer buys most, where and when, worked out from the orders and shown with the reason.

Every trait speaks of purchases, orders whose total is not negative:

favourite product, category
    what stands in most purchases (a returned line does not count); of several the one of the largest quantity, then the latest.
favourite channel, weekday, hour
    where and when most purchases were made, in the company's own time; of several the latest. An order whose time is exactly
    midnight came with a day alone and says nothing about the hour.
first channel
    where the first purchase was made: where the customer came from.
days between purchases
    from the first day with a purchase to the last, divided by the number of gaps between such days.
"""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from samphan.customers import moving, traits
from samphan.customers.traits import TraitSet
from samphan.platform import catalogue
from samphan.platform.catalogue import Choice, Field, Label, Privacy, Type
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import ENGLISH_WEEKDAYS, THAI_WEEKDAYS

HABITS = "commerce_habit"
COLUMNS = (
    "purchase_count",
    "favourite_product_id",
    "favourite_product",
    "favourite_product_count",
    "favourite_category",
    "favourite_category_count",
    "favourite_channel",
    "favourite_channel_count",
    "first_channel",
    "favourite_weekday",
    "favourite_weekday_count",
    "favourite_hour",
    "favourite_hour_count",
    "timed_count",
    "days_between_purchases",
)

# Customer by customer along the indexes: behind row-level security the planner guesses one row and would else walk tables.
WORK_OUT = """
WITH wanted AS MATERIALIZED (SELECT DISTINCT unnest(%(customers)s::uuid[]) AS id),
purchase AS MATERIALIZED (
    SELECT w.id AS customer_id, o.* FROM wanted w CROSS JOIN LATERAL (
        SELECT o.id AS order_id, o.ordered_at, o.ordered_at AT TIME ZONE %(zone)s AS local, o.channel
          FROM commerce_order o
         WHERE o.workspace_id = %(workspace)s AND o.customer_id = w.id AND o.total >= 0) AS o),
line AS MATERIALIZED (
    SELECT p.customer_id, p.order_id, p.ordered_at, l.product_id, l.quantity, pr.category,
           coalesce(pr.name, nullif(l.description, ''), nullif(l.sku, '')) AS item
      FROM purchase p
     CROSS JOIN LATERAL (
        SELECT l.product_id, l.quantity, l.description, l.sku FROM commerce_orderline l
         WHERE l.workspace_id = %(workspace)s AND l.order_id = p.order_id AND l.quantity > 0) AS l
      LEFT JOIN LATERAL (
        SELECT pr.name, pr.category FROM commerce_product pr
         WHERE pr.workspace_id = %(workspace)s AND pr.id = l.product_id) AS pr ON true),
product AS (
    SELECT DISTINCT ON (customer_id) customer_id, product_id, item, times FROM (
        SELECT customer_id, product_id, item, count(DISTINCT order_id)::integer AS times, sum(quantity) AS quantity,
               max(ordered_at) AS latest
          FROM line WHERE item IS NOT NULL GROUP BY customer_id, product_id, item) AS one
     ORDER BY customer_id, times DESC, quantity DESC, latest DESC, item, product_id),
category AS (
    SELECT DISTINCT ON (customer_id) customer_id, category, times FROM (
        SELECT customer_id, category, count(DISTINCT order_id)::integer AS times, sum(quantity) AS quantity,
               max(ordered_at) AS latest
          FROM line WHERE category <> '' GROUP BY customer_id, category) AS one
     ORDER BY customer_id, times DESC, quantity DESC, latest DESC, category),
channel AS (
    SELECT DISTINCT ON (customer_id) customer_id, channel, times FROM (
        SELECT customer_id, channel, count(*)::integer AS times, max(ordered_at) AS latest
          FROM purchase WHERE channel <> '' GROUP BY customer_id, channel) AS one
     ORDER BY customer_id, times DESC, latest DESC, channel),
came_from AS (
    SELECT DISTINCT ON (customer_id) customer_id, channel FROM purchase WHERE channel <> ''
     ORDER BY customer_id, ordered_at, order_id),
weekday AS (
    SELECT DISTINCT ON (customer_id) customer_id, weekday, times FROM (
        SELECT customer_id, extract(isodow FROM local)::smallint AS weekday, count(*)::integer AS times,
               max(ordered_at) AS latest
          FROM purchase GROUP BY customer_id, weekday) AS one
     ORDER BY customer_id, times DESC, latest DESC, weekday),
hour AS (
    SELECT DISTINCT ON (customer_id) customer_id, hour, times FROM (
        SELECT customer_id, extract(hour FROM local)::smallint AS hour, count(*)::integer AS times,
               max(ordered_at) AS latest
          FROM purchase WHERE local::time <> '00:00' GROUP BY customer_id, hour) AS one
     ORDER BY customer_id, times DESC, latest DESC, hour),
rhythm AS (
    SELECT customer_id, count(*)::integer AS purchases,
           (count(*) FILTER (WHERE local::time <> '00:00'))::integer AS timed,
           round((max(local::date) - min(local::date))::numeric / nullif(count(DISTINCT local::date) - 1, 0), 1) AS days
      FROM purchase GROUP BY customer_id)
SELECT r.customer_id, r.purchases AS purchase_count, p.product_id AS favourite_product_id,
       coalesce(p.item, '') AS favourite_product, coalesce(p.times, 0) AS favourite_product_count,
       coalesce(c.category, '') AS favourite_category, coalesce(c.times, 0) AS favourite_category_count,
       coalesce(ch.channel, '') AS favourite_channel, coalesce(ch.times, 0) AS favourite_channel_count,
       coalesce(f.channel, '') AS first_channel,
       w.weekday AS favourite_weekday, coalesce(w.times, 0) AS favourite_weekday_count,
       h.hour AS favourite_hour, coalesce(h.times, 0) AS favourite_hour_count, r.timed AS timed_count,
       r.days AS days_between_purchases
  FROM rhythm r
  LEFT JOIN product p USING (customer_id)
  LEFT JOIN category c USING (customer_id)
  LEFT JOIN channel ch USING (customer_id)
  LEFT JOIN came_from f USING (customer_id)
  LEFT JOIN weekday w USING (customer_id)
  LEFT JOIN hour h USING (customer_id)
"""

TRAITS = TraitSet(
    name="habits",
    label=_("Buying habits"),
    version=1,
    table=HABITS,
    columns=COLUMNS,
    work_out=WORK_OUT,
    follows={
        "commerce_order": "",
        "commerce_orderline": """
            SELECT DISTINCT o.customer_id FROM commerce_orderline l
              JOIN commerce_order o ON o.workspace_id = l.workspace_id AND o.id = l.order_id
             WHERE l.workspace_id = %(workspace)s AND l.id = ANY(%(ids)s::uuid[])
        """,
        "commerce_product": """
            SELECT DISTINCT o.customer_id FROM commerce_orderline l
              JOIN commerce_order o ON o.workspace_id = l.workspace_id AND o.id = l.order_id
             WHERE l.workspace_id = %(workspace)s AND l.product_id = ANY(%(ids)s::uuid[])
        """,
    },
)

_BUYING = _("Buying")


def weekday_name(number: int) -> str:
    """The name of a weekday, 1 for Monday, in the reader's language."""
    return (THAI_WEEKDAYS if reader_language() == "th" else ENGLISH_WEEKDAYS)[number - 1]


WEEKDAYS = tuple(Choice(str(number), lazy(weekday_name, str)(number)) for number in range(1, 8))


def _field(name: str, label: Label, kind: Type, *, column: str = "", **values: object) -> Field:
    """A field of the customer that is read from what is kept of the habits."""
    return Field(
        name, label, kind, Privacy.BUSINESS,
        f"(SELECT h.{column or name} FROM {HABITS} h"
        " WHERE h.workspace_id = customers_customer.workspace_id AND h.id = customers_customer.id)",
        group=_BUYING, **values,  # type: ignore[arg-type]
    )  # fmt: skip


FIELDS = (
    _field("favourite_product", _("Favourite product"), Type.TEXT, width=220),
    _field("favourite_category", _("Favourite category"), Type.TEXT, width=160),
    _field("favourite_channel", _("Favourite channel"), Type.TEXT, width=130),
    _field("first_channel", _("First bought through"), Type.TEXT, width=130),
    _field(
        "favourite_weekday", _("Favourite weekday"), Type.CHOICE, column="favourite_weekday::text", choices=WEEKDAYS
    ),
    _field("favourite_hour", _("Favourite hour"), Type.NUMBER, width=90),
    _field("days_between_purchases", _("Days between purchases"), Type.NUMBER, width=110),
)


def register() -> None:
    """Let the habits be kept, and be fields of a customer."""
    traits.declare(TRAITS)
    moving.aside("commerce.Habit")
    catalogue.add_fields("customers", *FIELDS)

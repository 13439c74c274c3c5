"""Write the demo company: people, products, two years of orders, and everything that follows from them."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from random import Random
from statistics import median
from typing import Any
from uuid import UUID

from django.db import transaction
from psycopg.types.json import Jsonb

from samphan.administration.actions import create_workspace
from samphan.administration.models import Member, Workspace
from samphan.commerce.actions import refresh_customer_totals
from samphan.commerce.models import Order, OrderLine, Product
from samphan.customers.actions import add_preference, edit_field, refresh_search
from samphan.customers.events import IDS_AT_ONCE, CustomersChanged
from samphan.customers.models import Address, Customer, CustomerTag, Identity, Tag
from samphan.insights.queries import GRADES
from samphan.platform.changes.recording import changeset
from samphan.platform.events import publish
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.collation import sort_key
from samphan.runtime.demo.customers import BANGKOK, TAG_TONES, Invented, Population, seeded_uuid7
from samphan.runtime.demo.orders import InventedOrder, OrderBook
from samphan.runtime.demo.products import NO_LONGER_SOLD, DemoProduct, products
from samphan.runtime.demo.relations import note_relations
from samphan.runtime.demo.staff import hire
from samphan.runtime.demo.work import write_work
from samphan.runtime.demo.writing import insert_rows

SLUG, NAME, NAME_EN = "demo", "โรงคั่วดอยหมอก", "Doi Mok Roasters"
SEED = 2569
LOADED = "administration.demo_loaded"


@transaction.atomic
def load_company(now: datetime, say: Callable[[str], None]) -> dict[str, Any]:
    """Make the demo workspace as it stands at `now`; the same moment makes the same company."""
    random = Random(SEED)  # noqa: S311 - invented data, nothing to guess
    today = now.astimezone(BANGKOK).date()
    listed = products()
    customers = Population(random, today).invent()
    orders = OrderBook(random, listed, now).invent(customers)
    _assess(customers, orders, now)
    workspace = create_workspace(slug=SLUG, name=NAME, name_en=NAME_EN, is_demo=True)
    members = hire(workspace)
    owner = members["may"]
    with in_workspace(workspace.id), changeset(LOADED, member_id=owner.pk) as act:
        writer = _Writer(workspace, members, act, random)
        writer.write_products(listed, now)
        writer.write_customers(customers)
        lines = writer.write_orders(orders)
        refresh_customer_totals()
        ids = [customer.id for customer in customers]
        refresh_search(ids)
        publish(*(CustomersChanged(tuple(ids[at : at + IDS_AT_ONCE])) for at in range(0, len(ids), IDS_AT_ONCE)))
    _edit_some(workspace, members, customers)
    by_name = {customer.name: customer.id for customer in customers}
    write_work(workspace, members, by_name, now)
    _note_preferences(workspace, members, by_name, now)
    note_relations(workspace, members, by_name)
    say(f"{NAME}: {len(customers):,} customers, {len(listed)} products, {len(orders):,} orders.")
    return {
        "workspace": workspace.slug,
        "customers": len(customers),
        "products": len(listed),
        "orders": len(orders),
        "lines": lines,
    }


def _assess(customers: list[Invented], orders: list[InventedOrder], now: datetime) -> None:
    """Give the grades that the page of the best customers suggests, and the stage that fits what each has bought."""
    bought: dict[UUID, list[InventedOrder]] = defaultdict(list)
    spent: dict[UUID, Decimal] = defaultdict(Decimal)
    for order in orders:
        if order.customer is not None:
            spent[order.customer.id] += order.total
            if order.total >= 0:
                bought[order.customer.id].append(order)
    ranked = sorted((c for c in customers if spent[c.id] > 0), key=lambda c: -spent[c.id])
    whole, before = sum(spent[c.id] for c in ranked), Decimal(0)
    for amount, equals in groupby(ranked, key=lambda c: spent[c.id]):
        grade = next(grade for grade, end in GRADES if before < end * whole)
        for customer in equals:
            customer.grade = grade
            before += amount
    for customer in customers:
        if not customer.stage or (customer.stage == "advocate" and len(bought[customer.id]) < 6):
            customer.stage = stage_of([order.ordered_at for order in bought[customer.id]], now)


def stage_of(times: list[datetime], now: datetime) -> str:
    """The lifecycle stage that a list of purchases, oldest first, speaks for.

    Nobody who bought is a prospect; new is at most two purchases within 60 days; lost is half a year without one; at
    risk is a pause of more than twice the customer's own rhythm, and of 45 days at least.
    """
    if not times:
        return "prospect"
    silence = (now - times[-1]).total_seconds() / 86_400
    rhythm = median((b - a).total_seconds() / 86_400 for a, b in pairwise(times)) if len(times) > 2 else 45.0
    if len(times) <= 2 and (now - times[0]) < timedelta(days=60):
        return "new"
    if silence > max(180, 3 * rhythm):
        return "lost"
    return "at_risk" if silence > max(2 * rhythm, 45) else "regular"


class _Writer:
    """Writes what was invented, by sets, inside the changeset `act`."""

    def __init__(self, workspace: Workspace, members: dict[str, Member], act: UUID, random: Random) -> None:
        self.workspace = workspace
        self.members = members
        self.act = act
        self.random = random
        self.product_ids: dict[str, UUID] = {}

    def _id(self, at: datetime) -> UUID:
        return seeded_uuid7(self.random, at)

    def write_products(self, listed: list[DemoProduct], now: datetime) -> None:
        since = now - timedelta(days=800)
        rows = []
        for product in listed:
            self.product_ids[product.sku] = key = self._id(since)
            rows.append(
                (key, self.workspace.id, since, self.act, product.sku, product.name, product.category, product.unit,
                 product.price, product.sku not in NO_LONGER_SOLD, sort_key(product.name))
            )  # fmt: skip
        insert_rows(
            Product,
            ("id", "workspace_id", "created_at", "created_in", "sku", "name", "category", "unit", "unit_price",
             "is_active", "name_key"),
            rows,
        )  # fmt: skip

    def write_customers(self, customers: list[Invented]) -> None:
        rows, identities, addresses, tagged = [], [], [], []
        tags: dict[str, UUID] = {}
        first = customers[0].joined
        for one in customers:
            made = (self.workspace.id, one.joined, self.act)
            owner = self.members[one.owner].pk if one.owner else None
            typist = self.members[one.owner or "may"].pk
            sources = {"*": [f"member:{typist}", one.joined.isoformat(timespec="seconds")]}
            rows.append(
                (one.id, *made, one.kind, one.title, one.first_name, one.last_name, one.name, one.name_en, one.nickname,
                 one.gender, one.birth_date, one.tax_id, one.branch, one.grade, one.stage, owner, one.source, one.note,
                 one.language, Jsonb({}), Jsonb(sources), sort_key(one.name), 0, Decimal(0))
            )  # fmt: skip
            positions: dict[str, int] = {}
            for kind, value in one.identities:
                position = positions[kind] = positions.get(kind, -1) + 1
                identities.append((self._id(one.joined), *made, one.id, kind, value, position, True, ""))
            line, place, district, province = one.address
            if place is not None:
                addresses.append(
                    (self._id(one.joined), *made, one.id, 0, "", line, place.name, district, province, place.postcode,
                     place.code)
                )  # fmt: skip
            for name in dict.fromkeys(one.tags):
                tag = tags.setdefault(name, self._id(first))
                tagged.append((self._id(one.joined), *made, one.id, tag))
        start = ("id", "workspace_id", "created_at", "created_in")
        insert_rows(
            Customer,
            (*start, "kind", "title", "first_name", "last_name", "name", "name_en", "nickname", "gender", "birth",
             "tax_id", "branch", "grade", "stage", "owner_id", "source", "note", "language", "custom", "sources",
             "name_key", "order_count", "total_spent"),
            rows,
        )  # fmt: skip
        insert_rows(Identity, (*start, "customer_id", "kind", "value", "position", "resolves", "label"), identities)
        insert_rows(
            Address,
            (*start, "customer_id", "position", "label", "line", "subdistrict", "district", "province", "postcode",
             "subdistrict_code"),
            addresses,
        )  # fmt: skip
        insert_rows(
            Tag,
            (*start, "name", "tone"),
            [
                (key, self.workspace.id, first, self.act, name, TAG_TONES.get(name, "slate"))
                for name, key in tags.items()
            ],
        )
        insert_rows(CustomerTag, (*start, "customer_id", "tag_id"), tagged)

    def write_orders(self, orders: list[InventedOrder]) -> int:
        """Returns how many lines there are."""
        heads, lines = [], []
        for order in orders:
            made = (self.workspace.id, order.ordered_at, self.act)
            customer = order.customer.id if order.customer else None
            heads.append(
                (order.id, *made, order.number, customer, order.ordered_at, order.channel, "THB", order.total,
                 len(order.lines))
            )  # fmt: skip
            for position, line in enumerate(order.lines, 1):
                lines.append(
                    (self._id(order.ordered_at), *made, order.id, position, self.product_ids[line.product.sku],
                     line.product.sku, line.product.name, line.quantity, line.unit_price)
                )  # fmt: skip
        start = ("id", "workspace_id", "created_at", "created_in")
        insert_rows(
            Order, (*start, "number", "customer_id", "ordered_at", "channel", "currency", "total", "line_count"), heads
        )
        return insert_rows(
            OrderLine,
            (*start, "order_id", "position", "product_id", "sku", "description", "quantity", "unit_price"),
            lines,
        )


# (customer, field, what is written, by whom): so that the history of the first records people open is not empty.
EDITS = (
    ("พิมพ์ลดา อัครเดชากุล", "note", "ชอบคั่วกลาง ขอแก้วเซรามิก ไม่ใส่น้ำตาล มักมาเช้าวันเสาร์ ปีใหม่นี้จะสั่งของขวัญ 20 ชุด", "may"),
    ("โรงแรมวังน้ำเย็น", "note", "เชฟใหม่เริ่มงานเดือนที่แล้ว นัดชิมวันพุธหน้า", "boy"),
    ("สหกรณ์ร้านค้าเกษตรวิถี", "source", "งานแสดงกาแฟ", "boy"),
    ("อิงฟ้า เหล่าพิพัฒน์", "nickname", "ฟ้า", "may"),
)  # fmt: skip


def _edit_some(workspace: Workspace, members: dict[str, Member], customers: list[Invented]) -> None:
    ids = {customer.name: customer.id for customer in customers}
    with in_workspace(workspace.id):
        for name, field, text, who in EDITS:
            customer = Customer.objects.get(pk=ids[name])
            edit_field(customer, field, text, seen=getattr(customer, field), acting_member=members[who])


# (customer, words, confidence, where from, by whom, hours ago): the oldest first.
PREFERENCES = (
    ("พิมพ์ลดา อัครเดชากุล", "ที่นั่งริมหน้าต่าง", "observed", "สาขาอารีย์", "may", 5200),
    ("พิมพ์ลดา อัครเดชากุล", "นมโอ๊ต", "said", "เคาน์เตอร์สาขาอารีย์", "may", 4100),
    ("พิมพ์ลดา อัครเดชากุล", "ไม่ใส่น้ำตาล", "said", "เคาน์เตอร์สาขาอารีย์", "kong", 2900),
    ("พิมพ์ลดา อัครเดชากุล", "ขอแก้วเซรามิก", "said", "เคาน์เตอร์สาขาอารีย์ ใช้ได้กับทุกสาขา", "kong", 30),
    ("พิมพ์ลดา อัครเดชากุล", "คั่วกลาง", "said", "เคาน์เตอร์สาขาอารีย์ ใช้ได้กับทุกสาขา", "kong", 29),
    ("ปัณณวิชญ์ ตรีเนตร", "คั่วอ่อน", "said", "เวิร์กช็อปดริป", "kong", 700),
    ("หทัยชนก คำแสน", "นมโอ๊ต", "observed", "หน้าร้าน", "may", 900),
    ("นูรียะ สาเมาะ", "ขอฉลากฮาลาล", "said", "ทักทางไลน์", "pui", 96),
    ("ร้านกาดเช้า คาเฟ่", "ขอให้ส่งก่อนเจ็ดโมงเช้า", "said", "โทรคุยกับเจ้าของร้าน", "may", 1500),
    ("โรงแรมวังน้ำเย็น", "เชฟใหม่น่าจะชอบคั่วเข้ม", "guessed", "ฟังจากฝ่ายจัดซื้อ", "boy", 500),
)  # fmt: skip


def _note_preferences(workspace: Workspace, members: dict[str, Member], ids: dict[str, UUID], now: datetime) -> None:
    with in_workspace(workspace.id):
        for name, text, confidence, source, who, hours in PREFERENCES:
            add_preference(
                Customer(pk=ids[name]),
                text,
                confidence=confidence,
                source=source,
                acting_member=members[who],
                at=now - timedelta(hours=hours),
            )


def end_of_day(today: date) -> datetime:
    """The last moment of a day in Bangkok, for a company as it stood then."""
    return datetime.combine(today, time(23, 59, 59), BANGKOK).astimezone(UTC)

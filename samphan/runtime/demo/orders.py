"""Two years of orders, with the rhythm of a coffee shop: mornings, week-ends, the cool season, gifts in December."""

import bisect
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from random import Random
from typing import NamedTuple
from uuid import UUID

from samphan.runtime.demo.customers import BANGKOK, HISTORY_DAYS, Invented, seeded_uuid7
from samphan.runtime.demo.products import BEANS, DRINKS, DRIP, EQUIPMENT, GIFTS, WHOLESALE, DemoProduct

SHOPS = {"bangkok": "หน้าร้านอารีย์", "chiangmai": "หน้าร้านนิมมาน"}
LINE, SHOPEE, WEB, STANDING = "ไลน์", "Shopee", "เว็บไซต์", "สั่งประจำ"
ANONYMOUS_A_DAY = 5.2  # bills at the counters that nobody put a name to
PRICES_ROSE_DAYS_AGO = 320
OLD_PRICES = Decimal("0.95")

# Weight of each hour from 6 to 20: working days have two waves, before work and after lunch; week-ends one long one.
_HOURS_WORK = (6, 18, 14, 7, 4, 4, 11, 10, 4, 5, 5, 6, 3, 2, 1)
_HOURS_FREE = (1, 3, 10, 17, 19, 18, 12, 10, 10, 9, 7, 5, 3, 2, 1)
# Orders on the phone: lunch break, and the evening sofa.
_HOURS_SCREEN = (1, 2, 3, 3, 4, 5, 9, 6, 3, 3, 4, 5, 7, 9, 12)
_HOURS_OFFICE = (0, 4, 14, 16, 12, 6, 2, 5, 7, 6, 3, 1, 0, 0, 0)
# How much is bought in each month, January first: gifts in December, the heat of April, the rains of September.
SEASON = (1.12, 1.02, 0.98, 0.92, 0.96, 0.95, 0.94, 0.96, 0.9, 1.02, 1.14, 1.34)


class InventedLine(NamedTuple):
    product: DemoProduct
    quantity: int
    unit_price: Decimal


@dataclass
class InventedOrder:
    """An order before it is written; `number` follows from its place in its month."""

    id: UUID
    customer: Invented | None
    ordered_at: datetime
    channel: str
    lines: list[InventedLine]
    number: str = ""

    @property
    def total(self) -> Decimal:
        return sum((line.quantity * line.unit_price for line in self.lines), Decimal(0))


class OrderBook:
    """Invents every order up to a moment."""

    def __init__(self, random: Random, products: list[DemoProduct], now: datetime) -> None:
        self.random = random
        self.now = now
        self.today = now.astimezone(BANGKOK).date()
        self.by_category: dict[str, list[DemoProduct]] = {}
        for product in products:
            self.by_category.setdefault(product.category, []).append(product)
        self.made: list[InventedOrder] = []

    def invent(self, customers: list[Invented]) -> list[InventedOrder]:
        """All orders of these customers and of the counters, oldest first and numbered."""
        for customer in customers:
            if customer.orders:
                self._orders_of(customer)
        self._counters()
        self.made.sort(key=lambda order: (order.ordered_at, order.id))
        counts: dict[tuple[int, int, bool], int] = {}
        for order in self.made:
            at = order.ordered_at.astimezone(BANGKOK)
            is_credit = order.total < 0
            key = (at.year, at.month, is_credit)
            counts[key] = counts.get(key, 0) + 1
            prefix = "CN" if is_credit else "SO"
            order.number = f"{prefix}-{(at.year + 543) % 100:02d}{at.month:02d}-{counts[key]:04d}"
        return self.made

    def _orders_of(self, customer: Invented) -> None:
        random = self.random
        days_ago = float(customer.last)
        slow = 3 if customer.slows > 1 else 0
        favourites = self._favourites(customer)
        for number in range(customer.orders):
            day = self.today - timedelta(days=int(days_ago))
            if days_ago > HISTORY_DAYS:
                break
            channel = self._channel(customer)
            if number:
                day = self._weekday(day, channel)
            at = self._moment(day, channel)
            if at <= self.now and at >= customer.joined:
                order = InventedOrder(
                    seeded_uuid7(random, at), customer, at, channel, self._basket(customer, favourites, day)
                )
                self.made.append(order)
                if random.random() < 0.012:
                    self._return(order)
            gap = customer.every * random.triangular(0.45, 1.7, 0.9) / SEASON[day.month - 1]
            days_ago += max(gap * (customer.slows if number < slow else 1), 0.6)

    def _counters(self) -> None:
        random = self.random
        for days_ago in range(HISTORY_DAYS, -1, -1):
            day = self.today - timedelta(days=days_ago)
            growth = 1 - 0.25 * days_ago / HISTORY_DAYS
            weekend = 1.5 if day.weekday() >= 5 else 0.85
            wanted = ANONYMOUS_A_DAY * growth * weekend * SEASON[day.month - 1]
            for _bill in range(int(wanted + random.random())):
                channel = SHOPS["bangkok" if random.random() < 0.58 else "chiangmai"]
                at = self._moment(day, channel)
                if at > self.now:
                    continue
                lines = [self._line(random.choice(self.by_category[DRINKS]), day, random.choices((1, 2), (80, 20))[0])]
                if random.random() < 0.4:
                    lines.append(self._line(random.choice(self.by_category[DRINKS]), day, 1))
                if random.random() < 0.12:
                    lines.append(self._line(random.choice(self.by_category[BEANS]), day, 1))
                self.made.append(InventedOrder(seeded_uuid7(random, at), None, at, channel, lines))

    # One order

    def _channel(self, customer: Invented) -> str:
        random = self.random
        if customer.likes == "wholesale":
            return random.choices((STANDING, LINE, WEB), (74, 20, 6))[0]
        if customer.likes == "gift":
            return random.choices((LINE, WEB, STANDING), (50, 38, 12))[0]
        if customer.average < 330 and customer.city in SHOPS:
            return SHOPS[customer.city]
        shop = SHOPS.get(customer.city)
        if shop is None:
            return random.choices((SHOPEE, LINE, WEB), (52, 30, 18))[0]
        return random.choices((shop, LINE, SHOPEE, WEB), (58, 18, 14, 10))[0]

    def _weekday(self, day: date, channel: str) -> date:
        """Move a day to where such orders gather: standing ones to Monday and Thursday, shops to the week-end."""
        random = self.random
        if channel == STANDING:
            wanted = random.choices((0, 3, 1), (60, 32, 8))[0]
        elif channel in SHOPS.values() and random.random() < 0.34:
            wanted = random.choice((5, 5, 6))
        else:
            return day
        moved = day + timedelta(days=(wanted - day.weekday() + 3) % 7 - 3)
        return moved if moved <= self.today else moved - timedelta(days=7)

    def _moment(self, day: date, channel: str) -> datetime:
        if channel == STANDING:
            weights = _HOURS_OFFICE
        elif channel in SHOPS.values():
            weights = _HOURS_FREE if day.weekday() >= 5 else _HOURS_WORK
        else:
            weights = _HOURS_SCREEN
        hour = self.random.choices(range(6, 21), weights)[0]
        moment = time(hour, self.random.randint(0, 59), self.random.randint(0, 59))
        return datetime.combine(day, moment, BANGKOK).astimezone(UTC)

    def _favourites(self, customer: Invented) -> list[tuple[float, DemoProduct]]:
        """What this customer chooses from, with growing weights: their taste first, and of it one thing above all."""
        if customer.likes == "wholesale":
            shares = {WHOLESALE: 10.0}
        elif customer.likes == "gift":
            shares = {GIFTS: 10.0, DRIP: 2.0}
        elif customer.average < 330:
            shares = {DRINKS: 10.0, BEANS: 0.4}
        else:
            shares = {BEANS: 6.0, DRIP: 3.0, DRINKS: 3.0, EQUIPMENT: 0.7, GIFTS: 0.2}
        pool = [
            (share * (3.0 if product.taste == customer.likes else 0.7) * self.random.uniform(0.2, 2.2), product)
            for category, share in shares.items()
            for product in self.by_category[category]
        ]
        return list(zip(accumulate(weight for weight, _product in pool), (p for _w, p in pool), strict=True))

    def _basket(self, customer: Invented, favourites: list[tuple[float, DemoProduct]], day: date) -> list[InventedLine]:
        random = self.random
        season = SEASON[day.month - 1]
        target = customer.average * random.lognormvariate(-0.045, 0.3) * (0.9 + 0.1 * season)
        weights = [weight for weight, _product in favourites]
        lines: list[InventedLine] = []
        spent = 0.0
        while not lines or (spent < target * 0.86 and len(lines) < 6):
            left = target - spent
            for _try in range(6):
                place = bisect.bisect(weights, random.random() * weights[-1])
                product = favourites[min(place, len(favourites) - 1)][1]
                if float(product.price) <= left * 1.25 and all(line.product is not product for line in lines):
                    break
            else:
                if lines:
                    break
            is_bulk = customer.likes in ("wholesale", "gift")
            share = random.uniform(0.5, 1.0) if is_bulk else random.uniform(0.25, 0.9)
            most = 400 if is_bulk else 4
            quantity = max(1, min(most, round(left * share / float(product.price))))
            line = self._line(
                product, day, quantity, discount=customer.likes == "wholesale" and customer.average > 4_000
            )
            lines.append(line)
            spent += float(line.unit_price) * quantity
        if customer.kind == "person" and day.month == 12 and random.random() < 0.18:
            lines.append(self._line(random.choice(self.by_category[GIFTS][:3]), day, random.randint(1, 3)))
        return lines

    def _line(self, product: DemoProduct, day: date, quantity: int, *, discount: bool = False) -> InventedLine:
        price = product.price
        if (self.today - day).days > PRICES_ROSE_DAYS_AGO:
            price = (price * OLD_PRICES / 5).quantize(Decimal(1), ROUND_HALF_UP) * 5
        if discount:
            price = (price * Decimal("0.925")).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return InventedLine(product, quantity, price)

    def _return(self, order: InventedOrder) -> None:
        """A few days later something comes back: a credit of its own."""
        at = order.ordered_at + timedelta(days=self.random.randint(1, 9), hours=1)
        line = order.lines[0]
        if at > self.now or line.product.category == DRINKS:
            return
        back = InventedLine(line.product, -min(line.quantity, self.random.randint(1, 2)), line.unit_price)
        self.made.append(InventedOrder(seeded_uuid7(self.random, at), order.customer, at, order.channel, [back]))

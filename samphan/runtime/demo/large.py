"""A company of any size, made by sets in PostgreSQL: for measuring, and to see what a million customers feel like."""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from psycopg import sql

from samphan.administration.actions import create_workspace
from samphan.administration.models import Workspace
from samphan.commerce.events import PurchaseTotalsChanged
from samphan.commerce.models import Product
from samphan.customers.events import SearchWordsWanted
from samphan.customers.models import Tag
from samphan.platform.bulk import copy_rows
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset
from samphan.platform.events import publish
from samphan.platform.ids import uuid7
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.collation import sort_key
from samphan.platform.thai.geography import geography
from samphan.platform.thai.romanise import romanise
from samphan.runtime.demo import large_sql, names
from samphan.runtime.demo.products import NO_LONGER_SOLD, products
from samphan.runtime.demo.staff import hire
from samphan.runtime.demo.writing import insert_rows
from samphan.runtime.postgres import EmbeddedPostgres

SLUG, NAME, NAME_EN = "large", "โรงคั่วดอยหมอก (ฐานใหญ่)", "Doi Mok Roasters (large)"
LOADED = "administration.large_demo_loaded"
AT_ONCE = 50_000  # customers of one transaction: the checks of its keys wait in memory until it ends
SEED = 0.2569  # of PostgreSQL's random(), with the number of the transaction
TAGS = ("สมาชิก", "ขายส่ง", "คั่วอ่อน", "คั่วกลาง", "คั่วเข้ม", "นมโอ๊ต", "ดีแคฟ", "เวิร์กช็อปดริป", "ของขวัญองค์กร", "ลูกค้าต่างชาติ")
HALF_OF_PEOPLE = 0.48  # live in Bangkok


@dataclass(frozen=True)
class _Word:
    """A word of a name with what the list and the search need of it, worked out once."""

    text: str
    letters: str  # the sort key's letters
    marks: str  # and its marks, with a 0 for each letter
    latin: str


def load_large(customers: int, now: datetime, say: Callable[[str], None]) -> dict[str, Any]:
    """Make a workspace of so many customers and twice as many orders. Killed half-way, it is made anew next time."""
    began = time.monotonic()
    workspace = create_workspace(slug=SLUG, name=NAME, name_en=NAME_EN, is_demo=True)
    members = hire(workspace)
    orders = lines = 0
    with (
        in_workspace(workspace.id),
        changeset(LOADED, member_id=members["may"].pk, note={"customers": customers}) as act,
    ):
        _write_products(workspace, act, now)
        _write_tags(workspace, act, now)
    owners = [str(members[key].pk) for key in ("may", "boy", "kong", "pui")]
    sources = json.dumps({"*": ["system", now.isoformat(timespec="seconds")]})
    with _words(), connection.cursor() as cursor:
        for piece in range(math.ceil(customers / AT_ONCE)):
            first, last = piece * AT_ONCE + 1, min((piece + 1) * AT_ONCE, customers)
            with in_workspace(workspace.id), changeset(LOADED, resume=act):
                values = {
                    "workspace": workspace.id, "act": act, "first": first, "last": last, "now": now, "owners": owners,
                    "seed": (SEED + piece * 0.618_034) % 1, "sources": sources,
                }  # fmt: skip
                made = _make(cursor, values)
                orders, lines = orders + made["orders"], lines + made["lines"]
                publish(PurchaseTotalsChanged(last - first + 1, []))
            say(f"{last:,} of {customers:,} customers, {orders:,} orders, {time.monotonic() - began:.0f} s")
    with in_workspace(workspace.id):
        Changeset.objects.filter(pk=act).update(note={"customers": customers, "complete": True})
        publish(SearchWordsWanted())
    analyse()
    return {
        "workspace": workspace.slug,
        "customers": customers,
        "products": len(products()),
        "orders": orders,
        "lines": lines,
    }


def is_complete(workspace: Workspace) -> bool:
    """False when the making of the large company was interrupted."""
    with in_workspace(workspace.id):
        return Changeset.objects.filter(kind=LOADED, note__complete=True).exists()


def analyse() -> None:
    """Tell the planner about the new rows now: the first page must not wait for autovacuum to come round."""
    environment = settings.ENVIRONMENT
    if environment.is_embedded:
        with EmbeddedPostgres(environment.home, environment.postgres_bin).superuser() as superuser:
            superuser.autocommit = True
            for table in large_sql.TABLES:
                # Visibility maps too, without which index-only scans read the table all the same.
                superuser.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


def _make(cursor: Any, values: dict[str, Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    cursor.execute("SELECT setseed(%(seed)s)", values)
    for name, statement in large_sql.STATEMENTS:
        cursor.execute(statement, values)
        counts[name] = cursor.rowcount
    return counts


@contextmanager
def _words() -> Iterator[None]:
    """Temporary tables of the words that names and addresses are made of, for this connection."""
    texts = (*names.FEMALE, *names.MALE)
    genders = ["female"] * len(names.FEMALE) + ["male"] * len(names.MALE)
    nicknames = (*names.FEMALE_NICKNAMES, *names.MALE_NICKNAMES)
    shops = [
        pattern.format(word).strip()
        for word in (*names.SHOP_WORDS, *names.COMPANY_WORDS, *names.HOTEL_WORDS)
        for pattern in (*names.CAFE_PATTERNS, "บริษัท {0} จำกัด", "หจก. {0}", "โรงแรม{0}")
    ]
    places = [
        (index, place.name, geography().districts[place.code[:4]].name, geography().provinces[place.code[:2]].name,
         place.postcode, place.code)
        for index, place in enumerate(_places())
    ]  # fmt: skip
    with connection.cursor() as cursor:
        for statement in large_sql.WORD_TABLES:
            cursor.execute(statement)
        columns = ["id", "text", "letters", "marks", "latin"]
        copy_rows(
            cursor, "demo_first", [*columns, "gender"],
            [(*row, gender) for row, gender in zip(_rows(texts), genders, strict=True)],
        )  # fmt: skip
        copy_rows(cursor, "demo_last", columns, _rows(names.families()))
        copy_rows(cursor, "demo_nickname", columns, _rows(nicknames))
        copy_rows(
            cursor, "demo_shop", ["id", "text", "key", "latin"],
            [(index, text, sort_key(text), _latin(text)) for index, text in enumerate(shops)],
        )  # fmt: skip
        copy_rows(cursor, "demo_place", ["id", "subdistrict", "district", "province", "postcode", "code"], places)
        for table in large_sql.WORD_NAMES:
            cursor.execute(f"ANALYZE {table}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS " + ", ".join(large_sql.WORD_NAMES))


def _rows(texts: Iterable[str]) -> list[tuple[int, str, str, str, str]]:
    rows = []
    for index, text in enumerate(texts):
        word = _word(text)
        rows.append((index, word.text, word.letters, word.marks, word.latin))
    return rows


def _word(text: str) -> _Word:
    letters, _tab, marks = sort_key(text).partition("\t")
    # The key leaves out the zeros at its end, one for each letter; the word that follows needs them.
    return _Word(text, letters, marks + "0" * (len(letters) - marks.count("0")), _latin(text))


def _latin(text: str) -> str:
    return " ".join(romanise(word) for word in text.lower().split(" ") if any("ก" <= letter <= "ฮ" for letter in word))


def _places() -> list[Any]:
    """Every subdistrict with a postcode; Bangkok's as often as people live there."""
    everywhere = [place for place in geography().subdistricts.values() if place.postcode]
    bangkok = [place for place in everywhere if place.code.startswith("10")]
    others = [place for place in everywhere if not place.code.startswith("10")]
    wanted = int(len(others) * HALF_OF_PEOPLE / (1 - HALF_OF_PEOPLE))
    return others + [bangkok[number % len(bangkok)] for number in range(wanted)]


def _write_products(workspace: Workspace, act: UUID, now: datetime) -> None:
    insert_rows(
        Product,
        ("id", "workspace_id", "created_in", "sku", "name", "category", "unit", "unit_price", "is_active", "name_key",
         "created_at"),
        [
            (uuid7(), workspace.id, act, one.sku, one.name, one.category, one.unit, one.price,
             one.sku not in NO_LONGER_SOLD, sort_key(one.name), now)
            for one in products()
        ],
    )  # fmt: skip


def _write_tags(workspace: Workspace, act: UUID, now: datetime) -> None:
    insert_rows(
        Tag,
        ("id", "workspace_id", "created_at", "created_in", "name", "tone"),
        [(uuid7(), workspace.id, now, act, name, "slate") for name in TAGS],
    )

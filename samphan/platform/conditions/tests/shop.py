"""An entity with a field of every type, its table, and rows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from samphan.platform import related
from samphan.platform.catalogue import Choice, Entity, Field, Privacy, Sort, Type
from samphan.platform.related import Collection

WORKSPACE = UUID("0196f000-0000-7000-8000-000000000001")
OTHER_WORKSPACE = UUID("0196f000-0000-7000-8000-000000000002")

SCHEMA = """
CREATE TABLE shop_guest (
    id uuid PRIMARY KEY, workspace_id uuid NOT NULL, name varchar(200), note text, visits integer, spent numeric(14, 2),
    born date, birth varchar(10), seen_at timestamptz, stage varchar(20),
    tags text[], is_vip boolean, owner_id uuid, number varchar(40)
);
CREATE TABLE shop_contact (
    workspace_id uuid NOT NULL, guest_id uuid NOT NULL, kind varchar(10) NOT NULL, value varchar(100)
);
CREATE TABLE shop_order (
    id serial, workspace_id uuid NOT NULL, guest_id uuid, ordered_at timestamptz NOT NULL, total numeric(14, 2),
    channel varchar(60) NOT NULL DEFAULT '', way varchar(20), is_gift boolean
);
CREATE TABLE shop_event (
    id serial, workspace_id uuid NOT NULL, guest_id uuid, at timestamptz NOT NULL, name text NOT NULL, properties jsonb NOT NULL
);
CREATE TABLE shop_member (workspace_id uuid NOT NULL, segment_id uuid NOT NULL, guest_id uuid NOT NULL);
CREATE INDEX shop_order_guest ON shop_order (workspace_id, guest_id, ordered_at);
CREATE INDEX shop_event_guest ON shop_event (workspace_id, guest_id, at);
CREATE INDEX shop_guest_seen ON shop_guest (workspace_id, (GREATEST(seen_at, '-infinity'::timestamptz)), id);
CREATE INDEX shop_guest_spent ON shop_guest (workspace_id, (GREATEST(spent, '-Infinity'::numeric)), id);
CREATE INDEX shop_guest_name ON shop_guest (workspace_id, (GREATEST(name, '')), id);
CREATE INDEX shop_guest_birthday ON shop_guest (workspace_id, (substring(birth, 6, 5)));
CREATE INDEX shop_guest_stage ON shop_guest (workspace_id, stage);
CREATE INDEX shop_contact_guest ON shop_contact (workspace_id, guest_id, kind);
"""


def child(kind: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM shop_contact i WHERE i.workspace_id = shop_guest.workspace_id"
        f" AND i.guest_id = shop_guest.id AND i.kind = '{kind}' AND {{test}})"
    )


def shown(kind: str) -> str:
    return (
        "ARRAY(SELECT i.value FROM shop_contact i WHERE i.workspace_id = shop_guest.workspace_id"
        f" AND i.guest_id = shop_guest.id AND i.kind = '{kind}' ORDER BY i.value)"
    )


STAGES = (Choice("lead", "ว่าที่ลูกค้า"), Choice("regular", "ลูกค้าประจำ", "green"), Choice("lost", "หายไป", "rose"))
TAGS = tuple(Choice(value, value) for value in ("vip", "กาแฟ", "ร้าน,สาขา", "100%"))

WAYS = (Choice("post", "ไปรษณีย์"), Choice("own", "รับเอง"))

GUEST = Entity(
    name="guests",
    label="ลูกค้า",
    label_plural="ลูกค้า",
    label_count="ลูกค้า %(count)s ราย",
    model_label="shop.Guest",
    table="shop_guest",
    default_sort=(("seen_at", True),),
    url="/guests/",
    fields=(
        Field(
            "name", "ชื่อ", Type.TEXT, Privacy.PERSONAL, "shop_guest.name",
            sort=Sort("shop_guest.name", nothing="''"), is_list_default=True,
        ),
        Field("note", "บันทึก", Type.LONG_TEXT, Privacy.SENSITIVE, "shop_guest.note"),
        Field("visits", "จำนวนครั้ง", Type.NUMBER, Privacy.BUSINESS, "shop_guest.visits"),
        Field(
            "spent", "ยอดซื้อรวม", Type.MONEY, Privacy.FINANCIAL, "shop_guest.spent",
            sort=Sort("shop_guest.spent", "numeric", True, "'-Infinity'::numeric"), is_list_default=True,
        ),
        Field("born", "วันเกิด", Type.DATE, Privacy.PERSONAL, "shop_guest.born"),
        Field("birth", "วันเกิดเท่าที่รู้", Type.PARTIAL_DATE, Privacy.PERSONAL, "shop_guest.birth"),
        Field(
            "seen_at", "ซื้อล่าสุด", Type.DATETIME, Privacy.BUSINESS, "shop_guest.seen_at",
            sort=Sort("shop_guest.seen_at", "timestamptz", True, "'-infinity'::timestamptz"), is_list_default=True,
        ),
        Field("stage", "สถานะ", Type.CHOICE, Privacy.BUSINESS, "shop_guest.stage", choices=STAGES),
        Field("tags", "แท็ก", Type.MULTI_CHOICE, Privacy.BUSINESS, "shop_guest.tags", choices=TAGS),
        Field(
            "labels", "ป้าย", Type.MULTI_CHOICE, Privacy.BUSINESS, shown("label"),
            value_sql="i.value", many=child("label"), choices=lambda: TAGS,
        ),
        Field("is_vip", "คนสำคัญ", Type.BOOLEAN, Privacy.BUSINESS, "shop_guest.is_vip"),
        Field("owner", "ผู้ดูแล", Type.MEMBER, Privacy.BUSINESS, "shop_guest.owner_id"),
        Field(
            "phone", "โทรศัพท์", Type.PHONE, Privacy.CONTACT, shown("phone"), value_sql="i.value", many=child("phone"),
            folded_sql="i.value", normalise=lambda text: "".join(letter for letter in text if letter.isdigit()),
        ),
        Field(
            "email", "อีเมล", Type.EMAIL, Privacy.CONTACT, shown("email"), value_sql="i.value", many=child("email"),
        ),
        Field("number", "รหัสสมาชิก", Type.IDENTIFIER, Privacy.BUSINESS, "shop_guest.number"),
    ),
)  # fmt: skip

ORDERS = related.register(
    Collection(
        name="orders",
        of="guests",
        rows="shop_order",
        owner="shop_order.guest_id",
        time="ordered_at",
        entity=Entity(
            name="shop_orders",
            label="ใบสั่งซื้อ",
            label_plural="ใบสั่งซื้อ",
            model_label="shop.Order",
            table="shop_order",
            fields=(
                Field("ordered_at", "สั่งเมื่อ", Type.DATETIME, Privacy.BUSINESS, "shop_order.ordered_at"),
                Field("total", "ยอด", Type.MONEY, Privacy.FINANCIAL, "shop_order.total"),
                Field("channel", "ช่องทาง", Type.TEXT, Privacy.BUSINESS, "shop_order.channel"),
                Field("way", "วิธีส่ง", Type.CHOICE, Privacy.BUSINESS, "shop_order.way", choices=WAYS),
                Field("is_gift", "ของขวัญ", Type.BOOLEAN, Privacy.BUSINESS, "shop_order.is_gift"),
            ),
        ),
    )
)
EVENTS = related.register(
    Collection(
        name="events",
        of="guests",
        rows="shop_event",
        owner="shop_event.guest_id",
        time="at",
        names="name",
        properties="shop_event.properties",
        known=lambda workspace_id: {"Looked": {"price": Type.NUMBER, "page": Type.TEXT, "at": Type.DATETIME}},
        entity=Entity(
            name="shop_events",
            label="เหตุการณ์",
            label_plural="เหตุการณ์",
            model_label="shop.Event",
            table="shop_event",
            fields=(
                Field("at", "เมื่อ", Type.DATETIME, Privacy.BUSINESS, "shop_event.at"),
                Field("name", "ชื่อเหตุการณ์", Type.TEXT, Privacy.BUSINESS, "shop_event.name"),
            ),
        ),
    )
)

COLUMNS = ("name", "note", "visits", "spent", "born", "birth", "seen_at", "stage", "tags", "is_vip", "owner", "number")
CHILDREN = {"phone": "phone", "email": "email", "labels": "label"}


@dataclass(frozen=True)
class Clerk:
    """A viewer who reads every privacy class but the hidden ones."""

    hidden: frozenset[str] = field(default_factory=frozenset)
    workspace_id: UUID = WORKSPACE

    def may_read(self, privacy: str) -> bool:
        return privacy not in self.hidden

    def may_read_masked(self, privacy: str) -> bool:
        return False


def insert_sql() -> str:
    names = ", ".join("owner_id" if name == "owner" else name for name in COLUMNS)
    return f"INSERT INTO shop_guest (id, workspace_id, {names}) VALUES (%s, %s, {', '.join(['%s'] * len(COLUMNS))})"


def insert_values(row: Mapping[str, object]) -> list[object]:
    return [row.get(name) for name in COLUMNS]

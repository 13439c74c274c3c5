"""What the people of a small company do in a day, in any order: the acts that the property of undo is tried on."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from samphan.administration import settings
from samphan.administration.custom_fields import files as field_files
from samphan.administration.custom_fields import hosts
from samphan.administration.custom_fields.actions import Draft, add_field
from samphan.administration.custom_fields.groups import groups_of, rename_group
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.lists import acts as list_acts
from samphan.administration.lists.editing import CellEdit
from samphan.administration.models import ListAct, Member, Workspace
from samphan.commerce import actions as commerce
from samphan.commerce.models import Order, Product
from samphan.customers import actions as customers
from samphan.customers.actions.addresses import one_line
from samphan.customers.actions.editing import raw_value
from samphan.customers.models import Address, Customer, Identity, Preference
from samphan.insights import actions as insights
from samphan.insights.periods import named
from samphan.objects import actions as objects
from samphan.objects import definitions
from samphan.objects.cells import cells_of
from samphan.objects.models import CustomObject, ObjectRecord, RecordNote
from samphan.objects.sharing import share_record
from samphan.platform.attachments import held_files
from samphan.platform.errors import DomainError
from samphan.platform.imports import actions as imports
from samphan.platform.imports import engine
from samphan.platform.imports.correcting import correct_cell
from samphan.platform.imports.fixes import Fix
from samphan.platform.imports.fixing import apply_fix
from samphan.platform.imports.models import ImportBatch
from samphan.platform.thai.calendar import BANGKOK
from samphan.work import actions as work
from samphan.work.models import Activity, Task
from samphan.work.recurrence import Every, Recurrence

# Small pools, so that acts meet each other: the same telephone, number, tag and name come again and again.
NAMES = ("นายสมชาย ใจดี", "สมหญิง งามตา (หญิง)", "ดร.อารีย์ ชอบเรียน", "บริษัท กาแฟดอย จำกัด", "Anna Berg", "ก้อง")
NICKNAMES = ("ต้น", "แพร", "Boy")
PHONES = ("081-234-5678", "089 765 4321", "02-123-4567", "0999999999")
EMAILS = ("a@example.com", "ข้าว@example.com", "c@example.com", "not an e-mail")
LINES = ("prae.akr", "kong99")
CODES = ("K1", "K2", "K3", "K4", "K5")
TAX_IDS = ("0105537000017", "0107537000521", "12")
ADDRESSES = (
    "12/8 ซ.อารีย์สัมพันธ์ 5 แขวงพญาไท เขตพญาไท กรุงเทพฯ 10400",
    "99 ม.3 ต.สุเทพ อ.เมืองเชียงใหม่ จ.เชียงใหม่ 50200",
    "1 ถ.สุขุมวิท",
)
TAGS = ("ขายส่ง", "นมโอ๊ต", "VIP")
GRADES, STAGES = ("A", "B", "", "Z"), ("lead", "regular", "at_risk", "")
DAYS = ("14/12/2532", "1 ม.ค. 2540", "5 พ.ย.", "พ.ย. 2530", "พ.ศ. 2530", "")
WORDS = ("ชอบที่นั่งริมหน้าต่าง", "ไม่ใส่น้ำตาล", "ขอหมอนเพิ่มสองใบ", "")
NUMBERS = ("SO-1", "SO-2", "SO-3")
SKUS = ("B-01", "B-02", "B-03")
AMOUNTS = ("1", "2", "-1", "0.333", "1200")

COLUMNS = {
    "รหัสลูกค้า": CODES,
    "ชื่อ": NAMES,
    "ชื่อเล่น": NICKNAMES,
    "โทรศัพท์": PHONES,
    "อีเมล": EMAILS,
    "LINE ID": LINES,
    "เลขผู้เสียภาษี": TAX_IDS,
    "ที่อยู่": ADDRESSES,
    "แท็ก": TAGS,
    "เกรด": GRADES,
    "วันเกิด": DAYS,
    "หมายเหตุ": WORDS,
}
ORDER_COLUMNS = {
    "เลขที่ใบสั่งซื้อ": NUMBERS,
    "วันที่สั่งซื้อ": ("21 พ.ย. 2568", "5 มกราคม 2569"),
    "ลูกค้า": (*CODES, "สมชาย ใจดี", "0812345678", ""),
    "รหัสสินค้า": SKUS,
    "รายละเอียด": ("กาแฟคั่วกลาง", "แก้ว"),
    "จำนวน": AMOUNTS,
    "ราคาต่อหน่วย": ("100", "33.333333", "สองร้อย"),
}
PRODUCT_COLUMNS = {
    "รหัสสินค้า": SKUS,
    "ชื่อสินค้า": ("กาแฟ", "แก้วเซรามิก", "ชา"),
    "ราคา": ("100", "250.50", ""),
    "หมวดหมู่": ("เครื่องดื่ม", ""),
}
BULK = (("grade", GRADES), ("stage", STAGES), ("source", ("งานแสดงสินค้า", "")), ("birth_date", DAYS), ("note", WORDS))
CELLS = (("name", NAMES), ("nickname", NICKNAMES), ("grade", GRADES), ("tax_id", TAX_IDS), ("tags", ("VIP", "", "ขายส่ง, VIP")),
         ("note", WORDS), ("birth_date", DAYS), ("first_name", ("สมศรี", "Lek", "")), ("last_name", ("", "มีสุข")))  # fmt: skip
SETTINGS = (
    ("company", (("name_en", ("Doi Mok", "Doi Mok Roasters", "")), ("phone", ("+6653123456", "")))),
    ("region", (("era", ("be", "ce")), ("week_start", (0, 6)))),
    ("hours", (("0", ("09:00-18:00", "08:00-12:00", "")), ("6", ("", "10:00-16:00")))),
    ("numbering", (("orders:prefix", ("SO", "ขาย-")), ("orders:digits", (4, 6)), ("customers:is_on", (False, True)))),
)
START = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)

CUSTOMERS = """รหัสลูกค้า,ชื่อ,ชื่อเล่น,โทรศัพท์,อีเมล,ที่อยู่,แท็ก,เกรด
K1,นายสมชาย ใจดี,ต้น,081-234-5678,a@example.com,99 ม.3 ต.สุเทพ อ.เมืองเชียงใหม่ จ.เชียงใหม่ 50200,VIP,A
K2,สมหญิง งามตา,,081-234-5678,,,ขายส่ง,
K3,บริษัท กาแฟดอย จำกัด,,02-123-4567,c@example.com,,VIP,B
"""
ORDERS = """เลขที่ใบสั่งซื้อ,วันที่สั่งซื้อ,ลูกค้า,รหัสสินค้า,รายละเอียด,จำนวน,ราคาต่อหน่วย
SO-1,5 มกราคม 2569,K1,B-01,กาแฟคั่วกลาง,2,100
SO-1,5 มกราคม 2569,K1,B-02,แก้ว,1,33.333333
SO-2,6 มกราคม 2569,K3,B-01,กาแฟคั่วกลาง,-1,100
"""

Pick = Callable[[Sequence[Any]], Any]


class Company:
    """One company and its people; every act draws what it needs from `pick`, and raises a refusal as the product does."""

    def __init__(self, workspace: Workspace, members: Sequence[Member], folder: Path) -> None:
        self.workspace = workspace
        self.members = members
        self.folder = folder
        self.hours = 0

    def now(self) -> datetime:
        """Later each time."""
        self.hours += 1
        return START + timedelta(hours=self.hours)

    def open(self) -> None:
        """A few customers who share things, what they bought, and what is to be done."""
        self.run(self.take(CUSTOMERS, "customers"))
        self.run(self.take(ORDERS, "orders"))
        owner = self.members[0]
        for topic, _values in SETTINGS:
            settings.store.write(topic, {}, acting_member=owner)  # the first look at a topic writes its defaults down
        definitions.add_object(definitions.Draft(label_th="เครื่องชง", label_en="Machine"), acting_member=owner)
        add_field(hosts.hosts()[0], Draft("file", "สัญญา", label_en="Contract"), acting_member=owner)
        objects.create_record(self.machines, {"title": "Linea", "code": "K1", "customer": "K1"}, acting_member=owner)
        for customer in self.people():
            customers.add_preference(customer, WORDS[0], acting_member=owner, at=self.now())
            work.write_activity(customer, "note", WORDS[1], acting_member=owner, at=self.now())
            work.create_task(work.Plan("โทรกลับ", owner.pk, customer.pk), acting_member=owner, at=self.now())

    @property
    def machines(self) -> CustomObject:
        """The kind of record of the company's own."""
        return CustomObject.objects.get(key="machine")

    @property
    def contracts(self) -> CustomField:
        """The field of files that customers have."""
        return CustomField.objects.get(kind="file")

    # Who and what is there, in an order that does not hang on ids

    def people(self) -> list[Customer]:
        return list(Customer.objects.visible_to(self.members[0]).order_by("created_at", "name_key", "note", "id"))

    def some(self, pick: Pick) -> list[UUID]:
        """Some of the customers; a selection may name one twice, or one that is gone."""
        everybody = list(Customer.objects.order_by("created_at", "name_key", "note", "id").values_list("pk", flat=True))
        if not everybody:
            raise DomainError
        if pick((False, False, True)):
            return everybody
        return [pick(everybody) for _each in range(pick((1, 2, 3, 5)))]

    def member(self, pick: Pick) -> Member:
        return pick(self.members)

    def one(self, pick: Pick, rows: Sequence[Any]) -> Any:
        if not rows:
            raise DomainError
        return pick(rows)

    # Files

    def take(self, text: str, kind: str, **mapping: Any) -> ImportBatch:
        path = self.folder / "in.csv"
        path.write_text(text, "utf-8")
        batch = imports.take_file(path, file_name="ไฟล์.csv", kind_name=kind, member_id=None)
        imports.set_mapping(batch, **{"columns": batch.mapping["columns"], **mapping})
        return batch

    def table(self, pick: Pick, columns: dict[str, Sequence[str]], always: Sequence[str]) -> str:
        headings = [name for name in columns if name in always or pick((True, False))]
        lines = [[pick((*columns[name], "")) for name in headings] for _row in range(pick((1, 2, 4, 7)))]
        written = io.StringIO()
        csv.writer(written).writerows([headings, *lines])
        return written.getvalue()

    def import_customers(self, pick: Pick) -> None:
        """A file with new and known customers, the same one twice, and rows that do not pass."""
        text = self.table(pick, COLUMNS, ("รหัสลูกค้า", "ชื่อ") if pick((True, False)) else ("ชื่อ", "โทรศัพท์"))
        batch = self.take(text, "customers", existing=pick(("file", "file", "fill", "new")))
        if pick((True, False)):
            self.mend(pick, batch)
        self.run(batch)

    def mend(self, pick: Pick, batch: ImportBatch) -> None:
        """Fix what the check found: many rows at once where that is offered, else a cell."""
        engine.check(batch.id, batch.workspace_id)
        batch.refresh_from_db()
        for group in batch.result["problems"]:
            for offer in group["fixes"]:
                fix = Fix(group["column"], group["code"], offer["do"], offer["old"], offer["new"])
                if apply_fix(batch, fix) is None:
                    engine.check(batch.id, batch.workspace_id)
                    batch.refresh_from_db()
                return
        problem = batch.problems.order_by("id").first()
        if problem is not None and problem.column:
            correct_cell(batch, problem.row, problem.column, pick((PHONES[0], EMAILS[0], "")))
            batch.refresh_from_db()

    def import_orders(self, pick: Pick) -> None:
        """Lines of new and known orders, of customers whom nobody knows yet too."""
        always = ("เลขที่ใบสั่งซื้อ", "วันที่สั่งซื้อ", "ลูกค้า", "จำนวน", "ราคาต่อหน่วย")
        self.run(self.take(self.table(pick, ORDER_COLUMNS, always), "orders"))

    def import_products(self, pick: Pick) -> None:
        self.run(self.take(self.table(pick, PRODUCT_COLUMNS, ("รหัสสินค้า", "ชื่อสินค้า")), "products"))

    def run(self, batch: ImportBatch) -> None:
        engine.start(batch)
        engine.run(batch.id, batch.workspace_id)

    # Many at once

    def bulk_edit(self, pick: Pick) -> None:
        """One field of some: in parts that share a changeset, as the job does it."""
        field, values = pick((*BULK, ("owner", ("", *(str(member.pk) for member in self.members)))))
        member = self.member(pick)
        act = list_acts.begin("customers", field, pick(values), self.some(pick), acting_member=member)
        while list_acts.carry_out(act.pk, member):
            if pick((False, False, False, True)):
                list_acts.cancel(act.pk, acting_member=member)
        assert ListAct.objects.get(pk=act.pk).state != ListAct.State.WAITING

    def tag(self, pick: Pick) -> None:
        act = pick((customers.tag_customers, customers.tag_customers, customers.untag_customers))
        act(self.some(pick), pick(TAGS), acting_member=self.member(pick))

    def assign(self, pick: Pick) -> None:
        owner = pick(("", *(str(member.pk) for member in self.members)))
        customers.assign_owner(self.some(pick), owner, acting_member=self.member(pick), at=self.now())

    def share(self, pick: Pick) -> None:
        customers.share_customers(
            self.some(pick), member_ids=[pick(self.members).pk], team_ids=[], acting_member=self.member(pick)
        )

    def setting(self, pick: Pick) -> None:
        """A topic of the settings; each value goes back by itself."""
        topic, values = pick(SETTINGS)
        settings.store.write(topic, {name: pick(choices) for name, choices in values}, acting_member=self.member(pick))

    def grade(self, pick: Pick) -> None:
        """Grades from what everybody bought."""
        insights.apply_grades(named("all", START.date()), BANGKOK, acting_member=self.member(pick), at=self.now())

    def paste(self, pick: Pick) -> None:
        columns = [pick(CELLS) for _column in range(pick((1, 2, 3)))]
        edits = {(one, field): pick(values) for one in self.some(pick) for field, values in columns}
        cells = [CellEdit(one, field, value) for (one, field), value in edits.items()]
        customers.CustomerCells(self.member(pick), self.now()).write(cells)

    def delete(self, pick: Pick) -> None:
        customers.delete_customers(self.some(pick), acting_member=self.member(pick), at=self.now())

    def restore(self, pick: Pick) -> None:
        customers.restore_customers(self.some(pick), acting_member=self.member(pick), at=self.now())

    # One record by hand

    def create(self, pick: Pick) -> None:
        values = {"name": pick(NAMES), "phone": pick((*PHONES, "")), "external_id": pick((*CODES, "")),
                  "tags": pick((*TAGS, "")), "address": pick((*ADDRESSES, ""))}  # fmt: skip
        customers.create_customer(values, acting_member=self.member(pick), at=self.now())

    def edit(self, pick: Pick) -> None:
        customer = self.one(pick, self.people())
        field, values = pick(
            (*CELLS, ("kind", ("person", "organisation")), ("title", ("คุณ", "นาย")), ("stage", STAGES))
        )
        if field == "tags":
            raise DomainError
        seen = raw_value(customer, field)
        customers.edit_field(customer, field, pick(values), seen=seen, acting_member=self.member(pick), at=self.now())

    def contact_point(self, pick: Pick) -> None:
        customer, member = self.one(pick, self.people()), self.member(pick)
        kind, values = pick((("phone", PHONES), ("email", EMAILS), ("line", LINES), ("external", CODES)))
        mine = list(Identity.objects.filter(customer=customer).order_by("kind", "position", "value"))
        do = pick(("add", "edit", "remove", "set"))
        if do == "set":
            texts = [pick(values) for _text in range(pick((0, 1, 2, 3)))]
            customers.set_contact_points(customer, kind, texts, acting_member=member, at=self.now())
            return
        if do == "add" or not mine:
            customers.add_contact_point(customer, kind, pick(values), acting_member=member, at=self.now())
            return
        identity = pick(mine)
        if do == "remove":
            customers.remove_contact_point(identity, acting_member=member, at=self.now())
        else:
            typed = pick({"phone": PHONES, "email": EMAILS, "line": LINES}.get(identity.kind, CODES))
            customers.edit_contact_point(identity, typed, seen=identity.value, acting_member=member, at=self.now())

    def address(self, pick: Pick) -> None:
        customer, member = self.one(pick, self.people()), self.member(pick)
        mine = list(Address.objects.filter(customer=customer).order_by("position", "line"))
        do = pick(("add", "edit", "remove"))
        if do == "add" or not mine:
            customers.add_address(customer, pick(ADDRESSES), acting_member=member, at=self.now())
        elif do == "edit":
            old = pick(mine)
            customers.edit_address(old, pick(ADDRESSES), seen=one_line(old), acting_member=member, at=self.now())
        else:
            customers.remove_address(pick(mine), acting_member=member, at=self.now())

    def preference(self, pick: Pick) -> None:
        customer, member = self.one(pick, self.people()), self.member(pick)
        mine = list(Preference.objects.filter(customer=customer, withdrawn_at=None).order_by("noted_at"))
        do = pick(("add", "edit", "withdraw"))
        if do == "add" or not mine:
            customers.add_preference(customer, pick(WORDS), acting_member=member, at=self.now())
        elif do == "withdraw":
            customers.withdraw_preference(pick(mine), acting_member=member, at=self.now())
        else:
            one = pick(mine)
            customers.edit_preference(one, text=pick(WORDS), kind=one.kind, confidence="guessed", source="LINE",
                                      seen=one.text, acting_member=member)  # fmt: skip

    def attached(self, pick: Pick) -> None:
        customer, member, host = self.one(pick, self.people()), self.member(pick), hosts.hosts()[0]
        held = held_files(customer.custom.get(self.contracts.key))
        if held and pick((False, True)):
            gone = pick(held).id
            field_files.remove_file(host, customer, self.contracts, gone, acting_member=member, at=self.now())
        else:
            sent = [(pick(("สัญญา.txt", "a.txt", "x.exe")), ContentFile(b"ok"))]
            field_files.add_files(host, customer, self.contracts, sent, acting_member=member, at=self.now())

    def activity(self, pick: Pick) -> None:
        customer, member = self.one(pick, self.people()), self.member(pick)
        mine = list(Activity.objects.filter(member_id=member.pk).order_by("at"))
        do = pick(("write", "edit", "delete"))
        if do == "write" or not mine:
            work.write_activity(
                customer, pick(("note", "call", "visit")), pick(WORDS), acting_member=member, at=self.now()
            )
        elif do == "edit":
            work.edit_activity(pick(mine), pick(WORDS), acting_member=member)
        else:
            work.delete_activity(pick(mine), acting_member=member)

    def task(self, pick: Pick) -> None:
        member = self.member(pick)
        tasks = list(Task.objects.order_by("created_at", "title", "due_on", "id"))
        do = pick(("create", "change", "move", "postpone"))
        day = pick((date(2026, 1, 12), date(2026, 2, 3), None))
        hour = datetime(2026, 1, 12, 4, 0, tzinfo=UTC) if day and pick((True, False)) else None
        people = self.people()
        plan = work.Plan(pick(("โทรกลับ", "ส่งใบเสนอราคา")), self.member(pick).pk, pick(people).pk if people else None,
                         due_on=day, due_at=hour, recurrence=Recurrence(Every.WEEK) if day else None)  # fmt: skip
        if do == "create" or not tasks:
            work.create_task(plan, acting_member=member, at=self.now())
        elif do == "change":
            work.change_task(pick(tasks), plan, acting_member=member)
        elif do == "move":
            work.move_task(pick(tasks), pick(tuple(Task.State.values)), acting_member=member, at=self.now())
        else:
            work.postpone_task(pick(tasks), day, due_at=hour, acting_member=member)

    def order(self, pick: Pick) -> None:
        member = self.member(pick)
        orders = list(Order.objects.order_by("number"))
        people = self.people()
        who = pick(people).pk if people and pick((True, True, False)) else None
        do = pick(("create", "lines", "edit", "delete"))
        lines = [self.line(pick) for _line in range(pick((1, 2, 3)))]
        if do == "create" or not orders:
            commerce.create_order(
                number=pick(NUMBERS), ordered_at=self.now(), lines=lines, customer_id=who, acting_member=member
            )
        elif do == "lines":
            commerce.edit_order(pick(orders), lines=lines, acting_member=member)
        elif do == "edit":
            commerce.edit_order(pick(orders), number=pick(NUMBERS), customer_id=who, acting_member=member)
        else:
            commerce.delete_order(pick(orders), acting_member=member)

    def line(self, pick: Pick) -> commerce.Line:
        product = Product.objects.filter(sku=pick(SKUS)).first()
        return commerce.Line(Decimal(pick(AMOUNTS)), Decimal("33.333333"), "", "กาแฟ", product.pk if product else None)

    def machine(self, pick: Pick) -> None:
        """A record of the company's own kind."""
        kind, member = self.machines, self.member(pick)
        records = list(ObjectRecord.objects.of(kind).order_by("created_at", "title", "code", "id"))
        notes = list(RecordNote.objects.filter(member_id=member.pk).order_by("at"))
        values = {
            "title": pick(("Linea", "Slayer", "เอสเพรสโซ")),
            "code": pick((*CODES, "")),
            "customer": pick((*CODES, "")),
        }
        do = pick(("add", "change", "paste", "delete", "restore", "note", "unnote", "share"))
        if do == "add" or not records:
            objects.create_record(kind, values, acting_member=member, at=self.now())
        elif do == "change":
            objects.change_record(kind, self.one(pick, records), values, acting_member=member)
        elif do == "paste":
            edits = [CellEdit(pick(records).pk, name, value) for name, value in values.items()]
            cells_of(kind)(member, self.now()).write(edits)
        elif do == "delete":
            objects.delete_records(kind, [pick(records).pk], acting_member=member, at=self.now())
        elif do == "restore":
            objects.restore_records(kind, [one.pk for one in records], acting_member=member, at=self.now())
        elif do == "share":
            them = {"member_ids": [pick(self.members).pk], "team_ids": []}
            share_record(kind, pick(records), acting_member=member, **them)
        elif do == "note" or not notes:
            objects.write_note(kind, pick(records), pick(WORDS), acting_member=member, at=self.now())
        else:
            objects.delete_note(kind, pick(notes), acting_member=member)

    def field_group(self, pick: Pick) -> None:
        """The group of the field of files gets another name."""
        host, member = hosts.find("customers"), self.member(pick)
        assert host is not None
        (group,) = groups_of(host, self.workspace.pk)
        rename_group(host, group.key, th=pick(("สัญญา", "เอกสาร", "")), en=pick(("Papers", "")), acting_member=member)

    def product(self, pick: Pick) -> None:
        member = self.member(pick)
        products = list(Product.objects.order_by("sku"))
        do = pick(("create", "edit", "delete"))
        if do == "create" or not products:
            commerce.create_product(sku=pick(SKUS), name=pick(("กาแฟ", "ชา")), acting_member=member)
        elif do == "edit":
            commerce.edit_product(pick(products), name=pick(("เค้ก", "ชา")), sku=pick(SKUS), acting_member=member)
        else:
            commerce.delete_product(pick(products), acting_member=member)

    ACTS = (
        "import_customers", "import_orders", "import_products", "bulk_edit", "tag", "assign", "share", "grade", "paste",
        "delete", "restore", "create", "edit", "contact_point", "address", "preference", "activity", "task", "order", "product",
        "machine", "setting", "attached", "field_group",
    )  # fmt: skip

    def do(self, name: str, pick: Pick) -> bool:
        """One act; False when the product refused it, which leaves nothing behind."""
        try:
            with transaction.atomic():
                getattr(self, name)(pick)
        except DomainError:
            return False
        return True

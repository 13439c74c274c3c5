"""Two companies full of marks: every value of every record is a text that stands nowhere else.

A page that holds a mark shows the value, so the marks that a member must not find are known before anything is asked.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.files.base import ContentFile
from django.utils import timezone

from samphan.administration import actions as people
from samphan.administration.custom_fields import files as field_files
from samphan.administration.custom_fields import hosts
from samphan.administration.custom_fields.actions import Draft, add_field
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.custom_fields.writing import write_values
from samphan.administration.models import Member, Workspace
from samphan.administration.reaching import Delegation, RecordShare
from samphan.customers import actions
from samphan.customers.models import Customer, Identity
from samphan.objects import actions as objects
from samphan.objects import definitions
from samphan.objects.known import find_object
from samphan.platform.access import Reach, permissions
from samphan.platform.catalogue import Privacy
from samphan.platform.changes.recording import changeset
from samphan.platform.imports.actions import take_file
from samphan.platform.imports.models import ImportProblem
from samphan.platform.tenancy import in_workspace

ALL_CLASSES = frozenset(str(one) for one in Privacy)
PLAIN = frozenset({"public", "business"})


@dataclass(frozen=True)
class Mark:
    """A value as it may stand on a page, in every form, and what may read it."""

    forms: tuple[str, ...]
    privacy: str
    of: str  # key of the customer, "" for what is of no customer


@dataclass
class Company:
    """A workspace, its people, its customers by key, and what a page can name of each."""

    workspace: Workspace
    members: dict[str, Member] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    ids: dict[str, dict[str, UUID]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    custom: dict[str, dict[str, CustomField]] = field(default_factory=dict)  # by entity and class
    file_fields: dict[str, CustomField] = field(default_factory=dict)  # by entity and class
    field_files: dict[tuple[str, str], UUID] = field(default_factory=dict)  # by key and class, of customers


_numbers = itertools.count(31)


def build(slug: str, *, full: bool = True) -> Company:
    """A company in which the member `reader` reaches some customers in every way there is, and others in none.

    :param full: with every key of customer; else one customer only, for the company beside.
    """
    company = Company(people.create_workspace(slug=slug, name=f"บริษัท {slug}"))
    workspace = company.workspace
    for key in ("owner", "reader", "mate", "far", "absent"):
        company.members[key] = people.create_member(
            workspace,
            email=f"{key}@{slug}.example",
            name=f"{key}{slug}",
            roles=["owner" if key == "owner" else "sales"],
        )
    member = company.members
    with in_workspace(workspace.pk):
        people.create_team(
            workspace, name="ทีมเหนือ", members=[member["reader"], member["mate"]], acting_member_id=member["owner"].pk
        )
        today = workspace.today()
        Delegation.objects.create(
            workspace=workspace, member=member["absent"], stand_in=member["reader"], starts_on=today, ends_on=today
        )
        machines = definitions.add_object(definitions.Draft(label_en="Machine"), acting_member=member["owner"])
        assert machines.key == "machine"
        _custom_fields(company)
        owners = {
            "mine": "reader", "mates": "mate", "fars": "far", "nobodys": None, "shared": "far", "tasks": "far",
            "absents": "absent", "deleted": "far",
        }  # fmt: skip
        for key in owners if full else ("fars",):
            _customer(company, key, member[owners[key]] if owners[key] else None)
        if full:
            RecordShare.objects.create(
                workspace=workspace,
                entity="customers",
                record_id=company.customers["shared"].pk,
                member=member["reader"],
            )
            _relation(company, "mine", "fars")
            actions.delete_customers([company.customers["deleted"].pk], acting_member=member["owner"])
    return company


def _custom_fields(company: Company) -> None:
    """A field of the company's own for each class of each kind of record that can have one."""
    owner = company.members["owner"]
    for host in hosts.hosts():
        of_host = company.custom[host.entity_name] = {}
        for privacy in Privacy:
            draft = Draft("text", label_en=f"Own {privacy}", label_th=f"ของเรา {privacy}", privacy=str(privacy))
            draft.is_searched = host.has_search and privacy in PLAIN
            of_host[str(privacy)] = add_field(host, draft, acting_member=owner)
            kept = Draft("file", label_en=f"Files {privacy}", label_th=f"ไฟล์ {privacy}", privacy=str(privacy))
            company.file_fields[f"{host.entity_name} {privacy}"] = add_field(host, kept, acting_member=owner)


def _write_custom(company: Company, entity: str, record_id: UUID, mark: Callable[..., str]) -> None:
    """A mark in every field of the company's own."""
    host, owner = hosts.find(entity), company.members["owner"]
    assert host is not None
    given = {one.name: mark(f"own{entity}{privacy}", privacy) for privacy, one in company.custom[entity].items()}
    with changeset(f"{entity}.edited", member_id=owner.pk):
        write_values(host, {record_id: given}, acting_member=owner)


def _files(company: Company, key: str, customer: Customer, mark: Callable[..., str]) -> None:
    """A file in a field of each class; its name and what it holds are marks."""
    host, owner = hosts.find("customers"), company.members["owner"]
    assert host is not None
    for privacy in Privacy:
        field = company.file_fields[f"customers {privacy}"]
        content = ContentFile(b"held")
        _act, taken, _refused = field_files.add_files(
            host, customer, field, [(f"{mark(f'named{privacy}', privacy)}.txt", content)], acting_member=owner
        )
        company.field_files[key, str(privacy)] = taken[0].id


def _customer(company: Company, key: str, owner: Member | None) -> None:
    number = next(_numbers)
    acting = company.members["owner"]

    def mark(word: str, privacy: str, *forms: str) -> str:
        text = forms[0] if forms else f"Zq{word}{number}x"
        company.marks.append(Mark(forms or (text,), privacy, key))
        return text

    phone = f"08{number}277419"
    values = {
        "name": mark("name", "business"),
        "nickname": mark("nick", "business"),
        "kind": "person",
        "phone": mark("", "contact", phone, f"+66{phone[1:]}", f"{phone[:3]}-{phone[3:6]}-{phone[6:]}"),
        "email": mark("", "contact", f"zqmail{number}@zq.example"),
        "line_id": mark("", "contact", f"zqline{number}x"),
        "member_number": mark("member", "business"),
        "tax_id": mark("", "personal", f"99{number}55{number}77{number}1", f"9-9{number}5-5{number}"),
        "note": mark("note", "personal"),
        "source": mark("source", "business"),
        "address": f"{mark('street', 'contact')} ตำบลสุเทพ อำเภอเมืองเชียงใหม่ จังหวัดเชียงใหม่ 50200",
        "owner": str(owner.pk) if owner else "",
    }
    made = actions.create_customer(
        {name: value for name, value in values.items() if name not in ("tax_id", "member_number", "source", "address")},
        acting_member=acting,
    ).customer
    for name in ("tax_id", "source"):
        digits = "".join(sign for sign in values[name] if sign.isdigit())[:13].ljust(13, "7")
        Customer.objects.filter(pk=made.pk).update(**{name: digits if name == "tax_id" else values[name]})
    actions.add_contact_point(made, Identity.Kind.MEMBER_NUMBER, values["member_number"], acting_member=acting)
    address = actions.add_address(made, values["address"], acting_member=acting)
    _write_custom(company, "customers", made.pk, mark)
    _files(company, key, made, mark)
    actions.tag_customers([made.pk], "ลูกค้าประจำ", acting_member=acting)
    _act, preference = actions.add_preference(made, mark("likes", "personal"), acting_member=acting)
    company.customers[key] = made
    ids = company.ids[key] = {"customer_id": made.pk, "address_id": address.pk, "preference_id": preference.pk}
    ids["identity_id"] = Identity.objects.filter(customer=made, kind="phone").values_list("pk", flat=True)[0]
    ids |= _further(company, key, made, mark, number)


def _further(company: Company, key: str, customer: Customer, mark: Any, number: int) -> dict[str, UUID]:
    """What higher domains know of the customer."""
    workspace, now = company.workspace, timezone.now()
    amount = Decimal(f"7{number}{number}.{number}")
    whole = mark("", "financial", f"{amount:,.2f}", f"{amount:.2f}", f"{amount.quantize(Decimal(1)):,}")
    assert whole
    order = apps.get_model("commerce.Order").objects.create(
        workspace=workspace, number=mark("order", "business"), customer=customer, ordered_at=now - timedelta(days=number),
        total=amount, line_count=1,
    )  # fmt: skip
    apps.get_model("commerce.OrderLine").objects.create(
        workspace=workspace,
        order=order,
        position=0,
        description=mark("sold", "business"),
        quantity=1,
        unit_price=amount,
    )
    Customer.objects.filter(pk=customer.pk).update(
        total_spent=amount, order_count=1, first_order_at=order.ordered_at, last_order_at=order.ordered_at
    )
    # Somebody else's open task gives nobody the customer; the reader's own does, in `tasks`.
    assignee = company.members["reader" if key == "tasks" else "far"]
    task = apps.get_model("work.Task").objects.create(
        workspace=workspace, customer=customer, title=mark("task", "business"), text=mark("todo", "business"),
        assignee=assignee, made_by=company.members["owner"], due_on=workspace.today(),
    )  # fmt: skip
    _write_custom(company, "orders", order.pk, mark)
    _write_custom(company, "tasks", task.pk, mark)
    activity = apps.get_model("work.Activity").objects.create(
        workspace=workspace, customer=customer, member=company.members["owner"], kind="meeting", at=now,
        text=mark("talk", "business"),
    )  # fmt: skip
    machines = find_object("o_machine")
    assert machines is not None
    _act, machine = objects.create_record(
        machines,
        {"title": mark("machine", "business"), "code": mark("serial", "business"), "customer": str(customer.pk),
         "owner": str(company.members["far"].pk)},
        acting_member=company.members["owner"],
    )  # fmt: skip
    _write_custom(company, "o_machine", machine.pk, mark)
    noted = apps.get_model("objects.RecordNote").objects.create(
        workspace=workspace, record=machine, member=company.members["owner"], at=now, text=mark("noted", "personal")
    )
    _act, file = actions.add_file(
        customer, ContentFile(mark("inside", "personal").encode()), name=f"{mark('file', 'personal')}.txt",
        acting_member=company.members["owner"],
    )  # fmt: skip
    found = {"order_id": order.pk, "task_id": task.pk, "activity_id": activity.pk, "customer_file_id": file.pk}
    found |= {"object_record_id": machine.pk, "record_note_id": noted.pk}
    return found | ({"batch_id": _import(company, mark)} if key == "fars" else {})


def _import(company: Company, mark: Callable[..., str]) -> UUID:
    """A file on its way in: it holds what nobody knows yet, for those who reach everybody and may read everything."""
    cells = [mark("brought", "personal"), mark("broughtphone", "contact"), mark("wrong", "personal")]

    def write(path: Path) -> None:
        path.write_text(f"ชื่อ-สกุล,LINE,อีเมล\n{','.join(cells)}\n", "utf-8")

    batch = take_file(write, file_name="names.csv", kind_name="customers", member_id=company.members["owner"].pk)
    ImportProblem.objects.create(
        workspace_id=company.workspace.pk, batch=batch, row=2, column="อีเมล", code="bad_email", message="bad",
        cells=cells,
    )  # fmt: skip
    return batch.pk


def _relation(company: Company, one: str, other: str) -> None:
    _act, made = actions.add_relation(
        company.customers[one], company.customers[other].pk, "referred", {}, acting_member=company.members["owner"]
    )
    company.ids[one]["relation_id"] = made.pk


# Who reads


@dataclass(frozen=True)
class Sight:
    """A way of seeing: reach, and the classes that are shown and covered."""

    name: str
    reach: Reach
    privacy: frozenset[str]
    masked: frozenset[str]

    def give_to(self, company: Company) -> Member:
        """Let the company's reader see so: every right but those of administration, by a role of the company's own."""
        workspace, reader = company.workspace, company.members["reader"]
        with in_workspace(workspace.pk):
            every = [one.name for one in permissions() if not one.name.startswith("administration.")]
        workspace.roles = {
            "own-test": {
                "name": self.name,
                "permissions": every,
                "privacy": sorted(self.privacy),
                "masked": sorted(self.masked),
                "reach": {"customers": self.reach, "tasks": self.reach},
            }
        }
        workspace.save(update_fields=["roles"])
        reader.roles = ["own-test"]
        with in_workspace(workspace.pk):
            reader.save(update_fields=["roles"])
        reader.workspace = workspace
        reader.forget_rights()
        return reader

    def reached(self) -> set[str]:
        """The keys of the living customers that are seen."""
        keys = {"mine", "shared", "tasks", "absents"}
        if self.reach is not Reach.OWN:
            keys |= {"mates", "nobodys"}
        return keys | ({"fars"} if self.reach is Reach.ALL else set())

    def forbidden(self, company: Company) -> list[Mark]:
        """The marks of a company that must stand nowhere."""
        seen = self.reached() | ({"deleted"} if self.reach is Reach.ALL else set())
        return [mark for mark in company.marks if mark.of not in seen or mark.privacy not in self.privacy]


def sights() -> Iterator[Sight]:
    """Every reach with everything shown, and every way of covering with every reach."""
    for reach in Reach:
        yield Sight(f"{reach}, all shown", reach, ALL_CLASSES, frozenset())
        yield Sight(f"{reach}, people covered", reach, PLAIN, ALL_CLASSES - PLAIN)
        yield Sight(f"{reach}, people left out", reach, PLAIN, frozenset())

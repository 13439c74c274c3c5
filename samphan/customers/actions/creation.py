"""A new customer, typed by a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from samphan.administration.custom_fields import hosts as custom_hosts
from samphan.administration.custom_fields import writing as custom_values
from samphan.administration.custom_fields.importing import is_custom
from samphan.administration.custom_fields.values import BadValue
from samphan.administration.settings import numbering, store
from samphan.customers import reading
from samphan.customers.actions.addresses import ADDRESS_PARTS, insert_address, read_address
from samphan.customers.actions.contact_points import FIELD_OF_KIND, SharedContactPoint, insert_identities
from samphan.customers.actions.editing import read_owner
from samphan.customers.actions.provenance import made_by
from samphan.customers.actions.refusals import FieldProblems
from samphan.customers.actions.sets import tag_customers
from samphan.customers.events import CustomerCreated
from samphan.customers.models import Customer, Identity
from samphan.customers.reach import OWNED
from samphan.customers.search_documents import refresh_search
from samphan.platform.access import Reach, Viewer
from samphan.platform.changes.recording import changeset, current_changeset
from samphan.platform.events import publish
from samphan.platform.thai.names import is_organisation, parse_organisation, title_gender
from samphan.platform.thai.problems import ValueProblem

PLAIN = (
    "name_en",
    "nickname",
    "tax_id",
    "branch",
    "birth_date",
    "gender",
    "grade",
    "stage",
    "source",
    "note",
)


@dataclass
class Created:
    """A new customer, the values that name another customer too, and the act that made it."""

    customer: Customer
    shared: list[SharedContactPoint] = field(default_factory=list)


def create_customer(
    values: Mapping[str, str],
    *,
    acting_member: Viewer,
    custom: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> Created:
    """Add a person or an organisation from typed values. Publishes CustomerCreated.

    :param values: texts by field name of the catalogue; several phones or tags are parted by commas. A person needs
        `name` or `first_name`; without `kind` the name tells which of the two it is. Without `owner` a customer belongs to
        whoever adds it and does not reach everybody's.
    :param custom: values of custom fields by name as a program sends them, beside those in `values`.
    :raises FieldProblems: with one sentence for each field that cannot be taken; then nothing is written.
    """
    at = at or timezone.now()
    given = {name: text for name, text in values.items() if text and text.strip()}
    reader = _Reader(given, acting_member, at)
    columns = reader.columns()
    host = custom_hosts.find("customers")
    assert host is not None  # noqa: S101 - customers register themselves
    typed: dict[str, object] = {name: text for name, text in values.items() if is_custom(name)} | dict(custom or {})
    found, refused = custom_values.read_values(host, typed, acting_member, for_new=True)
    problems = reader.problems | {name: str(problem) for name, problem in refused.items()}
    if problems:
        raise FieldProblems(problems)
    with changeset("customers.customer_created", member_id=acting_member.id):
        customer = Customer.objects.create(
            workspace_id=acting_member.workspace_id,
            created_in=current_changeset(),
            sources=made_by(acting_member, at),
            name_key=reading.name_key(columns["name"]),
            custom=custom_values.as_json(host, found, acting_member.workspace_id),
            **columns,
        )
        try:
            custom_values.keep_unique(host, {customer.pk: found}, acting_member=acting_member)
        except BadValue as taken:
            raise FieldProblems({"": str(taken)}) from None
        created = Created(customer)
        if not any(kind == Identity.Kind.MEMBER_NUMBER for kind, _value, _label in reader.identities):
            workspace_id = acting_member.workspace_id
            if numbering.is_on(workspace_id, "customers"):
                day = at.astimezone(store.workspace_of(workspace_id).zone).date()
                number = numbering.next_number("customers", acting_member, on=day)
                reader.identities.append((Identity.Kind.MEMBER_NUMBER, number, ""))
        created.shared = insert_identities(customer, reader.identities)
        if reader.address is not None:
            insert_address(customer, reader.address, is_first=True)
        for tag in reader.tags:
            tag_customers([customer.pk], tag, acting_member=acting_member)
        refresh_search([customer.pk])
        publish(CustomerCreated(customer.pk))
    return created


class _Reader:
    """Reads every typed value and gathers what is wrong with them."""

    def __init__(self, values: Mapping[str, str], viewer: Viewer, at: datetime) -> None:
        self.values = values
        self.viewer = viewer
        self.today = timezone.localdate(at)
        self.problems: dict[str, str] = {}
        self.identities: list[tuple[str, str, str]] = []
        self.tags: list[str] = []
        self.address: dict[str, str] | None = None

    def columns(self) -> dict[str, Any]:
        """The columns of the new row; contact points, address and tags stand beside."""
        columns: dict[str, Any] = self._name()
        for name in PLAIN:
            if name in self.values:
                columns[name] = self._take(
                    name, lambda text, name=name: reading.read_field(name, text, today=self.today)
                )
        if "owner" in self.values:
            columns["owner_id"] = self._take("owner", lambda text: read_owner(text, self.viewer))
        if not columns.get("owner_id") and self.viewer.reach(OWNED) is not Reach.ALL:
            columns["owner_id"] = self.viewer.id  # else it would be gone before the eyes of whoever adds it
        if columns.get("kind") == Customer.Kind.PERSON and not columns.get("gender"):
            columns["gender"] = title_gender(columns.get("title", "")) or ""
        self._contact_points()
        if any(name in self.values for name in ADDRESS_PARTS):
            self.address = self._take(
                "address", lambda _text: read_address({name: self.values.get(name, "") for name in ADDRESS_PARTS})
            )
        self.tags = [text for text in (part.strip() for part in self.values.get("tags", "").split(",")) if text]
        return {name: value for name, value in columns.items() if value is not None}

    def _take(self, name: str, read: Any) -> Any:
        try:
            return read(self.values.get(name, ""))
        except ValueProblem as problem:
            self.problems[name] = str(problem)
            return None

    def _name(self) -> dict[str, Any]:
        whole = self._take("name", lambda text: reading.clean_text(text, limit=500)) or ""
        kind = self.values.get("kind", "")
        if kind not in Customer.Kind.values:
            kind = Customer.Kind.ORGANISATION if is_organisation(whole) else Customer.Kind.PERSON
        if kind == Customer.Kind.ORGANISATION:
            if not whole and "name" not in self.problems:
                self.problems["name"] = _("An organisation needs a name")
            branch = parse_organisation(whole).branch if whole else ""
            return {"kind": kind, "name": whole, "branch": branch}
        columns: dict[str, Any] = {"kind": kind, "title": "", "first_name": "", "last_name": "", "nickname": ""}
        if whole:
            parts = self._take("name", reading.read_person_name)
            if parts is not None:
                columns |= {
                    "title": parts.title,
                    "first_name": parts.first,
                    "last_name": parts.last,
                    "nickname": parts.nickname,
                }
        for name in ("title", "first_name", "last_name", "nickname"):
            if name in self.values:
                columns[name] = self._take(
                    name, lambda text, name=name: reading.read_field(name, text, today=self.today)
                )
        if self.problems:
            return columns | {"name": ""}
        columns["name"] = reading.full_name(columns["first_name"], columns["last_name"]) or columns["nickname"]
        if not columns["name"]:
            self.problems["name"] = _("A customer needs a name")
        return columns

    def _contact_points(self) -> None:
        for kind, name in FIELD_OF_KIND.items():
            text = self.values.get(name, "")
            for part in text.split(",") if "," in text else [text]:
                if not part.strip():
                    continue
                try:
                    value, label = reading.read_contact_point(kind, part)
                except ValueProblem as problem:
                    self.problems[name] = str(problem)
                    continue
                if not any(known[:2] == (kind, value) for known in self.identities):
                    self.identities.append((kind, value, label))

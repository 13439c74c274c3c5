"""The values of a record as its page writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samphan.customers import birthdays, fields
from samphan.customers.actions.editing import label_of, raw_value
from samphan.customers.covering import Covered, covered_field, is_covered
from samphan.customers.models import EDITABLE, Customer
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Privacy
from samphan.platform.language import reader_language
from samphan.platform.thai.tax_ids import branch_label, format_tax_id
from samphan.ui import preferences
from samphan.ui.templatetags import ui

PERSON_FIELDS = ("title", "first_name", "last_name", "nickname", "name_en", "gender", "birth_date", "kind")
ORGANISATION_FIELDS = ("name", "name_en", "nickname", "kind")
COMPANY_FIELDS = ("tax_id", "branch")
CARE_FIELDS = ("stage", "grade", "owner", "source", "note")
NAME_FIELDS = ("kind", "name", "title", "first_name", "last_name", "nickname", "name_en")
IN_HEAD = (*NAME_FIELDS, "grade", "stage", "owner", "gender")
INPUT_TYPES = {
    "birth_date": "date",
    "note": "textarea",
    "gender": "select",
    "grade": "select",
    "stage": "select",
    "owner": "select",
    "kind": "select",
}
PERSON_GROUP, COMPANY_GROUP, CARE_GROUP = gettext_lazy("Personal data"), gettext_lazy("Company"), gettext_lazy("Care")


@dataclass(frozen=True)
class FieldWords:
    """A field of a record for its template."""

    name: str
    label: str
    value: SafeString | str
    raw: str
    note: str = ""
    covered: Covered | None = None


def may_read_field(viewer: Viewer, name: str) -> bool:
    """True when the viewer may read the field of the record."""
    entity = fields.CUSTOMERS
    return viewer.may_read(entity.field(name).privacy if entity.has_field(name) else Privacy.BUSINESS)


class RecordWords:
    """Writes the fields of one customer for one reader."""

    def __init__(self, request: HttpRequest, customer: Customer, owners: Mapping[UUID, str]) -> None:
        self.request = request
        self.customer = customer
        self.owners = owners
        self.language = reader_language()
        self.day = preferences.day_writer(request)

    def field(self, name: str) -> FieldWords:
        """One field that is edited in place."""
        value = getattr(self.customer, "owner_id" if name == "owner" else name)
        return FieldWords(
            name, str(label_of(name)), self.value(name, value), raw_value(self.customer, name), self.note(name, value)
        )

    def fields(self, names: tuple[str, ...], viewer: Viewer) -> list[FieldWords]:
        """Those of the fields that the viewer may read, or sees covered."""
        found = []
        for name in names:
            if name in EDITABLE and may_read_field(viewer, name):
                found.append(self.field(name))
            elif name in EDITABLE and is_covered(viewer, name):
                found.append(FieldWords(name, str(label_of(name)), "", "", covered=covered_field(self.customer, name)))
        return found

    def groups(self, viewer: Viewer) -> list[tuple[str, list[FieldWords]]]:
        """The fields of the left column, group by group; empty groups are left out."""
        is_person = self.customer.kind == Customer.Kind.PERSON
        own = PERSON_FIELDS if is_person else ORGANISATION_FIELDS
        groups = [
            (str(PERSON_GROUP if is_person else COMPANY_GROUP), own if is_person else (*own, *COMPANY_FIELDS)),
            (str(CARE_GROUP), CARE_FIELDS),
        ]
        if is_person:
            groups.insert(1, (_("Tax invoice"), COMPANY_FIELDS))
        found = [(label, self.fields(names, viewer)) for label, names in groups]
        return [(label, shown) for label, shown in found if shown]

    def value(self, name: str, value: Any) -> SafeString | str:
        """A stored value as the page writes it; "" for nothing."""
        if value in (None, ""):
            return ""
        if name == "birth_date":
            return self.day(value)
        if name == "owner":
            return self.owners.get(value, _("somebody who left"))
        if name == "tax_id":
            return format_tax_id(value)
        if name == "branch":
            return branch_label(value, language=self.language)
        if name == "stage":
            return ui.stage_dot(value, fields.CUSTOMERS.field("stage").choice_label(value))
        if name == "grade":
            return ui.grade(value)
        if name in ("gender", "kind"):
            return fields.CUSTOMERS.field(name).choice_label(value)
        if name == "note":
            return format_html('<span class="whitespace-pre-line">{}</span>', value)
        return str(value)

    def note(self, name: str, value: Any) -> str:
        """A grey line below a value: how old somebody is or will be, and when."""
        if name != "birth_date" or value is None:
            return ""
        return birthdays.age_words(value, today=timezone.localdate())

    def options(self, name: str) -> list[tuple[str, str]]:
        """The choices of a field, an empty one first where the field may be empty."""
        if name == "owner":
            found = [(str(member_id), owner) for member_id, owner in self.owners.items()]
        else:
            field = fields.CUSTOMERS.field(name)
            now = getattr(self.customer, name)
            found = [
                (choice.value, str(choice.label))
                for choice in field.get_choices()
                if choice.is_offered or choice.value == now
            ]
        return found if name == "kind" else [("", "—"), *found]

    def typed(self, name: str) -> str:
        """The value as the input opens with it: dates as people type them."""
        value = getattr(self.customer, "owner_id" if name == "owner" else name)
        if name == "birth_date" and value is not None:
            return self.day(value)
        if name == "tax_id" and value:
            return format_tax_id(value)
        return "" if value is None else str(value)

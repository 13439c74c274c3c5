"""The form of a new customer. It keeps what was typed; the action reads the values and says what is wrong with them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields.asking import add_custom_fields
from samphan.administration.queries import members
from samphan.administration.settings import choices
from samphan.customers.models import Customer
from samphan.platform.access import Viewer
from samphan.platform.catalogue import Privacy

TEXT_LIMIT = 1_000  # characters of one field, before its own rule


def _text(label: Any, *, help_text: Any = "", kind: str = "text", **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attributes)
    widget.input_type = kind
    return forms.CharField(label=label, required=False, max_length=TEXT_LIMIT, help_text=help_text, widget=widget)


class CustomerForm(forms.Form):
    """A person or an organisation, as a clerk types it."""

    kind = forms.ChoiceField(choices=Customer.Kind.choices, initial=Customer.Kind.PERSON, widget=forms.RadioSelect)
    name = _text(_("Name"), autocomplete="off")
    nickname = _text(_("Nickname"), autocomplete="off")
    phone = _text(_("Phone"), kind="tel", autocomplete="off")
    line_id = _text(_("LINE"), autocomplete="off")
    email = _text(_("E-mail"), kind="email", autocomplete="off")
    birth_date = _text(_("Birth date"), help_text=_("Such as 21/11/1987, 21 Nov or 1987"), autocomplete="off")
    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=[("", "—"), *Customer.Gender.choices])
    tax_id = _text(_("Tax id"), help_text=_("13 digits"), autocomplete="off")
    branch = _text(_("Branch"), help_text=_("Head office, or the number of the branch"), autocomplete="off")
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In one go, with subdistrict, district, province and postcode"),
    )
    member_number = _text(_("Member number"), autocomplete="off")
    external_id = _text(_("External id"), help_text=_("The customer’s code in another system"), autocomplete="off")
    tags = _text(_("Tags"), help_text=_("Separated by commas"), autocomplete="off")
    stage = forms.ChoiceField(
        label=_("Lifecycle stage"), required=False, choices=lambda: [("", "—"), *choices.offered("customer_stage")]
    )
    grade = forms.ChoiceField(
        label=_("Grade"), required=False, choices=lambda: [("", "—"), *choices.offered("customer_grade")]
    )
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    source = _text(_("Source"), help_text=_("Where they came from"), autocomplete="off")
    note = forms.CharField(label=_("Note"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, viewer: Viewer, **named: Any) -> None:
        super().__init__(*arguments, **named)
        owners = [(str(member.pk), member.name) for member in members(viewer)]
        self.fields["owner"].choices = [("", "—"), *owners]  # type: ignore[attr-defined]
        self.initial.setdefault("owner", str(viewer.id or ""))
        # Nobody types what they may not read afterwards.
        for privacy, names in (
            (Privacy.CONTACT, ("phone", "line_id", "email", "address")),
            (Privacy.PERSONAL, ("birth_date", "gender", "tax_id", "note")),
        ):
            if not viewer.may_read(privacy):
                for name in names:
                    del self.fields[name]
        self.custom_names = add_custom_fields(self, "customers", viewer)

    def custom(self) -> list[forms.BoundField]:
        """The custom fields that the form asks for."""
        return [self[name] for name in self.custom_names]

    def add_problems(self, problems: dict[str, str]) -> None:
        """Put each sentence at its field."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)

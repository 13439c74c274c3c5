"""The form of a new record. It keeps what was typed; the action reads the values and says what is wrong with them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields.asking import LookupText, add_custom_fields
from samphan.administration.models import Member
from samphan.administration.queries import members
from samphan.objects.actions import BadRecord
from samphan.objects.fields import code_label, title_label
from samphan.objects.finding import customer_lookup_url
from samphan.objects.models import CustomObject


class RecordForm(forms.Form):
    """A record of one kind, as a clerk types it."""

    def __init__(self, *arguments: Any, kind: CustomObject, viewer: Member, **named: Any) -> None:
        super().__init__(*arguments, **named)
        quiet = {"autocomplete": "off"}
        self.fields["title"] = forms.CharField(
            label=str(title_label(kind)), required=False, max_length=1_000,
            widget=forms.TextInput(attrs={**quiet, "autofocus": True}),
        )  # fmt: skip
        self.fields["code"] = forms.CharField(
            label=str(code_label(kind)), required=False, max_length=1_000, widget=forms.TextInput(attrs=quiet)
        )
        if kind.has_customer:
            whose = LookupText(
                label=_("Customer"), required=False, max_length=1_000, widget=forms.TextInput(attrs=quiet),
                help_text=_("Whole name, phone, e-mail or member number"),
            )  # fmt: skip
            whose.lookup_url = customer_lookup_url(viewer)
            self.fields["customer"] = whose
        owners = [(str(member.pk), member.name) for member in members(viewer)]
        self.fields["owner"] = forms.ChoiceField(label=_("Owner"), required=False, choices=[("", "—"), *owners])
        self.initial.setdefault("owner", str(viewer.pk))
        self.custom_names = add_custom_fields(self, kind.entity_name, viewer)

    def own(self) -> list[forms.BoundField]:
        """The fields that every record has."""
        return [self[name] for name in ("title", "code", "customer", "owner") if name in self.fields]

    def custom(self) -> list[forms.BoundField]:
        """The custom fields that the form asks for."""
        return [self[name] for name in self.custom_names]

    def add_problems(self, refused: BadRecord) -> None:
        """Put each sentence at its field."""
        for name, problem in refused.problems.items():
            self.add_error(name if name in self.fields else None, str(problem))

"""Forms of the settings; what is typed is read as people write it, and refused with a reason."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.administration.models import User, Workspace
from samphan.administration.settings import profile, region, sign_in_rules
from samphan.platform.thai.phones import parse_phone
from samphan.platform.thai.problems import ValueProblem
from samphan.platform.thai.tax_ids import HEAD_OFFICE, parse_branch, parse_tax_id

LOGO_BYTES = 5 * 2**20


class CompanyForm(forms.Form):
    """The company as it is shown and printed."""

    name = forms.CharField(label=profile.LABELS["name"], max_length=200)
    name_en = forms.CharField(
        label=profile.LABELS["name_en"],
        max_length=200,
        required=False,
        help_text=_("For documents and messages in English"),
    )
    tax_id = forms.CharField(
        label=profile.LABELS["tax_id"], max_length=30, required=False, help_text=_("13 digits, with or without hyphens")
    )
    branch = forms.CharField(
        label=profile.LABELS["branch"],
        max_length=30,
        required=False,
        help_text=_("Head office, or the number of the branch, such as 00001"),
    )
    phone = forms.CharField(label=profile.LABELS["phone"], max_length=40, required=False)
    email = forms.EmailField(label=profile.LABELS["email"], max_length=254, required=False)
    website = forms.CharField(label=profile.LABELS["website"], max_length=200, required=False)
    address = forms.CharField(
        label=profile.LABELS["address"], max_length=900, required=False, widget=forms.Textarea,
        help_text=_("As one text: 12/8 ถ.พหลโยธิน แขวงสามเสนใน พญาไท 10400; what is left out is filled in"),
    )  # fmt: skip
    address_en = forms.CharField(
        label=profile.LABELS["address_en"], max_length=500, required=False, widget=forms.Textarea
    )
    logo = forms.FileField(label=profile.LABELS["logo"], required=False)
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def clean_tax_id(self) -> str:
        text = self.cleaned_data["tax_id"].strip()
        return _read(lambda: parse_tax_id(text).number) if text else ""

    def clean_branch(self) -> str:
        text = self.cleaned_data["branch"].strip()
        return _read(lambda: parse_branch(text)) if text else ""

    def clean_phone(self) -> str:
        text: str = self.cleaned_data["phone"].strip()
        if re.fullmatch(r"1\d{3}", text):
            return text  # a hotline: the company's own may be one
        return _read(lambda: parse_phone(text).e164) if text else ""

    def clean_website(self) -> str:
        text: str = self.cleaned_data["website"].strip()
        if not text:
            return ""
        address = text if "://" in text else f"https://{text}"
        try:
            URLValidator(schemes=["http", "https"])(address)
        except ValidationError:
            raise ValidationError(_("This is not the address of a website, such as www.example.co.th")) from None
        return address

    def clean_address(self) -> dict[str, str]:
        return profile.read_address(self.cleaned_data["address"])

    def clean_logo(self) -> Any:
        file = self.cleaned_data["logo"]
        if file is not None and file.size > LOGO_BYTES:
            raise ValidationError(
                _("The logo has %(size)s MB; the most is %(limit)s MB.")
                % {"size": -(-file.size // 2**20), "limit": LOGO_BYTES // 2**20}
            )
        return file

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("tax_id") and not values.get("branch") and "branch" not in self.errors:
            values["branch"] = HEAD_OFFICE
        return values


class RegionForm(forms.Form):
    """How the company counts time and speaks."""

    time_zone = forms.ChoiceField(label=region.LABELS["time_zone"])
    era = forms.ChoiceField(label=region.LABELS["era"], choices=Workspace.Era.choices)
    week_start = forms.TypedChoiceField(label=region.LABELS["week_start"], coerce=int)
    languages = forms.MultipleChoiceField(
        label=region.LABELS["languages"],
        choices=User.Language.choices,
        error_messages={"required": pgettext_lazy("languages", "Choose at least one.")},
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [*region.ZONES, *([] if zone in region.ZONES else [zone])]
        self.fields["time_zone"].choices = [(name, region.zone_label(name)) for name in zones]  # type: ignore[attr-defined]
        self.fields["week_start"].choices = [(day, region.weekday_label(day)) for day in region.WEEK_STARTS]  # type: ignore[attr-defined]


class SignInRulesForm(forms.Form):
    """How people of the company sign in."""

    needs_second_step = forms.BooleanField(label=sign_in_rules.LABELS["needs_second_step"], required=False)
    session_idle_minutes = forms.TypedChoiceField(label=sign_in_rules.LABELS["session_idle_minutes"], coerce=int)
    session_hours = forms.TypedChoiceField(label=sign_in_rules.LABELS["session_hours"], coerce=int)

    def __init__(self, *args: Any, known: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered, unit in (
            ("session_idle_minutes", sign_in_rules.IDLE_MINUTES, 1),
            ("session_hours", sign_in_rules.SESSION_HOURS, 60),
        ):
            lengths = sorted({*offered, known[name]})
            self.fields[name].choices = [(one, sign_in_rules.span(one * unit)) for one in lengths]  # type: ignore[attr-defined]


def _read(parse: Any) -> Any:
    try:
        return parse()
    except ValueProblem as problem:
        raise ValidationError(str(problem)) from None

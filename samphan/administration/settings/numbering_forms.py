"""The form of a numbered series, and the codes of teams."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from samphan.administration.settings import numbering
from samphan.administration.settings.numbering import RESETS, SEPARATORS, YEARS, Series, Shape


class SeriesForm(forms.Form):
    """How the numbers of one series look; its fields are named `orders-prefix`."""

    is_on = forms.BooleanField(label=_("Give numbers by itself"), required=False)
    beginning = forms.CharField(label=_("Beginning"), max_length=numbering.LONGEST_PREFIX, required=False)
    year = forms.ChoiceField(label=_("Year"), choices=list(YEARS.items()), required=False)
    has_month = forms.BooleanField(label=_("With the month"), required=False)
    separator = forms.ChoiceField(label=_("Between the parts"), choices=list(SEPARATORS.items()), required=False)
    digits = forms.IntegerField(
        label=_("Digits"), min_value=numbering.FEWEST_DIGITS, max_value=numbering.MOST_DIGITS
    )  # fmt: skip
    reset = forms.ChoiceField(label=_("Begins again at 1"), choices=list(RESETS.items()))
    by_team = forms.BooleanField(label=_("Each team with its code"), required=False)

    def __init__(self, data: Any = None, *, series: Series, known: Shape) -> None:
        super().__init__(data, prefix=series.name, initial={**vars(known), "beginning": known.prefix})
        self.series = series

    def clean_beginning(self) -> str:
        text: str = self.cleaned_data["beginning"]
        if not re.fullmatch(r"[0-9A-Za-zก-ฮะ-์./_-]*", text):
            raise ValidationError(_("Letters, digits and . / - _ alone."))
        return text

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        reset, year = values.get("reset"), values.get("year")
        # Counting from 1 again without saying when would give the numbers of before once more.
        if reset == "yearly" and not year:
            self.add_error("year", _("Numbers that begin again every year need the year."))
        if reset == "monthly" and not (year and values.get("has_month")):
            self.add_error("reset", _("Numbers that begin again every month need year and month."))
        if values.get("has_month") and not year and not self.errors:
            self.add_error("year", _("A month needs its year."))
        return values

    def values(self) -> dict[str, Any]:
        """What was typed, once it is valid, by the parts of a shape."""
        # A form has a `prefix` of its own, so the field is called otherwise.
        return {"prefix" if name == "beginning" else name: value for name, value in self.cleaned_data.items()}

    def shape(self) -> Shape:
        """The shape of it."""
        return Shape(**self.values())


def read_codes(typed: dict[UUID, str]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """The codes of teams as they are kept, and what is wrong with some of them."""
    codes: dict[UUID, str] = {}
    errors: dict[UUID, str] = {}
    for team_id, text in typed.items():
        code = text.strip().upper()
        if len(code) > numbering.LONGEST_CODE or not re.fullmatch(r"[0-9A-Zก-ฮ]*", code):
            errors[team_id] = str(_("At most %(most)s letters and digits.") % {"most": numbering.LONGEST_CODE})
        elif code and code in codes.values():
            errors[team_id] = str(_("Another team has this code."))
        codes[team_id] = code
    return codes, errors

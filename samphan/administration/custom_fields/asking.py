"""Custom fields in the form of a new record."""

from __future__ import annotations

from typing import Any

from django import forms

from samphan.administration.custom_fields import hosts, values, writing
from samphan.administration.custom_fields.definitions import say
from samphan.administration.lists.custom_editing import EDITED, input_of, lookup_url
from samphan.administration.queries import members
from samphan.platform.access import Viewer


class DateText(forms.CharField):
    """A date as people type it; the action reads it."""

    is_date = True


class LookupText(forms.CharField):
    """A record that is found while one types; `lookup_url` answers with those that may be meant."""

    lookup_url = ""


def add_custom_fields(form: forms.Form, entity_name: str, viewer: Viewer) -> list[str]:
    """Give a form the custom fields that are asked for; the action reads what is typed. Returns their names."""
    host = hosts.find(entity_name)
    if host is None:
        return []
    added = []
    people: dict[Any, str] | None = None
    for field in writing.fields_for(host, viewer):
        if not field.is_asked or field.kind not in EDITED:
            continue
        if field.kind == "member" and people is None:
            people = {one.pk: one.name for one in members(viewer)}
        kind, _typed, options = input_of(field, None, day=str, people=people or {})
        made: forms.Field
        words = {"label": str(values.label_of(field)), "help_text": str(say(field.help_th, field.help_en))}
        if field.kind == "multi_choice":
            offered = [
                (one["value"], values.choice_words(field, one["value"]))
                for one in field.choices
                if not one.get("archived")
            ]
            made = forms.MultipleChoiceField(
                choices=offered,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                **words,  # type: ignore[arg-type]
            )
        elif kind == "select":
            made = forms.ChoiceField(choices=list(options), required=False, **words)  # type: ignore[arg-type]
        else:
            widget = forms.Textarea(attrs={"rows": 3}) if kind == "textarea" else forms.TextInput()
            of = DateText if kind == "date" else LookupText if kind == "lookup" else forms.CharField
            made = of(required=False, max_length=20_000, widget=widget, **words)  # type: ignore[arg-type]
        if isinstance(made, LookupText):
            made.lookup_url = lookup_url(field)
        form.fields[field.name] = made
        if field.default:
            form.initial.setdefault(
                field.name, field.default.split(", ") if field.kind == "multi_choice" else field.default
            )
        added.append(field.name)
    return added

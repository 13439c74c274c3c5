"""What people type about webhooks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from samphan.integrations.public_events import EVENTS


class EndpointForm(forms.Form):
    """A webhook: name, address, events. Whether they can be taken, the action says."""

    name = forms.CharField(label=_("Name"), max_length=100)
    url = forms.CharField(label=_("Address that is called"), max_length=2_000)
    scope = forms.ChoiceField(
        label=_("Which events"), choices=[("chosen", _("Only these")), ("all", _("All, also those to come"))]
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), required=False, choices=[(event.name, event.label) for event in EVENTS.values()]
    )


class ReplayForm(forms.Form):
    """A time to send again, in days of the company."""

    first = forms.CharField(label=_("From"), max_length=40)
    last = forms.CharField(label=_("To"), max_length=40, required=False)
    only_failed = forms.BooleanField(required=False)

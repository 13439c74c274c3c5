"""What files said about a customer's consent, beside the record: evidence with its file and row."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from samphan.administration.middleware import MemberRequest
from samphan.customers import panels, queries
from samphan.customers.consent_evidence import ConsentColumn
from samphan.customers.models import ConsentEvidence, Customer
from samphan.customers.permissions import IMPORT
from samphan.platform.catalogue import Privacy

TONES = {
    ConsentEvidence.Reading.YES: "green",
    ConsentEvidence.Reading.NO: "rose",
    ConsentEvidence.Reading.UNCLEAR: "slate",
}


def register() -> None:
    """Put the evidence on the record."""
    panels.register(
        panels.Panel(
            "consent-evidence",
            gettext_lazy("Consent in files"),
            "side",
            70,
            panel,
            Privacy.PERSONAL,
            model=ConsentEvidence,
        )
    )


def panel(request: MemberRequest, customer: Customer) -> SafeString | str:
    """The newest word of each column that speaks of consent; nothing for a customer of whom no file says any."""
    found = queries.consent_evidence_of(customer.pk, request.member)
    if not found:
        return ""
    opens = request.member.may(IMPORT)
    rows = [
        {
            "one": one,
            "about": str(ConsentColumn(one.purpose, one.channel, False)),
            "tone": TONES[ConsentEvidence.Reading(one.reading)],
            "url": reverse("import-detail", args=[one.created_in]) if opens and one.created_in else "",
        }
        for one in found
    ]
    return render_to_string("customers/consent_evidence.html", {"rows": rows}, request)

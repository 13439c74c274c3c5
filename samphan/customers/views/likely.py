"""What somebody who opens a record most likely does next: reach the customer, or write something down."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from samphan.administration.middleware import MemberRequest
from samphan.customers import panels
from samphan.customers.models import Customer, Identity
from samphan.customers.reading import line_chat_url
from samphan.platform.thai.phones import format_phone

WRITTEN = ("note", "task")  # composer's panels that the phone offers under the thumb
MOST = 4  # under the thumb; the first two stand in the head of a wide screen
_REACHED = (Identity.Kind.PHONE, Identity.Kind.LINE, Identity.Kind.EMAIL)


@dataclass(frozen=True)
class Likely:
    """One action of the head. `label` names whom it reaches, `short` is what fits under the thumb."""

    href: str
    icon: str
    label: str
    short: str | Promise


def likely_actions(request: MemberRequest, customer: Customer, identities: Iterable[Identity]) -> list[Likely]:
    """Call, LINE, e-mail as far as the customer can be reached so, then what may be written down; the likeliest first.

    :param identities: those that the member may see, in their order.
    """
    first: dict[str, Identity] = {}
    for one in identities:
        first.setdefault(one.kind, one)
    writing = [
        _write(customer, panel) for panel in panels.panels_for(request.member, "composer") if panel.name in WRITTEN
    ]
    reaching = [_reach(first[kind]) for kind in _REACHED if kind in first]
    return [*reaching[: MOST - len(writing)], *writing]


def _reach(identity: Identity) -> Likely:
    value = identity.value
    if identity.kind == Identity.Kind.PHONE:
        return Likely(f"tel:{value}", "phone", format_phone(value), _("Call"))
    if identity.kind == Identity.Kind.LINE:
        return Likely(line_chat_url(value), "message-circle", _("Write on LINE"), _("LINE"))
    return Likely(f"mailto:{quote(value, safe='@+')}", "mail", _("Write an e-mail"), _("E-mail"))


def _write(customer: Customer, panel: panels.Panel) -> Likely:
    href = f"{reverse('customer-detail', args=[customer.pk])}?write={quote(panel.name)}#composer"
    return Likely(href, panel.icon, str(panel.label), panel.label)

"""What higher domains show on a customer's record: they register panels in `AppConfig.ready()`.

A panel of the place `side` stands in the right column, `quick` in the quick view, and `composer` is a tab of what can
be written above the timeline: a note, a call, a task. What happened with a customer is a source of `customers.timeline`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from samphan.customers import presence
from samphan.customers.models import Customer
from samphan.platform.access import Viewer

if TYPE_CHECKING:
    from samphan.administration.middleware import MemberRequest

Place = Literal["side", "quick", "composer"]


@dataclass(frozen=True)
class Panel:
    """A part of the record that another domain draws.

    :param name: stable, a-z and hyphens; the tab's name in the address.
    :param label: heading, or words of the tab.
    :param order: smaller stands first; the first tab of the composer opens with the record.
    :param render: HTML for one customer; it asks only what the request's member may see and returns "" to stay away.
    :param privacy: privacy class that a viewer must be able to read; "" for everybody.
    :param icon: name in the icon set, of a composer's tab.
    :param permission: right that a viewer must hold; "" for everybody.
    :param model: what the panel shows; without a row about the customer it is not asked for. None: always.
    :param key: letter that opens this tab of the composer while nothing is being typed; "" for none.
    """

    name: str
    label: str | Promise
    place: Place
    order: int
    render: Callable[["MemberRequest", Customer], SafeString | str]
    privacy: str = ""
    icon: str = ""
    permission: str = ""
    key: str = ""
    model: presence.Model | None = None


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> Panel:
    """Add a panel, or replace the one of its name."""
    _panels[panel.name] = panel
    if panel.model is not None:
        presence.register(panel.model)
    return panel


def panels_for(viewer: Viewer, place: Place) -> list[Panel]:
    """The panels of a place that a viewer may see, in order."""
    found = [
        panel
        for panel in _panels.values()
        if panel.place == place
        and (not panel.privacy or viewer.may_read(panel.privacy))
        and (not panel.permission or viewer.may(panel.permission))
    ]
    return sorted(found, key=lambda panel: (panel.order, panel.name))


def drawn(request: "MemberRequest", customer: Customer, place: Place) -> list[SafeString | str]:
    """The panels of a place that have something to show about a customer, as HTML."""
    there = presence.about(request, customer.pk)
    asked = [one for one in panels_for(request.member, place) if one.model is None or one.model in there]
    return [html for one in asked if (html := one.render(request, customer))]

"""What somebody wants to see once a file is in: higher domains say it in `AppConfig.ready()`.

The page of an ended import leads on to the first step that the member may take.
"""

from dataclasses import dataclass

from django.utils.functional import Promise

from samphan.platform.access import Viewer


@dataclass(frozen=True)
class NextStep:
    """One way on from an import.

    :param kind: name of the import kind. :param label: words of the button. :param icon: name in the icon set.
    :param url_name: address without arguments. :param permission: right that the member needs; "" for everybody.
    """

    kind: str
    label: str | Promise
    icon: str
    url_name: str
    permission: str = ""


_steps: dict[tuple[str, str], NextStep] = {}


def register(step: NextStep) -> None:
    """Offer a way on, or replace the one to the same address."""
    _steps[step.kind, step.url_name] = step


def next_step(kind: str, viewer: Viewer) -> NextStep | None:
    """The first way on from an import of this kind that the viewer may take."""
    for step in _steps.values():
        if step.kind == kind and (not step.permission or viewer.may(step.permission)):
            return step
    return None

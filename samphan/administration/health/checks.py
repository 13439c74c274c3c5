"""What other domains add to the page: things of theirs that stopped."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from samphan.administration.models import Member


@dataclass(frozen=True)
class Finding:
    """Something that stopped, in words, with the page where it is mended."""

    text: str
    href: str
    action: str


_checks: list[Callable[[Member], Iterable[Finding]]] = []


def declare(check: Callable[[Member], Iterable[Finding]]) -> None:
    """Let the page ask a domain what of it stopped; a domain calls this in `AppConfig.ready()`."""
    _checks.append(check)


def findings(member: Member) -> list[Finding]:
    """Everything that stopped and that this member may mend."""
    return [finding for check in _checks for finding in check(member)]

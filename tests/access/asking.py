"""Ways of seeing that are asked for, and what an answer gives away."""

import re
from typing import Any

import pytest

from tests.access.world import Company, Mark, sights

SIGHTS = list(sights())
# The short form asks for two ways of seeing and two customers of the company; the long one for every way and all of them.
SHORT = ("own, people covered", "all, people left out")
SHORT_KEYS = ("tasks", "fars")
EVERY_SIGHT = [
    *(pytest.param(sight, id=sight.name) for sight in SIGHTS if sight.name in SHORT),
    *(pytest.param(sight, id=f"{sight.name}, of everybody", marks=pytest.mark.long) for sight in SIGHTS),
]


def text_of(answer: Any) -> str:
    """What an answer says: its body, without the breaks that long words may have, and its headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    words = re.sub(r"<wbr ?/?>|&#8203;|\u200b|\u00ad", "", body.decode("utf-8", "replace"))
    return words + "\n".join(f"{name}: {value}" for name, value in answer.items())


def leaks(text: str, forbidden: list[Mark]) -> list[str]:
    return [form for mark in forbidden for form in mark.forms if form in text]


def is_refused(answer: Any, address: str) -> bool:
    """Nothing was there for who asked. An import says in a sentence that it is for those who reach everybody."""
    return answer.status_code in (403, 404, 405) or (answer.status_code == 409 and "/import" in address)


def keys_of(request: pytest.FixtureRequest, company: Company) -> tuple[str, ...]:
    """The customers that a test asks for."""
    return tuple(company.customers) if request.node.get_closest_marker("long") else SHORT_KEYS

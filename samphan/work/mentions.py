"""Who is named with an @ in a text: @เมย์, @ก้อง ก้องภพ."""

from collections.abc import Iterable
from uuid import UUID

from samphan.administration.models import Member


def mentioned(text: str, members: Iterable[Member]) -> list[UUID]:
    """The members named in a text, in the order of the text, each once.

    Thai has no spaces behind a name, so a name ends where it ends: the longest name that stands behind the @ counts.
    """
    by_length = sorted((member for member in members if member.name), key=lambda one: len(one.name), reverse=True)
    found: dict[UUID, None] = {}
    folded = text.casefold()
    at = folded.find("@")
    while at >= 0:
        behind = folded[at + 1 :]
        # An e-mail address is no mention.
        is_word_start = at == 0 or not (folded[at - 1].isascii() and folded[at - 1].isalnum())
        if is_word_start:
            for member in by_length:
                if behind.startswith(member.name.casefold()):
                    found.setdefault(member.pk)
                    break
        at = folded.find("@", at + 1)
    return list(found)

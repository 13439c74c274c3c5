"""Identifiers made by the application."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new UUIDv7: unique everywhere, and later ones sort after earlier ones, so that indexes grow at their end."""
    return _uuid7()


def first_id_at(at: datetime) -> UUID:
    """The smallest UUIDv7 of a moment: what was made from then on has a larger id."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def as_uuid(text: str) -> UUID | None:
    """The id that a text spells, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None

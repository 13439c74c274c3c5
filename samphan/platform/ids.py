"""Identifiers made by the application."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new UUIDv7: unique everywhere, and later ones sort after earlier ones, so that indexes grow at their end."""
    return _uuid7()

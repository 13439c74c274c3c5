"""What an owner sets for the company: topics of settings, kept with their history."""

from samphan.administration.settings.store import Topic, declare, read, write

__all__ = ["Topic", "declare", "read", "write"]

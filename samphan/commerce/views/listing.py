"""What the pages of commerce share: the reader's language and the workspace's zone."""

from zoneinfo import ZoneInfo

from samphan.administration.lists.page import filter_url
from samphan.administration.middleware import MemberRequest
from samphan.platform.language import reader_language

__all__ = ["filter_url", "language", "zone_of"]


def zone_of(request: MemberRequest) -> ZoneInfo:
    """The zone of the workspace."""
    return ZoneInfo(request.member.workspace.time_zone)


def language() -> str:
    """The reader's language."""
    return reader_language()

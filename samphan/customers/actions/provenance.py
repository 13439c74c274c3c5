"""Where a value came from: the `sources` of a row, {field: [source, ISO time]}.

A source is `member:<id>`, `import:<changeset id>`, `system`, or the name of a system that sent it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Func, JSONField, Value

from samphan.platform.access import Viewer


def source_of(viewer: Viewer) -> str:
    """The source that a value typed by this viewer has."""
    return f"member:{viewer.id}" if viewer.id else "system"


def made_by(viewer: Viewer, at: datetime) -> dict[str, list[str]]:
    """The `sources` of a new row, all of whose values came from one place."""
    return {"*": [source_of(viewer), at.isoformat(timespec="seconds")]}


def with_sources(fields: Iterable[str], viewer: Viewer, at: datetime) -> Func:
    """An expression for UPDATE: the row's `sources` with these fields renewed."""
    said = [source_of(viewer), at.isoformat(timespec="seconds")]
    return Func(
        F("sources"),
        Value(dict.fromkeys(fields, said), output_field=JSONField()),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=JSONField(),
    )

"""What was decided about an earlier file of the same source, so that the next one comes mapped.

Files are of one source when they have the same headings, whatever their order.
"""

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from samphan.platform.imports.mapping import normal_heading
from samphan.platform.imports.models import ImportBatch


def signature_of(headings: Sequence[str]) -> str:
    """The same for all files with these headings, in whatever order, case or punctuation."""
    return sha256("\x1f".join(sorted(map(normal_heading, headings))).encode()).hexdigest()


def remembered(
    workspace_id: UUID, headings: Sequence[str], kinds: Collection[str]
) -> tuple[str, dict[str, Any]] | None:
    """The kind and the mapping of the newest import of this source that was carried out; None when there is none.

    The mapping names its file in `remembered`. Answers about dates come along, and what words of choices mean; fixes of single
    kinds of mistakes do not.
    """
    last = (
        ImportBatch.objects.filter(
            workspace_id=workspace_id,
            signature=signature_of(headings),
            kind__in=kinds,
            started_at__isnull=False,
        )
        .order_by("-id")
        .first()
    )
    if last is None:
        return None
    here = {normal_heading(heading): heading for heading in headings}

    def moved(values: dict[str, Any]) -> dict[str, Any]:
        return {here[normal_heading(name)]: value for name, value in values.items() if normal_heading(name) in here}

    words = [
        {"fix": {**one["fix"], "column": here[normal_heading(one["fix"]["column"])]}}
        for one in last.mapping.get("fixes", ())
        if one.get("fix", {}).get("do") == "value" and normal_heading(one["fix"]["column"]) in here
    ]
    return last.kind, {
        "columns": moved(last.mapping.get("columns", {})),
        "formats": moved(last.mapping.get("formats", {})),
        "keys": list(last.mapping.get("keys") or ()),
        "existing": last.mapping.get("existing", "file"),
        **({"fixes": words} if words else {}),
        **({"fill_down": last.mapping["fill_down"]} if "fill_down" in last.mapping else {}),
        **({"source": last.mapping["source"]} if last.mapping.get("source") else {}),
        "remembered": {"file": last.file_name, "at": (last.started_at or last.created_at).isoformat()},
    }

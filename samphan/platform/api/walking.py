"""Pages of rows that are no entity of the catalogue: by keyset over columns of the table."""

from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from samphan.platform.api.problems import invalid
from samphan.platform.api.schemas import CursorParams

M = TypeVar("M", bound=Model)
SALT = "samphan.api.walk"


def walk(
    rows: QuerySet[M], params: CursorParams, keys: tuple[str, ...], *, descending: bool = False
) -> tuple[list[M], str | None]:
    """One page and the cursor of the next, None at the end.

    :param keys: one or two columns that are never null, the last of them unique.
    """
    sign = "lt" if descending else "gt"
    if params.cursor:
        try:
            place = signing.loads(params.cursor, salt=SALT)
            values = [_field(rows, key).to_python(value) for key, value in zip(keys, place, strict=True)]
        except (signing.BadSignature, ValueError, TypeError):
            raise invalid(
                "cursor", _("This cursor is damaged, or belongs to a list that is sorted otherwise."), code="cursor"
            ) from None
        after = Q(**{f"{keys[0]}__{sign}": values[0]})
        if len(keys) > 1:
            after |= Q(**{keys[0]: values[0], f"{keys[1]}__{sign}": values[1]})
        rows = rows.filter(after)
    order = [f"-{key}" if descending else key for key in keys]
    found = list(rows.order_by(*order)[: params.limit + 1])
    shown = found[: params.limit]
    if len(found) <= params.limit:
        return shown, None
    return shown, signing.dumps([_text(getattr(shown[-1], key)) for key in keys], salt=SALT)


def _field(rows: QuerySet[Any], key: str) -> Any:
    return rows.model._meta.pk if key == "pk" else rows.model._meta.get_field(key)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

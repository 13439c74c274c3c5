"""What exports of customers have their own way."""

from collections.abc import Sequence

from samphan.customers.fields import entity_for
from samphan.customers.models import Identity
from samphan.platform import exports

_KINDS = {
    "phone": Identity.Kind.PHONE,
    "email": Identity.Kind.EMAIL,
    "line_id": Identity.Kind.LINE,
    "member_number": Identity.Kind.MEMBER_NUMBER,
    "external_id": Identity.Kind.EXTERNAL_ID,
}
_PARTS = {"address": "line", "subdistrict": "subdistrict", "district": "district", "province": "province",
          "postcode": "postcode"}  # fmt: skip


def _identities(names: Sequence[str]) -> str:
    values = ", ".join(
        f"array_agg(i.value ORDER BY i.position, i.id) FILTER (WHERE i.kind = '{_KINDS[name].value}') AS {name}"
        for name in names
    )
    kinds = ", ".join(f"'{_KINDS[name].value}'" for name in names)
    return (
        f"SELECT i.customer_id AS id, {values} FROM customers_identity i"
        f" WHERE i.workspace_id = %s AND i.kind IN ({kinds}) GROUP BY i.customer_id"
    )


def _addresses(names: Sequence[str]) -> str:
    values = ", ".join(
        f"array_agg(a.{_PARTS[name]} ORDER BY a.position, a.id) FILTER (WHERE a.{_PARTS[name]} <> '') AS {name}"
        for name in names
    )
    return f"SELECT a.customer_id AS id, {values} FROM customers_address a WHERE a.workspace_id = %s GROUP BY a.customer_id"


def _tags(names: Sequence[str]) -> str:
    return (
        "SELECT ct.customer_id AS id, array_agg(t.name ORDER BY t.name) AS tags FROM customers_customertag ct"
        " JOIN customers_tag t ON t.workspace_id = ct.workspace_id AND t.id = ct.tag_id"
        " WHERE ct.workspace_id = %s GROUP BY ct.customer_id"
    )


def register() -> None:
    """Search as the list does, show the name first, and read child rows in one pass."""
    exports.register(
        "customers",
        exports.ExportKind(
            entity_for=entity_for,
            first=("name",),
            sets=(
                exports.ChildSet(frozenset(_KINDS), _identities),
                exports.ChildSet(frozenset(_PARTS), _addresses),
                exports.ChildSet(frozenset({"tags"}), _tags),
            ),
        ),
    )

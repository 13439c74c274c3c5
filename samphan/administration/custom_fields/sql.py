"""Custom fields as the catalogue knows them: where their values stand in the row, and how they are compared and sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samphan.platform.catalogue import Choice, Field, Privacy, Sort, Type

if TYPE_CHECKING:
    from samphan.administration.custom_fields.models import CustomField

SORTED_LETTERS = 200  # an index takes 2,700 bytes of a value, and a letter has up to four

_WIDTHS = {Type.NUMBER: 110, Type.MONEY: 120, Type.DATE: 110, Type.BOOLEAN: 80, Type.MEMBER: 130}


def catalogue_field(field: CustomField, table: str) -> Field:
    """A custom field in the catalogue. Its id is a UUID of ours and its table a constant: nothing of a user is in the SQL."""
    from samphan.administration.custom_fields.definitions import say

    kind = Type(field.kind)
    return Field(
        field.name,
        say(field.label_th, field.label_en),
        kind,
        Privacy(field.privacy),
        choices=choices_of(field),
        is_editable=kind is not Type.FILE,
        is_importable=kind is not Type.FILE,
        target=str(field.rule("target") or ""),
        group=group_of(field),
        width=width_of(kind),
        synonyms=tuple(text for text in (field.label_th, field.label_en) if text),
        **expressions(kind, table, field.key),
    )


def group_of(field: CustomField) -> Any:
    """The heading under which menus and records show a field."""
    from samphan.administration.custom_fields.definitions import say

    return say(field.group_th, field.group_en) if field.group_th or field.group_en else own_group()


def width_of(kind: Type) -> int:
    """The width of a column of that type, in pixels."""
    return _WIDTHS.get(kind, 160)


def own_group() -> Any:
    """The heading of custom fields that stand in no group."""
    from django.utils.translation import gettext_lazy as _

    return _("More fields")


def choices_of(field: CustomField) -> tuple[Choice, ...]:
    """The choices with their labels; archived ones come last, because records and filters may still name them."""
    from samphan.administration.custom_fields.definitions import say

    return tuple(
        Choice(
            one["value"], say(one.get("th", ""), one.get("en", "")), one.get("tone") or "slate", not one.get("archived")
        )
        for one in sorted(field.choices, key=lambda one: bool(one.get("archived")))
    )


def expressions(kind: Type, table: str, key: str) -> dict[str, Any]:
    """The SQL of one kind of value. Index, sort and condition share one expression, or no index would be found."""
    value, text = f"{table}.custom -> '{key}'", f"{table}.custom ->> '{key}'"
    match kind:
        case Type.NUMBER | Type.MONEY:
            number = f"({value})::numeric"
            return {"sql": number, "sort": Sort(number, "numeric", True, "'-Infinity'::numeric")}
        case Type.DATE:
            # An ISO date sorts and compares as text; the cast to a date is not immutable, so no index could hold it.
            return {
                "sql": f"({text})::date",
                "compared_sql": f"({text})",
                "cast": "text",
                "sort": Sort(f"({text})", "text", True, "''"),
            }
        case Type.BOOLEAN:
            return {"sql": f"({value})::boolean"}
        case Type.MEMBER | Type.RELATION:
            return {"sql": f"({text})::uuid", "compared_sql": f"({text})", "cast": "text"}
        case Type.MULTI_CHOICE:
            return {
                "sql": f"ARRAY(SELECT jsonb_array_elements_text({value}))",
                "value_sql": "v.value",
                "many": f"EXISTS (SELECT 1 FROM jsonb_array_elements_text({value}) AS v(value) WHERE {{test}})",
                "json_sql": f"({value})",
            }
        case Type.FILE:
            return {
                "sql": f"ARRAY(SELECT jsonb_array_elements_text({value}))",
                "compared_sql": f"({text})",
                "cast": "text",
                "json_sql": f"({value})",
            }
        case Type.TEXT:
            return {
                "sql": f"({text})",
                "sort": Sort(thai_key(f"substring({text}, 1, {SORTED_LETTERS})"), "text", False, "''"),
            }
    return {"sql": f"({text})"}


def thai_key(text: str) -> str:
    """SQL of a text whose byte order is near that of a Thai dictionary: leading vowels behind their consonant, no tones.

    `platform.thai.collation.sort_key` is exact and is stored; this one is reckoned, so that a new field needs no column.
    """
    return f"lower(regexp_replace(translate({text}, '่้๊๋็์', ''), '([เแโใไ])([ก-ฮ])', '\\2\\1', 'g'))"

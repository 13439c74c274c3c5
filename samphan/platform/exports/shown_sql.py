"""Values as the reader sees them, written by PostgreSQL: the same texts as `shown`, at the speed of a COPY.

A foreign telephone number stays +442079460958: its spaces are in a library of the application.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from samphan.platform.catalogue import Field, Type
from samphan.platform.exports.reading import Export, member_names
from samphan.platform.exports.stored import SEPARATOR, guarded_sql, is_many
from samphan.platform.imports.reading import guard_formula
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import ENGLISH_MONTHS, ERA_YEARS, THAI_MONTHS_SHORT, Era
from samphan.platform.thai.tax_ids import HEAD_OFFICE, branch_label

_PHONE = (
    "CASE WHEN left({v}, 3) <> '+66' THEN {v}"
    " WHEN length({v}) = 12 THEN '0' || substr({v}, 4, 2) || '-' || substr({v}, 6, 3) || '-' || substr({v}, 9)"
    " WHEN length({v}) = 11 AND substr({v}, 4, 1) = '2' THEN '02 ' || substr({v}, 5, 3) || ' ' || substr({v}, 8)"
    " WHEN length({v}) = 11 THEN '0' || substr({v}, 4, 2) || ' ' || substr({v}, 6, 3) || ' ' || substr({v}, 9)"
    " WHEN length({v}) = 13 AND substr({v}, 4, 4) = '1800' THEN '1800 ' || substr({v}, 8, 3) || ' ' || substr({v}, 11)"
    " ELSE {v} END"
)
# A person's number is grouped 1-4-5-2-1, a company's 1-2-1-3-5-1.
_TAX_ID = (
    "CASE WHEN length({v}) <> 13 THEN {v} WHEN left({v}, 1) = '0'"
    " THEN concat_ws('-', left({v}, 1), substr({v}, 2, 2), substr({v}, 4, 1), substr({v}, 5, 3), substr({v}, 8, 5),"
    " substr({v}, 13))"
    " ELSE concat_ws('-', left({v}, 1), substr({v}, 2, 4), substr({v}, 6, 5), substr({v}, 11, 2), substr({v}, 13)) END"
)
_NUMBER = (
    "CASE WHEN {v} = trunc({v}) THEN trunc({v})::text ELSE round({v}, greatest(2, scale(trim_scale({v}))))::text END"
)


def shown_texts(export: Export, *, era: Era) -> Callable[[Field, str], str]:
    """What gives the SQL of a field's text, in the language of now."""
    language = reader_language()
    names: Mapping[UUID, str] = {}
    if any(field.type is Type.MEMBER for field in export.fields):
        names = member_names(export.viewer)

    def text(field: Field, value: str) -> str:
        return f"nullif({_text(field, value, export, language, era, names)}, '')"

    return text


def _text(field: Field, value: str, export: Export, language: str, era: Era, names: Mapping[UUID, str]) -> str:
    if not is_many(field):
        return _one(field, value, export, language, era, names)
    if field.type is Type.MULTI_CHOICE and (choices := [(one.value, str(one.label)) for one in field.get_choices()]):
        each = _cases("item", choices)
        return guarded_sql(
            f"(SELECT string_agg({each}, '{SEPARATOR}' ORDER BY place)"
            f" FROM unnest({value}) WITH ORDINALITY AS items(item, place))"
        )
    if field.type is Type.PHONE or not (field.type.is_textual or field.type is Type.MULTI_CHOICE):
        # Nearly every record has one value: only several are taken apart.
        single = _one(field, f"({value})[1]", export, language, era, names)
        each = _one(field, "item", export, language, era, names)
        several = (
            f"(SELECT string_agg({each}, '{SEPARATOR}' ORDER BY place)"
            f" FROM unnest({value}) WITH ORDINALITY AS items(item, place))"
        )
        return f"CASE WHEN cardinality({value}) = 1 THEN {single} ELSE {several} END"
    return guarded_sql(f"array_to_string({value}, '{SEPARATOR}')")


def _one(field: Field, value: str, export: Export, language: str, era: Era, names: Mapping[UUID, str]) -> str:
    match field.type:
        case Type.DATE:
            return _day(value, language, era)
        case Type.PARTIAL_DATE:
            return partial_day(value, language, era)
        case Type.DATETIME:
            local = f"({value} AT TIME ZONE '{export.zone.key}')"
            clock = "HH24:MI" if language == "en" else 'HH24:MI "น."'
            return f"{_day(local, language, era)} || to_char({local}, ' {clock}')"
        case Type.CHOICE:
            return _cases(value, [(choice.value, str(choice.label)) for choice in field.get_choices()])
        case Type.MEMBER:
            return _cases(f"{value}::text", [(str(key), name) for key, name in names.items()])
        case Type.BOOLEAN:
            return f"CASE WHEN {value} THEN {_literal(_('Yes'))} WHEN NOT {value} THEN {_literal(_('No'))} END"
        case Type.PHONE:
            return _PHONE.format(v=value)
        case Type.NUMBER | Type.MONEY:
            return _NUMBER.format(v=f"({value})::numeric")
    if field.name == "tax_id":
        return guarded_sql(f"({_TAX_ID.format(v=value)})")
    if field.name == "branch":
        other = branch_label("", language=language) + branch_label("00001", language=language).removesuffix("00001")
        head = _literal(branch_label(HEAD_OFFICE, language=language))
        return f"CASE {value} WHEN '' THEN '' WHEN '{HEAD_OFFICE}' THEN {head} ELSE {_literal(other)} || {value} END"
    return guarded_sql(f"{value}::text")


def _day(value: str, language: str, era: Era) -> str:
    months: Sequence[str] = THAI_MONTHS_SHORT if language == "th" else [name[:3] for name in ENGLISH_MONTHS]
    names = ", ".join(_literal(name) for name in months)
    year = f"extract(year FROM {value})::int{f' + {ERA_YEARS}' if era == 'be' else ''}"
    return f"to_char({value}, 'FMDD') || ' ' || (ARRAY[{names}])[extract(month FROM {value})::int] || ' ' || ({year})::text"


def partial_day(value: str, language: str, era: Era) -> str:
    """What `format_partial_date` writes: the parts that are known, and the era before a year that stands alone."""
    months: Sequence[str] = THAI_MONTHS_SHORT if language == "th" else [name[:3] for name in ENGLISH_MONTHS]
    year, month, day = (f"substr({value}, {place}, {length})" for place, length in ((1, 4), (6, 2), (9, 2)))
    alone = f"WHEN 'XX' THEN {_literal('พ.ศ.' if era == 'be' else 'ค.ศ.')} " if language == "th" else ""
    cases = " ".join(f"WHEN '{number:02}' THEN {_literal(name)}" for number, name in enumerate(months, 1))
    return (
        f"nullif(concat_ws(' ', ltrim(nullif({day}, 'XX'), '0'), CASE {month} {alone}{cases} END,"
        f" CASE WHEN {year} <> 'XXXX' THEN ({year}::int{f' + {ERA_YEARS}' if era == 'be' else ''})::text END), '')"
    )


def _cases(value: str, labels: Sequence[tuple[str, str]]) -> str:
    """The label of a code; a code without one as it is."""
    if not labels:
        return guarded_sql(value)
    whens = " ".join(f"WHEN {_literal(code)} THEN {_literal(guard_formula(label))}" for code, label in labels)
    return f"CASE {value} {whens} ELSE {guarded_sql(value)} END"


def _literal(text: str) -> str:
    """A text as a literal inside a statement with parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"

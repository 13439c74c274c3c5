"""Values as stored, written by PostgreSQL itself: phones as +66..., ISO dates, exact numbers, codes of choices."""

from zoneinfo import ZoneInfo

from samphan.platform.catalogue import Field, Type

SEPARATOR = "; "

# The same test as `guard_formula`: what a spreadsheet would run gets an apostrophe, numbers and telephones stay.
_INVISIBLE = r" \u00a0\u200b\ufeff"
_STARTS = r"=+\-@\t\r\n＝＋－＠"
_FORMULA = (
    "CASE WHEN left({value}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r', E'\\n', ' ', U&'\\00A0',"
    " U&'\\200B', U&'\\FEFF', '＝', '＋', '－', '＠')"
    rf" AND {{value}} ~ '^[{_INVISIBLE}]*[{_STARTS}]'"
    r" AND {value} !~ '^[+\-][ \t\r\n]?(฿[ \t\r\n]?)?[0-9(][0-9 \t\r\n(),.\-]*%%?$'"
    " THEN '''' || {value} ELSE {value} END"
)
_GUARDED = (Type.TEXT, Type.LONG_TEXT, Type.EMAIL, Type.IDENTIFIER, Type.MULTI_CHOICE, Type.CHOICE, Type.RELATION,
            Type.FILE)  # fmt: skip


def stored_sql(field: Field, column: str, zone: ZoneInfo) -> str:
    """SQL that gives the text of a column in an export, NULL for nothing.

    Percent signs are doubled: the statement takes parameters.
    """
    if field.type is Type.DATETIME and not is_many(field):
        # The offset stands behind the local time, so that nothing is lost and people can still read the hour.
        local = f"({column} AT TIME ZONE '{zone.key}')"
        offset = f"({local} - ({column} AT TIME ZONE 'UTC'))"
        return (
            f"to_char({local}, 'YYYY-MM-DD\"T\"HH24:MI:SS')"
            f" || CASE WHEN {offset} < interval '0' THEN '-' ELSE '+' END || to_char(abs_interval({offset}), 'HH24:MI')"
        ).replace(f"abs_interval({offset})", f"greatest({offset}, -{offset})")
    if field.type is Type.BOOLEAN and not is_many(field):
        return f"CASE WHEN {column} THEN 'true' WHEN NOT {column} THEN 'false' END"
    text = f"array_to_string({column}, '{SEPARATOR}')" if is_many(field) else f"{column}::text"
    if field.type in _GUARDED:
        text = guarded_sql(text)
    return f"nullif({text}, '')"


def guarded_sql(value: str) -> str:
    """SQL of a text that no spreadsheet runs: what `guard_formula` makes of it."""
    return _FORMULA.format(value=value)


def is_many(field: Field) -> bool:
    """True when lists show several values of a record: an array."""
    return field.many is not None or field.type is Type.MULTI_CHOICE

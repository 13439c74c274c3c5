"""What is wrong with a customer's data: each problem once, as a filter of the customers' list and as a number."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from samphan.customers import fields
from samphan.platform.catalogue import Choice, Field, Privacy, Type

_C = "customers_customer"
_OF = f"i.workspace_id = {_C}.workspace_id AND i.customer_id = {_C}.id"
_AT = f"a.workspace_id = {_C}.workspace_id AND a.customer_id = {_C}.id"
OLD_DAYS = 730


def _has(kind: str, test: str = "true") -> str:
    return f"EXISTS (SELECT 1 FROM customers_identity i WHERE {_OF} AND i.kind = '{kind}' AND {test})"


def _shared(kind: str) -> str:
    # Of customers with one number the first holds it alone and the others share it; both look into small indexes.
    others = (
        "EXISTS (SELECT 1 FROM customers_identity o WHERE o.workspace_id = i.workspace_id AND o.kind = i.kind"
        " AND o.value = i.value AND NOT o.resolves)"
    )
    return _has(kind, f"(NOT i.resolves OR {others})")


def _old(field: str, has: str) -> str:
    # Sources are written by us as ISO times, so that they sort as text.
    since = f"to_char(now() AT TIME ZONE 'UTC' - interval '{OLD_DAYS} days', 'YYYY-MM-DD')"
    at = f"coalesce({_C}.sources -> '{field}' ->> 1, {_C}.sources -> '*' ->> 1)"
    return f"({has} AND {at} < {since})"


_DIGIT_SUM = "(" + " + ".join(f"{14 - n} * substr({_C}.tax_id, {n}, 1)::int" for n in range(1, 13)) + ")"


# Digit by digit: looking back at what was matched takes PostgreSQL a hundred times as long.
_NO_PHONE = "|".join(f"{digit}{{{{7}}}}" for digit in range(10)) + "|12345678|87654321"
_NO_EMAIL = r"(^(test|abc|a|x+|no|none|noemail)@|@(test|example|email|mail)\.|\.(con|cmo|comm)$|@gmail\.co$)"


WORST_NAME = "worst"


@dataclass(frozen=True)
class Problem:
    """One thing that may be wrong. `of`: the field it is about, "" for the whole record. `is_age`: it is old, not wrong.
    `sql` tests one customer; who has which problem is kept (`problem_rows`), and that is what lists ask.

    Who may not read the class of the field must not learn of the problem either: `filter_name` is a field of that class.
    """

    name: str
    label: Any
    of: str
    sql: str
    definition: Any
    is_age: bool = False
    is_compared: bool = False  # found by comparing everybody, not by a test of one customer

    @property
    def filter_name(self) -> str:
        """The field of the customers' list that asks for it."""
        return "data_problems" if self.of in ("name", "tax_id", "birth_date") else "contact_problems"


PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "no_contact", _("No way to reach"), "", f"NOT ({_has('phone')} OR {_has('email')} OR {_has('line')})",
        _("neither telephone nor e-mail nor LINE"),
    ),
    Problem(
        "strange_name", _("Name is a placeholder"), "name",
        f"{_C}.name ~* '^(tests?|ทดสอบ.*|x{{{{2,}}}}|n/?a|none|ไม่ทราบ(ชื่อ)?|ไม่ระบุ(ชื่อ)?|[-.*_ 0-9]+|.)$'",
        _("the name is one letter, digits, or a word such as “test” or ไม่ระบุ"),
    ),
    Problem(
        "dummy_phone", _("Phone cannot be real"), "phone", _has("phone", f"i.value ~ '{_NO_PHONE}'"),
        _("one digit seven times in a row, or 12345678"),
    ),
    Problem(
        "bad_email", _("E-mail cannot be real"), "email",
        _has("email", f"i.value ~* '{_NO_EMAIL}'"),
        _("a placeholder such as test@…, or a slip such as .con"),
    ),
    Problem(
        "bad_tax_id", _("Tax id does not check"), "tax_id",
        f"({_C}.tax_id <> '' AND (11 - {_DIGIT_SUM} %% 11) %% 10 <> right({_C}.tax_id, 1)::int)",
        _("the last of the 13 digits does not fit the others"),
    ),
    Problem(
        "odd_birth_date", _("Birth date is unlikely"), "birth_date",
        f"({_C}.birth ~ '^[0-9]{{{{4}}}}' AND (left({_C}.birth, 4)::int < extract(year FROM now()) - 110"
        f" OR left({_C}.birth, 4)::int > extract(year FROM now()) OR {_C}.birth LIKE '%%-01-01'))",
        _("more than 110 years ago, ahead, or 1 January, which forms fill in by themselves"),
    ),
    Problem(
        "odd_postcode", _("Postcode is not whole"), "postcode",
        f"EXISTS (SELECT 1 FROM customers_address a WHERE {_AT} AND a.postcode <> ''"
        " AND a.postcode !~ '^[1-9][0-9]{4}$')",
        _("not five digits"),
    ),
    Problem("shared_phone", _("Same phone as another"), "phone", _shared("phone"), _("another customer has the same number")),
    Problem("shared_email", _("Same e-mail as another"), "email", _shared("email"), _("another customer has the same e-mail")),
    Problem(
        "shared_tax_id", _("Same tax id as another"), "tax_id",
        f"({_C}.tax_id <> '' AND EXISTS (SELECT 1 FROM customers_customer o WHERE o.workspace_id = {_C}.workspace_id"
        f" AND o.tax_id = {_C}.tax_id AND o.branch = {_C}.branch AND o.tax_id <> ''"
        f" AND o.id <> {_C}.id AND o.deleted_at IS NULL))",
        _("another customer has the same tax id and branch"),
    ),
    Problem(
        "similar_name", _("Similar name to another"), "name", "",
        _("the name sounds alike, with the same postcode or birth date; of companies, in one branch"),
        is_compared=True,
    ),
    Problem(
        "old_phone", _("Phone not touched for two years"), "phone", _old("phone", _has("phone")),
        _("the last time that somebody typed or imported it is more than two years ago"), is_age=True,
    ),
    Problem(
        "old_email", _("E-mail not touched for two years"), "email", _old("email", _has("email")),
        _("the last time that somebody typed or imported it is more than two years ago"), is_age=True,
    ),
)  # fmt: skip

# Braces of the patterns are doubled above, for the parts that are formatted.
_SQL = {one.name: one.sql.replace("{{", "{").replace("}}", "}") for one in PROBLEMS}


def _field(name: str, label: Any, privacy: Privacy) -> Field:
    found = [one for one in PROBLEMS if one.filter_name == name]
    choices = [Choice(one.name, one.label, "amber" if one.is_age else "rose") for one in found]
    if name == "contact_problems":
        choices.append(Choice(WORST_NAME, _("One of the worst 100"), "rose"))
    names = ", ".join(f"'{one.value}'" for one in choices)
    kept = (
        f"FROM insights_customerproblem q WHERE q.workspace_id = {_C}.workspace_id AND q.customer_id = {_C}.id"
        f" AND q.problem IN ({names})"
    )
    return Field(
        name,
        label,
        Type.MULTI_CHOICE,
        privacy,
        f"ARRAY(SELECT DISTINCT q.problem::text {kept} ORDER BY 1)",
        value_sql="q.problem",
        many=f"EXISTS (SELECT 1 {kept} AND {{test}})",
        choices=tuple(choices),
        group=_("Data quality"),
    )


FIELDS = (
    _field("contact_problems", _("Problems of contact points"), Privacy.CONTACT),
    _field("data_problems", _("Problems of personal data"), Privacy.PERSONAL),
)


def register() -> None:
    """Let lists, filters and views ask for problems."""
    for one in FIELDS:
        fields.add_field(one)


def problem_sql(name: str, narrowed: str = "") -> str:
    """The test of one problem over a customer's row.

    :param narrowed: which customers are asked about at all, as a test with "{id}" for the id. It is asked of the rows of their
        telephones and addresses too: else PostgreSQL may read those of everybody for a part of the customers.
    """
    sql = _SQL[name]
    for alias in ("i", "a") if narrowed else ():
        of = f"{alias}.customer_id = {_C}.id"
        sql = sql.replace(of, f"{of} AND {narrowed.replace('{id}', f'{alias}.customer_id')}")
    return sql

"""Which customers have which problem: found in sets by a job, and for whoever changes, so that lists filter by it at once.

A list that tried the rules itself read a million customers for the few that one of them is about. The rows are no records
of their own: they can be found anew at any time, and nobody undoes them.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from samphan.insights.quality_problems import PROBLEMS, WORST_NAME, problem_sql

MEMORY = "128MB"  # the tests of child rows are hashed once, not looked up once for each customer
MOST_SHARING = 5_000  # others with the telephone or e-mail of whoever changed
AT_ONCE = 20_000  # customers of one set
LISTED = 1_000  # of one set that is named one by one
DENSE = 100
LARGEST_GROUP = 20  # a name that more have is a common one

_C = "customers_customer"
_Q = "insights_customerproblem"
_LIVING = f"{_C}.workspace_id = %(workspace)s AND {_C}.deleted_at IS NULL"
_LEGAL_FORMS = (
    r"^(บริษัท|บจก\.?|บมจ\.?|หจก\.?|หสม\.?|ห้างหุ้นส่วนจำกัด|ห้างหุ้นส่วนสามัญ|ห้างหุ้นส่วน|คณะบุคคล|ร้าน)\s*"
    r"|\s*(จำกัด)?\s*\(มหาชน\)\s*$|\s*จำกัด\s*$|[\s,]*(co\.?,?\s*)?(ltd|limited)\.?\s*$"
)
# Letters that sound alike are one, and tone marks, silent letters' signs and repetition say nothing.
_ALIKE = ("ศษณฆฅญฎฏฐฑฒธภฬใ่้๊๋็์ๆ", "สสนคคยดตถทททพลไ")


def _sound(text: str) -> str:
    """SQL of a name without what people write now so, now so."""
    return f"regexp_replace(translate(lower({text}), '{_ALIKE[0]}', '{_ALIKE[1]}'), '[[:space:][:punct:]]+', '', 'g')"


# People are alike by first and last name with the same postcode or birth date; organisations by name without the legal form,
# in one branch. A name alone says too little about people: there are many สมชาย ใจดี.
_SIMILAR = f"""
    WITH named AS (
        SELECT id, kind, branch, birth,
               CASE WHEN kind = 'organisation' THEN {_sound(f"regexp_replace(name, '{_LEGAL_FORMS}', '', 'gi')")}
                    WHEN last_name <> '' THEN {_sound("first_name || last_name")} END AS sound
          FROM {_C} WHERE {_LIVING}
    ), traits AS (
        SELECT id, 'o ' || sound || ' ' || branch AS shared FROM named WHERE kind = 'organisation' AND sound <> ''
        UNION ALL
        SELECT id, 'b ' || sound || ' ' || birth FROM named
         WHERE kind <> 'organisation' AND sound <> '' AND birth IS NOT NULL AND birth <> ''
        UNION ALL
        SELECT n.id, 'p ' || n.sound || ' ' || a.postcode FROM named n
          JOIN customers_address a ON a.workspace_id = %(workspace)s AND a.customer_id = n.id
         WHERE n.kind <> 'organisation' AND n.sound <> '' AND a.postcode <> ''
    ), counted AS (
        SELECT id, shared, count(*) OVER (PARTITION BY shared) AS among FROM (SELECT DISTINCT id, shared FROM traits) AS once
    )
    SELECT id, min(shared) AS shared FROM counted WHERE among BETWEEN 2 AND {LARGEST_GROUP} GROUP BY id
"""

# By groups: of a join of everybody with everybody the planner does not know that most have no tax id.
_SHARED_TAX_ID = f"""
    SELECT id, tax_id || ' ' || branch AS shared FROM (
        SELECT id, tax_id, branch, count(*) OVER (PARTITION BY tax_id, branch) AS among
          FROM {_C} WHERE {_LIVING} AND tax_id <> '') AS counted WHERE among > 1
"""
_COMPARED = {"similar_name": _SIMILAR, "shared_tax_id": _SHARED_TAX_ID}
COMPARED = tuple(_COMPARED)
_SOME = "{id} = ANY(%(ids)s::uuid[])"
_NOTHING = "''"
_SHARED = {
    "shared_tax_id": f"{_C}.tax_id || ' ' || {_C}.branch"
}  # what a group has alike, where one customer's row says it
_FIRST, _LAST = UUID(int=0), UUID(int=2**128 - 1)


def refresh_all(workspace_id: UUID) -> None:
    """Find every problem of every living customer anew, at once: for a few thousand; `quality.count_on` goes in parts."""
    for name in COMPARED:
        refresh_compared(workspace_id, name)
    refresh_between(workspace_id, None, None)


def refresh_compared(workspace_id: UUID, name: str) -> None:
    """Find anew who has a problem that shows by comparing everybody with everybody; half a minute for a million."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
        _replace(cursor, workspace_id, name, _COMPARED[name])


def next_part(workspace_id: UUID, after: UUID | None, size: int) -> UUID | None:
    """The last of the next so many living customers; None where fewer are left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (array_agg(id ORDER BY id))[%(size)s] FROM"
            f" (SELECT id FROM {_C} WHERE {_LIVING} AND id > %(after)s ORDER BY id LIMIT %(size)s) AS next",
            {"workspace": workspace_id, "after": after or _FIRST, "size": size},
        )
        found: tuple[UUID | None] = cursor.fetchone()
    return found[0]


def refresh_between(workspace_id: UUID, after: UUID | None, until: UUID | None, *, with_tax_ids: bool = False) -> None:
    """Find the problems that show of one customer alone anew, of those with an id above `after`, up to `until`."""
    bounds = {"after": after or _FIRST, "until": until or _LAST}
    with connection.cursor() as cursor:
        for problem in PROBLEMS:
            if problem.name not in _COMPARED or (with_tax_ids and not problem.is_compared):
                part = "{id} > %(after)s AND {id} <= %(until)s"
                found = (
                    f"SELECT {_C}.id, {_SHARED.get(problem.name, _NOTHING)} AS shared FROM {_C}"
                    f" WHERE {_LIVING} AND {part.replace('{id}', _C + '.id')} AND ({problem_sql(problem.name, part)})"
                )
                kept = " AND q.customer_id > %(after)s AND q.customer_id <= %(until)s"
                _replace(cursor, workspace_id, problem.name, found, kept, **bounds)


def refresh(workspace_id: UUID, customer_ids: Sequence[UUID]) -> None:
    """Find the problems of some customers anew, and of those with whom they share a telephone, e-mail or tax id now.

    What is found by comparing everybody waits for the night, and so does a customer whose only sharer changed away.
    """
    for start in range(0, len(customer_ids), AT_ONCE):
        ids = sorted(customer_ids[start : start + AT_ONCE])
        others = _sharing(workspace_id, ids)
        if len(ids) >= DENSE and _is_dense(workspace_id, ids):
            refresh_between(workspace_id, UUID(int=ids[0].int - 1), ids[-1], with_tax_ids=True)
        else:
            others = [*ids, *others]
        for first in range(0, len(others), LISTED):
            _refresh_listed(workspace_id, others[first : first + LISTED])


def _sharing(workspace_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT o.customer_id FROM customers_identity i JOIN customers_identity o"
            " ON o.workspace_id = i.workspace_id AND o.kind = i.kind AND o.value = i.value AND o.customer_id <> i.customer_id"
            " WHERE i.workspace_id = %(workspace)s AND i.customer_id = ANY(%(ids)s) AND i.kind IN ('phone', 'email')"
            " UNION SELECT o.id FROM customers_customer c JOIN customers_customer o"
            " ON o.workspace_id = c.workspace_id AND o.tax_id = c.tax_id AND o.branch = c.branch AND o.id <> c.id"
            f" WHERE c.workspace_id = %(workspace)s AND c.id = ANY(%(ids)s) AND c.tax_id <> '' LIMIT {MOST_SHARING}",
            {"workspace": workspace_id, "ids": list(ids)},
        )
        return [found for (found,) in cursor.fetchall()]


def _is_dense(workspace_id: UUID, ids: Sequence[UUID]) -> bool:
    """Whether few others lie between the first and the last, as with what an import made: to ask by span is half the work."""
    end = next_part(workspace_id, UUID(int=ids[0].int - 1), 2 * len(ids))
    return end is None or end >= ids[-1]


def _refresh_listed(workspace_id: UUID, ids: Sequence[UUID]) -> None:
    tested = [problem for problem in PROBLEMS if not problem.is_compared]
    params: dict[str, Any] = {
        "workspace": workspace_id,
        "ids": "{" + ",".join(map(str, ids)) + "}",  # as one text: the list stands in the statement many times
        "names": [problem.name for problem in tested],
    }
    with connection.cursor() as cursor:
        # A question of its own for each problem: each is a join then, where a CASE would look once for each customer.
        found = " UNION ALL ".join(
            f"SELECT {_C}.id, '{problem.name}' AS problem, {_SHARED.get(problem.name, _NOTHING)} AS shared"
            f" FROM {_C} WHERE {_LIVING} AND {_C}.id = ANY(%(ids)s::uuid[]) AND ({problem_sql(problem.name, _SOME)})"
            for problem in tested
        )
        cursor.execute(
            f"WITH found AS MATERIALIZED ({found}), gone AS ("
            f"  DELETE FROM {_Q} q WHERE q.workspace_id = %(workspace)s AND q.customer_id = ANY(%(ids)s::uuid[])"
            "    AND q.problem = ANY(%(names)s) AND NOT EXISTS ("
            "      SELECT 1 FROM found f WHERE f.id = q.customer_id AND f.problem = q.problem AND f.shared = q.shared))"
            f" INSERT INTO {_Q} (id, workspace_id, customer_id, problem, shared)"
            "  SELECT samphan_uuid7(), %(workspace)s, f.id, f.problem, f.shared FROM found f"
            " ON CONFLICT DO NOTHING",
            params,
        )


def keep_worst(workspace_id: UUID, customer_ids: Sequence[str]) -> None:
    """Note who is worst, so that the list of customers shows them and a view may keep them."""
    found = "SELECT unnest(%(ids)s::uuid[]) AS id, '' AS shared"
    with connection.cursor() as cursor:
        _replace(cursor, workspace_id, WORST_NAME, found, ids=list(customer_ids))


def _replace(cursor: Any, workspace_id: UUID, name: str, found: str, kept: str = "", **more: Any) -> None:
    """Let exactly those have the problem whom a statement finds; who has it already is not written again."""
    params = {"workspace": workspace_id, "problem": name, **more}
    # One statement sees one state: what is found once serves both.
    cursor.execute(
        f"WITH found AS MATERIALIZED ({found}), gone AS ("
        f"  DELETE FROM {_Q} q WHERE q.workspace_id = %(workspace)s AND q.problem = %(problem)s{kept}"
        "   AND NOT EXISTS (SELECT 1 FROM found f WHERE f.id = q.customer_id AND f.shared = q.shared))"
        f" INSERT INTO {_Q} (id, workspace_id, customer_id, problem, shared)"
        "  SELECT samphan_uuid7(), %(workspace)s, f.id, %(problem)s, f.shared FROM found f"
        f"  WHERE NOT EXISTS (SELECT 1 FROM {_Q} k WHERE k.workspace_id = %(workspace)s AND k.problem = %(problem)s"
        "                      AND k.customer_id = f.id AND k.shared = f.shared)"
        " ON CONFLICT DO NOTHING",  # who changed meanwhile was found by `refresh`
        params,
    )

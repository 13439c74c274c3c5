"""Functions that row-level security must trust.

PostgreSQL evaluates a condition before the policy, and so lets it use an index, only when its function is marked
LEAKPROOF: it must not tell anything about its arguments, not even by an error. The comparisons listed here either
cannot fail on stored values or fail without showing them. The marks are the superuser's to give; they are put on at
every start and after a restore. A managed database without superuser goes without, and is slower.
"""

LEAKPROOF = (
    "numeric_eq(numeric, numeric)",
    "numeric_ne(numeric, numeric)",
    "numeric_lt(numeric, numeric)",
    "numeric_le(numeric, numeric)",
    "numeric_gt(numeric, numeric)",
    "numeric_ge(numeric, numeric)",
    "numeric_cmp(numeric, numeric)",
    "jsonb_object_field_text(jsonb, text)",
    "jsonb_object_field(jsonb, text)",
    "jsonb_contains(jsonb, jsonb)",
    '"numeric"(jsonb)',  # fails on what is no number, and says its kind alone
    "bool(jsonb)",
    "translate(text, text, text)",
    "regexp_replace(text, text, text, text)",  # fails on its pattern alone, and ours are written in the statement
    "arraycontains(anyarray, anyarray)",
    "arrayoverlap(anyarray, anyarray)",
    "textlike(text, text)",
    "textnlike(text, text)",
    "starts_with(text, text)",
    "lower(text)",
    "upper(text)",
    "date_cmp_timestamptz(date, timestamptz)",
    '"substring"(text, integer, integer)',  # fails on a negative length alone, and ours are written in the statement
)
TRIGRAM = (
    "similarity_op(text, text)",
    "word_similarity_op(text, text)",
    "word_similarity_commutator_op(text, text)",
    "similarity(text, text)",
    "word_similarity(text, text)",
)


def leakproof_statements() -> list[str]:
    """The SQL a superuser runs in Samphan's database to mark the functions; safe to repeat."""
    return [f"ALTER FUNCTION pg_catalog.{name} LEAKPROOF" for name in LEAKPROOF] + [
        f"ALTER FUNCTION public.{name} LEAKPROOF" for name in TRIGRAM
    ]

"""What stands beside every list: filter builder, column chooser, sorting.

Each is a popover of the list, and a page of its own when it is opened by its address.
"""

from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from samphan.administration.custom_fields import definitions, relations
from samphan.administration.custom_fields import values as custom_values
from samphan.administration.lists.kinds import kind
from samphan.administration.lists.page import ListPage, addresses, option_pairs
from samphan.administration.middleware import MemberRequest
from samphan.platform.catalogue import Field, Operator, Type
from samphan.platform.conditions import And, Comparison, ConditionProblem, parse
from samphan.platform.conditions.sentences import MONTHS, OPERATOR_WORDS
from samphan.platform.conditions.tree import DAY_COUNTS, VERSION
from samphan.platform.thai.dates import DateProblem, parse_date
from samphan.platform.thai.partial_dates import parse_partial_date
from samphan.platform.thai.problems import ValueProblem

BARE = {Operator.IS_KNOWN, Operator.IS_UNKNOWN, Operator.IS_TRUE, Operator.IS_FALSE}
SEVERAL = {
    Operator.IS_ANY_OF,
    Operator.IS_NONE_OF,
    Operator.HAS_ANY_TAG,
    Operator.HAS_ALL_TAGS,
    Operator.HAS_NO_TAG,
}


@require_GET
def list_filters(request: MemberRequest, entity_name: str) -> HttpResponse:
    """One step of the builder; with `apply` the list with the filter, or the step again with what is wrong."""
    listing = ListPage(request, kind(entity_name))
    asked = request.GET
    edited = _edited(listing, asked.get("edit", ""))
    name = asked.get("field", "") or (edited.field if edited else "")
    if not name or not listing.entity.has_field(name):
        return _answer(request, "administration/lists/filters.html#fields", listing, {"groups": _groups(listing)})
    field = listing.entity.field(name)
    wanted = asked.get("operator", "") or (edited.operator.value if edited else "")
    operator = next((known for known in field.operators if known.value == wanted), field.operators[0])
    error = ""
    if "apply" in asked:
        try:
            comparison = _read(listing, field, operator, asked.getlist("value"))
        except (ConditionProblem, ValueProblem) as problem:
            error = problem.message if isinstance(problem, ConditionProblem) else str(problem)
        else:
            address = _with(listing, comparison, edited)
            if request.htmx:
                return HttpResponse(status=204, headers={"HX-Redirect": address})
            return redirect(address)
    values = asked.getlist("value") or _values(edited, field, operator)
    if field.type is Type.RELATION and not asked.getlist("value"):
        values = [listing.related_label(field.target, key) for key in relations.ids(*values)]
    context = {
        "field": field,
        "operator": operator.value,
        "operators": [(known.value, str(OPERATOR_WORDS[known])) for known in field.operators],
        "input": _input(field, operator),
        "options": list(_options(listing, field, operator)),
        "values": values,
        "first": values[0] if values else "",
        "last": values[1] if len(values) > 1 else "",
        "error": error,
        "edit": asked.get("edit", ""),
        "lookup": reverse("custom-lookup", args=[entity_name, name]) if field.type is Type.RELATION else "",
    }
    return _answer(request, "administration/lists/filters.html#value", listing, context)


def _answer(request: MemberRequest, template: str, listing: ListPage, context: dict[str, Any]) -> HttpResponse:
    context |= page_context(listing)
    if request.htmx:
        return render(request, template, context)
    return render(request, template.partition("#")[0], context | {"step": template.partition("#")[2]})


def _groups(listing: ListPage) -> list[tuple[str, list[Field]]]:
    groups: dict[str, list[Field]] = {}
    for field in listing.fields:
        if field.is_filterable:
            groups.setdefault(str(field.group), []).append(field)
    return list(groups.items())


def _edited(listing: ListPage, index: str) -> Comparison | None:
    """The filter that is being changed."""
    parts = listing.comparisons
    if not index.isdigit() or int(index) >= len(parts):
        return None
    part = parts[int(index)]
    return part if isinstance(part, Comparison) else None


def _with(listing: ListPage, comparison: Comparison, edited: Comparison | None) -> str:
    parts = listing.comparisons
    if edited is None:
        return listing.href(where=And((*parts, comparison)))
    return listing.href(where=And(tuple(comparison if part == edited else part for part in parts)))


def _read(listing: ListPage, field: Field, operator: Operator, typed: list[str]) -> Comparison:
    """The comparison that was built, checked like one from the address.

    :raises ConditionProblem: for a value that cannot be used. :raises ValueProblem: for a date that cannot be read.
    """
    value: object
    typed = [text.strip() for text in typed if text.strip()]
    if operator in BARE:
        value = None
    elif operator in SEVERAL or operator is Operator.BETWEEN:
        value = [part.strip() for text in typed for part in _parts(field, text)]
        if field.type.is_temporal:
            value = [_day(listing, str(part)) for part in value]
    else:
        value = typed[0] if typed else ""
        if field.type is Type.RELATION and value:
            value = _record(listing, field, str(value))
        if field.type.is_temporal and operator not in DAY_COUNTS and operator is not Operator.MONTH_IS:
            may_lack = field.type is Type.PARTIAL_DATE and operator is Operator.ON
            value = _partial_day(listing, str(value)) if may_lack else _day(listing, str(value))
    document: dict[str, object] = {"field": field.name, "operator": operator.value}
    if value is not None:
        document["value"] = value
    # One comparison was written, so one comes back.
    return cast("Comparison", parse({"version": VERSION, "where": document}, listing.entity, listing.member))


def _record(listing: ListPage, field: Field, text: str) -> str:
    """The id of the record that somebody means.

    :raises ValueProblem: when there is none, or several.
    """
    custom = definitions.find(listing.kind.entity_name, field.name, listing.member.workspace_id)
    if custom is None:
        return text
    found = custom_values.read(custom, text, member=lambda _text: set(), record=relations.finder(listing.member))
    return str(found or "")


def _parts(field: Field, text: str) -> Iterable[str]:
    # Choices come one by one; texts for "is any of" are typed with commas.
    return text.split(",") if field.type.is_textual else [text]


def _day(listing: ListPage, text: str) -> str:
    if not text:
        return ""
    return parse_date(text, day_first=True, today=listing.today).date.isoformat()


def _partial_day(listing: ListPage, text: str) -> str:
    """A date that may lack a part, as it is stored: 5 พ.ย., พ.ศ. 2530."""
    try:
        return _day(listing, text)
    except DateProblem as problem:
        if problem.code not in ("incomplete", "not_a_date"):
            raise
        return str(parse_partial_date(text, order="dmy")[0])


def _values(edited: Comparison | None, field: Field, operator: Operator) -> list[str]:
    if edited is None or edited.operator is not operator or edited.value is None:
        return []
    return [str(item) for item in (edited.value if isinstance(edited.value, tuple) else (edited.value,))]


def _input(field: Field, operator: Operator) -> str:
    """What the value is typed into: none, days, month, pair, dates, date, number, choices, choice, text."""
    if operator in BARE:
        return "none"
    if operator in DAY_COUNTS:
        return "days"
    if operator is Operator.MONTH_IS:
        return "month"
    if operator is Operator.BETWEEN:
        return "dates" if field.type.is_temporal else "pair"
    if field.type is Type.RELATION:
        return "record"
    if field.type in (Type.CHOICE, Type.MEMBER):
        return "choices" if operator in SEVERAL else "choice"
    if field.type is Type.MULTI_CHOICE:
        return "choices"
    if field.type.is_temporal:
        return "date"
    return "number" if field.type.is_numeric else "text"


def _options(listing: ListPage, field: Field, operator: Operator) -> Iterable[tuple[str, str]]:
    if operator is Operator.MONTH_IS:
        yield "this", _("this month")
        yield "next", _("next month")
        for index, month in enumerate(MONTHS, 1):
            yield str(index), str(month)
    else:
        yield from option_pairs(listing, field)


@require_GET
def list_columns(request: MemberRequest, entity_name: str) -> HttpResponse:
    """The column chooser; with `c` chosen, back to the list with those columns in the order they were sent."""
    listing = ListPage(request, kind(entity_name))
    if "c" in request.GET:
        lead = listing.kind.lead
        chosen = tuple(name for name in request.GET.getlist("c") if listing.entity.has_column(name))
        chosen = (lead, *(name for name in dict.fromkeys(chosen) if name != lead))
        default = chosen == listing.entity.default_columns()
        return redirect(listing.href(columns=() if default else chosen))
    shown = listing.columns
    fields = [listing.entity.column(name) for name in shown]
    hidden = {*shown, *listing.kind.hidden}
    fields += [field for field in listing.entity.columns if field.name not in hidden]
    context = page_context(listing) | {
        "fields": [(field, field.name in shown) for field in fields],
        "lead": listing.kind.lead,
        "reset_url": listing.href(columns=()),
    }
    template = "columns_form.html" if request.htmx else "columns.html"
    return render(request, f"administration/lists/{template}", context)


@require_GET
def list_sorting(request: MemberRequest, entity_name: str) -> HttpResponse:
    """The orders that the list can have."""
    listing = ListPage(request, kind(entity_name))
    template = "sort_menu.html" if request.htmx else "sorting.html"
    context = page_context(listing) | {"choices": listing.sort_choices()}
    return render(request, f"administration/lists/{template}", context)


def page_context(listing: ListPage) -> dict[str, Any]:
    """What the pages beside a list share: the list, its state, and the way back to it."""
    return {
        "place": listing.kind.entity_name,
        "list": listing,
        "state_pairs": listing.state_pairs,
        "back_url": listing.href(cursor=""),
        **addresses(listing.kind),
    }

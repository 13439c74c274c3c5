"""Settings of choices: stages, grades, kinds, outcomes."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration.middleware import MemberRequest
from samphan.administration.settings import choices
from samphan.administration.views.settings import CHANGE, page, say_saved
from samphan.platform.access import requires

COUNTED = 10_000


@requires(CHANGE)
@require_GET
def choice_sets(request: MemberRequest) -> HttpResponse:
    """The first of the sets."""
    return redirect("choice-set", choices.sets()[0].name)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def choice_settings(request: MemberRequest, set_name: str) -> HttpResponse:
    """One set: names, colours, order, and what is offered; `up` or `down` names the one that moves."""
    of = _set(set_name)
    if request.method == "GET":
        return _page(request, of)
    typed = _typed(request, of)
    try:
        act = choices.change(of.name, typed, acting_member=request.member)
    except choices.BadChoice as problem:
        return _page(request, of, rows=typed, error=str(problem), at="-".join(reversed(problem.at)))
    return _saved(request, of, act)


@requires(CHANGE)
@require_POST
def choice_addition(request: MemberRequest, set_name: str) -> HttpResponse:
    """Add an own choice."""
    of = _set(set_name)
    typed = {name: request.POST.get(name, "") for name in ("th", "en", "tone")}
    try:
        act = choices.add(
            of.name, th=typed["th"], en=typed["en"], tone=typed["tone"] or "slate", acting_member=request.member
        )
    except choices.BadChoice as problem:
        return _page(request, of, added=typed, add_error=str(problem))
    return _saved(request, of, act)


@requires(CHANGE)
@require_POST
def choice_merge(request: MemberRequest, set_name: str) -> HttpResponse:
    """Put the records with one choice under another."""
    of = _set(set_name)
    merged = {"from": request.POST.get("from", ""), "into": request.POST.get("into", "")}
    try:
        act = choices.merge(of.name, merged["from"], merged["into"], acting_member=request.member)
    except choices.BadChoice as problem:
        return _page(request, of, merged=merged, merge_error=str(problem))
    return _saved(request, of, act)


def _set(name: str) -> choices.ChoiceSet:
    found = choices.choice_set(name)
    if found is None:
        raise Http404
    return found


def _saved(request: MemberRequest, of: choices.ChoiceSet, act: UUID | None) -> HttpResponse:
    say_saved(request, act)
    return redirect("choice-set", of.name)


def _typed(request: MemberRequest, of: choices.ChoiceSet) -> list[choices.Entry]:
    """The live choices as the form has them, in the order that it asks for."""
    asked = request.POST
    live = [one for one in choices.entries(of.name) if not one.into]
    rows = [
        replace(
            one,
            th=asked.get(f"th-{one.key}", one.th),
            en=asked.get(f"en-{one.key}", one.en),
            tone=asked.get(f"tone-{one.key}", one.tone),
            is_hidden=f"offered-{one.key}" not in asked,
        )
        for one in live
    ]
    moved, step = (asked["up"], -1) if "up" in asked else (asked.get("down", ""), 1)
    at = next((index for index, one in enumerate(rows) if one.key == moved), None)
    if at is not None and 0 <= at + step < len(rows):
        rows[at], rows[at + step] = rows[at + step], rows[at]
    return [replace(one, order=order) for order, one in enumerate(rows, 1)]


def _page(
    request: MemberRequest, of: choices.ChoiceSet, *, rows: list[choices.Entry] | None = None, **context: Any
) -> HttpResponse:
    live = rows or [one for one in choices.entries(of.name) if not one.into]
    counts = of.counts(request.member, [one.key for one in live], COUNTED)
    status = 422 if {"error", "add_error", "merge_error"} & set(context) else 200
    context |= {
        "settings_place": "choices",
        "set": of,
        "tabs": [
            {"label": one.label, "href": reverse("choice-set", args=[one.name]), "is_current": one is of}
            for one in choices.sets()
        ],
        "rows": [
            {"one": one, "count": min(counts[one.key], COUNTED), "is_more": counts[one.key] > COUNTED} for one in live
        ],
        "tones": list(choices.TONE_LABELS.items()),
        "options": [(one.key, one.label) for one in live],
    }
    return page(request, of.topic, context, template="administration/settings/choices.html", status=status)

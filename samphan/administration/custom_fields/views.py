"""The settings of custom fields: which there are, a new one, one being changed with its preview, their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from samphan.administration.custom_fields import actions, definitions, formula_drafts, groups, hosts, indexes, values
from samphan.administration.custom_fields.actions import BadField, Draft
from samphan.administration.custom_fields.definitions import say
from samphan.administration.custom_fields.groups import BadGroupName
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.custom_fields.sql import own_group
from samphan.administration.lists.custom_editing import input_of
from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import members
from samphan.administration.views.settings import say_saved
from samphan.platform.access import requires
from samphan.platform.changes.undo import is_undoable
from samphan.platform.errors import DomainError
from samphan.platform.formulas.reading import KINDS as KINDS_OF_VALUES
from samphan.platform.ids import as_uuid
from samphan.ui import preferences
from samphan.ui.tones import TONES

CHANGE = "administration.change_field"
BLANK_CHOICES = 3
Kind = CustomField.Kind
# What each kind is for, with its icon: the first step of a new field.
KINDS: dict[str, tuple[str, Any]] = {
    Kind.TEXT: ("type", gettext_lazy("A few words, a code, a name")),
    Kind.LONG_TEXT: ("align-left", gettext_lazy("Several lines")),
    Kind.NUMBER: ("hash", gettext_lazy("Counts, scores, sizes")),
    Kind.MONEY: ("banknote", gettext_lazy("Budgets, fees, credit limits")),
    Kind.DATE: ("calendar", gettext_lazy("Contracts, deadlines, anniversaries")),
    Kind.CHOICE: ("circle-check", gettext_lazy("A kind, a level, a source")),
    Kind.MULTI_CHOICE: ("list-checks", gettext_lazy("Interests, products in use")),
    Kind.BOOLEAN: ("toggle-right", gettext_lazy("True or not, or not known")),
    Kind.MEMBER: ("user", gettext_lazy("Somebody who works here")),
    Kind.RELATION: ("link", gettext_lazy("A customer, an order, a product or a task")),
    Kind.FILE: ("paperclip", gettext_lazy("Contracts, certificates, photos")),
    Kind.FORMULA: ("calculator", gettext_lazy("Worked out from other fields")),
}
RULES = ("minimum", "maximum", "places", "shortest", "longest", "pattern", "example", "formula", "target")
TEXTS = ("label_th", "label_en", "help_th", "help_en", "group_th", "group_en", "privacy", "default")


def _host(entity_name: str) -> Host:
    host = hosts.find(entity_name)
    if host is None:
        raise Http404
    return host


def _field(request: MemberRequest, host: Host, field_id: UUID) -> CustomField:
    own = CustomField.objects.filter(workspace_id=request.member.workspace_id, entity=host.entity_name)
    return get_object_or_404(own, pk=field_id)


@require_GET
@requires(CHANGE)
def fields_home(request: MemberRequest) -> HttpResponse:
    """The first kind of record."""
    return redirect("custom-fields-of", hosts.hosts()[0].entity_name)


@require_GET
@requires(CHANGE)
def fields_of_entity(request: MemberRequest, entity_name: str) -> HttpResponse:
    """The fields of one kind of record, in their order, and those that are archived."""
    return _list(request, _host(entity_name))


def _list(
    request: MemberRequest, host: Host, *, typed: Mapping[str, str] | None = None, problem: BadGroupName | None = None
) -> HttpResponse:
    """The page. `typed` and `problem`: of a group that could not be named so."""
    entity_name, typed = host.entity_name, typed or {}
    known = definitions.all_fields(entity_name, request.member.workspace_id)
    indexed = {pk: _("made quick") if serves else _("being made quick") for pk, serves in indexes.states(known).items()}
    return render(
        request,
        "administration/custom_fields/list.html",
        {
            "settings_place": "custom-fields",
            "host": host,
            "entities": [(one.entity_name, one.entity.label_plural, one.icon) for one in hosts.hosts()],
            "fields": [_shown(one) | {"index": indexed.get(one.pk)} for one in known if one.archived_at is None],
            "archived": [_shown(one) for one in known if one.archived_at is not None],
            "groups": [
                {
                    "group": one,
                    "th": typed["th"] if one.key == typed.get("group") else one.th,
                    "en": typed["en"] if one.key == typed.get("group") else one.en,
                    "problems": {problem.at: str(problem)} if problem and one.key == typed.get("group") else {},
                    "ids": {part: f"group-{place}-{part}" for part in ("th", "en")},
                }
                for place, one in enumerate(groups.groups_of(host, request.member.workspace_id))
            ],
        },
        status=422 if problem else 200,
    )


@require_POST
@requires(CHANGE)
def field_group(request: MemberRequest, entity_name: str) -> HttpResponse:
    """Give a group of fields another name."""
    host = _host(entity_name)
    typed = {name: request.POST.get(name, "") for name in ("group", "th", "en")}
    try:
        act = groups.rename_group(host, typed["group"], th=typed["th"], en=typed["en"], acting_member=request.member)
    except BadGroupName as problem:
        return _list(request, host, typed=typed, problem=problem)
    say_saved(request, act)
    return redirect("custom-fields-of", entity_name)


def _shown(field: CustomField) -> dict[str, Any]:
    label, other = str(values.label_of(field)), str(say(field.label_en, field.label_th))
    return {
        "field": field,
        "label": label,
        "other": other if other != label else "",
        "icon": KINDS[field.kind][0],
        "kind": field.get_kind_display(),
        "group": str(say(field.group_th, field.group_en) or own_group()),
        "privacy": field.get_privacy_display(),
    }


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def field_new(request: MemberRequest, entity_name: str) -> HttpResponse:
    """A new field: first what it holds, then the rest."""
    host = _host(entity_name)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in KINDS:
        kinds = [(one, Kind(one).label, icon, words) for one, (icon, words) in KINDS.items()]
        context = {"settings_place": "custom-fields", "host": host, "kinds": kinds}
        return render(request, "administration/custom_fields/new.html", context)
    if request.method == "GET":
        return _form(request, host, _draft_form(Draft(kind)))
    draft = _typed(kind, request.POST)
    if "more" in request.POST:
        return _form(request, host, _draft_form(draft, blank=BLANK_CHOICES + 2))
    try:
        made = actions.add_field(host, draft, acting_member=request.member)
    except BadField as refused:
        return _form(request, host, _draft_form(draft), problems=refused.problems)
    messages.success(
        request,
        _("The field “%(name)s” is there: in lists, filters, records and files.") % {"name": values.label_of(made)},
    )
    return redirect("custom-fields-of", entity_name)


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def field_edit(request: MemberRequest, entity_name: str, field_id: UUID) -> HttpResponse:
    """One field: its words, rules and choices."""
    host = _host(entity_name)
    found = _field(request, host, field_id)
    if request.method == "GET":
        draft = _draft_of(found)
        if found.kind == Kind.FORMULA:
            draft.rules["formula"] = definitions.formulas_of(entity_name, found.workspace_id).readable(found)
        return _form(request, host, _draft_form(draft, blank=1), found=found)
    draft = _typed(found.kind, request.POST)
    if "more" in request.POST:
        return _form(request, host, _draft_form(draft, blank=BLANK_CHOICES), found=found)
    try:
        actions.change_field(found, draft, acting_member=request.member)
    except BadField as refused:
        found.refresh_from_db()
        return _form(request, host, _draft_form(draft, blank=1), found=found, problems=refused.problems)
    messages.success(request, _("Saved"))
    return redirect("custom-fields-of", entity_name)


@require_POST
@requires(CHANGE)
def field_archival(request: MemberRequest, entity_name: str, field_id: UUID) -> HttpResponse:
    """Take a field out of use."""
    found = _field(request, _host(entity_name), field_id)
    actions.archive_field(found, acting_member=request.member)
    messages.success(
        request,
        _("“%(name)s” is archived. Its values are kept and come back with it.") % {"name": values.label_of(found)},
    )
    return redirect("custom-fields-of", entity_name)


@require_POST
@requires(CHANGE)
def field_restoration(request: MemberRequest, entity_name: str, field_id: UUID) -> HttpResponse:
    """Take an archived field into use again."""
    found = _field(request, _host(entity_name), field_id)
    actions.restore_field(found, acting_member=request.member)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": values.label_of(found)})
    return redirect("custom-fields-of", entity_name)


@require_POST
@requires(CHANGE)
def fields_order(request: MemberRequest, entity_name: str) -> HttpResponse:
    """The fields in the order of `order`, ids joined by commas; or with `up` or `down` one field by one place."""
    host = _host(entity_name)
    if moved := as_uuid(request.POST.get("up") or request.POST.get("down") or ""):
        order = [one.pk for one in definitions.live_fields(entity_name, request.member.workspace_id)]
        if moved not in order:
            raise Http404
        place = order.index(moved)
        other = max(place - 1, 0) if request.POST.get("up") else min(place + 1, len(order) - 1)
        order[place], order[other] = order[other], order[place]
    else:
        order = [one for text in request.POST.get("order", "").split(",") if (one := as_uuid(text))]
    actions.order_fields(host, order, acting_member=request.member)
    return HttpResponse(status=204) if request.htmx else redirect("custom-fields-of", entity_name)


@require_POST
@requires(CHANGE)
def field_preview(request: MemberRequest, entity_name: str) -> HttpResponse:
    """How the field that is being typed will look on a record and in a form."""
    host = _host(entity_name)
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404
    return render(
        request,
        "administration/custom_fields/preview.html",
        _preview(request, host, _typed(kind, request.POST), _edited(request, host)),
    )


def _edited(request: MemberRequest, host: Host) -> CustomField | None:
    """The field that a preview is of; None for a new one."""
    field_id = as_uuid(request.POST.get("field", ""))
    own = CustomField.objects.filter(workspace_id=request.member.workspace_id, entity=host.entity_name)
    return own.filter(pk=field_id).first() if field_id else None


# A draft and its form


def _typed(kind: str, posted: QueryDict) -> Draft:
    draft = Draft(kind)
    for name in TEXTS:
        setattr(draft, name, posted.get(name, ""))
    draft.rules = {name: posted.get(name, "") for name in RULES}
    draft.rules |= {"required": bool(posted.get("required")), "unique": bool(posted.get("unique"))}
    draft.is_asked, draft.is_searched = bool(posted.get("is_asked")), bool(posted.get("is_searched"))
    columns = [posted.getlist(f"choice_{name}") for name in ("value", "th", "en", "tone", "state")]
    draft.choices = [
        {"value": value, "th": thai, "en": english, "tone": tone, "archived": state == "archived"}
        for value, thai, english, tone, state in zip(*columns, strict=False)
        if thai.strip() or english.strip()
    ]
    return draft


def _draft_of(found: CustomField) -> Draft:
    draft = Draft(found.kind)
    for name in TEXTS:
        setattr(draft, name, getattr(found, name))
    draft.rules, draft.choices = dict(found.rules), [dict(one) for one in found.choices]
    draft.is_asked, draft.is_searched = found.is_asked, found.is_searched
    return draft


def _draft_form(draft: Draft, *, blank: int = BLANK_CHOICES) -> dict[str, Any]:
    """What the form shows of a draft."""
    nothing = {"value": "", "th": "", "en": "", "tone": "slate", "archived": False}
    return {"draft": draft, "rules": draft.rules, "choices": [*draft.choices, *([nothing] * blank)]}


def _form(
    request: MemberRequest,
    host: Host,
    shown: Mapping[str, Any],
    *,
    found: CustomField | None = None,
    problems: Mapping[str, str] | None = None,
) -> HttpResponse:
    draft: Draft = shown["draft"]
    known = definitions.all_fields(host.entity_name, request.member.workspace_id)
    context = {
        "settings_place": "custom-fields",
        "host": host,
        "found": found,
        "title": str(values.label_of(found)) if found else "",
        "icon": KINDS[draft.kind][0],
        "kind_label": Kind(draft.kind).label,
        "targets": [(one.entity_name, one.entity.label_plural) for one in hosts.hosts()],
        "target_label": _target_label(draft) if found and draft.kind == Kind.RELATION else "",
        "has_formula": draft.kind == Kind.FORMULA,
        "has_files": draft.kind == Kind.FILE,
        "has_choices": draft.kind in actions.WITH_CHOICES,
        "has_numbers": draft.kind in actions.NUMBERS,
        "has_text": draft.kind in actions.TEXTS,
        "may_be_unique": draft.kind in actions.MAY_BE_UNIQUE,
        "privacies": [(value, label) for value, label in CustomField.Class.choices if request.member.may_read(value)],
        "tones": [(tone, label) for tone, label in TONE_WORDS if tone in TONES],
        "groups_th": sorted({one.group_th for one in known if one.group_th}),
        "groups_en": sorted({one.group_en for one in known if one.group_en}),
        "problems": problems or {},
        "may_archive": found is not None and found.archived_at is None,
        "may_undo": bool(found and found.created_in and is_undoable(found.created_in)),
        "preview_url": reverse("custom-field-preview", args=[host.entity_name]),
        **shown,
        **_preview(request, host, draft, found),
    }
    if draft.kind == Kind.FORMULA:
        operands = definitions.formulas_of(host.entity_name, request.member.workspace_id).operands.values()
        seen = host.entity.seen_by(request.member)
        context["formula_fields"] = [
            (str(one.label), KINDS_OF_VALUES[one.type])
            for one in operands
            if seen.has_field(one.name) and (found is None or one.name != found.name)
        ]
        context["formula_functions"] = FORMULA_FUNCTIONS
    return render(request, "administration/custom_fields/form.html", context, status=422 if problems else 200)


def _formula_preview(request: MemberRequest, host: Host, draft: Draft, found: CustomField | None) -> dict[str, Any]:
    """What a formula gives for the newest record, or what is wrong with it."""
    shown: dict[str, Any] = {
        "label": say(draft.label_th, draft.label_en) or _("Name of the field"),
        "group": say(draft.group_th, draft.group_en) or own_group(),
        "input": "formula",
    }
    typed, places = str(draft.rules.get("formula") or ""), str(draft.rules.get("places") or "")
    if not typed.strip():
        return shown
    made = CustomField(workspace_id=request.member.workspace_id, kind=Kind.FORMULA, name=found.name if found else "")
    try:
        tried = formula_drafts.trial(
            host, typed, int(places) if places in {"0", "1", "2", "3", "4", "5", "6"} else 2, request.member, made
        )
    except DomainError as problem:
        return {**shown, "problem": str(problem)}
    if tried is None:
        return shown
    record, value, tree = tried
    made.rules = {"gives": str(tree.type)}
    words = values.words(made, value, day=preferences.day_writer(request))
    return {**shown, "record": record, "value": words, "gives": KINDS_OF_VALUES[tree.type]}


TONE_WORDS = (
    ("slate", gettext_lazy("Grey")),
    ("sky", gettext_lazy("Blue")),
    ("violet", gettext_lazy("Violet")),
    ("green", gettext_lazy("Green")),
    ("amber", gettext_lazy("Yellow")),
    ("orange", gettext_lazy("Orange")),
    ("rose", gettext_lazy("Rose")),
    ("teal", gettext_lazy("Teal")),
)


def _target_label(draft: Draft) -> Any:
    target = hosts.find(str(draft.rules.get("target") or ""))
    return target.entity.label_plural if target else ""


# What the form says of functions: how one is written, and what it gives.
FORMULA_FUNCTIONS = (
    ("if(…, …, …)", gettext_lazy("if(question, value when it is so, value when it is not)")),
    ("round(…, 2)", gettext_lazy("rounded, here to 2 decimals; also floor and ceiling")),
    ("days(…, …)", gettext_lazy("days from one date to another")),
    ("today", gettext_lazy("the day of today")),
    ("ifempty(…, 0)", gettext_lazy("the value, or another where there is none")),
    ("max(…, …)", gettext_lazy("the greatest; also min")),
    ("year(…)", gettext_lazy("the year of a date; also month and day")),
    ("… & …", gettext_lazy("texts joined")),
)


_INPUTS: dict[str, str] = {Kind.MULTI_CHOICE: "choices", Kind.FILE: "file"}


def _preview(request: MemberRequest, host: Host, draft: Draft, found: CustomField | None) -> dict[str, Any]:
    """A draft as a field of a form, and its value on a record."""
    if draft.kind == Kind.FORMULA:
        return {"preview": _formula_preview(request, host, draft, found)}
    sample = CustomField(
        kind=draft.kind,
        choices=[
            {**one, "value": one.get("value") or f"new_{place}"}
            for place, one in enumerate(draft.choices)
            if not one.get("archived")
        ],
    )
    people = {one.pk: one.name for one in members(request.member)} if draft.kind == Kind.MEMBER else {}
    kind, _value, options = input_of(sample, None, day=preferences.day_writer(request), people=people)
    return {
        "preview": {
            "label": say(draft.label_th, draft.label_en) or _("Name of the field"),
            "help": say(draft.help_th, draft.help_en),
            "group": say(draft.group_th, draft.group_en) or own_group(),
            "input": _INPUTS.get(draft.kind, kind),
            "options": options,
            "default": draft.default,
            "required": bool(draft.rules.get("required")),
        }
    }

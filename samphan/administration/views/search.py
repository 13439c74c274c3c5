"""Find anything: the palette behind Ctrl K, and the page with everything found."""

import re
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from samphan.administration.middleware import MemberRequest
from samphan.platform.access import requires
from samphan.platform.search.finding import MAX_HITS, Answer, Hit, kinds_for, recent, search
from samphan.platform.search.keyboard import recover_layout
from samphan.ui import navigation

IN_PALETTE = 6  # hits of each kind: with the places they fit on the screen without scrolling
OF_EACH_KIND = 10  # hits on the page of everything
ON_PAGE = 50  # of one kind
MAX_TEXT = 200
RECENT = 6

_CALL = re.compile(r"(?:โทรหา\s*|(?:โทร|โทรไป|โทรไปหา|call|phone|dial)\s+)(?=\S)")


@require_safe
@requires("signed_in")
def search_page(request: MemberRequest) -> HttpResponse:
    """Everything that holds the text, kind by kind, or one kind page by page; each kind only for those who may see it."""
    text, member = _text(request), request.member
    kinds = kinds_for(member)
    only = next((kind.name for kind in kinds if kind.name == request.GET.get("kind")), "")
    answer = search(text, viewer=member, limit_each=MAX_HITS if only else OF_EACH_KIND, only=only)
    groups, more_url = answer.groups, ""
    if only and groups:
        hits, has_more = _page_after(groups[0].hits, request.GET.get("after", ""))
        groups = [replace(groups[0], hits=hits)]
        more_url = _address(text, only, str(hits[-1].id)) if has_more else ""
    context = {
        "text": text,
        "only": only,
        "tabs": [{"label": _("All"), "href": _address(text), "is_current": not only}]
        + [{"label": kind.label, "href": _address(text, kind.name), "is_current": only == kind.name} for kind in kinds],
        "groups": [(group, _address(text, group.kind)) for group in groups],
        "more_url": more_url,
        "is_cut": bool(only and groups and groups[0].has_more and not more_url),
        "corrected": answer.corrected,
        **_suggested(answer),
        "count": len(answer.hits),
        "has_more": any(group.has_more for group in answer.groups),
        "commands": navigation.commands(request),
    }
    template = "administration/search/results.html"
    return render(request, f"{template}#more" if request.htmx and request.GET.get("after") else template, context)


def _page_after(hits: list[Hit], after: str) -> tuple[list[Hit], bool]:
    """The page behind the hit with the id `after`, the first page when it is not among them; and whether more follow."""
    start = next((place + 1 for place, hit in enumerate(hits) if str(hit.id) == after), 0)
    return hits[start : start + ON_PAGE], len(hits) > start + ON_PAGE


def _address(text: str, kind: str = "", after: str = "") -> str:
    values = {"q": text, "kind": kind, "after": after}
    return f"{reverse('search')}?{urlencode({name: value for name, value in values.items() if value})}"


@require_safe
@requires("signed_in")
def search_palette(request: MemberRequest) -> HttpResponse:
    """The records of the palette; places and commands are `ui-palette-places`."""
    text = _text(request)
    if not text:
        hits = recent(request.member, RECENT)
        return render(request, "administration/search/palette.html", {"recent": hits})
    if wanted := _to_call(text):
        called = search(wanted, viewer=request.member, limit_each=5 * IN_PALETTE)
        if hits := [hit for hit in called.hits if hit.dial][:IN_PALETTE]:
            return render(request, "administration/search/palette.html", {"text": text, "to_call": hits})
    answer = search(text, viewer=request.member, limit_each=IN_PALETTE)
    return render(
        request,
        "administration/search/palette.html",
        {
            "text": text,
            "groups": answer.groups,
            "corrected": answer.corrected,
            **_suggested(answer),
            "more_url": _address(text) if answer.groups else "",
        },
    )


def _to_call(text: str) -> str:
    """Whom somebody wants to call who types "โทรหา สมชาย" or "call somchai", also with the other keyboard; else ""."""
    for typed in (text, recover_layout(text)):
        if match := _CALL.match(typed.lower()):
            return typed[match.end() :].strip()
    return ""


def _suggested(answer: Answer) -> dict[str, object]:
    """What may have been meant, with the page that shows it."""
    if answer.suggestion is None:
        return {}
    url = _address(answer.suggestion.text)
    return {"suggestion": answer.suggestion, "suggestion_url": url}


def _text(request: MemberRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:MAX_TEXT]

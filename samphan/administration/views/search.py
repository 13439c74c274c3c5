"""Find anything: the palette behind Ctrl K, and the page with everything found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from samphan.administration.middleware import MemberRequest
from samphan.platform.access import requires
from samphan.platform.search.finding import Answer, search
from samphan.ui import navigation

IN_PALETTE = 6  # hits of each kind: with the places they fit on the screen without scrolling
ON_PAGE = 50
MAX_TEXT = 200


@require_safe
@requires("signed_in")
def search_page(request: MemberRequest) -> HttpResponse:
    """Everything that holds the text, kind by kind; each kind only for those who may see it."""
    text = _text(request)
    answer = search(text, viewer=request.member, limit_each=ON_PAGE)
    return render(
        request,
        "administration/search/results.html",
        {
            "text": text,
            "groups": answer.groups,
            "corrected": answer.corrected,
            **_suggested(answer),
            "count": len(answer.hits),
            "has_more": any(group.has_more for group in answer.groups),
            "commands": navigation.commands(request),
        },
    )


@require_safe
@requires("signed_in")
def search_palette(request: MemberRequest) -> HttpResponse:
    """The records of the palette; places and commands are on the page already."""
    text = _text(request)
    answer = search(text, viewer=request.member, limit_each=IN_PALETTE) if text else None
    return render(
        request,
        "administration/search/palette.html",
        {
            "text": text,
            "groups": answer.groups if answer else [],
            "corrected": answer.corrected if answer else "",
            **_suggested(answer),
            "more_url": f"{reverse('search')}?{urlencode({'q': text})}" if answer and answer.groups else "",
        },
    )


def _suggested(answer: Answer | None) -> dict[str, object]:
    """What may have been meant, with the page that shows it."""
    if answer is None or answer.suggestion is None:
        return {}
    url = f"{reverse('search')}?{urlencode({'q': answer.suggestion.text})}"
    return {"suggestion": answer.suggestion, "suggestion_url": url}


def _text(request: MemberRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:MAX_TEXT]

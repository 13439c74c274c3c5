"""What an act answers: a toast with the way back, and the parts that read themselves again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import trigger_client_event

from samphan.administration.middleware import MemberRequest
from samphan.ui.toasts import toast


def done(
    request: MemberRequest, message: str, act: UUID, *, back: str, html: str | None = None, is_undoable: bool = True
) -> HttpResponse:
    """Say what was done; `html` takes the place of the form, `back` is where a browser without script goes on."""
    if not request.htmx:
        messages.success(request, message)
        return redirect(back)
    response = HttpResponse(html) if html is not None else HttpResponse(status=204)
    toast(response, message, undo=reverse("change-undo", args=[act]) if is_undoable else "")
    for event in ("samphan:timeline", "samphan:tasks-changed"):
        trigger_client_event(response, event, {})
    return response

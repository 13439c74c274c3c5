"""Toasts: one sentence after an act and, for 30 seconds, the way back."""

from typing import Any, Literal, TypeVar

from django.http import HttpResponseBase
from django.utils.functional import Promise
from django_htmx.http import trigger_client_event

Tone = Literal["ok", "warn", "bad", "info"]
R = TypeVar("R", bound=HttpResponseBase)


def toast(
    response: R,
    message: str | Promise,
    *,
    undo: str = "",
    tone: Tone = "ok",
    href: str = "",
    action: str | Promise = "",
) -> R:
    """Let an HTMX response show a toast.

    :param undo: URL that takes a POST and reverses the act; its button lives 30 seconds.
    :param href: page that the toast offers, with `action` as its words; not together with `undo`.
    """
    detail: dict[str, Any] = {"message": str(message), "tone": tone}
    if undo:
        detail["undo"] = undo
    if href:
        detail |= {"href": href, "action": str(action)}
    trigger_client_event(response, "samphan:toast", detail)
    return response

"""Sentences that are kept with their values and put into words only for whoever reads them."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext


def untranslated(message: str | Promise) -> str:
    """The source text of a lazy translation; a plain text is its own source."""
    if isinstance(message, str):
        return message
    with translation.override(None):
        return str(message)


def sentence(message: str, values: Mapping[str, Any]) -> str:
    """The message in the language that is active now, with its values.

    A message that was kept in words of some language, as before 0.2, stays as it is.
    """
    if not message:
        return ""
    text = gettext(message)
    return text % values if values else text

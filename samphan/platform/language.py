"""The language of whoever reads."""

from typing import Literal

from django.utils.translation import get_language


def reader_language() -> Literal["th", "en"]:
    """Thai, or English for a reader who chose it; dates, names and addresses are written in it."""
    return "en" if (get_language() or "th").startswith("en") else "th"

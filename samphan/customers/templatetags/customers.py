"""Filters of the customers' templates."""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from samphan.customers.actions.addresses import one_line
from samphan.customers.models import Address

register = template.Library()

WBR = mark_safe("<wbr>")
_MARKS = re.compile(r"([@._/-])")


@register.filter
def breakable(value: str) -> SafeString:
    """An e-mail address or code that breaks behind its marks where it must break: banrim@ / example.com."""
    return format_html_join(
        "", "{}{}", ((part, WBR if part in "@.-_/" else "") for part in _MARKS.split(value) if part)
    )


@register.filter
def address_line(address: Address) -> str:
    """An address in one line, in the reader's language."""
    return one_line(address, "en" if (get_language() or "th").startswith("en") else "th")

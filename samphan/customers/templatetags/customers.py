"""Filters of the customers' templates."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from samphan.customers.actions.addresses import one_line
from samphan.customers.models import Address
from samphan.platform.language import reader_language

register = template.Library()


@register.filter
def breakable(value: str) -> SafeString:
    """An e-mail address that breaks behind its @ where it must break: banrimkhlong763@ / example.com."""
    return format_html_join(mark_safe("@<wbr>"), "{}", ((part,) for part in value.split("@")))


@register.filter
def address_line(address: Address) -> str:
    """An address in one line, in the reader's language."""
    return one_line(address, reader_language())

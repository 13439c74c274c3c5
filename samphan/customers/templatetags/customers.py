"""Filters of the customers' templates."""

import re

from django import template
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from samphan.customers.actions.addresses import one_line
from samphan.customers.models import Address, Customer
from samphan.customers.names import shown_name
from samphan.platform.language import reader_language

register = template.Library()

_PLACE = re.compile(r"( |^)((?:แขวง|เขต|ตำบล|อำเภอ|จังหวัด)\S+)")


@register.filter
def breakable(value: str) -> SafeString:
    """An e-mail address that breaks behind its @ where it must break: banrimkhlong763@ / example.com."""
    return format_html_join(mark_safe("@<wbr>"), "{}", ((part,) for part in value.split("@")))


@register.filter
def address_line(address: Address) -> SafeString:
    """An address in one line, in the reader's language; each place stays whole, for no reader breaks เขต / พญาไท."""
    line = one_line(address, reader_language())
    return mark_safe(_PLACE.sub(r'\1<span class="whole">\2</span>', escape(line)).replace(" <", "&#32;<"))  # noqa: S308 - escaped


@register.filter(name="shown_name")
def customer_name(customer: Customer) -> str:
    """คุณพิมพ์ลดา อัครเดชากุล (แพร)."""
    return shown_name(customer)

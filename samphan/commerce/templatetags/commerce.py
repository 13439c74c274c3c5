"""Filters of documents: amounts and quantities as they stand on paper."""

from decimal import ROUND_HALF_UP, Decimal

from django import template

register = template.Library()


@register.filter
def on_paper(amount: Decimal, sign: str = "") -> str:
    """1,234.50, and (1,234.50) for what goes back, as accountants write it; rounded half up to satang."""
    rounded = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"({sign}{-rounded:,})" if rounded < 0 else f"{sign}{abs(rounded):,}"


@register.filter
def quantity(value: Decimal) -> str:
    """2, 1.5 or −3: without idle zeros, with a true minus."""
    text = f"{Decimal(value).normalize():,f}"
    return text.replace("-", "−")

"""Money: amounts read from files, rounded to satang, shared out so that the parts add up, written in words.

Amounts are Decimal in THB. Unit prices keep six decimals; sums are rounded only where a person sees them.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from samphan.platform.thai.digits import INVISIBLE, THAI_DIGITS
from samphan.platform.thai.problems import ValueProblem

SATANG = Decimal("0.01")
BAHT = Decimal(1)
PRICE_PLACES = 6  # decimals of a unit price, as stored in NUMERIC(18,6)
LIMIT = Decimal(1_000_000_000_000)  # what NUMERIC(18,6) holds; larger is a typing mistake or another column

_CLEAN = str.maketrans(THAI_DIGITS + "−–\u00a0\u202f", "0123456789" + "--" + "  ", INVISIBLE)
_PLAIN = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?\Z", re.ASCII)
_DRESSED = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?:฿|THB|บาท|baht)?\s*(?P<sign2>[+-])?\s*"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.(?P<fraction>\d+))?\s*"
    r"(?:\.-|(?P<after>-))?\s*(?:฿|THB|บาท|baht|บ\.?)?\s*(?:ถ้วน)?\s*(?P<close>\))?\s*\Z",
    re.IGNORECASE | re.ASCII,
)
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[eE][+-]?\d{1,3}\Z")
_CURRENCY = re.compile(
    r"[$€£¥₩₫₭₱]|\b(?:usd|eur|gbp|jpy|cny|sgd|myr|lak|mmk|khr|vnd|hkd|aud|chf|krw|inr|rmb)\b", re.IGNORECASE
)


class AmountProblem(ValueProblem):
    """The text is not an amount of baht."""


def parse_amount(value: str | int | float | Decimal) -> Decimal:
    """Read an amount of baht: 1,234.50, ฿1,234.50, 1,234.50 บาท, (1,234.50), -฿5, 100.-, ๑๒๓.

    The noise of binary fractions (0.30000000000000004) is rounded off at six decimals.

    :raises AmountProblem: for no number, another currency, a decimal comma, NaN, infinity, more than six real
        decimals, or a trillion baht and more.
    """
    if isinstance(value, str):
        if _PLAIN.match(value):
            return Decimal(value)
        return _parse_text(value)
    amount = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    return _checked(amount, str(value))


def round_baht(amount: Decimal) -> Decimal:
    """Round to satang, half away from zero: 7.035 becomes 7.04, -7.035 becomes -7.04."""
    return amount.quantize(SATANG, ROUND_HALF_UP)


def allocate(total: Decimal, weights: Sequence[Decimal | int], *, step: Decimal = SATANG) -> list[Decimal]:
    """Share `total` in proportion to `weights`; the shares are multiples of `step` and add up to it exactly.

    Largest remainder: each share is first rounded towards zero, then the steps left over go, one each, to the
    largest remainders, of equals to the first. 100.00 over 1, 1, 1 gives 33.34, 33.33, 33.33. All weights zero
    means equal shares. A negative total is shared like its opposite.

    :raises ValueError: for no weights, a negative weight, or a total that is no multiple of `step`.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("weights must be given and must not be negative")
    steps, left = divmod(abs(total), step)
    if left:
        raise ValueError(f"{total} is not a multiple of {step}")
    whole = sum((Decimal(weight) for weight in weights), Decimal(0))
    parts = [Decimal(weight) for weight in weights] if whole else [Decimal(1)] * len(weights)
    whole = whole or Decimal(len(weights))
    # Integers, because a quotient of Decimals is rounded and the remainders would lie about their order.
    scale = 10 ** max(0, *(-int(part.as_tuple().exponent) for part in (*parts, whole)))
    units, all_units, count = [int(part * scale) for part in parts], int(whole * scale), int(steps)
    shares = [count * unit // all_units for unit in units]
    by_remainder = sorted(range(len(units)), key=lambda index: (-(count * units[index] % all_units), index))
    for index in by_remainder[: count - sum(shares)]:
        shares[index] += 1
    sign = -1 if total < 0 else 1
    return [sign * share * step for share in shares]


# ---------------------------------------------------------------- in words

_DIGITS = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


def baht_text(amount: Decimal) -> str:
    """Write an amount in words, rounded to satang: 121.21 is หนึ่งร้อยยี่สิบเอ็ดบาทยี่สิบเอ็ดสตางค์.

    :source: reference sheet "Thai commerce", section 6.
    """
    rounded = round_baht(amount)
    baht, satang = divmod(int(abs(rounded) * 100), 100)
    words = "ลบ" if rounded < 0 else ""
    if baht or not satang:
        words += number_text(baht) + "บาท"
    return words + (number_text(satang) + "สตางค์" if satang else "ถ้วน")


def number_text(number: int) -> str:
    """Write a whole number, 0 or more, in Thai words: 1,000,001 is หนึ่งล้านเอ็ด."""
    if number == 0:
        return _DIGITS[0]
    millions, rest = divmod(number, 1_000_000)
    words = number_text(millions) + "ล้าน" if millions else ""
    text = str(rest)
    for index, digit in enumerate(map(int, text)):
        place = len(text) - 1 - index
        if digit == 0:
            continue
        if place == 0 and digit == 1 and number > 1:
            words += "เอ็ด"
        elif place == 1 and digit <= 2:
            words += "ยี่สิบ" if digit == 2 else "สิบ"
        else:
            words += _DIGITS[digit] + _PLACES[place]
    return words


# ---------------------------------------------------------------- reading


def _parse_text(text: str) -> Decimal:
    cleaned = text.translate(_CLEAN).strip()
    if len(cleaned) > 60:
        raise AmountProblem("not_an_amount", _("“%(value)s” is not an amount"), value=cleaned[:30])
    match = _DRESSED.match(cleaned)
    if match and bool(match["open"]) == bool(match["close"]):
        signs = [sign for sign in (match["sign"], match["sign2"], match["after"]) if sign]
        if len(signs) <= 1:
            amount = Decimal(f"{match['whole'].replace(',', '') or '0'}.{match['fraction'] or '0'}")
            if not match["fraction"]:
                amount = Decimal(match["whole"].replace(",", ""))
            if signs == ["-"] or match["open"]:
                amount = -amount if amount else amount
            return _checked(amount, cleaned)
    if _SCIENTIFIC.match(cleaned):
        return _checked(Decimal(cleaned), cleaned)
    raise _why_not(cleaned)


def _checked(amount: Decimal, written: str) -> Decimal:
    if not amount.is_finite():
        raise AmountProblem("not_finite", _("“%(value)s” is not a number"), value=written[:30])
    if abs(amount) >= LIMIT:
        raise AmountProblem("too_large", _("The amount is larger than a trillion baht"))
    decimals = -int(amount.as_tuple().exponent)
    if decimals > PRICE_PLACES:
        rounded = amount.quantize(Decimal("0.000001"), ROUND_HALF_UP)
        if abs(rounded - amount) > Decimal("1e-9") * max(abs(amount), BAHT) and decimals < 12:
            raise AmountProblem("decimals", _("%(count)s decimals; an amount has 6 at most"), count=decimals)
        return rounded
    return amount if decimals >= 0 else amount.quantize(BAHT)


def _why_not(text: str) -> AmountProblem:
    if not text:
        return AmountProblem("empty", _("No amount in it"))
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity", "-inf", "#n/a", "#value!", "#div/0!", "#ref!"):
        return AmountProblem("not_finite", _("“%(value)s” is not a number"), value=text)
    if match := _CURRENCY.search(text):
        return AmountProblem("currency", _("%(currency)s is not baht"), currency=match[0])
    if re.fullmatch(r"-?(\d+|\d{1,3}(\.\d{3})+),\d{1,6}", text):
        return AmountProblem(
            "comma", _("Write decimals with a point, 1,234.50, not with a comma: %(value)s"), value=text
        )
    return AmountProblem("not_an_amount", _("“%(value)s” is not an amount"), value=text[:30])

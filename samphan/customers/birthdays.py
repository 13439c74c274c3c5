"""What a birth date says today: how old somebody is, and when the day comes round."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samphan.platform.thai.partial_dates import PartialDate

SOON = 7  # days before a birthday that whoever opens the record is told
NEAR = 60  # days before it that the field tells


def age_words(stored: str, *, today: date) -> str:
    """How old somebody is or becomes, as far as the birth date tells; "" where it does not."""
    birth = PartialDate.of(stored)
    days = birth.days_until(today)
    if birth.year is None:
        if days is None or days > NEAR:
            return ""
        return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days} if days else _("today")
    years = today.year - birth.year
    if days is None:
        # The day is unknown, and so whether this year's birthday is over; a known month may tell.
        if birth.month is None or birth.month == today.month:
            return _("turns %(count)s this year") % {"count": years} if years else ""
        years -= birth.month > today.month
        return _years_old(years)
    if days == 0:
        return _("%(count)s years old today") % {"count": years}
    coming = birth.day_in(today.year)
    if coming is not None and coming < today:
        return _years_old(years)
    if days <= NEAR:
        return ngettext("%(age)s in %(count)s day", "%(age)s in %(count)s days", days) % {"age": years, "count": days}
    return _years_old(years - 1)


def soon_words(stored: str | None, *, today: date) -> str:
    """The birthday of the next days in words, for the head of a record; "" while none is near."""
    days = PartialDate.of(stored).days_until(today) if stored else None
    return "" if days is None or days > SOON else _coming_words(days)


def _coming_words(days: int) -> str:
    if days == 0:
        return _("Birthday today")
    if days == 1:
        return _("Birthday tomorrow")
    return ngettext("Birthday in %(count)s day", "Birthday in %(count)s days", days) % {"count": days}


def _years_old(years: int) -> str:
    return ngettext("%(count)s year old", "%(count)s years old", years) % {"count": years}

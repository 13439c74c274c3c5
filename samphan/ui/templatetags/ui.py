"""Tags and filters of every template: icons, small parts of rows, money, numbers, dates.

What stands in rows of lists is made here by `format_html`: an include per cell would cost more than the row's query.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from samphan.platform.language import reader_language
from samphan.platform.thai import calendar, names, phones
from samphan.ui import built_files, navigation, preferences, tones

register = template.Library()

NOTHING = mark_safe('<span class="nothing" aria-hidden="true">—</span>')
_ABOUT_FROM = 1_000_000
Text = str | Promise


def _request(context: Context) -> HttpRequest | None:
    return getattr(context, "request", None) or context.get("request")


def _language() -> str:
    return reader_language()


@lru_cache(maxsize=1024)
def _icon(name: str, classes: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("ui/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def frame_colours(context: Context) -> list[built_files.FrameColour]:
    """What the system around the page is coloured in, as this reader chose their theme."""
    return built_files.frame_colours(preferences.preference(_request(context), "theme"))


@register.simple_tag
def icon(name: str, classes: str = "", label: Text = "") -> SafeString:
    """Outline icon. `classes` such as "icon-small", "icon-large", "is-ok"; `label` when it stands for a word."""
    if not label:
        return _icon(name, f" {classes}" if classes else "")
    return format_html(
        '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
        classes,
        label,
        static("ui/icons.svg"),
        name,
    )


@register.simple_tag
def avatar(name: Text, kind: str = "person", key: object = "", size: str = "") -> SafeString:
    """First consonant of a name: round for a person, square for an organisation. `size`: "", small, medium, large."""
    square = kind not in ("person", "member")
    tone = "slate" if square else tones.avatar_tone(key or name)
    shape = " avatar-square" if square else ""
    scale = f" avatar-{size}" if size else ""
    return format_html(
        '<span class="avatar tone-{}{}{}" aria-hidden="true">{}</span>', tone, shape, scale, names.initial(str(name))
    )


@register.simple_tag
def grade(letter: str) -> SafeString:
    """Grade A to D as ink density, another one of the company as D; its own name on hover; "—" for none."""
    if not letter:
        return NOTHING
    label = tones.grade_label(letter)
    shown = label if len(label) <= 2 else letter
    density = letter.lower() if letter in ("A", "B", "C") else "d"
    title = format_html(' title="{}"', label) if label != shown else ""
    return format_html('<span class="grade grade-{}"{}>{}</span>', density, title, shown)


@register.simple_tag
def dot(label: Text, tone: str = "slate") -> SafeString:
    """A category in a row: a dot and plain text."""
    if not label:
        return NOTHING
    return format_html('<span class="dotted"><span class="dot tone-{}"></span>{}</span>', tone, label)


@register.simple_tag
def pill(label: Text, tone: str = "slate", with_dot: bool = False) -> SafeString:
    """A category in a record's head: tinted."""
    mark = mark_safe('<span class="dot"></span>') if with_dot else ""
    return format_html('<span class="pill tone-{}">{}{}</span>', tone, mark, label)


@register.simple_tag
def stage_dot(code: str, label: Text) -> SafeString:
    """Lifecycle stage in a row."""
    return dot(label if code else "", tones.stage_tone(code))


@register.simple_tag
def stage_pill(code: str, label: Text) -> SafeString:
    """Lifecycle stage in a record's head."""
    return pill(label, tones.stage_tone(code), with_dot=True) if code else mark_safe("")


@register.simple_tag
def channels(reachable: Mapping[str, Text], shown: str = "line,phone,email,facebook") -> SafeString:
    """Icons of the channels through which a customer can be reached, each in its own column.

    :param reachable: channel code to its label, such as {"phone": _("Phone")}; the labels are read aloud.
    """
    if not reachable:
        return NOTHING
    absent = mark_safe("<i></i>")
    parts = ((format_html('<i class="{}"></i>', code) if code in reachable else absent,) for code in shown.split(","))
    labels = ", ".join(str(label) for label in reachable.values())
    return format_html(
        '<span class="channels" role="img" aria-label="{}">{}</span>', labels, format_html_join("", "{}", parts)
    )


@register.simple_tag
def key(name: str) -> SafeString:
    """A key of the keyboard, such as "Ctrl K"."""
    return format_html('<kbd class="key">{}</kbd>', name)


@register.filter
def or_dash(value: object) -> object:
    """A pale dash for what is not known. Zero is known."""
    return NOTHING if value is None or value == "" or value == [] else value


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _minus(text: str) -> str:
    return text.replace("-", "−")


@register.filter
def baht(value: object, places: int = 2) -> str:
    """Money as ฿1,234.50; a dash for nothing. Rounded half up to satang, as Thai documents do."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    rounded = amount.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)
    sign = "−" if rounded < 0 else ""
    return f"{sign}฿{abs(rounded):,}"


@register.filter
def baht_round(value: object) -> str:
    """Money without satang, for boards and tiles: ฿1,235."""
    return baht(value, 0)


@register.filter
def number(value: object, places: int = 0) -> str:
    """1,284; a dash for nothing."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    return _minus(f"{amount.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP):,}")


@register.filter
def percent(share: object, places: int = 0) -> str:
    """A share of 1 as percent: 0.426 is 43%, with one place 42.6%."""
    amount = _decimal(share)
    return NOTHING if amount is None else f"{number(amount * 100, places)}%"


@register.filter
def change(share: object, places: int = 1) -> str:
    """A signed change: 0.124 is +12.4%."""
    amount = _decimal(share)
    if amount is None:
        return NOTHING
    return f"{'+' if amount > 0 else ''}{number(amount * 100, places)}%"


@register.filter
def compact(value: object) -> str:
    """Large numbers in words: 52.4 ล., 1.2 M; under ten thousand as it is."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    if abs(amount) >= 1_000_000:
        return gettext("%(number)s M") % {"number": number(amount / 1_000_000, 1)}
    return number(amount)


@register.simple_tag
def about_count(count: int | None, is_exact: bool = True) -> str:
    """Number of rows: exact when it is, else "about 1.2 million" or "about 12,000"."""
    if count is None:
        return ""
    if is_exact and count < _ABOUT_FROM:
        return number(count)
    if count >= _ABOUT_FROM:
        return gettext("about %(number)s million") % {"number": number(Decimal(count) / 1_000_000, 1)}
    return gettext("about %(number)s") % {"number": number(count)}


@register.simple_tag
def time_left(seconds: float | None) -> str:
    """Time that a long work still needs, in the words people use; "" when it is not known yet."""
    if seconds is None:
        return ""
    if seconds < 60:
        return gettext("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("about %(count)s minute left", "about %(count)s minutes left", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    return ngettext("about %(count)s hour left", "about %(count)s hours left", hours) % {"count": hours}


@register.filter
def phone(value: str | None) -> str:
    """A stored number as people read it: 081-234-5678."""
    return phones.format_phone(value) if value else NOTHING


@register.filter
def initial(value: object) -> str:
    """The letter that stands for a name."""
    return names.initial(str(value))


@register.filter
def short(value: object, length: int = 40) -> str:
    """At most so many visible letters; no Thai mark is torn off its letter."""
    return names.truncate(str(value), int(length))


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | datetime | None, style: str = "short") -> SafeString:
    """A date in the reader's language and era: 21 พ.ย. 2569. `style`: short, full, numeric, weekday, day, iso."""
    if value is None or value == "":
        return NOTHING
    when = _day(value)
    text = calendar.format_date(when, style, _language(), preferences.era(_request(context)))
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), text)


@register.simple_tag(takes_context=True)
def near_day(context: Context, value: date | datetime | None) -> SafeString:
    """A date as people say it: วันนี้, 3 วันก่อน, then 3 พ.ย.; the exact date on hover."""
    if value is None or value == "":
        return NOTHING
    when, era = _day(value), preferences.era(_request(context))
    text = calendar.relative_date(when, timezone.localdate(), _language(), era)
    exact = calendar.format_date(when, "short", _language(), era)
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), exact, text)


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None, style: str = "short") -> SafeString:
    """A date with its time: 21 พ.ย. 2569 09:12 น."""
    if value is None or value == "":
        return NOTHING
    local = _local(value)
    text = calendar.format_datetime(local, style, _language(), preferences.era(_request(context)))  # type: ignore[arg-type]
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.simple_tag
def clock(value: datetime | None) -> SafeString:
    """The time of day: 09:12 น.; nothing for a day whose time nobody knew."""
    if value is None or value == "":
        return NOTHING
    local = _local(value)
    if calendar.is_day_alone(local):
        return format_html('<time datetime="{}"></time>', local.date().isoformat())
    text = calendar.format_time(local, _language())
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.simple_tag(takes_context=True)
def ago(context: Context, value: datetime | None) -> SafeString:
    """How long ago: just now, 5 minutes ago, 3 hours ago; from yesterday on the day. Exact on hover."""
    if value is None or value == "":
        return NOTHING
    local, era = _local(value), preferences.era(_request(context))
    exact = calendar.format_datetime(local, "short", _language(), era)
    minutes = int((timezone.now() - value).total_seconds() // 60) if timezone.is_aware(value) else None
    if minutes is None or minutes < 0 or local.date() != timezone.localdate():
        text = calendar.relative_date(local.date(), timezone.localdate(), _language(), era)
    elif minutes < 1:
        text = gettext("just now")
    elif minutes < 60:
        text = ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    else:
        hours = minutes // 60
        text = ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="minutes"), exact, text)


@register.simple_tag(takes_context=True)
def shell(context: Context) -> dict[str, Any]:
    """Everything the shell draws for this request: sections, pins, workspaces, addresses."""
    request = _request(context)
    if request is None:
        return {"sections": [], "foot": [], "phone": [], "pins": [], "workspaces": []}
    counted = navigation.counts(request)
    sections = navigation.sections(request, counted)
    entries = [entry for section in sections for entry in section.entries]
    here = [entry for entry in entries if entry.url != "/" and request.path.startswith(entry.url)]
    at = max(here, key=lambda entry: len(entry.url)).name if here else ""
    by_name = {entry.name: entry for entry in entries}
    on_phone = [by_name[name] for name in navigation.phone_names() if name in by_name][: navigation.PHONE_PLACES]
    current = context.get("place") or at or next((entry.name for entry in entries if entry.url == request.path), "")
    return {
        "current": current,
        "is_elsewhere": current not in {entry.name for entry in on_phone},  # then the phone's "More" is where we are
        "sections": sections,
        "foot": navigation.foot(request),
        "bell": counted.get(navigation.BELL),
        "bell_url": navigation.url_for("notifications"),
        "phone": on_phone,
        "pins": navigation.pins(request),
        "workspaces": navigation.workspaces(request),
    }


@register.simple_tag(takes_context=True)
def settings_sections(context: Context) -> list[navigation.Section]:
    """The topics of settings that the reader finds, group by group."""
    request = _request(context)
    return navigation.settings_sections(request) if request is not None else []


@register.simple_tag
def shell_url(purpose: str) -> str:
    """Address that the shell needs: palette, search, sign_in, sign_out, live, home; "" while there is none."""
    return navigation.url_for(purpose)


@register.simple_tag(takes_context=True)
def preference(context: Context, name: str) -> str:
    """Theme, language, era or density of the reader."""
    return preferences.preference(_request(context), name)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The address of this page with some parameters changed: `{% query sort="name" after=None %}`. None removes one."""
    request = _request(context)
    parameters = request.GET.copy() if request is not None else None
    if parameters is None:
        return "?" + urlencode({name: value for name, value in changes.items() if value is not None})
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        elif isinstance(value, list | tuple):
            parameters.setlist(name, [str(item) for item in value])
        else:
            parameters[name] = str(value)
    return "?" + parameters.urlencode()


@register.simple_tag(takes_context=True)
def csrf_field(context: Context) -> SafeString:
    """`csrf_token` for components: an include with `only` does not see Django's own."""
    request = _request(context)
    if request is None:
        return mark_safe("")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@register.filter
def as_json(value: object) -> str:
    """JSON for a data attribute or `hx-vals`; the template escapes it."""
    return json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def item(mapping: Mapping[object, object], name: object) -> object:
    """`mapping|item:name`; None when it is not there."""
    return mapping.get(name) if mapping else None

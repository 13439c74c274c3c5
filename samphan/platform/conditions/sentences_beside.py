"""What a condition asks of the rows beside a record, in words: จำนวนใบสั่งซื้อภายใน 90 วันที่ผ่านมา ตั้งแต่ 2."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from samphan.platform import related
from samphan.platform.catalogue import Entity, Field, Label, Operator, Privacy, Type
from samphan.platform.conditions import segments
from samphan.platform.conditions.nodes import (
    ALWAYS,
    EVERYTHING,
    And,
    Change,
    Comparison,
    InSegment,
    Measure,
    Node,
    Not,
    Or,
    Question,
    Reckoning,
    Sequence,
    Step,
    Trend,
    Window,
)
from samphan.platform.conditions.sentences import DEFAULT_WORDS, Sentence, Words, compared, in_days, number
from samphan.platform.conditions.values import apart_json
from samphan.platform.related import Collection

RECKONINGS: dict[Reckoning, Label] = {
    Reckoning.COUNT: gettext_lazy("number of %(rows)s"),
    Reckoning.SUM: gettext_lazy("sum of %(field)s over %(rows)s"),
    Reckoning.AVERAGE: gettext_lazy("average %(field)s of %(rows)s"),
    Reckoning.MINIMUM: gettext_lazy("lowest %(field)s of %(rows)s"),
    Reckoning.MAXIMUM: gettext_lazy("highest %(field)s of %(rows)s"),
    Reckoning.DISTINCT: gettext_lazy("number of different %(field)s in %(rows)s"),
    Reckoning.DAYS_SINCE_LAST: gettext_lazy("days since the last of %(rows)s"),
    Reckoning.DAYS_SINCE_FIRST: gettext_lazy("days since the first of %(rows)s"),
}
"""What each measure is called, with the rows and the field in it."""

_COUNTED = Field("count", "", Type.NUMBER, Privacy.PUBLIC, "")


def of_leaf(tree: Measure | Change | Sequence | InSegment, entity: Entity, words: Words = DEFAULT_WORDS) -> str:
    """Such a part of a condition in one line."""
    match tree:
        case Measure():
            return str(of_measure(tree, entity, words))
        case Change(question, earlier, trend, percent):
            said = {
                "measure": asked(question, entity, words),
                "percent": number(percent),
                "earlier": window(earlier, words) or _("all days"),
            }
            if trend is Trend.FALLS_BY:
                return _("%(measure)s fell by at least %(percent)s%% from before (%(earlier)s)") % said
            return _("%(measure)s rose by at least %(percent)s%% from before (%(earlier)s)") % said
        case Sequence():
            return of_sequence(tree, entity, words)
        case InSegment(segment_id):
            return _("is in the segment “%(name)s”") % {"name": segments.named(segment_id)}


def of_measure(tree: Measure, entity: Entity, words: Words = DEFAULT_WORDS) -> Sentence:
    """A measure in the three parts of a chip; whether there is a row at all is said as such."""
    question = tree.question
    if question.reckoning is Reckoning.COUNT and (tree.operator, tree.value) in _SOME | _NONE:
        has = pgettext("condition", "has") if (tree.operator, tree.value) in _SOME else pgettext("condition", "has no")
        return Sentence(has, of_rows(question.related, question.where, question.window, entity, words), "")
    label = asked(question, entity, words)
    if question.reckoning.is_of_time and tree.value is not None:
        days = tree.value if isinstance(tree.value, tuple) else (tree.value,)
        said = [in_days(int(str(one))) for one in days]
        value = said[0] if len(said) == 1 else _("%(first)s and %(last)s") % {"first": said[0], "last": said[1]}
        return Sentence(label, compared(_COUNTED, tree.operator, None).operator, value)
    return compared(unit(question, entity), tree.operator, tree.value, words, label)


_SOME = {(Operator.AT_LEAST, 1), (Operator.GREATER, 0)}
_NONE = {(Operator.AT_MOST, 0), (Operator.LESS, 1), (Operator.IS, 0)}


def unit(question: Question, entity: Entity) -> Field:
    """A field whose values are said as the measure's: baht for money, plain numbers for counts."""
    if question.reckoning in (Reckoning.COUNT, Reckoning.DISTINCT) or not question.field:
        return _COUNTED
    return related.collection(entity.name, question.related).field(question.field, question.type)


def asked(question: Question, entity: Entity, words: Words = DEFAULT_WORDS) -> str:
    """What a measure reckons: number of orders (channel is “LINE”) within the last 90 days."""
    collection = related.collection(entity.name, question.related)
    field = collection.field(question.field, question.type) if question.field else None
    named = {"rows": _inner(collection.label), "field": _inner(field.label) if field else ""}
    measure = str(RECKONINGS[question.reckoning]) % named
    return _narrowed(measure, collection, question.where, question.window, words)


def of_rows(name: str, where: Node, on: Window, entity: Entity, words: Words = DEFAULT_WORDS) -> str:
    """Rows of a collection: orders (channel is “LINE”) within the last 90 days."""
    collection = related.collection(entity.name, name)
    return _narrowed(_inner(collection.label), collection, where, on, words)


def _narrowed(said: str, collection: Collection, where: Node, on: Window, words: Words) -> str:
    if where != EVERYTHING:
        said = _("%(rows)s (%(condition)s)") % {"rows": said, "condition": of_where(where, collection, words)}
    return _("%(rows)s %(window)s") % {"rows": said, "window": window(on, words)} if on != ALWAYS else said


def of_where(tree: Node, collection: Collection, words: Words = DEFAULT_WORDS) -> str:
    """A condition over the rows of a collection in one line."""
    match tree:
        case Comparison(name, operator, value, kind):
            field = collection.field(name, kind)
            return str(compared(field, operator, value, words, _inner(field.label)))
        case Not(part):
            return _("not (%(condition)s)") % {"condition": of_where(part, collection, words)}
        case And(parts) | Or(parts):
            word = _(" and ") if isinstance(tree, And) else _(" or ")
            texts = [
                f"({text})" if isinstance(part, And | Or) and len(part.parts) > 1 else text
                for part in parts
                if (text := of_where(part, collection, words))
            ]
            return word.join(texts)
    raise TypeError(tree)


def of_sequence(tree: Sequence, entity: Entity, words: Words = DEFAULT_WORDS) -> str:
    """A sequence in one line: what came first, what followed, how soon, and what did not come between."""

    def step(one: Step) -> str:
        return of_rows(one.related, one.where, ALWAYS, entity, words)

    said = _("%(first)s, then %(then)s") % {"first": step(tree.first), "then": step(tree.then)}
    if tree.apart is not None:
        said = _("%(sequence)s at most %(time)s later") % {"sequence": said, "time": apart(tree.apart)}
    if tree.without is not None:
        said = _("%(sequence)s, with no %(rows)s between") % {"sequence": said, "rows": step(tree.without)}
    if tree.window != ALWAYS:
        said = _("%(sequence)s, %(window)s") % {"sequence": said, "window": window(tree.window, words)}
    return said


def apart(span: timedelta) -> str:
    """A time between two steps, in the largest unit that is exact."""
    name, count = next(iter(apart_json(span).items()))
    if name == "days":
        return in_days(count)
    if name == "hours":
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": number(count)}
    return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": number(count)}


def window(on: Window, words: Words = DEFAULT_WORDS) -> str:
    """The days of a window; empty for all."""
    if on.days is not None:
        return _("within the last %(days)s") % {"days": in_days(on.days)} if on.days else pgettext("window", "today")
    if on.before_days is not None and on.after_days is not None:
        return _("%(before)s to %(after)s days ago") % {
            "before": number(on.before_days),
            "after": number(on.after_days + 1),
        }
    first, last = (None if day is None else words.day(day) for day in (on.first, on.last))
    if first and last:
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("since %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else ""


def _inner(label: Label) -> str:
    """A label inside a sentence: small in English, unless it is a name in capitals."""
    text = str(label)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]

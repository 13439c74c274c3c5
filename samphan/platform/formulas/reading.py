"""Reads formulas: words, then parts with their types. What is wrong is said with its place and in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _

from samphan.platform.catalogue import Type
from samphan.platform.errors import DomainError
from samphan.platform.formulas.tree import (
    FIRST_DAY,
    LAST_DAY,
    LIMIT,
    MOST_DEPTH,
    MOST_LETTERS,
    MOST_PARTS,
    Call,
    Literal,
    Node,
    Operand,
    Read,
)

NUMBER, MONEY, TEXT, DATE, BOOLEAN, CHOICE = (
    Type.NUMBER, Type.MONEY, Type.TEXT, Type.DATE, Type.BOOLEAN, Type.CHOICE,
)  # fmt: skip
GIVES = frozenset({NUMBER, MONEY, TEXT, DATE, BOOLEAN})
READS = GIVES | {CHOICE}
BUDDHIST = 543  # years ahead of the common era; nobody means the year 2569 of that
KINDS = {
    NUMBER: _("a number"),
    MONEY: _("an amount of money"),
    TEXT: _("a text"),
    DATE: _("a date"),
    BOOLEAN: _("yes or no"),
    CHOICE: _("a choice"),
}
# What a function is called in English and Thai.
FUNCTIONS = {
    "if": "if", "ถ้า": "if",
    "round": "round", "ปัดเศษ": "round",
    "floor": "floor", "ปัดลง": "floor",
    "ceiling": "ceiling", "ceil": "ceiling", "ปัดขึ้น": "ceiling",
    "abs": "abs", "ค่าสัมบูรณ์": "abs",
    "min": "min", "น้อยสุด": "min",
    "max": "max", "มากสุด": "max",
    "empty": "empty", "ว่าง": "empty",
    "ifempty": "ifempty", "ถ้าว่าง": "ifempty",
    "days": "days", "จำนวนวัน": "days",
    "date": "date", "วัน": "date",
    "year": "year", "ปี": "year",
    "month": "month", "เดือน": "month",
    "day": "day", "วันที่": "day",
    "today": "today", "วันนี้": "today",
}  # fmt: skip
WORDS = {
    "and": "and", "และ": "and", "or": "or", "หรือ": "or", "not": "not", "ไม่": "not",
    "true": "true", "จริง": "true", "false": "false", "เท็จ": "false", "today": "today", "วันนี้": "today",
}  # fmt: skip
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]+)?%?)
    | (?P<text>"[^"]*"|“[^”]*”)
    | \{(?P<field>[^{}]*)\}
    | (?P<word>[A-Za-z_\u0e00-\u0e7f][A-Za-z0-9_\u0e00-\u0e7f]*)
    | (?P<sign><>|!=|<=|>=|≤|≥|≠|[-+*/×÷&=<>(),;])
    )""",
    re.VERBOSE,
)
_SIGNS = {"!=": "<>", "≠": "<>", "≤": "<=", "≥": ">=", "×": "*", "÷": "/", ";": ","}


class FormulaProblem(DomainError):
    """A formula that cannot be used; the sentence says what is wrong and where."""

    message = _("%(problem)s At letter %(place)s: “%(near)s”.")

    def __init__(self, problem: Any, text: str, start: int, end: int = 0, **values: Any) -> None:
        self.start = start
        near = text[start : max(end, start + 12)].strip()[:40] or "…"
        self.problem, self.said = problem, values
        super().__init__(place=start + 1, near=near)

    def __str__(self) -> str:
        problem = str(self.problem) % self.said if self.said else str(self.problem)
        return str(self.message) % (self.values | {"problem": problem})


@dataclass(frozen=True)
class _Token:
    kind: str  # number, text, field, word, sign, end
    text: str
    start: int
    end: int


def read(text: str, operands: Mapping[str, Operand]) -> Node:
    """The formula as a tree.

    :param operands: the fields that it may read, by name.
    :raises FormulaProblem: for the first thing that is wrong.
    """
    if len(text) > MOST_LETTERS:
        raise FormulaProblem(_("At most %(count)s letters."), text, MOST_LETTERS, count=MOST_LETTERS)
    return _Reader(text, operands).whole()


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            if text[start] in '"“':
                raise FormulaProblem(_("The text has no end; close it with a quotation mark."), text, start)
            if text[start] in "{}":
                raise FormulaProblem(_("A field stands between { and }."), text, start)
            raise FormulaProblem(_("This sign is not known."), text, start, start + 1)
        kind = str(match.lastgroup)
        start = match.start(kind)
        said = match.group(kind)
        if kind == "field":
            found.append(_Token(kind, said.strip(), start - 1, match.end()))
        else:
            found.append(_Token(kind, _SIGNS.get(said, said) if kind == "sign" else said, start, match.end()))
        place = match.end()
    return [*found, _Token("end", "", len(text), len(text))]


class _Reader:
    """Reads one formula from left to right."""

    def __init__(self, text: str, operands: Mapping[str, Operand]) -> None:
        self.text = text
        self.operands = operands
        self.tokens = _tokens(text)
        self.place = 0
        self.parts = 0
        self.depth = 0

    # Words

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.token
        self.place += 1
        return token

    def sign(self, *signs: str) -> _Token | None:
        """The next sign, if it is one of these."""
        return self.take() if self.token.kind == "sign" and self.token.text in signs else None

    def word(self, *words: str) -> _Token | None:
        """The next word, if it means one of these and no field is called so."""
        token = self.token
        if token.kind == "word" and WORDS.get(token.text.lower()) in words:
            return self.take()
        return None

    def stop(self, problem: Any, start: int, end: int = 0, **values: Any) -> NoReturn:
        raise FormulaProblem(problem, self.text, start, end, **values)

    def expect(self, sign: str) -> _Token:
        found = self.sign(sign)
        if found is None:
            self.stop(_("Here “%(sign)s” is missing."), self.token.start, sign=sign)
        return found

    # Parts

    def whole(self) -> Node:
        if self.token.kind == "end":
            self.stop(_("The formula is empty."), 0)
        found = self.either()
        if self.token.kind != "end":
            self.stop(_("Here something is not expected; is a sign missing before it?"), self.token.start)
        if found.type not in GIVES:
            self.stop(_("A formula cannot give a choice; compare it with one of its values."), found.start, found.end)
        return found

    def made(self, kind: Type, name: str, parts: tuple[Node, ...], start: int, end: int) -> Call:
        self.parts += 1
        if self.parts > MOST_PARTS:
            self.stop(_("At most %(count)s parts."), start, count=MOST_PARTS)
        return Call(kind, name, parts, start, end)

    def either(self) -> Node:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.stop(_("Brackets nest at most %(count)s deep."), self.token.start, count=MOST_DEPTH)
        found = self.both()
        while self.word("or"):
            found = self.logic("or", found, self.both())
        self.depth -= 1
        return found

    def both(self) -> Node:
        found = self.negation()
        while self.word("and"):
            found = self.logic("and", found, self.negation())
        return found

    def logic(self, name: str, left: Node, right: Node) -> Node:
        for part in (left, right):
            self.must(part, BOOLEAN)
        return self.made(BOOLEAN, name, (left, right), left.start, right.end)

    def negation(self) -> Node:
        nots = []
        while (token := self.word("not")) is not None:
            nots.append(token)
        found = self.comparison()
        for token in reversed(nots):
            self.must(found, BOOLEAN)
            found = self.made(BOOLEAN, "not", (found,), token.start, found.end)
        return found

    def comparison(self) -> Node:
        left = self.sum()
        token = self.sign("=", "<>", "<", "<=", ">", ">=")
        if token is None:
            return left
        right = self.sum()
        if self.token.text in ("=", "<>", "<", "<=", ">", ">=") and self.token.kind == "sign":
            self.stop(_("Two comparisons in a row; join them with “and”."), self.token.start)
        left, right = self.chosen(left, right), self.chosen(right, left)
        same = _same(left.type, right.type)
        if same is None:
            self.differ(left, right)
        if token.text not in ("=", "<>") and same in (TEXT, BOOLEAN, CHOICE):
            self.stop(
                _("“%(sign)s” compares numbers, amounts and dates; this is %(kind)s."), left.start, right.end,
                sign=token.text, kind=KINDS[same],
            )  # fmt: skip
        return self.made(BOOLEAN, token.text, (left, right), left.start, right.end)

    def chosen(self, text: Node, choice: Node) -> Node:
        """A text that is compared with a choice, as that choice is stored."""
        if not (isinstance(choice, Read) and choice.type is CHOICE and isinstance(text, Literal) and text.type is TEXT):
            return text
        find = choice.operand.choice
        stored = find(str(text.value or "")) if find else str(text.value)
        if stored is None:
            self.stop(
                _("“%(value)s” is not a choice of %(field)s."), text.start, text.end,
                value=str(text.value)[:40], field=choice.operand.label,
            )  # fmt: skip
        return Literal(CHOICE, stored, text.start, text.end, choice.operand)

    def sum(self) -> Node:
        found = self.product()
        while token := self.sign("+", "-", "&"):
            right = self.product()
            found = self.joined(found, right) if token.text == "&" else self.added(token.text, found, right)
        return found

    def joined(self, left: Node, right: Node) -> Node:
        for part in (left, right):
            if part.type in (BOOLEAN, CHOICE):
                self.stop(_("This is %(kind)s and cannot stand in a text; use “if”."), part.start, part.end,
                          kind=KINDS[part.type])  # fmt: skip
        return self.made(TEXT, "&", (left, right), left.start, right.end)

    def added(self, sign: str, left: Node, right: Node) -> Node:
        if left.type is DATE and right.type is DATE and sign == "-":
            return self.made(NUMBER, "days", (right, left), left.start, right.end)
        if left.type is DATE and right.type is NUMBER:
            if sign == "-":
                right = self.made(NUMBER, "negate", (right,), right.start, right.end)
            return self.made(DATE, "shift", (left, right), left.start, right.end)
        for part in (left, right):
            self.must(part, NUMBER)
        kind = MONEY if MONEY in (left.type, right.type) else NUMBER
        return self.made(kind, sign, (left, right), left.start, right.end)

    def product(self) -> Node:
        found = self.signed()
        while token := self.sign("*", "/"):
            right = self.signed()
            for part in (found, right):
                self.must(part, NUMBER)
            if token.text == "*":
                if found.type is MONEY and right.type is MONEY:
                    self.stop(_("An amount times an amount gives nothing sensible."), found.start, right.end)
                kind = MONEY if MONEY in (found.type, right.type) else NUMBER
            else:
                kind = MONEY if found.type is MONEY and right.type is NUMBER else NUMBER
            found = self.made(kind, token.text, (found, right), found.start, right.end)
        return found

    def signed(self) -> Node:
        tokens = []
        while token := self.sign("-", "+"):
            tokens.append(token)
        found = self.single()
        for token in reversed(tokens):
            self.must(found, NUMBER)
            if token.text == "-":
                found = self.made(found.type, "negate", (found,), token.start, found.end)
        return found

    def single(self) -> Node:
        token = self.take()
        match token.kind:
            case "number":
                return self.number(token)
            case "text":
                return Literal(TEXT, token.text[1:-1], token.start, token.end)
            case "field":
                return self.field(token)
            case "word":
                return self.named(token)
            case "sign" if token.text == "(":
                found = self.either()
                self.expect(")")
                return found
            case "end":
                end = len(self.text)
                raise FormulaProblem(_("The formula ends too early."), self.text, max(end - 12, 0), end)
        raise FormulaProblem(_("Here a value is missing."), self.text, token.start)

    def number(self, token: _Token) -> Node:
        value = Decimal(token.text.rstrip("%"))
        if token.text.endswith("%"):
            value /= 100
        if value >= LIMIT or len(value.as_tuple().digits) > 15:
            self.stop(_("At most 15 digits."), token.start, token.end)
        return Literal(NUMBER, value, token.start, token.end)

    def named(self, token: _Token) -> Node:
        lowered = token.text.lower()
        if self.token.kind == "sign" and self.token.text == "(":
            if lowered not in FUNCTIONS:
                self.stop(_("There is no function “%(name)s”."), token.start, token.end, name=token.text[:40])
            return self.function(FUNCTIONS[lowered], token)
        match WORDS.get(lowered):
            case "true" | "false" as said:
                return Literal(BOOLEAN, said == "true", token.start, token.end)
            case "today":
                return self.made(DATE, "today", (), token.start, token.end)
            case str():
                self.stop(_("Here a value is missing."), token.start)
        return self.field(token)

    def field(self, token: _Token) -> Node:
        operand = self.operands.get(token.text)
        if operand is None:
            wanted = " ".join(token.text.casefold().split())
            found = [one for one in self.operands.values() if wanted in one.called]
            if len(found) > 1:
                names = ", ".join(f"{{{one.name}}}" for one in found[:3])
                self.stop(
                    _("Several fields are called so; write one of %(names)s."), token.start, token.end, names=names
                )
            if not found:
                self.stop(_("There is no field “%(name)s” that a formula can read."), token.start, token.end,
                          name=token.text[:60])  # fmt: skip
            operand = found[0]
        return Read(operand.type, operand, token.start, token.end)

    # Functions

    def function(self, name: str, token: _Token) -> Node:
        self.expect("(")
        parts: list[Node] = []
        if not self.sign(")"):
            parts.append(self.either())
            while self.sign(","):
                parts.append(self.either())
            self.expect(")")
        end = self.tokens[self.place - 1].end
        least, most = _COUNTS[name]
        if not least <= len(parts) <= most:
            self.stop(
                _("“%(name)s” takes from %(least)s to %(most)s values, not %(count)s."), token.start, end,
                name=token.text, least=least, most=most, count=len(parts),
            )  # fmt: skip
        if name == "date":
            return self.day_of(parts, token.start, end)
        return self.made(self.gives(name, parts), name, tuple(parts), token.start, end)

    def gives(self, name: str, parts: list[Node]) -> Type:
        """The type of what a function gives, its parts checked."""
        match name:
            case "if":
                self.must(parts[0], BOOLEAN)
                return self.alike(parts[1:])
            case "ifempty":
                return self.alike(parts)
            case "min" | "max":
                kind = self.alike(parts)
                if kind not in (NUMBER, MONEY, DATE):
                    self.must(parts[0], NUMBER)
                return kind
            case "empty":
                return BOOLEAN
            case "today":
                return DATE
            case "days":
                for part in parts:
                    self.must(part, DATE)
                return NUMBER
            case "year" | "month" | "day":
                self.must(parts[0], DATE)
                return NUMBER
        self.must(parts[0], NUMBER)
        if len(parts) == 2 and not (
            isinstance(parts[1], Literal) and parts[1].type is NUMBER and parts[1].value in range(7)
        ):
            self.stop(_("The number of decimals is written out, from 0 to 6."), parts[1].start, parts[1].end)
        return parts[0].type

    def day_of(self, parts: list[Node], start: int, end: int) -> Node:
        """A day that is written out: date(2026, 1, 31)."""
        values = [part.value for part in parts if isinstance(part, Literal) and isinstance(part.value, Decimal)]
        try:
            year, month, day = (int(value) for value in values)
            value = date(year - BUDDHIST if year >= 2400 else year, month, day)
        except ValueError:
            self.stop(_("A day is written as date(2026, 1, 31)."), start, end)
        if not FIRST_DAY < value < LAST_DAY:
            self.stop(_("A day is written as date(2026, 1, 31)."), start, end)
        return Literal(DATE, value, start, end)

    # Types

    def must(self, part: Node, kind: Type) -> None:
        """Stop unless the part gives that type; an amount is a number too."""
        if part.type is kind or (kind is NUMBER and part.type is MONEY):
            return
        self.stop(
            _("Here %(wanted)s is needed, and this is %(kind)s."), part.start, part.end,
            wanted=KINDS[kind], kind=KINDS[part.type],
        )  # fmt: skip

    def alike(self, parts: list[Node]) -> Type:
        """The one type that all of the parts give."""
        kind = parts[0].type
        for part in parts[1:]:
            same = _same(kind, part.type)
            if same is None:
                self.differ(parts[0], part)
            kind = same
        if kind is CHOICE:
            self.must(parts[0], TEXT)
        return kind

    def differ(self, left: Node, right: Node) -> NoReturn:
        self.stop(
            _("This is %(right)s, and what it stands with is %(left)s."), right.start, right.end,
            right=KINDS[right.type], left=KINDS[left.type],
        )  # fmt: skip


_COUNTS = {
    "if": (2, 3), "round": (1, 2), "floor": (1, 1), "ceiling": (1, 1), "abs": (1, 1), "min": (2, 20), "max": (2, 20),
    "empty": (1, 1), "ifempty": (2, 2), "days": (2, 2), "date": (3, 3), "year": (1, 1), "month": (1, 1), "day": (1, 1),
    "today": (0, 0),
}  # fmt: skip


def _same(left: Type, right: Type) -> Type | None:
    """The type of two that stand beside each other; None where they do not fit."""
    if left is right:
        return left
    return MONEY if {left, right} == {NUMBER, MONEY} else None


def canonical(text: str, tree: Node) -> str:
    """The formula as it is stored: fields by name and choices by value, whatever they are called later."""
    return _replaced(text, tree, lambda operand: operand.name, lambda literal: str(literal.value))


def readable(text: str, tree: Node) -> str:
    """A stored formula as its reader writes it: fields and choices by their labels, in the language of now."""

    def choice(literal: Literal) -> str:
        label = literal.operand.choice_label if literal.operand else None
        return label(str(literal.value)) if label else str(literal.value)

    def field(operand: Operand) -> str:
        label = str(operand.label)
        return label if not set(label) & set("{}") and label else operand.name

    return _replaced(text, tree, field, choice)


def _replaced(text: str, tree: Node, field: Callable[[Operand], str], choice: Callable[[Literal], str]) -> str:
    found: list[tuple[int, int, str]] = []

    def walk(node: Node) -> None:
        match node:
            case Read(operand=operand):
                found.append((node.start, node.end, f"{{{field(operand)}}}"))
            case Literal(type=Type.CHOICE):
                found.append((node.start, node.end, f'"{choice(node)}"'))
            case Call(parts=parts):
                for part in parts:
                    walk(part)

    walk(tree)
    for start, end, said in sorted(set(found), reverse=True):
        text = text[:start] + said + text[end:]
    return text

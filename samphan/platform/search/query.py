"""What somebody typed into a search, taken apart."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from samphan.platform.conditions.folding import escape_like
from samphan.platform.search.text import normalise, query_words
from samphan.platform.thai.collation import sort_key

MAX_WORDS = 8
MAX_TEXT = 200
LAST = "\U0010ffff"  # behind every text that begins with what stands before it

_PHONE_LIKE = re.compile(r"(?=.*\d.*\d)[\d\-+().]+", re.ASCII)
_NOT_DIGIT = re.compile(r"\D+", re.ASCII)
_LEADING_VOWELS = "เแโใไ"
_CONSONANTS = [chr(code) for code in range(0x0E01, 0x0E2F)]


@dataclass(frozen=True)
class Word:
    """One word of a query in the forms in which it may be stored; a record holds the word when it holds one of them.

    A word of digits and the marks of telephone numbers also counts without the marks.

    :param costs: how far each form is from what was typed, 0 for the same; empty when all are the same.
    """

    forms: tuple[str, ...]
    costs: tuple[float, ...] = ()

    @property
    def is_short(self) -> bool:
        """True for one or two letters, for which an index of trigrams knows only beginnings of words."""
        return min(len(form) for form in self.forms) < 3

    def is_in(self, text: str) -> bool:
        """True when a normalised text holds one of the forms."""
        return any(form in text for form in self.forms)

    def cost_in(self, texts: Iterable[str]) -> float:
        """How far the closest form that one of the texts holds is from what was typed; 0 when none of them holds any."""
        together = " ".join(texts)
        return next((cost for form, cost in zip(self.forms, self.costs, strict=False) if form in together), 0.0)

    def form_in(self, texts: Iterable[str]) -> str:
        """The closest form that one of the texts holds, "" when none of them holds any."""
        together = " ".join(texts)
        return next((form for form in self.forms if form in together), "")

    def begins_a_word_of(self, text: str) -> bool:
        """True when a word of a normalised text begins with one of the forms."""
        return any(text.startswith(form) or f" {form}" in text for form in self.forms)


@dataclass(frozen=True)
class Query:
    """A search as typed: `text` in the form of names, and the words that a record must hold, in any order."""

    text: str
    words: tuple[Word, ...]

    @classmethod
    def parse(cls, typed: str) -> "Query":
        """Read what was typed; the words are empty when nothing in it can be searched."""
        typed = typed[:MAX_TEXT]
        found = query_words(typed)[:MAX_WORDS]
        return cls(normalise(typed), tuple(Word(forms) for word in found if (forms := _forms(word, typed))))

    @cached_property
    def is_short(self) -> bool:
        """True when every word has one or two letters."""
        return all(word.is_short for word in self.words)

    @cached_property
    def is_widened(self) -> bool:
        """True when words stand for others that are spelt differently."""
        return any(word.costs for word in self.words)

    @cached_property
    def has_letters(self) -> bool:
        """True unless it is all digits and marks, in which nothing is misspelt."""
        return any(character.isalpha() for character in self.text)

    @cached_property
    def name_ranges(self) -> list[tuple[str, str]]:
        """Ranges [from, to) of sort keys that hold every name beginning with the text, as far as ranges can say it."""
        if not self.text:
            return []
        if len(self.text) == 1 and self.text in _LEADING_VOWELS:
            # Names that begin with a vowel of their first consonant stand behind each consonant in the dictionary.
            return [(letter + self.text, letter + self.text + LAST) for letter in _CONSONANTS]
        begin = sort_key(self.text).partition("\t")[0]
        return [(begin, begin + LAST)] if begin else []

    @cached_property
    def beginning(self) -> str:
        """LIKE pattern of texts that begin with the query."""
        return f"{escape_like(self.text)}%"


def _forms(word: str, typed: str) -> tuple[str, ...]:
    if not word.isascii():
        return (word,)
    if not word.isdigit():
        if not _PHONE_LIKE.fullmatch(word):
            return (word,)
        digits = _phone_digits(_NOT_DIGIT.sub("", word))
        return tuple(dict.fromkeys((digits, word)))
    # `query_words` took the marks away already; codes such as 12-345 are stored with them.
    marked = normalise(typed)
    return tuple(dict.fromkeys((_phone_digits(word), *((marked,) if "-" in marked and " " not in marked else ()))))


def _phone_digits(digits: str) -> str:
    """Digits as documents hold them: +66 (0)81 and 0066 81 become 6681."""
    if digits.startswith("0066"):
        digits = digits[2:]
    return "66" + digits[3:] if digits.startswith("660") and len(digits) > 5 else digits

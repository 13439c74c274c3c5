"""Search as people type it: one letter, two, four, something nobody is called, and names with a slip."""

import random
from urllib.parse import quote

from samphan.platform.thai.romanise import romanise
from samphan.runtime.bench.measuring import Result, measure
from samphan.runtime.bench.stage import Stage
from samphan.runtime.demo import names

SEARCH = "/search/palette/?q="
SAMPLES = 60
NOBODY = ("ฆฌฌฆ", "qxzwvk", "ฎฏฐฑฒฯ", "zzzzqqqq", "0000000009", "ฦฦฦ ฦฦฦ", "wxyzxyzw", "กฬฬฬก")


def run(stage: Stage) -> list[Result]:
    """All operations of search, in the order in which they are written down."""
    browser = stage.browser()
    results = []
    for op, texts in (
        ("search_1", fragments(1)),
        ("search_2", fragments(2)),
        ("search_4", fragments(4)),
        ("search_none", list(NOBODY)),
        ("search_typo", slips()),
    ):
        results.append(measure(op, [SEARCH + quote(text) for text in texts], browser.get, times=stage.requests))
        stage.say(f"{op}: p50 {results[-1].p50_ms} ms, p95 {results[-1].p95_ms} ms")
    browser.close()
    return results


def fragments(length: int) -> list[str]:
    """Different fragments of names, Latin spellings and telephones, from the middle as well as from the start."""
    choose = random.Random(length)  # noqa: S311 - a fixed sample
    words = [*names.FEMALE, *names.MALE, *names.families(), *names.FEMALE_NICKNAMES, "somchai", "phimlada", "suwan"]
    found: dict[str, None] = {}
    while len(found) < min(SAMPLES, 40 if length == 1 else SAMPLES):
        if choose.random() < 0.15:
            text = "".join(choose.choice("0123456789") for _place in range(length))
        else:
            word = choose.choice([word for word in words if len(word) >= length])
            start = 0 if length < 3 else choose.randint(0, len(word) - length)
            text = word[start : start + length]
        found[text] = None
    return list(found)


def slips() -> list[str]:
    """Different names with one letter missing, twice, swapped or another, Thai and romanised, alone and with a family name."""
    choose = random.Random(5)  # noqa: S311 - a fixed sample
    given = [word for word in (*names.FEMALE, *names.MALE) if len(word) > 4]
    found: dict[str, None] = {}
    while len(found) < SAMPLES:
        word = choose.choice(given)
        if choose.random() < 0.3:
            word = romanise(word)
        at = choose.randint(1, len(word) - 2)
        slipped = choose.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + choose.choice(word) + word[at + 1 :],
            ]
        )
        family = choose.choice(names.families())
        found[f"{slipped} {family}" if choose.random() < 0.4 else slipped] = None
    return list(found)

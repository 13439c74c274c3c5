"""The hand of a person at work: counts what it does and times what it waits for.

A click, a tap and a key such as Enter, Tab, an arrow or a shortcut count one each. Typing words does not: what a person says
about a customer is the work itself. After every act the hand names what the person looks for next, and that has to stand in
the window, uncovered and without scrolling; the time until it does is the answer of the machine.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page

# Keystroke-level model of Card, Moran and Newell (1980): seconds of a practised person for thinking of the next act, for
# pointing and pressing, for a key, and for a typed character of an average non-secretary typist.
THINK, POINT, KEY, CHARACTER = 1.35, 1.3, 0.28, 0.28
LOAD, PAUSE = Path("/proc/loadavg"), 0.03  # who wants a processor, and seconds between two looks
REST = 1.0  # seconds in which what moves has come to rest
POSTER = 500  # milliseconds for a chart to draw itself before a picture is taken
UNCOVERED = """(one) => {
  const box = one.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  return !!at && (one.contains(at) || at.contains(one));
}"""


@dataclass
class Task:
    """What one person did for one end.

    :param keys: clicks, taps and keys. :param seconds: from the first act to the last answer, as the machine did it.
    :param person_seconds: what a practised person needs for the same, thinking and typing included.
    :param slowest: seconds of the slowest answer as a machine gives it that does nothing else, and `slowest_at` the act.
    """

    person: str
    name: str
    keys: int = 0
    seconds: float = 0.0
    person_seconds: float = 0.0
    slowest: float = 0.0
    slowest_at: str = ""
    acts: list[str] = field(default_factory=list)


class Crowd:
    """How many programs want each processor while it runs: on a busy machine an answer waits for the others' turns too."""

    def __init__(self) -> None:
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._seen: list[int] = []

    def __enter__(self) -> "Crowd":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.set()
        self._thread.join()

    @property
    def factor(self) -> float:
        """1.0 where everybody who wants a processor has one, and where the machine does not say."""
        if not self._seen:
            return 1.0
        return max(1.0, sum(self._seen) / len(self._seen) / (os.cpu_count() or 1))

    def _sample(self) -> None:
        while LOAD.exists():
            self._seen.append(int(LOAD.read_text().split()[3].split("/")[0]))
            if self._ends.wait(PAUSE):
                return


class Hand:
    """One person in front of one window.

    :param person: who, for the table. :param pictures: a folder that gets a picture of every screen on the way, None for none.
    """

    def __init__(self, page: Page, person: str, tasks: list[Task], *, pictures: Path | None = None) -> None:
        self.page = page
        self.person = person
        self.tasks = tasks
        self.pictures = pictures
        self._task: Task | None = None

    @contextmanager
    def task(self, name: str) -> Iterator[Task]:
        """Everything done inside is one task of the table."""
        self._task = task = Task(self.person, name)
        self.tasks.append(task)
        began = time.perf_counter()
        self._picture()
        try:
            yield task
        finally:
            task.seconds = time.perf_counter() - began
            task.person_seconds += task.seconds
            self._task = None

    def click(self, what: Locator, then: Locator) -> None:
        """Click or, on a phone, tap; `then` is what the person looks for next."""
        is_touch = self.page.evaluate("matchMedia('(pointer: coarse)').matches")
        _in_sight(what)
        self._act(what.tap if is_touch else what.click, f"{'tap' if is_touch else 'click'} {_words(what)}", POINT, then)

    def press(self, key: str, then: Locator) -> None:
        """Press a key or a shortcut: one, however many fingers it takes."""
        self._act(lambda: self.page.keyboard.press(key), key, KEY, then)

    def write(self, text: str, then: Locator | None = None) -> None:
        """Type words where the cursor stands. They are content and do not count, but their answer is timed."""
        focused = self.page.evaluate("document.activeElement.matches('input, textarea, [contenteditable]')")
        assert focused, f"there is no field to write “{text}” into: a click is missing"
        assert self._task is not None
        self._task.person_seconds += CHARACTER * len(text)
        if then is None:
            self.page.keyboard.insert_text(text)
        else:
            self._wait(then, lambda: self.page.keyboard.insert_text(text))

    def hand_over(self, zone: Locator, file: Path, then: Locator) -> None:
        """Choose a file: one click that opens the window of files, and one on the file in it.

        The place says its name at once; that it is sent and read is long work, as `watch` looks on at it.
        """
        _in_sight(zone)
        with self.page.expect_file_chooser() as chooser:
            zone.click()
        self._count(f"click {_words(zone)}", POINT)
        self._count(f"choose {file.name}", POINT)
        chooser.value.set_files(file)
        self.watch(then)

    def watch(self, then: Locator) -> None:
        """Look on while long work shows how far it is; the person may go away meanwhile, so it is no answer to wait for."""
        then.wait_for()
        _in_sight(then)
        self._picture()

    def _act(self, act: Callable[[], object], words: str, cost: float, then: Locator) -> None:
        self._count(words, cost)
        self._wait(then, act)

    def _count(self, words: str, cost: float) -> None:
        assert self._task is not None, "the hand works inside a task"
        self._task.keys += 1
        self._task.person_seconds += THINK + cost
        self._task.acts.append(words)

    def _wait(self, then: Locator, act: Callable[[], object]) -> None:
        assert self._task is not None
        with Crowd() as crowd:
            began = time.perf_counter()
            act()
            then.wait_for()
            took = time.perf_counter() - began
        answer = took / crowd.factor
        if answer > self._task.slowest:
            self._task.slowest, self._task.slowest_at = answer, self._task.acts[-1] if self._task.acts else ""
        _in_sight(then)
        self._picture()

    def _picture(self) -> None:
        if self.pictures is None:
            return
        assert self._task is not None
        self.page.wait_for_timeout(POSTER)
        number = len(list(self.pictures.iterdir()))
        self.page.screenshot(path=self.pictures / f"{number:02}-{self.person}-{self._task.name}.png".replace(" ", "-"))


def _in_sight(what: Locator) -> None:
    """Whoever looks at the window sees it: inside, uncovered, not to be scrolled to; at once, or when it has come to rest."""
    deadline = time.perf_counter() + REST
    while why := _out_of_sight(what):
        assert time.perf_counter() < deadline, f"{what} {why}"
        time.sleep(PAUSE)


def _out_of_sight(what: Locator) -> str:
    """Why the person cannot see it; "" when they can."""
    box: FloatRect | None = what.bounding_box()
    size = what.page.viewport_size
    assert size is not None
    if box is None:
        return "is not to be seen"
    if not (box["x"] >= 0 and box["y"] >= 0 and box["y"] + min(box["height"], 24) <= size["height"]):
        return f"stands outside the window, at {box}"
    return "" if what.evaluate(UNCOVERED) else "is covered by something"


def _words(what: Locator) -> str:
    name: str = what.evaluate("(one) => (one.innerText || one.getAttribute('aria-label') || one.id || '').trim()")
    return "“" + name.split("\n")[0][:40] + "”"


def table(tasks: list[Task]) -> str:
    """The tasks as lines: person, task, clicks and keys, seconds, slowest answer."""
    heads = ("person", "task", "keys", "seconds", "a person's", "slowest answer")
    rows = [
        (
            one.person, one.name, str(one.keys), f"{one.seconds:.1f}", f"{one.person_seconds:.0f}",
            f"{one.slowest * 1000:.0f} ms {one.slowest_at}",
        )
        for one in tasks
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [heads, *rows]]
    return "\n".join(line.rstrip() for line in lines)

"""What the simpler kinds of import share: cells to values, row by row, with a problem for each that does not pass."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from samphan.platform.imports.cells import Notice, Reader, text_of
from samphan.platform.imports.kinds import Context, Converted, Problem
from samphan.platform.imports.reading import Cell, Chunk
from samphan.platform.thai.problems import ValueProblem


class RowSession(ABC):
    """Reads each row into a dict of values and hands it to `row`.

    :cvar readers_by_field: makes the reader of a field for the column at an index.
    :cvar needed: fields that every row must fill.
    :cvar missing: the sentence for a row without a needed field; "" for the others.
    """

    readers_by_field: ClassVar[Mapping[str, Callable[[Any, int], Reader]]]
    needed: ClassVar[tuple[str, ...]] = ()
    missing: ClassVar[Mapping[str, str]]

    def __init__(self, context: Context) -> None:
        self.context = context
        self.mapped = set(context.columns.values())
        self.always: dict[str, Any] = dict(context.source.values) if context.source else {}
        self.readers = [(index, self.reader_of(name, index)) for index, name in sorted(context.columns.items())]
        self.heading_of = {name: context.headings[index] for index, name in context.columns.items()}

    def reader_of(self, name: str, index: int) -> Reader:
        """The reader of one field for the column at `index`."""
        return self.readers_by_field[name](self, index)

    @abstractmethod
    def row(self, number: int, values: dict[str, Any], cells: list[Cell]) -> Any:
        """The row as it is written."""

    def convert(self, chunk: Chunk) -> Converted:
        rows: list[Any] = []
        converted = Converted(rows)
        learn_chunk(self.readers, chunk)
        for number, cells in chunk:
            values: dict[str, Any] = self.always.copy()
            problems: list[Problem] = []
            for index, read in self.readers:
                cell = cells[index]
                if cell == "":
                    continue
                try:
                    text = text_of(cell)
                    if text:
                        read(text, values)
                except ValueProblem as problem:
                    heading = self.context.headings[index]
                    problems.append(Problem.of(number, heading, problem, rejects=not isinstance(problem, Notice)))
            if not any(problem.rejects for problem in problems):
                problems += self.lacks(number, values)
            if problems:
                converted.problems += problems
                converted.cells[number] = cells
            if not any(problem.rejects for problem in problems):
                rows.append(self.row(number, values, cells))
        return converted

    def lacks(self, number: int, values: dict[str, Any]) -> list[Problem]:
        """What a row does not say that it must say."""
        return [
            Problem(number, self.heading_of.get(name, ""), f"no_{name}", self.missing.get(name) or self.missing[""])
            for name in self.needed
            if name not in values
        ]


def learn_chunk(readers: Iterable[tuple[int, Reader]], chunk: Chunk) -> None:
    """Let readers that have to ask the database ask once for all the texts of a chunk."""
    for index, read in readers:
        if learn := getattr(read, "learn", None):
            learn({cell for _number, cells in chunk if isinstance(cell := cells[index], str) and cell})


def any_session(read: Reader) -> Callable[[Any, int], Reader]:
    """A reader that is the same for every run and column."""
    return lambda _session, _index: read

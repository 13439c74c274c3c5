"""What domains register under a name in `AppConfig.ready()`, and what a workspace adds to it by its own settings."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """Things by name, in the order of registration; those of the current workspace stand behind them.

    Names of domains are found without asking what a workspace adds, so a page that uses no others pays nothing for it.
    """

    def __init__(self) -> None:
        self._registered: dict[str, T] = {}
        self._further: list[Callable[[], Mapping[str, T]]] = []

    def add(self, name: str, thing: T) -> None:
        """Register a thing, or replace the one of its name."""
        self._registered[name] = thing

    def add_once(self, name: str, thing: T) -> T:
        """Register a thing where the name is free; returns what stands under it."""
        return self._registered.setdefault(name, thing)

    def extend(self, further: Callable[[], Mapping[str, T]]) -> None:
        """Name a function that gives what the current workspace adds."""
        self._further.append(further)

    def __getitem__(self, name: str) -> T:
        if name in self._registered:
            return self._registered[name]
        for further in self._further:
            added = further()
            if name in added:
                return added[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from self._registered
        for further in self._further:
            yield from further()

    def __len__(self) -> int:
        return len(self._registered) + sum(len(further()) for further in self._further)

"""The demo company: a coffee roaster with two shops, cafés that buy wholesale, and two years of orders.

`load()` is what `samphan demo` does; with a number of customers it makes a large company by sets, for measuring.
"""

from collections.abc import Callable
from datetime import date
from typing import Any


def load(
    customers: int | None = None, say: Callable[[str], None] = lambda _text: None, *, today: date | None = None
) -> dict[str, Any]:
    """Load the demo company, or a company of so many customers; see `loading.load`."""
    # Later, because the words of names are read where no Django is set up.
    from samphan.runtime.demo import loading

    return loading.load(customers, say, today=today)


def remove() -> bool:
    """Remove every demo company with everything in it; False when there was none."""
    from samphan.runtime.demo import loading

    return loading.remove()

"""Where the customers of a network stand on a drawing, in units of an SVG's own grid.

A drawing is a tree that grows to the right, the customer at its root, with a further line for each relation that the
tree does not hold. The narrow one, for phones, grows downwards with each step indented. Nothing in it overlaps, however
long the names are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from samphan.customers.models import Customer
from samphan.customers.relations import Network
from samphan.ui.tones import avatar_tone

ROW = 44
RADIUS = 14
_WIDE_STEP, _WIDE_TEXT = 300, 26  # between two columns; letters of a name
_INDENT, _NARROW_WIDTH, _NARROW_TEXT = 34, 340, 32


@dataclass(frozen=True)
class Node:
    """One customer on the drawing: the middle of the mark, and the words beside it.

    :param step: 0 for the customer of the page, 1 and 2 for those one and two relations away.
    """

    id: UUID
    customer: Customer
    name: str
    word: str
    step: int
    x: int
    y: int
    most: int

    @property
    def text_x(self) -> int:
        """Where the words begin."""
        return self.x + RADIUS + 8

    @property
    def tone(self) -> str:
        """The one that the avatar of this customer has everywhere."""
        return avatar_tone(self.id) if self.customer.kind == Customer.Kind.PERSON else "slate"

    @property
    def corner(self) -> tuple[int, int]:
        """The upper left corner of the mark."""
        return self.x - RADIUS, self.y - RADIUS


@dataclass(frozen=True)
class Edge:
    """A line between two marks, as the `d` of a path. `is_further`: the tree does not hold this relation."""

    path: str
    is_further: bool


@dataclass(frozen=True)
class Drawing:
    """Everything of one picture, and its size."""

    nodes: list[Node]
    edges: list[Edge]
    width: int
    height: int


def wide_drawing(network: Network, name_of: Callable[[Customer], str]) -> Drawing:
    """Three columns, each customer level with the middle of those who hang on it."""
    places: dict[UUID, tuple[int, int]] = {}
    row = 0
    for near in network.around:
        far = network.behind.get(near, [])
        first = row
        for pk in far:
            places[pk] = (20 + 2 * _WIDE_STEP, ROW // 2 + row * ROW)
            row += 1
        row = max(row, first + 1)
        places[near] = (20 + _WIDE_STEP, ROW // 2 + (first + row - 1) * ROW // 2)
    height = max(row, 1) * ROW
    middle = next(iter(network.customers))
    places[middle] = (20, height // 2)
    steps = 3 if any(network.behind.values()) else 2
    nodes = _nodes(network, places, name_of, lambda step: _WIDE_TEXT)
    return Drawing(nodes, _edges(network, places, _sideways), 20 + steps * _WIDE_STEP - 40, height)


def narrow_drawing(network: Network, name_of: Callable[[Customer], str]) -> Drawing:
    """One below the other, each step indented."""
    middle = next(iter(network.customers))
    order = [(middle, 0)]
    for near in network.around:
        order += [(near, 1), *((far, 2) for far in network.behind.get(near, []))]
    places = {pk: (18 + step * _INDENT, ROW // 2 + row * ROW) for row, (pk, step) in enumerate(order)}
    nodes = _nodes(network, places, name_of, lambda step: _NARROW_TEXT - 4 * step)
    return Drawing(nodes, _edges(network, places, _downwards), _NARROW_WIDTH, len(order) * ROW)


def _nodes(
    network: Network,
    places: dict[UUID, tuple[int, int]],
    name_of: Callable[[Customer], str],
    most: Callable[[int], int],
) -> list[Node]:
    words = _words(network)
    middle = next(iter(network.customers))
    nodes = []
    for pk, customer in network.customers.items():
        step = 0 if pk == middle else 1 if pk in network.behind else 2
        x, y = places[pk]
        nodes.append(Node(pk, customer, name_of(customer), words.get(pk, ""), step, x, y, most(step)))
    return nodes


def _words(network: Network) -> dict[UUID, str]:
    """What each one is to the one it hangs on."""
    hangs_on = _parents(network)
    words: dict[UUID, str] = {}
    for link in network.links:
        if hangs_on.get(link.second) == link.first:
            said = words.get(link.second)
            words[link.second] = f"{said}, {link.word}" if said else link.word
    return words


def _parents(network: Network) -> dict[UUID, UUID]:
    middle = next(iter(network.customers))
    return dict.fromkeys(network.around, middle) | {
        far: near for near, behind in network.behind.items() for far in behind
    }


def _edges(
    network: Network,
    places: dict[UUID, tuple[int, int]],
    draw: Callable[[tuple[int, int], tuple[int, int]], str],
) -> list[Edge]:
    parents = _parents(network)
    edges = [Edge(draw(places[near], places[far]), False) for far, near in parents.items()]
    drawn = {frozenset(pair) for pair in parents.items()}
    for link in network.links:
        pair = frozenset((link.first, link.second))
        if pair not in drawn:
            drawn.add(pair)
            edges.append(Edge(_bow(places[link.first], places[link.second]), True))
    return edges


def _sideways(near: tuple[int, int], far: tuple[int, int]) -> str:
    """From behind the words of the nearer one to the next mark, so that the line crosses no name."""
    y1, (x2, y2) = near[1], far
    start, end, half = x2 - 64, x2 - RADIUS, x2 - 40
    return f"M{start} {y1}C{half} {y1} {half} {y2} {end} {y2}"


def _downwards(near: tuple[int, int], far: tuple[int, int]) -> str:
    (x1, y1), (x2, y2) = near, far
    return f"M{x1} {y1 + RADIUS}V{y2 - 8}Q{x1} {y2} {x1 + 8} {y2}H{x2 - RADIUS}"


def _bow(one: tuple[int, int], two: tuple[int, int]) -> str:
    """A curve at the left of two marks."""
    (x1, y1), (x2, y2) = sorted((one, two), key=lambda place: place[1])
    left = min(x1, x2) - RADIUS - 16
    return f"M{x1 - RADIUS} {y1}C{left} {y1} {left} {y2} {x2 - RADIUS} {y2}"

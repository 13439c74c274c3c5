"""The icons of the installed product: our own drawing as PNG files, made at build time.

Phones want PNG, and no part of the build turns SVG into it. The drawing needs rectangles and circles only, so their
distance to each pixel is all there is to compute; any other element is refused rather than left out.
"""

import math
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

Distance = Callable[[float, float], float]  # of a point to the edge of a shape, negative inside
NAMESPACE = "{http://www.w3.org/2000/svg}"
INHERITED = ("fill", "stroke", "stroke-width")


class DrawingError(Exception):
    """The drawing holds something that cannot be made into pixels."""


@dataclass(frozen=True)
class Icon:
    """One file. `is_full`: the ground reaches every edge, for systems that cut a shape of their own out of it."""

    name: str
    size: int  # pixels
    is_full: bool = False


ICONS = (
    Icon("app-192.png", 192),
    Icon("app-512.png", 512),
    Icon("app-maskable-512.png", 512, is_full=True),
    Icon("app-touch-180.png", 180, is_full=True),
)


@dataclass(frozen=True)
class Shape:
    """A painted area of one colour."""

    colour: tuple[int, int, int]
    distance: Distance


def shapes_of(svg: str, *, is_full: bool = False) -> tuple[float, list[Shape]]:
    """Side of the square drawing and its shapes from back to front; with `is_full` rectangles have square corners.

    :raises DrawingError: for an element or a colour that is not understood.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own file, at build time
    _left, _top, side, _height = (float(number) for number in root.get("viewBox", "").split())
    return side, list(_shapes(root, {"fill": "#000000"}, is_full=is_full))


def _shapes(parent: ElementTree.Element, given: dict[str, str], *, is_full: bool) -> Iterator[Shape]:
    for element in parent:
        tag = element.tag.removeprefix(NAMESPACE)
        style = given | {name: element.attrib[name] for name in INHERITED if name in element.attrib}
        if tag == "g":
            yield from _shapes(element, style, is_full=is_full)
            continue
        number = {name: float(element.get(name, "0")) for name in ("x", "y", "width", "height", "rx", "cx", "cy", "r")}
        if tag == "rect":
            edge = _rectangle(number | ({"rx": 0.0} if is_full else {}))
        elif tag == "circle":
            edge = _circle(number)
        else:
            raise DrawingError(f"the drawing of the app holds <{tag}>; only rect, circle and g are drawn")
        if style.get("fill", "none") != "none":
            yield Shape(_colour(style["fill"]), edge)
        if style.get("stroke", "none") != "none":
            yield Shape(_colour(style["stroke"]), _line(edge, float(style.get("stroke-width", "1"))))


def _rectangle(number: dict[str, float]) -> Distance:
    half_width, half_height, radius = number["width"] / 2, number["height"] / 2, number["rx"]
    middle_x, middle_y = number["x"] + half_width, number["y"] + half_height

    def distance(x: float, y: float) -> float:
        across = abs(x - middle_x) - half_width + radius
        down = abs(y - middle_y) - half_height + radius
        return math.hypot(max(across, 0), max(down, 0)) + min(max(across, down), 0) - radius

    return distance


def _circle(number: dict[str, float]) -> Distance:
    middle_x, middle_y, radius = number["cx"], number["cy"], number["r"]
    return lambda x, y: math.hypot(x - middle_x, y - middle_y) - radius


def _line(edge: Distance, width: float) -> Distance:
    return lambda x, y: abs(edge(x, y)) - width / 2


def _colour(text: str) -> tuple[int, int, int]:
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if not text.startswith("#") or len(digits) != 6:
        raise DrawingError(f"the drawing of the app holds the colour {text}; write it as #rrggbb")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def draw(svg: str, icon: Icon) -> bytes:
    """The PNG of an icon; edges are smoothed over one pixel."""
    side, shapes = shapes_of(svg, is_full=icon.is_full)
    scale = icon.size / side
    rows = bytearray()
    for row in range(icon.size):
        rows.append(0)  # no filter
        y = (row + 0.5) / scale
        for column in range(icon.size):
            rows += _pixel(shapes, (column + 0.5) / scale, y, scale)
    header = struct.pack(">IIBBBBB", icon.size, icon.size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _pixel(shapes: list[Shape], x: float, y: float, scale: float) -> bytes:
    red = green = blue = alpha = 0.0
    for shape in shapes:
        cover = 0.5 - shape.distance(x, y) * scale
        if cover <= 0:
            continue
        cover = min(cover, 1.0)
        kept = alpha * (1 - cover)
        alpha = cover + kept
        red = (shape.colour[0] * cover + red * kept) / alpha
        green = (shape.colour[1] * cover + green * kept) / alpha
        blue = (shape.colour[2] * cover + blue * kept) / alpha
    return bytes((round(red), round(green), round(blue), round(alpha * 255)))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def build_icons(source: Path, target: Path) -> None:
    """Write every icon of the drawing that is not there yet as the drawing is now."""
    svg = source.read_text("utf-8")
    newest = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
    for icon in ICONS:
        path = target / icon.name
        if not path.exists() or path.stat().st_mtime < newest:
            path.write_bytes(draw(svg, icon))

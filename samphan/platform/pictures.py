"""Make small squares of the pictures that people upload, drawn anew so that nothing else of the file is left."""

from collections.abc import Callable
from io import BytesIO
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from samphan.platform.thai.problems import ValueProblem

MAX_PIXELS = 60_000_000  # a large telephone's picture; more would fill the memory of a small server
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class PictureProblem(ValueProblem):
    """A file that is no picture that can be drawn."""


def square(source: IO[bytes], side: int) -> bytes:
    """The middle of a picture as a square JPEG of `side` pixels, upright, without the camera's notes (place, time).

    :raises PictureProblem: when it cannot be read as a picture, or has too many pixels.
    """
    drawn = _drawn(source, side, lambda upright: ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS))
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    out = BytesIO()
    paper.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def fitted(source: IO[bytes], width: int, height: int) -> bytes:
    """A whole picture as a PNG of at most this size, upright, its empty edges cut off; what is transparent stays so.

    :raises PictureProblem: as `square`.
    """

    def draw(upright: Image.Image) -> Image.Image:
        edges = upright.getchannel("A").getbbox()
        inside = upright.crop(edges) if edges else upright
        inside.thumbnail((width, height), Image.Resampling.LANCZOS)
        return inside

    out = BytesIO()
    _drawn(source, max(width, height), draw).save(out, "PNG", optimize=True)
    return out.getvalue()


def _drawn(source: IO[bytes], side: int, draw: Callable[[Image.Image], Image.Image]) -> Image.Image:
    try:
        with Image.open(source, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureProblem(
                    "pixels",
                    _("The picture has %(width)s × %(height)s pixels; that is too many. Save it smaller."),
                    width=picture.width,
                    height=picture.height,
                )
            picture.draft("RGB", (2 * side, 2 * side))  # a JPEG is then read no larger than it is needed
            return draw(ImageOps.exif_transpose(picture).convert("RGBA"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PictureProblem(
            "unreadable", _("The file is not a picture that can be read: JPEG, PNG or WebP.")
        ) from None

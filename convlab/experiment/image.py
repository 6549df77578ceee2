"""Image: the numbers at the start of a chain, frozen.

Pixels are float32 of shape (height, width, channels) with 1 or 3 channels. In memory the channels lie one after
another ("planar"), because every fast convolution and every view works on one channel at a time; `pixels` is a view
of that memory with the channels last, so `pixels[:, :, c]` is contiguous. The memory is read-only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.operations.resizing import grey_plane, resized_planes
from convlab.problems import Problem

Pixels = NDArray[np.float32]

LEVELS: dict[float, str] = {1.0: "0 to 1", 9.0: "0 to 9", 255.0: "0 to 255"}
"""The value shown as white, and how the levels are called. 9 and 255 are for sums that a class does by head."""

_DRAWING = "drawing"
MAX_PIXELS = 40_000_000
"""Height times width of the largest image; the same limit holds for pictures that are opened."""


@dataclass(frozen=True, eq=False)
class Image:
    """An image, its white level, its name and what was done to it when it was opened.

    pixels: anything that numpy takes as (h, w), (h, w, 1) or (h, w, 3); kept without a copy if it is float32, planar
    and read-only, else copied once. white: 1, 9 or 255; at 9 and 255 edits give whole numbers. Values outside
    0…white are allowed: typed numbers may be negative. Raises Problem for another number of channels or no pixel.
    """

    pixels: Pixels
    white: float = 1.0
    name: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.white not in LEVELS:
            raise ValueError(f"white must be one of {list(LEVELS)}, not {self.white!r}")
        object.__setattr__(self, "white", float(self.white))
        object.__setattr__(self, "notes", tuple(self.notes))
        object.__setattr__(self, "pixels", _frozen(self.pixels))

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def channels(self) -> int:
        return int(self.pixels.shape[2])

    @property
    def levels(self) -> str:
        """The levels in words, such as "0 to 9"."""
        return LEVELS[self.white]

    @property
    def whole_numbers(self) -> bool:
        """Whether edits of this image are rounded to whole numbers."""
        return self.white != 1.0

    @property
    def planes(self) -> Pixels:
        """The pixels as (channels, height, width), contiguous, read-only."""
        return np.moveaxis(self.pixels, -1, 0)

    def with_white(self, white: float) -> Image:
        """The same picture with other levels: all values are scaled; rounded to whole numbers for 9 and 255."""
        if white == self.white:
            return self
        planes = self.planes * np.float32(white / self.white)
        return replace(self, pixels=_pixels(_rounded(planes, white)), white=white)

    def with_planes(self, planes: Pixels, **changes: Any) -> Image:
        """This image with other pixels (channels, h, w), which the image then owns: they become read-only."""
        return replace(self, pixels=_pixels(np.ascontiguousarray(planes, np.float32)), **changes)

    def with_pixels(self, pixels: NDArray[Any]) -> Image:
        """This image with typed or pasted numbers (h, w) or (h, w, channels), rounded where levels are whole."""
        image = replace(self, pixels=pixels)
        return image.with_planes(_rounded(image.planes.copy(), self.white)) if self.whole_numbers else image

    def with_cell(self, row: int, column: int, value: float, channel: int | None = None) -> Image:
        """This image with one cell changed, in one channel or in all. Raises IndexError outside the image."""
        if not (0 <= row < self.height and 0 <= column < self.width):
            raise IndexError(f"({row}, {column}) is outside {self.height}×{self.width}")
        value = self.as_level(value)
        where = slice(None) if channel is None else slice(channel, channel + 1)
        if (self.pixels[row, column, where] == value).all():
            return self
        planes = self.planes.copy()
        planes[where, row, column] = value
        return self.with_planes(planes)

    def as_level(self, value: float) -> float:
        """A value as this image would keep it: rounded where levels are whole numbers."""
        if not np.isfinite(value):
            raise ValueError("a pixel must be a finite number")
        return float(np.rint(value)) if self.whole_numbers else float(np.float32(value))

    def to_grey(self) -> Image:
        """One channel: 0.299 red + 0.587 green + 0.114 blue."""
        if self.channels == 1:
            return self
        return self.with_planes(_rounded(grey_plane(self.planes), self.white)[np.newaxis])

    def to_rgb(self) -> Image:
        """Three equal channels."""
        return self if self.channels == 3 else self.with_planes(np.repeat(self.planes, 3, axis=0))

    def inverted(self) -> Image:
        """Black becomes white: every value v becomes white − v."""
        return self.with_planes(np.float32(self.white) - self.planes)

    def cleared(self) -> Image:
        """All black, of the same size: what is made of it is a drawing, not what the image was called after."""
        return self.with_planes(np.zeros_like(self.planes), name=_DRAWING)

    def cropped(self, top: int, left: int, height: int, width: int) -> Image:
        """A rectangle of this image. Raises Problem if it does not lie inside."""
        check_size(height, width)
        if top < 0 or left < 0 or top + height > self.height or left + width > self.width:
            raise Problem(
                f"The part {height}×{width} at row {top}, column {left} does not lie inside the image.",
                f"The image is {self.height}×{self.width}.",
            )
        return self.with_planes(self.planes[:, top : top + height, left : left + width])

    def with_size(self, height: int, width: int) -> Image:
        """Another size with the drawing kept in the middle: black is added around it, or its border is cut off."""
        check_size(height, width)
        if (height, width) == (self.height, self.width):
            return self
        planes = np.zeros((self.channels, height, width), np.float32)
        to_rows, from_rows = _centred(self.height, height)
        to_columns, from_columns = _centred(self.width, width)
        planes[:, to_rows, to_columns] = self.planes[:, from_rows, from_columns]
        return self.with_planes(planes)

    def resized(self, size: tuple[int, int]) -> Image:
        """The whole picture at another size (height, width).

        Shrinking averages areas; enlarging by whole factors repeats pixels, so that they stay pixels; any other
        enlargement interpolates linearly.
        """
        height, width = size
        check_size(height, width)
        if (height, width) == (self.height, self.width):
            return self
        return self.with_planes(_rounded(resized_planes(self.planes, height, width), self.white))


def blank(height: int, width: int, channels: int = 1, white: float = 1.0) -> Image:
    """A black image to draw on."""
    check_size(height, width)
    return Image(_pixels(np.zeros((channels, height, width), np.float32)), white, _DRAWING)


def image_of_bytes(
    pixels: NDArray[Any], white: float = 1.0, name: str = "", notes: tuple[str, ...] = ()
) -> Image:
    """An image of a picture's uint8 (h, w) or (h, w, c), where 255 is white. The only large allocation is the result."""
    stored = pixels[:, :, np.newaxis] if pixels.ndim == 2 else pixels
    _check(stored)
    planes = np.empty((stored.shape[2], *stored.shape[:2]), np.float32)
    planes[...] = np.moveaxis(stored, -1, 0)
    if white != 255.0:
        # Divided, not multiplied by white/255: only so 255 becomes exactly white, and n/255 its nearest float32.
        planes /= np.float32(255.0 / white)
        _rounded(planes, white)
    return Image(_pixels(planes), white, name, notes)


def check_size(height: int, width: int) -> None:
    """Raises Problem for an image without pixels or with more than MAX_PIXELS."""
    if height < 1 or width < 1:
        raise Problem(f"An image cannot be {height}×{width}.", "It needs at least one row and one column.")
    if height * width > MAX_PIXELS:
        raise Problem(
            f"An image of {height:,}×{width:,} is too large.", f"At most {MAX_PIXELS:,} pixels are possible."
        )


def _check(pixels: NDArray[Any]) -> None:
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3):
        raise Problem(
            "This is not an image.",
            f"An image is (height, width, 1 or 3 channels); this is {tuple(pixels.shape)}.",
        )
    check_size(int(pixels.shape[0]), int(pixels.shape[1]))


def _frozen(pixels: Any) -> Pixels:
    """`pixels` as planar, read-only float32 (h, w, c); the same array if it is that already."""
    pixels = np.asarray(pixels)
    if pixels.ndim == 2:
        pixels = pixels[:, :, np.newaxis]
    _check(pixels)
    planes = np.moveaxis(pixels, -1, 0)
    if pixels.dtype == np.float32 and planes.flags.c_contiguous and not pixels.flags.writeable:
        return pixels
    return _pixels(np.array(planes, dtype=np.float32, order="C"))


def _pixels(planes: Pixels) -> Pixels:
    """Planes that nobody else holds, read-only from now on, seen with the channels last."""
    planes.setflags(write=False)
    return np.moveaxis(planes, 0, -1)


def _rounded(planes: Pixels, white: float) -> Pixels:
    """Rounded in place where levels are whole numbers; adding 0 turns −0 into 0."""
    if white != 1.0:
        np.rint(planes, out=planes)
        planes += np.float32(0.0)
    return planes


def _centred(old: int, new: int) -> tuple[slice, slice]:
    """Where the kept cells of one axis go, and where they come from; an odd remainder goes to the end."""
    kept = min(old, new)
    to, source = (new - kept) // 2, (old - kept) // 2
    return slice(to, to + kept), slice(source, source + kept)

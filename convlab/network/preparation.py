"""How a picture becomes the numbers that a network was trained on.

A file does not say which preprocessing its network needs: people choose it, and preprocessing.py proposes one. The rules of
keras.applications are those of Keras 3.15's `preprocess_input`, measured ("caffe", "torch", "tf" there is "−1 to 1").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convlab.operations.resizing import GREY_WEIGHTS, grey_plane, resized_planes
from convlab.problems import Problem

Array = NDArray[np.float32]
Size = tuple[int, int, int]

FITS = {
    "resize": "Stretched to the size",
    "pad": "Whole, with black around it",
    "crop": "The middle of it",
}
"""How a picture of another size is fitted, with a title for each."""

SCALINGS = {
    "0 to 1": "black is 0, white is 1",
    "−1 to 1": "black is −1, white is 1",
    "0 to 255": "black is 0, white is 255",
    "caffe": "0 to 255, blue first, minus the mean colour of ImageNet",
    "torch": "0 to 1, minus ImageNet's mean colour, divided by its deviation",
    "standardised": "minus the image's own mean, divided by its deviation",
}
"""On which numbers it was trained, with what each means."""

CHANNELS = {
    "auto": "Colours as the network reads them",
    "grey": "Grey in every channel",
    "BGR": "Blue first",
}
"""How colours become channels, with a title for each."""

MAX_NUMBERS = 64_000_000
"""Of one prepared image (256 MB)."""

_CAFFE_MEANS = np.array((103.939, 116.779, 123.68), np.float32)  # blue, green, red, of 0 to 255
_TORCH_MEANS = np.array((0.485, 0.456, 0.406), np.float32)  # red, green, blue, of 0 to 1
_TORCH_DEVIATIONS = np.array((0.229, 0.224, 0.225), np.float32)


@dataclass(frozen=True)
class Preparation:
    """What is done to a picture before a network gets it; the keys of FITS, SCALINGS and CHANNELS. Raises ValueError.

    invert: black becomes white first.
    """

    fit: str = "resize"
    scaling: str = "0 to 1"
    invert: bool = False
    channels: str = "auto"

    def __post_init__(self) -> None:
        for value, known in ((self.fit, FITS), (self.scaling, SCALINGS), (self.channels, CHANNELS)):
            if value not in known:
                raise ValueError(f"{value!r} is none of {list(known)}")


def prepare(pixels: Array, white: float, shape: Sequence[int], preparation: Preparation) -> Array:
    """The numbers that an input of `shape` gets: float32 of that shape, contiguous, read-only.

    pixels: (h, w, 1 or 3), of which `white` is white. shape: (rows, columns, channels), (rows, columns), or (numbers,)
    for a picture that is laid out row by row. Raises Problem for an input that no picture fits.
    """
    picture = pictured(pixels, white, shape, preparation)
    numbers = _scaled(picture, preparation.scaling)
    prepared = np.ascontiguousarray(_in_channels(numbers, preparation, picture_size(shape)[2]))
    prepared = prepared.reshape(tuple(shape))
    prepared.setflags(write=False)
    return prepared


def pictured(pixels: Array, white: float, shape: Sequence[int], preparation: Preparation) -> Array:
    """What the network sees, as a picture that can be shown: (rows, columns, 1 or 3), 0 is black and 1 is white.

    Each of its pixels is the input's at the same place, before scaling and the order of channels. Raises Problem.
    """
    rows, columns, channels = picture_size(shape)
    planes = np.moveaxis(np.asarray(pixels, np.float32), -1, 0)
    fitted = _fitted(planes, rows, columns, preparation, np.float32(white)) / np.float32(white)
    colours = 3 if channels in (3, 4) else 1
    if len(fitted) == 3 and (colours == 1 or preparation.channels == "grey"):
        fitted = grey_plane(fitted)[np.newaxis]
    return np.moveaxis(fitted if len(fitted) == colours else fitted.repeat(colours, axis=0), 0, -1)


def picture_size(shape: Sequence[int]) -> Size:
    """(rows, columns, channels) of the picture that an input of `shape` shows. Raises Problem if it shows none.

    A vector is read as a square picture, grey (784 is 28×28) or in colour (3,072 is 32×32×3), else as a grey one as
    nearly square as its length allows.
    """
    if len(shape) not in (1, 2, 3) or min(shape) < 1:
        raise Problem(
            f"The network reads {'×'.join(map(str, shape)) or 'single'} numbers, which are no image.",
            "An image has rows, columns and channels.",
        )
    if math.prod(shape) > MAX_NUMBERS:
        raise Problem(
            f"The network reads {math.prod(shape):,} numbers, which are too many.",
            f"At most {MAX_NUMBERS:,} are prepared.",
        )
    if len(shape) == 3:
        return shape[0], shape[1], shape[2]
    return (shape[0], shape[1], 1) if len(shape) == 2 else _laid_out(shape[0])


def _laid_out(numbers: int) -> Size:
    """The picture whose pixels, row by row, are so many numbers."""
    side = math.isqrt(numbers)
    third = math.isqrt(numbers // 3)
    if side * side != numbers and third * third * 3 == numbers:
        return third, third, 3
    rows = next(n for n in range(side, 0, -1) if numbers % n == 0)
    return rows, numbers // rows, 1


# --- fitting ---


def _fitted(planes: Array, rows: int, columns: int, preparation: Preparation, white: np.float32) -> Array:
    """The planes (c, h, w) at another size, inverted if that is wished; what is added around them is black."""
    height, width = planes.shape[1:]
    fit = preparation.fit
    if fit == "crop":
        planes = _middle(planes, *_largest_part(height, width, rows, columns))
    inner = _largest_part(rows, columns, height, width) if fit == "pad" else (rows, columns)
    fitted = resized_planes(planes, *inner)
    if preparation.invert:
        fitted = white - fitted
    if inner == (rows, columns):
        return fitted
    canvas = np.zeros((len(planes), rows, columns), np.float32)
    _middle(canvas, *inner)[...] = fitted
    return canvas


def _largest_part(rows: int, columns: int, height: int, width: int) -> tuple[int, int]:
    """The largest size within rows × columns that has the proportions of height × width."""
    scale = min(rows / height, columns / width)
    return max(1, min(rows, round(height * scale))), max(1, min(columns, round(width * scale)))


def _middle(planes: Array, height: int, width: int) -> Array:
    """A view of the middle of the planes; an odd remainder is left at the end."""
    top, left = (planes.shape[1] - height) // 2, (planes.shape[2] - width) // 2
    return planes[:, top : top + height, left : left + width]


# --- numbers ---


def _scaled(picture: Array, scaling: str) -> Array:
    """A picture (h, w, 1 or 3) of 0 to 1 as the numbers of a scaling, red still first."""
    if scaling == "0 to 1":
        return picture
    if scaling == "−1 to 1":
        return picture * np.float32(2) - np.float32(1)
    if scaling == "standardised":
        return _standardised(picture)
    if scaling == "torch":
        return (picture - _colour(_TORCH_MEANS, picture)) / _colour(_TORCH_DEVIATIONS, picture)
    levels = picture * np.float32(255)
    return levels - _colour(_CAFFE_MEANS[::-1], picture) if scaling == "caffe" else levels


def centre_of(picture: Array, scaling: str) -> tuple[Array, Array]:
    """The mean that a scaling takes away and the deviation by which it divides, for each channel of `picture`
    (h, w, 1 or 3, 0 is black and 1 is white), on the numbers of 0 to 1, for "caffe" of 0 to 255. (0, 1) if it does
    neither."""
    if scaling == "caffe":
        mean = _colour(_CAFFE_MEANS[::-1], picture)
        return mean, np.ones_like(mean)
    if scaling == "torch":
        return _colour(_TORCH_MEANS, picture), _colour(_TORCH_DEVIATIONS, picture)
    of_all = _spread(picture) if scaling == "standardised" else (0.0, 1.0)
    channels = np.ones(picture.shape[2], np.float32)
    return channels * np.float32(of_all[0]), channels * np.float32(of_all[1])


def _colour(values: Array, picture: Array) -> Array:
    """One number for each channel of the picture: for a grey one the brightness of the colour."""
    return values if picture.shape[2] == 3 else np.atleast_1d(values @ np.array(GREY_WEIGHTS, np.float32))


def _standardised(picture: Array) -> Array:
    """(x − mean)/deviation over all its numbers (as tf.image.per_image_standardization)."""
    mean, deviation = _spread(picture)
    return (picture - np.float32(mean)) / np.float32(deviation)


def _spread(picture: Array) -> tuple[float, float]:
    """The mean and the deviation of all numbers; this is at least 1/√n, so that a blank image gives zeros."""
    mean = picture.mean(dtype=np.float64)
    return float(mean), max(float(picture.std(dtype=np.float64)), 1 / math.sqrt(picture.size))


def _in_channels(numbers: Array, preparation: Preparation, channels: int) -> Array:
    """Numbers (h, w, 1 or 3) in as many channels as the input has.

    The last of two or four channels is opacity: all opaque. More than four channels are no colours: grey in each.
    """
    has_opacity = channels in (2, 4)
    colours = channels - 1 if has_opacity else channels
    if colours != numbers.shape[2]:
        numbers = np.broadcast_to(numbers, (*numbers.shape[:2], colours))
    if colours == 3 and (preparation.scaling == "caffe" or preparation.channels == "BGR"):
        numbers = numbers[:, :, ::-1]
    if not has_opacity:
        return numbers
    opaque = _scaled(np.ones((1, 1, 1), np.float32), _OPACITY.get(preparation.scaling, preparation.scaling))
    return np.concatenate([numbers, np.broadcast_to(opaque, (*numbers.shape[:2], 1))], axis=2)


_OPACITY = {"caffe": "0 to 255", "torch": "0 to 1", "standardised": "0 to 1"}
"""On which numbers opacity is given, where a scaling is about colours."""

"""The image as a network sees it, as something to look at and to draw on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convlab.experiment.image import Image
from convlab.network.preparation import Preparation, picture_size, pictured
from convlab.window.network_work import NetworkWork

Array = NDArray[np.float32]

_COLOURS = {1: "grey", 2: "grey and opacity", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True, eq=False)
class Canvas:
    """picture: (rows, columns, 1 or 3), 0 is black and 1 is white, a pixel for each of the network's.

    image: what a stroke is drawn on, of the same size. preparation: with which the network gets that image as it is.
    """

    picture: Array
    image: Image
    preparation: Preparation

    def drawn(self, work: NetworkWork, image: Image) -> NetworkWork:
        """The work with what was made of `image` by drawing."""
        return work.with_image(image).with_preparation(self.preparation)


def canvas_of(work: NetworkWork, shape: Sequence[int] | None) -> Canvas:
    """For an input of `shape`; None where no network is open. Raises Problem for an input that no picture fits."""
    image, preparation = work.image, work.preparation
    if shape is None:
        picture = image.pixels if image.white == 1 else image.pixels / np.float32(image.white)
        return Canvas(picture, image, preparation)
    picture = pictured(image.pixels, image.white, shape, preparation)
    if _is_seen_as_it_is(image, picture, preparation):
        return Canvas(picture, image, preparation)
    fitted = Image(picture, 1.0, image.name)
    return Canvas(picture, fitted, replace(preparation, invert=False))


def _is_seen_as_it_is(image: Image, picture: Array, preparation: Preparation) -> bool:
    return image.pixels.shape == picture.shape and not preparation.invert and preparation.channels != "grey"


def input_text(shape: Sequence[int], preparation: Preparation, *, short: bool = False) -> str:
    """What the network gets, in a few words, such as "28×28 grey · 0 to 1"; without the colours if it is to be short."""
    rows, columns, channels = picture_size(shape)
    colours = _COLOURS.get(channels, f"{channels} channels")
    size = f"{rows:,}×{columns:,}"
    parts = [size if short else f"{size} {colours}", preparation.scaling]
    if preparation.channels != "auto" and channels > 1:
        parts.append("grey" if preparation.channels == "grey" else "blue first")
    if preparation.invert:
        parts.append("inverted")
    return " · ".join(parts)


def fitting_brush(rows: int, columns: int) -> int:
    """The size of a brush with which one can write a digit."""
    return max(1, min(16, round(min(rows, columns) / 14)))

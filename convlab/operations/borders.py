"""Zero padding and cropping as layers of their own: an image gets a border, or loses one."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from convlab.operations.copies import Copy, Source
from convlab.operations.geometry import Axis, Padding2D
from convlab.operations.operation import NO_PADDING, Array, Shape, as_image, image_of, image_shape
from convlab.problems import Problem


@dataclass(frozen=True)
class ZeroPadding(Copy):
    """Keras's ZeroPadding2D: ((top, bottom), (left, right)) cells of 0 around the image. Raises Problem below 0."""

    padding: Padding2D = ((1, 1), (1, 1))

    title = "Zero padding"
    name: ClassVar[str] = "copy"

    def __post_init__(self) -> None:
        object.__setattr__(self, "padding", _amounts(self.padding, "Padding"))

    @property
    def summary(self) -> str:
        return amounts_text(self.padding)

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        vertical, horizontal = self.padding
        return Axis(rows, 1, 1, 1, *vertical), Axis(columns, 1, 1, 1, *horizontal)

    def output_shape(self, input_shape: Shape) -> Shape:
        _, _, channels = image_shape(input_shape, self.title)
        rows, columns = self.axes(input_shape)
        return rows.out, columns.out, channels

    def source_of(self, input_shape: Shape, row: int, column: int, filter: int = 0) -> Source:
        return row - self.padding[0][0], column - self.padding[1][0], filter

    def apply(self, x: Array) -> Array:
        height, width, _ = x.shape
        (top, _), (left, _) = self.padding
        output = np.zeros(self.output_shape(x.shape), np.float32)
        output[top : top + height, left : left + width] = x
        return output


class _Cropped(Copy):
    """What cropping has in common, whether it is told what to remove or what to keep."""

    name: ClassVar[str] = "copy"

    @abstractmethod
    def removed(self, input_shape: Shape) -> Padding2D:
        """((top, bottom), (left, right)): the cells that are taken away. Raises Problem where none would be left."""

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        (top, bottom), (left, right) = self.removed(input_shape)
        return Axis(rows, 1, 1, 1, -top, -bottom), Axis(columns, 1, 1, 1, -left, -right)

    def padding_amounts(self, input_shape: Shape) -> Padding2D:
        return NO_PADDING

    def output_shape(self, input_shape: Shape) -> Shape:
        _, _, channels = image_shape(input_shape, self.title)
        rows, columns = self.axes(input_shape)
        return rows.out, columns.out, channels

    def source_of(self, input_shape: Shape, row: int, column: int, filter: int = 0) -> Source:
        (top, _), (left, _) = self.removed(input_shape)
        return row + top, column + left, filter

    def apply(self, x: Array) -> Array:
        rows, columns, _ = self.output_shape(x.shape)
        (top, _), (left, _) = self.removed(x.shape)
        return image_of(x)[top : top + rows, left : left + columns]


@dataclass(frozen=True)
class Cropping(_Cropped):
    """Keras's Cropping2D: ((top, bottom), (left, right)) cells are taken away. Raises Problem below 0."""

    cropping: Padding2D = ((0, 0), (0, 0))

    title = "Cropping"

    def __post_init__(self) -> None:
        object.__setattr__(self, "cropping", _amounts(self.cropping, "Cropping"))

    @property
    def summary(self) -> str:
        return amounts_text(self.cropping)

    def removed(self, input_shape: Shape) -> Padding2D:
        for amounts, size, word in zip(
            self.cropping, as_image(input_shape)[:2], ("rows", "columns"), strict=True
        ):
            if sum(amounts) >= size:
                raise Problem(
                    f"Cropping takes away {sum(amounts)} {word}, and the image has {size}.",
                    "At least one cell has to be left.",
                    "Crop less, or use a larger image.",
                )
        return self.cropping


@dataclass(frozen=True)
class CenterCrop(_Cropped):
    """Keras's CenterCrop: the middle of the image, height × width; of an odd border the larger part is below and right.

    Raises Problem for a smaller image, which Keras would resize instead.
    """

    height: int
    width: int

    title = "Centre crop"

    def __post_init__(self) -> None:
        if min(self.height, self.width) < 1:
            raise Problem(f"A crop of {self.height}×{self.width} has no cells.", "It keeps at least one.")

    @property
    def summary(self) -> str:
        return f"{self.height}×{self.width}"

    def removed(self, input_shape: Shape) -> Padding2D:
        rows, columns, _ = as_image(input_shape)
        if rows < self.height or columns < self.width:
            raise Problem(
                f"The image of {rows}×{columns} is smaller than the crop of {self.height}×{self.width}.",
                "Keras resizes it then, which is not shown cell by cell.",
                "Use a larger image.",
            )
        top, left = (rows - self.height) // 2, (columns - self.width) // 2
        return (top, rows - self.height - top), (left, columns - self.width - left)


def amounts_text(amounts: Padding2D) -> str:
    """((1, 2), (1, 2)) as "top 1 · bottom 2 · left 1 · right 2", shorter where sides are equal."""
    (top, bottom), (left, right) = amounts
    if top == bottom == left == right:
        return f"{top} on each side"
    if top == bottom and left == right:
        return f"{top} above and below · {left} left and right"
    return f"top {top} · bottom {bottom} · left {left} · right {right}"


def _amounts(amounts: Padding2D, what: str) -> Padding2D:
    """As whole numbers. Raises Problem below 0."""
    (top, bottom), (left, right) = amounts
    if min(top, bottom, left, right) < 0:
        raise Problem(f"{what} cannot be negative.", "It is a number of cells at each side.")
    return (int(top), int(bottom)), (int(left), int(right))

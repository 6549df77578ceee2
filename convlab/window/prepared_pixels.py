"""Preparing: how the pixels of a picture become the numbers that a network gets, stepped like an operation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convlab.experiment.image import Image
from convlab.network.preparation import Preparation, centre_of, picture_size, pictured
from convlab.operations.operation import Array, Operation, Shape, as_image, check_cell
from convlab.operations.step import PointwiseStep
from convlab.problems import Problem

_BLUE_FIRST = ("caffe",)


@dataclass(frozen=True, eq=False)
class Preparing(Operation):
    """From the fitted picture (rows, columns, 1 or 3) in the levels of its image to `prepared`, of any input's shape.

    original: rows and columns of the image before it was fitted.
    """

    picture: Array
    prepared: Array
    white: float
    preparation: Preparation
    original: tuple[int, int]

    title = "Preparation"

    @classmethod
    def of(cls, image: Image, prepared: Array, preparation: Preparation) -> Preparing:
        """For an image and what a network gets of it. Raises Problem for an input that no picture fits."""
        fitted = pictured(image.pixels, image.white, prepared.shape, preparation)
        levels = np.ascontiguousarray(fitted * np.float32(image.white))
        levels.setflags(write=False)
        return cls(levels, prepared, image.white, preparation, (image.height, image.width))

    @property
    def summary(self) -> str:
        return self.preparation.scaling

    def output_shape(self, input_shape: Shape) -> Shape:
        if tuple(input_shape) != self.picture.shape:
            raise Problem("This picture is not the one that was prepared.")
        return tuple(self.prepared.shape)

    def apply(self, x: Array) -> Array:
        self.output_shape(x.shape)
        return self.prepared

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        check_cell(self.output_shape(x.shape), row, column, filter)
        down, right, channel = self._pixel(row, column, filter)
        result = float(self.prepared.reshape(as_image(self.prepared.shape))[row, column, filter])
        colour = self._colour_of(channel)
        place = np.array([down]), np.array([right]), np.ones((1, 1), np.bool_)
        if colour is None:
            return PointwiseStep(
                row,
                column,
                filter,
                *place,
                np.full((1, 1, 1), result),
                np.array([0]),
                result,
                "opacity",
                "opaque",
            )
        formula, terms = self._formula(colour)
        value = float(x[down, right, colour])
        name = "copy" if formula == "x" else "preparation"
        return PointwiseStep(
            row, column, filter, *place, np.full((1, 1, 1), value), np.array([colour]), result, name,
            formula, terms,
        )  # fmt: skip

    def _pixel(self, row: int, column: int, filter: int) -> tuple[int, int, int]:
        """The row, column and channel of the picture that a number of the input shows."""
        _, columns, channels = picture_size(self.prepared.shape)
        if self.prepared.ndim == 3:
            return row, column, filter
        if self.prepared.ndim == 2:
            return column, filter, 0
        place, channel = divmod(filter, channels)
        return place // columns, place % columns, channel

    def _colour_of(self, channel: int) -> int | None:
        """The picture's channel for one of the input's; None for opacity."""
        channels, colours = picture_size(self.prepared.shape)[2], self.picture.shape[2]
        if channels in (2, 4) and channel == channels - 1:
            return None
        if colours == 1:
            return 0
        blue_first = self.preparation.scaling in _BLUE_FIRST or self.preparation.channels == "BGR"
        return colours - 1 - channel if blue_first else channel

    def _formula(self, colour: int) -> tuple[str, tuple[tuple[str, float], ...]]:
        """What is computed from the level x, and the numbers in it."""
        scaling, white = self.preparation.scaling, self.white
        level = "x" if white == 1 else "x ÷ white"
        terms: tuple[tuple[str, float], ...] = () if white == 1 else (("white", white),)
        if scaling in ("0 to 255", "caffe"):
            level, terms = ("x", ()) if white == 255 else (f"255 × {level}", terms)
        if scaling == "−1 to 1":
            return f"2 × {level} − 1", terms
        if scaling not in ("caffe", "torch", "standardised"):
            return level, terms
        mean, deviation = centre_of(self.picture / np.float32(white), scaling)
        terms = (*terms, ("mean", float(mean[colour])))
        if scaling == "caffe":
            return f"{level} − mean", terms
        return f"({level} − mean) ÷ deviation", (*terms, ("deviation", float(deviation[colour])))

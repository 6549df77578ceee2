"""Pictures at another size: by hand, and small ones against OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from convlab.operations.resizing import resized_planes


def test_pixels_that_shrink_are_averaged_by_their_areas() -> None:
    row = np.array([[[0, 3, 6]]], np.float32)
    assert resized_planes(row, 1, 2).tolist() == [[[1, 5]]]  # (0 + 3/2) / 1.5, (3/2 + 6) / 1.5


def test_pixels_that_grow_are_interpolated_and_repeated_beyond_the_edges() -> None:
    row = np.array([[[0, 6]]], np.float32)
    assert resized_planes(row, 1, 3).tolist() == [[[0, 3, 6]]]


@pytest.mark.parametrize(
    ("size", "wanted"), [((28, 28), (12, 20)), ((12, 16), (28, 28)), ((1, 5), (7, 9)), ((64, 64), (63, 1))]
)
def test_small_pictures_become_what_opencv_makes_of_them(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    planes = np.random.default_rng(3).random((2, *size), np.float32)
    shrinks = wanted[0] <= size[0] and wanted[1] <= size[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    expected = [cv2.resize(plane, wanted[::-1], interpolation=method) for plane in planes]
    found = resized_planes(planes, *wanted)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_an_axis_that_shrinks_while_the_other_grows_is_averaged() -> None:
    planes = np.zeros((1, 2, 8), np.float32)
    planes[0, :, 1] = 4  # linear interpolation would skip it
    assert resized_planes(planes, 3, 2)[0, :, 0].tolist() == [1, 1, 1]

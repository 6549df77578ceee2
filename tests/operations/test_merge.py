"""Several inputs become one: by hand; Keras judges in test_network_layers_against_keras.py."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.operations.merge import MERGE_KINDS, Merge
from convlab.operations.operation import as_image, image_of
from convlab.problems import Problem

A = np.array([[[1, 2], [3, 4]]], np.float32)  # 1 row, 2 columns, 2 channels
B = np.array([[[10, -20], [30, 4]]], np.float32)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("add", [[[11, -18], [33, 8]]]),
        ("subtract", [[[-9, 22], [-27, 0]]]),
        ("multiply", [[[10, -40], [90, 16]]]),
        ("average", [[[5.5, -9], [16.5, 4]]]),
        ("maximum", [[[10, 2], [30, 4]]]),
        ("minimum", [[[1, -20], [3, 4]]]),
        ("concatenate", [[[1, 2, 10, -20], [3, 4, 30, 4]]]),
    ],
)
def test_two_inputs_by_hand(kind: str, expected: list[list[list[float]]]) -> None:
    assert Merge(kind).apply([A, B]).tolist() == expected


@pytest.mark.parametrize("kind", MERGE_KINDS)
@pytest.mark.parametrize("shape", [(2, 3, 4), (5,), (3, 4)])
@pytest.mark.parametrize("axis", [-1, 0])
def test_every_cell_is_explained_as_it_is_computed(kind: str, shape: tuple[int, ...], axis: int) -> None:
    rng, merge = np.random.default_rng(1), Merge(kind, axis)
    inputs = [rng.normal(size=shape).astype(np.float32) for _ in range(2)]
    output = merge.apply(inputs)
    assert output.shape == merge.output_shape([shape, shape]) and output.dtype == np.float32
    for cell in np.ndindex(*as_image(output.shape)):
        step = merge.explain(inputs, *cell)
        assert step.result == pytest.approx(image_of(output)[cell], rel=1e-6)
        assert step.sources == merge.source_of([shape, shape], *cell)
        read = [image_of(inputs[number])[r, c, f] for number, r, c, f in step.sources]
        assert step.values.tolist() == read and step.window.ravel().tolist() == read
        assert step.channels.tolist() == list(range(len(read)))


def test_concatenating_copies_one_cell_of_one_input() -> None:
    step = Merge("concatenate").explain([A, B], 0, 1, 3)
    assert step.sources == ((1, 0, 1, 1),) and step.result == 4
    below = Merge("concatenate", 0).explain([A, B], 1, 0, 1)
    assert below.sources == ((1, 0, 0, 1),) and below.result == -20


def test_weights_of_channels_stretch_over_whole_maps() -> None:
    weights = np.array([[[2, 0]]], np.float32)
    merge = Merge("multiply")
    assert merge.apply([A, weights]).tolist() == [[[2, 0], [6, 0]]]
    assert merge.source_of([A.shape, (1, 1, 2)], 0, 1, 1) == ((0, 0, 1, 1), (1, 0, 0, 1))
    assert merge.source_of([A.shape, (2,)], 0, 1, 1) == ((0, 0, 1, 1), (1, 0, 0, 1))


@pytest.mark.parametrize(
    ("merge", "shapes"),
    [
        (Merge("add"), [(3, 4, 2), (3, 4, 2)]),
        (Merge("multiply"), [(3, 4, 2), (1, 1, 2)]),
        (Merge("multiply"), [(1, 4, 1), (3, 1, 2)]),
        (Merge("concatenate"), [(3, 4, 2), (3, 4, 5)]),
        (Merge("concatenate", 0), [(3, 4, 2), (1, 4, 2)]),
        (Merge("concatenate", 1), [(3, 4, 2), (3, 2, 2), (3, 1, 2)]),
        (Merge("concatenate"), [(3,), (4,)]),
    ],
    ids=str,
)
def test_positions_lead_there_and_back(merge: Merge, shapes: list[tuple[int, ...]]) -> None:
    """Who reads what, found from the sources of every cell."""
    read: dict[tuple[int, int, int], set[tuple[int, int]]] = {}
    rows, columns, channels = as_image(merge.output_shape(shapes))
    for row, column, channel in np.ndindex(rows, columns, channels):
        for number, r, c, _ in merge.source_of(shapes, row, column, channel):
            read.setdefault((number, r, c), set()).add((row, column))
            positions = merge.window_positions(shapes, number, row, column)
            assert [part.tolist() for part in positions] == [[r], [c]]
    for (number, r, c), readers in read.items():
        found = merge.readers_of(shapes, number, r, c)
        assert {(i, j) for i in found[0].tolist() for j in found[1].tolist()} == readers


def test_rows_of_another_input_are_not_read() -> None:
    rows, _ = Merge("concatenate", 0).window_positions([(3, 4, 2), (1, 4, 2)], 1, 0, 0)
    assert rows.tolist() == []


def test_what_does_not_go_together_is_said() -> None:
    with pytest.raises(Problem, match="3×3×2 and 2×3×2 do not go together"):
        Merge("add").output_shape([(3, 3, 2), (2, 3, 2)])
    with pytest.raises(Problem, match="joined along axis 2"):
        Merge("concatenate").output_shape([(3, 3, 2), (2, 3, 2)])
    with pytest.raises(Problem, match="two inputs, not 3"):
        Merge("subtract").output_shape([(3,)] * 3)
    with pytest.raises(Problem, match="no axis −4"):
        Merge("concatenate", -4).output_shape([(3, 3, 2)] * 2)
    with pytest.raises(ValueError, match="dot"):
        Merge("dot")
    with pytest.raises(IndexError):
        Merge("add").explain([A, B], 0, 2)


def test_multiplications_are_counted() -> None:
    assert Merge("add").multiplications([A.shape, B.shape]) == 0
    assert Merge("multiply").multiplications([A.shape] * 3) == 8
    assert Merge("average").multiplications([A.shape] * 3) == 4

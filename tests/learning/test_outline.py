"""The outline of a recipe against hand-worked counts, and against Keras itself."""

from __future__ import annotations

import pytest

from convlab.learning.outline import outline
from convlab.learning.plan import COLOR
from convlab.processes.recipes import RECIPES


def shape_of(recipe: str) -> tuple[int, int, int]:
    return (32, 32, 3) if RECIPES[recipe].data[0] == COLOR else (28, 28, 1)


def test_the_first_network_is_counted_as_by_hand() -> None:
    rows = outline(RECIPES["fashion-first"].layers, 0.0, (28, 28, 1), 10)
    assert [(row.kind, row.shape, row.weights) for row in rows] == [
        ("Conv2D", (26, 26, 8), 8 * 9 + 8),
        ("Flatten", (26 * 26 * 8,), 0),
        ("Dense", (128,), 26 * 26 * 8 * 128 + 128),
        ("Dense", (10,), 1290),
    ]
    assert rows[0].words == "3×3 · 8 filters · ReLU"


def test_images_that_are_too_small_are_told() -> None:
    with pytest.raises(ValueError, match="too small"):
        outline(RECIPES["digits-deep"].layers, 0.4, (4, 4, 1), 10)


def test_dropout_is_a_layer_of_its_own() -> None:
    kinds = [row.kind for row in outline(RECIPES["digits-small"].layers, 0.4, (28, 28, 1), 10)]
    assert kinds.count("Dropout") == 2


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES)
def test_keras_makes_the_same_layers(recipe: str) -> None:
    import keras

    one, shape = RECIPES[recipe], shape_of(recipe)
    network = keras.Sequential([keras.layers.Input(shape), *one.layers(keras.layers, one.dropout, 10)])
    rows = outline(one.layers, one.dropout, shape, 10)
    assert [(row.kind, row.shape) for row in rows] == [
        (type(layer).__name__, layer.output.shape[1:]) for layer in network.layers
    ]
    assert sum(row.weights for row in rows) == network.count_params()

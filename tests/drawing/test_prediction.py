"""What a network's output says, as bars and as a line of arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.drawing.prediction import activation_of, bars_of, kind_of, line_of
from tests.network.described import graph, layer

_NAMES = ("cat", "dog", "bird")


def _numbers(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@pytest.mark.parametrize(
    ("activation", "shape", "kind"),
    [
        ("softmax", (10,), "classes"),
        ("softmax", (1, 1, 10), "classes"),
        ("softmax", (28, 28, 10), "maps"),
        ("sigmoid", (4,), "shares"),
        ("sigmoid", (1,), "share"),
        ("linear", (4,), "numbers"),
        ("tanh", (1,), "number"),
        ("sigmoid", (28, 28, 1), "maps"),
        ("linear", (), "maps"),
    ],
)
def test_what_an_output_means_follows_from_its_activation_and_shape(
    activation: str, shape: tuple[int, ...], kind: str
) -> None:
    assert kind_of(activation, shape) == kind


def test_the_activation_is_found_behind_layers_that_change_no_number() -> None:
    network = graph([(2,)], (layer("Softmax", "s"), (0,)), (layer("Dropout", "x", rate=0.5), (1,)))
    assert activation_of(network, 2) == "softmax"
    assert activation_of(network, 0) == "linear"


def test_a_few_classes_stand_in_their_order_and_the_largest_wins() -> None:
    bars = bars_of(_numbers(0.1, 0.85, 0.05), "classes", _NAMES)
    assert [(bar.name, bar.text, bar.wins) for bar in bars] == [
        ("cat", "10.0 %", False),
        ("dog", "85.0 %", True),
        ("bird", "5.0 %", False),
    ]
    assert [round(bar.end, 6) for bar in bars] == [0.1, 0.85, 0.05]


def test_the_true_class_is_shown_even_where_it_is_none_of_the_largest() -> None:
    values = np.linspace(0, 0.002, 1000, dtype=np.float32)
    bars = bars_of(values, "classes", (), true=12)
    assert [bar.number for bar in bars] == [999, 998, 997, 996, 12, -1]
    assert [bar.number for bar in bars if bar.true] == [12]
    assert bars[4].spoken == "class 12, the true class: 0.0 %"


def test_where_one_bar_has_room_it_says_that_it_is_wrong() -> None:
    values = _numbers(0.1, 0.85, 0.05)
    assert bars_of(values, "classes", _NAMES, 1, 2)[0].aside == ("in truth bird", "wrong")
    assert bars_of(values, "classes", _NAMES, 1, 1)[0].aside == ("true class", "true")
    assert bars_of(values, "classes", _NAMES, 1)[0].aside == ()


def test_of_a_thousand_classes_the_largest_five_are_shown_and_the_rest_added_up() -> None:
    values = np.full(1000, 0.5 / 995, np.float32)
    values[[7, 70, 700, 99, 3]] = 0.2, 0.12, 0.08, 0.06, 0.04
    bars = bars_of(values, "classes", ())
    assert [bar.number for bar in bars] == [7, 70, 700, 99, 3, -1]
    assert bars[0].name == "class 7"
    assert (bars[-1].name, bars[-1].text) == ("995 others", "50.0 %")


def test_where_there_is_room_for_three_bars_the_two_largest_are_shown() -> None:
    bars = bars_of(_numbers(0.1, 0.2, 0.3, 0.4), "classes", (), room=3)
    assert [(bar.number, bar.text) for bar in bars] == [(3, "40.0 %"), (2, "30.0 %"), (-1, "30.0 %")]
    assert len(bars_of(_numbers(0.1, 0.2, 0.3, 0.4), "classes", (), room=1)) == 1


def test_plain_numbers_reach_from_zero_to_either_side() -> None:
    bars = bars_of(_numbers(-1, 3, 0), "numbers", _NAMES)
    assert [bar.text for bar in bars] == ["−1", "3", "0"]
    assert [(bar.start, bar.end) for bar in bars] == [(0, 0.25), (0.25, 1), (0.25, 0.25)]


def test_numbers_that_are_none_never_win() -> None:
    bars = bars_of(_numbers(np.nan, 0.4, 0.3), "classes", _NAMES)
    assert bars[0].text == "NaN" and not bars[0].wins
    assert bars[1].wins
    assert not any(bar.wins for bar in bars_of(_numbers(np.nan, np.nan), "classes", ()))
    assert [bar.text for bar in bars_of(_numbers(np.inf, -np.inf), "numbers", ())] == ["∞", "−∞"]


def test_softmax_is_told_as_a_quotient_of_powers_that_add_up() -> None:
    """By hand: e⁰ + e⁰ + e^ln 2 = 4, and half of it is e^ln 2."""
    logits = _numbers(0, 0, float(np.log(2)))
    line = line_of(_numbers(0.25, 0.25, 0.5), logits, 2, "softmax", _NAMES)
    assert line.startswith("bird: x = 0.6931, eˣ ÷ sum = 2.000 ÷ 4.000 = 50.0 %")
    assert line.endswith("sum 4.000 = 1.000 (cat) + 1.000 (dog) + 2.000 (bird), rounded")


def test_other_activations_are_told_by_their_formula() -> None:
    assert line_of(_numbers(0.5), _numbers(0), 0, "sigmoid", ("yes",)) == "yes: x = 0, 1 ÷ (1 + e^−x) = 0.5"
    assert line_of(_numbers(1), _numbers(1), 0, "relu", ()) == "class 0: x = 1, relu(x) = 1"
    assert line_of(_numbers(1), None, 0, "softmax", ()) == ""
    assert line_of(_numbers(1, 0), _numbers(1), 0, "softmax", ()) == ""

"""A filter taken to the Lab: what the Lab computes is what the network computes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convlab.experiment.experiment import Experiment
from convlab.experiment.image import Image, blank
from convlab.network.description import Layer, Network, Weight
from convlab.problems import Problem
from convlab.window.filter_card import FilterCard
from convlab.window.filter_to_lab import FilterToLab, why_not_to_lab
from tests.network.described import graph, layer
from tests.window.kernel_bench import plain_theme
from tests.window.network_fakes import (
    FakeSession,
    convolution,
    dense,
    fake_session,
    pooling,
    random_weights,
    settle,
)

Array = np.ndarray
OWN = blank(12, 12, 3)  # the Lab's image, if the network computes nothing


class Taken:
    """A session, the way to the Lab, and what came of it."""

    def __init__(self, network: Network, row: int, session: FakeSession | None = None) -> None:
        pixels = np.random.default_rng(2).uniform(size=(16, 16, 3)).astype(np.float32)
        self.session = session or fake_session(network, image=Image(pixels))
        self.session.choose_row(row)
        self.made: list[tuple[str, Experiment]] = []
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.way = FilterToLab(self.session)
        self.way.made.connect(lambda label, experiment: self.made.append((label, experiment)))
        self.way.problem_met.connect(self.problems.append)
        self.session.notice_met.connect(self.notices.append)

    def take(self, filter: int, channel: int = 0) -> Experiment:
        """Through the card's own button."""
        self.session.choose_filter(filter)
        card = FilterCard(self.session)
        card.slices.channel = channel
        card.lab_wished.connect(lambda one, channel: self.way.take(one, channel, OWN))
        card.lab_button.click()
        card.deleteLater()
        settle(self.session)
        return self.made[-1][1]

    def map(self, before: bool = False) -> Array:
        """The network's own maps of the layer looked at."""
        key = (self.session.node or 0, before)
        self.session.maps.watch("test", [key])
        settle(self.session)
        found = self.session.maps.get(key)
        assert found is not None
        return found


def stages(experiment: Experiment) -> list[Array]:
    """The output after each operation of the Lab's chain."""
    x, found = experiment.image.pixels, []
    for operation in experiment.operations:
        x = operation.apply(x)
        found.append(x)
    return found


def depthwise(name: str, channels: int, multiplier: int, **settings: Any) -> Layer:
    weights = (
        Weight("depthwise_kernel", (3, 3, channels, multiplier)),
        Weight("bias", (channels * multiplier,)),
    )
    return layer("DepthwiseConv2D", name, weights, padding="same", activation="relu", **settings)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"padding": "valid", "strides": (2, 2)},
        {"dilation_rate": (2, 2), "activation": "tanh"},
        {"activation": "leaky_relu", "activation_slope": 0.01},
        {"activation": "linear"},
    ],
    ids=str,
)
def test_a_first_layers_filter_gives_the_networks_map_before_and_after_its_activation(
    qtbot: QtBot, channels: int, settings: dict[str, Any]
) -> None:
    one = convolution("conv", channels, 5, **settings)
    taken = Taken(graph([(16, 16, channels)], (one, (0,))), 1)
    experiment = taken.take(3)
    assert experiment.image.channels == channels and taken.made[-1][0] == "Take Filter 3 of conv"
    outputs = stages(experiment)
    np.testing.assert_allclose(outputs[-1][..., 0], taken.map()[..., 3], atol=1e-5)
    if taken.session.has_before:
        np.testing.assert_allclose(outputs[0][..., 0], taken.map(before=True)[..., 3], atol=1e-5)


def test_an_edited_filter_is_taken_as_it_is_now(qtbot: QtBot) -> None:
    taken = Taken(graph([(16, 16, 1)], (convolution("conv", 1, 2), (0,))), 1)
    kernel = np.arange(18, dtype=np.float32).reshape(3, 3, 1, 2)
    taken.session.edit_weights("Edit", {(1, 0): kernel})
    experiment = taken.take(1)
    np.testing.assert_array_equal(experiment.operations[0].kernel[..., 0], kernel[..., 1])  # type: ignore[attr-defined]
    np.testing.assert_allclose(stages(experiment)[-1][..., 0], taken.map()[..., 1], rtol=1e-5)


def test_the_shares_of_all_channels_and_the_bias_add_up_to_a_deeper_layers_map(qtbot: QtBot) -> None:
    network = graph(
        [(16, 16, 1)], (convolution("a", 1, 6), (0,)), (convolution("b", 6, 4, strides=(2, 2)), (1,))
    )
    taken = Taken(network, 2)
    shares = [stages(taken.take(2, channel)) for channel in range(6)]
    assert all(len(outputs) == 1 for outputs in shares)
    assert taken.made[-1][0] == "Take Filter 2, channel 5 of b"
    weights = taken.session.weights_of(2)
    assert weights is not None
    total = sum(outputs[0][..., 0] for outputs in shares) + weights[1][2]
    np.testing.assert_allclose(total, taken.map(before=True)[..., 2], atol=1e-5)


@pytest.mark.parametrize("filter", [0, 3, 5])
@pytest.mark.parametrize("settings", [{}, {"strides": (2, 2), "dilation_rate": (2, 2)}], ids=str)
def test_a_depthwise_filter_lies_over_the_map_of_its_own_number(
    qtbot: QtBot, filter: int, settings: dict[str, Any]
) -> None:
    if filter and settings:
        settings = {"strides": (2, 2)}
    network = graph([(16, 16, 1)], (convolution("a", 1, 3), (0,)), (depthwise("b", 3, 2, **settings), (1,)))
    taken = Taken(network, 2)
    np.testing.assert_allclose(stages(taken.take(filter))[-1][..., 0], taken.map()[..., filter], atol=1e-5)


def test_filters_of_a_grouped_convolution_read_their_groups_maps(qtbot: QtBot) -> None:
    weights = (Weight("kernel", (3, 3, 2, 6)), Weight("bias", (6,)))
    grouped = layer("Conv2D", "b", weights, padding="same", groups=3, filters=6, activation="linear")
    taken = Taken(graph([(16, 16, 1)], (convolution("a", 1, 6), (0,)), (grouped, (1,))), 2)
    kernels = taken.session.weights_of(2)
    assert kernels is not None
    total = sum(stages(taken.take(4, channel))[0][..., 0] for channel in range(2)) + kernels[1][4]
    np.testing.assert_allclose(total, taken.map()[..., 4], atol=1e-5)


def test_a_separable_layers_filter_reads_what_its_depthwise_part_makes(qtbot: QtBot) -> None:
    weights = (
        Weight("depthwise_kernel", (3, 3, 2, 2)), Weight("pointwise_kernel", (1, 1, 4, 5)), Weight("bias", (5,)),
    )  # fmt: skip
    separable = layer("SeparableConv2D", "b", weights, padding="same", activation="relu", strides=(2, 2))
    taken = Taken(graph([(16, 16, 1)], (convolution("a", 1, 2), (0,)), (separable, (1,))), 2)
    known = taken.session.weights_of(2)
    assert known is not None
    total = sum(stages(taken.take(1, channel))[0][..., 0] for channel in range(4)) + known[2][1]
    np.testing.assert_allclose(total, taken.map(before=True)[..., 1], atol=1e-5)


def test_a_transposed_layers_filter_stamps_as_it_does(qtbot: QtBot) -> None:
    weights = (Weight("kernel", (3, 3, 2, 3)), Weight("bias", (2,)))
    transposed = layer("Conv2DTranspose", "up", weights, strides=(2, 2), padding="same", activation="relu")
    taken = Taken(graph([(8, 8, 3)], (transposed, (0,))), 1)
    np.testing.assert_allclose(stages(taken.take(1))[-1][..., 0], taken.map()[..., 1], atol=1e-5)


def test_a_softmax_over_filters_is_left_out_where_there_is_only_one(qtbot: QtBot) -> None:
    taken = Taken(graph([(16, 16, 3)], (convolution("scores", 3, 4, "softmax", size=1), (0,))), 1)
    outputs = stages(taken.take(0))
    assert len(outputs) == 1
    np.testing.assert_allclose(outputs[0][..., 0], taken.map(before=True)[..., 0], atol=1e-5)


def test_the_image_is_shown_at_the_lowest_white_that_cuts_nothing_off(qtbot: QtBot) -> None:
    taken = Taken(graph([(16, 16, 3)], (convolution("conv", 3, 4), (0,))), 1)
    assert taken.take(0).image.white == 1
    session = taken.session
    session.edit(
        "Prepare", session.work.with_preparation(replace(session.work.preparation, scaling="0 to 255"))
    )
    settle(session)
    assert taken.take(0).image.white == 255


def test_maps_that_are_on_their_way_are_waited_for(qtbot: QtBot) -> None:
    network = graph([(16, 16, 1)], (convolution("a", 1, 6), (0,)), (convolution("b", 6, 4), (1,)))
    session = fake_session(network, wait=False)
    taken = Taken(network, 2, session)
    while session.weights_of(2) is None if session.row == 2 else True:
        qtbot.wait(1)
        session.choose_row(2)
    session.choose_filter(3)
    card = FilterCard(session)
    qtbot.addWidget(card)
    present = card.edits.present
    assert present is not None
    taken.way.take(present, 1, OWN)
    session.choose_filter(0)  # looking elsewhere meanwhile changes nothing
    settle(session)
    assert [label for label, _ in taken.made] == ["Take Filter 3, channel 1 of b"]
    assert taken.made[0][1].image.height == 16


def test_without_maps_the_filter_lies_over_the_labs_own_image_and_that_is_said(qtbot: QtBot) -> None:
    network = graph([(16, 16, 1)], (convolution("a", 1, 3), (0,)), (convolution("b", 3, 4), (1,)))
    taken = Taken(network, 2)
    taken.session.fake_engine.tell("missing", "TensorFlow is not installed.")
    taken.session.edit_image("Draw", blank(16, 16))
    experiment = taken.take(0)
    assert experiment.image.pixels.shape == OWN.pixels.shape and len(experiment.operations) == 2
    assert "the Lab's own image" in taken.notices[-1] and not taken.problems


def test_a_filter_on_its_way_is_forgotten_with_its_network(qtbot: QtBot) -> None:
    network = graph([(16, 16, 1)], (convolution("a", 1, 6), (0,)), (convolution("b", 6, 4), (1,)))
    taken = Taken(network, 2)
    taken.session.fake_engine.holds = True
    taken.session.edit_image("Draw", blank(16, 16))
    card = FilterCard(taken.session)
    qtbot.addWidget(card)
    card.lab_wished.connect(lambda one, channel: taken.way.take(one, channel, OWN))
    card.lab_button.click()
    taken.session.close()
    settle(taken.session)
    assert not taken.made and not taken.problems


def test_a_layer_that_slides_over_nothing_says_why_it_stays(qtbot: QtBot) -> None:
    plain_theme()
    session = fake_session(graph([(4,)], (dense("classes", 4, 3), (0,))))
    session.choose_row(1)
    card = FilterCard(session)
    qtbot.addWidget(card)
    card.show()
    assert not card.lab_button.isEnabled() and "slides over no image" in card.lab_button.toolTip()
    wished: list[object] = []
    card.lab_wished.connect(lambda *wish: wished.append(wish))
    qtbot.keyClick(card.lab_button, Qt.Key.Key_Space)
    assert not wished and why_not_to_lab(pooling("p"))


@pytest.mark.parametrize("number", [0, 1])
def test_a_filter_with_nan_stays_and_that_is_said(qtbot: QtBot, number: int) -> None:
    network = graph([(16, 16, 1)], (convolution("conv", 1, 2), (0,)))
    weights = list(random_weights(network)[1])
    weights[number] = np.full_like(weights[number], np.nan)
    taken = Taken(network, 1, fake_session(network, {1: weights}))
    taken.session.choose_row(1)
    card = FilterCard(taken.session)
    qtbot.addWidget(card)
    card.lab_wished.connect(lambda one, channel: taken.way.take(one, channel, OWN))
    card.lab_button.click()
    assert not taken.made and "no numbers" in taken.problems[0].what

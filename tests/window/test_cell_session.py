"""A cell of a network as a source of steps: along all kinds of layers, back to the image, as maps and weights change."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convlab.drawing.arithmetic import Telling, arithmetic_of
from convlab.network.description import Layer, Network, Weight
from convlab.network.preprocessing import Preparation
from convlab.operations.operation import image_of
from convlab.operations.step import Step
from convlab.window.cell_layer import Place
from convlab.window.cell_session import CellSession
from convlab.window.trail import crumb_text, layers_before
from tests.network.described import graph, layer
from tests.window.network_fakes import (
    FakeSession,
    convolution,
    dense,
    fake_session,
    pattern,
    pooling,
    settle,
    small_network,
)


def batch_normalization(name: str, channels: int) -> Layer:
    roles = ("gamma", "beta", "moving_mean", "moving_variance")
    return layer("BatchNormalization", name, tuple(Weight(role, (channels,)) for role in roles), epsilon=1e-3)


def separable(name: str, channels: int, filters: int) -> Layer:
    weights = (
        Weight("depthwise_kernel", (3, 3, channels, 2)),
        Weight("pointwise_kernel", (1, 1, channels * 2, filters)),
        Weight("bias", (filters,)),
    )
    return layer("SeparableConv2D", name, weights, strides=(2, 2), padding="same", activation="relu")


def many_kinds() -> Network:
    """Every kind of connection: a residual one, a scaling by 1×1, joined channels, a shared layer, vectors, tables."""
    relu = layer("Activation", "relu", activation="relu")
    depthwise = (Weight("depthwise_kernel", (3, 3, 6, 1)),)
    return graph(
        [(12, 10, 3)],
        (convolution("stem", 3, 6), (0,)),  # 1
        (convolution("conv", 6, 6, "linear", dilation_rate=(2, 2)), (1,)),  # 2
        (batch_normalization("bn", 6), (2,)),  # 3
        (layer("Add", "add"), (1, 3)),  # 4
        (relu, (4,)),  # 5
        (layer("DepthwiseConv2D", "depthwise", depthwise, strides=(1, 1), padding="valid"), (5,)),  # 6
        (relu, (6,)),  # 7
        (separable("separable", 6, 4), (7,)),  # 8
        (layer("GlobalAveragePooling2D", "squeeze", keepdims=True), (8,)),  # 9
        (layer("Multiply", "excite"), (8, 9)),  # 10
        (layer("UpSampling2D", "up", size=(2, 2), interpolation="bilinear"), (10,)),  # 11
        (layer("ZeroPadding2D", "pad", padding=((1, 1), (1, 1))), (10,)),  # 12
        (layer("Concatenate", "joined", axis=-1), (8, 10)),  # 13
        (pooling("pool"), (13,)),  # 14
        (layer("Reshape", "table", target_shape=(4, -1)), (14,)),  # 15
        (layer("Flatten", "flatten"), (15,)),  # 16
        (dense("hidden", 32, 18, "tanh"), (16,)),  # 17
        (layer("Dropout", "dropout", rate=0.5), (17,)),  # 18
        (dense("classes", 18, 5, "softmax"), (18,)),  # 19
    )


@pytest.fixture(scope="module")
def opened(qapp: object) -> FakeSession:
    return fake_session(many_kinds(), image=pattern(12, 10, 3))


def at(
    session: FakeSession, node: int, row: int, column: int, filter: int, part: int = -1
) -> tuple[CellSession, Step]:
    cells = CellSession(session)
    place = Place(node, row, column, filter, part)
    cells.enter(place)
    settle(session)
    step = cells.step_at(*cells.shown_place(place)[:2])
    assert step is not None, cells.problem
    return cells, step


def cells_of(shape: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """The first, the last and one between, as operations count."""
    whole = (1, 1, *shape)[-3:] if len(shape) == 1 else (1, *shape)[-3:]
    return [(0, 0, 0), tuple(n - 1 for n in whole), tuple(n // 2 for n in whole)]  # type: ignore[list-item]


@pytest.mark.parametrize("node", range(1, 20))
def test_the_steps_of_every_layer_agree_with_its_map(opened: FakeSession, node: int) -> None:
    network = opened.network
    assert network is not None
    shape = network.nodes[node].shape
    assert shape is not None
    for cell in cells_of(shape):  # type: ignore[arg-type]
        cells, step = at(opened, node, *cell)
        verdict = cells.verdict(step)
        assert verdict is not None and verdict.agrees
        assert (step.row, step.column, step.filter) == cell
        assert arithmetic_of(
            step, telling=Telling(None, cells.input_names, classes=cells.output_names)
        ).spoken
        cells.leave()


@pytest.mark.parametrize("node", range(20))
def test_what_a_step_reads_is_what_the_layer_before_wrote(opened: FakeSession, node: int) -> None:
    """The strongest input of a cell is a cell whose own result is that number."""
    network = opened.network
    assert network is not None
    cells, step = at(opened, node, *cells_of(network.nodes[node].shape)[2])  # type: ignore[arg-type]
    assert cells.now is not None
    before = cells.now.strongest(step)
    if node == 0:
        assert before is None
        return
    assert before is not None
    value = image_of(
        cells.now.read()[0 if cells.now.merge is None else list(cells.now.sources).index(before.node)]
    )[before.row, before.column, before.filter]
    _, source = at(opened, before.node, before.row, before.column, before.filter, before.part)
    assert source.result == pytest.approx(float(value), abs=1e-5)
    cells.leave()


def test_a_separable_convolution_is_stepped_in_two_parts(opened: FakeSession) -> None:
    cells, step = at(opened, 8, 2, 1, 3)
    assert cells.now is not None
    assert (cells.now.part, cells.now.part_count) == (1, 2)
    assert step.window.shape == (1, 1, 12)
    before = cells.now.place_of_input(0, 2, 1, 5)
    assert before == Place(8, 2, 1, 5, 0)
    cells, step = at(opened, 8, 2, 1, 5, 0)
    assert step.window.shape == (3, 3, 1)
    assert step.channels.tolist() == [2]
    assert cells.verdict(step) is None  # Keras tells only what the whole layer writes
    assert cells.output_array is not None and cells.output_array.shape == (5, 4, 12)
    assert cells.output_array[2, 1, 5] == pytest.approx(step.result, abs=1e-5)


def test_the_window_of_a_merge_lies_in_each_input_where_that_is_read(opened: FakeSession) -> None:
    cells, step = at(opened, 10, 3, 2, 1)
    windows = [tuple(positions.tolist() for positions in window) for window in cells.windows_of(step)]
    assert windows == [([3], [2]), ([0], [0])]
    cells, step = at(opened, 13, 3, 2, 5)
    windows = [tuple(positions.tolist() for positions in window) for window in cells.windows_of(step)]
    assert windows == [([], []), ([3], [2])]
    assert cells.input_names == ("separable", "excite")


def test_colours_and_inputs_have_names(opened: FakeSession) -> None:
    assert at(opened, 1, 2, 2, 0)[0].input_names == ("red", "green", "blue")
    assert at(opened, 2, 2, 2, 0)[0].input_names == ()
    assert at(opened, 4, 2, 2, 0)[0].input_names == ("stem", "bn")


def test_places_are_told_as_people_count_them(opened: FakeSession) -> None:
    assert at(opened, 2, 3, 4, 5)[0].place_text(3, 4, 5) == "Row 3, column 4, map 5"
    assert at(opened, 17, 0, 0, 7)[0].place_text(0, 0, 7) == "Unit 7"
    assert at(opened, 15, 0, 2, 3)[0].place_text(0, 2, 3) == "Row 2, column 3"
    assert at(opened, 0, 3, 4, 1)[0].place_text(3, 4, 1) == "Pixel in row 3, column 4, channel 1"
    cells = at(opened, 19, 0, 0, 2)[0]
    opened.name_classes(("cat", "dog", "<b>fish</b>", "bird", "cow"), "a test")
    assert cells.place_text(0, 0, 2) == "Unit 2: <b>fish</b>"
    opened.name_classes((), "")


def test_it_follows_the_image_and_tells_it_once(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    cells, before = at(session, 2, 6, 9, 3)
    with qtbot.waitSignal(cells.output_changed, timeout=2000):
        session.edit_image("Other", pattern(28, 28).with_pixels(np.full((28, 28, 1), 0.25, np.float32)))
        settle(session)
    after = cells.step_at(6, 9)
    assert after is not None and after.result != before.result
    verdict = cells.verdict(after)
    assert verdict is not None and verdict.agrees
    told: list[int] = []
    cells.output_changed.connect(lambda: told.append(1))
    cells.refresh()
    assert told == []


def test_it_follows_an_edited_weight_and_its_undo(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    cells, before = at(session, 2, 6, 9, 3)
    learned = session.weights_of(2)
    assert learned is not None
    with qtbot.waitSignal(cells.experiment_changed, timeout=2000):
        session.edit_weights("Zero", {(2, 0): np.zeros_like(learned[0])})
    settle(session)
    step = cells.step_at(6, 9)
    assert step is not None
    assert not step.products.any()  # type: ignore[attr-defined]
    verdict = cells.verdict(step)
    assert verdict is not None and verdict.agrees
    session.undo()
    settle(session)
    step = cells.step_at(6, 9)
    assert step is not None and step.result == before.result


def test_old_maps_are_not_held_against_new_weights(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    cells, _ = at(session, 2, 6, 9, 3)
    session.fake_engine.holds = True
    learned = session.weights_of(2)
    assert learned is not None
    session.edit_weights("Zero", {(2, 0): np.zeros_like(learned[0])})
    step = cells.step_at(6, 9)
    assert step is not None
    assert cells.verdict(step) is None


def test_without_tensorflow_it_says_why_and_still_steps_over_the_image(qtbot: QtBot) -> None:
    session = fake_session(small_network(), wait=False)
    session.fake_engine.holds = True
    session.fake_engine.tell("missing", "TensorFlow is not installed.")
    settle(session)
    cells = CellSession(session)
    cells.enter(Place(2, 6, 9, 3))
    settle(session, 50)
    assert cells.step_at(6, 9) is None
    assert cells.problem is not None and cells.problem.what == "TensorFlow is not installed."
    assert cells.shown_shape == (28, 28, 12)  # the place is kept
    cells.enter(Place(1, 6, 9, 3))
    assert cells.step_at(6, 9) is not None
    cells.computer.finish()
    assert cells.output_array is not None


def test_weights_that_come_late_are_waited_for(qtbot: QtBot) -> None:
    session = fake_session(many_kinds(), image=pattern(12, 10, 3), wait=False)
    session.fake_reader.holds = True
    settle(session, 100)
    cells = CellSession(session)
    cells.enter(Place(8, 2, 1, 3))
    assert cells.step_at(2, 1) is None
    assert cells.busy
    assert cells.waiting == "The weights are being read."
    assert cells.shown_shape == (5, 4, 4)
    session.fake_reader.holds = False
    session.weights.begin(session.network, session.path)
    settle(session)
    assert cells.now is not None and (cells.now.part, cells.now.part_count) == (1, 2)
    step = cells.step_at(2, 1)
    assert step is not None
    verdict = cells.verdict(step)
    assert verdict is not None and verdict.agrees


def test_a_layer_that_cannot_be_stepped_through_says_so(qtbot: QtBot) -> None:
    strange = layer("Lambda", "<i>mine</i>")
    network = graph([(8, 8, 1)], (convolution("conv", 1, 2), (0,)))
    rows = (*network.layers, strange)
    nodes = (*network.nodes, type(network.nodes[0])(2, (1,), (8, 8, 2), 0, "mine is a program."))
    session = fake_session(type(network)("net", "keras", "3", rows, nodes, (0,), (2,)), image=pattern(8, 8))
    cells = CellSession(session)
    cells.enter(Place(2, 1, 1, 0))
    assert cells.problem is not None
    assert cells.step_at(1, 1) is None
    assert cells.output_array is None


def test_leaving_forgets_the_maps_that_only_it_watched(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    cells, _ = at(session, 3, 2, 2, 1)
    assert session.maps.get((3, False)) is not None
    cells.leave()
    session.maps.renew()
    settle(session)
    assert session.maps.get((3, False)) is None
    assert cells.step_at(2, 2) is None
    assert cells.grid_shape == (0, 0)


def test_another_preparation_changes_the_names_of_colours(qtbot: QtBot) -> None:
    session = fake_session(many_kinds(), image=pattern(12, 10, 3))
    cells, _ = at(session, 1, 2, 2, 0)
    session.edit("Prepare", session.work.with_preparation(Preparation(scaling="caffe")))
    settle(session)
    assert cells.input_names == ("blue", "green", "red")
    step = cells.step_at(2, 2)
    assert step is not None
    verdict = cells.verdict(step)
    assert verdict is not None and verdict.agrees


def test_the_input_of_a_network_within_the_network_passes_on_what_it_reads(qtbot: QtBot) -> None:
    inner = layer("InputLayer", "inner_input")
    net = graph([(6, 6, 1)], (convolution("conv", 1, 3), (0,)), (inner, (1,)), (pooling("pool"), (2,)))
    session = fake_session(net, image=pattern(6, 6))
    cells = CellSession(session)
    cells.enter(Place(2, 3, 4, 1))
    settle(session)
    step = cells.step_at(3, 4)
    assert step is not None and not cells.is_image and cells.filter_word == "map"
    verdict = cells.verdict(step)
    assert verdict is not None and verdict.agrees
    assert step.result == float(session.maps.get((1, False))[3, 4, 1])  # type: ignore[index]
    assert crumb_text(net, Place(2, 3, 4, 1)) == "inner_input (3, 4) map 1"
    assert layers_before(net, 3) == ("Image", "conv", "inner_input")

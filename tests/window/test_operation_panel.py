"""The panel of whatever is in focus: pooling, activations, and what has no settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.operation import Operation
from convlab.operations.pointwise import ACTIVATIONS, Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from convlab.operations.transpose import ConvolutionTranspose
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.kernel_editor import KernelPanel
from convlab.window.operation_panel import OperationPanel
from convlab.window.plain_panel import PlainPanel
from convlab.window.pointwise_panel import PointwisePanel
from convlab.window.pooling_panel import PoolingPanel
from convlab.window.transpose_panel import TransposePanel

LEFT = Qt.MouseButton.LeftButton
IMAGE = (10, 10, 1)


class Bench:
    """A panel whose edits are shown again, as the session does."""

    def __init__(self, qtbot: QtBot) -> None:
        self.panel = OperationPanel()
        self.edits: list[tuple[str, Any, Any]] = []
        self.panel.operation_edited.connect(self._take)
        qtbot.addWidget(self.panel)
        self.panel.resize(320, 520)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.panel.activateWindow()

    def show(
        self, operation: Operation, shape: tuple[int, ...] = IMAGE, problem: Problem | None = None
    ) -> Any:
        self.shape = shape
        self.panel.show_operation(operation, shape, 0, problem)
        return self.panel.panel

    def _take(self, text: str, operation: Any, merge_key: Any) -> None:
        self.edits.append((text, operation, merge_key))
        self.panel.show_operation(operation, self.shape, 0, None)

    @property
    def operation(self) -> Any:
        return self.panel.panel.operation  # type: ignore[union-attr]


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    theme.load_fonts()
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    yield Bench(qtbot)
    theme.apply(scale=1.0)


def _ones(*shape: int) -> np.ndarray:
    return np.ones(shape, np.float32)


EVERY: list[tuple[Operation, tuple[int, ...], type]] = [
    (Convolution(_ones(3, 3, 1, 1)), IMAGE, KernelPanel),
    (ConvolutionTranspose(_ones(3, 3, 1, 1)), IMAGE, TransposePanel),
    (MaxPooling(), IMAGE, PoolingPanel),
    (AveragePooling(), IMAGE, PoolingPanel),
    (Activation("softmax"), (10, 10, 4), PointwisePanel),
    (BatchNormalization(_ones(2), _ones(2), _ones(2), _ones(2)), (4, 4, 2), PointwisePanel),
    (Rescaling(), IMAGE, PointwisePanel),
    (Dropout(), IMAGE, PointwisePanel),
    (GlobalMaxPooling(), IMAGE, PlainPanel),
    (GlobalAveragePooling(), IMAGE, PlainPanel),
    (Flatten(), IMAGE, PlainPanel),
    (Dense(_ones(5, 2)), (5,), PlainPanel),
]


@pytest.mark.parametrize(("operation", "shape", "kind"), EVERY, ids=[case[0].title for case in EVERY])
@pytest.mark.parametrize("dark", [False, True])
def test_every_operation_has_a_panel_that_can_be_painted(
    bench: Bench, operation: Operation, shape: tuple[int, ...], kind: type, dark: bool
) -> None:
    theme.apply(dark=dark)
    panel = bench.show(operation, shape)
    assert type(panel) is kind and panel.isVisible()
    assert panel.meaning.text()
    assert not bench.panel.grab().isNull()
    rect = bench.panel.figure_rect()
    assert (rect is None) == (bench.panel.figure() is None)
    assert not bench.edits


def test_max_becomes_average_with_the_same_settings(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show(MaxPooling((3, 2), (1, 2), "same"))
    qtbot.mouseClick(panel.kind.button(AveragePooling), LEFT)
    assert bench.operation == AveragePooling((3, 2), (1, 2), "same")


def test_the_stride_follows_the_pool_until_it_is_set_apart(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show(MaxPooling((2, 2)))
    panel.size_field.first.setFocus()
    qtbot.keyClick(panel.size_field.first, Qt.Key.Key_Up)
    assert bench.operation.pool_size == (3, 2) == bench.operation.strides
    qtbot.keyClick(panel.stride.widget.second, Qt.Key.Key_Down)
    qtbot.keyClick(panel.size_field.first, Qt.Key.Key_Up)
    assert bench.operation.pool_size == (4, 2) and bench.operation.strides == (3, 1)
    assert {key for text, _, key in bench.edits if text == "Change Pool Size"} == {"pool"}


def test_pointing_into_the_pool_is_told(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show(MaxPooling((2, 2)))
    with qtbot.waitSignal(bench.panel.weight_pointed) as told:
        qtbot.mouseMove(panel.picture, panel.picture.plan.rect(1, 0).center().toPoint())
    assert told.args == [1, 0]


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_every_activation_is_chosen_plotted_and_has_its_parameters(bench: Bench, name: str) -> None:
    panel = bench.show(Activation("relu"))
    box = panel.choice
    box.setFocus()
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())
    assert bench.operation.name == name
    for parameter in ("negative_slope", "alpha"):
        assert panel.numbers[parameter].isVisible() == (parameter in ACTIVATIONS[name].parameters)
    assert not panel.function.grab().isNull()


def test_the_curve_marks_the_present_value_and_says_it(bench: Bench) -> None:
    panel = bench.show(Activation("relu"))
    step = Activation("relu").explain(np.full((1, 1, 1), -3, np.float32), 0, 0)
    bench.panel.show_step(step)
    assert panel.function.accessibleDescription() == "f(x) = max(0, x); f(−3) = 0"
    bench.panel.show_step(None)
    assert panel.function.accessibleDescription() == "f(x) = max(0, x)"


@pytest.mark.parametrize("value", [0.0, 1e6, -1e30, float("inf"), float("nan")])
def test_no_value_breaks_the_curve(bench: Bench, value: float) -> None:
    panel = bench.show(Activation("exponential"))
    panel.show_value(value)
    assert not panel.function.grab().isNull()


def test_a_parameter_is_edited_as_one_burst(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show(Activation("leaky_relu"))
    field = panel.numbers["negative_slope"]
    field.setFocus()
    for _ in range(3):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert bench.operation.negative_slope == pytest.approx(0.6)
    assert {(text, key) for text, _, key in bench.edits} == {("Change Slope", "negative_slope")}


def test_the_problem_is_said_in_place(bench: Bench) -> None:
    problem = Problem("The pool does not fit.", "", "Use a smaller one.")
    panel = bench.show(MaxPooling((31, 31)), IMAGE, problem)
    assert panel.problem.isVisible() and panel.problem.text() == problem.sentence


def test_the_presentation_leaves_only_the_figure(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show(Convolution(_ones(3, 3, 1, 1)))
    before = bench.panel.figure_rect().width()  # type: ignore[union-attr]
    bench.panel.set_presentation(True)
    qtbot.wait(10)
    assert not panel.form_area.isVisible() and not panel.meaning.isVisible()
    assert bench.panel.figure_rect().width() > before  # type: ignore[union-attr]
    pooling = bench.show(MaxPooling())
    assert not pooling.form_area.isVisible(), "also in a panel that is made while presenting"
    bench.panel.set_presentation(False)
    assert pooling.form_area.isVisible()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("height", [200, 320, 480, 800])
def test_the_figure_always_keeps_room_and_the_form_can_be_reached(
    bench: Bench, qtbot: QtBot, scale: float, height: int
) -> None:
    theme.apply(scale=scale)
    bench.panel.resize(round(260 * scale), height)
    panel = bench.show(Convolution(_ones(3, 3, 1, 1)))
    qtbot.wait(20)
    assert panel.slices.height() >= theme.px(56)
    last = panel.factors
    panel.form_area.ensureWidgetVisible(last)
    panel._scroll.ensureWidgetVisible(last)
    QApplication.processEvents()
    bottom = last.mapTo(panel, QPoint(0, last.height())).y()
    assert bottom <= panel.height() + 1

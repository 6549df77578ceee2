"""The chain bar: choosing, adding, taking out and moving stages by mouse and keys."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from convlab.experiment.experiment import Experiment, first_experiment
from convlab.operations.chain import Chain
from convlab.operations.convolution import Convolution
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation
from convlab.window import theme
from convlab.window.chain_actions import new_operation
from convlab.window.chain_bar import ChainBar
from convlab.window.stage_kinds import OTHER_ACTIVATIONS, SECTIONS

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Bench:
    """A bar that shows what it wishes for, as the session does."""

    qtbot: QtBot
    bar: ChainBar
    experiment: Experiment
    stage: int = 0
    told: list[tuple[object, ...]] = field(default_factory=list)

    def show(self) -> None:
        chain = Chain(self.experiment.image.pixels, self.experiment.operations)
        outcomes = [chain.problem(k) or chain.shape(k) for k in range(len(chain) + 1)]
        self.bar.show_chain(self.experiment, outcomes, self.stage)
        self.qtbot.wait(5)

    def choose(self, stage: int) -> None:
        self.told.append(("choose", stage))
        self.stage = stage
        self.show()

    def remove(self, index: int) -> None:
        self.told.append(("remove", index))
        self.experiment = self.experiment.without(index)
        self.stage = min(self.stage, len(self.experiment.operations) - 1)
        self.show()

    def move(self, index: int, to: int) -> None:
        self.told.append(("move", index, to))
        self.experiment, self.stage = self.experiment.moved(index, to), to
        self.show()

    def insert(self, index: int, kind: str) -> None:
        self.told.append(("insert", index, kind))

    def click(self, chip: int) -> None:
        self.qtbot.mouseClick(self.bar.chips[chip], LEFT)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifiers)

    @property
    def titles(self) -> list[str]:
        return [chip.title for chip in self.bar.chips]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    theme.load_fonts()
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    bar = ChainBar()
    qtbot.addWidget(bar)
    bench = Bench(qtbot, bar, first_experiment())
    bar.stage_chosen.connect(bench.choose)
    bar.remove_wished.connect(bench.remove)
    bar.move_wished.connect(bench.move)
    bar.insert_wished.connect(bench.insert)
    bar.resize(1000, 40)
    bar.show()
    qtbot.waitExposed(bar)
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    bench.show()
    return bench


def _entries(menu: QMenu) -> dict[str, object]:
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if not action.isSeparator()}


def test_the_chain_reads_from_the_image_to_its_result(bench: Bench) -> None:
    assert bench.titles == ["Image", "Convolution", "ReLU", "Max pooling"]
    assert [chip.summary for chip in bench.bar.chips] == [
        "10×10×1",
        "3×3 · stride 1 · same",
        "",
        "2×2 · stride 2",
    ]
    assert bench.bar.result.text() == "5×5×1"
    assert [chip.isChecked() for chip in bench.bar.chips] == [False, True, False, False]


def test_a_click_chooses_a_stage_and_a_second_one_keeps_it(bench: Bench) -> None:
    bench.click(3)
    bench.click(3)
    assert bench.told == [("choose", 2), ("choose", 2)] and bench.bar.chips[3].isChecked()
    bench.click(0)
    assert bench.told[-1] == ("choose", -1)


def test_arrows_choose_the_neighbour_and_stop_at_the_ends(bench: Bench) -> None:
    bench.bar.chips[1].setFocus()
    bench.press(Qt.Key.Key_Left)
    bench.press(Qt.Key.Key_Left)
    for _ in range(5):
        bench.press(Qt.Key.Key_Right)
    assert [stage for _, stage in bench.told] == [-1, 0, 1, 2]
    assert bench.bar.chips[3].hasFocus()


def test_control_and_an_arrow_move_the_chosen_stage_and_the_focus_goes_along(bench: Bench) -> None:
    bench.bar.chips[1].setFocus()
    bench.press(Qt.Key.Key_Right, CONTROL)
    assert bench.told == [("move", 0, 1)]
    assert bench.titles == ["Image", "ReLU", "Convolution", "Max pooling"]
    assert bench.bar.chips[2].hasFocus() and bench.bar.chips[2].isChecked()
    bench.press(Qt.Key.Key_Left, CONTROL)
    bench.press(Qt.Key.Key_Left, CONTROL)
    assert len(bench.told) == 2  # the image cannot be passed


def test_delete_takes_the_stage_out_but_never_the_image(bench: Bench) -> None:
    bench.click(2)
    bench.press(Qt.Key.Key_Delete)
    assert bench.told[-1] == ("remove", 1) and bench.titles == ["Image", "Convolution", "Max pooling"]
    bench.click(0)
    bench.press(Qt.Key.Key_Delete)
    assert bench.told[-1] == ("choose", -1)


def test_other_keys_are_left_to_the_page(bench: Bench) -> None:
    bench.bar.chips[1].setFocus()
    bench.press(Qt.Key.Key_P)
    bench.press(Qt.Key.Key_Space)
    assert not [told for told in bench.told if told[0] != "choose"]


def test_the_plus_at_the_end_adds_there_whatever_stage_is_chosen(bench: Bench) -> None:
    for chip in (2, 0, 3):
        bench.click(chip)
        _entries(bench.bar.add_menu)["Average pooling"].trigger()  # type: ignore[attr-defined]
        assert bench.told[-1] == ("insert", 3, "average pooling")
    assert "end of the chain" in bench.bar.add.toolTip()


def test_the_context_menu_adds_after_its_stage(bench: Bench) -> None:
    bench.click(3)
    for stage in (-1, 1):
        menu = bench.bar.stage_menu(stage)
        add = next(action.menu() for action in menu.actions() if action.text() == "Add after it")
        assert isinstance(add, QMenu)
        _entries(add)["Convolution"].trigger()  # type: ignore[attr-defined]
        assert bench.told[-1] == ("insert", stage + 1, "convolution")


def test_only_what_makes_sense_can_be_added(bench: Bench) -> None:
    entries = _entries(bench.bar.add_menu)
    assert entries["Flatten"].isEnabled() and not entries["Dense"].isEnabled()  # type: ignore[attr-defined]
    bench.experiment = bench.experiment.inserted(3, new_operation("flatten", (5, 5, 1)))
    bench.choose(3)
    entries = _entries(bench.bar.add_menu)
    assert entries["Dense"].isEnabled() and not entries["Convolution"].isEnabled()  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [kind for section in SECTIONS for kind in section] + list(OTHER_ACTIVATIONS))
def test_everything_that_is_offered_can_be_made_and_fits(kind: object) -> None:
    for shape in ((10, 10, 3), (12,)):
        if kind.fits(shape):  # type: ignore[attr-defined]
            operation = new_operation(kind.key, shape)  # type: ignore[attr-defined]
            assert isinstance(operation, Operation) and operation.output_shape(shape)
            assert operation.title == kind.title  # type: ignore[attr-defined]


def test_an_impossible_stage_carries_a_sign_and_its_sentence(bench: Bench) -> None:
    too_large = Convolution(np.ones((31, 31, 1, 1), np.float32))
    bench.experiment = bench.experiment.with_operation(0, too_large)
    bench.show()
    chip = bench.bar.chips[1]
    assert chip.fault and chip.toolTip() == chip.fault == chip.accessibleDescription()
    assert not bench.bar.chips[2].fault, "only the first one is at fault"
    assert bench.bar.result.text() == "no output"


def test_the_context_menu_moves_and_removes_the_stage_below_the_mouse(bench: Bench) -> None:
    chip = bench.bar.chips[2]
    at = chip.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, chip.mapToGlobal(at))
    QApplication.sendEvent(chip, event)
    menu = next(menu for menu in bench.bar.findChildren(QMenu) if menu.isVisible())
    menu.close()
    assert bench.stage == 1
    menu = bench.bar.stage_menu(1)
    entries = _entries(menu)
    assert entries["Move left"].isEnabled() and entries["Move right"].isEnabled()  # type: ignore[attr-defined]
    entries["Remove"].trigger()  # type: ignore[attr-defined]
    assert bench.told[-1] == ("remove", 1)


def test_a_long_chain_scrolls_and_keeps_the_chosen_stage_in_sight(bench: Bench) -> None:
    for _ in range(12):
        bench.experiment = bench.experiment.inserted(1, Activation("leaky_relu"))
    bench.bar.resize(500, 40)
    for stage in (14, 0, 7, -1):
        bench.choose(stage)
        bench.qtbot.wait(20)
        chip = bench.bar.chips[stage + 1]
        left = chip.mapTo(bench.bar.viewport(), QPoint(0, 0)).x()
        assert left >= 0 and left + chip.width() <= bench.bar.viewport().width(), stage


def test_the_wheel_scrolls_sideways(bench: Bench) -> None:
    bench.bar.resize(300, 40)
    bench.qtbot.wait(20)
    bar = bench.bar.horizontalScrollBar()
    bar.setValue(0)
    at = QPointF(20, 20)
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(bench.bar.viewport(), event)
    assert bar.value() > 0


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_titles_are_never_cut(bench: Bench, scale: float) -> None:
    theme.apply(scale=scale)
    bench.bar.resize(700, bench.bar.height())
    bench.show()
    for chip in bench.bar.chips:
        assert chip.width() >= chip.minimumSizeHint().width()
        assert chip.accessibleName().startswith(chip.title)
    theme.apply(scale=1.0)

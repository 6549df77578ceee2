"""The chain: the image and each operation as chips in a row, the shape that comes out, and a button that adds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from convlab.experiment.experiment import Experiment
from convlab.operations.operation import Shape
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.chain_chip import HEIGHT, Chip
from convlab.window.icons import icon
from convlab.window.stage_kinds import OTHER_ACTIVATIONS, RELU, SECTIONS, StageKind
from convlab.window.widgets import label, tool_button

IMAGE_STAGE = -1


class ChainBar(QScrollArea):
    """Shows the chain and tells which stage is chosen, and what shall be added, taken out or moved.

    Stages are counted like the operations, from 0; the image is −1.
    """

    stage_chosen = Signal(int)
    insert_wished = Signal(int, str)  # before which operation, the key of a StageKind
    remove_wished = Signal(int)
    move_wished = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = IMAGE_STAGE
        self._count = 0
        self._shapes: Sequence[Shape | Problem] = ()
        self.chips: list[Chip] = []
        self._arrows: list[QLabel] = []
        self.result = label("", "strong")
        self.add = tool_button("plus", "Add a stage at the end of the chain")
        self.add_menu = QMenu(self.add)
        self.add_menu.aboutToShow.connect(lambda: self._fill_add_menu(self.add_menu, self._count))
        self.add.setMenu(self.add_menu)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._arrange()
        self._space()
        theme.follow(self, self._space)

    def _arrange(self) -> None:
        self._strip = QWidget()
        self._row = QHBoxLayout(self._strip)
        self._row.addWidget(self._arrow())
        self._row.addWidget(self.result)
        self._row.addWidget(self.add)
        self._row.addStretch(1)
        self._last_arrow = self._arrows.pop()
        self.setWidget(self._strip)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalScrollBar().rangeChanged.connect(self._reveal)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Chain of operations")

    def _arrow(self) -> QLabel:
        arrow = label("→", "caption")
        arrow.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._arrows.append(arrow)
        return arrow

    def _space(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(6))
        side = theme.px(HEIGHT)
        self.add.setFixedSize(side, side)
        self.setFixedHeight(side)
        QTimer.singleShot(0, self, self._reveal)

    # --- told ---

    def show_chain(self, experiment: Experiment, shapes: Sequence[Shape | Problem], stage: int) -> None:
        """Show the image and its operations. shapes: what leaves each stage, the image first, or why nothing does."""
        had_focus = any(chip.hasFocus() for chip in self.chips)
        self._count, self.stage, self._shapes = len(experiment.operations), stage, shapes
        self._make_chips(self._count + 1)
        self.chips[0].show_stage("Image", _shape_text(shapes[0]), "", chosen=stage == IMAGE_STAGE)
        broken = False
        for number, operation in enumerate(experiment.operations):
            outcome = shapes[number + 1]
            fault = outcome.sentence if isinstance(outcome, Problem) and not broken else ""
            broken = broken or isinstance(outcome, Problem)
            chip = self.chips[number + 1]
            chip.show_stage(operation.title, operation.summary, fault, chosen=stage == number)
        self.result.setText(_shape_text(shapes[-1]))
        self.result.setToolTip("Rows × columns × channels of the output")
        if had_focus:
            self.chips[stage + 1].setFocus()
        QTimer.singleShot(0, self, self._reveal)

    def _make_chips(self, count: int) -> None:
        while len(self.chips) > count:
            for widget in (self.chips.pop(), self._arrows.pop() if self._arrows else None):
                if widget is not None:
                    self._row.removeWidget(widget)
                    widget.hide()
                    widget.deleteLater()
        while len(self.chips) < count:
            place = 2 * len(self.chips)
            if self.chips:
                self._row.insertWidget(place - 1, self._arrow())
            chip = Chip()
            number = len(self.chips) - 1
            chip.clicked.connect(lambda _=False, number=number: self._choose(number))
            self._row.insertWidget(place, chip)
            self.chips.append(chip)

    def _reveal(self) -> None:
        """Keep the chosen chip in sight, with a part of its neighbours."""
        if not self.chips:
            return
        chip = self.chips[min(self.stage + 1, len(self.chips) - 1)]
        if chip is self.chips[-1]:
            self.ensureWidgetVisible(self.add, 0, 0)
        self.ensureWidgetVisible(chip, theme.px(48) if chip is not self.chips[-1] else 0, 0)

    # --- choosing ---

    def _choose(self, stage: int) -> None:
        if stage == self.stage:
            self.chips[stage + 1].setChecked(True)  # a second click must not unmark it
        self.stage_chosen.emit(stage)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose; with Ctrl they move the chosen stage; Delete takes it out. Other keys go on to the page."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if not any(chip.hasFocus() for chip in self.chips):
            event.ignore()
        elif step and control:
            self._move(self.stage, self.stage + step)
        elif step and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._go(self.stage + step)
        elif event.key() == Qt.Key.Key_Delete and self.stage != IMAGE_STAGE:
            self.remove_wished.emit(self.stage)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._focused())
        else:
            event.ignore()

    def _focused(self) -> int:
        return next((number for number, chip in enumerate(self.chips) if chip.hasFocus()), 0) - 1

    def _go(self, stage: int) -> None:
        if IMAGE_STAGE <= stage < self._count:
            self.chips[stage + 1].setFocus()
            self._choose(stage)

    def _move(self, stage: int, to: int) -> None:
        if stage != IMAGE_STAGE and 0 <= to < self._count:
            self.move_wished.emit(stage, to)

    # --- menus ---

    def _fill_add_menu(self, menu: QMenu, place: int) -> None:
        """What can be added before operation `place`; at the end of the chain that is their count."""
        menu.clear()
        shape = self._shapes[place] if place < len(self._shapes) else None
        shape = None if isinstance(shape, Problem) else shape
        for section in SECTIONS:
            for kind in section:
                self._add_kind(menu, kind, shape, place)
                if kind is RELU:
                    more = menu.addMenu("Other activation")
                    for other in OTHER_ACTIVATIONS:
                        self._add_kind(more, other, shape, place)
            menu.addSeparator()

    def _add_kind(self, menu: QMenu, kind: StageKind, shape: Shape | None, place: int) -> None:
        action = menu.addAction(kind.title)
        action.setData(kind.key)
        action.setEnabled(shape is not None and kind.fits(shape))
        action.triggered.connect(lambda: self.insert_wished.emit(place, kind.key))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        stage = self._stage_at(event.globalPos())
        if stage is None:
            return
        if stage != self.stage:
            self._choose(stage)
        menu = self.stage_menu(stage)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def stage_menu(self, stage: int) -> QMenu:
        """What can be done to a stage."""
        menu = QMenu(self)
        add = menu.addMenu("Add after it")
        add.aboutToShow.connect(lambda: self._fill_add_menu(add, stage + 1))
        if stage != IMAGE_STAGE:
            menu.addSeparator()
            entries = (
                ("Move left", "arrow-left", stage > 0, lambda: self._move(stage, stage - 1)),
                ("Move right", "arrow-right", stage + 1 < self._count, lambda: self._move(stage, stage + 1)),
                ("Remove", "trash", True, lambda: self.remove_wished.emit(stage)),
            )
            for text, picture, possible, slot in entries:
                action = menu.addAction(icon(picture), text)
                action.setEnabled(possible)
                action.triggered.connect(slot)
        return menu

    def _stage_at(self, at: QPoint) -> int | None:
        for number, chip in enumerate(self.chips):
            if chip.isVisible() and chip.rect().contains(chip.mapFromGlobal(at)):
                return number - 1
        return None

    # --- size ---

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls sideways: there is no other direction."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turned // 2)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reveal()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(600), theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(HEIGHT))


def _shape_text(shape: Shape | Problem) -> str:
    return "no output" if isinstance(shape, Problem) else "×".join(f"{length:,}" for length in shape)

"""The bar of the lesson: back to the Lab, what is to be found, from what start, uncover it, and use what was learned."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from convlab.operations import kernels
from convlab.window import theme
from convlab.window.fields import calm_wheel, combo, show_in_combo
from convlab.window.kernel_lesson import LABS, NOISE, PAINTED, PRESENT, SURPRISE, ZEROS, KernelLesson
from convlab.window.kernel_menu import ElidedCombo
from convlab.window.widgets import Segmented, label, push_button, tool_button

KERNELS, MAPS, LOSS = "kernels", "maps", "loss"
_STARTS = (("from noise", NOISE), ("from zeros", ZEROS), ("from the Lab’s kernel", PRESENT))


class LessonBar(QWidget):
    """Tells what is chosen. parts: in a low page only one of them is to be seen."""

    left = Signal()
    use_wished = Signal()
    part_chosen = Signal(object)

    def __init__(self, lesson: KernelLesson, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lesson = lesson
        self.back = tool_button("arrow-left", "Back to the Lab", self.left.emit, key="Esc", text="Lab")
        self.title = label("Learn one kernel", "title")
        self.target_label = label("Target", "caption")
        self.target = self._target_box()
        self.start = combo("Start", list(_STARTS), self._choose_start)
        self.start.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.start.setToolTip("The weights to begin with")
        self.dice = tool_button("dice", "Other noise to begin with", lesson.roll)
        self.parts = Segmented((("Kernel", KERNELS), ("Arrays", MAPS), ("Loss", LOSS)), "Part of the lesson")
        self.parts.show_choice(KERNELS)
        self.parts.chosen.connect(self.part_chosen)
        self.uncover = tool_button(
            "reveal", "Uncover the hidden kernel", self._toggle, key="U", text="Uncover", checkable=True
        )
        self.use = push_button("Use this kernel", self.use_wished.emit)
        self.use.setToolTip("Put the learned kernel into the Lab; Ctrl+Z there takes it back")
        self._row = QHBoxLayout(self)
        left = (self.back, self.title, self.target_label, self.target, self.start, self.dice)
        for widget in left:
            self._row.addWidget(widget)
        self._row.addStretch(1)
        for at_right in (self.parts, self.uncover, self.use):
            self._row.addWidget(at_right)
        theme.follow(self, self._space)
        self._space()
        self.refresh()

    def _target_box(self) -> QComboBox:
        """The kernels of the gallery; the first entry stands for the hidden one, which is not told."""
        box = ElidedCombo()
        box.setAccessibleName("Target")
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        box.setMaxVisibleItems(20)
        model = QStandardItemModel(box)
        self._present = QStandardItem("")
        self._present.setEnabled(False)
        model.appendRow(self._present)
        for text, value in (
            ("Surprise me", SURPRISE),
            ("Paint the target", PAINTED),
            ("The Lab’s kernel", LABS),
        ):
            model.appendRow(_entry(text, value))
        group = ""
        for key, kernel in kernels.KERNELS.items():
            if kernel.group != group:
                group = kernel.group
                model.appendRow(_heading(group))
            model.appendRow(_entry(kernel.name, key, kernel.meaning))
        box.setModel(model)
        box.setToolTip("The kernel whose output is the target; it stays hidden until it is uncovered")
        box.activated.connect(lambda index: self._choose_target(box.itemData(index)))
        calm_wheel(box)
        return box

    def refresh(self) -> None:
        lesson = self._lesson
        hidden = (
            "Painted"
            if lesson.is_painted
            else (lesson.hidden_name if lesson.uncovered else "Hidden kernel: ?")
        )
        self._present.setText(hidden)
        self.target.setCurrentIndex(0)
        show_in_combo(self.start, lesson.start)
        self.uncover.setEnabled(not lesson.is_painted)
        self.uncover.setChecked(lesson.uncovered)
        news = lesson.news
        arrived = news is not None and news.role == "good" and not lesson.uncovered and not lesson.is_painted
        role = "primary" if arrived else "tool"
        if self.uncover.property("role") != role:
            self.uncover.setProperty("role", role)
            self.uncover.style().polish(self.uncover)

    def show_parts(self, wanted: bool) -> None:
        """Whether one of the parts is to be chosen; the title gives way to that."""
        self.parts.setVisible(wanted)
        self.title.setVisible(not wanted)
        self._fold()

    def _fold(self) -> None:
        narrow = self.width() < theme.px(900)
        narrower = self.width() < theme.px(760)
        self.target_label.setVisible(not narrow)
        self.title.setVisible(not narrow and not self.parts.isVisibleTo(self))
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly if narrower else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        for button in (self.back, self.uncover):
            button.setToolButtonStyle(style)
        self.use.setText("Use" if narrower else "Use this kernel")
        for widget in (self.start, self.dice):
            widget.setVisible(self.width() >= theme.px(640))

    def resizeEvent(self, event: object) -> None:
        self._fold()

    def _toggle(self) -> None:
        self._lesson.uncover(not self._lesson.uncovered)

    def _choose_target(self, choice: object) -> None:
        if isinstance(choice, str):
            self._lesson.choose_target(choice)
        self.refresh()

    def _choose_start(self, start: object) -> None:
        self._lesson.choose_start(str(start))

    def _space(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(8))
        self.target.setMinimumWidth(theme.px(120))
        self._fold()


def _entry(text: str, value: str, tip: str = "") -> QStandardItem:
    item = QStandardItem(text)
    item.setData(value, Qt.ItemDataRole.UserRole)
    item.setToolTip(tip)
    return item


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEnabled(False)
    font = QFont(theme.font("caption"))
    font.setWeight(QFont.Weight.DemiBold)
    item.setFont(font)
    return item

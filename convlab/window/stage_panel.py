"""What every panel of an operation has: a title line, a sentence, a figure, a line below it, and a form."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from convlab.operations.operation import Operation, Shape
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.form import Form, FormArea
from convlab.window.icons import icon
from convlab.window.widgets import label

_FIGURE_AT_LEAST = 132
_FIGURE_SHARE = 0.55  # of the height that is free, where it does not suffice for all
_COMPACT_BELOW = 300


class StagePanel(QWidget):
    """The frame that the panels fill in. They are told an operation and tell the next one."""

    operation_edited = Signal(str, object, object)  # label, operation, merge key or None
    edit_ended = Signal()
    filter_chosen = Signal(int)
    weight_pointed = Signal(int, int)  # (−1, −1): none

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.operation: Operation | None = None
        self.input_shape: Shape | None = None
        self.filter = 0
        self.title = label(title, "title")
        self.meaning = label("", "caption", wrap=True)
        self._warning = QLabel()
        self.problem = label("", "error", wrap=True)
        self.problem.setAccessibleName("What is wrong")
        self.form = Form()
        self.form_area = FormArea(self.form)
        self.header = QHBoxLayout()
        self.header.addWidget(self.title)
        self.below = QHBoxLayout()
        self.column = QVBoxLayout(self)
        self._figure: QWidget | None = None
        self._presenting = False
        self._arrange()
        self._space()
        theme.follow(self, self._space)

    def _arrange(self) -> None:
        self._problem_row = QWidget()
        row = QHBoxLayout(self._problem_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._warning, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.problem, 1)
        self._below_row = QWidget()
        self._below_row.setLayout(self.below)
        self.below.setContentsMargins(0, 0, 0, 0)
        self.column.addLayout(self.header)
        self.column.addWidget(self.meaning)
        self.column.addWidget(self._problem_row)
        self.column.addWidget(self._below_row)
        self.column.addWidget(self.form_area)
        self.column.addStretch(0)
        self._problem_row.hide()

    def set_figure(self, figure: QWidget) -> None:
        """Put the picture of the operation between the sentence and the form, where it takes the room."""
        self._figure = figure
        self.column.insertWidget(3, figure, 1)

    # --- told ---

    def show_operation(
        self, operation: Operation, input_shape: Shape | None, filter_index: int, problem: Problem | None
    ) -> None:
        """Show the settings of `operation`, which reads arrays of `input_shape` (None: nothing reaches it)."""
        self.operation, self.input_shape, self.filter = operation, input_shape, filter_index
        self.show_problem(problem)
        self.refresh()
        self.distribute()

    def refresh(self) -> None:
        """Bring everything in line with the operation; for the panels to fill in."""

    def show_problem(self, problem: Problem | None) -> None:
        """Say in place why the setting cannot be; None takes the sentence away."""
        self.problem.setText(problem.sentence if problem else "")
        self._problem_row.setVisible(problem is not None)

    def show_marked_weight(self, row: int | None, column: int | None = None) -> None:
        """Outline the weight of a term that is looked at elsewhere."""

    def show_value(self, value: float | None) -> None:
        """Mark the value that the present step reads, where the figure can."""

    def set_presentation(self, on: bool) -> None:
        """Keep only the title and the figure."""
        self._presenting = on
        for widget in (self.form_area, self._below_row):
            widget.setVisible(not on)
        self.distribute()

    def show_meaning(self, text: str) -> None:
        """The sentence below the title."""
        self.meaning.setText(text)

    def figure(self) -> QWidget | None:
        return self._figure

    def figure_rect(self) -> QRectF | None:
        """The part of the figure that is drawn on, in its coordinates."""
        return QRectF(self._figure.rect()) if self._figure is not None else None

    def tell(self, text: str, operation: Any, merge_key: str | None = None) -> None:
        """Tell an edit, unless it changed nothing."""
        if operation is not self.operation:
            self.operation_edited.emit(text, operation, merge_key)

    def attempt(self, text: str, make: Any, merge_key: str | None = None) -> None:
        """Tell the operation that `make()` gives; if it cannot be, say why in place and go back to what is."""
        try:
            operation = make()
        except Problem as problem:
            self.refresh()
            self.show_problem(problem)
            self.distribute()
        else:
            self.tell(text, operation, merge_key)

    # --- layout ---

    def distribute(self) -> None:
        """Divide the height: the form gets what it wants unless the figure would be too small to read."""
        compact = self.height() < theme.px(_COMPACT_BELOW)
        self.meaning.setVisible(bool(self.meaning.text()) and not (compact or self._presenting))
        self.meaning.setToolTip(self.meaning.text())
        free, wanted = self._free_height(), self.form_area.wanted_height()
        least = 0 if self._figure is None else max(min(theme.px(_FIGURE_AT_LEAST), free), _FIGURE_SHARE * free)
        room = wanted if wanted + theme.px(_FIGURE_AT_LEAST) <= free else round(free - least)
        self.form_area.setFixedHeight(max(min(wanted, room), 0))

    def _free_height(self) -> int:
        """What is left for figure and form."""
        margins = self.column.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        used = margins.top() + margins.bottom() + self.header.sizeHint().height()
        parts: list[QWidget] = [self.meaning, self._problem_row, self._below_row]
        for part in (part for part in parts if part.isVisibleTo(self)):
            flows = part.hasHeightForWidth()
            used += (part.heightForWidth(width) if flows else part.sizeHint().height()) + self.column.spacing()
        return self.height() - used - 2 * self.column.spacing()

    def _space(self) -> None:
        side = theme.px(16)
        self.column.setContentsMargins(side, theme.px(12), side, theme.px(12))
        self.column.setSpacing(theme.px(8))
        self.header.setSpacing(theme.px(8))
        self.below.setSpacing(theme.px(4))
        self._warning.setPixmap(icon("warning", "bad").pixmap(theme.px(16), theme.px(16)))
        self.distribute()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.distribute()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(164), theme.px(160))

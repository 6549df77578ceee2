"""What every panel of an operation has: a title line, a sentence, a figure, a line below it, and a form."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from convlab.operations.operation import Operation, Shape
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.form import Form, FormArea
from convlab.window.icons import icon
from convlab.window.widgets import label

_FIGURE_AT_LEAST = 112
_FIGURE_IN_COMPACT = 72
_FIGURE_SHARE = 0.45  # of the height that is free, where it does not suffice for all
_FORM_AT_LEAST = 92


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
        self._figure: QWidget | None = None
        self._presenting = False
        self._unused: tuple[QWidget, ...] = ()
        self._arrange()
        self._space()
        theme.follow(self, self._space)

    def _arrange(self) -> None:
        self._problem_row = QWidget()
        self._problem_line = QHBoxLayout(self._problem_row)
        self._problem_line.addWidget(self._warning, 0, Qt.AlignmentFlag.AlignTop)
        self._problem_line.addWidget(self.problem, 1)
        self._below_row = QWidget()
        self._below_row.setLayout(self.below)
        self._figure_line = QHBoxLayout()
        body = QWidget()
        self.column = QVBoxLayout(body)
        self.column.addWidget(self.meaning)
        self.column.addWidget(self._problem_row)
        self.column.addLayout(self._figure_line, 1)
        self.column.addWidget(self._below_row)
        self.column.addWidget(self.form_area)
        self._scroll = QScrollArea()
        self._scroll.setWidget(body)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._outer = QVBoxLayout(self)
        self._outer.addLayout(self.header)
        self._outer.addWidget(self._scroll, 1)
        self._problem_row.hide()

    def set_figure(self, figure: QWidget) -> None:
        """Put the picture of the operation between the sentence and the form, where it takes the room."""
        self._figure = figure
        self._figure_line.addWidget(figure)

    def drop_line_below(self) -> None:
        """Do without the line between figure and form."""
        self._unused = (self._below_row,)
        self._below_row.hide()

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

    def show_marked_weight(self, cell: tuple[int, int] | None) -> None:
        """Outline the weight of a term that is looked at elsewhere."""

    def show_value(self, value: float | None) -> None:
        """Mark the value that the present step reads, where the figure can."""

    def set_presentation(self, on: bool) -> None:
        """Keep only the title and the figure."""
        self._presenting = on
        for widget in (self.form_area, self._below_row):
            widget.setVisible(not on and widget not in self._unused)
        self.distribute()

    def show_meaning(self, text: str) -> None:
        """The sentence below the title."""
        self.meaning.setText(text)

    def figure(self) -> QWidget | None:
        return self._figure

    def figure_rect(self) -> QRectF | None:
        """The part of the figure that is drawn on and in sight, in its coordinates; None if it is not in sight."""
        if self._figure is None:
            return None
        rect = self.drawn_rect().intersected(QRectF(self._figure.visibleRegion().boundingRect()))
        return None if rect.isEmpty() else rect

    def drawn_rect(self) -> QRectF:
        """The part of the figure that is drawn on."""
        return QRectF(self._figure.rect()) if self._figure is not None else QRectF()

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
        """Divide the height: the form gets what it wants unless the figure would be too small to read.

        Where even that does not do, all below the title line scrolls, and the figure fills the first page.
        """
        wanted, figure = self.form_area.wanted_height(), theme.px(_FIGURE_AT_LEAST)
        if self._figure is None:
            figure = 0
        least = figure + min(wanted, theme.px(_FORM_AT_LEAST))
        self._show_title()
        self.meaning.setVisible(bool(self.meaning.text()) and not self._presenting)
        if self._free_height() < least and not self._presenting:
            self.meaning.setVisible(False)
        room = self._free_height()
        if self._presenting or room >= wanted + figure:
            self._set_heights(wanted, 0)
        elif room >= least:
            self._set_heights(room - max(figure, round(_FIGURE_SHARE * room)), 0)
        else:
            page = min(room, self.width() - 2 * theme.px(16))
            self._set_heights(wanted, max(page, theme.px(_FIGURE_IN_COMPACT)))

    def _set_heights(self, form: int, figure: int) -> None:
        self.form_area.setFixedHeight(form)
        if self._figure is not None:
            self._figure.setMinimumHeight(figure)

    def _show_title(self) -> None:
        """The title gives way where there is no room for it beside what can be chosen."""
        items = [item for item in map(self.header.itemAt, range(1, self.header.count())) if item is not None]
        beside = [widget for item in items if (widget := item.widget()) is not None]
        wanted = sum(widget.minimumSizeHint().width() + theme.px(8) for widget in beside)
        margins = self._outer.contentsMargins()
        room = self.width() - margins.left() - margins.right() - theme.px(FormArea.OVERHANG)
        self.title.setVisible(not beside or wanted + self.title.sizeHint().width() <= room)

    def _free_height(self) -> int:
        """What is left for figure and form."""
        margins = self._outer.contentsMargins()
        spacing = self.column.spacing()
        width = self.width() - margins.left() - margins.right()
        header = max(self.header.sizeHint().height(), self.title.sizeHint().height())
        used = margins.top() + margins.bottom() + header + self._outer.spacing() + spacing
        for part in (self.meaning, self._problem_row, self._below_row):
            if part.isVisibleTo(self):
                height = part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
                used += height + spacing
        return self.height() - used - 2

    def _space(self) -> None:
        side, right = theme.px(16), theme.px(FormArea.OVERHANG)
        self._outer.setContentsMargins(side, theme.px(12), side - right, theme.px(12))
        self._outer.setSpacing(theme.px(8))
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.px(8))
        for line in (self.header, self._problem_line, self._figure_line, self.below):
            line.setContentsMargins(0, 0, right, 0)
            line.setSpacing(theme.px(8))
        self.meaning.setContentsMargins(0, 0, right, 0)
        self._warning.setPixmap(icon("warning", "bad").pixmap(theme.px(16), theme.px(16)))
        self.distribute()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.distribute()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(164), theme.px(120))

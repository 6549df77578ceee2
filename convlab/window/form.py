"""A form: labels left and fields right on one grid, or above each other where there is little room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from convlab.window import theme
from convlab.window.fields import IntField
from convlab.window.tooltips import plain
from convlab.window.widgets import label

_FIELD_AT_LEAST = 132
_FIELD_HEIGHT = 28


@dataclass
class _Row:
    caption: QLabel
    field: QWidget
    visible: bool = True


class Form(QWidget):
    """Rows of a caption and a field. Captions stand above the fields when the form is too narrow for both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        self._narrow: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        theme.follow(self, self._arrange)

    def add_row(self, caption: str, field: QWidget, *, keeps_height: bool = False) -> None:
        """Add `field` with its caption, which also names the row. All fields are of one height unless they keep theirs."""
        row = _Row(label(caption, "caption"), field)
        row.caption.setParent(self)
        field.setParent(self)
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        field.setProperty("keeps_height", keeps_height)
        self._rows[caption] = row
        self._arrange()

    def show_row(self, caption: str, visible: bool) -> None:
        """Show or hide a row."""
        if self._rows[caption].visible != visible:
            self._rows[caption].visible = visible
            self._arrange()

    def set_right_margin(self, pixels: int) -> None:
        self._grid.setContentsMargins(0, 0, pixels, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_narrow() != self._narrow:
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(_FIELD_AT_LEAST), self._grid.sizeHint().height())

    def _is_narrow(self) -> bool:
        captions = max((row.caption.sizeHint().width() for row in self._rows.values()), default=0)
        return self.width() < captions + theme.px(12 + _FIELD_AT_LEAST)

    def _arrange(self) -> None:
        self._narrow = self._is_narrow()
        while self._grid.takeAt(0) is not None:
            pass
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(2 if self._narrow else 4))
        line = 0
        for row in self._rows.values():
            row.caption.setVisible(row.visible)
            row.field.setVisible(row.visible)
            if not row.visible:
                continue
            if not row.field.property("keeps_height"):
                row.field.setFixedHeight(theme.px(_FIELD_HEIGHT))
            self._grid.addWidget(row.caption, line, 0, Qt.AlignmentFlag.AlignVCenter)
            line += self._narrow
            self._grid.addWidget(row.field, line, 0 if self._narrow else 1)
            line += 1
        self._grid.setColumnStretch(0, int(self._narrow))
        self._grid.setColumnStretch(1, int(not self._narrow))
        self.updateGeometry()


class FormArea(QScrollArea):
    """A form that scrolls when it is higher than its room. It reaches OVERHANG pixels into the margin at its right."""

    OVERHANG = 12

    def __init__(self, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self.setWidget(form)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The scroll bar stands in the margin of the card, so that the fields end where the other lines do."""
        super().resizeEvent(event)
        beside = (
            self.verticalScrollBar().width() if self._form.minimumSizeHint().height() > self.height() else 0
        )
        self._form.set_right_margin(max(theme.px(self.OVERHANG) - beside, 0))

    def wanted_height(self) -> int:
        """The height at which nothing needs to scroll."""
        return self._form.minimumSizeHint().height()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._form.minimumSizeHint().width(), 0)


class PairField(QWidget):
    """Two whole numbers in one field's place: for rows and for columns, or for two sides."""

    changed = Signal(int, int)
    done = Signal()

    def __init__(
        self,
        names: tuple[str, str],
        low: int,
        high: int,
        *,
        suffixes: tuple[str, str] = ("", ""),
        between: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.first, self.second = (IntField(name, low, high) for name in names)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for field, suffix in zip((self.first, self.second), suffixes, strict=True):
            field.setSuffix(suffix)
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            field.changed.connect(self._tell)
            field.done.connect(self.done)
        row.addWidget(self.first, 1)
        if between:
            row.addWidget(label(between, "caption"))
        row.addWidget(self.second, 1)
        self._space()
        theme.follow(self, self._space)

    def show_pair(self, pair: Sequence[int]) -> None:
        """Show two numbers without telling anybody."""
        self.first.show_value(pair[0])
        self.second.show_value(pair[1])

    def set_possible(self, possible: bool, why_not: str) -> None:
        """Grey both fields and say in their tooltips why they cannot be changed."""
        for field in (self.first, self.second):
            field.setEnabled(possible)
            field.setToolTip(field.accessibleName() if possible else why_not)

    def _tell(self) -> None:
        self.changed.emit(self.first.value(), self.second.value())

    def _space(self) -> None:
        self._row.setSpacing(theme.px(6))


class RowOfFields(QWidget):
    """Fields side by side in the place of one, of equal width."""

    def __init__(self, *fields: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for field in fields:
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            row.addWidget(field, 1)
        theme.follow(self, lambda: row.setSpacing(theme.px(6)))
        row.setSpacing(theme.px(6))


class ElidedLabel(QLabel):
    """One line of plain text that ends in "…" when there is no room; the whole of it is in the tooltip."""

    def __init__(self, text: str = "", role: str = "caption", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(plain(self.text()) if text != self.text() else "")
        painter = QPainter(self)
        painter.setPen(theme.color("muted" if self.property("role") == "caption" else "text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

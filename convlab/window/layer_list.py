"""The card with the layers of the open network: find one, choose one, fold networks within the network."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from convlab.window import theme
from convlab.window.empty_note import EmptyNote
from convlab.window.file_names import shown_name
from convlab.window.icons import icon
from convlab.window.layer_delegate import LayerDelegate
from convlab.window.layer_look import count_text
from convlab.window.layer_model import LINE, Index, LayerModel, Line
from convlab.window.network_session import NetworkSession
from convlab.window.widgets import Card


class LayerListCard(Card):
    """Shows the layers, and tells the session which one is looked at."""

    open_wished = Signal()
    search_wished = Signal()  # the search field is about to get the focus
    tight_side = 16

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__("Layers", parent=parent)
        self._session = session
        self.model = LayerModel(self)
        self.list = LayerList(self.model)
        self.search = SearchField("Find a layer", "Find a layer by its name or kind", "Ctrl+F")
        self.caption.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        self.body.addWidget(self.search)
        self._area = QWidget()
        area = QVBoxLayout(self._area)
        area.setContentsMargins(0, 0, 0, 0)
        area.addWidget(self.list)
        self.body.addWidget(self._area, 1)
        self._empty = EmptyNote(self._area)
        self._empty.clicked.connect(self.open_wished)
        self._connect()
        theme.follow(self, self._restyle)
        self._restyle()
        self.refresh()

    def _connect(self) -> None:
        session = self._session
        session.network_changed.connect(self.refresh)
        session.work_changed.connect(self._show_shapes)
        session.state_changed.connect(self._show_state)
        session.node_changed.connect(self._show_chosen)
        self.list.chosen.connect(self._choose)
        self.search.textChanged.connect(self._find)
        self.search.down_wished.connect(self._leave_search)
        self.search.left.connect(self._end_search)

    def focus_search(self) -> None:
        """Put the cursor into the search field; Ctrl+F does that."""
        self.search_wished.emit()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # --- told ---

    def refresh(self) -> None:
        """Another network is open, or none."""
        self.search.clear()
        self.model.show_network(self._session.network, self._session.sized)
        self._show_state()
        self._show_chosen()

    def _show_shapes(self) -> None:
        """The sizes of maps follow the chosen size of the image."""
        if self._session.sized is not None:
            self.model.show_network(self._session.network, self._session.sized)

    def _show_state(self) -> None:
        network, opening = self._session.network, self._session.opening
        self.list.set_dimmed(opening is not None)
        self.search.setVisible(network is not None)
        self.list.setVisible(network is not None)
        self._show_caption()
        self._say_empty()

    def _show_caption(self) -> None:
        """How large the network is: the bare number where there is no room for more, nothing instead of half of it."""
        network, opening = self._session.network, self._session.opening
        if opening is not None:
            self.caption.setText(f"opening {shown_name(opening, 40)}…")
            return
        said = "" if network is None else count_text(network.parameters, "parameter")
        self.caption.show_texts(said, said.split(" ")[0], "")
        self.caption.setToolTip(said)

    def _say_empty(self) -> None:
        network = self._session.network
        if self._session.opening is not None and network is None:
            self._empty.say("The file is being opened…", "")
        elif network is None:
            self._empty.say("See what a trained network has learned.", "Open…")
        else:
            self._empty.say("No layer is called so.", "")
        self._empty.setVisible(network is None or self.model.rowCount() == 0)

    def _show_chosen(self) -> None:
        """Mark the layer that is looked at; networks around it are unfolded."""
        row = self._session.row
        if row is not None:
            self.model.reveal(row)
            self.list.show_place(self.model.place_of(row, self._session.node))

    # --- tells ---

    def _choose(self, place: int) -> None:
        entry = self.model.entry(place)
        if entry is None:
            return
        if entry.node is None:
            self._session.choose_row(entry.row)
        else:
            self._session.choose_node(entry.node)

    # --- searching ---

    def _find(self, text: str) -> None:
        self.model.find(text)
        self._say_empty()
        self._show_chosen()

    def _leave_search(self) -> None:
        """On from the search field to what was found."""
        self.list.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))

    def _end_search(self) -> None:
        self.search.clear()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- looks ---

    def set_bare(self, bare: bool) -> None:
        """Under a switch that says "Layers" already."""
        super().set_bare(bare)
        self.title.setVisible(not bare)
        self.caption.setVisible(not bare)

    def _restyle(self) -> None:
        self.search.restyle()
        self.list.restyle()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(130), theme.px(100))


_SIGN = 16  # the magnifying glass


class SearchField(QLineEdit):
    """A field to find things by. Down or Enter leads to what was found, Esc ends the search."""

    down_wished = Signal()
    left = Signal()

    def __init__(self, placeholder: str, name: str, key: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({key})")
        self.setClearButtonEnabled(True)
        self.setMaxLength(100)

    def restyle(self) -> None:
        self.setTextMargins(theme.px(_SIGN + 2), 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = theme.px(_SIGN)
        painter = QPainter(self)
        place = QRect(theme.px(7), (self.height() - side) // 2, side, side)
        icon("search", "muted").paint(painter, place)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.down_wished.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class LayerList(QListView):
    """The list itself. `chosen` tells the place of the line that the user went to."""

    chosen = Signal(int)

    def __init__(self, model: LayerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_list")
        self.setAccessibleName("Layers")
        self._model = model
        self._lines = LayerDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._lines)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._showing = False

    def show_place(self, place: int | None) -> None:
        """Mark a line without telling anybody."""
        self._showing = True
        if place is None:
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        elif place != self.currentIndex().row() or not self.selectionModel().hasSelection():
            index = self._model.index(place)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)
        self._showing = False

    def set_dimmed(self, dimmed: bool) -> None:
        """Paler, while another network is being opened."""
        if dimmed != self._lines.dimmed:
            self._lines.dimmed = dimmed
            self.viewport().update()

    def restyle(self) -> None:
        # It lies on a card, which is its ground; a frame of its own would be one too many.
        self.setStyleSheet("#layer_list { background: transparent; border: none; }")
        self._lines.show_width(self.viewport().width())
        self.scheduleDelayedItemsLayout()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._showing:
            self.chosen.emit(current.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._lines.show_width(self.viewport().width()):
            self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and not self.currentIndex().isValid():
            painter = QPainter(self.viewport())
            painter.setPen(theme.color("accent_ink"))
            painter.drawRoundedRect(self.viewport().rect().adjusted(0, 0, -1, -1), 4, 4)
            painter.end()

    # --- folding ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        line = index.data(LINE) if index.isValid() else None
        place = event.position().toPoint()
        if not isinstance(line, Line) or line.folded is None:
            super().mousePressEvent(event)
        elif self._lines.fold_rect(self.visualRect(index), line).contains(place):
            self._fold(index.row(), not line.folded)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left folds a network or goes to the one around; right unfolds. Typing finds a name."""
        place = self.currentIndex().row()
        line = self.currentIndex().data(LINE)
        if event.key() == Qt.Key.Key_Left and isinstance(line, Line):
            around = self._model.parent_place(place)
            if line.folded is False:
                self._fold(place, True)
            elif around is not None:
                self.setCurrentIndex(self._model.index(around))
        elif event.key() == Qt.Key.Key_Right and isinstance(line, Line):
            if line.folded:
                self._fold(place, False)
        else:
            super().keyPressEvent(event)

    def _fold(self, place: int, folded: bool) -> None:
        """The network's own line stays where it is; what was chosen in a folded network is its network now."""
        entry = self._model.entry(place)
        if entry is None:
            return
        current = self._model.entry(self.currentIndex().row())
        scrolled = self.verticalScrollBar().value()
        self._model.fold(entry.row, folded)
        kept = None if current is None else self._model.place_of(current.row, current.node)
        self.setCurrentIndex(self._model.index(place if kept is None else kept))
        self.verticalScrollBar().setValue(scrolled)

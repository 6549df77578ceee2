"""DataCard: on which images the network is trained: which data, how many of each class, and the images themselves."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from convlab.drawing.numbers import cell_text
from convlab.learning.events import Download
from convlab.learning.plan import CLOTHES, COLOR, DIGITS, FOLDER, NPZ, Source
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.choice_button import ChoiceButton
from convlab.window.class_counts import ClassCounts
from convlab.window.fields import IntField
from convlab.window.fronted import Fronted
from convlab.window.learn_data import AT_ONCE
from convlab.window.learn_session import LearnSession
from convlab.window.progress_line import ProgressLine
from convlab.window.sample_tiles import SampleGrid, SampleTiles
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.widgets import Card, Elided, label, push_button, tool_button

KNOWN = (("Clothes", CLOTHES), ("Digits", DIGITS), ("CIFAR-10", COLOR))
_WHAT = {
    CLOTHES: "70,000 small pictures of clothes in ten classes (Fashion-MNIST), 31 MB.",
    DIGITS: "70,000 handwritten digits (MNIST), 11 MB.",
    COLOR: "60,000 small color photographs in ten classes (CIFAR-10), 170 MB.",
}
_LOW, _LOWEST, _NARROW = 330, 240, 240  # pixels at 100 %


class DataCard(Fronted, Card):
    """Shows the images that are looked at; tells the session which ones are wished, and the page which was chosen."""

    image_chosen = Signal(int)  # one of the samples, by its place among them
    file_wished = Signal()
    folder_wished = Signal()

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        super().__init__("Data", parent=parent)
        self._session = session
        choices = [*KNOWN, ("Open an .npz file…", NPZ), ("Open a folder of images…", FOLDER)]
        self.chooser = ChoiceButton("Data", choices)
        self.part = ChoiceButton("Part of the data", [("training", "train"), ("test", "test")])
        self.back = tool_button("chevron-left", "Images before", lambda: self._turn(-1), role="flat")
        self.on = tool_button("chevron-right", "Next images", lambda: self._turn(+1), role="flat")
        self.first = IntField("From image", 0, 0)
        self.grid = SampleGrid("Images of the data")
        self.facts = label("", "caption", wrap=True)
        self.counts = ClassCounts()
        self.progress = ProgressLine("Loading the data")
        self.of = Elided("", "caption")
        self.cancel = push_button("Cancel", session.cancel_loading, name="Cancel loading the data")
        self._arrange()
        self.hand_focus_to(self.grid)
        self._connect()
        self.refresh()
        self._show_samples()

    def _arrange(self) -> None:
        self.header.addWidget(self.chooser)
        self.header.addWidget(self.part)
        self._paging = QHBoxLayout()
        for widget in (self.back, self.first, self.of, self.on):
            self._paging.addWidget(widget, widget is self.of)
        self._loading = QHBoxLayout()
        self._loading.addWidget(self.progress, 1)
        self._loading.addWidget(self.cancel)
        self.body.addWidget(self.grid, 1)
        self.body.addLayout(self._paging)
        self.body.addLayout(self._loading)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.counts)
        theme.follow(self, self._fold)

    def _connect(self) -> None:
        session = self._session
        for signal in (session.data_changed, session.state_changed):
            signal.connect(self.refresh)
        session.trainer.state_changed.connect(self.refresh)
        session.samples_changed.connect(self._show_samples)
        session.image_changed.connect(self._mark)
        self.chooser.chosen.connect(self._choose)
        self.part.chosen.connect(lambda part: session.show_samples(str(part), 0))
        self.first.changed.connect(lambda first: session.show_samples(session.part, first))
        self.grid.tile_opened.connect(self.image_chosen)
        self.grid.empty_clicked.connect(session.load)

    def _choose(self, kind: object) -> None:
        if kind in (NPZ, FOLDER):
            self._show_choice()  # until something was chosen in the dialog
            (self.file_wished if kind == NPZ else self.folder_wished).emit()
        else:
            self._session.choose_data(Source(str(kind)))

    def _turn(self, way: int) -> None:
        session = self._session
        last = max(session.count_of(session.part) - 1, 0) // AT_ONCE * AT_ONCE
        session.show_samples(session.part, min(max(session.first + way * AT_ONCE, 0), last))

    # --- told ---

    def refresh(self) -> None:
        """Show what is known of the data, or how far they have come."""
        session = self._session
        self._show_choice()
        there = session.info is not None
        for widget in (self.part, self.back, self.on, self.first, self.of, self.counts):
            widget.setVisible(there)
        self.progress.setVisible(session.loading)
        self.cancel.setVisible(session.loading)
        self._show_progress() if session.loading else self._show_facts()
        if not there:
            self.grid.show_tiles(None)
            self.grid.say(*self._invitation())
        self._fold()

    def _show_choice(self) -> None:
        source = self._session.plan.source
        self.chooser.show_choice(source.kind)
        title = next((text for text, kind in KNOWN if kind == source.kind), "Own images")
        self.chooser.setText(f"{title} ▾")
        show_plain_tooltip(self.chooser, source.path or "On which images the network is trained")
        self.chooser.setEnabled(not self._session.busy)

    def _invitation(self) -> tuple[str, str]:
        """What an empty view says, and what its button does."""
        if self._session.loading:
            return "", ""
        kind = self._session.plan.source.kind
        if kind in _WHAT:
            return f"{_WHAT[kind]} Loaded from the net the first time.", "Load"
        return f"“{safe_text(self._session.plan.source.path, 60)}” is not loaded.", "Load"

    def _show_progress(self) -> None:
        download = self._session.download
        known = download is not None and download.of > 0
        self.progress.show_share(download.done / download.of if download is not None and known else None)
        waiting = "Starting TensorFlow…" if self._session.trainer.state == "starting" else "Loading the data…"
        self.facts.setText(waiting if download is None else _text_of(download))

    def _show_facts(self) -> None:
        info = self._session.info
        if info is None:
            self.facts.setText("")
            return
        counts = info.train_counts if self._session.part == "train" else info.test_counts
        self.counts.show_counts(info.class_names, counts)
        each = f"{counts[0]:,} each" if len(set(counts)) == 1 else f"{min(counts):,} to {max(counts):,} each"
        size = "×".join(map(str, info.shape))
        text = f"{len(counts):,} classes, {each} · {size}, {cell_text(info.low)} to {cell_text(info.high)}"
        self.facts.setText(" ".join([text, *info.notes]))

    def _show_samples(self) -> None:
        session = self._session
        samples, info = session.samples, session.info
        if samples is None or info is None:
            self.grid.show_tiles(None)
            return
        self.part.show_choice(samples.part)
        count = session.count_of(samples.part)
        self.first.setRange(0, max(count - 1, 0))
        self.first.show_value(session.first)
        self.first.setToolTip(f"From image, 0 to {count - 1:,}")
        last = session.first + len(samples.pixels) - 1
        self.of.show_texts(f"to {last:,} of {count:,}", f"to {last:,}")
        self.back.setEnabled(session.first > 0)
        self.on.setEnabled(session.first + AT_ONCE < count)
        self.grid.show_tiles(
            SampleTiles(samples, [session.class_name(n) for n in range(len(info.class_names))])
        )
        self._show_facts()
        self._mark()

    def _mark(self) -> None:
        """The fixed image is outlined while it is in sight."""
        samples, image = self._session.samples, self._session.image
        place = None
        if samples is not None and image is not None:
            place = next(
                (
                    n
                    for n, pixels in enumerate(samples.pixels)
                    if pixels is image or (pixels.shape == image.shape and (pixels == image).all())
                ),
                None,
            )
        self.grid.show_chosen(place, reveal=False)

    # --- layout ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """In a low card the images come before what is said of them."""
        there = self._session.info is not None
        self.counts.setVisible(there and self.height() >= theme.px(_LOW))
        self.facts.setVisible(bool(self.facts.text()) and (not there or self.height() >= theme.px(_LOWEST)))
        self.first.setFixedWidth(theme.px(74))
        wide = self.width() >= theme.px(_NARROW)
        self.title.setVisible(wide or not there)
        self.of.setVisible(there and wide)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(190), theme.px(150))


def _text_of(download: Download) -> str:
    """Such as "mnist.npz: 3.1 of 11.5 MB"."""
    in_bytes = download.unit == "bytes"
    done, of = (f"{n / 1e6:.1f}" if in_bytes else f"{n:,}" for n in (download.done, download.of))
    unit = "MB" if in_bytes else safe_text(download.unit, 20)
    return f"{safe_text(download.name, 40)}: {done}{f' of {of}' if download.of else ''} {unit}"

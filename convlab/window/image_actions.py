"""How an image gets into the experiment, and out: files, drops, the clipboard, samples, typed numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage

from convlab.experiment.image import Image
from convlab.experiment.samples import load_sample
from convlab.operations.numbers_text import format_tsv, parse_numbers
from convlab.problems import Problem
from convlab.window.header import LAB, LEARN

if TYPE_CHECKING:  # dialogs and the reader are imported where they are made: a start does without them
    from PySide6.QtWidgets import QDialog

    from convlab.processes.client import Picture, Reader
    from convlab.window.image_panel import ImagePanel
    from convlab.window.main_window import MainWindow
    from convlab.window.network_session import NetworkSession
    from convlab.window.session import Session

PICTURE_FILTER = (
    "Everything that ConvLab opens"
    " (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.npy *.csv *.txt *.tsv *.convlab *.keras *.h5 *.hdf5 *.npz)"
    ";;All files (*)"
)
SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp", ".npy", ".csv", ".txt",
    ".tsv",
)  # fmt: skip
"""What is opened as a picture or as numbers on either page; on the Lab also what has no known name."""

NETWORK_SUFFIXES = (
    ".keras",
    ".h5",
    ".hdf5",
    ".hdf",
    ".he5",
    ".pb",
    ".pt",
    ".pth",
    ".onnx",
    ".tflite",
    ".pkl",
    ".ckpt",
    ".zip",
)
"""What is asked of the reader as a network; files of other frameworks too, which it names."""
_CLIPBOARD_FORMATS = ("image/png", "image/tiff", "image/bmp", "image/jpeg", "image/webp", "image/gif")
_LARGE = (
    128  # above this many rows or columns cells are too small to be drawn on or read: resizing is offered
)


class ImageActions(QObject):
    """The commands that make an image the present one. Pictures are decoded by the reader, next door."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self.dialog: QDialog | None = None
        self._said = ""  # of the picture that was opened last
        self._said_of: object = None
        self._connect_panels()
        self._session.experiment_changed.connect(self._forget_said)

    @property
    def reader(self) -> Reader:
        return self._window.neighbours.reader

    @property
    def _holder(self) -> Session | NetworkSession:
        """Whose image is meant: that of the page one looks at."""
        return self._window.active

    def _connect_panels(self) -> None:
        lab = self._window.lab
        tools = lab.input.tools
        lab.operation.image_panel_made.connect(self._connect_image_panel)
        lab.input.image_edited.connect(self._edit)
        lab.input.stroke_ended.connect(self._session.seal)
        tools.clear_wished.connect(self.clear)
        tools.invert_wished.connect(self.invert)
        tools.resize_wished.connect(
            lambda rows, columns: self._change("Resize Image", "with_size", rows, columns)
        )
        tools.levels_wished.connect(lambda white: self._change("Change Levels", "with_white", white))
        tools.channels_wished.connect(
            lambda count: self._change("Change Channels", "to_rgb" if count == 3 else "to_grey")
        )

    def _connect_image_panel(self, panel: ImagePanel) -> None:
        panel.sample_chosen.connect(self.open_sample)
        panel.open_wished.connect(self.open)
        panel.paste_wished.connect(self.paste)
        panel.numbers_wished.connect(self.numbers)
        panel.new_wished.connect(self.new_blank)
        panel.image_edited.connect(lambda label, image: self._edit(label, image, None))

    # --- edits ---

    def _edit(self, label: str, image: Image, merge_key: str | None = None) -> None:
        self._holder.edit_image(label, image, merge_key)

    def _change(self, label: str, method: str, *arguments: object) -> None:
        """One of Image's own methods that give another image."""
        try:
            self._edit(label, getattr(self._holder.image, method)(*arguments))
        except Problem as problem:
            self._window.messages.show_problem(problem)

    def clear(self) -> None:
        self._change("Clear Image", "cleared")
        if self._holder is self._session:
            self._window.lab.input.tools.choose_tool("pen")

    def invert(self) -> None:
        self._change("Invert Image", "inverted")

    def open_sample(self, key: str) -> None:
        image = load_sample(key)
        self._window.messages.clear()
        self._edit(f"Open {image.name}", image)

    # --- dialogs ---

    def _ask(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def new_blank(self) -> None:
        from convlab.window.new_image_dialog import NewImageDialog

        dialog = NewImageDialog(self._holder.image, self._window)
        dialog.image_made.connect(self._new_image)
        self._ask(dialog)

    def _new_image(self, image: Image) -> None:
        self._edit("New Image", image)
        self._window.lab.input.tools.choose_tool("pen")

    def numbers(self) -> None:
        self._ask_numbers(None, "Type Numbers")

    def edit_numbers(self) -> None:
        self._ask_numbers(self._holder.image, "Edit Numbers")

    def _ask_numbers(self, image: Image | None, label: str) -> None:
        from convlab.window.numbers_dialog import NumbersDialog

        dialog = NumbersDialog(image, self._window)
        dialog.image_made.connect(lambda made: self._edit(label, made))
        self._ask(dialog)

    def gallery(self) -> None:
        from convlab.window.gallery import Gallery

        dialog = Gallery(self._window)
        dialog.sample_chosen.connect(self.open_sample)
        self._ask(dialog)

    def open(self) -> None:
        self._ask_path(self.open_path)

    def open_resized(self) -> None:
        self._ask_path(lambda path: self._read(path=path, use=self._resize))

    def _ask_path(self, use: Callable[[Path], object]) -> None:
        from convlab.window.file_dialogs import ask_to_open

        folder = self._window.settings.text("folder", "")
        self.dialog = ask_to_open(self._window, "Open", folder, PICTURE_FILTER, use)

    # --- files ---

    def open_path(self, path: Path) -> None:
        """Open a picture, a table of numbers, an experiment, a network, or data to train on."""
        self._window.settings.set("folder", str(path.parent))
        suffix, on_network_page = path.suffix.lower(), self._holder is not self._session
        if suffix == ".convlab":
            self._window.show_page(LAB)
            self._window.work.open_path(path)
        elif suffix == ".npz" or (path.is_dir() and self._window.page == LEARN):
            self._window.open_data(path)
        elif suffix in NETWORK_SUFFIXES or path.is_dir() or (on_network_page and suffix not in SUFFIXES):
            self._window.open_network(path)
        else:
            self._read(path=path, use=self._opened)

    def _read(
        self, *, path: Path | None = None, data: bytes | None = None, use: Callable[[Picture], object]
    ) -> None:
        def done(picture: Picture) -> None:
            if path is not None:
                self._window.settings.add_recent(path)
            use(picture)

        self.reader.open_picture(path=path, data=data, done=done, failed=self._window.messages.show_problem)

    def _opened(self, picture: Picture) -> None:
        """Put the picture in at once; what was done to it, and a way to make it smaller, are said beside it."""
        from convlab.window.import_dialog import image_from_picture

        try:
            image = image_from_picture(picture)
        except Problem as problem:
            self._window.messages.show_problem(problem)
            return
        self._window.messages.clear()  # what was said of another picture
        self._edit(f"Open {picture.name or 'Picture'}", image)
        on_the_lab = self._holder is self._session
        if on_the_lab and max(image.height, image.width) > _LARGE:
            size = f"{image.height:,} × {image.width:,} pixels. Make it smaller to see and draw single cells."
            self._said, self._said_of = " ".join((size, *picture.notes)), _identity(image)
            self._window.messages.show_notice(self._said, ("Resize…", lambda: self._resize(picture)))
        elif picture.notes:
            self._window.messages.show_notice(" ".join(picture.notes))

    def _forget_said(self) -> None:
        """What was said of a large picture goes with it. Drawing on it does not move what one draws on."""
        if self._said and self._said_of != _identity(self._session.image):
            if self._window.messages.text == self._said:
                self._window.messages.clear()
            self._said = ""

    def _resize(self, picture: Picture) -> None:
        from convlab.window.import_dialog import ImportDialog

        dialog = ImportDialog(picture, self._window)
        dialog.image_made.connect(lambda image: self._edit("Open Resized Picture", image))
        self._ask(dialog)

    # --- clipboard and drops ---

    def paste(self) -> None:
        if not self.take(QGuiApplication.clipboard().mimeData()):
            problem = Problem(
                "There is nothing to paste.",
                "The clipboard holds neither numbers nor a picture.",
                "Copy a picture, or cells of a spreadsheet.",
            )
            self._window.messages.show_problem(problem)

    @staticmethod
    def takes(data: QMimeData) -> bool:
        """Whether `data` looks like something that `take` can use."""
        return data.hasImage() or data.hasText() or any(url.isLocalFile() for url in data.urls())

    def take(self, data: QMimeData | None) -> bool:
        """Use what was pasted or dropped: files, else numbers as text, else a picture. False if there is nothing.

        Text comes before a picture, since a spreadsheet puts both on the clipboard.
        """
        if data is None:  # some systems have no clipboard at times
            return False
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            self.open_path(files[-1])
            return True
        if data.hasText() and data.text().strip() and self._take_numbers(data.text(), data.hasImage()):
            return True
        for name in _CLIPBOARD_FORMATS:
            if data.hasFormat(name):
                self._read(data=bytes(data.data(name).data()), use=self._opened)
                return True
        picture = data.imageData() if data.hasImage() else None
        if isinstance(picture, QImage) and not picture.isNull():
            self._opened(
                _picture_of(picture)
            )  # already decoded by the system's clipboard: no file format left
            return True
        return False

    def _take_numbers(self, text: str, picture_too: bool) -> bool:
        try:
            numbers = parse_numbers(text)
            image = self._holder.image.with_pixels(numbers[:, :, np.newaxis])
        except Problem as problem:
            if picture_too:
                return False
            self._window.messages.show_problem(problem)
            return True
        self._edit("Paste Numbers", image)
        return True

    def copy_numbers(self) -> None:
        """The image as text for a spreadsheet; the channels of a colour image one below the other."""
        image = self._holder.image
        QGuiApplication.clipboard().setText("\n\n".join(format_tsv(plane) for plane in image.planes))

    def copy_output(self) -> None:
        plane = self._window.shown_plane()
        if plane is not None:
            QGuiApplication.clipboard().setText(format_tsv(plane))

    def copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self._window.shown_page.grab())

    def save_picture(self) -> None:
        from convlab.window.file_dialogs import ask_to_save

        title, kind = "Save a picture of the page", "PNG picture (*.png)"
        suggestion = str(Path(self._window.settings.text("folder", "")) / "convlab.png")
        self.dialog = ask_to_save(self._window, title, suggestion, kind, self._write_picture)

    def _write_picture(self, path: Path) -> None:
        if not self._window.shown_page.grab().save(str(path), "PNG"):
            problem = Problem(
                "The picture could not be saved.",
                "The folder may be read-only or full.",
                "Choose another folder.",
            )
            self._window.messages.show_problem(problem)


def _identity(image: Image) -> object:
    """What stays while one draws on an image."""
    return image.name, image.height, image.width


def _picture_of(image: QImage) -> Picture:
    """A QImage as a Picture: uint8 (h, w, 3). Rows of a QImage may be padded."""
    from convlab.processes.client import Picture

    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
    return Picture(pixels=pixels, notes=(), name="pasted picture")

"""A decoded picture becomes an image: at once by `image_from_picture`, or by ImportDialog in another size or in part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from convlab.experiment.image import Image, check_size, image_of_bytes
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.client import Picture
from convlab.window import theme
from convlab.window.crop_view import CropView, Part
from convlab.window.image_dialog import (
    FieldGrid,
    ImageDialog,
    QuickSizes,
    SizeFields,
    colour_switch,
    levels_switch,
)
from convlab.window.thumbnails import picture_of, reduced, thumbnail
from convlab.window.widgets import Segmented, label, push_button

QUICK_SIZES = (10, 16, 28, 32, 64, 128, 224)
_MOST = 8192  # rows or columns that can be typed
_FIRST_SIDE = 128  # the longer side that a large picture is given first
_WIDE = 640  # from this width on the picture is beside the fields
_PREVIEW = 112
_REDUCED = 640  # the longer side of the copy that previews are made from


def image_from_picture(picture: Picture, white: float = 1.0) -> Image:
    """The whole picture as an image of these levels, with its notes.

    Of uint8 pixels one float32 array is made and nothing else. Numbers that came as they are, from a table or an
    array file, keep their own levels instead. Raises Problem for more pixels than an image may have.
    """
    if picture.pixels.dtype.kind == "u":
        return image_of_bytes(picture.pixels, white, picture.name, picture.notes)
    return Image(picture.pixels, picture.white, picture.name, picture.notes)


@dataclass(frozen=True)
class Choice:
    """What is made of a picture: which part, of which size (rows, columns), how, in which colour and levels.

    shape: "pad" keeps the proportions and adds black around, "fill" keeps them and cuts off what is over, "stretch"
    does not keep them.
    """

    part: Part
    size: tuple[int, int]
    shape: str
    channels: int
    white: float

    def apply(self, picture: Picture) -> Image:
        """The image. The part is cut out before anything is converted, so a small part of a large picture is cheap."""
        part = self.part
        pixels = picture.pixels[part.top : part.bottom, part.left : part.right]
        image = image_from_picture(replace(picture, pixels=pixels, size=pixels.shape[:2]))
        image = image.to_rgb() if self.channels == 3 else image.to_grey()
        return self._resized(image).with_white(self.white)

    def notes(self, height: int, width: int) -> tuple[str, ...]:
        """What was done to a picture of height × width, a sentence each."""
        part, (rows, columns) = self.part, self.size
        notes = []
        if (part.height, part.width) != (height, width):
            notes.append(
                f"Rows {part.top:,} to {part.bottom - 1:,} and columns {part.left:,} to {part.right - 1:,} were taken."
            )
        if (part.height, part.width) != (rows, columns):
            notes.append(f"Resized from {part.height:,} × {part.width:,} to {rows:,} × {columns:,}.")
        return tuple(notes)

    def _resized(self, image: Image) -> Image:
        rows, columns = self.size
        if self.shape == "stretch":
            return image.resized(self.size)
        ratios = rows / image.height, columns / image.width
        ratio = min(ratios) if self.shape == "pad" else max(ratios)
        kept = max(1, round(image.height * ratio)), max(1, round(image.width * ratio))
        return image.resized(kept).with_size(rows, columns)


class ImportDialog(ImageDialog):
    """Takes a part of a picture and makes it of any size; the result is previewed."""

    def __init__(self, picture: Picture, parent: QWidget | None = None) -> None:
        super().__init__("Resize picture", "&Use this image", parent)
        self._picture = picture
        self._height, self._width = int(picture.pixels.shape[0]), int(picture.pixels.shape[1])
        self._small = replace(picture, pixels=reduced(picture.pixels, _REDUCED))
        self.crop = CropView()
        self.crop.show_picture(picture_of(self._small.pixels, picture.white), self._height, self._width)
        self.corner = SizeFields((0, self._height - 1), (0, self._width - 1), ("Top row", "Left column"), ",")
        self.part_size = SizeFields(
            (1, self._height), (1, self._width), ("Rows of the part", "Columns of the part")
        )
        self.size_fields = SizeFields((1, _MOST), (1, _MOST))
        self.quick = QuickSizes(QUICK_SIZES)
        self.shape = Segmented([("Pad", "pad"), ("Fill", "fill"), ("Stretch", "stretch")], "Proportions")
        self.colour, self.levels = colour_switch(), levels_switch()
        self.preview, self.facts = QLabel(), label("", "caption", wrap=True)
        self._update = QTimer(self, singleShot=True, interval=30)
        self._update.timeout.connect(self._show_result)
        self._arrange()
        self._start()
        self._connect()
        theme.follow(self, self._scale)
        self._scale()
        self.finish(self.size_fields)

    def choice(self) -> Choice:
        """What is chosen now."""
        channels, white, shape = self.colour.choice(), self.levels.choice(), self.shape.choice()
        assert isinstance(channels, int) and isinstance(white, float) and isinstance(shape, str)
        return Choice(self.crop.part, self.size_fields.size_wished(), shape, channels, white)

    def image(self) -> Image:
        choice = self.choice()
        check_size(*choice.size)
        image = choice.apply(self._picture)
        return replace(image, notes=(*self._picture.notes, *choice.notes(self._height, self._width)))

    # --- parts ---

    def _arrange(self) -> None:
        self.whole = push_button("&Whole picture", self._take_whole)
        self.whole.setAutoDefault(False)
        self._crop_column = QVBoxLayout()
        self._crop_column.addWidget(label(self._original_text(), "strong", wrap=True))
        self._crop_column.addWidget(self.crop, 1)
        row = QHBoxLayout()
        row.addWidget(label("Drag on the picture to take a part of it.", "caption", wrap=True), 1)
        row.addWidget(self.whole)
        self._crop_column.addLayout(row)
        inside = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.addLayout(self._crop_column, 1)
        self._columns.addLayout(self._side())
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        self.content.addWidget(self.area, 1)
        self.notes = label(
            "\n".join(safe_text(note, 200) for note in self._picture.notes), "caption", wrap=True
        )
        self.notes.setVisible(bool(self._picture.notes))
        self.content.addWidget(self.notes)

    def _side(self) -> QVBoxLayout:
        self._form = FieldGrid()
        self._form.add("&Part at", self.corner)
        self._form.add("Part si&ze", self.part_size)
        self._form.add("&Rows × columns", self.size_fields)
        self._form.add("&Quick sizes", self.quick)
        self._form.add("Pr&oportions", self.shape)
        self._form.add("&Colour", self.colour)
        self._form.add("&Levels", self.levels)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._result = QHBoxLayout()
        self._result.addWidget(self.preview)
        self._result.addWidget(self.facts, 1)
        side = QVBoxLayout()
        side.addWidget(self._form)
        side.addStretch(1)
        side.addLayout(self._result)
        return side

    def _original_text(self) -> str:
        height, width = self._picture.size
        name = safe_text(self._picture.name, 40) or "Picture"
        return f"{name}, {height:,} × {width:,} × {self._picture.pixels.shape[2]}"

    def _start(self) -> None:
        self._show_part(self.crop.part)
        longer = max(self._height, self._width)
        ratio = min(1.0, _FIRST_SIDE / longer)
        self.size_fields.show_size(max(1, round(self._height * ratio)), max(1, round(self._width * ratio)))
        self.shape.show_choice("pad")
        self.colour.show_choice(int(self._picture.pixels.shape[2]))
        self.levels.show_choice(1.0 if self._picture.pixels.dtype.kind == "u" else self._picture.white)

    def _connect(self) -> None:
        self.crop.part_changed.connect(self._show_part)
        for fields in (self.corner, self.part_size):
            fields.changed.connect(lambda *_: self._type_part())
        self.size_fields.changed.connect(lambda *_: self._update.start())
        self.quick.chosen.connect(self._take_size)
        self.quick.original_chosen.connect(self._take_original_size)
        for switch in (self.shape, self.colour, self.levels):
            switch.chosen.connect(lambda _: self._update.start())

    def _scale(self) -> None:
        self._columns.setSpacing(theme.px(24))
        self._crop_column.setSpacing(theme.px(8))
        self._result.setSpacing(theme.px(12))
        self.preview.setFixedSize(theme.px(_PREVIEW), theme.px(_PREVIEW))
        self.open_as(800, 600)
        self._show_result()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a small screen the fields stand below the picture, and all of it scrolls."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wide = self.width() >= theme.px(_WIDE)
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self.area.setMinimumWidth(
            self._form.sizeHint().width() + self.area.verticalScrollBar().sizeHint().width()
        )

    # --- choices ---

    def _take_whole(self) -> None:
        self.crop.show_part(Part(0, 0, self._height, self._width))
        self._show_part(self.crop.part)

    def _show_part(self, part: Part) -> None:
        self.corner.show_size(part.top, part.left)
        self.part_size.show_size(part.height, part.width)
        self._update.start()

    def _type_part(self) -> None:
        """A typed part is kept inside the picture: its size gives way to its corner."""
        (top, left), (rows, columns) = self.corner.size_wished(), self.part_size.size_wished()
        part = Part(top, left, min(rows, self._height - top), min(columns, self._width - left))
        self.crop.show_part(part)
        self._show_part(part)

    def _take_size(self, side: int) -> None:
        self.size_fields.show_size(side, side)
        self._update.start()

    def _take_original_size(self) -> None:
        self.size_fields.show_size(self.crop.part.height, self.crop.part.width)
        self._update.start()

    # --- the result ---

    def _show_result(self) -> None:
        """Preview the result, or say why there is none."""
        choice = self.choice()
        rows, columns = choice.size
        try:
            check_size(rows, columns)
        except Problem as problem:
            self.show_problem(problem)
            return
        self.show_problem(None)
        preview = self._previewed(choice)
        self.preview.setPixmap(thumbnail(preview, theme.px(_PREVIEW), self.devicePixelRatioF()))
        self.facts.setText(
            f"{rows:,} × {columns:,} × {choice.channels}\n{rows * columns * choice.channels:,} numbers"
        )

    def _previewed(self, choice: Choice) -> Image:
        """What the result looks like, at a size that costs little: it is made again with every movement."""
        shrink = min(1.0, 2 * _PREVIEW / max(choice.size))
        size = max(1, round(choice.size[0] * shrink)), max(1, round(choice.size[1] * shrink))
        part = choice.part
        if part.height * part.width <= _REDUCED**2:
            return replace(choice, size=size).apply(self._picture)
        skip = self._height / self._small.pixels.shape[0]
        scaled = Part(*(int(length / skip) for length in (part.top, part.left, part.height, part.width)))
        return replace(choice, size=size, part=scaled).apply(self._small)

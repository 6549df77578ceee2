"""A decoded picture becomes an image: at once by `image_from_picture`, or by ImportDialog in another size or in part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from convlab.experiment.image import MAX_PIXELS, Image, image_of_bytes
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.client import Picture
from convlab.window import theme
from convlab.window.crop_view import CropView, Part
from convlab.window.image_dialog import Form, ImageDialog, SizeFields, colour_switch, levels_switch
from convlab.window.thumbnails import picture_of, reduced, thumbnail
from convlab.window.widgets import IntField, Segmented, label, push_button

QUICK_SIZES = (10, 16, 28, 32, 64, 128, 224)
_PREVIEW = 112
_REDUCED = 1024  # the longer side of the copy that previews are made from


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
        super().__init__("Open picture", "&Use this image", parent)
        self._picture = picture
        self._height, self._width = int(picture.pixels.shape[0]), int(picture.pixels.shape[1])
        self._follows_part = True
        self._small = _reduced_picture(picture)
        self.crop = CropView()
        self.crop.show_picture(picture_of(self._small.pixels, picture.white), self._height, self._width)
        self.top = IntField("Top row of the part", 0, self._height - 1)
        self.left = IntField("Left column of the part", 0, self._width - 1)
        self.part_size = SizeFields(1, max(self._height, self._width))
        self.size_fields = SizeFields(1, 8192)
        self.shape = Segmented([("Pad", "pad"), ("Fill", "fill"), ("Stretch", "stretch")], "Shape")
        self.colour, self.levels = colour_switch(), levels_switch()
        self.preview, self.facts = QLabel(), label("", "caption", wrap=True)
        self._quick: dict[int, QToolButton] = {}
        self._update = QTimer(self, singleShot=True, interval=30)
        self._update.timeout.connect(self._show_result)
        self._arrange()
        self._start()
        self._connect()
        theme.follow(self, self._scale)
        self._scale()

    def choice(self) -> Choice:
        """What is chosen now."""
        channels, white, shape = self.colour.choice(), self.levels.choice(), self.shape.choice()
        assert isinstance(channels, int) and isinstance(white, float) and isinstance(shape, str)
        return Choice(self.crop.part, self.size_fields.size_wished(), shape, channels, white)

    def image(self) -> Image:
        image = self.choice().apply(self._picture)
        return replace(image, notes=(*self._picture.notes, *self._own_notes()))

"""Picture files become planes of grey or RGB. Imported only by the reader process: Pillow never runs in the window's.

What a file is decides its content, not its name; its header is looked at before anything is allocated; whatever is
done to the picture besides decoding is said in a note.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from convlab.experiment.image import MAX_PIXELS as MAX_SHOWN_PIXELS
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes import file_kinds, number_files
from convlab.processes.local_files import Source, cannot_open
from convlab.processes.number_files import Decoded

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
MAX_PIXELS = 100_000_000
"""Height times width of what is decoded at all; above MAX_SHOWN_PIXELS it is made smaller."""
MAX_SIDE = 1_000_000

_DEFLATE_RATIO = 1032
"""No zlib stream grows more; Pillow would fill up what is missing with black."""
_STRIP_PIXELS = 128 * 1024
_WIDE_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
_ORIENTATION = 0x0112  # the tag in EXIF
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SMALLER = "Make it smaller in a picture program first."
_AGAIN = "Download or copy it again."
_SAVE_AS = "Save it as a plain RGB picture and open that."


def warm_up() -> None:
    """Loads what decoding needs, and switches Pillow's own checks of size off: ours says how large a picture is."""
    from PIL import (  # noqa: F401
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        MpoImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    Image.new("RGB", (8, 8)).resize((4, 4), Image.Resampling.BOX)


def decode(source: Source, longest: int | None = None) -> Decoded:
    """What a file of pixels or numbers holds. longest: a picture is made smaller until no side is longer.

    Raises Problem for a file that cannot be read, and MemoryError.
    """
    head = source.head(file_kinds.HEAD_BYTES)
    if kind := file_kinds.picture_format(head):
        try:
            return _decoded(source, longest)
        except (Problem, MemoryError):
            raise
        except Exception as error:  # Pillow raises whatever its many parsers stumble over
            raise _damaged(source.name, kind, error) from error
    if file_kinds.is_numpy_array(head):
        return number_files.read_npy(source)
    if accident := file_kinds.accident(source):
        raise cannot_open(source.name, *accident)
    if file_kinds.is_text(head):
        return number_files.read_text(source)
    raise cannot_open(
        source.name,
        "It is none of the kinds that ConvLab reads.",
        "Open a PNG, JPEG, BMP, GIF, TIFF or WebP picture, an .npy array or a CSV table.",
    )


def size_of(source: Source) -> tuple[int, int]:
    """(height, width) of what `decode` gives without `longest`, for a picture from its header. Raises Problem."""
    kind = file_kinds.picture_format(source.head(file_kinds.HEAD_BYTES))
    if kind is None:
        return decode(source).size
    try:
        with _opened(source) as picture:
            return _upright(picture.size, _orientation(picture), picture.format)[::-1]
    except (Problem, MemoryError):
        raise
    except Exception as error:
        raise _damaged(source.name, kind, error) from error


def _damaged(name: str, kind: str, error: Exception) -> Problem:
    if isinstance(error, Image.UnidentifiedImageError):
        why = f"It begins like a {kind} picture, but goes on in a way that ConvLab cannot read."
        return cannot_open(name, why, "Open it in a picture program and save it as PNG.")
    if isinstance(error, EOFError) or "truncated" in str(error):
        return cannot_open(name, f"The {kind} picture breaks off before its end.", _AGAIN)
    return cannot_open(name, f"The {kind} picture is damaged.", _AGAIN)


def _opened(source: Source) -> Image.Image:
    """The picture, its header read and its size found possible, nothing decoded yet."""
    picture = Image.open(source.file, formats=FORMATS)
    width, height = picture.size
    if width < 1 or height < 1:
        raise cannot_open(source.name, "It has no pixels.", _AGAIN)
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        why = f"It has {height:,} × {width:,} pixels; at most {MAX_PIXELS // 10**6} million can be read."
        raise cannot_open(source.name, why, _SMALLER)
    if picture.format == "PNG" and source.size * _DEFLATE_RATIO < _least_bytes(picture):
        raise cannot_open(source.name, "It has far fewer pixels than its header says.", _AGAIN)
    return picture


def _least_bytes(picture: Image.Image) -> int:
    """How many bytes the pixels have at least before they are packed."""
    bits = 8 * len(picture.getbands()) if picture.mode in ("RGB", "RGBA") else 1
    return picture.width * picture.height * bits // 8


def _decoded(source: Source, longest: int | None) -> Decoded:
    notes = _frame_notes(source)
    with _opened(source) as picture:
        orientation = _orientation(picture)
        size = _upright(picture.size, orientation, picture.format)
        wanted = _wanted(size, longest)
        if orientation != 1:
            notes.append("It was turned as the camera says.")
        notes += _depth_notes(picture)
        if wanted != size:
            # Only JPEG can be decoded at a half, a quarter or an eighth; the others do nothing here.
            picture.draft(None, _upright(wanted, orientation, picture.format))
        picture.load()
        shown = _turned(picture)
        convert = _scaled if shown.mode in _WIDE_MODES else _plain
        shown = convert(shown, notes, source.name)
    if shown.size != wanted:
        shown = shown.resize(wanted, Image.Resampling.BOX, reducing_gap=2.0)
    if wanted != size:
        notes.append(f"It was made smaller; the file has {size[1]:,} × {size[0]:,} pixels.")
    planes = _planes(shown)
    return Decoded(planes, tuple(notes), (size[1], size[0]), 255.0 if planes.dtype == np.uint8 else 1.0)


def _wanted(size: tuple[int, int], longest: int | None) -> tuple[int, int]:
    """The size (width, height) to be delivered, never larger than the file's."""
    width, height = size
    factor = min(1.0, math.sqrt(MAX_SHOWN_PIXELS / (width * height)))
    if longest:
        factor = min(factor, longest / max(size))
    return (max(1, int(width * factor)), max(1, int(height * factor))) if factor < 1 else size


# --- turning ---


def _orientation(picture: Image.Image) -> int:
    """The number in EXIF, 1 to 8; 1 if there is none or it is garbage."""
    try:
        # Not the method that PNG has of its own: it decodes the whole picture, and what fails there fails only once.
        found = Image.Image.getexif(picture).get(_ORIENTATION, 1)
    except Exception:  # whatever EXIF may hold, the picture is worth more
        return 1
    return found if found in _TURNS else 1


def _upright(size: tuple[int, int], orientation: int, kind: str | None) -> tuple[int, int]:
    """The size after (or before) turning. Pillow turns TIFF itself and gives its size as turned."""
    return size[::-1] if orientation >= 5 and kind != "TIFF" else size


def _turned(picture: Image.Image) -> Image.Image:
    orientation = _orientation(picture)  # again: a TIFF is turned by now, and says so
    return picture if orientation == 1 else picture.transpose(_TURNS[orientation])


# --- what is said ---


def _frame_notes(source: Source) -> list[str]:
    """Counted on a second look at the file, since a garbled second frame must not spoil the first."""
    try:
        with Image.open(source.file, formats=FORMATS) as picture:
            # Cameras add previews to a JPEG (MPO): those are no animation.
            if picture.format not in ("JPEG", "MPO") and getattr(picture, "is_animated", False):
                kind = "page" if picture.format == "TIFF" else "frame of the animation"
                return [f"Only the first {kind} is shown."]
    except MemoryError:
        raise
    except Exception:  # if it concerns the first frame too, decoding will find and say it
        return []
    finally:
        source.file.seek(0)
    return []


def _depth_notes(picture: Image.Image) -> list[str]:
    """Pillow reads colours of 16 bits as 8 by itself."""
    tiles = getattr(picture, "tile", None)
    how = str(tiles[0].args) if tiles and picture.mode not in _WIDE_MODES else ""
    return ["Its 16 bits per channel became 8."] if ";16" in how else []


# --- colours ---


def _plain(picture: Image.Image, notes: list[str], name: str) -> Image.Image:
    """As "L" or "RGB", transparent parts over white."""
    if picture.has_transparency_data:
        if picture.mode == "P":
            notes.append("Its palette became colours.")
        return _over_white(picture, notes)
    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode == "1":
        notes.append("It has only black and white, 0 and 255.")
        return picture.convert("L")
    if picture.mode == "P":
        return _without_palette(picture, notes)
    if picture.mode == "CMYK":
        notes.append("Its print colours (CMYK) became RGB.")
    elif picture.mode not in ("YCbCr", "RGBX", "HSV"):
        why = f"Its colours are of a kind ({safe_text(picture.mode, 10)}) that ConvLab does not read."
        raise cannot_open(name, why, _SAVE_AS)
    return picture.convert("RGB")


def _without_palette(picture: Image.Image, notes: list[str]) -> Image.Image:
    colours = np.array(picture.getpalette("RGB") or [0, 0, 0]).reshape(-1, 3)
    grey = bool((colours == colours[:, :1]).all())
    notes.append(f"Its palette became {'greys' if grey else 'colours'}.")
    return picture.convert("L" if grey else "RGB")


def _over_white(picture: Image.Image, notes: list[str]) -> Image.Image:
    """Without its alpha. A grey picture stays grey."""
    grey = picture.mode in ("L", "LA", "La", "1")
    full = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    alpha = full.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return full.getchannel("R") if grey else full.convert("RGB")
    notes.append("Its transparent parts are shown on white.")
    if grey:
        white = Image.new("L", full.size, 255)
        white.paste(full.getchannel("R"), mask=alpha)
        return white
    white = Image.new("RGB", full.size, (255, 255, 255))
    white.paste(full.convert("RGB"), mask=alpha)
    return white


def _scaled(picture: Image.Image, notes: list[str], name: str) -> Image.Image:
    """Integers of 16 or 32 bits, or floats, as floats from 0 to 1; what is not finite becomes 0."""
    values = np.asarray(picture)
    finite = np.isfinite(values)
    missing = finite.size - int(np.count_nonzero(finite))
    if missing == finite.size:
        raise cannot_open(name, "None of its values is a finite number.", "Open another copy of it.")
    low, high = _range(values, finite if missing else None)
    scaled = np.empty(values.shape, np.float32)
    for rows in _strips(values.shape[0], values.shape[1]):
        part = (values[rows].astype(np.float64) - low) / ((high - low) or 1.0)
        scaled[rows] = np.where(finite[rows], part, 0.0)
    notes.append(f"Its values, {_number(low)} to {_number(high)}, became 0 to 1.")
    if missing:
        notes.append(f"{missing:,} of its values are not finite and became 0.")
    return Image.fromarray(scaled)


def _range(values: NDArray[Any], finite: NDArray[np.bool_] | None) -> tuple[float, float]:
    known = values if finite is None else values[finite]
    return float(known.min()), float(known.max())


def _number(value: float) -> str:
    text = f"{value:,.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.4g}"
    return text.replace("-", "−")


def _planes(picture: Image.Image) -> NDArray[Any]:
    """The picture as (channels, h, w): strip by strip, since a whole copy with the channels last would cost more time
    than the decoding."""
    if picture.mode == "F":
        return np.asarray(picture)[np.newaxis]
    planes = np.empty((len(picture.getbands()), picture.height, picture.width), np.uint8)
    for rows in _strips(picture.height, picture.width):
        strip = np.asarray(picture.crop((0, rows.start, picture.width, rows.stop)))
        planes[:, rows] = strip if strip.ndim == 2 else np.moveaxis(strip, -1, 0)
    return planes


def _strips(height: int, width: int) -> list[slice]:
    step = max(1, _STRIP_PIXELS // width)
    return [slice(top, min(top + step, height)) for top in range(0, height, step)]

"""What a file is, by its first bytes; its name may say anything."""

from __future__ import annotations

from convlab.processes.local_files import Source

HEAD_BYTES = 4096
_TAIL_BYTES = 65536

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)

Accident = tuple[str, str]
"""Why a file is not opened, and what to do."""

_SAVE_AS = "Save it as PNG or JPEG and open that."
_UNPACK = "Unpack it and open a picture from it."
_NETWORK = "A network is not a picture."

_ACCIDENTS: tuple[tuple[bytes, Accident], ...] = (
    (
        b"version https://git-lfs",
        ("It is only a pointer to a file in Git LFS.", "Fetch the file with “git lfs pull”."),
    ),
    (b"%PDF", ("It is a PDF document, not a picture.", _SAVE_AS)),
    (b"%!PS", ("It is a PostScript drawing, not a picture of pixels.", _SAVE_AS)),
    (b"8BPS", ("It is a Photoshop document.", _SAVE_AS)),
    (b"gimp xcf", ("It is a GIMP document.", _SAVE_AS)),
    (b"\0\0\x01\0", ("It is an icon.", _SAVE_AS)),
    (b"\0\0\0\x0cjP  ", ("It is a JPEG 2000 picture, which ConvLab does not read.", _SAVE_AS)),
    (b"\0\0\0\x0cJXL ", ("It is a JPEG XL picture, which ConvLab does not read.", _SAVE_AS)),
    (b"\xff\x0a", ("It is a JPEG XL picture, which ConvLab does not read.", _SAVE_AS)),
    (b"v/1\x01", ("It is an OpenEXR picture, which ConvLab does not read.", _SAVE_AS)),
    (b"\x89HDF\r\n\x1a\n", ("It is an HDF5 file, perhaps a Keras network.", _NETWORK)),
    (b"MATLAB 5.0", ("It is a MATLAB file.", "Save the numbers as CSV and open that.")),
    (b"\x1f\x8b", ("It is a compressed archive.", _UNPACK)),
    (b"7z\xbc\xaf", ("It is a compressed archive.", _UNPACK)),
    (b"Rar!", ("It is a compressed archive.", _UNPACK)),
    (b"\xfd7zXZ", ("It is a compressed archive.", _UNPACK)),
    (b"BZh", ("It is a compressed archive.", _UNPACK)),
    (b"MZ", ("It is a program, not a picture.", "")),
    (b"\x7fELF", ("It is a program, not a picture.", "")),
)
_PICKLE = (
    "It is a Python pickle, which can run a program when it is opened.",
    "Save the numbers with numpy.save and allow_pickle=False.",
)
_BOXES: dict[bytes, Accident] = {
    b"avif": ("It is an AVIF picture, which ConvLab does not read.", _SAVE_AS),
    b"avis": ("It is an AVIF picture, which ConvLab does not read.", _SAVE_AS),
    **dict.fromkeys(
        (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"),
        ("It is a HEIC picture, which ConvLab does not read.", _SAVE_AS),
    ),
}
_ZIPS: tuple[tuple[bytes, Accident], ...] = (
    (b"model.weights.h5", ("It is a Keras network.", _NETWORK)),
    (b"experiment.json", ("It is a ConvLab experiment, not a picture.", "Open it with the ending .convlab.")),
    (b"xl/workbook", ("It is a spreadsheet.", "Copy its cells and paste them, or save it as CSV.")),
    (b".npy", ("It is an archive of several arrays.", "Save one array with numpy.save and open that.")),
)
_ZIP = ("It is a zip archive.", _UNPACK)


def picture_format(head: bytes) -> str | None:
    """ "PNG", "JPEG", "GIF", "BMP", "TIFF" or "WEBP" if a file that starts so should be one."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in _PICTURES if head.startswith(magic)), None)


def is_numpy_array(head: bytes) -> bool:
    """Whether the file is a .npy."""
    return head.startswith(b"\x93NUMPY")


def is_text(head: bytes) -> bool:
    """Whether it may be text, in UTF-8, UTF-16 with a mark, or an older 8-bit encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = sum((byte < 32 and byte not in b"\t\n\r\f") or byte == 127 for byte in head)
    return not controls


def accident(source: Source) -> Accident | None:
    """What the file is instead of a picture, if it is something that people open by mistake."""
    head = source.head(HEAD_BYTES)
    if head[4:8] == b"ftyp":
        return _BOXES.get(head[8:12], ("It is a film, not a picture.", "Save one frame of it as PNG."))
    if head.startswith(b"PK\x03\x04"):
        names = head + source.tail(_TAIL_BYTES)
        return next((found for mark, found in _ZIPS if mark in names), _ZIP)
    if not head.strip(b"\0"):
        return ("It begins with nothing but zeros: it did not arrive whole.", "Download or copy it again.")
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return _PICKLE
    known = next((found for magic, found in _ACCIDENTS if head.startswith(magic)), None)
    return known or _markup(head)


def _markup(head: bytes) -> Accident | None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not text.startswith(b"<"):
        return None
    if b"<svg" in text:
        return ("It is an SVG drawing, made of lines and not of pixels.", _SAVE_AS)
    if b"<html" in text or b"<!doctype html" in text or b"<head" in text or b"<body" in text:
        return ("It is a web page, not a picture.", "Download the picture itself.")
    return ("It is an XML document, not a picture.", "")

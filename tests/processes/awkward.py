"""Awkward files, and what must come of each: a Picture with known pixels, or one sentence that names the matter."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

RGB = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[10, 20, 30], [128, 128, 128], [255, 255, 255]]],
    dtype=np.uint8,
)
GREY = np.array([[0, 60, 120], [180, 240, 255]], dtype=np.uint8)


@dataclass(frozen=True, eq=False)
class Opens:
    """pixels (h, w) or (h, w, c) as expected; near: the difference allowed; note: a word of the only note."""

    pixels: NDArray[Any]
    note: str = ""
    near: float = 0.0
    white: float = 255.0


@dataclass(frozen=True)
class Refused:
    """A word that the sentence must have."""

    word: str


@dataclass(frozen=True, eq=False)
class Case:
    file: str
    data: bytes
    outcome: Opens | Refused


def saved(picture: Image.Image | NDArray[Any], kind: str, **how: Any) -> bytes:
    file = io.BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(file, kind, **how)
    return file.getvalue()


def npy(array: NDArray[Any], **how: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **how)
    return file.getvalue()


def npy_header(shape: str, descr: str = "'|u1'", data: bytes = b"abcd") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def png(
    width: int, height: int, data: bytes, bits: int = 8, colour: int = 0, *more: tuple[bytes, bytes]
) -> bytes:
    """A PNG as it is on disk; colour 0 grey, 2 RGB, 4 grey and alpha. data: rows, each after its filter byte."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)), *more]
    chunks += [(b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return file.getvalue()


def scaled(values: NDArray[Any]) -> NDArray[np.float32]:
    finite = np.isfinite(values)
    low, high = values[finite].min(), values[finite].max()
    return np.where(finite, (values.astype(float) - low) / ((high - low) or 1), 0).astype(np.float32)


def orientations() -> list[Case]:
    """All eight ways to hold a camera, in each format that can say it."""
    turns: list[Callable[[NDArray[Any]], NDArray[Any]]] = [
        lambda a: a,
        lambda a: a[:, ::-1],
        lambda a: a[::-1, ::-1],
        lambda a: a[::-1],
        lambda a: np.swapaxes(a, 0, 1),
        lambda a: np.rot90(a, -1),
        lambda a: np.swapaxes(a[::-1, ::-1], 0, 1),
        lambda a: np.rot90(a, 1),
    ]
    cases = []
    for number, turn in enumerate(turns, 1):
        exif = Image.Exif()
        exif[0x0112] = number
        note = "" if number == 1 else "turned"
        for kind, how in (
            ("PNG", {}),
            ("TIFF", {}),
            ("WEBP", {"lossless": True}),
            ("JPEG", {"quality": 100, "subsampling": 0}),
        ):
            pixels = np.kron(RGB, np.ones((16, 16, 1), np.uint8)) if kind == "JPEG" else RGB
            data = saved(pixels, kind, exif=exif, **how)
            near = 3.0 if kind == "JPEG" else 0.0
            cases.append(Case(f"orientation {number}.{kind.lower()}", data, Opens(turn(pixels), note, near)))
    return cases


def plain_pictures() -> list[Case]:
    big = np.kron(RGB, np.ones((16, 16, 1), np.uint8))
    ramp = np.arange(5000, dtype=np.uint32).astype(np.uint8)
    lossless = [Case(f"rgb.{kind.lower()}", saved(RGB, kind), Opens(RGB)) for kind in ("PNG", "BMP", "TIFF")]
    return [
        *lossless,
        Case("rgb.webp", saved(RGB, "WEBP", lossless=True), Opens(RGB)),
        Case("rgb.jpg", saved(big, "JPEG", quality=100, subsampling=0), Opens(big, near=3)),
        Case(
            "progressive.jpg",
            saved(big, "JPEG", quality=100, subsampling=0, progressive=True),
            Opens(big, near=3),
        ),
        Case(
            "grey.jpg",
            saved(GREY.repeat(16, 0).repeat(16, 1), "JPEG", quality=100),
            Opens(GREY.repeat(16, 0).repeat(16, 1), near=2),
        ),
        Case("grey.gif", saved(GREY, "GIF"), Opens(GREY, "greys")),
        Case("grey.tif", saved(GREY, "TIFF", compression="tiff_lzw"), Opens(GREY)),
        Case("wrong ending.bmp", saved(RGB, "PNG"), Opens(RGB)),
        Case("no ending", saved(RGB, "PNG"), Opens(RGB)),
        Case("one pixel.png", saved(RGB[:1, :1], "PNG"), Opens(RGB[:1, :1])),
        Case("a line.png", saved(ramp[np.newaxis], "PNG"), Opens(ramp[np.newaxis])),
        Case("a column.png", saved(ramp[:, np.newaxis], "PNG"), Opens(ramp[:, np.newaxis])),
        Case("interlaced icc garbage.png", saved(RGB, "PNG", icc_profile=b"garbage" * 9), Opens(RGB)),
        Case(
            "icc garbage.jpg",
            saved(big, "JPEG", quality=100, subsampling=0, icc_profile=b"\0\xff" * 99),
            Opens(big, near=3),
        ),
        Case(
            "exif garbage.jpg",
            saved(big, "JPEG", quality=100, subsampling=0, exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"),
            Opens(big, near=3),
        ),
    ]


def colours() -> list[Case]:
    clear = np.dstack((RGB, np.array([[255, 0, 255], [255, 128, 255]], np.uint8)))
    over = RGB.copy()
    over[0, 1], over[1, 1] = 255, 191
    grey_alpha = np.dstack((GREY, np.array([[255, 255, 0], [255, 255, 255]], np.uint8)))
    grey_over = GREY.copy()
    grey_over[0, 2] = 255
    palette = Image.fromarray(np.array([[0, 1, 2], [2, 1, 0]], np.uint8), "P")
    palette.putpalette([255, 0, 0, 0, 255, 0, 9, 9, 9])
    colours_of = np.array([[255, 0, 0], [0, 255, 0], [9, 9, 9]], np.uint8)
    indexed = colours_of[np.array([[0, 1, 2], [2, 1, 0]])]
    indexed_over = indexed.copy()
    indexed_over[0, 1] = indexed_over[1, 1] = 255
    cmyk = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    bits = np.array([[0, 255, 0], [255, 255, 0]], np.uint8)
    tag = (b"tRNS", struct.pack(">H", 60))
    return [
        Case("alpha.png", saved(clear, "PNG"), Opens(over, "transparent", near=1)),
        Case(
            "alpha.webp", saved(clear, "WEBP", lossless=True, exact=True), Opens(over, "transparent", near=1)
        ),
        Case("alpha.tif", saved(clear, "TIFF"), Opens(over, "transparent", near=1)),
        Case("opaque alpha.png", saved(np.dstack((RGB, np.full((2, 3), 255, np.uint8))), "PNG"), Opens(RGB)),
        Case("grey alpha.png", saved(grey_alpha, "PNG"), Opens(grey_over, "transparent")),
        Case(
            "one grey is clear.png",
            png(3, 1, b"\0\x00\x3c\x78", 8, 0, tag),
            Opens(np.array([[0, 255, 120]]), "transparent"),
        ),
        Case("palette.png", saved(palette, "PNG"), Opens(indexed, "palette")),
        Case("palette.bmp", saved(palette, "BMP"), Opens(indexed, "palette")),
        Case(
            "palette, one clear.png",
            saved(palette, "PNG", transparency=1),
            Opens(indexed_over, "transparent"),
        ),
        Case(
            "palette, one clear.gif",
            saved(palette, "GIF", transparency=1),
            Opens(indexed_over, "transparent"),
        ),
        Case(
            "cmyk.jpg",
            saved(cmyk, "JPEG", quality=100),
            Opens(np.full((16, 16, 3), [255, 0, 0]), "CMYK", near=3),
        ),
        Case("cmyk.tif", saved(cmyk, "TIFF"), Opens(np.full((16, 16, 3), [255, 0, 0]), "CMYK", near=3)),
        Case("bits.png", saved(Image.fromarray(bits).convert("1"), "PNG"), Opens(bits, "black and white")),
        Case(
            "bits.tif",
            saved(Image.fromarray(bits).convert("1"), "TIFF", compression="group4"),
            Opens(bits, "black and white"),
        ),
        Case("lab.tif", saved(Image.new("LAB", (4, 4)), "TIFF"), Refused("LAB")),
    ]


def deep_pictures() -> list[Case]:
    deep = np.array([[0, 1000, 65535], [300, 40000, 20000]], np.uint16)
    floats = np.array([[-1.5, 0.5, 2.5], [0.0, 1.0, -0.5]], np.float32)
    odd = np.array([[np.nan, 1.0, 3.0], [np.inf, 2.0, -np.inf]], np.float32)
    whole = np.array([[-70000, 0, 70000]], np.int32)
    rows = b"".join(b"\0" + (row.astype(">u2") * 257).tobytes() for row in RGB.reshape(2, -1))
    return [
        Case("deep grey.png", saved(deep, "PNG"), Opens(scaled(deep), "0 to 65,535", 1e-6, 1)),
        Case("deep grey.tif", saved(deep, "TIFF"), Opens(scaled(deep), "0 to 65,535", 1e-6, 1)),
        Case(
            "deep flat.png",
            saved(np.full((2, 2), 7, np.uint16), "PNG"),
            Opens(np.zeros((2, 2)), "7 to 7", 0, 1),
        ),
        Case("deep rgb.png", png(3, 2, rows, 16, 2), Opens(RGB, "16 bits")),
        Case("float.tif", saved(floats, "TIFF"), Opens(scaled(floats), "−1.5 to 2.5", 1e-6, 1)),
        Case("nan and inf.tif", saved(odd, "TIFF"), Opens(scaled(odd), "finite", 1e-6, 1)),
        Case("only nan.tif", saved(np.full((2, 2), np.nan, np.float32), "TIFF"), Refused("finite")),
        Case("whole.tif", saved(whole, "TIFF"), Opens(scaled(whole), "−70,000 to 70,000", 1e-6, 1)),
    ]


def several() -> list[Case]:
    pages = [Image.fromarray(GREY), Image.fromarray(255 - GREY), Image.fromarray(GREY // 2)]
    colour = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    phone = [Image.fromarray(np.kron(RGB, np.ones((16, 16, 1), np.uint8))), Image.new("RGB", (8, 8))]
    more = {"save_all": True, "append_images": pages[1:]}
    moving = saved(pages[0], "GIF", **more)
    return [
        Case("moving.gif", moving, Opens(GREY, "first frame")),
        Case("moving, the second frame cut.gif", moving[:-20], Opens(GREY, "first frame")),
        Case(
            "moving.webp",
            saved(colour[0], "WEBP", save_all=True, append_images=colour[1:], lossless=True),
            Opens(RGB, "first frame"),
        ),
        Case(
            "moving.png",
            saved(colour[0], "PNG", save_all=True, append_images=colour[1:]),
            Opens(RGB, "first frame"),
        ),
        Case(
            "a phone's preview.jpg",
            saved(phone[0], "MPO", save_all=True, append_images=phone[1:], quality=100, subsampling=0),
            Opens(np.asarray(phone[0]), near=3),
        ),
        Case("pages.tif", saved(pages[0], "TIFF", **more), Opens(GREY, "first page")),
    ]


def damaged() -> list[Case]:
    noise = np.random.default_rng(1).integers(0, 256, (90, 80, 3), dtype=np.uint8)
    cases = [Case("nothing.png", b"", Refused("empty"))]
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"):
        whole = saved(noise, kind, **({"lossless": True} if kind == "WEBP" else {}))
        cuts = (12, 30, len(whole) // 3, len(whole) * 9 // 10)
        cases += [Case(f"cut at {cut}.{kind.lower()}", whole[:cut], Refused("")) for cut in cuts]
    flipped = bytearray(saved(noise, "PNG"))
    flipped[2000] ^= 0xFF
    inverted_size = bytearray(saved(RGB, "BMP"))
    inverted_size[18:26] = struct.pack("<ii", -3, -2)
    loop = bytearray(saved(GREY, "TIFF"))
    start = struct.unpack("<I", loop[4:8])[0]
    entries = struct.unpack("<H", loop[start : start + 2])[0]
    loop[start + 2 + 12 * entries : start + 6 + 12 * entries] = struct.pack("<I", start)
    bomb_text = (b"zTXt", b"x\0\0" + zlib.compress(b"a" * 80_000_000, 9))
    return [
        *cases,
        Case("a byte flipped.png", bytes(flipped), Refused("damaged")),
        Case("negative size.bmp", bytes(inverted_size), Refused("pixels")),
        Case("pages in a circle.tif", bytes(loop), Opens(GREY)),
        Case("huge.png", png(60_000, 60_000, b"\0" * 60_001), Refused("60,000 × 60,000")),
        Case("wide.png", png(2_000_000, 2, b"\0" * 99), Refused("2 × 2,000,000")),
        Case("no pixels.png", png(0, 5, b""), Refused("")),
        Case("wrong depth.png", png(3, 1, b"\0abc", 5, 0), Refused("PNG")),
        Case("less than it says.png", png(9000, 9000, b"\0" * 9001), Refused("")),
        Case(
            "huge.gif",
            b"GIF89a"
            + struct.pack("<HH", 65535, 65535)
            + b"\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0;",
            Refused("65,535 × 65,535"),
        ),
        Case(
            "huge.bmp",
            b"BM" + struct.pack("<IHHIIiiHHIIiiII", 99, 0, 0, 54, 40, 40000, 40000, 1, 24, 0, 0, 0, 0, 0, 0),
            Refused("40,000 × 40,000"),
        ),
        Case(
            "text bomb.png",
            png(3, 1, b"\0abc", 8, 0, bomb_text),
            Refused("damaged"),
        ),
    ]


def accidents() -> list[Case]:
    svg = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    pickle = b"\x80\x04\x95\x14\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93."
    return [
        Case("drawing.png", svg, Refused("SVG")),
        Case("download.jpg", b"<!DOCTYPE html>\n<html><body>404</body></html>", Refused("web page")),
        Case("letter.png", b"Dear class,\nsee the attachment.\n", Refused("text")),
        Case(
            "pointer.png",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
            Refused("Git LFS"),
        ),
        Case("paper.png", b"%PDF-1.7\n%\xe2\xe3\n", Refused("PDF")),
        Case("phone.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Refused("HEIC")),
        Case("new.png", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", Refused("AVIF")),
        Case("weights.npy", pickle, Refused("pickle")),
        Case("network.h5", b"\x89HDF\r\n\x1a\n" + b"\0" * 99, Refused("network")),
        Case(
            "network.keras",
            zipped(metadata__json=b"{}", config__json=b"{}", model__weights__h5=b"x"),
            Refused("network"),
        ),
        Case("experiment.png", zipped(experiment__json=b"{}"), Refused("ConvLab experiment")),
        Case("many.npz", zipped(a__npy=npy(GREY)), Refused("several arrays")),
        Case("bomb.png", zipped(a__png=b"\0" * 30_000_000), Refused("zip")),
        Case("zeros.png", b"\0" * 5000, Refused("zeros")),
        Case(
            "noise.png",
            bytes(np.random.default_rng(3).integers(0, 256, 3000, dtype=np.uint8)),
            Refused("none of the kinds"),
        ),
        Case("program.png", b"\x7fELF\x02\x01\x01" + b"\0" * 60, Refused("program")),
        Case("drawing.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Refused("PostScript")),
    ]


def number_files() -> list[Case]:
    whole = np.array([[0, 5, 9], [1, 2, 3]])
    odd = np.array([[np.nan, 1.5], [np.inf, -2.0]])
    return [
        Case("bytes.npy", npy(GREY), Opens(GREY)),
        Case("colour.npy", npy(RGB), Opens(RGB)),
        Case("fortran.npy", npy(np.asfortranarray(RGB)), Opens(RGB)),
        Case("int64.npy", npy(whole.astype(np.int64)), Opens(whole, white=9)),
        Case("big endian.npy", npy(whole.astype(">f8")), Opens(whole, white=9)),
        Case(
            "halves.npy", npy((whole / 9).astype(np.float16)), Opens((whole / 9).astype(np.float16), white=1)
        ),
        Case("truth.npy", npy(whole > 2), Opens(whole > 2, white=1)),
        Case("to 200.npy", npy(whole * 20), Opens(whole * 20, white=255)),
        Case("nan and inf.npy", npy(odd), Opens(np.array([[0, 1.5], [0, -2]]), "finite", white=1)),
        Case("too large.npy", npy(np.array([[1e300, 0.5]])), Opens(np.array([[0, 0.5]]), "finite", white=1)),
        Case("a row.npy", npy(np.arange(5.0)), Opens(np.arange(5.0)[np.newaxis], white=9)),
        Case("a number.npy", npy(np.array(0.5)), Opens(np.array([[0.5]]), white=1)),
        Case(
            "channels first.npy",
            npy(np.moveaxis(np.kron(RGB, np.ones((2, 2, 1), np.uint8)), 2, 0)),
            Opens(np.kron(RGB, np.ones((2, 2, 1), np.uint8)), "first axis"),
        ),
        Case("rgba.npy", npy(np.dstack((RGB, GREY))), Opens(RGB, "fourth")),
        Case("a batch.npy", npy(np.stack([RGB, RGB // 2])), Opens(RGB, "first of 2")),
        Case("a set.npy", npy(np.zeros((50, 28, 28), np.uint8)), Opens(np.zeros((28, 28)), "first of 50")),
        Case(
            "version 2.npy",
            npy(GREY)[:6] + b"\x02\x00" + struct.pack("<I", 118) + npy(GREY)[10:],
            Opens(GREY),
        ),
        Case("complex.npy", npy(np.ones((2, 2), complex)), Refused("complex")),
        Case("objects.npy", npy(np.array([{}, print], object), allow_pickle=True), Refused("objects")),
        Case("records.npy", npy(np.zeros(3, [("a", "f4")])), Refused("not plain numbers")),
        Case("words.npy", npy(np.array([["a", "b"]])), Refused("not plain numbers")),
        Case("nothing in it.npy", npy(np.zeros((0, 5))), Refused("empty")),
        Case("claims.npy", npy_header("(60000, 60000)"), Refused("breaks off")),
        Case("overflows.npy", npy_header("(4294967296, 4294967296, 4)"), Refused("breaks off")),
        Case("negative.npy", npy_header("(-2, -2)"), Refused("header")),
        Case("no tuple.npy", npy_header("__import__('os')"), Refused("header")),
        Case("deep.npy", npy_header("(" * 3000 + ")" * 3000), Refused("header")),
        Case("void.npy", npy_header("(4,)", "'|V0'"), Refused("not plain numbers")),
        Case("no header.npy", b"\x93NUMPY", Refused("header")),
        Case("long header.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", Refused("header")),
    ]


def tables() -> list[Case]:
    numbers = np.array([[1.5, -2], [0, 1]])
    return [
        Case("table.csv", b"1.5,-2\n0,1\n", Opens(numbers, white=1)),
        Case("German.csv", b"1,5;-2\r\n0;1\r\n", Opens(numbers, white=1)),
        Case("tabs.txt", "1.5\t−2\n0\t1".encode(), Opens(numbers, white=1)),
        Case("spreadsheet.csv", "1.5;-2\n0;1".encode("utf-16"), Opens(numbers, white=1)),
        Case("marked.csv", b"\xef\xbb\xbf1.5 -2\n0 1", Opens(numbers, white=1)),
        Case("fractions.csv", b"1/4;3/4", Opens(np.array([[0.25, 0.75]]), white=1)),
        Case("ragged.csv", b"1,2,3\n4,5\n", Refused("Row 2")),
        Case("nan.csv", b"1,nan\n2,3\n", Refused("nan")),
        Case("huge.csv", b"1,1e999\n2,3\n", Refused("1e999")),
        Case("titles.csv", b"width,height\n2,3\n", Refused("width")),
        Case("latin.csv", "Größe;2\n".encode("cp1252"), Refused("Größe")),
        Case("blank.csv", b"\n \n\n", Refused("no numbers")),
        Case("formula.csv", b"=SUM(A1:A9),2\n", Refused("=SUM")),
    ]


def corpus() -> list[Case]:
    makers = (
        plain_pictures,
        orientations,
        colours,
        deep_pictures,
        several,
        damaged,
        accidents,
        number_files,
        tables,
    )
    return [case for make in makers for case in make()]

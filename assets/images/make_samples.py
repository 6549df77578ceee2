"""Makes the sample images beside this file. For developers: needs Pillow and matplotlib (fonts, the portrait).

    python assets/images/make_samples.py [contact-sheet.png]

Each sample is a .npy of uint8, (height, width) or (height, width, 3). The small ones hold 0…9, the others 0…255.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import cbook
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Point = tuple[float, float]

LETTER_A = """
0000000000
0000990000
0004994000
0008558000
0039009300
0079999700
0293003920
0690000960
0960000690
0000000000
"""
LETTER_E = """
0000000000
0099999900
0099222200
0099000000
0099999000
0099444000
0099000000
0099222200
0099999900
0000000000
"""

# Pen strokes as points (x, y) on 28×28; "~" strokes are smooth through their points, "-" strokes are straight.
DIGITS: dict[int, list[tuple[str, list[Point]]]] = {
    0: [("o", [(14.6, 4.8), (18.6, 8), (19, 14), (17.6, 20), (13.4, 23.2), (9.4, 20), (9, 14), (10.4, 8)])],
    1: [("-", [(10.2, 9), (14.8, 4.8), (14.2, 23.2)])],
    2: [("~", [(8.6, 9), (10.4, 5.8), (14.2, 4.6), (18, 6.4), (18.4, 10.4), (15, 15.4), (8.4, 22.6)]),
        ("-", [(8.4, 22.6), (20, 22.2)])],
    3: [("~", [(8.8, 6.8), (12.8, 4.6), (17.2, 5.8), (17.8, 9.6), (12.6, 13)]),
        ("~", [(12.6, 13), (17.6, 14.2), (19.2, 18), (16.2, 22), (11.8, 23.2), (8, 20.8)])],
    4: [("-", [(11.4, 4.8), (8, 16.2), (20.6, 15.6)]), ("-", [(16.8, 9.4), (15.8, 23.4)])],
    5: [("-", [(19, 5), (11.2, 5.2), (9.8, 12.8)]),
        ("~", [(9.8, 12.8), (13.6, 11.2), (17.8, 12.6), (19, 17), (16.2, 21.6), (12, 23.2), (8.2, 21.4)])],
    6: [("~", [(17, 4.8), (12.2, 8.6), (9.4, 13.6), (9, 18.4), (11.6, 22.6), (15.8, 22.8), (18.8, 19.4), (17.4, 15.4),
               (13.6, 14.4), (9.4, 18)])],
    7: [("-", [(8, 5.8), (19.8, 5.4), (12.4, 23.4)]), ("-", [(11.4, 14.4), (18, 14)])],
    8: [("~", [(14.2, 13.4), (10, 9.6), (11, 5.8), (14.8, 4.6), (18.2, 6.6), (17.8, 10), (14.2, 13.4), (9.6, 17),
               (9.4, 21), (13.6, 23.4), (18, 21.4), (18.4, 17.2), (14.2, 13.4)])],
    9: [("o", [(18, 8.6), (15.2, 4.9), (11.4, 5.4), (9.2, 9), (11.2, 12.9), (15.2, 12.6)]),
        ("~", [(18.2, 7.6), (18.2, 13), (17.2, 18), (15.4, 23.2)])],
}  # fmt: skip
LARGE_LETTERS: dict[str, list[tuple[str, list[Point]]]] = {
    "a": [("-", [(6.4, 23), (14, 4.8), (21.6, 23)]), ("-", [(9.2, 16.8), (18.8, 16.8)])],
    "e": [("-", [(20, 5), (8.5, 5), (8.5, 23), (20, 23)]), ("-", [(8.5, 14), (18, 14)])],
}

# Clothes as shapes (level 0…255, outline) on 28×28, drawn one over the other, and seams as lines, as a shop shows them.
Shape = tuple[int, list[Point]]
CLOTHES: dict[str, list[Shape]] = {
    "t-shirt": [
        (205, [(11, 1), (6.8, 2.2), (3.2, 8.6), (6.6, 11.8), (8.4, 10), (8.4, 27), (19.6, 27), (19.6, 10), (21.4, 11.8),
               (24.8, 8.6), (21.2, 2.2), (17, 1), (15.6, 2.6), (12.4, 2.6)]),
        (150, [(12.2, 2.4), (15.8, 2.4), (14, 4.6)]),
    ],
    "pullover": [
        (170, [(11, 1), (7.4, 2.4), (5.4, 8), (4, 26), (7.4, 26.6), (8.4, 12), (8.4, 27), (19.6, 27), (19.6, 12), (20.6, 26.6),
               (24, 26), (22.6, 8), (20.6, 2.4), (17, 1), (14, 2)]),
        (130, [(11.6, 1.2), (16.4, 1.2), (15.4, 2.6), (12.6, 2.6)]),
        (140, [(8.4, 25.4), (19.6, 25.4), (19.6, 27), (8.4, 27)]),
    ],
    "trousers": [
        (190, [(9, 2), (19, 2), (20, 26), (15.4, 26), (14, 9), (12.6, 26), (8, 26)]),
        (140, [(9, 2), (19, 2), (19.1, 3.8), (8.9, 3.8)]),
    ],
    "dress": [
        (200, [(10.6, 2), (12, 2), (12.4, 5), (15.6, 5), (16, 2), (17.4, 2), (17.6, 10), (16.8, 12), (20, 26), (8, 26),
               (11.2, 12), (10.4, 10)]),
        (150, [(11, 11.4), (17, 11.4), (16.8, 12.8), (11.2, 12.8)]),
    ],
    "bag": [
        (150, [(8.6, 12), (9, 6.4), (11, 4), (17, 4), (19, 6.4), (19.4, 12), (17.6, 12), (17.2, 7.2), (16, 5.8), (12, 5.8),
               (10.8, 7.2), (10.4, 12)]),
        (205, [(3, 11), (25, 11), (25.6, 24), (2.4, 24)]),
        (165, [(3, 11), (25, 11), (25.2, 14), (2.8, 14)]),
    ],
    "sneaker": [
        (185, [(26.4, 11), (24.6, 10.2), (21.4, 12), (17, 10.4), (12, 13.8), (6, 15.8), (2, 17.4), (1.4, 19.6), (26.4, 19.6)]),
        (240, [(26.6, 19), (1.2, 19), (1.8, 20.8), (26.4, 20.8)]),
    ],
    "ankle-boot": [
        (195, [(24.6, 2.4), (14.6, 2), (13.4, 9.4), (9, 14), (3.4, 17.4), (1.6, 20), (1.6, 23), (25.6, 23)]),
        (150, [(25.6, 22), (1.6, 22), (1.6, 24), (17.6, 24), (17.8, 26), (25.6, 26)]),
        (150, [(24.6, 2.4), (14.6, 2), (14.4, 4), (24.6, 4.4)]),
    ],
}  # fmt: skip


def from_rows(text: str) -> Bytes:
    return np.array([[int(mark) for mark in row] for row in text.split()], dtype=np.uint8)


def smooth(points: Sequence[Point], closed: bool) -> Floats:
    """Many points on the Catmull-Rom curve through `points`."""
    p = np.array(points)
    p = np.vstack([p[-1:], p, p[:2]]) if closed else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, 24, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.vstack([*pieces, p[-2:-1]])


def straight(points: Sequence[Point]) -> Floats:
    p = np.array(points)
    return np.vstack([np.linspace(a, b, 60) for a, b in pairwise(p)])


def stroke(paths: list[tuple[str, list[Point]]], size: int = 28, width: float = 2.7) -> Bytes:
    """Round pen strokes with soft borders: white where the pen was, grey where it covered a part of a pixel."""
    points = np.vstack([straight(p) if kind == "-" else smooth(p, kind == "o") for kind, p in paths])
    centres = np.arange(size) + 0.5
    dx = centres[None, :, None] - points[:, 0]
    dy = centres[:, None, None] - points[:, 1]
    distance = np.sqrt(dx**2 + dy**2).min(axis=2)
    return np.rint(255 * np.clip(width / 2 + 0.5 - distance, 0, 1)).astype(np.uint8)


def clothes(shapes: list[Shape], size: int = 28, finer: int = 8) -> Bytes:
    """White cloth on black, drawn large and averaged down, with a little weave: no cloth is of one grey."""
    canvas = Image.new("L", (size * finer, size * finer), 0)
    draw = ImageDraw.Draw(canvas)
    for level, points in shapes:
        draw.polygon([(x * finer, y * finer) for x, y in points], fill=level)
    pixels = np.asarray(canvas.resize((size, size), Image.Resampling.BOX)).astype(np.float64)
    weave = np.random.default_rng(28).normal(1, 0.04, pixels.shape)
    pixels *= weave
    return np.rint(pixels * (255 / pixels.max())).astype(np.uint8)


def edge(kind: str, size: int = 10) -> Bytes:
    """Black and white halves; the diagonal one has a grey cell where the border cuts a cell in two."""
    rows, columns = np.mgrid[:size, :size]
    if kind == "diagonal":
        return np.where(columns > rows, 9, np.where(columns == rows, 4, 0)).astype(np.uint8)
    return np.where((columns if kind == "vertical" else rows) >= size // 2, 9, 0).astype(np.uint8)


def impulse(size: int = 9) -> Bytes:
    pixels = np.zeros((size, size), np.uint8)
    pixels[size // 2, size // 2] = 9
    return pixels


def checkerboard(size: int = 10) -> Bytes:
    return (np.indices((size, size)).sum(axis=0) % 2 * 9).astype(np.uint8)


def gradient() -> Bytes:
    """Sixteen columns from 0 to 255 in even steps of 17."""
    return np.tile(np.arange(16) * 17, (16, 1)).astype(np.uint8)


def shapes(size: int = 128, finer: int = 8) -> Bytes:
    """Round and straight borders in several greys, drawn large and averaged down."""
    canvas = Image.new("L", (size * finer, size * finer), 24)
    draw = ImageDraw.Draw(canvas)

    def at(*numbers: float) -> list[float]:
        return [number * finer for number in numbers]

    draw.ellipse(at(10, 10, 54, 54), fill=255)
    draw.rectangle(at(72, 12, 114, 54), fill=176)
    draw.polygon(at(32, 68, 56, 112, 8, 112), fill=208)
    draw.ellipse(at(70, 68, 116, 114), outline=255, width=6 * finer)
    draw.ellipse(at(85, 83, 101, 99), fill=112)
    draw.line(at(8, 120, 120, 120), fill=255, width=finer)
    draw.line(at(62, 8, 62, 112), fill=144, width=2 * finer)
    return np.asarray(canvas.resize((size, size), Image.Resampling.BOX))


def text() -> Bytes:
    """Three lines of print, white on black, like a page seen by a camera at its limit of resolution."""
    font = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    canvas = Image.new("L", (128, 72), 0)
    draw = ImageDraw.Draw(canvas)
    for y, size, line in ((4, 18, "Convolution"), (29, 13, "slides a small"), (48, 13, "kernel over this")):
        draw.text((8, y), line, fill=255, font=ImageFont.truetype(str(font), size))
    return np.asarray(canvas)


def colours(size: int = 12, finer: int = 16) -> Bytes:
    """Discs of red, green and blue light that overlap, in whole levels 0…9 for each channel."""
    centre = (np.arange(size * finer) + 0.5) / finer
    planes = []
    for x, y in ((6.0, 4.4), (4.2, 7.6), (7.8, 7.6)):
        disc = (centre - x) ** 2 + (centre[:, None] - y) ** 2 <= 3.4**2
        planes.append(disc.reshape(size, finer, size, finer).mean(axis=(1, 3)))
    return np.rint(9 * np.stack(planes, axis=2)).astype(np.uint8)


def portrait(height: int = 400) -> Bytes:
    """Grace Hopper, official portrait of the US Navy (public domain), as matplotlib ships it."""
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        picture = Image.open(file).convert("RGB")
        width = round(picture.width * height / picture.height)
        return np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS))


def samples() -> dict[str, Bytes]:
    return {
        "letter-a": from_rows(LETTER_A),
        "letter-e": from_rows(LETTER_E),
        "impulse": impulse(),
        "edge-vertical": edge("vertical"),
        "edge-horizontal": edge("horizontal"),
        "edge-diagonal": edge("diagonal"),
        "checkerboard": checkerboard(),
        "colours": colours(),
        "gradient": gradient(),
        **{f"letter-{name}-large": stroke(paths) for name, paths in LARGE_LETTERS.items()},
        **{f"digit-{digit}": stroke(paths) for digit, paths in DIGITS.items()},
        **{name: clothes(shapes) for name, shapes in CLOTHES.items()},
        "shapes": shapes(),
        "text": text(),
        "portrait": portrait(),
    }


def contact_sheet(images: dict[str, Bytes], path: str) -> None:
    """All samples side by side, enlarged without smoothing, to be looked at."""
    sheet = Image.new("RGB", (6 * 210, -(-len(images) // 6) * 210), (90, 110, 140))
    for i, pixels in enumerate(images.values()):
        bright = pixels * 28 if pixels.max() <= 9 else pixels
        tile = Image.fromarray(bright).convert("RGB")
        factor = 200 / max(tile.size)
        tile = tile.resize(
            (round(tile.width * factor), round(tile.height * factor)), Image.Resampling.NEAREST
        )
        sheet.paste(tile, (i % 6 * 210 + 5, i // 6 * 210 + 5))
    sheet.save(path)


def main() -> None:
    images = samples()
    for name, pixels in images.items():
        np.save(HERE / f"{name}.npy", np.ascontiguousarray(pixels), allow_pickle=False)
    if len(sys.argv) > 1:
        contact_sheet(images, sys.argv[1])


if __name__ == "__main__":
    main()

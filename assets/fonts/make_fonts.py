"""Makes the font files beside this script from Debian's package fonts-inter. Needs fonttools (pip), apt and dpkg.

Kept are Latin, Greek, the signs of arithmetic and a few marks, so that the files load fast. Added are the floor and
ceiling brackets, which Inter lacks: its own square bracket without the upper or the lower arm.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")
FEATURES = ["kern", "tnum", "ccmp", "locl", "mark", "case", "zero", "frac", "numr", "dnom", "sups", "subs"]
CHARACTERS = """
    0020-007E 00A0-017F 0192 0218-021B 02C6-02DD 0300-0304 0306-030C 0327 0328
    0391-03A1 03A3-03A9 03B1-03C9 1E9E 2002-200A 2010-2015 2018-201E 2020-2022 2026 202F 2030 2032 2033 2039 203A
    2044 2070 2074-208E 20AC 2113 2122 2126 2150-215E 2190-2199 21A9 21AA 21B5 21BA 21BB
    2202 2206 220F 2211 2212 2215 2219 221A 221E 222B 2248 2260 2261 2264 2265 22C5
    2318 21E7 2325 2303 238B 232B 23CE 25A0 25A1 25B2 25B3 25B6 25BA 25BC 25C0 25CB 25CF 2605 2606 2713 2717 FFFD
"""
# character, name of its glyph, the bracket it is made of, the arm that is left
BRACKETS = (
    (0x2308, "ceilingleft", "[", "upper"),
    (0x2309, "ceilingright", "]", "upper"),
    (0x230A, "floorleft", "[", "lower"),
    (0x230B, "floorright", "]", "lower"),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", "-q", "fonts-inter"], cwd=folder, check=True)
        package = next(Path(folder).glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(package), folder], check=True)
        for weight in WEIGHTS:
            font = TTFont(next(Path(folder).rglob(f"Inter-{weight}.otf")))
            _subset(font)
            for bracket in BRACKETS:
                _add_bracket(font, *bracket)
            font.save(HERE / f"Inter-{weight}.otf")


def _subset(font: TTFont) -> None:
    options = Options(
        layout_features=FEATURES, name_IDs=["*"], notdef_outline=True, hinting=False, desubroutinize=True
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(CHARACTERS.replace("\n", " ")))
    subsetter.subset(font)


def _add_bracket(font: TTFont, code: int, name: str, source: str, arm: str) -> None:
    """The outline of a square bracket has eight corners; the two of the arm's end and its inner one go."""
    glyphs = font.getGlyphSet()
    bracket = font.getBestCmap()[ord(source)]
    width = font["hmtx"][bracket][0]
    pen = T2CharStringPen(width, glyphs)
    corners = _without_arm(_corners(glyphs[bracket]), "lower" if arm == "upper" else "upper")
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    table = font["CFF "].cff
    top = table[0]
    outlines = top.CharStrings
    outlines.charStringsIndex.append(pen.getCharString(private=top.Private, globalSubrs=table.GlobalSubrs))
    outlines.charStrings[name] = len(outlines.charStringsIndex) - 1
    top.charset.append(name)
    font.setGlyphOrder(top.charset)
    font["hmtx"][name] = (width, round(min(x for x, _ in corners)))
    for cmap in font["cmap"].tables:
        if cmap.isUnicode():
            cmap.cmap[code] = name


def _corners(glyph: object) -> list[tuple[float, float]]:
    recording = RecordingPen()
    glyph.draw(recording)  # type: ignore[attr-defined]
    corners = [points[0] for operation, points in recording.value if operation in ("moveTo", "lineTo")]
    if corners[0] == corners[-1]:
        corners.pop()
    assert len(corners) == 8, corners
    return corners


def _without_arm(corners: list[tuple[float, float]], arm: str) -> list[tuple[float, float]]:
    """An L of six corners: the arm's far end moves in to the stem."""
    sides = sorted({x for x, _ in corners})
    levels = sorted({y for _, y in corners})
    stem_inner = sides[1]
    arm_x = next(
        side for side in sides if sum(x == side for x, _ in corners) == 4
    )  # the free ends of both arms
    outer, inner = (levels[0], levels[1]) if arm == "lower" else (levels[-1], levels[-2])
    result = []
    for x, y in corners:
        if y == inner:
            continue
        result.append((stem_inner if (x, y) == (arm_x, outer) else x, y))
    return result


if __name__ == "__main__":
    main()

"""Where the pieces of the strip lie, and what they look like."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from convlab.drawing.arithmetic import Arithmetic, arithmetic_of
from convlab.drawing.colors import ColorScale
from convlab.drawing.strip import (
    ACTIVATE,
    ADD,
    BIAS,
    MULTIPLY,
    PLACE,
    WRITE,
    StripLayout,
    StripStyle,
    layout_strip,
    paint_strip,
)
from convlab.operations.borders import ZeroPadding
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.merge import MERGE_KINDS, Merge
from convlab.operations.pointwise import Activation
from convlab.operations.pooling import AveragePooling, MaxPooling
from convlab.operations.upsampling import UpSampling
from convlab.window import theme
from convlab.window.grid_style import grid_style

PIXELS = np.arange(225, dtype=np.float32).reshape(15, 15, 1) % 10


@pytest.fixture
def style(qtbot: QtBot) -> StripStyle:
    theme.load_fonts()
    theme.apply(dark=False, scale=1.0)
    grey, signed = ColorScale("grey", 0, 9), ColorScale("signed", -9, 9)
    return StripStyle(
        grid_style(), theme.font("body"), theme.font("strong"), theme.font("caption"),
        theme.color("good"), theme.color("warning"), theme.color("line"), grey, signed, signed,
    )  # fmt: skip


def line_of(size: int) -> Arithmetic:
    kernel = np.ones((size, size, 1, 1), np.float32)
    return arithmetic_of(Convolution(kernel, padding="same", activation="relu").explain(PIXELS, 0, 0))


def painted(strip: StripLayout, width: int) -> QImage:
    image = QImage(width, round(strip.height) + 4, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_strip(painter, strip)
    painter.end()
    return image


def network_lines() -> list[Arithmetic]:
    """Merges, copies, padding and softmax."""
    cells = PIXELS[:3, :3] - 4
    weights = np.linspace(-1, 1, 9 * 12, dtype=np.float32).reshape(9, 12)
    return [
        *(
            arithmetic_of(Merge(kind).explain([cells, cells / 7, cells], 1, 1))
            for kind in MERGE_KINDS
            if kind != "subtract"
        ),
        arithmetic_of(ZeroPadding().explain(cells, 0, 0)),
        arithmetic_of(Flatten().explain(cells, 0, 0, 4)),
        arithmetic_of(UpSampling((2, 2), "bilinear").explain(cells, 1, 1)),
        arithmetic_of(Activation("softmax").explain(cells.reshape(1, 1, 9), 0, 0, 4)),
        arithmetic_of(Dense(weights, None, "softmax").explain(cells.reshape(-1), 0, 0, 4)),
    ]


@pytest.mark.parametrize("width", [400, 900])
def test_pieces_of_networks_stay_within_their_strip_too(style: StripStyle, width: int) -> None:
    for line in network_lines():
        strip = layout_strip(line, width, style)
        rects = [rect for rect, _ in strip.places]
        assert all(rect.right() <= width and rect.bottom() <= strip.height + 1 for rect in rects)
        assert not any(a.intersects(b) for number, a in enumerate(rects) for b in rects[number + 1 :])
        hidden = layout_strip(line, width, style, hidden=True)
        assert any(item.key == ("question",) for _, item in hidden.places)
        assert painted(strip, width) != painted(hidden, width)


def test_the_powers_of_a_softmax_appear_with_the_activation(style: StripStyle) -> None:
    line = network_lines()[-1]
    assert line.softmax is not None
    names = [term.name for term in line.softmax.terms]
    shown = [
        sum(
            isinstance(item.key, tuple) and len(item.key) > 2 and item.key[2] in names
            for _, item in strip.places
        )
        for strip in (layout_strip(line, 1900, style, phase) for phase in (ADD, ACTIVATE, WRITE))
    ]
    assert shown == [0, len(names), len(names)]


@pytest.mark.parametrize("width", [200, 500, 900, 1900])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
def test_pieces_never_overlap_and_stay_within_the_width_and_the_height(
    style: StripStyle, size: int, width: int
) -> None:
    strip = layout_strip(line_of(size), width, style)
    rects = [rect for rect, _ in strip.places]
    assert all(rect.right() <= width and rect.bottom() <= strip.height + 1 for rect in rects)
    assert not any(a.intersects(b) for number, a in enumerate(rects) for b in rects[number + 1 :])


def test_a_narrow_strip_goes_on_in_the_next_line_and_a_sign_does_not_end_a_line(style: StripStyle) -> None:
    strip = layout_strip(line_of(3), 320, style)
    tops = [rect.top() for rect, _ in strip.places]
    assert len(set(tops)) > 1
    last_of_lines = [strip.places[i][1] for i in range(len(tops) - 1) if tops[i] != tops[i + 1]]
    assert not any(item.leads for item in last_of_lines)


def test_tiles_keep_their_places_from_phase_to_phase(style: StripStyle) -> None:
    whole, first = layout_strip(line_of(5), 700, style), layout_strip(line_of(5), 700, style, PLACE)
    assert first.height == whole.height
    assert [first.term_rect(term) for term in range(25)] == [whole.term_rect(term) for term in range(25)]


def test_products_wait_for_their_phase_and_the_result_for_its_own(style: StripStyle) -> None:
    counts = [
        len(layout_strip(line_of(3), 1900, style, phase).places) for phase in (PLACE, MULTIPLY, ADD, WRITE)
    ]
    assert counts[0] == counts[1] == 17 and counts[1] < counts[2] < counts[3]
    before, after = (painted(layout_strip(line_of(3), 900, style, phase), 900) for phase in (PLACE, MULTIPLY))
    assert before != after


def test_a_hidden_result_cannot_be_read_off_the_strip(style: StripStyle) -> None:
    one, other = (
        arithmetic_of(Convolution(np.full((1, 1, 1, 1), 2, np.float32), bias).explain(PIXELS, 0, 3))
        for bias in (None, np.array([4], np.float32))
    )
    assert one.result_text != other.result_text
    strips = [layout_strip(line, 900, style, hidden=True) for line in (one, other)]
    assert painted(strips[0], 900) == painted(strips[1], 900)


@pytest.mark.parametrize(("activation", "values"), [(None, ["−9", "−8.9"]), ("relu", ["−9", "−8.9", "0"])])
def test_a_total_is_not_repeated_as_the_result(
    style: StripStyle, activation: str | None, values: list[str]
) -> None:
    layer = Convolution(
        np.full((1, 1, 1, 1), -1, np.float32), np.array([0.1], np.float32), activation=activation
    )
    line = arithmetic_of(layer.explain(PIXELS, 0, 9))
    for phase in (BIAS, WRITE):
        keys = [item.key for _, item in layout_strip(line, 1400, style, phase).places]
        seen = [key[1] for key in keys if isinstance(key, tuple) and key[0] == "value"]
        assert seen == (values if phase == WRITE else ["−9", "−8.9"])
        signs = [key[1] for key in keys if isinstance(key, tuple) and key[:2] == ("text", "=")]
        assert len(signs) == 2


def test_a_tile_grows_for_a_factor_of_many_digits(style: StripStyle) -> None:
    line = line_of(1)
    widths = []
    for factor in ("−0.001", "−0.0010714"):
        long = replace(line, terms=(replace(line.terms[0], factors=("0", factor)),))
        rect = layout_strip(long, 900, style, largest=40).term_rect(0)
        assert rect is not None
        widths.append(rect.width())
    assert widths[0] == 40 < widths[1]


def test_a_point_finds_its_term(style: StripStyle) -> None:
    strip = layout_strip(line_of(3), 900, style)
    for term in range(9):
        rect = strip.term_rect(term)
        assert rect is not None and strip.term_at(rect.center()) == term
    assert strip.term_at(QPointF(-5, -5)) is None


def test_winners_are_outlined_once_the_step_is_computed(style: StripStyle) -> None:
    line = arithmetic_of(MaxPooling((2, 2)).explain(PIXELS, 0, 0))
    strips = [layout_strip(line, 900, style, phase) for phase in (PLACE, ADD)]
    outline = style.grid.outline.rgb()
    found = []
    for strip in strips:
        image = painted(strip, 900)
        found.append(sum(image.pixel(x, y) == outline for x in range(300) for y in range(image.height())))
    assert found[0] == 0 < found[1]


def test_a_padded_cell_is_hatched_and_not_black(style: StripStyle) -> None:
    strip = layout_strip(line_of(3), 900, style)
    padded, real = strip.term_rect(0), strip.term_rect(4)
    assert padded is not None and real is not None
    image = painted(strip, 900)
    assert image.pixelColor(int(padded.left()) + 3, int(padded.top()) + 3).lightness() > 150
    assert image.pixelColor(int(real.left()) + 3, int(real.top()) + 3).lightness() < 20


def test_an_average_shows_its_sum_and_its_count(style: StripStyle) -> None:
    strip = layout_strip(arithmetic_of(AveragePooling((2, 2)).explain(PIXELS, 0, 0)), 900, style)
    keys = [item.key for _, item in strip.places]
    assert any(isinstance(key, tuple) and "÷ 4 cells" in key for key in keys)

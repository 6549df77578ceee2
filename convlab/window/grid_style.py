"""The theme as the painters of cells need it."""

from __future__ import annotations

from convlab.drawing.colors import ColorScale
from convlab.drawing.grid import GridStyle
from convlab.drawing.strip import StripStyle
from convlab.window import theme

DIGITS_FROM = 18.0  # pixels a cell needs for its number


def grid_style(*, heavier: float = 1.0, digits_from: float = DIGITS_FROM) -> GridStyle:
    """Colours, font and outlines as they are now. heavier: how much thicker outlines are than usual."""
    return GridStyle(
        font=theme.font("digits"),
        grid=theme.color("grid"),
        padding_ground=theme.color("padding_ground"),
        hatch=theme.color("hatch"),
        text=theme.color("text"),
        muted=theme.color("muted"),
        unread=theme.color("unread"),
        unwritten=theme.color("unwritten"),
        unwritten_line=theme.color("line"),
        outline=theme.color("outline"),
        outline_contrast=theme.color("outline_contrast"),
        accent=theme.color("accent_ink"),
        digits_from=digits_from,
        stroke=theme.px(2.2) * heavier,
        dark=theme.current().dark,
    )


def strip_style(inputs: ColorScale, weights: ColorScale, outputs: ColorScale) -> StripStyle:
    """The theme as the strip of arithmetic needs it. The scales: of the first factors, of the second ones, and of sums."""
    return StripStyle(
        grid=grid_style(),
        body=theme.font("body"),
        strong=theme.font("strong"),
        caption=theme.font("caption"),
        good=theme.color("good"),
        warning=theme.color("warning"),
        line=theme.color("line"),
        input_scale=inputs,
        weight_scale=weights,
        output_scale=outputs,
        unit=theme.current().scale,
    )

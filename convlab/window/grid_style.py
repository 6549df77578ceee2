"""The theme as the painters of cells need it."""

from __future__ import annotations

from convlab.drawing.grid import GridStyle
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

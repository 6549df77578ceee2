"""From a value to a colour: grey for an image, one diverging scale for everything that has a sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.color_tables import GREYS, SIGNED_ON_DARK, SIGNED_ON_LIGHT

Colors = NDArray[np.uint8]
NOT_A_NUMBER = (128, 128, 128)
_BLACK_TEXT_FROM = 0.179  # luminance at which black and white text contrast equally (WCAG 2)


@dataclass(frozen=True)
class ColorScale:
    """What value has which colour. kind "grey": low is black, high is white; "signed": zero lies in the middle.

    low, high: the range; values beyond it get the end colours. dark: which of the two signed tables.
    """

    kind: Literal["grey", "signed"] = "grey"
    low: float = 0.0
    high: float = 1.0
    dark: bool = False

    @property
    def table(self) -> Colors:
        """The 256 colours (256, 3) from low to high."""
        if self.kind == "grey":
            return GREYS
        return SIGNED_ON_DARK if self.dark else SIGNED_ON_LIGHT

    def colors_of(self, values: NDArray[Any]) -> Colors:
        """The colours (…, 3) of values of any shape; NaN is a neutral grey, infinities are the ends."""
        places, unknown = self.places_of(values)
        colors = self.table[places]
        if unknown is not None:
            colors[unknown] = NOT_A_NUMBER
        return colors

    def places_of(self, values: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.bool_] | None]:
        """Where in the table the values are, of their shape, and which are no numbers (None if all are)."""
        span = self.high - self.low
        # float32 is fast, but the ends of its range need more: their difference overflows, or the factor does.
        real: Any = np.float32 if 1e-30 < span < 1e38 else np.float64
        factor = 255.0 / span if span > 0 else 0.0
        places = np.multiply(np.asarray(values, real) - real(self.low), real(factor))
        unknown = np.isnan(places)
        any_unknown = bool(unknown.any())
        if any_unknown:
            places = np.where(unknown, real(0), places)
        indices = (np.clip(places, 0, 255) + real(0.5)).astype(np.uint8)
        return indices, unknown if any_unknown else None


def scale_for(values: NDArray[Any], white: float | None = None, *, dark: bool = False) -> ColorScale:
    """Grey from 0 to `white` if all values lie there; else signed, symmetric around zero, as wide as the values.

    Without `white`, always signed. Infinite and missing values do not count; without any finite value the range is 1.
    """
    low, high = value_range(values)
    if white is not None and low >= 0 and high <= white:
        return ColorScale("grey", 0.0, white, dark)
    limit = max(abs(low), abs(high)) or 1.0
    return ColorScale("signed", -limit, limit, dark)


def value_range(values: NDArray[Any]) -> tuple[float, float]:
    """The least and the greatest finite value; (0, 0) if there is none."""
    if values.size == 0:
        return 0.0, 0.0
    low, high = float(values.min()), float(values.max())
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def luminance(rgb: NDArray[Any] | tuple[int, int, int]) -> Any:
    """The relative luminance of colours (…, 3), 0 to 1 (WCAG 2, sRGB)."""
    parts = np.asarray(rgb, np.float64) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def is_light(rgb: NDArray[Any] | tuple[int, int, int]) -> NDArray[np.bool_]:
    """Whether black is read better than white on these colours (…, 3)."""
    return np.asarray(luminance(rgb) >= _BLACK_TEXT_FROM)


def text_color_on(rgb: NDArray[Any] | tuple[int, int, int]) -> tuple[int, int, int]:
    """Black or white, whichever is read better on a colour."""
    return (0, 0, 0) if is_light(rgb) else (255, 255, 255)

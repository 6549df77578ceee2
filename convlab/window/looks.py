"""What the user chose about the looks, remembered: light, dark or as the system, text scale, motion."""

from __future__ import annotations

from convlab.window import theme
from convlab.window.settings import Settings


class Looks:
    """Applies a choice and remembers it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def choice(self) -> str:
        """ "light", "dark" or "system"."""
        choice = self._settings.text("looks/theme", "system")
        return choice if choice in ("light", "dark", "system") else "system"

    def apply(self, *, style_widgets: bool = True) -> None:
        """Bring the application to what is remembered; about `style_widgets` see theme.apply."""
        dark = theme.system_is_dark() if self.choice == "system" else self.choice == "dark"
        scale = self._settings.number("looks/scale", 1.0, theme.SCALES[0], theme.SCALES[-1])
        reduced_motion = self._settings.flag("looks/reduced_motion", False)
        theme.apply(dark=dark, scale=scale, reduced_motion=reduced_motion, style_widgets=style_widgets)

    def choose(self, choice: str) -> None:
        self._settings.set("looks/theme", choice)
        self.apply()

    def change_scale(self, direction: int) -> None:
        """The next larger (+1) or smaller (−1) text scale."""
        scales = theme.SCALES
        nearest = min(range(len(scales)), key=lambda place: abs(scales[place] - theme.current().scale))
        self._set_scale(scales[min(max(nearest + direction, 0), len(scales) - 1)])

    def reset_scale(self) -> None:
        self._set_scale(1.0)

    def toggle_motion(self) -> None:
        self._settings.set("looks/reduced_motion", not theme.current().reduced_motion)
        self.apply()

    def _set_scale(self, scale: float) -> None:
        self._settings.set("looks/scale", scale)
        self.apply()

"""How everything looks: two palettes, one spacing scale, one type scale, all of it scaled while running.

A widget asks `theme.px(8)`, `theme.font("title")` and `theme.colors().accent` each time it lays out or paints, and
listens to `theme.notifier().changed`. Nothing else in the program knows a colour or a size in pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from convlab import resources
from convlab.window import style_sheet

SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
FAMILY = "Inter"
_BODY_PIXELS = 13
_SIZES = {"caption": 0.85, "body": 1.0, "strong": 1.0, "title": 1.25, "digits": 1.0}
_WEIGHTS = {"strong": QFont.Weight.DemiBold, "title": QFont.Weight.DemiBold, "digits": QFont.Weight.Medium}


@dataclass(frozen=True)
class Colors:
    """A palette: every pair of text on ground in it reaches a contrast of 4.5:1, and kinds of layers 3:1."""

    window: str
    card: str
    base: str
    field: str
    line: str
    field_line: str
    text: str
    muted: str
    placeholder: str
    disabled: str
    accent: str
    accent_text: str
    accent_soft: str
    accent_ink: str
    hover: str
    outline: str
    outline_contrast: str
    grid: str
    hatch: str
    padding_ground: str
    unwritten: str
    unread: str
    good: str
    bad: str
    warning: str
    warning_ground: str
    kind_filters: str
    kind_pooling: str
    kind_dense: str
    kind_scaling: str
    kind_merge: str
    kind_other: str


LIGHT = Colors(
    window="#f3f4f6",
    card="#ffffff",
    base="#ffffff",
    field="#ffffff",
    line="#e1e4e8",
    field_line="#c4c9d0",
    text="#1b1c1e",
    muted="#5f6368",
    placeholder="#5f6368",
    disabled="#6b7075",
    accent="#1a66b8",
    accent_text="#ffffff",
    accent_soft="#e7f0fa",
    accent_ink="#1558b0",
    hover="#eef1f4",
    outline="#d94f0a",
    outline_contrast="#1b1c1e",
    grid="#ffffff",
    hatch="#c9cdd6",
    padding_ground="#eceef2",
    unwritten="#f6f7f9",
    unread="#dfe3e8",
    good="#1a7f37",
    bad="#b3261e",
    warning="#8a5300",
    warning_ground="#fff4e0",
    kind_filters="#1a66b8",
    kind_pooling="#7a4fbf",
    kind_dense="#17805a",
    kind_scaling="#b06a00",
    kind_merge="#c2417c",
    kind_other="#858b93",
)
DARK = Colors(
    window="#202124",
    card="#2a2b2f",
    base="#16171a",
    field="#1d1e21",
    line="#3b3d42",
    field_line="#5b5f66",
    text="#f1f3f4",
    muted="#aab0b6",
    placeholder="#9aa0a6",
    disabled="#9a9fa5",
    accent="#1a66b8",
    accent_text="#ffffff",
    accent_soft="#1f3550",
    accent_ink="#8ab4f8",
    hover="#35373c",
    outline="#ff8f4d",
    outline_contrast="#ffffff",
    grid="#2a2b2f",
    hatch="#55585f",
    padding_ground="#34363b",
    unwritten="#303136",
    unread="#44474d",
    good="#6fcf86",
    bad="#ff8a80",
    warning="#f5c26b",
    warning_ground="#3d3220",
    kind_filters="#6ea8ee",
    kind_pooling="#b18cf0",
    kind_dense="#56c596",
    kind_scaling="#e3a44b",
    kind_merge="#ee86b4",
    kind_other="#8d939b",
)


@dataclass(frozen=True)
class Theme:
    """What is in force now. `scale` is the text scale, 1.0 to 3.0; `dark` picks the palette."""

    dark: bool = False
    scale: float = 1.0
    reduced_motion: bool = False

    @property
    def colors(self) -> Colors:
        return DARK if self.dark else LIGHT

    def px(self, length: float) -> int:
        """A length given at 100 %, in device-independent pixels at the present scale, at least 1 unless 0."""
        return max(1, round(length * self.scale)) if length > 0 else round(length * self.scale)

    def font(self, kind: str = "body") -> QFont:
        """The font for "caption", "body", "strong", "title" or "digits", with figures of equal width."""
        font = QFont(FAMILY)
        font.setPixelSize(max(8, round(_BODY_PIXELS * _SIZES[kind] * self.scale)))
        font.setWeight(_WEIGHTS.get(kind, QFont.Weight.Normal))
        font.setFeature(QFont.Tag("tnum"), 1)
        return font


class Notifier(QObject):
    """Says that the theme changed."""

    changed = Signal()


_theme = Theme()
_notifier: Notifier | None = None
_has_fusion = False
_styled: Theme | None = None  # the one whose style sheet is in force


def notifier() -> Notifier:
    """The one object whose `changed` signal tells that the theme is another one now."""
    global _notifier
    if _notifier is None:
        _notifier = Notifier()
    return _notifier


def current() -> Theme:
    return _theme


def colors() -> Colors:
    return _theme.colors


def px(length: float) -> int:
    return _theme.px(length)


def font(kind: str = "body") -> QFont:
    return _theme.font(kind)


def color(name: str) -> QColor:
    """One colour of the present palette, by the name of its field."""
    return QColor(getattr(_theme.colors, name))


def follow(widget: QWidget, refresh: Callable[[], None] | None = None) -> None:
    """Call `refresh` (or repaint and lay out `widget`) whenever the theme changes, as long as the widget lives."""

    def repaint() -> None:
        widget.updateGeometry()
        widget.update()

    action = refresh or repaint
    connection = notifier().changed.connect(action)
    widget.destroyed.connect(lambda: QObject.disconnect(connection))  # else the notifier keeps it alive


def load_fonts() -> None:
    """Make the bundled family known to Qt. Needs a QGuiApplication."""
    for file in sorted(resources.path("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))


def system_is_dark() -> bool:
    """Whether the system asks for a dark look (only read: it cannot be set on every platform)."""
    hints = QGuiApplication.styleHints()
    return hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark


def apply(
    *,
    dark: bool | None = None,
    scale: float | None = None,
    reduced_motion: bool | None = None,
    style_widgets: bool = True,
) -> Theme:
    """Change what is given, restyle the application and tell everybody who listens.

    Without `style_widgets` the style sheet is left as it is: `apply_style_sheet` sets it later. With it in force each
    widget that is put into another is styled anew with all that is in it, which doubles the time of a start.
    """
    global _theme
    scale = min(max(_theme.scale if scale is None else scale, SCALES[0]), SCALES[-1])
    theme = Theme(
        dark=_theme.dark if dark is None else dark,
        scale=scale,
        reduced_motion=_theme.reduced_motion if reduced_motion is None else reduced_motion,
    )
    if theme == _theme == _styled:
        return theme  # to style all widgets anew takes a second where all pages are made
    _theme = theme
    application = QApplication.instance()
    if isinstance(application, QApplication):
        _restyle(application, theme)
        if style_widgets:
            apply_style_sheet()
    notifier().changed.emit()
    return theme


def _restyle(application: QApplication, theme: Theme) -> None:
    _use_fusion(application)
    application.setPalette(_palette(theme.colors))
    application.setFont(theme.font())


def _use_fusion(application: QApplication) -> None:
    """Once: whatever touches a QStyle makes Python load that class, which takes 8 ms."""
    global _has_fusion
    if not _has_fusion:
        application.setStyle("Fusion")
        _has_fusion = True


def begin_with_fusion(arguments: list[str]) -> list[str]:
    """What to make the QApplication with, so that it has the style from the first."""
    global _has_fusion
    _has_fusion = True
    return [*arguments, "-style", "Fusion"]


def apply_style_sheet() -> None:
    """Give all widgets the style sheet of the theme in force."""
    global _styled
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setStyleSheet(style_sheet.build(_theme))
        _styled = _theme


def _palette(colors: Colors) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(QColor(colors.window))
    pairs = {
        role.Window: colors.window,
        role.WindowText: colors.text,
        role.Base: colors.base,
        role.AlternateBase: colors.window,
        role.Text: colors.text,
        role.PlaceholderText: colors.placeholder,
        role.Button: colors.card,
        role.ButtonText: colors.text,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.accent_text,
        role.Link: colors.accent_ink,
        role.ToolTipBase: colors.card,
        role.ToolTipText: colors.text,
    }
    for name, value in pairs.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, name, QColor(colors.disabled))
    return palette

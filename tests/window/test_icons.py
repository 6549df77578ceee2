"""Icons: there is one for every name that the code uses, drawn alike, visible in both themes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from pytestqt.qtbot import QtBot

from convlab import resources
from convlab.window import icons, theme

WINDOW = Path(icons.__file__).parent
DRAWN_FOR_THE_STYLE_SHEET = ("-dark", "-light", "-white")  # it cannot recolour, so these have their colour
NAMES = sorted(
    file.stem
    for file in resources.path("icons").glob("*.svg")
    if file.stem != "convlab" and not file.stem.endswith(DRAWN_FOR_THE_STYLE_SHEET)
)


def names_in_the_code() -> set[str]:
    """The first argument of every icon("…") and tool_button("…")."""
    used: set[str] = set()
    for file in WINDOW.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("icon", "tool_button") and node.args:
                constants = [part for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                used |= {str(part.value) for part in constants if isinstance(part.value, str) and part.value}
    return used


def image_of(name: str, side: int = 24, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return icons.icon(name).pixmap(QSize(side, side), mode).toImage()


def inks(image: QImage) -> set[str]:
    """The colours of the opaque pixels."""
    every = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {color.name() for color in every if color.alpha() > 250}


@pytest.fixture(autouse=True)
def light(qtbot: QtBot) -> object:
    theme.apply(dark=False, scale=1.0)
    yield
    theme.apply(dark=False, scale=1.0)


def test_every_icon_that_the_code_uses_is_drawn() -> None:
    assert names_in_the_code() - set(NAMES) - {"convlab"} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_leaves_ink_inside_its_square(name: str) -> None:
    image = image_of(name)
    inked = [(x, y) for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 60]
    assert len(inked) > 8
    assert all(0 < x < 23 and 0 < y < 23 for x, y in inked), "the drawing touches the edge of its square"


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_is_of_one_family(name: str) -> None:
    svg = resources.path(f"icons/{name}.svg").read_text(encoding="utf-8")
    for shared in ('viewBox="0 0 24 24"', 'stroke-width="1.75"', 'stroke-linecap="round"', 'stroke="#000"'):
        assert shared in svg


def test_icons_follow_the_theme() -> None:
    assert inks(image_of("play")) == {QColor(theme.LIGHT.text).name()}
    theme.apply(dark=True)
    assert inks(image_of("play")) == {QColor(theme.DARK.text).name()}


def test_a_disabled_icon_is_grey() -> None:
    assert inks(image_of("play", mode=QIcon.Mode.Disabled)) == {QColor(theme.LIGHT.disabled).name()}


def test_icons_grow_with_the_text() -> None:
    theme.apply(scale=3.0)
    assert icons.icon("play").actualSize(QSize(54, 54)) == QSize(54, 54)


def test_an_icon_can_have_another_colour() -> None:
    image = icons.icon("play", "accent_text").pixmap(24, 24).toImage()
    assert inks(image) == {QColor(theme.LIGHT.accent_text).name()}


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        icons.icon("nonsense")


def test_the_applications_icon_keeps_its_colours() -> None:
    image = icons.icon("convlab").pixmap(64, 64).toImage()
    assert len(inks(image)) > 4

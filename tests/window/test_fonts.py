"""The bundled font: every sign that we show is in it, and figures have one width."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo, QFontMetricsF, QRawFont
from pytestqt.qtbot import QtBot

from convlab import resources
from convlab.window import theme

FONTS = sorted(resources.path("fonts").glob("*.otf"))
SIGNS = "0123456789−+×·/=≤≥≠≈()[]⌊⌋⌈⌉%…“”’–—→←↑↓✓∑√∞αβγεμσ½¼²³Ωéüñß"


@pytest.fixture(autouse=True)
def loaded(qtbot: QtBot) -> None:
    theme.load_fonts()


def test_the_family_is_known_to_qt() -> None:
    assert "Inter" in QFontDatabase.families()
    assert QFontInfo(theme.font("body")).family() == "Inter"


@pytest.mark.parametrize("file", FONTS, ids=lambda file: file.stem)
def test_every_sign_is_in_the_font(file: object) -> None:
    font = QRawFont(str(file), 16)
    assert [sign for sign in SIGNS if not font.supportsCharacter(ord(sign))] == []


@pytest.mark.parametrize("kind", ["caption", "body", "strong", "title", "digits"])
def test_all_figures_have_one_width(kind: str) -> None:
    metrics = QFontMetricsF(theme.font(kind))
    widths = [metrics.horizontalAdvance(figure * 20) / 20 for figure in "0123456789"]
    assert max(widths) - min(widths) < 0.02


def test_the_files_are_small_enough_to_load_at_once() -> None:
    assert len(FONTS) == 4
    assert max(file.stat().st_size for file in FONTS) < 120_000

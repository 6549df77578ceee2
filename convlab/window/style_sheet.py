"""The style sheet of the application, made from a theme: what Fusion alone does not give.

Roles are set by `widget.setProperty("role", …)`: card, title, caption, primary, tool, chip, segment, error, bar.
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from convlab import resources

if TYPE_CHECKING:
    from convlab.window.theme import Theme

_SHEET = Template("""
QToolTip { background: $card; color: $text; border: 1px solid $field_line; padding: ${p4}px; }
QMenuBar { background: transparent; color: $text; border: none; }
QMenuBar::item { padding: ${p8}px ${p12}px; border-radius: ${p6}px; background: transparent; }
QMenuBar[tight="true"]::item { padding: ${p8}px ${p5}px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $card; color: $text; border: 1px solid $field_line; padding: ${p4}px; }
QMenu::item { padding: ${p6}px ${p24}px ${p6}px ${p24}px; border-radius: ${p4}px; }
QMenu::item:selected { background: $accent; color: $accent_text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: ${p4}px ${p8}px; }
*[role="card"] { background: $card; border: 1px solid $line; border-radius: ${p8}px; }
*[role="bar"] { background: $card; border: none; border-bottom: 1px solid $line; }
QLabel { background: transparent; color: $text; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="caption"] { color: $muted; }
QLabel[role="error"] { color: $bad; }
QLabel[role="good"] { color: $good; font-weight: 600; }
QLabel[role="warning"] { color: $warning; font-weight: 600; }
QLabel[role="bad"] { color: $bad; font-weight: 600; }
QPushButton, QToolButton {
  background: $field; color: $text; border: 1px solid $field_line; border-radius: ${p6}px;
  padding: ${p4}px ${p12}px; min-height: ${p20}px;
}
QToolButton { padding: ${p4}px ${p6}px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:focus, QToolButton:focus { border: ${focus}px solid $accent_ink; padding: ${p3}px ${p11}px; }
QToolButton:focus { padding: ${p3}px ${p5}px; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:checked, QToolButton:checked { background: $accent_soft; color: $accent_ink; border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; background: $window; border-color: $line; }
QPushButton[role="primary"], QToolButton[role="primary"], QPushButton:default {
  background: $accent; color: $accent_text; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:focus, QToolButton[role="primary"]:focus { border: ${focus}px solid $text; }
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled {
  background: $line; color: $disabled; border-color: $line; }
QToolButton[role="flat"], QPushButton[role="flat"] { background: transparent; border: 1px solid transparent; }
QToolButton[role="flat"]:hover, QPushButton[role="flat"]:hover { background: $hover; }
QToolButton[role="flat"]:checked { background: $accent_soft; border-color: $accent; }
QToolButton[role="flat"]:focus, QPushButton[role="flat"]:focus { border: ${focus}px solid $accent_ink; }
QToolButton::menu-indicator { image: none; }
*[role="segments"] { background: $window; border: 1px solid $line; border-radius: ${p8}px; }
QToolButton[role="segment"] { background: transparent; border: 1px solid transparent; color: $muted;
  padding: ${p3}px ${p12}px; min-height: ${p18}px; }
QToolButton[role="segment"][tight="true"] { padding: ${p3}px ${p6}px; }
QToolButton[role="segment"]:hover { color: $text; }
QToolButton[role="segment"]:checked { background: $card; color: $text; border-color: $line; font-weight: 600; }
QToolButton[role="segment"]:focus { border: ${focus}px solid $accent_ink; }
QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit, QPlainTextEdit {
  background: $field; color: $text; border: 1px solid $field_line; border-radius: ${p6}px;
  padding: ${p3}px ${p8}px; min-height: ${p20}px;
  selection-background-color: $accent; selection-color: $accent_text;
}
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QLineEdit:focus, QPlainTextEdit:focus {
  border: ${focus}px solid $accent_ink; padding: ${p2}px ${p7}px; }
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QLineEdit:disabled {
  color: $disabled; background: $window; border-color: $line; }
QComboBox::drop-down { border: none; width: ${p20}px; }
QComboBox::down-arrow { image: url("$chevron"); width: ${p12}px; height: ${p12}px; }
QComboBox QAbstractItemView { background: $card; color: $text; border: 1px solid $field_line; outline: none;
  selection-background-color: $accent; selection-color: $accent_text; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {
  width: ${p16}px; border: none; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$arrow_up"); width: ${p8}px; height: ${p8}px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$arrow_down"); width: ${p8}px; height: ${p8}px; }
QCheckBox { spacing: ${p8}px; color: $text; }
QCheckBox::indicator { width: ${p16}px; height: ${p16}px; border: 1px solid $field_line; border-radius: ${p4}px;
  background: $field; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QCheckBox::indicator:focus { border: ${focus}px solid $accent_ink; }
QSlider::groove:horizontal { height: ${p4}px; background: $line; border-radius: ${p2}px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: ${p2}px; }
QSlider::handle:horizontal { background: $card; border: ${focus}px solid $accent; width: ${p12}px; height: ${p12}px;
  margin: -${p6}px 0; border-radius: ${p7}px; }
QSlider::handle:horizontal:focus { background: $accent; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: ${p10}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p10}px; margin: 0; }
QScrollBar::handle { background: $field_line; border-radius: ${p4}px; min-height: ${p24}px; min-width: ${p24}px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QListView, QTableView { background: $base; color: $text; border: 1px solid $field_line; border-radius: ${p6}px;
  outline: none; }
QDialog { background: $window; }
""")


def build(theme: Theme) -> str:
    """The whole style sheet for `theme`; lengths are in device-independent pixels at its scale."""
    lengths = {f"p{n}": str(theme.px(n)) for n in (2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 16, 18, 20, 24)}
    shade = "dark" if theme.dark else "light"
    pictures = {
        "chevron": _asset(f"icons/chevron-down-{shade}.svg"),
        "arrow_up": _asset(f"icons/arrow-up-{shade}.svg"),
        "arrow_down": _asset(f"icons/arrow-down-{shade}.svg"),
        "check": _asset("icons/check-white.svg"),
    }
    values = {**vars(theme.colors), **lengths, **pictures}
    return _SHEET.substitute(values, focus=str(theme.px(2)), title=str(theme.font("title").pixelSize()))


def _asset(relative: str) -> str:
    return resources.path(relative).as_posix()

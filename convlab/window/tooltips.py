"""Tooltips for text that came from a file: Qt takes for rich text what looks like it, and a name may."""

from __future__ import annotations

import html

from PySide6.QtWidgets import QWidget


def plain(text: str) -> str:
    """`text` as a tooltip that shows every character as it is; "" stays "", which means none."""
    return f"<qt>{html.escape(text)}</qt>" if text else ""


def show_plain_tooltip(widget: QWidget, text: str) -> None:
    """Give a widget such a tooltip."""
    widget.setToolTip(plain(text))

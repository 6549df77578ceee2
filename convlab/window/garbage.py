"""Garbage: what nothing refers to any more is looked for in the window's thread only.

Python looks for it in whatever thread happens to run. Objects of Qt that are found by another thread are deleted there, while
the window may be painting with them: that ends the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Garbage(QObject):
    """Takes Python's automatic search over, for as long as the program runs."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self, interval=_EVERY_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> None:
        """Search as far as Python itself would by now: the oldest generation that is due, and all younger ones."""
        due = [kind for kind in range(3) if gc.get_count()[kind] > gc.get_threshold()[kind]]
        if due:
            gc.collect(due[-1])

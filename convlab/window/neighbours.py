"""Neighbours: the processes next door and the memory that they share with the window, made when first needed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from convlab.processes.client import Engine, Reader, Shelf, Trainer

_WARM_UP_MS = 1500
"""After the first paint: what the user does first shall not wait for TensorFlow to load."""


class Neighbours(QObject):
    """One reader, one engine and one trainer for the whole window. runs: the folder of trainings, the only one where the
    trainer may write besides that of the data; to be known before it is first asked for."""

    runs: Path | None = None

    @cached_property
    def shelf(self) -> Shelf:
        from convlab.processes.client import Shelf

        return Shelf()

    @cached_property
    def reader(self) -> Reader:
        from convlab.processes.client import Reader

        return Reader(self, shelf=self.shelf)

    @cached_property
    def engine(self) -> Engine:
        from convlab.processes.client import Engine

        return Engine(self, shelf=self.shelf)

    @cached_property
    def trainer(self) -> Trainer:
        from convlab.processes.client import Trainer

        return Trainer(self, runs=self.runs)

    def start(self) -> None:
        """Start reader and engine, the reader at once, so that they are warm when the first file comes."""
        self.reader.start()
        QTimer.singleShot(_WARM_UP_MS, self, lambda: self.engine.start())

    def close(self) -> None:
        """End all, whatever they are doing."""
        for name in ("reader", "engine", "trainer"):
            if name in vars(self):
                vars(self)[name].close()

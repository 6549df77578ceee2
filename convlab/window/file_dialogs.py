"""The system's dialogs for a file or a folder: shown without stopping the window, gone when they are done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

Use = Callable[[Path], object]


def ask_to_open(parent: QWidget, title: str, folder: str, filters: str, use: Use) -> QFileDialog:
    """Ask for a file that exists, beginning in `folder`, and do `use` with it; returns the open dialog."""
    dialog = QFileDialog(parent, title, folder, filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _shown(dialog, use)


def ask_for_folder(parent: QWidget, title: str, folder: str, use: Use) -> QFileDialog:
    """Ask for a folder that exists; returns the open dialog."""
    dialog = QFileDialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _shown(dialog, use)


def ask_to_save(parent: QWidget, title: str, suggestion: str, filters: str, use: Use) -> QFileDialog:
    """Ask where to write. A name without a suffix gets that of `suggestion`; returns the open dialog."""
    dialog = QFileDialog(parent, title, suggestion, filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(suggestion).suffix.lstrip("."))
    return _shown(dialog, use)


def _shown(dialog: QFileDialog, use: Use) -> QFileDialog:
    dialog.fileSelected.connect(lambda name: use(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog

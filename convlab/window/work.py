"""Work: where the experiment is kept: its file, the autosave, and what is asked before it would be lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from convlab.experiment.experiment import Experiment, first_experiment
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.window.post import Post

if TYPE_CHECKING:  # dialogs and file formats are imported where they are used: a start does without them
    from PySide6.QtWidgets import QFileDialog, QMessageBox

    from convlab.experiment.autosave import Autosave, Leftover
    from convlab.window.main_window import MainWindow

AUTOSAVE_MS = 30_000
FILE_FILTER = "ConvLab experiments (*.convlab)"
_Parted: TypeAlias = tuple[Path | None, Experiment] | None
"""The file that the work had, and the first experiment that is no longer of it."""


class Work(QObject):
    """Opens, saves and guards the experiment. Writing happens in a thread: the value is frozen, so that is safe."""

    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self.path: Path | None = None
        self._parted: _Parted = None
        self.dialog: QFileDialog | QMessageBox | None = None
        self._autosaved: Experiment | None = None
        self._restored: list[Leftover] = []
        self._threads: list[threading.Thread] = []
        self._post = Post(self._saved)
        self._timer = QTimer(self, interval=AUTOSAVE_MS)
        self._timer.timeout.connect(self.autosave_now)
        self._timer.start()
        self._session.experiment_changed.connect(self._follow_history)

    @cached_property
    def autosave(self) -> Autosave:
        from convlab.experiment.autosave import Autosave

        return Autosave(self._window.settings.state_folder / "autosave")

    @property
    def name(self) -> str:
        """What the title calls the experiment: its file, else its image."""
        return safe_text(
            self.path.stem if self.path else (self._session.experiment.image.name or "Untitled"), 60
        )

    # --- new and open ---

    def new(self) -> None:
        if self.may_leave():
            self.path = None
            self._session.replace(first_experiment(), saved=True)
            self._window.player.go(0, 0)
            self._window.messages.clear()
            self.changed.emit()

    def open_path(self, path: Path) -> None:
        """Open an experiment; the present one stays as it is if that fails."""
        if not self.may_leave():
            return

        def done(parts: dict[str, Any], arrays: dict[str, Any]) -> None:
            self._take(parts, arrays, path)

        self._read(path, done)

    def _read(self, path: Path, done: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
        reader = self._window.neighbours.reader
        reader.open_experiment(path=path, done=done, failed=self._window.messages.show_problem)

    def _take(self, parts: dict[str, Any], arrays: dict[str, Any], path: Path | None) -> bool:
        from convlab.experiment import files

        try:
            experiment = files.from_parts(parts, arrays)
        except Problem as problem:
            self._window.messages.show_problem(problem)
            return False
        self._window.messages.clear()
        self.path = path
        self._session.replace(experiment, saved=path is not None)
        self._look_as(files.view_of(parts))
        if path is not None:
            self._window.settings.add_recent(path)
        self.changed.emit()
        return True

    # --- other work than the file's ---

    def part_from_file(self) -> None:
        """What is present now is other work than that of the file, which is not to be written over: it has no name yet.
        Where undo goes back behind it, the file is that of the work again."""
        if self.path is not None or self._parted is None:
            self._parted = self.path, self._session.experiment
            self._be_of(None)

    def _follow_history(self) -> None:
        if self._parted is None:
            return
        file, first = self._parted
        history = self._session.history
        if self._undone(first):
            self._be_of(file)
        elif history.present is first or any(edit.value is first for edit in history.past):
            self._be_of(None)
        else:
            self._parted = None  # no undo and no redo leads across any more

    def _undone(self, experiment: Experiment) -> bool:
        return any(edit.value is experiment for edit in self._session.history.future)

    def _be_of(self, path: Path | None) -> None:
        if path != self.path:
            self.path = path
            self.changed.emit()

    # --- save ---

    def save(self) -> None:
        if self.path is None:
            self.save_as()
        else:
            self._write(self.path)

    def save_as(self) -> None:
        from convlab.window.file_dialogs import ask_to_save

        folder = Path(self._window.settings.text("folder", ""))
        suggestion = str(self.path or folder / f"{_file_name(self.name)}.convlab")
        self.dialog = ask_to_save(self._window, "Save the experiment", suggestion, FILE_FILTER, self._write)

    def _write(self, path: Path) -> None:
        from convlab.experiment import files

        experiment, extra, parted = self._session.experiment, self._looks(), self._parted

        def write() -> None:
            error: Exception | None = None
            try:
                files.write(path, experiment, extra)
            except (Problem, OSError) as caught:
                error = caught
            self._post.send((path, experiment, parted, error))

        self._start(write)

    def _start(self, work: Callable[[], None]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _saved(self, told: tuple[Path, Experiment, _Parted, Exception | None]) -> None:
        path, experiment, parted, error = told
        if error is not None:
            problem = error if isinstance(error, Problem) else _cannot_save(path, error)
            self._window.messages.show_problem(problem, ("Save as…", self.save_as))
            return
        if parted is self._parted:  # else the work became another one while it was written
            self._name_work(path)
        self._window.settings.set("folder", str(path.parent))
        self._window.settings.add_recent(path)
        self._session.mark_saved(experiment)
        self.changed.emit()

    def _name_work(self, path: Path) -> None:
        """The file is that of the work as it is now; not of what redo would bring back from beyond a parting."""
        if self._parted is not None:
            self._parted = (path, self._parted[1]) if self._undone(self._parted[1]) else None
        self.path = path

    def _looks(self) -> dict[str, Any]:
        """What is not work but pleasant to find again."""
        session, player = self._session, self._window.player
        return {
            "stage": session.stage,
            "filter": session.filter,
            "row": player.row,
            "column": player.column,
            "show_all": session.show_all,
        }

    def _look_as(self, extra: dict[str, Any]) -> None:
        def number(key: str) -> int:
            value = extra.get(key)
            return value if type(value) is int and abs(value) < 2**31 else 0

        session = self._session
        session.choose_stage(number("stage"))
        session.choose_filter(number("filter"))
        if type(extra.get("show_all")) is bool:
            session.choose_display(show_all=extra["show_all"])
        self._window.player.go(number("row"), number("column"))

    # --- leaving ---

    def may_leave(self, besides: str = "") -> bool:
        """Whether the present experiment may be given up: unchanged, saved now, or the user says so. besides: what else one
        should know before."""
        if not self._session.changed_since_saved:
            return True
        from convlab.window.question_box import Button, answer_to, question_box

        self.dialog = question_box(
            self._window,
            f"Save the changes to “{self.name}”?",
            f"They are lost otherwise. {besides}".rstrip(),
            {Button.Save: "", Button.Discard: "&Don’t save", Button.Cancel: ""},
            Button.Save,
        )
        answer = answer_to(self.dialog)
        self.dialog = None
        return self._save_now() if answer == Button.Save else answer == Button.Discard

    def _save_now(self) -> bool:
        """Save and wait for it, since the window is about to go; False if it was not saved."""
        from PySide6.QtWidgets import QFileDialog

        from convlab.experiment import files

        path = self.path
        if path is None:
            suggestion = f"{_file_name(self.name)}.convlab"
            name, _ = QFileDialog.getSaveFileName(
                self._window, "Save the experiment", suggestion, FILE_FILTER
            )
            if not name:
                return False
            path = Path(name).with_suffix(".convlab")
        try:
            files.write(path, self._session.experiment, self._looks())
        except (Problem, OSError) as error:
            self._saved((path, self._session.experiment, self._parted, error))
            return False
        self._saved((path, self._session.experiment, self._parted, None))
        return True

    # --- autosave ---

    def autosave_now(self) -> None:
        """Keep a copy of unsaved changes in the state folder; the user's own file is never touched."""
        experiment, extra = self._session.experiment, self._looks()
        if experiment is self._autosaved:
            return
        self._autosaved = experiment
        if not self._session.changed_since_saved:
            self.autosave.clear()
            return

        def write() -> None:
            try:
                self.autosave.write(experiment, extra)
            except (Problem, OSError):
                self._autosaved = None  # tried again next time; a full disk is said when the user saves
                return
            while self._restored:  # only now is it kept elsewhere
                self.autosave.discard(self._restored.pop())

        self._start(write)

    def save_after_fault(self) -> str:
        """Save at once, in this thread; returns where the work is."""
        if not self._session.changed_since_saved:
            return "Your work is saved."
        self.autosave.write(self._session.experiment, self._looks())
        return "Your work was saved and will be offered at the next start."

    def offer_recovery(self) -> None:
        """After a crash: offer what the autosave of that run holds."""
        leftovers = self.autosave.leftovers()
        if not leftovers:
            return
        newest = leftovers[0]

        def restore() -> None:
            def done(parts: dict[str, Any], arrays: dict[str, Any]) -> None:
                if self._take(parts, arrays, None):
                    self._restored.append(newest)
                    self.autosave_now()

            self._read(newest.path, done)

        self._window.messages.show_notice(
            f"ConvLab ended unexpectedly. Unsaved work of {_when(newest)} was kept.",
            ("Restore", restore),
            ("Discard", lambda: self.autosave.discard(newest)),
        )

    def close(self) -> None:
        """The window is left in order: nothing remains to be restored."""
        self._timer.stop()
        for thread in self._threads:
            thread.join()
        if "autosave" in vars(self):
            self.autosave.close()


def _when(leftover: Leftover) -> str:
    return f"{datetime.fromtimestamp(leftover.saved):%d %B, %H:%M}"


def _file_name(name: str) -> str:
    """A name that every file system takes, made of the experiment's."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._")[:60] or "experiment"


def _cannot_save(path: Path, error: Exception) -> Problem:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return Problem(
        f"“{safe_text(path.name, 60)}” could not be saved.",
        f"{reason}.",
        "Choose another folder or free some space.",
    )

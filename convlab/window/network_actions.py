"""The commands of the Network page: open a network, name its classes, bring an image, take a filter to the Lab, save."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QMessageBox

from convlab.experiment.whole_file import write_whole
from convlab.network import class_names
from convlab.network.examples import EXAMPLES
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.window.file_dialogs import ask_to_open, ask_to_save
from convlab.window.file_names import recipe_of, shown_name
from convlab.window.filter_to_lab import FilterToLab
from convlab.window.header import LAB
from convlab.window.importing import Importing
from convlab.window.network_examples import begin_with_example
from convlab.window.post import Post
from convlab.window.question_box import Button, question_box

if TYPE_CHECKING:
    from convlab.experiment.experiment import Experiment
    from convlab.window.main_window import MainWindow
    from convlab.window.network_page import NetworkPage
    from convlab.window.network_work import NetworkWork

_FOR_STEPS = ("convlab.window.step_page", "numpy.ma")  # the latter is imported by np.unique
_STEPS_MS = 1000
"""After a network was opened: then what stepping into a cell needs is imported, before somebody does."""
NETWORK_FILTER = "Keras networks (*.keras *.h5 *.hdf5);;All files (*)"
_NAMES_FILTER = "Text files (*.txt *.csv *.names *.labels);;All files (*)"


class NetworkActions(QObject):
    """Connects the page's wishes to dialogs, files and the Lab."""

    def __init__(self, window: MainWindow, page: NetworkPage) -> None:
        super().__init__(page)
        self._window, self._page = window, page
        self._session = page.session
        self.dialog: QFileDialog | QMessageBox | None = None
        self._entered = False
        self._post = Post(self._saved)
        images = window.images
        page.layers.open_wished.connect(self.open)
        page.layer.open_wished.connect(self.open)
        page.image.open_wished.connect(images.open)
        page.image.paste_wished.connect(images.paste)
        page.image.samples_wished.connect(images.gallery)
        page.image.lab_wished.connect(self.take_from_lab)
        page.prediction.names_wished.connect(self.open_names)
        self.to_lab = FilterToLab(self._session, self)
        page.filter.lab_wished.connect(
            lambda filter, channel: self.to_lab.take(filter, channel, window.session.image)
        )
        self.to_lab.made.connect(self._show_in_lab)
        for source in (self._session, page.filter, self.to_lab):
            source.problem_met.connect(window.messages.show_problem)
        self._session.notice_met.connect(window.messages.show_notice)
        self._session.network_changed.connect(self._opened)
        self._for_steps = QTimer(self, singleShot=True, interval=_STEPS_MS)
        self._for_steps.timeout.connect(lambda: Importing(_FOR_STEPS, lambda: None, self))

    def enter(self) -> None:
        """The page is about to be looked at; the first time it shows the image that is in the Lab then."""
        if self._window.isVisible():  # at the start of the program the engine would take time from the window
            self._window.neighbours.engine.start()
        if not self._entered:
            self._entered = True
            self._session.begin_with(self._window.session.image)
            if self._window.begins_with_examples:
                QTimer.singleShot(0, self, lambda: begin_with_example(self._window))

    # --- opening ---

    def open(self) -> None:
        self._ask("Open a network", NETWORK_FILTER, self._window.open_network)

    def _opened(self) -> None:
        path = self._session.path
        if path is not None and path not in [example.file for example in EXAMPLES]:
            self._window.settings.add_recent(path)
        if path is not None:
            self._for_steps.start()

    def _ask(self, title: str, filters: str, use: Callable[[Path], object]) -> None:
        folder = self._window.settings.text("folder", "")
        self.dialog = ask_to_open(self._window, title, folder, filters, use)

    def open_names(self) -> None:
        """Class names from a text file, one in each line."""
        self._ask("Open class names", _NAMES_FILTER, self._read_names)

    def _read_names(self, path: Path) -> None:
        def done(lines: tuple[str, ...]) -> None:
            prediction = self._session.prediction
            count = None if prediction is None else prediction.size
            try:
                names = class_names.parse_names(lines, count)
            except Problem as problem:
                self._window.messages.show_problem(problem)
                return
            self._session.name_classes(names, safe_text(path.name, 60))

        self._window.neighbours.reader.read_lines(path, done=done, failed=self._window.messages.show_problem)

    def take_from_lab(self) -> None:
        """The Lab's image becomes the network's."""
        self._session.edit_image("Image from the Lab", self._window.session.experiment.image)

    def _show_in_lab(self, label: str, experiment: Experiment) -> None:
        """An edit of the Lab's experiment, so undo brings back what was there; but it is other work, and Save must not write
        it over the user's file."""
        self._window.show_page(LAB)
        self._window.session.edit(label, experiment)
        self._window.work.part_from_file()
        self._window.session.choose_stage(0)
        if ", channel " in label:
            self._window.messages.show_notice(
                f"{label.removeprefix('Take ')}: one channel’s share, without the bias. The shares of all channels and the"
                " bias add up to the map before its activation."
            )

    # --- saving ---

    @property
    def name(self) -> str:
        path = self._session.path
        return shown_name(path) if path is not None else "no network"

    def save(self) -> None:
        """Save the network with its changed filters, always under another name."""
        path = self._session.path
        if path is None or not self._session.work.edits:
            self._window.messages.show_notice(
                "There is nothing to save: no filter of this network was changed."
            )
            return
        title, name = "Save a copy of the network", self._copy_name(path)
        self.dialog = ask_to_save(self._window, title, name, NETWORK_FILTER, self.save_copy)

    def _copy_name(self, path: Path) -> str:
        """Beside the file; of a kept training where the user's own files are, since its folder is the program's."""
        recipe = recipe_of(path)
        if recipe:
            return str(Path(self._window.settings.text("folder", "")) / f"{recipe}-edited.keras")
        return str(path.with_name(f"{path.stem}-edited{path.suffix}"))

    def save_copy(self, target: Path) -> None:
        """Write the copy; the file that was opened is never written over."""
        session, path, network = self._session, self._session.path, self._session.network
        if path is None or network is None:
            return
        if target.resolve() == path.resolve():
            self._window.messages.show_problem(
                Problem(
                    "The network's own file is not written over.",
                    "What was learned would be lost.",
                    "Choose another name.",
                ),
                ("Save as…", self.save),
            )
            return
        work = session.work
        self._window.neighbours.reader.copy_network(
            path,
            network,
            work.edits,
            done=lambda data: self._write(target, data, work),
            failed=self._window.messages.show_problem,
        )

    def _write(self, target: Path, data: bytes, work: NetworkWork) -> None:
        """In a thread: half a gigabyte takes its time."""

        def write() -> None:
            problem: Problem | None = None
            try:
                write_whole(target, lambda file: file.write(data))
            except Problem as caught:
                problem = caught
            self._post.send((target, work, problem))

        threading.Thread(target=write).start()

    def _saved(self, told: tuple[Path, NetworkWork, Problem | None]) -> None:
        target, work, problem = told
        if problem is not None:
            self._window.messages.show_problem(problem, ("Save as…", self.save))
            return
        self._session.mark_saved(work)
        self._window.settings.add_recent(target)
        self._window.messages.show_notice(f"Saved as “{safe_text(target.name, 60)}”.")

    def may_leave(self) -> bool:
        """Whether changed filters may be given up: there are none, or the user says so."""
        if not self._session.changed_since_saved:
            return True
        self.dialog = question_box(
            self._window,
            f"Give up the changed filters of “{self.name}”?",
            "File > Save keeps them in a copy of the network.",
            {Button.Discard: "&Give up", Button.Cancel: ""},
            Button.Cancel,
        )
        answer = self.dialog.exec()
        self.dialog = None
        return answer == Button.Discard

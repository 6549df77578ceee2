"""The commands of the Learn page: open data, bring an image to the other pages, save the network, open it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from convlab.experiment.image import Image
from convlab.experiment.whole_file import write_whole
from convlab.learning.events import Array
from convlab.learning.plan import FOLDER, NPZ, Source
from convlab.operations.resizing import resized_planes
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.client import forget_removed
from convlab.window.file_dialogs import ask_for_folder, ask_to_open, ask_to_save
from convlab.window.post import Post

if TYPE_CHECKING:
    from convlab.window.learn_page import LearnPage
    from convlab.window.main_window import MainWindow

_DATA_FILTER = "Images with labels (*.npz);;All files (*)"
_NETWORK_FILTER = "Keras networks (*.keras)"


class LearnActions(QObject):
    """Connects the page's wishes to dialogs, files and the other pages."""

    def __init__(self, window: MainWindow, page: LearnPage) -> None:
        super().__init__(page)
        self._window, self._page = window, page
        self._session = page.session
        self.dialog: QFileDialog | None = None
        self._entered = self._told_of_image = False
        self._post = Post(self._saved)
        self._session.problem_met.connect(window.messages.show_problem)
        page.data.image_chosen.connect(self.take_image)
        page.data.file_wished.connect(self.open_data)
        page.data.folder_wished.connect(self.open_folder)
        page.film.lab_image_wished.connect(self.take_lab_image)
        page.result.open_wished.connect(self.open_with)
        page.bar.save_wished.connect(self.save)
        page.bar.open_wished.connect(self.open_network)
        page.runs.remove_wished.connect(self.remove)

    def enter(self) -> None:
        """The page is about to be looked at: the trainer gets warm, and kept trainings are looked up."""
        self._session.trainer.start()
        self._session.read_kept()  # another window may be at one of them meanwhile
        if not self._entered:
            self._entered = True
            self._page.runs.reload()
            threading.Thread(target=forget_removed, args=(self._session.runs,), daemon=True).start()
            self._session.plan_changed.connect(self._session.load_if_here)
            self._session.load_if_here()

    # --- data ---

    def open_data(self) -> None:
        """The user's own images with labels."""
        title = "Open images with labels"
        self.dialog = ask_to_open(self._window, title, self._folder, _DATA_FILTER, self.use_path)

    def open_folder(self) -> None:
        """A folder of images with one subfolder for each class."""
        title = "Open a folder with one subfolder for each class"
        self.dialog = ask_for_folder(self._window, title, self._folder, self.use_path)

    def use_data(self, source: Source) -> None:
        """Train on these data from now on, and look at them."""
        if self._session.busy:
            self._window.messages.show_notice("The data can be changed when the training has ended.")
            return
        self._window.messages.clear()
        self._session.choose_data(source)
        self._session.load()

    def use_path(self, path: Path) -> None:
        """Train on the user's own data."""
        self.use_data(Source(FOLDER if path.is_dir() else NPZ, str(path)))

    @property
    def _folder(self) -> str:
        return self._window.settings.text("folder", "")

    # --- images ---

    def take_image(self, place: int) -> None:
        """An image of the data becomes the one whose maps are filmed, and the present one of Lab and Network."""
        session = self._session
        samples = session.samples
        if samples is None or not 0 <= place < len(samples.pixels):
            return
        session.choose_image(place)
        self._give(samples.pixels[place], session.name_of(samples, place))
        if not self._told_of_image:
            self._told_of_image = True
            self._window.messages.show_notice(
                f"“{safe_text(session.image_name, 60)}” is now the image of the Lab and of the Network page too;"
                " Undo there brings back the one before."
            )

    def take_lab_image(self) -> None:
        """The Lab's image, in the size of the data, becomes the one whose maps are filmed."""
        session, image = self._session, self._window.session.image
        if session.info is None:
            self._window.messages.show_notice("Load the data first: the image is brought to their size.")
            return
        rows, columns, channels = session.info.shape
        image = image.to_rgb() if channels == 3 else image.to_grey()
        pixels = resized_planes(image.planes, rows, columns).transpose(1, 2, 0) / np.float32(image.white)
        session.use_image(np.clip(pixels, 0, 1).astype(np.float32), image.name or "image of the Lab")

    def _give(self, pixels: Array, name: str) -> None:
        image, label = _image_of(pixels, name), "Image from the Data"
        self._window.session.edit_image(label, image, "image of the data")
        if self._window.has_network_page:
            self._window.network.session.edit_image(label, image, "image of the data")

    # --- the network ---

    @property
    def file(self) -> Path | None:
        """Where the trained network is kept; None before there is one."""
        result = self._session.run.result
        return Path(result.file) if result is not None and not self._session.busy else None

    def open_network(self) -> None:
        """Look at the trained network on the Network page."""
        if self.file is not None:
            self._window.open_network(self.file)

    def open_with(self, pixels: Array, name: str) -> None:
        """Look at what the trained network makes of an image, and leave the Lab's alone; pixels: (rows, columns,
        channels) from 0 to 1."""
        if self.file is not None:
            self._window.open_network(self.file, _image_of(pixels, name))

    def remove(self, folder: Path, name: str) -> None:
        """Keep an earlier training no longer; that can be undone for a while."""
        if self._session.remove(folder):
            self._window.messages.show_notice(f"“{name}” was removed.", ("Undo", self.bring_back))

    def bring_back(self) -> None:
        """Keep the training again that was removed last."""
        if self._session.bring_back():
            self._window.messages.show_notice("The training is kept again.")

    def save(self) -> None:
        """Save the trained network under a name of the user's."""
        if self.file is None:
            self._window.messages.show_notice("There is no network to save yet: train one first.")
            return
        suggestion = str(Path(self._folder) / f"{self._session.run.plan.recipe}.keras")
        self.dialog = ask_to_save(self._window, "Save the network", suggestion, _NETWORK_FILTER, self.save_to)

    def save_to(self, target: Path) -> None:
        """Copy the network there, in a thread."""
        source = self.file
        if source is None or target == source:
            return

        def write() -> None:
            problem: Problem | None = None
            try:
                data = source.read_bytes()
                write_whole(target, lambda file: file.write(data))
            except Problem as caught:
                problem = caught
            except OSError:
                problem = Problem("The trained network is not there any more.", "", "Train it once more.")
            self._post.send((target, problem))

        threading.Thread(target=write).start()

    def _saved(self, told: tuple[Path, Problem | None]) -> None:
        target, problem = told
        if problem is not None:
            self._window.messages.show_problem(problem, ("Save as…", self.save))
            return
        self._window.settings.set("folder", str(target.parent))
        self._window.settings.add_recent(target)
        self._window.messages.show_notice(f"Saved as “{safe_text(target.name, 60)}”.")


def _image_of(pixels: Array, name: str) -> Image:
    return Image(pixels, name=safe_text(name, 60))

"""LearnData: on which data something is learned, which of their images are looked at, and how it shall be trained."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from convlab.learning.events import DataInfo, Download, Samples
from convlab.learning.plan import FOLDER, NPZ, Plan, Source
from convlab.problems import Problem
from convlab.processes.client import RECIPES, Recipe, data_are_here
from convlab.window import background
from convlab.window.background import Background

if TYPE_CHECKING:
    from convlab.processes.client import Request, Trainer

Array = NDArray[np.float32]

FIRST_RECIPE = "fashion-first"
AT_ONCE = 25
"""Images of the data that are looked at together."""
_OWN = (NPZ, FOLDER)


class LearnData(QObject):
    """The plan, and the data of its source. info: None while they are not loaded. samples: those looked at, in the order
    asked for. image: the fixed image that every frame of the film shows the maps of, (rows, columns, channels) from
    0 to 1; None until one was chosen or data were loaded. download: how far one has come that is under way."""

    plan_changed = Signal()
    data_changed = Signal()  # other data, or their loading has begun, gone on or ended
    samples_changed = Signal()  # other images of the data are looked at
    image_changed = Signal()  # another fixed image
    problem_met = Signal(object)

    def __init__(self, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trainer = trainer
        self.plan: Plan = RECIPES[FIRST_RECIPE].plan()
        self.info: DataInfo | None = None
        self.samples: Samples | None = None
        self.download: Download | None = None
        self.image: Array | None = None
        self.image_name = ""
        self.part, self.first = "train", 0
        self._good: Source | None = None  # what was loaded last
        self._loading: Request | None = None
        self._asked: Request | None = None
        self._looking = Background(self)
        self._image_is_of_data = True  # then other data bring another one

    # --- the plan ---

    @property
    def busy(self) -> bool:
        """Whether a training is under way: nothing of its plan can be changed."""
        return False

    @property
    def recipe(self) -> Recipe:
        return RECIPES[self.plan.recipe]

    @property
    def as_recipe_says(self) -> bool:
        """Whether nothing of how it is trained was changed."""
        return self.plan == self.recipe.plan(self.plan.source)

    @property
    def dropout(self) -> float:
        """The share that is left out: the plan's, or what the recipe says."""
        return self.recipe.dropout if self.plan.dropout is None else self.plan.dropout

    def choose_recipe(self, name: str) -> None:
        """Another recipe, trained as it says, on its usual data; own data stay."""
        source = self.plan.source
        self._wish(RECIPES[name].plan(source if source.kind in _OWN else None))

    def choose_data(self, source: Source) -> None:
        """Other data; they are not loaded yet."""
        self._wish(replace(self.plan, source=source))

    def change(self, **settings: Any) -> None:
        """Other epochs, batch, optimizer, rate, dropout, validation or seed; raises ValueError for impossible ones."""
        self._wish(replace(self.plan, **settings))

    def reset(self) -> None:
        """All as the recipe says, the data excepted."""
        self._wish(self.recipe.plan(self.plan.source))

    def _wish(self, plan: Plan) -> None:
        """While something is trained, its plan stays."""
        if not self.busy:
            self._take(plan)

    def _take(self, plan: Plan) -> None:
        if plan == self.plan:
            return
        other_data, self.plan = plan.source != self.plan.source, plan
        if other_data:
            self._forget_data()
        self.plan_changed.emit()
        if other_data:
            self.data_changed.emit()
            self.samples_changed.emit()

    def _forget_data(self) -> None:
        for request in (self._loading, self._asked):
            if request is not None:
                request.cancel()
        self._loading = self._asked = self.info = self.samples = self.download = None
        self.part, self.first = "train", 0
        if self._image_is_of_data:
            self.image, self.image_name = None, ""

    # --- loading ---

    @property
    def loading(self) -> bool:
        """Whether the data are on their way."""
        return self._loading is not None

    def load(self) -> None:
        """Load the data of the plan, unless they are there or coming; what is missing of them is downloaded."""
        if self.info is None and self._loading is None:
            self._loading = self.trainer.load(
                self.plan.source, told=self._downloading, done=self._loaded, failed=self._not_loaded
            )
            self.data_changed.emit()

    def load_if_here(self) -> None:
        """Load the data, if their files are on this computer; the net is not asked before somebody wishes it."""
        source = self.plan.source

        def found(here: bool) -> None:
            if here and source == self.plan.source:
                self.load()

        if self.info is None and self._loading is None:
            self._looking.ask(lambda: data_are_here(source), found, background.AT_ONCE + 1)

    def cancel_loading(self) -> None:
        """Give up loading; what was downloaded so far is of no use to anybody."""
        if self._loading is not None:
            self._loading.cancel()
            self._loading = self.download = None
            self.data_changed.emit()

    def _downloading(self, download: Download) -> None:
        self.download = download
        self.data_changed.emit()

    def _loaded(self, info: DataInfo) -> None:
        self._loading = self.download = None
        self.info, self._good = info, self.plan.source
        if self.image is not None and self.image.shape != info.shape:
            self.image, self._image_is_of_data = None, True
        self.data_changed.emit()
        self.show_samples(self.part, 0)

    def _not_loaded(self, problem: Problem) -> None:
        """Data that were there before are not given up for others that cannot be had."""
        self._loading = self.download = None
        self.problem_met.emit(problem)
        if self._good is not None and self._good != self.plan.source:
            self._take(replace(self.plan, source=self._good))
            self.load()
        else:
            self.data_changed.emit()

    # --- looking at them ---

    def count_of(self, part: str) -> int:
        """How many images a part has, "train" or "test"; 0 while they are not loaded."""
        return 0 if self.info is None else self.info.train if part == "train" else self.info.test

    def show_samples(self, part: str, first: int) -> None:
        """Look at the images of a part from number `first` on, counted from 0, as far as there are some."""
        count = self.count_of(part)
        if not count:
            return
        self.part, self.first = part, min(max(first, 0), max(count - 1, 0))
        indices = range(self.first, min(self.first + AT_ONCE, count))
        if self._asked is not None:
            self._asked.cancel()
        self._asked = self.trainer.samples(part, indices, done=self._shown, failed=self._not_shown)

    def _shown(self, samples: Samples) -> None:
        self._asked, self.samples = None, samples
        if self.image is None and len(samples.pixels):
            self._use(samples, 0)
        self.samples_changed.emit()

    def _not_shown(self, problem: Problem) -> None:
        self._asked = None
        self.problem_met.emit(problem)

    # --- the fixed image ---

    def choose_image(self, place: int) -> None:
        """One of the samples, by its place among them, becomes the fixed image of the next training."""
        if self.samples is not None and 0 <= place < len(self.samples.pixels):
            self._use(self.samples, place)

    def use_image(self, pixels: Array, name: str) -> None:
        """Any image becomes the fixed one; pixels: of the data's shape, from 0 to 1."""
        if self.info is None or pixels.shape != self.info.shape:
            raise ValueError("of another shape than the data")
        self._image_is_of_data = False
        self._set_image(pixels, name)

    def _use(self, samples: Samples, place: int) -> None:
        self._set_image(samples.pixels[place], self.name_of(samples, place))

    def _set_image(self, pixels: Array, name: str) -> None:
        self.image, self.image_name = pixels, name
        self.image_changed.emit()

    def name_of(self, samples: Samples, place: int) -> str:
        """Such as "ankle boot, image 0"."""
        return f"{self.class_name(int(samples.labels[place]))}, image {int(samples.indices[place]):,}"

    def class_name(self, label: int) -> str:
        names = self.info.class_names if self.info is not None else ()
        return names[label] if 0 <= label < len(names) else f"class {label}"

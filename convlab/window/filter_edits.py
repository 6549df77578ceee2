"""FilterEdits: what is done to the filter that a network's session looks at. Every change is one edit of the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from convlab.network import filters
from convlab.network.description import Layer
from convlab.network.filters import Array, Edits, Filter
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.window.filter_words import filter_word
from convlab.window.kernel_menu import Transformation
from convlab.window.network_session import NetworkSession

_NAME = 40  # characters of a layer's name in the name of an undo step


class FilterEdits(QObject):
    """The filter as it is now, as it was learned, and the ways from one to another."""

    problem_met = Signal(object)

    def __init__(self, session: NetworkSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    # --- what is there ---

    @property
    def count(self) -> int:
        """How many filters the layer looked at has."""
        layer = self._session.layer
        return 0 if layer is None else filters.filter_count(layer)

    @property
    def index(self) -> int:
        """The filter looked at: the session's, or the last one where the layer has fewer."""
        return max(min(self._session.filter, self.count - 1), 0)

    @property
    def present(self) -> Filter | None:
        """The filter with its edits; None where there is none, or not yet."""
        return self._filter(self._session.weights_of)

    @property
    def learned(self) -> Filter | None:
        """The same filter as the file holds it."""
        return self._filter(self._session.original_weights_of)

    def _filter(self, weights_of: Callable[[int], Sequence[Array] | None]) -> Filter | None:
        session, layer = self._session, self._session.layer
        if layer is None or session.row is None or not self.count:
            return None
        weights = weights_of(session.row)
        return None if weights is None else filters.filter_of(layer, weights, self.index)

    # --- one weight, the bias ---

    def set_weight(self, channel: int, row: int, column: int, value: float, in_burst: bool) -> None:
        present = self.present
        if present is None or np.isnan(value):  # NaN cannot be dragged
            return
        kernel = np.array(present.kernel)
        kernel[row, column, channel] = value
        key = f"weight {self._session.row} {self.index} {channel} {row} {column}"
        self._edit("Edit", Filter(kernel, present.bias), key if in_burst else None)

    def set_bias(self, value: float) -> None:
        present = self.present
        if present is None or present.bias is None:
            return
        key = f"bias {self._session.row} {self.index}"
        self._edit("Change Bias of", Filter(present.kernel, float(np.float32(value))), key)

    # --- a slice ---

    def set_slice(self, step: str, channel: int, values: NDArray[np.generic]) -> None:
        """One channel's slice replaced by another of its size."""
        present = self.present
        if present is not None:
            kernel = np.array(present.kernel)
            kernel[:, :, channel] = values
            self._edit(step, Filter(kernel, present.bias))

    def set_kernel(self, step: str, kernel: NDArray[np.generic]) -> None:
        """All weights replaced by others."""
        present = self.present
        if present is not None:
            self._edit(step, Filter(np.asarray(kernel, np.float32), present.bias))

    def paste(self, channel: int, values: NDArray[np.generic]) -> None:
        """Pasted numbers fill the slice from its first cell on, as far as both reach."""
        present = self.present
        if present is None:
            return
        height, width = present.kernel.shape[:2]
        part = values[:height, :width]
        filled = np.array(present.kernel[:, :, channel])
        filled[: part.shape[0], : part.shape[1]] = part
        self.set_slice("Paste into", channel, filled)

    def transform(self, step: str, channel: int, function: Transformation) -> None:
        """What the Lab does to a kernel, done to one slice."""
        present = self.present
        if present is None:
            return
        try:
            changed = function(present.kernel[:, :, channel])
        except Problem as problem:
            self.problem_met.emit(problem)
            return
        if changed.shape == present.kernel.shape[:2]:
            self.set_slice(f"{step} {channel} of", channel, changed)

    # --- the whole filter ---

    def change(self, step: str, change: Callable[[Filter], Filter]) -> None:
        """Replace the filter by what `change` makes of it; `step` begins the name of the undo step."""
        present = self.present
        if present is not None:
            self._edit(step, change(present))

    def restore(self) -> None:
        """As it was learned, the bias too."""
        learned = self.learned
        if learned is not None:
            self._edit("Restore", learned)

    def swap_with(self, other: int) -> None:
        """This filter and another one change places, with their biases."""
        session, layer = self._session, self._session.layer
        weights = None if session.row is None else session.weights_of(session.row)
        if layer is not None and weights is not None and other != self.index and 0 <= other < self.count:
            edits = filters.swapped(layer, weights, self.index, other)
            words = f"Swap {filter_word(layer).capitalize()}s {self.index} and {other}"
            self._tell(words, layer, weights, edits)

    # --- telling ---

    def _edit(self, step: str, new: Filter, merge_key: str | None = None) -> None:
        session, layer = self._session, self._session.layer
        weights = None if session.row is None else session.weights_of(session.row)
        if layer is not None and weights is not None:
            edits = filters.with_filter(layer, weights, self.index, new)
            self._tell(
                f"{step} {filter_word(layer).capitalize()} {self.index}", layer, weights, edits, merge_key
            )

    def _tell(
        self, step: str, layer: Layer, weights: Sequence[Array], edits: Edits, merge_key: str | None = None
    ) -> None:
        """Only what is another array than before is an edit, and what is as it was learned is none any more."""
        session, row = self._session, self._session.row
        learned = None if row is None else session.original_weights_of(row)
        if row is None or learned is None:
            return
        news = {
            (row, number): None if _same(array, learned[number]) else array
            for number, array in edits.items()
            if not _same(array, weights[number])
        }
        if news:
            session.edit_weights(f"{step} of {safe_text(layer.name, _NAME)}", news, merge_key)


def _same(one: Array, other: Array) -> bool:
    return np.array_equal(one, other, equal_nan=True)

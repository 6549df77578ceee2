"""The engine process: TensorFlow computes feature maps for the window. Run as `python -I -m convlab.processes.engine`.

It gets checked descriptions and arrays, never a file or a path. It may hang, be killed or die: nothing of value lives here.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convlab import strict_json
from convlab.network import document
from convlab.network.file_limits import MAX_DESCRIPTION_BYTES
from convlab.network.shapes import with_input_shapes
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes import tensorflow, walls
from convlab.processes.feature_maps import Key, plain
from convlab.processes.protocol import Message
from convlab.processes.room import Room
from convlab.processes.worker import Worker, reason, refusal

if TYPE_CHECKING:
    from convlab.network.description import Network
    from convlab.processes.build import BuiltNetwork, Computed, Program

Array = NDArray[np.float32]

ADDRESS_SPACE = 8 * 1024**3
"""TensorFlow takes 2 GB of addresses by itself; the rest is for weights, which are there twice for a moment, and maps."""

_NICENESS = 5
_KEPT_PROGRAMS = 3


def main() -> None:
    walls.end_with_parent()
    worker = Worker()
    worker.listen()
    found = _start_tensorflow()
    walls.lock_down(ADDRESS_SPACE)
    worker.send(Message({"reply": "ready", **found}))
    worker.serve(Engine().answers if found["tensorflow"] else _no_answers)


def _start_tensorflow() -> dict[str, str]:
    """Load TensorFlow and compute something small; returns the versions, or no versions and why."""
    found = tensorflow.start(_load, _NICENESS)
    if found["tensorflow"]:
        try:
            _warm_up()
        except Exception as error:
            return {"tensorflow": "", "keras": "", "why": f"TensorFlow does not start: {reason(error)}."}
    return found


def _load() -> None:
    from convlab.processes import build  # noqa: F401


def _warm_up() -> None:
    import keras
    import tensorflow as tf

    # The nodes of a network wait for each other; what gains from several cores are the sums within one.
    tf.config.threading.set_intra_op_parallelism_threads(os.cpu_count() or 1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    layer = keras.layers.Conv2D(2, 3)
    tf.function(layer, autograph=False)(tf.zeros((1, 8, 8, 1)))


def _no_answers(question: Message, room: Room) -> Iterator[Message]:
    yield refusal(Problem("Feature maps cannot be computed.", "TensorFlow is not there."))


class Engine:
    """Answers the window's questions about one network at a time."""

    def __init__(self) -> None:
        self._network: Network | None = None
        self._built: BuiltNetwork | None = None
        self._programs: dict[object, tuple[Network, Program]] = {}
        self._images: dict[int, Array] = {}
        self._computed: Computed | None = None
        self._seconds = 0.0

    def answers(self, question: Message, room: Room) -> Iterator[Message]:
        """The message that answers a question."""
        tasks = {"load": self._load, "maps": self._maps, "forget": self._forget}
        try:
            yield tasks[question.header["do"]](question, room)
        except Problem as problem:
            yield refusal(problem)
        except MemoryError:
            yield refusal(
                Problem("There is not enough memory for this network.", "", "Close other programs.")
            )
        except Exception as error:  # of TensorFlow: of many kinds, and of the network's making
            why = f"TensorFlow says: {safe_text(str(error), 200)}"
            yield refusal(Problem("The network cannot be computed.", why))

    def _forget(self, question: Message, room: Room) -> Message:
        self.__init__()  # type: ignore[misc]
        gc.collect()  # layers and compiled calls refer to each other; half a gigabyte may hang on them
        return Message({"reply": "forgotten"})

    # --- a network ---

    def _load(self, question: Message, room: Room) -> Message:
        """Build the network that the first array describes, with the weights in the others."""
        from convlab.processes.build import BuiltNetwork

        self._forget(question, room)
        described, *arrays = question.arrays
        network = document.from_document(strict_json.loads(described.tobytes(), MAX_DESCRIPTION_BYTES))
        self._network = network
        self._built = BuiltNetwork(network, dict(_by_row(question.header["weights"], arrays)))
        keys = self._built.keys
        if all(_is_closed(network.nodes[node].shape) for node in network.inputs):
            _, program = self._program({node: network.nodes[node].shape for node in network.inputs}, ())
            keys = program.askable
        return Message({"reply": "loaded", "keys": plain(sorted(keys))})

    def _program(self, shapes: dict[int, Any], wanted: tuple[Key, ...]) -> tuple[Network, Program]:
        """The compiled call for images of these shapes, kept for the next image."""
        assert self._network is not None and self._built is not None
        sizes = tuple(sorted(shapes.items()))
        found = self._programs.get(sizes) or self._programs.get((sizes, wanted))
        if found is None:
            sized = self._network
            if any(self._network.nodes[node].shape != shape for node, shape in sizes):
                sized = with_input_shapes(self._network, shapes)
            program = self._built.compile(sized, wanted)
            found = sized, program
            while len(self._programs) >= _KEPT_PROGRAMS:
                del self._programs[next(iter(self._programs))]
            self._programs[sizes if program.complete else (sizes, wanted)] = found
        return found

    # --- maps ---

    def _maps(self, question: Message, room: Room) -> Message:
        """The wanted maps of the present images, after the changes of weights that came with the question."""
        if self._built is None:
            raise Problem("There is no network.")
        header, arrays = question.header, list(question.arrays)
        images, arrays = arrays[: len(header["images"])], arrays[len(header["images"]) :]
        if images:
            self._images = {
                node: np.array(image) for node, image in zip(header["images"], images, strict=True)
            }
        for row, weights in _by_row(header["weights"], arrays):
            self._built.set_weights(row, weights)
        wanted = tuple((int(node), bool(before)) for node, before in header["wanted"])
        if images or arrays:
            self._computed = None
        found = self._found(wanted)
        keys = [key for key in wanted if key in found]
        answer = {"reply": "maps", "keys": plain(keys), "seconds": self._seconds}
        return Message(answer, tuple(_put(found[key], room) for key in keys))

    def _found(self, wanted: tuple[Key, ...]) -> dict[Key, Array]:
        """Maps out of the last call, or of a new one if it has them not."""
        found = self._take(wanted)
        if len(found) < len(wanted):
            _, program = self._program({node: image.shape for node, image in self._images.items()}, wanted)
            if self._computed is None or not program.complete:
                begin = perf_counter()
                self._computed = program.run(self._images)
                self._seconds = perf_counter() - begin
                found = self._take(wanted)
        return found

    def _take(self, wanted: tuple[Key, ...]) -> dict[Key, Array]:
        if self._computed is None:
            return {}
        found = {key: self._computed.get(key) for key in wanted}
        return {key: array for key, array in found.items() if array is not None}


def _by_row(counts: list[list[int]], arrays: list[Array]) -> Iterator[tuple[int, list[Array]]]:
    """The weights of each row: [[row, how many], …] and the arrays of all of them, one after the other."""
    start = 0
    for row, count in counts:
        yield row, arrays[start : start + count]
        start += count


def _is_closed(shape: Any) -> bool:
    return shape is not None and None not in shape


def _put(array: Array, room: Room) -> Array:
    """A copy of a map where the window can see it: TensorFlow's own memory may be used for the next one."""
    put = room.empty(array.shape)
    put[...] = array
    return put


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)

"""Chain: several operations one after another, of which only what changed is computed again."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.operations.operation import Operation
from convlab.problems import Problem

Array = NDArray[np.float32]
Shape = tuple[int, ...]

MAX_OUTPUT_BYTES = 1024**3
"""The largest output that is computed; a larger one is refused before anything is allocated."""


class Chain:
    """An image and the operations applied to it in turn; outputs are computed when they are asked for, then kept.

    Stage 0 is the image, stage k what the k-th operation made of it. Safe to use from several threads: an output
    that two of them ask for is computed once, and `is_ready`, `shape` and `problem` never wait for a computation.
    Outputs are read-only.
    """

    def __init__(self, image: Array, operations: Sequence[Operation]) -> None:
        self._stages = _stages(_Stage.of_image(image), operations)

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(stage.operation for stage in self._stages[1:] if stage.operation is not None)

    def __len__(self) -> int:
        """The number of operations."""
        return len(self._stages) - 1

    def with_(self, image: Array, operations: Sequence[Operation]) -> Chain:
        """The chain after an edit. It shares the outputs of all stages before the first that changed (by identity)."""
        chain = Chain.__new__(Chain)
        if image is not self._stages[0].output:
            chain._stages = _stages(_Stage.of_image(image), operations)
            return chain
        kept = 1
        for old, new in zip(self._stages[1:], operations, strict=False):
            if old.operation is not new:
                break
            kept += 1
        chain._stages = [*self._stages[:kept], *_stages(self._stages[kept - 1], operations[kept - 1 :])[1:]]
        return chain

    def shape(self, k: int) -> Shape:
        """The shape of stage k, without computing it. Raises Problem if it or a stage before it is impossible."""
        stage = self._stages[k]
        if stage.problem is not None:
            # A new one each time: an exception that is raised twice would drag the first traceback along.
            raise Problem(stage.problem.what, stage.problem.why, stage.problem.remedy)
        return stage.shape

    def problem(self, k: int) -> Problem | None:
        """Why stage k cannot be computed, be it of its own or for an earlier stage; None if it can."""
        return self._stages[k].problem

    def is_ready(self, k: int) -> bool:
        """Whether `output(k)` returns at once."""
        return self._stages[k].output is not None

    def output(self, k: int) -> Array:
        """The array of stage k; the stages before it that are still missing are computed too. Raises Problem."""
        self.shape(k)
        for stage in self._stages[:k]:
            stage.computed()
        return self._stages[k].computed()

    def cost(self, k: int) -> int:
        """Multiplications still to be done to have stage k, at least one per cell; 0 when ready. Raises Problem."""
        self.shape(k)
        total = 0
        for stage in reversed(self._stages[: k + 1]):
            if stage.output is not None:
                break
            total += stage.cost()
        return total


class _Stage:
    """One operation on the output of the stage before it. Chains share stages, so a result serves them all."""

    def __init__(
        self, operation: Operation | None, source: _Stage | None, output: Array | None = None
    ) -> None:
        self.operation = operation
        self.source = source
        self.output = output
        self.problem: Problem | None = None
        self.shape: Shape = () if output is None else tuple(output.shape)
        self._lock = threading.Lock()
        if operation is not None and source is not None:
            self._measure(operation, source)

    @classmethod
    def of_image(cls, image: Array) -> _Stage:
        return cls(None, None, image)

    def computed(self) -> Array:
        """The output, computed by the first thread that asks; the stage before must be computed."""
        if self.output is None:
            with self._lock:
                if self.output is None:
                    self.output = self._compute()
        return self.output

    def cost(self) -> int:
        assert self.operation is not None
        assert self.source is not None
        return max(self.operation.multiplications(self.source.shape), math.prod(self.shape))

    def _compute(self) -> Array:
        assert self.operation is not None
        assert self.source is not None
        assert self.source.output is not None
        try:
            output: NDArray[Any] = self.operation.apply(self.source.output)
        except MemoryError:
            raise _too_large(self.operation, self.shape, "There is not enough memory for them.") from None
        output.setflags(write=False)
        return output

    def _measure(self, operation: Operation, source: _Stage) -> None:
        """Shape and problem, from the shape of the stage before."""
        if source.problem is not None:
            self.problem = source.problem
            return
        try:
            self.shape = tuple(operation.output_shape(source.shape))
            _check_memory(operation, self.shape)
        except Problem as problem:
            self.problem = problem


def _stages(first: _Stage, operations: Sequence[Operation]) -> list[_Stage]:
    stages = [first]
    for operation in operations:
        stages.append(_Stage(operation, stages[-1]))
    return stages


def _check_memory(operation: Operation, shape: Shape) -> None:
    needed = math.prod(shape) * np.dtype(np.float32).itemsize
    if needed > MAX_OUTPUT_BYTES:
        most = MAX_OUTPUT_BYTES // 1024**3
        raise _too_large(
            operation, shape, f"That takes {needed / 1024**3:.1f} GB; at most {most} GB is computed."
        )


def _too_large(operation: Operation, shape: Shape, why: str) -> Problem:
    numbers = "×".join(f"{n:,}" for n in shape)
    return Problem(
        f"{operation.title} would make {numbers} numbers.",
        why,
        "Use a smaller image, fewer filters or a larger stride.",
    )

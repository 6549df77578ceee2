"""A chain of operations: what is computed, when, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import pytest

from convlab.operations.chain import Chain
from convlab.operations.convolution import Convolution
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation, Rescaling
from convlab.operations.pooling import MaxPooling
from convlab.problems import Problem

RNG = np.random.default_rng(3)


def image(height=8, width=8, channels=1):
    return RNG.random((height, width, channels)).astype(np.float32)


def convolution(size=3, channels=1, filters=1):
    return Convolution(RNG.random((size, size, channels, filters)).astype(np.float32), padding="same")


@dataclass(frozen=True)
class Counting(Rescaling):
    """A real operation that tells how often it was computed."""

    scale: float = 2.0
    offset: float = 0.0
    seen: tuple[list[int], ...] = ()

    def apply(self, x):
        self.seen[0].append(1)
        return super().apply(x)


def counting():
    return Counting(seen=([],))


def times(operation):
    return len(operation.seen[0])


def test_stage_0_is_the_image_and_stage_k_what_k_operations_made_of_it():
    x, operations = image(), (convolution(), Activation("relu"), MaxPooling((2, 2)))
    chain = Chain(x, operations)
    assert chain.output(0) is x
    expected = operations[2].apply(operations[1].apply(operations[0].apply(x)))
    assert np.array_equal(chain.output(3), expected)
    assert len(chain) == 3
    assert chain.operations == operations


def test_shapes_are_known_without_computing():
    chain = Chain(image(), (convolution(filters=4), MaxPooling((2, 2)), counting()))
    assert [chain.shape(k) for k in range(4)] == [(8, 8, 1), (8, 8, 4), (4, 4, 4), (4, 4, 4)]
    assert not chain.is_ready(3)


def test_nothing_is_computed_twice():
    first, second = counting(), counting()
    chain = Chain(image(), (first, second))
    chain.output(2)
    chain.output(1)
    chain.output(2)
    assert (times(first), times(second)) == (1, 1)


def test_asking_for_a_stage_leaves_later_ones_alone():
    later = counting()
    chain = Chain(image(), (counting(), later))
    chain.output(1)
    assert times(later) == 0
    assert chain.is_ready(1)
    assert not chain.is_ready(2)


def test_after_an_edit_only_what_follows_it_is_computed_again():
    operations = (counting(), counting(), counting())
    chain = Chain(image(), operations)
    chain.output(3)
    changed = counting()
    edited = chain.with_(chain.output(0), (operations[0], changed, operations[2]))
    assert edited.is_ready(1)
    assert not edited.is_ready(2)
    edited.output(3)
    assert [times(operation) for operation in (operations[0], changed, operations[2])] == [1, 1, 2]


def test_another_image_changes_everything():
    operation = counting()
    chain = Chain(image(), (operation,))
    chain.output(1)
    assert not chain.with_(image(), (operation,)).is_ready(1)


def test_inserting_and_removing_share_what_comes_before():
    first, second = counting(), counting()
    chain = Chain(image(), (first, second))
    chain.output(2)
    assert chain.with_(chain.output(0), (first, counting(), second)).is_ready(1)
    shorter = chain.with_(chain.output(0), (first,))
    assert shorter.output(1) is chain.output(1)
    assert len(shorter) == 1


def test_what_one_chain_computes_later_serves_the_other_too():
    first = counting()
    chain = Chain(image(), (first,))
    longer = chain.with_(chain.output(0), (first, counting()))
    longer.output(2)
    assert chain.is_ready(1)


def test_outputs_are_read_only():
    output = Chain(image(), (convolution(),)).output(1)
    with pytest.raises(ValueError, match="read-only"):
        output[0, 0, 0] = 1


def test_an_impossible_operation_is_a_problem_of_it_and_of_all_that_follow():
    chain = Chain(
        image(2, 2), (convolution(), Convolution(np.ones((3, 3, 1, 1), np.float32)), Activation("relu"))
    )
    assert chain.problem(1) is None
    assert chain.problem(2) is not None
    assert chain.problem(3) is chain.problem(2)
    for ask in (chain.shape, chain.output, chain.cost):
        with pytest.raises(Problem):
            ask(3)
    assert chain.output(1).shape == (2, 2, 1)


def test_an_output_that_would_fill_the_memory_is_refused_before_it_is_computed():
    photograph = np.broadcast_to(np.float32(0), (2160, 4096, 1))
    chain = Chain(photograph, (convolution(size=1, filters=64),))
    with pytest.raises(Problem, match="GB"):
        chain.output(1)


def test_the_cost_is_what_is_still_to_be_done():
    chain = Chain(image(), (convolution(), convolution(), convolution()))
    one = 8 * 8 * 9
    assert [chain.cost(k) for k in range(4)] == [0, one, 2 * one, 3 * one]
    chain.output(2)
    assert [chain.cost(k) for k in range(4)] == [0, 0, 0, one]


def test_an_operation_without_multiplications_is_not_free_until_it_is_done():
    chain = Chain(image(), (Activation("relu"),))
    assert chain.cost(1) == 64
    chain.output(1)
    assert chain.cost(1) == 0


def test_threads_that_ask_at_once_get_one_result_computed_once():
    operations = tuple(counting() for _ in range(4))
    chain = Chain(image(200, 200), operations)
    outputs, start = [], threading.Barrier(8)

    def ask(k):
        start.wait()
        outputs.append((k, chain.output(k)))

    threads = [threading.Thread(target=ask, args=(1 + n % 4,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [times(operation) for operation in operations] == [1, 1, 1, 1]
    assert all(output is chain.output(k) for k, output in outputs)


def test_whether_a_stage_is_ready_is_known_while_it_is_computed():
    entered, leave = threading.Event(), threading.Event()

    @dataclass(frozen=True)
    class Slow(Rescaling):
        scale: float = 1.0
        offset: float = 0.0

        def apply(self, x):
            entered.set()
            leave.wait(10)
            return super().apply(x)

    chain = Chain(image(), (Slow(),))
    thread = threading.Thread(target=chain.output, args=(1,))
    thread.start()
    assert entered.wait(10)
    assert not chain.is_ready(1)
    assert chain.shape(1) == (8, 8, 1)
    leave.set()
    thread.join()
    assert chain.is_ready(1)


def test_a_failed_computation_can_be_tried_again():
    @dataclass(frozen=True)
    class OnceTooLarge(Rescaling):
        scale: float = 1.0
        offset: float = 0.0
        tries: tuple[list[int], ...] = ()

        def apply(self, x):
            self.tries[0].append(1)
            if len(self.tries[0]) == 1:
                raise MemoryError
            return super().apply(x)

    chain = Chain(image(), (OnceTooLarge(tries=([],)),))
    with pytest.raises(Problem, match="memory"):
        chain.output(1)
    assert chain.output(1).shape == (8, 8, 1)


def test_a_chain_holds_operations_of_every_kind():
    assert all(isinstance(operation, Operation) for operation in Chain(image(), (convolution(),)).operations)

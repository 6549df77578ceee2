"""Memory shared with other processes: who may use what, what is given back, and that no wrong place is believed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication

from convlab.processes.child import Child
from convlab.processes.protocol import Message
from convlab.processes.room import Desk, Room
from convlab.processes.shelf import Place, Shelf
from tests.processes.conftest import wait_until

MB = 1024 * 1024
FLOAT = np.dtype(np.float32)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no shelf")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(64 * MB)


def told(shelf: Shelf) -> Desk:
    """The shelf as a process sees it that was started with its arguments."""
    return Desk(["program", *shelf.arguments])


def test_what_is_written_in_a_room_is_read_without_a_copy(shelf: Shelf) -> None:
    place = shelf.allocate(MB)
    assert place is not None
    room = told(shelf).room([place.offset, place.size])
    written = room.empty((256, 256))
    written[...] = np.arange(65536).reshape(256, 256)
    offset = room.place_of(written)
    assert offset is not None
    read = place.array(offset, FLOAT, (256, 256))
    assert np.array_equal(read, written) and not read.flags.writeable
    written[3, 4] = -1
    assert read[3, 4] == -1


def test_what_lies_on_the_shelf_is_read_next_door_without_a_copy(shelf: Shelf) -> None:
    place = shelf.allocate(MB)
    assert place is not None
    room = told(shelf).room([place.offset, place.size])
    room.empty((1000, 100))[...] = 7
    array = place.array(place.offset, FLOAT, (1000, 100))[10:]
    offset = shelf.place_of(array)
    assert offset == place.offset + 4000
    seen = told(shelf).array(offset, FLOAT, array.shape)
    assert np.array_equal(seen, array) and not seen.flags.writeable


def test_arrays_keep_their_place_and_give_it_back(shelf: Shelf) -> None:
    place = shelf.allocate(MB)
    assert place is not None
    corner = np.moveaxis(place.array(place.offset, FLOAT, (100, 100, 3)), 2, 0)[1, 5:, ::2]
    del place
    gc.collect()
    assert shelf.used == MB
    del corner
    gc.collect()
    assert shelf.used == 0


def test_the_shelf_lasts_as_long_as_an_array_on_it() -> None:
    shelf = Shelf(MB)
    place = shelf.allocate(MB)
    assert place is not None
    array = place.array(place.offset, FLOAT, (1000,))
    del shelf, place
    gc.collect()
    assert float(array.sum()) == 0


def test_large_places_are_empty_again_when_they_are_given_back(shelf: Shelf) -> None:
    place = shelf.allocate(8 * MB)
    assert place is not None
    told(shelf).room([place.offset, place.size]).empty((MB,))[...] = 1
    offset = place.offset
    del place
    again = shelf.allocate(8 * MB)
    assert again is not None and again.offset == offset
    if sys.platform.startswith("linux"):
        assert not again.array(offset, FLOAT, (MB,)).any()


def test_a_full_shelf_says_so(shelf: Shelf) -> None:
    kept = [shelf.allocate(16 * MB) for _ in range(4)]
    assert None not in kept and shelf.allocate(1) is None
    kept.pop(1)
    assert shelf.allocate(17 * MB) is None
    assert shelf.allocate(16 * MB) is not None


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 900_000)), max_size=40))
def test_no_two_places_overlap(deeds: list[tuple[bool, int]]) -> None:
    shelf = Shelf(8 * MB)
    kept: list[Place | None] = []
    for give_back, size in deeds:
        if give_back and kept:
            del kept[size % len(kept)]
        else:
            kept.append(shelf.allocate(size))
        spans = sorted((one.offset, one.offset + one.size) for one in kept if one is not None)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
        assert shelf.used == sum(end - start for start, end in spans)


@pytest.mark.parametrize("offset", [-4, 0, MB - 4000, 2 * MB - 4000, 10 * MB, 1 << 47])
def test_a_place_outside_of_the_room_is_not_believed(offset: int, shelf: Shelf) -> None:
    _, place = shelf.allocate(MB), shelf.allocate(MB)
    assert place is not None
    if offset == MB - 4000:
        offset += 2
    with pytest.raises(ValueError, match="outside"):
        place.array(offset, FLOAT, (1001,))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux seals memory")
@pytest.mark.parametrize("size", [0, 4096, 1 << 40])
def test_nobody_can_change_its_size(size: int, shelf: Shelf) -> None:
    with pytest.raises(PermissionError):
        os.ftruncate(shelf.descriptor, size)


def test_a_room_is_filled_and_then_left_alone(shelf: Shelf) -> None:
    place = shelf.allocate(MB)
    assert place is not None
    room = told(shelf).room([place.offset, place.size])
    one, two, three = room.empty((150_000,)), room.empty((100_000,)), room.empty((100_000,))
    places = [room.place_of(one), room.place_of(two), room.place_of(three)]
    assert places == [place.offset, place.offset + 600_000, None]
    small = np.zeros(10, np.float32)
    assert room.settle(small) is small and room.settle(one) is one
    with pytest.raises(ValueError, match="no such place"):
        told(shelf).room([shelf.capacity - 4096, 8192])


def test_without_a_shelf_arrays_are_in_own_memory() -> None:
    room = Room()
    array = room.empty((300, 300))
    assert room.place_of(array) is None and room.settle(array) is array
    assert told(Shelf(0)).room(None).place_of(array) is None


def test_a_system_without_such_memory_has_an_empty_shelf() -> None:
    shelf = Shelf(1 << 62)
    assert shelf.allocate(1) is None and shelf.arguments == []
    assert shelf.place_of(np.zeros(3)) is None


# --- between processes ---

MakeChild = Callable[[str], Child]

WORKER = """
import numpy as np
from convlab.processes.protocol import Message
from convlab.processes.worker import Worker
def answers(question, room):
    {what}
    yield Message({{"reply": "sum"}}, tuple(found))
worker = Worker()
worker.send(Message({{"reply": "ready"}}))
worker.serve(answers)
"""


@pytest.fixture
def child(qapp: QCoreApplication) -> Iterator[MakeChild]:
    made: list[Child] = []

    def make(what: str, shelf: Shelf | None) -> Child:
        made.append(Child(["-c", WORKER.format(what=what)], shelf=shelf))
        return made[-1]

    yield make  # type: ignore[misc]
    for one in made:
        one.close()


def answer_of(child: Child, message: Message, room: int) -> Message | str:
    """What the process says to a question, or why it ended."""
    got: list[Any] = []
    child.message_received.connect(got.append)
    child.ended.connect(got.append)
    child.start()
    wait_until(lambda: got)
    child.send(message, room)
    wait_until(lambda: len(got) == 2)
    answer: Message | str = got[1]
    return answer


def test_a_large_answer_lies_in_its_room_and_goes_on_by_its_place(child: Any, shelf: Shelf) -> None:
    twice = child("found = [2 * array for array in question.arrays]", shelf)
    image = np.random.default_rng(0).random((300, 400), np.float32)
    answer = answer_of(twice, Message({"id": 1}, (image, image[:3])), MB)
    assert isinstance(answer, Message)
    large, small = answer.arrays
    assert np.array_equal(large, 2 * image) and np.array_equal(small, 2 * image[:3])
    assert shelf.place_of(large) is not None and shelf.place_of(small) is None
    again = answer_of(
        child("found = [2 * array for array in question.arrays]", shelf), Message({"id": 1}, (large,)), MB
    )
    assert isinstance(again, Message) and np.array_equal(again.arrays[0], 4 * image)


@pytest.mark.parametrize("size", [0, 3 * MB // 4])
def test_what_finds_no_room_comes_through_the_pipe(size: int, child: Any, shelf: Shelf) -> None:
    fill = child("found = [np.full((400, 400), 3, np.float32)] * 2", shelf)
    answer = answer_of(fill, Message({"id": 1}), size)
    assert isinstance(answer, Message)
    assert [shelf.place_of(array) is not None for array in answer.arrays] == [bool(size), False]
    assert all((array == 3).all() for array in answer.arrays)


def test_a_room_is_given_back_when_its_process_is_killed(child: Any, shelf: Shelf) -> None:
    hang = child("import time; time.sleep(600); found = []", shelf)
    hang.start()
    ready: list[Any] = []
    hang.message_received.connect(ready.append)
    wait_until(lambda: ready)
    hang.send(Message({"id": 1}), MB)
    assert shelf.used == MB
    hang.kill()
    wait_until(lambda: shelf.used == 0)


@pytest.mark.parametrize("offset", [0, 2 * MB, 60 * MB, 1 << 40])
def test_a_place_that_was_not_given_is_garbage(offset: int, child: Any, shelf: Shelf) -> None:
    other = shelf.allocate(MB)
    lie = f"room.place_of = lambda array: {offset}; room.settle = lambda array: array; found = [np.zeros(99999, 'f4')]"
    assert answer_of(child(lie, shelf), Message({"id": 1}), MB) == "garbled"
    assert other is not None

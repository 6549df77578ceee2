"""What the trainer tells survives the way to the window, and nothing else does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convlab.learning.events import (
    Begun,
    DataInfo,
    Download,
    EpochEnd,
    Event,
    Frame,
    LayerInfo,
    Progress,
    Result,
    Wrong,
)
from convlab.processes.protocol import Message, Parser, frames
from convlab.processes.training_messages import (
    data_message,
    data_of,
    download_message,
    download_of,
    event_message,
    event_of,
    result_message,
    result_of,
    samples_message,
    samples_of,
)
from tests.processes import fake_lies as lies

INFO = DataInfo("bars", ("lying", "standing"), (4, 5, 1), 0.0, 255.0, (6, 4), (3, 2), ("Sorted.",))
BEGUN = Begun((LayerInfo("conv", (3, 3, 1, 2), (2, 3, 2)),), 20, 5, 1)


def sent(message: Message) -> Message:
    """Through the pipe and back."""
    (found,) = Parser().feed(b"".join(bytes(piece) for piece in frames(message)))
    return found


def floats(*shape: int) -> Any:
    return np.random.default_rng(1).random(shape, np.float32)


def test_data_arrive_as_they_were_sent() -> None:
    assert data_of(sent(data_message(INFO))) == INFO
    download = Download("file.gz", 12, 30)
    assert download_of(sent(download_message(download)).header) == download


def test_names_lose_what_could_be_markup_or_break_lines() -> None:
    info = data_of(sent(data_message(DataInfo("a\nb", ("x\u202ey",), (1, 1, 1), 0, 1, (1,), (1,)))))
    assert "\n" not in info.name and "\u202e" not in info.class_names[0]


@pytest.mark.parametrize(
    "event",
    [
        BEGUN,
        Progress(1, 2, 5, 0.25, 0.75, 3.5, None),
        Progress(1, 5, 5, 0.25, 1.0, 3.5, 60.0),
        EpochEnd(1, 0.5, 0.75, 0.25, 0.875, 9.0),
    ],
)
def test_what_happens_arrives_as_it_was_told(event: Event) -> None:
    begun = None if isinstance(event, Begun) else BEGUN
    assert event_of(sent(event_message(event)), begun) == event


def test_frames_arrive_read_only() -> None:
    frame = Frame(7, (floats(3, 3, 1, 2),), (floats(2, 3, 2),))
    found = event_of(sent(event_message(frame)), BEGUN)
    assert isinstance(found, Frame) and found.batch == 7
    np.testing.assert_array_equal(found.kernels[0], frame.kernels[0])
    np.testing.assert_array_equal(found.maps[0], frame.maps[0])
    assert not found.kernels[0].flags.writeable and not found.maps[0].flags.writeable


def test_a_sign_of_life_tells_nothing() -> None:
    assert event_of(Message({"reply": "working"}), None) is None
    with pytest.raises(ValueError, match="nobody expects"):
        event_of(Message({"reply": "working"}, (floats(2),)), BEGUN)


@pytest.mark.parametrize("count", [0, 2])
def test_a_result_arrives_with_its_wrong_images(count: int) -> None:
    wrong = tuple(Wrong(n, 0, 1, 0.5, floats(4, 5, 1)) for n in range(count))
    result = Result(True, 3, 0.5, 0.75, np.array([[3, 1], [0, 4]]), wrong, "there")
    found = result_of(sent(result_message(result)), "there", (4, 5, 1))
    assert (found.stopped, found.best, found.test_loss, found.test_accuracy) == (True, 3, 0.5, 0.75)
    assert found.confusion.tolist() == [[3, 1], [0, 4]] and found.file == "there"
    assert [one.index for one in found.wrong] == list(range(count))
    for mine, theirs in zip(wrong, found.wrong, strict=True):
        np.testing.assert_array_equal(mine.pixels, theirs.pixels)


def test_samples_arrive_with_their_labels() -> None:
    found = samples_of(sent(samples_message(floats(2, 4, 5, 1), [1, 0])), "train", [7, 3], INFO)
    assert found.labels.tolist() == [1, 0] and found.indices.tolist() == [7, 3] and found.part == "train"


@pytest.mark.parametrize("name", lies.LIES)
def test_lies_are_not_believed(name: str) -> None:
    """The truths of the fake trainer pass; each of its lies is refused."""
    ((part, lie),) = lies.LIES[name].items()
    hear(part, {})
    with pytest.raises((ValueError, KeyError, TypeError)):
        hear(part, lie)


def hear(part: str, lie: dict[str, Any]) -> object:
    begun = event_of(Message(lies.BEGUN), None)
    assert isinstance(begun, Begun)
    if part == "data":
        return data_of(Message({**lies.DATA, **lie}))
    if part == "begun":
        return event_of(Message({**lies.BEGUN, **lie}), None)
    if part == "result":
        return result_of(Message({**lies.RESULT, **lie}, (lies.WRONG,)), "", (4, 5, 1))
    told = {"progress": lies.PROGRESS, "epoch": lies.EPOCH}[part]
    return event_of(Message({**told, **lie}), begun)


@pytest.mark.parametrize("name", lies.FRAMES)
def test_frames_of_other_networks_are_not_believed(name: str) -> None:
    begun = event_of(Message(lies.BEGUN), None)
    assert isinstance(begun, Begun)
    header = {"reply": "working", "told": "frame", "batch": 0}
    assert isinstance(event_of(Message(header, (lies.KERNEL, lies.MAPS)), begun), Frame)
    with pytest.raises(ValueError, match="not"):
        event_of(Message(header, lies.FRAMES[name]), begun)


@pytest.mark.parametrize("name", lies.SAMPLES)
def test_samples_that_were_not_asked_for_are_not_believed(name: str) -> None:
    count, shape, value = lies.SAMPLES[name]
    label = 9 if name == "samples of no class" else 1
    message = Message({"reply": "samples", "labels": [label] * count}, (np.full(shape, value, np.float32),))
    with pytest.raises(ValueError, match=r"not|class"):
        samples_of(message, "train", [0, 1], INFO)


def test_nothing_happens_before_a_training_has_begun() -> None:
    with pytest.raises(ValueError, match="not begun"):
        event_of(Message(lies.PROGRESS), None)

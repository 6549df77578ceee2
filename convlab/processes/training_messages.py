"""What the trainer process tells, as messages, and back; the window takes nothing in them on trust.

Functions that read raise ValueError, KeyError or TypeError for what the trainer as we wrote it never sends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.learning.events import (
    Array,
    Begun,
    DataInfo,
    Download,
    EpochEnd,
    Event,
    Frame,
    LayerInfo,
    Progress,
    Result,
    Samples,
    Wrong,
)
from convlab.plain_text import safe_text
from convlab.processes.protocol import Message

MOST_SAMPLES = 100
MOST_WRONG = 60
MOST_CLASSES = 1000
_MOST_LAYERS = 200
_MOST_SIDE = 8192
_MOST_NOTES = 20
_NAME = 200

Header = Mapping[str, Any]


# --- told ---


def data_message(info: DataInfo) -> Message:
    """That data are loaded."""
    described = {
        "name": info.name,
        "class_names": list(info.class_names),
        "shape": list(info.shape),
        "range": [float(info.low), float(info.high)],
        "train": list(info.train_counts),
        "test": list(info.test_counts),
        "notes": list(info.notes),
    }
    return Message({"reply": "data", **described})


def download_message(download: Download) -> Message:
    """How far a download has come."""
    return _working("download", **vars(download))


def samples_message(pixels: Array, labels: Sequence[int]) -> Message:
    """Images of the data, in the order in which they were asked for."""
    return Message({"reply": "samples", "labels": [int(label) for label in labels]}, (pixels,))


def event_message(event: Event) -> Message:
    """What happens in a training."""
    if isinstance(event, Begun):
        layers = [[one.name, list(one.kernel_shape), list(one.map_shape)] for one in event.layers]
        counts = {"parameters": event.parameters, "batches": event.batches, "epoch": event.epoch}
        return _working("begun", layers=layers, **counts)
    if isinstance(event, Frame):
        message = _working("frame", batch=event.batch)
        return Message(message.header, (*event.kernels, *event.maps))
    return _working("progress" if isinstance(event, Progress) else "epoch", **vars(event))


def result_message(result: Result) -> Message:
    """That a training has ended."""
    wrong = [[one.index, one.label, one.predicted, one.probability] for one in result.wrong]
    told = {
        "stopped": result.stopped,
        "best": result.best,
        "test_loss": result.test_loss,
        "test_accuracy": result.test_accuracy,
        "confusion": result.confusion.tolist(),
        "wrong": wrong,
    }
    pixels = (np.stack([one.pixels for one in result.wrong]),) if wrong else ()
    return Message({"reply": "result", **told}, pixels)


def _working(told: str, **values: Any) -> Message:
    return Message({"reply": "working", "told": told, **values})


# --- heard ---


def data_of(message: Message) -> DataInfo:
    """The data that were loaded."""
    header = _reply(message, "data", 0)
    names = tuple(safe_text(_text(name), _NAME) for name in _list(header["class_names"], MOST_CLASSES))
    shape = _shape(header["shape"], 3)
    low, high = map(_number, _list(header["range"], 2))
    train, test = (tuple(map(_count, _list(header[key], MOST_CLASSES))) for key in ("train", "test"))
    if not names or not len(names) == len(train) == len(test) or low > high:
        raise ValueError("not data")
    notes = tuple(safe_text(_text(note), 400) for note in _list(header["notes"], _MOST_NOTES))
    return DataInfo(
        safe_text(_text(header["name"]), _NAME),
        names,
        (shape[0], shape[1], shape[2]),
        low,
        high,
        train,
        test,
        notes,
    )


def download_of(header: Header) -> Download:
    """How far a download has come."""
    name, unit = (safe_text(_text(header[key]), _NAME) for key in ("name", "unit"))
    return Download(name, _count(header["done"]), _count(header["of"]), unit)


def samples_of(message: Message, part: str, indices: Sequence[int], info: DataInfo) -> Samples:
    """The images that were asked for."""
    header = _reply(message, "samples", 1)
    labels = [_index(label, len(info.class_names)) for label in _list(header["labels"], MOST_SAMPLES)]
    if len(labels) != len(indices):
        raise ValueError("not these samples")
    pixels = _pixels(message.arrays[0], (len(indices), *info.shape))
    return Samples(part, pixels, _integers(labels), _integers(indices))


def event_of(message: Message, begun: Begun | None) -> Event | None:
    """What happened in the training that has begun so; None for a mere sign of life."""
    header = message.header
    told = header.get("told")
    if told != "frame" and message.arrays:
        raise ValueError("arrays that nobody expects")
    if told is None:
        return None
    if begun is None:
        if told != "begun":
            raise ValueError("a training that has not begun")
        return _begun(header)
    readers: dict[str, Callable[[], Event]] = {
        "frame": lambda: _frame(message, begun),
        "progress": lambda: _progress(header, begun),
        "epoch": lambda: _epoch(header),
    }
    return readers[told]()


def result_of(message: Message, file: str, shape: tuple[int, int, int]) -> Result:
    """How a training ended. file: where its network was to be written. shape: of one image."""
    header = message.header
    if header["reply"] != "result" or type(header["stopped"]) is not bool:
        raise ValueError("not a result")
    confusion = _confusion(header["confusion"])
    wrong = _wrong(header["wrong"], message.arrays, shape, len(confusion))
    loss, accuracy = _number(header["test_loss"]), _share(header["test_accuracy"])
    best = _count(header["best"])
    return Result(header["stopped"], best, loss, accuracy, confusion, wrong, file)


def _begun(header: Header) -> Begun:
    layers = []
    for name, kernel, maps in _list(header["layers"], _MOST_LAYERS):
        rows, columns, filters = _shape(maps, 3)
        layers.append(LayerInfo(safe_text(_text(name), _NAME), _shape(kernel, 4), (rows, columns, filters)))
    batches, epoch = _count(header["batches"]), _count(header["epoch"])
    return Begun(tuple(layers), _count(header["parameters"]), max(batches, 1), epoch)


def _frame(message: Message, begun: Begun) -> Frame:
    shapes = [one.kernel_shape for one in begun.layers] + [one.map_shape for one in begun.layers]
    if [array.shape for array in message.arrays] != shapes:
        raise ValueError("not a frame of this network")
    arrays = tuple(_floats(array) for array in message.arrays)
    count = len(begun.layers)
    return Frame(_count(message.header["batch"]), arrays[:count], arrays[count:])


def _progress(header: Header, begun: Begun) -> Progress:
    epoch, batch = _count(header["epoch"]), _count(header["batch"])
    if header["batches"] != begun.batches or batch > begun.batches:
        raise ValueError("more batches than there are")
    left = None if header["left"] is None else max(_number(header["left"]), 0.0)
    loss, accuracy, seconds = _number(header["loss"]), _share(header["accuracy"]), _number(header["seconds"])
    return Progress(epoch, batch, begun.batches, loss, accuracy, seconds, left)


def _epoch(header: Header) -> EpochEnd:
    return epoch_of({key: value for key, value in header.items() if key not in ("reply", "told", "id")})


def epoch_of(value: Mapping[str, Any]) -> EpochEnd:
    """An epoch as it is told, and as it is kept in a file."""
    if set(value) != set(EpochEnd.__dataclass_fields__):
        raise ValueError("not an epoch")
    losses = {key: _number(value[key]) for key in ("loss", "val_loss", "seconds")}
    shares = {key: _share(value[key]) for key in ("accuracy", "val_accuracy")}
    return EpochEnd(epoch=_count(value["epoch"]), **losses, **shares)


def _confusion(value: Any) -> NDArray[np.int64]:
    rows = [[_count(n) for n in _list(row, MOST_CLASSES)] for row in _list(value, MOST_CLASSES)]
    if not rows or any(len(row) != len(rows) for row in rows):
        raise ValueError("not a confusion matrix")
    confusion = np.array(rows, np.int64)
    confusion.setflags(write=False)
    return confusion


def _wrong(
    value: Any, arrays: tuple[NDArray[Any], ...], shape: tuple[int, int, int], classes: int
) -> tuple[Wrong, ...]:
    entries = _list(value, MOST_WRONG)
    if len(arrays) != (1 if entries else 0):
        raise ValueError("not the wrong images")
    pixels = _pixels(arrays[0], (len(entries), *shape)) if entries else ()
    return tuple(
        Wrong(_count(index), _index(label, classes), _index(other, classes), _share(probability), image)
        for (index, label, other, probability), image in zip(entries, pixels, strict=True)
    )


# --- single values ---


def _reply(message: Message, reply: str, arrays: int) -> Header:
    if message.header["reply"] != reply or len(message.arrays) != arrays:
        raise ValueError(f"not {reply}")
    return message.header


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("not a text")
    return value


def _list(value: Any, most: int) -> list[Any]:
    if type(value) is not list or len(value) > most:
        raise ValueError("not such a list")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)


def _share(value: Any) -> float:
    number = _number(value)
    if not -1e-6 <= number <= 1 + 1e-6:
        raise ValueError("not a share")
    return min(max(number, 0.0), 1.0)


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError("not a count")
    return int(value)


def _index(value: Any, most: int) -> int:
    if _count(value) >= most:
        raise ValueError("there is no such class")
    return int(value)


def _shape(value: Any, axes: int) -> tuple[int, ...]:
    sizes = tuple(map(_count, _list(value, axes)))
    if len(sizes) != axes or not all(1 <= size <= _MOST_SIDE for size in sizes):
        raise ValueError("not a shape")
    return sizes


def _floats(array: NDArray[Any]) -> Array:
    if array.dtype != np.float32:
        raise ValueError("not numbers")
    array.setflags(write=False)
    return array


def _pixels(array: NDArray[Any], shape: tuple[int, ...]) -> Array:
    pixels = _floats(array)
    if pixels.shape != shape or not np.all((pixels >= 0) & (pixels <= 1)):
        raise ValueError("not these images")
    return pixels


def _integers(values: Sequence[int]) -> NDArray[np.int64]:
    array = np.array(values, np.int64)
    array.setflags(write=False)
    return array

from __future__ import annotations

import contextlib
import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convlab.processes.protocol import DATA, HEADER, MAX_ARRAYS, Message, Parser, ProtocolError, frames

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
arrays = st.lists(
    hnp.arrays(
        st.sampled_from((np.uint8, np.float32, ">f4")),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    ),
    max_size=3,
)


def sent(message: Message) -> bytes:
    return b"".join(bytes(piece) for piece in frames(message))


def frame(kind: int, body: bytes, length: int | None = None) -> bytes:
    return struct.pack("<IB", len(body) if length is None else length, kind) + body


def header(arrays: Any = (), header: Any = None) -> bytes:
    return frame(HEADER, json.dumps({"header": header or {}, "arrays": list(arrays)}).encode())


def same(one: Message, other: Message) -> bool:
    return one.header == other.header and all(
        a.shape == b.shape and np.array_equal(a, b, equal_nan=True)
        for a, b in zip(one.arrays, other.arrays, strict=True)
    )


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.builds(Message, st.dictionaries(st.text(), plain), arrays.map(tuple)), max_size=3), st.data()
)
def test_messages_come_back_however_the_stream_is_cut(messages: list[Message], data: st.DataObject) -> None:
    stream = b"".join(sent(message) for message in messages)
    parser, received, at = Parser(), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, max(1, len(stream) // 3)))
        received += parser.feed(stream[at : at + size])
        at += size
    assert parser.idle
    assert all(same(one, other) for one, other in zip(messages, received, strict=True))


def test_an_array_of_several_frames_comes_back() -> None:
    array = np.arange(900_000, dtype=np.float32).reshape(300, 1000, 3)
    (message,) = Parser().feed(sent(Message({}, (array, array[::2]))))
    assert np.array_equal(message.arrays[0], array) and np.array_equal(message.arrays[1], array[::2])


def test_a_lone_surrogate_of_a_path_comes_back() -> None:
    (message,) = Parser().feed(sent(Message({"path": "/tmp/\udcff"})))
    assert message.header["path"] == "/tmp/\udcff"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"bytes", np.float32(1)])
def test_only_plain_values_are_sent(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        sent(Message({"value": value}))


@pytest.mark.parametrize("dtype", ["O", "f8", "i4", "c8", "U3", "M8[s]"])
def test_only_bytes_and_floats_are_sent(dtype: str) -> None:
    with pytest.raises(ValueError, match="not sent"):
        sent(Message({}, (np.zeros(2, dtype),)))


WRONG = {
    "a frame longer than possible": frame(HEADER, b"", 2**32 - 1),
    "an empty frame": frame(HEADER, b""),
    "an unknown kind": frame(7, b"x"),
    "data without a header": frame(DATA, b"x"),
    "data where none is missing": header([["u1", [0]]]) + frame(DATA, b"x"),
    "more data than announced": header([["u1", [2]]]) + frame(DATA, b"xyz"),
    "empty data for ever": header([["u1", [2]]]) + frame(DATA, b""),
    "a header amid the data": header([["u1", [2]]]) + header(),
    "no JSON": frame(HEADER, b"{"),
    "no text": frame(HEADER, b"\xff\xfe"),
    "NaN in the header": frame(HEADER, b'{"header": {"a": NaN}, "arrays": []}'),
    "NaN in a shape": frame(HEADER, b'{"header": {}, "arrays": [["u1", [NaN]]]}'),
    "a float in a shape": header([["u1", [2.0]]]),
    "a truth value in a shape": header([["u1", [True]]]),
    "a negative size": header([["u1", [-1, -1]]]),
    "sizes whose product overflows": header([["u1", [2**31, 2**31, 2**31]]]),
    "a zero that hides an overflow": header([["u1", [0, 2**31, 2**31]]]),
    "an array on no shelf": header([["u1", [2], 4096]]),
    "a place that is no number": header([["u1", [2], "4096"]]),
    "a place before the shelf": header([["u1", [2], -1]]),
    "more than may be sent": header([["f4", [2**20]]] * 700),
    "too many arrays": header([["u1", [1]]] * (MAX_ARRAYS + 1)),
    "too many dimensions": header([["u1", [1] * 20]]),
    "an object array": header([["O", [1]]]),
    "a dtype that is no text": header([[["u1"], [1]]]),
    "a name twice": frame(HEADER, b'{"header": {}, "header": {}, "arrays": []}'),
    "a key too many": frame(HEADER, b'{"header": {}, "arrays": [], "more": 1}'),
    "a header that is a list": frame(HEADER, b'{"header": [], "arrays": []}'),
    "a list": frame(HEADER, b"[]"),
    "deep nesting": frame(HEADER, b'{"header": {"a": ' + b"[" * 5000 + b"]" * 5000 + b'}, "arrays": []}'),
    "a number of a million digits": frame(
        HEADER, b'{"header": {"a": ' + b"9" * 900_000 + b'}, "arrays": []}'
    ),
}


@pytest.mark.parametrize("stream", WRONG.values(), ids=WRONG)
def test_what_is_no_message_is_refused(stream: bytes) -> None:
    with pytest.raises(ProtocolError):
        Parser(max_array_bytes=2**31).feed(stream)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200), st.integers(0, 60))
def test_garbage_raises_nothing_but_a_protocol_error(garbage: bytes, at: int) -> None:
    stream = bytearray(sent(Message({"a": [1, "b"]}, (np.arange(6, dtype=np.uint8),))))
    stream[at : at + len(garbage)] = garbage
    with contextlib.suppress(ProtocolError):
        Parser(max_array_bytes=2**20).feed(stream)

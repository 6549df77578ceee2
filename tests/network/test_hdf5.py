"""Numbers of every type and packing that HDF5 files of networks have, against what was written."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from convlab.network.hdf5 import Hdf5
from convlab.network.hdf5_numbers import as_floats, as_stored
from convlab.network.refusals import Refused
from tests.network.hand_made import hdf5

VALUES = np.random.default_rng(5).normal(scale=40, size=(37, 23, 5))


def read(data: bytes, *parts: str) -> NDArray[np.float32]:
    file = Hdf5(io.BytesIO(data), len(data))
    dataset = file.tree().datasets[parts]
    out = np.full(dataset.shape, np.nan, np.float32)
    file.read(dataset, out)
    return out


@pytest.mark.parametrize("dtype", ["<f4", "<f2", "<f8", ">f4", ">f8", "i1", "<i4", ">i2", "u1", "<u8"])
def test_every_type_of_number_is_read_as_float32(dtype: str) -> None:
    values = np.abs(VALUES).astype(dtype) if "u" in dtype else VALUES.astype(dtype)
    np.testing.assert_array_equal(read(hdf5({"g/a": values}), "g", "a"), values.astype(np.float32))


@pytest.mark.parametrize(
    "how",
    [
        {"chunks": (8, 7, 5)},
        {"chunks": (40, 40, 40), "maxshape": (None, None, None)},
        {"chunks": (8, 7, 5), "compression": "gzip"},
        {"chunks": (37, 23, 5), "compression": 9, "shuffle": True, "fletcher32": True},
        {"chunks": (5, 23, 1), "shuffle": True},
    ],
    ids=["plain", "growing", "deflated", "everything", "shuffled"],
)
@pytest.mark.parametrize("dtype", ["f4", "f2"])
def test_numbers_in_pieces_are_put_together(how: dict[str, Any], dtype: str) -> None:
    values = VALUES.astype(dtype)
    np.testing.assert_array_equal(read(hdf5({"a": values}, **how), "a"), values.astype(np.float32))


def test_pieces_that_were_never_written_are_zeros() -> None:
    def some(file: h5py.File) -> None:
        file.create_dataset("a", (10, 10), "f4", chunks=(3, 3))[4, 4] = 7

    expected = np.zeros((10, 10), np.float32)
    expected[4, 4] = 7
    np.testing.assert_array_equal(read(hdf5({}, some), "a"), expected)


def test_the_smallest_arrays() -> None:
    data = hdf5({"one": np.float32(3.5), "none": np.zeros((0, 3), np.float32)})
    assert read(data, "one") == 3.5
    assert read(data, "none").shape == (0, 3)


def test_bfloat16_is_the_upper_half_of_a_float32() -> None:
    halves = np.array([0x3F80, 0xC020, 0x7F80, 0x0000], np.uint16)

    def brain(file: h5py.File) -> None:
        file.create_dataset("a", data=halves.view("V2")).attrs["dtype"] = "bfloat16"

    np.testing.assert_array_equal(read(hdf5({}, brain), "a"), np.array([1, -2.5, np.inf, 0], np.float32))


@pytest.mark.parametrize(
    ("value", "bits"),
    [(1.0, 0x3F80), (1.00390625, 0x3F80), (1.01171875, 0x3F82), (1.005, 0x3F81), (np.nan, 0x7FC0)],
    ids=["exact", "tie down", "tie up", "near", "nan"],
)
def test_bfloat16_is_rounded_to_even(value: float, bits: int) -> None:
    assert as_stored(np.array([value], np.float32), "<u2", True).tolist() == [bits]


def test_what_is_stored_comes_back() -> None:
    values = VALUES.astype(np.float32)
    np.testing.assert_array_equal(as_floats(as_stored(values, ">f8", False), False), values)
    whole = as_stored(np.array([300, -3.5, 2.5], np.float32), "i1", False)
    assert whole.tolist() == [127, -4, 2]


def test_texts_of_all_kinds() -> None:
    def told(file: h5py.File) -> None:
        file.attrs["texts"] = ["a", "bö"]
        file.attrs["bytes"] = np.array([b"q", b"rst"])
        file.attrs["one"] = "x" * 70_000
        file.attrs["none"] = []
        file.attrs["empty"] = h5py.Empty("S1")
        file.attrs["number"] = 3

    data = hdf5({}, told)
    file = Hdf5(io.BytesIO(data), len(data))
    assert file.texts((), "texts") == ("a", "bö")
    assert file.texts((), "bytes") == ("q", "rst")
    assert file.texts((), "one") == ("x" * 70_000,)
    assert file.texts((), "none") == file.texts((), "empty") == ()
    assert file.texts((), "number") is None and file.texts((), "missing") is None


def test_groups_come_in_the_order_in_which_they_were_made() -> None:
    names = ["zeta", "alpha", "mid", "beta"]
    data = hdf5({f"{name}/a": np.zeros(1, np.float32) for name in names})
    file = Hdf5(io.BytesIO(data), len(data))
    assert [place[0] for place in file.tree().datasets] == names


@pytest.mark.parametrize("cut", range(100, 2500, 97))
def test_a_cut_file_is_refused_and_never_read_beyond(cut: int) -> None:
    data = hdf5({"layers/a/vars/0": VALUES}, chunks=True, compression="gzip")[:cut]
    with pytest.raises(Refused):
        Hdf5(io.BytesIO(data), len(data)).tree()


@pytest.mark.parametrize("seed", range(60))
def test_changed_bytes_are_numbers_or_a_refusal(seed: int) -> None:
    """Only where no text lies in the library's heap: that one may go round for ever."""
    rng = np.random.default_rng(seed)
    data = bytearray(hdf5({"a/0": VALUES.astype(np.float32), "b/1": VALUES}, compression="gzip"))
    for place in rng.integers(48, 3000, 4):
        data[place] ^= 1 << rng.integers(8)
    with suppress(Refused):
        file = Hdf5(io.BytesIO(bytes(data)), len(data))
        for dataset in file.tree().datasets.values():
            file.read(dataset, np.empty(dataset.shape, np.float32))

"""Hostile HDF5: links and numbers of other files, arrays that unpack without end, circles, changed numbers."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t

from tests.network.hand_made import KERNEL, NAMED, NUMBERED, hdf5, keras_zip, legacy

Files = list[tuple[str, bytes, str]]


def opening() -> Files:
    wrong = {**NUMBERED, "layers/conv2d/vars/0": np.zeros((5, 5, 1, 2), np.float32)}
    texts = {**NUMBERED, "layers/conv2d/vars/0": np.array([b"a", b"b"])}
    scalar = {**NUMBERED, "layers/conv2d/vars/0": np.float32(3)}
    compound = {**NUMBERED, "layers/conv2d/vars/0": np.zeros(3, [("a", "f4"), ("b", "i4")])}
    nan = {**NUMBERED, "layers/conv2d/vars/0": np.full_like(KERNEL, np.nan)}
    huge = {**NUMBERED, "layers/conv2d/vars/0": np.full(KERNEL.shape, 1e300)}
    more = {**NUMBERED, "optimizer/vars/0": KERNEL, "layers/evil/vars/0": KERNEL}
    found = {
        "wrong shape": (wrong, "conv"),
        "texts for weights": (texts, "conv"),
        "a single number": (scalar, "conv"),
        "records": (compound, "conv"),
        "nan among weights": (nan, ""),
        "too large for float32": (huge, ""),
        "more than there is": (more, ""),
        "no weights at all": ({}, "conv"),
        "half of them": ({"layers/conv2d/vars/0": KERNEL}, "conv"),
    }
    packed = {"compression": "gzip", "shuffle": True, "fletcher32": True}
    files = [
        (f"{name}.keras", keras_zip(weights=hdf5(arrays)), word) for name, (arrays, word) in found.items()
    ]
    return [
        *files,
        ("packed.keras", keras_zip(weights=hdf5(**packed)), ""),
        ("packed.h5", legacy(**packed), ""),
        (
            "markup in names.h5",
            legacy(groups={"<b>x</b>\u202e": NAMED["conv"]}, weights_only=True),
            "weights only",
        ),
        ("links elsewhere.h5", legacy(change=lambda file: _link(file, "optimizer_weights")), ""),
    ]


def refused(folder: Path) -> Files:
    pipe = folder / "pipe"
    if hasattr(os, "mkfifo") and not pipe.exists():
        os.mkfifo(pipe)
    other = folder / "other.h5"
    other.write_bytes(hdf5())
    secret = folder / "secret.bin"
    secret.write_bytes(bytes(4096))
    changes: dict[str, tuple[Any, str]] = {
        "link to a pipe": (lambda file: _link(file, "layers", str(pipe)), "link"),
        "link to a file": (lambda file: _link(file, "layers", str(other)), "link"),
        "link in a layer": (lambda file: _link(file, "layers/conv2d/vars", str(pipe)), "link"),
        "soft link": (_soft, "link"),
        "numbers of another file": (lambda file: _external(file, secret), "other files"),
        "virtual": (lambda file: _virtual(file, other, None), "other files"),
        "virtual without end": (lambda file: _virtual(file, pipe, h5s.UNLIMITED), "other files"),
        "other packing": (
            lambda file: file.create_dataset("layers/x/vars/0", data=KERNEL, compression="lzf"),
            "lzf",
        ),
        "claims": (
            lambda file: file.create_dataset("layers/x/vars/0", (30_000, 30_000), "f4", chunks=True),
            "larger",
        ),
        "claims a little": (_many_claims, "larger"),
        "too large": (
            lambda file: file.create_dataset("layers/x/vars/0", (10**6, 10**6), "f4", chunks=True),
            "MB",
        ),
        "zeros": (_zeros, "larger"),
        "many axes": (lambda file: file.create_dataset("layers/x/vars/0", (1,) * 20, "f4"), "axes"),
        "circle": (_circle, "circle"),
        "deep": (lambda file: file.create_group("layers/" + "/".join("x" * 40)), "nested"),
        "many groups": (_many_groups, "parts"),
    }
    found = [
        (f"{name}.weights.h5", hdf5({} if "link" in name else NUMBERED, change), word)
        for name, (change, word) in changes.items()
    ]
    found += [
        (f"{name}.keras", keras_zip(weights=hdf5({} if "link" in name else NUMBERED, change)), word)
        for name, (change, word) in changes.items()
        if name in ("link to a pipe", "numbers of another file", "virtual", "claims", "circle")
    ]
    good, heap = legacy(), legacy(long_text=True)
    cuts = [(f"cut {n}.h5", good[: len(good) * n // 12], "") for n in (1, 2, 4, 6, 8, 10, 11)]
    return [
        *found,
        *cuts,
        ("cut heap.h5", heap[: heap.index(b"GCOL") + 100], ""),
        ("bomb in a piece.h5", _bomb_in_a_piece(), "packed in a wrong way"),
        ("link for a layer.h5", legacy(change=_layer_link), "link"),
    ]


def endless() -> list[tuple[str, bytes]]:
    """One changed number in the heap of texts: the library goes round for ever, and holds the whole process."""
    data = bytearray(legacy(long_text=True))
    start = data.index(b"GCOL")
    size = int.from_bytes(data[start + 8 : start + 16], "little")
    place = start + 16
    while place < start + size:
        index = int.from_bytes(data[place : place + 2], "little")
        length = int.from_bytes(data[place + 8 : place + 16], "little")
        if index == 0:
            data[place + 8 : place + 16] = bytes(8)
            break
        place += 16 + -(-length // 8) * 8
    return [("endless.h5", bytes(data))]


def _link(file: h5py.File, place: str, target: str = "/etc/passwd") -> None:
    file[place] = h5py.ExternalLink(target, "/")


def _soft(file: h5py.File) -> None:
    file["layers"] = h5py.SoftLink("/elsewhere")
    for place, array in NUMBERED.items():
        file["elsewhere" + place.removeprefix("layers")] = array


def _layer_link(file: h5py.File) -> None:
    group = file["model_weights/conv/conv"]
    del group["kernel:0"]
    group["kernel:0"] = h5py.ExternalLink("/etc/passwd", "/")


def _external(file: h5py.File, other: Path) -> None:
    file.create_dataset("layers/x/vars/0", (10,), "f4", external=[(str(other), 0, 40)])


def _virtual(file: h5py.File, other: Path, count: Any) -> None:
    if count is None:
        layout = h5py.VirtualLayout((3, 3, 1, 2), "f4")
        layout[...] = h5py.VirtualSource(str(other), "layers/conv2d/vars/0", (3, 3, 1, 2))
        file.create_virtual_dataset("layers/x/vars/0", layout)
        return
    space, source = h5s.create_simple((1,), (count,)), h5s.create_simple((1,), (count,))
    for one in (space, source):
        one.select_hyperslab((0,), (count,), (1,), (1,))
    settings = h5p.create(h5p.DATASET_CREATE)
    settings.set_virtual(space, str(other).encode(), b"data", source)
    group = file.create_group("layers/x/vars")
    h5d.create(group.id, b"0", h5t.IEEE_F32LE, h5s.create_simple((1,), (count,)), settings)


def _many_claims(file: h5py.File) -> None:
    for number in range(250):
        file.create_dataset(f"layers/x_{number}/vars/0", (500, 500), "f4")


def _zeros(file: h5py.File) -> None:
    file.create_dataset(
        "layers/x/vars/0", data=np.zeros((4000, 4000), "f4"), compression=9, chunks=(4000, 4000)
    )


def _circle(file: h5py.File) -> None:
    file["layers/conv2d/again"] = file["layers"]


def _many_groups(file: h5py.File) -> None:
    group, other = file.create_group("layers/x").id, file["layers/conv2d/vars"].id
    for number in range(26_000):
        group.links.create_hard(b"%d" % number, other, b"0")


def _bomb_in_a_piece() -> bytes:
    """A packed piece that becomes a hundred times what its place in the array is."""
    data = io.BytesIO(legacy(groups={"conv": NAMED["conv"], "flatten": {}, "dense": {}}))
    with h5py.File(data, "r+") as file:
        group = file["model_weights/dense"]
        group.attrs["weight_names"] = np.array([b"dense/kernel:0"])
        dataset = group.create_dataset("dense/kernel:0", (72, 4), "f4", chunks=(72, 4), compression="gzip")
        dataset.id.write_direct_chunk((0, 0), zlib.compress(bytes(200_000_000), 1))
    return data.getvalue()

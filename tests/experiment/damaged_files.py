"""Some sixty files that are not what they should be, built from a good one; what each of them tries is its name."""

from __future__ import annotations

import io
import json
import pickle
import struct
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np

MEMBER = "experiment.json"


def members(good: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", method) as archive:
        warnings.simplefilter("ignore")  # Duplicate names are meant.
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def npy_claiming(shape: str, descr: str = "'<f4'", content: bytes = b"\0" * 400) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + content


def damaged_containers(good: bytes) -> dict[str, bytes]:
    """Files whose zip, arrays or JSON are broken or set as traps."""
    parts = members(good)
    document = parts[MEMBER]
    end = good.rindex(b"PK\x05\x06")
    central = good.index(b"PK\x01\x02")

    def with_part(name: str, content: bytes) -> bytes:
        return zipped(list({**parts, name: content}.items()))

    def patched(at: int, *new: int) -> bytes:
        changed = bytearray(good)
        changed[at : at + len(new)] = new
        return bytes(changed)

    second = good.index(b"PK\x01\x02", central + 4)
    return {
        "0 bytes": b"",
        "one byte": b"P",
        "text": b"this is no zip file\n" * 9,
        "a web page": b"<!doctype html><title>404</title>",
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "only zeros": bytes(1000),
        "only a zip's first mark": b"PK\x03\x04",
        "an empty zip": zipped([]),
        **{f"cut off after {n} %": good[: len(good) * n // 100] for n in (1, 5, 20, 40, 60, 80, 95)},
        "the last byte missing": good[:-1],
        "the first byte missing": good[1:],
        "something before it": b"#!/bin/sh\n" + good,
        "something after it": good + b"more",
        "a comment after it": good[:-2] + b"\x04\x00more",
        "a wrong checksum": patched(central + 16, 1, 2, 3, 4),
        "a byte changed in the content": patched(good.index(b"PK\x03\x04", 4) + 60, good[100] ^ 0x55),
        "garbage instead of packed data": patched(45, *([0xFF] * 40)),
        "an encrypted part": patched(central + 8, 1),
        "an unknown way of packing": patched(central + 10, 99),
        "packed with LZMA": zipped(list(parts.items()), zipfile.ZIP_LZMA),
        "packed with bzip2": zipped(list(parts.items()), zipfile.ZIP_BZIP2),
        "a directory that claims 65,535 parts": patched(end + 8, 255, 255, 255, 255),
        "a directory that starts elsewhere": patched(end + 16, 1, 1),
        "a directory of 4 GB": patched(end + 12, 255, 255, 255, 255),
        "a part that claims 4 GB": patched(central + 24, 255, 255, 255, 255),
        "a part that claims to be longer than packed": patched(central + 20, 255, 255, 0, 0),
        "parts that overlap": patched(second + 42, 0, 0, 0, 0),
        "another name inside than in the directory": patched(30, *b"experimenT.json"),
        "a part hidden between the others": hidden_part(good, central, end),
        "the same name twice": zipped([*parts.items(), (MEMBER, document)]),
        "a path that leaves the folder": with_part("../outside.npy", parts["image.npy"]),
        "an absolute path": with_part("/etc/passwd", b"root"),
        "a Windows path": with_part("C:\\windows\\image.npy", b"x"),
        "a folder": with_part("folder/", b""),
        "a program": with_part("run.py", b"print()"),
        "no description": zipped([(name, part) for name, part in parts.items() if name != MEMBER]),
        "a thousand parts": zipped([*parts.items(), *((f"kernel-{n}.npy", b"") for n in range(500, 1500))]),
        "a zip bomb": with_part("kernel-9.npy", bytes(70 * 1024 * 1024)),
        "a bomb as a description": with_part(MEMBER, document + b" " * 2_000_000),
        "60,000 × 60,000 pixels": with_part("image.npy", npy_claiming("(60000, 60000, 1)")),
        "sizes whose product overflows": with_part(
            "image.npy", npy_claiming("(999999999, 999999999, 999999999)")
        ),
        "negative sizes": with_part("image.npy", npy_claiming("(-10, -10, 1)")),
        "an array cut off": with_part("image.npy", parts["image.npy"][:-7]),
        "an array with more behind it": with_part("image.npy", parts["image.npy"] + b"more"),
        "an array that is none": with_part("image.npy", b"10 10 1"),
        "an array of nothing": with_part("image.npy", b""),
        "an array of pickled objects": with_part("image.npy", npy(np.array([{"a": 1}], dtype=object))),
        "a pickle": with_part("image.npy", pickle.dumps({"a": 1})),
        "an array of texts": with_part("image.npy", npy(np.array(["a", "b"]))),
        "an array of float64": with_part("image.npy", npy(np.zeros((10, 10, 1)))),
        "a header that is a program": with_part("image.npy", npy_claiming("__import__('os').getcwd()")),
        "a header nested deeply": with_part("image.npy", npy_claiming("(" * 500)),
        "a header of 60 kB": with_part("image.npy", npy_claiming("(10, 10, 1)" + " " * 60_000)),
        "a description that is no JSON": with_part(MEMBER, b"{'format': 1}"),
        "a description that breaks off": with_part(MEMBER, document[: len(document) // 2]),
        "a description that is a list": with_part(MEMBER, b"[1]"),
        "a description that is no text": with_part(MEMBER, b"\xff\xfe\x00{"),
        "a description of nothing": with_part(MEMBER, b""),
        "a key twice": with_part(MEMBER, b'{"format": 1, ' + document.lstrip()[1:]),
        "100,000 brackets": with_part(MEMBER, b"[" * 100_000),
        "100,000 braces": with_part(MEMBER, b'{"a":' * 100_000),
        "nested forty deep": with_part(MEMBER, b'{"format": 1, "view": ' + b"[" * 40 + b"]" * 40 + b"}"),
        "NaN": with_part(MEMBER, document.replace(b'"white": 9.0', b'"white": NaN')),
        "Infinity": with_part(MEMBER, document.replace(b'"white": 9.0', b'"white": -Infinity')),
        "1e999": with_part(MEMBER, document.replace(b'"white": 9.0', b'"white": 1e999')),
        "an integer of 5,000 digits": with_part(
            MEMBER, document.replace(b'"white": 9.0', b'"white": ' + b"9" * 5000)
        ),
    }


def hidden_part(good: bytes, central: int, end: int) -> bytes:
    """Bytes between the last part and the directory, with the directory's start corrected."""
    start = struct.unpack_from("<L", good, end + 16)[0]
    moved = good[:end] + good[end : end + 16] + struct.pack("<L", start + 9) + good[end + 20 :]
    return moved[:central] + b"hidden..." + moved[central:]


WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1.5,
    10**17,
    "",
    "nonsense",
    [],
    [1],
    [[1, 2], 3],
    {},
    {"a": 1},
)


def wrong_documents(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The description with each of its fields, however deep, missing or replaced by values of other kinds."""
    found: list[tuple[str, dict[str, Any]]] = []
    text = json.dumps(document)
    for path in _paths(document):
        found.append(
            (f"without {_name(path)}", _changed(text, path, lambda place, key: place.__delitem__(key)))
        )
        for value in WRONG_VALUES:
            changed = _changed(text, path, lambda place, key, value=value: place.__setitem__(key, value))
            found.append((f"{_name(path)} = {value!r}", changed))
    return found


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, child in items for found in ((*path, key), *_paths(child, (*path, key)))]


def _name(path: tuple[Any, ...]) -> str:
    return ".".join(str(key) for key in path)


def _changed(text: str, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    change(place, path[-1])
    return document

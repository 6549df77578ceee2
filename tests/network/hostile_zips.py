"""Hostile archives: paths that lead outside, parts on top of each other, endless unpacking, cuts."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile

from tests.network.hand_made import hdf5, keras_members, keras_zip

Files = list[tuple[str, bytes, str]]


def opening() -> Files:
    """Unusual, but harmless."""
    return [
        ("deflated.keras", keras_zip(method=zipfile.ZIP_DEFLATED), ""),
        ("with assets.keras", keras_zip(assets__txt=b"x" * 100), ""),
        ("with a comment.keras", _with_comment(b"saved by hand"), ""),
        ("with a byte order mark.keras", keras_zip(b"\xef\xbb\xbf" + keras_members()["config.json"]), ""),
        ("streamed.keras", _streamed(), ""),
    ]


def refused() -> Files:
    good = keras_zip()
    cuts = [(f"cut at {n} of 10.keras", good[: len(good) * n // 10], "breaks off") for n in (1, 3, 6, 9)]
    paths = ["../../evil.txt", "/etc/evil", "C:\\evil", "a\\..\\b", "a/../../b", "con:"]
    flipped = bytearray(good)
    flipped[good.index(b"Sequential")] ^= 1
    weights = bytearray(good)
    weights[good.index(b"\x89HDF") + 3000] ^= 1
    return [
        *cuts,
        *((f"path {number}.keras", _with_member(path), "names") for number, path in enumerate(paths)),
        ("linked.keras", _with_link(), "links"),
        ("same name twice.keras", _twice(), "same name"),
        ("encrypted.keras", _flagged(good, 1), "encrypted"),
        ("lzma.keras", keras_zip(method=zipfile.ZIP_LZMA), "compressed"),
        ("bzip2.keras", keras_zip(method=zipfile.ZIP_BZIP2), "compressed"),
        ("something in front.keras", _in_front(good), "damaged"),
        ("something behind.keras", good + b"more", "breaks off"),
        ("wrong checksum.keras", bytes(flipped), "not what was saved"),
        ("wrong checksum of the weights.keras", bytes(weights), "not what was saved"),
        ("many parts.keras", keras_zip(**{f"part{n}": b"" for n in range(2500)}), "parts"),
        ("bomb.keras", _bomb(70_000_000), "100 times"),
        ("bomb in the description.keras", keras_zip(b" " * 40_000_000, method=zipfile.ZIP_DEFLATED), "32 MB"),
        ("bomb that lies.keras", _lying(), "damaged"),
        ("quoted overlap.keras", _overlapping(), "damaged"),
        ("one part for all.keras", _one_for_all(), "damaged"),
        ("a part behind the end.keras", _moved(good), "damaged"),
    ]


def _with_comment(comment: bytes) -> bytes:
    data = io.BytesIO(keras_zip())
    with zipfile.ZipFile(data, "a") as archive:
        archive.comment = comment
    return data.getvalue()


class _Pipe(io.RawIOBase):
    """What cannot be gone back in, so that sizes and checksums are written behind each part."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def _streamed() -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        for name, content in keras_members().items():
            archive.writestr(name, content)
    return bytes(pipe.data)


def _with_member(name: str) -> bytes:
    data = io.BytesIO(keras_zip())
    with zipfile.ZipFile(data, "a") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, b"evil")
    return data.getvalue()


def _with_link() -> bytes:
    data = io.BytesIO(keras_zip())
    with zipfile.ZipFile(data, "a") as archive:
        info = zipfile.ZipInfo("assets/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, b"/etc/passwd")
    return data.getvalue()


def _twice() -> bytes:
    data = io.BytesIO(keras_zip())
    with zipfile.ZipFile(data, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("config.json", b"{}")
    return data.getvalue()


def _entries(data: bytes) -> list[int]:
    """Where the parts are described in the list at the end."""
    start = int.from_bytes(data[-6:-2], "little")
    found = []
    while data[start : start + 4] == b"PK\1\2":
        found.append(start)
        name, extra, comment = struct.unpack("<3H", data[start + 28 : start + 34])
        start += 46 + name + extra + comment
    return found


def _flagged(data: bytes, flags: int) -> bytes:
    changed = bytearray(data)
    for entry in _entries(data):
        changed[entry + 8] |= flags
    return bytes(changed)


def _in_front(data: bytes) -> bytes:
    """Looks like a part, so that the file begins as it should; all places are told rightly from there."""
    return b"PK\3\4" + bytes(40) + data


def _bomb(size: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in keras_members().items():
            archive.writestr(name, content)
        with archive.open("assets/big", "w") as member:
            for _ in range(size // 1_000_000):
                member.write(bytes(1_000_000))
    return data.getvalue()


def _lying() -> bytes:
    """A part that says that it is small and becomes large."""
    data = bytearray(keras_zip(weights=hdf5() + bytes(30_000_000), method=zipfile.ZIP_DEFLATED))
    entry = _entries(bytes(data))[2]
    header = int.from_bytes(data[entry + 42 : entry + 46], "little")
    for place in (entry + 24, header + 22):
        data[place : place + 4] = (100_000).to_bytes(4, "little")
    return bytes(data)


def _overlapping() -> bytes:
    """A part whose own description lies within the part before it (David Fifield, A better zip bomb, 2019)."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("inner.bin", bytes(1000))
    whole = inner.getvalue()
    local = whole[: whole.index(b"PK\1\2")]
    data = bytearray(keras_zip(quote__bin=local + bytes(50)))
    entry = _entries(bytes(data))[3]
    header = int.from_bytes(data[entry + 42 : entry + 46], "little")
    added = bytearray(data[entry : entry + 46]) + b"inner.bin"
    added[20:28] = struct.pack("<II", 1000, 1000)
    added[28:30] = struct.pack("<H", 9)
    added[42:46] = struct.pack("<I", header + 30 + len("quote.bin"))
    return _listed(bytes(data), bytes(added))


def _listed(data: bytes, entry: bytes) -> bytes:
    """One more part in the list at the end."""
    end = bytearray(data[-22:])
    count = int.from_bytes(end[8:10], "little") + 1
    size = int.from_bytes(end[12:16], "little") + len(entry)
    end[8:12] = struct.pack("<HH", count, count)
    end[12:16] = struct.pack("<I", size)
    return data[:-22] + entry + bytes(end)


def _one_for_all() -> bytes:
    """Every part of the list is the same one."""
    data = keras_zip()
    entry = _entries(data)[2]
    copy = bytearray(data[entry : entry + 46 + len("model.weights.h5")])
    copy[46:] = b"model.weights.h6"
    return _listed(data, bytes(copy))


def _moved(data: bytes) -> bytes:
    changed = bytearray(data)
    entry = _entries(data)[1]
    changed[entry + 42 : entry + 46] = struct.pack("<I", len(data) + 1000)
    return bytes(changed)

"""The archive around a .keras file: which parts it has and where their bytes are. Nothing is ever unpacked to disk.

Weights are stored uncompressed in it, so that they can be read in place. Whatever a stranger's archive may do beyond what
Keras writes (other methods, links, paths, parts on top of each other, endless unpacking) is refused for all of its parts.

The format: PKWARE's APPNOTE.TXT 6.3.10. Archives of more than 2 GB are not read, so its 64-bit records are not needed.
"""

from __future__ import annotations

import io
import stat
import struct
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO

from convlab.network import file_limits as limits
from convlab.network.refusals import Refused, damaged

STORED, DEFLATED = 0, 8

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_MAX_COMMENT = 65_535
_LONG_SIZE = 0xFFFFFFFF
_CRYPTIC_FLAGS = 1 | 1 << 5 | 1 << 6 | 1 << 13
"""Encrypted, patched, strongly encrypted, directory encrypted."""
_UTF8_FLAG = 1 << 11


@dataclass(frozen=True)
class Member:
    """A part of an archive.

    start, stored: where its bytes are and how many. size, crc: of its content. header, entry: where the archive
    describes it, at the part itself and in the list at the end.
    """

    name: str
    method: int
    start: int
    stored: int
    size: int
    crc: int
    header: int
    entry: int


def members_of(file: BinaryIO, size: int) -> dict[str, Member]:
    """The parts of an archive of `size` bytes, by name. Raises Refused."""
    directory, start = _directory(file, size)
    found: dict[str, Member] = {}
    at = 0
    while at < len(directory):
        member, at = _entry(file, directory, at, start)
        if member.name in found:
            raise damaged("two of its parts have the same name")
        found[member.name] = member
    _check_places(list(found.values()), start)
    return found


def content(file: BinaryIO, member: Member, most: int) -> bytes:
    """The whole content of a part, compared with its checksum. Raises Refused, also if it is larger than `most`."""
    if member.size > most:
        raise Refused(f"Its part {member.name} is larger than {most // limits.MB:,} MB.")
    file.seek(member.start)
    raw = file.read(member.stored)
    found = raw if member.method == STORED else _inflated(raw, member.size)
    if len(found) != member.size or zlib.crc32(found) != member.crc:
        raise damaged(f"its part {member.name} is not what was saved")
    return found


def opened(file: BinaryIO, member: Member) -> tuple[BinaryIO, int]:
    """A part as a file of its own, and where it starts in the archive; −1 if it had to be unpacked.

    A large one that is not compressed is read where it lies, and not compared with its checksum. Raises Refused.
    """
    if member.method != STORED:
        return io.BytesIO(content(file, member, limits.MAX_INFLATED_BYTES)), -1
    if member.size <= limits.CHECKED_BYTES:
        return io.BytesIO(content(file, member, limits.CHECKED_BYTES)), member.start
    return Window(file, member.start, member.size), member.start  # type: ignore[return-value]


class Window(io.RawIOBase):
    """Some bytes of a file, as a file to be read. It does not close the other one."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        target = memoryview(buffer).cast("B")
        wanted = max(0, min(len(target), self._size - self._at))
        self._file.seek(self._start + self._at)
        done = read_fully(self._file, target[:wanted])
        self._at += done
        return done


def read_fully(file: BinaryIO, target: memoryview) -> int:
    """Fill `target` from where the file is; returns how many bytes there were."""
    done = 0
    while done < len(target):
        count = file.readinto(target[done:])  # type: ignore[attr-defined]
        if not count:
            break
        done += count
    return done


def _directory(file: BinaryIO, size: int) -> tuple[bytes, int]:
    """The list of parts and where it starts. It must end where the end mark begins, and that must end the file."""
    file.seek(max(0, size - _END.size - _MAX_COMMENT))
    tail = file.read(_END.size + _MAX_COMMENT)
    place = tail.rfind(b"PK\x05\x06", 0, len(tail) - _END.size + 4)
    while place >= 0 and place + _END.size + int.from_bytes(tail[place + 20 : place + 22], "little") != len(
        tail
    ):
        place = tail.rfind(b"PK\x05\x06", 0, place)
    if place < 0:
        raise Refused("It breaks off before its end.", "Copy or download it again.")
    _, disk, first_disk, here, count, length, start, _ = _END.unpack_from(tail, place)
    if disk or first_disk or here != count:
        raise Refused("It is only one of several pieces of an archive.", "Put the pieces together first.")
    if count > limits.MAX_MEMBERS or length > limits.MAX_DIRECTORY_BYTES:
        raise Refused(f"It is an archive of more than {limits.MAX_MEMBERS:,} parts.")
    if start + length != size - len(tail) + place:
        raise damaged("its list of parts is not where it should be")
    file.seek(start)
    return file.read(length), start


def _entry(file: BinaryIO, directory: bytes, at: int, start: int) -> tuple[Member, int]:
    """The part that is described at `at`, and where the next one is described."""
    if len(directory) - at < _ENTRY.size or not directory.startswith(b"PK\x01\x02", at):
        raise damaged("its list of parts is garbled")
    (
        _,
        made,
        _,
        flags,
        method,
        _,
        _,
        crc,
        stored,
        size,
        name_length,
        extra,
        comment,
        _,
        _,
        attributes,
        header,
    ) = _ENTRY.unpack_from(directory, at)
    end = at + _ENTRY.size + name_length
    raw = directory[at + _ENTRY.size : end]
    name = raw.decode("utf-8" if flags & _UTF8_FLAG else "cp437", "replace")
    _check_name(name)
    if flags & _CRYPTIC_FLAGS:
        raise Refused("It is encrypted.", "Unpack it with its password, and zip it again without one.")
    if stat.S_IFMT(attributes >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("It holds links to other files, which ConvLab does not follow.")
    _check_sizes(method, stored, size)
    data = _data_start(file, header, raw, method)
    return Member(name, method, data, stored, size, crc, header, start + at), end + extra + comment


def _check_name(name: str) -> None:
    parts = name.split("/")
    if not name or len(name) > limits.MAX_NAME or any(mark in name for mark in "\\:\0"):
        raise Refused("Its parts have names that no network has.")
    if name.startswith("/") or ".." in parts:
        raise Refused("Its parts have names that lead outside of it.")


def _check_sizes(method: int, stored: int, size: int) -> None:
    if method not in (STORED, DEFLATED):
        raise Refused(
            "It is compressed in a way that ConvLab does not read.", "Save the network again with Keras."
        )
    if _LONG_SIZE in (stored, size) or (method == STORED and stored != size):
        raise damaged("the sizes of its parts contradict each other")
    if size > limits.BOMB_BYTES and size > limits.BOMB_RATIO * stored:
        raise Refused(
            f"Unpacked it would be more than {limits.BOMB_RATIO} times as large.",
            "It is no network; delete it.",
        )


def _data_start(file: BinaryIO, header: int, name: bytes, method: int) -> int:
    """Where the bytes of a part begin: behind what stands at the part itself, which must agree with the list."""
    file.seek(header)
    raw = file.read(_LOCAL.size)
    if len(raw) < _LOCAL.size or not raw.startswith(b"PK\x03\x04"):
        raise damaged("one of its parts is not where it should be")
    local = _LOCAL.unpack(raw)
    if local[3] != method or file.read(local[9]) != name:
        raise damaged("one of its parts is not what the list of parts says")
    return header + _LOCAL.size + int(local[9]) + int(local[10])


def _check_places(members: list[Member], directory: int) -> None:
    """No part may lie on another one: so a small file could hold endlessly many."""
    in_order = sorted(members, key=lambda one: one.header)
    if in_order and in_order[0].header:
        raise damaged("something stands before its first part")
    end = 0
    for member in in_order:
        if member.header < end:
            raise damaged("its parts overlap")
        end = member.start + member.stored
    if end > directory:
        raise damaged("its parts overlap")


def _inflated(raw: bytes, size: int) -> bytes:
    """Never more than one byte over `size`, whatever the data would become."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return inflater.decompress(raw, size + 1)
    except zlib.error:
        raise damaged("one of its parts cannot be unpacked") from None

"""The container of a .convlab file: a zip of one JSON document and arrays as .npy.

Writing makes the simplest zip there is. Reading takes nothing else: whatever a stranger's zip may do beyond that is
refused before anything is unpacked, and sizes are checked before anything is allocated.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convlab import strict_json
from convlab.problems import Problem

DOCUMENT = "experiment.json"

MB = 1024 * 1024
MAX_FILE_BYTES = 1024 * MB
MAX_CONTENT_BYTES = 640 * MB
MAX_WEIGHTS_BYTES = 64 * MB
MAX_MEMBERS = 400
MAX_DIRECTORY_BYTES = 64 * 1024
BOMB_BYTES, BOMB_RATIO = 64 * MB, 100
STORED_FROM = 4 * MB
"""Arrays from this size on are not compressed: a photograph hardly shrinks, and takes a second for it."""

_NAME = re.compile(r"experiment\.json|[a-z][a-z_]{0,30}(-[0-9]{1,4})?\.npy")
_NPY_HEADER = re.compile(
    rb"\{'descr': '(<f4|\|u1)', 'fortran_order': False, 'shape': \(((?:[0-9]{1,9}, ?){0,5}(?:[0-9]{1,9})?),?\), ?\} *\n"
)
_NPY_MAGIC = b"\x93NUMPY\x01\x00"
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_CHUNK = MB
_HARMLESS_FLAGS = 0x0806
"""How hard was compressed, and that names are UTF-8. All others (encrypted, sizes given later…) are not ours."""

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
)


def pack(file: BinaryIO, document: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    """Writes a document and its arrays (uint8 or float32), always the same bytes for the same content."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_info(DOCUMENT, zipfile.ZIP_DEFLATED), strict_json.dumps(document), compresslevel=6)
        for name, array in arrays.items():
            method = zipfile.ZIP_STORED if array.nbytes >= STORED_FROM else zipfile.ZIP_DEFLATED
            with archive.open(_info(name, method), "w") as member:
                np.lib.format.write_array(member, _plain(array), version=(1, 0), allow_pickle=False)


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The document and the arrays in the bytes of a file. Raises Problem, and nothing else, for a file that is not
    whole or not ours. To be called in the reader process."""
    _check_kind(data)
    try:
        return _unpacked(data)
    except MemoryError:
        raise damaged("It needs more memory than there is.") from None
    except _DAMAGE as error:
        raise damaged(_reason(error)) from None


def damaged(why: str) -> Problem:
    """The one sentence for a file that cannot be opened."""
    return Problem(
        "This ConvLab file cannot be opened.", why, "Open another copy of it, or restore an autosave."
    )


def _info(name: str, method: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    # Level 1: for pictures the higher ones take many times longer and save next to nothing.
    info._compresslevel = 1  # type: ignore[attr-defined]
    return info


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    """Little-endian, and never in Fortran's order, which `unpack` does not take."""
    if array.flags.f_contiguous and not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _check_kind(data: bytes) -> None:
    if not data:
        raise damaged("The file is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise damaged(f"It is larger than {MAX_FILE_BYTES // MB:,} MB.")
    if not data.startswith(b"PK\x03\x04"):
        raise damaged("It is not a ConvLab file.")


def _reason(error: BaseException) -> str:
    """What goes wrong inside the libraries is all one to the user; our own refusals say what it is."""
    if type(error) is ValueError and error.args and isinstance(error.args[0], str):
        text = error.args[0]
        return f"It is damaged: {text}."
    return "It is damaged or not complete."


def _unpacked(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    directory = _directory_start(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        _check_members(infos)
        _check_places(data, infos, directory)
        document = _document(archive)
        arrays = {info.filename: _array(archive, info) for info in infos if info.filename != DOCUMENT}
    return document, arrays


def _directory_start(data: bytes) -> int:
    """Where the list of members starts; it must be followed by the end mark and by nothing else."""
    mark, disk, first_disk, here, count, size, start, comment = _END.unpack(data[-_END.size :])
    if mark != b"PK\x05\x06" or comment or disk or first_disk or here != count:
        raise ValueError("its end is missing")
    if size > MAX_DIRECTORY_BYTES or count > MAX_MEMBERS:
        raise ValueError("it has too many parts")
    if start + size + _END.size != len(data):
        raise ValueError("its list of parts is not where it should be")
    return int(start)


def _check_members(infos: list[zipfile.ZipInfo]) -> None:
    names = {info.filename for info in infos}
    if len(names) != len(infos):
        raise ValueError("it has two parts of the same name")
    if DOCUMENT not in names:
        raise ValueError("its description is missing")
    for info in infos:
        _check_member(info)
    if sum(info.file_size for info in infos) > MAX_CONTENT_BYTES:
        raise ValueError(f"unpacked it would be larger than {MAX_CONTENT_BYTES // MB:,} MB")


def _check_member(info: zipfile.ZipInfo) -> None:
    if info.orig_filename != info.filename or not _NAME.fullmatch(info.filename):
        raise ValueError("it has a part with a name that ConvLab does not use")
    if info.flag_bits & ~_HARMLESS_FLAGS or info.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):
        raise ValueError("it is encrypted or packed in a way that ConvLab does not use")
    if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * info.compress_size:
        raise ValueError("it would grow more than a hundredfold when unpacked")
    if info.filename != "image.npy" and info.file_size > MAX_WEIGHTS_BYTES:
        raise ValueError(f"one of its parts is larger than {MAX_WEIGHTS_BYTES // MB:,} MB")


def _check_places(data: bytes, infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Members must lie side by side from the first byte to the directory: no gap, no overlap, nothing hidden."""
    at = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset != at:
            raise ValueError("its parts overlap or have gaps")
        header = _LOCAL.unpack_from(data, at)
        at += _LOCAL.size + header[9] + header[10] + info.compress_size
    if at != directory:
        raise ValueError("its parts overlap or have gaps")


def _document(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(DOCUMENT).file_size > strict_json.MAX_BYTES:
        raise ValueError("its description is too large")
    document = strict_json.loads(archive.read(DOCUMENT))
    if not isinstance(document, dict):
        raise ValueError("its description is not an object")
    return document


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    """One .npy member. Its header must agree with the size of the member before memory is taken for it."""
    with archive.open(info) as member:
        start = member.read(len(_NPY_MAGIC) + 2)
        if not start.startswith(_NPY_MAGIC) or len(start) != len(_NPY_MAGIC) + 2:
            raise ValueError("an array in it is not an array")
        length = int.from_bytes(start[-2:], "little")
        header = _NPY_HEADER.fullmatch(member.read(length)) if length <= 1024 else None
        if header is None:
            raise ValueError("an array in it has a header that ConvLab does not write")
        dtype = np.dtype(header[1].decode())
        shape = tuple(int(n) for n in header[2].replace(b" ", b"").split(b",") if n)
        if math.prod(shape) * dtype.itemsize != info.file_size - len(start) - length:
            raise ValueError("an array in it claims another size than it has")
        return _filled(np.empty(shape, dtype), member)


def _filled(array: NDArray[Any], member: Any) -> NDArray[Any]:
    """Read piece by piece into the array itself, so that nothing is in memory twice."""
    left = array.reshape(-1).view(np.uint8).data
    while left:
        piece = member.read(min(len(left), _CHUNK))
        if not piece:
            raise ValueError("an array in it breaks off")
        left[: len(piece)] = piece
        left = left[len(piece) :]
    if member.read(1):  # Also lets zipfile compare the checksum, which it does at the end.
        raise ValueError("an array in it is longer than it says")
    return array

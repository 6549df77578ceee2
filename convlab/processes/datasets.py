"""Data sets to train on: the known ones from the folder where Keras keeps them, and the user's own.

The known ones are read from the very files that keras.datasets reads (KERAS_HOME, else ~/.keras), so whoever has them
need not load them again. A file there may be the half of a download that was cut off, which Keras would take for whole:
so each is checked by its own sums, and fetched anew if it does not hold. CIFAR-10 is taken in its binary form, since the
one that Keras loads is a pickle, which could run a program.
"""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.learning import plan
from convlab.learning.events import Download
from convlab.learning.plan import Source
from convlab.network.class_names import DATA_SETS
from convlab.problems import Problem
from convlab.processes.array_archive import read_archive
from convlab.processes.downloads import fetch
from convlab.processes.image_folder import read_folder
from convlab.processes.labelled_images import Data, Parts, data_of

Tell = Callable[[Download], object]

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_TORONTO = "https://www.cs.toronto.edu/~kriz/"
_UNREADABLE = (Problem, ValueError, KeyError, OSError, EOFError, zlib.error, tarfile.TarError)
MIRROR = "CONVLAB_DATA_MIRROR"
"""An environment variable: the address of a folder that has the files, where the usual ones cannot be reached."""


@dataclass(frozen=True)
class RemoteFile:
    """folder: below the data folder. site: where it comes from. sha256: of the file as it is there. most: bytes."""

    folder: str
    name: str
    site: str
    sha256: str
    most: int = 200_000_000


def _clothes(name: str, sha256: str) -> RemoteFile:
    return RemoteFile("fashion-mnist", name, _KERAS, sha256)


FASHION = (
    _clothes(
        "train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
    ),
    _clothes(
        "train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
    ),
    _clothes("t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
    _clothes("t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
)
MNIST = RemoteFile(
    "", "mnist.npz", _KERAS, "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
)
CIFAR = RemoteFile(
    "",
    "cifar-10-binary.tar.gz",
    _TORONTO,
    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
)
_CIFAR_RECORD = 1 + 32 * 32 * 3
_CIFAR_IMAGES = 10_000
_IDX_IMAGES, _IDX_LABELS = 0x0803, 0x0801


def data_home() -> Path:
    """Where Keras keeps data sets."""
    home = os.environ.get("KERAS_HOME")
    return Path(home) / "datasets" if home else Path.home() / ".keras" / "datasets"


def is_here(source: Source, folder: Path | None = None) -> bool:
    """Whether the files of these data are on this computer, so that they can be loaded without asking the net; whether
    they are whole, only loading tells."""
    if source.kind in (plan.NPZ, plan.FOLDER):
        return Path(source.path).exists()
    files = {plan.CLOTHES: FASHION, plan.DIGITS: (MNIST,), plan.COLOR: (CIFAR,)}[source.kind]
    home = folder or data_home()
    return all((home / remote.folder / remote.name).is_file() for remote in files)


def load(source: Source, tell: Tell, folder: Path | None = None, mirror: str | None = None) -> Data:
    """The data, downloaded if need be.

    tell: hears how far a download, or the reading of many files, is; what it raises ends it, and leaves nothing half
    behind. folder: where the known sets are kept, by default `data_home()`. mirror: where they are fetched instead of
    their usual places, by default what the environment says. Raises Problem, one clear sentence.
    """
    shelf = _Shelf(folder or data_home(), os.environ.get(MIRROR, "") if mirror is None else mirror, tell)
    if source.kind == plan.NPZ:
        name, parts, classes = read_archive(source.path)
        return data_of(name, parts, classes)
    if source.kind == plan.FOLDER:
        name, parts, classes, notes = read_folder(source.path, tell)
        return data_of(name, parts, classes, notes)
    known = {plan.CLOTHES: _fashion, plan.DIGITS: _digits, plan.COLOR: _color}
    return known[source.kind](shelf)


@dataclass(frozen=True)
class _Shelf:
    folder: Path
    mirror: str
    tell: Tell

    def get(self, remote: RemoteFile, read: Callable[[Path], Any]) -> Any:
        """What `read` makes of the file; one that is missing, or that it cannot read, is fetched."""
        path = self.folder / remote.folder / remote.name
        if path.exists():
            try:
                return read(path)
            except _UNREADABLE:
                pass  # half of a download, most likely
        site = self.mirror.rstrip("/") + "/" if self.mirror else remote.site
        fetch(
            site + remote.name, path, self.tell, most=remote.most, sha256="" if self.mirror else remote.sha256
        )
        try:
            return read(path)
        except _UNREADABLE:
            raise Problem(
                f"“{remote.name}” cannot be read.",
                "What was downloaded is not the data set.",
                "Try again later.",
            ) from None


def _fashion(shelf: _Shelf) -> Data:
    x_train, y_train, x_test, y_test = (shelf.get(remote, _read_idx) for remote in FASHION)
    return data_of("Fashion-MNIST", Parts(x_train, y_train, x_test, y_test), DATA_SETS["clothes"].names)


def _digits(shelf: _Shelf) -> Data:
    return data_of(
        "MNIST", shelf.get(MNIST, lambda path: read_archive(str(path))[1]), DATA_SETS["digits"].names
    )


def _color(shelf: _Shelf) -> Data:
    return data_of("CIFAR-10", shelf.get(CIFAR, _read_cifar), DATA_SETS["CIFAR-10"].names)


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """The IDX format of MNIST's authors: a number that says what it is, the sizes, all of 32 bits with the high byte
    first, then bytes. gzip's own sum tells whether it is whole. Raises ValueError and what gzip raises."""
    with gzip.open(path) as file:
        data = file.read(100_000_000)
    kind = int.from_bytes(data[:4], "big")
    if kind not in (_IDX_IMAGES, _IDX_LABELS):
        raise ValueError("not an IDX file")
    axes = kind & 0xFF
    shape = tuple(int(n) for n in np.frombuffer(data, ">u4", axes, 4))
    return np.frombuffer(data, np.uint8, int(np.prod(shape)), 4 + 4 * axes).reshape(shape)


def _read_cifar(path: Path) -> Parts:
    """Each image is a byte for its class, then its red, green and blue planes of 32×32 bytes."""
    with tarfile.open(path, "r:gz") as archive:
        files = {member.name.rsplit("/", 1)[-1]: _bytes_of(archive, member) for member in archive}
    train = np.concatenate([_records(files[f"data_batch_{number}.bin"]) for number in range(1, 6)])
    test = _records(files["test_batch.bin"])
    return Parts(_rgb(train), train[:, 0], _rgb(test), test[:, 0])


def _bytes_of(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member) if member.isfile() and member.name.endswith(".bin") else None
    return file.read(_CIFAR_RECORD * _CIFAR_IMAGES) if file is not None else b""


def _records(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8, _CIFAR_RECORD * _CIFAR_IMAGES).reshape(-1, _CIFAR_RECORD)


def _rgb(records: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)

"""Small data sets in the form of the known ones, and a server on this machine that gives them out."""

from __future__ import annotations

import gzip
import io
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def idx(array: NDArray[np.uint8]) -> bytes:
    """A packed file in the format of MNIST's authors."""
    head = (0x0800 + array.ndim).to_bytes(4, "big")
    return gzip.compress(head + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes())


def small_clothes(count: int = 40) -> dict[str, bytes]:
    """The four files of Fashion-MNIST with few images."""
    random = np.random.default_rng(1)
    files = {}
    for part, images in (("train", count), ("t10k", count // 4)):
        labels = (np.arange(images) % 10).astype(np.uint8)
        files[f"{part}-images-idx3-ubyte.gz"] = idx(random.integers(0, 256, (images, 28, 28), np.uint8))
        files[f"{part}-labels-idx1-ubyte.gz"] = idx(labels)
    return files


def whole_cifar() -> tuple[bytes, NDArray[np.uint8]]:
    """The packed CIFAR-10 in its binary form, and its records. It has all its images: its size says whether it is whole."""
    records = np.zeros((60_000, 3073), np.uint8)
    records[:, 0] = np.arange(60_000) % 10
    records[:, 1:1025] = 200
    records[7, 1:4] = 10, 20, 30
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for index, name in enumerate([f"data_batch_{n}" for n in range(1, 6)] + ["test_batch"]):
            data = records[index * 10_000 : (index + 1) * 10_000].tobytes()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue(), records


class DataServer:
    """files: by name. cut: names of files whose connection breaks off half-way. held: names of files that stop half-way
    and go on only when `go_on` is set. asked: the names that were asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.cut: set[str] = set()
        self.held: set[str] = set()
        self.go_on = threading.Event()
        self.asked: list[str] = []
        self.address = ""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[DataServer]:
    """A server on the loopback address for as long as the block runs."""
    served = DataServer(files)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rsplit("/", 1)[-1]
            served.asked.append(name)
            if name not in served.files:
                self.send_error(404)
                return
            data = served.files[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            if name in served.held:
                served.go_on.wait(60)
            if name not in served.cut:
                self.wfile.write(data[len(data) // 2 :])

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        served.go_on.set()
        server.shutdown()
        server.server_close()


def archive(folder: Path, **arrays: object) -> Path:
    """A small .npz to train on: 40 images of two classes, 12×12; `arrays` replace or add, None leaves out."""
    random = np.random.default_rng(2)
    labels = np.arange(40) % 2
    images = (random.random((40, 12, 12)) * 60 + labels[:, None, None] * 190).astype(np.uint8)
    parts: dict[str, object] = {
        "x_train": images,
        "y_train": labels,
        "x_test": images[:10],
        "y_test": labels[:10],
        **arrays,
    }
    file = folder / "own.npz"
    np.savez(file, **{key: value for key, value in parts.items() if value is not None})  # type: ignore[arg-type]
    return file

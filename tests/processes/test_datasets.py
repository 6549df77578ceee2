"""Data to train on: the known sets, from Keras's folder or downloaded, an .npz, and a folder of images."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convlab.learning.events import Download
from convlab.learning.plan import CLOTHES, COLOR, DIGITS, FOLDER, NPZ, Source
from convlab.problems import Problem
from convlab.processes.datasets import load
from convlab.processes.labelled_images import Data
from tests.processes.data_server import DataServer, archive, serving, small_clothes, whole_cifar

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


@pytest.fixture
def server() -> Iterator[DataServer]:
    with serving(small_clothes()) as server:
        yield server


def quiet(download: Download) -> None:
    pass


def own(path: Path) -> Data:
    return load(Source(NPZ, str(path)), quiet)


def sentence(source: Source, *where: object) -> str:
    with pytest.raises(Problem) as caught:
        load(source, quiet, *where)  # type: ignore[arg-type]
    return caught.value.sentence


# --- the known sets ---


def test_what_is_missing_is_downloaded_with_progress_and_kept_for_the_next_time(
    server: DataServer, tmp_path: Path
) -> None:
    told: list[Download] = []
    data = load(Source(CLOTHES), told.append, tmp_path, server.address)
    assert data.x_train.shape == (40, 28, 28, 1) and data.x_train.dtype == np.float32
    assert data.info.class_names[9] == "ankle boot" and data.info.train_counts == (4,) * 10
    assert (data.info.low, data.info.high) == (0, 255) and data.x_train.max() == 1
    assert told[-1].done == told[-1].of and {one.name for one in told} == set(server.files)
    load(Source(CLOTHES), told.append, tmp_path, server.address)
    assert len(server.asked) == 4


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.98])
def test_half_a_download_that_was_left_there_is_fetched_anew(
    server: DataServer, tmp_path: Path, kept: float
) -> None:
    name = "train-images-idx3-ubyte.gz"
    (tmp_path / "fashion-mnist").mkdir()
    whole = server.files[name]
    (tmp_path / "fashion-mnist" / name).write_bytes(whole[: int(len(whole) * kept)])
    assert load(Source(CLOTHES), quiet, tmp_path, server.address).info.train == 40
    assert (tmp_path / "fashion-mnist" / name).read_bytes() == whole


def test_a_connection_that_breaks_off_leaves_nothing_behind_and_the_next_try_succeeds(
    server: DataServer, tmp_path: Path
) -> None:
    server.cut = {"train-labels-idx1-ubyte.gz"}
    assert "broke off" in sentence(Source(CLOTHES), tmp_path, server.address)
    assert [file.name for file in (tmp_path / "fashion-mnist").iterdir()] == ["train-images-idx3-ubyte.gz"]
    server.cut = set()
    assert load(Source(CLOTHES), quiet, tmp_path, server.address).info.train == 40


def test_a_download_that_is_cancelled_leaves_nothing_behind(server: DataServer, tmp_path: Path) -> None:
    class Cancelled(Exception):
        pass

    def cancel(download: Download) -> None:
        if download.done:
            raise Cancelled

    with pytest.raises(Cancelled):
        load(Source(CLOTHES), cancel, tmp_path, server.address)
    assert list((tmp_path / "fashion-mnist").iterdir()) == []


def test_a_server_that_cannot_be_reached_or_lacks_the_file_is_told_in_a_sentence(
    server: DataServer, tmp_path: Path
) -> None:
    assert "404" in sentence(Source(DIGITS), tmp_path, server.address)
    assert "cannot be reached" in sentence(Source(DIGITS), tmp_path, "http://127.0.0.1:9")
    assert "https://" in sentence(Source(DIGITS), tmp_path, "file:///etc")


def test_another_file_than_the_known_one_is_not_taken_from_its_usual_place(tmp_path: Path) -> None:
    from convlab.processes.downloads import fetch

    with serving({"one": b"other"}) as server:
        with pytest.raises(Problem, match="not the file that was expected"):
            fetch(f"{server.address}/one", tmp_path / "one", quiet, most=100, sha256="0" * 64)
        with pytest.raises(Problem, match="larger"):
            fetch(f"{server.address}/one", tmp_path / "one", quiet, most=3)
    assert list(tmp_path.iterdir()) == []


def test_downloaded_data_that_are_no_data_are_told_in_a_sentence(server: DataServer, tmp_path: Path) -> None:
    server.files["train-images-idx3-ubyte.gz"] = b"<html>Sign in to this network</html>"
    assert "not the data set" in sentence(Source(CLOTHES), tmp_path, server.address)


@pytest.mark.slow
def test_cifar_10_is_read_from_its_binary_form(tmp_path: Path) -> None:
    packed, records = whole_cifar()
    with serving({"cifar-10-binary.tar.gz": packed}) as server:
        data = load(Source(COLOR), quiet, tmp_path, server.address)
    assert data.info.train == 50_000 and data.info.test == 10_000 and data.info.shape == (32, 32, 3)
    np.testing.assert_array_equal(data.y_train, records[:50_000, 0])
    np.testing.assert_allclose(data.x_train[7, 0, :3, 0] * 255, [10, 20, 30], rtol=1e-6)
    assert data.x_train[7, 0, 0, 1] == 0


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the real Fashion-MNIST is not beside the project")
def test_the_real_clothes_are_those_that_keras_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    data = load(Source(CLOTHES), quiet, SHARED / "keras-home" / "datasets", "http://127.0.0.1:9")
    keras = pytest.importorskip("keras")
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(SHARED / "keras-home"))
    (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    np.testing.assert_array_equal(np.rint(data.x_train[..., 0] * 255), x_train)
    np.testing.assert_array_equal(np.rint(data.x_test[..., 0] * 255), x_test)
    np.testing.assert_array_equal(data.y_train, y_train)
    np.testing.assert_array_equal(data.y_test, y_test)


# --- an .npz ---


def test_an_npz_needs_four_arrays_and_may_name_its_classes(tmp_path: Path) -> None:
    data = own(archive(tmp_path, class_names=np.array(["dark", "light"])))
    assert data.info.class_names == ("dark", "light") and data.info.shape == (12, 12, 1)
    assert data.info.train_counts == (20, 20) and data.info.test_counts == (5, 5)
    assert data.x_train.min() >= 0 and data.x_train.max() <= 1
    assert own(archive(tmp_path)).info.class_names == ("0", "1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x_train": None}, "no x_train"),
        ({"x_train": np.zeros((40, 12))}, "The shape of x_train is (40, 12)"),
        ({"x_train": np.zeros((40, 12, 12, 7))}, "The shape of x_train is (40, 12, 12, 7)"),
        ({"x_test": np.zeros((10, 9, 9))}, "those for the test 9×9"),
        ({"y_train": np.zeros(39)}, "40 images, but the shape of y_train is (39)"),
        ({"y_train": np.arange(40) % 2 - 1}, "the label −1"),
        ({"y_train": np.arange(40) % 2 + 0.5}, "Label 0 of y_train is 0.5"),
        ({"y_train": np.full(40, np.nan)}, "Label 0 of y_train is nan"),
        ({"y_test": np.full(10, 5)}, "y_test holds the label 5"),
        ({"y_train": np.arange(40) * 100}, "At most 1,000 classes"),
        ({"y_train": np.zeros(40), "y_test": np.zeros(10)}, "the same label"),
        ({"class_names": np.array(["a", "b"]), "y_train": np.arange(40) % 3}, "names for 2 classes"),
        ({"class_names": np.array([1, 2])}, "no list of texts"),
        ({"x_train": np.where(np.arange(40)[:, None, None] == 3, np.nan, np.zeros((40, 12, 12)))}, "Image 3 of"),
        ({"x_train": np.full((40, 12, 12), "x")}, "not plain numbers"),
        ({"x_train": np.array([{}] * 40, object)}, "Python objects"),
        ({"x_train": np.zeros((4, 12, 12)), "y_train": np.arange(4) % 2}, "4 images for training"),
        ({"x_train": np.zeros((10, 600, 12)), "y_train": np.arange(10) % 2}, "too many or too large"),
    ],
)  # fmt: skip
def test_an_npz_that_cannot_be_used_is_told_in_one_sentence_that_names_the_array(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    assert words in sentence(Source(NPZ, str(archive(tmp_path, **change))))


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.9])
def test_a_damaged_npz_is_told_in_a_sentence(tmp_path: Path, keep: float) -> None:
    file = archive(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(keep * len(whole)) if keep < 1 else int(keep)])
    assert "own.npz" in sentence(Source(NPZ, str(file)))


def test_an_npz_whose_header_promises_more_than_there_is_takes_no_memory_for_it(tmp_path: Path) -> None:
    file = archive(tmp_path)
    with zipfile.ZipFile(file) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members["x_train.npy"] = members["x_train.npy"].replace(b"(40, 12, 12)", b"(600, 999, 999)")
    with zipfile.ZipFile(file, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)
    assert sentence(Source(NPZ, str(file))).startswith("“own.npz")


@pytest.mark.parametrize(
    ("pixels", "white"), [(np.uint8(255), 255), (np.float64(1.0), 1), (np.float32(1000.0), 1000)]
)
def test_pixels_are_scaled_to_0_to_1_whatever_their_range(
    tmp_path: Path, pixels: np.generic, white: float
) -> None:
    images = np.zeros((40, 12, 12), pixels.dtype)
    images[1::2] = pixels
    data = own(archive(tmp_path, x_train=images, x_test=images[:10]))
    assert data.x_train.min() == 0 and data.x_train.max() == 1 and data.info.high == white


def test_labels_may_be_a_column_or_one_hot(tmp_path: Path) -> None:
    labels = np.arange(40) % 2
    column = own(archive(tmp_path, y_train=labels[:, None])).y_train
    one_hot = own(archive(tmp_path, y_train=np.eye(2)[labels])).y_train
    np.testing.assert_array_equal(column, labels)
    np.testing.assert_array_equal(one_hot, labels)


# --- a folder of images ---


def folder(place: Path, sizes: tuple[tuple[int, int], ...] = ((16, 16),), classes: str = "ab") -> Path:
    for index, name in enumerate(classes):
        (place / "pictures" / name).mkdir(parents=True)
        for number in range(10):
            height, width = sizes[number % len(sizes)]
            picture = np.full((height, width), 200 * index + number, np.uint8)
            Image.fromarray(picture).save(place / "pictures" / name / f"{number}.png")
    return place / "pictures"


def test_a_folder_of_images_has_one_class_in_each_subfolder_and_keeps_one_in_five_for_the_test(
    tmp_path: Path,
) -> None:
    told: list[Download] = []
    data = load(Source(FOLDER, str(folder(tmp_path))), told.append)
    assert data.info.class_names == ("a", "b") and data.info.shape == (16, 16, 1) and not data.info.notes
    assert data.info.train_counts == (8, 8) and data.info.test_counts == (2, 2)
    np.testing.assert_array_equal(np.rint(data.x_test[:, 0, 0, 0] * 255), [4, 9, 204, 209])
    assert told[0] == Download("images", 1, 20, "images")


def test_images_of_different_sizes_get_one_and_files_that_are_none_are_left_out_with_a_note(
    tmp_path: Path,
) -> None:
    place = folder(tmp_path, ((16, 16), (80, 200)))
    (place / "a" / "broken.png").write_bytes(b"no picture")
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(place / "b" / "colored.png")
    data = load(Source(FOLDER, str(place)), quiet)
    assert data.info.shape == (64, 64, 3) and data.info.train + data.info.test == 21
    assert any("broken.png" in note for note in data.info.notes)
    assert any("64×64" in note for note in data.info.notes)


def test_folders_called_train_and_test_are_the_two_parts(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (tmp_path / "all").mkdir()
    place.rename(tmp_path / "all" / "train")
    (tmp_path / "all" / "test" / "b").mkdir(parents=True)
    Image.fromarray(np.zeros((16, 16), np.uint8)).save(tmp_path / "all" / "test" / "b" / "x.png")
    data = load(Source(FOLDER, str(tmp_path / "all")), quiet)
    assert data.info.train == 20 and data.info.test_counts == (0, 1)


def test_a_folder_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no subfolders" in sentence(Source(FOLDER, str(tmp_path / "empty")))
    assert "The system says" in sentence(Source(FOLDER, str(tmp_path / "missing")))
    assert "1 subfolder." in sentence(Source(FOLDER, str(folder(tmp_path, classes="a"))))

"""What a file is that somebody opens as a network, by its first bytes; its name may say anything."""

from __future__ import annotations

from convlab.network.refusals import GET_AGAIN, Refused

HEAD_BYTES = 4096
ZIP, HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"

_SAVE = 'Save the network from Keras with model.save("network.keras") and open that.'
_UNPACK = "Unpack it and open the network in it."
_PICTURE = "Open it as an image instead."
_PROGRAM = "ConvLab runs no programs from files."

_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"version https://git-lfs",
        "It is only a pointer to a file in Git LFS.",
        "Fetch the file with “git lfs pull”.",
    ),
    (b"\x89PNG\r\n\x1a\n", "It is a picture (PNG).", _PICTURE),
    (b"\xff\xd8\xff", "It is a picture (JPEG).", _PICTURE),
    (b"GIF8", "It is a picture (GIF).", _PICTURE),
    (b"BM", "It is a picture (BMP).", _PICTURE),
    (b"II*\0", "It is a picture (TIFF).", _PICTURE),
    (b"MM\0*", "It is a picture (TIFF).", _PICTURE),
    (b"%PDF", "It is a PDF document.", ""),
    (b"\x93NUMPY", "It is a numpy array.", "Open it as an image instead."),
    (b"GGUF", "It is a language model (GGUF), which ConvLab does not read.", _SAVE),
    (b"\x1f\x8b", "It is a compressed archive.", _UNPACK),
    (b"7z\xbc\xaf", "It is a compressed archive.", _UNPACK),
    (b"Rar!", "It is a compressed archive.", _UNPACK),
    (b"\xfd7zXZ", "It is a compressed archive.", _UNPACK),
    (b"BZh", "It is a compressed archive.", _UNPACK),
    (b"MZ", f"It is a program; {_PROGRAM}", ""),
    (b"\x7fELF", f"It is a program; {_PROGRAM}", ""),
    (b"MATLAB", "It is a MATLAB file.", _SAVE),
)
_PYTORCH_MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_ZIPS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("data.pkl", "constants.pkl"),
        "It is a PyTorch network, which can run a program when it is opened.",
        _SAVE,
    ),
    (("saved_model.pb",), "It is an archived SavedModel, which holds a program.", _SAVE),
    (("experiment.json",), "It is a ConvLab experiment, not a network.", "Open it with the ending .convlab."),
    ((".npy",), "It is an archive of numpy arrays.", _SAVE),
    ((".keras", ".h5", ".hdf5"), "It is an archive with a network in it.", _UNPACK),
    (("xl/workbook.xml", "word/document.xml"), "It is an office document.", ""),
)
SAVED_MODEL = "It is a SavedModel, which holds a program; ConvLab runs no programs from files."
SAVED_MODEL_REMEDY = _SAVE


def check_start(head: bytes, name: str) -> None:
    """Raises Refused, with what the file is, unless it begins like an archive or an HDF5 file."""
    if head.startswith((ZIP, HDF5)):
        return
    for magic, why, remedy in _STARTS:
        if head.startswith(magic):
            raise Refused(why, remedy)
    if not head:
        raise Refused("The file is empty.", "Download or save it again.")
    if not head.strip(b"\0"):
        raise Refused("It begins with nothing but zeros: it did not arrive whole.", GET_AGAIN)
    if head.startswith(b"PK\x05\x06"):
        raise Refused("It is an empty archive.", "Save the network again.")
    _check_pickle(head)
    _check_other_frameworks(head, name.lower())
    _check_text(head)
    raise Refused("It is no network that Keras saved.", "Open a .keras or .h5 file.")


def not_keras(names: frozenset[str]) -> Refused:
    """Why an archive with these parts is no network of Keras."""
    if "config.json" in names:
        return Refused("Its part model.weights.h5, the weights, is missing.", _SAVE)
    if "model.weights.h5" in names:
        return Refused("Its part config.json, the list of layers, is missing.", _SAVE)
    if any(name.endswith("/model.weights.h5") for name in names):
        return Refused(
            "The parts of the network are in a folder within it.", "Zip the files, not the folder."
        )
    for endings, why, remedy in _ZIPS:
        if any(
            name == ending or name.endswith(("/" + ending, ending)) for name in names for ending in endings
        ):
            return Refused(why, remedy)
    return Refused("It is an archive, but no network that Keras saved.", "Open a .keras or .h5 file.")


def _check_pickle(head: bytes) -> None:
    if head.startswith(_PYTORCH_MAGIC):
        raise Refused("It is a PyTorch network, which can run a program when it is opened.", _SAVE)
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        raise Refused("It is a Python pickle, which can run a program when it is opened.", _SAVE)


def _check_other_frameworks(head: bytes, name: str) -> None:
    if head[4:8] == b"TFL3":
        raise Refused("It is a TensorFlow Lite network, which ConvLab does not read.", _SAVE)
    if name.endswith("saved_model.pb") or b"saved_model_main_op" in head:
        raise Refused(SAVED_MODEL, _SAVE)
    if head[:1] == b"\x08" and (name.endswith(".onnx") or b"onnx" in head[:64] or b"pytorch" in head[:64]):
        raise Refused("It is an ONNX network, which ConvLab does not read.", _SAVE)
    if name.endswith((".pb", ".pbtxt")):
        raise Refused("It is a TensorFlow graph, which holds a program.", _SAVE)
    if name.endswith((".index", ".ckpt", ".meta")) or ".data-" in name:
        raise Refused("It is a part of a TensorFlow checkpoint, which ConvLab does not read.", _SAVE)
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 1 << 32:
        raise Refused(
            "It holds weights for other programs (safetensors), which ConvLab does not read.", _SAVE
        )
    if head[257:262] == b"ustar":
        raise Refused("It is an archive (tar).", _UNPACK)


def _check_text(head: bytes) -> None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        text.startswith(b"<") and b"<html" in text
    ):
        raise Refused("It is a web page, not a network.", "Download the network itself.")
    if text.startswith(b"{") and b"modeltopology" in text:
        raise Refused("It is a TensorFlow.js network, whose weights are in other files.", _SAVE)
    if text.startswith(b"{") and b'"class_name"' in text:
        raise Refused("It describes the layers of a network, without their weights.", _SAVE)
    if not any((byte < 32 and byte not in b"\t\n\r\f") or byte == 127 for byte in text):
        raise Refused("It is text, not a network.", "Open a .keras or .h5 file.")

"""Starting TensorFlow, for the processes that compute with it."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from importlib import import_module

from convlab.processes.worker import reason

_NO_SUCH_FOLDER = os.path.join(os.devnull, "keras")


def start(load: Callable[[], object], niceness: int = 0) -> dict[str, str]:
    """Load TensorFlow and Keras, and what `load` imports; returns the versions, or no versions and why.

    niceness: how much everybody else goes first meanwhile; only Linux has that for a part of a process. Returned: "tensorflow" and "keras", both empty if there is "why".
    """
    errors: list[BaseException] = []
    with _environment():
        loading = threading.Thread(target=_import, args=(load, niceness, errors))
        loading.start()
        loading.join()
        try:
            if errors:
                raise errors[0]
            return _versions()
        except ModuleNotFoundError as error:
            package = "Keras" if (error.name or "").split(".")[0] == "keras" else "TensorFlow"
            return _missing(f"{package} is not installed.")
        except Exception as error:
            return _missing(f"TensorFlow does not start: {reason(error)}.")


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    """What TensorFlow and Keras are told when they are loaded."""
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")
    home = os.environ.get("KERAS_HOME")
    os.environ["KERAS_HOME"] = _NO_SUCH_FOLDER  # else Keras makes and reads a folder in the user's home
    try:
        yield
    finally:
        del os.environ["KERAS_HOME"]
        if home is not None:
            os.environ["KERAS_HOME"] = home


def _import(load: Callable[[], object], niceness: int, errors: list[BaseException]) -> None:
    """In a thread of its own, whose priority is lost with it."""
    if niceness and sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, niceness)
    try:
        for module in ("tensorflow", "keras"):  # without either, it is TensorFlow that is told to lack
            import_module(module)
        load()
    except BaseException as error:
        errors.append(error)


def _versions() -> dict[str, str]:
    import keras
    import tensorflow as tf

    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    return {"tensorflow": str(tf.__version__), "keras": str(keras.__version__)}


def _missing(why: str) -> dict[str, str]:
    return {"tensorflow": "", "keras": "", "why": why}

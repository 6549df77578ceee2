"""Where a bundled asset is: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def folder() -> Path:
    """The folder of the assets. A wheel has it in the package; an editable install has it beside the package."""
    for candidate in (_PACKAGE / "assets", _PACKAGE.parent / "assets"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the assets of ConvLab are neither in {_PACKAGE} nor beside it")


def path(relative: str) -> Path:
    """The path of an asset such as "images/letter-a.npy". It need not exist."""
    return folder() / relative

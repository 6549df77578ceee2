"""Fetching a file from the internet: whole, checked, or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from convlab.learning.events import Download
from convlab.plain_text import safe_text
from convlab.problems import Problem

_SECONDS = 30
_PIECE = 256 * 1024
_AGAIN = "Look whether this computer is on the internet, and try again."


def fetch(
    url: str,
    target: Path,
    tell: Callable[[Download], object],
    *,
    most: int,
    sha256: str = "",
) -> None:
    """Put what `url` gives at `target`. Until it is whole and checked it is called NAME.part, so that a download that
    was cut off is never taken for the file.

    tell: hears how far it is; what it raises ends the download. most: bytes that are taken at most. sha256: of the
    file, in hexadecimal, if it is known. Raises Problem.
    """
    part = target.with_name(target.name + ".part")
    if not url.startswith(("https://", "http://")):
        raise _failed(target.name, "Its address does not begin with https://.", "Correct the address.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        found = _download(url, part, target.name, tell, most)
        if sha256 and found != sha256:
            raise _failed(target.name, "What came is not the file that was expected.", "Try again later.")
        os.replace(part, target)
    except urllib.error.HTTPError as error:
        raise _failed(target.name, f"The server says: {error.code} {safe_text(error.reason, 60)}.") from None
    except urllib.error.URLError as error:
        raise _failed(target.name, f"The server cannot be reached: {safe_text(error.reason, 80)}.") from None
    except (TimeoutError, http.client.HTTPException, ConnectionError):
        raise _failed(target.name, "The connection broke off.") from None
    except OSError as error:
        why = f"It cannot be written: {safe_text(error.strerror or error, 80)}."
        raise _failed(target.name, why, f"Make room for it in {safe_text(target.parent, 200)}.") from None
    finally:
        part.unlink(missing_ok=True)


def _download(url: str, part: Path, name: str, tell: Callable[[Download], object], most: int) -> str:
    """Returns the SHA-256 of what came."""
    request = urllib.request.Request(url, headers={"User-Agent": "ConvLab"})  # noqa: S310 - checked by fetch
    answering = urllib.request.urlopen(request, timeout=_SECONDS)  # noqa: S310 - as above
    with answering as answer, open(part, "wb") as file:
        length = _length(answer)
        digest, come = hashlib.sha256(), 0
        tell(Download(name, 0, length))
        while piece := answer.read(_PIECE):
            come += len(piece)
            if come > most:
                raise _failed(name, "It is larger than it should be.", "Try again later.")
            digest.update(piece)
            file.write(piece)
            tell(Download(name, come, length))
        if length and come != length:
            raise _failed(name, "The connection broke off.")
    return digest.hexdigest()


def _length(answer: Any) -> int:
    """How long the server says that the file is; 0 if it does not."""
    told = answer.headers.get("Content-Length", "")
    return int(told) if told.isascii() and told.isdigit() else 0


def _failed(name: str, why: str, remedy: str = _AGAIN) -> Problem:
    return Problem(f"“{name}” could not be downloaded.", why, remedy)

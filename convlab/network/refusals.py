"""Why a network's file is not opened."""

from __future__ import annotations

from convlab.problems import Problem

GET_AGAIN = "Copy or download it again."
OTHER_COPY = "Try another copy of it."


class Refused(Exception):
    """A file is not opened: `why`, and the `remedy`, each a sentence. Becomes a Problem where the name is known."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why, remedy)
        self.why = why
        self.remedy = remedy


def damaged(what: str = "") -> Refused:
    """Its content contradicts itself; `what`: a clause that says where."""
    return Refused(f"It is damaged: {what}." if what else "It is damaged or not complete.", GET_AGAIN)


def cannot_open(name: str, why: str, remedy: str = "") -> Problem:
    """The one message for a file that is not opened."""
    return Problem(f"“{name}” cannot be opened.", why, remedy)

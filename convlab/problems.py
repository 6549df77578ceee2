"""Problem: an error whose text is meant for the person at the screen."""

from __future__ import annotations


class Problem(Exception):
    """Something a user can understand and act on; everything else that is raised is a bug.

    `what` happened, `why` it did, and the `remedy`: what to do now. Each is a sentence or empty.
    """

    def __init__(self, what: str, why: str = "", remedy: str = "") -> None:
        super().__init__(what, why, remedy)
        self.what = what
        self.why = why
        self.remedy = remedy

    @property
    def sentence(self) -> str:
        """The three parts as one text."""
        return " ".join(part for part in (self.what, self.why, self.remedy) if part)

    def __str__(self) -> str:
        return self.sentence

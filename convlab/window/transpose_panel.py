"""The panel of a transposed convolution: the same kernel, other settings."""

from __future__ import annotations

from convlab.window.kernel_editor import KernelPanel
from convlab.window.kernel_settings import LayerSettings, TransposeSettings


class TransposePanel(KernelPanel):
    """A kernel that each input cell stamps into the output."""

    def make_settings(self) -> LayerSettings:
        return TransposeSettings(self)

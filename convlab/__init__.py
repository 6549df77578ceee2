"""ConvLab: see what a convolution does, on a hand-made kernel and in a trained network."""

__version__ = "0.1.0"

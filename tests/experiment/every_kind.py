"""One operation of each kind, with settings that are not the usual ones."""

from __future__ import annotations

import numpy as np

from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.pointwise import Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from convlab.operations.transpose import ConvolutionTranspose

VECTOR = np.array([0.5, -2], np.float32)
MATRIX = np.array([[0.1, 0.2, 0.3], [-1, 1, 0]], np.float32)
WEIGHTS = np.arange(18, dtype=np.float32).reshape(3, 3, 1, 2) / 7

EVERY_KIND = (
    Convolution(
        WEIGHTS, VECTOR, (2, 1), ((1, 0), (2, 3)), activation="relu", flip_kernel=True, padding_mode="edge"
    ),
    Convolution(np.ones((2, 2, 1, 4), np.float32), padding="same", dilation_rate=(2, 2), groups=2),
    ConvolutionTranspose(
        np.ones((3, 3, 2, 4), np.float32), VECTOR, strides=(2, 2), padding="same", output_padding=(1, 1)
    ),
    MaxPooling((2, 3), (1, 2), "same"),
    AveragePooling(2),
    Activation("leaky_relu"),
    BatchNormalization(VECTOR, VECTOR, VECTOR, np.abs(VECTOR), epsilon=0.01),
    Rescaling(1 / 255, -0.5),
    Dropout(0.25),
    GlobalMaxPooling(),
    GlobalAveragePooling(),
    Flatten(),
    Dense(MATRIX, np.zeros(3, np.float32), "softmax"),
)

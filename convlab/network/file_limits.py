"""How large and how deep a network's file may be. What a file declares is compared with these before memory is taken for it."""

from __future__ import annotations

MB = 1024 * 1024

MAX_FILE_BYTES = 2_000_000_000

# Archives (.keras)
MAX_MEMBERS = 2_000
MAX_DIRECTORY_BYTES = 4 * MB
MAX_INFLATED_BYTES = 384 * MB
"""Compressed weights are unpacked in memory; as Keras writes them they are not compressed."""
BOMB_BYTES, BOMB_RATIO = 64 * MB, 100
CHECKED_BYTES = 64 * MB
"""Members up to this size are read at once and compared with their checksums; of larger ones only what is asked for is
read, and all of them is compared when a copy is made."""

# Texts
MAX_CONFIG_BYTES = 32 * MB
MAX_METADATA_BYTES = MB
MAX_JSON_DEPTH = 160
MAX_JSON_VALUES = 3_000_000

# HDF5
MAX_DEPTH = 24
MAX_OBJECTS = 25_000
MAX_DATASETS = 20_000
MAX_DIMENSIONS = 6
MAX_DATASET_BYTES = 1024 * MB
MAX_SUM_BYTES = 2048 * MB
UNPACKED_RATIO, UNPACKED_BYTES = 100, MB
"""A dataset above UNPACKED_BYTES may be this many times as large as what is stored of it."""
MAX_CHUNK_BYTES = 256 * MB
MAX_CHUNKS = 200_000
MAX_ATTRIBUTE_BYTES = 32 * MB
MAX_ATTRIBUTE_ITEMS = 100_000
MAX_NAME = 1_000

# What is told of a file
MAX_LOOKED_AT = 5_000
"""Layers of a file that holds weights only."""
MAX_WEIGHTS = 1_000
"""Arrays of one layer; further ones are left out."""
MAX_ROLE = 200
MAX_DESCRIPTION_BYTES = 32 * MB
MAX_LINES, MAX_LINES_BYTES, MAX_LINE = 10_000, 4 * MB, 200

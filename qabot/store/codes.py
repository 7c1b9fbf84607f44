"""Vectors in a byte a number, which tell which few of them are worth comparing in full.

Comparing takes as long as reading from memory does, and codes are a quarter of what they stand for. How far a vector is
from its code is known, so that none of the nearest is missed. Source: Jégou, Douze and Schmid, "Product Quantization
for Nearest Neighbor Search" (2011), with a scalar for every dimension and an exact second step.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qabot.models.loading import onnx_runtime

_MODEL = Path(__file__).with_name("products.onnx")
"""One operator, MatMulInteger with 128 as the zero of its first input; `tests/store/test_codes.py` makes it anew."""
ZERO = 128
_LEVELS = 127
_QUERY_LEVELS = 63
"""Older processors add two products in 16 bits: 2 * 255 * 63 just fits."""


def encode(vectors: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
    """The codes of vectors, shape (n, dimension): ``(codes - ZERO) * scale`` is near the vector.

    Returns:
        The codes, the scale of each vector, and its distance to what its code stands for.
    """
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / np.float32(_LEVELS)
    levels = np.rint(vectors / scales[:, None])
    errors = np.linalg.norm(vectors - levels * scales[:, None], axis=1)
    return (levels + ZERO).astype(np.uint8), scales.astype(np.float32), errors.astype(np.float32)


def products(
    codes: NDArray[np.uint8], scales: NDArray[np.float32], queries: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The scalar products of what codes stand for with queries of unit length.

    Args:
        codes: shape (n, dimension).
        scales: theirs, shape (n,).
        queries: shape (m, dimension).

    Returns:
        The products, shape (n, m), and for each query how far they may be off.
    """
    # A query in two numbers of seven bits a dimension is as exact as it need be, and costs no more than in one.
    coarse_scale = np.maximum(np.abs(queries).max(axis=1, keepdims=True), 1e-12) / np.float32(_QUERY_LEVELS)
    coarse = np.rint(queries / coarse_scale)
    fine_scale = coarse_scale / np.float32(2 * _QUERY_LEVELS)
    fine = np.rint((queries - coarse * coarse_scale) / fine_scale)
    both = np.concatenate([coarse, fine]).T.astype(np.int8)
    found = _session().run(None, {"codes": codes, "queries": both})[0].astype(np.float32)  # below 2**24, thus exact
    count = len(queries)
    together: NDArray[np.float32] = found[:, :count] * coarse_scale.T
    together += found[:, count:] * fine_scale.T
    together *= scales[:, None]
    missed = np.linalg.norm(queries - coarse * coarse_scale - fine * fine_scale, axis=1)
    return together, missed.astype(np.float32)


@cache
def _session() -> Any:
    onnxruntime = onnx_runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(os.cpu_count() or 1, 4)  # more would only wait for the memory
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(_MODEL, options, providers=["CPUExecutionProvider"])

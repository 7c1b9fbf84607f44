"""Codes: what they stand for is as near as they say, and what they find is what comparing in full finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qabot.store import codes
from qabot.store.flat import FlatVectors
from qabot.store.records import ANYWHERE, Entry


def unit(seed: int, count: int, dimension: int, *, spread: float = 1.0) -> NDArray[np.float32]:
    """Vectors of unit length; with a spread below 1 they lie together."""
    rng = np.random.default_rng(seed)
    found = rng.standard_normal(dimension) + spread * rng.standard_normal((count, dimension))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1, 3, 8, 384, 769]), st.sampled_from([0.0, 0.01, 1.0]))
def test_products_are_as_near_as_they_say(seed: int, dimension: int, spread: float) -> None:
    vectors, queries = unit(seed, 60, dimension, spread=spread), unit(seed + 1, 4, dimension)
    coded, scales, errors = codes.encode(vectors)
    found, missed = codes.products(coded, scales, queries)
    off = np.abs(found - vectors @ queries.T)
    assert (off <= errors[:, None] + missed * (1 + errors[:, None]) + 1e-5).all()
    assert errors.max() < 0.05
    assert missed.max() < 0.001


def test_a_vector_of_zeros_and_one_of_a_single_number() -> None:
    vectors = np.zeros((2, 8), np.float32)
    vectors[1, 3] = -1
    coded, scales, errors = codes.encode(vectors)
    found, _ = codes.products(coded, scales, vectors)
    assert found == pytest.approx(np.array([[0, 0], [0, 1]]), abs=1e-6)
    assert errors.max() < 1e-6


@pytest.mark.parametrize("spread", [1.0, 0.02])
@pytest.mark.parametrize("k", [1, 10, 300])
def test_none_of_the_nearest_is_missed(tmp_path, spread: float, k: int) -> None:
    vectors, queries = unit(1, 3000, 48, spread=spread), unit(2, 5, 48)
    index = FlatVectors(tmp_path, create=True)
    index.put([Entry(n + 1, vector, "", None, None, None) for n, vector in enumerate(vectors)])
    for query, hits in zip(queries, index.search(queries, k, ANYWHERE), strict=True):
        exact = vectors @ query
        assert [hit.score for hit in hits] == pytest.approx(np.sort(exact)[::-1][:k], abs=1e-6)
        assert [exact[hit.passage_id - 1] for hit in hits] == pytest.approx([hit.score for hit in hits], abs=1e-6)


def test_the_operator_that_is_shipped() -> None:
    onnx = pytest.importorskip("onnx", reason="the export of readers needs onnx, and only that")
    helper, kinds = onnx.helper, onnx.TensorProto
    made = helper.make_model(
        helper.make_graph(
            [helper.make_node("MatMulInteger", ["codes", "queries", "zero"], ["products"])],
            "products",
            [
                helper.make_tensor_value_info("codes", kinds.UINT8, ["n", "dimension"]),
                helper.make_tensor_value_info("queries", kinds.INT8, ["dimension", "m"]),
            ],
            [helper.make_tensor_value_info("products", kinds.INT32, ["n", "m"])],
            [onnx.numpy_helper.from_array(np.array(codes.ZERO, np.uint8), "zero")],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
        producer_name="qabot",
    )
    assert codes._MODEL.read_bytes() == made.SerializeToString()

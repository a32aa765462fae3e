import numpy as np
import pytest

from morefit_py.fit import stacked


def _stack(sets: int, size: int) -> np.ndarray:
    roots = np.random.default_rng(size).normal(size=(sets, size, size + 2))
    return roots @ roots.transpose(0, 2, 1)


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_as_numpy_one_at_a_time(size: int) -> None:
    matrices, right = _stack(7, size), np.random.default_rng(1).normal(size=(7, size))
    factor, good = stacked.cholesky(matrices)
    assert good.all()
    np.testing.assert_allclose(factor, np.linalg.cholesky(matrices), rtol=1e-12, atol=1e-12)
    half = stacked.solve_lower(factor, right)
    np.testing.assert_allclose(np.einsum("tij,tj->ti", factor, half), right, rtol=1e-10, atol=1e-12)
    whole = stacked.solve_upper(factor, half)
    np.testing.assert_allclose(
        whole, np.linalg.solve(matrices, right[..., None])[..., 0], rtol=1e-8, atol=1e-10
    )
    inverse = stacked.inverse(factor)
    np.testing.assert_allclose(inverse @ matrices, np.broadcast_to(np.eye(size), matrices.shape), atol=1e-8)
    assert np.array_equal(inverse, inverse.transpose(0, 2, 1))


def test_says_which_are_not_positive_definite() -> None:
    matrices = _stack(4, 3)
    matrices[1] = np.diag([1.0, -1.0, 1.0])
    matrices[2] = np.outer([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    factor, good = stacked.cholesky(matrices)
    assert good.tolist() == [True, False, False, True]
    assert np.isfinite(factor).all()

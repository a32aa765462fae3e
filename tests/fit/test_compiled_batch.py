import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import BackendError, DataError, FitError
from morefit_py.model.stack import Stack

X = mf.Observable("x", 0.0, 10.0)
MU, N = mf.Parameter("mu", 5.0, limits=(3.0, 7.0)), mf.Parameter("n", 60.0, limits=(0.0, 900.0))
MODEL = N * mf.pdfs.Gaussian(X, MU, mf.Parameter("sigma", 1.0, fixed=True))
ARRAYS = [np.random.default_rng(i).normal(5.0, 1.0, 50 + 10 * i) for i in range(3)]


def test_points_for_each_and_for_all() -> None:
    batch = mf.compile_batch(MODEL, ARRAYS)
    assert len(batch) == 3
    assert batch.parameters == ("n", "mu")
    assert batch.initial.tolist() == [60.0, 5.0]
    assert repr(batch) == "<CompiledBatch of 3 data sets (data: 180 events); 2 free parameters; backend c>"
    points = np.array([[60.0, 5.0], [55.0, 4.9], [70.0, 5.1]])
    for i, array in enumerate(ARRAYS):
        # -log of prod_i n N(x_i; mu, 1), plus n; the range cuts off 3e-7 of each side.
        n, mu = points[i]
        expected = n - np.sum(np.log(n) - 0.5 * (array - mu) ** 2 - 0.5 * np.log(2.0 * np.pi))
        assert batch.nll(points)[i] == pytest.approx(expected, abs=1e-3)
        assert batch.gradient(points)[i, 0] == pytest.approx(1.0 - len(array) / n, abs=1e-9)
        assert batch.hessian(points)[i, 0, 0] == pytest.approx(len(array) / n**2, rel=1e-9)
    assert batch.nll(batch.initial).tolist() == batch.nll(np.tile(batch.initial, (3, 1))).tolist()
    assert "mf_batch_2" in batch.source()
    with pytest.raises(FitError, match=r"expected the shape \(2,\) \(n, mu\) or \(3, 2\), found \(3,\)"):
        batch.nll(np.zeros(3))
    found = batch.minimise()
    np.testing.assert_allclose(found.values[:, 0], [50.0, 60.0, 70.0], rtol=1e-6)
    np.testing.assert_allclose(found.values[:, 1], [a.mean() for a in ARRAYS], atol=1e-4)
    batch.release()
    with pytest.raises(BackendError, match="released"):
        batch.nll(batch.initial)


def test_several_channels() -> None:
    model = mf.Model({"a": MODEL, "b": (2.0 * N) * mf.pdfs.Uniform(X)})
    sets = [{"a": array, "b": np.linspace(1.0, 9.0, 100)} for array in ARRAYS]
    found = mf.compile_batch(model, sets).minimise()
    # n of 50, 60, 70 events and half of 100 others.
    np.testing.assert_allclose(found.values[:, 0], [50.0, 160.0 / 3.0, 170.0 / 3.0], rtol=1e-6)
    with pytest.raises(DataError, match="data set 1: it has the channels a, the model a, b"):
        mf.compile_batch(model, [sets[0], {"a": ARRAYS[0]}])


def test_stacks_are_taken_as_they_are() -> None:
    stack = Stack.of([mf.Dataset.from_numpy({"x": array}) for array in ARRAYS])
    left, right = mf.compile_batch(MODEL, {"data": stack}), mf.compile_batch(MODEL, ARRAYS)
    assert np.array_equal(left.nll(left.initial), right.nll(right.initial))


def test_the_reference_has_no_source() -> None:
    batch = mf.compile_batch(MODEL, ARRAYS, backend="reference")
    assert batch.minimise().valid.all()
    with pytest.raises(BackendError, match="runs the graph itself"):
        batch.source()


def test_data_that_cannot_be_fitted() -> None:
    with pytest.raises(DataError, match="no data sets are given"):
        mf.compile_batch(MODEL, [])
    with pytest.raises(DataError, match="no events"):
        mf.compile_batch(MODEL, [ARRAYS[0], np.empty(0)])

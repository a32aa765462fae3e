"""The point-to-point dissimilarity of data and the fitted model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import DataError, FitError
from morefit_py.inference.goodness.energy import energy

from .models import X, Y, fitted


def product(events: float = 300.0) -> mf.Model:
    mean = mf.Parameter("mean", 5.0, limits=(3.0, 7.0))
    n = mf.Parameter("n", events, limits=(0.0, 1e5))
    return mf.Model({"d": n * mf.pdfs.Product((mf.pdfs.Gaussian(X, mean, 1.5), mf.pdfs.Uniform(Y)))})


def dependent(seed: int, size: int = 300) -> dict[str, np.ndarray]:
    """Both variables are as in the model; together they are not."""
    rng = np.random.default_rng(seed)
    y = rng.uniform(-1.0, 1.0, size)
    z = stats.norm.ppf((y + 1.0) / 2.0)
    x = 5.0 + 1.5 * (0.6 * z + 0.8 * rng.standard_normal(size))
    inside = (x > 0.0) & (x < 10.0)
    return {"x": x[inside], "y": y[inside]}


@pytest.mark.parametrize("method", ["permutation", "toys"])
def test_p_values(method: str) -> None:
    fit, result = fitted(product(), mf.sample(product(), seed=3))
    right = mf.dissimilarity_test(fit, result, method=method, toys=60, factor=3, processes=2)
    assert right.p_value > 0.01
    assert right.observables == ("x", "y")
    fit, result = fitted(product(), dependent(1))
    wrong = mf.dissimilarity_test(fit, result, method=method, toys=60, factor=3, processes=2)
    assert wrong.p_value == 1 / 61
    # Either variable by itself shows nothing.
    assert mf.dissimilarity_test(fit, result, observables=["y"], toys=60).p_value > 0.01


def test_p_values_of_permutations_are_uniform() -> None:
    p = []
    for seed in range(60):
        fit, result = fitted(product(60.0), mf.sample(product(60.0), seed=seed))
        p.append(mf.dissimilarity_test(fit, result, toys=39, factor=2, seed=seed).p_value)
        fit.release()
    assert stats.kstest(p, "uniform").pvalue > 1e-3


def test_kernels() -> None:
    fit, result = fitted(product(), dependent(1))
    for kernel in ("log", "gaussian"):
        assert mf.dissimilarity_test(fit, result, kernel=kernel, toys=40).p_value == 1 / 41


def test_the_statistic_is_that_of_the_samples() -> None:
    """Of model samples that follow the truth, T is drawn around zero, in units of the model's widths."""
    fit, result = fitted(product(), mf.sample(product(), seed=3))
    found = mf.dissimilarity_test(fit, result, toys=5, factor=20, seed=4)
    assert found.scales == pytest.approx([1.5, 2.0 / np.sqrt(12.0)], rel=0.05)
    data = np.stack([fit.data["d"][name] for name in "xy"], axis=1) / found.scales
    rng = np.random.default_rng(1)
    other = np.stack([rng.normal(result.values["mean"], 1.5, 6000), rng.uniform(-1, 1, 6000)], axis=1)
    spread = np.std([energy(data, other[k::4] / found.scales) for k in range(4)])
    assert found.value == pytest.approx(energy(data, other / found.scales), abs=6.0 * spread)
    again = mf.dissimilarity_test(fit, result, toys=5, factor=20, seed=4)
    assert again.value == found.value
    assert again.p.statistics.tolist() == found.p.statistics.tolist()


def test_large_samples_are_picked_from() -> None:
    fit, result = fitted(product(), mf.sample(product(), seed=3))
    found = mf.dissimilarity_test(fit, result, toys=5, most=100, factor=2)
    assert (found.events, found.model_events) == (100, 200)
    assert "100 were picked at random" in found.notes[0]
    assert "ask for toys" in found.notes[1]
    assert "p = " in str(found)
    assert "by 5 permutations" in str(found)
    assert found.to_dict()["p"]["kind"] == "ToyPValue"


def test_conditional_models() -> None:
    error = mf.Observable("s", 0.0, 5.0)
    model = mf.Model({"d": mf.pdfs.Gaussian(X, mf.Parameter("mean", 5.0, limits=(3.0, 7.0)), error)})
    s = np.random.default_rng(1).uniform(0.3, 2.0, 500)
    fit, result = fitted(model, mf.sample(model, seed=1, given={"s": s}))
    found = mf.dissimilarity_test(fit, result, toys=30)
    assert found.observables == ("x", "s")
    assert found.p_value > 0.01
    # Errors that are handed out anew are not those of the events.
    data = {"x": fit.data["d"]["x"], "s": np.roll(s, 7)}
    fit, result = fitted(model, data)
    assert mf.dissimilarity_test(fit, result, toys=60).p_value < 0.05


def test_what_is_refused() -> None:
    fit, result = fitted(product(), mf.sample(product(), seed=3))
    for wrong, message in (
        ({"kernel": "cosine"}, "unknown kernel 'cosine'"),
        ({"method": "toy"}, "unknown method 'toy'; did you mean 'toys'"),
        ({"toys": 0}, "toys = 0"),
        ({"factor": 0.5}, "factor = 0.5 at least 1"),
    ):
        with pytest.raises(FitError, match=message):
            mf.dissimilarity_test(fit, result, **wrong)  # type: ignore[arg-type]
    with pytest.raises(FitError, match="not valid"):
        mf.dissimilarity_test(fit, fit.minimise(max_calls=1))
    with pytest.raises(DataError, match="no column 'z'"):
        mf.dissimilarity_test(fit, result, observables=["z"])
    data = fit.data["d"]
    heavy, result = fitted(product(), data.with_weights(np.ones(len(data))))
    with pytest.raises(DataError, match="dissimilarity: the data are weighted"):
        mf.dissimilarity_test(heavy, result)

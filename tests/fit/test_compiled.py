"""The public object: compile, evaluate, minimise."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import BackendError, DataError, FitError, ModelError

X = mf.Observable("mass", 5000.0, 6000.0, unit="MeV")


def build() -> mf.Mixture:
    signal = mf.pdfs.Gaussian(
        X,
        mf.Parameter("mu", 5283, limits=(5200, 5350), unit="MeV"),
        mf.Parameter("sigma", 22, limits=(5, 50)),
    )
    background = mf.pdfs.Exponential(X, mf.Parameter("slope", -0.0018, limits=(-0.01, 0.01)))
    return (
        mf.Parameter("n_sig", 280, limits=(0, 5000)) * signal
        + mf.Parameter("n_bkg", 650, limits=(0, 5000)) * background
    )


@pytest.fixture(scope="module")
def mass() -> np.ndarray:
    rng = np.random.default_rng(11)
    background = 5000 - np.log1p(-rng.random(700) * (1 - np.exp(-2.0))) / 0.002
    return np.concatenate([rng.normal(5280, 20, 300), background])


@pytest.fixture(scope="module")
def fit(mass: np.ndarray) -> mf.CompiledFit:
    return mf.compile(build(), {"mass": mass})


def test_the_public_names(fit: mf.CompiledFit) -> None:
    theta = fit.initial
    assert fit.parameters == ("n_sig", "mu", "sigma", "n_bkg", "slope")
    assert theta.dtype == np.float64
    assert isinstance(fit.nll(theta), float)
    assert fit.gradient(theta).shape == (5,)
    assert fit.hessian(theta).shape == (5, 5)


def test_gradient_and_hessian_are_slopes_of_the_value(fit: mf.CompiledFit) -> None:
    theta = fit.initial
    steps = 1e-5 * np.abs(theta)
    for i, step in enumerate(steps):
        shift = step * np.eye(5)[i]
        slope = (fit.nll(theta + shift) - fit.nll(theta - shift)) / (2 * step)
        assert fit.gradient(theta)[i] == pytest.approx(slope, rel=1e-4, abs=1e-5)
        slopes = (fit.gradient(theta + shift) - fit.gradient(theta - shift)) / (2 * step)
        np.testing.assert_allclose(fit.hessian(theta)[i], slopes, rtol=1e-4, atol=1e-6 / step)


@pytest.mark.parametrize("minimiser", ["newton", "minuit", "lbfgsb"])
def test_every_minimiser_finds_the_same_minimum(fit: mf.CompiledFit, minimiser: str) -> None:
    result = fit.minimise(minimiser)
    best = fit.minimise()
    assert result.valid, result.reasons
    for name in fit.parameters:
        assert result.values[name] == pytest.approx(best.values[name], abs=0.02 * best.errors[name])
        assert result.errors[name] == pytest.approx(best.errors[name], rel=1e-2)


def test_newton_needs_few_evaluations(fit: mf.CompiledFit) -> None:
    assert sum(fit.minimise().calls.values()) <= 10


def test_the_result_knows_where_it_comes_from(fit: mf.CompiledFit) -> None:
    provenance = fit.minimise().provenance
    assert provenance["model"] == fit.audit().model_digest
    assert {"kernel", "device", "backend choice", "data data"} <= set(provenance)


def test_units_reach_the_result(fit: mf.CompiledFit) -> None:
    assert "MeV" in fit.minimise().to_json()


def test_sources_of_every_dialect_are_there_whatever_runs(fit: mf.CompiledFit) -> None:
    assert fit.source() == fit.source(fit.likelihood.choice.backend.dialect)
    for name in ("c", "opencl", "cuda", "metal"):
        assert "n_sig" in fit.source(name)
    with pytest.raises(BackendError, match="did you mean 'cuda'"):
        fit.source("cuba")


def test_data_sets_arrays_and_mappings_are_taken(mass: np.ndarray, fit: mf.CompiledFit) -> None:
    dataset = mf.Dataset.from_numpy({"mass": mass})
    for data in (dataset, {"data": dataset}, mass, mass.tolist()):
        assert mf.compile(build(), data).nll(fit.initial) == fit.nll(fit.initial)


def test_it_says_what_it_is_in_one_line(fit: mf.CompiledFit) -> None:
    assert repr(fit) == f"<CompiledFit of data: 1000 events; 5 parameters; backend {fit.backend}>"


def test_profile_and_contour_start_from_a_result(fit: mf.CompiledFit) -> None:
    result = fit.minimise()
    best, error = result.values["mu"], result.errors["mu"]
    scan = fit.profile("mu", [best, best + error], result)
    np.testing.assert_allclose(scan.nll - result.nll, [0.0, 0.5], atol=0.02)
    np.testing.assert_array_equal(scan.nll, fit.profile("mu", [best, best + error], result.values).nll)
    line = fit.contour(result, ("mu", "sigma"), points=4)
    assert line.parameters == ("mu", "sigma")
    assert np.isfinite(line.points).all()


def test_bad_input_is_told_before_anything_runs(mass: np.ndarray, fit: mf.CompiledFit) -> None:
    with pytest.raises(DataError, match="no column 'mass'"):
        mf.compile(build(), {"mas": mass})
    with pytest.raises(DataError, match="no events"):
        mf.compile(build(), {"mass": []})
    other = mf.Parameter("mu", 5300) * mf.pdfs.Uniform(X)
    with pytest.raises(ModelError, match="two different parameters are named 'mu'"):
        mf.compile(build() + other, {"mass": mass})
    with pytest.raises(FitError, match="newton"):
        fit.minimise("newtom")


@pytest.mark.parametrize("minimiser", ["newton", "minuit", "lbfgsb"])
def test_three_fractions_may_have_all_limits_from_0_to_1(minimiser: str) -> None:
    x = mf.Observable("x", 0.0, 10.0)
    f, g = (mf.Parameter(name, 0.3, limits=(0.0, 1.0)) for name in "fg")
    parts = [mf.pdfs.Gaussian(x, 3.0, 0.5), mf.pdfs.Gaussian(x, 7.0, 0.5), mf.pdfs.Uniform(x)]
    mixed = mf.fractions(parts, f, g)
    # Nearly on the edge where nothing is left for the last.
    result = mf.compile(mixed, mf.sample(mixed, {"f": 0.55, "g": 0.43}, seed=1, size=2000)).minimise(
        minimiser
    )
    assert result.valid, result.reasons
    assert result.values["f"] == pytest.approx(0.55, abs=4.0 * result.errors["f"])
    assert result.values["g"] == pytest.approx(0.43, abs=4.0 * result.errors["g"])


def test_a_weighted_fit_says_what_its_errors_are(mass: np.ndarray, fit: mf.CompiledFit) -> None:
    data = mf.Dataset.from_numpy({"mass": mass}, np.full(len(mass), 0.5))
    assert any("weighted events" in note for note in mf.compile(build(), data).minimise().notes)
    assert not fit.minimise().notes

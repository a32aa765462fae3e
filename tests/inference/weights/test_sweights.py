"""sWeights against their definition written out in NumPy (Pivk and Le Diberder, physics/0402083)."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import FitError, ModelError

from .mixtures import MASS, Array, events, exponential, fitted, mass_model, normal


def published(m: Array, values: dict[str, float], own: Array) -> tuple[Array, Array]:
    """The weights (n, 2) of events with weights `own`, and V, for the yields and shapes of a fit."""
    p = np.stack([normal(m, values["mean"], values["width"]), exponential(m, values["fall"], 1.0)], axis=1)
    total = p @ [values["n_s"], values["n_b"]]
    inverse = np.array(
        [[np.sum(own * p[:, k] * p[:, l] / total**2) for l in range(2)] for k in range(2)]  # noqa: E741
    )
    covariance = np.linalg.inv(inverse)
    return own[:, None] * (p @ covariance) / total[:, None], covariance


@pytest.mark.parametrize("floating", [True, False])
def test_weights_are_the_published_ones(floating: bool) -> None:
    fit, result = fitted(floating=floating)
    found = mf.sweights(fit, result)
    weights, covariance = published(found.data["m"], result.values, np.ones(found.events))
    assert found.weights == pytest.approx(weights, rel=1e-6, abs=1e-7)
    assert found.matrix == pytest.approx(covariance, rel=1e-6)


def test_sum_rules() -> None:
    fit, result = fitted()
    found = mf.sweights(fit, result)
    assert found.components == ("signal", "background")
    assert max(found.checks.values()) < 1e-9
    assert found.yields["signal"] == pytest.approx(result.values["n_s"], rel=1e-6)
    assert found.yields["background"] == pytest.approx(result.values["n_b"], rel=1e-6)
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(found.events), abs=1e-9)
    # The sum of products of weights is V: their definition's third sum rule.
    assert found.covariance == pytest.approx(found.matrix, rel=1e-9)
    assert found.notes == ()


def test_data_with_weights_of_their_own() -> None:
    data = events(3)[0]
    own = np.random.default_rng(4).uniform(0.5, 2.0, len(data))
    fit = mf.compile(mass_model(), data.with_weights(own))
    result = fit.minimise()
    found = mf.sweights(fit, result)
    weights, _ = published(data["m"], result.values, own)
    assert found.weights == pytest.approx(weights, rel=1e-6, abs=1e-7)
    assert found.yields["signal"] == pytest.approx(result.values["n_s"], rel=1e-6)
    assert found.weights.sum(axis=1) == pytest.approx(own, abs=1e-9)
    assert "weights of their own" in found.notes[0]


def test_yields_that_are_not_free_are_fitted_again() -> None:
    held = mass_model().constrained(mf.GaussianConstraint(mf.Parameter("n_s", 400.0, (0.0, 5e4)), 100, 5))
    fit = mf.compile(held, events(1)[0])
    result = fit.minimise()
    found = mf.sweights(fit, result)
    assert abs(found.yields["signal"] - result.values["n_s"]) > 50.0
    # At the minimum of the yields alone, sum_i p_k/f = 1, with the densities as the fit left them.
    p = np.stack(
        [
            normal(found.data["m"], result.values["mean"], result.values["width"]),
            exponential(found.data["m"], result.values["fall"], 1.0),
        ],
        axis=1,
    )
    total = p @ list(found.yields.values())
    assert np.sum(p / total[:, None], axis=0) == pytest.approx([1.0, 1.0], rel=1e-9)
    assert "signal" in found.notes[0]


def test_parameters_at_limits_are_named() -> None:
    n = [mf.Parameter(f"n{k}", 100.0, (0.0, 200.0)) for k in range(2)]
    terms = [term.density for term in mass_model().channels["d"].terms]
    fit = mf.compile(n[0] * terms[0] + n[1] * terms[1], events(1)[0])
    found = mf.sweights(fit, fit.minimise())
    assert found.notes[-1] == "at their limits in the fit: n0, n1; the densities are what they are there"
    assert found.yields["gaussian"] > 300.0


def test_channel_of_a_simultaneous_fit() -> None:
    shared = mass_model().channels["d"]
    model = mf.Model({"a": shared, "b": 2.0 * shared})
    fit = mf.compile(model, {"a": events(1)[0], "b": events(2, 800, 1200)[0]})
    result = fit.minimise()
    with pytest.raises(ModelError, match="channels a, b; say which"):
        mf.sweights(fit, result)
    with pytest.raises(ModelError, match="no channel 'c'"):
        mf.sweights(fit, result, "c")
    found = mf.sweights(fit, result, "b")
    assert found.channel == "b"
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(found.events), abs=1e-9)


def test_what_has_no_sweights() -> None:
    data = events(1)[0]
    fit, result = fitted()
    one = mf.compile(mf.Parameter("n", 500, (0, 9000)) * mf.pdfs.Uniform(MASS), data)
    with pytest.raises(ModelError, match="no sum of components with yields"):
        mf.sweights(one, one.minimise())
    wrong = fit.minimise(max_calls=1)
    assert not wrong.valid
    with pytest.raises(FitError, match="the fit is not valid"):
        mf.sweights(fit, wrong)
    del result


def test_densities_that_vanish_together() -> None:
    # So narrow that exp underflows for events between.
    x = mf.Observable("m", 0.0, 1.0)
    peaks = [mf.pdfs.Gaussian(x, centre, 0.004) for centre in (0.2, 0.8)]
    n = [mf.Parameter(f"n{k}", 50.0, (0.0, 500.0)) for k in range(2)]
    rng = np.random.default_rng(1)
    m = np.concatenate([rng.normal(0.2, 0.004, 50), rng.normal(0.8, 0.004, 50), [0.5]])
    fit = mf.compile(n[0] * peaks[0] + n[1] * peaks[1], {"m": m})
    with pytest.raises(FitError, match=r"density of 1 events vanishes \(the first is row 100\)"):
        mf.sweights(fit, fit.minimise())

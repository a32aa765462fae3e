"""The yields of given densities: their fit against iminuit's, their Hessian against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from iminuit import Minuit

from morefit_py.errors import FitError
from morefit_py.inference.weights.yields import YieldsObjective, fitted_yields

RNG = np.random.default_rng(2)
DENSITIES = RNG.gamma(2.0, 1.0, (200, 3)) + np.eye(3)[np.arange(200) % 3] * 5.0
WEIGHTS = RNG.uniform(0.5, 1.5, 200)


def nll(n: np.ndarray) -> float:
    return float(n.sum() - np.sum(WEIGHTS * np.log(DENSITIES @ n)))


def test_minimum_is_that_of_iminuit() -> None:
    yields, inverse = fitted_yields("here", ("a", "b", "c"), DENSITIES, WEIGHTS)
    minuit = Minuit(lambda *n: nll(np.array(n)), *[60.0] * 3)
    minuit.errordef, minuit.tol = 0.5, 1e-6
    minuit.migrad()
    assert yields == pytest.approx(np.array(minuit.values), abs=1e-3)
    f = DENSITIES @ yields
    assert inverse == pytest.approx((DENSITIES.T * (WEIGHTS / f**2)) @ DENSITIES, rel=1e-12)
    assert (WEIGHTS / f) @ DENSITIES == pytest.approx(np.ones(3), rel=1e-9)


def test_objective_has_exact_derivatives() -> None:
    objective = YieldsObjective(("a", "b", "c"), DENSITIES, WEIGHTS, np.full(3, 60.0))
    at = np.array([50.0, 70.0, 80.0])
    value, gradient, hessian = objective.evaluate(at, 2)
    assert value == pytest.approx(nll(at), rel=1e-12)
    assert gradient is not None
    assert hessian is not None
    step = 1e-3
    for k in range(3):
        e = np.eye(3)[k] * step
        assert gradient[k] == pytest.approx((nll(at + e) - nll(at - e)) / (2 * step), rel=1e-6)
    assert hessian.tolist() == hessian.T.tolist()
    assert objective.evaluate(at, 0) == (value, None, None)
    assert objective.evaluate(at, 1)[1] == pytest.approx(gradient)


def test_a_yield_may_be_negative() -> None:
    # A deficit where the third density is: no limit holds its yield at zero.
    m = np.concatenate([np.linspace(0.0, 0.4, 200), np.linspace(0.6, 1.0, 200)])
    densities = np.stack([np.ones(400), (np.abs(m - 0.5) < 0.11) / 0.22 + 1e-3], axis=1)
    yields, _ = fitted_yields("here", ("flat", "peak"), densities, np.ones(400))
    assert yields[1] < -10.0


def test_densities_that_cannot_be_told_apart() -> None:
    same = np.repeat(DENSITIES[:, :1], 2, axis=1)
    with pytest.raises(FitError, match=r"here: the yields of a, b cannot be fitted .*leave out"):
        fitted_yields("here", ("a", "b"), same, WEIGHTS)

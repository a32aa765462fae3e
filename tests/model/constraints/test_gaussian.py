"""Tests of morefit_py.model.constraint."""

import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.build import mul
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.constraints.gaussian import GaussianConstraint

THETA = Parameter("theta", 1.0)


@pytest.mark.parametrize("theta", [-2.0, 0.3, 5.0])
def test_gaussian(theta: float) -> None:
    term = GaussianConstraint(THETA, 0.5, 0.2).nll()
    found = evaluate([term], {"theta": theta})[0]
    np.testing.assert_allclose(found, -stats.norm.logpdf(theta, 0.5, 0.2), rtol=1e-14)


def test_gaussian_of_an_expression() -> None:
    term = GaussianConstraint(mul(THETA, THETA), 4.0, 0.5).nll()
    found = evaluate([term], {"theta": 2.5})[0]
    np.testing.assert_allclose(found, -stats.norm.logpdf(6.25, 4.0, 0.5), rtol=1e-14)


@pytest.mark.parametrize("sigma", [0.0, -1.0, np.inf, np.nan])
def test_width_must_be_positive(sigma: float) -> None:
    with pytest.raises(ModelError, match=r"on theta: sigma is .*a width must be > 0"):
        GaussianConstraint(THETA, 0.0, sigma)


def test_fields_of_the_wrong_kind() -> None:
    with pytest.raises(ModelError, match="its quantity is 'mu'; give a Parameter or an expression"):
        GaussianConstraint("mu", 0.0, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="on x: it depends on an observable"):
        GaussianConstraint(Observable("x", 0.0, 1.0), 0.0, 1.0)
    with pytest.raises(ModelError, match="on theta: mean is '1'; give a number"):
        GaussianConstraint(THETA, "1", 1.0)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="on theta: sigma is the parameter 'theta'; give a number"):
        GaussianConstraint(THETA, 0.0, THETA)  # type: ignore[arg-type]


@pytest.mark.parametrize("mean", [np.inf, np.nan])
def test_mean_must_be_finite(mean: float) -> None:
    with pytest.raises(ModelError, match=r"on theta: mean .* is not finite"):
        GaussianConstraint(THETA, mean, 1.0)

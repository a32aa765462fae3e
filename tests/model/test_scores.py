"""The terms that score products are made of."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.graph.build import ONE, ZERO, column, ipow
from morefit_py.graph.meaning import evaluate
from morefit_py.model.model import Model, as_model
from morefit_py.model.nll import WEIGHT_COLUMN
from morefit_py.model.scores import constraint_term, event_terms

X = mf.Observable("x", -2.0, 2.0)
MU, N = mf.Parameter("mu", 0.3, limits=(-1, 1)), mf.Parameter("n", 50.0, limits=(0, 1000))
PEAK = mf.pdfs.Gaussian(X, MU, 0.5)
EDGES = np.array([-2.0, -1.0, 0.5, 2.0])


def test_events_by_channel_with_their_squared_weights() -> None:
    model = Model({"one": N * PEAK, "two": PEAK})
    one, two = event_terms(model, {"two"})
    assert (one.axis.name, two.axis.name) == ("one", "two")
    assert one.factor is ONE
    assert two.factor is ipow(column(WEIGHT_COLUMN), 2)
    x = np.array([-0.4, 0.9])
    density = stats.truncnorm(-2.3 / 0.5, 1.7 / 0.5, 0.3, 0.5).logpdf(x)
    at, columns = {"mu": 0.3, "n": 50.0}, {"": {"x": x}}
    np.testing.assert_allclose(evaluate([one.log_density], at, columns)[0], density + np.log(50.0))
    np.testing.assert_allclose(evaluate([two.log_density], at, columns)[0], density)


def test_constraints_are_taken_together() -> None:
    held = (mf.GaussianConstraint(MU, 0.1, 0.2), mf.GaussianConstraint(2 * N, 90.0, 5.0))
    (found,) = evaluate([constraint_term(as_model(N * PEAK).constrained(*held))], {"mu": 0.3, "n": 50.0})
    expected = -stats.norm.logpdf(0.3, 0.1, 0.2) - stats.norm.logpdf(100.0, 90.0, 5.0)
    assert found == pytest.approx(expected, rel=1e-14)
    assert constraint_term(as_model(PEAK)) is ZERO


@pytest.mark.parametrize("statistic", ["poisson", "pearson", "neyman"])
def test_bins_fluctuate_by_their_variances(statistic: str) -> None:
    """Their gradients by the counts: of what is minimised, by differences of it where n is nu."""
    binned = mf.Binned.from_counts({"x": EDGES}, [3.0, 30.0, 0.0], [5.0, 40.0, 0.0], statistic)
    (term,) = event_terms(as_model(N * PEAK), (), {"data": statistic})
    at, columns = {"mu": 0.3, "n": 50.0}, {"": dict(binned.columns)}
    logarithm, factor = evaluate([term.log_density, term.factor], at, columns)
    cuts = stats.truncnorm(-2.3 / 0.5, 1.7 / 0.5, 0.3, 0.5).cdf(EDGES)
    nu, variance = 50.0 * np.diff(cuts), np.array([5.0, 40.0, 0.0])
    if statistic == "neyman":
        np.testing.assert_allclose(logarithm, nu)
        np.testing.assert_allclose(factor, [1 / 5.0, 1 / 40.0, 0.0])
    else:
        np.testing.assert_allclose(logarithm[:2], np.log(nu)[:2])
        np.testing.assert_allclose(factor, variance)
    assert np.isfinite(logarithm).all()

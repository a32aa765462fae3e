"""Constraints beside a compiled likelihood, against those inside one."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.inference.toys.with_constraints import WithConstraints

from .models import MEAN, N, X, peak

CONSTRAINTS = (
    mf.GaussianConstraint(MEAN**2, 26.0, 0.3),
    mf.PoissonConstraint(0.1 * mf.Parameter("n", 200.0, limits=(0.0, 20100.0)), 17),
    mf.MultivariateGaussianConstraint(
        (MEAN, mf.Parameter("extra", 1.0)), (5.1, 0.9), [[0.1, 0.02], [0.02, 0.3]]
    ),
)


def test_values_and_derivatives_are_those_of_the_whole() -> None:
    whole_model = peak().constrained(*CONSTRAINTS)
    data = mf.sample(peak(), seed=1)
    whole = mf.compile(whole_model, data).likelihood
    bare = mf.compile(mf.Model(peak().channels, (), whole_model.parameters), data).likelihood
    found = WithConstraints(bare, CONSTRAINTS)
    assert found.parameters == whole.parameters
    assert "extra" in found.parameters
    for name in ("initial", "lower", "upper", "fixed"):
        assert getattr(found, name).tolist() == getattr(whole, name).tolist()
    theta = whole.initial + 0.05
    for order in range(3):
        for mine, its in zip(found.evaluate(theta, order), whole.evaluate(theta, order), strict=True):
            assert (mine is None) == (its is None)
            if its is not None:
                assert mine == pytest.approx(its, rel=1e-10, abs=1e-9)
    assert found.constraint_hessian(theta) == pytest.approx(whole.constraint_hessian(theta), rel=1e-12)


def test_without_constraints_it_is_the_likelihood() -> None:
    bare = mf.compile(peak(), mf.sample(peak(), seed=1)).likelihood
    found = WithConstraints(bare, ())
    assert found.evaluate(bare.initial, 0)[0] == bare.evaluate(bare.initial, 0)[0]
    assert not np.any(found.constraint_hessian(bare.initial))
    assert (X.name, N.name) == ("x", "n")

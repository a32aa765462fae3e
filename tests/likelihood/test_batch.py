import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError, FitError
from morefit_py.likelihood.batch import BatchLikelihood, BatchPrograms, outcomes_of
from morefit_py.likelihood.likelihood import likelihood
from morefit_py.model.model import Model, as_model
from morefit_py.model.stack import Stack
from morefit_py.runtime.choose import choose

X = mf.Observable("x", 0.0, 10.0)
MU, SIGMA = mf.Parameter("mu", 5.0, limits=(3.0, 7.0)), mf.Parameter("sigma", 1.0, limits=(0.2, 3.0))
HELD = mf.Parameter("held", 0.9, fixed=True)
N, RATE = mf.Parameter("n", 50.0, limits=(0.0, 500.0)), mf.Parameter("rate", 2.0, limits=(0.1, 9.0))


def model() -> Model:
    made = Model({"d": N * mf.pdfs.Gaussian(X, MU, HELD * SIGMA)})
    return made.constrained(
        mf.GaussianConstraint(MU, 5.0, 0.5),
        mf.PoissonConstraint(N * 0.1, 4.0),
        mf.LogNormalConstraint(SIGMA, 1.1, 1.2),
        mf.MultivariateGaussianConstraint((MU, SIGMA), (5.0, 1.0), np.array([[0.3, 0.1], [0.1, 0.2]])),
        mf.Penalty(0.01 * SIGMA**4),
    )


def sets(weighted: bool = False) -> list[mf.Dataset]:
    rng = np.random.default_rng(3)
    return [
        mf.Dataset.from_numpy(
            {"x": rng.uniform(2.0, 8.0, size)}, rng.uniform(0.2, 2.0, size) if weighted else None
        )
        for size in (40, 1, 70)
    ]


def other_outcomes() -> np.ndarray:
    return outcomes_of(model()) * np.array([[1.0], [0.9], [1.2]])


def with_outcomes(row: np.ndarray) -> Model:
    made = Model({"d": N * mf.pdfs.Gaussian(X, MU, HELD * SIGMA)})
    gauss, count, median, *means = row.tolist()
    return made.constrained(
        mf.GaussianConstraint(MU, gauss, 0.5),
        mf.PoissonConstraint(N * 0.1, count),
        mf.LogNormalConstraint(SIGMA, median, 1.2),
        mf.MultivariateGaussianConstraint((MU, SIGMA), tuple(means), np.array([[0.3, 0.1], [0.1, 0.2]])),
        mf.Penalty(0.01 * SIGMA**4),
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_outcomes_of_constraints_differ_by_data_set(weighted: bool) -> None:
    held, outcomes = sets(weighted), other_outcomes()
    batch = BatchLikelihood(model(), {"d": Stack.of(held)}, choose("auto"), outcomes)
    assert [parameter.name for parameter in batch.free] == ["n", "mu", "sigma"]
    x = np.array([[50.0, 5.0, 1.0], [40.0, 4.5, 1.3], [60.0, 5.2, 0.8]])
    value, slope, bend = batch.evaluate(x, np.arange(3), 2)
    products = batch.score_products(x, np.arange(3))
    assert slope is not None
    assert bend is not None
    for i, dataset in enumerate(held):
        alone = likelihood(with_outcomes(outcomes[i]), dataset, "reference")
        where = [alone.parameters.index(parameter.name) for parameter in batch.free]
        theta = alone.initial
        theta[where] = x[i]
        one, gradient, hessian = alone.evaluate(theta, 2)
        assert gradient is not None
        assert hessian is not None
        assert value[i] == pytest.approx(one, rel=1e-12)
        np.testing.assert_allclose(slope[i], gradient[where], rtol=1e-9, atol=1e-9)
        block = np.ix_(where, where)
        np.testing.assert_allclose(bend[i], hessian[block], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(products[i], alone.score_products(theta)[block], rtol=1e-9, atol=1e-9)
    batch.release()


def test_one_of_them_is_an_objective() -> None:
    batch = BatchLikelihood(model(), {"d": Stack.of(sets())}, choose("auto"))
    one, alone = batch.one(2), likelihood(model(), sets()[2])
    assert one.parameters == alone.parameters
    for name in ("initial", "lower", "upper", "fixed"):
        assert np.array_equal(getattr(one, name), getattr(alone, name))
    assert one.flaws(one.initial) == ()
    free = ~one.fixed
    for order in (0, 1, 2):
        found, expected = one.evaluate(one.initial, order), alone.evaluate(one.initial, order)
        assert found[0] == pytest.approx(expected[0], rel=1e-13)
        for left, right, where in zip(found[1:], expected[1:], (free, np.ix_(free, free)), strict=True):
            assert (left is None) == (right is None)
            if left is not None and right is not None:
                np.testing.assert_allclose(left[where], right[where], rtol=1e-10, atol=1e-9)
    batch.release()


def test_names_of_outcomes_are_none_of_the_models() -> None:
    taken = mf.Parameter("outcome0", 1.0, limits=(0.1, 2.0))
    made = Model({"d": N * mf.pdfs.Gaussian(X, MU, taken)}).constrained(
        mf.GaussianConstraint(taken, 1.0, 0.1)
    )
    programs = BatchPrograms(made, {"d": Stack.of(sets())})
    assert [parameter.name for parameter in programs.outcomes] == ["outcome_0"]


def test_errors_name_the_data_set() -> None:
    wrong = [*sets(), mf.Dataset.from_numpy({"x": np.array([1.0, 11.0])})]
    with pytest.raises(DataError, match=r"data 3.*11"):
        BatchLikelihood(as_model(model()), {"d": Stack.of(wrong)}, choose("auto"))
    with pytest.raises(FitError, match="all parameters are fixed"):
        BatchLikelihood(Model({"d": mf.pdfs.Gaussian(X, 5.0, HELD)}), {"d": Stack.of(sets())}, choose("auto"))
    two = Model({"a": N * mf.pdfs.Gaussian(X, MU, 1.0), "b": N * mf.pdfs.Uniform(X)})
    with pytest.raises(DataError, match="different numbers of data sets"):
        BatchLikelihood(two, {"a": Stack.of(sets()), "b": Stack.of(sets()[:2])}, choose("auto"))

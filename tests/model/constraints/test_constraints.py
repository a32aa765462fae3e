"""What every kind of constraint has to be: the negative log-density of its outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node, log
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.constraints.constraint import Constraint, check_number, check_quantity
from morefit_py.model.constraints.gaussian import GaussianConstraint
from morefit_py.model.constraints.log_normal import LogNormalConstraint
from morefit_py.model.constraints.multivariate_gaussian import MultivariateGaussianConstraint
from morefit_py.model.constraints.penalty import Penalty
from morefit_py.model.constraints.poisson import PoissonConstraint

A, B = Parameter("a", 2.0, (0.0, 10.0)), Parameter("b", -1.0)
LOW = Parameter("low", 1.0, (-1.0, 2.0))
X = Observable("x", 0.0, 1.0)
V = np.array([[0.04, 0.03], [0.03, 0.09]])


@dataclass(frozen=True)
class Case:
    """A constraint on `a`, made for an outcome, and the log-density of that outcome."""

    make: Callable[[float], Constraint]
    logpdf: Callable[[float, float], float]
    outcome: Callable[[Any], float]


CASES = {
    "gaussian": Case(
        lambda y: GaussianConstraint(3.0 * A, y, 0.2),
        lambda y, a: stats.norm.logpdf(y, 3.0 * a, 0.2),
        lambda held: held.mean,
    ),
    "log-normal": Case(
        lambda y: LogNormalConstraint(A, y, 1.3),
        lambda y, a: stats.lognorm.logpdf(y, np.log(1.3), scale=a),
        lambda held: held.median,
    ),
    "poisson": Case(
        lambda y: PoissonConstraint(20.0 * A, y),
        lambda y, a: stats.poisson.logpmf(round(y), 20.0 * a),
        lambda held: held.observed,
    ),
}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))


def value(constraint: Constraint, a: float = 2.0, b: float = -1.0) -> float:
    return float(evaluate([constraint.nll()], {"a": a, "b": b})[0])


@every_case
@pytest.mark.parametrize("a", [0.7, 2.0, 3.1])
def test_it_is_minus_the_log_density_of_the_outcome(case: Case, a: float) -> None:
    for outcome in (1.0, 3.0, 45.0):
        assert value(case.make(outcome), a) == pytest.approx(-case.logpdf(outcome, a), rel=1e-12)


@every_case
def test_outcomes_drawn_anew_follow_the_density(case: Case) -> None:
    generator = np.random.default_rng(5)
    start = case.make(3.0)
    drawn = np.array([case.outcome(start.fluctuated({"a": 2.5}, generator)) for _ in range(4000)])
    if case is CASES["poisson"]:
        assert drawn.mean() == pytest.approx(50.0, abs=4 * np.sqrt(50 / 4000))
        assert drawn.var() == pytest.approx(50.0, rel=0.1)
        return
    points = np.linspace(0.3, 12.0, 4001)
    density = np.exp([case.logpdf(y, 2.5) for y in points])
    content = integrate.cumulative_trapezoid(density, points, initial=0.0)
    assert stats.kstest(drawn, lambda y: np.interp(y, points, content)).pvalue > 1e-3


def test_a_count_of_zero_and_one_that_is_no_integer() -> None:
    assert value(PoissonConstraint(A, 0.0), 0.0) == 0.0
    from scipy.special import gammaln

    assert value(PoissonConstraint(A, 2.5)) == pytest.approx(2.0 - 2.5 * np.log(2.0) + gammaln(3.5))


def test_several_quantities_together() -> None:
    held = MultivariateGaussianConstraint((A, 2.0 * B), (1.9, -2.2), V)
    exact = -stats.multivariate_normal.logpdf([2.3, -1.8], [1.9, -2.2], V)
    assert value(held, 2.3, -0.9) == pytest.approx(exact, rel=1e-13)
    one = MultivariateGaussianConstraint((A,), (1.9,), [[0.25]])  # type: ignore[arg-type]
    assert value(one) == pytest.approx(value(GaussianConstraint(A, 1.9, 0.5)), rel=1e-14)


def test_several_outcomes_drawn_anew_are_correlated() -> None:
    held = MultivariateGaussianConstraint((A, 2.0 * B), (1.9, -2.2), V)
    generator = np.random.default_rng(2)
    drawn = np.array([held.fluctuated({"a": 1.0, "b": 3.0}, generator).means for _ in range(4000)])
    np.testing.assert_allclose(drawn.mean(axis=0), [1.0, 6.0], atol=4 * 0.3 / np.sqrt(4000))
    np.testing.assert_allclose(np.cov(drawn.T), V, rtol=0.1)


@pytest.mark.parametrize(
    ("covariance", "message"),
    [
        ([[1.0, 2.0], [2.0, 1.0]], r"not positive definite \(its smallest eigenvalue is -1\)"),
        ([[1.0, 0.1], [0.2, 1.0]], "not symmetric and finite"),
        ([[1.0, np.nan], [np.nan, 1.0]], "not symmetric and finite"),
        ([1.0, 2.0], r"has shape \(2,\); 2 quantities need \(2, 2\)"),
        ("V", "no matrix of numbers"),
    ],
)
def test_covariances_that_are_none(covariance: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        MultivariateGaussianConstraint((A, B), (0.0, 0.0), covariance)


def test_means_for_every_quantity() -> None:
    with pytest.raises(ModelError, match="1 means for 2 quantities"):
        MultivariateGaussianConstraint((A, B), (0.0,), V)
    with pytest.raises(ModelError, match="quantities is the parameter 'a'; give a sequence"):
        MultivariateGaussianConstraint(A, (0.0,), V)  # type: ignore[arg-type]


def test_an_expression_of_ones_own() -> None:
    held = Penalty(3.0 * (as_node(A) - 1.0) ** 4)
    assert value(held) == 3.0
    assert held.fluctuated({"a": 0.0}, np.random.default_rng()) is held
    with pytest.raises(ModelError, match=r"penalty on .*: it is nan at the start of its parameters"):
        Penalty(log(as_node(B)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: LogNormalConstraint(A, 0.0, 1.1),
            "constraint on a: median is 0.0; it must be > 0",
        ),
        (
            lambda: LogNormalConstraint(A, 1.0, 1.0),
            "constraint on a: kappa is 1.0; .* must be > 1",
        ),
        (lambda: PoissonConstraint(A, -1.0), "Poisson constraint on a: observed is -1.0; .* must be >= 0"),
        (lambda: PoissonConstraint(X, 1.0), "Poisson constraint on x: it depends on an observable"),
        (lambda: PoissonConstraint(A - 2.0, 1.0), "it is 0 at the start; it must be > 0"),
        (lambda: LogNormalConstraint(A - 3.0, 1.0, 1.1), "it is -1 at the start; it must be > 0"),
        (lambda: LogNormalConstraint(LOW, 1.0, 1.1), "the lower limit -1 lets it become negative"),
        (lambda: GaussianConstraint(A, 1.0, 1e-300), "on a: its term is inf at the start"),
        (lambda: GaussianConstraint(3.0, 1.0, 1.0), "on 3: no parameter is in it, so that nothing"),
        (lambda: Penalty(1.0), "penalty on 1: no parameter is in it"),
        (lambda: Penalty("a"), "penalty: its quantity is 'a'; give a Parameter"),
    ],
)
def test_bad_fields(make: Callable[[], Constraint], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        make()


def test_checks_say_where() -> None:
    assert check_quantity("kind", A) == "kind on a"
    check_number("here", "width", 1.0, positive=True)
    with pytest.raises(ModelError, match="here: width is the parameter 'a'; give a number"):
        check_number("here", "width", A)

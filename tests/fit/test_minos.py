import numpy as np
import pytest
from iminuit import Minuit

from morefit_py.errors import FitError
from morefit_py.fit.minimise import minimise
from morefit_py.fit.minos import minos

from .problems import Function, counting, crystal_ball_chebyshev, gauss_exp, outside_bounds, quadratic


def reference(objective, theta, sigma=1.0):
    """The errors of iminuit's MINOS, from values and gradients alone."""
    offset = objective.evaluate(theta, 0)[0]
    minuit = Minuit(
        lambda x: objective.evaluate(x, 0)[0] - offset,
        theta,
        grad=lambda x: objective.evaluate(x, 1)[1],
        name=objective.parameters,
    )
    minuit.errordef = 0.5
    minuit.limits = list(zip(objective.lower, objective.upper, strict=True))
    minuit.fixed = list(objective.fixed)
    minuit.tol, minuit.strategy = 1e-3, 2
    minuit.migrad()
    minuit.minos(cl=sigma)
    return {name: (error.lower, error.upper) for name, error in minuit.merrors.items()}


@pytest.mark.parametrize(
    "objective",
    [
        gauss_exp(300, 400),
        gauss_exp(30, 50),
        gauss_exp(200, 200).but(held=(3,)),
        crystal_ball_chebyshev(150, 50).but(held=(4, 5, 6, 7)),
    ],
    ids=["many", "few", "fixed", "crystal ball"],
)
def test_against_iminuit(objective):
    best = minimise(objective)
    theta = np.array(list(best.values.values()))
    found = minos(objective, theta)
    assert found.notes == ()
    assert found.deeper is None
    assert found.calls <= 12 * len(found.errors)
    for name, expected in reference(objective, theta).items():
        assert found.errors[name] == pytest.approx(expected, abs=1e-3 * best.errors[name])


def test_two_sigma_of_a_parabola():
    objective = quadratic([[2, 1], [1, 3]], (1, 2), (1, 2))
    found = minos(objective, {"p0": 1.0}, ["p0"], sigma=2.0)
    expected = 2 * np.sqrt(np.linalg.inv([[2, 1], [1, 3]])[0, 0])
    assert found.errors == {"p0": pytest.approx((-expected, expected))}
    assert found.calls == 3


def test_sides_that_meet_a_limit_say_so():
    found = minos(counting(n=5.5), {"s": 0.5})
    lower, upper = found.errors["s"]
    assert lower == -0.5
    assert upper > 2
    assert found.notes == ("MINOS: the lower error of s ends at its limit 0",)


def test_parameter_at_its_limit():
    found = minos(counting(n=2.0, b=5.0), {"s": 0.0})
    lower, upper = found.errors["s"]
    assert lower == 0
    rise = (5 + upper - 2 * np.log(5 + upper)) - (5 - 2 * np.log(5))
    assert rise == pytest.approx(0.5, abs=1e-6)


def test_others_at_their_limits():
    objective = outside_bounds()
    found = minos(objective, objective.solution, ["p2"])
    assert found.errors["p2"] == pytest.approx((-np.sqrt(1 / 3), np.sqrt(1 / 3)))


def test_lower_minimum_is_reported_with_its_place():
    def of(x):
        t = x[0]
        return (
            0.3 * (t * t - 1) ** 2 - 0.1 * t,
            np.array([1.2 * t * (t * t - 1) - 0.1]),
            np.array([[1.2 * (3 * t * t - 1)]]),
        )

    objective = Function(of, (-0.9,), names=("t",))
    best = minimise(objective)
    found = minos(objective, best.values)
    assert found.errors == {}
    assert "lower minimum" in found.notes[0]
    theta, nll = found.deeper
    assert nll < best.nll
    assert theta[0] > 0


def test_open_side_is_infinite():
    def of(x):
        t = np.tanh(x[0])
        return (
            0.3 * t * t,
            np.array([0.6 * t * (1 - t * t)]),
            np.array([[0.6 * (1 - t * t) * (1 - 3 * t * t)]]),
        )

    found = minos(Function(of, (0.0,)), [0.0])
    assert found.errors["p0"] == (-np.inf, np.inf)
    assert len(found.notes) == 2


def test_bad_input():
    objective = gauss_exp(50, 50).but(held=(0,))
    best = minimise(objective).values
    with pytest.raises(FitError, match="n_signal is fixed"):
        minos(objective, best, ["n_signal"])
    with pytest.raises(FitError, match="did you mean 'mean'"):
        minos(objective, best, ["meen"])
    with pytest.raises(FitError, match="sigma = 0 is not positive"):
        minos(objective, best, sigma=0)
    with pytest.raises(FitError, match="is not a minimum, its EDM is"):
        minos(objective, best | {"mean": best["mean"] + 0.01})
    with pytest.raises(FitError, match="not finite"):
        minos(objective, best | {"sigma": np.nan})

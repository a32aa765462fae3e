import subprocess
import sys

import numpy as np
import pytest
from iminuit import Minuit

from morefit_py.errors import FitError
from morefit_py.fit import minimise as module
from morefit_py.fit.minimise import minimise

from .problems import Function, counting, gauss_exp, outside_bounds, saddle


def test_values_and_errors_agree_with_iminuit():
    objective = gauss_exp(300, 500)
    found = minimise(objective)
    minuit = Minuit(
        lambda x: objective.evaluate(x, 0)[0] - found.nll, objective.initial, name=objective.parameters
    )
    minuit.errordef, minuit.tol, minuit.strategy = 0.5, 1e-4, 2
    minuit.migrad()
    minuit.hesse()
    for name in objective.parameters:
        sigma = found.errors[name]
        assert abs(minuit.values[name] - found.values[name]) < 1e-4 * sigma
        assert minuit.errors[name] == pytest.approx(sigma, rel=1e-3)
    assert found.edm < 1e-10


def test_result_tells_how_it_came_about():
    objective = gauss_exp(60, 80)
    found = minimise(
        objective, "lbfgsb", minos=True, provenance={"spec": "1f"}, backend="device", latex={"mean": r"\mu"}
    )
    assert (found.minimiser, found.backend) == ("lbfgsb", "device")
    assert found.provenance == {"spec": "1f"}
    assert found.latex == {"mean": r"\mu"}
    assert set(found.asymmetric_errors) == set(objective.parameters)
    assert found.calls["value"] + found.calls["gradient"] + found.calls["hessian"] + found.calls[
        "minos"
    ] == sum(objective.count)
    assert set(found.times) == {"start", "minimise", "minos", "likelihood", "total"}
    assert found.times["likelihood"] < found.times["total"]


def test_parameters_at_limits_are_reported():
    found = minimise(outside_bounds())
    assert found.valid
    assert found.at_limit == ("p0", "p1")
    assert np.isnan(found.errors["p0"])
    assert not found.covariance[:2].any()


def test_minos_of_some():
    found = minimise(gauss_exp(60, 80), minos=["sigma"])
    assert set(found.asymmetric_errors) == {"sigma"}
    assert set(minimise(gauss_exp(60, 80), minos="sigma").asymmetric_errors) == {"sigma"}


def test_minos_that_finds_a_lower_minimum_invalidates():
    def of(x):
        t = x[0]
        return (
            0.3 * (t * t - 1) ** 2 - 0.1 * t,
            np.array([1.2 * t * (t * t - 1) - 0.1]),
            np.array([[1.2 * (3 * t * t - 1)]]),
        )

    found = minimise(Function(of, (-0.9,), names=("t",)), minos=True)
    assert not found.valid
    assert "MINOS found an NLL lower by" in found.reasons[0]
    assert "fit again from there" in found.reasons[0]


def test_minos_notes_do_not_invalidate():
    found = minimise(counting(n=5.5), minos=True)
    assert found.valid
    assert found.notes == ("MINOS: the lower error of s ends at its limit 0",)


def test_claims_of_a_minimiser_are_not_believed(monkeypatch):
    def liar(problem, settings):
        return problem.minimum(problem.start, (0.0, None, None), True, "trust me")

    monkeypatch.setattr(module, "minimiser_called", lambda name: liar)
    found = minimise(gauss_exp(60, 80))
    assert not found.valid
    assert found.reasons[0].startswith("the EDM of")
    assert found.reasons[1] == "the minimiser says: trust me"
    # Started, checked, started once more and checked again.
    assert found.calls["hessian"] == 4


def test_modesty_of_a_minimiser_does_not_matter(monkeypatch):
    objective = gauss_exp(60, 80)
    best = np.array(list(minimise(objective).values.values()))

    def modest(problem, settings):
        return problem.minimum(best, (0.0, None, None), False, "not sure")

    monkeypatch.setattr(module, "minimiser_called", lambda name: modest)
    assert minimise(objective).valid


def test_end_point_that_is_not_finite(monkeypatch):
    def lost(problem, settings):
        return problem.minimum(np.array([-1.0, -1, 5, 0.3, 0.3]), (0.0, None, None), True, "lost")

    monkeypatch.setattr(module, "minimiser_called", lambda name: lost)
    found = minimise(gauss_exp(60, 80), minos=True)
    assert not found.valid
    assert "not finite" in found.reasons[0]
    assert np.isnan(found.covariance).all()
    assert found.asymmetric_errors == {}


def test_progress_can_end_the_fit_at_the_best_point():
    objective = gauss_exp(60, 80)
    start = objective.evaluate(objective.initial, 0)[0]
    found = minimise(objective, progress=lambda now: now.calls >= 3)
    assert not found.valid
    assert "callback" in found.reasons[-1]
    assert found.nll < start


def test_interrupt_says_how_far_the_fit_was():
    def progress(now):
        if now.calls == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        minimise(gauss_exp(60, 80), progress=progress)
    assert "interrupted after 3 calls, at an NLL of" in caught.value.__notes__[0]


def test_saddle_is_named_as_such():
    found = minimise(saddle(), "lbfgsb")
    assert not found.valid
    assert "a saddle point" in found.reasons[0]


def test_bad_input():
    objective = gauss_exp(60, 80).but(held=(0,))
    with pytest.raises(FitError, match="did you mean 'newton'"):
        minimise(objective, "newtom")
    with pytest.raises(FitError, match="tol: 0 is not a positive EDM"):
        minimise(objective, tol=0)
    with pytest.raises(FitError, match="minos: n_signal is fixed"):
        minimise(objective, minos=["n_signal"])
    with pytest.raises(FitError, match="minos: there is no parameter 'mu'"):
        minimise(objective, minos=["mu"])
    # Nothing is evaluated before the request is understood.
    assert sum(objective.count) == 0


def test_import_is_light():
    code = (
        "import sys; before = set(sys.modules); import morefit_py.fit.objective; "
        "base = set(sys.modules); import morefit_py.fit.minimise; "
        "new = {name.split('.')[0] for name in set(sys.modules) - base}; "
        "print(sorted(new & {'scipy', 'iminuit', 'rich'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_an_objective_says_of_its_end_makes_it_not_valid():
    class Judged(Function):
        def flaws(self, theta):
            return (f"no density at {theta[0]:.3f}",) if theta[0] > 0 else ()

    def bowl(at):
        def of(x):
            return 0.5 * float((x - at) @ (x - at)), x - at, np.eye(2)

        return Judged(of, (0.0, 0.0))

    found = minimise(bowl(np.array([1.0, 2.0])), minos=True)
    assert not found.valid
    assert found.reasons == ("no density at 1.000",)
    assert found.asymmetric_errors == {}
    assert minimise(bowl(np.array([-1.0, 2.0]))).valid

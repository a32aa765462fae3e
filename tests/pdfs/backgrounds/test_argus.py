import mpmath as mp
import numpy as np
import pytest
from scipy.stats import argus

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Argus

X = Observable("energy", 0.0, 5.29)
CUT = Observable("energy", 5.0, 5.29)
C, P = Parameter("c", -20.0, (-100.0, 100.0)), Parameter("p", 0.5, (0.0, 3.0))


def test_agrees_with_scipy() -> None:
    rows = np.linspace(0.1, 5.28, 15)
    found = evaluate([Argus(X, -2.0, 0.5).density()], {}, {"": {"energy": rows}})[0]
    # SciPy's chi is sqrt(-2 c).
    np.testing.assert_allclose(found, argus(2.0, scale=5.29).pdf(rows), rtol=1e-10)


@pytest.mark.parametrize("x", [X, CUT], ids=["whole", "cut"])
@pytest.mark.parametrize("c", [-100.0, -20.0, 0.0, 1e-9, 30.0, 100.0])
@pytest.mark.parametrize("p", [0.0, 0.01, 0.5, 1.0, 3.0])
def test_integral(x: Observable, c: float, p: float) -> None:
    found = float(evaluate([Argus(x, C, P).log_integral()], {"c": c, "p": p})[0])
    with mp.workdps(30):
        reach = 1 - (mp.mpf(x.low) / x.high) ** 2
        k = c * reach
        # The integral of v^p exp(k v) over v from 0 to 1 is Kummer's function.
        inner = mp.hyp1f1(p + 1, p + 2, k) / (p + 1)
        exact = float(mp.log(mp.mpf(x.high) ** 2 / 2 * reach * inner) - max(k, 0))
    assert found == pytest.approx(exact, abs=3e-10)


def test_the_upper_bound_is_finite_in_value_and_derivative() -> None:
    density = Argus(CUT, C, P)
    found = derivatives(density.density(), [param(C), param(P)], order=2)
    roots = [density.density(), *found.gradient, *found.hessian.values()]
    for p in (0.0, 0.5):
        values = evaluate(roots, {"c": -20.0, "p": p}, {"": {"energy": np.array([5.29])}})
        assert all(np.all(np.isfinite(value)) for value in values)
    assert values[0] == pytest.approx(0.0, abs=1e-15)


def test_few_nodes_serve_every_power() -> None:
    assert Argus(CUT, C, P).quadrature.nodes <= 512
    assert Argus(CUT, C, 0.5).normalisation.startswith("quadrature (")


def test_not_below_zero() -> None:
    with pytest.raises(ModelError, match="argus: the lower bound -1 of 'energy' is negative"):
        Argus(Observable("energy", -1.0, 5.29), -20.0, 0.5)
    with pytest.raises(ModelError, match="argus: p is -1 at the start; it must be >= 0"):
        Argus(X, -20.0, -1.0)

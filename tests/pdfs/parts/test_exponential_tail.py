import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.exponential_tail import ExponentialTail

LOW, HIGH = Parameter("low", -5.0), Parameter("high", 5.0)


@pytest.mark.parametrize(("low", "high"), [(-5.0, 5.0), (-50.0, -20.0), (-1e4, -1.5), (-2e3, -2e3 + 1e-3)])
@pytest.mark.parametrize("alpha", [1.3, 1e-9, 0.01, 1.0])
def test_integral(low: float, high: float, alpha: float) -> None:
    part = ExponentialTail(alpha).integral(as_node(LOW), as_node(HIGH))
    found = evaluate([part.log()], {"low": low, "high": high})[0]
    with mp.workdps(60):
        a, end = mp.mpf(alpha), min(mp.mpf(high), -mp.mpf(alpha))
        exact = float(mp.log((mp.exp(a * end) - mp.exp(a * mp.mpf(low))) / a) + a**2 / 2)
    assert found == pytest.approx(exact, rel=1e-11, abs=1e-12)


def test_joins_the_gaussian() -> None:
    value = evaluate([ExponentialTail(1.3).log_value(as_node(-1.3))], {})[0]
    assert value == pytest.approx(-(1.3**2) / 2, rel=1e-15)


def test_absent_right_of_the_join() -> None:
    part = ExponentialTail(1.3).integral(as_node(LOW), as_node(HIGH))
    roots = [part.present, part.factor, part.exponent]
    present, factor, exponent = evaluate(roots, {"low": -1.0, "high": 50.0})
    assert not present
    assert factor == 0.0
    assert np.isfinite(exponent)

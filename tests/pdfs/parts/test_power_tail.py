import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import as_node, log
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.power_tail import JoinedPower, PowerTail

LOW, HIGH, T = Parameter("low", -5.0), Parameter("high", 5.0), Parameter("t", -2.0)


@pytest.mark.parametrize(("alpha", "n"), [(1.3, 3.0), (0.05, 1.5), (4.0, 1.01), (1.3, 0.7)])
@pytest.mark.parametrize("t", [-1e3, -6.0])
def test_value_is_the_textbook_one(alpha: float, n: float, t: float) -> None:
    tail = PowerTail(alpha, n)
    value = evaluate([tail.log_value(log(tail.offset - tail.steepness * T))], {"t": t})[0]
    expected = n * np.log(n / alpha) - alpha**2 / 2 - n * np.log(n / alpha - alpha - t)
    assert value == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(("low", "high"), [(-5.0, 5.0), (-50.0, -20.0), (-1e4, -1.5), (-2e3, -2e3 + 1e-3)])
@pytest.mark.parametrize(
    ("alpha", "n"), [(1.3, 3.0), (1.3, 1.0), (1.3, 1.0 + 1e-12), (1.3, 0.5), (1.3, 1e4), (0.01, 30.0)]
)
def test_integral(low: float, high: float, alpha: float, n: float) -> None:
    part = PowerTail(alpha, n).integral(as_node(LOW), as_node(HIGH))
    found = evaluate([part.log()], {"low": low, "high": high})[0]
    with mp.workdps(60):
        a, k = mp.mpf(alpha), mp.mpf(n)
        # Substituting log z, whose derivative takes the place of one power.
        ends = [mp.log(1 + a / k * (-a - mp.mpf(t))) for t in (min(high, -alpha), low)]
        power = 1 - k
        inner = (
            ends[1] - ends[0] if power == 0 else (mp.exp(power * ends[1]) - mp.exp(power * ends[0])) / power
        )
        exact = float(mp.log(k / a * inner) - a**2 / 2)
    assert found == pytest.approx(exact, rel=1e-11, abs=1e-11)


def test_absent_right_of_the_join() -> None:
    part = PowerTail(1.3, 3.0).integral(as_node(LOW), as_node(HIGH))
    present, factor, exponent = evaluate(
        [part.present, part.factor, part.exponent], {"low": -1.0, "high": 50.0}
    )
    assert not present
    assert factor == 0.0
    assert np.isfinite(exponent)


def test_joins_any_core() -> None:
    tail = JoinedPower(3.0, -0.7, 0.4)
    steps = np.array([0.0, 1e-6])
    log_z = [log(1.0 + tail.steepness * float(d)) for d in steps]
    join, beside = evaluate([tail.log_value(held) for held in log_z], {})
    assert join == -0.7
    assert (join - beside) / 1e-6 == pytest.approx(0.4, rel=1e-5)

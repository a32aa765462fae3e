import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import Node, as_node, param, sqrt
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.gaussian_average import gaussian_average
from morefit_py.pdfs.parts.special import gaussian_integral

LOW, HIGH = Parameter("low", -1.0), Parameter("high", 1.0)
ENDS = [(-1.0, 1.0), (-40.0, 40.0), (0.0, 3.0), (-3.0, 0.0), (5.0, 6.0), (-70.0, -50.0), (1.0, 1.0 + 1e-9)]


def _function(s: Node) -> Node:
    return sqrt(1.0 + s**2)


@pytest.mark.parametrize(("low", "high"), ENDS)
def test_integral_with_its_derivatives(low: float, high: float) -> None:
    root = gaussian_average(as_node(LOW), as_node(HIGH), _function).log()
    slopes = derivatives(root, [param(LOW), param(HIGH)]).gradient
    found = evaluate([root, *slopes], {"low": low, "high": high})
    with mp.workdps(30):

        def integrand(s: mp.mpf) -> mp.mpf:
            return mp.exp(-(s**2) / 2) * mp.sqrt(1 + s**2)

        a, b = mp.mpf(low), mp.mpf(high)
        edge = min(abs(a), abs(b)) * (1 if a > 0 else -1)
        inner = [edge + sign * mp.mpf(2) ** -k for k in range(-5, 7) for sign in (1, -1)] + [mp.mpf(0)]
        total = mp.quad(integrand, [a, *sorted(x for x in inner if a < x < b), b])
        exact = [mp.log(total), -integrand(a) / total, integrand(b) / total]
    np.testing.assert_allclose(found, [float(value) for value in exact], rtol=1e-11, atol=1e-200)


@pytest.mark.parametrize(("low", "high"), ENDS[:-1])
def test_of_a_constant_it_is_the_gaussian_integral(low: float, high: float) -> None:
    pair = (
        gaussian_average(as_node(LOW), as_node(HIGH), lambda s: 1.0 + 0.0 * s),
        gaussian_integral(LOW, HIGH),
    )
    found = evaluate([part.log() for part in pair], {"low": low, "high": high})
    assert found[0] == pytest.approx(found[1], rel=1e-12, abs=2e-13)


def test_ends_may_differ_from_event_to_event() -> None:
    low, high = Observable("low", -100.0, 100.0), Observable("high", -100.0, 100.0)
    each = gaussian_average(as_node(low), as_node(high), _function).log()
    columns = {"": {"low": np.array([a for a, _ in ENDS]), "high": np.array([b for _, b in ENDS])}}
    one = gaussian_average(as_node(LOW), as_node(HIGH), _function).log()
    expected = [evaluate([one], {"low": a, "high": b})[0] for a, b in ENDS]
    np.testing.assert_allclose(evaluate([each], {}, columns)[0], expected, rtol=1e-13, atol=1e-13)

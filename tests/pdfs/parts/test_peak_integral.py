import numpy as np
import pytest

from morefit_py.graph.build import Node, as_node, sqrt
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.parts.peak_integral import peak_integral, rule

M, G = Parameter("m", 0.0), Parameter("g", 1.0)


def _lorentz(x: Node) -> Node:
    return 1.0 / ((x - M) ** 2 + G**2)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 2.0), (0.3, 0.31), (-5e3, 4e3), (-9.0, -8.0)])
@pytest.mark.parametrize("g", [1.0, 1e-2, 1e-5, 30.0])
def test_a_peak_of_any_width(low: float, high: float, g: float) -> None:
    found = evaluate([peak_integral(_lorentz, low, high, M, G)], {"m": 0.1, "g": g})[0]
    exact = np.arctan2((high - low) / g, 1 + (low - 0.1) * (high - 0.1) / g**2) / g
    assert found == pytest.approx(exact, rel=1e-10)


def test_square_roots_at_both_ends() -> None:
    found = evaluate([peak_integral(lambda x: sqrt((x + 1.0) * (2.0 - x)), -1.0, 2.0, 0.0, 1.0)], {})[0]
    assert found == pytest.approx(np.pi / 2 * 1.5**2, rel=1e-13)


def test_ends_that_differ_from_event_to_event() -> None:
    low, high = Observable("low", -9.0, 9.0), Observable("high", -9.0, 9.0)
    columns = {"": {"low": np.array([-3.0, 0.0]), "high": np.array([-1.0, 7.0])}}
    values = {"m": 0.1, "g": 0.2}
    found = evaluate([peak_integral(_lorentz, low, high, M, G)], values, columns)[0]
    parts = [peak_integral(_lorentz, as_node(a), as_node(b), M, G) for a, b in ((-3.0, -1.0), (0.0, 7.0))]
    np.testing.assert_allclose(found, evaluate(parts, values), rtol=1e-13)


def test_nothing_between_equal_ends() -> None:
    assert evaluate([peak_integral(_lorentz, 0.3, 0.3, M, G)], {"m": 0.1, "g": 0.2})[0] == 0.0


def test_rules_are_named() -> None:
    assert rule(2) == "fixed rule (384 nodes)"

import numpy as np
import pytest

from morefit_py.graph.build import exp
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.integration.unit_rule import unit_integral, unit_trapezoid

A, X = Parameter("a", 2.0), Observable("x", 0.0, 3.0)


def test_exact_for_polynomials() -> None:
    found = evaluate([unit_integral(lambda u: A * u**7 + 1.0, 4)], {"a": 2.0})[0]
    assert found == pytest.approx(2.0 / 8 + 1.0, rel=1e-15)


def test_a_sum_where_no_event_enters() -> None:
    root = unit_integral(lambda u: exp(A * u), 12)
    assert any(node.op is Op.SUM for node in walk([root]))
    assert evaluate([root], {"a": 2.0})[0] == pytest.approx(np.expm1(2.0) / 2.0, rel=1e-14)


def test_a_sum_for_every_event_where_one_does() -> None:
    root = unit_integral(lambda u: exp(A * X * u), 12)
    assert any(node.op is Op.INNER for node in walk([root]))
    rows = np.array([0.5, 1.0, 3.0])
    found = evaluate([root], {"a": 0.7}, {"": {"x": rows}})[0]
    np.testing.assert_allclose(found, np.expm1(0.7 * rows) / (0.7 * rows), rtol=1e-14)


@pytest.mark.parametrize("x", [A, X])
def test_an_integral_within_another(x: Parameter | Observable) -> None:
    inner = unit_integral(lambda u: exp(A * u), 12)
    root = unit_integral(lambda u: exp(inner * x * u), 20)
    rate = np.expm1(2.0) / 2.0 * 0.3
    found = evaluate([root], {"a": 2.0}, {"": {"x": np.array(0.3)}})[0]
    if x is A:
        rate = np.expm1(2.0) / 2.0 * 2.0
    assert found == pytest.approx(np.expm1(rate) / rate, rel=1e-12)


@pytest.mark.parametrize("width", [A, X])
def test_trapezoid_converges_fast_for_what_vanishes_at_both_ends(width: Parameter | Observable) -> None:
    # A Gaussian from -6 to 6 widths.
    root = unit_trapezoid(lambda u: exp(-0.5 * ((12.0 * u - 6.0) / width) ** 2), 24)
    found = evaluate([root], {"a": 0.9}, {"": {"x": np.array([0.9])}})[0]
    np.testing.assert_allclose(found, 0.9 * np.sqrt(2 * np.pi) / 12.0, rtol=1e-10)

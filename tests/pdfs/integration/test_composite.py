import math

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import as_node, exp, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.integration.composite import composite

A, B, WIDTH = Parameter("a", 0.5), Parameter("b", 2.0), Parameter("width", 0.01)


def test_exact_for_polynomials_whatever_the_cuts() -> None:
    x = Observable("x", 0.0, 1.0)
    for cuts in ((), (0.1, 0.7), (-3.0, 5.0), (A,), (0.3, 0.3, A, 9.0)):
        for high in (B, x):
            value = composite(lambda t: t**5 - 2.0 * t, A, high, cuts, nodes=3)
            found = evaluate([value], {"a": 0.5, "b": 2.0}, {"": {"x": np.array([2.0])}})[0]
            assert np.ravel(found)[0] == pytest.approx((2**6 - 0.5**6) / 6 - (2**2 - 0.5**2), rel=1e-14)


def test_cuts_find_a_narrow_peak_wherever_it_goes() -> None:
    def peak(t: object) -> object:
        return exp(-(((t - A) / WIDTH) ** 2) / 2.0)  # type: ignore[operator]

    cuts = [A + n * as_node(WIDTH) for n in (-9.0, -4.0, 0.0, 4.0, 9.0)]
    value = composite(peak, 0.0, B, cuts)  # type: ignore[arg-type]
    for a in (0.003, 0.5, 1.9):
        at = {"a": a, "b": 2.0, "width": 0.01}
        low, high = a / 0.01 / math.sqrt(2), (2.0 - a) / 0.01 / math.sqrt(2)
        exact = 0.01 * math.sqrt(math.pi / 2) * (math.erf(low) + math.erf(high))
        assert evaluate([value], at)[0] == pytest.approx(exact, rel=1e-13)


def test_derivatives_are_those_of_the_integral() -> None:
    value = composite(lambda t: exp(-A * t), 0.0, B, (A, 1.0))
    found = derivatives(value, [param(A), param(B)], order=2)
    a, b = 0.5, 2.0
    values = evaluate(
        [*found.gradient, *(found.hessian[p] for p in ((0, 0), (0, 1), (1, 1)))], {"a": a, "b": b}
    )
    e = math.exp(-a * b)
    exact = [(a * b * e + e - 1) / a**2, e, (2 - e * (2 + 2 * a * b + (a * b) ** 2)) / a**3, -b * e, -a * e]
    np.testing.assert_allclose(values, exact, rtol=1e-12)


def test_one_copy_of_the_integrand_whether_or_not_it_differs_by_event() -> None:
    for high, op in ((B, Op.SUM), (Observable("x", 0.5, 1.0), Op.INNER)):
        value = composite(lambda t: exp(-A * t), 0.0, high, (0.1, 0.2, 0.4), nodes=5)
        assert sum(node.op is op for node in walk([value])) == 1


def test_derivatives_where_the_integral_differs_by_event() -> None:
    x = Observable("x", 0.5, 3.0)
    value = composite(lambda t: exp(-A * x * t), 0.0, x, (A, 1.0))
    found = derivatives(value, [param(A)], order=2)
    rows = np.array([0.7, 2.0])
    values = evaluate([value, found.gradient[0], found.hessian[0, 0]], {"a": 0.5}, {"": {"x": rows}})
    for i, row in enumerate(rows):
        with mp.workdps(30):
            exact = [mp.diff(lambda a, r=row: (1 - mp.exp(-a * r * r)) / (a * r), 0.5, n) for n in range(3)]
        np.testing.assert_allclose([float(v[i]) for v in values], [float(e) for e in exact], rtol=1e-12)


def test_an_empty_range_has_no_integral() -> None:
    assert evaluate([composite(lambda t: exp(t), A, A, (0.0, 1.0))], {"a": 0.5})[0] == 0.0


def test_panels_divide_the_pieces() -> None:
    for panels in (1, 2, 7):
        value = composite(lambda t: t**3, 0.0, B, (A,), nodes=2, panels=panels)
        assert evaluate([value], {"a": 0.5, "b": 2.0})[0] == pytest.approx(4.0, rel=1e-14)

import math
from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Exponential, Gaussian, Uniform
from morefit_py.pdfs.backgrounds.exponential_polynomial import ExponentialPolynomial

from ..distributions.oracle import log_density

X = Observable("x", 5000.0, 6000.0)
WIDE = tuple(Parameter(f"c{i}", 0.0, (-800.0, 800.0)) for i in (1, 2, 3))


@pytest.mark.parametrize(
    "c", [(-1.0, 0.4, 0.1), (700.0, 0.0, 0.0), (0.0, -800.0, 0.0), (0.0, 700.0, 0.0), (300.0, -500.0, 400.0)]
)
def test_agrees_with_mpmath(c: tuple[float, ...]) -> None:
    rows = np.array([5000.0, 5300.0, 5550.0, 6000.0])
    with mp.workdps(25):

        def value(u: mp.mpf) -> mp.mpf:
            return sum(mp.mpf(a) * u**k for k, a in enumerate(c, start=1))

        top = max(value(u) for u in mp.linspace(-1, 1, 201))
        whole = top + mp.log(500 * mp.quad(lambda u: mp.exp(value(u) - top), mp.linspace(-1, 1, 61)))
        wanted = [float(value((mp.mpf(x) - 5500) / 500) - whole) for x in rows]
    at = {f"c{i}": value for i, value in enumerate(c, start=1)}
    density = ExponentialPolynomial(X, WIDE)
    np.testing.assert_allclose(log_density(density, at, rows.tolist()), wanted, rtol=1e-9, atol=1e-9)
    edges = np.linspace(5000.0, 6000.0, 7)
    parts = evaluate([density.between(a, b) for a, b in pairwise(edges)], at)
    assert sum(parts) == pytest.approx(evaluate([density.integral()], at)[0], rel=1e-9)


def test_special_cases() -> None:
    rows = [5000.0, 5333.0, 6000.0]
    line = log_density(ExponentialPolynomial(X, (-1.5,)), {}, rows)
    np.testing.assert_allclose(line, log_density(Exponential(X, -1.5 / 500), {}, rows), rtol=1e-10)
    bell = log_density(ExponentialPolynomial(X, (0.0, -2.0)), {}, rows)
    gaussian = log_density(Gaussian(X, 5500.0, 500.0 / math.sqrt(4.0)), {}, rows)
    np.testing.assert_allclose(bell, gaussian, rtol=1e-10)
    flat = log_density(ExponentialPolynomial(X, ()), {}, rows)
    np.testing.assert_allclose(flat, log_density(Uniform(X), {}, rows), rtol=1e-12)


def test_its_integral_is_told() -> None:
    assert ExponentialPolynomial(X, WIDE[:1]).normalisation.startswith("quadrature (")

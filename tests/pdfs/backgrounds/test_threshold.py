import math

import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.backgrounds.threshold import Threshold
from morefit_py.pdfs.distributions.gamma import Gamma

from ..distributions.oracle import log_density

X = Observable("dm", 139.0, 165.0)


def _density(x0: float, p: float, *c: float, free: bool = True) -> Threshold:
    fall = tuple(Parameter(f"c{i}", value, (value - 0.2, value + 0.2)) for i, value in enumerate(c, start=1))
    place = Parameter("x0", x0, (x0 - 2.0, x0 + 2.0)) if free else x0
    return Threshold(X, place, Parameter("p", p, (max(-0.9, p - 1.0), p + 1.0)), fall)


@pytest.mark.parametrize(
    "values",
    [(139.57, 0.5, 0.1), (139.57, 0.6, 0.05, 0.002), (141.0, 1.5, -2.0), (139.57, 2.0), (130.0, 1.0, 0.3),
     (139.0, -0.6, 0.05), (138.9, -0.5), (145.0, 3.0, 2.0, -0.05)],
)  # fmt: skip
def test_agrees_with_mpmath(values: tuple[float, ...]) -> None:
    density = _density(*values)
    x0, p, *c = values
    rows = [x for x in (139.001, 139.6, 141.5, 150.0, 164.9) if x > x0]
    with mp.workdps(30):

        def log_shape(y: mp.mpf) -> mp.mpf:
            return mp.mpf(p) * mp.log(y) - sum(mp.mpf(a) * y**k for k, a in enumerate(c, start=1))

        low, high = max(mp.mpf(139) - mp.mpf(x0), mp.mpf(0)), mp.mpf(165) - mp.mpf(x0)
        top = max(log_shape(y) for y in mp.linspace(high / 99, high, 99))

        # y = z^8 makes the end smooth.
        def smooth(z: mp.mpf) -> mp.mpf:
            return mp.exp(log_shape(z**8) - top) * 8 * z**7 if z > 0 else mp.mpf(0)

        whole = top + mp.log(
            mp.quad(smooth, mp.linspace(low ** (mp.mpf(1) / 8), high ** (mp.mpf(1) / 8), 30))
        )
        wanted = [float(log_shape(mp.mpf(x) - mp.mpf(x0)) - whole) for x in rows]
    np.testing.assert_allclose(log_density(density, _starts(density), rows), wanted, rtol=2e-10, atol=2e-10)


def test_with_one_coefficient_it_is_a_gamma_distribution() -> None:
    density = _density(140.0, 1.7, 0.6)
    rows = [140.2, 143.0, 160.0]
    gamma = log_density(Gamma(X, 2.7, 1 / 0.6, 140.0), {}, rows)
    np.testing.assert_allclose(log_density(density, _starts(density), rows), gamma, rtol=1e-9)
    parts = evaluate(
        [density.between(a, b) / density.integral() for a, b in ((139, 141), (141, 150))], _starts(density)
    )
    other = Gamma(X, 2.7, 1 / 0.6, 140.0)
    exact = evaluate([other.between(a, b) / other.integral() for a, b in ((139, 141), (141, 150))], {})
    np.testing.assert_allclose(parts, exact, rtol=1e-9)


def test_nothing_below_the_threshold() -> None:
    density = _density(145.0, 0.5, 0.1)
    assert log_density(density, _starts(density), [144.9])[0] == -math.inf
    assert evaluate([density.between(139.0, 144.0)], _starts(density))[0] == 0.0
    assert evaluate([density.room()], {"x0": 166.0})[0] == -1.0


def test_a_threshold_that_differs_by_event() -> None:
    each, slope = Observable("each", 138.0, 142.0), Parameter("c1", 0.4, (0.1, 1.0))
    density = Threshold(X, as_node(each), 0.5, (slope,))
    rows = {"": {"dm": np.array([145.0, 145.0]), "each": np.array([138.5, 141.0])}}
    found = evaluate([density.log_density()], {"c1": 0.4}, rows)[0]
    exact = [log_density(Threshold(X, x0, 0.5, (slope,)), {"c1": 0.4}, [145.0])[0] for x0 in (138.5, 141.0)]
    np.testing.assert_allclose(found, exact, rtol=1e-8)


def test_domains() -> None:
    with pytest.raises(ModelError, match="threshold: p is -1 at the start; it must be > -1"):
        Threshold(X, 139.0, -1.0)
    assert _density(139.0, 0.5, 0.1).normalisation.startswith("quadrature (")


def _starts(density: Threshold) -> dict[str, float]:
    return {parameter.name: parameter.init for parameter in density.parameters}

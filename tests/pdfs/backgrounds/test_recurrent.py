from fractions import Fraction

import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Stage
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.backgrounds.chebyshev import Chebyshev
from morefit_py.pdfs.backgrounds.chebyshev2 import Chebyshev2
from morefit_py.pdfs.backgrounds.hermite import Hermite
from morefit_py.pdfs.backgrounds.laguerre import Laguerre
from morefit_py.pdfs.backgrounds.legendre import Legendre
from morefit_py.pdfs.backgrounds.recurrent import Recurrent

from .series import X

EVERY = [Chebyshev, Chebyshev2, Hermite, Laguerre, Legendre]


@pytest.mark.parametrize("kind", EVERY)
def test_polynomials_are_columns(kind: type[Recurrent]) -> None:
    density = kind(X, tuple(Parameter(f"c{k}", 0.01) for k in range(4)))
    event = [node for node in walk([density.shape()]) if node.stage == Stage.EVENT]
    assert sorted(node.op.text for node in event) == ["add"] * 4 + ["mul"] * 4


@pytest.mark.parametrize("kind", EVERY)
def test_no_coefficients_are_uniform(kind: type[Recurrent]) -> None:
    assert evaluate([kind(X, ()).density()], {}) == [pytest.approx(1 / 60)]


@pytest.mark.parametrize("kind", EVERY)
def test_means_are_those_of_a_long_rule(kind: type[Recurrent]) -> None:
    u, w = np.polynomial.legendre.leggauss(40)
    before, term = np.zeros(40), np.ones(40)
    for k, mean in enumerate(kind(X, (0.0,) * 8)._means()):
        a, b, c = map(float, kind.recurrence(k))
        before, term = term, (a * u + b) * term - c * before
        assert mean == pytest.approx(0.5 * np.sum(w * term), rel=1e-12, abs=1e-13 * np.max(np.abs(term)))


def test_recurrences_are_exact() -> None:
    assert all(isinstance(value, Fraction) for kind in EVERY for value in kind.recurrence(3))

import math

import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Argus
from morefit_py.pdfs.backgrounds.generalized_argus import GeneralizedArgus

from ..distributions.oracle import log_density

X = Observable("energy", 5.0, 5.3)
M0, C, P = Parameter("m0", 5.29, (5.0, 7.0)), Parameter("c", -20.0), Parameter("p", 0.5, (-0.9, 90.0))
DENSITY = GeneralizedArgus(X, M0, C, P)


@pytest.mark.parametrize("m0", [5.29, 5.3, 5.05, 6.0, 50.0])
@pytest.mark.parametrize(
    ("c", "p"), [(-20, 0.5), (0, 1.3), (1e-9, 0), (900, 2), (-4000, 3), (-5, -0.8), (-5, 40)]
)
def test_agrees_with_mpmath(m0: float, c: float, p: float) -> None:
    rows = [x for x in (5.0, 5.02, 5.04, 5.2, 5.289) if x < m0]
    with mp.workdps(2000 if c < -1000 else 120):

        def v(x: float) -> mp.mpf:
            return 1 - (mp.mpf(x) / mp.mpf(m0)) ** 2

        def below(end: mp.mpf) -> mp.mpf:
            return end ** (p + 1) / (p + 1) * mp.hyp1f1(p + 1, p + 2, c * end)

        stop = max(v(5.3), mp.mpf(0))
        whole = mp.log(mp.mpf(m0) ** 2 / 2 * (below(v(5.0)) - (below(stop) if stop else 0)))
        wanted = [float(mp.log(x) + p * mp.log(v(x)) + c * v(x) - whole) for x in rows]
    found = log_density(DENSITY, {"m0": m0, "c": float(c), "p": float(p)}, rows)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


def test_with_its_end_at_the_bound_it_is_argus() -> None:
    found = log_density(GeneralizedArgus(X, 5.3, C), {"c": -20.0}, [5.0, 5.2, 5.29])
    np.testing.assert_allclose(
        found, log_density(Argus(X, C, 0.5), {"c": -20.0}, [5.0, 5.2, 5.29]), rtol=1e-9
    )


def test_nothing_beyond_the_end() -> None:
    at = {"m0": 5.2, "c": -20.0, "p": 0.5}
    assert log_density(DENSITY, at, [5.21])[0] == -math.inf
    parts = evaluate([DENSITY.between(5.25, 5.3), DENSITY.between(5.1, 5.3), DENSITY.between(5.1, 5.2)], at)
    assert parts[0] == 0.0
    assert parts[1] == pytest.approx(parts[2], rel=1e-13)
    assert evaluate([DENSITY.room()], at | {"m0": 4.0})[0] == -1.0


def test_errors() -> None:
    with pytest.raises(ModelError, match="generalized_argus: the lower bound -1 of 'energy' is negative"):
        GeneralizedArgus(Observable("energy", -1.0, 5.29), 5.0, -20.0)
    with pytest.raises(ModelError, match="generalized_argus: m0 is 0 at the start; it must be > 0"):
        GeneralizedArgus(X, 0.0, -20.0)
    assert DENSITY.normalisation == "quadrature (12 nodes between cuts)"

import math

import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.backgrounds.dstd0_background import DstD0Background

from ..distributions.oracle import log_density

X = Observable("dm", 139.0, 165.0)
NAMES = ("dm0", "c", "a", "b")
DENSITY = DstD0Background(
    X,
    Parameter("dm0", 139.57, (130.0, 160.0)),
    Parameter("c", 3.0, (1e-6, 1e6)),
    Parameter("a", 0.0),
    Parameter("b", 0.0),
)


@pytest.mark.parametrize(
    "values",
    [(139.57, 3, -5, 0.5), (145, 1e-3, -40, 0.1), (139.57, 1e5, 2, 0), (120, 2, 1, 0.2), (139.57, 2, 60, 0)],
)
def test_agrees_with_mpmath(values: tuple[float, ...]) -> None:
    rows = [139.6, 141.0, 146.0, 164.9]
    rows = [x for x in rows if x > values[0]]
    with mp.workdps(30):
        dm0, c, a, b = (mp.mpf(str(value)) for value in values)

        def shape(x: mp.mpf) -> mp.mpf:
            return -mp.expm1(-(x - dm0) / c) * (x / dm0) ** a + b * (x / dm0 - 1)

        start = max(dm0, 139)
        close = [start + c * n for n in (1, 3, 10, 30, 60) if start + c * n < 165]
        whole = mp.quad(
            shape, [start, *close, *(x for x in mp.linspace(140, 165, 6) if x > max([start, *close]))]
        )
        wanted = [float(mp.log(shape(mp.mpf(str(x))) / whole)) for x in rows]
    found = log_density(DENSITY, dict(zip(NAMES, values, strict=True)), rows)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


def test_nothing_below_the_threshold() -> None:
    at = dict(zip(NAMES, (145.0, 2.0, 1.0, 0.3), strict=True))
    assert log_density(DENSITY, at, [144.9])[0] == -math.inf
    parts = evaluate(
        [DENSITY.between(139.0, 144.0), DENSITY.between(139.0, 150.0), DENSITY.between(145.0, 150.0)], at
    )
    assert parts[0] == 0.0
    assert parts[1] == pytest.approx(parts[2], rel=1e-14)
    assert evaluate([DENSITY.room()], at | {"dm0": 166.0})[0] == -1.0


def test_domains() -> None:
    with pytest.raises(ModelError, match="dstd0_background: scale is 0 at the start; it must be > 0"):
        DstD0Background(X, 139.57, 0.0, 1.0, 0.0)
    assert DENSITY.normalisation == "quadrature (16 nodes between cuts)"

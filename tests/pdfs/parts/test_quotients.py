from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import Node, Operand, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.quotients import atanrel, log1prel, sinhrel, sinrel

Z = Parameter("z", 0.0)

# Power series about zero, where the quotients themselves are 0/0.
SERIES: dict[str, Callable[[Any], Any]] = {
    "log1prel": lambda z: mp.nsum(lambda k: (-z) ** k / (k + 1), [0, mp.inf]),
    "sinhrel": lambda z: mp.nsum(lambda k: z ** (2 * k) / mp.factorial(2 * k + 1), [0, mp.inf]),
    "atanrel": lambda w: mp.nsum(lambda k: (-w) ** k / (2 * k + 1), [0, mp.inf]),
    "sinrel": lambda w: mp.nsum(lambda k: (-w) ** k / mp.factorial(2 * k + 1), [0, mp.inf]),
}
QUOTIENTS: dict[str, Callable[[Any], Any]] = {
    "log1prel": lambda z: mp.log1p(z) / z,
    "sinhrel": lambda z: mp.sinh(z) / z,
    "atanrel": lambda w: mp.atan(mp.sqrt(w)) / mp.sqrt(w),
    "sinrel": lambda w: mp.sin(mp.sqrt(w)) / mp.sqrt(w),
}


@pytest.mark.parametrize(
    ("function", "points"),
    [
        (log1prel, [0.0, 1e-13, -1e-5, 0.1249999, 0.1250001, -0.1249999, -0.1250001, -0.9, -1 + 1e-9, 1e6]),
        (sinhrel, [0.0, 1e-13, -1e-5, 0.5, 0.9999999, 1.0000001, -0.9999999, -3.0, 100.0]),
        (atanrel, [0.0, 1e-13, 1e-5, 0.0312499, 0.0312501, 0.125, 1.0, 1e6]),
        (sinrel, [0.0, 1e-13, 1e-5, 0.3, 1.0, 2.46]),
    ],
)
def test_value_and_derivatives(function: Callable[[Operand], Node], points: list[float]) -> None:
    root = function(Z)
    found = derivatives(root, [param(Z)], order=2)
    for z in points:
        values = evaluate([root, found.gradient[0], found.hessian[0, 0]], {"z": z})
        exact_form = (SERIES if abs(z) < 1e-3 else QUOTIENTS)[function.__name__]
        with mp.workdps(60):
            exact = [float(mp.diff(exact_form, mp.mpf(z), k)) for k in range(3)]
        np.testing.assert_allclose(values[:1], exact[:1], rtol=4e-15, err_msg=str(z))
        np.testing.assert_allclose(values[1:], exact[1:], rtol=5e-12, atol=1e-13, err_msg=str(z))

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import Node, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.bessel_k import log_bessel_k

NU, Z, EVENT = Parameter("nu", 1.0), Parameter("z", 1.0), Observable("z", 0.0, 1e9)


@pytest.mark.parametrize("argument", [Z.node, EVENT.node], ids=["parameter", "event"])
@pytest.mark.parametrize("nu", [0.0, 0.3, -0.5, -1.5, 2.5, -4.5, 20.0])
def test_value_and_derivatives_in_many_digits(nu: float, argument: Node) -> None:
    root = log_bessel_k(NU, argument)
    found = derivatives(root, [param(NU), argument], order=2)
    roots = [root, *found.gradient, *(found.hessian[pair] for pair in ((0, 0), (0, 1), (1, 1)))]
    for z in (1e-2, 1.0, 30.0, 1000.0):
        values = evaluate(roots, {"nu": nu, "z": z}, {"": {"z": np.array(z)}})
        with mp.workdps(30):
            point = mp.mpf(nu), mp.mpf(z)
            orders = (0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)
            exact = [float(mp.diff(lambda n, x: mp.log(mp.besselk(n, x)), point, order)) for order in orders]
        np.testing.assert_allclose(values[:1], exact[:1], rtol=1e-12, atol=1e-12, err_msg=f"{z}")
        np.testing.assert_allclose(values[1:], exact[1:], rtol=1e-9, atol=1e-10, err_msg=f"{z}")


@pytest.mark.parametrize(("nu", "tolerance"), [(0.0, 1e-10), (0.5, 1e-10), (1.0, 1e-10), (2.5, 1e-11)])
def test_small_arguments(nu: float, tolerance: float) -> None:
    for argument in (Z.node, EVENT.node):
        for z in (1e-4, 1e-3):
            values = {"nu": nu, "z": z}, {"": {"z": np.array(z)}}
            exact = float(mp.log(mp.besselk(nu, mp.mpf(z))))
            assert evaluate([log_bessel_k(NU, argument)], *values)[0] == pytest.approx(exact, abs=tolerance)

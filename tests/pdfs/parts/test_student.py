import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.student import StudentCore

NU, TILT, LOW, HIGH = (Parameter(name, 1.0) for name in ("nu", "tilt", "low", "high"))


@pytest.mark.parametrize(("nu", "tilt"), [(6.0, 0.3), (0.4, 0.02), (60.0, -0.5), (1.0, 0.0)])
@pytest.mark.parametrize(("low", "high"), [(-2.0, 3.0), (0.5, 4.0), (-5.0, 0.0), (1.0, 1.001)])
def test_integral(nu: float, tilt: float, low: float, high: float) -> None:
    root = StudentCore(NU, TILT).integral(as_node(LOW), as_node(HIGH)).log()
    found = evaluate([root], {"nu": nu, "tilt": tilt, "low": low, "high": high})[0]
    with mp.workdps(25):

        def shape(t: mp.mpf) -> mp.mpf:
            return mp.exp(tilt * t) * (1 + t**2 / nu) ** (-(mp.mpf(nu) + 1) / 2)

        exact = float(mp.log(mp.quad(shape, np.linspace(low, high, 9).tolist())))
    assert found == pytest.approx(exact, rel=1e-11, abs=1e-11)


def test_value_and_slope() -> None:
    core, values = StudentCore(NU, TILT), {"nu": 6.0, "tilt": 0.3, "low": -1.7}
    found = evaluate([core.log_value(LOW.node), core.slope(LOW.node)], values)

    def log_shape(t: mp.mpf) -> mp.mpf:
        return 0.3 * t - 3.5 * mp.log(1 + t**2 / 6)

    np.testing.assert_allclose(found, [float(mp.diff(log_shape, -1.7, k)) for k in (0, 1)], rtol=1e-12)

import numpy as np
import pytest
from scipy.special import eval_chebyu

from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs.backgrounds.chebyshev2 import Chebyshev2

from .series import X


@pytest.mark.parametrize("order", [1, 2, 3, 9])
def test_agrees_with_scipy(order: int) -> None:
    rows = np.linspace(100.0, 160.0, 21)
    density = Chebyshev2(X, (0.0,) * (order - 1) + (0.01,))
    shape, integral = evaluate([density.shape(), density.integral()], {}, {"": {"x": rows}})
    np.testing.assert_allclose(shape, 1.0 + 0.01 * eval_chebyu(order, (rows - 130.0) / 30.0), rtol=1e-13)
    # The integral of U_n over [-1, 1] is 2/(n + 1) for even n (DLMF 18.17).
    assert integral == pytest.approx(60.0 + (0.0 if order % 2 else 0.01 * 60.0 / (order + 1)), rel=1e-14)

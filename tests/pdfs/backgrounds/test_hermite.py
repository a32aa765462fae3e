import numpy as np
import pytest

from morefit_py.pdfs.backgrounds.hermite import Hermite

from .series import check_against


@pytest.mark.parametrize("order", [1, 2, 3, 9])
def test_agrees_with_numpy(order: int) -> None:
    check_against(Hermite, np.polynomial.Hermite, order)

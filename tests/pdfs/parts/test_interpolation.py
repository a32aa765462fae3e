"""Additive interpolation, against the codes written out."""

import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.interpolation import CODES, additive

ALPHA = Parameter("alpha", 0.0)
NOMINAL, UP, DOWN = 10.0, 13.0, 8.5


def value(code: str, alpha: float) -> float:
    up, down = additive(ALPHA, code)
    root = NOMINAL + up * (UP - NOMINAL) + down * (NOMINAL - DOWN)
    return float(evaluate([root], {"alpha": alpha})[0])


@pytest.mark.parametrize("alpha", [-3.0, -1.0, -0.4, 0.0, 0.7, 1.0, 2.5])
def test_codes(alpha: float) -> None:
    linear = NOMINAL + alpha * ((UP - NOMINAL) if alpha >= 0 else (NOMINAL - DOWN))
    assert value("code0", alpha) == pytest.approx(linear)
    s, a = (UP - DOWN) / 2, (UP - NOMINAL - (NOMINAL - DOWN)) / 16
    smooth = NOMINAL + alpha * s + a * (3 * alpha**6 - 10 * alpha**4 + 15 * alpha**2)
    assert value("code4p", alpha) == pytest.approx(smooth if abs(alpha) <= 1 else linear)


@pytest.mark.parametrize("code", CODES)
def test_they_pass_through_what_they_interpolate(code: str) -> None:
    assert [value(code, alpha) for alpha in (-1.0, 0.0, 1.0)] == pytest.approx([DOWN, NOMINAL, UP])


def test_code4p_is_smooth_at_one() -> None:
    for root in additive(ALPHA, "code4p"):
        found = derivatives(root, [param(ALPHA)], order=2)
        for node in (root, found.gradient[0], found.hessian.get((0, 0))):
            if node is not None:
                for edge in (-1.0, 1.0):
                    sides = [evaluate([node], {"alpha": edge * side})[0] for side in (1 - 1e-9, 1 + 1e-9)]
                    assert sides[0] == pytest.approx(sides[1], abs=1e-7)


def test_other_codes_are_not_known() -> None:
    with pytest.raises(ModelError, match="unknown interp_code 'code4'; did you mean 'code4p'"):
        additive(ALPHA, "code4")
    assert np.isfinite(value("code0", 100.0))

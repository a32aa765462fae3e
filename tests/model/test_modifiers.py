"""Tests of morefit_py.model.modifiers."""

import sys
from collections.abc import Callable

import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node
from morefit_py.graph.symbols import Parameter
from morefit_py.model.modifiers import normsys, weightsys

ALPHA = Parameter("alpha", 0.0, limits=(-5.0, 5.0))
POINTS = np.array([-3.0, -1.0, -0.4, 0.0, 0.4, 1.0, 3.0])
LOW, HIGH = 0.95, 1.07


def values(factor: Node, points: np.ndarray = POINTS) -> np.ndarray:
    return np.asarray(evaluate([factor], {"alpha": points})[0])


def test_normsys() -> None:
    expected = np.where(POINTS >= 0, HIGH**POINTS, LOW ** (-POINTS))
    np.testing.assert_allclose(values(normsys(ALPHA, LOW, HIGH)), expected, rtol=1e-14)


def test_weightsys_is_linear_by_default() -> None:
    expected = np.where(POINTS >= 0, 1 + POINTS * (HIGH - 1), 1 + POINTS * (1 - LOW))
    np.testing.assert_allclose(values(weightsys(ALPHA, LOW, HIGH)), expected, rtol=1e-14)


def test_weightsys_as_a_polynomial() -> None:
    """The worked form of numerics: code4p, with S and A of the up and down changes."""
    up, down = HIGH - 1, 1 - LOW
    s, a = (up + down) / 2, (up - down) / 16
    inside = 1 + POINTS * s + a * (3 * POINTS**6 - 10 * POINTS**4 + 15 * POINTS**2)
    outside = np.where(POINTS >= 0, 1 + POINTS * up, 1 + POINTS * down)
    expected = np.where(np.abs(POINTS) <= 1, inside, outside)
    np.testing.assert_allclose(values(weightsys(ALPHA, LOW, HIGH, "code4p")), expected, rtol=1e-14)


@pytest.mark.parametrize(
    "make",
    [normsys, weightsys, lambda *given: weightsys(*given, "code4p")],
    ids=["normsys", "code0", "code4p"],
)
def test_every_factor_goes_through_its_three_points(make: Callable[..., Node]) -> None:
    points = np.array([-1.0, 0.0, 1.0])
    np.testing.assert_allclose(values(make(ALPHA, LOW, HIGH), points), [LOW, 1.0, HIGH], rtol=1e-14)


def test_code4p_is_smooth_at_its_joins() -> None:
    factor, step = weightsys(ALPHA, 0.6, 1.1, "code4p"), 1e-4
    for join in (-1.0, 1.0):
        inner, at, outer = values(factor, join * np.array([1 - step, 1.0, 1 + step]))
        assert (outer - at) == pytest.approx(at - inner, abs=1e-10)


@pytest.mark.parametrize("code", ["code0", "code4p"])
def test_a_factor_never_vanishes(code: str) -> None:
    far = values(weightsys(ALPHA, 0.4, 1.6, code), np.array([-5.0, 5.0]))
    np.testing.assert_array_equal(far, [sys.float_info.min, 1 + 5 * (1.6 - 1.0)])


def test_the_nuisance_may_be_an_expression() -> None:
    shared = normsys(2.0 * ALPHA.node, LOW, HIGH)
    np.testing.assert_allclose(values(shared, np.array([0.5])), [HIGH], rtol=1e-14)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.1), (-0.5, 1.0), (0.9, 0.0), (np.nan, 1.0), (1.0, np.inf)])
def test_factors_must_be_positive(low: float, high: float) -> None:
    for make in (normsys, weightsys):
        with pytest.raises(ModelError, match="must be positive and finite"):
            make(ALPHA, low, high)


def test_unknown_code() -> None:
    with pytest.raises(ModelError, match="unknown interp_code 'code4'; did you mean 'code4p'"):
        weightsys(ALPHA, LOW, HIGH, "code4")

"""Tests of morefit_py.graph.parse_functions."""

import math

import numpy as np
import pytest
from scipy import special

from morefit_py.graph.build import less
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.parse import parse
from morefit_py.graph.parse_functions import CONSTANTS, FUNCTIONS, number
from morefit_py.graph.symbols import Observable

X = np.array([0.1, 0.35, 0.5, 0.9])
Y = np.array([0.2, 0.3, 0.7, 0.4])

MEANINGS = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "erf": special.erf, "erfc": special.erfc, "lgamma": special.gammaln, "abs": np.abs,
    "log1p": np.log1p, "expm1": np.expm1, "atan2": np.arctan2, "pow": np.power, "min": np.minimum,
    "max": np.maximum, "floor": np.floor,
}  # fmt: skip
OF_CONDITIONS = {"where", "select", "clamp"}


def values(text: str) -> np.ndarray:
    names = {"x": Observable("x", 0.0, 1.0), "y": Observable("y", 0.0, 1.0)}
    return np.asarray(evaluate([parse(text, names)], {}, {"": {"x": X, "y": Y}})[0])


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_function_means_what_numpy_means(name: str) -> None:
    if name in OF_CONDITIONS:
        return
    if FUNCTIONS[name].arity[0] == 1:
        np.testing.assert_allclose(values(f"{name}(x)"), MEANINGS[name](X), rtol=1e-14)
    else:
        np.testing.assert_allclose(values(f"{name}(x, y)"), MEANINGS[name](X, Y), rtol=1e-14)


@pytest.mark.parametrize("name", ["where", "select"])
def test_where(name: str) -> None:
    np.testing.assert_array_equal(values(f"{name}(x < y, x, 2*y)"), np.where(X < Y, X, 2 * Y))
    np.testing.assert_array_equal(values(f"{name}(x < y, y > 0.5, 3)"), np.where(X < Y, Y > 0.5, 3.0))


def test_clamp() -> None:
    np.testing.assert_array_equal(values("clamp(x, 0.2, 0.6)"), np.clip(X, 0.2, 0.6))


def test_several_arguments() -> None:
    np.testing.assert_array_equal(values("min(x, y, 0.25)"), np.minimum(np.minimum(X, Y), 0.25))
    np.testing.assert_array_equal(values("max(x, y, 0.25)"), np.maximum(np.maximum(X, Y), 0.25))


def test_conditions_count_as_numbers() -> None:
    assert not number(less(Observable("x", 0.0, 1.0), 0.5)).is_boolean
    np.testing.assert_array_equal(values("exp(x < 0.4)"), np.exp(np.less(X, 0.4).astype(float)))


def test_pi() -> None:
    assert CONSTANTS["pi"] == math.pi
    np.testing.assert_allclose(values("sin(pi*x)"), np.sin(np.pi * X), rtol=1e-14)

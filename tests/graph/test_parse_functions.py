"""Tests of morefit_py.graph.parse_functions."""

import math

import numpy as np
import pytest
from scipy import special

from morefit_py.errors import ExpressionError
from morefit_py.graph.build import less
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.parse import parse
from morefit_py.graph.parse_functions import ALIASES, CONSTANTS, FUNCTIONS, ROOT_CONSTANTS, number, plain_name
from morefit_py.graph.symbols import Observable

X = np.array([0.1, 0.35, 0.5, 0.9])
Y = np.array([0.2, 0.3, 0.7, 0.4])

MEANINGS = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "erf": special.erf, "erfc": special.erfc, "lgamma": special.gammaln, "abs": np.abs,
    "log1p": np.log1p, "expm1": np.expm1, "atan2": np.arctan2, "pow": np.power, "min": np.minimum,
    "max": np.maximum, "floor": np.floor, "log10": np.log10, "log2": np.log2, "asinh": np.arcsinh,
    "atanh": np.arctanh, "sign": np.sign, "ceil": np.ceil, "gamma": special.gamma, "sq": np.square,
    "hypot": np.hypot, "faddeeva_real": lambda x, y: special.wofz(x + 1j * y).real,
    "faddeeva_imag": lambda x, y: special.wofz(x + 1j * y).imag,
}  # fmt: skip
OF_CONDITIONS = {"where", "select", "clamp"}
# Defined outside [0, 1] only.
BEYOND = {"acosh"}


def values(text: str) -> np.ndarray:
    names = {"x": Observable("x", 0.0, 1.0), "y": Observable("y", 0.0, 1.0)}
    return np.asarray(evaluate([parse(text, names)], {}, {"": {"x": X, "y": Y}})[0])


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_function_means_what_numpy_means(name: str) -> None:
    if name in OF_CONDITIONS | BEYOND:
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


def test_acosh() -> None:
    np.testing.assert_allclose(values("acosh(1 + x)"), np.arccosh(1 + X), rtol=1e-14)


@pytest.mark.parametrize(("alias", "name"), sorted(ALIASES.items()))
def test_aliases(alias: str, name: str) -> None:
    assert plain_name(alias) == plain_name(f"std::{alias}") == name
    if name in FUNCTIONS and name not in OF_CONDITIONS | BEYOND:
        arguments = "x" if FUNCTIONS[name].arity[0] == 1 else "x, y"
        np.testing.assert_array_equal(values(f"{alias}({arguments})"), values(f"{name}({arguments})"))


@pytest.mark.parametrize(("name", "value"), sorted(ROOT_CONSTANTS.items()))
def test_constants_of_root(name: str, value: float) -> None:
    # The definitions of TMath.h in terms of pi and e.
    pi, e = math.pi, math.e
    meant = {
        "C": 299792458, "DegToRad": pi / 180, "E": e, "InvPi": 1 / pi, "Ln10": math.log(10),
        "LogE": math.log10(e), "Pi": pi, "PiOver2": pi / 2, "PiOver4": pi / 4, "RadToDeg": 180 / pi,
        "Sqrt2": 2**0.5, "TwoPi": 2 * pi,
    }  # fmt: skip
    assert value == pytest.approx(meant[name.removeprefix("TMath::")], rel=1e-15)
    np.testing.assert_allclose(values(f"{name}()*x"), value * X, rtol=1e-15)


def test_derivatives_of_the_faddeeva_function() -> None:
    z = X + 1j * Y
    slope = -2.0 * z * special.wofz(z) + 2j / math.sqrt(math.pi)
    np.testing.assert_allclose(values("faddeeva_real(x, y, 1)"), slope.real, rtol=1e-13)
    np.testing.assert_allclose(values("faddeeva_imag(x, y, 1)"), slope.imag, rtol=1e-13)
    for order in ("y", "0.5", "3"):
        with pytest.raises(ExpressionError, match="order"):
            values(f"faddeeva_real(x, y, {order})")


def test_pi() -> None:
    assert CONSTANTS["pi"] == math.pi
    np.testing.assert_allclose(values("sin(pi*x)"), np.sin(np.pi * X), rtol=1e-14)

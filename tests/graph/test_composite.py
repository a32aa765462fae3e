"""Functions made of several operations, against mpmath, with their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import pytest

from morefit_py.graph import composite
from morefit_py.graph.build import Node, add, exp, mul
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives

a, b = Parameter("a", 1.0), Parameter("b", 2.0)

_WIDE = (-1e8, -30.0, -1.5, -1e-9, 1e-300, 1e-9, 0.3, 2.0, 1e8)

FUNCTIONS: dict[str, tuple[Callable[[Any], Any], tuple[float, ...]]] = {
    "asinh": (mp.asinh, (*_WIDE, 0.0)),
    "acosh": (mp.acosh, (1.0 + 1e-12, 1.5, 30.0, 1e8)),
    "atanh": (mp.atanh, (-1.0 + 1e-12, -0.5, -1e-9, 0.0, 1e-300, 0.9)),
    "gamma": (mp.gamma, (-10.3, -1.5, -0.5, 1e-3, 0.5, 1.0, 4.0, 60.0)),
    "sinc": (lambda x: mp.sin(x) / x if x else mp.mpf(1), (-30.0, -1e-5, 0.0, 1e-9, 1e-4, 2e-4, 1.0, 100.0)),
    "cot": (mp.cot, (-1.0, 1e-9, 0.5, 3.0)),
    "coth": (mp.coth, (-20.0, -1.0, 1e-9, 0.5, 300.0)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_slopes(name: str) -> None:
    wanted, points = FUNCTIONS[name]
    node: Node = getattr(composite, name)(a)
    slope = derivatives(node, [a.node]).gradient[0]
    for point in points:
        found, rise = evaluate([node, slope], {"a": point})
        with mp.workdps(80):
            at = mp.mpf(point)
            assert float(found) == pytest.approx(float(wanted(at)), rel=2e-14), point
            if abs(point) > 1e-100:
                step = abs(at) * mp.mpf("1e-25")
                difference = (wanted(at + step) - wanted(at - step)) / (2 * step)
                assert float(rise) == pytest.approx(float(difference), rel=1e-11, abs=1e-11), point


@pytest.mark.parametrize(
    ("node", "values"),
    [
        (composite.sign(a), (-1.0, 0.0, 1.0)),
        (composite.heaviside(a), (0.0, 0.5, 1.0)),
        (composite.heaviside(a, 1.0), (0.0, 1.0, 1.0)),
        (composite.clamp(a, -0.5, 0.25), (-0.5, 0.0, 0.25)),
    ],
    ids=str,
)
def test_steps(node: Node, values: tuple[float, ...]) -> None:
    assert tuple(float(evaluate([node], {"a": point})[0]) for point in (-2.0, 0.0, 2.0)) == values


def test_the_slope_of_a_clamp_is_one_up_to_its_ends_and_zero_beyond() -> None:
    slope = derivatives(composite.clamp(a, -1.0, 1.0), [a.node]).gradient[0]
    values = [float(evaluate([slope], {"a": point})[0]) for point in (-1.5, -1.0, 0.0, 1.0, 1.5)]
    assert values == [0.0, 1.0, 1.0, 1.0, 0.0]


def test_the_second_slope_of_asinh_at_zero() -> None:
    found = derivatives(composite.asinh(a), [a.node], 2)
    assert evaluate([found.gradient[0], found.hessian[0, 0]], {"a": 0.0}) == [1.0, 0.0]


def test_beta() -> None:
    (value,) = evaluate([composite.beta(a, b)], {"a": 2.5, "b": 0.75})
    assert float(value) == pytest.approx(float(mp.beta(2.5, 0.75)), rel=1e-14)


def test_constants_are_folded() -> None:
    assert composite.gamma(5.0).value == pytest.approx(24.0, rel=1e-14)
    assert composite.sign(-3.0).value == -1.0
    assert composite.asinh(add(mul(0.0, exp(a)), 1.0)).value == pytest.approx(float(mp.asinh(1)), rel=1e-15)

"""Powers and quotients."""

from __future__ import annotations

import math

import numpy as np
import pytest

from morefit_py.errors import GraphError
from morefit_py.graph.build import ONE, ZERO, absolute, const, exp, mul, select, sin, sqrt
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.powers import base_power, div, ipow, pow
from morefit_py.graph.symbols import Observable, Parameter

x, a, b = Observable("x", 0.1, 1.0), Parameter("a", 1.0), Parameter("b", 1.0)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (ipow(a, 0), ONE),
        (ipow(a, 1), a.node),
        (ipow(a, np.int64(2)), ipow(a, 2)),
        (ipow(ipow(a, -2), 3), ipow(a, -6)),
        (ipow(1.0 / x, -1), x.node),
        (ipow(a * x, 2), mul(ipow(a, 2), ipow(x, 2))),
        (ipow(2.0 * x, -1), mul(0.5, ipow(x, -1))),
        (ipow(sqrt(a), 4), ipow(a, 2)),
        (ipow(sqrt(a), -2), ipow(a, -1)),
        (ipow(sqrt(a), 3), intern(Op.IPOW, (sqrt(a),), 3)),
        (ipow(absolute(a), 2), ipow(a, 2)),
        (ipow(select(x < a, x, 0.0), 2), select(x < a, ipow(x, 2), 0.0)),
        (ipow(select(x < a, 0.0, 1.0), 3), select(x < a, 0.0, 1.0)),
        (ipow(const(2.0), 10), const(1024.0)),
        (ipow(const(-2.0), -1), const(-0.5)),
        (pow(a, 2.0), ipow(a, 2)),
        (pow(a, 0.0), ONE),
        (pow(0.0, 0.0), ONE),
        (pow(a, 0.5), sqrt(a)),
        (pow(a, -0.5), ipow(sqrt(a), -1)),
        (pow(a, 1.5), ipow(sqrt(a), 3)),
        (pow(1.0, b), ONE),
        (pow(exp(a), b), exp(mul(a, b))),
        (pow(2.0, 0.25), const(2.0**0.25)),
        (div(a, 1.0), a.node),
        (div(a, a), ONE),
        (div(6.0, 4.0), const(1.5)),
        (div(0.0, 4.0), ZERO),
        (div(x, 4.0), mul(0.25, x)),
        (div(a, x), mul(a, ipow(x, -1))),
    ],
    ids=str,
)
def test_rules(found: Node, wanted: Node) -> None:
    assert found is wanted


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        (pow(-8.0, 1.0 / 3.0), math.nan),
        (pow(0.0, -1.5), math.inf),
        (ipow(ZERO, -1), math.inf),
        (ipow(const(1e200), 2), math.inf),
        (ipow(const(1e-200), 2), 0.0),
        (pow(10.0, 400.25), math.inf),
        (div(const(1e300), const(1e-300)), math.inf),
        (div(const(math.inf), const(math.inf)), math.nan),
        (div(1.0, const(5e-324)), math.inf),
        (pow(a, const(math.inf)), 0.0),
        (pow(a, 1e300), 0.0),
    ],
    ids=str,
)
def test_what_is_no_finite_number_stays_an_expression(node: Node, wanted: float) -> None:
    assert node.op is not Op.CONST
    with np.errstate(all="ignore"):
        assert np.array_equal(evaluate([node], {"a": 0.5})[0], wanted, equal_nan=True)


def test_large_powers_are_general_powers() -> None:
    assert pow(a, 64.0).op is Op.IPOW
    assert pow(a, 65.0).op is Op.POW
    assert pow(a, 64.5).op is Op.POW


@pytest.mark.parametrize("power", [2**63, -(2**64)])
def test_powers_beyond_all_measure_are_refused(power: int) -> None:
    with pytest.raises(GraphError, match="too large"):
        ipow(a, power)
    with pytest.raises(GraphError, match="too large"):
        ipow(ipow(a, 2**62), 4)


def test_only_whole_powers() -> None:
    with pytest.raises(TypeError):
        ipow(a, 2.0)  # type: ignore[arg-type]


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(GraphError, match="zero"):
        div(a, 0.0)
    with pytest.raises(GraphError, match="zero"):
        div(a, a - a)


def test_base_and_power() -> None:
    assert base_power(ipow(a, -3)) == (a.node, -3)
    assert base_power(sin(a)) == (sin(a), 1)

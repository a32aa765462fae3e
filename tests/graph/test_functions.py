"""Functions of expressions: their folding and the few rules they have."""

from __future__ import annotations

import math
import sys

import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import GraphError
from morefit_py.graph import functions
from morefit_py.graph.build import ONE, ZERO, add, const, ipow, less, mul, select
from morefit_py.graph.functions import (
    absolute,
    atan2,
    detach,
    digamma,
    erf,
    exp,
    function,
    log,
    maximum,
    minimum,
    polygamma,
    sin,
    sqrt,
)
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import UNARY, Op
from morefit_py.graph.symbols import Observable, Parameter
from tests.exact import EXACT

x, a, b = Observable("x", 0.1, 1.0), Parameter("a", 1.0), Parameter("b", 1.0)
_SPELT = {Op.ABS: "absolute"}


@pytest.mark.parametrize("op", sorted(UNARY, key=repr), ids=repr)
def test_every_unary_operation_has_its_function(op: Op) -> None:
    make = getattr(functions, _SPELT.get(op, op.text))
    assert make(a) is function(op, a) is intern(op, (a.node,))
    assert make(0.25) is function(op, const(0.25))
    assert make(0.25).value == pytest.approx(float(EXACT[op](mp.mpf(0.25))), rel=1e-14)
    assert make(less(a, b)) is make(select(less(a, b), 1.0, 0.0))


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (exp(log(x)), x.node),
        (exp(add(log(a), x)), mul(a, exp(x))),
        (exp(log(a) + log(b)), mul(a, b)),
        (log(exp(x)), x.node),
        (log(sqrt(a)), mul(0.5, log(a))),
        (log(1.0 / x), mul(-1.0, log(x))),
        (log(ipow(x, 3)), mul(3.0, log(x))),
        (log(ipow(x, 2)), intern(Op.LOG, (ipow(x, 2),))),
        (log(sqrt(1.0 / x)), mul(-0.5, log(x))),
        (log(a * exp(x)), add(x, log(a))),
        (log(2.0 * a * exp(x) * exp(b * x)), add(x + b * x, log(2.0 * a))),
        (absolute(absolute(a)), absolute(a)),
        (absolute(exp(x)), exp(x)),
        (absolute(ipow(x, 2)), ipow(x, 2)),
        (minimum(a, a), a.node),
        (minimum(a, b), minimum(b, a)),
        (maximum(2.0, 3.0), const(3.0)),
        (minimum(2.0, 3.0), const(2.0)),
        (atan2(1.0, 1.0), const(math.pi / 4.0)),
        (detach(detach(a)), detach(a)),
        (detach(2.0), const(2.0)),
        (digamma(a), polygamma(0, a)),
        (polygamma(1, 1.0), const(1.6449340668482266)),
        (exp(0.0), ONE),
        (sin(0.0), ZERO),
        (erf(math.inf), ONE),
    ],
    ids=str,
)
def test_rules(found: Node, wanted: Node) -> None:
    assert found is wanted


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        (exp(1000.0), np.inf),
        (log(-1.0), np.nan),
        (log(0.0), -np.inf),
        (sqrt(-1.0), np.nan),
        (function(Op.ASIN, 2.0), np.nan),
        (function(Op.LGAMMA, 0.0), np.inf),
        (polygamma(1, 0.0), np.inf),
    ],
    ids=str,
)
def test_constants_without_a_finite_value_are_not_folded(node: Node, wanted: float) -> None:
    assert node.op is not Op.CONST
    assert np.array_equal(evaluate([node], {})[0], wanted, equal_nan=True)


def test_the_numbers_of_an_extremum_come_first_so_that_clamping_keeps_its_slope_at_the_ends() -> None:
    assert minimum(a, 3.0).args[0] is const(3.0)
    assert maximum(3.0, a).args[0] is const(3.0)


@pytest.mark.parametrize("order", [-1, 1.0, "0"])
def test_the_order_of_polygamma_is_a_whole_number(order: object) -> None:
    with pytest.raises((GraphError, TypeError)):
        polygamma(order, a)  # type: ignore[arg-type]


def test_long_arguments_do_not_recurse() -> None:
    total, product, root = log(a), exp(a), a.node
    for i in range(3 * sys.getrecursionlimit()):
        total = add(log(add(a, float(i + 1))), total)
        product = mul(product, sin(a * float(i + 2)))
        root = sqrt(root)
    assert exp(total).op is Op.MUL
    assert log(mul(product, exp(b))).op is Op.ADD
    assert log(root) is ZERO or log(root).op is Op.MUL


def test_products_that_share_their_factors_are_not_multiplied_out() -> None:
    first, second = sin(a), sin(b)
    for _ in range(200):
        first, second = second, intern(Op.MUL, (first, second))
    assert log(second).op is Op.LOG

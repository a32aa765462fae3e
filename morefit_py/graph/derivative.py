"""The derivative table: the partial derivatives of every operation with respect to its arguments.

Formulas: Abramowitz & Stegun (1964) chapters 4, 6 and 7.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from morefit_py.graph import build
from morefit_py.graph.build import HALF, MINUS_ONE, ONE, TWO, ZERO, add, ipow, mul, select, sub
from morefit_py.graph.curve import replot
from morefit_py.graph.faddeeva import MAX_ORDER
from morefit_py.graph.inner import resum
from morefit_py.graph.log_emg import ORDERS
from morefit_py.graph.node import Node, Payload, intern, walk
from morefit_py.graph.op import BOOLEAN, Op
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import Parameter

_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)


def _pow(node: Node) -> tuple[Node, ...]:
    a, b = node.args
    # Zero to a positive power stays zero whatever the power: its derivative is not 0 * log(0).
    safe = select(build.equal(a, ZERO), ONE, a)
    return mul(b, build.pow(a, sub(b, ONE))), mul(node, build.log(safe))


def _atan2(node: Node) -> tuple[Node, ...]:
    y, x = node.args
    inverse = ipow(add(mul(x, x), mul(y, y)), -1)
    return mul(x, inverse), mul(mul(MINUS_ONE, y), inverse)


def _gaussian(x: Node) -> Node:
    return mul(_TWO_OVER_ROOT_PI, build.exp(mul(MINUS_ONE, mul(x, x))))


def _asin(x: Node) -> Node:
    # Factorised: 1 - x^2 loses all its digits near one.
    return ipow(build.sqrt(mul(sub(ONE, x), add(ONE, x))), -1)


def _faddeeva(node: Node) -> tuple[Node, ...]:
    """By Cauchy and Riemann: (u + i v)' = u_x + i v_x = v_y - i u_y."""
    x, y = node.args
    if node.power < MAX_ORDER:
        real, imag = build.faddeeva_real(x, y, node.power + 1), build.faddeeva_imag(x, y, node.power + 1)
    else:
        # w' = -2 z w + 2i/sqrt(pi), and so w''' = -2 z w'' - 4 w'.
        u, v = build.faddeeva_real(x, y, 2), build.faddeeva_imag(x, y, 2)
        real = sub(mul(TWO, sub(mul(y, v), mul(x, u))), mul(4.0, build.faddeeva_real(x, y, 1)))
        imag = sub(mul(-2.0, add(mul(x, v), mul(y, u))), mul(4.0, build.faddeeva_imag(x, y, 1)))
    return (real, mul(MINUS_ONE, imag)) if node.op is Op.FADDEEVA_REAL else (imag, real)


def _log_emg(node: Node) -> tuple[Node, ...]:
    """One derivative more; third ones by l_uu = kappa^2 l_uk - 1 and kappa^2 l_k = u + l_u - kappa.

    These divide by kappa^2, and hold away from kappa = 0.
    """
    u, kappa = node.args
    by_u, by_kappa = ORDERS[node.power]
    if by_u + by_kappa < 2:
        return build.log_emg(u, kappa, by_u + 1, by_kappa), build.log_emg(u, kappa, by_u, by_kappa + 1)
    l_u, l_k, _, l_uk, l_kk = (build.log_emg(u, kappa, *order) for order in ORDERS[1:])
    across = -(l_k + kappa * l_kk) - l_uk * (kappa * (1.0 + kappa * l_k) + l_u)
    bent = (across - 2.0 * kappa * l_uk) / kappa**2
    third = (kappa**2 * across, across, bent, (bent - 2.0 * l_k - 4.0 * kappa * l_kk) / kappa**2)
    return third[by_kappa], third[by_kappa + 1]


# One row an operation: the node to its partial derivatives, one an argument.
PARTIALS: dict[Op, Callable[[Node], tuple[Node, ...]]] = {
    Op.ADD: lambda n: (ONE, ONE),
    Op.MUL: lambda n: (n.args[1], n.args[0]),
    Op.IPOW: lambda n: (mul(float(n.power), ipow(n.args[0], n.power - 1)),),
    Op.POW: _pow,
    Op.EXP: lambda n: (n,),
    Op.LOG: lambda n: (ipow(n.args[0], -1),),
    Op.EXPM1: lambda n: (build.exp(n.args[0]),),
    Op.LOG1P: lambda n: (ipow(add(ONE, n.args[0]), -1),),
    Op.SQRT: lambda n: (mul(HALF, ipow(n, -1)),),
    Op.SIN: lambda n: (build.cos(n.args[0]),),
    Op.COS: lambda n: (mul(MINUS_ONE, build.sin(n.args[0])),),
    Op.TAN: lambda n: (add(ONE, mul(n, n)),),
    Op.ASIN: lambda n: (_asin(n.args[0]),),
    Op.ACOS: lambda n: (mul(MINUS_ONE, _asin(n.args[0])),),
    Op.ATAN: lambda n: (ipow(add(ONE, mul(n.args[0], n.args[0])), -1),),
    Op.ATAN2: _atan2,
    Op.SINH: lambda n: (build.cosh(n.args[0]),),
    Op.COSH: lambda n: (build.sinh(n.args[0]),),
    Op.TANH: lambda n: (sub(ONE, mul(n, n)),),
    Op.ERF: lambda n: (_gaussian(n.args[0]),),
    Op.ERFC: lambda n: (mul(MINUS_ONE, _gaussian(n.args[0])),),
    Op.ERFCX: lambda n: (sub(mul(mul(TWO, n.args[0]), n), _TWO_OVER_ROOT_PI),),
    Op.LGAMMA: lambda n: (build.digamma(n.args[0]),),
    Op.POLYGAMMA: lambda n: (build.polygamma(n.power + 1, n.args[0]),),
    Op.ABS: lambda n: (build.sign(n.args[0]),),
    Op.FLOOR: lambda n: (ZERO,),
    Op.FADDEEVA_REAL: _faddeeva,
    Op.FADDEEVA_IMAG: _faddeeva,
    Op.LOG_EMG: _log_emg,
    Op.TABLE: lambda n: (ZERO,),
    Op.MIN: lambda n: _choice(build.less(n.args[0], n.args[1])),
    Op.MAX: lambda n: _choice(build.less(n.args[1], n.args[0])),
    Op.SELECT: lambda n: (ZERO, select(n.args[0], ONE, ZERO), select(n.args[0], ZERO, ONE)),
    Op.DETACH: lambda n: (ZERO,),
    Op.INNER: lambda n: _inner(n),
    Op.CURVE: lambda n: _curve(n),
} | {op: (lambda n: (ZERO,) * len(n.args)) for op in Op if op in BOOLEAN}


def _choice(first: Node) -> tuple[Node, ...]:
    return select(first, ONE, ZERO), select(first, ZERO, ONE)


def partials(node: Node) -> tuple[Node, ...]:
    """The partial derivatives of a node with respect to its arguments, in their order."""
    return PARTIALS[node.op](node)


Pair = tuple[int, int]


def second_partials(node: Node) -> dict[Pair, Node]:
    """The second partial derivatives of a node by its arguments (positions i <= j); zeros left out."""
    if node.op in _LINEAR:
        return {}
    if node.op is Op.INNER:
        return _second_inner(node)
    if node.op is Op.CURVE:
        return _second_curve(node)
    dummies, table = _second_templates(node.op, node.payload)
    values = dict(zip(dummies, node.args, strict=True))
    return {pair: substitute(template, values) for pair, template in table.items()}


def _inner(node: Node) -> tuple[Node, ...]:
    return tuple(_resummed(node, slope(node.inner.term, slot)) for slot in node.inner.slots)


def _resummed(node: Node, term: Node) -> Node:
    """The sum of another term over the rows of an INNER."""
    return resum(node.inner.axis, term, dict(zip(node.inner.slots, node.args, strict=True)))


def _second_inner(node: Node) -> dict[Pair, Node]:
    found: dict[Pair, Node] = {}
    slots = node.inner.slots
    for i, slot in enumerate(slots):
        first = slope(node.inner.term, slot)
        if first is ZERO:
            continue
        for j in range(i, len(slots)):
            entry = _resummed(node, slope(first, slots[j]))
            if entry is not ZERO:
                found[i, j] = entry
    return found


def _curve(node: Node) -> tuple[Node, ...]:
    held = node.curve
    by_slot = (_replotted(node, slope(held.term, slot), 0) for slot in held.slots)
    return _replotted(node, held.term, 1), *by_slot


def _replotted(node: Node, term: Node, further: int) -> Node:
    """The curve of another term on the grid of a CURVE, or its derivative by the place."""
    place, *values = node.args
    outside = dict(zip(node.curve.slots, values, strict=True))
    return replot(node.curve.grid, place, term, outside, node.curve.order + further)


def _second_curve(node: Node) -> dict[Pair, Node]:
    found = {(0, 0): _replotted(node, node.curve.term, 2)}
    slots = node.curve.slots
    slopes = {i: slope(node.curve.term, slot) for i, slot in enumerate(slots, start=1)}
    moving = [i for i, first in slopes.items() if first is not ZERO]
    for i in moving:
        found[0, i] = _replotted(node, slopes[i], 1)
        found |= {(i, j): _replotted(node, slope(slopes[i], slots[j - 1]), 0) for j in moving if j >= i}
    return {pair: entry for pair, entry in found.items() if entry is not ZERO}


_LINEAR = BOOLEAN | {Op.ADD, Op.SELECT, Op.DETACH, Op.ABS, Op.FLOOR, Op.TABLE, Op.MIN, Op.MAX}


@cache
def _second_templates(op: Op, payload: Payload) -> tuple[tuple[Node, ...], dict[Pair, Node]]:
    """Second partials in dummy arguments: only there is every argument sure to stay visible."""
    dummies = tuple(build.param(Parameter(f"argument {i}", 1.0)) for i in range(op.arity))
    first = partials(intern(op, dummies, payload))
    found: dict[Pair, Node] = {}
    for i, partial in enumerate(first):
        for j in range(i, op.arity):
            entry = slope(partial, dummies[j])
            if entry is not ZERO:
                found[i, j] = entry
    return dummies, found


def slope(expression: Node, leaf: Node) -> Node:
    """The derivative of an expression by one leaf, by the chain rule from the leaves up."""
    slopes: dict[Node, Node] = {}
    for node in walk([expression]):
        found = ONE if node is leaf else ZERO
        if any(slopes[arg] is not ZERO for arg in node.args):
            for arg, partial in zip(node.args, partials(node), strict=True):
                found = add(found, mul(partial, slopes[arg]))
        slopes[node] = found
    return slopes[expression]

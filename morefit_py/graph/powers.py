"""Powers and quotients: whole powers are products, half powers are roots, the others `exp(b log a)`."""

from __future__ import annotations

import operator

from morefit_py.errors import GraphError
from morefit_py.graph import algebra, conditions, functions
from morefit_py.graph.masks import behind, gate, is_mask
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.operand import ONE, ZERO, Operand, fold, number, ordered

_IPOW, _CONST, _MUL = Op.IPOW, Op.CONST, Op.MUL
# Beyond this a general power is both faster and more accurate than repeated multiplication.
_MOST_MULTIPLIED = 64
_LARGEST = 2**63 - 1


def base_power(node: Node) -> tuple[Node, int]:
    """A node as a whole power of another; as its own first power if it is none."""
    return (node.args[0], node.power) if node.op is _IPOW else (node, 1)


def ipow(base: Operand, power: int) -> Node:
    """base ** power for a whole number; powers of products split, so that factors can leave.

    Raises GraphError for a power of more than 63 bits.
    """
    x, power = number(base), operator.index(power)
    if power == 0:
        return ONE
    if power == 1:
        return x
    if abs(power) > _LARGEST:
        raise GraphError(f"the power {power} is too large")
    op = x.op
    if op is _CONST:
        return _constant(x, power)
    if op is _IPOW:
        return ipow(x.args[0], x.power * power)
    if op is _MUL and x.args[0].stage != x.args[1].stage:
        return algebra.mul(ipow(x.args[0], power), ipow(x.args[1], power))
    if op is Op.SQRT and power % 2 == 0:
        return ipow(x.args[0], power // 2)
    if op is Op.ABS and power % 2 == 0:
        return ipow(x.args[0], power)
    if power > 0 and is_mask(x):
        return conditions.masked(*gate(x), ipow(behind(x), power))
    return intern(_IPOW, (x,), power)


def _constant(x: Node, power: int) -> Node:
    def value() -> float:
        result: float = x.value**power
        # A power that underflows must not become the zero that wins over everything.
        if result == 0.0 and x is not ZERO:
            raise OverflowError
        return result

    return fold(value, lambda: intern(_IPOW, (x,), power))


def pow(left: Operand, right: Operand) -> Node:
    """left ** right; whole and half powers become products and roots. 0 ** 0 is 1."""
    a, b = number(left), number(right)
    if b.op is _CONST:
        twice = 2.0 * b.value
        if twice.is_integer() and abs(twice) <= 2 * _MOST_MULTIPLIED:
            if twice % 2.0 == 0.0:
                return ipow(a, int(b.value))
            return ipow(functions.sqrt(a), int(twice))
    if a is ONE:
        return ONE
    if a.op is Op.EXP:
        return functions.exp(algebra.mul(a.args[0], b))
    if a.op is _CONST and b.op is _CONST:
        return fold(lambda: a.value**b.value, lambda: intern(Op.POW, (a, b)))
    return intern(Op.POW, (a, b))


def div(left: Operand, right: Operand) -> Node:
    """left / right; raises GraphError for a division by the constant zero."""
    a, b = number(left), number(right)
    if b is ZERO:
        raise GraphError("division by the constant zero")
    if a.op is _CONST and b.op is _CONST and a is not ZERO:
        return fold(lambda: a.value / b.value, lambda: ordered(_MUL, a, intern(_IPOW, (b,), -1)))
    return algebra.mul(a, ipow(b, -1))

"""Smart constructors: the only way expressions are made, so that none is made unsimplified."""

from __future__ import annotations

from collections.abc import Callable

from morefit_py.graph.algebra import add, coefficient, div, ipow, mul, pow, sub
from morefit_py.graph.conditions import (
    FALSE,
    TRUE,
    equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    select,
)
from morefit_py.graph.functions import (
    absolute,
    atan2,
    clamp,
    cos,
    detach,
    digamma,
    erf,
    erfc,
    erfcx,
    exp,
    expm1,
    function,
    lgamma,
    log,
    log1p,
    maximum,
    minimum,
    polygamma,
    sin,
    sqrt,
)
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.operand import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Operand,
    as_node,
    column,
    const,
    is_operand,
    param,
)
from morefit_py.graph.symbols import Axis

__all__ = [
    "FALSE", "HALF", "MINUS_ONE", "ONE", "TRUE", "TWO", "ZERO", "Node", "Operand",
    "absolute", "add", "as_node", "atan2", "clamp", "coefficient", "column", "const", "cos", "detach",
    "digamma", "div", "equal", "erf", "erfc", "erfcx", "exp", "expm1", "function", "ipow", "is_operand",
    "less", "less_equal", "lgamma", "log", "log1p", "logical_and", "logical_not", "logical_or", "maximum",
    "minimum", "mul", "param", "polygamma", "pow", "rebuild", "select", "sin", "sqrt", "sub", "total",
]  # fmt: skip


def total(axis: Axis, operand: Operand) -> Node:
    """The sum of an expression over the rows of an axis; event-independent factors leave it."""
    x = as_node(operand)
    if x is ZERO:
        return ZERO
    if not x.stage & Stage.DATASET:
        return mul(x, intern(Op.SUM, (ONE,), axis))
    factor, rest = coefficient(x)
    return mul(factor, intern(Op.SUM, (rest,), axis))


def rebuild(node: Node, args: tuple[Node, ...]) -> Node:
    """The same operation on other arguments, simplified; the node itself if nothing changed."""
    if args == node.args:
        return node
    maker = _MAKERS.get(node.op)
    if maker is not None:
        return maker(*args)
    if node.op is Op.SUM:
        return total(node.axis, args[0])
    if node.op is Op.IPOW:
        return ipow(args[0], node.power)
    if node.op is Op.POLYGAMMA:
        return polygamma(node.power, args[0])
    return function(node.op, args[0])


_MAKERS: dict[Op, Callable[..., Node]] = {
    Op.ADD: add,
    Op.MUL: mul,
    Op.POW: pow,
    Op.EXP: exp,
    Op.LOG: log,
    Op.ABS: absolute,
    Op.ATAN2: atan2,
    Op.MIN: minimum,
    Op.MAX: maximum,
    Op.LT: less,
    Op.LE: less_equal,
    Op.EQ: equal,
    Op.AND: logical_and,
    Op.OR: logical_or,
    Op.NOT: logical_not,
    Op.SELECT: select,
    Op.DETACH: detach,
}

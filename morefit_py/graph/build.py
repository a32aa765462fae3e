"""Smart constructors: the only way expressions are made, so that none is made unsimplified."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from morefit_py.graph.algebra import add, coefficient, mul, sub
from morefit_py.graph.composite import acosh, asinh, atanh, beta, clamp, gamma, heaviside, sign
from morefit_py.graph.conditions import (
    FALSE,
    TRUE,
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    not_equal,
    select,
)
from morefit_py.graph.curve import Curve, curve
from morefit_py.graph.curve import reapplied as curve_reapplied
from morefit_py.graph.faddeeva import faddeeva_imag, faddeeva_part, faddeeva_real
from morefit_py.graph.functions import (
    absolute,
    acos,
    asin,
    atan,
    atan2,
    cos,
    cosh,
    detach,
    digamma,
    erf,
    erfc,
    erfcx,
    exp,
    expm1,
    floor,
    function,
    lgamma,
    log,
    log1p,
    maximum,
    minimum,
    polygamma,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from morefit_py.graph.inner import Inner, inner, reapplied
from morefit_py.graph.log_emg import log_emg, log_emg_part
from morefit_py.graph.node import Node, Payload, intern
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
    number,
    param,
)
from morefit_py.graph.powers import div, ipow, pow
from morefit_py.graph.symbols import Axis
from morefit_py.graph.table import Table, lookup, table

__all__ = [
    "FALSE", "HALF", "MINUS_ONE", "ONE", "TRUE", "TWO", "ZERO", "Node", "Operand", "absolute", "acos",
    "acosh", "add", "apply", "as_node", "asin", "asinh", "atan", "atan2", "atanh", "beta", "clamp",
    "coefficient", "column", "const", "cos", "cosh", "curve", "detach", "digamma", "div", "equal", "erf",
    "erfc", "erfcx", "exp", "expm1", "faddeeva_imag", "faddeeva_real", "floor", "function", "gamma",
    "greater", "greater_equal", "heaviside", "inner", "ipow", "is_operand", "less", "less_equal", "lgamma",
    "log", "log1p", "log_emg", "logical_and", "logical_not", "logical_or", "maximum", "minimum", "mul",
    "not_equal", "number", "param", "polygamma", "pow", "rebuild", "select", "sign", "sin", "sinh", "sqrt",
    "sub", "table", "tan", "tanh", "total", "where",
]  # fmt: skip

where = select


def total(axis: Axis, operand: Operand) -> Node:
    """The sum of an expression over the rows of an axis; event-independent factors leave it."""
    x = number(operand)
    if x is ZERO:
        return ZERO
    if x.stage <= Stage.CALL:
        return mul(x, intern(Op.SUM, (ONE,), axis))
    factor, rest = coefficient(x)
    return mul(factor, intern(Op.SUM, (rest,), axis))


def apply(op: Op, args: Sequence[Operand], payload: Payload = None) -> Node:
    """An operation by its name in the table, simplified; `payload` as in `intern`."""
    maker = _MAKERS.get(op)
    if maker is not None:
        return maker(*args)
    if op is Op.SUM:
        assert isinstance(payload, Axis)
        return total(payload, args[0])
    if op is Op.IPOW:
        assert isinstance(payload, int)
        return ipow(args[0], payload)
    if op is Op.POLYGAMMA:
        assert isinstance(payload, int)
        return polygamma(payload, args[0])
    if op in (Op.FADDEEVA_REAL, Op.FADDEEVA_IMAG):
        assert isinstance(payload, int)
        return faddeeva_part(op, args[0], args[1], payload)
    if op is Op.LOG_EMG:
        assert isinstance(payload, int)
        return log_emg_part(args[0], args[1], payload)
    if op is Op.INNER:
        assert isinstance(payload, Inner)
        return reapplied(payload, map(number, args))
    if op is Op.CURVE:
        assert isinstance(payload, Curve)
        return curve_reapplied(payload, map(number, args))
    if op is Op.TABLE:
        assert isinstance(payload, Table)
        return lookup(payload, args[0])
    return function(op, args[0]) if op.arity else intern(op, (), payload)


def rebuild(node: Node, args: tuple[Node, ...]) -> Node:
    """The same operation on other arguments, simplified; the node itself if nothing changed."""
    return node if args == node.args else apply(node.op, args, node.payload)


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

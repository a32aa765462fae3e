"""What SymPy's functions are in our operations, by the names of their classes; SymPy is not needed here."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

from morefit_py.errors import ExpressionError
from morefit_py.graph import build, composite
from morefit_py.graph.build import ONE, ZERO, Node
from morefit_py.graph.op import Op

Make = Callable[..., Node]


def _each(join: Callable[[Node, Node], Node]) -> Make:
    return lambda *args: reduce(join, args)


def _inverse(make: Make) -> Make:
    return lambda x: build.div(ONE, make(x))


def _of_inverse(make: Make) -> Make:
    return lambda x: make(build.div(ONE, x))


def _log(x: Node, base: Node | None = None) -> Node:
    return build.log(x) if base is None else build.div(build.log(x), build.log(base))


def _polygamma(order: Node, x: Node) -> Node:
    if order.op is not Op.CONST or order.value < 0 or not order.value.is_integer():
        raise ExpressionError("polygamma needs a whole number of 0 or more as its order")
    return build.polygamma(int(order.value), x)


def _faddeeva(make: Make) -> Make:
    def of(x: Node, y: Node, order: Node = ZERO) -> Node:
        if order.op is not Op.CONST or not order.value.is_integer():
            raise ExpressionError("the Faddeeva function needs a whole number as its order")
        return make(x, y, int(order.value))

    return of


def _piecewise(*parts: Node) -> Node:
    """Expressions and conditions in turn, the first whose condition holds."""
    *parts_, last, always = parts
    if always is not build.TRUE:
        raise ExpressionError("a Piecewise needs a last branch for everything else: (value, True)")
    for value, condition in reversed(list(zip(parts_[::2], parts_[1::2], strict=True))):
        last = build.select(condition, value, last)
    return last


def _exclusive(a: Node, b: Node) -> Node:
    return build.logical_and(build.logical_or(a, b), build.logical_not(build.logical_and(a, b)))


FUNCTIONS: dict[str, Make] = {
    "Add": _each(build.add),
    "Mul": _each(build.mul),
    "Pow": build.pow,
    "exp": build.exp,
    "log": _log,
    "sin": build.sin,
    "cos": build.cos,
    "tan": build.tan,
    "cot": composite.cot,
    "sec": _inverse(build.cos),
    "csc": _inverse(build.sin),
    "asin": build.asin,
    "acos": build.acos,
    "atan": build.atan,
    "acot": _of_inverse(build.atan),
    "asec": _of_inverse(build.acos),
    "acsc": _of_inverse(build.asin),
    "atan2": build.atan2,
    "sinc": composite.sinc,
    "sinh": build.sinh,
    "cosh": build.cosh,
    "tanh": build.tanh,
    "coth": composite.coth,
    "sech": _inverse(build.cosh),
    "csch": _inverse(build.sinh),
    "asinh": build.asinh,
    "acosh": build.acosh,
    "atanh": build.atanh,
    "acoth": _of_inverse(build.atanh),
    "asech": _of_inverse(build.acosh),
    "acsch": _of_inverse(build.asinh),
    "erf": build.erf,
    "erfc": build.erfc,
    "erf2": lambda a, b: build.sub(build.erf(b), build.erf(a)),
    "gamma": build.gamma,
    "loggamma": build.lgamma,
    "factorial": lambda x: build.gamma(build.add(x, ONE)),
    "beta": build.beta,
    "digamma": build.digamma,
    "trigamma": lambda x: build.polygamma(1, x),
    "polygamma": _polygamma,
    "faddeeva_real": _faddeeva(build.faddeeva_real),
    "faddeeva_imag": _faddeeva(build.faddeeva_imag),
    "Abs": build.absolute,
    "sign": build.sign,
    "floor": build.floor,
    "ceiling": lambda x: build.mul(-1.0, build.floor(build.mul(-1.0, x))),
    "Heaviside": build.heaviside,
    "Min": _each(build.minimum),
    "Max": _each(build.maximum),
    "Piecewise": _piecewise,
    "ITE": build.select,
    "StrictLessThan": build.less,
    "LessThan": build.less_equal,
    "StrictGreaterThan": build.greater,
    "GreaterThan": build.greater_equal,
    "Equality": build.equal,
    "Unequality": build.not_equal,
    "And": _each(build.logical_and),
    "Or": _each(build.logical_or),
    "Xor": _each(_exclusive),
    "Not": build.logical_not,
    "UnevaluatedExpr": lambda x: x,
}

CONSTANTS: dict[str, float] = {
    "Pi": math.pi,
    "Exp1": math.e,
    "EulerGamma": 0.57721566490153286,
    "GoldenRatio": (1.0 + math.sqrt(5.0)) / 2.0,
    "Catalan": 0.91596559417721902,
}

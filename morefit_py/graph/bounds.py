"""Intervals that enclose an expression over the limits of its parameters and the bounds of its data.

Interval arithmetic (Moore, 1966) encloses but overestimates: a bound found here is safe to rely on, a
bound not found says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from morefit_py.graph import special
from morefit_py.graph.inner import Inner
from morefit_py.graph.meaning import MEANING
from morefit_py.graph.node import Node, leaves, walk
from morefit_py.graph.op import BOOLEAN, Op

Interval = tuple[float, float]
EVERYTHING: Interval = (-math.inf, math.inf)


def bounds(root: Node) -> Interval:
    """An interval that encloses the value of an expression wherever its parameters may go."""
    return _enclosed(root, {})


def _enclosed(root: Node, known: dict[Node, Interval]) -> Interval:
    """The interval of an expression where some of its parts have known ones."""
    found = dict(known)
    with np.errstate(all="ignore"):
        for node in walk([root], stop=frozenset(known)):
            if node in known:
                continue
            interval = _interval(node, [found[arg] for arg in node.args])
            found[node] = EVERYTHING if any(math.isnan(end) for end in interval) else interval
    return found[root]


_INCREASING = {
    Op.EXP, Op.EXPM1, Op.LOG, Op.LOG1P, Op.SQRT, Op.ATAN, Op.SINH, Op.TANH, Op.ERF, Op.ASIN, Op.FLOOR,
}  # fmt: skip
_DECREASING = {Op.ERFC, Op.ERFCX, Op.ACOS}
# Where log Gamma has its minimum on the positive axis, and what it is there (rounded down).
_LEAST_LOG_GAMMA = (1.4616321449683623, -0.12148629053584964)
# The largest value of 2/sqrt(pi) times Dawson's integral, which w is i times on the axis (rounded up).
_MOST_DAWSON = 0.610503032
_DOMAIN = {
    Op.LOG: (0.0, math.inf),
    Op.SQRT: (0.0, math.inf),
    Op.LOG1P: (-1.0, math.inf),
    Op.ASIN: (-1.0, 1.0),
    Op.ACOS: (-1.0, 1.0),
}


def _interval(node: Node, args: list[Interval]) -> Interval:
    op = node.op
    if op is Op.CONST:
        return node.value, node.value
    if op is Op.PARAM:
        return node.parameter.low, node.parameter.high
    if op is Op.COLUMN:
        return node.column.low, node.column.high
    if op in _RULES:
        return _RULES[op](*args)
    if op is Op.IPOW:
        return _power(args[0], node.power)
    if op in (Op.FADDEEVA_REAL, Op.FADDEEVA_IMAG):
        return _faddeeva(op, *args) if node.power == 0 else EVERYTHING
    if op is Op.POLYGAMMA:
        # Monotonic of every order on the positive axis (Abramowitz & Stegun 6.4.1).
        return _ends(op, args[0], node.power) if args[0][0] >= 0.0 else EVERYTHING
    if op is Op.INNER:
        return _rows(node.inner, args)
    if op is Op.TABLE:
        return node.table.span(*args[0])
    if op in _INCREASING or op in _DECREASING:
        low, high = _DOMAIN.get(op, EVERYTHING)
        return _ends(op, (min(max(args[0][0], low), high), min(max(args[0][1], low), high)))
    return (0.0, 1.0) if op in BOOLEAN else EVERYTHING


def _ends(op: Op, a: Interval, *payload: int) -> Interval:
    """The values of a monotonic operation at the ends of an interval."""
    ends = [float(MEANING[op](np.float64(end), *payload)) for end in a]
    return min(ends), max(ends)


def _product(a: Interval, b: Interval) -> Interval:
    # 0 * inf is 0 here: an end at zero times an unreachable end.
    ends = [0.0 if x == 0.0 or y == 0.0 else x * y for x in a for y in b]
    return min(ends), max(ends)


def _power(a: Interval, n: int) -> Interval:
    if n < 0:
        low, high = _power(a, -n)
        if low < 0.0 < high:
            return EVERYTHING
        if low == 0.0:
            return (1.0 / high if high else math.inf), math.inf
        if high == 0.0:
            return -math.inf, (1.0 / low if low else -math.inf)
        return 1.0 / high, 1.0 / low
    try:
        ends = [end**n for end in a]
    except OverflowError:
        return (0.0, math.inf) if n % 2 == 0 else EVERYTHING
    if n % 2:
        return ends[0], ends[1]
    return (0.0 if a[0] <= 0.0 <= a[1] else min(ends)), max(ends)


def _absolute(a: Interval) -> Interval:
    low = 0.0 if a[0] <= 0.0 <= a[1] else min(abs(a[0]), abs(a[1]))
    return low, max(abs(a[0]), abs(a[1]))


def _general_power(a: Interval, b: Interval) -> Interval:
    if a[0] < 0.0:
        return EVERYTHING
    # b log a is linear in b and in log a: the extremes are at the corners.
    corners = [float(MEANING[Op.POW](np.float64(base), np.float64(power))) for base in a for power in b]
    return min(corners), max(corners)


def _log_gamma(a: Interval) -> Interval:
    if a[0] < 0.0:
        return EVERYTHING
    low, high = _ends(Op.LGAMMA, a)
    return (_LEAST_LOG_GAMMA[1] if a[0] <= _LEAST_LOG_GAMMA[0] <= a[1] else low), high


def _cosh(a: Interval) -> Interval:
    return _ends(Op.COSH, _absolute(a))


def _rows(held: Inner, args: list[Interval]) -> Interval:
    """Of a known number of terms, over the rows as they are."""
    known = dict(zip(held.slots, args, strict=True))
    for leaf in leaves([held.term], Op.COLUMN):
        column = held.axis.rows[leaf.column.name]
        known[leaf] = float(np.min(column)), float(np.max(column))
    return _product((held.rows, held.rows), _enclosed(held.term, known))


def _sum(a: Interval) -> Interval:
    """Of any number of terms, so that only the sign is known."""
    return (0.0 if a[0] >= 0.0 else -math.inf), (0.0 if a[1] <= 0.0 else math.inf)


def _faddeeva(op: Op, x: Interval, y: Interval) -> Interval:
    """Above the axis: a function that is harmonic, and 0 at infinity, is largest on the border."""
    if y[0] < 0.0:
        return EVERYTHING
    if op is Op.FADDEEVA_REAL:
        return 0.0, float(special.erfcx(y[0]))
    return (0.0 if x[0] >= 0.0 else -_MOST_DAWSON), (0.0 if x[1] <= 0.0 else _MOST_DAWSON)


_RULES: dict[Op, Callable[..., Interval]] = {
    Op.ADD: lambda a, b: (a[0] + b[0], a[1] + b[1]),
    Op.MUL: _product,
    Op.ABS: _absolute,
    Op.POW: _general_power,
    Op.COSH: _cosh,
    Op.LGAMMA: _log_gamma,
    Op.SUM: _sum,
    Op.SIN: lambda a: (-1.0, 1.0),
    Op.COS: lambda a: (-1.0, 1.0),
    Op.ATAN2: lambda a, b: (-math.pi, math.pi),
    Op.MIN: lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    Op.MAX: lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    Op.SELECT: lambda c, a, b: (min(a[0], b[0]), max(a[1], b[1])),
    Op.DETACH: lambda a: a,
}

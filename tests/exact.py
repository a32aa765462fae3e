"""What every operation means, in mpmath: the yardstick for our NumPy meaning and for derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import mpmath as mp

from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis


def _erfcx(x: Any) -> Any:
    if x > 1e4:  # Abramowitz & Stegun 7.1.23
        return (1 - 1 / (2 * x**2) + 3 / (4 * x**4) - 15 / (8 * x**6)) / (x * mp.sqrt(mp.pi))
    return mp.exp(x * x) * mp.erfc(x)


def _lgamma(x: Any) -> Any:
    return mp.log(abs(mp.gamma(x))) if x < 0 else mp.loggamma(x)


def _step(x: Any, table: Any) -> Any:
    """The value of the last bin that begins at or below x, the first where none does."""
    reached = [value for edge, value in zip(table.edges[1:-1], table.values[1:], strict=True) if edge <= x]
    return mp.mpf([table.values[0], *reached][-1])


def faddeeva(x: Any, y: Any, digits: int = 30) -> tuple[Any, Any, Any]:
    """exp(-z^2) erfc(-i z) and its first two derivatives, computed with so many digits more."""
    with mp.extradps(digits):
        z = mp.mpc(x, y)
        w = mp.exp(-z * z) * mp.erfc(-1j * z)
        first = -2 * z * w + 2j / mp.sqrt(mp.pi)
        second = -2 * z * first - 2 * w
    return +w, +first, +second


def log_emg(u: Any, kappa: Any, place: int) -> Any:
    """log of the exponentially modified Gaussian, or its derivative of order `ORDERS[place]`.

    With the rate b = 1/kappa, q = b - u and the hazard h of a Gaussian beyond q: l_u = h - b,
    l_b = 1/b + q - h and h' = h (h - q).
    """
    if kappa < 0:
        return (-1 if place in (1, 2) else 1) * log_emg(-u, -kappa, place)
    if kappa == 0:
        return (-u * u / 2 - mp.log(2 * mp.pi) / 2, -u, u, mp.mpf(-1), mp.mpf(1), u * u - 2)[place]
    with mp.extradps(30 + 8 * abs(int(mp.log10(kappa))) + 8 * int(mp.log10(1 + abs(u)))):
        b = 1 / mp.mpf(kappa)
        q = b - u
        beyond = mp.erfc(q / mp.sqrt(2)) / 2
        hazard = mp.exp(-q * q / 2) / mp.sqrt(2 * mp.pi) / beyond
        bend = hazard * (hazard - q)
        by_b, by_bb = 1 / b + q - hazard, 1 - 1 / b**2 - bend
        value = b * (b / 2 - u) + mp.log(b * beyond)
        found = (value, hazard - b, -b * b * by_b, -bend, b * b * (1 - bend), b**3 * (b * by_bb + 2 * by_b))
    return +found[place]


def _named(*args: Any) -> dict[str, Any]:
    """The values of the slots of a sum over rows, which comes last, by their names."""
    return {slot.parameter.name: value for slot, value in zip(args[-1].slots, args[:-1], strict=True)}


def _over_rows(term: Node, axis: Axis, point: Mapping[str, Any]) -> Any:
    """The sum of a term over fixed rows, one after the other."""
    rows = [dict(zip(axis.rows, row, strict=True)) for row in zip(*axis.rows.values(), strict=True)]
    return mp.fsum(exact([term], {**point, **row}, mp.mp.dps)[0][0] for row in rows)


EXACT: dict[Op, Callable[..., Any]] = {
    Op.ADD: lambda a, b: a + b,
    Op.MUL: lambda a, b: a * b,
    Op.POW: mp.power,
    Op.EXP: mp.exp,
    Op.LOG: mp.log,
    Op.EXPM1: mp.expm1,
    Op.LOG1P: mp.log1p,
    Op.SQRT: mp.sqrt,
    Op.SIN: mp.sin,
    Op.COS: mp.cos,
    Op.TAN: mp.tan,
    Op.ASIN: mp.asin,
    Op.ACOS: mp.acos,
    Op.ATAN: mp.atan,
    Op.ATAN2: mp.atan2,
    Op.SINH: mp.sinh,
    Op.COSH: mp.cosh,
    Op.TANH: mp.tanh,
    Op.ERF: mp.erf,
    Op.ERFC: mp.erfc,
    Op.ERFCX: _erfcx,
    Op.LGAMMA: _lgamma,
    Op.ABS: abs,
    Op.FLOOR: mp.floor,
    Op.MIN: min,
    Op.MAX: max,
    Op.LT: lambda a, b: a < b,
    Op.LE: lambda a, b: a <= b,
    Op.EQ: lambda a, b: a == b,
    Op.AND: lambda a, b: a and b,
    Op.OR: lambda a, b: a or b,
    Op.NOT: lambda a: not a,
    Op.SELECT: lambda c, a, b: a if c else b,
    Op.DETACH: lambda a: a,
    Op.FADDEEVA_REAL: lambda x, y, n: faddeeva(x, y)[n].real,
    Op.FADDEEVA_IMAG: lambda x, y, n: faddeeva(x, y)[n].imag,
    Op.LOG_EMG: log_emg,
    Op.IPOW: lambda x, n: x**n,
    Op.POLYGAMMA: lambda x, n: mp.polygamma(n, x),
    Op.TABLE: _step,
    Op.CURVE: lambda *args: _curve(*args),
    Op.INNER: lambda *args: _over_rows(args[-1].term, args[-1].axis, _named(*args)),
}


def _curve(place: Any, *held: Any) -> Any:
    """A curve whose term is a polynomial of the place."""
    *values, curve = held
    named = {slot.parameter.name: value for slot, value in zip(curve.slots, values, strict=True)}
    assert curve.order == 0
    return exact([curve.term], {curve.grid.point.column.name: place, **named}, mp.mp.dps)[0][0]


def exact(roots: Iterable[Node], point: Mapping[str, Any], digits: int = 40) -> tuple[list[Any], Any]:
    """The values of expressions at one point, and the largest size met on the way.

    Sums may be over fixed rows only.
    """
    roots = list(roots)
    values: dict[Node, Any] = {}
    largest = mp.mpf(1)
    with mp.workdps(digits):
        for node in walk(roots, stop={node for node in walk(roots) if node.op is Op.SUM}):
            if node.op is Op.CONST:
                value = mp.mpf(node.value)
            elif not node.args:
                value = mp.mpf(point[getattr(node.payload, "name")])  # noqa: B009
            elif node.op is Op.SUM:
                value = _over_rows(node.args[0], node.axis, point)
            else:
                value = EXACT[node.op](*(values[arg] for arg in node.args), *node.extra)
            if not node.is_boolean:
                largest = max(largest, abs(value))
            values[node] = value
    return [values[root] for root in roots], largest

"""The NumPy meaning of every operation: what each backend is held to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from morefit_py.errors import GraphError
from morefit_py.graph import special
from morefit_py.graph.faddeeva_values import faddeeva
from morefit_py.graph.log_emg_values import log_emg
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis

MEANING: dict[Op, Callable[..., Any]] = {
    Op.ADD: np.add,
    Op.MUL: np.multiply,
    Op.POW: np.power,
    Op.EXP: np.exp,
    Op.LOG: np.log,
    Op.EXPM1: np.expm1,
    Op.LOG1P: np.log1p,
    Op.SQRT: np.sqrt,
    Op.SIN: np.sin,
    Op.COS: np.cos,
    Op.TAN: np.tan,
    Op.ASIN: np.arcsin,
    Op.ACOS: np.arccos,
    Op.ATAN: np.arctan,
    Op.ATAN2: np.arctan2,
    Op.SINH: np.sinh,
    Op.COSH: np.cosh,
    Op.TANH: np.tanh,
    Op.ERF: special.erf,
    Op.ERFC: special.erfc,
    Op.ERFCX: special.erfcx,
    Op.LGAMMA: special.gammaln,
    Op.ABS: np.abs,
    Op.FLOOR: np.floor,
    Op.MIN: lambda a, b: np.where(a < b, a, b),
    Op.MAX: lambda a, b: np.where(a > b, a, b),
    Op.LT: np.less,
    Op.LE: np.less_equal,
    Op.EQ: np.equal,
    Op.AND: np.logical_and,
    Op.OR: np.logical_or,
    Op.NOT: np.logical_not,
    Op.SELECT: np.where,
    Op.DETACH: np.asarray,
    Op.IPOW: lambda x, n: np.power(x, float(n)),
    Op.POLYGAMMA: lambda x, n: special.digamma(x) if n == 0 else special.polygamma(n, x),
    Op.FADDEEVA_REAL: lambda x, y, n: faddeeva(x, y, n)[0],
    Op.FADDEEVA_IMAG: lambda x, y, n: faddeeva(x, y, n)[1],
    Op.LOG_EMG: log_emg,
    Op.TABLE: lambda x, table: table.at(x),
    Op.INNER: lambda *args: args[-1].at(*args[:-1]),
    Op.CURVE: lambda *args: args[-1].at(*args[:-1]),
}

Columns = Mapping[str, Any]
Done = Callable[[str, int, int], object]

# Rows of a sum that are evaluated at once, so that temporaries stay small beside the data.
BLOCK = 1 << 16


def evaluate(
    roots: Iterable[Node],
    parameters: Mapping[str, Any],
    columns: Mapping[str, Columns] | None = None,
    done: Done | None = None,
) -> list[Any]:
    """The values of expressions, in plain NumPy and double precision.

    `parameters` maps names to numbers, or to arrays of shape (points, 1) for many points at once.
    `columns` maps the name of an axis to its columns (observable name to array); the axis "" serves
    columns outside any sum. Sums are NumPy's pairwise sums of `BLOCK` rows at a time, added exactly; `done`
    is told the axis, the first row and the end of each block that has been summed.
    Raises GraphError for a parameter, axis or column that is not given.
    """
    with np.errstate(all="ignore"):
        return _evaluate(list(roots), parameters, columns or {}, (columns or {}).get("", {}), done)


def _evaluate(
    roots: list[Node],
    parameters: Mapping[str, Any],
    axes: Mapping[str, Columns],
    rows: Columns,
    done: Done | None,
) -> list[Any]:
    order = list(walk(roots, stop=_sums(roots)))
    uses = Counter(arg for node in order if node.op is not Op.SUM for arg in node.args)
    uses.update(roots)
    values: dict[Node, Any] = {}
    by_axis: dict[Axis, list[Node]] = {}
    for node in order:
        if node.op is Op.SUM:
            by_axis.setdefault(node.axis, []).append(node)
    for axis, sums in by_axis.items():
        columns: Columns = axis.rows or axes.get(axis.name) or {}
        if not columns:
            raise GraphError(f"no data are given for the axis {axis.name!r}")
        values.update(_sums_over(axis.name, sums, parameters, axes, columns, done))
    for node in order:
        if node not in values:
            values[node] = _value(node, values, parameters, rows)
            for arg in node.args:
                uses[arg] -= 1
                if not uses[arg]:
                    del values[arg]
    return [values[root] for root in roots]


def _sums_over(
    axis: str,
    sums: list[Node],
    parameters: Mapping[str, Any],
    axes: Mapping[str, Columns],
    columns: Columns,
    done: Done | None,
) -> dict[Node, Any]:
    """The values of sums over one axis."""
    size = len(next(iter(columns.values())))
    parts: list[list[Any]] = [[] for _ in sums]
    for begin in range(0, max(size, 1), BLOCK):
        end = min(begin + BLOCK, size)
        block = columns if size <= BLOCK else _rows(columns, begin, end)
        terms = _evaluate([node.args[0] for node in sums], parameters, axes, block, done)
        for part, term in zip(parts, terms, strict=True):
            part.append(_sum(term, end - begin))
        if done is not None:
            done(axis, begin, end)
    return {node: _together(part) for node, part in zip(sums, parts, strict=True)}


def _rows(columns: Columns, begin: int, end: int) -> Columns:
    return {name: column[begin:end] for name, column in columns.items() if column is not None}


def _together(parts: list[Any]) -> Any:
    """The sum of the sums of all blocks."""
    if len(parts) == 1:
        return parts[0]
    return np.sum(parts, axis=0) if np.ndim(parts[0]) else np.float64(exact_sum(parts))


def exact_sum(parts: list[float]) -> float:
    """The sum of numbers, rounded once; with infinities, what NumPy makes of them."""
    try:
        return math.fsum(parts)
    except (OverflowError, ValueError):
        # Infinities of both signs, or a sum beyond the range of doubles.
        return float(np.sum(parts))


def _sum(term: Any, size: int) -> Any:
    """The sum over the rows, which are the last dimension; others, of the parameters, are kept."""
    shape = np.broadcast_shapes(np.shape(term), (size,))
    return np.sum(np.broadcast_to(term, shape), axis=-1, keepdims=len(shape) > 1)


def _sums(roots: list[Node]) -> set[Node]:
    """The outermost sums below the roots."""
    found: set[Node] = set()
    stack, seen = list(roots), set(roots)
    while stack:
        node = stack.pop()
        if node.op is Op.SUM:
            found.add(node)
            continue
        fresh = [arg for arg in node.args if arg not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return found


def _value(node: Node, values: Mapping[Node, Any], parameters: Mapping[str, Any], rows: Columns) -> Any:
    op = node.op
    if op is Op.CONST:
        return np.float64(node.value)
    if op is Op.PARAM:
        try:
            return np.asarray(parameters[node.parameter.name], dtype=np.float64)
        except KeyError:
            raise GraphError(f"no value is given for the parameter {node.parameter.name!r}") from None
    if op is Op.COLUMN:
        try:
            return np.asarray(rows[node.column.name], dtype=np.float64)
        except KeyError:
            raise GraphError(f"no data are given for the column {node.column.name!r}") from None
    return MEANING[op](*(values[arg] for arg in node.args), *node.extra)

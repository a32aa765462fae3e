"""Every row of the derivative table against numerical differentiation in mpmath."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import ONE, ZERO, less, param, select
from morefit_py.graph.derivative import PARTIALS, partials, second_partials
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import BOOLEAN, LEAVES, WITH_ORDER, Op
from morefit_py.graph.symbols import Parameter
from tests.exact import EXACT, exact
from tests.strategies import CURVES, INNERS, TABLES

_REAL = ((-1.3,), (0.4,), (2.1,))
_POSITIVE = ((0.05,), (0.8,), (4.5,))
_INSIDE = ((-0.8,), (0.1,), (0.95,))
_PLANE = ((0.7, 1.9), (-2.5, 0.03), (-1.2, -0.8), (12.0, 0.4))
_PAIRS = ((0.7, 1.9), (2.5, -0.6), (-1.2, -3.4))

# Points well inside the domain; the payload last where there is one.
POINTS: dict[Op, tuple[tuple[Any, ...], ...]] = {
    Op.ADD: _PAIRS,
    Op.MUL: _PAIRS,
    Op.POW: ((0.7, 1.9), (2.5, -0.6), (3.0, 2.0)),
    Op.IPOW: tuple((x, n) for x in (-1.3, 0.4, 2.1) for n in (2, 3, -1, -4)),
    Op.EXP: _REAL,
    Op.LOG: _POSITIVE,
    Op.EXPM1: _REAL,
    Op.LOG1P: ((-0.7,), (0.01,), (5.0,)),
    Op.SQRT: _POSITIVE,
    Op.SIN: _REAL,
    Op.COS: _REAL,
    Op.TAN: _INSIDE,
    Op.ASIN: _INSIDE,
    Op.ACOS: _INSIDE,
    Op.ATAN: _REAL,
    Op.ATAN2: _PAIRS,
    Op.SINH: _REAL,
    Op.COSH: _REAL,
    Op.TANH: _REAL,
    Op.ERF: _REAL,
    Op.ERFC: _REAL,
    Op.ERFCX: ((-1.3,), (0.4,), (5.0,)),
    Op.LGAMMA: (*_POSITIVE, (-0.6,)),
    Op.POLYGAMMA: tuple((x, n) for x in (0.3, 1.7, 8.0) for n in (0, 1, 2)),
    Op.FADDEEVA_REAL: tuple((*pair, n) for pair in _PLANE for n in range(3)),
    Op.FADDEEVA_IMAG: tuple((*pair, n) for pair in _PLANE for n in range(3)),
    # Beyond the second derivative only where kappa is not small.
    Op.LOG_EMG: (
        *((*pair, 0) for pair in (*_PLANE, (3.0, 1e-7))),
        *((*pair, n) for pair in ((0.7, 1.9), (-1.2, -0.8), (3.0, 1.1)) for n in range(1, 6)),
    ),
    Op.ABS: _REAL,
    Op.FLOOR: _REAL,
    Op.INNER: tuple((*at[: len(held.slots)], held) for held in INNERS for at in _PAIRS),
    Op.CURVE: tuple((x, *(0.4, -1.3)[: len(held.slots)], held) for held in CURVES for x in (-2.3, 0.7)),
    Op.TABLE: tuple((x, table) for x in (-1.3, 0.5, 2.1) for table in TABLES),
    Op.MIN: _PAIRS,
    Op.MAX: _PAIRS,
    Op.SELECT: _PAIRS,
    Op.DETACH: _REAL,
} | dict.fromkeys(sorted(BOOLEAN, key=repr), ())  # fmt: skip


def test_every_operation_has_its_row_and_is_tested() -> None:
    assert set(PARTIALS) == set(POINTS) == set(Op) - LEAVES - {Op.SUM}


def _case(op: Op, point: tuple[Any, ...]) -> tuple[Node, list[Node], dict[str, float], Any]:
    """An operation on parameters, those parameters, their values, and its meaning as a function."""
    payload = point[-1] if op in WITH_ORDER | {Op.IPOW, Op.TABLE, Op.INNER, Op.CURVE} else None
    numbers = point if payload is None else point[:-1]
    leaves = [param(Parameter(f"p{i}", 0.0)) for i in range(len(numbers))]
    values = {f"p{i}": value for i, value in enumerate(numbers)}
    if op is Op.SELECT:
        return intern(op, (less(*leaves), *leaves)), leaves, values, lambda a, b: a if a < b else b
    extra = () if payload is None else (payload,)
    return intern(op, tuple(leaves), payload), leaves, values, lambda *args: EXACT[op](*args, *extra)


def _orders(count: int, *which: int) -> tuple[int, ...]:
    return tuple(which.count(i) for i in range(count))


def _difference(function: Any, values: dict[str, float], *which: int) -> Any:
    """The derivative with respect to the arguments `which`, by differences in many digits."""
    with mp.workdps(60):
        at = tuple(mp.mpf(value) for value in values.values())
        order = _orders(len(at), *which)
        return mp.diff(function, at, order) if len(at) > 1 else mp.diff(function, at[0], order[0])


def _close(found: Node, wanted: Any, values: dict[str, float]) -> bool:
    (value,) = evaluate([found], values)
    return bool(abs(float(value) - float(wanted)) <= 1e-11 * max(1.0, abs(float(wanted))))


@pytest.mark.parametrize("op", POINTS, ids=repr)
def test_first_derivatives(op: Op) -> None:
    for point in POINTS[op]:
        node, leaves, values, function = _case(op, point)
        rows = partials(node)
        assert len(rows) == len(node.args)
        if op is Op.SELECT:
            assert rows[0] is ZERO
            rows = rows[1:]
        for i, partial in enumerate(rows):
            wanted = 0.0 if op is Op.DETACH else _difference(function, values, i)
            assert _close(partial, wanted, values), (point, i, partial)
        assert len(leaves) == len(rows)


@pytest.mark.parametrize("op", sorted(set(POINTS) - BOOLEAN - {Op.SELECT}, key=repr), ids=repr)
def test_second_derivatives(op: Op) -> None:
    for point in POINTS[op]:
        node, leaves, values, function = _case(op, point)
        rows = second_partials(node)
        for i in range(len(leaves)):
            for j in range(i, len(leaves)):
                wanted = 0.0 if op is Op.DETACH else _difference(function, values, i, j)
                assert _close(rows.get((i, j), ZERO), wanted, values), (point, i, j)


@pytest.mark.parametrize("op", sorted(BOOLEAN, key=repr), ids=repr)
def test_conditions_have_no_slope(op: Op) -> None:
    arg = less(Parameter("p0", 0.0), 1.0) if op in (Op.AND, Op.OR, Op.NOT) else param(Parameter("p0", 0.0))
    other = less(Parameter("p1", 0.0), 1.0) if op in (Op.AND, Op.OR) else param(Parameter("p1", 0.0))
    node = intern(op, (arg, other)[: op.arity])
    assert set(partials(node)) == {ZERO}
    assert second_partials(node) == {}


def _partial(node: Node, i: int, **values: float) -> float:
    return float(evaluate([partials(node)[i]], values)[0])


a, b = param(Parameter("a", 1.0)), param(Parameter("b", 1.0))


def test_power_of_zero_has_no_slope_in_its_exponent() -> None:
    node = intern(Op.POW, (a, b))
    assert _partial(node, 1, a=0.0, b=2.5) == 0.0
    second = evaluate(second_partials(node).values(), {"a": 0.0, "b": 2.5})
    assert [float(value) for value in second] == [0.0] * 3


@pytest.mark.parametrize("x", [1.0 - 1e-12, 1e-12 - 1.0])
def test_arcs_keep_their_digits_near_the_ends(x: float) -> None:
    with mp.workdps(40):
        wanted = float(1 / mp.sqrt(1 - mp.mpf(x) ** 2))
    assert _partial(intern(Op.ASIN, (a,)), 0, a=x) == pytest.approx(wanted, rel=1e-14)
    assert _partial(intern(Op.ACOS, (a,)), 0, a=x) == pytest.approx(-wanted, rel=1e-14)


@pytest.mark.parametrize("x", [10.0, 30.0])
def test_scaled_complementary_error_function_far_out(x: float) -> None:
    node = intern(Op.ERFCX, (a,))
    with mp.workdps(40):
        wanted = float(mp.diff(EXACT[Op.ERFCX], mp.mpf(x)))
    assert _partial(node, 0, a=x) == pytest.approx(wanted, rel=1e-12)


def test_kinks_take_one_side() -> None:
    assert _partial(intern(Op.ABS, (a,)), 0, a=0.0) == 0.0
    for op in (Op.MIN, Op.MAX):
        node = intern(op, (a, b))
        assert _partial(node, 0, a=1.0, b=1.0) + _partial(node, 1, a=1.0, b=1.0) == 1.0


def test_a_selection_masks_its_branches() -> None:
    node = intern(Op.SELECT, (less(a, b), a, b))
    assert partials(node) == (ZERO, select(less(a, b), ONE, ZERO), select(less(a, b), ZERO, ONE))


def test_expm1_keeps_its_slope_far_below_zero() -> None:
    assert _partial(intern(Op.EXPM1, (a,)), 0, a=-80.0) == np.exp(-80.0)


def test_the_yardstick_itself() -> None:
    (value,), _ = exact([intern(Op.POW, (a, b))], {"a": 2.0, "b": 3.0})
    assert value == 8

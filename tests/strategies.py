"""Hypothesis strategies for random expressions with every operation, finite at known points.

An expression is drawn as a straight-line program: each step applies an operation to earlier results, so
that parts are shared as in real models. A step is taken only where its arguments are well inside the
domain of the operation at every point, so values and derivatives exist there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from morefit_py.graph import build
from morefit_py.graph.curve import Curve, Grid
from morefit_py.graph.inner import Inner
from morefit_py.graph.meaning import MEANING
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import BOOLEAN, LEAVES, WITH_ORDER, Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.table import Table

T = TypeVar("T")
Values = NDArray[Any]

PARAMETERS = (
    Parameter("a", 0.71, limits=(0.1, 1.2)),
    Parameter("b", 1.37, limits=(0.5, 3.0)),
    Parameter("c", -0.53, limits=(-2.0, 0.9)),
)
OBSERVABLES = (Observable("x", -1.0, 2.0), Observable("y", 0.1, 4.0))
ROWS = 4
CONSTANTS = (0.0, 1.0, -1.0, 2.0, 0.5, -0.75, 3.25)
OPERATIONS = tuple(op for op in Op if op not in LEAVES | {Op.SUM, Op.INNER, Op.CURVE})
WITH_ROWS = (*OPERATIONS, *[Op.INNER] * 3)
_KINKED = {Op.SELECT, Op.ABS, Op.FLOOR, Op.TABLE, Op.MIN, Op.MAX, Op.DETACH}
SMOOTH = tuple(op for op in OPERATIONS if op not in BOOLEAN | _KINKED)

TABLES = (
    Table((-2.0, 0.25, 1.0), (1.5, -0.5)),
    Table((-3.0, -1.0, -0.2, 0.4, 0.9, 2.2, 9.0), (0.3, 2.0, -1.0, 0.7, 1.6, 0.1)),
)

_M, _W = Observable("near.m", -3.0, 3.0), Observable("near.w", 0.0, 1.0)
_NEAR = Axis("near", {"near.m": np.array([-1.5, 0.25, 0.75]), "near.w": np.array([0.5, 0.125, 1.0])})
_P, _Q = build.param(Parameter("slot 0", 0.0)), build.param(Parameter("slot 1", 0.0))
INNERS = (
    Inner(_NEAR, (_P, _Q), _W * build.exp(-0.5 * (_P - _M) ** 2) + build.sin(_Q * _M)),
    Inner(_NEAR, (_P,), build.log(1.5 + _P * _P * _M * _M) * (_M + 2.0)),
)

# Polynomials of the place, which an interpolation by polynomials does not change.
_GRID = Grid(-4.0, 4.0, 17)
CURVES = (
    Curve(_GRID, (_P, _Q), build.exp(0.5 * _P) * _GRID.point**3 + _GRID.point * _P * _Q + build.sin(_Q)),
    Curve(_GRID, (), _GRID.point**5 + _GRID.point),
)

# Drawn more often, because most rules are about them, and a selection needs a condition first.
_FREQUENT = (Op.ADD, Op.MUL, Op.IPOW, Op.LT, Op.LE, Op.SELECT) * 2 + (Op.ADD, Op.MUL, Op.LT) * 2
_LARGEST = 60.0
_MARGIN = 0.05
_EVERYWHERE = (-np.inf, np.inf)
# Where arguments may lie: inside the domain, away from poles, branch points and overflow.
_DOMAIN: dict[Op, tuple[float, float]] = {
    Op.LOG: (_MARGIN, np.inf),
    Op.SQRT: (_MARGIN, np.inf),
    Op.LOG1P: (_MARGIN - 1.0, np.inf),
    Op.ASIN: (-0.9, 0.9),
    Op.ACOS: (-0.9, 0.9),
    Op.TAN: (-1.3, 1.3),
    Op.LGAMMA: (0.2, np.inf),
    Op.POLYGAMMA: (0.2, np.inf),
    Op.EXP: (-4.0, 4.0),
    Op.EXPM1: (-4.0, 4.0),
    Op.SINH: (-4.0, 4.0),
    Op.COSH: (-4.0, 4.0),
    Op.ERFCX: (-1.5, np.inf),
}


def property_test(examples: int) -> settings:
    """Settings of a property test: the same examples everywhere, however slow the machine."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=slow
    )


@dataclass(frozen=True)
class Step:
    """One operation on earlier results, by their position; or a leaf."""

    op: Op
    args: tuple[int, ...] = ()
    payload: Any = None


@dataclass(frozen=True, repr=False)
class Example:
    """A random expression, with the points where it is known to be finite.

    `parameters` are the values of all parameters, `columns` those of all observables in ROWS rows.
    """

    steps: tuple[Step, ...]
    parameters: dict[str, float]
    columns: dict[str, Values]

    def fold(self, make: Callable[[Op, list[T], Any], T]) -> T:
        """The result of the program where `make` applies an operation to what it made before."""
        made: list[T] = []
        for step in self.steps:
            made.append(make(step.op, [made[i] for i in step.args], step.payload))
        return made[-1]

    @property
    def node(self) -> Node:
        """The expression through the smart constructors."""
        return self.fold(build.apply)

    @property
    def raw(self) -> Node:
        """The expression exactly as drawn."""
        return self.fold(lambda op, args, payload: intern(op, tuple(args), payload))

    @property
    def points(self) -> list[dict[str, float]]:
        """One mapping of every name to its value a row."""
        return [
            self.parameters | {name: float(column[i]) for name, column in self.columns.items()}
            for i in range(ROWS)
        ]

    def __repr__(self) -> str:
        lines = [f"{i}: {s.op} {s.args} {s.payload or ''}" for i, s in enumerate(self.steps)]
        return "Example(\n  " + "\n  ".join(lines) + f"\n  {self.parameters} {self.columns})"


@st.composite
def expressions(
    draw: st.DrawFn, max_leaves: int = 12, event: bool = True, operations: tuple[Op, ...] = OPERATIONS
) -> Example:
    """A random expression of up to `max_leaves` operations; of the parameters alone unless `event`."""
    fraction = st.integers(1, 97).map(lambda k: k / 98.0)
    parameters = {p.name: p.low + (p.high - p.low) * draw(fraction) for p in PARAMETERS}
    columns = {o.name: np.array([o.low + o.width * draw(fraction) for _ in range(ROWS)]) for o in OBSERVABLES}
    program = _Program()
    for parameter in PARAMETERS:
        program.leaf(Op.PARAM, parameter, np.full(ROWS, parameters[parameter.name]))
    if event:
        for observable in OBSERVABLES:
            program.leaf(Op.COLUMN, observable, columns[observable.name])
    for value in CONSTANTS:
        program.leaf(Op.CONST, value, np.full(ROWS, value))
    weighted = operations + tuple(op for op in _FREQUENT if op in operations)
    pick = st.tuples(st.sampled_from(weighted), *[st.integers(0, 40)] * 4)
    for op, i, j, k, n in draw(st.lists(pick, min_size=1, max_size=max_leaves)):
        program.apply(op, (i, j, k), n)
    program.join()
    return Example(program.used(), parameters, columns)


class _Program:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.values: list[Values] = []
        self.numbers: list[int] = []
        self.conditions: list[int] = []

    def leaf(self, op: Op, payload: Any, values: Values) -> None:
        self._append(Step(op, (), payload), values)

    def _append(self, step: Step, values: Values) -> int:
        self.steps.append(step)
        self.values.append(values)
        (self.conditions if step.op in BOOLEAN else self.numbers).append(len(self.steps) - 1)
        return len(self.steps) - 1

    def _number(self, i: int) -> int:
        # Recent results first, so that shrinking towards zero keeps the program deep and short.
        return self.numbers[-1 - i % len(self.numbers)]

    def _condition(self, i: int) -> int | None:
        return self.conditions[-1 - i % len(self.conditions)] if self.conditions else None

    def apply(self, op: Op, picks: tuple[int, int, int], n: int) -> None:
        """Append a step if it is safe, moving a single argument into the domain where that helps."""
        payload: int | Table | Inner | None = None
        if op is Op.IPOW:
            payload = (2, -1, 3, -2, 4, -3)[n % 6]
        elif op in WITH_ORDER:
            payload = n % 3
        elif op is Op.TABLE:
            payload = TABLES[n % len(TABLES)]
        elif op is Op.INNER:
            payload = INNERS[n % len(INNERS)]
        args = self._arguments(op, picks, len(payload.slots) if isinstance(payload, Inner) else op.arity)
        if args is None:
            return
        low, high = _DOMAIN.get(op, _EVERYWHERE)
        if len(args) == 1 and op not in BOOLEAN:
            value = self.values[args[0]]
            if not (np.all(value > low) and np.all(value < high)):
                args = (self._squeeze(args[0], low, high),)
        if not self._is_safe(op, [self.values[i] for i in args], payload):
            return
        extra = () if payload is None else (payload,)
        with np.errstate(all="ignore"):
            result = np.asarray(MEANING[op](*(self.values[i] for i in args), *extra))
        if op in BOOLEAN or (np.all(np.isfinite(result)) and np.max(np.abs(result)) < _LARGEST):
            self._append(Step(op, args, payload), result)

    def join(self) -> None:
        """Combine all results that nothing uses, so that the whole program counts."""
        used = {i for step in self.steps for i in step.args}
        spare = [i for i in self.numbers if i not in used and self.steps[i].args]
        for turn, i in enumerate(spare[:-1]):
            self._combine(Op.MUL if turn % 2 else Op.ADD, self.numbers[-1], i)

    def _combine(self, op: Op, a: int, b: int) -> None:
        result = np.asarray(MEANING[op](self.values[a], self.values[b]))
        if np.max(np.abs(result)) < _LARGEST:
            self._append(Step(op, (a, b)), result)

    def _arguments(self, op: Op, picks: tuple[int, int, int], count: int) -> tuple[int, ...] | None:
        if op in (Op.AND, Op.OR, Op.NOT):
            found = [self._condition(i) for i in picks[:count]]
        elif op is Op.SELECT:
            found = [self._condition(picks[0]), self._number(picks[1]), self._number(picks[2])]
        else:
            found = [self._number(i) for i in picks[:count]]
        return None if None in found else tuple(i for i in found if i is not None)

    def _squeeze(self, i: int, low: float, high: float) -> int:
        """middle + half * sin(value), inside [low, high]."""
        top = high if np.isfinite(high) else low + 3.0
        middle, half = (low + top) / 2.0, 0.45 * (top - low)
        sine = self._append(Step(Op.SIN, (i,)), np.sin(self.values[i]))
        scale = self._append(Step(Op.CONST, (), half), np.full(ROWS, half))
        scaled = self._append(Step(Op.MUL, (scale, sine)), half * self.values[sine])
        shift = self._append(Step(Op.CONST, (), middle), np.full(ROWS, middle))
        return self._append(Step(Op.ADD, (shift, scaled)), middle + self.values[scaled])

    @staticmethod
    def _is_safe(op: Op, values: list[Values], payload: int | Table | Inner | None) -> bool:
        if op in (Op.LT, Op.LE, Op.EQ, Op.MIN, Op.MAX):
            # At a tie the derivative, and with rounding even the choice, would be arbitrary.
            return bool(np.all(np.abs(values[0] - values[1]) > 1e-3))
        if op is Op.ABS:
            return bool(np.all(np.abs(values[0]) > 1e-3))
        if op is Op.FLOOR:
            return bool(np.all(np.abs(values[0] - np.round(values[0])) > 1e-3))
        if op is Op.TABLE and isinstance(payload, Table):
            return bool(np.all(np.abs(values[0][:, None] - payload.edges) > 1e-3))
        if op is Op.IPOW and isinstance(payload, int) and payload < 0:
            return bool(np.all(np.abs(values[0]) > _MARGIN))
        if op is Op.POW:
            return bool(np.all(values[0] > _MARGIN) and np.all(np.abs(values[1]) < 4.0))
        if op in (Op.FADDEEVA_REAL, Op.FADDEEVA_IMAG):
            return bool(np.all(values[1] > -1.5))
        if op is Op.LOG_EMG:
            return bool(np.all(np.abs(values[1]) > 0.3))
        if op is Op.ATAN2:
            return bool(np.all(np.hypot(*values) > _MARGIN))
        return True

    def used(self) -> tuple[Step, ...]:
        """The steps that the last number needs, renumbered."""
        last = self.numbers[-1]
        needed, stack = {last}, [last]
        while stack:
            for i in self.steps[stack.pop()].args:
                if i not in needed:
                    needed.add(i)
                    stack.append(i)
        order = sorted(needed)
        place = {old: new for new, old in enumerate(order)}
        return tuple(
            Step(self.steps[i].op, tuple(place[j] for j in self.steps[i].args), self.steps[i].payload)
            for i in order
        )

"""Gradients and Hessians of random expressions against differences in many digits, and against SymPy."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import mpmath as mp
import pytest
import sympy as sp
from hypothesis import given

from morefit_py.graph.build import ZERO, param, total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis
from morefit_py.graph.sympy_bridge import to_sympy
from morefit_py.passes.differentiate import derivatives
from tests.exact import exact
from tests.strategies import PARAMETERS, SMOOTH, WITH_ROWS, Example, expressions, property_test

LEAVES = [param(parameter) for parameter in PARAMETERS]
NAMES = [parameter.name for parameter in PARAMETERS]
PAIRS = list(combinations_with_replacement(range(len(NAMES)), 2))
EVENTS = Axis("events")

# Differences see through `detach`, derivatives by definition do not.
_DIFFERENTIABLE = tuple(op for op in WITH_ROWS if op is not Op.DETACH)
_DIGITS = 70
_STEP = mp.mpf("1e-18")


def _differences(node: Node, point: dict[str, Any]) -> tuple[list[Any], dict[tuple[int, int], Any]]:
    """Gradient and Hessian of an expression at a point, by central differences in many digits."""

    def at(*shifts: tuple[int, int]) -> Any:
        moved: dict[str, Any] = dict(point)
        for i, sign in shifts:
            moved[NAMES[i]] = mp.mpf(moved[NAMES[i]]) + sign * _STEP
        return exact([node], moved, _DIGITS)[0][0]

    with mp.workdps(_DIGITS):
        middle = at()
        sides = [(at((i, 1)), at((i, -1))) for i in range(len(NAMES))]
        first = [(up - down) / (2 * _STEP) for up, down in sides]
        second = {}
        for i, j in PAIRS:
            if i == j:
                second[i, j] = (sides[i][0] - 2 * middle + sides[i][1]) / _STEP**2
            else:
                corners = [a * b * at((i, a), (j, b)) for a in (1, -1) for b in (1, -1)]
                second[i, j] = sum(corners) / (4 * _STEP**2)
    return first, second


def _agree(found: list[Node], wanted: list[Any], point: dict[str, float]) -> None:
    values, largest = exact(found, point, _DIGITS)
    for node, value, target in zip(found, values, wanted, strict=True):
        assert abs(value - target) <= 1e-13 * largest, (node, value, target)


@pytest.mark.parametrize("method", ["reverse", "forward"])
@property_test(150)
@given(expressions(max_leaves=12, operations=_DIFFERENTIABLE))
def test_derivatives_against_differences(method: str, example: Example) -> None:
    found = derivatives(example.node, LEAVES, 2, method)
    entries = [*found.gradient, *(found.hessian.get(pair, ZERO) for pair in PAIRS)]
    for point in example.points[:2]:
        first, second = _differences(example.raw, point)
        _agree(entries, [*first, *(second[pair] for pair in PAIRS)], point)


@property_test(40)
@given(expressions(max_leaves=8, event=False, operations=SMOOTH))
def test_derivatives_against_sympy(example: Example) -> None:
    expression = to_sympy(example.raw)
    found = derivatives(example.node, LEAVES, 2)
    point = example.points[0]
    values = {sp.Symbol(name, real=True): sp.Float(value, 40) for name, value in point.items()}
    symbols = [sp.Symbol(name, real=True) for name in NAMES]
    wanted = [sp.diff(expression, symbol) for symbol in symbols]
    wanted += [sp.diff(expression, symbols[i], symbols[j]) for i, j in PAIRS]
    numbers = [mp.mpf(str(sp.N(entry.subs(values), 30))) for entry in wanted]
    _agree([*found.gradient, *(found.hessian.get(pair, ZERO) for pair in PAIRS)], numbers, point)


@pytest.mark.parametrize("method", ["reverse", "forward"])
@pytest.mark.parametrize("interface", [True, False])
@property_test(40)
@given(expressions(max_leaves=12, operations=_DIFFERENTIABLE))
def test_derivatives_of_sums_over_events(method: str, interface: bool, example: Example) -> None:
    found = derivatives(total(EVENTS, example.node), LEAVES, 2, method, interface)
    entries = [*found.gradient, *(found.hessian.get(pair, ZERO) for pair in PAIRS)]
    values = evaluate(entries, example.parameters, {"events": example.columns})
    rows = [_differences(example.raw, point) for point in example.points]
    sums = [sum(first[i] for first, _ in rows) for i in range(len(NAMES))]
    sums += [sum(second[pair] for _, second in rows) for pair in PAIRS]
    local = derivatives(example.node, LEAVES, 2, method)
    parts = [*local.gradient, *local.hessian.values(), example.node]
    scale = max(float(exact(parts, point)[1]) for point in example.points)
    for entry, value, wanted in zip(entries, values, sums, strict=True):
        assert abs(float(value) - float(wanted)) <= 1e-12 * scale**2, entry

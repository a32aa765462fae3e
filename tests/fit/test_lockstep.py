"""Searches in lockstep take the steps that each takes alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from morefit_py.fit import lockstep
from morefit_py.fit.descent import Descent, descend
from morefit_py.fit.lockstep import descend_together

Array = NDArray[np.float64]
One = Callable[[Array], tuple[float, Array, Array]]
TOL = 1e-10


def valley(a: float) -> One:
    """Rosenbrock's, of curvature a."""

    def of(x: Array) -> tuple[float, Array, Array]:
        u, v = x
        gap = v - u * u
        value = (1.0 - u) ** 2 + a * gap**2
        slope = np.array([-2.0 * (1.0 - u) - 4.0 * a * u * gap, 2.0 * a * gap])
        bend = np.array([[2.0 - 4.0 * a * gap + 8.0 * a * u * u, -4.0 * a * u], [-4.0 * a * u, 2.0 * a]])
        return value, slope, bend

    return of


def bowl(centre: float) -> One:
    """A quartic bowl around (centre, 2 centre), with a coupling."""

    def of(x: Array) -> tuple[float, Array, Array]:
        u, v = x[0] - centre, x[1] - 2.0 * centre
        value = u**4 + u * u + v * v + 0.5 * u * v
        slope = np.array([4.0 * u**3 + 2.0 * u + 0.5 * v, 2.0 * v + 0.5 * u])
        return value, slope, np.array([[12.0 * u * u + 2.0, 0.5], [0.5, 2.0]])

    return of


def saddle(depth: float) -> One:
    """Two minima at u = +-1 with a saddle between them."""

    def of(x: Array) -> tuple[float, Array, Array]:
        u, v = x
        value = depth * (u * u - 1.0) ** 2 + v * v
        slope = np.array([4.0 * depth * u * (u * u - 1.0), 2.0 * v])
        return value, slope, np.diag([depth * (12.0 * u * u - 4.0), 2.0])

    return of


def trench(unused: float) -> One:
    """Nothing depends on the second variable."""

    def of(x: Array) -> tuple[float, Array, Array]:
        return x[0] ** 2, np.array([2.0 * x[0], 0.0]), np.diag([2.0, 0.0])

    return of


def cliff(edge: float) -> One:
    """-log(u - edge) + u: not there at u <= edge."""

    def of(x: Array) -> tuple[float, Array, Array]:
        with np.errstate(all="ignore"):
            gap = x[0] - edge
            value = -np.log(gap) + gap + x[1] ** 2
            return value, np.array([1.0 - 1.0 / gap, 2.0 * x[1]]), np.diag([1.0 / gap**2, 2.0])

    return of


NOWHERE = (np.full(2, -np.inf), np.full(2, np.inf))
CASES: dict[str, tuple[list[One], list[list[float]], tuple[Array, Array]]] = {
    "valleys": ([valley(a) for a in (1.0, 10.0, 100.0)], [[-1.2, 1.0], [0.5, 2.0], [-1.2, 1.0]], NOWHERE),
    "bowls": (
        [bowl(c) for c in (0.0, 1.0, -3.0, 7.0)],
        [[5.0, 5.0], [1.0, 2.0], [4.0, 0.0], [0.0, 0.0]],
        NOWHERE,
    ),
    "limits": (
        [bowl(c) for c in (0.0, 1.0, 5.0, -5.0)],
        [[0.5, 0.5], [0.0, 0.0], [1.0, 1.0], [-1.0, -1.0]],
        (np.array([-2.0, -2.0]), np.array([2.0, 2.0])),
    ),
    "saddles": ([saddle(d) for d in (1.0, 5.0)], [[0.1, 1.0], [-0.01, 0.3]], NOWHERE),
    "trenches": ([trench(0.0), bowl(1.0)], [[3.0, 1.0], [3.0, 1.0]], NOWHERE),
    "cliffs": ([cliff(e) for e in (0.0, 0.5)], [[4.0, 1.0], [0.6, -2.0]], NOWHERE),
}  # fmt: skip


def alone(of: One, start: Array, low: Array, high: Array) -> tuple[Descent, list[Array]]:
    offset = of(start)[0]
    points = [start]

    def at(x: Array) -> tuple[float, Array, Array]:
        value, slope, bend = of(x)
        return value - offset, slope, bend

    search = descend(start, at(start), low, high, TOL, offset)
    try:
        trial = next(search)
        while True:
            points.append(trial)
            trial = search.send(at(trial))
    except StopIteration as end:
        return end.value, points


def together(problems: list[One], starts: Array, low: Array, high: Array, **more: Any) -> Any:
    seen: list[list[Array]] = [[] for _ in problems]

    def evaluate(x: Array, sets: NDArray[np.intp]) -> tuple[Array, Array, Array]:
        found = [problems[i](row) for i, row in zip(sets.tolist(), x, strict=True)]
        for i, row in zip(sets.tolist(), x, strict=True):
            seen[i].append(row.copy())
        values, slopes, bends = zip(*found, strict=True)
        return np.array(values), np.array(slopes), np.array(bends)

    return descend_together(evaluate, starts, low, high, TOL, **({"budget": 500} | more)), seen


@pytest.mark.parametrize("case", CASES)
def test_every_search_goes_its_own_way(case: str) -> None:
    problems, starts, (low, high) = CASES[case]
    ends, seen = together(problems, np.array(starts), low, high)
    for i, of in enumerate(problems):
        single, points = alone(of, np.array(starts[i]), low, high)
        assert bool(ends.converged[i]) == single.converged
        assert ends.evaluations[i] == len(points)
        np.testing.assert_allclose(seen[i], points, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(ends.x[i], single.x, rtol=1e-9, atol=1e-12)
        value, slope, bend = of(ends.x[i])
        # The value at the start is taken off on the way.
        rounding = 1e-15 * abs(of(np.array(starts[i]))[0])
        assert ends.value[i] == pytest.approx(value, rel=1e-14, abs=rounding + 1e-15)
        assert np.array_equal(ends.gradient[i], slope)
        assert np.array_equal(ends.hessian[i], bend)


def test_what_ends_is_evaluated_no_more() -> None:
    _, seen = together([bowl(0.0), valley(100.0)], np.array([[0.0, 0.0], [-1.2, 1.0]]), *NOWHERE)
    assert len(seen[0]) == 1
    assert len(seen[1]) > 10


def test_the_budget_ends_a_search() -> None:
    ends, _ = together([valley(100.0), bowl(0.0)], np.array([[-1.2, 1.0], [0.1, 0.1]]), *NOWHERE, budget=6)
    assert ends.evaluations[0] == 6
    assert ends.converged.tolist() == [False, True]
    assert lockstep.MESSAGES[ends.why[0]] == "the limit of evaluations was reached"


def test_a_start_that_is_not_finite_is_an_end() -> None:
    ends, _ = together([cliff(2.0), cliff(0.0)], np.array([[1.0, 0.0], [2.0, 0.5]]), *NOWHERE)
    assert ends.converged.tolist() == [False, True]
    assert ends.why[0] == lockstep.UNSTARTED
    assert ends.evaluations[0] == 1

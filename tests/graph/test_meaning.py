"""The NumPy meaning of every operation against mpmath, and the evaluation of whole graphs."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given

from morefit_py.errors import GraphError
from morefit_py.graph import meaning
from morefit_py.graph.build import add, exp, less, mul, select, sin, total
from morefit_py.graph.meaning import MEANING, evaluate
from morefit_py.graph.node import intern
from morefit_py.graph.op import LEAVES, Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from tests.exact import EXACT, exact
from tests.strategies import CURVES, INNERS, TABLES, WITH_ROWS, Example, expressions, property_test

_WIDE = (-1e300, -12.5, -1.0, -1e-300, 0.0, 1e-300, 1e-9, 0.7, 1.0, 3.0, 1e10)
_ANGLES = (-10.0, -1.5707963, 1e-300, 1e-8, 0.7, 3.1415926, 22.0, 1e6, 1e15)
_UNIT = (-1.0, -0.999999, -0.3, -1e-9, 0.0, 1e-300, 0.5, 1.0 - 1e-15, 1.0)
_GAMMA = (1e-300, 1e-10, 0.1, 0.5, 0.99, 1.5, 1.9, 3.0, 10.0, 1e5, 1e300, -0.5, -1.5, -10.3, -100.7)
_PAIRS = ((0.0, 0.0), (1.0, 2.0), (-3.5, 2.25), (1e300, 1e-300), (2.0, 2.0))
_PLANE = (
    (0.3, 0.0),
    (-2.5, 1e-9),
    (1e-3, 0.4),
    (4.0, 3.0),
    (-9.0, 1e-30),
    (1e5, 7.0),
    (0.8, -1.7),
    (-3.0, -4.0),
)
_TAILS = (
    (0.3, 0.0),
    (-2.5, 1e-9),
    (1e-3, 0.4),
    (4.0, 3.0),
    (-9.0, 1e-30),
    (0.8, -1.7),
    (-30.0, -0.05),
    (-40.0, 5.0),
    (2.0, 1.1),
)
_TRUTHS = ((True, True), (True, False), (False, True), (False, False))

# Arguments of every operation, edge cases included; the payload last where there is one.
POINTS: dict[Op, list[tuple[object, ...]]] = {
    Op.ADD: [*_PAIRS, (1.0, 1e-20)],
    Op.MUL: [*_PAIRS, (1e-200, 1e-100)],
    Op.POW: [(0.0, 0.0), (0.0, 2.5), (2.0, 0.5), (1e-300, 0.1), (1e10, -3.5), (-2.0, 3.0), (0.999999, 1e7)],
    Op.EXP: [(x,) for x in (-700.0, -1.0, -1e-300, 0.0, 1e-10, 1.0, 700.0)],
    Op.LOG: [(x,) for x in (5e-324, 1e-300, 0.5, 1 - 1e-15, 1 + 1e-15, 1e300)],
    Op.EXPM1: [(x,) for x in (-50.0, -1e-300, 1e-17, -1e-17, 1e-5, 0.5, 700.0)],
    Op.LOG1P: [(x,) for x in (-1e-300, 1e-17, -1e-17, 1e-5, -0.999999, 1e10, 1e300)],
    Op.SQRT: [(x,) for x in (0.0, 5e-324, 1e-300, 2.0, 1e300)],
    Op.SIN: [(x,) for x in _ANGLES],
    Op.COS: [(x,) for x in _ANGLES],
    Op.TAN: [(x,) for x in _ANGLES],
    Op.ASIN: [(x,) for x in _UNIT],
    Op.ACOS: [(x,) for x in _UNIT],
    Op.ATAN: [(x,) for x in _WIDE],
    Op.ATAN2: [(1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1e-300, 1.0), (1.0, 0.0), (0.0, -1.0), (1e9, 1e300)],
    Op.SINH: [(x,) for x in (-700.0, -1e-9, 1e-300, 0.5, 20.0)],
    Op.COSH: [(x,) for x in (-5.0, 0.0, 1e-9, 700.0)],
    Op.TANH: [(x,) for x in (-3.0, 1e-300, 1e-5, 0.5, 20.0, 1e300)],
    Op.ERF: [(x,) for x in (-1.0, 1e-300, 1e-9, 0.3, 2.5, 6.0)],
    Op.ERFC: [(x,) for x in (-6.0, -1.0, 0.0, 1e-10, 1.0, 5.0, 20.0, 26.0)],
    Op.ERFCX: [(x,) for x in (-26.0, -5.0, -1.0, 0.0, 1e-9, 1.0, 10.0, 50.0, 1e3, 1e6, 1e150, 1e300)],
    Op.LGAMMA: [(x,) for x in _GAMMA],
    Op.POLYGAMMA: [(x, n) for n in range(4) for x in (1e-6, 0.1, 1.46, 3.0, 100.0, 1e5, -0.5, -1.5, -10.3)],
    Op.TABLE: [(x, t) for t in TABLES for x in (-1e300, -3.0, -2.0, 0.25, 0.24, 0.4, 0.5, 1.0, 2.2, 9.0)],
    Op.FADDEEVA_REAL: [(x, y, n) for n in range(3) for x, y in _PLANE],
    Op.FADDEEVA_IMAG: [(x, y, n) for n in range(3) for x, y in _PLANE],
    Op.LOG_EMG: [(u, kappa, n) for n in range(6) for u, kappa in _TAILS],
    Op.INNER: [(*at[: len(held.slots)], held) for held in INNERS for at in ((-1.3, 0.4), (2.0, -3.0))],
    Op.CURVE: [(x, *(0.4, -1.3)[: len(held.slots)], held) for held in CURVES for x in (-4.0, 0.3, 3.77)],
    Op.IPOW: [(x, n) for n in (2, 3, -1, -2, -3, 7, 64) for x in (-1.5, 0.3, 1e-4, 2.5, 1e4)],
    Op.ABS: [(x,) for x in _WIDE],
    Op.FLOOR: [(x,) for x in (*_WIDE, -0.5, 2.9999999999999996, 1e15 + 0.5)],
    Op.MIN: list(_PAIRS),
    Op.MAX: list(_PAIRS),
    Op.LT: list(_PAIRS),
    Op.LE: list(_PAIRS),
    Op.EQ: list(_PAIRS),
    Op.AND: list(_TRUTHS),
    Op.OR: list(_TRUTHS),
    Op.NOT: [(True,), (False,)],
    Op.SELECT: [(True, 1.0, np.inf), (False, np.nan, 2.0)],
    Op.DETACH: [(x,) for x in _WIDE],
}  # fmt: skip

# What SciPy promises of its function, and sums over a stencil keep; 1e-14 elsewhere.
_DIGITS = dict.fromkeys((Op.FADDEEVA_REAL, Op.FADDEEVA_IMAG, Op.LOG_EMG, Op.CURVE), 1e-13)

x = Observable("x", 0.0, 10.0)
a, b = Parameter("a", 1.0), Parameter("b", 2.0)


def test_every_operation_has_a_meaning_and_is_tested() -> None:
    assert set(MEANING) == set(POINTS) == set(EXACT) == set(Op) - LEAVES - {Op.SUM}


@pytest.mark.parametrize("op", POINTS, ids=repr)
def test_meaning_is_exact_to_rounding(op: Op) -> None:
    for point in POINTS[op]:
        with np.errstate(all="ignore"):
            found = MEANING[op](*(np.float64(v) if isinstance(v, float) else v for v in point))
        with mp.workdps(60):
            wanted = EXACT[op](*(mp.mpf(v) if isinstance(v, float) else v for v in point))
            if isinstance(wanted, bool):
                assert bool(found) is wanted
            else:
                most = _DIGITS.get(op, 1e-14) * abs(wanted)
                assert abs(mp.mpf(float(found)) - wanted) <= most, (point, found, wanted)


@pytest.mark.parametrize("value", [1.0 + 1e-8, 1.9999, 2.0001])
def test_log_gamma_near_its_zeros_is_exact_to_rounding_of_one(value: float) -> None:
    assert abs(float(MEANING[Op.LGAMMA](value)) - float(mp.loggamma(value))) < 1e-15


@pytest.mark.parametrize(
    ("op", "args", "wanted"),
    [
        (Op.LOG, (0.0,), -np.inf),
        (Op.LOG, (-1.0,), np.nan),
        (Op.SQRT, (-1.0,), np.nan),
        (Op.POW, (-8.0, 1.0 / 3.0), np.nan),
        (Op.POW, (0.0, -1.0), np.inf),
        (Op.IPOW, (0.0, -1), np.inf),
        (Op.ERFC, (40.0,), 0.0),
        (Op.ERFCX, (np.inf,), 0.0),
        (Op.LGAMMA, (0.0,), np.inf),
        (Op.LGAMMA, (-3.0,), np.inf),
        (Op.POLYGAMMA, (0.0, 1), np.inf),
        (Op.TABLE, (np.nan, TABLES[0]), np.nan),
        (Op.TABLE, (np.inf, TABLES[0]), -0.5),
        (Op.MIN, (np.nan, 1.0), 1.0),
        (Op.MAX, (1.0, np.nan), np.nan),
    ],
    ids=str,
)
def test_meaning_at_the_edge_of_the_domain(op: Op, args: tuple[float, ...], wanted: float) -> None:
    with np.errstate(all="ignore"):
        assert np.array_equal(MEANING[op](*args), wanted, equal_nan=True)


@property_test(150)
@given(expressions(operations=WITH_ROWS))
def test_evaluation_agrees_with_mpmath(example: Example) -> None:
    (found,) = evaluate([example.raw], example.parameters, {"": example.columns})
    rows = np.broadcast_to(found, (len(example.points),))
    for value, point in zip(rows, example.points, strict=True):
        (wanted,), largest = exact([example.raw], point)
        assert abs(value - float(wanted)) <= 1e-11 * float(largest) ** 2


def test_sums_run_over_the_rows_of_their_axis() -> None:
    events, fixed = Axis("events"), Axis("nodes", {"x": np.array([1.0, 2.0])})
    root = total(events, mul(a, x)) * total(fixed, x**2) + total(events, mul(b, 1.0))
    data = {"events": {"x": np.array([1.0, 2.0, 4.0])}}
    assert evaluate([root], {"a": 2.0, "b": 0.5}, data)[0] == 2.0 * 7.0 * 5.0 + 1.5


@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 35])
def test_sums_in_blocks(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "BLOCK", 10)
    values = np.random.default_rng(1).normal(size=rows)
    x, a = Observable("x", -9.0, 9.0), Parameter("a", 1.0)
    sums = [total(Axis("data"), exp(mul(a, x))), total(Axis("data"), 2.0), mul(a, total(Axis("data"), x))]
    seen: list[tuple[str, int, int]] = []
    columns = {"data": {"x": values}}
    found = evaluate(sums, {"a": 0.7}, columns, done=lambda *block: seen.append(block))
    expected = [np.sum(np.exp(0.7 * values)), 2.0 * rows, 0.7 * np.sum(values)]
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-14)
    assert seen == [("data", begin, min(begin + 10, rows)) for begin in range(0, max(rows, 1), 10)]
    many = evaluate(sums, {"a": np.array([[0.7], [1.4]])}, columns)
    assert np.shape(many[0]) == (2, 1)
    np.testing.assert_allclose(many[0][0, 0], expected[0], rtol=1e-14, atol=1e-14)


def test_sums_of_blocks_that_are_not_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "BLOCK", 1)
    x = Observable("x", -9.0, 9.0)

    def found(*values: float) -> float:
        (sum_,) = evaluate([total(Axis("data"), x)], {}, {"data": {"x": np.array(values)}})
        return float(sum_)

    assert found(1.0, np.inf, 2.0) == np.inf
    assert np.isnan(found(np.inf, -np.inf, 1.0))
    assert np.isnan(found(1.0, np.nan))
    assert found(1e308, 1e308) == np.inf
    # A plain sum would lose the small ones.
    assert found(1e16, 1.0, 1.0, -1e16) == 2.0


def test_axes_of_one_name_with_different_rows_stay_apart() -> None:
    short, long = (Axis("nodes", {"x": np.arange(n, dtype=float)}) for n in (2, 4))
    assert evaluate([total(short, x) - total(long, x)], {})[0] == 1.0 - 6.0


def test_sums_within_sums() -> None:
    inner, outer = Axis("inner", {"x": np.array([1.0, 3.0])}), Axis("outer", {"x": np.array([2.0, 5.0])})
    root = intern(Op.SUM, (mul(x, total(inner, sin(mul(a, x)))),), outer)
    assert evaluate([root], {"a": 1.0})[0] == pytest.approx(7.0 * (np.sin(1.0) + np.sin(3.0)), rel=1e-15)


def test_many_points_at_once() -> None:
    fixed = Axis("nodes", {"x": np.array([0.5, 1.5])})
    many = np.array([[1.0], [2.0], [3.0]])
    value = evaluate([add(total(fixed, exp(mul(a, x))), mul(a, x))], {"a": many}, {"": {"x": np.arange(4.0)}})
    wanted = np.exp(0.5 * many) + np.exp(1.5 * many) + many * np.arange(4.0)
    np.testing.assert_allclose(value[0], wanted, rtol=1e-14)


def test_results_used_twice_and_roots_that_are_arguments() -> None:
    inner = sin(a.node)
    square = intern(Op.MUL, (inner, inner))
    values = evaluate([inner, square, inner, a.node], {"a": 0.5})
    assert values == [np.sin(0.5), np.sin(0.5) ** 2, np.sin(0.5), 0.5]


def test_no_warning_where_a_branch_is_not_finite() -> None:
    (value,) = evaluate([select(less(0.0, x), exp(1000.0 * x), 0.0)], {}, {"": {"x": np.array([-1.0, 1.0])}})
    assert list(value) == [0.0, np.inf]


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (a.node, "parameter 'a'"),
        (x.node, "column 'x'"),
        (total(Axis("events"), x), "axis 'events'"),
    ],
    ids=["parameter", "column", "axis"],
)
def test_what_is_missing_is_named(root: object, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        evaluate([root], {})  # type: ignore[list-item]

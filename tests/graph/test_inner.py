"""Sums over rows for every event: their values, what leaves them, and that the rows stay inside."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gaussian_kde

from morefit_py.errors import GraphError
from morefit_py.graph import inner as module
from morefit_py.graph.bounds import bounds
from morefit_py.graph.build import (
    ONE,
    ZERO,
    Node,
    apply,
    column,
    const,
    cos,
    exp,
    inner,
    log,
    mul,
    param,
    rebuild,
    select,
    sin,
    total,
)
from morefit_py.graph.derivative import partials
from morefit_py.graph.formula import formula
from morefit_py.graph.inner import MOST_ROWS, Inner, axes_of
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import intern, leaves, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.sympy_bridge import to_sympy
from morefit_py.graph.text import digest, read, write

x, y = Observable("x", -2.0, 2.0), Observable("y", 0.0, 1.0)
a, b = Parameter("a", 0.5, limits=(0.1, 2.0)), Parameter("b", 1.0)
CENTRES, WEIGHTS = np.array([-1.0, 0.25, 1.5]), np.array([0.5, 2.0, 1.0])
AXIS = Axis("k", {"k.m": CENTRES, "k.w": WEIGHTS})
m, w = Observable("k.m", -2.0, 2.0), Observable("k.w", 0.0, 3.0)
BOUND = {"k.m", "k.w"}


def inners(root: Node) -> list[Node]:
    return [node for node in walk([root]) if node.op is Op.INNER]


def test_a_kernel_density_is_that_of_scipy() -> None:
    centres, rows = np.random.default_rng(1).normal(size=(2, 40))
    axis = Axis("kde", {"kde.m": centres})
    known = gaussian_kde(centres)
    h = known.covariance[0, 0] ** 0.5
    kernel = exp(-0.5 * ((x - Observable("kde.m", -9.0, 9.0)) / a) ** 2) / a
    (found,) = evaluate([inner(axis, kernel) / (40 * np.sqrt(2 * np.pi))], {"a": h}, {"": {"x": rows}})
    np.testing.assert_allclose(found, known(rows), rtol=1e-13)


def test_the_rows_are_summed_for_every_event_and_point() -> None:
    root = inner(AXIS, w * exp(-a * (x - m) ** 2) + sin(m * y))
    at = {"x": np.linspace(-2.0, 2.0, 5), "y": np.linspace(0.0, 1.0, 5)}
    points = np.array([[0.3], [0.7]])
    (found,) = evaluate([root], {"a": points}, {"": at})
    d = at["x"][:, None] - CENTRES
    wanted = [
        (WEIGHTS * np.exp(-p * d**2) + np.sin(CENTRES * at["y"][:, None])).sum(axis=1) for p in points[:, 0]
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-14)


def test_many_values_are_computed_a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    root = inner(AXIS, exp(-a * (x - m) ** 2))
    rows = {"": {"x": np.linspace(-2.0, 2.0, 50)}}
    (whole,) = evaluate([root], {"a": 0.7}, rows)
    for block in (1, 3, 7, 150, 151):
        monkeypatch.setattr(module, "_BLOCK", block)
        assert np.array_equal(evaluate([root], {"a": 0.7}, rows)[0], whole)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (inner(AXIS, ZERO), ZERO),
        (inner(AXIS, x * a), 3.0 * (x * a)),
        (inner(AXIS, 2.0), const(6.0)),
        (inner(AXIS, 2.0 * a * x * cos(m * y)), 2.0 * a * (x * inner(AXIS, cos(m * y)))),
        (inner(AXIS, exp(a * m)), total(AXIS, exp(a * m))),
        (inner(AXIS, a * exp(m)), a * total(AXIS, exp(m))),
        (inner(AXIS, x * exp(m * a)), x * total(AXIS, exp(m * a))),
        (inner(AXIS, x * y * m), x * y * total(AXIS, m)),
        (inner(AXIS, (m < x) & (x < 1.0)), inner(AXIS, select((m < x) & (x < 1.0), 1.0, 0.0))),
    ],
    ids=str,
)
def test_what_does_not_depend_on_the_rows_leaves_the_sum(found: Node, wanted: Node) -> None:
    assert found is wanted


def test_the_largest_values_that_do_not_depend_on_the_rows_enter() -> None:
    (node,) = inners(inner(AXIS, exp(-0.5 * ((x * y - m - a) / b) ** 2)))
    assert set(node.args) == {x * y - a, mul(-0.5, b**-2.0)}
    assert not BOUND & {leaf.column.name for leaf in leaves([node], Op.COLUMN)}
    assert {leaf.column.name for leaf in leaves([node.inner.term], Op.COLUMN)} == {"k.m"}
    assert all(part.op in (Op.COLUMN, Op.CONST) or part.args or part in node.inner.slots
               for part in walk([node.inner.term]))  # fmt: skip


def test_its_stage_is_that_of_what_enters() -> None:
    assert inner(AXIS, exp(m * x)).stage == Stage.DATASET
    assert inner(AXIS, exp(m * x * a)).stage == Stage.EVENT
    assert inner(AXIS, exp(m * x + m * m * a)).stage == Stage.EVENT
    assert inner(AXIS, exp(m * a)).stage == Stage.CALL


def test_equal_sums_are_one_node() -> None:
    root = inner(AXIS, exp(m * x) * w)
    assert inner(Axis("k", {"k.w": WEIGHTS.copy(), "k.m": CENTRES.copy()}), w * exp(x * m)) is root
    assert inner(Axis("k", {"k.m": CENTRES, "k.w": WEIGHTS + 1.0}), exp(m * x) * w) is not root
    assert inner(Axis("k", {"k.m": CENTRES, "k.w": WEIGHTS + 1.0}), exp(m * x) * w).key != root.key
    assert inner(AXIS, exp(m * y) * w) is not root
    assert root.inner == Inner(AXIS, root.inner.slots, root.inner.term)


def test_other_arguments_simplify_it() -> None:
    node = inner(AXIS, exp(m * x) * w)
    assert rebuild(node, node.args) is node
    assert apply(Op.INNER, node.args, node.payload) is node
    assert rebuild(node, (column(y),)) is inner(AXIS, exp(m * y) * w)
    assert rebuild(node, (ZERO,)) is total(AXIS, w)
    assert rebuild(node, (param(a),)) is total(AXIS, exp(m * a) * w)
    (pair,) = inners(inner(AXIS, sin(m * x) * cos(m * y)))
    assert len(rebuild(pair, (column(x), column(x))).args) == 1


def test_sums_and_other_sums_over_rows_may_enter() -> None:
    other = Axis("j", {"j.m": np.array([0.5, 1.0])})
    norm = total(AXIS, exp(a * m))
    first = inner(other, exp(Observable("j.m", 0.0, 1.0) * x))
    root = inner(AXIS, exp(-first * m * m) / norm)
    (found,) = evaluate([root], {"a": 0.5}, {"": {"x": np.array([-1.0, 0.5])}})
    outer = np.exp(0.5 * np.array([-1.0, 0.5])) + np.exp([-1.0, 0.5])
    wanted = np.exp(-outer[:, None] * CENTRES**2).sum(axis=1) / np.exp(0.5 * CENTRES).sum()
    np.testing.assert_allclose(found, wanted, rtol=1e-14)
    assert set(axes_of([root])) == {"k", "j"}


def test_axes_of_one_name_must_be_one() -> None:
    other = Axis("k", {"k.m": CENTRES + 1.0})
    with pytest.raises(GraphError, match="two axes of different rows are named 'k'"):
        axes_of([inner(AXIS, exp(m * x)), inner(other, exp(m * x))])


def test_derivatives_are_sums_over_the_same_rows() -> None:
    (node,) = inners(inner(AXIS, exp(-a * (x - m) ** 2)))
    slope = dict(zip(node.args, partials(node), strict=True))[column(x)]
    (found,) = evaluate([slope], {"a": 0.5}, {"": {"x": np.array([0.5])}})
    d = 0.5 - CENTRES
    assert found[0] == pytest.approx(np.sum(-d * np.exp(-0.5 * d**2)), rel=1e-14)
    assert not BOUND & {leaf.column.name for leaf in leaves([slope], Op.COLUMN)}


def test_bounds_know_the_rows() -> None:
    assert bounds(inner(AXIS, select(m < x, w, 0.25))) == (0.75, 6.0)
    assert bounds(inner(AXIS, exp(m * column(y)))) == (3.0 * np.exp(-1.0), 3.0 * np.exp(1.5))


def test_text_holds_all_but_the_rows() -> None:
    root = inner(AXIS, exp(-a * (x - m) ** 2) * w) * b
    symbols = {"a": a, "b": b}
    assert read(write([root]), symbols, {"k": AXIS}, {"x": x}) == [root]
    assert digest([root]) != digest([inner(AXIS, exp(-a * (x - m) ** 2)) * b])
    with pytest.raises(GraphError, match="axis 'k'"):
        read(write([root]), symbols)


def test_it_is_written_for_people() -> None:
    node = inner(AXIS, exp(m * (x + y)))
    assert formula(node) in ("inner[k](exp((x + y)*k.m))", "inner[k](exp((y + x)*k.m))",
                             "inner[k](exp(k.m*(x + y)))", "inner[k](exp(k.m*(y + x)))")  # fmt: skip
    assert str(to_sympy(inner(AXIS, exp(m * x)))) == "sum_k(x)"


@pytest.mark.parametrize(
    ("axis", "message"),
    [
        (Axis("k"), "axis 'k' of a sum for every event has no columns"),
        (Axis("k", {"k.m": np.zeros(3), "k.w": np.zeros(4)}), r"shapes \[\(3,\), \(4,\)\]"),
        (Axis("k", {"k.m": np.zeros((3, 1))}), "rows of one length"),
        (Axis("k", {"k.m": np.zeros(0)}), "has 0 rows"),
        (
            Axis("k", {"k.m": np.zeros(MOST_ROWS + 1)}),
            "has 65537 rows; a sum for every event takes 1 to",
        ),
        (
            Axis("k", {"m": np.zeros(3)}),
            "'m' could be taken for one of the data; begin its name with 'k.'",
        ),
        (Axis("k", {"k.m": np.array([0.0, np.nan])}), "column 'k.m' is not finite in every row"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_axes_that_cannot_be_summed_are_refused(axis: Axis, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        inner(axis, x)


def test_a_sum_that_depends_on_the_rows_of_another_is_refused() -> None:
    other = Axis("j", {"j.m": np.array([0.5])})
    inside = inner(other, exp(Observable("j.m", 0.0, 1.0) * m * x))
    with pytest.raises(GraphError, match="rows of 'j' depends on the rows of 'k'; sum over the pairs"):
        inner(AXIS, log(inside))


def test_conditions_on_what_enters_stay_conditions() -> None:
    root = inner(AXIS, select(x < a, sin(m * y), w * y))
    at = {"x": np.array([0.0, 1.0]), "y": np.array([0.5, 0.5])}
    (found,) = evaluate([root], {"a": 0.5}, {"": at})
    np.testing.assert_allclose(found, [np.sin(0.5 * CENTRES).sum(), WEIGHTS.sum() * 0.5], rtol=1e-15)


def test_a_raw_node_keeps_its_arguments_and_payload() -> None:
    (node,) = inners(inner(AXIS, exp(m * x)))
    other = intern(Op.INNER, (column(y),), node.payload)
    assert evaluate([other], {}, {"": {"y": np.array([0.0])}})[0] == 3.0
    assert rebuild(other, (column(y),)) is other
    assert ONE is not other

"""Step functions: what they hold, and what they are at and beyond their edges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rv_histogram

from morefit_py.errors import GraphError
from morefit_py.graph.build import ONE, ZERO, column, const, exp, log, param, sin, table, total
from morefit_py.graph.derivative import partials, second_partials
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import intern
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.table import Table, lookup
from morefit_py.passes.columns import choose_columns

x, a = Observable("x", 0.0, 4.0), Parameter("a", 1.0)
EDGES, VALUES = (0.0, 1.0, 2.5, 4.0), (3.0, -1.0, 2.0)


def test_values_within_at_and_beyond_the_edges() -> None:
    points = np.array([[-1.0, -1e-300, 0.0, 0.5, 1.0], [2.4, 2.5, 4.0, 5.0, np.inf]])
    wanted = [[3.0, 3.0, 3.0, 3.0, -1.0], [-1.0, 2.0, 2.0, 2.0, 2.0]]
    assert Table(EDGES, VALUES).at(points).tolist() == wanted
    assert np.isnan(Table(EDGES, VALUES).at(np.nan))
    assert Table((0.0, 1.0), (5.0,)).at(7.0) == 5.0


def test_a_histogram_is_the_density_of_scipy() -> None:
    rng = np.random.default_rng(3)
    edges = np.sort(rng.uniform(-2.0, 3.0, 12))
    counts = rng.integers(1, 50, 11).astype(float)
    heights = counts / counts.sum() / np.diff(edges)
    inside = rng.uniform(edges[0], edges[-1], 500)
    (found,) = evaluate([table(edges, heights, x)], {}, {"": {"x": inside}})
    np.testing.assert_allclose(found, rv_histogram((counts, edges), density=False).pdf(inside), rtol=1e-14)


def test_the_span_between_two_points() -> None:
    held = Table(EDGES, VALUES)
    assert held.span(-9.0, 0.5) == (3.0, 3.0)
    assert held.span(0.9, 1.1) == (-1.0, 3.0)
    assert held.span(1.0, 2.5) == (-1.0, 2.0)
    assert held.span(-np.inf, np.inf) == (-1.0, 3.0)


def test_tables_are_compared_by_their_content() -> None:
    held = Table(EDGES, VALUES)
    assert held == Table(np.array(EDGES), list(VALUES))
    assert hash(held) == hash(Table(EDGES, VALUES))
    assert held != Table(EDGES, (3.0, -1.0, 2.5))
    assert held != Table((0.0, 1.0, 2.25, 4.0), VALUES)
    assert table(EDGES, VALUES, x) is table(EDGES, VALUES, x)
    assert table(EDGES, VALUES, x).key != table(EDGES, (3.0, -1.0, 2.5), x).key


def test_what_is_kept_cannot_be_changed() -> None:
    given = np.array(VALUES)
    held = Table(EDGES, given)
    given[0] = 99.0
    assert held.at(0.5) == 3.0
    for array in (held.edges, held.values):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_rules() -> None:
    assert table(EDGES, VALUES, 2.5) is const(2.0)
    assert table(EDGES, (1.0, 1.0, 1.0), sin(x)) is ONE
    assert table((0.0, 1.0, 2.0), (-0.0, 0.0), x) is ZERO
    assert lookup(Table(EDGES, VALUES), x < a).args[0].op is Op.SELECT
    assert lookup(Table(EDGES, VALUES), x) is intern(Op.TABLE, (x.node,), Table(EDGES, VALUES))


def test_its_stage_is_its_arguments() -> None:
    assert [table(EDGES, VALUES, part).stage for part in (a, x, a * x)] == [
        Stage.CALL, Stage.DATASET, Stage.EVENT,
    ]  # fmt: skip


def test_it_has_no_slope() -> None:
    held = table(EDGES, VALUES, a * x)
    assert partials(held) == (ZERO,)
    assert second_partials(held) == {}


def test_a_table_of_the_data_becomes_a_column() -> None:
    coefficients = table(EDGES, VALUES, column(x))
    root = total(Axis("data"), exp(param(a) * coefficients) + log(table(EDGES, VALUES, param(a) * x)))
    assert choose_columns([root], 10) == {coefficients}


@pytest.mark.parametrize(
    ("edges", "values", "message"),
    [
        ((0.0, 1.0), (), "2 edges and 0 values; give one value a bin and one edge more"),
        ((0.0, 1.0), (1.0, 2.0), "2 edges and 2 values"),
        ((0.0, 1.0, 1.0), (1.0, 2.0), "do not ascend: 1.0, then 1.0"),
        ((0.0, 2.0, 1.0), (1.0, 2.0), "do not ascend: 2.0, then 1.0"),
        ((0.0, np.inf), (1.0,), "edges of a table are not finite: number 1 is inf"),
        ((0.0, 1.0), (np.nan,), "values of a table are not finite: number 0 is nan"),
        (((0.0, 1.0),), (1.0,), r"edges of a table have shape \(1, 2\)"),
        (("a", "b"), (1.0,), "give numbers"),
    ],
    ids=str,
)
def test_what_is_no_table_is_refused(edges: object, values: object, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        Table(edges, values)  # type: ignore[arg-type]
